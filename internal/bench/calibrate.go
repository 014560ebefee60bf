package bench

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// Calibration is what the machine can do at all: the block before the figures.
type Calibration struct {
	Hello    float64 `json:"hello_per_s"`        // net/http answering twelve bytes, in a process of its own, under the same client
	HelloCPU float64 `json:"hello_server_us"`    // CPU µs of that server per request
	Commits  float64 `json:"commits_per_s"`      // one-row transactions, one after the other, SQLite synchronous=FULL
	Fsync    float64 `json:"fsync_per_s"`        // 4 KiB appended and synced
	Signs    float64 `json:"es256_signs_per_s"`  // on one core
	Pages    float64 `json:"page_encodes_per_s"` // a page of 100 records by encoding/json, on one core
	PageCPU  float64 `json:"page_encode_us"`     // CPU µs of one, garbage collection and all
	PageSize int     `json:"page_bytes"`
}

// calibrate measures the machine, each figure for about the given time.
func calibrate(ctx context.Context, o Options, dir string, each time.Duration) (Calibration, error) {
	var c Calibration
	var err error
	if c.Fsync, err = fsyncs(dir, each); err != nil {
		return c, err
	}
	if c.Commits, err = commits(ctx, dir, each); err != nil {
		return c, err
	}
	if c.Signs, err = signs(each); err != nil {
		return c, err
	}
	if err = c.pages(o.Seed, each); err != nil {
		return c, err
	}
	c.Hello, c.HelloCPU, err = hello(ctx, o.Program, o.Connections, each)
	return c, err
}

// repeat calls do until the time is over and returns the calls per second.
func repeat(d time.Duration, do func() error) (float64, error) {
	start, n := time.Now(), 0
	for time.Since(start) < d {
		if err := do(); err != nil {
			return 0, err
		}
		n++
	}
	return float64(n) / time.Since(start).Seconds(), nil
}

func fsyncs(dir string, d time.Duration) (float64, error) {
	f, err := os.Create(filepath.Join(dir, "fsync"))
	if err != nil {
		return 0, fmt.Errorf("measure fsync: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	block := make([]byte, 4096)
	return repeat(d, func() error {
		if _, err := f.Write(block); err != nil {
			return fmt.Errorf("measure fsync: %w", err)
		}
		if err := f.Sync(); err != nil {
			return fmt.Errorf("measure fsync: %w", err)
		}
		return nil
	})
}

func commits(ctx context.Context, dir string, each time.Duration) (float64, error) {
	path := filepath.Join(dir, "commits.db")
	d, err := db.Open(ctx, "sqlite:"+path, db.Options{})
	if err != nil {
		return 0, fmt.Errorf("measure commits: %w", err)
	}
	defer os.Remove(path)
	defer d.Close()
	if err := d.Alone(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec("CREATE TABLE one (id INTEGER PRIMARY KEY, doc TEXT NOT NULL)")
		return err
	}); err != nil {
		return 0, fmt.Errorf("measure commits: %w", err)
	}
	doc := strings.Repeat("x", 2000)
	return repeat(each, func() error {
		return d.Alone(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec("INSERT INTO one (doc) VALUES ($1)", doc)
			return err
		})
	})
}

func signs(each time.Duration) (float64, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return 0, fmt.Errorf("measure signing: %w", err)
	}
	token := make([]byte, 600)
	return repeat(each, func() error {
		sum := sha256.Sum256(token)
		_, _, err := ecdsa.Sign(rand.Reader, key, sum[:])
		return err
	})
}

// pages encodes a page of 100 records as a program would that keeps records in structures.
func (c *Calibration) pages(seed uint64, each time.Duration) error {
	s, err := benchShape(seed, 1)
	if err != nil {
		return err
	}
	var catalogue record.Catalogue
	if err := json.Unmarshal(Definition, &catalogue); err != nil {
		return fmt.Errorf("measure encoding: %w", err)
	}
	row := reflect.StructOf(structure(catalogue.Objects[0].Fields))
	page := reflect.New(reflect.StructOf([]reflect.StructField{
		{Name: "Context", Type: reflect.TypeFor[string](), Tag: `json:"@odata.context"`},
		{Name: "Count", Type: reflect.TypeFor[int64](), Tag: `json:"@odata.count"`},
		{Name: "Value", Type: reflect.SliceOf(row), Tag: `json:"value"`},
	})).Elem()
	rows := reflect.MakeSlice(reflect.SliceOf(row), 100, 100)
	for i := range 100 {
		doc := append(append([]byte(nil), s.payloads[i%len(s.payloads)]...), '}')
		if err := json.Unmarshal(doc, rows.Index(i).Addr().Interface()); err != nil {
			return fmt.Errorf("measure encoding: %w", err)
		}
	}
	page.Field(2).Set(rows)
	v := page.Addr().Interface()
	before, err := usageNow(0)
	if err != nil {
		return err
	}
	n := 0
	c.Pages, err = repeat(each, func() error {
		b, err := json.Marshal(v)
		c.PageSize = len(b)
		n++
		return err
	})
	if err != nil {
		return fmt.Errorf("measure encoding: %w", err)
	}
	after, err := usageNow(0)
	c.PageCPU = float64((after.client - before.client).Microseconds()) / float64(n)
	return err
}

// structure lists the fields a record is read with, system fields first, as those of a Go structure.
func structure(fields []record.FieldDefinition) []reflect.StructField {
	kinds := map[string]reflect.Type{
		"": reflect.TypeFor[string](), "decimal": reflect.TypeFor[string](), "number": reflect.TypeFor[int64](),
		"boolean": reflect.TypeFor[bool](), "datetime": reflect.TypeFor[time.Time](),
	}
	all := []record.FieldDefinition{
		{Name: "RecId"}, {Name: "CreatedBy"}, {Name: "CreatedDateTime", Type: "datetime"}, {Name: "LastModBy"},
		{Name: "LastModDateTime", Type: "datetime"}, {Name: "ReadOnly", Type: "boolean"}, {Name: "IsUnRead", Type: "boolean"},
		{Name: "IsNewRecord", Type: "boolean"},
	}
	var out []reflect.StructField
	for _, f := range append(all, fields...) {
		out = append(out, reflect.StructField{Name: f.Name, Type: kinds[f.Type], Tag: reflect.StructTag(`json:"` + f.Name + `"`)})
	}
	return out
}

const helloText = "hello, world"

// ServeHello answers every request with a few bytes, as net/http does by itself, until in ends. It prints its address.
func ServeHello(in io.Reader, out io.Writer) error {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("serve hello: %w", err)
	}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, helloText)
	})}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	fmt.Fprintln(out, l.Addr())
	_, _ = io.Copy(io.Discard, in)
	_ = server.Close()
	<-failed
	return nil
}

// hello measures the server of ServeHello in a process of its own.
func hello(ctx context.Context, program string, connections int, each time.Duration) (perSecond, cpu float64, err error) {
	c := exec.CommandContext(ctx, program, "bench-hello")
	c.Env = environment()
	in, err := c.StdinPipe()
	if err != nil {
		return 0, 0, fmt.Errorf("measure hello: %w", err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return 0, 0, fmt.Errorf("measure hello: %w", err)
	}
	if err := c.Start(); err != nil {
		return 0, 0, fmt.Errorf("measure hello: %w", err)
	}
	defer func() {
		in.Close()
		_ = c.Wait()
	}()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return 0, 0, fmt.Errorf("measure hello: %w", err)
	}
	request := []byte("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	m, err := drive{
		address: strings.TrimSpace(address), connections: connections, warmUp: each / 4, counted: each, pid: c.Process.Pid,
	}.run(ctx, operation{status: 200, request: func(*worker) []byte { return request }, check: func(_ *worker, body []byte) error {
		if string(body) != helloText {
			return fmt.Errorf("hello answered %.40q", body)
		}
		return nil
	}})
	if err != nil {
		return 0, 0, err
	}
	if m.errors > 0 || m.requests == 0 {
		return 0, 0, fmt.Errorf("measure hello: %d of %d requests failed: %w", m.errors, m.requests, m.problem)
	}
	return float64(m.requests) / m.seconds, float64(m.server.Microseconds()) / float64(m.requests), nil
}
