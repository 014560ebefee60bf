package record

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// recentRows is among how many of the newest records recent looks for matches.
const recentRows = 20 * rankedRows

// recent returns how many records a search finds in all and, the oldest first, the ids of those among the recentRows newest. It is
// one statement of SQLite, because the full text merges what begins with a word anew for each.
func (e *Engine) recent(ctx context.Context, r db.Reader, t *Type, s Search) (ids []int64, total int64, err error) {
	var last int64
	if err := r.QueryRow(ctx, "SELECT coalesce(max(id), 0) FROM "+t.table).Scan(&last); err != nil {
		return nil, 0, err
	}
	var text string
	query := fmt.Sprintf("SELECT count(*), coalesce(group_concat(rowid) FILTER (WHERE rowid > $1), '') FROM %s WHERE %s MATCH $2", t.words(), t.words())
	if err := r.QueryRow(ctx, query, last-recentRows, s.fts5()).Scan(&total, &text); err != nil {
		return nil, 0, err
	}
	waiting, err := e.found(ctx, r, t, s)
	if err != nil {
		return nil, 0, err
	}
	total += int64(len(waiting))
	for n := range strings.SplitSeq(text, ",") {
		if n == "" {
			break
		}
		id, err := strconv.ParseInt(n, 10, 64)
		if err != nil {
			return nil, 0, fmt.Errorf("read the ids of a search: %w", err)
		}
		ids = append(ids, id)
	}
	return append(ids, waiting...), total, nil
}

// listed writes ids as a JSON array.
func listed(ids []int64) string {
	b := []byte("[")
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, id, 10)
	}
	return string(append(b, ']'))
}

// listNewest is list for a search alone, newest first, on SQLite. It is done where the page lies among the newest
// records and it is certain that no older one belongs before its end: ids are given in the order of storing, RecIds in
// that of making, which is nearly the same.
func (e *Engine) listNewest(ctx context.Context, r db.Reader, q Query, each func(Row) error) (total int64, done bool, err error) {
	t := q.Type
	ids, total, err := e.recent(ctx, r, t, *q.Search)
	if err != nil || q.Limit == 0 || int64(q.Offset) >= total {
		return total, true, err
	}
	if want := min(int64(q.Offset)+int64(q.Limit), total); int64(len(ids)) < want {
		return 0, false, nil
	}
	const slack = 200 // rows that may have been stored in another order than made
	passed := int64(len(ids)) < total
	if most := q.Offset + q.Limit + slack; len(ids) > most {
		ids, passed = ids[len(ids)-most:], true
	}
	var page []int64
	var last string
	if err := eachRow(ctx, r, "SELECT id, rec_id FROM "+t.table+" WHERE id IN (SELECT value FROM json_each($1)) ORDER BY rec_id DESC LIMIT $2 OFFSET $3", func(scan func(...any) error) error {
		var id int64
		err := scan(&id, &last)
		page = append(page, id)
		return err
	}, listed(ids), q.Limit, q.Offset); err != nil {
		return 0, false, err
	}
	if passed {
		var older bool
		if err := r.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM "+t.table+" WHERE rec_id >= $1 AND id < $2)", last, ids[0]).Scan(&older); err != nil || older {
			return 0, false, err
		}
	}
	return total, true, e.each(ctx, r, t, each, "SELECT rec_id, object, rev, ver, doc FROM "+t.table+" WHERE id IN (SELECT value FROM json_each($1)) ORDER BY rec_id DESC", listed(page))
}
