package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPeersOnOtherMachinesNeedTheFlag(t *testing.T) {
	for _, c := range []struct {
		url    string
		remote bool
		want   string
	}{
		{"http://127.0.0.1:8090", false, "127.0.0.1:8090"}, {"http://localhost:8090/", false, "localhost:8090"}, {"http://[::1]:9", false, "[::1]:9"},
		{"http://127.0.0.1", false, "127.0.0.1:80"}, {"http://192.0.2.1:80", false, ""}, {"http://192.0.2.1:80", true, "192.0.2.1:80"},
		{"http://peer.example:80", false, ""}, {"http://127.0.0.1.peer.example", false, ""}, {"https://127.0.0.1", true, ""},
		{"127.0.0.1:80", true, ""}, {"http://127.0.0.1/path", true, ""},
	} {
		got, err := peerAddress(c.url, c.remote)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%s remote %v: %q %v, want %q", c.url, c.remote, got, err, c.want)
		}
	}
}

// fakePeer answers as the servers of a dialect do and writes down what it was asked.
type fakePeer struct {
	d        *dialect
	mu       sync.Mutex
	rows     []map[string]any
	requests []string
	broken   atomic.Bool
}

func (f *fakePeer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	text, _ := io.ReadAll(r.Body)
	var body map[string]any
	_ = json.Unmarshal(text, &body)
	f.requests = append(f.requests, r.Method+" "+r.URL.RequestURI()+" "+r.Header.Get("Authorization"))
	answer := func(status int, v any) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(v)
	}
	switch {
	case f.broken.Load():
		answer(500, map[string]any{"error": "broken"})
	case r.Method == "DELETE":
		w.WriteHeader(404)
	case r.Method == "POST" && r.URL.Path == f.d.set:
		body[f.d.key] = fmt.Sprintf("key%012d", len(f.rows))
		f.rows = append(f.rows, body)
		answer(f.d.created, body)
	case r.Method == "POST":
		answer(200, body)
	case r.URL.Path == f.d.set:
		rows := f.rows[:min(len(f.rows), 100)]
		if filter := r.URL.Query().Get("$filter") + r.URL.Query().Get("filter"); filter != "" {
			rows = slices.DeleteFunc(slices.Clone(f.rows), func(row map[string]any) bool {
				return !strings.Contains(filter, "'"+row["OwnerTeam"].(string)+"'") || !strings.Contains(filter, "'"+row["Category"].(string)+"'") ||
					!strings.Contains(filter, "'"+row["Status"].(string)+"'")
			})
		}
		total := len(f.rows)
		if len(rows) < total && len(rows) != 100 {
			total = len(rows)
		}
		answer(200, map[string]any{f.d.rows: rows, f.d.total: total})
	default:
		for _, row := range f.rows {
			if strings.Contains(r.URL.Path, row[f.d.key].(string)) {
				answer(200, row)
				return
			}
		}
		w.WriteHeader(404)
	}
}

func TestAdaptersSayWhatTheirPeersUnderstand(t *testing.T) {
	for _, c := range []struct {
		name    string
		adapter adapter
		first   []string // requests before the load
		get     string
		list    []string // parts of the list request
	}{
		{"PocketBase", pocketBase("token"),
			[]string{"DELETE /api/collections/provost_bench token", "POST /api/collections token", "GET /api/collections/provost_bench/records?perPage=1&fields=id token"},
			"GET /api/collections/provost_bench/records/key0",
			[]string{"perPage=100", "sort=-CreatedDateTime", "filter=OwnerTeam+%3D+%27Bench+Team+00%27+%26%26+Category+%3D+%27Category+"}},
		{"CAP", capService("Basic eDp5"),
			[]string{"GET /odata/v4/bench/BenchIncidents?$count=true&$top=1&$select=ID Basic eDp5"},
			"GET /odata/v4/bench/BenchIncidents(key0",
			[]string{"$top=100", "$count=true", "$orderby=createdAt%20desc", "$filter=OwnerTeam%20eq%20%27Bench%20Team%2000%27%20and%20Category%20eq%20%27Category%20"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake := &fakePeer{d: c.adapter.dialect}
			server := httptest.NewServer(fake)
			defer server.Close()
			b := &bench{Options: Options{
				Against: server.URL, Adapter: map[string]string{"PocketBase": "pocketbase", "CAP": "cap"}[c.name], Token: map[string]string{"PocketBase": "token", "CAP": "Basic eDp5"}[c.name],
				Connections: 4, Records: 300, Seed: 1, Progress: func(string) {},
			}}
			if err := b.preparePeer(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := fake.requests[:len(c.first)]; !slices.Equal(got, c.first) {
				t.Errorf("first requests:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.first, "\n"))
			}
			if len(fake.rows) != 300 || b.peer.rows.Load() != 300 {
				t.Fatalf("%d rows loaded, %d counted", len(fake.rows), b.peer.rows.Load())
			}
			numbers := map[any]bool{}
			for _, row := range fake.rows {
				numbers[row["IncidentNumber"]] = true
			}
			if len(numbers) != 300 {
				t.Errorf("%d different numbers of 300", len(numbers))
			}
			fake.requests = nil
			for _, k := range []kind{getByKey, listPage, createRow} {
				m := driveBriefly(t, b.peer, k)
				if m.errors > 0 || m.requests == 0 {
					t.Errorf("workload %d: %d requests, %d errors: %v", k, m.requests, m.errors, m.problem)
				}
			}
			if n, err := b.peer.count(); err != nil || n != b.peer.rows.Load() {
				t.Errorf("count %d %v, want %d", n, err, b.peer.rows.Load())
			}
			var get, list string
			for _, r := range fake.requests {
				if strings.HasPrefix(r, c.get) {
					get = r
				} else if strings.Contains(r, "ilter=") {
					list = r
				}
			}
			if get == "" {
				t.Errorf("no request begins with %s", c.get)
			}
			for _, part := range c.list {
				if !strings.Contains(list, part) {
					t.Errorf("the list request %s lacks %s", list, part)
				}
			}
		})
	}
}

// driveBriefly sends some hundred requests of a kind.
func driveBriefly(t *testing.T, p *place, k kind) measurement {
	t.Helper()
	op := k.operation([]*place{p})
	var sent atomic.Int64
	next := op.request
	op.request = func(w *worker) []byte {
		if sent.Add(1) > 500 {
			return nil
		}
		return next(w)
	}
	m, err := drive{address: p.address, connections: 4, seed: 1}.run(t.Context(), op)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPocketBaseGetsTheFieldsAndIndexesOfTheDefinition(t *testing.T) {
	var got struct {
		Name   string
		Fields []struct{ Name, Type string }
		Index  []string `json:"indexes"`
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			_ = json.NewDecoder(r.Body).Decode(&got)
		} else {
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	defer server.Close()
	c := &client{address: server.Listener.Addr().String()}
	defer c.drop()
	if err := pocketBase("t").prepare(c, "h"); err != nil {
		t.Fatal(err)
	}
	if got.Name != "provost_bench" || len(got.Fields) != 42 || got.Fields[0].Type != "number" {
		t.Errorf("%s with %d fields", got.Name, len(got.Fields))
	}
	want := []string{
		"CREATE UNIQUE INDEX `ix_provost_bench_IncidentNumber` ON `provost_bench` (`IncidentNumber`)",
		"CREATE INDEX `ix_provost_bench_Status` ON `provost_bench` (`Status`)", "CREATE INDEX `ix_provost_bench_Category` ON `provost_bench` (`Category`)",
		"CREATE INDEX `ix_provost_bench_OwnerTeam` ON `provost_bench` (`OwnerTeam`)",
		"CREATE INDEX `ix_provost_bench_list` ON `provost_bench` (`OwnerTeam`, `Category`, `Status`, `CreatedDateTime`)",
	}
	if diff := cmp.Diff(want, got.Index); diff != "" {
		t.Error(diff)
	}
}
