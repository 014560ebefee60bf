package record

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// Query is a read of many records. The SQL texts are conditions over the expressions of Type.Expr.
type Query struct {
	Type   *Type
	Where  string   // of the whole result, for which the total is counted; "" for all
	After  string   // further condition of this page (keyset), "" for none
	Args   []any    // of Where, then of After
	Counts int      // how many of Args belong to Where
	Search *Search  // what the result is to match beside Where; nil for anything
	Order  string   // "ORDER BY …"
	Sorted []string // the expressions of Order: SQLite pushes the order of a view down where they are read too
	Walk   bool     // an index has the order
	Newest bool     // the order is by RecId, descending
	Seek   string   // the same order for choosing the page's rows before they are read; "" to read them in order
	Limit  int      // 0: none are read, only counted
	Offset int
}

// Matches is the condition for the records of t that a search finds; add takes an argument and returns its placeholder.
func (t *Type) Matches(s Search, postgres bool, add func(any) string) string {
	if len(s.any) == 0 {
		return "1 = 0"
	}
	if t.view != nil {
		return t.matchesSources(s, postgres, add)
	}
	found := fmt.Sprintf("SELECT rowid FROM %s WHERE %s", t.words(), t.match(s, postgres, add))
	if postgres { // an array is looked up, whatever the planner guesses of how many it holds
		found = "id = ANY (ARRAY(" + found + "))"
	} else {
		found = "id IN (" + found + orWaiting(add(foundWaiting{t, s})) + ")"
	}
	if s.recID != "" {
		found = "(" + found + " OR rec_id = " + add(s.recID) + ")"
	}
	return found
}

// match is the condition for the rows of the full text.
func (t *Type) match(s Search, postgres bool, add func(any) string) string {
	if postgres {
		return "words @@ " + add(s.tsquery()) + "::tsquery"
	}
	return t.words() + " MATCH " + add(s.fts5())
}

// walked is Matches in a form that is looked at row by row, in the order of the page, and not looked up first: of many
// matches the first few are met soon that way.
func (t *Type) walked(s Search, postgres bool, add func(any) string) string {
	if len(s.any) == 0 || s.recID != "" {
		return t.Matches(s, postgres, add)
	}
	if postgres { // a scalar, which is no join that could be turned round
		return fmt.Sprintf("(SELECT %s FROM %s WHERE rowid = %s.id)", t.match(s, postgres, add), t.words(), t.table)
	}
	return "+" + t.Matches(s, postgres, add) // the id is no row to go to, then
}

// walks reports whether a page of the first rows is had with less work from an ordered walk through all records than
// from looking up what matches: the walk visits all/matches records for each row of the page, the other way each match.
// cheap is how many records are passed in a walk while one is looked up.
func walks(matches, all int64, rows, cheap int) bool {
	return matches > 0 && matches*matches*int64(cheap) > all*int64(rows)
}

// countWords counts what the full text finds, without looking at the records.
func (t *Type) countWords(s Search, postgres bool) (string, []any) {
	var args []any
	match := t.match(s, postgres, func(v any) string {
		args = append(args, v)
		return "$1"
	})
	return fmt.Sprintf("SELECT count(*) FROM %s WHERE %s", t.words(), match), args
}

// List reads a page of records and the exact total, from one snapshot. row.Doc is only valid during the call.
func (e *Engine) List(ctx context.Context, q Query, each func(row Row) error) (total int64, err error) {
	err = e.db.View(ctx, func(r db.Reader) error {
		total, err = e.list(ctx, r, q, each)
		return err
	})
	return total, err
}

func (e *Engine) list(ctx context.Context, r db.Reader, q Query, each func(Row) error) (int64, error) {
	t := q.Type
	var err error
	if q.Where, q.Args, err = e.bound(ctx, r, q.Where, q.Args); err != nil {
		return 0, err
	}
	var conditions []string
	if t.Base != nil {
		conditions = append(conditions, "object = '"+t.Object+"'")
	}
	if q.Where != "" {
		conditions = append(conditions, "("+q.Where+")")
	}
	if q.Newest && len(conditions) == 0 && q.After == "" && q.Search.alone() && t.view == nil && !e.postgres {
		if total, done, err := e.listNewest(ctx, r, q, each); done || err != nil {
			return total, err
		}
	}
	total, err := e.count(ctx, r, q, conditions)
	if err != nil || q.Limit == 0 || int64(q.Offset) >= total {
		return total, err
	}
	args := q.Args[:len(q.Args):len(q.Args)]
	add := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	if q.After != "" {
		conditions = append(conditions, "("+q.After+")")
	}
	if q.Search != nil {
		match, all := t.Matches, int64(0)
		if q.Walk && q.Seek == "" && t.view == nil {
			if all, err = t.total(ctx, r); err != nil {
				return 0, err
			}
			cheap := 1
			if len(conditions) == 0 && !e.postgres {
				cheap = 50 // the index of the order has all that is looked at
			}
			if walks(total, all, q.Offset+q.Limit, cheap) {
				match = t.walked
			}
		}
		conditions = append(conditions, match(*q.Search, e.postgres, add))
	}
	where := ""
	if len(conditions) > 0 {
		where = " WHERE " + strings.Join(conditions, " AND ")
	}
	page := " LIMIT " + add(q.Limit) + " OFFSET " + add(q.Offset)
	query := "SELECT rec_id, object, rev, ver, doc FROM " + t.table
	if t.view != nil {
		q.Seek = "" // ids are those of the sources
		query = "SELECT " + strings.Join(append([]string{"rec_id, object, rev, ver, doc"}, q.Sorted...), ", ") + " FROM " + t.table
	}
	if q.Seek != "" {
		query += " WHERE id IN (SELECT id FROM " + t.table + where + " " + q.Seek + page + ") " + q.Order
	} else {
		query += where + " " + q.Order + page
	}
	if query, args, err = e.bound(ctx, r, query, args); err != nil {
		return 0, err
	}
	return total, e.each(ctx, r, t, each, query, args...)
}

// each calls fn with the rows of a query for rec_id, object, rev, ver and doc; what else it gives is passed over.
func (e *Engine) each(ctx context.Context, r db.Reader, t *Type, fn func(Row) error, query string, args ...any) error {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var recID, object, doc sql.RawBytes
	var version int64
	var row Row
	into := []any{&recID, &object, &row.Rev, &version, &doc}
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	for range columns[len(into):] {
		into = append(into, new(sql.RawBytes))
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		row.RecID, row.Doc = strings.ToUpper(string(recID)), doc
		if string(object) == t.Object && version == t.Version {
			row.Type = t
		} else if row, err = e.complete(ctx, t, row, string(object), version); err != nil {
			return err
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// count is the exact total of a query.
func (e *Engine) count(ctx context.Context, r db.Reader, q Query, conditions []string) (total int64, err error) {
	t, args := q.Type, q.Args[:q.Counts:q.Counts]
	var query string
	wordsAlone := false
	switch {
	case q.Search == nil && q.Where == "":
		return t.total(ctx, r)
	case q.Search != nil && len(q.Search.any) == 0:
		return 0, nil
	case len(conditions) == 0 && q.Search.alone() && t.view == nil:
		wordsAlone = true
		query, args = t.countWords(*q.Search, e.postgres)
	default:
		if q.Search != nil {
			conditions = append(slices.Clone(conditions), t.Matches(*q.Search, e.postgres, func(v any) string {
				args = append(args, v)
				return "$" + strconv.Itoa(len(args))
			}))
		}
		query = "SELECT count(*) FROM " + t.table + " WHERE " + strings.Join(conditions, " AND ")
	}
	if query, args, err = e.bound(ctx, r, query, args); err != nil {
		return 0, err
	}
	if err = r.QueryRow(ctx, query, args...).Scan(&total); err != nil || !wordsAlone {
		return total, err
	}
	waiting, err := e.found(ctx, r, t, *q.Search)
	return total + int64(len(waiting)), err
}
