package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
)

// parseCatalogue reads lists, objects and records, or one object alone. What does not belong there is refused with
// its line: unknown names are misspelt, names that stand twice lose one of their values.
func parseCatalogue(b []byte) (record.Catalogue, error) {
	var c record.Catalogue
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	r := reader{text: b, d: json.NewDecoder(bytes.NewReader(b))}
	r.d.UseNumber()
	if err := r.whole(&c); err != nil {
		return c, fault.New(fault.Invalid, "definition_invalid", "line %d: %s", r.line(err), err.Error())
	}
	if len(c.Lists)+len(c.Objects)+len(c.Records) == 0 {
		return c, fault.New(fault.Invalid, "definition_invalid", `There is nothing to apply: a definition has "lists", "objects" or "records", or is one object with "object" and "fields".`)
	}
	return c, nil
}

// reader checks a definition before it is decoded, to say where something is wrong and what should stand there.
type reader struct {
	text []byte
	d    *json.Decoder
}

func (r *reader) whole(c *record.Catalogue) error {
	var anything any
	if err := json.Unmarshal(r.text, &anything); err != nil {
		return r.notJSON(err)
	}
	members, ok := anything.(map[string]any)
	if !ok {
		return fmt.Errorf("the definition must be an object, not %s", worded(anything))
	}
	into := any(c)
	if _, single := members["object"]; single {
		c.Objects = make([]record.Definition, 1)
		into = &c.Objects[0]
	}
	if err := r.value(reflect.TypeOf(into).Elem(), "the definition"); err != nil {
		return err
	}
	return json.Unmarshal(r.text, into)
}

// notJSON says in plain words what is wrong with a text that is no JSON. The cause stays, for its place.
func (r *reader) notJSON(err error) error {
	rest := bytes.NewReader(r.text)
	switch d := json.NewDecoder(rest); {
	case strings.TrimSpace(string(r.text)) == "":
		return errors.New("the definition is empty")
	case d.Decode(new(any)) == nil:
		return plainError{"not JSON: there is more after the end of the definition; several stand in an array, with commas between them", err}
	case strings.Contains(err.Error(), "unexpected end"):
		return plainError{"not JSON: the text ends before the definition does; a bracket or a quote is not closed", err}
	}
	return plainError{"not JSON: a comma, colon, quote or bracket is missing here, or one too many", err}
}

// plainError is an error in words for people.
type plainError struct {
	words string
	cause error
}

func (e plainError) Error() string { return e.words }

func (e plainError) Unwrap() error { return e.cause }

// line is where reading stopped.
func (r *reader) line(err error) int {
	at := r.d.InputOffset()
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		at = syntax.Offset
	}
	return 1 + bytes.Count(r.text[:min(int(at), len(r.text))], []byte("\n"))
}

var (
	indexType = reflect.TypeFor[record.Index]()
	rowsType  = reflect.TypeFor[role.Rows]()
	valueType = reflect.TypeFor[record.ListValue]()
)

// value passes over the next value and checks that it has the form of t.
func (r *reader) value(t reflect.Type, path string) error {
	token, err := r.d.Token()
	if err != nil {
		return err
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	_, isText := token.(string)
	switch {
	case t == indexType:
		if _, ok := token.(bool); !ok && token != "sparse" && token != "unique" {
			return fmt.Errorf(`%s must be true, false, "sparse" or "unique"`, path)
		}
		return nil
	case t == rowsType:
		if name, _ := token.(string); new(role.Rows).UnmarshalText([]byte(name)) != nil {
			return fmt.Errorf(`%s must be "none", "own", "team" or "all"`, path)
		}
		return nil
	case t == valueType && isText:
		return nil
	}
	wrong := func(want string) error { return fmt.Errorf("%s must be %s, not %s", path, want, worded(token)) }
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		if token != json.Delim('{') {
			return wrong("an object")
		}
		return r.members(t, path)
	case reflect.Slice:
		if token != json.Delim('[') {
			return wrong("an array")
		}
		for i := 0; r.d.More(); i++ {
			if err := r.value(t.Elem(), fmt.Sprintf("entry %d of %s", i+1, path)); err != nil {
				return err
			}
		}
		_, err = r.d.Token()
		return err
	case reflect.String:
		if !isText {
			return wrong("a text in quotes")
		}
	case reflect.Bool:
		if _, ok := token.(bool); !ok {
			return wrong("true or false")
		}
	case reflect.Int, reflect.Int64:
		n, ok := token.(json.Number)
		if !ok {
			return wrong("a whole number")
		}
		if _, err := n.Int64(); err != nil {
			return wrong("a whole number")
		}
	case reflect.Interface:
		if token == json.Delim('{') || token == json.Delim('[') {
			return wrong("a single value")
		}
	}
	return nil
}

// members passes over the members of an object, whose opening brace is read.
func (r *reader) members(t reflect.Type, path string) error {
	seen := map[string]bool{}
	for r.d.More() {
		token, err := r.d.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if seen[name] {
			return fmt.Errorf("%q stands twice in %s", name, path)
		}
		seen[name] = true
		of, err := memberType(t, name, path)
		if err != nil {
			return err
		}
		if err := r.value(of, fmt.Sprintf("%q", name)); err != nil {
			return err
		}
	}
	_, err := r.d.Token()
	return err
}

func memberType(t reflect.Type, name, path string) (reflect.Type, error) {
	if t.Kind() == reflect.Map {
		return t.Elem(), nil
	}
	var known []string
	for f := range t.Fields() {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == name {
			return f.Type, nil
		}
		known = append(known, tag)
	}
	return nil, fmt.Errorf("%s has the unknown key %q; there are %s", path, name, strings.Join(known, ", "))
}

// worded names what was read in the words of the documentation.
func worded(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return fmt.Sprint(v)
	case string:
		return "a text"
	case json.Number:
		return "the number " + v.String()
	case float64:
		return "a number"
	case json.Delim:
		if v == '[' {
			return "an array"
		}
		return "an object"
	case []any:
		return "an array"
	}
	return "an object"
}
