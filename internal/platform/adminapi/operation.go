package adminapi

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// None is the answer of an operation that has nothing to say: 204.
type None struct{}

// Route is an operation to be added to a group.
type Route struct {
	add func(a *API, tag string)
}

// Option says more about an operation than its types do.
type Option func(*huma.Operation)

// Status sets the status of success, where it is not 200.
func Status(status int) Option { return func(op *huma.Operation) { op.DefaultStatus = status } }

// Describe adds a few sentences.
func Describe(text string) Option { return func(op *huma.Operation) { op.Description = text } }

// The metadata of operations that Grants and StepUp mark.
const (
	grants    = "grants"
	stepUpKey = "step-up"
)

// Grants marks an operation by which rights are handed out, directly or through a way in as somebody else: registrations may not call
// it unless they act in a role that administers.
func Grants() Option { return mark(grants) }

// StepUp has people who use a browser prove who they are, where they have not within the last minutes: 403 step_up_required.
func StepUp() Option {
	marked := mark(stepUpKey)
	return func(op *huma.Operation) {
		marked(op)
		op.Extensions = map[string]any{"x-step-up": true}
	}
}

func mark(key string) Option {
	return func(op *huma.Operation) {
		if op.Metadata == nil {
			op.Metadata = map[string]any{}
		}
		op.Metadata[key] = true
	}
}

// Op is an operation: "METHOD /path/{parameter}" under Base, a stable id in kebab case, a summary of a few words, and what
// does it.
func Op[I, O any](pattern, id, summary string, handle func(ctx context.Context, in *I) (*O, error), with ...Option) Route {
	return route(pattern, id, summary, reflect.TypeFor[I](), reflect.TypeFor[O](), func(ctx context.Context, in any) (any, error) {
		out, err := handle(ctx, in.(*I)) //nolint:forcetypeassert // it was made of this very type
		if err != nil || out == nil {
			return nil, err
		}
		return out, nil
	}, with)
}

// operation does what is asked for with a pointer to its input, and answers with a pointer to its output or nil.
type operation func(ctx context.Context, in any) (any, error)

// route describes an operation and adds it. It knows types at run time alone: what is generic is compiled for each operation.
func route(pattern, id, summary string, in, out reflect.Type, do operation, with []Option) Route {
	return Route{func(a *API, tag string) {
		method, path, _ := strings.Cut(pattern, " ")
		op := &huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{tag}}
		if System(Base + path) {
			op.Security = []map[string][]string{{systemScheme: {}}, {operatorScheme: {}}}
		} else {
			op.Security = tenantSecurity(method)
		}
		for _, set := range with {
			set(op)
		}
		op.Responses = refusals(method, path, in)
		checkInput(pattern, in)
		read := describeInput(op, a.schemas(), in)
		describeOutput(op, a.schemas(), out)
		a.doc.AddOperation(op)
		a.handle(op, read, do)
	}}
}

// describeOutput says what an operation answers when it succeeds.
func describeOutput(op *huma.Operation, schemas huma.Registry, out reflect.Type) {
	success := &huma.Response{}
	if out == reflect.TypeFor[None]() {
		op.DefaultStatus = http.StatusNoContent
	} else {
		if op.DefaultStatus == 0 {
			op.DefaultStatus = http.StatusOK
		}
		success.Content = map[string]*huma.MediaType{jsonType: {Schema: schemas.Schema(out, true, op.OperationID+"Response")}}
	}
	success.Description = http.StatusText(op.DefaultStatus)
	op.Responses[strconv.Itoa(op.DefaultStatus)] = success
}

// checkInput stops the program at its start where an input type would not get what its operation is asked: huma passes over
// embedded types that are not exported.
func checkInput(pattern string, input reflect.Type) {
	fields := map[string]bool{}
	seen := reflect.VisibleFields(input)
	if body, ok := input.FieldByName("Body"); ok && body.Type.Kind() == reflect.Struct {
		seen = append(seen, reflect.VisibleFields(body.Type)...)
	}
	for _, f := range seen {
		if f.Anonymous && !f.IsExported() {
			panic("adminapi: " + pattern + " has the embedded type " + f.Name + ", which is not exported")
		}
		fields[f.Tag.Get("path")] = true
	}
	for rest := pattern; ; {
		_, after, found := strings.Cut(rest, "{")
		if !found {
			return
		}
		name, end, _ := strings.Cut(after, "}")
		if !fields[name] {
			panic("adminapi: " + pattern + " has no field for {" + name + "}")
		}
		rest = end
	}
}

// Group adds operations that belong together, under a heading.
func (a *API) Group(name, description string, routes ...Route) {
	a.doc.Tags = append(a.doc.Tags, &huma.Tag{Name: name, Description: description})
	for _, r := range routes {
		r.add(a, name)
	}
	a.tidy()
}

// listsAreLists makes arrays not nullable, as which huma describes those that Go calls slices: a list without items is [] here, in
// requests as in answers.
func listsAreLists(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == huma.TypeArray {
		s.Nullable = false
	}
	listsAreLists(s.Items)
	for _, property := range s.Properties {
		listsAreLists(property)
	}
	if values, ok := s.AdditionalProperties.(*huma.Schema); ok {
		listsAreLists(values)
	}
}

// refusals are the errors an operation may answer.
func refusals(method, path string, input reflect.Type) map[string]*huma.Response {
	codes := []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusInternalServerError, http.StatusServiceUnavailable}
	if strings.Contains(path, "{") {
		codes = append(codes, http.StatusNotFound)
	}
	if method != http.MethodGet {
		codes = append(codes, http.StatusConflict)
	}
	if _, ok := input.FieldByName("Body"); ok {
		codes = append(codes, http.StatusRequestEntityTooLarge)
	}
	if _, ok := input.FieldByName("IfMatch"); ok {
		codes = append(codes, http.StatusPreconditionFailed)
	}
	out := map[string]*huma.Response{}
	for _, code := range codes {
		out[strconv.Itoa(code)] = &huma.Response{Ref: "#/components/responses/" + refusalNames[code]}
	}
	return out
}
