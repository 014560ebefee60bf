package testkit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"strings"
	"testing"
)

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// JSON is the answer's object; nil where it is none.
func (a Answer) JSON() map[string]any {
	var m map[string]any
	_ = json.Unmarshal(a.Body, &m)
	return m
}

// Rows are the records of a list answer.
func (a Answer) Rows() []map[string]any {
	var list struct{ Value []map[string]any }
	_ = json.Unmarshal(a.Body, &list)
	return list.Value
}

// Request sends one request as it is written: the path with its query is not escaped any further than it is.
func (s *Server) Request(method, path string, header map[string]string, body string) (Answer, error) {
	r, err := http.NewRequest(method, s.Base+"/", strings.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	if body == "" {
		r.Body, r.ContentLength = http.NoBody, 0
	}
	raw, query, _ := strings.Cut(path, "?")
	r.URL.Opaque = strings.ReplaceAll(raw, " ", "%20") // no host in it: the Host header would not count beside it
	r.URL.RawQuery = strings.ReplaceAll(query, " ", "%20")
	for k, v := range header {
		if strings.EqualFold(k, "Host") {
			r.Host = v
		}
		r.Header.Set(k, v)
	}
	response, err := s.client.Do(r)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	return Answer{Status: response.StatusCode, Header: response.Header, Body: b}, err
}

// Ask is Request with an Authorization header; an error ends the test.
func (s *Server) Ask(tb testing.TB, method, path, authorization, body string) Answer {
	tb.Helper()
	header := map[string]string{}
	if authorization != "" {
		header["Authorization"] = authorization
	}
	if body != "" {
		header["Content-Type"] = "application/json"
	}
	a, err := s.Request(method, path, header, body)
	if err != nil {
		tb.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// Step is one request of a scenario and what its answer has to be. ${name} in Path, Body and headers stands for what an
// earlier step kept.
type Step struct {
	Name   string
	Method string // default GET
	Path   string
	Header map[string]string // beside and before those of the scenario
	Bare   bool              // without the headers of the scenario
	Body   string
	Status int               // default 200
	Has    []string          // texts the body must hold
	Lacks  []string          // texts it must not hold
	Fields map[string]any    // members of the object, or of the first row of the list, and their values; Present for any
	Rows   int               // exact number of rows; -1: at least one; 0: not looked at
	Empty  bool              // the body must be empty
	Keep   map[string]string // name → member whose value is kept
	Heads  map[string]string // headers the answer must have, and their values
	// Check looks at what the other members cannot say; what it puts into known is kept.
	Check func(tb testing.TB, a Answer, known map[string]string)
}

// Present is a value of Step.Fields that any member satisfies, null too.
var Present = new(int)

// Scenario plays steps in order. vars are the values known at the start; header is sent with each step.
func (s *Server) Scenario(t *testing.T, vars map[string]string, header map[string]string, steps []Step) {
	t.Helper()
	known := map[string]string{}
	maps.Copy(known, vars)
	fill := func(text string) string {
		return os.Expand(text, func(name string) string {
			if v, ok := known[name]; ok {
				return v
			}
			return "$" + name // OData's own $filter and the like
		})
	}
	for i, step := range steps {
		name := step.Name
		if name == "" {
			name = fmt.Sprintf("%d %s %s", i+1, step.Method, step.Path)
		}
		if step.Method == "" {
			step.Method = http.MethodGet
		}
		if step.Status == 0 {
			step.Status = http.StatusOK
		}
		all := map[string]string{}
		for k, v := range header {
			if !step.Bare {
				all[k] = fill(v)
			}
		}
		for k, v := range step.Header {
			all[k] = fill(v)
		}
		a, err := s.Request(step.Method, fill(step.Path), all, fill(step.Body))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		complain := func(format string, args ...any) {
			t.Helper()
			t.Errorf("%s: %s\n  %s %s\n  answered %d %.400s", name, fmt.Sprintf(format, args...), step.Method, fill(step.Path), a.Status, a.Body)
		}
		if a.Status != step.Status {
			complain("status %d, want %d", a.Status, step.Status)
			continue
		}
		if step.Empty && len(a.Body) > 0 {
			complain("the body is not empty")
		}
		for _, text := range step.Has {
			if !bytes.Contains(a.Body, []byte(fill(text))) {
				complain("the body lacks %q", fill(text))
			}
		}
		for _, text := range step.Lacks {
			if bytes.Contains(a.Body, []byte(fill(text))) {
				complain("the body holds %q", fill(text))
			}
		}
		members, rows := a.JSON(), a.Rows()
		if _, list := members["value"]; list && len(rows) > 0 {
			members = rows[0]
		}
		if step.Rows > 0 && len(rows) != step.Rows || step.Rows < 0 && len(rows) == 0 {
			complain("%d rows, want %d", len(rows), step.Rows)
		}
		for field, want := range step.Fields {
			got, ok := members[field]
			if text, isText := want.(string); isText {
				want = fill(text)
			}
			if n, isInt := want.(int); isInt {
				want = float64(n)
			}
			if !ok || want != Present && got != want {
				complain("%s = %v, want %v", field, got, want)
			}
		}
		for head, want := range step.Heads {
			if got := a.Header.Get(head); got != fill(want) {
				complain("%s: %q, want %q", head, got, fill(want))
			}
		}
		if step.Check != nil {
			t.Run(strings.ReplaceAll(name, "/", " "), func(t *testing.T) { step.Check(t, a, known) })
		}
		for keep, member := range step.Keep {
			switch v := members[member].(type) {
			case string:
				known[keep] = v
			case float64:
				known[keep] = fmt.Sprintf("%.0f", v)
			default:
				complain("no %s to keep", member)
			}
		}
	}
}
