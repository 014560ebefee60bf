package db_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// family has foreign keys against the order of names, bytes, a key of two columns, a table without a key, and rows that
// a migration brings.
func family() fs.FS {
	return longer(`
		CREATE TABLE z_parent (id TEXT NOT NULL PRIMARY KEY, n BIGINT);
		CREATE TABLE a_child (parent TEXT NOT NULL REFERENCES z_parent (id), seq BIGINT NOT NULL, data BYTEA, PRIMARY KEY (parent, seq));
		CREATE TABLE loose (x TEXT, y BIGINT);
		CREATE TABLE keyed (b TEXT, a TEXT NOT NULL);
		CREATE UNIQUE INDEX keyed_a ON keyed (a);
		INSERT INTO setting (name, value) VALUES ('seeded', 'by the migration');`)
}

func exec(tb testing.TB, d *db.DB, statements ...string) {
	tb.Helper()
	if err := d.Alone(tb.Context(), func(tx *db.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	}); err != nil {
		tb.Fatal(err)
	}
}

// prepare makes what the record engine would.
func prepare(tx *db.Tx) error {
	create := "CREATE TABLE rec_incident (id TEXT NOT NULL PRIMARY KEY, doc TEXT NOT NULL"
	if tx.Engine() == db.Postgres {
		create += ", words tsvector"
	}
	_, err := tx.Exec(create + ")")
	return err
}

func openFamily(tb testing.TB, dsn string) *db.DB {
	tb.Helper()
	d, err := db.Open(tb.Context(), dsn, db.Options{Timeline: family()})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = d.Close() })
	return d
}

func fill(tb testing.TB, d *db.DB) {
	tb.Helper()
	if err := d.Alone(tb.Context(), prepare); err != nil {
		tb.Fatal(err)
	}
	if err := d.Write(tb.Context(), nil, func(tx *db.Tx) error {
		tx.SetCell("big", 1<<62+1)
		for _, row := range [][]any{{"ä\u2028", int64(1)}, {"B", nil}, {"a\"\\\n\t\x01", int64(-5)}, {"", int64(0)}} {
			if err := tx.Later("INSERT INTO z_parent (id, n) VALUES ($1, $2)", row...); err != nil {
				return err
			}
			for seq, data := range [][]byte{{0, 255, '\n'}, {}, nil} {
				if err := tx.Later("INSERT INTO a_child (parent, seq, data) VALUES ($1, $2, $3)", row[0], seq, data); err != nil {
					return err
				}
			}
		}
		for _, x := range []any{"b", nil, "a", "a"} {
			if err := tx.Later("INSERT INTO loose (x, y) VALUES ($1, $2)", x, 1); err != nil {
				return err
			}
		}
		for _, a := range []string{"2", "10", "1"} {
			if err := tx.Later("INSERT INTO keyed (a) VALUES ($1)", a); err != nil {
				return err
			}
		}
		for i := range 1200 {
			if err := tx.Later("INSERT INTO rec_incident (id, doc) VALUES ($1, $2)", fmt.Sprintf("%06d", 999999-i), strings.Repeat(`{"x":1}`, i%50)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		tb.Fatal(err)
	}
	if d.Engine() == db.SQLite {
		exec(tb, d, "CREATE VIRTUAL TABLE fts_incident USING fts5(doc, content='')", "INSERT INTO fts_incident (rowid, doc) VALUES (1, 'word')")
	}
}

func dump(tb testing.TB, d *db.DB) string {
	tb.Helper()
	var out bytes.Buffer
	if err := d.Dump(tb.Context(), &out, nil); err != nil {
		tb.Fatal(err)
	}
	return out.String()
}

func TestDumpGoesRoundBothEngines(t *testing.T) {
	first := openFamily(t, sqliteDSN(t))
	fill(t, first)
	original := dump(t, first)
	if strings.Contains(original, "fts_") || strings.Contains(original, "goose") {
		t.Error("the dump carries an index or goose's table")
	}
	text := original
	for _, dsn := range []string{pgtest.DSN(t), sqliteDSN(t)} {
		target := openFamily(t, dsn)
		finished := false
		var last int64
		if err := target.Load(t.Context(), strings.NewReader(text), db.LoadOptions{
			Prepare: prepare,
			Finish: func(tx *db.Tx) error {
				n, err := scanInt(tx.QueryRow(tx.Context(), "SELECT count(*) FROM rec_incident"))
				finished = n == 1200
				return err
			},
			Progress: func(done, _ int64) { last = done },
		}); err != nil {
			t.Fatal(err)
		}
		if text = dump(t, target); text != original {
			t.Errorf("%s gives another dump:\n%s", target.Engine(), cmp.Diff(original, text))
		}
		if !finished || last != 1200+4+12+4+3+2+1 {
			t.Errorf("finished %t, progress said %d", finished, last)
		}
		if err := target.Write(t.Context(), nil, func(tx *db.Tx) error {
			if got := tx.AddCell("big", 1); got != 1<<62+2 {
				t.Errorf("the cell is %d after loading", got)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		if err := target.Alone(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec("INSERT INTO a_child (parent, seq) VALUES ('nobody', 1)")
			return err
		}); err == nil {
			t.Error("the foreign key is gone")
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	source := openFamily(t, sqliteDSN(t))
	fill(t, source)
	whole := dump(t, source)
	lines := strings.SplitAfter(whole, "\n")
	without := func(i int) string { return strings.Join(append(append([]string{}, lines[:i]...), lines[i+1:]...), "") }
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d := openFamily(t, dsn)
		empty := dump(t, d)
		cases := []struct{ name, text, want string }{
			{"nothing", "", "cut off"},
			{"something else", "hello\n", "not a dump"},
			{"cut after a line", strings.Join(lines[:len(lines)-2], ""), "cut off"},
			{"cut in a line", whole[:len(whole)/2], "cut off"},
			{"a row is missing", without(3), "damaged"},
			{"a letter changed", strings.Replace(whole, "by the migration", "by the Migration", 1), "altered"},
			{"a row was moved", strings.Replace(whole, lines[2]+lines[3], lines[3]+lines[2], 1), "altered"},
			{"something follows", whole + "x\n", "altered"},
			{"of a newer schema", strings.Replace(whole, `"schema":2`, `"schema":3`, 1), "newer program"},
			{"of a newer format", strings.Replace(whole, `"version":1`, `"version":2`, 1), "format version"},
			{"unknown column", strings.Replace(whole, `["x","y"]`, `["x","why"]`, 1), "column why"},
			{"unknown table", strings.Replace(whole, `"loose"`, `"lost"`, 1), "table lost"},
			{"goose's table", strings.Replace(whole, `"loose"`, `"goose_db_version"`, 1), "damaged"},
			{"a number too big", strings.Replace(whole, `["a",1]`, `["a",99999999999999999999]`, 1), "damaged"},
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				err := d.Load(t.Context(), strings.NewReader(c.text), db.LoadOptions{Prepare: prepare})
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %v, want one with %q", err, c.want)
				}
				if got := dump(t, d); got != empty {
					t.Error("the database was changed")
				}
			})
		}
		t.Run("into a database that is not empty", func(t *testing.T) {
			if err := d.Load(t.Context(), strings.NewReader(whole), db.LoadOptions{Prepare: prepare}); err != nil {
				t.Fatal(err)
			}
			err := d.Load(t.Context(), strings.NewReader(whole), db.LoadOptions{Prepare: prepare})
			if err == nil || !strings.Contains(err.Error(), "not empty") {
				t.Errorf("error %v", err)
			}
		})
	})
}

func TestDumpIsOneMomentWhileOthersWrite(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d := openFamily(t, dsn)
		ctx, cancel := context.WithCancel(t.Context())
		stopped := make(chan error, 1)
		go func() {
			for ctx.Err() == nil {
				if err := d.Write(t.Context(), nil, func(tx *db.Tx) error {
					n := tx.AddCell("n", 1)
					return tx.Later("INSERT INTO z_parent (id, n) VALUES ($1, $2)", fmt.Sprintf("p%06d", n), n)
				}); err != nil {
					stopped <- err
					return
				}
			}
			stopped <- nil
		}()
		for range 5 {
			text := dump(t, d)
			var n int
			if _, after, ok := strings.Cut(text, `["n",`); ok {
				if _, err := fmt.Sscanf(after, "%d]", &n); err != nil {
					t.Error(err)
				}
			}
			if rows := strings.Count(text, `["p`); rows != n {
				t.Errorf("the cell says %d, there are %d rows", n, rows)
			}
		}
		cancel()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
}
