package adminapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// requestInvalid is the refusal of a request for one field or parameter of it.
func requestInvalid(field, complaint string) error {
	return fault.New(fault.Invalid, "request_invalid", "The request is not valid: %s: %s.", field, complaint).WithField(field, "%s", complaint)
}

// checkQuery refuses a query string of which two readers could take different things: one that is not encoded as it has to be, with a
// parameter twice, or with characters in a value that nobody types. No parameter here is a list or has several lines.
func checkQuery(r *http.Request) error {
	given, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return fault.New(fault.Invalid, "request_invalid", "The query string is not encoded as it has to be.")
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		values := given[name]
		switch {
		case len(values) > 1:
			return requestInvalid(name, "given more than once")
		case !utf8.ValidString(values[0]) || strings.ContainsFunc(values[0], unicode.IsControl):
			return requestInvalid(name, "expected text without control characters")
		}
	}
	return nil
}

// checkMembers refuses a body with a member twice, or with one that is called as the operation has it but in another case: the decoder
// would take either, and whoever looks at the request before us something else. What is no JSON is left to the operation.
func checkMembers(schemas huma.Registry, op *huma.Operation, body []byte) error {
	if path, found := literal.Repeated(body); found {
		return requestInvalid(path, "given more than once")
	}
	if op.RequestBody == nil || !json.Valid(body) {
		return nil
	}
	if path, meant := miscalled(schemas, op.RequestBody.Content["application/json"].Schema, body, ""); path != "" {
		return requestInvalid(path, "unexpected property; its name is written "+meant)
	}
	return nil
}

// miscalled finds a member whose name differs from one of the schema in its case alone.
func miscalled(schemas huma.Registry, s *huma.Schema, value json.RawMessage, at string) (path, meant string) {
	for s != nil && s.Ref != "" {
		s = schemas.SchemaFromRef(s.Ref)
	}
	if s == nil {
		return "", ""
	}
	var list []json.RawMessage
	var members map[string]json.RawMessage
	switch value = bytes.TrimSpace(value); {
	case s.Items != nil && bytes.HasPrefix(value, []byte("[")) && json.Unmarshal(value, &list) == nil:
		for i, v := range list {
			if path, meant := miscalled(schemas, s.Items, v, at+"["+strconv.Itoa(i)+"]"); path != "" {
				return path, meant
			}
		}
	case bytes.HasPrefix(value, []byte("{")) && json.Unmarshal(value, &members) == nil:
		values, _ := s.AdditionalProperties.(*huma.Schema)
		for _, name := range slices.Sorted(maps.Keys(members)) {
			of := name
			if at != "" {
				of = at + "." + name
			}
			property := s.Properties[name]
			if property == nil {
				property = values
				for known := range s.Properties {
					if strings.EqualFold(known, name) {
						return of, known
					}
				}
			}
			if path, meant := miscalled(schemas, property, members[name], of); path != "" {
				return path, meant
			}
		}
	}
	return "", ""
}
