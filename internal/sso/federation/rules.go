package federation

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// originOf is what the rules of a provider, by its id, give things in the name of.
func originOf(provider string) string { return "idp:" + provider }

// matches reports whether a rule fits what was said. Values compare byte for byte.
func (r *Rule) matches(said claims) bool {
	return slices.ContainsFunc(said[r.Claim], func(value string) bool {
		switch {
		case value == "":
			return false
		case r.Operator == "starts_with":
			return strings.HasPrefix(value, r.Values[0])
		}
		return slices.Contains(r.Values, value)
	})
}

// wanted is what the rules of a provider give to whom it says this of.
type wanted struct {
	rules         []string // those that match
	roles         []string
	team, orgUnit string
	overage       bool
}

// want applies the rules. What is not on the list of roles that may be given is not given, whatever a rule says; the same goes for roles
// that administer where the provider may not give those.
func (p *Provider) want(said claims, admin func(role string) bool) wanted {
	var out wanted
	for name := range said {
		out.overage = out.overage || overage(name)
	}
	for i := range p.Rules {
		r := &p.Rules[i]
		if !r.matches(said) {
			continue
		}
		out.rules = append(out.rules, r.ID)
		if r.Role != "" && slices.Contains(p.Roles, r.Role) && !slices.Contains(out.roles, r.Role) &&
			(!admin(r.Role) || p.GrantAdmin && r.Operator != "starts_with" && identifying(r.Claim)) {
			out.roles = append(out.roles, r.Role)
		}
		if out.team == "" {
			out.team = r.Team
		}
		if out.orgUnit == "" {
			out.orgUnit = r.OrgUnit
		}
	}
	return out
}

// applyRules gives what the rules say, and takes back what they gave and no longer say. Where the provider could not name all groups, nothing
// is given or taken: that is never the same as no groups.
func (d *deed) applyRules(ctx context.Context, row record.Row) error {
	p := d.a.provider
	want, has, err := d.due(ctx, row.RecID)
	if err != nil {
		return err
	}
	d.out.Rules, d.out.Overage = want.rules, want.overage
	if want.overage {
		return audit.Write(ctx, d.tx, d.now, audit.Entry{Action: "sign_in.overage", Object: "Employee", Target: row.RecID, Label: row.Text("LoginID"),
			Flags: []string{"identity_provider:" + p.ID}})
	}
	origin := originOf(p.ID)
	for i, name := range want.roles {
		if _, exists := d.h.Roles().Canonical(name); !exists {
			continue // deleted since
		}
		if !slices.Contains(has[name], origin) {
			d.out.Granted = append(d.out.Granted, name)
		}
		if err := d.m.grants.GrantFrom(ctx, d.tx, row.RecID, name, origin, i == 0); err != nil {
			return err
		}
	}
	for name, origins := range has {
		if slices.Contains(origins, origin) && !slices.Contains(want.roles, name) {
			gone, err := d.m.takeBack(ctx, d.tx, d.h, row.RecID, name, origin)
			if err != nil {
				return err
			}
			if gone {
				d.out.Revoked = append(d.out.Revoked, name)
			}
		}
	}
	slices.Sort(d.out.Revoked)
	if err := d.place(ctx, row, "Team", want.team); err != nil {
		return err
	}
	return d.place(ctx, row, "OrgUnitLink", want.orgUnit)
}

// due is what the rules give somebody, and where the roles that they have come from.
func (d *deed) due(ctx context.Context, person string) (wanted, map[string][]string, error) {
	want := d.a.provider.want(d.a.claims, func(role string) bool { return d.h.Roles().Admin(&principal.Principal{Role: role}) })
	has, err := d.m.grants.Origins(ctx, d.read, person)
	return want, has, err
}

// place puts somebody into a team or an organisational unit, or takes them out of the one that a rule of this provider chose. Where somebody
// else has put them elsewhere since, they stay.
func (d *deed) place(ctx context.Context, row record.Row, field, value string) error {
	origin := originOf(d.a.provider.ID)
	was, err := place(ctx, d.tx, row.RecID, field, origin)
	if err != nil {
		return fmt.Errorf("read where somebody was put: %w", err)
	}
	now := row.Text(field)
	if field == "OrgUnitLink" && value != "" {
		unit, err := d.unit(ctx, value)
		if err != nil || unit == "" {
			return err
		}
		value = unit
	}
	switch {
	case value == was && now == value, value == "" && was == "":
		return nil
	case value == "" && now != was, value != "" && now != "" && now != was && d.out.How != "created":
		return putPlace(d.tx, row.RecID, field, "", origin) // by hand since
	}
	if _, err := d.h.Records.UpdateTx(ctx, d.tx, d.t, row.RecID, record.Input{{Name: field, Value: value}}); err != nil {
		return err
	}
	d.out.Changed = append(d.out.Changed, field)
	return putPlace(d.tx, row.RecID, field, value, origin)
}

// unit finds an organisational unit by name; "" for none.
func (d *deed) unit(ctx context.Context, name string) (string, error) {
	t, ok := d.h.Records.Type(ctx, "OrganizationalUnit")
	if !ok {
		return "", nil
	}
	row, found, err := d.h.Records.FindOne(ctx, d.tx, t, "Name", name)
	if err != nil || !found {
		return "", err
	}
	return row.RecID, nil
}

// takeBack takes back a role that an origin gave, and reports whether it did. Where it would leave nobody who administers, or a break-glass
// administrator without the role that makes one, the role stays, as if it had been given by hand: a rule must not lock everybody out.
func (m *Module) takeBack(ctx context.Context, tx *db.Tx, h *tenant.Handle, person, name, origin string) (bool, error) {
	why := m.people.MayLose(ctx, tx, h, person, name)
	if why == nil {
		return true, m.grants.RevokeFrom(ctx, tx, person, name, origin)
	}
	if !fault.Is(why, fault.Conflict) {
		return false, why
	}
	if err := m.grants.Grant(ctx, tx, person, name, false); err != nil {
		return false, err
	}
	return false, audit.Write(ctx, tx, m.clock.Now(), audit.Entry{Action: "role.keep", Object: "Employee", Target: person, Label: name,
		Flags: []string{"origin:" + origin, "why:" + fault.Of(why).Code}})
}

// givenBy are the people to whom an origin has given something.
func givenBy(ctx context.Context, r db.Reader, origin string) ([]string, error) {
	rows, err := r.Query(ctx, `SELECT person FROM role_origin WHERE origin = $1 UNION SELECT person FROM sso_place WHERE origin = $1 ORDER BY person`, origin)
	if err != nil {
		return nil, fmt.Errorf("read what an identity provider gave: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var person string
		if err := rows.Scan(&person); err != nil {
			return nil, fmt.Errorf("read what an identity provider gave: %w", err)
		}
		out = append(out, person)
	}
	return out, rows.Err()
}

// withdraw takes back what an origin gave a person.
func (m *Module) withdraw(ctx context.Context, tx *db.Tx, h *tenant.Handle, person, origin string) error {
	has, err := m.grants.Origins(ctx, tx, person)
	if err != nil {
		return err
	}
	for name, origins := range has {
		if slices.Contains(origins, origin) {
			if _, err := m.takeBack(ctx, tx, h, person, name, origin); err != nil {
				return err
			}
		}
	}
	_, err = tx.Exec(`DELETE FROM sso_place WHERE person = $1 AND origin = $2`, person, origin)
	return err
}

func noRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// addressOf is where a request comes from.
func addressOf(ctx context.Context) netip.Addr { return web.ClientAddress(ctx).Unmap() }

// text writes a value as JSON for a column.
func text(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("write JSON: %w", err)
	}
	return string(b), nil
}
