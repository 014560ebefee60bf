package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/desk"
	"github.com/provost-itsm/provost/internal/desk/webhook"
	"github.com/provost-itsm/provost/internal/people"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/outbound"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// received is a request that reached a receiver.
type received struct {
	path, id, timestamp, signature string
	body                           []byte
	message                        struct {
		Type, Timestamp string
		Data            struct {
			Object, RecID string
			Number        int64
			Rev           int64
			Changes       map[string][2]any
			Record        map[string]any
			Webhook       string
		}
	}
}

// signed verifies a request as a receiver would, with nothing of the code that signs.
func (r received) signed(t *testing.T, secret string) bool {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) != 32 || !strings.HasPrefix(secret, "whsec_") {
		t.Fatalf("the secret %q is none: %v", secret, err)
	}
	mac := hmac.New(sha256.New, key)
	io.WriteString(mac, r.id+"."+r.timestamp+"."+string(r.body)) //nolint:errcheck // a hash never fails
	want := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for one := range strings.FieldsSeq(r.signature) {
		version, value, _ := strings.Cut(one, ",")
		if version == "v1" && hmac.Equal([]byte(value), []byte(want)) {
			return true
		}
	}
	return false
}

// receiver is an HTTPS server that keeps what it gets.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []received
	answer func(w http.ResponseWriter, r received) // nil: 200
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	x := &receiver{}
	x.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r := received{path: q.URL.Path, id: q.Header.Get("Webhook-Id"), timestamp: q.Header.Get("Webhook-Timestamp"), signature: q.Header.Get("Webhook-Signature")}
		r.body, _ = io.ReadAll(q.Body)
		if err := json.Unmarshal(r.body, &r.message); err != nil {
			t.Errorf("the body is no message: %v: %s", err, r.body)
		}
		if q.Method != http.MethodPost || q.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %v", q.Method, q.Header)
		}
		x.mu.Lock()
		x.got = append(x.got, r)
		answer := x.answer
		x.mu.Unlock()
		if answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(x.Close)
	return x
}

// answers sets what is answered from now on.
func (x *receiver) answers(fn func(w http.ResponseWriter, r received)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.answer = fn
}

func (x *receiver) status(code int) {
	x.answers(func(w http.ResponseWriter, _ received) { w.WriteHeader(code) })
}

// take returns what came since the last call.
func (x *receiver) take() []received {
	x.mu.Lock()
	defer x.mu.Unlock()
	got := x.got
	x.got = nil
	return got
}

func kinds(got []received) string {
	all := make([]string, len(got))
	for i, r := range got {
		all[i] = r.message.Type
	}
	return strings.Join(all, " ")
}

// fixture is a tenant whose webhooks may reach loopback and trust the receiver.
type fixture struct {
	patience time.Duration // for an answer, of real time
	t        *testing.T
	clock    *clock.Manual
	ctx      context.Context
	dsn      string
	dir      string
	keys     *secret.Keys
	receiver *receiver
	registry *tenant.Registry
	hooks    *webhook.Module
	one      *tenant.Handle
	hidden   func(p *principal.Principal, t *record.Type) []bool
}

func each(t *testing.T, test func(t *testing.T, f *fixture)) {
	t.Helper()
	pgtest.Each(t, func(t *testing.T, dsn string) { test(t, newFixture(t, dsn)) })
}

func newFixture(t *testing.T, dsn string) *fixture {
	t.Helper()
	return newPatientFixture(t, dsn, 30*time.Second)
}

// newPatientFixture is newFixture that waits so long for an answer.
func newPatientFixture(t *testing.T, dsn string, patience time.Duration) *fixture {
	t.Helper()
	f := &fixture{t: t, dsn: dsn, patience: patience, dir: t.TempDir(), clock: clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), receiver: newReceiver(t)}
	f.ctx = record.AsSystem(t.Context())
	var err error
	f.keys, err = secret.Open(filepath.Join(f.dir, "keys.json"), true)
	f.must(err)
	f.registry, f.hooks = f.replica()
	t.Cleanup(func() {
		ctx := record.AsSystem(context.Background())
		for _, info := range f.registry.List() {
			if err := f.registry.Delete(ctx, info.ID); err != nil {
				t.Errorf("delete tenant: %v", err)
			}
		}
	})
	f.one = f.tenant("one")
	return f
}

// tenant makes a tenant and holds it.
func (f *fixture) tenant(name string) *tenant.Handle {
	f.t.Helper()
	info, err := f.registry.Create(f.ctx, tenant.New{Name: name, Hosts: []string{name + ".example.com"}, BaseURL: "https://" + name + ".example.com"})
	f.must(err)
	return f.acquire(f.registry, info.ID)
}

// replica opens the tenants as a process does.
func (f *fixture) replica() (*tenant.Registry, *webhook.Module) {
	f.t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(f.receiver.Certificate())
	client := outbound.New(outbound.Options{Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Roots: roots, Total: f.patience})
	f.t.Cleanup(client.Close)
	sight := desk.New(desk.Deps{Clock: f.clock}).Sight()
	sight.Hidden = func(_ *tenant.Handle, p *principal.Principal, t *record.Type) []bool {
		if f.hidden == nil {
			return nil
		}
		return f.hidden(p, t)
	}
	hooks := webhook.New(webhook.Deps{Client: client, Sight: sight, Clock: f.clock, Jitter: func() float64 { return .5 }})
	persons := people.New(people.Deps{Clock: f.clock})
	catalogue, err := desk.Stock()
	f.must(err)
	owners := persons.Owners()
	maps.Copy(owners, desk.Owners())
	control, err := db.Open(f.ctx, f.dsn, db.Options{Timeline: db.ControlTimeline()})
	f.must(err)
	f.t.Cleanup(func() { _ = control.Close() })
	registry, err := tenant.Open(f.ctx, tenant.Options{Control: control, ControlDSN: f.dsn, DataDir: f.dir, Keys: f.keys, Clock: f.clock,
		Opened: func(ctx context.Context, h *tenant.Handle) error {
			hooks.Watch(h)
			return persons.Prepare(ctx, h)
		},
		Records: func(ctx context.Context, d *db.DB) (*record.Engine, error) {
			return record.Open(ctx, record.Options{DB: d, Clock: f.clock, Owners: owners,
				Stock: []record.Stock{{Domain: "people", Catalogue: people.Stock()}, {Domain: "desk", Catalogue: catalogue}}})
		}})
	f.must(err)
	f.t.Cleanup(func() {
		if err := registry.Close(context.Background()); err != nil {
			f.t.Errorf("close tenants: %v", err)
		}
	})
	return registry, hooks
}

func (f *fixture) acquire(r *tenant.Registry, id string) *tenant.Handle {
	f.t.Helper()
	h, free, err := r.Acquire(f.ctx, id)
	f.must(err)
	f.t.Cleanup(free)
	return h
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// hook makes a webhook of tenant one that posts to the receiver.
func (f *fixture) hook(s webhook.Spec) webhook.Issued {
	f.t.Helper()
	if s.Name == "" {
		s.Name = "hook"
	}
	if s.URL == "" {
		s.URL = f.receiver.URL + "/" + s.Name + "?token=confidential"
	}
	made, err := f.hooks.Create(f.ctx, f.one, s)
	f.must(err)
	return made
}

func input(pairs ...any) record.Input {
	var in record.Input
	for i := 0; i+1 < len(pairs); i += 2 {
		in = append(in, record.InputField{Name: pairs[i].(string), Value: pairs[i+1]})
	}
	return in
}

func (f *fixture) typ(object string) *record.Type {
	f.t.Helper()
	t, ok := f.one.Records.Type(f.ctx, object)
	if !ok {
		f.t.Fatalf("no object %s", object)
	}
	return t
}

func (f *fixture) create(object string, pairs ...any) record.Row {
	f.t.Helper()
	row, err := f.one.Records.Create(f.ctx, f.typ(object), input(pairs...))
	f.must(err)
	return row
}

func (f *fixture) update(row record.Row, pairs ...any) {
	f.t.Helper()
	_, err := f.one.Records.Update(f.ctx, row.Type, row.RecID, input(pairs...))
	f.must(err)
}

func (f *fixture) remove(row record.Row) {
	f.t.Helper()
	f.must(f.one.Records.Delete(f.ctx, row.Type, row.RecID))
}

// send sends what is due now and returns what the receiver got of it.
func (f *fixture) send() []received {
	f.t.Helper()
	f.must(f.hooks.Send(f.ctx, f.one))
	return f.receiver.take()
}

// after moves the clock and sends.
func (f *fixture) after(d time.Duration) []received {
	f.t.Helper()
	f.clock.Advance(d)
	return f.send()
}

// state is the deliveries of the webhook "hook", newest first: "state:attempts …".
func (f *fixture) state() string {
	f.t.Helper()
	all, err := f.hooks.Deliveries(f.ctx, f.one, "hook", "", 1000)
	f.must(err)
	texts := make([]string, len(all))
	for i, d := range all {
		texts[i] = d.State
	}
	return strings.Join(texts, " ")
}

func (f *fixture) find() webhook.Webhook {
	f.t.Helper()
	w, err := f.hooks.Find(f.ctx, f.one, "hook")
	f.must(err)
	return w
}

// audited counts the entries of an action in tenant one and returns the last one's payload.
func (f *fixture) audited(action string) (n int, last string) {
	f.t.Helper()
	rows, err := f.one.DB.Query(f.ctx, `SELECT payload FROM audit WHERE action = $1 ORDER BY seq`, action)
	f.must(err)
	defer rows.Close()
	for rows.Next() {
		f.must(rows.Scan(&last))
		n++
	}
	f.must(rows.Err())
	return n, last
}
