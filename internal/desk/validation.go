package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// maxOptions bounds a validation list as it is answered; query narrows it to what somebody looks for.
const maxOptions = 1000

// maxConstraints bounds by how many other answers a list can be narrowed.
const maxConstraints = 20

// options are where the values of a parameter come from: a named pick list, or the records of an object.
type options struct {
	values []record.ListValue
	typ    *record.Type
	field  int // of typ: what is stored
}

// configOptions is what of a parameter's ConfigOptions names its list, as the original writes it.
type configOptions struct {
	ConfigData struct {
		ValidationListAdditionalConfig []struct {
			BoName string `json:"boName"`
		} `json:"validationListAdditionalConfig"`
	} `json:"configData"`
}

// options finds where a parameter's values come from; false for one that takes any answer.
func (p *parameter) options(ctx context.Context, e *record.Engine) (options, bool) {
	if !p.isList() {
		return options{}, false
	}
	source := p.text("ValidationList")
	if source != "" && !strings.Contains(source, "#") {
		if values, ok := e.ListValues(ctx, source); ok {
			return options{values: values}, true
		}
	}
	if source == "" {
		var o configOptions
		if text := p.text("ConfigOptions"); text != "" && json.Unmarshal([]byte(text), &o) == nil && len(o.ConfigData.ValidationListAdditionalConfig) > 0 {
			source = o.ConfigData.ValidationListAdditionalConfig[0].BoName
		}
	}
	t, ok := e.Type(ctx, source)
	if source == "" || !ok || t.Definition.Private {
		return options{}, false
	}
	o := options{typ: t, field: t.Title}
	if i, _, ok := t.Lookup(p.text("ValidationListField")); ok {
		o.field = i
	}
	return o, o.field >= 0
}

// constraint narrows a list by the answer to another parameter.
type constraint struct {
	Field     string  `json:"queryFieldName"`
	Value     any     `json:"value"`
	Condition *string `json:"condition"`
}

// text is the value to compare with; a list of several has none of its own.
func (x constraint) text() string {
	switch v := x.Value.(type) {
	case string:
		return v
	case bool:
		return boolText(v)
	case json.Number:
		return v.String()
	}
	return ""
}

// listQuery is the body of a request for a validation list. What else the original's clients send says nothing more.
type listQuery struct {
	Constraints []constraint `json:"constraintParams"`
	Query       string       `json:"query"`
}

func (c *call) listQuery() (listQuery, error) {
	var q listQuery
	body, err := web.ReadBody(c.w, c.r, maxBody)
	if err != nil {
		return q, err
	}
	if len(bytes.TrimSpace(body)) > 0 {
		// The scan refuses what is no object and texts that are not valid; the decoder knows the members.
		if err := record.ScanObject(body, func(string, record.JSONKind, []byte) error { return nil }); err != nil {
			return q, errOrderBody
		}
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if d.Decode(&q) != nil {
			return q, errOrderBody
		}
	}
	if q.Query == "" {
		q.Query = c.r.URL.Query().Get("query")
	}
	if len(q.Constraints) > maxConstraints {
		return q, fault.New(fault.Invalid, "constraints_many", "A list is narrowed by at most %d other answers.", maxConstraints)
	}
	for _, x := range q.Constraints {
		if !literal.Valid(x.Field) || !literal.Valid(x.text()) {
			return q, errOrderBody
		}
	}
	if !literal.Valid(q.Query) {
		return q, errOrderBody
	}
	return q, nil
}

// errOrderBody is the answer to a body that cannot be read.
var errOrderBody = fault.New(fault.Invalid, "body_invalid", "The message body is not valid.")

// validationList answers the values a parameter can have: rows of RecId, value and, where it has one, label.
func (c *call) validationList(key string) error {
	ctx := c.r.Context()
	q, err := c.listQuery()
	if err != nil {
		return err
	}
	row, err := c.readable("ServiceReqTemplateParam", key)
	if err != nil {
		return err
	}
	o, err := readOffering(row)
	if err != nil {
		return err
	}
	p := &parameter{offering: *o, kind: literal.Fold(o.text("DisplayType"))}
	rows := [][]string{}
	if source, ok := p.options(ctx, c.engine); ok {
		if rows, err = c.listed(ctx, source, q); err != nil {
			return err
		}
	}
	return c.sendJSON(rows)
}

// listed are the rows of a validation list that the caller may read, as far as a query says.
func (c *call) listed(ctx context.Context, o options, q listQuery) ([][]string, error) {
	rows := [][]string{}
	query := literal.Fold(strings.TrimSpace(q.Query))
	if o.typ == nil {
		for _, v := range o.values {
			if !v.Inactive && len(rows) < maxOptions && (strings.Contains(literal.Fold(v.Value), query) || strings.Contains(literal.Fold(v.Label), query)) {
				row := []string{v.RecID, v.Value}
				if v.Label != "" && v.Label != v.Value {
					row = append(row, v.Label)
				}
				rows = append(rows, row)
			}
		}
		return rows, nil
	}
	extent := c.roles().Ask(c.principal, role.Read, o.typ.Object)
	if extent == role.NoRows {
		return rows, nil
	}
	var args odata.Args
	value := o.typ.Expr(o.field, c.postgres())
	conditions := []string{value + " IS NOT NULL"}
	if query != "" && o.typ.Fields[o.field].Kind == record.Text {
		conditions = append(conditions, c.contains(value, args.Add(query)))
	}
	for _, x := range q.Constraints {
		condition, err := c.narrow(o.typ, x, &args)
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, condition)
	}
	visible, err := c.visible(ctx, o.typ, extent, &args)
	if err != nil {
		return nil, err
	}
	list := record.Query{Type: o.typ, Where: conjunction(append(conditions, visible)), Args: args.Values, Counts: len(args.Values),
		Order: "ORDER BY " + value + ", rec_id", Limit: maxOptions}
	name := o.typ.Fields[o.field].Name
	_, err = c.engine.List(ctx, list, func(row record.Row) error {
		rows = append(rows, []string{row.RecID, row.Text(name)})
		return nil
	})
	return rows, err
}

// contains is the condition for a text in another.
func (c *call) contains(in, text string) string {
	if c.postgres() {
		return "strpos(" + in + ", " + text + ") > 0"
	}
	return "instr(" + in + ", " + text + ") > 0"
}

// narrow is the condition of a constraint; one without a value is none. A pick list and a link are also met by the RecId
// of what was chosen.
func (c *call) narrow(t *record.Type, x constraint, args *odata.Args) (string, error) {
	text := strings.TrimSpace(x.text())
	if text == "" {
		return "", nil
	}
	i, _, ok := t.Lookup(x.Field)
	if !ok {
		return "", fault.New(fault.Invalid, "constraint_field", "Field '%s' is not part of the business object '%s'", shortened(x.Field), t.Singular)
	}
	condition := ""
	if x.Condition != nil {
		condition = literal.Fold(strings.TrimSpace(*x.Condition))
	}
	column := t.Expr(i, c.postgres())
	if t.Fields[i].Kind == record.Text && slices.Contains([]string{"contains", "like"}, condition) {
		return c.contains(column, args.Add(literal.Fold(text))), nil
	}
	arg, ok := asStored(t.Fields[i].Kind, text)
	if !ok {
		return "1 = 0", nil // no record has a value that cannot be one
	}
	holder := args.Add(arg)
	equal := column + " = " + holder
	if twin := t.Twin(i); twin >= 0 {
		equal += " OR " + t.Expr(twin, c.postgres()) + " = " + holder
	}
	if slices.Contains([]string{"!=", "<>", "ne"}, condition) {
		equal = column + " IS NULL OR NOT (" + equal + ")"
	}
	return equal, nil
}

// asStored is a text as the values of a kind are stored.
func asStored(kind record.Kind, text string) (any, bool) {
	var n int64
	var err error
	switch kind {
	case record.Text:
		return literal.Fold(text), true
	case record.Number:
		n, err = literal.Integer(text)
	case record.Decimal:
		n, err = literal.Decimal(text)
	case record.Time:
		n, _, err = literal.Time(text)
	default:
		var b bool
		if b, err = literal.Bool(text); b {
			n = 1
		}
	}
	return n, err == nil
}

// option finds the value that an identifier stands for among what the caller may read.
func (c *call) option(ctx context.Context, o options, recID string) (value string, row *record.Row, ok bool, err error) {
	if o.typ == nil {
		for _, v := range o.values {
			if v.RecID == recID {
				return v.Value, nil, true, nil
			}
		}
		return "", nil, false, nil
	}
	extent := c.roles().Ask(c.principal, role.Read, o.typ.Object)
	if extent == role.NoRows {
		return "", nil, false, nil
	}
	found, err := c.engine.Get(ctx, o.typ, recID)
	if fault.Is(err, fault.NotFound) {
		return "", nil, false, nil
	}
	if err != nil {
		return "", nil, false, err
	}
	if seen, err := c.sees(ctx, c.tenant.DB, o.typ, recID); err != nil || !seen {
		return "", nil, false, err
	}
	return found.Text(o.typ.Fields[o.field].Name), &found, true, nil
}

// optionByValue finds the identifier of a default value.
func (c *call) optionByValue(ctx context.Context, o options, value string) (string, bool, error) {
	if o.typ == nil {
		for _, v := range o.values {
			if strings.EqualFold(v.Value, value) {
				return v.RecID, true, nil
			}
		}
		return "", false, nil
	}
	row, ok, err := c.engine.FindOne(ctx, nil, o.typ, o.typ.Fields[o.field].Name, value)
	return row.RecID, ok, err
}

// validationConstraint ties a field of the records of a list to another parameter of the form.
type validationConstraint struct {
	ConstraintFieldName string
	FormFieldName       string
}

// constraints reads what a parameter's list depends on.
func (p *parameter) constraints() ([]validationConstraint, error) {
	text := p.text("ValidationConstraints")
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	var out []validationConstraint
	err := json.Unmarshal([]byte(text), &out)
	return out, err
}
