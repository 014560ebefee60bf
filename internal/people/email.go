package people

import (
	"context"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// keepEmail refuses to change by hand an address that comes from elsewhere: the next sign-in, or the next round of provisioning, would undo
// it, and whoever chose an address could have links sent to it (spec/sso.md 6.3). Who fills it, and the program itself, change it.
func (m *Module) keepEmail(ctx context.Context, r db.Reader, d *record.Draft) error {
	if !d.Changed("PrimaryEmail") || d.Actor != nil && d.Actor.Kind == principal.System {
		return nil
	}
	from, err := m.emailFrom(ctx, r, d.RecID())
	if err == nil && from != "" {
		d.Refuse("PrimaryEmail", "The e-mail address comes from %s and cannot be changed here. Change it there.", from)
	}
	return err
}

// emailFrom names what keeps the e-mail address of a person up to date; "" for nothing.
func (m *Module) emailFrom(ctx context.Context, r db.Reader, personID string) (string, error) {
	for _, source := range m.emails {
		if name, err := source.FillsEmail(ctx, r, personID); err != nil || name != "" {
			return name, err
		}
	}
	return "", nil
}
