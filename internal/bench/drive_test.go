package bench

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

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
	if err := d.checkList(page(1, fake.rows[0]), s.filter, combination{"x", "y", "z"}, 1); err == nil {
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
