package adminapi

import (
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

const jsonType = "application/json"

// addExamples gives the body of every request an example, made of those of its fields.
func addExamples(doc *huma.OpenAPI) {
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil || op.RequestBody == nil {
				continue
			}
			if media := op.RequestBody.Content[jsonType]; media != nil && media.Example == nil {
				media.Example = exampleOf(doc.Components.Schemas, media.Schema)
			}
		}
	}
}

// exampleOf is a value that fits a schema: of an object, the fields that are required and those with an example.
func exampleOf(schemas huma.Registry, s *huma.Schema) any {
	if strings.HasPrefix(s.Ref, schemaPrefix) {
		s = schemas.SchemaFromRef(s.Ref)
	}
	if len(s.Examples) > 0 {
		return s.Examples[0]
	}
	if len(s.Enum) > 0 {
		return s.Enum[0]
	}
	switch s.Type {
	case huma.TypeObject:
		out := map[string]any{}
		for name, property := range s.Properties {
			if slices.Contains(s.Required, name) || len(property.Examples) > 0 {
				out[name] = exampleOf(schemas, property)
			}
		}
		return out
	case huma.TypeArray:
		return []any{exampleOf(schemas, s.Items)}
	case huma.TypeInteger, huma.TypeNumber:
		return 1
	case huma.TypeBoolean:
		return true
	}
	return "text"
}
