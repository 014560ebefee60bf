package db_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// TestPendingListsAreCleanedBesideTheWriter writes more words than a pending list may hold and waits until the list is
// short, though nothing was written since and no vacuum ran.
func TestPendingListsAreCleanedBesideTheWriter(t *testing.T) {
	d := open(t, pgtest.NewCluster(t).DSN("sweep"), db.Options{}) // its role may make an extension
	exec(t, d, "CREATE TABLE fts (rowid BIGINT PRIMARY KEY, words TSVECTOR NOT NULL) WITH (autovacuum_enabled = off)",
		"CREATE INDEX ix_fts ON fts USING gin (words)", "CREATE EXTENSION pgstattuple")
	const rows = 3000
	for i := range rows {
		words := make(db.Lexemes, 40)
		bytes := 0
		for k := range words {
			words[k] = fmt.Sprintf("word%05d-%02d", i%700, k)
			bytes += len(words[k]) + 20
		}
		err := d.Write(t.Context(), nil, func(tx *db.Tx) error {
			tx.Pending("INSERT INTO fts (rowid, words) VALUES (0, '')", bytes)
			return tx.Later("INSERT INTO fts (rowid, words) VALUES ($1, $2::tsvector)", int64(i+1), words)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	deadline := time.After(20 * time.Second)
	for tick := time.Tick(20 * time.Millisecond); ; {
		pages, err := scanInt(d.QueryRow(t.Context(), "SELECT pending_pages FROM pgstatginindex('ix_fts')"))
		if err != nil {
			t.Fatal(err)
		}
		if pages < 200 { // of some 400
			break
		}
		select {
		case <-tick:
		case <-deadline:
			t.Fatalf("%d pages are still in the pending list", pages)
		}
	}
	for what, query := range map[string]string{
		"rows that a word finds": "SELECT count(*) FROM fts WHERE words @@ 'word00007-03'::tsquery",
		"rows in all":            "SELECT count(*) FROM fts",
	} {
		want := rows
		if strings.Contains(query, "@@") {
			want = rows/700 + 1
		}
		if n, err := scanInt(d.QueryRow(t.Context(), query)); err != nil || int(n) != want {
			t.Errorf("%s: %d %v, want %d", what, n, err, want)
		}
	}
}
