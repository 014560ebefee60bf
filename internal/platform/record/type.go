package record

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Kind is how a field's values are stored: Text as it is, everything else as an int64.
type Kind uint8

// The kinds of stored values.
const (
	Text    Kind = iota
	Number       // whole number
	Decimal      // times 10,000; written as text with four places
	Bool         // 0 or 1, never null
	Time         // Unix seconds, UTC
)

// Part says what a stored field is of the defined one it comes from.
type Part uint8

// The parts a definition unfolds into.
const (
	Plain         Part = iota
	Twin               // X_Valid: the RecId of the pick list row
	LinkRecID          // L_RecID, always equal to L
	LinkCategory       // L_Category: the object that is linked
	Currency           // M_Currency
	CurrencyValid      // M_CurrencyValid
	Kept               // by the engine: the system fields
)

// Field is one stored field of a Type, in document order.
type Field struct {
	Name   string
	Kind   Kind
	Part   Part
	Main   int              // position of the defined field this one belongs to; its own for Plain and Kept
	Max    int              // Text: most characters
	Column string           // SQL column, "" where the value lives in the column x
	Search bool             // its words are indexed
	Def    *FieldDefinition // nil for Kept
	key    []byte           // `"Name":` as it stands in documents
}

// Positions of the system fields, the same in every type; they lead each document.
const (
	FieldRecID = iota
	FieldCreatedBy
	FieldCreatedDateTime
	FieldLastModBy
	FieldLastModDateTime
	FieldReadOnly
	FieldIsUnRead
	FieldIsNewRecord
	systemFields
)

// Type is a compiled object type. It is immutable; a change of the definition makes a new one.
type Type struct {
	Object     string // "Incident", "Task#Assignment": no trailing #
	Set        string // "incidents", "task__assignments"
	Singular   string // "incident": CSDL type name and the word in refusals
	Definition Definition
	Owner      string // the domain that owns it
	Version    int64  // of the schema; rows remember the one they were written with
	Base       *Type  // of an extension
	Extensions []*Type
	Fields     []Field
	Title      int // position of the field that names a record

	view      []source // of a view: where its records are
	table     string
	names     map[string]int // folded name or alias → position
	own       map[string]int // name as the definition writes it → position: most callers write it so
	number    int            // position of the number field, or -1
	counter   string         // cell of the number counter
	twins     []int          // position → position of the twin, or -1
	required  map[string][]int
	computed  []int // fields with a template, in order
	columns   []int // fields with a column of their own
	inX       []int // fields whose values live in x
	searched  []int
	related   []*Relation
	sole      []*Relation          // those of related that lead to one record where their kind allows many
	relations map[string]*Relation // by folded name
	searches  []SavedSearch
	actions   []QuickAction
	boundary  []byte // what stands in an extension's document before its first own field
	sql       statements
}

// ID is the technical id used in payloads: "Incident#", "Task#Assignment".
func (t *Type) ID() string { return objectID(t.Object) }

// Table is the name of the table that holds the records, shared with the base and its other extensions.
func (t *Type) Table() string { return t.table }

// Root is the type whose table holds the records: the base of an extension, else itself.
func (t *Type) Root() *Type {
	if t.Base != nil {
		return t.Base
	}
	return t
}

// Lookup finds a field by name or alias, without regard to case. alias is the name to answer under when the
// caller used another than the field's own.
func (t *Type) Lookup(name string) (position int, alias string, ok bool) {
	i, ok := t.own[name]
	if ok {
		return i, "", true
	}
	if i, ok = t.names[literal.Fold(name)]; !ok {
		return 0, "", false
	}
	if f := t.Fields[i].Name; !strings.EqualFold(f, name) {
		return i, name, true
	}
	return i, "", true
}

// Position finds a field by its own name and panics where there is none: for names the program itself writes.
func (t *Type) Position(name string) int {
	i, ok := t.own[name]
	if !ok {
		i, ok = t.names[literal.Fold(name)]
	}
	if !ok {
		panic("record: " + t.Object + " has no field " + name)
	}
	return i
}

// Has reports whether the type has the field.
func (t *Type) Has(name string) bool {
	_, ok := t.names[literal.Fold(name)]
	return ok
}

// Is reports whether records of t are also records of base. The two may be of different loads of the types.
func (t *Type) Is(base *Type) bool { return t.Object == base.Object || t.Root().Object == base.Object }

// Twin returns the position of the _Valid twin of a pick list field, or -1.
func (t *Type) Twin(position int) int { return t.twins[position] }

// NumberField returns the position of the number field, or -1.
func (t *Type) NumberField() int { return t.number }

func objectName(id string) string { return strings.TrimSuffix(id, "#") }

func objectID(object string) string {
	if strings.Contains(object, "#") {
		return object
	}
	return object + "#"
}

// setName makes the literal-s plural of an object: "journal__notess".
func singularName(object string) string {
	return strings.ToLower(strings.ReplaceAll(object, "#", "__"))
}

var (
	objectPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,59}(#[A-Za-z][A-Za-z0-9_]{0,59})?$`)
	fieldPattern  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,79}$`)
)

// Bounds of a definition.
const (
	maxFields      = 500
	maxIndexes     = 32
	maxIndexedText = 500
	maxText        = 1_000_000
	defaultText    = 255
)

type problems []string

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

// compiler makes types of definitions; lists and other objects are looked up in what is being compiled.
type compiler struct {
	definitions map[string]*Definition // by folded object name
	lists       map[string]*list       // by folded name
	problems    problems
}

func (c *compiler) compile(d *Definition, base *Type) *Type {
	t := &Type{
		Object: objectName(d.Object), Definition: *d, Base: base, names: map[string]int{}, own: map[string]int{}, number: -1,
		required: map[string][]int{}, Title: -1,
	}
	t.Singular = singularName(t.Object)
	t.Set = t.Singular + "s"
	t.table = "rec_" + t.Root().singular()
	if !objectPattern.MatchString(t.Object) {
		c.problems.add("%q is not a name for an object", d.Object)
		return t
	}
	if base == nil {
		for _, s := range systemDefinitions {
			t.add(Field{Name: s.Name, Kind: s.Kind, Part: Kept, Max: s.Max, Column: s.Column})
		}
	} else {
		for _, f := range base.Fields {
			t.add(f)
		}
	}
	for i := range d.Fields {
		c.field(t, &d.Fields[i])
	}
	if base != nil && len(t.Fields) > len(base.Fields) {
		t.boundary = append([]byte{','}, t.Fields[len(base.Fields)].key...)
	}
	c.rules(t, d, base)
	if len(t.Fields) > maxFields {
		c.problems.add("%s: %d fields after unfolding, at most %d", t.Object, len(t.Fields), maxFields)
	}
	t.arrange()
	return t
}

func (t *Type) singular() string { return t.Singular }

var systemDefinitions = []struct {
	Name   string
	Kind   Kind
	Max    int
	Column string
}{
	FieldRecID:           {"RecId", Text, 32, "rec_id"},
	FieldCreatedBy:       {"CreatedBy", Text, 255, ""},
	FieldCreatedDateTime: {"CreatedDateTime", Time, 0, "c_createddatetime"},
	FieldLastModBy:       {"LastModBy", Text, 255, ""},
	FieldLastModDateTime: {"LastModDateTime", Time, 0, "c_lastmoddatetime"},
	FieldReadOnly:        {"ReadOnly", Bool, 0, ""},
	FieldIsUnRead:        {"IsUnRead", Bool, 0, ""},
	FieldIsNewRecord:     {"IsNewRecord", Bool, 0, ""},
}

func (t *Type) add(f Field) int {
	i := len(t.Fields)
	if f.Part == Plain || f.Part == Kept {
		f.Main = i
	}
	f.key = append(appendString(nil, f.Name), ':')
	t.Fields = append(t.Fields, f)
	t.names[literal.Fold(f.Name)], t.own[f.Name] = i, i
	t.twins = append(t.twins, -1)
	if f.Part == Twin {
		t.twins[f.Main] = i
	}
	return i
}

// field unfolds one definition into stored fields.
func (c *compiler) field(t *Type, d *FieldDefinition) {
	at := t.Object + "." + d.Name
	if !fieldPattern.MatchString(d.Name) {
		c.problems.add("%s: %q is not a name for a field", t.Object, d.Name)
		return
	}
	if reserved[literal.Fold(d.Name)] {
		c.problems.add("%s: %q is a word of $filter and cannot be the name of a field", t.Object, d.Name)
		return
	}
	f := Field{Name: d.Name, Part: Plain, Def: d, Search: d.Search, Max: d.Max}
	switch d.Type {
	case "", "text", "picklist", "link":
		f.Kind = Text
		if f.Max == 0 {
			f.Max = defaultText
		}
	case "number":
		f.Kind = Number
	case "decimal", "money":
		f.Kind = Decimal
	case "boolean":
		f.Kind = Bool
	case "datetime":
		f.Kind = Time
	default:
		c.problems.add("%s: the type %q is unknown (text, number, decimal, money, boolean, datetime, link, picklist)", at, d.Type)
		return
	}
	switch d.Type {
	case "picklist":
		c.listOf(t, d)
	case "link":
		f.Max = 32
		c.targetsOf(t, d)
	}
	c.misplaced(t, d)
	for _, n := range unfold(d.Name, d.Type) {
		if _, taken := t.names[literal.Fold(n)]; taken {
			c.problems.add("%s: the name %q is taken", t.Object, n)
			return
		}
	}
	if d.Index != NotIndexed {
		f.Column = "c_" + strings.ToLower(d.Name)
		if f.Kind == Text && f.Max > maxIndexedText {
			c.problems.add("%s: an indexed text holds at most %d characters, not %d", at, maxIndexedText, f.Max)
		}
	}
	if f.Max < 0 || f.Max > maxText {
		c.problems.add("%s: max is 1 to %d", at, maxText)
	}
	main := t.add(f)
	switch d.Type {
	case "picklist":
		t.add(Field{Name: d.Name + "_Valid", Kind: Text, Part: Twin, Main: main, Max: 32, Def: d})
	case "link":
		t.add(Field{Name: d.Name + "_RecID", Kind: Text, Part: LinkRecID, Main: main, Max: 32, Def: d, Column: f.Column})
		t.add(Field{Name: d.Name + "_Category", Kind: Text, Part: LinkCategory, Main: main, Max: 120, Def: d})
	case "money":
		t.add(Field{Name: d.Name + "_Currency", Kind: Text, Part: Currency, Main: main, Max: 3, Def: d})
		t.add(Field{Name: d.Name + "_CurrencyValid", Kind: Text, Part: CurrencyValid, Main: main, Max: 32, Def: d})
	}
}

// unfold lists the stored fields a field becomes, itself first.
func unfold(name, kind string) []string {
	switch kind {
	case "picklist":
		return []string{name, name + "_Valid"}
	case "link":
		return []string{name, name + "_RecID", name + "_Category"}
	case "money":
		return []string{name, name + "_Currency", name + "_CurrencyValid"}
	}
	return []string{name}
}

// reserved are the words of $filter, which cannot be told from fields of that name.
var reserved = map[string]bool{"null": true, "true": true, "false": true, "and": true, "or": true, "not": true,
	"eq": true, "ne": true, "lt": true, "le": true, "gt": true, "ge": true}

func (c *compiler) targetsOf(t *Type, d *FieldDefinition) {
	if d.Target == "" && len(d.Targets) == 0 {
		c.problems.add("%s.%s: a link needs a target, or targets", t.Object, d.Name)
	}
	for _, to := range append([]string{d.Target}, d.Targets...) {
		if to == "" && d.Target == "" || to == "*" && len(d.Targets) == 1 && d.Target != "*" {
			continue
		}
		if c.definitions[literal.Fold(objectName(to))] == nil {
			c.problems.add("%s.%s: the target object %q does not exist", t.Object, d.Name, to)
		}
	}
}

// misplaced complains of what a field's type makes no use of: the type is most likely forgotten.
func (c *compiler) misplaced(t *Type, d *FieldDefinition) {
	at := t.Object + "." + d.Name
	if d.Type != "picklist" && (d.List != "" || d.From != nil || d.Lenient) {
		c.problems.add(`%s: list, from and lenient are for fields with "type": "picklist"`, at)
	}
	if d.Source != "" || len(d.Sources) > 0 {
		c.problems.add("%s: source and sources are for the fields of a view", at)
	}
	if d.Type != "link" && (d.Target != "" || len(d.Targets) > 0) {
		c.problems.add(`%s: target and targets are for fields with "type": "link"`, at)
	}
	if d.Type != "link" && d.Owned {
		c.problems.add(`%s: owned is for fields with "type": "link"`, at)
	}
}

func (c *compiler) listOf(t *Type, d *FieldDefinition) {
	at := t.Object + "." + d.Name
	switch {
	case d.List != "" && d.From != nil, d.List == "" && d.From == nil:
		c.problems.add("%s: a pick list has either a list or from", at)
	case d.List != "":
		if c.lists[literal.Fold(d.List)] == nil {
			c.problems.add("%s: the list %q does not exist", at, d.List)
		}
	default:
		from := c.definitions[literal.Fold(objectName(d.From.Object))]
		if from == nil {
			c.problems.add("%s: the object %q does not exist", at, d.From.Object)
			return
		}
		theirs := append([]string{d.From.Value}, d.From.Match...)
		for _, name := range d.From.Within {
			theirs = append(theirs, name)
		}
		slices.Sort(theirs)
		for _, name := range theirs {
			if !c.defines(from, name) {
				c.problems.add("%s: %s has no field %q", at, d.From.Object, name)
			}
		}
	}
}

// defines reports whether an object, or the base it extends, has a defined field of that name.
func (c *compiler) defines(d *Definition, name string) bool {
	for _, f := range d.Fields {
		if strings.EqualFold(f.Name, name) {
			return true
		}
	}
	if base, _, ok := strings.Cut(objectName(d.Object), "#"); ok {
		if b := c.definitions[literal.Fold(base)]; b != nil {
			return c.defines(b, name)
		}
	}
	return false
}
