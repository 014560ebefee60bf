// Command totals reads the output of `go test -json`, shows what failed so that a person can read it, one line for each
// package and for what a passed test says after "NOTE ", and as its last line, alone, the totals: "N passed, N failed, N skipped".
//
// What is counted are subtests, and tests without any; a run of a fuzz target counts as a test. A package that fails
// without a failed test (it does not compile, it panics, it runs out of time) counts as one failed test. Arguments name
// steps that failed before, each counted too. The exit code is 0 only if something passed and nothing failed.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

func main() {
	if failed, err := totals(os.Stdin, os.Stdout, os.Args[1:]); failed || err != nil {
		os.Exit(1)
	}
}

// event is one line of `go test -json`; see `go doc test2json` and `go help buildjson`.
type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64 // seconds
}

// tally is what was seen so far. Tests are known by "package test", packages by "package ".
type tally struct {
	out                     io.Writer
	passed, failed, skipped int
	output                  map[string]string // what something printed, until it ends well
	parents, broken         map[string]bool   // what holds tests, and what holds failed ones
}

// totals copies in to out as told above and reports whether anything failed.
func totals(in io.Reader, out io.Writer, before []string) (failed bool, err error) {
	t := &tally{out: out, output: map[string]string{}, parents: map[string]bool{}, broken: map[string]bool{}}
	for lines := bufio.NewReader(in); err == nil; {
		var line []byte
		line, err = lines.ReadBytes('\n')
		var e event
		if json.Unmarshal(line, &e) == nil && e.Action != "" {
			t.add(e)
		} else { // the words of another program
			_, _ = out.Write(line)
		}
	}
	if !errors.Is(err, io.EOF) {
		before = append(before, "reading the events: "+err.Error())
	}
	for _, step := range before {
		fmt.Fprintf(out, "FAIL %s\n", step)
		t.failed++
	}
	_, err = fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", t.passed, t.failed, t.skipped)
	return t.failed > 0 || t.passed == 0, err
}

func (t *tally) add(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output":
		t.output[key] += e.Output
	case "build-output": // of a package that does not compile; the packages that need it fail
		fmt.Fprint(t.out, e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			t.endPackage(e, key)
		} else {
			t.endTest(e, key)
		}
	}
}

func (t *tally) endTest(e event, key string) {
	above := []string{e.Package + " "}
	for i, r := range e.Test {
		if r == '/' {
			above = append(above, e.Package+" "+e.Test[:i])
		}
	}
	for _, a := range above { // subtests end before what holds them
		t.parents[a] = true
		t.broken[a] = t.broken[a] || e.Action == "fail"
	}
	switch {
	case e.Action == "fail":
		fmt.Fprintf(t.out, "FAIL %s\n%s", key, t.output[key])
		if !t.broken[key] {
			t.failed++
		}
	case t.parents[key]: // its subtests are counted
	case e.Action == "pass":
		t.passed++
		if _, note, noted := strings.Cut(t.output[key], "NOTE "); noted {
			line, _, _ := strings.Cut(note, "\n")
			fmt.Fprintf(t.out, "note %s: %s\n", key, line)
		}
	default:
		t.skipped++
	}
	delete(t.output, key)
}

func (t *tally) endPackage(e event, key string) {
	if e.Action == "pass" {
		fmt.Fprintf(t.out, "ok   %s%.1fs\n", key, e.Elapsed)
	} else if e.Action == "fail" && !t.broken[key] {
		t.failed++
	}
	for _, k := range slices.Sorted(maps.Keys(t.output)) { // of itself, and of tests that ran when the process died
		if strings.HasPrefix(k, key) {
			if e.Action == "fail" {
				fmt.Fprint(t.out, t.output[k])
			}
			delete(t.output, k)
		}
	}
}
