package record

import (
	"context"
	"errors"
	"fmt"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

const batch = 500

// PrepareLoad makes the record tables of the object types that have been loaded, for db.Load.
func PrepareLoad(tx *db.Tx) error {
	s, err := load(tx.Context(), tx)
	if err != nil {
		return err
	}
	for _, t := range s.roots() {
		if err := t.install(tx, nil, s); err != nil {
			return err
		}
	}
	makeViews, err := reviewed(tx, nil, s)
	if err != nil {
		return err
	}
	return makeViews()
}

// FinishLoad rebuilds the full text of all records that have been loaded, for db.Load.
func FinishLoad(tx *db.Tx) error {
	s, err := load(tx.Context(), tx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM record_words"); err != nil {
		return fmt.Errorf("rebuild the full text: %w", err)
	}
	for _, t := range s.roots() {
		for last := int64(0); ; {
			rows, err := t.page(tx.Context(), tx, s, last)
			if err != nil {
				return fmt.Errorf("rebuild the full text of %s: %w", t.Object, err)
			}
			if len(rows) == 0 {
				break
			}
			for _, r := range rows {
				last = r.id
				words := r.of.wordsOf(r.record)
				if err := t.storeWords(tx, r.id, words); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

type paged struct {
	id, rev, version int64
	recID            string
	of               *Type
	record           Record
}

// page reads the next records of a table by id.
func (t *Type) page(ctx context.Context, r db.Reader, s *schema, after int64) ([]paged, error) {
	return t.pageWhere(ctx, r, s, "id > $1", after)
}

func (t *Type) pageWhere(ctx context.Context, r db.Reader, s *schema, where string, args ...any) ([]paged, error) {
	var out []paged
	err := eachRow(ctx, r, fmt.Sprintf("SELECT id, rec_id, object, rev, ver, doc FROM %s WHERE %s ORDER BY id LIMIT %d", t.table, where, batch), func(scan func(...any) error) error {
		var p paged
		var object string
		var doc []byte
		if err := scan(&p.id, &p.recID, &object, &p.rev, &p.version, &doc); err != nil {
			return err
		}
		if p.of = s.types[literal.Fold(object)]; p.of == nil {
			return fmt.Errorf("a record is of the unknown object %q", object)
		}
		var err error
		p.record, err = p.of.Decode(doc)
		out = append(out, p)
		return err
	}, args...)
	return out, err
}

// Rewrite writes up to a batch of documents of an older schema anew and reports how many it was; 0 means that all
// are current. Run it until then in the background: reading does not depend on it.
func (e *Engine) Rewrite(ctx context.Context) (int, error) {
	s := e.now(ctx)
	var done int64
	if err := e.db.QueryRow(ctx, "SELECT coalesce((SELECT value FROM cell WHERE name = 'rewritten'), 0)").Scan(&done); err != nil || done == s.version {
		return 0, err
	}
	for _, t := range s.ordered {
		if t.view != nil {
			continue
		}
		rows, err := t.pageWhere(ctx, e.db, s, "object = $1 AND ver <> $2", t.Object, t.Version)
		if err != nil || len(rows) == 0 {
			if err != nil {
				return 0, fmt.Errorf("rewrite records of %s: %w", t.Object, err)
			}
			continue
		}
		err = e.db.Write(ctx, func(tx *db.Tx) error {
			if tx.Cell("schema") != s.version {
				return errStale
			}
			return nil
		}, func(tx *db.Tx) error {
			for _, r := range rows {
				if err := tx.Claim("record/" + r.recID); err != nil {
					return err
				}
				if err := tx.Later("UPDATE "+t.table+" SET ver = $1, doc = $2, x = $3 WHERE id = $4 AND rev = $5",
					t.Version, string(t.Encode(nil, r.record)), string(t.extra(r.record)), r.id, r.rev); err != nil {
					return err
				}
			}
			return nil
		})
		if errors.Is(err, errStale) {
			return len(rows), e.refresh(ctx)
		}
		return len(rows), err
	}
	return 0, e.db.Write(ctx, func(*db.Tx) error { return nil }, func(tx *db.Tx) error {
		tx.SetCell("rewritten", s.version)
		return nil
	})
}
