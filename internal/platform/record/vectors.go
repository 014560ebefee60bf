package record

import (
	"context"
	"fmt"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// storeWords writes the words of a record that has none in the full text.
func (t *Type) storeWords(tx *db.Tx, rowID int64, words []string) error {
	switch {
	case len(words) == 0:
		return nil
	case tx.Engine() == db.Postgres:
		t.pending(tx, words)
		return tx.Later(t.sql.insertVector, rowID, tsvector(words))
	}
	return tx.Later(t.sql.insertWords, rowID, strings.Join(words, " "))
}

// pending tells of words that go into the full text index of PostgreSQL.
func (t *Type) pending(tx *db.Tx, words []string) {
	const entry = 20 // bytes of one in the pending list, beside the word's: ginfast.c
	bytes := entry * len(words)
	for _, w := range words {
		bytes += len(w)
	}
	tx.Pending(t.sql.insertNoWords, bytes)
}

// createVectors makes the full text table of PostgreSQL. Words are kept in the row, as documents are.
func (t *Type) createVectors() []string {
	return []string{
		fmt.Sprintf("CREATE TABLE %s (rowid BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)", t.words()),
		fmt.Sprintf("ALTER TABLE %s ALTER COLUMN words SET STORAGE EXTERNAL", t.words()),
		fmt.Sprintf("ALTER TABLE %s SET (toast_tuple_target = 8160)", t.words()),
		fmt.Sprintf("CREATE INDEX ix_%s ON %s USING gin (words)", t.words(), t.words()),
	}
}

// splitWords moves the words of a PostgreSQL database of a former version, where they stood in a column of the
// records, into tables of their own. On any other it does nothing.
func (e *Engine) splitWords(ctx context.Context) error {
	if !e.postgres {
		return nil
	}
	var old int64
	const tablesWithWords = `SELECT table_name::text FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name LIKE $1 AND column_name = 'words' AND udt_name = 'tsvector'`
	if err := e.db.QueryRow(ctx, "SELECT count(*) FROM ("+tablesWithWords+") AS t", `rec\_%`).Scan(&old); err != nil || old == 0 {
		return err
	}
	return e.db.Alone(ctx, func(tx *db.Tx) error {
		tables, err := namesOf(tx, tablesWithWords, `rec\_%`) // again: another replica may have been first
		if err != nil {
			return err
		}
		for _, table := range sortedKeys(tables) {
			t := Type{table: table}
			statements := append(t.createVectors(),
				fmt.Sprintf("INSERT INTO %s (rowid, words) SELECT id, words FROM %s WHERE words IS NOT NULL", t.words(), table),
				fmt.Sprintf("ALTER TABLE %s DROP COLUMN words", table))
			for _, s := range statements {
				if _, err := tx.Exec(s); err != nil {
					return fmt.Errorf("move the words of %s: %w", table, err)
				}
			}
		}
		return nil
	})
}
