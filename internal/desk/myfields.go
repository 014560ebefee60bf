package desk

import (
	"cmp"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
)

// Bounds of what a description of an object holds.
const (
	maxChoices = 200 // of a pick list of records; of a longer one the client asks the set
	shortText  = 500 // characters: a longer text is "longtext", not for a line or a column
	maxColumns = 8   // of a list, before anybody chooses
)

// MyField is a field of an object as the caller sees it. Its types are those of definitions (text, number, decimal,
// money, boolean, datetime, link, picklist) and longtext, for a text that needs several lines.
type MyField struct {
	Name       string   `json:"name"`
	Label      string   `json:"label"`
	Type       string   `json:"type"`
	Max        int      `json:"max,omitempty"`        // characters of a text
	Required   bool     `json:"required"`             // has a value in every status
	OnCreate   bool     `json:"required_on_create"`   // has to come with a new record
	ReadOnly   bool     `json:"read_only"`            // by definition, given or stamped by the server, or for this role
	WriteOnly  bool     `json:"write_only,omitempty"` // taken, never answered
	Default    string   `json:"default,omitempty"`    // of a new record, where it is a plain value
	System     bool     `json:"system"`               // kept by the server for every record
	Custom     bool     `json:"custom"`               // the tenant's own
	Searchable bool     `json:"searchable"`           // $search looks into it
	Filterable bool     `json:"filterable"`           // may stand in $filter
	Sortable   bool     `json:"sortable"`             // may stand in $orderby and is short enough to
	Indexed    bool     `json:"indexed"`              // filters and orders fast
	Mirror     string   `json:"mirror,omitempty"`     // field it always equals
	Category   string   `json:"category,omitempty"`   // link: field that says which object it names
	Currency   string   `json:"currency,omitempty"`   // money: field of its currency
	Any        bool     `json:"any,omitempty"`        // link: to records of any object
	Open       bool     `json:"open,omitempty"`       // picklist: other texts are taken too
	From       *From    `json:"from,omitempty"`       // picklist: of records
	Target     *To      `json:"target,omitempty"`     // link: what it names where nothing else is said
	Targets    []To     `json:"targets,omitempty"`    // link: everything it may name, target included
	DependsOn  []string `json:"depends_on,omitempty"` // own fields that narrow a pick list
	Options    []Option `json:"options,omitempty"`    // picklist: its values, up to 200 of a list of records
}

// Option is a value of a pick list.
type Option struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// To is an object that a link may name.
type To struct {
	Object string `json:"object"`
	Set    string `json:"set"`
}

// From says which records are a pick list.
type From struct {
	To

	Value  string            `json:"value"`            // their field that is stored
	Title  string            `json:"title"`            // their field that people read
	Within map[string]string `json:"within,omitempty"` // own field → theirs that must be equal where both have a value
}

// fieldOptions reads pick lists of records, each once a request.
type fieldOptions map[string][]Option

var systemLabels = map[int]string{record.FieldRecID: "Record id", record.FieldCreatedBy: "Created by", record.FieldCreatedDateTime: "Created",
	record.FieldLastModBy: "Changed by", record.FieldLastModDateTime: "Changed", record.FieldReadOnly: "Read-only", record.FieldIsUnRead: "Unread",
	record.FieldIsNewRecord: "New record"}

// myFields describes the fields of a type that the caller sees: those of the definition in its order, then the server's.
// The stored parts of a pick list, link or amount are told of with it.
func (c *call) myFields(t *record.Type, writable bool) ([]MyField, error) {
	hidden := c.hidden(t)
	_, names := c.roles().Withheld(c.principal, t.Object)
	kept, required, read := t.Withheld(names), requiredFields(t), fieldOptions{}
	stamped, always := stampedFields(t), alwaysRequired(t)
	out, system := []MyField{}, []MyField{}
	for i := range t.Fields {
		f := &t.Fields[i]
		if hidden != nil && hidden[i] || f.Part != record.Plain && f.Part != record.Kept {
			continue
		}
		folded := literal.Fold(f.Name)
		m := MyField{Name: f.Name, Label: cmp.Or(systemLabels[i], label(f)), Max: f.Max, Searchable: f.Search, Filterable: true,
			Sortable: f.Kind != record.Text || f.Max <= shortText, Indexed: f.Column != ""}
		m.ReadOnly = !writable || property(t, i).Computed || f.Part == record.Kept || i == t.NumberField() || kept[i] || stamped[folded]
		if f.Part == record.Kept {
			m.Type, m.System = [...]string{record.Text: "text", record.Number: "number", record.Decimal: "decimal", record.Bool: "boolean", record.Time: "datetime"}[f.Kind], true
			system = append(system, m)
			continue
		}
		d := f.Def
		m.Type = cmp.Or(d.Type, "text")
		if m.Type == "text" && f.Max > shortText {
			m.Type = "longtext"
		}
		m.WriteOnly, m.Mirror, m.Custom, m.Default = d.WriteOnly, d.Mirror, !d.Stock, literalDefault(d.Default)
		m.Required = always[folded] && !m.ReadOnly
		m.OnCreate = required[folded] && !m.ReadOnly
		if d.WriteOnly {
			m.Searchable, m.Filterable, m.Sortable = false, false, false
		}
		if err := c.describeChoice(t, f, &m, read); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return append(out, system...), nil
}

// describeChoice says what a pick list, link or amount is made of.
func (c *call) describeChoice(t *record.Type, f *record.Field, m *MyField, read fieldOptions) error {
	d := f.Def
	switch {
	case d.Type == "money":
		m.Currency = f.Name + "_Currency"
	case d.Type == "link":
		m.Max, m.Category = 0, f.Name+"_Category"
		for _, to := range append([]string{d.Target}, d.Targets...) {
			if to == "*" {
				m.Any = true
			}
			of, ok := c.engine.Type(c.r.Context(), to)
			if !ok || of.Definition.Private || !c.reads(of) {
				continue
			}
			one := To{of.Object, of.Set}
			if to == d.Target {
				m.Target = &one
			}
			if !slices.Contains(m.Targets, one) {
				m.Targets = append(m.Targets, one)
			}
		}
	case d.List != "":
		list, _ := c.engine.PickList(c.r.Context(), d.List)
		m.Open = list.Open || d.Lenient
		for _, v := range list.Values {
			if !v.Review {
				m.Options = append(m.Options, Option{v.Value, cmp.Or(v.Label, v.Value)})
			}
		}
	case d.From != nil:
		m.Open = d.Lenient
		return c.describeFrom(t, d, m, read)
	}
	return nil
}

// describeFrom says where the values of a pick list of records are, and which where they are few and the caller may
// read them.
func (c *call) describeFrom(t *record.Type, d *record.FieldDefinition, m *MyField, read fieldOptions) error {
	of, ok := c.engine.Type(c.r.Context(), d.From.Object)
	if !ok || of.Definition.Private || !c.reads(of) {
		return nil
	}
	value, marks := of.Position(d.From.Value), c.hidden(of)
	if marks != nil && marks[value] {
		return nil
	}
	m.From = &From{To: To{of.Object, of.Set}, Value: of.Fields[value].Name, Title: of.Fields[value].Name}
	if of.Title >= 0 && (marks == nil || !marks[of.Title]) {
		m.From.Title = of.Fields[of.Title].Name
	}
	for own, theirs := range d.From.Within {
		i, _, ok := t.Lookup(own)
		k := of.Position(theirs)
		if !ok || marks != nil && marks[k] {
			continue
		}
		if m.From.Within == nil {
			m.From.Within = map[string]string{}
		}
		m.From.Within[t.Fields[i].Name] = of.Fields[k].Name
		m.DependsOn = append(m.DependsOn, t.Fields[i].Name)
	}
	slices.Sort(m.DependsOn)
	if m.DependsOn != nil {
		return nil
	}
	key := of.Object + "\x00" + m.From.Value
	options, known := read[key]
	if !known {
		var err error
		if options, err = c.recordOptions(of, m.From); err != nil {
			return err
		}
		read[key] = options
	}
	m.Options = options
	return nil
}

// recordOptions are the records of a type as values to choose from, by title; none where there are more than maxChoices.
func (c *call) recordOptions(of *record.Type, from *From) ([]Option, error) {
	ctx, resolve, dialect := c.r.Context(), c.resolve(of), dialects[c.tenant.DB.Engine()]
	var args odata.Args
	where, err := c.visible(ctx, of, c.roles().Ask(c.principal, role.Read, of.Object), &args)
	if err != nil {
		return nil, err
	}
	order, err := odata.BindOrder([]odata.OrderTerm{{Name: from.Title}}, resolve)
	if err != nil {
		return nil, err
	}
	recID, _ := resolve("RecId")
	q := record.Query{Type: of, Where: where, Args: args.Values, Counts: len(args.Values), Order: order.SQL(dialect, recID), Limit: maxChoices}
	for _, o := range order {
		q.Sorted = append(q.Sorted, o.Column.SQL)
	}
	var options []Option
	seen := map[string]bool{}
	total, err := c.engine.List(ctx, q, func(row record.Row) error {
		value := row.Text(from.Value)
		if folded := literal.Fold(value); value != "" && !seen[folded] {
			seen[folded] = true
			options = append(options, Option{value, cmp.Or(row.Text(from.Title), value)})
		}
		return nil
	})
	if total > maxChoices {
		return nil, err
	}
	return options, err
}

// stampedFields are the folded names of fields that entering a status fills with a time or a person.
func stampedFields(t *record.Type) map[string]bool {
	out := map[string]bool{}
	if rule := statusRule(t); rule != nil {
		for _, stamps := range rule.Stamp {
			for field, value := range stamps {
				if value == "$now" || value == "$login" {
					out[literal.Fold(field)] = true
				}
			}
		}
	}
	return out
}

// alwaysRequired are the folded names of fields that have a value in every status.
func alwaysRequired(t *record.Type) map[string]bool {
	out := map[string]bool{}
	for i := range t.Fields {
		if f := &t.Fields[i]; f.Part == record.Plain && f.Def.Required {
			out[literal.Fold(f.Name)] = true
		}
	}
	if rule := statusRule(t); rule != nil {
		for _, name := range rule.Required["*"] {
			out[literal.Fold(name)] = true
		}
	}
	return out
}

// listFields are what a list shows beside number, title and status, where the object has it, in this order.
var listFields = []string{"Priority", "OwnerTeam", "Owner", "ProfileFullName", "Service", "Category"}

// listColumns are the fields that a list of records shows first: what names them, how they stand, who has them; of an
// object that knows nothing of that, its first short fields; and when they were changed.
func listColumns(t *record.Type, fields []MyField) []string {
	shown := map[string]MyField{}
	for _, f := range fields {
		if !f.WriteOnly {
			shown[literal.Fold(f.Name)] = f
		}
	}
	columns := []string{}
	add := func(name string) {
		f, ok := shown[literal.Fold(name)]
		if ok && len(columns) < maxColumns-1 && !slices.Contains(columns, f.Name) {
			columns = append(columns, f.Name)
		}
	}
	for _, i := range []int{t.NumberField(), t.Title} {
		if i >= 0 {
			add(t.Fields[i].Name)
		}
	}
	add(t.Root().Definition.TypeTag)
	if rule := statusRule(t); rule != nil {
		add(rule.Field)
	} else {
		add("Status")
	}
	if matrix := t.Root().Definition.Matrix; matrix != nil {
		add(matrix.Field)
	}
	if t.NumberField() < 0 { // of persons
		add("LoginID")
		add("PrimaryEmail")
	}
	for _, name := range listFields {
		add(name)
	}
	short := func(f MyField) bool {
		return !f.System && f.Mirror == "" && f.Sortable && f.Type != "link" && !strings.HasSuffix(f.Name, "Number")
	}
	for _, indexed := range []bool{true, false} {
		for _, f := range fields {
			if len(columns) < 5 && f.Indexed == indexed && short(f) {
				add(f.Name)
			}
		}
	}
	return append(columns, t.Fields[record.FieldLastModDateTime].Name)
}
