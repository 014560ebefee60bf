package cli

import (
	"bytes"
	"strings"
	"testing"
)

func TestBenchRefusesWhatItCannotMeasure(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"an unknown workload":           {[]string{"--workload", "T9"}, "there is no workload T9"},
		"an unknown store":              {[]string{"--store", "paper"}, "--store must be one of"},
		"PostgreSQL without a database": {[]string{"--store", "postgres"}, "--database-url"},
		"another machine":               {[]string{"--against", "http://192.0.2.1:8090", "--adapter", "cap"}, "--allow-remote"},
		"a peer of unknown kind":        {[]string{"--against", "http://127.0.0.1:8090", "--adapter", "fax"}, "pocketbase, cap or oidc-provider"},
		"no records":                    {[]string{"--records", "0"}, "100 records"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("PROVOST_DATABASE_URL", "")
			var out, problem bytes.Buffer
			code := Main(t.Context(), append([]string{"bench"}, c.args...), strings.NewReader(""), &out, &problem)
			if code != 2 || !strings.Contains(problem.String(), c.want) || out.Len() > 0 {
				t.Errorf("exit code %d, %q, %q; want 2 and %q", code, out.String(), problem.String(), c.want)
			}
		})
	}
}

func TestHelpersOfBenchAreNotShown(t *testing.T) {
	var out, problem bytes.Buffer
	if code := Main(t.Context(), []string{"--help"}, strings.NewReader(""), &out, &problem); code != 0 {
		t.Fatal(problem.String())
	}
	if !strings.Contains(out.String(), "bench ") || strings.Contains(out.String(), "bench-") {
		t.Error(out.String())
	}
}
