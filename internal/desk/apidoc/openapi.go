package apidoc

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"sync"
)

// object is a JSON object; its members are written by name, so that equal documents are equal bytes.
type object = map[string]any

//go:embed services.json
var servicesText []byte

// services is the part of the document that does not depend on the tenant.
type services struct {
	Description string            `json:"description"`
	Tags        []object          `json:"tags"`
	Security    []object          `json:"security"`
	Paths       map[string]object `json:"paths"`
	Components  map[string]object `json:"components"`
}

var readServices = sync.OnceValues(func() (s services, err error) {
	if err = json.Unmarshal(servicesText, &s); err != nil {
		err = fmt.Errorf("read services.json: %w", err)
	}
	return s, err
})

// OpenAPI returns the document. With a set it describes that one alone, without the services.
func (a *API) OpenAPI(only *Set) ([]byte, error) {
	fixed, err := readServices()
	if err != nil {
		return nil, err
	}
	paths, schemas, tags := object{}, object{}, []object{}
	components := object{}
	for name, c := range fixed.Components {
		components[name] = c
	}
	maps.Copy(schemas, fixed.Components["schemas"])
	sets := a.Sets
	title := "Service desk of " + a.Tenant
	if only != nil {
		sets = []Set{*only}
		title += ": " + only.heading()
	} else {
		for path, item := range fixed.Paths {
			paths[path] = item
		}
		tags = append(tags, fixed.Tags...)
	}
	w := &writer{paths: paths, schemas: schemas, known: map[string]bool{}, named: map[string]bool{}}
	for i := range sets {
		w.known[sets[i].Singular] = true
	}
	for i := range sets {
		s := &sets[i]
		w.set(s)
		w.schema(s)
		tags = append(tags, object{"name": s.Name, "description": s.heading() + " (`" + s.Object + "`)",
			"externalDocs": object{"url": a.Base + "/api/odata/docs?set=" + s.Name}})
	}
	components["schemas"] = schemas
	b, err := json.Marshal(object{
		"openapi":           "3.1.0",
		"jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
		"info":              object{"title": title, "version": "1.0.0", "description": fixed.Description},
		"servers":           []object{{"url": a.Base}},
		"security":          fixed.Security,
		"tags":              tags,
		"paths":             paths,
		"components":        components,
	})
	if err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	return b, nil
}
