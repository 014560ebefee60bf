package odata

import (
	"strings"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/expr"
)

// SQL returns the predicate as boolean SQL text, fit to stand on either side of an AND, and adds its values to args.
// It is true for the rows that Match picks; for the others it is false or, where nothing negates it, null.
func (p *Predicate) SQL(d Dialect, args *Args) string {
	if p == nil {
		return "TRUE"
	}
	w := sqlWriter{dialect: d, args: args}
	w.write(p.root)
	return w.b.String()
}

type sqlWriter struct {
	b       strings.Builder
	dialect Dialect
	args    *Args
}

func (w *sqlWriter) write(t *term) {
	switch t.kind {
	case isTrue:
		w.b.WriteString("TRUE")
	case isFalse:
		w.b.WriteString("FALSE")
	case allOf:
		w.join(t.kids, " AND ")
	case anyOf:
		w.b.WriteByte('(')
		w.join(t.kids, " OR ")
		w.b.WriteByte(')')
	default:
		w.leaf(t)
	}
}

func (w *sqlWriter) join(kids []*term, word string) {
	for i, kid := range kids {
		if i > 0 {
			w.b.WriteString(word)
		}
		w.write(kid)
	}
}

var comparisons = map[termKind]string{isLt: " < ", isLe: " <= ", isGt: " > ", isGe: " >= "}

func (w *sqlWriter) leaf(t *term) {
	c := t.column.SQL
	if t.part != expr.Whole {
		c = w.datePart(t.part, c)
	}
	switch t.kind {
	case isNull:
		w.b.WriteString(c + " IS NULL")
	case notNull:
		w.b.WriteString(c + " IS NOT NULL")
	case isIn:
		if len(t.values) == 1 {
			w.b.WriteString(c + " = " + w.value(t, 0))
			return
		}
		w.b.WriteString(c + " IN (")
		for i := range t.values {
			if i > 0 {
				w.b.WriteString(", ")
			}
			w.b.WriteString(w.value(t, i))
		}
		w.b.WriteByte(')')
	case isNe:
		if t.column.NotNull {
			w.b.WriteString(c + " <> " + w.value(t, 0))
		} else {
			w.b.WriteString(c + " IS DISTINCT FROM " + w.value(t, 0))
		}
	case isLt, isLe, isGt, isGe:
		w.b.WriteString(c + comparisons[t.kind] + w.value(t, 0))
	case hasText, lacksText:
		w.b.WriteString(w.choose("instr(", "strpos(") + c + ", " + w.value(t, 0) + ")" + pick(t.kind == hasText, " > 0", " = 0"))
	case hasPrefix, lacksPrefix:
		w.prefix(t, c)
	case hasSuffix, lacksSuffix:
		v := w.value(t, 0)
		end := w.choose("substr("+c+", -length("+v+"))", "right("+c+", length("+v+"::text))")
		w.b.WriteString(end + pick(t.kind == hasSuffix, " = ", " <> ") + v)
	}
}

// prefix writes a range, which an index serves. Where no text follows those with the prefix, one that ends in the
// last of all characters, the prefix itself is compared too.
func (w *sqlWriter) prefix(t *term, c string) {
	positive := t.kind == hasPrefix
	v := w.value(t, 0)
	if after, ok := successor(t.values[0].Text); ok {
		w.b.WriteString("(" + c + pick(positive, " >= ", " < ") + v + pick(positive, " AND ", " OR ") +
			c + pick(positive, " < ", " >= ") + w.args.Add(after) + ")")
		return
	}
	start := w.choose("substr("+c+", 1, length("+v+"))", "left("+c+", length("+v+"::text))")
	if positive {
		w.b.WriteString("(" + c + " >= " + v + " AND " + start + " = " + v + ")")
	} else {
		w.b.WriteString(start + " <> " + v)
	}
}

// successor returns the least valid UTF-8 text, by bytes, above every text that starts with prefix. There is none for
// a row of U+10FFFF.
func successor(prefix string) (string, bool) {
	for prefix != "" {
		last, size := utf8.DecodeLastRuneInString(prefix)
		prefix = prefix[:len(prefix)-size]
		switch last {
		case utf8.MaxRune:
		case 0xD7FF: // the next code points are surrogates, which UTF-8 does not encode
			return prefix + "\uE000", true
		default:
			return prefix + string(last+1), true
		}
	}
	return "", false
}

func (w *sqlWriter) datePart(p expr.Part, c string) string {
	if w.dialect == Postgres {
		return "extract(" + p.String() + " FROM to_timestamp(" + c + ") AT TIME ZONE 'UTC')::bigint"
	}
	format := pick(p == expr.Month, "%m", "%d")
	return "CAST(strftime('" + format + "', " + c + ", 'unixepoch') AS INTEGER)"
}

func (w *sqlWriter) value(t *term, i int) string {
	if t.column.Kind == Text {
		return w.args.Add(t.values[i].Text)
	}
	return w.args.Add(t.values[i].Number)
}

func (w *sqlWriter) choose(sqlite, postgres string) string {
	return pick(w.dialect == Postgres, postgres, sqlite)
}

func pick(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}
