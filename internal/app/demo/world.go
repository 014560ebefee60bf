package demo

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// seed is what all chance in the demo comes from. Another one makes another hospital group.
const seed = "Northwind Health 2026"

const domain = "northwind-health.example"

// world is the whole demo in memory.
type world struct {
	*content
	engine    *record.Engine
	sooner    int64 // seconds
	sheets    map[string]*sheet
	directory directory

	places      []*place
	units       map[string]entity
	departments map[string]*department
	teams       map[string]*team
	people      []*person

	computers, servers, devices, printers []*item
	problems                              []*problem
	changes                               []*change
	incidents                             []*incident
	requests                              []*request
	library                               []entity // the articles
	files                                 [][]byte // contents of attachments

	batches  []batch
	pairings []pairing
	updates  []update
}

// batch is the new records of one object.
type batch struct {
	sheet   *sheet
	records []func() record.Record
}

// update is a change to a stock record.
type update struct {
	to entity
	in record.Input
}

// The stock objects whose first records the demo uses, with the fields by which they are named.
var named = map[string][]string{
	"Category": {"Category"}, "Subcategory": {"Name"}, "CI#Service": {"Name"}, "StandardUserTeam": {"Team"},
	"Location": {"Name"}, "Department": {"Name"}, "OrganizationalUnit": {"Name"},
}

// newWorld reads what the tenant starts with.
func newWorld(ctx context.Context, e *record.Engine, c *content) (*world, error) {
	w := &world{content: c, engine: e, sheets: map[string]*sheet{}, directory: directory{},
		units: map[string]entity{}, departments: map[string]*department{}, teams: map[string]*team{}}
	for _, t := range e.Types(ctx) {
		w.sheets[t.Object] = newSheet(t)
	}
	for object, fields := range named {
		s := w.sheets[object]
		if s == nil {
			return nil, fmt.Errorf("the tenant has no object %s", object)
		}
		_, err := e.List(ctx, record.Query{Type: s.t, Order: "ORDER BY rec_id", Limit: 1000}, func(row record.Row) error {
			r, err := row.Record()
			if err == nil {
				w.directory.add(entity{s, r}, fields...)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read the stock records of %s: %w", object, err)
		}
	}
	return w, nil
}

func digestOf(use string) [32]byte { return sha256.Sum256([]byte(seed + "\x00" + use)) }

// chance is a source of chance for one use, so that a change of one part leaves the others as they are.
func chance(use string) *rand.Rand {
	d := digestOf(use)
	return rand.New(rand.NewPCG(binary.BigEndian.Uint64(d[:8]), binary.BigEndian.Uint64(d[8:16])))
}

// keys makes RecIds for one object. They are asked for in order of time.
func (w *world) keys(object string) func(created int64) string {
	m := id.NewMaker(rand.NewChaCha8(digestOf("keys of " + object)))
	return func(created int64) string { return m.RecID(unixTime(created - w.sooner)) }
}

// form begins a record of an object.
func (w *world) form(object, recID string, created int64, by string) *form {
	return w.sheets[object].form(w.directory, recID, created, by)
}

// store plans records of an object. They are made when they are stored, each time anew.
func (w *world) store(object string, records ...func() record.Record) {
	for i := range w.batches {
		if w.batches[i].sheet.t.Object == object {
			w.batches[i].records = append(w.batches[i].records, records...)
			return
		}
	}
	w.batches = append(w.batches, batch{w.sheets[object], records})
}

// ready plans a record that is made already.
func (w *world) ready(e entity) {
	w.store(e.s.t.Object, func() record.Record { return append(record.Record(nil), e.r...) })
}

// change plans a change of a stock record, and returns it as it will be. fields are pairs of field and text.
func (w *world) change(object, field, name string, fields ...string) (entity, bool) {
	was, ok := w.directory[[3]string{object, field, strings.ToLower(name)}]
	if !ok {
		return entity{}, false
	}
	f := &form{entity{was.s, append(record.Record(nil), was.r...)}, w.directory, make([]bool, len(was.r))}
	f.texts(fields...)
	u := update{to: was}
	for i := 0; i < len(fields); i += 2 {
		if fields[i+1] != "" {
			u.in = append(u.in, record.InputField{Name: fields[i], Value: fields[i+1]})
		}
	}
	w.updates = append(w.updates, u)
	now := f.done()
	w.directory.add(now, field)
	return now, true
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// weighted draws one of n things by weight.
func weighted(r *rand.Rand, n int, weight func(int) int) int {
	sum := 0
	for i := range n {
		sum += weight(i)
	}
	at := r.IntN(sum)
	for i := range n {
		if at -= weight(i); at < 0 {
			return i
		}
	}
	return n - 1
}
