package people

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// BuiltIn is the LoginID of the built-in employee that runs workflows and keys without an owner, and the name of its
// role. It cannot be removed, renamed or deactivated.
const BuiltIn = "InternalServices"

const terminated = "Terminated"

// maxChain is how many steps up a chain of managers or parents are looked at for a circle.
const maxChain = 64

// active reports whether somebody with this status may sign in and be acted for.
func active(status string, disabled bool) bool {
	switch strings.ToLower(status) {
	case "active", "new", "on leave":
		return !disabled
	}
	return false
}

// validateEmployee applies the rules for employees, and takes what a deactivated or removed one may no longer have.
func (m *Module) validateEmployee(ctx context.Context, r db.Reader, d *record.Draft) error {
	recID := d.RecID()
	wasActive := d.Before != nil && active(d.Was("Status"), d.Before[d.Type.Position("Disabled")].Num != 0)
	if d.Verb == record.Deleting {
		if strings.EqualFold(d.Was("LoginID"), BuiltIn) {
			return fault.New(fault.Invalid, "built_in", "The built-in employee %s cannot be deleted.", BuiltIn)
		}
		if err := m.keepMarked(ctx, r, d, "cannot be deleted"); err != nil {
			return err
		}
		d.Then(func(ctx context.Context, tx *db.Tx) error { return m.Forget(ctx, tx, recID) })
		if wasActive {
			return m.mayLeave(ctx, r, d)
		}
		return nil
	}
	validatePerson(d)
	isActive := active(d.Text("Status"), d.Bool("Disabled"))
	if d.Verb == record.Updating && strings.EqualFold(d.Was("LoginID"), BuiltIn) {
		if !isActive {
			d.Refuse("Status", "The built-in employee %s cannot be deactivated.", BuiltIn)
		}
		if d.Changed("LoginID") {
			d.Refuse("LoginID", "The built-in employee %s keeps its LoginID.", BuiltIn)
		}
	}
	if d.Verb == record.Updating {
		if err := m.keepEmail(ctx, r, d); err != nil {
			return err
		}
		if err := m.keepSignIn(ctx, r, d, wasActive && !isActive); err != nil {
			return err
		}
	}
	if wasActive && !isActive {
		if err := m.mayLeave(ctx, r, d); err != nil {
			return err
		}
		d.Then(func(ctx context.Context, tx *db.Tx) error {
			return m.sessions.EndSessions(ctx, tx, recID, "account deactivated")
		})
	}
	return refuseCircle(ctx, r, d, "ManagerLink", "A person cannot be their own manager, directly or through others.")
}

// validateContact applies the rules for people outside the organisation.
func validateContact(_ context.Context, _ db.Reader, d *record.Draft) error {
	if d.Verb != record.Deleting {
		validatePerson(d)
	}
	return nil
}

// validatePerson applies what is true of both kinds of people.
func validatePerson(d *record.Draft) {
	if d.Text("LoginID") == "" && d.Text("LastName") == "" && d.Text("DisplayName") == "" {
		d.Refuse("LoginID", `Mandatory field "LoginID" value must be provided.`)
	}
	if login := d.Text("LoginID"); d.Changed("LoginID") && strings.ContainsFunc(login, notInLogin) {
		d.Refuse("LoginID", "The field 'LoginID' cannot have spaces, control characters or characters that nobody sees")
	}
	for _, field := range []string{"FirstName", "MiddleName", "LastName", "DisplayName", "Title", "Department", "PrimaryEmail", "SecondaryEmail"} {
		if d.Changed(field) && !literal.Plain(d.Text(field), false) {
			d.Refuse(field, "The field '%s' cannot have control characters, tags or marks that turn the direction of writing", field)
		}
	}
	for _, field := range []string{"PrimaryEmail", "SecondaryEmail"} {
		refuseAddress(d, field)
	}
	nameUser(d)
	nameDisplay(d)
	if strings.EqualFold(d.Text("Status"), terminated) && !d.Bool("Disabled") {
		if d.Sent("Disabled") && !d.Changed("Status") {
			d.Refuse("Disabled", "A person whose Status is Terminated stays disabled")
			return
		}
		d.SetBool("Disabled", true)
	}
}

func notInLogin(c rune) bool {
	return unicode.IsSpace(c) || unicode.IsControl(c) || literal.Hidden(c) || c == utf8.RuneError
}

// nameUser lets NetworkUserName be the login where nothing else was said, and follow it.
func nameUser(d *record.Draft) {
	if d.Sent("NetworkUserName") && d.Text("NetworkUserName") != "" {
		return
	}
	if d.Verb == record.Creating && !d.Sent("NetworkUserName") ||
		d.Verb == record.Updating && d.Changed("LoginID") && d.Was("NetworkUserName") == d.Was("LoginID") && !d.Sent("NetworkUserName") {
		d.SetText("NetworkUserName", d.Text("LoginID"))
	}
}

// nameDisplay assembles DisplayName where nobody gave one: first name, middle initial, last name, else the login. It
// follows the names for as long as nobody gives another.
func nameDisplay(d *record.Draft) {
	if d.Text("DisplayName") != "" && (d.Verb == record.Creating || d.Sent("DisplayName") ||
		d.Was("DisplayName") != assemble(d.Was("FirstName"), d.Was("MiddleName"), d.Was("LastName"), d.Was("LoginID"))) {
		return
	}
	d.SetText("DisplayName", assemble(d.Text("FirstName"), d.Text("MiddleName"), d.Text("LastName"), d.Text("LoginID")))
}

func assemble(first, middle, last, login string) string {
	parts := make([]string, 0, 3)
	if first = strings.TrimSpace(first); first != "" {
		parts = append(parts, first)
	}
	if c, _ := utf8.DecodeRuneInString(strings.TrimSpace(middle)); c != utf8.RuneError {
		parts = append(parts, string(unicode.ToUpper(c))+".")
	}
	if last = strings.TrimSpace(last); last != "" {
		parts = append(parts, last)
	}
	if len(parts) == 0 {
		return login
	}
	name := strings.Join(parts, " ")
	for utf8.RuneCountInString(name) > 400 { // what the field holds
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}

// refuseAddress complains about a new value that is no e-mail address.
func refuseAddress(d *record.Draft, field string) {
	if address := d.Text(field); address != "" && d.Changed(field) && !mailAddress(address) {
		d.Refuse(field, "The value of the field '%s' is not an e-mail address", field)
	}
}

// mailAddress reports whether s has the form local@domain: enough to catch what was typed into the wrong field, and
// no more, because only sending proves an address (RFC 5321 section 4.5.3.1 for the lengths).
func mailAddress(s string) bool {
	local, domain, found := strings.Cut(s, "@")
	if !found || local == "" || len(local) > 64 || domain == "" || len(domain) > 255 || !utf8.ValidString(s) {
		return false
	}
	if strings.ContainsFunc(s, func(c rune) bool {
		return unicode.IsSpace(c) || unicode.IsControl(c) || strings.ContainsRune(`()<>[]\,;:"`, c)
	}) {
		return false
	}
	for _, part := range []string{local, domain} {
		if strings.ContainsRune(part, '@') || strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".") || strings.Contains(part, "..") {
			return false
		}
	}
	return true
}

// validateTeam applies the rules for teams.
func validateTeam(_ context.Context, _ db.Reader, d *record.Draft) error {
	if d.Verb != record.Deleting {
		refuseAddress(d, "TeamEmail")
	}
	return nil
}

// validateGroup applies the rules for groups.
func validateGroup(_ context.Context, _ db.Reader, d *record.Draft) error {
	if name := d.Text("Name"); d.Verb != record.Deleting && d.Changed("Name") && strings.ContainsFunc(name, unicode.IsControl) {
		d.Refuse("Name", "The field 'Name' cannot have control characters")
	}
	return nil
}

// validateTree applies the rules for what stands in a tree of its kind: units, departments, locations.
func validateTree(ctx context.Context, r db.Reader, d *record.Draft) error {
	if d.Verb == record.Deleting {
		return nil
	}
	return refuseCircle(ctx, r, d, "ParentLink", "The record cannot stand below itself.")
}

// refuseCircle complains when a link to a record of the same kind, followed upwards, comes back to the record.
func refuseCircle(ctx context.Context, r db.Reader, d *record.Draft, link, complaint string) error {
	field := link + "_RecID"
	if !d.Changed(field) {
		return nil
	}
	query := "SELECT doc FROM rec_" + strings.ToLower(d.Type.Root().Object) + " WHERE rec_id = $1"
	for at, n := d.Text(field), 0; at != "" && n < maxChain; n++ {
		if at == d.RecID() {
			d.Refuse(link, "%s", complaint)
			return nil
		}
		var doc []byte
		err := r.QueryRow(ctx, query, literal.Fold(at)).Scan(&doc)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		var above map[string]json.RawMessage
		if err == nil {
			err = json.Unmarshal(doc, &above)
		}
		if err != nil {
			return fmt.Errorf("follow %s: %w", link, err)
		}
		at = ""
		if err := json.Unmarshal(above[field], &at); err != nil && len(above[field]) > 0 {
			return fmt.Errorf("follow %s: %w", link, err)
		}
	}
	return nil
}

// Forget takes what a removed person had: sessions, password, links and roles.
func (m *Module) Forget(ctx context.Context, tx *db.Tx, personID string) error {
	if err := m.sessions.EndSessions(ctx, tx, personID, "account deleted"); err != nil {
		return err
	}
	if err := deletePassword(tx, personID); err != nil {
		return fmt.Errorf("forget person: %w", err)
	}
	held, _, err := m.grants.Held(ctx, tx, personID)
	if err != nil {
		return err
	}
	for _, role := range held {
		if err := m.grants.Revoke(ctx, tx, personID, role); err != nil {
			return err
		}
	}
	return nil
}
