package record

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// run executes what no test could have the engine do.
func run(t *testing.T, e *Engine, texts ...string) {
	t.Helper()
	if err := e.db.Alone(context.Background(), func(tx *db.Tx) error {
		for _, text := range texts {
			if _, err := tx.Exec(text); err != nil {
				return fmt.Errorf("%s: %w", text, err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestAPageOfASearchIsWhateverWayItIsFound pages through searches for words that few, many and all records have, in
// several orders, and compares with the matches as they are known. Then it gives the records other RecIds, so that they
// were stored in another order than made.
func TestAPageOfASearchIsWhateverWayItIsFound(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		ctx := AsSystem(context.Background())
		order := typ(t, e, "Order")
		const records, workers = 1200, 8
		var group sync.WaitGroup
		for w := range workers {
			group.Go(func() {
				for i := w; i < records; i += workers {
					words := "all"
					for word, every := range map[string]int{"half": 2, "tenth": 10, "few": 300} {
						if i%every == 0 {
							words += " " + word
						}
					}
					if _, err := e.Create(ctx, order, input("Subject", fmt.Sprintf("%04d", i*7919%records), "Details", words)); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		group.Wait()
		walkAll(t, e, order)
		shuffled := "lower(hex(randomblob(16)))"
		if e.postgres {
			shuffled = "md5(random()::text || id)"
		}
		run(t, e, "UPDATE "+order.table+" SET rec_id = "+shuffled)
		walkAll(t, e, order)
	})
}

// walkAll compares every page of several searches and orders with those of the list of all records.
func walkAll(t *testing.T, e *Engine, order *Type) {
	t.Helper()
	ctx := context.Background()
	subject := order.Expr(order.Position("Subject"), e.postgres)
	for _, by := range []Query{
		{Order: "ORDER BY rec_id DESC", Newest: true, Walk: true}, {Order: "ORDER BY rec_id ASC", Walk: true},
		{Order: "ORDER BY " + subject + " ASC, rec_id DESC", Walk: true}, {Order: "ORDER BY " + subject + " DESC, rec_id DESC"},
		{Order: "ORDER BY rec_id DESC", Walk: true, Where: subject + " < $1", Args: []any{"0700"}, Counts: 1},
	} {
		by.Type = order
		for _, word := range []string{"all", "half", "tenth", "few", "none", "ha", "tenth or few", "half tenth"} {
			s, err := ParseSearch(word)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			q := by
			q.Limit = 100_000
			if _, err := e.List(ctx, q, func(r Row) error {
				if _, ok := wordsFound(s, order, r); ok {
					want = append(want, r.RecID)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			for _, limit := range []int{1, 70, 700} {
				var got []string
				for offset := 0; ; offset += limit {
					q := by
					q.Search, q.Limit, q.Offset = &s, limit, offset
					before := len(got)
					total, err := e.List(ctx, q, func(r Row) error { got = append(got, r.RecID); return nil })
					if err != nil || total != int64(len(want)) {
						t.Fatalf("%s %s: %d, want %d: %v", word, by.Order, total, len(want), err)
					}
					if len(got) == before || limit == 1 && offset == 3 {
						break
					}
				}
				if limit == 1 {
					got, want := got[:min(3, len(got))], want[:min(3, len(want))]
					if diff := cmp.Diff(want, got); diff != "" {
						t.Fatalf("%s %s by %d:\n%s", word, by.Order, limit, diff)
					}
				} else if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%s %s by %d:\n%s", word, by.Order, limit, diff)
				}
			}
			ranked(t, e, Ranked{Type: order, Search: s, Where: by.Where, Args: by.Args}, want)
		}
	}
}

// wordsFound is a naive search: whether a record has a word that begins with each of an alternative's.
func wordsFound(s Search, t *Type, r Row) (int, bool) {
	record, err := r.Record()
	if err != nil {
		return 0, false
	}
	have := t.wordsOf(record)
	for i, all := range s.any {
		if !slices.ContainsFunc(all, func(w term) bool {
			return !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w.word) })
		}) {
			return i, true
		}
	}
	return 0, false
}

// ranked pages through a ranked search, which has to give each match once.
func ranked(t *testing.T, e *Engine, q Ranked, want []string) {
	t.Helper()
	var got []string
	for skip := 0; ; skip += 90 {
		hits, total, err := e.Search(context.Background(), q, 90, skip)
		if err != nil || total != int64(len(want)) {
			t.Fatalf("%v: %d, want %d: %v", q.Search, total, len(want), err)
		}
		if len(hits) == 0 {
			break
		}
		for _, h := range hits {
			got = append(got, h.RecID)
		}
	}
	sorted := slices.Sorted(slices.Values(want))
	slices.Sort(got)
	if diff := cmp.Diff(sorted, got); diff != "" {
		t.Fatalf("%v ranked:\n%s", q.Search, diff)
	}
}

func TestScores(t *testing.T) {
	s, err := ParseSearch("printer toner")
	if err != nil {
		t.Fatal(err)
	}
	last := 1 << 30
	for _, title := range []string{"Toner, printer!", "printer and toner", "printers and toner", "printers, toners", "toner", "toners", "reprinter"} {
		score := s.scoring().of("", title, "")
		if score > last {
			t.Errorf("%q has %d, more than the one before", title, score)
		}
		last = score
	}
	if last != 0 {
		t.Errorf("the middle of a word is worth %d", last)
	}
	number, _ := ParseSearch("10007")
	if a, b := number.scoring().of("", "x", "10007"), number.scoring().of("", "10007", "1"); a <= b {
		t.Errorf("the record's own number is worth %d, one in a title %d", a, b)
	}
}

// TestWordsThatStoodInTheRecordsAreMoved opens a PostgreSQL database of the former form.
func TestWordsThatStoodInTheRecordsAreMoved(t *testing.T) {
	dsn := pgtest.DSN(t)
	catalogue := stock(t, shop)
	e, _ := open(t, dsn, catalogue)
	ctx := AsSystem(context.Background())
	order := typ(t, e, "Order")
	row := must(t)(e.Create(ctx, order, input("Subject", "Projector")))
	run(t, e, "ALTER TABLE rec_order ADD COLUMN words TSVECTOR", "UPDATE rec_order SET words = (SELECT words FROM fts_order WHERE rowid = rec_order.id)",
		"DROP TABLE fts_order", "CREATE INDEX ix_rec_order_words ON rec_order USING gin (words)")
	for range 2 { // the second time there is nothing to do
		again, err := Open(ctx, Options{DB: e.db, Stock: catalogue})
		if err != nil {
			t.Fatal(err)
		}
		s, _ := ParseSearch("projec")
		hits, total, err := again.Search(ctx, Ranked{Type: typ(t, again, "Order"), Search: s}, 10, 0)
		if err != nil || total != 1 || len(hits) != 1 || hits[0].RecID != row.RecID {
			t.Fatalf("%d %v: %v", total, hits, err)
		}
	}
	if _, err := e.Update(ctx, order, row.RecID, input("Subject", "Screen")); err != nil {
		t.Fatal(err)
	}
}
