package scim

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

const maxOperations = 10_000 // of one PATCH; Entra takes members away one by one

// The operations.
const (
	opAdd     = "add"
	opReplace = "replace"
	opRemove  = "remove"
)

// operation is one change of a PATCH (RFC 7644 section 3.5.2).
type operation struct {
	op    string
	path  path
	bare  bool // there is no path: the value is an object of paths
	value any
	given bool // there is a value, though it may be null
}

// parsePatch reads the body of a PATCH.
func parsePatch(body []byte) ([]operation, error) {
	o, err := decode(body)
	if err != nil {
		return nil, err
	}
	if err := claims(o, patchURN); err != nil {
		return nil, err
	}
	v, _ := member(o, "Operations")
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		return nil, refuse(CodeInvalidSyntax, "'Operations' is not a list of at least one operation.")
	}
	if len(list) > maxOperations {
		return nil, refuse(CodeTooMany, "There are more than %d operations.", maxOperations)
	}
	out := make([]operation, len(list))
	for i, v := range list {
		if out[i], err = parseOperation(v); err != nil {
			return nil, at(i, err)
		}
	}
	return out, nil
}

// at says in a refusal which operation it is about.
func at(i int, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	c := *f
	c.Message = "Operation " + strconv.Itoa(i+1) + ": " + f.Message
	return &c
}

func parseOperation(v any) (operation, error) {
	given, ok := v.(object)
	if !ok {
		return operation{}, refuse(CodeInvalidSyntax, "It is not an object.")
	}
	var out operation
	v, _ = member(given, "op")
	name, _ := v.(string)
	if out.op = strings.ToLower(name); !slices.Contains([]string{opAdd, opReplace, opRemove}, out.op) {
		return operation{}, refuse(CodeInvalidSyntax, "'op' is none of add, replace and remove.")
	}
	out.value, out.given = member(given, "value")
	v, _ = member(given, "path")
	text, ok := v.(string)
	if v != nil && !ok {
		return operation{}, refuse(CodeInvalidPath, "'path' is not a text.")
	}
	if text == "" {
		out.bare = true
		switch _, isObject := out.value.(object); {
		case out.op == opRemove:
			return operation{}, refuse(CodeNoTarget, "There is no 'path' that says what to remove.")
		case !isObject:
			return operation{}, refuse(CodeInvalidValue, "Without a 'path', 'value' has to be an object of attributes.")
		}
		return out, nil
	}
	if !out.given && out.op != opRemove {
		return operation{}, refuse(CodeInvalidValue, "'value' is missing.")
	}
	var err error
	out.path, err = parsePath(text)
	return out, err
}

// claims refuses a body whose schemas are others. Without any, it is taken for what is expected.
func claims(o object, urn string) error {
	v, _ := member(o, "schemas")
	if v == nil {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		return refuse(CodeInvalidSyntax, "'schemas' is not a list.")
	}
	for _, v := range list {
		if s, ok := v.(string); ok && equalNames(s, urn) {
			return nil
		}
	}
	return refuse(CodeInvalidSyntax, "'schemas' does not name '%s'.", urn)
}

// apply makes the changes in a resource, in order. Where it refuses, the resource is of no use any more: work on one made for it.
func (t *resource) apply(in object, operations []operation) error {
	for i, o := range operations {
		if err := t.applyOne(in, o); err != nil {
			return at(i, err)
		}
	}
	return t.finish(in)
}

func (t *resource) applyOne(in object, o operation) error {
	if o.bare {
		return t.applyAll(in, o.op, o.value.(object), strict)
	}
	to, err := t.resolve(o.path, CodeInvalidPath)
	if err != nil || to.ignored {
		return err
	}
	if to.attribute != nil && to.attribute.readOnly() || to.sub != nil && to.sub.readOnly() {
		return refuse(CodeMutability, "'%s' is given by this service and cannot be changed.", to.name())
	}
	return t.set(in, o.op, to, o.value)
}

// How much an object of attributes may contain that is not kept.
const (
	strict  = false // nothing: a PATCH says what it means to change
	lenient = true  // anything: a POST or PUT has all that the client knows
)

// applyAll sets attributes from an object whose keys are paths, in the order of the alphabet.
func (t *resource) applyAll(in object, op string, given object, pass bool) error {
	names := make([]string, 0, len(given))
	for name := range given {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		v := given[name]
		if equalNames(name, schemasAttribute.name) || equalNames(name, idAttribute.name) && v == in["id"] { // some clients send the whole resource
			continue
		}
		var to target
		p, err := parsePath(name)
		if err == nil {
			to, err = t.resolve(p, CodeInvalidPath)
		}
		if to.ignored {
			continue
		}
		changes := err == nil && (to.whole || !to.attribute.readOnly() && (to.sub == nil || !to.sub.readOnly()))
		to.lenient = pass
		switch {
		case pass && (!changes || none(v)): // a new resource has none as it is
			continue
		case changes:
			err = t.set(in, op, to, v)
		case err == nil:
			err = refuse(CodeMutability, "'%s' is given by this service and cannot be changed.", to.name())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// finish takes away what has become empty and refuses a resource that may not be as it is now.
func (t *resource) finish(in object) error {
	if err := finish(in, t.core.attributes); err != nil {
		return err
	}
	if t.extension == nil {
		return nil
	}
	more, _ := in[t.extension.urn].(object)
	if err := finish(more, t.extension.attributes); err != nil {
		return err
	}
	if len(more) == 0 {
		delete(in, t.extension.urn)
	}
	return nil
}

func finish(in object, attributes []*attribute) error {
	for _, a := range attributes {
		if list, ok := in[a.name].([]object); ok {
			list = slices.DeleteFunc(list, hollow)
			if err := a.sound(a.name, list); err != nil {
				return err
			}
			if list = merge(nil, list); len(list) > maxEntries {
				return refuse(CodeTooMany, "'%s' has more than %d entries.", a.name, maxEntries)
			}
			if in[a.name] = list; len(list) == 0 {
				delete(in, a.name)
			}
		}
		if o, ok := in[a.name].(object); ok && len(o) == 0 {
			delete(in, a.name)
		}
		if s, ok := in[a.name].(string); a.required && (!ok || strings.TrimSpace(s) == "") {
			return refuse(CodeInvalidValue, "'%s' is required.", a.name)
		}
	}
	return nil
}

// hollow reports whether an entry says what it is for, and nothing else.
func hollow(entry object) bool {
	for name := range entry {
		if name != "type" && name != "primary" && name != "display" {
			return false
		}
	}
	return true
}
