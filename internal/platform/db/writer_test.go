package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

var errRefused = errors.New("refused")

func refuse(*db.Tx) error { return errRefused }

// broken is a member whose statement the engine refuses.
func broken(tx *db.Tx) error { return tx.Later(insertNote, "broken", nil) }

func TestMembersShareATransaction(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		var tr trace
		d := open(t, dsn, db.Options{Trace: tr.see})
		before := tr.count("COMMIT")
		for _, err := range asGroup(t, d, write{nil, put("a")}, write{nil, put("b")}, write{nil, put("c")}) {
			if err != nil {
				t.Error(err)
			}
		}
		if n := tr.count("COMMIT") - before; n != 2 { // the holding one and the group
			t.Errorf("%d commits, want 2", n)
		}
		wantNotes(t, d, "a", "b", "c")
	})
}

func TestMemberFailsAlone(t *testing.T) {
	cases := []struct {
		name  string
		one   write
		want  string // in its error
		whole bool   // the group commits once, nobody runs again
	}{
		{"refused by check", write{refuse, put("bad")}, "refused", true},
		{"refused by apply before it wrote", write{nil, refuse}, "refused", true},
		{"error after it wrote undoes the group", write{nil, func(tx *db.Tx) error {
			return errors.Join(put("bad")(tx), errRefused)
		}}, "refused", false},
		{"error after it set a cell undoes the group", write{nil, func(tx *db.Tx) error {
			tx.AddCell("n", 5)
			return errRefused
		}}, "refused", false},
		{"queued statement fails", write{nil, broken}, "note", false},
		{"statement fails and the member looks away", write{nil, func(tx *db.Tx) error {
			_, _ = tx.Exec("INSERT INTO note (id, body) VALUES ('x', NULL)")
			return nil
		}}, "note", false},
		{"query in the check fails, seen only by Scan", write{func(tx *db.Tx) error {
			_, _ = scanInt(tx.QueryRow(tx.Context(), "SELECT no_such_column FROM note"))
			return nil
		}, put("bad")}, "no_such_column", false},
		{"panic in check", write{func(*db.Tx) error { panic("oops") }, nil}, "oops", false},
		{"panic in apply after writing", write{nil, func(tx *db.Tx) error {
			_ = put("bad")(tx)
			panic("oops")
		}}, "oops", false},
		{"hook fails", write{nil, func(tx *db.Tx) error {
			tx.BeforeCommit("key", refuse)
			return put("bad")(tx)
		}}, "refused", false},
		{"check queues a statement", write{put("bad"), nil}, "must not write", true},
		{"check sets a cell", write{func(tx *db.Tx) error { tx.SetCell("n", 7); return nil }, nil}, "must not write", true},
		{"check inserts with a query", write{func(tx *db.Tx) error {
			rows, err := tx.Query(tx.Context(), "INSERT INTO note (id, body) VALUES ('bad', '') RETURNING id")
			if err == nil {
				err = rows.Close()
			}
			return err
		}, nil}, "must not write", true},
	}
	pgtest.Each(t, func(t *testing.T, dsn string) {
		var tr trace
		d := open(t, dsn, db.Options{Trace: tr.see})
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				before := tr.count("COMMIT")
				var cell int64
				bump := func(id string) func(*db.Tx) error {
					return func(tx *db.Tx) error {
						cell = tx.AddCell("n", 1)
						return put(id)(tx)
					}
				}
				errs := asGroup(t, d, write{nil, bump("first")}, c.one, write{nil, bump("last")})
				if errs[0] != nil || errs[2] != nil {
					t.Errorf("the others: %v, %v", errs[0], errs[2])
				}
				if errs[1] == nil || !strings.Contains(errs[1].Error(), c.want) {
					t.Errorf("error %v, want one with %q", errs[1], c.want)
				}
				wantNotes(t, d, "first", "last")
				if n := tr.count("COMMIT") - before - 1; (n == 1) != c.whole { // one is the holding one's
					t.Errorf("%d commits", n)
				}
				if cell%2 != 0 {
					t.Errorf("cell %d counts something that was undone", cell)
				}
				if err := d.Alone(t.Context(), func(tx *db.Tx) error {
					_, err := tx.Exec("DELETE FROM note")
					return err
				}); err != nil {
					t.Fatal(err)
				}
			})
		}
	})
}

// TestAGroupDoesNotWaitForThoseWhoStayAway has a few write after a group of many, when nobody else comes.
func TestAGroupDoesNotWaitForThoseWhoStayAway(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn, db.Options{})
		var wg sync.WaitGroup
		write := func(before func(), names ...string) {
			for _, name := range names {
				wg.Go(func() {
					err := d.Write(t.Context(), nil, func(tx *db.Tx) error {
						if before != nil {
							before()
						}
						return tx.Later(insertNote, name, "")
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
		}
		const rounds = 3
		for round := range rounds {
			many, few := ids(fmt.Sprint("many", round), 24), ids(fmt.Sprint("few", round), 2)
			// The first one holds the writer until many wait, the first of the many until a few do.
			started, once := make(chan struct{}), sync.Once{}
			write(func() {
				close(started)
				db.AwaitQueue(d, len(many))
			}, fmt.Sprint("first", round))
			<-started
			write(func() {
				once.Do(func() {
					write(nil, few...)
					db.AwaitQueue(d, len(few))
				})
			}, many...)
			wg.Wait()
		}
		if n := len(notes(t, d)); n != rounds*(1+24+2) {
			t.Errorf("%d notes", n)
		}
	})
}

func TestLaterMemberSeesEarlierOne(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn, db.Options{})
		unique := func(tx *db.Tx) error {
			n, err := scanInt(tx.QueryRow(tx.Context(), "SELECT count(*) FROM note WHERE id = $1", "same"))
			if err != nil || n == 0 {
				return err
			}
			return errRefused
		}
		errs := asGroup(t, d, write{unique, put("same")}, write{unique, put("same")})
		if errs[0] != nil || !errors.Is(errs[1], errRefused) {
			t.Errorf("errors %v, want the second refused", errs)
		}
	})
}

func TestPeekSeesWhatAnEarlierMemberClaimed(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn, db.Options{})
		peek := func(claim bool, got *int64) write {
			return write{func(tx *db.Tx) (err error) {
				if claim {
					if err := tx.Claim("note/a"); err != nil {
						return err
					}
				}
				*got, err = scanInt(tx.Peek("SELECT count(*) FROM note WHERE id = $1", "a"))
				return err
			}, nil}
		}
		claimed := func(tx *db.Tx) error { return errors.Join(tx.Claim("note/a"), put("a")(tx)) }
		var without, with int64
		for _, err := range asGroup(t, d, write{nil, claimed}, peek(false, &without), peek(true, &with)) {
			if err != nil {
				t.Error(err)
			}
		}
		if with != 1 {
			t.Errorf("after Claim Peek saw %d rows, want 1", with)
		}
		if d.Engine() == db.Postgres && without != 0 {
			t.Errorf("Peek alone saw %d rows: it sent what was queued", without)
		}
	})
}

func TestLocalAndHookBelongToTheGroup(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn, db.Options{})
		type key struct{}
		var made, ran int
		count := func(tx *db.Tx) error {
			v, err := tx.Local(key{}, func(*db.Tx) (any, error) { made++; return new(int), nil })
			if err != nil {
				return err
			}
			n := v.(*int)
			*n++
			tx.BeforeCommit(key{}, func(tx *db.Tx) error { ran++; tx.AddCell("sum", int64(*n)); return nil })
			return nil
		}
		for range 2 {
			for _, err := range asGroup(t, d, write{nil, count}, write{nil, count}, write{nil, count}) {
				if err != nil {
					t.Error(err)
				}
			}
		}
		sum, err := scanInt(d.QueryRow(t.Context(), "SELECT value FROM cell WHERE name = 'sum'"))
		if err != nil || made != 2 || ran != 2 || sum != 6 {
			t.Errorf("made %d, ran %d, sum %d, %v; want 2, 2, 6", made, ran, sum, err)
		}
	})
}

func TestWhatFollowsACommit(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn, db.Options{})
		var followed []string
		follow := func(body, key string, end error) write {
			return write{nil, func(tx *db.Tx) error {
				tx.AfterCommit(key, func() { followed = append(followed, body) })
				return errors.Join(put(body)(tx), end)
			}}
		}
		for _, err := range asGroup(t, d, follow("a", "one", nil), follow("b", "one", nil), follow("c", "two", nil)) {
			if err != nil {
				t.Error(err)
			}
		}
		if got := strings.Join(followed, " "); got != "a c" { // once for each key
			t.Errorf("%q followed", got)
		}
		followed = nil
		asGroup(t, d, follow("bad", "bad", errRefused), follow("d", "good", nil)) // the group is undone, each runs alone
		if got := strings.Join(followed, " "); got != "d" {
			t.Errorf("%q followed", got)
		}
		asGroup(t, d, write{nil, func(tx *db.Tx) error {
			tx.AfterCommit("panic", func() { panic("too late") })
			return put("e")(tx)
		}})
		wantNotes(t, d, "a", "b", "c", "d", "e")
	})
}

func TestCellsAreExactUnderConcurrentWriters(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		handles := []*db.DB{open(t, dsn, db.Options{})}
		if handles[0].Engine() == db.Postgres { // a second replica
			handles = append(handles, open(t, dsn, db.Options{}))
		}
		const writers, each = 64, 10
		var mu sync.Mutex
		given := map[int64]bool{}
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for range each {
					var n int64
					err := handles[w%len(handles)].Write(t.Context(), nil, func(tx *db.Tx) error {
						n = tx.AddCell("number", 1)
						return nil
					})
					mu.Lock()
					if err != nil || given[n] {
						t.Errorf("number %d given twice, or %v", n, err)
					}
					given[n] = true
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if n, err := scanInt(handles[0].QueryRow(t.Context(), "SELECT value FROM cell WHERE name = 'number'")); err != nil || n != writers*each {
			t.Errorf("number is %d, %v; want %d", n, err, writers*each)
		}
	})
}

func TestForgottenRowsAreClosed(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn, db.Options{})
		if err := d.Write(t.Context(), nil, put("a")); err != nil {
			t.Fatal(err)
		}
		forget := func(r db.Reader) error {
			_ = r.QueryRow(t.Context(), "SELECT id FROM note")
			return nil
		}
		forgetRows := func(r db.Reader) error {
			_, err := r.Query(t.Context(), "SELECT id FROM note") // and closes nothing
			return err
		}
		for range 5 {
			for _, f := range []func(db.Reader) error{forget, forgetRows} {
				if err := d.Write(t.Context(), func(tx *db.Tx) error { return f(tx) }, nil); err != nil {
					t.Error(err)
				}
				if err := d.View(t.Context(), f); err != nil {
					t.Error(err)
				}
			}
		}
		wantNotes(t, d, "a")
	})
}

func TestQueue(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn, db.Options{})
		t.Run("a full one refuses with Unavailable", func(t *testing.T) {
			h := hold(t, d)
			var wg sync.WaitGroup
			for range db.QueueCapacity {
				wg.Go(func() {
					if err := d.Write(t.Context(), nil, func(tx *db.Tx) error { tx.AddCell("q", 1); return nil }); err != nil {
						t.Error(err)
					}
				})
			}
			db.AwaitQueue(d, db.QueueCapacity)
			if err := d.Write(t.Context(), nil, put("x")); !fault.Is(err, fault.Unavailable) {
				t.Errorf("error %v, want Unavailable", err)
			}
			h.release()
			wg.Wait()
			<-h.done
			if n, err := scanInt(d.QueryRow(t.Context(), "SELECT value FROM cell WHERE name = 'q'")); err != nil || n != db.QueueCapacity {
				t.Errorf("%d of those that waited were done, %v", n, err)
			}
		})
		t.Run("who leaves before his turn is skipped", func(t *testing.T) {
			h := hold(t, d)
			ctx, cancel := context.WithCancel(t.Context())
			left := make(chan error, 1)
			go func() { left <- d.Write(ctx, nil, put("left")) }()
			db.AwaitQueue(d, 1)
			cancel()
			if err := <-left; !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
			h.release()
			<-h.done
			wantNotes(t, d)
		})
		t.Run("who leaves after his start is answered", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			if err := d.Write(ctx, nil, func(tx *db.Tx) error {
				cancel()
				return errors.Join(tx.Context().Err(), put("stays")(tx))
			}); err != nil {
				t.Error(err)
			}
			wantNotes(t, d, "stays")
		})
		t.Run("a write inside a write is refused", func(t *testing.T) {
			err := d.Write(t.Context(), func(tx *db.Tx) error { return d.Write(tx.Context(), nil, put("x")) }, nil)
			if err == nil || !strings.Contains(err.Error(), "inside") {
				t.Errorf("error %v", err)
			}
		})
	})
}

func TestCloseFinishesWhatWaits(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn, db.Options{})
		h := hold(t, d)
		want := ids("n", 20)
		errs := make(chan error, len(want))
		for _, id := range want {
			go func() { errs <- d.Write(t.Context(), nil, put(id)) }()
		}
		db.AwaitQueue(d, len(want))
		closed := make(chan error, 1)
		go func() { closed <- d.Close() }()
		h.release()
		for range want {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if err := errors.Join(<-closed, <-h.done); err != nil {
			t.Error(err)
		}
		if err := d.Write(t.Context(), nil, put("late")); !fault.Is(err, fault.Unavailable) {
			t.Errorf("error %v, want Unavailable", err)
		}
		wantNotes(t, open(t, dsn, db.Options{}), want...)
	})
}

func TestAnsweredOnlyAfterTheCommit(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn, db.Options{})
		other := d
		if d.Engine() == db.Postgres {
			other = open(t, dsn, db.Options{})
		}
		var wg sync.WaitGroup
		for _, id := range ids("n", 100) {
			wg.Go(func() {
				if err := d.Write(t.Context(), nil, put(id)); err != nil {
					t.Error(err)
				}
				var one int
				if err := other.QueryRow(t.Context(), "SELECT 1 FROM note WHERE id = $1", id).Scan(&one); errors.Is(err, sql.ErrNoRows) {
					t.Errorf("%s was acknowledged and cannot be read", id)
				} else if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}

func TestViewIsASnapshot(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn, db.Options{})
		transfer := func(tx *db.Tx) error { tx.AddCell("a", -1); tx.AddCell("b", 1); return nil }
		stop := make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					if err := d.Write(t.Context(), nil, transfer); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
		for range 50 {
			if err := d.View(t.Context(), func(r db.Reader) error {
				var sum int64
				for _, name := range []string{"a", "b"} {
					n, err := scanInt(r.QueryRow(t.Context(), "SELECT coalesce(sum(value), 0) FROM cell WHERE name = $1", name))
					if err != nil {
						return err
					}
					sum += n
				}
				if sum != 0 {
					t.Errorf("a and b sum to %d: the view changed underway", sum)
				}
				return nil
			}); err != nil {
				t.Error(err)
			}
		}
		close(stop)
		wg.Wait()
	})
}

func TestReadingCannotWrite(t *testing.T) {
	d := open(t, sqliteDSN(t), db.Options{})
	rows, err := d.Query(t.Context(), "INSERT INTO note (id, body) VALUES ('x', '') RETURNING id")
	if err == nil {
		rows.Close()
		t.Error("a reader wrote")
	}
}
