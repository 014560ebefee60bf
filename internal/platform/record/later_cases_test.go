package record

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// finds counts the hits of a search, which is to be the same in every way of asking.
func finds(t *testing.T, e *Engine, object, text string, want int) {
	t.Helper()
	s, err := ParseSearch(text)
	if err != nil {
		t.Fatal(err)
	}
	typ := typ(t, e, object)
	listed := 0
	total, err := e.List(context.Background(), Query{Type: typ, Search: &s, Order: "ORDER BY rec_id DESC", Newest: true, Walk: true, Limit: 10_000},
		func(Row) error { listed++; return nil })
	if err != nil || total != int64(want) || listed != want {
		t.Errorf("%s: %d in the list, %d in all, want %d: %v", text, listed, total, want, err)
	}
	hits, total, err := e.Search(context.Background(), Ranked{Type: typ, Search: s}, 10_000, 0)
	if err != nil || total != int64(want) || len(hits) != want {
		t.Errorf("%s: %d ranked, %d in all, want %d: %v", text, len(hits), total, want, err)
	}
}

// wait is how many rows of a table have words that are not in the full text.
func wait(t *testing.T, e *Engine, table string) (n int64) {
	t.Helper()
	if err := e.db.QueryRow(context.Background(), "SELECT coalesce((SELECT value FROM cell WHERE name = 'rows/' || $1) - (SELECT row_id FROM record_words WHERE name = $1), 0)", table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func makeOrders(t *testing.T, e *Engine, n int, subject string) []Row {
	t.Helper()
	ctx := AsSystem(context.Background())
	order := typ(t, e, "Order")
	rows := make([]Row, 0, n)
	if err := e.db.Alone(ctx, func(tx *db.Tx) error {
		rows = rows[:0]
		for range n {
			row, err := e.CreateTx(ctx, tx, order, input("Subject", subject))
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestWordsWaitForOthers looks at when words are put into the full text, on SQLite.
func TestWordsWaitForOthers(t *testing.T) {
	e, _ := open(t, "sqlite:"+t.TempDir()+"/x.db", stock(t, shop))
	ctx := AsSystem(context.Background())
	order := typ(t, e, "Order")
	rows := makeOrders(t, e, wordsTogether-1, "toner")
	if n := wait(t, e, order.table); n != wordsTogether-1 {
		t.Fatalf("%d wait", n)
	}
	finds(t, e, "Order", "toner", wordsTogether-1)
	again, err := Open(ctx, Options{DB: e.db, Stock: stock(t, shop)}) // has none of them in memory
	if err != nil {
		t.Fatal(err)
	}
	finds(t, again, "Order", "toner", wordsTogether-1)
	makeOrders(t, e, 1, "toner")
	if n := wait(t, e, order.table); n != 0 {
		t.Errorf("%d wait after the last of them all", n)
	}
	finds(t, again, "Order", "toner", wordsTogether)

	makeOrders(t, e, 3, "toner")
	if _, err := e.Update(ctx, order, rows[0].RecID, input("Subject", "drum")); err != nil {
		t.Fatal(err)
	}
	if n := wait(t, e, order.table); n != 3 {
		t.Errorf("%d wait after another record's words have changed", n)
	}
	finds(t, e, "Order", "drum", 1)
	for deadline := time.Now().Add(30 * time.Second); wait(t, e, order.table) > 0; {
		if time.Now().After(deadline) {
			t.Fatal("nobody puts the last words into the full text")
		}
	}
	finds(t, again, "Order", "toner", wordsTogether+2)
	e.waiting.mu.Lock()
	defer e.waiting.mu.Unlock()
	if n := len(e.waiting.words[order.table]); n != 0 {
		t.Errorf("the words of %d records are kept in memory for nothing", n)
	}
}

// TestADatabaseWithoutWordsThatWait opens one that a former version has made: all of its words are in the full text.
func TestADatabaseWithoutWordsThatWait(t *testing.T) {
	e, _ := open(t, "sqlite:"+t.TempDir()+"/x.db", stock(t, shop))
	ctx := AsSystem(context.Background())
	makeOrders(t, e, 5, "toner")
	if err := e.indexNow(ctx); err != nil {
		t.Fatal(err)
	}
	run(t, e, "DELETE FROM record_words")
	e, err := Open(ctx, Options{DB: e.db, Stock: stock(t, shop)})
	if err != nil {
		t.Fatal(err)
	}
	finds(t, e, "Order", "toner", 5)
	makeOrders(t, e, 2, "toner")
	finds(t, e, "Order", "toner", 7)
	if n := wait(t, e, "rec_order"); n != 2 {
		t.Errorf("%d wait, want 2", n)
	}
}

// TestWordsThatWaitAreDumped dumps a database before and after its words are in the full text, and loads it elsewhere.
func TestWordsThatWaitAreDumped(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		from, _ := open(t, "sqlite:"+t.TempDir()+"/x.db", stock(t, shop))
		ctx := AsSystem(context.Background())
		makeOrders(t, from, 5, "toner")
		var early, late bytes.Buffer
		if err := from.db.Dump(ctx, &early, nil); err != nil {
			t.Fatal(err)
		}
		if err := from.indexNow(ctx); err != nil {
			t.Fatal(err)
		}
		if err := from.db.Dump(ctx, &late, nil); err != nil || !bytes.Equal(early.Bytes(), late.Bytes()) {
			t.Errorf("the same content gives another dump: %v", err)
		}
		d, err := db.Open(ctx, dsn, db.Options{Timeline: db.TenantTimeline()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		if err := d.Load(ctx, &early, db.LoadOptions{Prepare: PrepareLoad, Finish: FinishLoad}); err != nil {
			t.Fatal(err)
		}
		e, err := Open(ctx, Options{DB: d, Stock: stock(t, shop)})
		if err != nil {
			t.Fatal(err)
		}
		finds(t, e, "Order", "toner", 5)
		makeOrders(t, e, 2, "toner")
		finds(t, e, "Order", "toner", 7)
	})
}

// TestWordsWaitWhileTypesChange changes and removes object types while words of their records wait. What is searched is
// what was searched when a record was written.
func TestWordsWaitWhileTypesChange(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		ctx := AsSystem(context.Background())
		item := Definition{Object: "Item#", Fields: []FieldDefinition{{Name: "Name", Search: true}, {Name: "Place"}}}
		apply := func() {
			t.Helper()
			if _, err := e.Apply(ctx, Catalogue{Objects: []Definition{item}}); err != nil {
				t.Fatal(err)
			}
		}
		create := func() {
			t.Helper()
			must(t)(e.Create(ctx, typ(t, e, "Item"), input("Name", "toner", "Place", "cellar")))
		}
		apply()
		create()
		item.Fields = slices.Clone(item.Fields)
		item.Fields[0].Search, item.Fields[1].Search = false, true
		apply()
		create()
		finds(t, e, "Item", "toner", 1)
		finds(t, e, "Item", "cellar", 1)
		for range 2 { // an object of the same name begins with nothing
			if err := e.Remove(ctx, "Item#"); err != nil {
				t.Fatal(err)
			}
			apply()
			finds(t, e, "Item", "cellar", 0)
			create()
			finds(t, e, "Item", "cellar", 1)
			finds(t, e, "Item", "toner", 0)
		}
		note := Definition{Object: "Note#Fax", Tag: "Fax", Fields: []FieldDefinition{{Name: "Line"}}}
		if _, err := e.Apply(ctx, Catalogue{Objects: []Definition{note}}); err != nil {
			t.Fatal(err)
		}
		for _, kind := range []string{"Note#Fax", "Note#Memo", "Note#Fax"} {
			must(t)(e.Create(ctx, typ(t, e, kind), input("Body", fmt.Sprint("paper of ", kind))))
		}
		finds(t, e, "Note", "paper", 3)
		finds(t, e, "Note#Fax", "paper", 2)
		if err := e.Remove(ctx, "Note#Fax"); err != nil {
			t.Fatal(err)
		}
		finds(t, e, "Note", "paper", 1)
	})
}
