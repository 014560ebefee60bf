package federation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// claims are what a provider says of somebody: names and their values, as sent.
type claims map[string][]string

// first is the first value of a claim; empty: it was not said.
func (c claims) first(name string) string {
	if values := c[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// assertion is what a provider says, once the checks of its protocol are passed, and what has to be written for it to count.
type assertion struct {
	provider      *Provider
	kind, subject string // how the provider names them for good
	nameKind      string // the format of the NameID; empty: none
	name          string // the NameID, or what people call them
	claims        claims
	external      string // how a directory names them that provisions people; empty: by the subject
	unproven      bool   // the provider does not say that the e-mail address is theirs: nobody is linked by it

	request string    // the request to use up; empty: none
	mark    []byte    // SHA-256 of the message or its id, to be noted once
	until   time.Time // for so long
}

// refusal is why somebody did not get in. Code and Message are for administrators.
type refusal struct{ Code, Message string }

func (r *refusal) Error() string { return r.Code + ": " + r.Message }

func refuse(code, format string, args ...any) error {
	return &refusal{code, fmt.Sprintf(format, args...)}
}

// admitted is how an assertion ended well.
type admitted struct {
	Person  string   `json:"person"`
	Login   string   `json:"login"`
	How     string   `json:"how"`             // known, linked_scim, linked_registered, linked_email, created
	Rules   []string `json:"rules,omitempty"` // those that matched
	Granted []string `json:"granted,omitempty"`
	Revoked []string `json:"revoked,omitempty"`
	Changed []string `json:"changed,omitempty"` // fields of the person
	Overage bool     `json:"overage,omitempty"` // there are more groups than the provider names: nothing was given or taken
}

// errTested undoes what a test would have done.
var errTested = errors.New("a test changes nothing")

// admit finds or makes the person of an assertion and gives what the rules say, in one transaction with what has to be written for the
// assertion to count. With test nothing is kept but that.
func (m *Module) admit(ctx context.Context, h *tenant.Handle, a *assertion, test bool) (admitted, error) {
	ctx = asProvider(ctx, h, a.provider, addressOf(ctx))
	now := m.clock.Now()
	if !test {
		if out, done, err := m.recognise(ctx, h, a, now); err != nil || done {
			return out, err
		}
	}
	if test {
		if err := h.DB.Alone(ctx, func(tx *db.Tx) error { return first(a.use(tx, now)) }); err != nil {
			return admitted{}, err
		}
	}
	var out admitted
	err := h.DB.Alone(ctx, func(tx *db.Tx) error {
		if !test {
			if err := first(a.use(tx, now)); err != nil {
				return err
			}
		}
		var err error
		out, err = m.settle(ctx, tx, h, a, now)
		if err == nil && test {
			err = errTested
		}
		return err
	})
	if errors.Is(err, errTested) {
		err = nil
	}
	if why := (*refusal)(nil); err != nil && !errors.As(err, &why) {
		if f := fault.Of(err); f.Kind == fault.Invalid || f.Kind == fault.Conflict { // the person's record refuses what was said
			err = refuse("person_refused", "The person cannot be written: %s", f.Message)
		}
	}
	return out, err
}

// recognise admits somebody who is known and of whom nothing has changed since the last time: there is nothing to write then but that the
// message was taken, which shares a commit with others. done is false where there is more to do.
func (m *Module) recognise(ctx context.Context, h *tenant.Handle, a *assertion, now time.Time) (out admitted, done bool, err error) {
	known, found, err := findIdentity(ctx, h.DB, a.provider.ID, a.kind, a.subject)
	if err != nil || !found || known.seen == 0 { // who was registered by hand comes for the first time
		return admitted{}, false, err
	}
	t, ok := h.Records.Type(ctx, "Employee")
	if !ok {
		return admitted{}, false, nil
	}
	row, err := h.Records.Get(ctx, t, known.person)
	if err != nil || !active(row) {
		return admitted{}, false, ignoring(err, fault.NotFound)
	}
	d := deed{m: m, h: h, a: a, t: t, now: now, read: h.DB}
	same, err := d.unchanged(ctx, row)
	if err != nil || !same {
		return admitted{}, false, err
	}
	var over error
	err = h.DB.Write(ctx, nil, func(tx *db.Tx) (err error) {
		if over, err = a.use(tx, now); err != nil || over != nil || now.UnixMicro()-known.seen < seenEvery.Microseconds() {
			return err
		}
		known.seen = now.UnixMicro()
		return putIdentity(tx, known)
	})
	if err := first(over, err); err != nil {
		return admitted{}, true, err
	}
	d.out.Person, d.out.Login, d.out.How = row.RecID, row.Text("LoginID"), "known"
	return d.out, true, nil
}

// first is the first of two errors that there is.
func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// seenEvery is how often the last sign-in of somebody is written.
const seenEvery = time.Minute

// ignoring is an error, but nil for one of a kind.
func ignoring(err error, kind fault.Kind) error {
	if fault.Is(err, kind) {
		return nil
	}
	return err
}

var (
	errRequestOver = refuse("request_over", "The request was answered already, or is too old.")
	errReplayed    = refuse("replayed", "This very message was taken already.")
)

// use writes what makes a message count once; over is the refusal of one that has counted.
func (a *assertion) use(tx *db.Tx, now time.Time) (over, err error) {
	if a.request != "" {
		if over, err := useRequest(tx, a.provider.ID, a.request, now); err != nil || over != nil {
			return over, err
		}
	}
	fresh, err := putReplay(tx, a.provider.ID, a.mark, a.until)
	if err != nil {
		return nil, fmt.Errorf("note a message: %w", err)
	}
	if !fresh {
		return errReplayed, nil
	}
	return nil, nil
}

// useRequest uses a request up; over is the refusal where it is answered already, or too old.
func useRequest(tx *db.Tx, provider, request string, now time.Time) (over, err error) {
	n, err := tx.Exec(`DELETE FROM sso_request WHERE id = $1 AND idp = $2 AND expires_at > $3`, request, provider, now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("use up a request: %w", err)
	}
	if n == 0 {
		return errRequestOver, nil
	}
	return nil, nil
}

// settle finds or makes the person.
func (m *Module) settle(ctx context.Context, tx *db.Tx, h *tenant.Handle, a *assertion, now time.Time) (admitted, error) {
	t, ok := h.Records.Type(ctx, "Employee")
	if !ok {
		return admitted{}, errors.New("the tenant has no object Employee")
	}
	d := deed{m: m, tx: tx, read: tx, h: h, a: a, t: t, now: now}
	row, how, err := d.find(ctx)
	if err != nil {
		return admitted{}, err
	}
	d.out.How = how
	if how == "" {
		if row, err = d.create(ctx); err != nil {
			return admitted{}, err
		}
		d.out.How = "created"
	} else {
		if !active(row) {
			return admitted{}, refuse("user_disabled", "%s is not active. Signing in does not activate anybody.", row.Text("LoginID"))
		}
		if err := d.update(ctx, row); err != nil {
			return admitted{}, err
		}
		if how != "known" {
			if err := d.welcome(ctx, row.RecID); err != nil {
				return admitted{}, err
			}
		}
	}
	d.out.Person, d.out.Login = row.RecID, row.Text("LoginID")
	if err := d.remember(ctx, row.RecID); err != nil {
		return admitted{}, err
	}
	if err := d.applyRules(ctx, row); err != nil {
		return admitted{}, err
	}
	held, standard, err := m.grants.Held(ctx, tx, row.RecID)
	if err != nil {
		return admitted{}, err
	}
	if standard == "" || !h.Roles().Effective(held, standard) {
		return admitted{}, refuse("no_role", "%s has no role.", row.Text("LoginID"))
	}
	return d.out, nil
}

// active reports whether an employee may sign in.
func active(row record.Row) bool {
	switch strings.ToLower(row.Text("Status")) {
	case "active", "new", "on leave":
		return !row.Bool("Disabled")
	}
	return false
}

// deed is one sign-in being settled.
type deed struct {
	m    *Module
	tx   *db.Tx
	read db.Reader // the transaction, or what was committed
	h    *tenant.Handle
	a    *assertion
	t    *record.Type
	now  time.Time
	out  admitted
}

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
	if d.a.kind == "objectidentifier" || d.a.kind == "oid" {
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
	return row, "linked_email", nil
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

// mapped is what the provider says for a field of the person.
func (d *deed) mapped(field string) string {
	for _, one := range d.a.provider.Mapping {
		if one.Field == field {
			return strings.TrimSpace(d.a.claims.first(one.Claim))
		}
	}
	return ""
}

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
	for _, one := range d.a.provider.Mapping {
		if value := d.mapped(one.Field); value != "" && one.Field != "LoginID" {
			in = append(in, record.InputField{Name: one.Field, Value: value})
		}
	}
	in = append(in, d.names(login)...)
	if team := d.a.provider.DefaultTeam; team != "" && d.mapped("Team") == "" {
		in = append(in, record.InputField{Name: "Team", Value: team})
	}
	row, err := d.h.Records.CreateTx(ctx, d.tx, d.t, in)
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
	for _, one := range in {
		d.out.Changed = append(d.out.Changed, one.Name)
	}
	_, err = d.h.Records.UpdateTx(ctx, d.tx, d.t, row.RecID, in)
	return err
}

// differences are the fields in which a person is not as the provider says. An address that nobody has proved, and that somebody else has, is
// left aside: whoever signs in may have chosen it.
func (d *deed) differences(ctx context.Context, row record.Row) (record.Input, error) {
	var in record.Input
	for _, one := range d.a.provider.Mapping {
		value := d.mapped(one.Field)
		if value == "" || one.Field == "LoginID" || row.Text(one.Field) == value {
			continue
		}
		if one.Field == "PrimaryEmail" && d.a.unproven {
			other, found, err := d.h.Records.FindOne(ctx, d.read, d.t, one.Field, foldEmail(value))
			if err != nil {
				return nil, err
			}
			if found && other.RecID != row.RecID {
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
	err := putIdentity(d.tx, identity{idp: d.a.provider.ID, kind: d.a.kind, subject: d.a.subject, person: person, name: literal.Shown(d.a.name), created: at, seen: at})
	if err != nil || d.out.How == "known" {
		return err
	}
	return audit.Write(ctx, d.tx, d.now, audit.Entry{Action: "identity.link", Object: "Employee", Target: person, Label: literal.Shown(d.a.name),
		Flags: []string{"identity_provider:" + d.a.provider.ID, "how:" + d.out.How}})
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
