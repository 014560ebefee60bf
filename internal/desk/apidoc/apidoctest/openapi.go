// Package apidoctest checks descriptions of the API, for tests: OpenAPI documents by the rules of OAS 3.1 that a reader of
// them relies on, and pages by what they must never hold. It shares nothing with the package that writes them.
package apidoctest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Document is what is read of an OpenAPI document.
type Document struct {
	Operations map[string][]string // path → its methods, by name

	root object
}

type object = map[string]any

var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

// members are the fixed members of the objects that are checked (OAS 3.1.1 section 4.8).
var members = map[string][]string{
	"document":  {"openapi", "info", "jsonSchemaDialect", "servers", "paths", "webhooks", "components", "security", "tags", "externalDocs"},
	"item":      append([]string{"$ref", "summary", "description", "servers", "parameters"}, methods...),
	"operation": {"tags", "summary", "description", "externalDocs", "operationId", "parameters", "requestBody", "responses", "callbacks", "deprecated", "security", "servers"},
	"parameter": {"name", "in", "description", "required", "deprecated", "schema", "example", "examples", "content", "style", "explode"},
	"response":  {"description", "headers", "content", "links"},
	"body":      {"description", "content", "required"},
	"media":     {"schema", "example", "examples", "encoding"},
	"schema": {"$ref", "type", "format", "title", "description", "properties", "required", "items", "allOf", "enum", "const", "examples", "default", "pattern", "maxLength", "minimum", "maximum",
		"readOnly", "writeOnly", "additionalProperties", "contentMediaType"},
}

var component = regexp.MustCompile(`^[a-zA-Z0-9.\-_]+$`)

// Read reads a document. The error joins every rule it breaks.
func Read(text []byte) (*Document, error) {
	d := &Document{Operations: map[string][]string{}}
	if err := json.Unmarshal(text, &d.root); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	r := &reader{Document: d, ids: map[string]bool{}, shapes: map[string]string{}, tags: map[string]bool{}}
	r.document()
	return d, errors.Join(r.problems...)
}

// Schema returns a part of a component's schema by a dotted path, the component first; nil where there is none.
func (d *Document) Schema(path string) any {
	schemas := of(of(d.root, "components"), "schemas")
	name, rest, _ := strings.Cut(path, ".")
	if second, further, ok := strings.Cut(rest, "."); ok && schemas[name+"."+second] != nil {
		name, rest = name+"."+second, further
	}
	at := schemas[name]
	for step := range strings.SplitSeq(rest, ".") {
		m, _ := at.(object)
		at = m[step]
	}
	return at
}

type reader struct {
	*Document
	problems []error
	ids      map[string]bool
	shapes   map[string]string // path without the names of its parameters → path
	tags     map[string]bool
}

func (r *reader) complain(at, format string, args ...any) {
	if len(r.problems) < 20 {
		r.problems = append(r.problems, fmt.Errorf("%s: %s", at, fmt.Sprintf(format, args...)))
	}
}

func of(o object, name string) object {
	m, _ := o[name].(object)
	return m
}

func list(o object, name string) []any {
	l, _ := o[name].([]any)
	return l
}

func (r *reader) only(at, kind string, o object) {
	for name := range o {
		if !slices.Contains(members[kind], name) && !strings.HasPrefix(name, "x-") {
			r.complain(at, "a %s has no member %q", kind, name)
		}
	}
}

// resolve follows a reference.
func (r *reader) resolve(at string, o object) object {
	ref, ok := o["$ref"].(string)
	if !ok {
		return o
	}
	var found any = r.root
	for step := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		m, _ := found.(object)
		found = m[step]
	}
	m, ok := found.(object)
	if !ok || !strings.HasPrefix(ref, "#/") {
		r.complain(at, "%s leads nowhere", ref)
	}
	return m
}

func (r *reader) document() {
	r.only("document", "document", r.root)
	info := of(r.root, "info")
	if r.root["openapi"] != "3.1.0" || info["title"] == nil || info["version"] == nil || len(of(r.root, "paths")) == 0 {
		r.complain("document", "openapi, info or paths are missing")
	}
	for _, t := range list(r.root, "tags") {
		name, _ := t.(object)["name"].(string)
		if name == "" || r.tags[name] {
			r.complain("tags", "%q is there twice, or nameless", name)
		}
		r.tags[name] = true
	}
	r.security("document", r.root)
	components := of(r.root, "components")
	for kind := range components {
		for name := range of(components, kind) {
			if !component.MatchString(name) {
				r.complain("components", "%q is no name of a component", name)
			}
		}
	}
	for name, s := range of(components, "schemas") {
		r.schema("schemas/"+name, s)
	}
	for name, p := range of(components, "parameters") {
		r.parameter("parameters/"+name, p)
	}
	for name, p := range of(components, "responses") {
		r.response("responses/"+name, p)
	}
	for path, item := range of(r.root, "paths") {
		r.item(path, item.(object))
	}
}

func (r *reader) security(at string, o object) {
	for _, one := range list(o, "security") {
		for name := range one.(object) {
			if of(of(of(r.root, "components"), "securitySchemes"), name) == nil {
				r.complain(at, "the security scheme %q is not there", name)
			}
		}
	}
}

var braces = regexp.MustCompile(`\{([^}]*)\}`)

func (r *reader) item(path string, item object) {
	r.only(path, "item", item)
	shape := braces.ReplaceAllString(path, "{}")
	if other, twice := r.shapes[shape]; twice || !strings.HasPrefix(path, "/") {
		r.complain(path, "the path is that of %q, or has no slash in front", other)
	}
	r.shapes[shape] = path
	for _, method := range methods {
		o := of(item, method)
		if o == nil {
			continue
		}
		r.Operations[path] = append(r.Operations[path], method)
		at := method + " " + path
		r.only(at, "operation", o)
		id, _ := o["operationId"].(string)
		if id == "" || r.ids[id] || o["summary"] == nil {
			r.complain(at, "the operationId %q is there twice, or id or summary are missing", id)
		}
		r.ids[id] = true
		for _, tag := range list(o, "tags") {
			if !r.tags[tag.(string)] {
				r.complain(at, "the tag %v is not there", tag)
			}
		}
		r.security(at, o)
		inPath, seen := map[string]bool{}, map[string]bool{}
		for _, p := range slices.Concat(list(item, "parameters"), list(o, "parameters")) {
			p := r.parameter(at, p)
			key := fmt.Sprint(p["in"], " ", p["name"])
			if seen[key] {
				r.complain(at, "the parameter %s is there twice", key)
			}
			seen[key] = true
			if name, _ := p["name"].(string); p["in"] == "path" {
				inPath[name] = true
			}
		}
		for _, m := range braces.FindAllStringSubmatch(path, -1) {
			if !inPath[m[1]] {
				r.complain(at, "the parameter %q of the path is not described", m[1])
			}
			delete(inPath, m[1])
		}
		if len(inPath) > 0 {
			r.complain(at, "not in the path: %v", slices.Sorted(maps.Keys(inPath)))
		}
		if b := of(o, "requestBody"); b != nil {
			if method == "get" || method == "delete" {
				r.complain(at, "has a body")
			}
			r.only(at, "body", b)
			r.content(at, b, true)
		}
		responses := of(o, "responses")
		good := false
		for status, answer := range responses {
			good = good || strings.HasPrefix(status, "2")
			if !regexp.MustCompile(`^([1-5][0-9][0-9]|default)$`).MatchString(status) {
				r.complain(at, "the status %q", status)
			}
			r.response(at+" "+status, answer)
		}
		if !good {
			r.complain(at, "no answer is good")
		}
	}
	slices.Sort(r.Operations[path])
}

func (r *reader) parameter(at string, v any) object {
	p := r.resolve(at, v.(object))
	r.only(at, "parameter", p)
	in, _ := p["in"].(string)
	if p["name"] == nil || p["schema"] == nil || !slices.Contains([]string{"query", "path", "header", "cookie"}, in) || in == "path" && p["required"] != true {
		r.complain(at, "the parameter %v lacks a name, schema or place, or is optional in the path", p["name"])
	}
	r.schema(at, p["schema"])
	return p
}

func (r *reader) response(at string, v any) {
	p := r.resolve(at, v.(object))
	r.only(at, "response", p)
	if p["description"] == nil {
		r.complain(at, "the response has no description")
	}
	r.content(at, p, false)
}

func (r *reader) content(at string, o object, must bool) {
	content := of(o, "content")
	if must && len(content) == 0 {
		r.complain(at, "no content")
	}
	for kind, media := range content {
		m, _ := media.(object)
		r.only(at+" "+kind, "media", m)
		if s, ok := m["schema"]; ok {
			r.schema(at+" "+kind, s)
		}
	}
}

// schema checks a schema as far as the documents use JSON Schema 2020-12.
func (r *reader) schema(at string, v any) {
	s, ok := v.(object)
	if !ok {
		r.complain(at, "a schema is %T", v)
		return
	}
	r.only(at, "schema", s)
	if _, ok := s["$ref"]; ok {
		r.resolve(at, s)
		return
	}
	kinds, _ := s["type"].([]any)
	if one, ok := s["type"].(string); ok {
		kinds = []any{one}
	}
	for _, k := range kinds {
		if !slices.Contains([]any{"null", "boolean", "object", "array", "number", "string", "integer"}, k) {
			r.complain(at, "the type %v", k)
		}
	}
	properties := of(s, "properties")
	for name, p := range properties {
		r.schema(at+"."+name, p)
	}
	for _, a := range list(s, "allOf") {
		r.schema(at, a)
	}
	if items, ok := s["items"]; ok {
		r.schema(at+"[]", items)
	}
	if p, ok := s["pattern"].(string); ok {
		if _, err := regexp.Compile(p); err != nil {
			r.complain(at, "%v", err)
		}
	}
	values := map[any]bool{}
	for _, v := range list(s, "enum") {
		if text, isText := v.(string); values[v] || isText && !slices.Contains(kinds, "string") || v == nil && !slices.Contains(kinds, "null") || len([]rune(text)) > 1<<20 {
			r.complain(at, "%v is twice in the enumeration, or not of the type", v)
		}
		values[v] = true
	}
	for _, name := range list(s, "required") {
		if properties[name.(string)] == nil && s["allOf"] == nil {
			r.complain(at, "the required %v is no property", name)
		}
	}
}
