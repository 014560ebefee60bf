package federation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/sso"
)

// find returns whom the subject is, and how that is known; "" for nobody.
func (d *deed) find(ctx context.Context) (record.Row, string, error) {
	known, found, err := findIdentity(ctx, d.tx, d.a.provider.ID, d.a.kind, d.a.subject)
	if err != nil {
		return record.Row{}, "", fmt.Errorf("look up an identity: %w", err)
	}
	if found {
		row, there, err := d.employee(ctx, known.person)
		if err == nil && there && known.seen == 0 {
			return row, "linked_registered", nil // by hand, under the very subject
		}
		if err != nil || there {
			return row, "known", err
		}
	}
	if provisions, err := d.provisions(ctx); err != nil {
		return record.Row{}, "", err
	} else if provisions {
		if row, ok, err := d.byExternalID(ctx); err != nil || ok {
			return row, "linked_scim", err
		}
	}
	if d.a.nameKind != "" && d.a.nameKind != d.a.kind { // registered by hand, under the name alone
		if row, ok, err := d.registered(ctx); err != nil || ok {
			return row, "linked_registered", err
		}
	}
	return d.byEmail(ctx)
}

func (d *deed) employee(ctx context.Context, recID string) (record.Row, bool, error) {
	row, err := d.h.Records.GetFrom(ctx, d.tx, d.t, recID)
	if fault.Is(err, fault.NotFound) {
		return record.Row{}, false, nil
	}
	return row, err == nil, err
}

// provisions reports whether the subject may be somebody whom SCIM provisions, by the id that SCIM knows them by: that of a directory of
// Microsoft, or whatever the provider names that an administrator has chosen for them.
func (d *deed) provisions(ctx context.Context) (bool, error) {
	if d.a.kind != objectIdentifier && d.a.kind != "oid" && d.h.Records.Setting(ctx, sso.SettingProvisioning) == "" {
		return false, nil
	}
	provider, err := sso.ProvisioningProvider(ctx, d.tx, d.h)
	return provider == d.a.provider.ID, err
}

// byExternalID finds whom SCIM has made with the same object id.
func (d *deed) byExternalID(ctx context.Context) (record.Row, bool, error) {
	var recID string
	err := d.tx.QueryRow(ctx, `SELECT record FROM scim_resource WHERE kind = 'user' AND external_id = $1 AND external_id <> ''`, cmp.Or(d.a.external, d.a.subject)).Scan(&recID)
	if noRows(err) {
		return record.Row{}, false, nil
	}
	if err != nil {
		return record.Row{}, false, fmt.Errorf("look up a provisioned person: %w", err)
	}
	return d.employee(ctx, recID)
}

// registered finds a pair that an administrator wrote down before the first sign-in. It is used once: from then on the subject counts.
func (d *deed) registered(ctx context.Context) (record.Row, bool, error) {
	known, found, err := findIdentity(ctx, d.tx, d.a.provider.ID, d.a.nameKind, d.a.name)
	if err != nil || !found || known.seen != 0 {
		return record.Row{}, false, err
	}
	if _, err := d.tx.Exec(`DELETE FROM sso_identity WHERE idp = $1 AND kind = $2 AND subject = $3`, d.a.provider.ID, d.a.nameKind, d.a.name); err != nil {
		return record.Row{}, false, err
	}
	return d.employee(ctx, known.person)
}

// byEmail links to the one person with the address, where the administrator wants that and the domain is proven to be this provider's.
// Somebody who has the address and may not be linked stands in the way: two people with one address are nobody's wish.
func (d *deed) byEmail(ctx context.Context) (record.Row, string, error) {
	address := foldEmail(d.mapped("PrimaryEmail"))
	if address == "" {
		return record.Row{}, "", nil
	}
	row, found, err := d.h.Records.FindOne(ctx, d.tx, d.t, "PrimaryEmail", address)
	if err != nil || !found {
		return record.Row{}, "", err
	}
	login := row.Text("LoginID")
	if !d.a.provider.LinkByEmail {
		return record.Row{}, "", refuse("email_conflict", "%s has the address %s already, and linking by e-mail is off for %s.", login, address, d.a.provider.Name)
	}
	if d.a.unproven {
		return record.Row{}, "", refuse("email_unverified", "%s has the address %s already, and %s does not say that it is theirs who sign in (email_verified or xms_edov).", login, address, d.a.provider.Name)
	}
	if !ascii(address) {
		return record.Row{}, "", refuse("email_conflict", "The address has letters that look like others; %s is not linked by it.", login)
	}
	_, domain, _ := strings.Cut(address, "@")
	var verified int64
	err = d.tx.QueryRow(ctx, `SELECT verified_at FROM sso_domain WHERE domain = $1 AND idp = $2`, domain, d.a.provider.ID).Scan(&verified)
	if noRows(err) {
		err = nil
	}
	if err != nil {
		return record.Row{}, "", fmt.Errorf("look up a domain: %w", err)
	}
	if verified == 0 {
		return record.Row{}, "", refuse("domain_not_verified", "%s has the address %s; to link them, %s has to be verified and assigned to %s.", login, address, domain, d.a.provider.Name)
	}
	if n, err := d.count(ctx, "PrimaryEmail", address); err != nil || n != 1 {
		if err == nil {
			err = refuse("email_conflict", "%d people have the address %s.", n, address)
		}
		return record.Row{}, "", err
	}
	if admin, err := d.administers(ctx, row.RecID); err != nil || admin {
		if err == nil {
			err = refuse("email_conflict", "%s administers and is not linked by e-mail; register the identity by hand.", login)
		}
		return record.Row{}, "", err
	}
	if other, err := d.knownOtherwise(ctx, row.RecID); err != nil || other {
		if err == nil {
			err = refuse("email_conflict", "%s has the address %s, and %s knows them as somebody else: an address that is given to another person does not give them the account.",
				login, address, d.a.provider.Name)
		}
		return record.Row{}, "", err
	}
	return row, "linked_email", nil
}

// knownOtherwise reports whether the provider knows somebody by another subject of the same kind, or provisions them under another object id:
// then an address that they share is one that was given to somebody else (spec/sso.md 6.3).
func (d *deed) knownOtherwise(ctx context.Context, person string) (bool, error) {
	var subject string
	err := d.tx.QueryRow(ctx, `SELECT subject FROM sso_identity WHERE idp = $1 AND kind = $2 AND person = $3 AND subject <> $4`, d.a.provider.ID, d.a.kind, person, d.a.subject).Scan(&subject)
	if err == nil {
		return true, nil
	}
	if !noRows(err) {
		return false, fmt.Errorf("look up an identity: %w", err)
	}
	mine := cmp.Or(d.a.external, d.a.subject)
	if !directoryID.MatchString(mine) {
		return false, nil
	}
	var external string
	err = d.tx.QueryRow(ctx, `SELECT external_id FROM scim_resource WHERE kind = 'user' AND record = $1`, person).Scan(&external)
	if noRows(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look up a provisioned person: %w", err)
	}
	return directoryID.MatchString(external) && external != mine, nil
}

// count counts the people whose field has a value.
func (d *deed) count(ctx context.Context, field, value string) (int64, error) {
	where := d.t.Expr(d.t.Position(field), d.h.DB.Engine() == db.Postgres) + " = $1"
	return d.h.Records.ListFrom(ctx, d.tx, record.Query{Type: d.t, Where: where, Args: []any{literal.Fold(value)}, Counts: 1}, func(record.Row) error { return nil })
}

// administers reports whether somebody holds a role that administers.
func (d *deed) administers(ctx context.Context, person string) (bool, error) {
	held, _, err := d.m.grants.Held(ctx, d.tx, person)
	return slices.ContainsFunc(held, func(name string) bool { return d.h.Roles().Admin(&principal.Principal{Role: name}) }), err
}

// mapped is what the provider says for a field of the person: by the first of the field's claims that it sends.
func (d *deed) mapped(field string) string {
	for _, one := range d.a.provider.Mapping {
		if value := strings.TrimSpace(d.a.claims.first(one.Claim)); one.Field == field && value != "" {
			return value
		}
	}
	return ""
}

// foldEmail is an address as addresses are compared here: composed, ASCII in small letters.
func foldEmail(address string) string {
	address = norm.NFC.String(strings.TrimSpace(address))
	if !strings.Contains(address, "@") {
		return ""
	}
	return strings.Map(func(c rune) rune {
		if 'A' <= c && c <= 'Z' {
			return c + 'a' - 'A'
		}
		return c
	}, address)
}

func ascii(s string) bool { return !strings.ContainsFunc(s, func(c rune) bool { return c >= 0x80 }) }
