package federation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
)

// create makes a person, where the provider is to make them.
func (d *deed) create(ctx context.Context) (record.Row, error) {
	if !d.a.provider.CreateUsers {
		return record.Row{}, refuse("jit_off", "Nobody here is %s, and %s does not make people.", literal.Shown(d.a.name), d.a.provider.Name)
	}
	login := d.mapped("LoginID")
	if login == "" {
		login = d.a.name
	}
	if login == "" {
		login = d.mapped("PrimaryEmail")
	}
	login = strings.ReplaceAll(login, " ", ".")
	if _, taken, err := d.h.Records.FindOne(ctx, d.tx, d.t, "LoginID", login); err != nil || taken {
		if err == nil {
			err = refuse("email_conflict", "Somebody else has the login %s.", literal.Shown(login))
		}
		return record.Row{}, err
	}
	in := record.Input{{Name: "LoginID", Value: login}, {Name: "IsExternalAuth", Value: true}, {Name: "IsInternalAuth", Value: false}, {Name: "Status", Value: "Active"}}
	for _, one := range d.a.provider.filled() {
		if value := d.mapped(one.Field); value != "" && one.Field != "LoginID" {
			in = append(in, record.InputField{Name: one.Field, Value: value})
		}
	}
	in = append(in, d.names(login)...)
	if team := d.a.provider.DefaultTeam; team != "" {
		in = append(in, record.InputField{Name: "Team", Value: team})
	}
	row, _, err := d.fitting(in, func(in record.Input) (record.Row, error) { return d.h.Records.CreateTx(ctx, d.tx, d.t, in) })
	if err != nil {
		return record.Row{}, err
	}
	return row, d.welcome(ctx, row.RecID)
}

// welcome gives the default role to somebody who comes for the first time and has none.
func (d *deed) welcome(ctx context.Context, person string) error {
	held, _, err := d.m.grants.Held(ctx, d.tx, person)
	if err != nil || len(held) > 0 {
		return err
	}
	standard := d.a.provider.DefaultRole
	if standard == "" {
		standard = role.SelfService
	}
	return d.m.grants.Grant(ctx, d.tx, person, standard, true)
}

// names fills first and last name in where the provider says neither: of the name that people see, else of the login.
func (d *deed) names(login string) record.Input {
	if d.mapped("FirstName") != "" || d.mapped("LastName") != "" {
		return nil
	}
	whole := d.mapped("DisplayName")
	if whole == "" {
		whole, _, _ = strings.Cut(login, "@")
	}
	first, last, found := strings.Cut(strings.TrimSpace(whole), " ")
	if !found {
		return record.Input{{Name: "LastName", Value: whole}}
	}
	return record.Input{{Name: "FirstName", Value: first}, {Name: "LastName", Value: strings.TrimSpace(last)}}
}

// update brings the fields that the provider fills up to what it says now. The login stays: others know the person by it.
func (d *deed) update(ctx context.Context, row record.Row) error {
	in, err := d.differences(ctx, row)
	if err != nil || len(in) == 0 {
		return err
	}
	_, in, err = d.fitting(in, func(in record.Input) (record.Row, error) { return d.h.Records.UpdateTx(ctx, d.tx, d.t, row.RecID, in) })
	for _, one := range in {
		d.out.Changed = append(d.out.Changed, one.Name)
	}
	return err
}

// fitting writes fields of a person, without those that the record refuses: a telephone number that is too long is no reason to let nobody in.
// It returns what was written.
func (d *deed) fitting(in record.Input, write func(record.Input) (record.Row, error)) (record.Row, record.Input, error) {
	for {
		row, err := write(in)
		if err == nil || !fault.Is(err, fault.Invalid) {
			return row, in, err
		}
		refused := fault.Of(err).Fields
		left := slices.DeleteFunc(slices.Clone(in), func(one record.InputField) bool {
			return d.fills(one.Name) && slices.ContainsFunc(refused, func(f fault.Field) bool { return f.Field == one.Name })
		})
		if len(left) == len(in) {
			return row, in, err
		}
		for _, one := range in {
			if !slices.ContainsFunc(left, func(other record.InputField) bool { return other.Name == one.Name }) {
				d.out.Skipped = append(d.out.Skipped, one.Name)
			}
		}
		if in = left; len(in) == 0 {
			return row, in, nil
		}
	}
}

// fills reports whether a field is filled from a claim and may as well stay as it is.
func (d *deed) fills(field string) bool {
	return field != "LoginID" && slices.ContainsFunc(d.a.provider.Mapping, func(one Mapping) bool { return one.Field == field })
}

// differences are the fields in which a person is not as the provider says. An address that somebody else has is left aside: whoever signs in
// may have chosen it, and mail and links for the other would go to them.
func (d *deed) differences(ctx context.Context, row record.Row) (record.Input, error) {
	var in record.Input
	for _, one := range d.a.provider.filled() {
		value := d.mapped(one.Field)
		if value == "" || one.Field == "LoginID" || row.Text(one.Field) == value {
			continue
		}
		if one.Field == "PrimaryEmail" {
			other, found, err := d.h.Records.FindOne(ctx, d.read, d.t, one.Field, foldEmail(value))
			if err != nil {
				return nil, err
			}
			if found && other.RecID != row.RecID {
				d.out.Skipped = append(d.out.Skipped, one.Field)
				continue
			}
		}
		in = append(in, record.InputField{Name: one.Field, Value: value})
	}
	if !row.Bool("IsExternalAuth") {
		in = append(in, record.InputField{Name: "IsExternalAuth", Value: true})
	}
	return in, nil
}

// fillsEmail is 1 where the provider says an address that is the person's, and 0 otherwise.
func (d *deed) fillsEmail() int64 {
	if d.mapped("PrimaryEmail") == "" || slices.Contains(d.out.Skipped, "PrimaryEmail") {
		return 0
	}
	return 1
}

// FillsEmail names the identity provider that brings a person's e-mail address up to date at each sign-in; "" where none does: none knows the
// person, or it is disabled, or has no claim for the address or did not send it the last time.
func (m *Module) FillsEmail(ctx context.Context, r db.Reader, person string) (string, error) {
	all, err := listIdentities(ctx, r, "", person)
	if err != nil {
		return "", fmt.Errorf("list the identities of a person: %w", err)
	}
	for _, one := range all {
		if one.fillsEmail == 0 {
			continue
		}
		p, err := findProvider(ctx, r, one.idp)
		if err != nil {
			return "", fmt.Errorf("look up an identity provider: %w", err)
		}
		if p != nil && p.Enabled && slices.ContainsFunc(p.Mapping, func(one Mapping) bool { return one.Field == "PrimaryEmail" }) {
			return p.Name, nil
		}
	}
	return "", nil
}

// unchanged reports whether somebody is as the provider says, has what its rules give, and may sign in.
func (d *deed) unchanged(ctx context.Context, row record.Row) (bool, error) {
	if in, err := d.differences(ctx, row); err != nil || len(in) > 0 {
		return false, err
	}
	want, has, err := d.due(ctx, row.RecID)
	if err != nil || want.overage || want.team != "" || want.orgUnit != "" {
		return false, err
	}
	origin := originOf(d.a.provider.ID)
	for _, name := range want.roles {
		if !slices.Contains(has[name], origin) {
			return false, nil
		}
	}
	for name, origins := range has {
		if slices.Contains(origins, origin) && !slices.Contains(want.roles, name) {
			return false, nil
		}
	}
	if placed, err := placedBy(ctx, d.read, row.RecID, origin); err != nil || placed {
		return false, err
	}
	held, standard, err := d.m.grants.Held(ctx, d.read, row.RecID)
	d.out.Rules = want.rules
	return err == nil && standard != "" && d.h.Roles().Effective(held, standard), err
}

// remember keeps whom the subject is.
func (d *deed) remember(ctx context.Context, person string) error {
	at := d.now.UnixMicro()
	err := putIdentity(d.tx, identity{idp: d.a.provider.ID, kind: d.a.kind, subject: d.a.subject, person: person, name: literal.Shown(d.a.name), created: at, seen: at,
		fillsEmail: d.fillsEmail()})
	if err != nil || d.out.How == "known" {
		return err
	}
	return audit.Write(ctx, d.tx, d.now, audit.Entry{Action: "identity.link", Object: "Employee", Target: person, Label: literal.Shown(d.a.name),
		Flags: []string{"identity_provider:" + d.a.provider.ID, "how:" + d.out.How}})
}
