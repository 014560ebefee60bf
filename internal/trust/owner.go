package trust

import (
	"context"
	"slices"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/mail"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// owner is who answers for a registration.
type owner struct {
	ID, Name string
	emails   []string
}

// ownerObjects are the object types owners are of, with the field that names one and the fields with addresses.
var ownerObjects = []struct {
	object, name string
	emails       []string
}{
	{"Employee", "LoginID", []string{"PrimaryEmail"}},
	{"StandardUserTeam", "Team", []string{"TeamEmail", "TeamManagerEmail"}},
}

// owner finds a person or team by RecId, login or name; a zero one where there is none.
func (p *plane) owner(ctx context.Context, r db.Reader, named string) (owner, error) {
	if named == "" {
		return owner{}, nil
	}
	recID, isID := id.ParseRecID(named)
	for _, o := range ownerObjects {
		t, ok := p.records.Type(ctx, o.object)
		if !ok {
			continue
		}
		var row record.Row
		var err error
		found := false
		if isID {
			if row, err = p.records.Get(ctx, t, recID); fault.Is(err, fault.NotFound) {
				err = nil
			} else {
				found = err == nil
			}
		}
		if err == nil && !found {
			row, found, err = p.records.FindOne(ctx, r, t, o.name, named)
		}
		if err != nil {
			return owner{}, err
		}
		if !found {
			continue
		}
		out := owner{ID: row.RecID, Name: row.Text(o.name)}
		for _, field := range o.emails {
			if address := row.Text(field); address != "" && len(out.emails) == 0 {
				out.emails = []string{address}
			}
		}
		return out, nil
	}
	return owner{}, nil
}

// toldAbout are the addresses that hear of a registration: its owner's and its contacts'.
func (p *plane) toldAbout(ctx context.Context, r db.Reader, of Registration) ([]string, error) {
	o, err := p.owner(ctx, r, of.Owner)
	if err != nil {
		return nil, err
	}
	out := o.emails
	contacts, err := mail.Addresses(of.Contact)
	if err != nil {
		p.log.WarnContext(ctx, "the contact of an app registration is no e-mail address", "client", of.ClientID)
		return out, nil //nolint:nilerr // the owner hears of it
	}
	for _, address := range contacts {
		if !slices.Contains(out, address) {
			out = append(out, address)
		}
	}
	return out, nil
}
