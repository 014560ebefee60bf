package pgtest

import (
	"testing"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// Cluster is a PostgreSQL server of one test, durable like a real one.
type Cluster struct {
	tb testing.TB
	s  *server
}

// NewCluster starts a server with default durability (fsync on), which is removed when the test ends.
func NewCluster(tb testing.TB) *Cluster {
	tb.Helper()
	s, err := newServer(true, false)
	if err != nil {
		tb.Fatal(err)
	}
	c := &Cluster{tb, s}
	tb.Cleanup(func() {
		if err := s.stop(); err != nil {
			tb.Errorf("stop PostgreSQL: %v", err)
		}
		if err := s.remove(); err != nil {
			tb.Errorf("remove PostgreSQL: %v", err)
		}
	})
	c.Start()
	return c
}

// Start starts the server and returns when it answers.
func (c *Cluster) Start() {
	c.tb.Helper()
	if err := c.s.start(); err != nil {
		c.tb.Fatal(err)
	}
}

// Kill ends the server with SIGKILL, as a crash does.
func (c *Cluster) Kill() {
	c.tb.Helper()
	if err := c.s.kill(); err != nil {
		c.tb.Fatal(err)
	}
}

// Restart kills the server and starts it again on the same data.
func (c *Cluster) Restart() {
	c.tb.Helper()
	c.Kill()
	c.Start()
}

// DSN returns the DSN of the database called name, which is made when it is missing; "postgres" is always there.
func (c *Cluster) DSN(name string) string {
	c.tb.Helper()
	dsn := c.s.dsn(name)
	probe, err := db.Open(c.tb.Context(), dsn, db.Options{})
	if err == nil {
		err = probe.Close()
	} else {
		_, err = db.Create(c.tb.Context(), c.s.dsn("postgres"), name)
	}
	if err != nil {
		c.tb.Fatal(err)
	}
	return dsn
}
