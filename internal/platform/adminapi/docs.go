package adminapi

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/provost-itsm/provost/internal/platform/web"
)

//go:embed page
var files embed.FS

var docsPage = template.Must(template.ParseFS(files, "page/docs.html"))

const (
	schemaPrefix = "#/components/schemas/"
	pagePolicy   = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// docsView is what the page shows.
type docsView struct {
	Title, Version, Base, Document string
	Description                    []string // paragraphs
	Schemes                        []docsField
	Groups                         []docsGroup
	Schemas                        []docsSchema
}

type docsGroup struct {
	Name, Anchor, Description string
	Operations                []docsOperation
}

type docsOperation struct {
	ID, Method, Path, Summary, Description string
	Parameters                             []docsField
	BodyType, AnswerType                   docsType
	Answers                                []docsAnswer
	Example                                string // body of a request
}

type docsAnswer struct{ Status, Text string }

// docsType is a type in words; a schema of the page is linked to.
type docsType struct{ Text, Schema string }

type docsField struct {
	Name, Where string
	Type        docsType
	Required    bool
	Text        string
	Options     []string // of a parameter that takes one of a few values
}

type docsSchema struct {
	Name   string
	Fields []docsField
}

// Docs answers with the document as a page for people. Without scripts it is complete but for trying, and it
// asks nothing of other hosts.
func (a *API) Docs(w http.ResponseWriter, r *http.Request) {
	if !reads(w, r) {
		return
	}
	b, err := a.page()
	if err != nil {
		web.Problem(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", pagePolicy)
	_, _ = w.Write(b)
}

// DocsStyle answers with the style sheet of the page, which looks for it at /docs/page.css.
func (a *API) DocsStyle(w http.ResponseWriter, r *http.Request) {
	docsFile(w, r, "page/page.css", "text/css; charset=utf-8")
}

// DocsScript answers with the script of the page, which looks for it at /docs/page.js: it sends what people try.
func (a *API) DocsScript(w http.ResponseWriter, r *http.Request) {
	docsFile(w, r, "page/page.js", "text/javascript; charset=utf-8")
}

func docsFile(w http.ResponseWriter, r *http.Request, name, kind string) {
	if !reads(w, r) {
		return
	}
	b, err := files.ReadFile(name)
	if err != nil {
		web.Problem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(b)
}

// docs makes the page.
func (a *API) docs() ([]byte, error) {
	doc := a.doc
	v := docsView{Title: doc.Info.Title, Version: doc.Info.Version, Base: Base, Document: documentPath,
		Description: strings.Split(strings.ReplaceAll(doc.Info.Description, "`", ""), "\n")}
	for _, name := range slices.Sorted(maps.Keys(doc.Components.SecuritySchemes)) {
		v.Schemes = append(v.Schemes, docsField{Name: name, Text: strings.ReplaceAll(doc.Components.SecuritySchemes[name].Description, "`", "")})
	}
	for i, tag := range doc.Tags {
		v.Groups = append(v.Groups, docsGroup{Name: tag.Name, Anchor: "group-" + strconv.Itoa(i), Description: tag.Description, Operations: operationsOf(doc, tag.Name)})
	}
	schemas := doc.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		v.Schemas = append(v.Schemas, docsSchema{name, fieldsOf(schemas[name])})
	}
	var b bytes.Buffer
	if err := docsPage.Execute(&b, v); err != nil {
		return nil, fmt.Errorf("make the page of the admin API: %w", err)
	}
	return b.Bytes(), nil
}

// operationsOf lists the operations of a group by path.
func operationsOf(doc *huma.OpenAPI, tag string) []docsOperation {
	var out []docsOperation
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		item := doc.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil && slices.Contains(op.Tags, tag) {
				out = append(out, operationOf(doc, op))
			}
		}
	}
	return out
}

func operationOf(doc *huma.OpenAPI, op *huma.Operation) docsOperation {
	out := docsOperation{ID: op.OperationID, Method: op.Method, Path: Base + op.Path, Summary: op.Summary, Description: op.Description}
	for _, p := range op.Parameters {
		out.Parameters = append(out.Parameters, docsField{p.Name, p.In, typeOf(p.Schema), p.Required, noteOf(p.Schema), optionsOf(p.Schema)})
	}
	if op.RequestBody != nil {
		if media := op.RequestBody.Content[jsonType]; media != nil {
			out.BodyType = typeOf(media.Schema)
			out.Example = sample(media.Example)
		}
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		answer := op.Responses[status]
		if answer.Ref != "" {
			answer = doc.Components.Responses[strings.TrimPrefix(answer.Ref, "#/components/responses/")]
		}
		if media := answer.Content[jsonType]; media != nil {
			out.AnswerType = typeOf(media.Schema)
		}
		out.Answers = append(out.Answers, docsAnswer{status, answer.Description})
	}
	return out
}

// sample shows an example as JSON.
func sample(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // it is shown, and the template escapes
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return ""
	}
	return b.String()
}

// fieldsOf lists the members of an object.
func fieldsOf(s *huma.Schema) []docsField {
	var out []docsField
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		out = append(out, docsField{Name: name, Type: typeOf(p), Required: slices.Contains(s.Required, name), Text: noteOf(p)})
	}
	return out
}

// typeOf says in words what a value is.
func typeOf(s *huma.Schema) docsType {
	switch {
	case s == nil:
		return docsType{}
	case s.Ref != "":
		name := strings.TrimPrefix(s.Ref, schemaPrefix)
		return docsType{name, name}
	case s.Type == huma.TypeArray:
		of := typeOf(s.Items)
		return docsType{"list of " + of.Text, of.Schema}
	case s.Type == huma.TypeObject:
		if values, ok := s.AdditionalProperties.(*huma.Schema); ok {
			of := typeOf(values)
			return docsType{"object of " + of.Text, of.Schema}
		}
		return docsType{Text: "object"}
	case s.Type == "":
		return docsType{Text: "any value"}
	case s.Format != "" && s.Type == huma.TypeString:
		return docsType{Text: s.Format}
	}
	return docsType{Text: s.Type}
}

// optionsOf lists the values of which one has to be given.
func optionsOf(s *huma.Schema) []string {
	out := make([]string, len(s.Enum))
	for i, value := range s.Enum {
		out[i] = fmt.Sprint(value)
	}
	return out
}

// noteOf says what else is true of a value.
func noteOf(s *huma.Schema) string {
	var notes []string
	if s.Description != "" {
		notes = append(notes, strings.TrimSuffix(s.Description, ".")+".")
	}
	if len(s.Enum) > 0 {
		notes = append(notes, "One of: "+strings.Join(optionsOf(s), ", ")+".")
	}
	if s.Default != nil {
		notes = append(notes, fmt.Sprintf("Default: %v.", s.Default))
	}
	if s.Minimum != nil {
		notes = append(notes, fmt.Sprintf("At least %v.", *s.Minimum))
	}
	if s.Maximum != nil {
		notes = append(notes, fmt.Sprintf("At most %v.", *s.Maximum))
	}
	if s.MaxLength != nil {
		notes = append(notes, fmt.Sprintf("Up to %d characters.", *s.MaxLength))
	}
	for _, example := range s.Examples {
		notes = append(notes, fmt.Sprintf("Example: %v.", example))
	}
	return strings.Join(notes, " ")
}
