package desk_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// TestWhoPagesSeesEveryRecordOnce walks a set to its end while others write, by nextLink and by $skip in the order of
// making. Every record that was there when the walk began, and still is, has to be seen exactly once.
func TestWhoPagesSeesEveryRecordOnce(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		auth := "rest_api_key=" + s.Key(t, "Admin")
		const existing, writers = 240, 4
		ids := make([]string, existing)
		var made sync.WaitGroup
		for w := range writers { // many in one second, stored in another order than made
			made.Go(func() {
				for i := w; i < existing; i += writers {
					ids[i], _ = s.Ask(t, "POST", sets+"incidents", auth, fmt.Sprintf(`{"Subject":"existing %d","Symptom":"searchable"}`, i%7)).JSON()["RecId"].(string)
				}
			})
		}
		made.Wait()
		for name, walk := range map[string]struct {
			query   string
			skip    bool // pages by $skip; rows that go would shift its pages, as anywhere
			deletes bool
		}{
			"nextLink, newest first":                  {"$top=11", false, true},
			"nextLink, oldest first":                  {"$top=11&$orderby=CreatedDateTime", false, true},
			"nextLink, newest made first":             {"$top=11&$orderby=CreatedDateTime desc", false, true},
			"nextLink, by a field that stays":         {"$top=11&$orderby=Subject desc", false, true},
			"nextLink, by words":                      {"$top=11&$search=searchable", false, true},
			"nextLink, by a filter":                   {"$top=11&$filter=startswith(Subject,'existing')&$orderby=IncidentNumber", false, true},
			"$skip, oldest first":                     {"$top=11&$orderby=CreatedDateTime asc", true, false},
			"$skip, oldest first, of a search":        {"$top=11&$orderby=CreatedDateTime asc&$search=searchable", true, false},
			"$skip, oldest first, of a filter":        {"$top=11&$orderby=CreatedDateTime&$filter=startswith(Symptom,'searchable')", true, false},
			"$skip, oldest first, with a key besides": {"$top=11&$orderby=CreatedDateTime,RecId", true, false},
		} {
			t.Run(name, func(t *testing.T) {
				ctx, stop := context.WithCancel(t.Context())
				var group sync.WaitGroup
				for w := range writers {
					group.Go(func() { disturb(ctx, t, s, auth, ids, w, walk.deletes) })
				}
				seen := map[string]int{}
				next := sets + "incidents?" + walk.query
				for skip := 0; next != ""; {
					a := s.Ask(t, "GET", strings.ReplaceAll(next, " ", "%20"), auth, "")
					rows := a.Rows()
					if a.Status != 200 {
						t.Fatalf("%s: %d %.300s", next, a.Status, a.Body)
					}
					for _, row := range rows {
						seen[row["RecId"].(string)]++
					}
					link, _ := a.JSON()["@odata.nextLink"].(string)
					next = strings.TrimPrefix(link, s.Base)
					if walk.skip {
						skip += len(rows)
						next = fmt.Sprintf("%sincidents?%s&$skip=%d", sets, walk.query, skip)
						if len(rows) < 11 {
							next = ""
						}
					}
					if len(seen) >= existing+200 { // what is made meanwhile may be met for ever
						stop()
					}
				}
				stop()
				group.Wait()
				for i, id := range ids {
					if seen[id] != 1 {
						t.Errorf("%d, %s, is seen %d times", i, id, seen[id])
					}
				}
			})
		}
	})
}

// disturb makes records, changes those that are there and, where it may, deletes what it has made, until ctx ends.
func disturb(ctx context.Context, t *testing.T, s *testkit.Server, auth string, ids []string, w int, deletes bool) {
	for i := 0; ctx.Err() == nil; i++ {
		a := s.Ask(t, "POST", sets+"incidents", auth, fmt.Sprintf(`{"Subject":"existing %d","Symptom":"searchable too"}`, i%9))
		mine, _ := a.JSON()["RecId"].(string)
		if a.Status != 201 {
			t.Errorf("create: %d %.200s", a.Status, a.Body)
			return
		}
		one := ids[(i*13+w*61)%len(ids)]
		if a := s.Ask(t, "PATCH", sets+"incidents('"+url.PathEscape(one)+"')", auth, fmt.Sprintf(`{"Symptom":"searchable %d %d"}`, w, i)); a.Status != 200 {
			t.Errorf("update: %d %.200s", a.Status, a.Body)
			return
		}
		if deletes {
			s.Ask(t, "DELETE", sets+"incidents('"+mine+"')", auth, "")
		}
	}
}
