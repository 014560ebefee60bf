package federation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Identities returns whom a provider knows.
func (m *Module) Identities(ctx context.Context, h *tenant.Handle, provider string) ([]Identity, error) {
	if _, err := m.provider(ctx, h.DB, provider); err != nil {
		return nil, err
	}
	all, err := listIdentities(ctx, h.DB, provider, "")
	if err != nil {
		return nil, fmt.Errorf("list identities: %w", err)
	}
	t, ok := h.Records.Type(ctx, "Employee")
	if !ok {
		return nil, fmt.Errorf("the tenant has no object Employee")
	}
	out := make([]Identity, 0, len(all))
	for _, one := range all {
		i := Identity{SubjectKind: one.kind, Subject: one.subject, Name: one.name, PersonID: one.person, CreatedAt: instant(one.created), SeenAt: seenAt(one)}
		row, err := h.Records.Get(ctx, t, one.person)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		if err == nil {
			i.Login = row.Text("LoginID")
		}
		out = append(out, i)
	}
	slices.SortFunc(out, func(a, b Identity) int {
		return strings.Compare(a.SubjectKind+"\x00"+a.Subject, b.SubjectKind+"\x00"+b.Subject)
	})
	return out, nil
}

// seenAt is the last sign-in of somebody; nil: there was none.
func seenAt(i identity) *time.Time {
	if i.seen == 0 {
		return nil
	}
	at := instant(i.seen)
	return &at
}

// Register says whom a subject of a provider is, before they sign in for the first time.
func (m *Module) Register(ctx context.Context, h *tenant.Handle, provider, kind, subject, person string) (*Identity, error) {
	p, err := m.provider(ctx, h.DB, provider)
	if err != nil {
		return nil, err
	}
	if !literal.Plain(subject, false) || !literal.Plain(kind, false) {
		return nil, invalid("subject", "expected text without control characters")
	}
	row, err := findPerson(ctx, h, person)
	if err != nil {
		return nil, err
	}
	now := m.clock.Now()
	i := identity{idp: provider, kind: kind, subject: subject, person: row.RecID, name: literal.Shown(subject), created: now.UnixMicro()}
	err = h.DB.Write(ctx, func(tx *db.Tx) error {
		_, taken, err := findIdentity(ctx, tx, provider, kind, subject)
		if err == nil && taken {
			err = fault.New(fault.Conflict, "identity_taken", "This subject is somebody already; remove that first.")
		}
		return err
	}, func(tx *db.Tx) error {
		if err := putIdentity(tx, i); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Entry{Action: "identity.register", Object: "Employee", Target: row.RecID, Label: row.Text("LoginID"),
			Flags: []string{"identity_provider:" + p.ID, "subject:" + literal.Shown(subject)}})
	})
	if err != nil {
		return nil, fmt.Errorf("register an identity: %w", err)
	}
	return &Identity{SubjectKind: kind, Subject: subject, Name: i.name, PersonID: row.RecID, Login: row.Text("LoginID"), CreatedAt: now}, nil
}

// findPerson finds an employee by login or RecId.
func findPerson(ctx context.Context, h *tenant.Handle, person string) (record.Row, error) {
	t, ok := h.Records.Type(ctx, "Employee")
	if !ok {
		return record.Row{}, fmt.Errorf("the tenant has no object Employee")
	}
	row, found, err := h.Records.FindOne(ctx, h.DB, t, "LoginID", person)
	if err == nil && !found {
		row, found, err = h.Records.FindOne(ctx, h.DB, t, "RecId", person)
	}
	if err == nil && !found {
		text := "There is no employee " + literal.Shown(person) + "."
		err = fault.New(fault.Invalid, "person_unknown", "%s", text).WithField("person", "%s", text)
	}
	return row, err
}

// Forget removes whom a subject is: at the next sign-in it is somebody new, or linked again.
func (m *Module) Forget(ctx context.Context, h *tenant.Handle, provider, kind, subject string) error {
	i, found, err := findIdentity(ctx, h.DB, provider, kind, subject)
	if err != nil {
		return fmt.Errorf("forget an identity: %w", err)
	}
	if !found {
		return fault.New(fault.NotFound, "identity_unknown", "There is no such identity.")
	}
	ctx = tenant.With(ctx, h)
	err = h.DB.Alone(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM sso_identity WHERE idp = $1 AND kind = $2 AND subject = $3`, provider, kind, subject); err != nil {
			return err
		}
		if err := m.withdraw(ctx, tx, h, i.person, originOf(provider)); err != nil { // nobody vouches for it any more
			return err
		}
		return audit.Write(ctx, tx, m.clock.Now(), audit.Entry{Action: "identity.forget", Object: "Employee", Target: i.person, Label: i.name,
			Flags: []string{"identity_provider:" + provider}})
	})
	if err != nil {
		return fmt.Errorf("forget an identity: %w", err)
	}
	return nil
}
