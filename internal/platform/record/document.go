package record

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Value is one stored value. Text uses Text, every other kind Num. A Bool is always Set.
type Value struct {
	Text string
	Num  int64
	Set  bool
}

// TextValue is a text, null where it is empty: the two are one thing.
func TextValue(s string) Value { return Value{Text: s, Set: s != ""} }

// NumValue is a value of any kind but Text.
func NumValue(n int64) Value { return Value{Num: n, Set: true} }

// BoolValue is a boolean.
func BoolValue(b bool) Value {
	if b {
		return NumValue(1)
	}
	return NumValue(0)
}

// Record is the values of a record by the positions of its type's fields.
type Record []Value

// NewRecord returns a record of t without values.
func (t *Type) NewRecord() Record {
	r := make(Record, len(t.Fields))
	for i := range t.Fields {
		if t.Fields[i].Kind == Bool {
			r[i].Set = true
		}
	}
	return r
}

// Encode appends the canonical document: one JSON object with every field in order, null where there is no value.
func (t *Type) Encode(b []byte, r Record) []byte {
	b = append(b, '{')
	for i := range t.Fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, t.Fields[i].key...)
		b = appendValue(b, t.Fields[i].Kind, r[i])
	}
	return append(b, '}')
}

func appendValue(b []byte, k Kind, v Value) []byte {
	if !v.Set {
		return append(b, "null"...)
	}
	switch k {
	case Text:
		return appendString(b, v.Text)
	case Number:
		return strconv.AppendInt(b, v.Num, 10)
	case Decimal:
		return append(literal.AppendDecimal(append(b, '"'), v.Num), '"')
	case Bool:
		return strconv.AppendBool(b, v.Num != 0)
	default:
		return append(literal.AppendTime(append(b, '"'), v.Num), '"')
	}
}

const hexDigits = "0123456789abcdef"

// appendString appends a JSON text. s is valid UTF-8.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		start = i + 1
	}
	return append(append(b, s[start:]...), '"')
}

// Decode reads a document, also one written under an older schema: fields it lacks have no value, fields the type
// no longer has are passed over, values of another form than their field's are none.
func (t *Type) Decode(doc []byte) (Record, error) {
	r := t.NewRecord()
	next := 0
	err := ScanObject(doc, func(name string, kind JSONKind, raw []byte) error {
		i := next
		if i >= len(t.Fields) || t.Fields[i].Name != name {
			var ok bool
			if i, ok = t.names[literal.Fold(name)]; !ok {
				return nil
			}
		}
		next = i + 1
		// One value that cannot be read must not keep the whole record from being read.
		if v, err := storedValue(t.Fields[i].Kind, kind, raw); err == nil {
			r[i] = v
		}
		return nil
	})
	return r, err
}

var errForm = errors.New("a stored value does not have the form of its field")

// storedValue reads one value of a document. The error says that it does not have the form of its kind: the
// definition was another when it was written.
func storedValue(k Kind, kind JSONKind, raw []byte) (Value, error) {
	none := Value{Set: k == Bool}
	switch {
	case kind == JSONNull:
		return none, nil
	case k == Bool && kind == JSONBool:
		return BoolValue(raw[0] == 't'), nil
	case k == Number && kind == JSONNumber:
		n, err := strconv.ParseInt(string(raw), 10, 64)
		return NumValue(n), err
	case kind != JSONString || k == Bool || k == Number:
		return none, errForm
	}
	s, err := unquote(raw)
	if err != nil {
		return none, err
	}
	switch k {
	case Decimal:
		n, err := literal.Decimal(s)
		return NumValue(n), err
	case Time:
		n, null, err := literal.Time(s)
		if null {
			return Value{}, err
		}
		return NumValue(n), err
	}
	return TextValue(s), nil
}

// View cuts a document for reading through t: a record of an extension that is read through its base shows the
// base's fields, which lead its document.
func (t *Type) View(of *Type, doc []byte) []byte {
	if of.Object == t.Object || of.boundary == nil {
		return doc
	}
	// An unescaped quote cannot stand inside a text, so the boundary cannot be found there.
	if i := bytes.Index(doc, of.boundary); i > 0 {
		return append(doc[:i:i], '}')
	}
	return doc
}

// Choice is a $select: which fields of a document are shown, and under which names.
type Choice struct {
	own     []bool
	aliases []aliasChoice
}

type aliasChoice struct {
	position int
	key      []byte
}

// Select makes a choice of names as a client wrote them; unknown ones are passed over.
func (t *Type) Select(names []string) *Choice {
	c := &Choice{own: make([]bool, len(t.Fields))}
	for _, name := range names {
		i, alias, ok := t.Lookup(name)
		if !ok {
			continue
		}
		if alias == "" {
			c.own[i] = true
			continue
		}
		c.aliases = append(c.aliases, aliasChoice{i, append(appendString(nil, t.aliasName(alias)), ':')})
	}
	return c
}

// aliasName gives an alias in the spelling of the definition.
func (t *Type) aliasName(written string) string {
	for root := t; root != nil; root = root.Base {
		for name := range root.Definition.Aliases {
			for _, suffix := range [...]string{"", "_RecID", "_Category", "_Valid"} {
				if strings.EqualFold(name+suffix, written) {
					return name + suffix
				}
			}
		}
	}
	return written
}

// AppendSelected appends the chosen members of a document (of the same type), as an object.
func (t *Type) AppendSelected(b, doc []byte, c *Choice) ([]byte, error) {
	first := true
	comma := func() {
		if !first {
			b = append(b, ',')
		}
		first = false
	}
	var found [][]byte
	if len(c.aliases) > 0 {
		found = make([][]byte, len(c.aliases))
	}
	b = append(b, '{')
	position := 0
	err := ScanObject(doc, func(name string, _ JSONKind, raw []byte) error {
		i := position
		if i >= len(t.Fields) || t.Fields[i].Name != name {
			return nil
		}
		position++
		if raw == nil {
			raw = []byte("null")
		}
		if c.own[i] {
			comma()
			b = append(append(b, t.Fields[i].key...), raw...)
		}
		for k := range c.aliases {
			if c.aliases[k].position == i {
				found[k] = raw
			}
		}
		return nil
	})
	for k, a := range c.aliases {
		if found[k] != nil {
			comma()
			b = append(append(b, a.key...), found[k]...)
		}
	}
	return append(b, '}'), err
}

// AppendBlanked appends a document (of the same type) with null in place of every value that is not chosen.
func (t *Type) AppendBlanked(b, doc []byte, c *Choice) ([]byte, error) {
	b = append(b, '{')
	position := 0
	err := ScanObject(doc, func(name string, _ JSONKind, raw []byte) error {
		i := position
		if i >= len(t.Fields) || t.Fields[i].Name != name {
			return nil
		}
		position++
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, t.Fields[i].key...)
		if raw == nil || !c.own[i] {
			raw = []byte("null")
		}
		b = append(b, raw...)
		return nil
	})
	return append(b, '}'), err
}

// folded is the form in which a text is stored for comparison.
func folded(v Value) string { return literal.Fold(v.Text) }

// clip shortens a text to at most n characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
