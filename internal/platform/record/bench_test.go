package record

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkCreate makes records through the whole engine, 64 at a time, and reports the CPU time of each.
func BenchmarkCreate(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			dsn := "sqlite:" + b.TempDir() + "/x.db"
			if engine == "postgres" {
				dsn = pgtest.DSN(b)
			}
			e, _ := open(b, dsn, stock(b, shop))
			ctx := AsSystem(context.Background())
			order := typ(b, e, "Order")
			details := strings.Repeat("the quick brown fox jumps over the lazy dog near host-7.lab.example ", 12)
			b.SetParallelism(32)
			before := cpu()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					if _, err := e.Create(ctx, order, input("Subject", fmt.Sprint("printer number ", i, " is on fire"), "Details", fmt.Sprint(i, details), "Impact", "High", "Urgency", "Low", "Amount", int64(i))); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64((cpu()-before).Microseconds())/float64(b.N), "cpu-µs/op")
		})
	}
}
