package browser_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/testkit"
)

// browserFolder holds the specs of the web app, which Playwright runs in Chromium.
const browserFolder = "../../../e2e"

// mainSpecs are those that run on PostgreSQL too: of what the web app shows, they write and read the most.
var mainSpecs = []string{"registrations", "security", "people"}

// Every spec of e2e/specs holds against the demo, each page without a finding of axe or a complaint of the browser.
func TestWebAppInABrowser(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		var specs []string
		if dsn != "" {
			for _, name := range mainSpecs {
				specs = append(specs, "specs/"+name+".spec.ts")
			}
		}
		inABrowser(t, dsn, specs)
	})
}

// inABrowser runs specs, all where none is named, against a demo of its own.
func inABrowser(t *testing.T, dsn string, specs []string) {
	t.Helper()
	if testing.Short() {
		t.Skip("the browser is a process of its own, which no race detector sees")
	}
	node, chromium := testkit.Program(t, "node"), testkit.Program(t, "chromium")
	runner := filepath.Join("node_modules", "@playwright", "test", "cli.js")
	if _, err := os.Stat(filepath.Join(browserFolder, runner)); err != nil {
		testkit.Missing(t, "the packages of e2e are not installed: make browser")
	}
	dir := t.TempDir()
	s := testkit.Start(t, testkit.Options{Command: "demo", DSN: dsn, Data: filepath.Join(dir, "data"),
		Args: []string{"--allow-private-outbound", "127.0.0.0/8"}}) // the specs have servers of their own
	if !hasWebApp(t, s.Base) {
		testkit.Missing(t, "the web app is not built: make web")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 25*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, node, append([]string{runner, "test"}, specs...)...)
	command.Dir = browserFolder
	certificate, key := testkit.SelfSigned(t, dir, "desk.localhost")
	report := filepath.Join(dir, "report.json")
	command.Env = append(os.Environ(), "PROVOST_URL="+s.Base, "PROVOST_CREDENTIALS="+filepath.Join(dir, "data-credentials.json"),
		"PROVOST_BINARY="+testkit.Binary(t), "PROVOST_DATA="+s.Data, "PROVOST_CERTIFICATE="+certificate, "PROVOST_KEY="+key, "CHROMIUM="+chromium,
		"PLAYWRIGHT_JSON_OUTPUT_NAME="+report)
	out, failure := command.CombinedOutput()

	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatalf("no report: %v, %v\n%s", err, failure, out)
	}
	var all struct{ Suites []suite }
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, one := range all.Suites {
		ran += one.tell(t)
	}
	if ran == 0 || failure != nil {
		t.Errorf("%d specs: %v\n%s", ran, failure, out)
	}
}

// suite is what Playwright's report says of a file or a group.
type suite struct {
	Title  string
	Suites []suite
	Specs  []struct {
		Title string
		OK    bool
		Tests []struct{ Status string }
	}
}

// tell makes each spec a test of its own and returns how many there are.
func (s suite) tell(t *testing.T) int {
	ran := len(s.Specs)
	for _, spec := range s.Specs {
		t.Run(strings.TrimSuffix(s.Title, ".spec.ts")+"/"+spec.Title, func(t *testing.T) {
			if !spec.OK {
				t.Error("it failed: what Playwright says stands below")
			}
			for _, one := range spec.Tests {
				if one.Status == "flaky" {
					t.Log("NOTE it passed at its second try")
				}
				if one.Status == "skipped" {
					testkit.Missing(t, "it was skipped, and shows nothing: something that it needs is not installed")
				}
			}
		})
	}
	for _, inner := range s.Suites {
		ran += inner.tell(t)
	}
	return ran
}

// hasWebApp reports whether the program was built with the web app.
func hasWebApp(t *testing.T, base string) bool {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/admin", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Cookie", "sid=somebody's") // without one it is the sign-in page
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Body.Close() }()
	return w.StatusCode == http.StatusOK
}
