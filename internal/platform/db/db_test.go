package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/provost-itsm/provost/internal/platform/db"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// trace collects the statements a database sees.
type trace struct {
	mu   sync.Mutex
	seen []string
}

func (t *trace) see(query string, _ []any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen = append(t.seen, query)
}

func (t *trace) count(query string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, q := range t.seen {
		if q == query {
			n++
		}
	}
	return n
}

// open opens a database at the tenant's first migrations with a table note (id, text).
func open(tb testing.TB, dsn string, o db.Options) *db.DB {
	tb.Helper()
	if o.Timeline == nil {
		o.Timeline = coreTimeline()
	}
	d, err := db.Open(tb.Context(), dsn, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := d.Close(); err != nil {
			tb.Error(err)
		}
	})
	if err := d.Alone(tb.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec("CREATE TABLE IF NOT EXISTS note (id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL)")
		return err
	}); err != nil {
		tb.Fatal(err)
	}
	return d
}

const insertNote = "INSERT INTO note (id, body) VALUES ($1, $2)"

// put writes a note the plain way.
func put(id string) func(*db.Tx) error {
	return func(tx *db.Tx) error { return tx.Later(insertNote, id, "text of "+id) }
}

// notes lists the ids.
func notes(tb testing.TB, r db.Reader) []string {
	tb.Helper()
	rows, err := r.Query(context.WithoutCancel(tb.Context()), "SELECT id FROM note ORDER BY id")
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			tb.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return ids
}

func wantNotes(tb testing.TB, r db.Reader, want ...string) {
	tb.Helper()
	if got := notes(tb, r); !slices.Equal(got, want) {
		tb.Errorf("notes %v, want %v", got, want)
	}
}

// held stops the writer inside a member of its own, so that what is submitted meanwhile forms one group.
type held struct {
	release func()
	done    chan error
}

func hold(tb testing.TB, d *db.DB) held {
	tb.Helper()
	inside, leave := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- d.Alone(context.WithoutCancel(tb.Context()), func(*db.Tx) error {
			close(inside)
			<-leave
			return nil
		})
	}()
	select {
	case <-inside:
	case err := <-done:
		tb.Fatalf("the writer could not be held: %v", err)
	}
	return held{sync.OnceFunc(func() { close(leave) }), done}
}

// write is the arguments of one Write.
type write struct{ check, apply func(*db.Tx) error }

// asGroup submits writes so that they form one group in this order, and returns their errors.
func asGroup(tb testing.TB, d *db.DB, writes ...write) []error {
	tb.Helper()
	h := hold(tb, d)
	errs := make([]error, len(writes))
	var wg sync.WaitGroup
	for i, w := range writes {
		waiting := db.QueueLength(d)
		wg.Go(func() { errs[i] = d.Write(tb.Context(), w.check, w.apply) })
		db.AwaitQueue(d, waiting+1)
	}
	h.release()
	wg.Wait()
	if err := <-h.done; err != nil {
		tb.Fatal(err)
	}
	return errs
}

func sqliteDSN(tb testing.TB) string { return "sqlite:" + filepath.Join(tb.TempDir(), "test.db") }

func scanInt(row *sql.Row) (n int64, err error) {
	err = row.Scan(&n)
	return n, err
}

func ids(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s%03d", prefix, i)
	}
	return out
}
