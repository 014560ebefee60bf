package trust

import (
	"context"
	"slices"
	"time"

	"github.com/provost-itsm/provost/internal/platform/notice"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Notices tells administrators of credentials that end within thirty days and whose successor nobody has made.
func (m *Module) Notices(ctx context.Context, h *tenant.Handle, who *principal.Principal) ([]notice.Notice, error) {
	if !h.Roles().Admin(who) {
		return nil, nil
	}
	p := m.plane(h)
	now := p.moment()
	until := now.Add(time.Duration(noticeDays[0]) * day)
	all, err := expiringCredentials(ctx, p.db, now, until)
	if err != nil {
		return nil, err
	}
	var out []notice.Notice
	for _, e := range all {
		since, spoken := spokenSince(e, now)
		if !spoken {
			continue
		}
		r, err := registrationByID(ctx, p.db, e.registration)
		if err != nil {
			return nil, err
		}
		ends := instant(e.ends)
		out = append(out, notice.Notice{ID: notice.CredentialIs + "/" + e.id, Kind: notice.CredentialIs, Title: r.Name, Detail: r.Description,
			To: "/admin/app-registrations/" + r.ID, At: since, Ends: &ends})
	}
	keys, err := listKeys(ctx, p.db)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if !k.Enabled || k.Expires == nil || !k.Expires.After(now) || k.Expires.After(until) || k.RotatedTo != "" {
			continue
		}
		since, spoken := spokenSince(expiring{created: k.Created.UnixMicro(), ends: k.Expires.UnixMicro()}, now)
		if !spoken {
			continue
		}
		out = append(out, notice.Notice{ID: notice.KeyIs + "/" + k.ID, Kind: notice.KeyIs, Title: k.Description, Detail: k.Hint,
			To: "/admin/security-controls/api-keys", At: since, Ends: k.Expires})
	}
	return out, nil
}

// spokenSince says since when there is something new to say of the end of a credential: since one of the days on which it is spoken of
// in e-mails too. One that was made for less is not spoken of so early, one that was replaced only on its last day.
func spokenSince(e expiring, now time.Time) (time.Time, bool) {
	e.noticed = 0
	if e.due(now) == 0 {
		return time.Time{}, false
	}
	ends := instant(e.ends)
	for _, days := range slices.Backward(noticeDays) {
		if since := ends.Add(-time.Duration(days) * day); !since.After(now) {
			return since, true
		}
	}
	return time.Time{}, false
}
