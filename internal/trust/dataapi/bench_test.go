package dataapi

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// BenchmarkPage answers pages over 100,000 devices, from the middle of a walk and by filters, as a client gets them but without
// the network:
//
//	go test -run '^$' -bench Page ./internal/trust/dataapi
func BenchmarkPage(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			dsn := "sqlite:" + filepath.Join(b.TempDir(), "test.db")
			if engine == "postgres" {
				dsn = pgtest.DSN(b)
			}
			f := newFixture(b, dsn)
			f.fill(100_000)
			middle := f.get("csm", base+"devices"+options("$top", "1", "$filter", "DisplayName eq 'pc-50000'"))
			caller := f.callers["csm"]
			w := newWalk(f.one.ID, &caller, devices, query{})
			at := place{recID: strings.ReplaceAll(middle.Value[0]["DiscoveryId"].(string), "-", "")}
			token, err := w.token(f.one.Keys, f.clock.Now(), at)
			if err != nil {
				b.Fatal(err)
			}
			windows := options("$filter", "contains(OS/DisplayName, 'Windows')")
			next := f.follow(f.get("csm", base+"devices"+windows).Next)
			for _, c := range []struct{ name, query string }{
				{"by text within, next", strings.TrimPrefix(next, base+"devices")},
				{"standard", options("$scrollID", token)},
				{"500 rows", options("$scrollID", token, "$top", "500")},
				{"by name", options("$filter", "DisplayName eq 'pc-73210'")},
				{"by beginning", options("$filter", "startswith(DisplayName,'pc-73')")},
				{"by text within", windows},
				{"by text within, none", options("$filter", "contains(OS/DisplayName, 'Solaris')")},
				{"by number", options("$filter", "System/Memory/TotalMB gt 16384 and not (OS/Name eq null)")},
			} {
				b.Run(c.name, func(b *testing.B) {
					for b.Loop() {
						if w := f.send(f.one, "GET", "csm", base+"devices"+c.query); w.Code != 200 {
							b.Fatal(fmt.Sprint(w.Code, w.Body))
						}
					}
				})
			}
		})
	}
}
