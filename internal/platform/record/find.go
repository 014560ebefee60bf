package record

import (
	"context"
	"database/sql"
	"fmt"
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
	Order  string   // "ORDER BY …"
	Sorted []string // the expressions of Order: SQLite pushes the order of a view down where they are read too
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
	found := ""
	if postgres {
		found = "words @@ " + add(s.tsquery()) + "::tsquery"
	} else {
		found = fmt.Sprintf("id IN (SELECT rowid FROM %s WHERE %s MATCH %s)", t.words(), t.words(), add(s.fts5()))
	}
	if s.recID != "" {
		found = "(" + found + " OR rec_id = " + add(s.recID) + ")"
	}
	return found
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
	var conditions []string
	if t.Base != nil {
		conditions = append(conditions, "object = '"+t.Object+"'")
	}
	if q.Where != "" {
		conditions = append(conditions, "("+q.Where+")")
	}
	args := q.Args
	var total int64
	var err error
	if q.Where == "" {
		total, err = t.total(ctx, r)
	} else {
		err = r.QueryRow(ctx, "SELECT count(*) FROM "+t.table+" WHERE "+strings.Join(conditions, " AND "), args[:q.Counts]...).Scan(&total)
	}
	if err != nil || q.Limit == 0 || int64(q.Offset) >= total {
		return total, err
	}
	if q.After != "" {
		conditions = append(conditions, "("+q.After+")")
	}
	where := ""
	if len(conditions) > 0 {
		where = " WHERE " + strings.Join(conditions, " AND ")
	}
	args = append(args[:len(args):len(args)], q.Limit, q.Offset)
	page := fmt.Sprintf(" LIMIT $%d OFFSET $%d", len(args)-1, len(args))
	query := "SELECT rec_id, object, rev, ver, doc FROM " + t.table
	var recID, object, doc sql.RawBytes
	var version int64
	row := Row{}
	into := []any{&recID, &object, &row.Rev, &version, &doc}
	if t.view != nil {
		q.Seek = "" // ids are those of the sources
		query = "SELECT " + strings.Join(append([]string{"rec_id, object, rev, ver, doc"}, q.Sorted...), ", ") + " FROM " + t.table
		for range q.Sorted {
			into = append(into, new(sql.RawBytes))
		}
	}
	if q.Seek != "" {
		query += " WHERE id IN (SELECT id FROM " + t.table + where + " " + q.Seek + page + ") " + q.Order
	} else {
		query += where + " " + q.Order + page
	}
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return 0, err
		}
		row.RecID, row.Doc = strings.ToUpper(string(recID)), doc
		if string(object) == t.Object && version == t.Version {
			row.Type = t
		} else if row, err = e.complete(ctx, t, row, string(object), version); err != nil {
			return 0, err
		}
		if err := each(row); err != nil {
			return 0, err
		}
	}
	return total, rows.Err()
}
