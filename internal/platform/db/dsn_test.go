package db_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

func TestQuestionMarks(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"each once and in order becomes plain", "INSERT INTO t VALUES ($1, $2,$3)", "INSERT INTO t VALUES (?, ?,?)"},
		{"one used twice keeps numbers", "SELECT $1, $2 WHERE a = $1", "SELECT ?1, ?2 WHERE a = ?1"},
		{"out of order keeps numbers", "SELECT $2, $1", "SELECT ?2, ?1"},
		{"a gap keeps numbers", "SELECT $1, $3", "SELECT ?1, ?3"},
		{"more than nine", "SELECT $1,$2,$3,$4,$5,$6,$7,$8,$9,$10", "SELECT ?,?,?,?,?,?,?,?,?,?"},
		{"text is left alone", "SELECT '$1', $1, 'it''s $2'", "SELECT '$1', ?, 'it''s $2'"},
		{"identifiers and comments are left alone", "SELECT \"$1\" -- $2\n, $1 /* $3 */", "SELECT \"$1\" -- $2\n, ? /* $3 */"},
		{"open text ends the statement", "SELECT $1, '$2", "SELECT ?, '$2"},
		{"dollars that are no placeholders", "SELECT $, $x, $1", "SELECT $, $x, ?"},
		{"none", "SELECT 1", "SELECT 1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := db.QuestionMarks(c.in); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestBesideAndRedact(t *testing.T) {
	cases := []struct{ name, dsn, beside, redacted string }{
		{"PostgreSQL", "postgres://u:secret@h:5432/a?sslmode=disable", "postgres://u:secret@h:5432/t_1?sslmode=disable", "postgres://u:xxxxx@h:5432/a?sslmode=disable"},
		{"password in the query", "postgres:///a?host=%2Fs&password=secret", "postgres:///t_1?host=%2Fs&password=secret", "postgres:///a?host=%2Fs&password=xxxxx"},
		{"SQLite", "sqlite:/data/a.db", "sqlite:/data/t_1.db", "sqlite:/data/a.db"},
		{"path", "/data/a.db", "sqlite:/data/t_1.db", "/data/a.db"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			beside, err := db.Beside(c.dsn, "t_1")
			if err != nil || beside != c.beside {
				t.Errorf("beside: %s, %v; want %s", beside, err, c.beside)
			}
			if got := db.Redact(c.dsn); got != c.redacted {
				t.Errorf("redacted: %s, want %s", got, c.redacted)
			}
		})
	}
	for _, name := range []string{"", "Big", "a-b", "a\"b", "../a", strings.Repeat("a", 64)} {
		if _, err := db.Beside("/data/a.db", name); err == nil {
			t.Errorf("the name %q was taken", name)
		}
	}
	for _, dsn := range []string{"postgres://u:secret@h:port/a", "postgres://u:secret@h/a?sslmode=secret"} {
		if _, err := db.Open(t.Context(), dsn, db.Options{}); err == nil || strings.Contains(err.Error(), "secret@") {
			t.Errorf("error %v", err)
		}
	}
}

func TestDrop(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		other, err := db.Beside(dsn, "dropped_"+strings.ToLower(filepath.Base(t.TempDir())))
		if err != nil {
			t.Fatal(err)
		}
		if db.EngineOf(dsn) == db.Postgres {
			if other, err = db.Create(t.Context(), dsn, strings.TrimPrefix(filepath.Base(strings.Split(other, "?")[0]), "/")); err != nil {
				t.Fatal(err)
			}
		}
		d, err := db.Open(t.Context(), other, db.Options{Timeline: coreTimeline()})
		if err != nil {
			t.Fatal(err)
		}
		if d.Engine() == db.SQLite { // PostgreSQL ends the connections itself
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		}
		for range 2 { // the second time it is gone, which is fine
			if err := db.Drop(t.Context(), other); err != nil {
				t.Error(err)
			}
		}
		if d.Engine() == db.Postgres {
			if err := d.Ping(t.Context()); err == nil {
				t.Error("it still answers")
			}
			_ = d.Close()
			return
		}
		files, err := os.ReadDir(filepath.Dir(strings.TrimPrefix(other, "sqlite:")))
		if err != nil || len(files) != 0 {
			t.Errorf("left behind: %v, %v", files, err)
		}
	})
}

func TestBudgetSharesConnections(t *testing.T) {
	budget := db.NewBudget(12)
	dsn := pgtest.DSN(t)
	var open []*db.DB
	want := func(connections int) {
		t.Helper()
		for _, d := range open {
			if got := db.Connections(d); got != connections {
				t.Errorf("%d handles: one may use %d connections, want %d", len(open), got, connections)
			}
		}
	}
	for _, share := range []int{12, 6, 4, 3, 2, 2, 2} {
		d, err := db.Open(t.Context(), dsn, db.Options{Budget: budget})
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, d)
		want(share)
	}
	for len(open) > 1 {
		if err := open[0].Close(); err != nil {
			t.Error(err)
		}
		open = open[1:]
	}
	want(12)
	if err := open[0].Close(); err != nil {
		t.Error(err)
	}
}
