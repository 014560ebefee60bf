package record

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// naive reports whether words are what a search looks for.
func (s Search) naive(words []string) bool {
	return slices.ContainsFunc(s.any, func(all []term) bool {
		return !slices.ContainsFunc(all, func(t term) bool {
			return !slices.ContainsFunc(words, func(w string) bool { return w == t.word || !t.exact && strings.HasPrefix(w, t.word) })
		})
	})
}

// model drives an engine through changes and compares what it finds with what its records say.
type model struct {
	*rapid.T
	tb    testing.TB
	dsn   string
	d     *db.DB
	e     *Engine
	stock []Stock
	ctx   context.Context
	keys  []string
}

func (m *model) open() {
	d, err := db.Open(m.ctx, m.dsn, db.Options{Timeline: db.TenantTimeline()})
	if err != nil {
		m.Fatal(err)
	}
	m.d = d
	m.engine()
}

// engine opens another engine on the same database: it knows nothing of the words that wait.
func (m *model) engine() {
	e, err := Open(m.ctx, Options{DB: m.d, Stock: m.stock})
	if err != nil {
		m.Fatal(err)
	}
	e.together = 7
	m.e = e
}

func (m *model) order() *Type { return typ(m.tb, m.e, "Order") }

func (m *model) text(label string) string {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{"all", "all", "half", "ha", "tenth", "Ärger", "host-7.lab.example", "ada@x.example", "12", "."}), 0, 4)
	return strings.Join(append(words.Draw(m.T, label), "s"), " ")
}

func (m *model) ok(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

func (m *model) pick() (string, bool) {
	if len(m.keys) == 0 {
		return "", false
	}
	return m.keys[rapid.IntRange(0, len(m.keys)-1).Draw(m.T, "record")], true
}

func (m *model) Create(t *rapid.T) {
	m.T = t
	row, err := m.e.Create(m.ctx, m.order(), input("Subject", m.text("subject"), "Details", m.text("details")))
	m.ok(err)
	m.keys = append(m.keys, row.RecID)
}

// Several creates at once, some of which join one group.
func (m *model) Several(t *rapid.T) {
	m.T = t
	texts := make([]string, rapid.IntRange(2, 20).Draw(t, "records"))
	for i := range texts {
		texts[i] = m.text("subject")
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, text := range texts {
		wg.Go(func() {
			row, err := m.e.Create(m.ctx, m.order(), input("Subject", text))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				m.Error(err)
			}
			m.keys = append(m.keys, row.RecID)
		})
	}
	wg.Wait()
	slices.Sort(m.keys)
}

var errUndone = errors.New("undone")

// Undone makes records in a transaction that is undone: their row ids are given out again.
func (m *model) Undone(t *rapid.T) {
	m.T = t
	n := rapid.IntRange(1, 9).Draw(t, "records")
	err := m.d.Alone(m.ctx, func(tx *db.Tx) error {
		for range n {
			if _, err := m.e.CreateTx(m.ctx, tx, m.order(), input("Subject", "all undone")); err != nil {
				return err
			}
		}
		return errUndone
	})
	if !errors.Is(err, errUndone) {
		m.Fatal(err)
	}
}

func (m *model) Update(t *rapid.T) {
	m.T = t
	if key, ok := m.pick(); ok {
		_, err := m.e.Update(m.ctx, m.order(), key, input("Details", m.text("details")))
		m.ok(err)
	}
}

func (m *model) UpdateOther(t *rapid.T) {
	m.T = t
	if key, ok := m.pick(); ok {
		_, err := m.e.Update(m.ctx, m.order(), key, input("Amount", rapid.Int64Range(0, 99).Draw(t, "amount")))
		m.ok(err)
	}
}

func (m *model) Delete(t *rapid.T) {
	m.T = t
	if key, ok := m.pick(); ok {
		m.ok(m.e.Delete(m.ctx, m.order(), key))
		m.keys = slices.DeleteFunc(m.keys, func(k string) bool { return k == key })
	}
}

// Changing makes, changes and deletes records in one transaction.
func (m *model) Changing(t *rapid.T) {
	m.T = t
	m.ok(m.d.Alone(m.ctx, func(tx *db.Tx) error {
		for range 3 {
			row, err := m.e.CreateTx(m.ctx, tx, m.order(), input("Subject", m.text("subject")))
			if err != nil {
				return err
			}
			m.keys = append(m.keys, row.RecID)
		}
		at := len(m.keys) - 2
		if _, err := m.e.UpdateTx(m.ctx, tx, m.order(), m.keys[at], input("Subject", m.text("subject"))); err != nil {
			return err
		}
		gone := m.keys[at+1]
		m.keys = m.keys[:at+1]
		return m.e.DeleteTx(m.ctx, tx, m.order(), gone)
	}))
}

func (m *model) Import(t *rapid.T) {
	m.T = t
	var records []Record
	for range rapid.IntRange(1, 12).Draw(t, "records") {
		r := filledIn(m.order(), map[string]Value{"Subject": TextValue(m.text("subject"))})
		records, m.keys = append(records, r), append(m.keys, r[FieldRecID].Text)
	}
	_, err := importAll(m.ctx, m.e, m.order(), slices.Values(records))
	m.ok(err)
	slices.Sort(m.keys)
}

func (m *model) Index(t *rapid.T) {
	m.T = t
	m.ok(m.e.indexNow(m.ctx))
}

func (m *model) Restart(t *rapid.T) {
	m.T = t
	m.ok(m.d.Close())
	m.open()
}

func (m *model) AnotherEngine(t *rapid.T) {
	m.T = t
	m.engine()
}

// sought are the texts of searches.
var sought = []string{"al", "all", "half tenth", "ha or tenth", "ärg", "ada@x.example", "lab.example", "1", "none"}

// Check compares searches of every kind with the records, for three texts each time: over all rounds that is a thousand times for each.
func (m *model) Check(t *rapid.T) {
	m.T = t
	order := m.order()
	words := map[string][]string{}
	var newest []string
	_, err := m.e.List(m.ctx, Query{Type: order, Order: "ORDER BY rec_id DESC", Limit: 1_000_000}, func(r Row) error {
		record, err := r.Record()
		newest, words[r.RecID] = append(newest, r.RecID), order.wordsOf(record)
		return err
	})
	m.ok(err)
	if sorted := slices.Sorted(slices.Values(m.keys)); !slices.Equal(sorted, slices.Sorted(slices.Values(newest))) {
		t.Fatalf("%d records, want %d", len(newest), len(sorted))
	}
	for _, text := range rapid.SliceOfNDistinct(rapid.SampledFrom(sought), 3, 3, rapid.ID).Draw(t, "searches") {
		s, err := ParseSearch(text)
		m.ok(err)
		for _, s := range []Search{s, s.Whole()} {
			var want []string
			for _, key := range newest {
				if s.naive(words[key]) {
					want = append(want, key)
				}
			}
			m.compare(fmt.Sprint(text, s.any), s, want)
		}
	}
}

func (m *model) compare(text string, s Search, want []string) {
	order := m.order()
	offset, limit := rapid.IntRange(0, 20).Draw(m.T, "offset"), rapid.IntRange(1, 30).Draw(m.T, "limit")
	page := func(all []string) []string {
		all = all[min(offset, len(all)):]
		return all[:min(limit, len(all))]
	}
	oldest := slices.Clone(want)
	slices.Reverse(oldest)
	for _, q := range []Query{
		{Order: "ORDER BY rec_id DESC", Newest: true, Walk: true, Search: &s},
		{Order: "ORDER BY rec_id DESC", Search: &s},
		{Order: "ORDER BY rec_id ASC", Walk: true, Search: &s},
		{Order: "ORDER BY rec_id DESC", Walk: true, Search: &s, Where: "rec_id > $1", Args: []any{""}, Counts: 1},
		searched(m.e, order, s, "ORDER BY rec_id DESC", 0),
	} {
		q.Type, q.Limit, q.Offset = order, limit, offset
		expected := page(want)
		if strings.HasSuffix(q.Order, "ASC") {
			expected = page(oldest)
		}
		var got []string
		total, err := m.e.List(m.ctx, q, func(r Row) error { got = append(got, r.RecID); return nil })
		m.ok(err)
		if diff := cmp.Diff(expected, got); total != int64(len(want)) || len(got)+len(expected) > 0 && diff != "" {
			m.Fatalf("%s %s: %d, want %d:\n%s", text, q.Order, total, len(want), diff)
		}
	}
	for _, where := range []string{"", "1 = 1"} {
		r := Ranked{Type: order, Search: s, Where: where}
		hits, total, err := m.e.Search(m.ctx, r, 1_000_000, 0)
		m.ok(err)
		var got []string
		for _, h := range hits {
			got = append(got, h.RecID)
		}
		slices.SortFunc(got, func(a, b string) int { return strings.Compare(b, a) })
		if diff := cmp.Diff(want, got); total != int64(len(want)) || len(want)+len(got) > 0 && diff != "" {
			m.Fatalf("%s ranked: %d, want %d:\n%s", text, total, len(want), diff)
		}
		some, total, err := m.e.Search(m.ctx, r, limit, offset)
		m.ok(err)
		if expected := hits[min(offset, len(hits)):]; total != int64(len(want)) || !slices.EqualFunc(some, expected[:min(limit, len(expected))], sameHit) {
			m.Fatalf("%s ranked: a page is another than that part of all", text)
		}
		all, err := m.e.SearchAll(m.ctx, []Ranked{r}, limit, offset)
		m.ok(err)
		if !slices.EqualFunc(all, some, sameHit) {
			m.Fatalf("%s: among several searches others are found", text)
		}
	}
}

func sameHit(a, b Hit) bool { return a.RecID == b.RecID && a.Score == b.Score && a.Rev == b.Rev }

// TestWordsAreFoundBeforeTheyAreInTheFullText runs changes, restarts and the indexing of words in any order. On PostgreSQL,
// where words do not wait, the same has to hold.
func TestWordsAreFoundBeforeTheyAreInTheFullText(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		t.Parallel() // most of it is waiting for disks
		catalogue := stock(t, shop)
		rapid.Check(t, func(rt *rapid.T) {
			m := &model{T: rt, tb: t, dsn: dsn, stock: catalogue, ctx: AsSystem(context.Background())}
			m.open()
			defer func() { _ = m.d.Close() }()
			_, err := m.e.List(m.ctx, Query{Type: m.order(), Order: "ORDER BY rec_id", Limit: 1_000_000}, func(r Row) error {
				m.keys = append(m.keys, r.RecID)
				return nil
			})
			m.ok(err)
			if len(m.keys) > 60 { // of former rounds
				for _, key := range m.keys {
					m.ok(m.e.Delete(m.ctx, m.order(), key))
				}
				m.keys = nil
			}
			rt.Repeat(rapid.StateMachineActions(m))
		})
	})
}
