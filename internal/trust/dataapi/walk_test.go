package dataapi

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/record"
)

// TestAWalkMeetsEveryDeviceOnce walks 10,000 devices while others are made, changed and deleted.
func TestAWalkMeetsEveryDeviceOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.tb = t
		const all, every = 10_000, 50
		f.fill(all)
		computer, _ := f.one.Records.Type(f.ctx, "CI#Computer")
		first := f.get("csm", base+"devices"+options("$top", "1", "$filter", "DisplayName eq 'pc-00000'"))
		if len(first.Value) != 1 {
			t.Fatalf("%.300s", first.body)
		}
		// What is deleted and changed meanwhile lies all over the walk.
		doomed := map[string]bool{}
		var targets []string
		for i := every / 2; i < all; i += every {
			p := f.get("csm", base+"devices"+options("$filter", fmt.Sprintf("DisplayName eq 'pc-%05d'", i)))
			id := p.Value[0]["DiscoveryId"].(string)
			targets = append(targets, id)
			doomed[id] = i%(2*every) == every/2
		}
		turn, done := make(chan struct{}), make(chan struct{})
		var writers sync.WaitGroup
		deleted := 0        // the writer's until it has ended
		writers.Go(func() { // one write or two for each page
			for i := 0; ; i++ {
				select {
				case <-turn:
				case <-done:
					return
				}
				recID := strings.ToUpper(strings.ReplaceAll(targets[i%len(targets)], "-", ""))
				var err error
				switch {
				case i >= len(targets):
				case doomed[targets[i]]:
					deleted++
					err = f.one.Records.Delete(f.ctx, computer, recID)
				default:
					_, err = f.one.Records.Update(f.ctx, computer, recID, record.Input{{Name: "Name", Value: fmt.Sprint("a-", i)}, {Name: "OSVersion", Value: "11.0"}})
				}
				if err == nil {
					_, err = f.one.Records.Create(f.ctx, computer, record.Input{{Name: "Name", Value: fmt.Sprint("new-", i)}})
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
		seen := map[string]int{}
		pages := 0
		for at := base + "devices" + options("$top", "100", "$select", "DiscoveryId"); ; pages++ {
			p := f.get("csm", at)
			if p.Status != 200 || pages > 300 {
				t.Fatalf("page %d: %d %.300s", pages, p.Status, p.body)
			}
			for _, row := range p.Value {
				seen[row["DiscoveryId"].(string)]++
			}
			if p.Next == "" {
				if len(p.Value) > 0 {
					t.Error("the last page is not empty")
				}
				break
			}
			if pages < 200 {
				turn <- struct{}{}
			}
			at = f.follow(p.Next)
		}
		close(done)
		writers.Wait()
		for id, n := range seen {
			if n != 1 {
				t.Errorf("%s was met %d times", id, n)
			}
		}
		missed := 0
		rest := f.get("csm", base+"devices"+options("$top", "500", "$filter", "startswith(DisplayName,'pc-') or startswith(DisplayName,'a-')"))
		for p := rest; len(p.Value) > 0; p = f.get("csm", f.follow(p.Next)) {
			for _, row := range p.Value {
				if seen[row["DiscoveryId"].(string)] != 1 {
					missed++
				}
			}
		}
		if *rest.Count != int64(all-deleted) || deleted < 20 || missed > 0 || pages < all/100 {
			t.Errorf("%d of %d devices that were there all the time were missed in %d pages", missed, *rest.Count, pages)
		}
	})
}

func TestTheCountOfAFilteredWalkIsMadeOnceAMinute(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.tb = t
		f.some()
		first := f.get("csm", base+"devices"+options("$top", "1", "$filter", "contains(DisplayName,'-00')"))
		all := f.get("csm", base+"devices"+options("$top", "1"))
		f.create(f.one, "CI#Computer", "Name", "LT-003")
		for _, c := range []struct {
			what, target string
			count        int64
			after        time.Duration
		}{
			{"the filtered walk", f.follow(first.Next), 2, 0},
			{"the walk of all", f.follow(all.Next), 5, 0},
			{"a new walk", base + "devices" + options("$filter", "contains(DisplayName,'-00')"), 3, 0},
			{"the filtered walk a minute later", f.follow(first.Next), 3, time.Minute},
		} {
			f.clock.Advance(c.after)
			if p := f.get("csm", c.target); p.Status != 200 || *p.Count != c.count || len(p.Value) == 0 {
				t.Errorf("%s: %d %.200s, want the count %d", c.what, p.Status, p.body, c.count)
			}
		}
	})
}

func TestAScrollIDCountsForItsOwnWalkAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.tb = t
		f.some()
		link := f.get("csm", base+"devices"+options("$top", "1", "$filter", "DisplayName ne 'x'", "$select", "DisplayName")).Next
		u, _ := url.Parse(link)
		token := u.Query().Get("$scrollID")
		with := func(pairs ...string) string {
			q := u.Query()
			for i := 0; i+1 < len(pairs); i += 2 {
				if pairs[i+1] == "" {
					q.Del(pairs[i])
				} else {
					q.Set(pairs[i], pairs[i+1])
				}
			}
			return base + "devices?" + q.Encode()
		}
		refused := func(what, caller, target string) {
			t.Helper()
			if p := f.get(caller, target); p.Status != 400 || p.Code != "scroll_invalid" {
				t.Errorf("%s: %d %.200s", what, p.Status, p.body)
			}
		}
		if p := f.get("csm", with()); p.Status != 200 || namesOf(p) != "LT-002" {
			t.Errorf("its own walk: %d %.200s", p.Status, p.body)
		}
		if p := f.get("csm", with("$top", "2")); p.Status != 200 || len(p.Value) != 2 {
			t.Errorf("another size of pages: %d %.200s", p.Status, p.body)
		}
		refused("another registration", "other", with())
		refused("a key", "admin", with())
		refused("another filter", "csm", with("$filter", "DisplayName ne 'y'"))
		refused("no filter", "csm", with("$filter", ""))
		refused("another selection", "csm", with("$select", "DisplayName,OS"))
		refused("another set", "csm", strings.Replace(with("$filter", "", "$select", ""), "devices", "people", 1))
		for i := range len(token) {
			edited := token[:i] + string(map[bool]byte{true: 'B', false: 'A'}[token[i] == 'A']) + token[i+1:]
			refused(fmt.Sprint("edited at ", i), "csm", with("$scrollID", edited))
		}
		for _, other := range []string{token + "A", token[1:], token + "=", " " + token, strings.ToLower(token), base64.RawURLEncoding.EncodeToString(make([]byte, scrollBytes))} {
			refused("edited", "csm", with("$scrollID", other))
		}
		if w := f.send(f.two, "GET", "csm", with()); w.Code != 400 {
			t.Errorf("at another tenant: %d %.200s", w.Code, w.Body)
		}
		f.clock.Advance(scrollLife)
		if p := f.get("csm", with()); p.Status != 200 {
			t.Errorf("after 24 hours: %d", p.Status)
		}
		f.clock.Advance(time.Second)
		if p := f.get("csm", with()); p.Status != 400 || p.Code != "scroll_expired" {
			t.Errorf("a second later: %d %.200s", p.Status, p.body)
		}
	})
}
