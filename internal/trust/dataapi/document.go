package dataapi

import (
	"bytes"

	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/trust/dataapi/filter"
)

// at finds a field by its path, in whatever case.
func (s *set) at(path string) (int, bool) {
	i, ok := s.paths[literal.Fold(path)]
	return i, ok
}

// writer puts the documents of a page together.
type writer struct {
	set    *set
	chosen []bool   // by index of the set's fields
	names  []string // of fields that are hidden from who asks
	b      []byte   // the rows so far, separated by commas
	rows   int

	typ   *record.Type // that the rest is made for
	from  []int        // by index of the set's fields: the position in the record, or -1
	tree  *branch
	given [][]byte // by position: the value as the record's document has it; nil for null
	want  []bool   // by position
}

// prepare makes the writer ready for records of a type. All of a page are of one, but where its definition has just changed.
func (w *writer) prepare(t *record.Type) {
	w.typ, w.from = t, w.set.positions(t)
	w.given, w.want = make([][]byte, len(t.Fields)), make([]bool, len(t.Fields))
	hidden := t.Withheld(w.names)
	chosen := make([]bool, len(w.chosen))
	for i, at := range w.from {
		if chosen[i] = w.chosen[i] && (at < 0 || !hidden[at]); chosen[i] && at >= 0 {
			w.want[at] = true
		}
	}
	w.tree = w.set.tree.pruned(chosen)
	if w.tree == nil {
		w.tree = &branch{leaf: -1}
	}
}

// pruned is the tree with the chosen leaves alone; nil where none is left.
func (b *branch) pruned(chosen []bool) *branch {
	if b.leaf >= 0 {
		if chosen[b.leaf] {
			return b
		}
		return nil
	}
	out := &branch{name: b.name, key: b.key, leaf: -1}
	for _, kid := range b.kids {
		if kid = kid.pruned(chosen); kid != nil {
			out.kids = append(out.kids, kid)
		}
	}
	if out.kids == nil {
		return nil
	}
	return out
}

// add writes one row. It keeps nothing of the record's document.
func (w *writer) add(row record.Row) error {
	if row.Type != w.typ {
		w.prepare(row.Type)
	}
	clear(w.given)
	position := 0
	err := record.ScanObject(row.Doc, func(name string, _ record.JSONKind, raw []byte) error {
		if position >= len(w.want) || w.typ.Fields[position].Name != name {
			return nil
		}
		if w.want[position] {
			w.given[position] = raw
		}
		position++
		return nil
	})
	if err != nil {
		return err
	}
	if w.rows++; w.rows > 1 {
		w.b = append(w.b, ',')
	}
	w.write(w.tree)
	return nil
}

func (w *writer) write(b *branch) {
	if b.leaf >= 0 {
		w.value(b.leaf)
		return
	}
	w.b = append(w.b, '{')
	for i, kid := range b.kids {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = append(w.b, kid.key...)
		w.write(kid)
	}
	w.b = append(w.b, '}')
}

// value writes a value in the form of its kind: decimals as numbers, ids as GUIDs, all else as the record's document has it.
func (w *writer) value(i int) {
	at := w.from[i]
	if at < 0 || w.given[at] == nil {
		w.b = append(w.b, "null"...)
		return
	}
	raw := w.given[at]
	switch w.set.fields[i].kind {
	case filter.Decimal:
		w.b = append(w.b, bytes.Trim(raw, `"`)...)
	case filter.GUID:
		w.b = appendGUID(w.b, raw)
	default:
		w.b = append(w.b, raw...)
	}
}

// appendGUID appends a RecId, given as JSON, as a GUID. What is none stays as it is.
func appendGUID(b, raw []byte) []byte {
	const quoted = len(`"0123456789ABCDEF0123456789ABCDEF"`)
	if len(raw) != quoted {
		return append(b, raw...)
	}
	for i, c := range raw {
		switch i {
		case 9, 13, 17, 21:
			b = append(b, '-')
		}
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		b = append(b, c)
	}
	return b
}
