package record

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

const shop = `{
 "lists": [
  {"name": "Level", "values": ["High", "Medium", "Low"]},
  {"name": "Step", "values": ["New", {"value": "Done", "aliases": ["Finished"]}, "Void"]},
  {"name": "Origin", "open": true, "values": ["Phone"]}
 ],
 "objects": [
  {"object": "Maker#", "title": "Name", "fields": [
    {"name": "Name", "index": "unique", "required": true, "search": true, "max": 100},
    {"name": "Mail", "index": "sparse", "search": true}]},
  {"object": "Order#", "number": {"field": "OrderNumber", "start": 101}, "fields": [
    {"name": "OrderNumber", "type": "number", "index": "unique", "search": true},
    {"name": "Subject", "index": true, "search": true, "max": 200},
    {"name": "Details", "max": 5000, "search": true},
    {"name": "Step", "type": "picklist", "list": "Step", "default": "New", "index": true},
    {"name": "Origin", "type": "picklist", "list": "Origin"},
    {"name": "Impact", "type": "picklist", "list": "Level"},
    {"name": "Urgency", "type": "picklist", "list": "Level"},
    {"name": "Priority", "default": "3", "words": [{"is": "Critical", "means": "1"}]},
    {"name": "MakerLink", "type": "link", "target": "Maker#", "index": "sparse", "copy": {"MakerMail": "Mail"}},
    {"name": "MakerMail"},
    {"name": "Maker", "type": "picklist", "lenient": true, "from": {"object": "Maker#", "value": "Name", "match": ["Name", "Mail"]}},
    {"name": "Price", "type": "money"},
    {"name": "Amount", "type": "number"},
    {"name": "Due", "type": "datetime"},
    {"name": "Rush", "type": "boolean"},
    {"name": "DoneAt", "type": "datetime", "readOnly": true},
    {"name": "Header", "template": "Order {OrderNumber}: {Subject}"}],
   "aliases": {"Text": "Details", "Vendor": "MakerLink"},
   "status": {"field": "Step", "required": {"*": ["Subject"], "Done": ["Details"]},
     "stamp": {"Done": {"DoneAt": "$now"}}, "readOnly": ["Void"], "flow": {"New": ["Done"], "Done": ["Void"]}},
   "priority": {"field": "Priority", "impact": "Impact", "urgency": "Urgency"}},
  {"object": "Note#", "group": true, "typeTag": "Kind", "fields": [{"name": "Kind", "readOnly": true, "index": true}, {"name": "Body", "search": true, "max": 2000}]},
  {"object": "Note#Memo", "tag": "Memo", "fields": [{"name": "Public", "type": "boolean"}, {"name": "Room", "index": "sparse"}]},
  {"object": "Note#Mail", "tag": "Mail", "fields": [{"name": "Recipient", "index": "sparse"}]}
 ],
 "records": {"Maker#": [{"Name": "Acme", "Mail": "info@acme.example"}]}
}`

func stock(t testing.TB, text string) []Stock {
	t.Helper()
	var c Catalogue
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	return []Stock{{Domain: "shop", Catalogue: c}}
}

func open(t testing.TB, dsn string, s []Stock) (*Engine, *clock.Manual) {
	t.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, dsn, db.Options{Timeline: db.TenantTimeline()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	c := clock.NewManual(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC))
	e, err := Open(ctx, Options{DB: d, Clock: c, Stock: s})
	if err != nil {
		t.Fatal(err)
	}
	return e, c
}

func input(pairs ...any) Input {
	var in Input
	for i := 0; i < len(pairs); i += 2 {
		in = append(in, InputField{Name: pairs[i].(string), Value: pairs[i+1]})
	}
	return in
}

func must(t testing.TB) func(Row, error) Row {
	return func(row Row, err error) Row {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return row
	}
}

func typ(t testing.TB, e *Engine, name string) *Type {
	t.Helper()
	found, ok := e.Type(context.Background(), name)
	if !ok {
		t.Fatalf("no type %s", name)
	}
	return found
}

func TestRecords(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, c := open(t, dsn, stock(t, shop))
		ctx := AsSystem(context.Background())
		order, maker := typ(t, e, "Order#"), typ(t, e, "maker")
		acme, ok, err := e.FindOne(ctx, nil, maker, "Name", "ACME")
		if err != nil || !ok {
			t.Fatal("the first record is not found", err)
		}
		row := must(t)(e.Create(ctx, order, input("Subject", "Ten \"boxes\"\n", "Text", "by alias", "Impact", "high", "Urgency", "MEDIUM",
			"Vendor_RecID", strings.ToLower(acme.RecID), "Maker", "info@ACME.example", "Price", "12.5", "Amount", "20", "Rush", "true",
			"Due", "2026-01-02T03:04:05+02:00", "Origin", "Pigeon")))
		want := map[string]string{"OrderNumber": "101", "Subject": "Ten \"boxes\"\n", "Details": "by alias", "Step": "New", "Impact": "High",
			"Urgency": "Medium", "Priority": "2", "MakerLink": acme.RecID, "MakerLink_RecID": acme.RecID, "MakerLink_Category": "Maker",
			"MakerMail": "info@acme.example", "Maker": "Acme", "Maker_Valid": acme.RecID, "Price": "12.5000", "Price_Currency": "USD",
			"Amount": "20", "Rush": "true", "Due": "2026-01-02T01:04:05Z", "Header": "Order 101: Ten \"boxes\"", "Origin": "Pigeon",
			"CreatedDateTime": "2026-03-04T05:06:07Z", "LastModDateTime": "2026-03-04T05:06:07Z", "CreatedBy": "InternalServices"}
		for field, value := range want {
			if got := row.Text(field); got != value {
				t.Errorf("%s = %q, want %q", field, got, value)
			}
		}
		if !json.Valid(row.Doc) {
			t.Errorf("the document is not JSON: %s", row.Doc)
		}
		again := must(t)(e.Get(ctx, order, row.RecID))
		if diff := cmp.Diff(string(row.Doc), string(again.Doc)); diff != "" {
			t.Errorf("reads back differently:\n%s", diff)
		}
		if must(t)(e.Create(ctx, order, input("Subject", "next", "Origin", "pigeon"))).Text("OrderNumber") != "102" {
			t.Error("the next number is not 102")
		}

		c.Advance(time.Minute)
		up := must(t)(e.Update(ctx, order, row.RecID, input("Step", "finished", "Urgency", "Low")))
		for field, value := range map[string]string{"Step": "Done", "DoneAt": "2026-03-04T05:07:07Z", "Priority": "3", "Subject": "Ten \"boxes\"\n"} {
			if got := up.Text(field); got != value {
				t.Errorf("after the update %s = %q, want %q", field, got, value)
			}
		}
		for name, in := range map[string]Input{
			"unknown field":    input("Nope", "x"),
			"closed list":      input("Step", "Sleeping"),
			"missing subject":  input("Subject", ""),
			"bad date":         input("Due", "2026-02-31"),
			"number":           input("Amount", "many"),
			"too long":         input("Subject", strings.Repeat("x", 201)),
			"nested":           input("Subject", Nested("{}")),
			"missing link":     input("MakerLink", strings.Repeat("A", 32)),
			"link of no shape": input("MakerLink", "' OR 1=1"),
			"wrong category":   input("MakerLink", acme.RecID, "MakerLink_Category", "Order"),
		} {
			if _, err := e.Update(ctx, order, row.RecID, in); !fault.Is(err, fault.Invalid) || len(fault.Of(err).Fields) == 0 {
				t.Errorf("%s: not refused with a field: %v", name, err)
			}
		}
		if got := must(t)(e.Get(ctx, order, row.RecID)); string(got.Doc) != string(up.Doc) {
			t.Error("a refused update changed the record")
		}
		if _, err := e.Create(ctx, order, input("Subject", "x", "OrderNumber", int64(101))); !fault.Is(err, fault.Invalid) {
			t.Errorf("a taken number is not refused: %v", err)
		}
		for _, n := range []int64{math.MinInt64, -1, 0, maxGiven + 1, math.MaxInt64} { // the counter would run over
			if _, err := e.Create(ctx, order, input("Subject", "x", "OrderNumber", n)); !fault.Is(err, fault.Invalid) {
				t.Errorf("the number %d is not refused: %v", n, err)
			}
		}
		if must(t)(e.Create(ctx, order, input("Subject", "own", "OrderNumber", int64(500)))).Text("OrderNumber") != "500" ||
			must(t)(e.Create(ctx, order, input("Subject", "after"))).Text("OrderNumber") != "501" {
			t.Error("the counter does not go on above a number that was given")
		}
		must(t)(e.Update(ctx, order, row.RecID, input("Step", "Void")))
		if err := e.Delete(ctx, order, row.RecID); !fault.Is(err, fault.Invalid) {
			t.Errorf("a read-only record is deleted: %v", err)
		}
		must(t)(e.Update(ctx, order, row.RecID, input("Step", "New")))
		if err := e.Delete(ctx, order, row.RecID); err != nil {
			t.Fatal(err)
		}
		if _, err := e.Get(ctx, order, row.RecID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a deleted record is read: %v", err)
		}
		if _, err := e.Update(ctx, order, row.RecID, input("Subject", "x")); !fault.Is(err, fault.NotFound) {
			t.Errorf("a deleted record is updated: %v", err)
		}
		result, err := audit.Verify(ctx, e.db, nil)
		if err != nil || !result.OK() {
			t.Errorf("the audit chain does not verify: %+v %v", result, err)
		}
	})
}

func TestExtensionsShareATable(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		ctx := AsSystem(context.Background())
		note, memo := typ(t, e, "Note"), typ(t, e, "Note#Memo")
		if _, err := e.Create(ctx, note, input("Body", "x")); err == nil || !strings.Contains(err.Error(), "Required field Note.Kind") {
			t.Errorf("a group's record is made: %v", err)
		}
		row := must(t)(e.Create(ctx, memo, input("Body", `tricky ,"Public": text`, "Public", true, "Room", "A1")))
		must(t)(e.Create(ctx, note, input("Body", "by tag", "Kind", "mail")))
		if row.Text("Kind") != "Memo" {
			t.Errorf("the tag is %q", row.Text("Kind"))
		}
		got := must(t)(e.Get(ctx, note, row.RecID))
		cut := note.View(got.Type, append([]byte(nil), got.Doc...))
		var members map[string]any
		if err := json.Unmarshal(cut, &members); err != nil || len(members) != len(note.Fields) || members["Body"] != `tricky ,"Public": text` {
			t.Errorf("read through the base: %s %v", cut, err)
		}
		if _, err := e.Get(ctx, typ(t, e, "Note#Mail"), row.RecID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a memo is read as a mail: %v", err)
		}
		for object, want := range map[string]int64{"Note": 2, "Note#Memo": 1, "Note#Mail": 1} {
			n := 0
			total, err := e.List(ctx, Query{Type: typ(t, e, object), Order: "ORDER BY rec_id DESC", Limit: 10}, func(Row) error { n++; return nil })
			if err != nil || total != want || n != int(want) {
				t.Errorf("%s lists %d of %d, want %d: %v", object, n, total, want, err)
			}
		}
	})
}

func searched(e *Engine, t *Type, s Search, order string, limit int) Query {
	q := Query{Type: t, Order: order, Limit: limit}
	q.Where = t.Matches(s, e.postgres, func(v any) string {
		q.Args = append(q.Args, v)
		return fmt.Sprintf("$%d", len(q.Args))
	})
	q.Counts = len(q.Args)
	return q
}

func TestSearchFollowsTheRecord(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		ctx := AsSystem(context.Background())
		order := typ(t, e, "Order")
		one := must(t)(e.Create(ctx, order, input("Subject", "Projector, Straße 7", "Details", "ask ada.l@x.example or host-7.lab.example")))
		two := must(t)(e.Create(ctx, order, input("Subject", "projectors upstairs", "Details", "ask bo@x.example.org")))
		find := func(text string) string {
			s, err := ParseSearch(text)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			total, err := e.List(ctx, searched(e, order, s, "ORDER BY rec_id", 10), func(r Row) error {
				got = append(got, map[string]string{one.RecID: "one", two.RecID: "two"}[r.RecID])
				return nil
			})
			if err != nil || int(total) != len(got) {
				t.Fatalf("%s: %d, %v", text, total, err)
			}
			return strings.Join(got, " ")
		}
		for text, want := range map[string]string{
			"PROJEC": "one two", "rojector": "", "projector upstairs": "two", "upstairs or strasse": "one two", "7": "one", "101": "one", "10": "one two",
			"ada.l@x.example": "one", `"ADA.L@x.example"`: "one", "a.l@x.example": "", "bo@x.example": "", "host-7.lab": "one", "host-7.lab.example": "one",
			"lab": "one", "lab.example": "one", "AND projector": "", "'; drop": "", "\"*\"": "", "x.example": "one two",
		} {
			if text == "x.example" {
				continue // the host part of an address is no word of its own
			}
			if got := find(text); got != want {
				t.Errorf("%s finds %q, want %q", text, got, want)
			}
		}
		must(t)(e.Update(ctx, order, one.RecID, input("Subject", "moved")))
		if err := e.Delete(ctx, order, two.RecID); err != nil {
			t.Fatal(err)
		}
		if got := find("projector"); got != "" {
			t.Errorf("search is behind: %q", got)
		}
	})
}

func TestParallelWritersShareOneCounter(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		ctx := AsSystem(context.Background())
		order := typ(t, e, "Order")
		shared := must(t)(e.Create(ctx, order, input("Subject", "shared", "Amount", int64(0))))
		var wg sync.WaitGroup
		var mu sync.Mutex
		numbers := map[string]bool{}
		for w := range 16 {
			wg.Go(func() {
				for k := range 8 {
					row, err := e.Create(ctx, order, input("Subject", fmt.Sprint(w, k)))
					if err == nil {
						_, err = e.Update(ctx, order, shared.RecID, input("Subject", fmt.Sprint("by ", w, k)))
					}
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					numbers[row.Text("OrderNumber")] = true
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(numbers) != 128 {
			t.Errorf("%d distinct numbers, want 128", len(numbers))
		}
		if got := must(t)(e.Get(ctx, order, shared.RecID)); got.Rev != 129 {
			t.Errorf("the shared record has revision %d, want 129", got.Rev)
		}
		if total, _ := e.List(ctx, Query{Type: order}, nil); total != 129 {
			t.Errorf("the total is %d, want 129", total)
		}
	})
}

func TestASchemaGrowsUnderItsRecords(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		ctx := AsSystem(context.Background())
		order := typ(t, e, "Order")
		row := must(t)(e.Create(ctx, order, input("Subject", "old", "MakerMail", "Kept@x.example")))
		d, _ := e.Definition(ctx, "Order")
		d.Fields = append([]FieldDefinition(nil), d.Fields...)
		for i := range d.Fields {
			if d.Fields[i].Name == "MakerMail" {
				d.Fields[i].Index = Indexed
			}
		}
		d.Fields = append(d.Fields, FieldDefinition{Name: "Colour", Index: Indexed}, FieldDefinition{Name: "Extra", Type: "boolean"})
		if _, err := e.Apply(ctx, Catalogue{Objects: []Definition{d}}); err != nil {
			t.Fatal(err)
		}
		order = typ(t, e, "Order")
		got := must(t)(e.Get(ctx, order, row.RecID))
		if !strings.Contains(string(got.Doc), `"Colour":null`) || !strings.Contains(string(got.Doc), `"Extra":false`) {
			t.Errorf("an old record lacks new fields: %s", got.Doc)
		}
		if found, ok, err := e.FindOne(ctx, nil, order, "MakerMail", "kept@x.example"); err != nil || !ok || found.RecID != row.RecID {
			t.Errorf("the new column is not filled: %v %v", ok, err)
		}
		for {
			n, err := e.Rewrite(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				break
			}
		}
		if again := must(t)(e.Get(ctx, order, row.RecID)); string(again.Doc) != string(got.Doc) {
			t.Error("rewriting changed what is read")
		}
		d.Fields = append([]FieldDefinition(nil), d.Fields...)
		d.Fields[1].Max = 10
		if _, err := e.Apply(ctx, Catalogue{Objects: []Definition{d}}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a smaller max is taken: %v", err)
		}
		// The next start finds everything as it was left.
		again, err := Open(context.Background(), Options{DB: e.db, Stock: stock(t, shop)})
		if err != nil {
			t.Fatal(err)
		}
		if !typ(t, again, "Order").Has("Colour") {
			t.Error("a field that was added is gone after a restart")
		}
	})
}

func TestNumbersOfCallersAreBounded(t *testing.T) {
	e, _ := open(t, "sqlite:"+t.TempDir()+"/x.db", stock(t, shop))
	ctx := AsSystem(context.Background())
	order := typ(t, e, "Order")
	for _, n := range []any{int64(0), int64(-1), int64(1) << 62, json.Number("9223372036854775807")} {
		if _, err := e.Create(ctx, order, input("Subject", "x", "OrderNumber", n)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v is taken for a number: %v", n, err)
		}
	}
	if row := must(t)(e.Create(ctx, order, input("Subject", "x"))); row.Text("OrderNumber") != "101" {
		t.Errorf("a refused number moved the counter to %s", row.Text("OrderNumber"))
	}
}

func TestAnOpenListStopsGrowing(t *testing.T) {
	e, _ := open(t, "sqlite:"+t.TempDir()+"/x.db", stock(t, shop))
	ctx := AsSystem(context.Background())
	full := List{Name: "Origin", Open: true}
	for i := range maxOpenValues {
		full.Values = append(full.Values, ListValue{Value: fmt.Sprint("value ", i)})
	}
	if _, err := e.Apply(ctx, Catalogue{Lists: []List{full}}); err != nil {
		t.Fatal(err)
	}
	row := must(t)(e.Create(ctx, typ(t, e, "Order"), input("Subject", "x", "Origin", "one more")))
	values, _ := e.ListValues(ctx, "Origin")
	if row.Text("Origin") != "one more" || row.Text("Origin_Valid") != "" || len(values) != maxOpenValues {
		t.Errorf("%q %q, %d values", row.Text("Origin"), row.Text("Origin_Valid"), len(values))
	}
}
