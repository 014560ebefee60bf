package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/record"
)

func TestPercentilesAreMeasuredValues(t *testing.T) {
	hundred := make([]uint32, 100)
	for i := range hundred {
		hundred[i] = uint32(100 - i)
	}
	for name, c := range map[string]struct {
		in   []uint32
		want percentiles
	}{
		"none":              {nil, percentiles{}},
		"one is all":        {[]uint32{7}, percentiles{7, 7, 7, 7, 7}},
		"1 to 100":          {hundred, percentiles{50, 90, 99, 100, 100}},
		"two: lower middle": {[]uint32{9, 1}, percentiles{1, 9, 9, 9, 9}},
	} {
		if got := percentilesOf(c.in); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		in   []float64
		want float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 1, 3, 2}, 2.5}} {
		if got := median(c.in); got != c.want {
			t.Errorf("median of %v: %v, want %v", c.in, got, c.want)
		}
	}
}

func TestProcessTimesAreReadWhateverTheProcessIsCalled(t *testing.T) {
	got, err := processTime([]byte("42 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20"))
	if want := 1750 * time.Millisecond; err != nil || got != want {
		t.Errorf("process: %v %v, want %v", got, err, want)
	}
	got, err = systemTime([]byte("cpu  100 20 30 9999 9999 4 5 6 0 0\ncpu0 1 1 1 1 1 1 1 1\n"))
	if want := 1650 * time.Millisecond; err != nil || got != want {
		t.Errorf("machine: %v %v, want %v", got, err, want)
	}
	for _, junk := range []string{"", "1 (x) S 1", "cpu a b c d e f g h"} {
		if _, err := processTime([]byte(junk)); err == nil {
			t.Errorf("%q has a process time", junk)
		}
		if _, err := systemTime([]byte(junk)); err == nil {
			t.Errorf("%q has a machine time", junk)
		}
	}
	if _, err := usageNow(os.Getpid()); err != nil {
		t.Error(err)
	}
	if peakMemory(os.Getpid()) < 1<<20 {
		t.Error("this process has a peak of less than 1 MiB")
	}
}

func TestDefinitionIsWhatTheWorkloadsSay(t *testing.T) {
	d := json.NewDecoder(strings.NewReader(string(Definition)))
	d.DisallowUnknownFields()
	var c record.Catalogue
	if err := d.Decode(&c); err != nil {
		t.Fatal(err)
	}
	if len(c.Objects) != 1 || c.Objects[0].Object != "BenchIncident#" || len(c.Objects[0].Fields) != 40 {
		t.Fatalf("%d objects, %d fields", len(c.Objects), len(c.Objects[0].Fields))
	}
	indexed := map[string]bool{}
	unique := 0
	for _, f := range c.Objects[0].Fields {
		indexed[f.Name] = f.Index != record.NotIndexed
		if f.Index == record.Unique && f.Name == c.Objects[0].Number.Field {
			unique++
		}
	}
	s, err := benchShape(1, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range s.filter {
		if !indexed[name] {
			t.Errorf("%s is not indexed", name)
		}
	}
	if want := append(slices.Clone(s.filter[:]), "CreatedDateTime"); unique != 1 || !slices.Equal(c.Objects[0].Indexes[0], want) {
		t.Errorf("%d unique number fields, index %v, want one and %v", unique, c.Objects[0].Indexes, want)
	}
}

func TestPayloadsAreTheSameForASeedAndAllOfOneLength(t *testing.T) {
	people := []string{"0199A3C2D4E07B1C8F2E5A6B7C8D9E0F"}
	for name, make := range map[string]func(seed uint64, records int) *shape{
		"BenchIncident": func(seed uint64, records int) *shape {
			s, err := benchShape(seed, records)
			if err != nil {
				t.Fatal(err)
			}
			return s
		},
		"Incident": func(seed uint64, records int) *shape { return incidentShape(seed, records, people) },
	} {
		t.Run(name, func(t *testing.T) {
			a, b, other := make(1, 100_000), make(1, 100_000), make(2, 100_000)
			if !cmp.Equal(a.payloads, b.payloads) || cmp.Equal(a.payloads, other.payloads) {
				t.Error("payloads have to depend on the seed and on nothing else")
			}
			if len(a.combos) != 600 || len(make(1, 5000).combos) != 30 {
				t.Errorf("%d combinations of 100,000 records, %d of 5,000", len(a.combos), len(make(1, 5000).combos))
			}
			for i, p := range a.payloads {
				var fields map[string]any
				if err := json.Unmarshal(append(slices.Clone(p), '}'), &fields); err != nil {
					t.Fatalf("payload %d: %v", i, err)
				}
				for k, f := range a.filter {
					if fields[f] != a.combos[i%len(a.combos)][k] {
						t.Fatalf("payload %d: %s is %v", i, f, fields[f])
					}
				}
				if len(p) != len(a.payloads[0]) {
					t.Fatalf("payload %d has %d bytes, the first %d", i, len(p), len(a.payloads[0]))
				}
			}
		})
	}
}

func TestChoosingWorkloads(t *testing.T) {
	names := func(w []Workload) (out []string) {
		for _, x := range w {
			out = append(out, x.Name)
		}
		return out
	}
	for in, want := range map[string]string{"": "T3 T4c T5 S3 S4 S5 M", "m,T5,t3": "T3 T5 M"} {
		got, err := choose(slices.DeleteFunc(strings.Split(in, ","), func(s string) bool { return s == "" }))
		if strings.Join(names(got), " ") != want || err != nil {
			t.Errorf("%q: %v %v, want %s", in, names(got), err, want)
		}
	}
	if _, err := choose([]string{"T9"}); err == nil {
		t.Error("an unknown workload is taken")
	}
}

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

func TestOptionsThatDoNotGoTogetherAreRefused(t *testing.T) {
	good := Options{Store: "sqlite", Runs: 1, Seconds: time.Second, Connections: 1, Records: 100, Tenants: 1}
	for name, change := range map[string]func(*Options){
		"PostgreSQL without a database": func(o *Options) { o.Store = "postgres" },
		"no runs":                       func(o *Options) { o.Runs = 0 },
		"a peer without an adapter":     func(o *Options) { o.Against = "http://127.0.0.1:1" },
		"PocketBase without a token":    func(o *Options) { o.Against, o.Adapter = "http://127.0.0.1:1", "pocketbase" },
		"a stock object on a peer":      func(o *Options) { o.Against, o.Adapter, o.Workloads = "http://127.0.0.1:1", "cap", []string{"S3"} },
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
	o.DatabaseURL = "postgres://somewhere"
	if _, err := o.check(); err != nil || o.DatabaseURL != "" {
		t.Errorf("SQLite with a database URL around: %q %v", o.DatabaseURL, err)
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

func TestWrongAnswersAreErrors(t *testing.T) {
	d := odata("benchincidents", "key")
	s, err := benchShape(1, 100)
	if err != nil {
		t.Fatal(err)
	}
	fake := &fakePeer{d: d}
	server := httptest.NewServer(fake)
	defer server.Close()
	p := newPlace(server.Listener.Addr().String(), "localhost", d, s)
	if err := p.fill(t.Context(), 2, 100, func(int64) {}); err != nil {
		t.Fatal(err)
	}
	record, _ := json.Marshal(fake.rows[0])
	if err := d.checkRecord(record, p.keys[0]+"x"); err == nil {
		t.Error("another record than the one asked for is taken")
	}
	if err := d.checkRecord([]byte(`{"RecId":"a"}`), "a"); err == nil {
		t.Error("a record without its fields is taken")
	}
	page := func(total int, rows ...map[string]any) []byte {
		b, _ := json.Marshal(map[string]any{"value": rows, "@odata.count": total})
		return b
	}
	c := s.combos[0]
	if err := d.checkList(page(1, fake.rows[slices.Index(p.keys, fake.rows[0]["RecId"].(string))%1]), s.filter, combination{"x", "y", "z"}, 1); err == nil {
		t.Error("rows that the filter excludes are taken")
	}
	if err := d.checkList(page(2, fake.rows[0]), s.filter, c, 1); err == nil {
		t.Error("a page with too few rows is taken")
	}
	if err := d.checkList([]byte(`{"value":[]}`), s.filter, c, 0); err == nil {
		t.Error("a page without its total is taken")
	}
	fake.broken.Store(true)
	m := driveBriefly(t, p, getByKey)
	if m.requests != 0 || m.errors != 4*hopeless || m.problem == nil || !strings.Contains(m.problem.Error(), "status 500") {
		t.Errorf("%d requests, %d errors, %v", m.requests, m.errors, m.problem)
	}
}

func TestDriveCountsTheCountedTimeOnly(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
	defer server.Close()
	request := []byte("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	began, ended := 0, 0
	m, err := drive{
		address: server.Listener.Addr().String(), connections: 3, warmUp: 50 * time.Millisecond, counted: 100 * time.Millisecond, pid: os.Getpid(),
		begin: func() { began++ }, end: func() { ended++ },
	}.run(t.Context(), operation{status: 200, request: func(*worker) []byte { return request }})
	if err != nil || began != 1 || ended != 1 || m.errors != 0 {
		t.Fatalf("%+v %v", m, err)
	}
	if m.requests == 0 || m.acknowledged <= m.requests || m.seconds < 0.1 || m.latency.Max < m.latency.P50 {
		t.Errorf("%d requests counted of %d, %v s", m.requests, m.acknowledged, m.seconds)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (drive{address: server.Listener.Addr().String(), connections: 1, counted: time.Hour}).run(ctx, operation{status: 200, request: func(*worker) []byte { return request }}); err == nil {
		t.Error("a cancelled drive has a result")
	}
}

func TestReportHasEveryFieldAndSaysWhatFailed(t *testing.T) {
	r := Report{Calibration: Calibration{Hello: 70_000, HelloCPU: 15, Commits: 3600, Fsync: 5000, Signs: 27_000, Pages: 3800, PageCPU: 263, PageSize: 197_000}}
	one := Result{
		Workload: "T5", Target: "provost", Run: 1, Store: "sqlite", Sync: "synchronous=FULL", Go: "go1", Processor: "a processor", Cores: 2, RateLimits: "none",
		Connections: 64, Seconds: 15, Requests: 60_000, Rate: 4000, percentiles: percentiles{10_000, 20_000, 25_000, 30_000, 40_000}, ServerCPU: 200,
		PeakMemory: 100 << 20, Database: 300 << 20, Limit: "commits", LimitPercent: 111, RowsExpected: 5, RowsFound: 5, RowsAfterKill: 5,
	}
	two := one
	two.Run, two.Rate = 2, 5000
	peer := one
	peer.Target, peer.Rate, peer.Ratio, peer.RatioCPU, peer.RowsAfterKill = "pocketbase", 1000, 4, 0.2, 0
	r.Results = []Result{one, peer, two}
	var b strings.Builder
	if err := r.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"hello 70000/s (15.0 µs of server CPU)", "page encodes 3800/s", "p99.9 ms", "111% of commits", "rate limits: none", "4500",
		"T5: req/s of provost divided by those of pocketbase, pair by pair: 4.00; server CPU per request: 0.20",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, b.String())
		}
	}
	line, err := json.Marshal(one)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range strings.Fields("workload version commit store sync go cpu_model cores fsync_per_s connections seconds requests errors rps p50_us p90_us p99_us p99_9_us max_us server_cpu_us_per_request client_cores server_cores other_cores peak_rss_bytes database_bytes percent_of_limit") {
		if !strings.Contains(string(line), `"`+field+`":`) {
			t.Errorf("the line lacks %s: %s", field, line)
		}
	}
	if failed := r.Failed(); failed != "" {
		t.Error("nothing failed, but:", failed)
	}
	r.Results[0].RowsAfterKill = 4
	r.Results[2].Errors, r.Results[2].Problem = 1, "status 500"
	for _, want := range []string{"4 rows after kill -9, 5 loaded and acknowledged", "1 errors, first: status 500"} {
		if !strings.Contains(r.Failed(), want) {
			t.Errorf("%q lacks %q", r.Failed(), want)
		}
	}
}

func TestGateJudgesCPUTimeAndNothingElse(t *testing.T) {
	for name, c := range map[string]struct {
		workload string
		cpu      float64
		passed   bool
	}{
		"a cheap get":               {"T3", 10 * gates["T3"].most, true},
		"a get that costs too much": {"T3", 10*gates["T3"].most + 1, false},
		"a cheap page":              {"T4c", 300 * gates["T4c"].most, true},
		"CPU time that is unknown":  {"T5", 0, false},
	} {
		r := Report{Calibration: Calibration{HelloCPU: 10, PageCPU: 300}, Results: []Result{{Workload: c.workload, Target: "provost", ServerCPU: c.cpu, Rate: 1}}}
		r.judge()
		if len(r.Verdicts) != 1 || r.Verdicts[0].Passed != c.passed || (r.Failed() == "") != c.passed {
			t.Errorf("%s: %v", name, r.Verdicts)
		}
	}
	for _, w := range Workloads {
		if _, ok := gates[w.Name]; !ok {
			t.Errorf("%s has no gate", w.Name)
		}
	}
}

func TestHelloAnswersUntilItsInputEnds(t *testing.T) {
	in, stop := io.Pipe()
	out, print := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- ServeHello(in, print) }()
	address := make([]byte, 64)
	n, err := out.Read(address)
	if err != nil {
		t.Fatal(err)
	}
	c := client{address: strings.TrimSpace(string(address[:n]))}
	defer c.drop()
	if got, err := c.do([]byte("GET / HTTP/1.1\r\nHost: h\r\n\r\n")); err != nil || string(got.body) != helloText {
		t.Errorf("%q %v", got.body, err)
	}
	stop.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestProfileIsWrittenBetweenTheSignals(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cpu.pprof")
	signals := make(chan os.Signal)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- profile(ctx, file, signals) }()
	for range 2 {
		signals <- syscall.SIGUSR1
		signals <- syscall.SIGUSR2
		signals <- syscall.SIGUSR2 // nothing to end: no effect, and the one before is done
		if b, err := os.ReadFile(file); err != nil || len(b) == 0 {
			t.Errorf("%d bytes, %v", len(b), err)
		}
		if err := os.Remove(file); err != nil {
			t.Error(err)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got := profileName("a/cpu.pprof", "T3"); got != "a/cpu-T3.pprof" {
		t.Error(got)
	}
}
