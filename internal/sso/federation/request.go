package federation

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

const (
	requestLife = 10 * time.Minute
	maxRequests = 10_000 // open ones of a tenant that are kept here
	maxOpen     = 200    // of one address
	handleSize  = 43
	maxCarried  = 2600 // bytes of one that the browser carries: sealed and in base64 it has to fit into a cookie
	maxTo       = 2048 // bytes of where the browser goes then
)

// carried begins the value of a cookie that holds a request itself: no handle holds a dot.
const carried = "v."

// errFull says that as many requests are kept as may be.
var errFull = errors.New("too many requests are open")

// asked is what is remembered of a request.
type asked struct {
	To     string `json:"to"`
	Test   bool   `json:"test"` // by an administrator, who looks at what would be
	Nonce  string `json:"nonce,omitempty"`
	Proof  string `json:"proof,omitempty"` // code verifier (RFC 7636)
	At     int64  `json:"at,omitempty"`    // when, in seconds; OpenID Connect only
	Person string `json:"person,omitempty"`
	StepUp string `json:"step_up,omitempty"` // the session of that person, which is to be confirmed

	Provider string `json:"provider,omitempty"` // of a request that the browser carries: its id
	Until    int64  `json:"until,omitempty"`    // and when it is over, in microseconds; 0: it is kept here
}

// carriedUntil is until when the browser carries the request itself; zero: it is kept here.
func (a asked) carriedUntil() time.Time {
	if a.Until == 0 {
		return time.Time{}
	}
	return instant(a.Until)
}

// bindingCookie is the name of the cookie that binds a request to its browser: one for each, so that two tabs do not take each other's.
func bindingCookie(h *tenant.Handle, requestID string) string {
	name := "sso-" + strings.TrimLeft(requestID, "_")
	if len(name) > 12 {
		name = name[:12]
	}
	if plain(h) {
		return name
	}
	return "__Host-" + name
}

// plain reports whether cookies go without the Secure flag: where the tenant is reached at http://localhost.
func plain(h *tenant.Handle) bool {
	u, err := url.Parse(h.BaseURL)
	return err == nil && u.Scheme == "http" && local(u.Hostname())
}

// ask keeps a request and binds it to the browser. The cookie has to come with a form that another site sends, so it is the one cookie with
// SameSite=None; at http://localhost, where there are no such cookies, ports of one host are one site (spec/sso.md 7.1). Beyond so many open
// ones the browser carries its request itself, sealed: whoever opens many takes neither room nor anybody's way in (spec/sso.md 5.8).
func (m *Module) ask(ctx context.Context, w http.ResponseWriter, h *tenant.Handle, p *Provider, requestID string, a asked) error {
	if len(a.To) > maxTo {
		a.To = ""
	}
	value, err := m.keep(ctx, h, p, requestID, a)
	if errors.Is(err, errFull) {
		value, err = m.carry(h, p, requestID, a)
	}
	if err != nil {
		return fmt.Errorf("keep a request: %w", err)
	}
	c := &http.Cookie{Name: bindingCookie(h, requestID), Value: value, Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteNoneMode, MaxAge: int(requestLife / time.Second)}
	if plain(h) {
		c.Secure, c.SameSite = false, http.SameSiteLaxMode
	}
	http.SetCookie(w, c)
	return nil
}

// keep writes a request down and returns the handle of its browser; errFull where there are too many.
func (m *Module) keep(ctx context.Context, h *tenant.Handle, p *Provider, requestID string, a asked) (string, error) {
	now := m.clock.Now()
	plainText, err := json.Marshal(a)
	if err != nil {
		return "", err
	}
	value := secret.RandomAlnum(handleSize)
	pepper, mac := h.Keys.MAC("sso_request:" + value)
	sealed := h.Keys.Seal(plainText, []byte("sso_request/"+requestID))
	from := addressOf(ctx).String()
	err = h.DB.Write(ctx, func(tx *db.Tx) error {
		var all, here int64
		err := tx.QueryRow(ctx, `SELECT count(*), COALESCE(SUM(CASE WHEN address = $1 THEN 1 ELSE 0 END), 0) FROM sso_request WHERE expires_at > $2`, from, now.UnixMicro()).Scan(&all, &here)
		if err == nil && (all >= maxRequests || here >= maxOpen) {
			err = errFull
		}
		return err
	}, func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM sso_request WHERE expires_at <= $1`, now.UnixMicro()); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO sso_request (id, idp, pepper, mac, address, sealed, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			requestID, p.ID, pepper, mac, from, sealed, now.Add(requestLife).UnixMicro())
		return err
	})
	return value, err
}

// carry seals a request for its browser to keep.
func (m *Module) carry(h *tenant.Handle, p *Provider, requestID string, a asked) (string, error) {
	a.Provider, a.Until = p.ID, m.clock.Now().Add(requestLife).UnixMicro()
	plainText, err := json.Marshal(a)
	if len(plainText) > maxCarried {
		a.To = ""
		plainText, err = json.Marshal(a)
	}
	if err != nil {
		return "", err
	}
	return carried + base64.RawURLEncoding.EncodeToString(h.Keys.Seal(plainText, carriedFor(requestID))), nil
}

func carriedFor(requestID string) []byte { return []byte("sso_request_cookie/" + requestID) }

// uncarry opens the request that a browser brings itself; found is false for one that is none of ours, not this one, or over.
func (m *Module) uncarry(h *tenant.Handle, value, requestID string) (a asked, found bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(value, carried))
	if err != nil {
		return asked{}, false
	}
	plainText, err := h.Keys.Open(sealed, carriedFor(requestID))
	if err != nil || json.Unmarshal(plainText, &a) != nil || a.Until <= m.clock.Now().UnixMicro() {
		return asked{}, false
	}
	return a, true
}

// open finds the request that a message answers, if this very browser has made it with this provider and it is still open; found is false
// otherwise. The browser's cookie goes in either case.
func (m *Module) open(w http.ResponseWriter, r *http.Request, h *tenant.Handle, p *Provider, requestID string) (a asked, found bool, err error) {
	if requestID == "" || len(requestID) > 200 {
		return asked{}, false, nil
	}
	c, err := r.Cookie(bindingCookie(h, requestID))
	if err != nil || len(c.Value) != handleSize && !strings.HasPrefix(c.Value, carried) {
		return asked{}, false, nil //nolint:nilerr // no such cookie
	}
	gone := &http.Cookie{Name: c.Name, Path: "/", HttpOnly: true, Secure: !plain(h), MaxAge: -1}
	http.SetCookie(w, gone)
	if strings.HasPrefix(c.Value, carried) {
		if a, found = m.uncarry(h, c.Value, requestID); !found || a.Provider != p.ID {
			return asked{}, false, nil
		}
		return a, true, nil
	}
	for _, version := range h.Keys.Versions() {
		var sealed []byte
		err := h.DB.QueryRow(r.Context(), `SELECT sealed FROM sso_request WHERE id = $1 AND idp = $2 AND pepper = $3 AND mac = $4 AND expires_at > $5`,
			requestID, p.ID, version, h.Keys.MACWith(version, "sso_request:"+c.Value), m.clock.Now().UnixMicro()).Scan(&sealed)
		if noRows(err) {
			continue
		}
		if err != nil {
			return asked{}, false, fmt.Errorf("look up a request: %w", err)
		}
		plainText, err := h.Keys.Open(sealed, []byte("sso_request/"+requestID))
		if err == nil {
			err = json.Unmarshal(plainText, &a)
		}
		if err != nil {
			return asked{}, false, fmt.Errorf("look up a request: %w", err)
		}
		return a, true, nil
	}
	return asked{}, false, nil
}

// askedOf is the id of the provider that a request was sent to; empty: there is no such request.
func (m *Module) askedOf(r *http.Request, h *tenant.Handle, requestID string) (string, error) {
	if c, err := r.Cookie(bindingCookie(h, requestID)); err == nil && strings.HasPrefix(c.Value, carried) {
		a, _ := m.uncarry(h, c.Value, requestID)
		return a.Provider, nil
	}
	var id string
	err := h.DB.QueryRow(r.Context(), `SELECT idp FROM sso_request WHERE id = $1`, requestID).Scan(&id)
	if noRows(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look up a request: %w", err)
	}
	return id, nil
}

// startLogin sends the browser to a provider. With test=1 an administrator sees what would be, and nothing is kept. With step_up=1 whoever is
// signed in is to prove anew who they are.
func (m *Module) startLogin(w http.ResponseWriter, r *http.Request, h *tenant.Handle) error {
	query := r.URL.Query()
	a := asked{To: query.Get("return"), Test: query.Get("test") == "1"}
	var p *Provider
	var err error
	if a.Test {
		var who *principal.Principal
		if who, err = m.signIn.SignedIn(r.Context(), r, h); err == nil && !h.Roles().Admin(who) {
			err = fault.New(fault.Forbidden, "not_administrator", "Only administrators test how others sign in.")
		}
		if err == nil {
			a.Person = who.PersonID
			p, err = m.provider(r.Context(), h.DB, strings.ToUpper(r.PathValue("idp"))) // also before it is enabled
		}
	} else {
		p, err = m.enabled(r, h)
	}
	if err == nil && !a.Test && query.Get("step_up") == "1" {
		var who *principal.Principal
		if who, err = m.signIn.Confirming(r, p.ID); err == nil {
			a.Person, a.StepUp = who.PersonID, who.CredentialID
		}
	}
	if err != nil {
		return err
	}
	hint := query.Get("login_hint")
	if len(hint) > 255 || strings.ContainsFunc(hint, func(c rune) bool { return c < ' ' }) {
		hint = ""
	}
	if p.Kind == KindOIDC {
		return m.startOIDC(w, r, h, p, a, hint)
	}
	return m.startSAML(w, r, h, p, a, hint)
}
