package bench

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestChoosingWorkloads(t *testing.T) {
	names := func(w []Workload) (out []string) {
		for _, x := range w {
			out = append(out, x.Name)
		}
		return out
	}
	for in, want := range map[string]string{"": "T1 T1r T2 T2b T3 T4c T5 S3 S4 F Fc S5 M T6", "m,T5,t3": "T3 T5 M", "Timing": "timing"} {
		got, err := choose(slices.DeleteFunc(strings.Split(in, ","), func(s string) bool { return s == "" }))
		if strings.Join(names(got), " ") != want || err != nil {
			t.Errorf("%q: %v %v, want %s", in, names(got), err, want)
		}
	}
	if _, err := choose([]string{"T9"}); err == nil {
		t.Error("an unknown workload is taken")
	}
}

func TestOptionsThatDoNotGoTogetherAreRefused(t *testing.T) {
	good := Options{Store: "sqlite", Runs: 1, Counted: time.Second, Connections: 1, Records: 100, Tenants: 1}
	for name, change := range map[string]func(*Options){
		"PostgreSQL without a database": func(o *Options) { o.Store = "postgres" },
		"no runs":                       func(o *Options) { o.Runs = 0 },
		"a peer without an adapter":     func(o *Options) { o.Against = "http://127.0.0.1:1" },
		"PocketBase without a token":    func(o *Options) { o.Against, o.Adapter = "http://127.0.0.1:1", "pocketbase" },
		"tokens on a server of records": func(o *Options) { o.Against, o.Adapter, o.Workloads = "http://127.0.0.1:1", "cap", []string{"T1"} },
		"records on a server of tokens": func(o *Options) {
			o.Against, o.Adapter, o.Workloads = "http://127.0.0.1:1", "oidc-provider", []string{"T3"}
		},
		"a stock object on a peer": func(o *Options) { o.Against, o.Adapter, o.Workloads = "http://127.0.0.1:1", "cap", []string{"S3"} },
	} {
		o := good
		change(&o)
		if _, err := o.check(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	o := good
	o.Against, o.Adapter = "http://127.0.0.1:1", "cap"
	if w, err := o.check(); err != nil || len(w) != 3 {
		t.Errorf("a peer: %d workloads, %v", len(w), err)
	}
	o = good
	o.Against, o.Adapter = "http://127.0.0.1:1", "oidc-provider"
	if w, err := o.check(); err != nil || len(w) != 2 {
		t.Errorf("a peer that gives tokens: %d workloads, %v", len(w), err)
	}
	o = good
	o.DatabaseURL = "postgres://somewhere"
	if _, err := o.check(); err != nil || o.DatabaseURL != "" {
		t.Errorf("SQLite with a database URL around: %q %v", o.DatabaseURL, err)
	}
}
