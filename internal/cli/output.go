package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// oneLine writes an error for a person at a terminal: the whole chain, on one line.
func oneLine(err error) string {
	f := fault.Of(err)
	text := err.Error()
	if f.Kind != fault.Internal && f.Cause == nil {
		text = f.Message
		for _, c := range f.Fields {
			switch {
			case strings.Contains(text, c.Message): // the message is made of them
			case strings.Contains(c.Message, "'"+c.Field+"'"):
				text += " " + c.Message
			default:
				text += " " + c.Field + ": " + c.Message
			}
		}
	}
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}

// show prints a result: the JSON as it is on one line, or as text.
func (t terminal) show(result json.RawMessage, asJSON bool) error {
	if asJSON {
		var b bytes.Buffer
		if err := json.Compact(&b, result); err != nil {
			return fmt.Errorf("print the result: %w", err)
		}
		_, err := fmt.Fprintln(t.out, b.String())
		return err
	}
	v, err := decode(json.NewDecoder(bytes.NewReader(result)))
	if err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	return text(t.out, v)
}

// member is a member of a JSON object, in the order written.
type member struct {
	name  string
	value any
}

// decode reads JSON and keeps the order of members.
func decode(d *json.Decoder) (any, error) {
	d.UseNumber()
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		out := []member{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := decode(d)
			if err != nil {
				return nil, err
			}
			out = append(out, member{fmt.Sprint(name), v})
		}
		_, err = d.Token()
		return out, err
	case json.Delim('['):
		out := []any{}
		for d.More() {
			v, err := decode(d)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		_, err = d.Token()
		return out, err
	}
	return t, nil
}

// text prints an object as "name  value" lines and a list of objects as a table.
func text(out io.Writer, v any) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	object, ok := v.([]member)
	if !ok {
		fmt.Fprintln(w, cell(v))
		return w.Flush()
	}
	for _, m := range object {
		if list, ok := m.value.([]any); ok && table(w, list, m.name) {
			continue
		}
		fmt.Fprintf(w, "%s\t%s\n", strings.ReplaceAll(m.name, "_", " "), cell(m.value))
	}
	return w.Flush()
}

// table prints a list of objects and reports whether it was one.
func table(w io.Writer, list []any, name string) bool {
	if len(list) == 0 {
		fmt.Fprintf(w, "no %s\n", strings.ReplaceAll(name, "_", " "))
		return true
	}
	for i, row := range list {
		object, ok := row.([]member)
		if !ok {
			return false
		}
		if i == 0 {
			heads := make([]string, len(object))
			for j, m := range object {
				heads[j] = strings.ToUpper(strings.ReplaceAll(m.name, "_", " "))
			}
			fmt.Fprintln(w, strings.Join(heads, "\t"))
		}
		cells := make([]string, len(object))
		for j, m := range object {
			cells[j] = cell(m.value)
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	return true
}

func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case []any:
		if len(v) == 0 {
			return "-"
		}
		parts := make([]string, len(v))
		for i, p := range v {
			parts[i] = cell(p)
		}
		return strings.Join(parts, ", ")
	case []member:
		parts := make([]string, len(v))
		for i, m := range v {
			parts[i] = m.name + "=" + cell(m.value)
		}
		return strings.Join(parts, " ")
	case string:
		if v == "" {
			return "-"
		}
		return v
	}
	return fmt.Sprint(v)
}
