package record

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

// AsSystem returns a context in which the program itself writes.
func AsSystem(ctx context.Context) context.Context {
	return principal.With(ctx, &principal.Principal{Kind: principal.System, Login: "InternalServices", DisplayName: "Internal Services"})
}

// seed brings the stock objects of a tenant to what this program ships: new objects with their first records, new
// fields, new list values. What an administrator added stays.
func (e *Engine) seed(ctx context.Context, stock []Stock) error {
	if len(stock) == 0 {
		return nil
	}
	want := digest(stock)
	var have string
	if err := e.db.QueryRow(ctx, "SELECT coalesce((SELECT value FROM setting WHERE name = 'stock.digest'), '')").Scan(&have); err != nil {
		return err
	}
	if have == want {
		return nil
	}
	return e.db.Alone(AsSystem(ctx), func(tx *db.Tx) error {
		var all application
		for _, s := range stock {
			all.add(s.Domain, true, s.Catalogue)
		}
		if err := all.join(); err != nil {
			return err
		}
		if _, err := e.applyTx(tx, &all); err != nil {
			return err
		}
		_, err := tx.Exec("INSERT INTO setting (name, value) VALUES ('stock.digest', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value", want)
		return err
	})
}

// Apply makes or changes object types and pick lists, all or nothing, and returns a line for each change; none means
// that everything is in force already and nothing was written. It refuses (fault.Invalid) what would lose data: another
// type for a field, a smaller max, a stock field left out.
func (e *Engine) Apply(ctx context.Context, c Catalogue) ([]string, error) {
	if principal.From(ctx) == nil {
		return nil, errNobody
	}
	var changes []string
	err := e.db.Alone(ctx, func(tx *db.Tx) (err error) {
		var a application
		a.add("desk", false, c)
		changes, err = e.applyTx(tx, &a)
		return err
	})
	if err != nil {
		return nil, err
	}
	return changes, e.refresh(ctx)
}

// application is what is to be applied, in order.
type application struct {
	lists   []List
	objects []applied
	records map[string][]map[string]any
	stock   bool
	dry     bool         // only to see what would happen
	parts   []PartChange // what was changed, told by applyTx
}

type applied struct {
	Definition
	owner   string
	stock   bool
	version int64 // of the documents, where they stay as they are; 0: a new one
}

func (a *application) add(owner string, stock bool, c Catalogue) {
	a.stock = stock
	a.lists = append(a.lists, c.Lists...)
	for _, d := range c.Objects {
		if stock {
			d.Fields = append([]FieldDefinition(nil), d.Fields...)
			for i := range d.Fields {
				d.Fields[i].Stock = true
			}
			d = d.shipped(true)
		}
		a.objects = append(a.objects, applied{Definition: d, owner: owner})
	}
	if a.records == nil {
		a.records = map[string][]map[string]any{}
	}
	for object, records := range c.Records {
		a.records[objectName(object)] = append(a.records[objectName(object)], records...)
	}
}

func (e *Engine) applyTx(tx *db.Tx, a *application) ([]string, error) {
	ctx := tx.Context()
	before, err := load(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := a.check(before); err != nil {
		return nil, err
	}
	var changes []string
	for _, l := range a.lists {
		changed, err := applyList(tx, before, l, a.stock)
		if err != nil {
			return nil, err
		}
		if changed {
			changes = append(changes, "list "+l.Name)
			a.listChanged(before, l)
		}
	}
	created := map[string]bool{} // by folded name
	touched := map[string]bool{} // by name
	reshaped := map[string]bool{}
	var write []applied
	for _, o := range a.objects {
		name := objectName(o.Object)
		o.Object = objectID(name)
		if old := before.types[literal.Fold(name)]; old != nil {
			if a.stock && (old.view == nil) != (o.View == nil) {
				continue // somebody's own object, of the time before the stock had one of this name
			}
			if o.Definition, err = merge(before.written[old.Object], o.Definition, a.stock); err != nil {
				return nil, err
			}
			if same(before.written[old.Object], o.Definition) {
				continue
			}
			o.owner, o.stock = old.Owner, a.stock || before.stockObject(old)
			if sameDocuments(before.written[old.Object], o.Definition) {
				o.version = old.Version
			}
			changes = append(changes, "changed "+o.Object)
			if !a.stock {
				a.parts = append(a.parts, partsOf(o.Object, before.written[old.Object], o.Definition)...)
			}
		} else {
			if o.Extend {
				return nil, fault.New(fault.Invalid, "definition_invalid", "%s cannot be extended: there is no such object", shown(o.Object))
			}
			o.Definition, o.stock = fresh(o.Definition, a.stock), a.stock
			created[literal.Fold(name)] = true
			changes = append(changes, "created "+o.Object)
			if !a.stock {
				a.parts = append(a.parts, PartChange{Object: o.Object, After: raw(o.Definition)})
			}
		}
		touched[name] = true
		reshaped[name] = o.version == 0
		write = append(write, o)
	}
	if len(changes) == 0 {
		return nil, nil
	}
	if err := e.indexAll(tx, before); err != nil {
		return nil, err
	}
	version := tx.AddCell("schema", 1)
	for _, o := range write {
		text, err := json.Marshal(o.Definition)
		if err != nil {
			return nil, err
		}
		stock := 0
		if o.stock {
			stock = 1
		}
		if o.version == 0 {
			o.version = version
		}
		if _, err := tx.Exec(`INSERT INTO object_type (name, owner, stock, version, definition) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (name) DO UPDATE SET stock = excluded.stock, version = excluded.version, definition = excluded.definition`,
			objectName(o.Object), o.owner, stock, o.version, string(text)); err != nil {
			return nil, err
		}
	}
	for _, o := range write {
		if err := dropPairs(tx, before.written[objectName(o.Object)], o.Definition); err != nil {
			return nil, err
		}
	}
	after, err := load(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := e.inspected(after, touched, a.stock); err != nil {
		return nil, err
	}
	if a.dry {
		return changes, errDry
	}
	for name := range reshaped {
		if !reshaped[name] {
			continue
		}
		t := after.types[literal.Fold(name)]
		for _, x := range t.Extensions { // their documents begin with the base's fields
			if _, err := tx.Exec("UPDATE object_type SET version = $1 WHERE name = $2", version, x.Object); err != nil {
				return nil, err
			}
			x.Version = version
		}
	}
	makeViews, err := reviewed(tx, before, after)
	if err != nil {
		return nil, err
	}
	for _, t := range after.roots() {
		if touched[t.Object] || anyTouched(t.Extensions, touched) {
			if err := t.install(tx, before, after); err != nil {
				return nil, err
			}
		}
	}
	if err := makeViews(); err != nil {
		return nil, err
	}
	if err := e.firstRecords(tx, after, a, created); err != nil {
		return nil, err
	}
	return changes, e.auditParts(tx, "schema.apply", a.target(), a.parts, map[string][2]any{"changes": {nil, changes}})
}

// target is what an audit entry calls what was changed: the one object or list, or objects where there are several.
func (a *application) target() string {
	target := ""
	for _, p := range a.parts {
		if of := p.Object + p.List; target == "" {
			target = of
		} else if target != of {
			return "objects"
		}
	}
	if target == "" {
		return "objects"
	}
	return target
}

// sameDocuments reports whether records written under the one definition read the same under the other.
func sameDocuments(was, now Definition) bool {
	for _, d := range []*Definition{&was, &now} {
		d.Relationships, d.Searches, d.Actions = nil, nil, nil
	}
	return same(was, now)
}

// inspected asks what is wrong with the types that were touched, and those that inherit from them.
func (e *Engine) inspected(s *schema, touched map[string]bool, stock bool) error {
	if e.inspect == nil || stock {
		return nil
	}
	var problems []string
	for _, t := range s.ordered {
		if touched[t.Object] || touched[t.Root().Object] {
			problems = append(problems, e.inspect(t)...)
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return refuseDefinition(fmt.Sprintf("The definition has %d problem(s): %s", len(problems), strings.Join(problems, "; ")), problems...)
}

// check refuses a file that says something twice or of objects that there are not. The stock is checked by its tests.
func (a *application) check(before *schema) error {
	if a.stock {
		return nil
	}
	refuse := func(format string, args ...any) error {
		text := fmt.Sprintf(format, args...)
		return refuseDefinition(text, strings.TrimPrefix(text, "The object "))
	}
	objects, lists := map[string]bool{}, map[string]bool{}
	for _, l := range a.lists {
		if lists[literal.Fold(l.Name)] {
			return refuse("The list %q is in the file twice", shown(l.Name))
		}
		lists[literal.Fold(l.Name)] = true
	}
	for _, o := range a.objects {
		name := objectName(o.Object)
		if objects[literal.Fold(name)] {
			return refuse("The object %q is in the file twice", shown(o.Object))
		}
		objects[literal.Fold(name)] = true
		if old := before.types[literal.Fold(name)]; old != nil && old.Object != name {
			return refuse("The object %q exists already and is spelled %s: write it like that", shown(o.Object), old.ID())
		}
	}
	for _, name := range sortedKeys(a.records) {
		if !objects[literal.Fold(name)] && before.types[literal.Fold(name)] == nil {
			return refuse("There are records of %q, but there is no such object", shown(name))
		}
	}
	return nil
}

func anyTouched(types []*Type, touched map[string]bool) bool {
	for _, t := range types {
		if touched[t.Object] {
			return true
		}
	}
	return false
}

// firstRecordsTime stands in the RecIds of first records: before those of all records made later.
var firstRecordsTime = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// firstRecords makes the records that new objects start with. Their RecIds are the same in every tenant, like those
// of stock pick list rows, so that exports and guides agree.
func (e *Engine) firstRecords(tx *db.Tx, s *schema, a *application, created map[string]bool) error {
	var objects []string
	for object := range a.records {
		if created[literal.Fold(object)] {
			objects = append(objects, object)
		}
	}
	sort.Strings(objects)
	for _, object := range objects {
		t := s.types[literal.Fold(object)]
		keys := id.NewMaker(rand.NewChaCha8(sha256.Sum256([]byte(object))))
		for _, fields := range a.records[object] {
			var in Input
			for name, value := range fields {
				if n, ok := value.(float64); ok {
					value = json.Number(strings.TrimSuffix(fmt.Sprintf("%f", n), ".000000"))
				}
				in = append(in, InputField{Name: name, Value: value})
			}
			sort.Slice(in, func(i, k int) bool { return in[i].Name < in[k].Name })
			d, err := e.creation(tx.Context(), tx, s, t, in)
			if err == nil {
				d.After[FieldRecID] = TextValue(keys.RecID(firstRecordsTime))
				_, err = d.store(tx)
			}
			if err != nil {
				return fmt.Errorf("make a first record of %s: %w", object, err)
			}
		}
	}
	return nil
}

// Definition returns an object's definition as it was written.
func (e *Engine) Definition(ctx context.Context, object string) (Definition, bool) {
	s := e.now(ctx)
	t, ok := s.types[literal.Fold(objectName(object))]
	if !ok {
		return Definition{}, false
	}
	return s.written[t.Object], true
}

// Remove deletes an object that an administrator made, with all of its records. Stock objects and those that
// others extend or name are refused (fault.Invalid).
func (e *Engine) Remove(ctx context.Context, object string) error {
	if principal.From(ctx) == nil {
		return errNobody
	}
	err := e.db.Alone(ctx, func(tx *db.Tx) error {
		s, err := load(ctx, tx)
		if err != nil {
			return err
		}
		t, ok := s.types[literal.Fold(objectName(object))]
		if !ok {
			return fault.New(fault.NotFound, "object_unknown", "There is no business object %q", shown(object))
		}
		if s.stockObject(t) {
			return fault.New(fault.Invalid, "object_stock", "%s came with the program and cannot be deleted", t.ID())
		}
		if len(t.Extensions) > 0 {
			names := make([]string, len(t.Extensions))
			for i, x := range t.Extensions {
				names[i] = x.ID()
			}
			return fault.New(fault.Invalid, "object_extended", "%s cannot be deleted while others extend it: delete %s first", t.ID(), strings.Join(names, ", "))
		}
		rest := make([]Definition, 0, len(s.written))
		for name, d := range s.written {
			if name != t.Object {
				rest = append(rest, d)
			}
		}
		if _, err := compileAll(rest, s.lists, 0); err != nil {
			return fault.New(fault.Invalid, "object_used", "%s cannot be deleted: %s", t.ID(), fault.Of(err).Message)
		}
		records := tx.Cell("total/" + t.Object)
		if err := e.indexAll(tx, s); err != nil {
			return err
		}
		if err := dropPairsOf(tx, t); err != nil {
			return err
		}
		if err := dropPairs(tx, t.Definition, Definition{}); err != nil {
			return err
		}
		statements := []string{"DROP TABLE " + t.table}
		switch {
		case t.view != nil:
			statements = []string{"DROP VIEW " + t.table}
		case t.Base != nil:
			where := t.table + " WHERE object = '" + t.Object + "'"
			statements = []string{"DELETE FROM " + t.words() + " WHERE rowid IN (SELECT id FROM " + where + ")", "DELETE FROM " + where}
		default:
			statements = append(statements, "DROP TABLE "+t.words())
		}
		for _, text := range statements {
			if _, err := tx.Exec(text); err != nil {
				return err
			}
		}
		if _, err := tx.Exec("DELETE FROM object_type WHERE name = $1", t.Object); err != nil {
			return err
		}
		if t.Base != nil {
			tx.AddCell("total/"+t.Base.Object, -tx.Cell("total/"+t.Object))
		}
		tx.SetCell("total/"+t.Object, 0)
		tx.AddCell("schema", 1)
		tx.AddCell("deletes", 1)
		return e.auditParts(tx, "schema.delete", t.ID(), []PartChange{{Object: t.ID(), Before: raw(s.written[t.Object])}}, map[string][2]any{"records": {records, nil}})
	})
	if err != nil {
		return err
	}
	return e.refresh(ctx)
}
