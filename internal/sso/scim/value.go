package scim

import (
	"unicode"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

const (
	maxText    = 4096 // bytes of one text
	maxEntries = 100  // e-mail addresses, telephone numbers, postal addresses
)

// fold is how texts are compared without regard to case.
func fold(s string) string { return literal.Fold(s) }

// none says whether a value is none (RFC 7643 section 2.5): null, "" or an empty list.
func none(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	}
	return false
}

// read makes a JSON value one of the attribute, nil where there is none: a string, a bool, an object with canonical names in which
// nil says that there is none of that. A text or a boolean in a list of one object, as old clients send it, is its value.
// of is how messages name it. The attribute has one value, or one entry of several is meant.
func (a *attribute) read(of string, v any) (any, error) {
	if list, ok := v.([]any); ok && len(list) == 1 {
		v = list[0]
		if o, ok := v.(object); ok && a.kind != complexly {
			v, _ = member(o, "value")
		}
	}
	if none(v) {
		return nil, nil //nolint:nilnil // none is a value
	}
	switch a.kind {
	case boolean:
		if b, ok := truth(v); ok {
			return b, nil
		}
		return nil, refuse(CodeInvalidValue, "'%s' is neither true nor false.", of)
	case complexly:
		return a.readComplex(of, v)
	}
	s, ok := v.(string)
	if !ok {
		return nil, refuse(CodeInvalidValue, "'%s' is not a text.", of)
	}
	return s, sound(of, s)
}

// readComplex reads an object of sub-attributes; a text is its value. What is readOnly or not known is passed over.
func (a *attribute) readComplex(of string, v any) (any, error) {
	if s, ok := v.(string); ok && a.sub("value") != nil {
		v = object{"value": s}
	}
	given, ok := v.(object)
	if !ok {
		return nil, refuse(CodeInvalidValue, "'%s' is not an object.", of)
	}
	out := object{}
	for name, v := range given {
		sub := a.sub(name)
		if sub == nil || sub.readOnly() {
			continue
		}
		read, err := sub.read(of+"."+sub.name, v)
		if err != nil {
			return nil, err
		}
		out[sub.name] = read
	}
	return out, nil
}

// readEntries reads the entries of an attribute with several values: a list, or one of them alone. Of each type there is one, and
// one at most is primary.
func (a *attribute) readEntries(of string, v any) ([]object, error) {
	list, ok := v.([]any)
	if !ok {
		if none(v) {
			return nil, nil
		}
		list = []any{v}
	}
	if len(list) > maxEntries {
		return nil, refuse(CodeTooMany, "'%s' has more than %d entries.", of, maxEntries)
	}
	var out []object
	for _, v := range list {
		read, err := a.read(of, v)
		if err != nil {
			return nil, err
		}
		if entry, ok := read.(object); ok {
			out = append(out, present(entry))
		}
	}
	return out, a.sound(of, out)
}

// present leaves out of an entry what has no value.
func present(entry object) object {
	for name, v := range entry {
		if v == nil {
			delete(entry, name)
		}
	}
	return entry
}

// sound refuses entries two of which have the same type, or are primary.
func (a *attribute) sound(of string, entries []object) error {
	types, primary := map[string]bool{}, false
	for _, e := range entries {
		if kind, ok := e["type"].(string); ok {
			if types[fold(kind)] {
				return refuse(CodeInvalidValue, "'%s' has two entries of the type '%.40s'; one of each type is kept.", of, kind)
			}
			types[fold(kind)] = true
		}
		if e["primary"] == true {
			if primary {
				return refuse(CodeInvalidValue, "'%s' has two entries that are primary.", of)
			}
			primary = true
		}
	}
	return nil
}

// sound refuses texts that are too long or contain control characters other than tabs and line breaks.
func sound(of, s string) error {
	if len(s) > maxText {
		return refuse(CodeInvalidValue, "'%s' is longer than %d bytes.", of, maxText)
	}
	for _, r := range s {
		if unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' {
			return refuse(CodeInvalidValue, "'%s' contains a control character.", of)
		}
	}
	return nil
}
