package adminapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// input is how a request becomes what an operation is given. Requests are read here, by reflection, and not by huma.Register: that is
// compiled anew for each pair of types, which was a sixth of the program.
type input struct {
	kind     reflect.Type
	params   []param
	body     []int // where the body goes; nil: there is none
	required bool  // the body
	schema   *huma.Schema
	defaults []preset
}

// param is a parameter, in the path, the query or a header.
type param struct {
	field    []int
	in, name string
	fallback string
	required bool
	schema   *huma.Schema
}

// preset is what a field of the body holds unless the request says something else.
type preset struct {
	field []int
	value reflect.Value
}

var timeType = reflect.TypeFor[time.Time]()

// describeInput adds the parameters and the body of an input type to the operation. A type that cannot be read stops the program at
// its start.
func describeInput(op *huma.Operation, schemas huma.Registry, kind reflect.Type) *input {
	in := &input{kind: kind}
	for _, f := range reflect.VisibleFields(kind) {
		if f.Anonymous || f.Name == "Body" || len(f.Index) > 1 && within(kind, f.Index, "Body") {
			continue
		}
		p := param{field: f.Index, fallback: f.Tag.Get("default"), required: f.Tag.Get("required") == "true"}
		for _, p.in = range []string{"path", "query", "header"} {
			if p.name = f.Tag.Get(p.in); p.name != "" {
				break
			}
		}
		if p.name == "" {
			continue
		}
		p.required = p.required || p.in == "path"
		p.schema = huma.SchemaFromField(schemas, f, "")
		if err := set(reflect.New(f.Type).Elem(), ""); errors.Is(err, errKind) {
			panic("adminapi: " + op.OperationID + ": the parameter " + p.name + " is a " + f.Type.String())
		}
		described := &huma.Param{Name: p.name, Description: p.schema.Description, In: p.in, Required: p.required, Schema: p.schema}
		if p.in == "query" {
			described.Explode = new(bool)
		}
		op.Parameters = append(op.Parameters, described)
		in.params = append(in.params, p)
	}
	f, ok := kind.FieldByName("Body")
	if !ok {
		return in
	}
	in.body, in.required = f.Index, f.Type.Kind() != reflect.Pointer && f.Type.Kind() != reflect.Interface
	hint := op.OperationID + "Request"
	if kind.Name() != "" {
		hint = kind.Name() + f.Name
	}
	in.schema = huma.SchemaFromField(schemas, f, hint)
	in.schema.PrecomputeMessages()
	in.defaults = presets(op.OperationID, f.Type, nil)
	op.RequestBody = &huma.RequestBody{Required: in.required, Content: map[string]*huma.MediaType{jsonType: {Schema: in.schema}}}
	return in
}

// within reports whether a path of fields leads through one of that name.
func within(kind reflect.Type, path []int, name string) bool {
	for i := 1; i < len(path); i++ {
		if kind.FieldByIndex(path[:i]).Name == name {
			return true
		}
	}
	return false
}

// presets finds the tags "default" in a body, which count for its own fields and those of objects in it, but not for those of lists.
func presets(operation string, kind reflect.Type, at []int) []preset {
	if kind.Kind() != reflect.Struct || kind == timeType {
		return nil
	}
	var out []preset
	for i := range kind.NumField() {
		f := kind.Field(i)
		here := append(append([]int{}, at...), i)
		if text, ok := f.Tag.Lookup("default"); ok {
			value := reflect.New(f.Type).Elem()
			if err := set(value, text); err != nil {
				panic("adminapi: " + operation + ": the default of " + f.Name + ": " + err.Error())
			}
			out = append(out, preset{here, value})
		}
		out = append(out, presets(operation, f.Type, here)...)
	}
	return out
}

// read returns a pointer to the input that a request is. It says of every parameter and field what is wrong with it.
func (in *input) read(schemas huma.Registry, r *http.Request, body []byte) (any, error) {
	value := reflect.New(in.kind)
	query, found := r.URL.Query(), &huma.ValidateResult{}
	in.unknown(query, found)
	for _, p := range in.params {
		p.read(schemas, r, query, value.Elem(), found)
	}
	switch {
	case in.body == nil:
	case len(body) > 0:
		in.readBody(schemas, body, value.Elem().FieldByIndex(in.body), found)
	case in.required && len(found.Errors) == 0:
		return nil, fault.New(fault.Invalid, "request_invalid", "The request is not valid: request body is required.")
	}
	return value.Interface(), refusal(found.Errors)
}

// unknown complains about parameters that the operation does not have.
func (in *input) unknown(query url.Values, found *huma.ValidateResult) {
next:
	for name := range query {
		for _, p := range in.params {
			if p.in == "query" && p.name == name {
				continue next
			}
		}
		found.Errors = append(found.Errors, &huma.ErrorDetail{Location: "query." + name, Message: "unknown query parameter"})
	}
}

// read sets the field of a parameter.
func (p *param) read(schemas huma.Registry, r *http.Request, query url.Values, into reflect.Value, found *huma.ValidateResult) {
	var given string
	switch p.in {
	case "path":
		given = r.PathValue(p.name)
	case "query":
		given = query.Get(p.name)
	case "header":
		given = r.Header.Get(p.name)
	}
	if given == "" {
		given = p.fallback
	}
	at := p.in + "." + p.name
	if given == "" {
		if p.required {
			found.Errors = append(found.Errors, &huma.ErrorDetail{Location: at, Message: "required " + p.in + " parameter is missing"})
		}
		return
	}
	field := into.FieldByIndex(p.field)
	if err := set(field, given); err != nil {
		found.Errors = append(found.Errors, &huma.ErrorDetail{Location: at, Message: err.Error()})
		return
	}
	value := field.Interface()
	switch field.Kind() {
	case reflect.Int, reflect.Int64:
		value = field.Int()
	case reflect.String, reflect.Struct:
		value = given
	}
	path := huma.NewPathBuffer(make([]byte, 0, 64), 0)
	path.Push(p.in)
	path.Push(p.name)
	huma.Validate(schemas, p.schema, path, huma.ModeWriteToServer, value, found)
}

var errKind = errors.New("no text can be that")

// set reads a text as the value of a field: a string, an integer, true or false, a time.
func set(field reflect.Value, text string) error {
	switch {
	case field.Type() == timeType:
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return errors.New(expectedTime)
		}
		field.Set(reflect.ValueOf(t))
	case field.Kind() == reflect.String:
		field.SetString(text)
	case field.Kind() == reflect.Int || field.Kind() == reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return errors.New("invalid integer")
		}
		field.SetInt(n)
	case field.Kind() == reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return errors.New("invalid boolean")
		}
		field.SetBool(b)
	default:
		return errKind
	}
	return nil
}

// readBody checks a body against its schema and reads it over the defaults.
func (in *input) readBody(schemas huma.Registry, body []byte, into reflect.Value, found *huma.ValidateResult) {
	var parsed any
	if err := json.Unmarshal(body, &parsed); err != nil {
		found.Errors = append(found.Errors, &huma.ErrorDetail{Location: "body", Message: "not readable as JSON: " + err.Error()})
		return
	}
	before := len(found.Errors)
	path := huma.NewPathBuffer(make([]byte, 0, 128), 0)
	path.Push("body")
	huma.Validate(schemas, in.schema, path, huma.ModeWriteToServer, parsed, found)
	if len(found.Errors) > before {
		return
	}
	for _, d := range in.defaults {
		into.FieldByIndex(d.field).Set(d.value)
	}
	err := json.Unmarshal(body, into.Addr().Interface())
	if misfit := (*json.UnmarshalTypeError)(nil); errors.As(err, &misfit) {
		found.Errors = append(found.Errors, &huma.ErrorDetail{Location: strings.TrimSuffix("body."+misfit.Field, "."), Message: "unexpected " + misfit.Value})
	} else if err != nil {
		found.Errors = append(found.Errors, &huma.ErrorDetail{Location: "body", Message: err.Error()})
	}
}
