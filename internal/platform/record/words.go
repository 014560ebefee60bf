package record

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Bounds of full text.
const (
	maxWord       = 200    // bytes; longer runs are cut
	maxWords      = 20_000 // of one record
	maxQueryWords = 32
)

// vocabulary is the words of a record, each once, in the order they are first met.
type vocabulary struct {
	words []string
	seen  map[string]struct{}
}

// add takes the words of a text: its runs of letters and digits, folded, and each whole e-mail address, host name,
// number or id with punctuation inside.
func (v *vocabulary) add(text string) {
	text = literal.Fold(text)
	eachChunk(text, func(chunk string) {
		inner := 0
		eachRun(chunk, func(run string) {
			inner++
			v.put(run)
		})
		if inner > 1 {
			v.put(chunk)
			eachDomain(chunk, v.put)
		}
	})
}

// eachDomain calls fn with the domains a host name lies in, without the last label: a host is found by its domain.
func eachDomain(chunk string, fn func(string)) {
	last := strings.LastIndexByte(chunk, '.')
	if last < 0 || strings.ContainsAny(chunk, "@+_") || last+1 == len(chunk) || chunk[last+1] >= '0' && chunk[last+1] <= '9' {
		return
	}
	for {
		_, parent, _ := strings.Cut(chunk, ".")
		if !strings.Contains(parent, ".") {
			return
		}
		fn(parent)
		chunk = parent
	}
}

func (v *vocabulary) put(word string) {
	if len(word) > maxWord {
		cut := maxWord
		for !utf8.RuneStart(word[cut]) {
			cut--
		}
		word = word[:cut]
	}
	if _, ok := v.seen[word]; !ok && len(v.words) < maxWords {
		v.seen[word] = struct{}{}
		v.words = append(v.words, word)
	}
}

func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}

// joins reports whether an ASCII character may stand inside an address, a host name or an id.
func joins(r rune) bool { return r == '@' || r == '.' || r == '_' || r == '-' || r == '+' }

// eachChunk finds the longest runs of word characters and joining punctuation that begin and end with a word character.
func eachChunk(text string, fn func(string)) {
	split(text, func(r rune) bool { return isWord(r) || joins(r) }, func(run string) {
		if run = strings.TrimFunc(run, func(r rune) bool { return !isWord(r) }); run != "" {
			fn(run)
		}
	})
}

func eachRun(text string, fn func(string)) { split(text, isWord, fn) }

func split(text string, in func(rune) bool, fn func(string)) {
	start := -1
	for i, r := range text {
		if in(r) {
			if start < 0 {
				start = i
			}
		} else if start >= 0 {
			fn(text[start:i])
			start = -1
		}
	}
	if start >= 0 {
		fn(text[start:])
	}
}

// wordsOf lists the words of a record's searched fields.
func (t *Type) wordsOf(r Record) []string {
	v := vocabulary{words: make([]string, 0, 64), seen: make(map[string]struct{}, 64)}
	for _, i := range t.searched {
		if r[i].Set && t.Fields[i].Kind == Text {
			v.add(r[i].Text)
		} else if r[i].Set {
			v.add(string(appendValue(nil, t.Fields[i].Kind, r[i])))
		}
	}
	return v.words
}

// term is one word of a search. Exact words match whole, others as a prefix.
type term struct {
	word  string
	exact bool
}

// Search is a parsed $search: any of the alternatives, each with all of its terms.
type Search struct {
	any   [][]term
	recID string // folded, where the whole search is a RecId: it finds the record itself too
}

// ParseSearch reads the words of a $search: all must match, a lower-case "or" widens, matching is by word prefix,
// and an e-mail address matches whole. A blank text is fault.Invalid.
func ParseSearch(text string) (Search, error) {
	blank := fault.New(fault.Invalid, "search_blank", "Search keyword cannot be blank, provide a keyword and try again")
	if strings.TrimSpace(text) == "" {
		return Search{}, blank
	}
	if !literal.Valid(text) || len(text) > 4096 {
		return Search{}, fault.New(fault.Invalid, "search_invalid", "The search text is too long or is not valid text")
	}
	var s Search
	if key, ok := id.ParseRecID(strings.Trim(text, "\"'{} ")); ok {
		s.recID = literal.Fold(key)
	}
	var all []term
	count := 0
	for _, written := range strings.Fields(text) {
		if written == "or" && len(all) > 0 {
			s.any, all = append(s.any, all), nil
			continue
		}
		eachChunk(literal.Fold(written), func(chunk string) {
			if whole, exact := address(chunk); whole {
				all = append(all, term{chunk, exact})
				count++
				return
			}
			eachRun(chunk, func(run string) {
				all = append(all, term{clip(run, maxWord), false})
				count++
			})
		})
		if count > maxQueryWords {
			return Search{}, fault.New(fault.Invalid, "search_invalid", "A search has at most %d words", maxQueryWords)
		}
	}
	if len(all) > 0 {
		s.any = append(s.any, all)
	}
	return s, nil // only punctuation: no alternative, no hit
}

// Whole is the search whose words match whole, not as a prefix.
func (s Search) Whole() Search {
	alternatives := make([][]term, len(s.any))
	for i, all := range s.any {
		alternatives[i] = slices.Clone(all)
		for k := range alternatives[i] {
			alternatives[i][k].exact = true
		}
	}
	s.any = alternatives
	return s
}

// address reports whether a chunk is an e-mail address (matched whole) or a host name (matched as one word by prefix).
func address(chunk string) (whole, exact bool) {
	if len(chunk) > maxWord {
		return false, false
	}
	if local, host, ok := strings.Cut(chunk, "@"); ok {
		return local != "" && strings.Contains(host, ".") && !strings.Contains(host, "@"), true
	}
	return strings.Count(chunk, ".") >= 2 || strings.Contains(chunk, ".") && !strings.ContainsAny(chunk, "_+"), false
}

// fts5 writes the search in the query language of SQLite's FTS5. Words hold no quotes.
func (s Search) fts5() string {
	return s.write(func(b *strings.Builder, t term) {
		b.WriteString(`"` + t.word + `"`)
		if !t.exact {
			b.WriteString("*")
		}
	}, " AND ", " OR ")
}

// tsquery writes the search in the query language of PostgreSQL.
func (s Search) tsquery() string {
	return s.write(func(b *strings.Builder, t term) {
		b.WriteString("'" + t.word + "'")
		if !t.exact {
			b.WriteString(":*")
		}
	}, " & ", " | ")
}

func (s Search) write(one func(*strings.Builder, term), and, or string) string {
	var b strings.Builder
	for i, all := range s.any {
		if i > 0 {
			b.WriteString(or)
		}
		b.WriteString("(")
		for k, t := range all {
			if k > 0 {
				b.WriteString(and)
			}
			one(&b, t)
		}
		b.WriteString(")")
	}
	return b.String()
}

// tsvector is words as PostgreSQL keeps them. They are sorted here, off the connection, which sorts for one at a time.
func tsvector(words []string) db.Lexemes {
	slices.Sort(words)
	return words
}
