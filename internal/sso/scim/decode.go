package scim

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// object is a JSON object; in resources, its names are those of the schemas.
type object = map[string]any

const maxDepth = 10 // objects and lists in one another; a PATCH of an extension's manager needs seven

// Complaints about JSON.
var (
	errNoObject = refuse(CodeInvalidSyntax, "The body is not a JSON object.")
	errDeep     = refuse(CodeInvalidSyntax, "Objects and lists in the body are nested more than %d deep.", maxDepth)
	errUTF8     = refuse(CodeInvalidSyntax, "The body is not valid UTF-8.")
	errNUL      = refuse(CodeInvalidSyntax, "A text in the body contains the character NUL.")
)

// decode reads the one JSON object that a body is. A name that stands twice in an object is refused, in whatever case, since names
// of attributes have none; so are NUL and what is not UTF-8.
func decode(body []byte) (object, error) {
	if !utf8.Valid(body) {
		return nil, errUTF8
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	v, err := decodeValue(d, maxDepth)
	if err != nil {
		return nil, err
	}
	o, ok := v.(object)
	if !ok {
		return nil, errNoObject
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, refuse(CodeInvalidSyntax, "There is more in the body than one JSON object.")
	}
	return o, nil
}

// decodeValue reads one value.
func decodeValue(d *json.Decoder, depth int) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, malformed(err)
	}
	switch t := t.(type) {
	case json.Delim:
		if depth == 0 {
			return nil, errDeep
		}
		if t == '[' {
			return decodeList(d, depth-1)
		}
		return decodeObject(d, depth-1)
	case string:
		if strings.IndexByte(t, 0) >= 0 {
			return nil, errNUL
		}
	}
	return t, nil
}

func decodeList(d *json.Decoder, depth int) (any, error) {
	list := []any{}
	for d.More() {
		v, err := decodeValue(d, depth)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	if _, err := d.Token(); err != nil {
		return nil, malformed(err)
	}
	return list, nil
}

func decodeObject(d *json.Decoder, depth int) (any, error) {
	o := object{}
	var seen map[string]bool // names in small letters, once there are two
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, malformed(err)
		}
		name := t.(string)
		if strings.IndexByte(name, 0) >= 0 {
			return nil, errNUL
		}
		if len(o) == 1 && seen == nil {
			seen = make(map[string]bool)
			for first := range o {
				seen[strings.ToLower(first)] = true
			}
		}
		if small := strings.ToLower(name); seen[small] {
			return nil, refuse(CodeInvalidSyntax, "'%.100s' stands twice in one object.", name)
		} else if seen != nil {
			seen[small] = true
		}
		v, err := decodeValue(d, depth)
		if err != nil {
			return nil, err
		}
		o[name] = v
	}
	if _, err := d.Token(); err != nil {
		return nil, malformed(err)
	}
	return o, nil
}

func malformed(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return refuse(CodeInvalidSyntax, "The body ends in the middle of the JSON.").WithCause(err)
	}
	return refuse(CodeInvalidSyntax, "The body is not valid JSON: %.200s.", err.Error()).WithCause(err)
}

// member returns the value of an object's member by its name in any case.
func member(o object, name string) (any, bool) {
	if v, ok := o[name]; ok {
		return v, true
	}
	for k, v := range o {
		if equalNames(k, name) {
			return v, true
		}
	}
	return nil, false
}
