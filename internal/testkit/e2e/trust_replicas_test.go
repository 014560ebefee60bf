package e2e_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/provost-itsm/provost/internal/testkit"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// TestASecretRotatesUnderLoad replaces a secret while 200 requests a second use the old one and then the new one.
func TestASecretRotatesUnderLoad(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn)
		d.Run(t, "setting", "set", "trust.tokens_per_second", "1000")
		r := register(t, d.Server, "default", "localhost")
		const grace = 3 * time.Second
		var secret atomic.Pointer[string]
		secret.Store(&r.clientSecret)
		var refused, asked atomic.Int64
		stop := make(chan struct{})
		var group sync.WaitGroup
		pace := rate.NewLimiter(200, 20)
		for range 8 {
			group.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if pace.Wait(t.Context()) != nil {
						return
					}
					mine := *r
					mine.clientSecret = *secret.Load()
					if a := mine.ask(t); a.Status != http.StatusOK {
						refused.Add(1)
						t.Errorf("%d %.200s", a.Status, a.Body)
					}
					asked.Add(1)
				}
			})
		}
		wait := func(n int64) {
			for from := asked.Load(); asked.Load() < from+n && refused.Load() == 0; {
				_ = pace.Wait(t.Context())
			}
		}
		wait(100)
		old := r.clientSecret
		began := time.Now()
		rotated := d.admin(t, http.MethodPost, adminRegistrations+"/"+r.clientID+"/secrets", fmt.Sprintf(`{"grace_seconds":%d,"label":"second"}`, grace/time.Second), 201)
		ended := time.Now()
		wait(100) // with the old one, which goes on
		fresh := rotated["client_secret"].(string)
		secret.Store(&fresh)
		wait(100)
		mine := *r
		mine.clientSecret = old
		var dead time.Time
		for dead.IsZero() {
			if err := pace.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			switch a := mine.ask(t); {
			case a.Status == http.StatusOK && time.Since(ended) > grace+time.Second:
				t.Fatalf("the old secret lives %v after the rotation", time.Since(ended))
			case a.Status != http.StatusOK:
				dead = time.Now()
			}
		}
		if dead.Before(began.Add(grace - time.Second)) {
			t.Errorf("the old secret died after %v", dead.Sub(began))
		}
		close(stop)
		group.Wait()
		if refused.Load() > 0 {
			t.Errorf("%d of %d requests were refused", refused.Load(), asked.Load())
		}
		var uses []float64
		for _, c := range d.listed(t, r.clientID)["credentials"].([]any) {
			uses = append(uses, c.(map[string]any)["uses"].(float64))
		}
		if len(uses) != 2 || uses[0] < 100 || uses[1] < 100 {
			t.Errorf("uses of the two secrets: %v", uses)
		}
	})
}

// TestWhatEndsATokenOnOneReplicaEndsItOnTheOther has two servers of one tenant.
func TestWhatEndsATokenOnOneReplicaEndsItOnTheOther(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	first := newDesk(t, dsn)
	second := testkit.Start(t, testkit.Options{DSN: dsn, Args: []string{"--keys", filepath.Join(first.Data, "keys.json"), "--base-url", first.Base}})
	_, listening, _ := strings.Cut(second.Log(), `"serving","address":"`)
	address, _, _ := strings.Cut(listening, `"`)
	if second.Base = "http://" + address; address == "" {
		t.Fatalf("where does the other replica listen? %s", second.Log())
	}
	const within = 5 * time.Second
	gone := func(r *registration, token, what string) {
		t.Helper()
		at := time.Now()
		pace := rate.NewLimiter(20, 1)
		for {
			a := r.with(t, token, "GET", "/api/apigatewaydataservices/v1/devices?$top=1", "")
			if a.Status == http.StatusUnauthorized {
				return
			}
			if time.Since(at) > within {
				t.Errorf("%s on the other replica: %d after %v", what, a.Status, time.Since(at))
				return
			}
			_ = pace.Wait(t.Context())
		}
	}
	for what, end := range map[string]func(r *registration, token string){
		"revoking it": func(r *registration, token string) {
			if a := r.post(t, "revocation", r.credentials("token", token)); a.Status != 200 {
				t.Errorf("revoke: %d", a.Status)
			}
		},
		"disabling the registration": func(r *registration, _ string) { first.Run(t, "registration", "disable", r.clientID) },
		"deleting the registration":  func(r *registration, _ string) { first.Run(t, "registration", "delete", r.clientID) },
		"ending all of its tokens":   func(r *registration, _ string) { first.Run(t, "registration", "revoke-tokens", r.clientID) },
		"dropping the signing key": func(r *registration, _ string) {
			for _, k := range first.admin(t, "GET", adminPath+"signing-keys", "", 200)["items"].([]any) {
				if k := k.(map[string]any); k["state"] == "active" {
					first.admin(t, "DELETE", adminPath+"signing-keys/"+k["kid"].(string), "", 204)
				}
			}
		},
	} {
		r := register(t, first.Server, "default", "localhost")
		token := r.token(t)
		there := *r
		there.Server = second
		if a := there.with(t, token, "GET", "/api/apigatewaydataservices/v1/devices?$top=1", ""); a.Status != 200 {
			t.Errorf("%s: a token of one replica on the other: %d %.200s", what, a.Status, a.Body)
		}
		end(r, token)
		gone(&there, token, what)
	}
}

// TestARevocationThatIsNotStoredIsNotPromised takes the database away: a token is either dead or its revocation was refused
// (CVE-2020-15223 is the other way).
func TestARevocationThatIsNotStoredIsNotPromised(t *testing.T) {
	t.Parallel()
	cluster := pgtest.NewCluster(t)
	s := testkit.Start(t, testkit.Options{DSN: cluster.DSN("control")})
	r := register(t, s, "default", "localhost", allScopes...)
	token := r.token(t)
	cluster.Kill()
	a := r.post(t, "revocation", r.credentials("token", token))
	stored := a.Status == http.StatusOK // by a connection that had not noticed yet
	if !stored && (a.Status != http.StatusServiceUnavailable || a.JSON()["error"] != "temporarily_unavailable" || a.Header.Get("Retry-After") == "") {
		t.Errorf("revocation without a database: %d %v %.300s", a.Status, a.Header, a.Body)
	}
	cluster.Start()
	const devices = "/api/apigatewaydataservices/v1/devices?$top=1"
	pace, until := rate.NewLimiter(20, 1), time.Now().Add(30*time.Second)
	for a = r.with(t, token, "GET", devices, ""); a.Status == http.StatusServiceUnavailable && time.Now().Before(until); a = r.with(t, token, "GET", devices, "") {
		_ = pace.Wait(t.Context())
	}
	if stored != (a.Status == http.StatusUnauthorized) || !stored && a.Status != http.StatusOK {
		t.Errorf("revocation stored: %t; the token then: %d %.300s", stored, a.Status, a.Body)
	}
	if a := r.post(t, "revocation", r.credentials("token", token)); a.Status != http.StatusOK {
		t.Fatalf("revocation: %d %.300s", a.Status, a.Body)
	}
	if a := r.with(t, token, "GET", devices, ""); a.Status != http.StatusUnauthorized {
		t.Errorf("the revoked token: %d", a.Status)
	}
}
