package sso

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/web"
)

const (
	maxBody        = 64 << 10 // bytes of a request of /api/me
	maxPreferences = 64 << 10 // bytes that are kept for a person
)

// showPreferences answers what the web app keeps for the caller: a JSON object, {} at first.
func (m *Module) showPreferences(w http.ResponseWriter, r *http.Request, c caller) error {
	value, err := preference(r.Context(), c.h.DB, c.session.person)
	if err != nil {
		return fmt.Errorf("read preferences: %w", err)
	}
	return answer(w, json.RawMessage(value))
}

// keepPreferences replaces it. What it holds is the web app's business.
func (m *Module) keepPreferences(w http.ResponseWriter, r *http.Request, c caller) error {
	var in map[string]json.RawMessage
	if err := decode(w, r, &in); err != nil {
		return err
	}
	if in == nil {
		return fault.New(fault.Invalid, "body_invalid", "The body has to be a JSON object.")
	}
	value, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("keep preferences: %w", err)
	}
	if len(value) > maxPreferences {
		return fault.New(fault.TooLarge, "body_too_large", "Preferences have at most %d bytes.", maxPreferences)
	}
	ctx, now := principal.With(r.Context(), c.who), m.clock.Now()
	var changes json.RawMessage
	err = c.h.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Claim("sso.preferences." + c.session.person); err != nil {
			return err
		}
		before, err := preference(ctx, tx, c.session.person)
		if err == nil {
			changes, err = audit.Diff(json.RawMessage(before), in)
		}
		return err
	}, func(tx *db.Tx) error {
		if changes == nil {
			return nil
		}
		if err := savePreference(tx, c.session.person, string(value), now.UnixMicro()); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Entry{Action: "preferences.update", Object: "preferences", Target: c.session.person, Label: c.who.Login, Changes: changes})
	})
	if err != nil {
		return fmt.Errorf("keep preferences: %w", err)
	}
	return answer(w, json.RawMessage(value))
}

// decode reads a JSON body; fields that are not asked for are refused by name.
func decode(w http.ResponseWriter, r *http.Request, into any) error {
	body, err := web.ReadBody(w, r, maxBody)
	if err != nil {
		return err
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return fault.New(fault.Invalid, "content_type", "The body has to be application/json.")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err = d.Decode(into)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = fmt.Errorf("something follows the value")
		}
	}
	if err != nil {
		return fault.New(fault.Invalid, "body_invalid", "The body is not the JSON that is wanted here: %.200s", err.Error()).WithCause(err)
	}
	return nil
}

// answer writes a value as JSON, which nobody may keep.
func answer(w http.ResponseWriter, value any) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return fmt.Errorf("encode an answer: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(text.Len()))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(text.Bytes())
	return nil
}
