package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Input is what a caller sent for a record, in the order it was sent.
type Input []InputField

// InputField is one member. Value is nil, a string, a bool, an int64, a json.Number or Nested.
type InputField struct {
	Name  string
	Value any
	Own   bool // written by the program itself: a field that is read-only to callers takes it. ParseInput never sets it
}

// Nested is an object or array as it was written; the engine refuses it.
type Nested []byte

const (
	maxMembers = 1000
	lastStored = literal.MaxTime - 365*24*3600 // 9998-12-31T23:59:59Z
)

// Refusals of whole bodies.
var (
	ErrEmptyBody = fault.New(fault.Invalid, "body_empty", "Message body cannot be empty.")
	ErrBody      = fault.New(fault.Invalid, "body_invalid", "Invalid Business Object.")
)

// ParseInput reads a JSON object as Input. An empty body is ErrEmptyBody; anything that is no JSON object is
// ErrBody; a name sent twice or a text that is not valid UTF-8 is fault.Invalid.
func ParseInput(body []byte) (Input, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, ErrEmptyBody
	}
	in := make(Input, 0, 48)
	seen := make(map[string]struct{}, 48)
	err := ScanObject(body, func(name string, kind JSONKind, raw []byte) error {
		if len(in) == maxMembers {
			return fault.New(fault.Invalid, "body_invalid", "A record has at most %d fields", maxMembers)
		}
		key := literal.Fold(name)
		if _, twice := seen[key]; twice {
			return fault.New(fault.Invalid, "field_twice", "Field '%s' is sent twice", shown(name)).WithField(shown(name), "Field '%s' is sent twice", shown(name))
		}
		seen[key] = struct{}{}
		f := InputField{Name: name}
		switch kind {
		case JSONBool:
			f.Value = raw[0] == 't'
		case JSONNumber:
			f.Value = json.Number(raw)
		case JSONString:
			s, err := unquote(raw)
			if err != nil {
				return err
			}
			f.Value = s
		case JSONNested:
			f.Value = unwrap(raw)
		}
		in = append(in, f)
		return nil
	})
	if errors.Is(err, errJSON) {
		return nil, ErrBody
	}
	if errors.Is(err, errJSONText) {
		return nil, fault.New(fault.Invalid, "text_invalid", "Invalid Business Object. A text is not valid UTF-8 or holds a NUL character")
	}
	return in, err
}

// unwrap reads [{"value": x}], which one form editor sends for a text, as x.
func unwrap(raw []byte) any {
	var one []map[string]any
	if len(raw) < 4096 && json.Unmarshal(raw, &one) == nil && len(one) == 1 && len(one[0]) == 1 {
		if s, ok := one[0]["value"].(string); ok && literal.Valid(s) {
			return s
		}
	}
	return Nested(raw)
}

// shown bounds a name that is repeated in a refusal.
func shown(s string) string {
	s = strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r < ' ' {
			return -1
		}
		return r
	}, s), "?")
	if len(s) > 120 {
		return clip(s, 100) + "…"
	}
	return s
}

// read turns a sent value into a stored one. The error is a sentence for the caller.
func (f *Field) read(v any) (Value, error) {
	var text string
	switch v := v.(type) {
	case nil:
		return Value{Set: f.Kind == Bool}, nil
	case string:
		if !literal.Valid(v) {
			return Value{}, fmt.Errorf("the text is not valid UTF-8 or holds a NUL character")
		}
		text = v
	case bool:
		switch f.Kind {
		case Bool:
			return BoolValue(v), nil
		case Text:
			if v {
				return TextValue("True"), nil
			}
			return TextValue("False"), nil
		}
		return Value{}, f.wrong("a boolean")
	case int64:
		text = strconv.FormatInt(v, 10)
	case int:
		text = strconv.Itoa(v)
	case json.Number:
		if text = string(v); strings.ContainsAny(text, "eE") {
			n, err := strconv.ParseFloat(text, 64)
			if err != nil || math.Abs(n) > 1<<53 {
				return Value{}, fmt.Errorf("the number %s is out of range", shown(text))
			}
			text = strconv.FormatFloat(n, 'f', -1, 64)
		}
		if f.Kind == Time {
			return Value{}, f.wrong("a number")
		}
	default:
		return Value{}, f.wrong("an object or an array")
	}
	return f.readText(text)
}

func (f *Field) readText(text string) (Value, error) {
	if f.Kind == Text {
		if len(text) > f.Max && utf8.RuneCountInString(text) > f.Max {
			return Value{}, fmt.Errorf("the text is longer than %d characters", f.Max)
		}
		return TextValue(text), nil
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return Value{Set: f.Kind == Bool}, nil
	}
	var n int64
	var err error
	switch f.Kind {
	case Number:
		n, err = literal.Integer(text)
	case Decimal:
		n, err = literal.Decimal(text)
	case Bool:
		var b bool
		b, err = literal.Bool(text)
		n = BoolValue(b).Num
	case Time:
		var null bool
		if n, null, err = literal.Time(text); null {
			return Value{}, nil
		}
		if err == nil && n > lastStored {
			err = literal.ErrRange // the year 9999 is other systems' word for never
		}
	}
	if errors.Is(err, literal.ErrRange) {
		return Value{}, fmt.Errorf("the value '%s' is out of range", shown(text))
	}
	if err != nil {
		return Value{}, f.wrong("'" + shown(text) + "'")
	}
	return NumValue(n), nil
}

func (f *Field) wrong(what string) error {
	return fmt.Errorf("%s is not %s", what, [...]string{"a text", "a whole number", "a decimal number with up to four places", "true or false", "a date and time"}[f.Kind])
}
