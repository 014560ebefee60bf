package record

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

// Link relates two records; what is related already stays so. A relation for one record gives up the one it had.
func (e *Engine) Link(ctx context.Context, r *Relation, from, to Row) error {
	var err error
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
	var err error
	switch r.kind {
	case byChild:
		if sameKey(to.Text(r.To.Fields[linkedBy(r.To, r.field)].Name), from.RecID) {
			_, err = e.Update(ctx, to.Type, to.RecID, Input{{Name: r.To.Fields[r.field].Name}})
		}
	case byLink:
		if sameKey(from.Text(from.Type.Fields[linkedBy(from.Type, r.field)].Name), to.RecID) {
			_, err = e.Update(ctx, from.Type, from.RecID, Input{{Name: from.Type.Fields[r.field].Name}})
		}
	default:
		err = e.pair(ctx, r, from, to, false)
	}
	return err
}

func sameKey(a, b string) bool { return literal.Fold(a) == literal.Fold(b) }

// CreateRelated makes a record through a relation, related from its beginning.
func (e *Engine) CreateRelated(ctx context.Context, r *Relation, from Row, in Input) (Row, error) {
	if r.kind == byChild {
		return e.Create(ctx, r.CreateType(), r.childInput(from, in))
	}
	return e.made(ctx, r.CreateType(), func(s *schema) (*Draft, error) {
		d, err := e.creation(ctx, e.db, s, r.CreateType(), in)
		if err != nil {
			return nil, err
		}
		d.Then(func(ctx context.Context, tx *db.Tx) error {
			made := d.row(nil)
			if r.kind == byLink {
				_, err := e.UpdateTx(ctx, tx, from.Type, from.RecID, r.naming(from.Type, made))
				return err
			}
			return e.storePair(ctx, tx, r, from, made, true)
		})
		return d, nil
	})
}

// CreateRelatedTx is CreateRelated inside the caller's transaction.
func (e *Engine) CreateRelatedTx(ctx context.Context, tx *db.Tx, r *Relation, from Row, in Input) (Row, error) {
	if r.kind == byChild {
		return e.CreateTx(ctx, tx, r.CreateType(), r.childInput(from, in))
	}
	made, err := e.CreateTx(ctx, tx, r.CreateType(), in)
	switch {
	case err != nil:
	case r.kind == byLink:
		_, err = e.UpdateTx(ctx, tx, from.Type, from.RecID, r.naming(from.Type, made))
	default:
		err = e.storePair(ctx, tx, r, from, made, true)
	}
	return made, err
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

// pair makes or ends a pair.
func (e *Engine) pair(ctx context.Context, r *Relation, from, to Row, made bool) error {
	if principal.From(ctx) == nil {
		return errNobody
	}
	check := func(tx *db.Tx) error {
		for _, row := range []Row{from, to} {
			if err := tx.Claim("record/" + row.RecID); err != nil {
				return err
			}
			var one int64
			err := tx.Peek("SELECT 1 FROM "+row.Type.table+" WHERE rec_id = $1", literal.Fold(row.RecID)).Scan(&one)
			if errors.Is(err, sql.ErrNoRows) {
				return UnknownRecord(row.Type, row.RecID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	return e.db.Write(ctx, check, func(tx *db.Tx) error { return e.storePair(ctx, tx, r, from, to, made) })
}

func (e *Engine) storePair(ctx context.Context, tx *db.Tx, r *Relation, from, to Row, made bool) error {
	source, target := literal.Fold(from.RecID), literal.Fold(to.RecID)
	if r.kind == byInverse {
		source, target = target, source
	}
	statement := "DELETE FROM record_link WHERE source = $1 AND relation = $2 AND target = $3"
	change := [2]any{to.RecID, nil}
	if made {
		statement = "INSERT INTO record_link (source, relation, target) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
		change = [2]any{nil, to.RecID}
		if r.One {
			was, err := e.endOthers(tx, r, source, target)
			if err != nil {
				return err
			}
			if was != "" {
				change[0] = was
			}
		}
	}
	n, err := tx.Exec(statement, source, r.pairs, target)
	if err != nil || n == 0 {
		return err
	}
	changes, err := json.Marshal(map[string][2]any{r.Name: change})
	if err != nil {
		return fmt.Errorf("audit a link: %w", err)
	}
	verb := ".unlink"
	if made {
		verb = ".link"
	}
	return audit.Write(ctx, tx, e.clock.Now(), audit.Entry{Action: from.Type.Singular + verb, Object: from.Type.ID(), Target: from.RecID, Changes: changes})
}

// endOthers ends the pair that a relation for one record had before, and returns whom it was with; "" for nobody.
func (e *Engine) endOthers(tx *db.Tx, r *Relation, source, target string) (string, error) {
	own, other, mine, theirs := "source", "target", source, target
	if r.kind == byInverse {
		own, other, mine, theirs = "target", "source", target, source
	}
	those := fmt.Sprintf(" FROM record_link WHERE relation = $1 AND %s = $2 AND %s <> $3", own, other)
	var was string
	err := tx.QueryRow(tx.Context(), "SELECT "+other+those, r.pairs, mine, theirs).Scan(&was)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err == nil {
		_, err = tx.Exec("DELETE"+those, r.pairs, mine, theirs)
	}
	return strings.ToUpper(was), err
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
