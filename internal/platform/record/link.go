package record

import (
	"context"
	"fmt"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Link relates two records; what is related already stays so. A relation for one record gives up the one it had.
//
// What WithRevisions says of from holds also where the link is kept elsewhere: in a pair inside the group, in a field of to as
// it was read.
func (e *Engine) Link(ctx context.Context, r *Relation, from, to Row) error {
	err := asExpected(ctx, from)
	if err != nil {
		return err
	}
	switch r.kind {
	case byChild:
		_, err = e.Update(ctx, to.Type, to.RecID, r.parent(from))
	case byLink:
		_, err = e.Update(ctx, from.Type, from.RecID, r.naming(from.Type, to))
	default:
		err = e.pair(ctx, r, from, to, true)
	}
	return err
}

// Unlink parts two records; what is not related stays so.
func (e *Engine) Unlink(ctx context.Context, r *Relation, from, to Row) error {
	if err := asExpected(ctx, from); err != nil {
		return err
	}
	switch r.kind {
	case byChild:
		return e.unname(ctx, to, r.field, from.RecID)
	case byLink:
		return e.unname(ctx, from, r.field, to.RecID)
	default:
		return e.pair(ctx, r, from, to, false)
	}
}

// unname clears a field of a record if it still names the one that is given.
func (e *Engine) unname(ctx context.Context, row Row, field int, named string) error {
	name, by := row.Type.Fields[field].Name, row.Type.Fields[linkedBy(row.Type, field)].Name
	var draft func(db.Reader, *schema) (*Draft, error)
	draft = func(reader db.Reader, s *schema) (*Draft, error) {
		now, err := e.get(ctx, reader, row.Type, row.RecID)
		if err != nil {
			return nil, err
		}
		var in Input
		if sameKey(now.Text(by), named) {
			in = Input{{Name: name}}
		}
		d, err := e.change(ctx, reader, s, row.Type, row.RecID, in)
		if err == nil {
			d.redraft = func(tx *db.Tx) (*Draft, error) { return draft(tx, s) }
		}
		return d, err
	}
	_, err := e.write(ctx, func(s *schema) (*Draft, error) { return draft(e.db, s) })
	return err
}

func sameKey(a, b string) bool { return literal.Fold(a) == literal.Fold(b) }

// CreateRelated makes a record through a relation, related from its beginning.
func (e *Engine) CreateRelated(ctx context.Context, r *Relation, from Row, in Input) (Row, error) {
	return e.made(ctx, r.CreateType(), func(s *schema) (*Draft, error) { return e.relatedCreation(ctx, e.db, s, r, from, in) })
}

// CreateRelatedTx is CreateRelated inside the caller's transaction.
func (e *Engine) CreateRelatedTx(ctx context.Context, tx *db.Tx, r *Relation, from Row, in Input) (Row, error) {
	return e.writeTx(tx, func(s *schema) (*Draft, error) { return e.relatedCreation(ctx, tx, s, r, from, in) })
}

func (e *Engine) relatedCreation(ctx context.Context, reader db.Reader, s *schema, r *Relation, from Row, in Input) (*Draft, error) {
	if r.kind == byChild {
		in = r.childInput(from, in)
	}
	d, err := e.creation(ctx, reader, s, r.CreateType(), in)
	switch {
	case err != nil:
		return nil, err
	case r.kind == byLink:
		d.Then(func(ctx context.Context, tx *db.Tx) error {
			_, err := e.UpdateTx(ctx, tx, from.Type, from.RecID, r.naming(from.Type, d.row(nil)))
			return err
		})
	case r.kind != byChild:
		d.Then(func(ctx context.Context, tx *db.Tx) error {
			if err := stillThere(tx.QueryRow, from); err != nil {
				return err
			}
			return e.storePair(ctx, tx, r, from, d.row(nil), true)
		})
	}
	return d, nil
}

// replace has the children that a relation for one record had before give up their parent once the draft is stored, by
// whatever way it got that parent: field is the one that names it.
func (d *Draft) replace(field int, parent Row) {
	for _, r := range parent.Type.sole {
		if r.kind == byChild && r.field == field && d.Type.Is(r.To) {
			d.engine.replacing(d, r, parent)
		}
	}
}

// replacing is replace for one relation.
func (e *Engine) replacing(d *Draft, r *Relation, from Row) {
	d.Then(func(ctx context.Context, tx *db.Tx) error {
		var args []any
		add := func(v any) string {
			args = append(args, v)
			return fmt.Sprintf("$%d", len(args))
		}
		query := "SELECT rec_id FROM " + r.To.table + " WHERE rec_id <> " + add(d.key()) + " AND " + r.Condition(from, e.postgres, add)
		if r.To.Base != nil {
			query += " AND object = " + add(r.To.Object)
		}
		var others []string
		err := eachRow(ctx, tx, query, func(scan func(...any) error) error {
			var recID string
			err := scan(&recID)
			others = append(others, strings.ToUpper(recID))
			return err
		}, args...)
		if err != nil {
			return fmt.Errorf("read whom %s leads to: %w", r.Name, err)
		}
		for _, recID := range others {
			if _, err := e.UpdateTx(ctx, tx, r.To, recID, Input{{Name: r.To.Fields[r.field].Name}}); err != nil {
				return fmt.Errorf("end what %s was: %w", r.Name, err)
			}
		}
		return nil
	})
}

// parent is the input that hangs a child on a record.
func (r *Relation) parent(from Row) Input {
	return naming(&r.To.Fields[r.field], from)
}

// childInput is what was sent for a child, with the record it is made through as its parent, whatever was sent for that.
func (r *Relation) childInput(from Row, in Input) Input {
	parent := r.parent(from)
	out := make(Input, 0, len(in)+len(parent))
	for _, f := range in {
		if i, _, ok := r.To.Lookup(f.Name); !ok || r.To.Fields[i].Main != r.field {
			out = append(out, f)
		}
	}
	return append(out, parent...)
}

// naming is the input that makes a record name another one by its own field.
func (r *Relation) naming(of *Type, to Row) Input { return naming(&of.Fields[r.field], to) }

// naming is the input by which a field names a record.
func naming(f *Field, to Row) Input {
	if f.Def.From != nil {
		return Input{{Name: f.Name, Value: to.Text(f.Def.From.Value)}}
	}
	return Input{{Name: f.Name + "_RecID", Value: to.RecID}, {Name: f.Name + "_Category", Value: to.Type.Object}}
}

// recheckAncestors looks again whether a link makes a record its own ancestor: two changes that were each fine may
// not be so together.
func (d *Draft) recheckAncestors(tx *db.Tx) error {
	for _, l := range d.links {
		if d.Verb != Updating || !l.To.Has(l.Field) {
			continue
		}
		row, err := d.engine.get(d.ctx, tx, l.To, l.RecID)
		if err != nil {
			return err
		}
		f := &d.Type.Fields[d.Type.Position(l.Field)]
		if own, err := d.ownAncestor(tx, f, row); err != nil {
			return err
		} else if own {
			d.refuseAncestor(f, l.RecID)
		}
	}
	return d.refusal()
}

func (d *Draft) refuseAncestor(f *Field, key string) {
	d.Refuse(f.Name+"_RecID", "Record '%s' cannot be the %s of itself or of what it hangs on", key, f.Name)
}

// How far up a chain of parents goes.
const maxAncestors = 64

// ownAncestor reports whether following a link's field upwards from a record comes back to the draft's own. A chain that is
// longer than maxAncestors counts as one.
func (d *Draft) ownAncestor(r db.Reader, f *Field, up Row) (bool, error) {
	if d.Verb == Creating {
		return false, nil
	}
	self := d.RecID()
	for range maxAncestors {
		if sameKey(up.RecID, self) {
			return true, nil
		}
		i, _, ok := up.Type.Lookup(f.Name)
		if !ok || up.Type.Fields[i].Def == nil || up.Type.Fields[i].Def.Type != "link" {
			return false, nil
		}
		key, category := up.Text(f.Name), up.Text(f.Name+"_Category")
		to := d.schema.types[literal.Fold(objectSpelling(category))]
		if key == "" || to == nil {
			return false, nil
		}
		next, err := d.engine.get(d.ctx, r, to, key)
		if fault.Is(err, fault.NotFound) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		up = next
	}
	return true, nil
}
