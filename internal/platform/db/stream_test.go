package db_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// puts is members, of whom many make their statements travel in several pieces.
func puts(names []string) []write {
	out := make([]write, len(names))
	for i, id := range names {
		out[i] = write{nil, put(id)}
	}
	return out
}

func TestPieceSentAheadFailsItsMemberAlone(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn, db.Options{})
		names := ids("n", 100)
		for _, bad := range []int{0, 3, 50, 99} {
			t.Run(fmt.Sprint("member ", bad), func(t *testing.T) {
				writes := puts(names)
				writes[bad].apply = broken
				for i, err := range asGroup(t, d, writes...) {
					if (err != nil) != (i == bad) {
						t.Errorf("member %d: %v", i, err)
					}
				}
				wantNotes(t, d, slices.Delete(slices.Clone(names), bad, bad+1)...)
				exec(t, d, "DELETE FROM note")
			})
		}
	})
}

func TestMemberReadsWhatWasSentAhead(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn, db.Options{})
		var queried, peeked int64
		writes := puts(ids("n", 90))
		writes[40].check = func(tx *db.Tx) (err error) {
			queried, err = scanInt(tx.QueryRow(tx.Context(), "SELECT count(*) FROM note"))
			return err
		}
		writes[80].check = func(tx *db.Tx) (err error) {
			peeked, err = scanInt(tx.Peek("SELECT count(*) FROM note WHERE id = 'n000'"))
			return err
		}
		for _, err := range asGroup(t, d, writes...) {
			if err != nil {
				t.Error(err)
			}
		}
		if queried != 40 || peeked != 1 {
			t.Errorf("the query saw %d, the peek %d; want 40 and 1", queried, peeked)
		}
		if n := len(notes(t, d)); n != 90 {
			t.Errorf("%d notes, want 90", n)
		}
	})
}

func TestCommitBeginsTheNextGroup(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn, db.Options{})
		bump := func(tx *db.Tx) error {
			tx.AddCell("n", 1)
			return nil
		}
		const members, alone = 600, 20 // several groups, and what runs alone in between
		writes := slices.Repeat([]write{{nil, bump}}, members)
		single := make(chan error, alone)
		for range alone {
			go func() { single <- d.Alone(t.Context(), bump) }()
		}
		failed := errors.Join(asGroup(t, d, writes...)...)
		for range alone {
			failed = errors.Join(failed, <-single)
		}
		var n int64
		failed = errors.Join(failed, d.Write(t.Context(), func(tx *db.Tx) error {
			n = tx.Cell("n")
			return nil
		}, nil))
		if failed != nil || n != members+alone {
			t.Errorf("cell %d, %v; want %d", n, failed, members+alone)
		}
	})
}

func TestGroupBegunForThoseWhoLeftIsUndone(t *testing.T) {
	dsn := pgtest.DSN(t)
	d, other := open(t, dsn, db.Options{}), open(t, dsn, db.Options{})
	if err := d.Write(t.Context(), nil, put("a")); err != nil { // the connection has prepared what a group begins with
		t.Fatal(err)
	}
	h := hold(t, d)
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() { left <- d.Write(ctx, nil, put("b")) }()
	db.AwaitQueue(d, 1)
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want Canceled", err)
	}
	h.release()
	if err := <-h.done; err != nil {
		t.Fatal(err)
	}
	if err := other.Write(t.Context(), nil, put("c")); err != nil { // it would wait for the lock of a group left open
		t.Fatal(err)
	}
	wantNotes(t, d, "a", "c")
}

func TestConnectionLostBeforeTheCommitLosesNobody(t *testing.T) {
	dsn := pgtest.DSN(t)
	d, other := open(t, dsn, db.Options{}), open(t, dsn, db.Options{})
	names, tries := ids("n", 100), 0
	writes := puts(names)
	writes[10].check = func(tx *db.Tx) error {
		if tries++; tries > 1 {
			return nil
		}
		pid, err := scanInt(tx.QueryRow(tx.Context(), "SELECT pg_backend_pid()"))
		if err == nil {
			_, err = scanInt(other.QueryRow(tx.Context(), "SELECT count(*) FROM (SELECT pg_terminate_backend($1::int, 5000)) AS t", pid))
		}
		return err
	}
	writes[90].check = func(tx *db.Tx) error { // before the commit is sent somebody hears of it
		_, _ = scanInt(tx.Peek("SELECT 1"))
		return nil
	}
	for i, err := range asGroup(t, d, writes...) {
		if err != nil {
			t.Errorf("member %d: %v", i, err)
		}
	}
	if tries != 2 {
		t.Errorf("%d tries, want 2", tries)
	}
	wantNotes(t, d, names...)
}

func TestMoreTextsThanAConnectionKeepsPrepared(t *testing.T) {
	d := open(t, pgtest.DSN(t), db.Options{})
	names := ids("n", db.PreparedKept+50)
	for range 2 {
		if err := d.Write(t.Context(), nil, func(tx *db.Tx) error {
			for i, id := range names {
				if err := tx.Later(fmt.Sprintf("INSERT INTO note (id, body) VALUES ($1, $2 || '%d')", i), id, "x"); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		wantNotes(t, d, names...)
		exec(t, d, "DELETE FROM note")
	}
}

func TestPlanThatChangedIsPreparedAnew(t *testing.T) {
	d := open(t, pgtest.DSN(t), db.Options{})
	exec(t, d, "CREATE TABLE changing (a INTEGER)")
	add := func(v any) error {
		return d.Write(t.Context(), nil, func(tx *db.Tx) error { return tx.Later("INSERT INTO changing (a) VALUES ($1)", v) })
	}
	if err := add(int64(1)); err != nil {
		t.Fatal(err)
	}
	exec(t, d, "ALTER TABLE changing ALTER COLUMN a TYPE TEXT")
	if add("one") == nil {
		return
	}
	if err := add("one"); err != nil { // at the latest now
		t.Error(err)
	}
}

func TestLexemesTravelInBothForms(t *testing.T) {
	for _, mode := range []string{"", "exec", "describe_exec", "simple_protocol"} {
		t.Run("mode "+mode, func(t *testing.T) {
			dsn := pgtest.DSN(t)
			if mode != "" {
				u, err := url.Parse(dsn)
				if err != nil {
					t.Fatal(err)
				}
				q := u.Query()
				q.Set("default_query_exec_mode", mode)
				u.RawQuery = q.Encode()
				dsn = u.String()
			}
			d := open(t, dsn, db.Options{})
			exec(t, d, "CREATE TABLE lexed (words TSVECTOR)")
			for _, words := range []db.Lexemes{{"b", "a@x.de", "ä-ö"}, {}} {
				if err := d.Write(t.Context(), nil, func(tx *db.Tx) error {
					return tx.Later("INSERT INTO lexed (words) VALUES ($1::tsvector)", words)
				}); err != nil {
					t.Fatal(err)
				}
			}
			n, err := scanInt(d.QueryRow(t.Context(), `SELECT count(*) FROM lexed WHERE words = $$'b' 'a@x.de' 'ä-ö'$$::tsvector OR words = $$$$::tsvector`))
			if err != nil || n != 2 {
				t.Errorf("%d rows have their words, %v; want 2", n, err)
			}
		})
	}
}
