package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

// InForce is what an edit begins with: the definitions and lists as they are in the transaction that will change them.
type InForce struct{ s *schema }

// Definition returns an object's definition as it was written.
func (f InForce) Definition(object string) (Definition, bool) {
	t, ok := f.s.types[literal.Fold(objectName(object))]
	if !ok {
		return Definition{}, false
	}
	return f.s.written[t.Object], true
}

// List returns a pick list.
func (f InForce) List(name string) (List, bool) {
	l, ok := f.s.lists[literal.Fold(name)]
	if !ok {
		return List{}, false
	}
	out := l.List
	out.Values = slices.Clone(l.Values)
	return out, true
}

// Tag names the version of an object's definition, "" where there is no such object: it changes with each change of it and with nothing else.
func (f InForce) Tag(object string) string {
	d, ok := f.Definition(object)
	if !ok {
		return ""
	}
	return digest(d)[:tagLength]
}

// ListTag names the version of a pick list, "" where there is none.
func (f InForce) ListTag(name string) string {
	l, ok := f.List(name)
	if !ok {
		return ""
	}
	return digest(l)[:tagLength]
}

const tagLength = 16

// InForce returns what is in force now.
func (e *Engine) InForce(ctx context.Context) InForce { return InForce{e.now(ctx)} }

// Lists returns all pick lists, by name.
func (f InForce) Lists() []List {
	out := make([]List, 0, len(f.s.lists))
	for _, key := range sortedKeys(f.s.lists) {
		out = append(out, f.s.lists[key].List)
	}
	return out
}

// Stock reports whether an object came with the program.
func (f InForce) Stock(object string) bool { return f.s.stock[objectName(object)] }

// Edited is what came of an edit.
type Edited struct {
	Changes []string     // a line for each object and list, as of Apply; none: everything was in force already
	Parts   []PartChange // the same in detail
}

var errDry = errors.New("this was to see what would happen")

// Edit changes object types and pick lists like Apply, by what make says of those in force; nothing else changes them in between. A dry
// edit goes as far as every check but that of unique values and undoes it. Problems are complaints (fault.Invalid) with the place of each in
// what make returned, in its Fields, as a JSON pointer (RFC 6901).
func (e *Engine) Edit(ctx context.Context, dry bool, make func(InForce) (Catalogue, error)) (Edited, error) {
	if principal.From(ctx) == nil {
		return Edited{}, errNobody
	}
	var out Edited
	err := e.db.Alone(ctx, func(tx *db.Tx) error {
		out = Edited{}
		before, err := load(ctx, tx)
		if err != nil {
			return err
		}
		c, err := make(InForce{before})
		if err != nil {
			return err
		}
		a := application{dry: dry}
		a.add("desk", false, c)
		out.Changes, err = e.applyTx(tx, &a)
		out.Parts = a.parts
		return located(c, err)
	})
	if errors.Is(err, errDry) {
		return out, nil
	}
	if err != nil {
		return Edited{}, err
	}
	return out, e.refresh(ctx)
}

// Totals returns how many records each object has, by object name; those of an extension count for its base too, and views have none.
func (e *Engine) Totals(ctx context.Context) (map[string]int64, error) {
	out := map[string]int64{}
	err := eachRow(ctx, e.db, "SELECT substr(name, 7), value FROM cell WHERE name LIKE 'total/%'", func(scan func(...any) error) error {
		var name string
		var n int64
		err := scan(&name, &n)
		out[name] = n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count the records: %w", err)
	}
	return out, nil
}

// CountMost is how far Holding counts.
const CountMost = 1_000_000

// Holding counts the records of an object that have a value in a field, up to CountMost. It may read them all.
func (e *Engine) Holding(ctx context.Context, t *Type, field string) (n int64, err error) {
	i, ok := t.names[literal.Fold(field)]
	if !ok || t.view != nil {
		return 0, nil
	}
	where := t.Expr(i, e.postgres) + " IS NOT NULL"
	if t.Fields[i].Kind == Bool {
		where = t.Expr(i, e.postgres) + " = 1"
	}
	var args []any
	if t.Base != nil {
		where, args = where+" AND object = $1", append(args, t.Object)
	}
	err = e.db.QueryRow(ctx, fmt.Sprintf("SELECT count(*) FROM (SELECT 1 FROM %s WHERE %s LIMIT %d) held", t.table, where, CountMost), args...).Scan(&n)
	if err != nil {
		err = fmt.Errorf("count the values of %s.%s: %w", t.Object, field, err)
	}
	return n, err
}

// Twice reports whether two records have the same value in a field, which then cannot become unique. It may read them all.
func (e *Engine) Twice(ctx context.Context, t *Type, field string) (bool, error) {
	i, ok := t.names[literal.Fold(field)]
	if !ok || t.view != nil {
		return false, nil
	}
	found := false
	err := eachRow(ctx, e.db, fmt.Sprintf("SELECT 1 FROM %s WHERE %s IS NOT NULL GROUP BY %[2]s HAVING count(*) > 1 LIMIT 1", t.table, t.Expr(i, e.postgres)),
		func(scan func(...any) error) error {
			found = true
			return scan(new(int64))
		})
	return found, err
}

// ListUse is a field that takes its values from a pick list.
type ListUse struct {
	Type  *Type
	Field *FieldDefinition
}

// ListUses finds the fields that take their values from a pick list, each where it is defined.
func (e *Engine) ListUses(ctx context.Context, name string) []ListUse {
	var out []ListUse
	s := e.now(ctx)
	for _, t := range s.ordered {
		if t.view != nil {
			continue
		}
		own := s.written[t.Object].Fields
		for i := range own {
			if own[i].List != "" && literal.Fold(own[i].List) == literal.Fold(name) {
				out = append(out, ListUse{t, &own[i]})
			}
		}
	}
	return out
}

// ValueCounts counts the records of an object by their folded values of a field. It may read them all.
func (e *Engine) ValueCounts(ctx context.Context, u ListUse) (map[string]int64, error) {
	out := map[string]int64{}
	i, ok := u.Type.names[literal.Fold(u.Field.Name)]
	if !ok {
		return out, nil
	}
	of := u.Type.Expr(i, e.postgres)
	err := eachRow(ctx, e.db, fmt.Sprintf("SELECT %s, count(*) FROM %s WHERE %[1]s IS NOT NULL GROUP BY %[1]s", of, u.Type.table), func(scan func(...any) error) error {
		var value string
		var n int64
		err := scan(&value, &n)
		out[value] += n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count the values of %s.%s: %w", u.Type.Object, u.Field.Name, err)
	}
	return out, nil
}

// RemoveList deletes a pick list that no field uses; others are refused (fault.Conflict). tag is that of the list to be deleted, "" for any.
func (e *Engine) RemoveList(ctx context.Context, name, tag string) error {
	if principal.From(ctx) == nil {
		return errNobody
	}
	err := e.db.Alone(ctx, func(tx *db.Tx) error {
		s, err := load(ctx, tx)
		if err != nil {
			return err
		}
		l := s.lists[literal.Fold(name)]
		if l == nil {
			return fault.New(fault.NotFound, "list_unknown", "There is no pick list %q.", shown(name))
		}
		if tag != "" && tag != (InForce{s}).ListTag(name) {
			return errChanged
		}
		for _, t := range s.ordered {
			for _, f := range s.written[t.Object].Fields {
				if f.List != "" && literal.Fold(f.List) == literal.Fold(name) {
					return fault.New(fault.Conflict, "list_used", "The list %s is used by the field %s of %s.", l.Name, f.Name, t.ID())
				}
			}
		}
		for _, text := range []string{"DELETE FROM pick_value WHERE list = $1", "DELETE FROM pick_list WHERE name = $1"} {
			if _, err := tx.Exec(text, l.Name); err != nil {
				return fmt.Errorf("delete the list %s: %w", l.Name, err)
			}
		}
		tx.AddCell("schema", 1)
		return e.auditParts(tx, "schema.delete", l.Name, []PartChange{{List: l.Name, Before: raw(l.List)}}, nil)
	})
	if err != nil {
		return err
	}
	return e.refresh(ctx)
}

var errChanged = fault.New(fault.PreconditionFailed, "definition_changed", "Somebody else has changed this in the meantime. Read it again, and repeat your change.")

// CheckTag refuses (fault.PreconditionFailed) a change of what is not any more as its author saw it; "" is what nobody looked at.
func CheckTag(seen, now string) error {
	if seen == "" || seen == "*" || seen == now {
		return nil
	}
	return errChanged
}

func raw(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic("record: a definition cannot be written as JSON: " + err.Error())
	}
	return b
}

// ObjectID is an object's technical name as it is written: with a # at its end where it has none inside.
func ObjectID(object string) string { return objectID(objectName(object)) }
