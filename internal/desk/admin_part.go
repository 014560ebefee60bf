package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// FieldPath names a field of a business object.
type FieldPath struct {
	ObjectPath
	Field string `path:"field" maxLength:"80" doc:"In any case" example:"acme_ProjectCode"`
}

// PartPath names a relationship, search or action of a business object.
type PartPath struct {
	ObjectPath
	Name string `path:"name" maxLength:"80" doc:"In any case; of searches and actions with spaces or underscores" example:"My_Agencies"`
}

// entry brings the places of a refusal to those in one entry of a definition, which is what was sent.
func entry(err error, key string, at int) error {
	if err == nil || fault.Of(err).Code != "definition_invalid" {
		return err
	}
	f := *fault.Of(err)
	f.Fields = slices.Clone(f.Fields)
	prefix := key + "[" + strconv.Itoa(at) + "]"
	for i, field := range f.Fields {
		if rest, ok := strings.CutPrefix(field.Field, prefix); ok {
			f.Fields[i].Field = strings.TrimPrefix(rest, ".")
			if f.Fields[i].Field == "" {
				f.Fields[i].Field = "body"
			}
		}
	}
	return &f
}

// checked reads one part of a definition, with the checks that a whole one has.
func checked[T any](part any, in func(*ObjectDefinition)) (T, error) {
	d := ObjectDefinition{Object: "X#"}
	in(&d)
	if _, err := (DefinitionFile{Objects: []ObjectDefinition{d}}).catalogue(); err != nil {
		var none T
		return none, atPart(err, "/objects/0")
	}
	return recast[T](part)
}

func (m *Module) adminCreateField(ctx context.Context, in *struct {
	ObjectPath
	Versioned
	Body ObjectField
}) (*ObjectDetail, error) {
	f, err := checked[record.FieldDefinition](in.Body, func(d *ObjectDefinition) { d.Fields = []ObjectField{in.Body} })
	if err != nil {
		return nil, entry(err, "fields", 0)
	}
	at := 0
	out, err := m.change(ctx, in.ObjectPath, in.Versioned, func(d *record.Definition) error {
		if fieldIn(d, f.Name) >= 0 {
			return fault.New(fault.Conflict, "field_exists", "%s has a field %s already.", d.Object, f.Name).WithField("name", "is taken")
		}
		at = len(d.Fields)
		d.Fields = append(d.Fields, f)
		return nil
	})
	if err != nil {
		return nil, entry(err, "fields", at)
	}
	adminapi.Location(ctx, "/objects/"+url.PathEscape(in.Object)+"/fields/"+f.Name)
	return out, nil
}

func fieldIn(d *record.Definition, name string) int {
	return slices.IndexFunc(d.Fields, func(f record.FieldDefinition) bool { return strings.EqualFold(f.Name, name) })
}

func unknownField(d *record.Definition, name string) error {
	return fault.New(fault.NotFound, "field_unknown", "%s has no field %q of its own.", d.Object, name)
}

func (m *Module) adminUpdateField(ctx context.Context, in *struct {
	FieldPath
	Versioned
	Body map[string]any `doc:"Keys of the field; null removes one" example:"{\"label\":\"Project\"}"`
}) (*ObjectDetail, error) {
	at := 0
	out, err := m.change(ctx, in.ObjectPath, in.Versioned, func(d *record.Definition) error {
		if at = fieldIn(d, in.Field); at < 0 {
			return unknownField(d, in.Field)
		}
		patched, err := patch(shownAs[ObjectField](d.Fields[at]), in.Body)
		if err != nil {
			return err
		}
		f, err := checked[record.FieldDefinition](patched, func(d *ObjectDefinition) { d.Fields = []ObjectField{patched} })
		if err != nil {
			return entry(err, "fields", 0)
		}
		if f.Name != d.Fields[at].Name {
			return fault.New(fault.Invalid, "field_name", "A field keeps its name: records and programs know it by that. Change its label.").WithField("name", "cannot change")
		}
		d.Fields[at] = f
		return nil
	})
	return out, entry(err, "fields", at)
}

// patch changes a field by a JSON merge patch.
func patch(f ObjectField, change map[string]any) (ObjectField, error) {
	members := shownAs[map[string]any](f)
	for key, value := range change {
		if !slices.Contains(fieldKeys, key) { // the decoder would take it in another case
			return f, fault.New(fault.Invalid, "request_invalid", "The request is not valid: %s: unexpected property.", key).WithField(key, "unexpected property")
		}
		if value == nil {
			delete(members, key)
		} else {
			members[key] = value
		}
	}
	b, err := json.Marshal(members)
	if err != nil {
		return f, err
	}
	var out ObjectField
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&out); err != nil {
		return f, badKey(err)
	}
	return out, nil
}

// fieldKeys are the keys of a field.
var fieldKeys = []string{"name", "label", "type", "max", "default", "required", "index", "search", "readOnly", "writeOnly", "list", "from", "lenient", "words", "target", "targets",
	"owned", "copy", "source", "sources", "template", "mirror", "stock"}

func badKey(err error) error {
	key, message := "body", err.Error()
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		key, message = wrong.Field, "expected "+wrong.Type.String()
	}
	return fault.New(fault.Invalid, "request_invalid", "The request is not valid: %s: %s.", key, message).WithField(key, "%s", message)
}

func (m *Module) adminDeleteField(ctx context.Context, in *struct {
	FieldPath
	Versioned
}) (*ObjectDetail, error) {
	return m.change(ctx, in.ObjectPath, in.Versioned, func(d *record.Definition) error {
		at := fieldIn(d, in.Field)
		if at < 0 {
			return unknownField(d, in.Field)
		}
		d.Fields = slices.Delete(d.Fields, at, at+1)
		return nil
	})
}

// put puts an entry in the place of the one of its name, or at the end.
func put[T any](list []T, name string, one T, nameOf func(T) string) (out []T, at int) {
	at = slices.IndexFunc(list, func(v T) bool { return strings.EqualFold(record.PathName(nameOf(v)), record.PathName(name)) })
	if at < 0 {
		return append(list, one), len(list)
	}
	out = slices.Clone(list)
	out[at] = one
	return out, at
}

// without takes the entry of a name out; it refuses where there is none.
func without[T any](list []T, name, what string, nameOf func(T) string) ([]T, error) {
	at := slices.IndexFunc(list, func(v T) bool { return strings.EqualFold(record.PathName(nameOf(v)), record.PathName(name)) })
	if at < 0 {
		return nil, fault.New(fault.NotFound, what+"_unknown", "There is no %s %q of its own.", what, name)
	}
	return slices.Delete(slices.Clone(list), at, at+1), nil
}

// sameName refuses an entry under the address of another.
func sameName(path, body string) error {
	if strings.EqualFold(record.PathName(path), record.PathName(body)) {
		return nil
	}
	return fault.New(fault.Invalid, "name_other", "The address is of %s and the body of %s.", path, body).WithField("name", "is another than that of the address")
}

func relationshipName(r record.Relationship) string { return r.Name }
func searchName(s record.SavedSearch) string        { return s.Name }
func actionName(a record.QuickAction) string        { return a.Name }

func (m *Module) adminPutRelationship(ctx context.Context, in *struct {
	PartPath
	Versioned
	Body ObjectRelationship
}) (*ObjectDetail, error) {
	r, err := checked[record.Relationship](in.Body, func(d *ObjectDefinition) { d.Relationships = []ObjectRelationship{in.Body} })
	if err != nil {
		return nil, entry(err, "relationships", 0)
	}
	at := 0
	out, err := m.change(ctx, in.ObjectPath, in.Versioned, func(d *record.Definition) error {
		d.Relationships, at = put(d.Relationships, in.Name, r, relationshipName)
		return sameName(in.Name, in.Body.Name)
	})
	return out, entry(err, "relationships", at)
}

func (m *Module) adminDeleteRelationship(ctx context.Context, in *struct {
	PartPath
	Versioned
}) (*ObjectDetail, error) {
	return m.change(ctx, in.ObjectPath, in.Versioned, func(d *record.Definition) (err error) {
		for _, r := range d.Relationships {
			if r.Stock && strings.EqualFold(r.Name, in.Name) {
				return fault.New(fault.Conflict, "relationship_stock", "%s came with the program and stays.", r.Name)
			}
		}
		d.Relationships, err = without(d.Relationships, in.Name, "relationship", relationshipName)
		return err
	})
}

func (m *Module) adminPutSearch(ctx context.Context, in *struct {
	PartPath
	Versioned
	Body ObjectSearch
}) (*ObjectDetail, error) {
	s, err := checked[record.SavedSearch](in.Body, func(d *ObjectDefinition) { d.Searches = []ObjectSearch{in.Body} })
	if err != nil {
		return nil, entry(err, "searches", 0)
	}
	at := 0
	out, err := m.change(ctx, in.ObjectPath, in.Versioned, func(d *record.Definition) error {
		d.Searches, at = put(d.Searches, in.Name, s, searchName)
		return sameName(in.Name, in.Body.Name)
	})
	return out, entry(err, "searches", at)
}

func (m *Module) adminDeleteSearch(ctx context.Context, in *struct {
	PartPath
	Versioned
}) (*ObjectDetail, error) {
	return m.change(ctx, in.ObjectPath, in.Versioned, func(d *record.Definition) (err error) {
		d.Searches, err = without(d.Searches, in.Name, "search", searchName)
		return err
	})
}

func (m *Module) adminPutAction(ctx context.Context, in *struct {
	PartPath
	Versioned
	Body ObjectAction
}) (*ObjectDetail, error) {
	a, err := checked[record.QuickAction](in.Body, func(d *ObjectDefinition) { d.Actions = []ObjectAction{in.Body} })
	if err != nil {
		return nil, entry(err, "actions", 0)
	}
	at := 0
	out, err := m.change(ctx, in.ObjectPath, in.Versioned, func(d *record.Definition) error {
		d.Actions, at = put(d.Actions, in.Name, a, actionName)
		return sameName(in.Name, in.Body.Name)
	})
	return out, entry(err, "actions", at)
}

func (m *Module) adminDeleteAction(ctx context.Context, in *struct {
	PartPath
	Versioned
}) (*ObjectDetail, error) {
	return m.change(ctx, in.ObjectPath, in.Versioned, func(d *record.Definition) (err error) {
		d.Actions, err = without(d.Actions, in.Name, "action", actionName)
		return err
	})
}
