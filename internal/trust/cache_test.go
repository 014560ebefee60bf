package trust

import (
	"context"
	"encoding/binary"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

func TestGrantCountsForTwoSecondsAndOneAsks(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		age        time.Duration
		generation uint64
		ends       time.Time
		asking     bool
		want       bool
	}{
		"at once":                         {want: true},
		"almost two seconds":              {age: cacheFresh - 1, want: true},
		"two seconds: this one asks":      {age: cacheFresh},
		"two seconds, another one asks":   {age: cacheFresh, asking: true, want: true},
		"another one asks for too long":   {age: cacheLate, asking: true},
		"something changed":               {generation: 1},
		"it ended meanwhile":              {age: time.Second, ends: start.Add(time.Second)},
		"it ends later":                   {age: time.Second, ends: start.Add(time.Second + 1), want: true},
		"the clock was set back, it asks": {age: -time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			g := &grant{loaded: start, ends: c.ends}
			g.asking.Store(c.asking)
			if got := g.counts(start.Add(c.age), c.generation); got != c.want {
				t.Errorf("counts = %v", got)
			}
		})
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := memory[grant]{size: cacheSize}
	for i := range 3 * cacheSize {
		var d digest
		binary.BigEndian.PutUint64(d[:], uint64(i))
		c.put(d, &grant{})
		if c.get(d) == nil {
			t.Fatalf("%d is not remembered", i)
		}
	}
	if len(c.known) > cacheSize {
		t.Errorf("%d are remembered", len(c.known))
	}
}

// What another replica, or another domain, does in the database is noticed after two seconds; until then nothing is read.
func TestCacheAsksTheDatabaseEveryTwoSeconds(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		k := f.key(KeySpec{Role: "SelfService", OnBehalfOf: "ann"})
		f.accepted(f.one, home, k.Secret)
		f.must(f.one.DB.Write(f.ctx, nil, func(tx *db.Tx) error { return enableKey(tx, k.ID, false) }))
		f.clock.Advance(cacheFresh - time.Millisecond)
		f.accepted(f.one, home, k.Secret)
		f.clock.Advance(time.Millisecond)
		f.refused(f.one, home, k.Secret)
		f.must(f.one.DB.Write(f.ctx, nil, func(tx *db.Tx) error { return enableKey(tx, k.ID, true) }))
		f.accepted(f.one, home, k.Secret) // a refusal is not remembered
	})
}

// A database that cannot be asked is neither a yes nor a no.
func TestAnUnreachableDatabaseIsUnavailable(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	k := f.key(KeySpec{Role: "SelfService", OnBehalfOf: "ann"})
	p := f.module.plane(f.one)
	p.person = func(context.Context, string) (person, error) {
		return person{}, fault.New(fault.Unavailable, "database_unavailable", "Away.").WithCause(errors.New("connection refused"))
	}
	if _, err := f.as(f.one, home, k.Secret); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	k := f.key(KeySpec{Role: "SelfService", OnBehalfOf: "ann"})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 200 {
				if i%50 == 0 {
					f.clock.Advance(time.Second)
				}
				if _, err := f.as(f.one, home, "REST "+k.Secret); err != nil {
					t.Errorf("refused: %v", err)
				}
			}
		})
	}
	wg.Go(func() {
		for range 20 {
			if err := f.module.Flush(f.ctx, f.one); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	keys, err := f.module.Keys(f.ctx, f.one)
	if err != nil || len(keys) != 1 || keys[0].Uses != 1600 {
		t.Errorf("%+v, %v", keys, err)
	}
}

func BenchmarkAuthenticate(b *testing.B) {
	f := newFixture(b, "sqlite:"+b.TempDir()+"/control.db", new(bool))
	k, err := f.module.CreateKey(f.ctx, f.one, KeySpec{Role: "SelfService", OnBehalfOf: "ann"})
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/api/odata/businessobject/incidents", nil)
	r.Header.Set("Authorization", "rest_api_key="+k.Secret)
	r = r.WithContext(tenant.With(r.Context(), f.one))
	web.Arrive(nil, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := f.module.Authenticate(r.Context(), r, f.one); err != nil {
				b.Fatal(err)
			}
		}
	})).ServeHTTP(httptest.NewRecorder(), r)
}
