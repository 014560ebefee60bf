package bench

import (
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
)

func TestChanceOfTheLongerIsThatOfAllPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var a, b []float64
		for range 1 + r.IntN(40) {
			a = append(a, float64(r.IntN(10)))
		}
		for range 1 + r.IntN(40) {
			b = append(b, float64(r.IntN(10)))
		}
		want := 0.0
		for _, x := range a {
			for _, y := range b {
				switch {
				case x > y:
					want++
				case x == y:
					want += 0.5
				}
			}
		}
		want /= float64(len(a) * len(b))
		if got := longer(a, b); math.Abs(got-want) > 1e-9 {
			t.Fatalf("%v, want %v for %v and %v", got, want, a, b)
		}
	}
}

func TestTimingTellsWhatItFinds(t *testing.T) {
	form := regexp.MustCompile(`^AppReg_custom_[0-9A-Za-z]{22}$`)
	var mu sync.Mutex
	asked := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		if !form.MatchString(id) || !strings.HasPrefix(secret, "pvs_c_") {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		mu.Lock()
		asked[id]++
		mu.Unlock()
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer server.Close()
	i := &issuer{name: "provost", address: server.Listener.Addr().String(), host: "h", token: "/connect/token", form: "grant_type=client_credentials"}
	for range 100 {
		i.clients = append(i.clients, tokenClient{ID: anotherID(rand.New(rand.NewPCG(uint64(len(i.clients)), 5)), "AppReg_custom_0123456789ABCDEFGHIJKL")})
	}
	b := &bench{Options: Options{Seed: 1}, report: &Report{}, limited: "raised"}
	if err := b.timing(t.Context(), i); err != nil {
		t.Fatal(err)
	}
	got := b.report.Timings[0]
	if len(asked) < timingSamples || got.Samples != timingSamples || got.Medians[0] <= 0 || got.Limits != "raised" {
		t.Errorf("%d clients asked, %+v", len(asked), got)
	}
	got.Passed = false
	if r := (Report{Timings: []Timing{got}}); !strings.Contains(r.Failed(), "FAILS") {
		t.Errorf("a failed comparison fails nothing: %q", r.Failed())
	}
}
