package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// maxLinkBody bounds what may be sent with a link, or with a GET; it says little or nothing.
const maxLinkBody = 64 << 10

// noneRelated stands in the original's answer where the list would be.
const noneRelated = "No instances found."

// relation finds the relationship that follows the path's record: one of the set's type, or of an extension, which the
// record may be of.
func (c *call) relation() (*record.Relation, bool) {
	name := c.path.Rest[0].Name
	for _, t := range append([]*record.Type{c.typ}, c.typ.Extensions...) {
		if r, ok := t.Relation(name); ok {
			return r, !c.hides(t, r)
		}
	}
	return nil, false
}

// hides reports whether a relationship is the view of a field that the principal does not see.
func (c *call) hides(t *record.Type, r *record.Relation) bool {
	if i, own := r.OwnField(); own {
		hidden := c.hidden(t)
		return hidden != nil && hidden[i]
	}
	if i, child := r.ChildField(); child {
		hidden := c.hidden(r.To)
		return hidden != nil && hidden[i]
	}
	return false
}

// source is the path's record, if the caller may access it so, and the relationship as its own type has it: an extension
// may have another one of that name, and the types may have been loaded anew since.
func (c *call) source(r *record.Relation, access role.Access) (record.Row, *record.Relation, error) {
	row, err := c.target(access, errBlankReadKey)
	if err != nil {
		return row, nil, err
	}
	has, ok := row.Type.Relation(r.Name)
	if !ok || has.To.Object != r.To.Object || isChild(has) != isChild(r) {
		return row, nil, errNothingHere
	}
	return row, has, nil
}

// isChild reports whether a relationship is a view of a field of the other end.
func isChild(r *record.Relation) bool {
	_, child := r.ChildField()
	return child
}

// related answers with the records at the other end of a relationship.
func (c *call) related() error {
	if c.hasHistory() {
		return c.history()
	}
	r, ok := c.relation()
	if !ok {
		return errNothingHere
	}
	from, r, err := c.source(r, role.Read)
	if err != nil {
		return err
	}
	var former []string
	if field, ok := r.NamedBy(); ok {
		if former, err = c.formerValues(c.r.Context(), from, field); err != nil {
			return err
		}
	}
	return c.page(listing{
		typ:  r.To,
		path: fmt.Sprintf("%s('%s')/%s", c.typ.Set, url.PathEscape(c.path.Key), r.Name),
		none: noneRelated,
		narrow: func(args *odata.Args) string {
			return r.Condition(from, c.postgres(), args.Add, former...)
		},
	})
}

// link relates the record of the path to another one.
func (c *call) link() error { return c.join("Successfully Created the link", c.engine.Link) }

// unlink parts the record of the path from another one.
func (c *call) unlink() error { return c.join("Successfully Deleted the link", c.engine.Unlink) }

// join links or unlinks. What is stored changes on the side whose field it is: the caller has to have the right to
// change that one, and to see the other.
func (c *call) join(done string, do func(context.Context, *record.Relation, record.Row, record.Row) error) error {
	if c.hasHistory() {
		return errHistoryMethod
	}
	r, ok := c.relation()
	if !ok {
		return errNothingHere
	}
	own, other, changed := role.Update, role.Read, c.typ
	if isChild(r) {
		own, other, changed = role.Read, role.Update, r.To
	}
	from, r, err := c.source(r, own)
	if err != nil {
		return err
	}
	rows, err := c.rowsOf(r.To, other)
	if err != nil {
		return err
	}
	if _, err := web.ReadBody(c.w, c.r, maxLinkBody); err != nil { // says nothing: clients send none, {} and forms
		return err
	}
	to, err := c.find(c.r.Context(), r.To, c.path.Rest[0].Key, rows)
	if fault.Is(err, fault.NotFound) {
		return errUnrelated(c.path.Rest[0].Key, r.To)
	}
	if err != nil {
		return err
	}
	if rows, err = c.rowsOf(changed, role.Update); err != nil {
		return err
	}
	if err := do(c.onlyAsSeen(c.guarded(rows), from), r, from, to); err != nil {
		return err
	}
	c.send(http.StatusOK, []byte(`{"code":"ISM_2000","description":"Ok","message":["`+done+`"],"help":""}`))
	return nil
}

// createRelated makes a record through a relationship, for whoever may make such records. Where the path's record holds
// the link, or a pair is kept, they have to have the right to change that one too.
func (c *call) createRelated(r *record.Relation) error {
	access := role.Update
	if isChild(r) {
		access = role.Read
	}
	from, r, err := c.source(r, access)
	if err != nil {
		return err
	}
	rows, err := c.rowsOf(r.CreateType(), role.Create)
	if err != nil {
		return err
	}
	in, ctx, err := c.inputOnce(c.guarded(rows), r.CreateType())
	if err != nil {
		return err
	}
	made, err := c.engine.CreateRelated(ctx, r, from, in)
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, made.Type, made, nil)
}
