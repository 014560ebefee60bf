package record

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

// Verb is what a draft does.
type Verb string

// The verbs, as they stand in the audit trail.
const (
	Creating Verb = "create"
	Updating Verb = "update"
	Deleting Verb = "delete"
)

// Owner holds rules of the objects a domain owns, beyond what their definitions say.
type Owner interface {
	// Validate looks at a draft after the definition's own rules ran: it may set fields, complain, flag, and ask
	// for more to happen in the same transaction. It must be harmless to run twice: it runs again where the
	// record changed meanwhile. It reads through r.
	Validate(ctx context.Context, r db.Reader, d *Draft) error
}

// Draft is a write before it happens.
type Draft struct {
	Type          *Type
	Verb          Verb
	Before, After Record // Before is nil on creation, After on deletion
	Now           time.Time
	Actor         *principal.Principal

	ctx        context.Context
	engine     *Engine
	schema     *schema
	reader     db.Reader
	sent       []bool
	complaints []fault.Field
	flags      []string
	additions  []ListValue // to open lists
	addedTo    []string
	links      []Link
	unique     []uniqueness
	deletes    int64
	still      []func(context.Context, db.Reader) error
	then       []func(context.Context, *db.Tx) error
	redraft    func(*db.Tx) (*Draft, error)
	rowID, rev int64
	ready      *prepared // of a creation, made before the group where only its number is missing
	changed    []byte    // its changes, likewise
	drawn      bool      // its number came from the counter
	err        error
}

// Sent reports whether the caller sent the field.
func (d *Draft) Sent(field string) bool {
	return d.sent != nil && d.sent[d.Type.Position(field)]
}

func (d *Draft) now() Record {
	if d.After == nil {
		return d.Before
	}
	return d.After
}

// Text is a text field of the record as it will be (as it was, on deletion); "" for none.
func (d *Draft) Text(field string) string { return d.now()[d.Type.Position(field)].Text }

// Number is a field of any other kind; 0 for none.
func (d *Draft) Number(field string) int64 { return d.now()[d.Type.Position(field)].Num }

// Bool is a boolean field.
func (d *Draft) Bool(field string) bool { return d.Number(field) != 0 }

// Was is a text field of the record as it was; "" on creation.
func (d *Draft) Was(field string) string {
	if d.Before == nil {
		return ""
	}
	return d.Before[d.Type.Position(field)].Text
}

// Changed reports whether the field differs from what it was.
func (d *Draft) Changed(field string) bool {
	i := d.Type.Position(field)
	if d.Before == nil || d.After == nil {
		return d.now()[i].Set
	}
	return d.Before[i] != d.After[i]
}

// SetText sets a text field, with its twin where it is a pick list; "" clears it.
func (d *Draft) SetText(field, value string) {
	i := d.Type.Position(field)
	d.After[i] = TextValue(value)
	if d.Type.twins[i] >= 0 {
		d.pick(i)
	}
}

// SetBool sets a boolean field.
func (d *Draft) SetBool(field string, b bool) { d.After[d.Type.Position(field)] = BoolValue(b) }

// SetNumber sets a number field, or a date as Unix seconds.
func (d *Draft) SetNumber(field string, n int64) { d.After[d.Type.Position(field)] = NumValue(n) }

// Clear takes a field's value away.
func (d *Draft) Clear(field string) {
	i := d.Type.Position(field)
	d.After[i] = Value{Set: d.Type.Fields[i].Kind == Bool}
}

// Refuse adds a complaint. The write is refused with all of them.
func (d *Draft) Refuse(field, format string, args ...any) {
	message := format
	if len(args) > 0 {
		message = fmt.Sprintf(format, args...)
	}
	d.complaints = append(d.complaints, fault.Field{Field: field, Message: message})
}

// Guard looks at a draft for the one who writes, after the rules of its object: what may this caller link and set?
type Guard func(ctx context.Context, r db.Reader, d *Draft) error

type guardKey struct{}

// WithGuard returns a context whose writes of records are looked at by g, after the guard that ctx has already.
func WithGuard(ctx context.Context, g Guard) context.Context {
	if first, ok := ctx.Value(guardKey{}).(Guard); ok && first != nil {
		second := g
		g = func(ctx context.Context, r db.Reader, d *Draft) error {
			if err := first(ctx, r, d); err != nil {
				return err
			}
			return second(ctx, r, d)
		}
	}
	return context.WithValue(ctx, guardKey{}, g)
}

// WithoutGuard returns a context whose writes of records nobody looks at: for what a rule writes by itself.
func WithoutGuard(ctx context.Context) context.Context {
	return context.WithValue(ctx, guardKey{}, Guard(nil))
}

// Link is a record that a draft links anew.
type Link struct {
	Field string
	To    *Type
	RecID string
}

// Links are the links that are new in the draft.
func (d *Draft) Links() []Link { return d.links }

// RefuseLink complains of a link as one to a record that is not there.
func (d *Draft) RefuseLink(l Link) {
	d.Refuse(l.Field+"_RecID", "Record '%s' cannot be found in the business object '%s'", l.RecID, l.To.Singular)
}

// OnlyOne asks that no other record has the same values in these fields, of which one has a column of its own. It is
// looked at when the record is written, so that of two writes at once one is refused (CodeTaken). Nulls do not count.
// For what a definition cannot say, because records that are there already may break it.
func (d *Draft) OnlyOne(fields ...string) {
	var u uniqueness
	for _, name := range fields {
		i := d.Type.Position(name)
		if !d.After[i].Set {
			return
		}
		u.fields = append(u.fields, i)
	}
	d.unique = append(d.unique, u)
}

// Codes of complaints that callers tell apart.
const (
	CodeNotInList = "not_in_list" // a value outside of a closed pick list
	CodeTaken     = "taken"       // a value that another record has
)

func (d *Draft) refuseValue(f *Field, value string) {
	d.complaints = append(d.complaints, fault.Field{Field: f.Name, Code: CodeNotInList,
		Message: fmt.Sprintf("The value '%s' is not in the pick list of the field '%s'", shown(value), f.Name)})
}

// Flag adds a remark to the audit entry.
func (d *Draft) Flag(text string) { d.flags = append(d.flags, text) }

// Still asks for another look when the record is about to be written, for a rule that depends on more than records. It reads inside the
// transaction and refuses with its error.
func (d *Draft) Still(fn func(ctx context.Context, r db.Reader) error) {
	d.still = append(d.still, fn)
}

// Then asks for more to happen in the same transaction, after the record is written. It must not fail for the
// caller's fault.
func (d *Draft) Then(fn func(ctx context.Context, tx *db.Tx) error) { d.then = append(d.then, fn) }

// Engine is the engine that writes, for what Then does.
func (d *Draft) Engine() *Engine { return d.engine }

// Row is the record as it will be, for what Then does.
func (d *Draft) Row() Row { return d.row(nil) }

// Rev is the record's revision once the draft is stored; of a removal, the last one.
func (d *Draft) Rev() int64 { return d.rev }

// Changes lists every field that changes, before and after, as the audit trail does: {"Status":["Logged","Active"],…}.
func (d *Draft) Changes() json.RawMessage { return d.changes() }

// Document is the record as it will be, or of a removal as it was: its canonical JSON.
func (d *Draft) Document() []byte { return d.Type.Encode(nil, d.now()) }

// RecID is the record's key.
func (d *Draft) RecID() string { return d.now()[FieldRecID].Text }

// refusal makes one error of the complaints, or nil.
func (d *Draft) refusal() error {
	if len(d.complaints) == 0 {
		return nil
	}
	messages := make([]string, len(d.complaints))
	for i, c := range d.complaints {
		messages[i] = c.Message
	}
	e := fault.New(fault.Invalid, "record_invalid", "%s", strings.Join(messages, " "))
	e.Fields = d.complaints
	return e
}
