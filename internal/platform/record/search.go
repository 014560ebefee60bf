package record

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// rankedRows is how many matches of a type are ranked: the newest. What is older follows them, newest first.
const rankedRows = 200

// Ranked is a full-text search of one type.
type Ranked struct {
	Type   *Type
	Search Search
	Hidden func(*Type) []bool // marks of fields whose words are not found, see Type.MatchesVisible; nil for none
	Where  string             // further condition over the expressions of Type.Expr; "" for none
	Args   []any              // of Where
}

// Hit is a record that a search found, and how well it matches: higher is better.
type Hit struct {
	Row
	Score int
}

// candidate is a match before its document is read.
type candidate struct {
	recID string // folded
	query int    // which of the searches found it
	score int
}

// best orders candidates: by score, and newest first where that is equal.
func best(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.recID, a.recID), cmp.Compare(a.query, b.query))
}

// Search returns the matches from skip on, at most top, best first, and how many there are in all, from one snapshot.
func (e *Engine) Search(ctx context.Context, q Ranked, top, skip int) (hits []Hit, total int64, err error) {
	err = e.db.View(ctx, func(r db.Reader) error {
		s := &searching{engine: e, q: q, postgres: e.postgres, ctx: ctx, r: r}
		var page []candidate
		if page, total, err = s.page(top, skip); err != nil {
			return fmt.Errorf("search %s: %w", q.Type.Object, err)
		}
		hits, err = e.hits(ctx, r, []Ranked{q}, page)
		return err
	})
	return hits, total, err
}

// SearchAll merges the searches of several types: their matches from skip on, at most top, best first. Of each type
// the newest rankedRows count.
func (e *Engine) SearchAll(ctx context.Context, all []Ranked, top, skip int) (hits []Hit, err error) {
	err = e.db.View(ctx, func(r db.Reader) error {
		var found []candidate
		for i, q := range all {
			s := &searching{engine: e, q: q, postgres: e.postgres, ctx: ctx, r: r, number: i}
			some, err := s.newest(unknownTotal, rankedRows, 0)
			if err != nil {
				return fmt.Errorf("search %s: %w", q.Type.Object, err)
			}
			found = append(found, some...)
		}
		slices.SortFunc(found, best)
		found = found[min(skip, len(found)):]
		hits, err = e.hits(ctx, r, all, found[:min(top, len(found))])
		return err
	})
	return hits, err
}

// searching is a Ranked under way.
type searching struct {
	engine   *Engine
	q        Ranked
	postgres bool
	ctx      context.Context
	r        db.Reader
	number   int // of the search among several
}

const unknownTotal = -1

// page ranks the newest matches and continues with the older ones as they are.
func (s *searching) page(top, skip int) ([]candidate, int64, error) {
	if len(s.q.Search.any) == 0 {
		return nil, 0, nil
	}
	found, total, err := s.first()
	if err != nil || int64(skip) >= total {
		return nil, total, err
	}
	if skip >= rankedRows {
		found = nil
	} else {
		slices.SortFunc(found, best)
		found = found[min(skip, len(found)):]
	}
	if older := top - len(found); older > 0 && total > rankedRows {
		more, err := s.newest(total, older, max(skip, rankedRows))
		if err != nil {
			return nil, 0, err
		}
		found = append(found, more...)
	}
	return found[:min(top, len(found))], total, nil
}

// first returns the newest rankedRows matches and how many there are in all.
func (s *searching) first() ([]candidate, int64, error) {
	if !s.postgres && s.alone() {
		ids, total, err := s.engine.recent(s.ctx, s.r, s.q.Type, s.q.Search)
		if err != nil {
			return nil, 0, err
		}
		if int64(len(ids)) == total || len(ids) >= rankedRows {
			found, err := s.candidates("id IN (SELECT value FROM json_each($1))", []any{listed(ids)}, rankedRows, 0)
			return found, total, err
		}
		found, err := s.newest(total, rankedRows, 0)
		return found, total, err
	}
	total, err := s.total()
	if err != nil || total == 0 {
		return nil, total, err
	}
	found, err := s.newest(total, rankedRows, 0)
	return found, total, err
}

// alone reports whether the full text itself has the answer: every record with words is meant.
func (s *searching) alone() bool {
	return s.q.Type.Base == nil && s.q.Type.view == nil && s.q.Hidden == nil && s.q.Where == "" && s.q.Search.alone()
}

// alone reports whether only words are looked for.
func (s *Search) alone() bool { return s != nil && s.recID == "" && len(s.any) > 0 }

func (s *searching) total() (total int64, err error) {
	var query string
	var args []any
	if s.alone() {
		query, args = s.q.Type.countWords(s.q.Search, s.postgres)
	} else {
		query, args = s.conditions(s.q.Type.Matches)
		query = "SELECT count(*) FROM " + s.q.Type.table + " WHERE " + query
	}
	if query, args, err = s.engine.bound(s.ctx, s.r, query, args); err == nil {
		err = s.r.QueryRow(s.ctx, query, args...).Scan(&total)
	}
	return total, err
}

// conditions are all of them, with the arguments; match writes the one of the search.
func (s *searching) conditions(match func(Search, bool, func(any) string) string) (string, []any) {
	args := slices.Clone(s.q.Args)
	add := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	if s.q.Hidden != nil {
		match = func(search Search, postgres bool, add func(any) string) string {
			return s.q.Type.MatchesVisible(search, s.q.Hidden, postgres, add)
		}
	}
	all := []string{match(s.q.Search, s.postgres, add)}
	if s.q.Type.Base != nil {
		all = append(all, "object = '"+s.q.Type.Object+"'")
	}
	if s.q.Where != "" {
		all = append(all, "("+s.q.Where+")")
	}
	return strings.Join(all, " AND "), args
}

// newest returns matches in the order of their making, the last first, each with its score.
func (s *searching) newest(total int64, limit, offset int) ([]candidate, error) {
	if len(s.q.Search.any) == 0 {
		return nil, nil
	}
	t := s.q.Type
	walk := false
	if total != unknownTotal && t.view == nil {
		all, err := t.total(s.ctx, s.r)
		if err != nil {
			return nil, err
		}
		walk = walks(total, all, limit+offset, 1)
	}
	match := t.Matches
	if walk && s.postgres { // SQLite goes through what it has looked up in this order by itself
		match = t.walked
	}
	where, args := s.conditions(match)
	if s.alone() {
		args = nil
		found := t.match(s.q.Search, s.postgres, func(v any) string {
			args = append(args, v)
			return "$1"
		})
		order := "rowid"
		switch {
		case !s.postgres || total == unknownTotal: // the planner has its statistics of words
		case walk:
			found = "(" + found + ") IS TRUE" // which the index on words does not serve
		default:
			order = "rowid + 0" // which that of the rows does not
		}
		waiting, err := s.engine.found(s.ctx, s.r, t, s.q.Search) // newer than all in the full text
		if err != nil {
			return nil, err
		}
		passed := min(offset, len(waiting))
		waiting = waiting[max(0, len(waiting)-offset-limit) : len(waiting)-passed]
		where = fmt.Sprintf("SELECT rowid FROM %s WHERE %s ORDER BY %s DESC LIMIT %d OFFSET %d", t.words(), found, order, limit-len(waiting), offset-passed)
		if len(waiting) > 0 {
			where = "SELECT * FROM (" + where + ") UNION ALL SELECT value FROM json_each($2)"
			args = append(args, listed(waiting))
		}
		where = "id IN (" + where + ")"
		offset = 0
	}
	return s.candidates(where, args, limit, offset)
}

// candidates reads what matches are scored by, in the order of their making, the last first.
func (s *searching) candidates(where string, args []any, limit, offset int) ([]candidate, error) {
	t := s.q.Type
	title, number := "NULL", "NULL"
	if t.Title >= 0 {
		title = t.Expr(t.Title, s.postgres)
	}
	if t.number >= 0 {
		number = t.Expr(t.number, s.postgres)
	}
	newestFirst := "id"
	if t.view != nil {
		newestFirst = "rec_id" // the ids are those of the sources
	}
	query := fmt.Sprintf("SELECT rec_id, %s, %s FROM %s WHERE %s ORDER BY %s DESC LIMIT %d OFFSET %d",
		title, number, t.table, where, newestFirst, limit, offset)
	query, args, err := s.engine.bound(s.ctx, s.r, query, args)
	if err != nil {
		return nil, err
	}
	rows, err := s.r.Query(s.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := make([]candidate, 0, limit)
	scoring := s.q.Search.scoring()
	for rows.Next() {
		c := candidate{query: s.number}
		var title, number sql.NullString
		if err := rows.Scan(&c.recID, &title, &number); err != nil {
			return nil, err
		}
		c.score = scoring.of(c.recID, title.String, number.String)
		found = append(found, c)
	}
	return found, rows.Err()
}

// hits reads the documents of a page, in its order.
func (e *Engine) hits(ctx context.Context, r db.Reader, all []Ranked, page []candidate) ([]Hit, error) {
	hits := make([]Hit, len(page))
	for q := range all {
		at := map[string]int{}
		ids := make([]string, 0, len(page))
		for i, c := range page {
			if c.query == q {
				at[c.recID] = i
				ids = append(ids, c.recID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		among, list := "rec_id IN (SELECT value FROM json_each($1))", `["`+strings.Join(ids, `","`)+`"]`
		if e.postgres {
			among, list = "rec_id = ANY ($1::text[])", "{"+strings.Join(ids, ",")+"}"
		}
		t := all[q].Type
		err := eachRow(ctx, r, "SELECT rec_id, object, rev, ver, doc FROM "+t.table+" WHERE "+among, func(scan func(...any) error) error {
			var version int64
			var row Row
			var object string
			err := scan(&row.RecID, &object, &row.Rev, &version, &row.Doc)
			i := at[row.RecID]
			if err == nil {
				row.RecID = strings.ToUpper(row.RecID)
				row, err = e.complete(ctx, t, row, object, version)
			}
			hits[i] = Hit{Row: row, Score: page[i].score}
			return err
		}, list)
		if err != nil {
			return nil, fmt.Errorf("read what a search of %s found: %w", t.Object, err)
		}
	}
	return hits, nil
}

// What a term of a search is worth by where it stands. What stands in no title matches in the other searched fields.
const (
	worthRecID  = 32 // the search is the record's RecId
	worthNumber = 16 // the record's number, whole
	worthTitle  = 4  // a word of the title, whole
	worthBegin  = 2  // the beginning of a word of the title
	worthAll    = 3  // the title has no other words
)

// scoring scores titles.
type scoring struct {
	search Search
	words  vocabulary
}

func (s Search) scoring() *scoring {
	return &scoring{search: s, words: vocabulary{seen: map[string]struct{}{}}}
}

// of is the score of a record: that of the alternative that fits best.
func (s *scoring) of(recID, title, number string) int {
	s.words.words = s.words.words[:0]
	clear(s.words.seen)
	s.words.add(title)
	most := 0
	for _, terms := range s.search.any {
		score, whole := 0, 0
		for _, t := range terms {
			worth := 0
			if _, ok := s.words.seen[t.word]; ok {
				worth = worthTitle
				whole++
			} else if !t.exact && slices.ContainsFunc(s.words.words, func(w string) bool { return strings.HasPrefix(w, t.word) }) {
				worth = worthBegin
			}
			if t.word == number {
				worth = worthNumber
			}
			score += worth
		}
		if whole == len(terms) && whole == len(s.words.words) {
			score += worthAll
		}
		most = max(most, score)
	}
	if s.search.recID != "" && literal.Fold(recID) == s.search.recID {
		most += worthRecID
	}
	return most
}
