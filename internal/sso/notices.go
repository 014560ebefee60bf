package sso

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/notice"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

const (
	objectNotices = "notifications"
	maxNotices    = 50
)

// notices answers what waits for the caller, the newest first. A source that fails is left out and logged: the others still count.
func (m *Module) notices(w http.ResponseWriter, r *http.Request, c caller) error {
	ctx := r.Context()
	seen, err := noticesSeen(ctx, c.h.DB, c.session.person)
	if err != nil {
		return err
	}
	items, err := m.ownNotices(ctx, c)
	if err != nil {
		return err
	}
	h := tenant.From(ctx)
	if h != nil && h.Roles().Admin(c.who) {
		told, err := m.glassNotices(ctx, c)
		if err != nil {
			return err
		}
		items = append(items, told...)
	}
	for _, source := range m.sources {
		if h == nil {
			break // the server itself, of which they know nothing
		}
		more, err := source.Notices(ctx, h, c.who)
		if err != nil {
			m.log.WarnContext(ctx, "some of what waits for somebody could not be told", "error", err)
			continue
		}
		items = append(items, more...)
	}
	now := m.clock.Now()
	unread := 0
	for i := range items {
		if items[i].At.After(now) {
			items[i].At = now // the clocks of two machines
		}
		if items[i].Unread = items[i].At.UnixMicro() > seen; items[i].Unread {
			unread++
		}
	}
	slices.SortStableFunc(items, func(a, b notice.Notice) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.ID, b.ID)) })
	if len(items) > maxNotices {
		items = items[:maxNotices]
	}
	return answer(w, map[string]any{"items": items, "unread": unread})
}

// ownNotices are what this domain has to say.
func (m *Module) ownNotices(ctx context.Context, c caller) ([]notice.Notice, error) {
	held, _, err := c.h.held(ctx, c.session.person)
	if err != nil {
		return nil, err
	}
	if !demanded(ctx, c.h, held) {
		return []notice.Notice{}, nil
	}
	f, err := factorsOf(ctx, c.h.DB, c.session.person)
	if err != nil || f.any() {
		return []notice.Notice{}, err
	}
	return []notice.Notice{{ID: notice.SecondFactor, Kind: notice.SecondFactor, To: "/account", At: instant(c.session.began)}}, nil
}

// seeNotices notes up to when the caller has seen them.
func (m *Module) seeNotices(w http.ResponseWriter, r *http.Request, c caller) error {
	var in struct {
		Until time.Time `json:"until"` // of the newest one shown; absent: now
	}
	if err := decode(w, r, &in); err != nil {
		return err
	}
	ctx, now := r.Context(), m.clock.Now()
	until := in.Until
	if until.IsZero() || until.After(now) {
		until = now
	}
	at := max(until.UnixMicro(), 0)
	var newer bool
	err := c.h.DB.Write(ctx, func(tx *db.Tx) error {
		seen, err := noticesSeen(ctx, tx, c.session.person)
		newer = at > seen
		return err
	}, func(tx *db.Tx) error {
		if !newer {
			return nil
		}
		if _, err := tx.Exec(`INSERT INTO sso_notice_seen (person, seen_at) VALUES ($1, $2)
			ON CONFLICT (person) DO UPDATE SET seen_at = CASE WHEN excluded.seen_at > sso_notice_seen.seen_at THEN excluded.seen_at ELSE sso_notice_seen.seen_at END`,
			c.session.person, at); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Entry{Action: "notifications.seen", Object: objectNotices, Target: c.session.person, Label: c.who.Login})
	})
	if err != nil {
		return fmt.Errorf("note what was seen: %w", err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// noticesSeen returns up to when somebody has seen what waits for them, in Unix microseconds; 0: nothing.
func noticesSeen(ctx context.Context, r db.Reader, person string) (at int64, err error) {
	err = r.QueryRow(ctx, `SELECT seen_at FROM sso_notice_seen WHERE person = $1`, person).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read what was seen: %w", err)
	}
	return at, nil
}
