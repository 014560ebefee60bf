package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestTotals(t *testing.T) {
	for _, c := range []struct {
		name, in string
		before   []string
		want     []string // in the output
		not      []string // not in the output
		last     string
		failed   bool
	}{
		{
			name: "tests and subtests are counted once, parents not",
			in: `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"chatter\n"}
{"Action":"run","Package":"p","Test":"TestA/one"}
{"Action":"pass","Package":"p","Test":"TestA/one"}
{"Action":"run","Package":"p","Test":"TestA/two/deep"}
{"Action":"skip","Package":"p","Test":"TestA/two/deep"}
{"Action":"pass","Package":"p","Test":"TestA/two"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestB"}
{"Action":"pass","Package":"p","Test":"TestB"}
{"Action":"pass","Package":"p","Elapsed":1.25}
`,
			want: []string{"ok   p 1.2s"}, not: []string{"chatter"}, last: "2 passed, 0 failed, 1 skipped",
		},
		{
			name: "what a passed test notes is shown",
			in: `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: NOTE it passed at its second try\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"chatter\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
`,
			want: []string{"note p TestA: it passed at its second try\n"}, not: []string{"chatter"}, last: "1 passed, 0 failed, 0 skipped",
		},
		{
			name: "a failed subtest counts once and says what it printed",
			in: `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestA/bad"}
{"Action":"output","Package":"p","Test":"TestA/bad","Output":"    a_test.go:3: 1, want 2\n"}
{"Action":"fail","Package":"p","Test":"TestA/bad"}
{"Action":"run","Package":"p","Test":"TestA/good"}
{"Action":"pass","Package":"p","Test":"TestA/good"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}
`,
			want: []string{"FAIL p TestA/bad", "1, want 2"}, not: []string{"ok   p"}, last: "1 passed, 1 failed, 0 skipped", failed: true,
		},
		{
			name: "a parent that fails by itself counts",
			in: `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestA/good"}
{"Action":"pass","Package":"p","Test":"TestA/good"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}
`,
			last: "1 passed, 1 failed, 0 skipped", failed: true,
		},
		{
			name: "a package that does not compile counts as one failed test",
			in: `{"ImportPath":"p [p.test]","Action":"build-output","Output":"p/a.go:1: undefined: x\n"}
{"ImportPath":"p [p.test]","Action":"build-fail"}
{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p","FailedBuild":"p [p.test]"}
`,
			want: []string{"undefined: x", "[build failed]"}, last: "0 passed, 1 failed, 0 skipped", failed: true,
		},
		{
			name: "a process that died shows what its running tests printed",
			in: `{"Action":"run","Package":"p","Test":"TestSlow"}
{"Action":"output","Package":"p","Test":"TestSlow","Output":"panic: test timed out\n"}
{"Action":"fail","Package":"p"}
`,
			want: []string{"panic: test timed out"}, last: "0 passed, 1 failed, 0 skipped", failed: true,
		},
		{
			name: "steps that failed before are counted", before: []string{"lint", "vet"},
			in:   `{"Action":"pass","Package":"p","Test":"TestA"}`,
			want: []string{"FAIL lint", "FAIL vet"}, last: "1 passed, 2 failed, 0 skipped", failed: true,
		},
		{
			name: "words of another program are passed on", in: "go: downloading x v1\n{not json}\n" + `{"Action":"pass","Package":"p","Test":"TestA"}`,
			want: []string{"go: downloading x v1\n", "{not json}\n"}, last: "1 passed, 0 failed, 0 skipped",
		},
		{name: "nothing at all is a failure", last: "0 passed, 0 failed, 0 skipped", failed: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			failed, err := totals(strings.NewReader(c.in), &out, c.before)
			if err != nil {
				t.Fatal(err)
			}
			if failed != c.failed {
				t.Errorf("failed: %t, want %t", failed, c.failed)
			}
			lines := strings.Split(out.String(), "\n")
			if got := lines[len(lines)-2]; got != c.last || lines[len(lines)-1] != "" {
				t.Errorf("last line %q, want %q", got, c.last)
			}
			for _, w := range c.want {
				if !strings.Contains(out.String(), w) {
					t.Errorf("%q is missing in\n%s", w, &out)
				}
			}
			for _, w := range c.not {
				if strings.Contains(out.String(), w) {
					t.Errorf("%q should not be in\n%s", w, &out)
				}
			}
		})
	}
}
