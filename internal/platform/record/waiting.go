package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// waiting keeps the words of rows that are not in the full text yet (later.go), by table and row, each with spaces around
// it. Which rows those are, only the database says, at the moment at which it is read: what stands here of other rows is
// of no account. What is missing is made from the documents.
type waiting struct {
	mu    sync.Mutex
	words map[string]map[int64]string
	awake bool // they will be put into the full text soon
}

// committed takes over what a group has added and forgets what it has put into the full text. It reports whether the
// rest has to be put there, and nobody is about to.
func (w *waiting) committed(table string, x *indexing) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	of := w.of(table)
	for id := range of {
		if id <= x.upTo {
			delete(of, id)
		}
	}
	maps.Copy(of, x.waits)
	if len(of) == 0 || w.awake {
		return false
	}
	w.awake = true
	return true
}

func (w *waiting) of(table string) map[int64]string {
	if w.words == nil {
		w.words = map[string]map[int64]string{}
	}
	if w.words[table] == nil {
		w.words[table] = map[int64]string{}
	}
	return w.words[table]
}

// between returns the words of the rows after one and up to another, nil where they are not known.
func (w *waiting) between(table string, after, upTo int64) []*string {
	w.mu.Lock()
	defer w.mu.Unlock()
	of := w.words[table]
	out := make([]*string, upTo-after)
	for i := range out {
		if words, ok := of[after+1+int64(i)]; ok {
			out[i] = &words
		}
	}
	return out
}

// put keeps what was made of documents; what there is no row of has no words.
func (w *waiting) put(table string, ids []int64, words map[int64]string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	of := w.of(table)
	for _, id := range ids {
		of[id] = words[id]
	}
}

// wake reports whether nobody is about to put words into the full text, and has the caller be the one.
func (w *waiting) wake() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.awake {
		return false
	}
	w.awake = true
	return true
}

// due is the end of that.
func (w *waiting) due() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.awake = false
}

// found returns, the oldest first, the rows of t's table that a search finds among those whose words wait.
func (e *Engine) found(ctx context.Context, r db.Reader, t *Type, s Search) ([]int64, error) {
	if e.postgres || len(s.any) == 0 {
		return nil, nil
	}
	var after, last int64
	err := r.QueryRow(ctx, "SELECT row_id, (SELECT coalesce(max(id), 0) FROM "+t.table+") FROM record_words WHERE name = $1", t.table).Scan(&after, &last)
	if errors.Is(err, sql.ErrNoRows) || err == nil && last <= after {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find the records whose words are not in the full text: %w", err)
	}
	words, err := e.words(ctx, r, t, after, last)
	if err != nil {
		return nil, err
	}
	var ids []int64
	alternatives := s.needles()
	for i := range words {
		if slices.ContainsFunc(alternatives, func(all []string) bool {
			return !slices.ContainsFunc(all, func(needle string) bool { return !strings.Contains(*words[i], needle) })
		}) {
			ids = append(ids, after+1+int64(i))
		}
	}
	return ids, nil
}

// needles are the terms of each alternative as they stand in words with spaces around them.
func (s Search) needles() [][]string {
	out := make([][]string, len(s.any))
	for i, all := range s.any {
		for _, t := range all {
			needle := " " + t.word
			if t.exact {
				needle += " "
			}
			out[i] = append(out[i], needle)
		}
	}
	return out
}

// words returns those of the rows after one and up to another.
func (e *Engine) words(ctx context.Context, r db.Reader, t *Type, after, upTo int64) ([]*string, error) {
	words := e.waiting.between(t.table, after, upTo)
	var unknown []int64
	for i := range words {
		if words[i] == nil {
			unknown = append(unknown, after+1+int64(i))
		}
	}
	if len(unknown) == 0 {
		return words, nil
	}
	s, err := e.schemaOf(ctx, r)
	if err != nil {
		return nil, err
	}
	read, err := t.readWords(ctx, r, s, unknown)
	if err != nil {
		return nil, err
	}
	e.waiting.put(t.table, unknown, read)
	for _, id := range unknown {
		text := read[id]
		words[id-after-1] = &text
	}
	return words, nil
}

// schemaOf is the schema as it is in what r reads.
func (e *Engine) schemaOf(ctx context.Context, r db.Reader) (*schema, error) {
	s := e.current.Load()
	var version int64
	if err := r.QueryRow(ctx, "SELECT coalesce((SELECT value FROM cell WHERE name = 'schema'), 0)").Scan(&version); err != nil {
		return nil, err
	}
	if s != nil && s.version == version {
		return s, nil
	}
	return load(ctx, r)
}

// foundWaiting stands among the arguments of a statement for the rows that a search finds among those whose words wait,
// as a JSON array. Which they are depends on the moment at which is read, so bound replaces it then.
type foundWaiting struct {
	t      *Type
	search Search
}

// orWaiting continues a SELECT of rows from the full text by those that are given in an argument.
func orWaiting(placeholder string) string {
	return " UNION ALL SELECT value FROM json_each(" + placeholder + ")"
}

// bound is a statement, or a condition, and its arguments as they are at the moment at which r reads. Mostly nothing
// waits, and SQLite is quicker without the second SELECT.
func (e *Engine) bound(ctx context.Context, r db.Reader, text string, args []any) (string, []any, error) {
	for i := range args {
		wanted, ok := args[i].(foundWaiting)
		if !ok {
			continue
		}
		ids, err := e.found(ctx, r, wanted.t, wanted.search)
		if err != nil {
			return "", nil, err
		}
		args = slices.Clone(args)
		args[i] = listed(ids)
		if len(ids) == 0 {
			placeholder := "$" + strconv.Itoa(i+1)
			text = strings.Replace(text, orWaiting(placeholder), " AND "+placeholder+" = '[]'", 1)
		}
	}
	return text, args, nil
}
