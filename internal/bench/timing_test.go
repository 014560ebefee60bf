package bench

import (
	"crypto/sha256"
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

// refusing is a server of a hundred clients that refuses everything, and works longer for the clients it knows where it leaks.
type refusing struct {
	mu    sync.Mutex
	asked map[string]int
	known map[string]bool
	leaks bool
}

var clientForm = regexp.MustCompile(`^AppReg_custom_[0-9A-Za-z]{22}$`)

func (s *refusing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if !clientForm.MatchString(id) || !strings.HasPrefix(secret, "pvs_c_") {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.asked[id]++
	s.mu.Unlock()
	if s.leaks && s.known[id] {
		sum := sha256.Sum256([]byte(secret))
		for range 1000 {
			sum = sha256.Sum256(sum[:])
		}
	}
	w.WriteHeader(http.StatusUnauthorized)
}

func TestTimingTellsWhatItFinds(t *testing.T) {
	for name, leaks := range map[string]bool{"a server that works alike for all": false, "one that works longer for clients it knows": true} {
		t.Run(name, func(t *testing.T) {
			s := &refusing{asked: map[string]int{}, known: map[string]bool{}, leaks: leaks}
			server := httptest.NewServer(s)
			defer server.Close()
			i := &issuer{name: "provost", address: server.Listener.Addr().String(), host: "h", token: "/connect/token", form: "grant_type=client_credentials"}
			for n := range uint64(100) {
				id := anotherID(rand.New(rand.NewPCG(n, 5)), "AppReg_custom_0123456789ABCDEFGHIJKL")
				i.clients, s.known[id] = append(i.clients, tokenClient{ID: id}), true
			}
			b := &bench{Options: Options{Seed: 1}, report: &Report{}, limited: "raised"}
			if err := b.timing(t.Context(), i); err != nil {
				t.Fatal(err)
			}
			got := b.report.Timings[0]
			if len(s.asked) != 2*timingClients || got.Samples != timingSamples || got.Medians[0] <= 0 || got.Limits != "raised" {
				t.Errorf("%d clients asked, %+v", len(s.asked), got)
			}
			if leaks && (got.Passed || !strings.Contains(b.report.Failed(), "FAILS")) {
				t.Errorf("it passes: %s", got)
			}
		})
	}
}
