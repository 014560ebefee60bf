package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// act makes a record through a relationship, or runs a quick action: the path says which by its name.
func (c *call) act() error {
	if r, ok := c.relation(); ok {
		return c.createRelated(r)
	}
	if c.hasHistory() {
		return errHistoryMethod
	}
	row, err := c.target(role.Update, errBlankKey)
	if fault.Is(err, fault.NotFound) {
		return errNothingHere // as the original says it of actions
	}
	if err != nil {
		return err
	}
	given, err := c.instruction()
	if err != nil {
		return err
	}
	action, ok := findAction(row.Type, given.id, c.path.Rest[0].Name)
	if !ok || !c.holdsOne(action.Roles) {
		return errNothingHere
	}
	if err := c.lacks(row.Type, action); err != nil {
		return err
	}
	return c.run(row, action, given)
}

// findAction finds a quick action by its id or name. "QuickAction.Close" is the form of one client: it means the action Close, or
// the one that has the object's name behind it.
func findAction(t *record.Type, id, name string) (record.QuickAction, bool) {
	a, ok := t.Action(id, name)
	if short := len("QuickAction."); !ok && len(name) > short && strings.EqualFold(name[:short], "QuickAction.") {
		if a, ok = t.Action(id, name[short:]); !ok {
			a, ok = t.Action(id, name[short:]+"_"+t.Root().Object)
		}
	}
	return a, ok
}

// holdsOne reports whether the caller's role is one of these, includes one or is an administrator's; of none everybody's is.
func (c *call) holdsOne(roles []string) bool {
	if len(roles) == 0 || c.roles().Admin(c.principal) {
		return true
	}
	held := c.roles().Closure(c.principal.Role)
	return slices.ContainsFunc(roles, func(name string) bool {
		return slices.ContainsFunc(held, func(h string) bool { return strings.EqualFold(h, name) })
	})
}

// lacks refuses a quick action that makes records of an object the caller may not make; nil where there is none.
func (c *call) lacks(t *record.Type, a record.QuickAction) error {
	for _, child := range a.Create {
		r, ok := t.Relation(child.Relationship)
		if !ok {
			continue
		}
		if made := r.CreateType(); !c.may(role.Create, made) {
			return errRight(c.principal.Role, role.Create, made)
		}
	}
	return nil
}

// instruction is what a caller sends with a quick action.
type instruction struct {
	body   []byte
	id     string
	save   bool         // false: only look what would come out
	fields record.Input // answers to prompts
}

// instruction reads the body: none at all, the original's form with prompts, or plain fields.
func (c *call) instruction() (instruction, error) {
	o := instruction{save: true}
	body, err := web.ReadBody(c.w, c.r, maxBody)
	if err != nil {
		return o, err
	}
	o.body = body
	if text := bytes.TrimSpace(body); len(text) == 0 || string(text) == "null" {
		return o, nil
	}
	in, err := record.ParseInput(body)
	if err != nil {
		return o, err
	}
	for _, f := range in {
		switch strings.ToLower(f.Name) {
		case "actionid":
			o.id, _ = f.Value.(string)
		case "shouldsave":
			if o.save, err = shouldSave(f.Value); err != nil {
				return o, err
			}
		case "actionparams":
		case "promptparams":
			if err := o.prompts(f.Value); err != nil {
				return o, err
			}
		default:
			o.fields = append(o.fields, f)
		}
	}
	return o, nil
}

// shouldSave reads whether to store: yes unless it is said otherwise.
func shouldSave(value any) (bool, error) {
	switch v := value.(type) {
	case nil:
		return true, nil
	case bool:
		return v, nil
	case string:
		if yes, err := literal.Bool(strings.TrimSpace(v)); err == nil {
			return yes, nil
		}
	}
	return false, refusal(http.StatusBadRequest, "ISM_4000", payload, "ShouldSave is true or false")
}

// maxPrompts bounds the answers of one request.
const maxPrompts = 200

var errPrompts = refusal(http.StatusBadRequest, "ISM_4000", payload, "PromptParams is a list of objects with FieldName and Value")

// prompts reads the list of answers, each with FieldName and Value and whatever else.
func (o *instruction) prompts(value any) error {
	if value == nil {
		return nil
	}
	raw, ok := value.(record.Nested)
	if !ok {
		return errPrompts
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil || len(list) > maxPrompts {
		return errPrompts
	}
	for _, one := range list {
		in, err := record.ParseInput(one)
		switch f := fault.Of(err); {
		case err == nil:
		case f.Code == "text_invalid":
			return err
		default:
			return errPrompts
		}
		answer := record.InputField{}
		for _, f := range in {
			switch strings.ToLower(f.Name) {
			case "fieldname":
				answer.Name, _ = f.Value.(string)
			case "value":
				answer.Value = f.Value
			}
		}
		if _, nested := answer.Value.(record.Nested); nested || answer.Name == "" ||
			slices.ContainsFunc(o.fields, func(f record.InputField) bool { return strings.EqualFold(f.Name, answer.Name) }) {
			return errPrompts
		}
		o.fields = append(o.fields, answer)
	}
	return nil
}

// run carries a quick action out: the record's fields, the records and e-mails that come with it, in one transaction.
func (c *call) run(row record.Row, a record.QuickAction, o instruction) error {
	if err := c.absent(row); err != nil {
		return err
	}
	if o.save {
		ctx, err := c.once(c.r.Context(), record.Updating, row.Type, o.body)
		if err != nil {
			return err
		}
		c.r = c.r.WithContext(ctx)
		// Before all else, and again before it is refused: what the action did, a moment ago too, may be why it does not fit any more.
		if done, err := c.replayed(row.Type); done || err != nil {
			return err
		}
		err = c.carryOut(row, a, o)
		if err != nil {
			if done, _ := c.replayed(row.Type); done {
				return nil
			}
		}
		return err
	}
	return c.carryOut(row, a, o)
}

// replayed answers with what was done before under the request's Idempotency-Key, if anything was.
func (c *call) replayed(t *record.Type) (bool, error) {
	done, ok, err := c.engine.Replayed(c.r.Context(), t)
	if err != nil || !ok {
		return false, err
	}
	return true, c.answer(http.StatusOK, c.typ, done, nil)
}

// carryOut does what a quick action says, or shows what it would do.
func (c *call) carryOut(row record.Row, a record.QuickAction, o instruction) error {
	if err := c.fits(row, a); err != nil {
		return err
	}
	rows, err := c.rows(role.Update)
	if err != nil {
		return err
	}
	in, err := c.answers(row, a, o)
	if err != nil {
		return err
	}
	// Looked at again with the record as it is when it is written: of many who act at once, one may have been enough.
	ctx := record.WithGuard(c.onlyAsSeen(c.guarded(rows), row), func(_ context.Context, _ db.Reader, d *record.Draft) error {
		if d.RecID() != row.RecID || d.Before == nil {
			return nil
		}
		return c.fits(record.Row{RecID: row.RecID, Type: d.Type, Doc: d.Type.Encode(nil, d.Before)}, a)
	})
	if !o.save {
		row, err = c.engine.Preview(ctx, row.Type, row.RecID, in)
	} else {
		row, err = c.engine.Update(c.followed(ctx, a), row.Type, row.RecID, in)
	}
	if err != nil {
		return err
	}
	if len(a.Notify) > 0 {
		wake(c.tenant)
	}
	return c.answer(http.StatusOK, c.typ, row, nil)
}

// fits refuses a quick action on a record it is not for.
func (c *call) fits(row record.Row, a record.QuickAction) error {
	if row.Bool("ReadOnly") && !a.Closed {
		return refusal(http.StatusBadRequest, "ISM_4000", payload,
			fmt.Sprintf("Record '%s' of the business object '%s' is closed and the action '%s' is not for closed records", row.RecID, row.Type.Singular, a.Name))
	}
	for field, values := range a.When {
		is := row.Text(field)
		if !slices.ContainsFunc(values, func(v string) bool { return literal.Fold(v) == literal.Fold(is) }) {
			return refusal(http.StatusBadRequest, "ISM_4000", payload,
				fmt.Sprintf("The action '%s' is not for a record whose field '%s' is '%s'", a.Name, field, is))
		}
	}
	return nil
}

// answers is what is stored: what the action sets, beyond that what the caller answered, beyond that the defaults.
func (c *call) answers(row record.Row, a record.QuickAction, o instruction) (record.Input, error) {
	var in record.Input
	said := map[int]int{} // who has said something of a field, of all its parts: 1 the action, 2 the caller, 3 a default
	say := func(who int, name string, value any) {
		if i, _, ok := row.Type.Lookup(name); ok {
			main := row.Type.Fields[i].Main
			if by := said[main]; by != 0 && by != who {
				return
			}
			said[main] = who
		}
		in = append(in, record.InputField{Name: name, Value: value}) // one that is unknown is refused by its name
	}
	expand := func(text string) any { return c.meaning(text, row.Text) }
	for name, text := range a.Set {
		say(1, name, expand(text))
	}
	given := map[int]bool{}
	for _, f := range o.fields {
		if i, _, ok := row.Type.Lookup(f.Name); ok && f.Value != nil && f.Value != "" {
			given[row.Type.Fields[i].Main] = true
		}
		say(2, f.Name, f.Value)
	}
	var missing []string
	for _, p := range a.Prompts {
		i := row.Type.Fields[row.Type.Position(p.Field)].Main
		switch {
		case given[i]:
		case p.Default != "":
			say(3, p.Field, expand(p.Default))
		case p.Required && row.Text(p.Field) == "":
			missing = append(missing, p.Field)
		}
	}
	if missing != nil {
		return nil, refusal(http.StatusBadRequest, "ISM_4000", payload,
			fmt.Sprintf("DataLayer.PromptException: the action '%s' asks for %s", a.Name, strings.Join(missing, ", ")))
	}
	return in, nil
}

// meaning is the value that a text of a definition stands for; text gives the fields of the record.
func (c *call) meaning(phrase string, text func(field string) string) any {
	switch phrase {
	case "$now":
		return literal.FormatTime(c.clock.Now().Unix())
	case "$login":
		return c.principal.Login
	case "$displayname":
		return c.principal.DisplayName
	case "$null":
		return nil
	}
	return record.Expand(phrase, text)
}

// followed returns a context in which the update is followed by the records and e-mails of the action.
func (c *call) followed(ctx context.Context, a record.QuickAction) context.Context {
	if len(a.Create) == 0 && len(a.Notify) == 0 {
		return ctx
	}
	return record.WithGuard(ctx, func(ctx context.Context, r db.Reader, d *record.Draft) error {
		d.Then(func(ctx context.Context, tx *db.Tx) error {
			row := d.Row()
			ctx = record.WithoutGuard(ctx) // what the action makes is the action's, not the caller's
			for _, child := range a.Create {
				if err := c.makeChild(ctx, tx, row, child); err != nil {
					return fmt.Errorf("run the action %s: %w", a.Name, err)
				}
			}
			for _, n := range a.Notify {
				if err := c.notify(ctx, tx, row, n); err != nil {
					return fmt.Errorf("run the action %s: %w", a.Name, err)
				}
			}
			return nil
		})
		return nil
	})
}

func (c *call) makeChild(ctx context.Context, tx *db.Tx, row record.Row, child record.ChildRecord) error {
	r, ok := row.Type.Relation(child.Relationship)
	if !ok {
		return errors.New("the relationship " + child.Relationship + " is gone")
	}
	var in record.Input
	for name, text := range child.Fields {
		in = append(in, record.InputField{Name: name, Value: c.meaning(text, row.Text)})
	}
	_, err := c.engine.CreateRelatedTx(ctx, tx, r, row, in)
	return err
}

// notify writes to whom the action says; to nobody where that is empty.
func (c *call) notify(ctx context.Context, tx *db.Tx, row record.Row, n record.Notice) error {
	text := func(phrase string) string {
		s, _ := c.meaning(phrase, row.Text).(string)
		return s
	}
	to := text(n.To)
	if strings.TrimSpace(to) == "" {
		return nil
	}
	return queueMail(ctx, tx, c.engine, c.clock.Now(), row, to, text(n.Subject), text(n.Body))
}
