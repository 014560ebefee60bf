package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Workload is one of the fixed workloads.
type Workload struct {
	Name     string
	What     string // one line for people
	Limit    string // the figure of the calibration it is compared with
	incident bool   // on the stock Incident instead of BenchIncident
	kind     kind
	alg      string // with which the tokens of issueToken are signed
	named    bool   // runs only when it is named
}

type kind uint8

const (
	getByKey kind = iota
	listPage
	createRow
	createTenants // createRow over many tenants at once
	findWord      // full text, a random word
	findCommon    // full text, a word that every record has
	signIn        // a response of an identity provider that signs somebody in
	issueToken    // a token for a client's id and secret
	introspect    // what a live token carries, asked by the client it was given to
	bearer        // a request that a live token opens
	compareTimes  // of two refusals that have to look alike
)

// aboutTokens reports whether a workload is one of the trust plane, which needs clients instead of records.
func (k kind) aboutTokens() bool { return k >= issueToken }

// Workloads are all workloads, in the order in which they run: reading before writing, so that lists read what was loaded,
// and last the one that makes people.
var Workloads = []Workload{
	{Name: "T1", What: "access token for a random client's id and secret (Basic), ES256, use counted", Limit: "hello", kind: issueToken, alg: "ES256"},
	{Name: "T1r", What: "T1 with RS256", Limit: "hello", kind: issueToken, alg: "RS256"},
	{Name: "T2", What: "introspection of live tokens, Zipf 1.1, each by the client it was given to", Limit: "hello", kind: introspect, alg: "ES256"},
	{Name: "T2b", What: "the bearer check: a request for one row that a live token opens, Zipf 1.1", Limit: "hello", kind: bearer, alg: "ES256"},
	{Name: "timing", What: "equal time for an unknown client and for a wrong secret", kind: compareTimes, alg: "ES256", named: true},
	{Name: "T3", What: "OData get by key, all fields, uniform keys", Limit: "hello", kind: getByKey},
	{Name: "T4c", What: "OData list: filter on three fields, by date, first 100, exact total", Limit: "pages", kind: listPage},
	{Name: "T5", What: "OData create, durable, audited, unique numbers", Limit: "commits", kind: createRow},
	{Name: "S3", What: "T3 on the stock Incident", Limit: "hello", incident: true, kind: getByKey},
	{Name: "S4", What: "T4c on the stock Incident", Limit: "pages", incident: true, kind: listPage},
	{Name: "F", What: "full text over the stock Incident: first page and exact total of a random word", Limit: "hello", incident: true, kind: findWord},
	{Name: "Fc", What: "the same of a word that every record has", Limit: "hello", incident: true, kind: findCommon},
	{Name: "S5", What: "T5 on the stock Incident", Limit: "commits", incident: true, kind: createRow},
	{Name: "M", What: "T5 over many tenants at once", Limit: "commits", kind: createTenants},
	{Name: "T6", What: "SAML response POST: verified, replay checked, pending sign-in stored; 5 % tampered and refused", Limit: "hello", kind: signIn},
}

// choose returns the workloads of the names, in their fixed order; without names all but those that have to be named. Case
// does not matter.
func choose(names []string) ([]Workload, error) {
	if len(names) == 0 {
		return slices.DeleteFunc(slices.Clone(Workloads), func(w Workload) bool { return w.named }), nil
	}
	var out []Workload
	for _, w := range Workloads {
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, w.Name) }) {
			out = append(out, w)
		}
	}
	for _, n := range names {
		if !slices.ContainsFunc(out, func(w Workload) bool { return strings.EqualFold(n, w.Name) }) {
			return nil, fmt.Errorf("there is no workload %s; there are T1, T1r, T2, T2b, T3, T4c, T5, S3, S4, F, Fc, S5, M, T6 and timing", n)
		}
	}
	return out, nil
}

// place is one set of records on one server: where to reach it, how to talk to it, and what is in it.
type place struct {
	address string // HOST:PORT to connect to
	host    string // of the requests
	dialect *dialect
	shape   *shape
	keys    []string     // of the loaded records
	rows    atomic.Int64 // in the set as far as we know: loaded and acknowledged
	lists   [][]byte     // a list request for each combination
	numbers atomic.Int64
}

func newPlace(address, host string, d *dialect, s *shape) *place {
	p := &place{address: address, host: host, dialect: d, shape: s}
	// Numbers that a former run on the same peer did not use.
	p.numbers.Store(time.Now().UnixMilli() * 1000)
	for _, c := range s.combos {
		p.lists = append(p.lists, d.get(host, d.set+d.list(s.filter, c)))
	}
	return p
}

// fill loads records and keeps their keys.
func (p *place) fill(ctx context.Context, connections, records int, progress func(done int64)) error {
	p.keys = make([]string, records)
	var next, done atomic.Int64
	op := operation{status: p.dialect.created, request: func(w *worker) []byte {
		if w.index = int(next.Add(1)) - 1; w.index >= records {
			return nil
		}
		return p.create(w, w.index)
	}, each: func(w *worker, body []byte) (err error) {
		p.rows.Add(1)
		if n := done.Add(1); n%10_000 == 0 {
			progress(n)
		}
		p.keys[w.index], err = p.dialect.keyOf(body)
		return err
	}, check: func(_ *worker, body []byte) error { return p.dialect.checkRecord(body, "") }}
	m, err := drive{address: p.address, connections: connections}.run(ctx, op)
	if err != nil {
		return err
	}
	if m.acknowledged != int64(records) {
		return fmt.Errorf("%d of %d records of %s could be loaded: %w", m.acknowledged, records, p.shape.object, m.problem)
	}
	return nil
}

func (p *place) create(w *worker, index int) []byte {
	w.buffer = p.dialect.appendCreate(w.buffer[:0], p.host, p.shape.payloads[index%len(p.shape.payloads)], p.numbers.Add(1))
	return w.buffer
}

// count asks the server for the number of rows.
func (p *place) count() (int64, error) {
	c := client{address: p.address}
	defer c.drop()
	answer, err := c.do(p.dialect.get(p.host, p.dialect.set+p.dialect.count))
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", p.shape.object, err)
	}
	if answer.status != 200 {
		return 0, fmt.Errorf("count %s: status %d: %.300q", p.shape.object, answer.status, answer.body)
	}
	total, _, err := p.dialect.page(answer.body)
	return total, err
}

// sample reads one record and returns its bytes without the context of the answer, for the report.
func (p *place) sample() (int, error) {
	if len(p.keys) == 0 {
		return 0, errors.New("no record was loaded")
	}
	c := client{address: p.address}
	defer c.drop()
	answer, err := c.do(p.dialect.get(p.host, p.dialect.entity(p.keys[0])))
	if err != nil {
		return 0, fmt.Errorf("read a record of %s: %w", p.shape.object, err)
	}
	if answer.status != 200 {
		return 0, fmt.Errorf("read a record of %s: status %d: %.300q", p.shape.object, answer.status, answer.body)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(answer.body, &fields); err != nil {
		return 0, fmt.Errorf("a record is not JSON: %w", err)
	}
	size := 1
	for name, value := range fields {
		if !strings.HasPrefix(name, "@odata.") {
			size += len(name) + len(value) + 4 // two quotes, colon, comma or brace
		}
	}
	return size, nil
}

// operation makes the requests of a workload on places: one, or many tenants, of which each connection has its own.
func (k kind) operation(places []*place) operation {
	of := func(w *worker) *place { return places[w.id%len(places)] }
	switch k {
	case getByKey:
		return operation{status: 200, request: func(w *worker) []byte {
			p := of(w)
			w.key = p.keys[w.r.IntN(len(p.keys))]
			w.buffer = p.dialect.appendGet(w.buffer[:0], p.host, w.key)
			return w.buffer
		}, check: func(w *worker, body []byte) error { return of(w).dialect.checkRecord(body, w.key) }}
	case listPage:
		return operation{status: 200, request: func(w *worker) []byte {
			p := of(w)
			w.index = w.r.IntN(len(p.lists))
			return p.lists[w.index]
		}, check: func(w *worker, body []byte) error {
			p := of(w)
			return p.dialect.checkList(body, p.shape.filter, p.shape.combos[w.index], len(p.keys)/len(p.shape.combos))
		}}
	case findWord, findCommon:
		return operation{status: 200, request: func(w *worker) []byte {
			p := of(w)
			w.key = commonWord
			if k == findWord {
				w.key = p.shape.words[w.r.IntN(len(p.shape.words))]
			}
			w.buffer = p.dialect.appendSearch(w.buffer[:0], p.host, p.shape.object, w.key)
			return w.buffer
		}, check: func(w *worker, body []byte) error {
			least := 1
			if k == findCommon {
				least = len(of(w).keys)
			}
			return checkHits(body, w.key, least)
		}}
	default:
		return operation{status: places[0].dialect.created, request: func(w *worker) []byte {
			p := of(w)
			return p.create(w, w.r.IntN(len(p.shape.payloads)))
		}, each: func(w *worker, _ []byte) error {
			of(w).rows.Add(1)
			return nil
		}, check: func(w *worker, body []byte) error { return of(w).dialect.checkRecord(body, "") }}
	}
}
