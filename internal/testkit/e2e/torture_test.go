package e2e_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// rounds is how often to kill.
func rounds(t *testing.T) int {
	t.Helper()
	if text := os.Getenv("PROVOST_TORTURE_ROUNDS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			t.Fatalf("PROVOST_TORTURE_ROUNDS=%s is no number of rounds", text)
		}
		return n
	}
	if os.Getenv("CI") != "" {
		return 5
	}
	return 2
}

// chance returns the source of the choices of a test.
func chance(t *testing.T) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	if text := os.Getenv("PROVOST_TORTURE_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("PROVOST_TORTURE_SEED: %v", err)
		}
	}
	t.Logf("PROVOST_TORTURE_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// acknowledged is the least value a record may have when everything has come to rest.
func acknowledged(e *entry) int64 { return e.acknowledged.Load() }

// TestTortureTheProgramIsKilled kills the program while 64 clients write, and starts it again on the same data.
func TestTortureTheProgramIsKilled(t *testing.T) {
	t.Parallel()
	for engine, dsn := range map[string]func(t *testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return pgtest.NewCluster(t).DSN("control") },
	} {
		t.Run(engine, func(t *testing.T) {
			random := chance(t)
			s := testkit.Start(t, testkit.Options{DSN: dsn(t)})
			c := client{Server: s, key: s.Key(t, "Admin")}
			l := newLedger()
			for round := range rounds(t) {
				w := l.begin(t, s, c.key, random)
				await(t, "writes are acknowledged", w.after(100+random.Int64N(900), &w.writes))
				w.broken.Store(true)
				s.Kill(t)
				w.end()
				s.Restart(t)
				l.verify(t, c, l.known(), acknowledged, random)
				healthy(t, s, "default", l.writes.Load())
				if t.Failed() {
					t.Fatalf("round %d, after %d records and %d writes; the server said:\n%s", round+1, len(l.records), l.writes.Load(), s.Log())
				}
				t.Logf("round %d: %d records, %d acknowledged writes", round+1, len(l.records), l.writes.Load())
			}
		})
	}
}

// TestTorturePostgresIsKilled kills PostgreSQL while 64 clients write and others read, and starts it again. The program goes on
// without a restart; while the database is away it says so.
func TestTorturePostgresIsKilled(t *testing.T) {
	t.Parallel()
	random := chance(t)
	cluster := pgtest.NewCluster(t)
	s := testkit.Start(t, testkit.Options{DSN: cluster.DSN("control")})
	c := client{Server: s, key: s.Key(t, "Admin")}
	pid := s.PID()
	l := newLedger()
	for round := range rounds(t) {
		unused := s.Key(t, "Admin") // nothing in memory tells the program whether it counts
		w := l.begin(t, s, c.key, random)
		await(t, "writes are acknowledged", w.after(100+random.Int64N(900), &w.writes))
		sure := l.known()
		reading, stopReading := context.WithCancel(t.Context())
		readers, choices := make(chan struct{}), rand.New(rand.NewPCG(random.Uint64(), 1))
		go func() { defer close(readers); readOn(reading, t, c, sure, choices) }()
		w.outage.Store(true)
		refused := w.after(writers, &w.refused)
		cluster.Kill()
		await(t, "requests are refused", refused)
		for what, key := range map[string]string{"a key in use": c.key, "a key never used before": unused} {
			a := s.Ask(t, http.MethodGet, incidents+"?$top=1", "rest_api_key="+key, "")
			if a.Status != http.StatusServiceUnavailable || a.JSON()["code"] != "ISM_5003" || a.Header.Get("Retry-After") == "" {
				t.Errorf("%s without a database: %d %.300s, Retry-After %q", what, a.Status, a.Body, a.Header.Get("Retry-After"))
			}
		}
		cluster.Start()
		await(t, "writes go on", w.after(200, &w.writes))
		w.end()
		stopReading()
		<-readers
		if a := s.Ask(t, http.MethodGet, incidents+"?$top=1", "rest_api_key="+unused, ""); a.Status != http.StatusOK {
			t.Errorf("a key never used before, after the outage: %d %.300s", a.Status, a.Body)
		}
		l.verify(t, c, l.known(), acknowledged, random)
		healthy(t, s, "default", l.writes.Load())
		if t.Failed() {
			t.Fatalf("round %d, after %d records and %d writes; the server said:\n%s", round+1, len(l.records), l.writes.Load(), s.Log())
		}
		t.Logf("round %d: %d records, %d acknowledged writes", round+1, len(l.records), l.writes.Load())
	}
	if s.PID() != pid {
		t.Error("the program did not live through it")
	}
}

// readOn reads records that are there until ctx ends. An answer is right, or says that the database is away.
func readOn(ctx context.Context, t *testing.T, c client, sure []*entry, random *rand.Rand) {
	for ctx.Err() == nil {
		e := sure[random.IntN(len(sure))]
		path := []string{
			incidents + "('" + e.recID + "')?$select=RecId",
			incidents + "?$select=RecId&$filter=IncidentNumber eq " + strconv.FormatInt(e.number, 10),
			incidents + "?$select=RecId&$search=" + e.word,
		}[random.IntN(3)]
		a, err := c.Request(http.MethodGet, path, map[string]string{"Authorization": "rest_api_key=" + c.key}, "")
		if err != nil {
			t.Errorf("GET %s: %v", path, err)
			return
		}
		found := a.JSON()
		if rows := a.Rows(); len(rows) == 1 {
			found = rows[0]
		}
		switch {
		case a.Status == http.StatusOK && found["RecId"] == e.recID:
		case a.Status == http.StatusServiceUnavailable && found["code"] == "ISM_5003":
		default:
			t.Errorf("GET %s: %d %.300s, want record %s or 503", path, a.Status, a.Body, e.recID)
			return
		}
	}
}
