package record

import (
	"regexp"
	"slices"
	"strings"
)

// Withheld marks the stored fields behind names, by position: the parts of a pick list, link or amount with it, its
// mirrors, and texts computed of it. RecId is never withheld, nor what the type does not have.
func (t *Type) Withheld(names []string) []bool {
	out := make([]bool, len(t.Fields))
	for _, name := range names {
		if i, _, ok := t.Lookup(name); ok {
			out[t.Fields[i].Main] = true
		}
	}
	plain := func(fn func(i int, d *FieldDefinition)) {
		for i := range t.Fields {
			if t.Fields[i].Part == Plain {
				fn(i, t.Fields[i].Def)
			}
		}
	}
	plain(func(i int, d *FieldDefinition) { // a mirror mirrors no mirror
		if d.Mirror != "" && out[i] {
			out[t.Position(d.Mirror)] = true
		}
	})
	plain(func(i int, d *FieldDefinition) {
		out[i] = out[i] || d.Mirror != "" && out[t.Position(d.Mirror)]
	})
	plain(func(i int, d *FieldDefinition) {
		used, _ := templateNames(d.Template) // read without fault when the type was compiled
		out[i] = out[i] || slices.ContainsFunc(used, func(name string) bool { return out[t.Fields[t.Position(name)].Main] })
	})
	for i := range t.Fields {
		out[i] = out[t.Fields[i].Main] && i != FieldRecID
	}
	return out
}

// Choose is Select, or every field where names is nil, without those that are hidden (by position; it may be shorter
// than the fields are many).
func (t *Type) Choose(names []string, hidden []bool) *Choice {
	c := &Choice{own: make([]bool, len(t.Fields))}
	if names != nil {
		c = t.Select(names)
	}
	gone := func(i int) bool { return i < len(hidden) && hidden[i] }
	for i := range c.own {
		c.own[i] = (c.own[i] || names == nil) && !gone(i)
	}
	c.aliases = slices.DeleteFunc(c.aliases, func(a aliasChoice) bool { return gone(a.position) })
	return c
}

// MatchesVisible is Matches for somebody from whom fields are hidden: the words are looked for in the searched fields
// that are left, because the full text does not tell in which field it found them. hidden gives the marks of t and, of
// a base, of its extensions. It reads the texts themselves, with no index.
func (t *Type) MatchesVisible(s Search, hidden func(*Type) []bool, postgres bool, add func(any) string) string {
	var kinds []string
	for _, of := range append([]*Type{t}, t.Extensions...) {
		found := of.matchesIn(s, hidden(of), postgres, add)
		if len(t.Extensions) > 0 {
			found = "object = '" + of.Object + "' AND (" + found + ")"
		}
		kinds = append(kinds, found)
	}
	if s.recID != "" {
		kinds = append(kinds, "rec_id = "+add(s.recID))
	}
	return "(" + strings.Join(kinds, ") OR (") + ")"
}

func (t *Type) matchesIn(s Search, hidden []bool, postgres bool, add func(any) string) string {
	var texts []string
	for _, i := range t.searched {
		switch {
		case hidden[i]:
		case t.Fields[i].Kind == Text:
			texts = append(texts, "' ' || "+t.Expr(i, postgres)+" || ' '")
		default:
			texts = append(texts, "' ' || CAST("+t.Expr(i, postgres)+" AS TEXT) || ' '")
		}
	}
	if len(texts) == 0 || len(s.any) == 0 {
		return "1 = 0"
	}
	alternatives := make([]string, len(s.any))
	for k, terms := range s.any {
		all := make([]string, len(terms))
		for n, term := range terms {
			pattern, operator := term.glob(), ") GLOB "
			if postgres {
				pattern, operator = term.regexp(), ") ~ "
			}
			mark, any := add(pattern), make([]string, len(texts))
			for m, text := range texts {
				any[m] = "(" + text + operator + mark
			}
			all[n] = "(" + strings.Join(any, " OR ") + ")"
		}
		alternatives[k] = strings.Join(all, " AND ")
	}
	return "(" + strings.Join(alternatives, ") OR (") + ")"
}

// noWord stands before a word, and after one that is meant whole.
const noWord = "[^0-9a-z]"

// glob is the pattern of SQLite for texts that hold the term. Terms have no signs that mean something there.
func (t term) glob() string {
	if t.exact {
		return "*" + noWord + t.word + noWord + "*"
	}
	return "*" + noWord + t.word + "*"
}

// regexp is the same for PostgreSQL.
func (t term) regexp() string {
	if t.exact {
		return noWord + regexp.QuoteMeta(t.word) + noWord
	}
	return noWord + regexp.QuoteMeta(t.word)
}
