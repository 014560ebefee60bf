package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// templateParameter checks what an administrator says of a parameter.
func templateParameter(ctx context.Context, r db.Reader, d *record.Draft) error {
	if d.Verb == record.Deleting {
		return nil
	}
	for _, field := range []string{"ConfigOptions", "ValidationConstraints"} {
		if text := d.Text(field); d.Changed(field) && text != "" && !json.Valid([]byte(text)) {
			d.Refuse(field, "The value of the field '%s' is not valid: it is not JSON", field)
		}
	}
	if text := d.Text("ValidationConstraints"); d.Changed("ValidationConstraints") && text != "" {
		var all []validationConstraint
		if json.Valid([]byte(text)) && json.Unmarshal([]byte(text), &all) != nil {
			d.Refuse("ValidationConstraints", `The value of the field 'ValidationConstraints' is not valid: it is an array of {"ConstraintFieldName","FormFieldName"}`)
		}
	}
	if text := d.Text("Pattern"); d.Changed("Pattern") && text != "" {
		if _, err := compilePattern(text); err != nil {
			d.Refuse("Pattern", "The value of the field 'Pattern' is not valid: it is not a regular expression")
		}
	}
	for _, field := range []string{"RequiredExpression", "VisibilityExpression", "ReadOnlyExpression"} {
		if text := d.Text(field); d.Changed(field) && text != "" {
			if _, err := parseExpression(text); err == nil {
				continue
			}
			if !balanced(text) {
				d.Refuse(field, "The value of the field '%s' is not valid: a quote or a bracket of the expression is not closed", field)
				continue
			}
			d.Flag(field + " cannot be understood and counts as not said") // one of another product, which is kept
		}
	}
	if changedAny(d, "Name", "ParentLink") {
		d.OnlyOne("ParentLink", "Name")
	}
	parameterBounds(d)
	if d.Text("DisplayType") == "" {
		return nil // refused by the definition
	}
	o, err := readOffering(d.Row())
	if err != nil {
		return err
	}
	p := &parameter{offering: *o}
	p.name, p.label, p.kind = d.Text("Name"), "DefaultValue", literal.Fold(d.Text("DisplayType"))
	if changedAny(d, "ValidationList", "ValidationListField", "DisplayType") && !validSource(ctx, d, p) {
		return nil
	}
	if changedAny(d, "DefaultValue", "ValidationList", "ValidationListField", "ConfigOptions", "DisplayType", "MinLength", "MaxLength", "Pattern") {
		return presetFits(ctx, r, d, p)
	}
	return nil
}

func changedAny(d *record.Draft, fields ...string) bool {
	return slices.ContainsFunc(fields, d.Changed)
}

// parameterBounds refuses bounds that no answer keeps, and prices that take money away.
func parameterBounds(d *record.Draft) {
	least, most := d.Number("MinLength"), d.Number("MaxLength")
	if changedAny(d, "MinLength", "MaxLength") {
		switch {
		case least < 0:
			d.Refuse("MinLength", "The value of the field 'MinLength' is not valid: it is 0 or more")
		case most < 0:
			d.Refuse("MaxLength", "The value of the field 'MaxLength' is not valid: it is 0 or more")
		case most > 0 && least > most:
			d.Refuse("MinLength", "The value of the field 'MinLength' is not valid: %d is more than the %d of the field 'MaxLength'", least, most)
		}
	}
	notNegative(d, "PriceOption")
}

func notNegative(d *record.Draft, fields ...string) {
	for _, field := range fields {
		if d.Changed(field) && d.Number(field) < 0 {
			d.Refuse(field, "The value of the field '%s' is not valid: it is 0 or more", field)
		}
	}
}

// validSource refuses a list that there is not, and a field that its records have not.
func validSource(ctx context.Context, d *record.Draft, p *parameter) bool {
	source := d.Text("ValidationList")
	if !p.isList() || source == "" {
		return true
	}
	if _, ok := d.Engine().ListValues(ctx, source); ok && !strings.Contains(source, "#") {
		return true
	}
	t, ok := d.Engine().Type(ctx, source)
	if !ok || t.Definition.Private {
		d.Refuse("ValidationList", "The value of the field 'ValidationList' is not valid: there is no pick list and no business object '%s'", shortened(source))
		return false
	}
	if field := d.Text("ValidationListField"); field != "" && !t.Has(field) {
		d.Refuse("ValidationListField", "The value of the field 'ValidationListField' is not valid: %s has no field '%s'", t.ID(), shortened(field))
		return false
	}
	return true
}

// presetFits refuses a default that would be refused as an answer. An expression of another product is none of ours.
func presetFits(ctx context.Context, r db.Reader, d *record.Draft, p *parameter) error {
	preset := d.Text("DefaultValue")
	if preset == "" || p.isLayout() || strings.HasPrefix(preset, "$") {
		return nil
	}
	bad := func(why string) {
		d.Refuse("DefaultValue", "The value of the field 'DefaultValue' is not valid: %s", why)
	}
	if o, ok := p.options(ctx, d.Engine()); ok {
		found := slices.ContainsFunc(o.values, func(v record.ListValue) bool { return strings.EqualFold(v.Value, preset) })
		if o.typ != nil {
			var err error
			if _, found, err = d.Engine().FindOne(ctx, r, o.typ, o.typ.Fields[o.field].Name, preset); err != nil {
				return err
			}
		}
		if !found {
			bad("'" + shortened(preset) + "' is not in the list of the parameter")
		}
		return nil
	}
	switch p.kind {
	case "checkbox":
		if _, err := literal.Bool(strings.TrimSpace(preset)); err != nil {
			bad("a checkbox is true or false")
		}
	case "date", "datetime", "time":
		if _, ok := moment(p.kind, preset, 0); !ok {
			bad("'" + shortened(preset) + "' is no " + p.kind)
		}
	default:
		if err := checkText(&answer{parameter: p, value: preset}); err != nil {
			bad(strings.Replace(fault.Of(err).Message, "The parameter 'DefaultValue'", "it", 1))
		}
	}
	return nil
}

// balanced reports whether the quotes and brackets of an expression are closed, in whatever language it is.
func balanced(text string) bool {
	var open []rune
	for _, c := range text {
		in := rune(0)
		if len(open) > 0 {
			in = open[len(open)-1]
		}
		switch {
		case in == '\'' || in == '"':
			if c == in {
				open = open[:len(open)-1]
			}
		case c == '\'' || c == '"' || c == '(':
			open = append(open, c)
		case c == ')':
			if in != '(' {
				return false
			}
			open = open[:len(open)-1]
		}
	}
	return len(open) == 0
}
