package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// Many large bodies at once are in memory a few at a time, all of them get their turn, and small ones do not wait.
func TestLargeBodiesTakeTurns(t *testing.T) {
	const large = 1 << 20
	var inside, most, held atomic.Int64
	release := make(chan struct{})
	server := httptest.NewServer(Room(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := ReadBody(w, r, large)
		if err != nil {
			t.Error(err)
			return
		}
		if len(body) < smallBody {
			return
		}
		n := inside.Add(1)
		defer inside.Add(-1)
		for most.Load() < n {
			most.CompareAndSwap(most.Load(), n)
		}
		if held.Add(1) <= bodyRoom/large {
			<-release
		}
	})))
	defer server.Close()
	post := func(body io.Reader) int {
		answer, err := http.Post(server.URL, "text/plain", body)
		if err != nil {
			t.Error(err)
			return 0
		}
		_ = answer.Body.Close()
		return answer.StatusCode
	}
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			var body io.Reader = strings.NewReader(strings.Repeat("x", large))
			if i%2 == 1 {
				body = io.MultiReader(body) // of unknown length
			}
			if status := post(body); status != http.StatusOK {
				t.Errorf("a large one: %d", status)
			}
		})
	}
	for held.Load() < bodyRoom/large/2 { // those of unknown length take twice as much while they grow
		if status := post(strings.NewReader("small")); status != http.StatusOK {
			t.Errorf("a small one: %d", status)
		}
	}
	close(release)
	all.Wait()
	if most.Load() > bodyRoom/large {
		t.Errorf("%d large ones at once", most.Load())
	}
}
