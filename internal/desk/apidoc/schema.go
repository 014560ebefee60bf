package apidoc

import "strings"

// maxValues bounds the values of a pick list that are spelled out.
const maxValues = 200

// schema writes the components of a set: its record, and that with what creating needs.
func (w *writer) schema(s *Set) {
	properties := object{}
	var required []string
	for _, f := range s.Fields {
		properties[f.Name] = f.schema()
		if f.Required {
			required = append(required, f.Name)
		}
	}
	w.schemas[s.Singular] = object{"type": "object", "title": s.name(), "properties": properties}
	create := object{"allOf": []object{ref("schemas", s.Singular)}}
	if len(required) > 0 {
		create["required"] = required
	}
	if len(s.Aliases) > 0 {
		aliases := object{}
		for _, a := range s.Aliases {
			aliases[a.Name] = object{"writeOnly": true, "description": "Stored as " + a.Field + "."}
		}
		create["properties"] = aliases
	}
	w.schemas[s.Singular+".create"] = create
}

func (f Field) schema() object {
	o := object{}
	kind := "string"
	switch f.Kind {
	case Number:
		kind, o["format"] = "integer", "int64"
	case Boolean:
		kind = "boolean"
	case Time:
		o["format"] = "date-time"
	case Decimal:
		o["pattern"] = `^-?[0-9]+(\.[0-9]{1,4})?$`
	case Text:
		if f.Max > 0 {
			o["maxLength"] = f.Max
		}
	}
	if f.Kind == Boolean || f.Name == "RecId" {
		o["type"] = kind
	} else {
		o["type"] = []string{kind, "null"}
	}
	if f.Label != "" && f.Label != f.Name {
		o["title"] = f.Label
	}
	if f.ReadOnly {
		o["readOnly"] = true
	}
	if f.WriteOnly {
		o["writeOnly"] = true
	}
	if len(f.Values) > 0 && len(f.Values) <= maxValues {
		values := make([]any, 0, len(f.Values)+2)
		for _, v := range f.Values {
			values = append(values, v)
		}
		if f.Open {
			o["examples"] = values
		} else {
			o["enum"] = append(values, nil)
		}
	}
	notes := []string{}
	if f.Note != "" {
		notes = append(notes, f.Note)
	}
	if f.Default != "" {
		notes = append(notes, "Without a value on creation: "+f.Default+".")
	}
	if len(notes) > 0 {
		o["description"] = strings.Join(notes, " ")
	}
	return o
}
