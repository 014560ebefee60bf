package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

// On SQLite the words of new records wait for others before they are put into the full text, which costs much less for
// many at once. Meanwhile they are looked for here (waiting.go). See docs/adr/0018-words-later.md.
const (
	wordsTogether = 512         // records of a table whose words wait, at most
	wordsWait     = time.Second // about how long they wait for others
)

// indexing is what one group knows of the words of a table.
type indexing struct {
	upTo  int64            // the words of the rows up to this one are in the full text
	all   bool             // those of all rows are: there is no entry in record_words
	waits map[int64]string // by row, what this group has added
}

type indexingKey struct{ table string }

type waitingKey struct {
	engine *Engine
	table  string
}

// indexing returns what the group knows of the words of t's table.
func (e *Engine) indexing(tx *db.Tx, t *Type) (*indexing, error) {
	v, err := tx.Local(indexingKey{t.table}, func(tx *db.Tx) (any, error) {
		x := &indexing{waits: map[int64]string{}}
		err := tx.QueryRow(tx.Context(), "SELECT row_id FROM record_words WHERE name = $1", t.table).Scan(&x.upTo)
		if errors.Is(err, sql.ErrNoRows) {
			x.all, err = true, nil
		}
		return x, err
	})
	if err != nil {
		return nil, fmt.Errorf("read how far the words of %s are in the full text: %w", t.Object, err)
	}
	x := v.(*indexing)
	tx.AfterCommit(waitingKey{e, t.table}, func() {
		if e.waiting.committed(t.table, x) {
			e.indexSoon()
		}
	})
	return x, nil
}

// postpone has the words of a new row wait for others.
func (e *Engine) postpone(tx *db.Tx, t *Type, rowID int64, words string) error {
	x, err := e.indexing(tx, t)
	if err != nil {
		return err
	}
	if x.all {
		if err := x.reach(tx, t, rowID-1); err != nil {
			return err
		}
	}
	x.waits[rowID] = words
	if rowID-x.upTo < e.together {
		return nil
	}
	return e.index(tx, t, x)
}

// settle puts words of t's table that wait into the full text, if one of them are those of the row: they may then be
// changed there. The words that wait are always those with which a record was made.
func (e *Engine) settle(tx *db.Tx, t *Type, rowID int64) error {
	if e.postgres {
		return nil
	}
	x, err := e.indexing(tx, t)
	if err != nil || x.all || rowID <= x.upTo {
		return err
	}
	return e.index(tx, t, x)
}

// index puts all words of t's table that wait into the full text.
func (e *Engine) index(tx *db.Tx, t *Type, x *indexing) error {
	last := tx.Cell("rows/" + t.table)
	if x.all || last <= x.upTo {
		return nil
	}
	words := e.waiting.between(t.table, x.upTo, last)
	var unknown []int64
	for i := range words {
		id := x.upTo + 1 + int64(i)
		if own, ok := x.waits[id]; ok {
			words[i] = &own
		} else if words[i] == nil {
			unknown = append(unknown, id)
		}
	}
	read := map[int64]string{}
	if len(unknown) > 0 {
		s, err := e.schemaIn(tx)
		if err == nil {
			read, err = t.readWords(tx.Context(), tx, s, unknown)
		}
		if err != nil {
			return err
		}
	}
	for i, known := range words {
		id := x.upTo + 1 + int64(i)
		text := read[id]
		if known != nil {
			text = *known
		}
		if text == "" {
			continue
		}
		if err := tx.Later(t.sql.insertWords, id, text); err != nil {
			return fmt.Errorf("put the words of %s into the full text: %w", t.Object, err)
		}
	}
	return x.reach(tx, t, last)
}

// reached notes that the words of all rows up to this one were put into the full text with them, after settle had put
// the others there.
func (e *Engine) reached(tx *db.Tx, t *Type, rowID int64) error {
	if e.postgres {
		return nil
	}
	x, err := e.indexing(tx, t)
	if err != nil || x.all {
		return err
	}
	return x.reach(tx, t, rowID)
}

// reach notes that the words of the rows up to this one are in the full text.
func (x *indexing) reach(tx *db.Tx, t *Type, rowID int64) error {
	x.upTo, x.all = rowID, false
	clear(x.waits)
	return tx.Later("INSERT INTO record_words (name, row_id) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET row_id = excluded.row_id", t.table, rowID)
}

// indexAll puts all words that wait into the full text: in time, and before object types change, with which goes what is
// searched.
func (e *Engine) indexAll(tx *db.Tx, s *schema) error {
	if e.postgres {
		return nil
	}
	waits := map[string]bool{}
	if err := eachRow(tx.Context(), tx, "SELECT name, row_id FROM record_words", func(scan func(...any) error) error {
		var table string
		var upTo int64
		err := scan(&table, &upTo)
		waits[table] = upTo < tx.Cell("rows/"+table)
		return err
	}); err != nil {
		return fmt.Errorf("find the tables whose words are not in the full text: %w", err)
	}
	for _, t := range s.roots() {
		if !waits[t.table] {
			continue
		}
		x, err := e.indexing(tx, t)
		if err == nil {
			err = e.index(tx, t, x)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// indexSoon puts all words that wait into the full text in a while.
func (e *Engine) indexSoon() {
	time.AfterFunc(wordsWait, func() {
		e.waiting.due()
		if err := e.indexNow(context.Background()); err != nil && fault.Of(err).Code != "database_closing" {
			e.log.Warn("words could not be put into the full text; they are found nevertheless", "error", err)
		}
	})
}

func (e *Engine) indexNow(ctx context.Context) error {
	return e.db.Write(ctx, nil, func(tx *db.Tx) error {
		s, err := e.schemaIn(tx)
		if err != nil {
			return err
		}
		return e.indexAll(tx, s)
	})
}

// resume has the words that waited when the process ended put into the full text.
func (e *Engine) resume(ctx context.Context) error {
	if e.postgres {
		return nil
	}
	var waits bool
	const query = "SELECT EXISTS (SELECT 1 FROM record_words AS w JOIN cell AS c ON c.name = 'rows/' || w.name WHERE c.value > w.row_id)"
	if err := e.db.QueryRow(ctx, query).Scan(&waits); err != nil {
		return fmt.Errorf("look for words that are not in the full text: %w", err)
	}
	if waits && e.waiting.wake() {
		e.indexSoon()
	}
	return nil
}

// readWords makes the words of rows from their documents.
func (t *Type) readWords(ctx context.Context, r db.Reader, s *schema, ids []int64) (map[int64]string, error) {
	words := make(map[int64]string, len(ids))
	for len(ids) > 0 {
		n := min(batch, len(ids))
		rows, err := t.pageWhere(ctx, r, s, "id IN (SELECT value FROM json_each($1))", listed(ids[:n]))
		if err != nil {
			return nil, fmt.Errorf("read the words of %s: %w", t.Object, err)
		}
		for _, row := range rows {
			words[row.id] = spaced(row.of.wordsOf(row.record))
		}
		ids = ids[n:]
	}
	return words, nil
}

// spaced writes words with a space before and after each; "" for none.
func spaced(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return " " + strings.Join(words, " ") + " "
}
