package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

func TestPostgresIsKilledAndComesBack(t *testing.T) {
	c := pgtest.NewCluster(t)
	ctx := context.WithoutCancel(t.Context())
	outage := c.DSN("outage")
	d := open(t, outage, db.Options{})
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				id := fmt.Sprintf("w%d-%06d", w, i)
				err := d.Write(ctx, nil, put(id))
				switch {
				case err == nil:
					mu.Lock()
					acknowledged[id] = true
					mu.Unlock()
				case !fault.Is(err, fault.Unavailable) || !db.IsUnavailable(err):
					t.Errorf("error %v, want Unavailable", err)
					return
				}
			}
		})
	}
	written := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(acknowledged)
	}
	await := func(n int) {
		deadline := time.After(30 * time.Second)
		for tick := time.Tick(5 * time.Millisecond); written() < n; {
			select {
			case <-tick:
			case <-deadline:
				t.Fatal("writes do not go on")
			}
		}
	}
	await(100)
	c.Kill()
	if err := d.Ping(ctx); !fault.Is(err, fault.Unavailable) {
		t.Errorf("ping: %v, want Unavailable", err)
	}
	if _, err := d.Query(ctx, "SELECT 1"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("query: %v, want Unavailable", err)
	}
	if _, err := scanInt(d.QueryRow(ctx, "SELECT 1")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("query row: %v, want Unavailable", err)
	}
	if err := d.View(ctx, func(db.Reader) error { return nil }); !fault.Is(err, fault.Unavailable) {
		t.Errorf("view: %v, want Unavailable", err)
	}
	if _, err := db.Open(ctx, outage, db.Options{}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("open: %v, want Unavailable", err)
	}
	c.Start()
	await(written() + 100)
	close(stop)
	wg.Wait()
	there := map[string]bool{}
	for _, id := range notes(t, d) {
		there[id] = true
	}
	for id := range acknowledged {
		if !there[id] {
			t.Errorf("%s was acknowledged and is lost", id)
		}
	}
}

func TestBackendsTerminatedMidGroup(t *testing.T) {
	dsn := pgtest.DSN(t)
	d, other := open(t, dsn, db.Options{}), open(t, dsn, db.Options{})
	tries := 0
	errs := asGroup(t, d,
		write{nil, put("a")},
		write{nil, func(tx *db.Tx) error {
			if tries++; tries > 1 {
				return put("b")(tx)
			}
			pid, err := scanInt(tx.QueryRow(tx.Context(), "SELECT pg_backend_pid()"))
			if err != nil {
				return err
			}
			_, err = scanInt(other.QueryRow(tx.Context(), "SELECT count(*) FROM (SELECT pg_terminate_backend($1::int, 5000)) AS t", pid))
			return errors.Join(err, put("b")(tx))
		}},
		write{nil, put("c")})
	// The connection broke during the last batch, with the commit in it: nobody may be run again blindly.
	for _, err := range errs {
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("error %v, want Unavailable", err)
		}
	}
	wantNotes(t, d)
	if err := d.Write(t.Context(), nil, put("d")); err != nil {
		t.Error(err)
	}
	wantNotes(t, d, "d")
}
