// Package pgtest gives tests fresh databases on a real PostgreSQL 15.
//
// DSN makes one on a server shared by the test process: the one PROVOST_TEST_POSTGRES names, or one started at first
// use in a temporary folder. NewCluster starts a server of the test's own, for tests that kill and restart it. Servers
// listen on a Unix socket only and end with the test process, however that ends. As root, which PostgreSQL refuses,
// they run as the user postgres or nobody. Where PostgreSQL is not installed, tests fail and say how to install it.
package pgtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// ServerVariable names the environment variable with the DSN of a server to use instead of starting one. Its role must
// be allowed to create databases.
const ServerVariable = "PROVOST_TEST_POSTGRES"

// shared is the server of this process. It is not durable: nothing in it outlives the process.
var shared = sync.OnceValues(func() (*target, error) {
	if dsn := os.Getenv(ServerVariable); dsn != "" {
		return &target{admin: dsn}, nil
	}
	s, err := newServer(false, true)
	if err != nil {
		return nil, err
	}
	if err := s.start(); err != nil {
		return nil, err
	}
	return &target{s.dsn("postgres"), s}, nil
})

// EnginesVariable names the environment variable that, set to "sqlite", has tests of both engines run on SQLite alone: for a pass that
// looks at something else than the engines, beside one that looks at both.
const EnginesVariable = "PROVOST_TEST_ENGINES"

// Both reports whether tests of both engines run on both.
func Both() bool { return os.Getenv(EnginesVariable) != "sqlite" }

// target is where fresh databases are made.
type target struct {
	admin string
	own   *server // kept reachable: with its pipe collected, the watchdog would stop it
}

// DSN returns the DSN of a fresh, empty database with UTF-8 text ordered by bytes, which is dropped when the test ends.
// Its role may create databases beside it.
func DSN(tb testing.TB) string {
	tb.Helper()
	at, err := shared()
	if err != nil {
		tb.Fatal(err)
	}
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	dsn, err := db.Create(tb.Context(), at.admin, "test_"+hex.EncodeToString(random[:]))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Drop(context.Background(), dsn); err != nil { // the test's own context has ended
			tb.Errorf("drop test database: %v", err)
		}
	})
	return dsn
}

// Each runs fn on both engines, as subtests "sqlite" and "postgres", each with the DSN of a fresh database.
func Each(t *testing.T, fn func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db")) })
	if Both() {
		t.Run("postgres", func(t *testing.T) { fn(t, DSN(t)) })
	}
}
