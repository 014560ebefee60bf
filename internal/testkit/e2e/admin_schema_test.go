package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// apiDocument is the OpenAPI document of the administration API, and which of its operations were answered well.
type apiDocument struct {
	root     map[string]any
	answered map[string]bool // "GET /people/{id}"
}

// readDocument asks for the document, as nobody, and holds that it is sound.
func readDocument(t *testing.T, s *testkit.Server) *apiDocument {
	t.Helper()
	a := s.Ask(t, http.MethodGet, adminPath+"openapi.json", "", "")
	d := &apiDocument{root: a.JSON(), answered: map[string]bool{}}
	if a.Status != http.StatusOK || d.root["openapi"] != "3.1.0" {
		t.Fatalf("the document: %d %.300s", a.Status, a.Body)
	}
	d.references(t, d.root, "#")
	ids := map[string]string{}
	for name, op := range d.operations() {
		id, _ := op["operationId"].(string)
		if id == "" || ids[id] != "" || op["summary"] == nil || op["tags"] == nil || op["security"] == nil {
			t.Errorf("%s lacks an id of its own (%q, as %s), a summary, a tag or a credential", name, id, ids[id])
		}
		ids[id] = name
		if body, ok := op["requestBody"].(map[string]any); ok {
			media, _ := body["content"].(map[string]any)["application/json"].(map[string]any)
			for _, complaint := range d.fits(media["example"], media["schema"].(map[string]any), "the example") {
				t.Errorf("%s: %s", name, complaint)
			}
		}
		responses := op["responses"].(map[string]any)
		for _, status := range []string{"400", "401", "403", "500", "503"} {
			if responses[status] == nil {
				t.Errorf("%s does not say what %s is", name, status)
			}
		}
	}
	return d
}

// operations are all operations by method and path.
func (d *apiDocument) operations() map[string]map[string]any {
	out := map[string]map[string]any{}
	for path, item := range d.root["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			out[strings.ToUpper(method)+" "+path] = op.(map[string]any)
		}
	}
	return out
}

// references holds that every reference leads somewhere.
func (d *apiDocument) references(t *testing.T, v any, at string) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok && d.follow(ref) == nil {
			t.Errorf("%s: %s leads nowhere", at, ref)
		}
		for name, member := range v {
			d.references(t, member, at+"/"+name)
		}
	case []any:
		for i, item := range v {
			d.references(t, item, at+"/"+strconv.Itoa(i))
		}
	}
}

func (d *apiDocument) follow(ref string) map[string]any {
	var at any = d.root
	for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		m, _ := at.(map[string]any)
		at = m[strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")]
	}
	m, _ := at.(map[string]any)
	return m
}

// find is the operation that a request is for: of several templates the one with the most fixed segments.
func (d *apiDocument) find(method, path string) (name string, op map[string]any) {
	path, _, _ = strings.Cut(strings.TrimPrefix(path, strings.TrimSuffix(adminPath, "/")), "?")
	wanted, fixed := strings.Split(path, "/"), -1
	for candidate, found := range d.operations() {
		m, template, _ := strings.Cut(candidate, " ")
		parts, same := strings.Split(template, "/"), 0
		if m != method || len(parts) != len(wanted) {
			continue
		}
		for i, part := range parts {
			switch {
			case part == wanted[i]:
				same++
			case !strings.HasPrefix(part, "{"):
				same = -len(parts)
			}
		}
		if same > fixed {
			name, op, fixed = candidate, found, same
		}
	}
	return name, op
}

// check holds an answer against what the document says of it.
func (d *apiDocument) check(tb testing.TB, method, path string, a testkit.Answer) {
	tb.Helper()
	name, op := d.find(method, path)
	if op == nil {
		tb.Errorf("%s %s is not in the document", method, path)
		return
	}
	if a.Status < 300 {
		d.answered[name] = true
	}
	response, _ := op["responses"].(map[string]any)[strconv.Itoa(a.Status)].(map[string]any)
	if response == nil {
		tb.Errorf("%s answers %d, which is not documented: %.200s", name, a.Status, a.Body)
		return
	}
	if ref, ok := response["$ref"].(string); ok {
		response = d.follow(ref)
	}
	content, _ := response["content"].(map[string]any)
	if content == nil {
		if len(a.Body) > 0 {
			tb.Errorf("%s answers a body that is not documented: %.200s", name, a.Body)
		}
		return
	}
	media, _ := content[a.Header.Get("Content-Type")].(map[string]any)
	var v any
	if err := json.Unmarshal(a.Body, &v); err != nil || media == nil {
		tb.Errorf("%s answers %s: %v", name, a.Header.Get("Content-Type"), err)
		return
	}
	for _, complaint := range d.fits(v, media["schema"].(map[string]any), "body") {
		tb.Errorf("%s, %d: %s in %.300s", name, a.Status, complaint, a.Body)
	}
}

// fits compares a value with the parts of JSON Schema that the document uses.
func (d *apiDocument) fits(v any, schema map[string]any, at string) (complaints []string) {
	if ref, ok := schema["$ref"].(string); ok {
		schema = d.follow(ref)
	}
	if len(schema) == 0 { // anything
		return nil
	}
	if allowed, ok := schema["enum"].([]any); ok && !slices.Contains(allowed, v) {
		return []string{fmt.Sprintf("%s: %v is none of %v", at, v, allowed)}
	}
	kind, _ := schema["type"].(string)
	switch v := v.(type) {
	case map[string]any:
		properties, _ := schema["properties"].(map[string]any)
		required, _ := schema["required"].([]any)
		for _, name := range required {
			if _, ok := v[name.(string)]; !ok {
				complaints = append(complaints, fmt.Sprintf("%s lacks %v", at, name))
			}
		}
		for name, member := range v {
			if of, ok := properties[name].(map[string]any); ok {
				complaints = append(complaints, d.fits(member, of, at+"."+name)...)
			} else if of, ok := schema["additionalProperties"].(map[string]any); ok {
				complaints = append(complaints, d.fits(member, of, at+"."+name)...)
			} else {
				complaints = append(complaints, at+"."+name+" is not documented")
			}
		}
		return append(complaints, wrongKind(at, kind, "object")...)
	case []any:
		for i, item := range v {
			of, _ := schema["items"].(map[string]any)
			complaints = append(complaints, d.fits(item, of, fmt.Sprintf("%s[%d]", at, i))...)
		}
		return append(complaints, wrongKind(at, kind, "array")...)
	case string:
		return wrongKind(at, kind, "string")
	case bool:
		return wrongKind(at, kind, "boolean")
	case float64:
		return wrongKind(at, kind, "number", "integer")
	default:
		return wrongKind(at, kind)
	}
}

func wrongKind(at, kind string, fits ...string) []string {
	if kind == "" || slices.Contains(fits, kind) {
		return nil
	}
	return []string{fmt.Sprintf("%s is %v, not %s", at, fits, kind)}
}
