package db_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// benchEngines runs fn on both engines with their durable settings.
func benchEngines(b *testing.B, fn func(b *testing.B, d *db.DB)) {
	run := func(dsn func(*testing.B) string) func(*testing.B) {
		return func(b *testing.B) {
			d := open(b, dsn(b), db.Options{})
			exec(b, d,
				`CREATE TABLE rec_bench (id TEXT NOT NULL, number BIGINT NOT NULL, owner TEXT NOT NULL, status TEXT NOT NULL, team TEXT NOT NULL,
					priority BIGINT NOT NULL, created BIGINT NOT NULL, category TEXT NOT NULL, doc TEXT NOT NULL)`,
				"CREATE UNIQUE INDEX bench_id ON rec_bench (id)", "CREATE INDEX bench_number ON rec_bench (number)",
				"CREATE INDEX bench_owner ON rec_bench (owner, created)", "CREATE INDEX bench_status ON rec_bench (status, created)",
				"CREATE INDEX bench_team ON rec_bench (team, created)", "CREATE INDEX bench_priority ON rec_bench (priority, created)",
				"CREATE INDEX bench_category ON rec_bench (category, created)",
				"CREATE TABLE bench_audit (seq BIGINT NOT NULL PRIMARY KEY, target TEXT NOT NULL, payload TEXT NOT NULL, digest BYTEA NOT NULL)")
			fn(b, d)
		}
	}
	b.Run("sqlite", run(func(b *testing.B) string { return sqliteDSN(b) }))
	b.Run("postgres", run(func(b *testing.B) string { return pgtest.NewCluster(b).DSN("bench") }))
}

var benchDocument = strings.Repeat(`{"Field":"some text of it"},`, 2048/28)

// create inserts a record of 2 KB with seven indexes, takes a number, and adds an audit row.
func create(tx *db.Tx, i int64) error {
	n := tx.AddCell("number", 1)
	if err := tx.Later(`INSERT INTO rec_bench (id, number, owner, status, team, priority, created, category, doc)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
		fmt.Sprintf("%032X", i), n, fmt.Sprintf("owner%d", i%997), "Active", fmt.Sprintf("team%d", i%41), i%5, i, fmt.Sprintf("c%d", i%13), benchDocument); err != nil {
		return err
	}
	return tx.Later("INSERT INTO bench_audit (seq, target, payload, digest) VALUES ($1, $2, $3, $4)", n, "Incident", benchDocument[:200], []byte("0123456789abcdef0123456789abcdef"))
}

func processorTime() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

func BenchmarkCreate(b *testing.B) {
	benchEngines(b, func(b *testing.B, d *db.DB) {
		var next atomic.Int64
		b.SetParallelism(32) // times GOMAXPROCS: 64 writers on two cores
		before := processorTime()
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				i := next.Add(1)
				if err := d.Write(b.Context(), nil, func(tx *db.Tx) error { return create(tx, i) }); err != nil {
					b.Error(err)
				}
			}
		})
		b.ReportMetric(float64(processorTime()-before)/1000/float64(b.N), "cpu-µs/op")
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "op/s")
	})
}

func BenchmarkRead(b *testing.B) {
	const rows = 20_000
	benchEngines(b, func(b *testing.B, d *db.DB) {
		if err := d.Alone(b.Context(), func(tx *db.Tx) error {
			for i := range int64(rows) {
				if err := create(tx, i); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
		measure := func(name string, one func(i int64) error) {
			b.Run(name, func(b *testing.B) {
				var next atomic.Int64
				b.SetParallelism(32)
				b.ReportAllocs()
				before := processorTime()
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if err := one(next.Add(7919)); err != nil {
							b.Error(err)
						}
					}
				})
				b.ReportMetric(float64(processorTime()-before)/1000/float64(b.N), "cpu-µs/op")
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "op/s")
			})
		}
		measure("one by key", func(i int64) error {
			var doc string
			return d.QueryRow(b.Context(), "SELECT doc FROM rec_bench WHERE id = $1", fmt.Sprintf("%032X", i%rows)).Scan(&doc)
		})
		measure("page of 100", func(i int64) error {
			page, err := d.Query(b.Context(), "SELECT doc FROM rec_bench WHERE status = $1 AND created < $2 ORDER BY created DESC LIMIT 100", "Active", 100+i%(rows-100))
			if err != nil {
				return err
			}
			defer page.Close()
			n := 0
			for page.Next() {
				var doc string
				if err := page.Scan(&doc); err != nil {
					return err
				}
				n++
			}
			if n != 100 {
				return fmt.Errorf("%d rows", n)
			}
			return page.Err()
		})
	})
}
