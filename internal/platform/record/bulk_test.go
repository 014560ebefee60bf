package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// filledIn is a fresh record with a key and these values.
func filledIn(t *Type, values map[string]Value) Record {
	r := t.Fresh()
	r[FieldRecID] = TextValue(id.RecID())
	for name, v := range values {
		r[t.Position(name)] = v
	}
	return r
}

func importAll(ctx context.Context, e *Engine, t *Type, records iter.Seq[Record]) (n int64, err error) {
	err = e.DB().Alone(ctx, func(tx *db.Tx) error {
		n, err = e.Import(ctx, tx, t, records)
		return err
	})
	return n, err
}

func TestImportStoresWhatCreateWould(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		ctx := AsSystem(context.Background())
		order, maker := typ(t, e, "Order"), typ(t, e, "Maker")
		acme, _, err := e.FindOne(ctx, nil, maker, "Name", "Acme")
		if err != nil {
			t.Fatal(err)
		}
		created := must(t)(e.Create(ctx, order, input("Subject", "Ten boxes", "Details", "ask ada@x.example", "Step", "Finished", "Impact", "High", "Urgency", "Low",
			"MakerLink_RecID", acme.RecID, "Maker", "Acme", "Price", "12.5", "Rush", true, "DoneAt", nil)))
		old := NumValue(time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC).Unix())
		record := filledIn(order, map[string]Value{"Subject": TextValue("Ten boxes"), "Details": TextValue("ask ada@x.example"), "Step": TextValue("finished"),
			"Impact": TextValue("high"), "Urgency": TextValue("Low"), "MakerLink": TextValue(acme.RecID), "MakerLink_Category": TextValue("Maker"), "MakerMail": TextValue("info@acme.example"),
			"Maker": TextValue("Acme"), "Maker_Valid": TextValue(acme.RecID), "Price": NumValue(125000), "Rush": BoolValue(true), "DoneAt": old, "CreatedDateTime": old, "CreatedBy": TextValue("ada")})
		key := record[FieldRecID].Text
		if n, err := importAll(ctx, e, order, slices.Values([]Record{record})); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		got := must(t)(e.Get(ctx, order, key))
		want := strings.NewReplacer(created.RecID, key, `"OrderNumber":101`, `"OrderNumber":102`, "Order 101", "Order 102", `"CreatedBy":"InternalServices","CreatedDateTime":"2026-03-04T05:06:07Z"`,
			`"CreatedBy":"ada","CreatedDateTime":"2024-01-02T03:04:05Z"`, `"LastModDateTime":"2026-03-04T05:06:07Z"`, `"LastModDateTime":"2024-01-02T03:04:05Z"`,
			`"DoneAt":"2026-03-04T05:06:07Z"`, `"DoneAt":"2024-01-02T03:04:05Z"`).Replace(string(created.Doc))
		if diff := cmp.Diff(want, string(got.Doc)); diff != "" {
			t.Errorf("an imported record differs from a created one:\n%s", diff)
		}
		if next := must(t)(e.Create(ctx, order, input("Subject", "next"))); next.Text("OrderNumber") != "103" {
			t.Errorf("the counter does not go on after an import: %s", next.Text("OrderNumber"))
		}
		up := must(t)(e.Update(ctx, order, key, input("Origin", "Phone", "Maker", "Acme", "Step", "Done")))
		if up.Rev != 2 || up.Text("Maker_Valid") != acme.RecID {
			t.Errorf("an imported record cannot be changed as any other: %s", up.Doc)
		}
	})
}

func TestImportOfManyKeepsOrderTotalsWordsAndOneAuditEntry(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		ctx := AsSystem(context.Background())
		order, memo := typ(t, e, "Order"), typ(t, e, "Note#Memo")
		var before int64
		if err := e.DB().QueryRow(ctx, "SELECT count(*) FROM audit").Scan(&before); err != nil {
			t.Fatal(err)
		}
		const many = 2500
		n, err := importAll(ctx, e, order, func(yield func(Record) bool) {
			for i := range many {
				values := map[string]Value{"Subject": TextValue(fmt.Sprintf("box%d", i))}
				if i == 1000 {
					values["OrderNumber"] = NumValue(9000)
				}
				if !yield(filledIn(order, values)) {
					return
				}
			}
		})
		if err != nil || n != many {
			t.Fatal(n, err)
		}
		if n, err := importAll(ctx, e, memo, slices.Values([]Record{filledIn(memo, map[string]Value{"Body": TextValue("hello")})})); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		last := 0
		total, err := e.List(ctx, Query{Type: order, Order: "ORDER BY id", Limit: many}, func(r Row) error {
			want := fmt.Sprint(101 + last)
			if last >= 1000 {
				want = fmt.Sprint(9000 + last - 1000)
			}
			if r.Text("Subject") != fmt.Sprintf("box%d", last) || r.Text("OrderNumber") != want {
				t.Errorf("record %d is %s with number %s, want %s", last, r.Text("Subject"), r.Text("OrderNumber"), want)
			}
			last++
			return nil
		})
		if err != nil || total != many || last != many {
			t.Fatal(total, last, err)
		}
		s, _ := ParseSearch("box1234")
		if found, err := e.List(ctx, searched(e, order, s, "", 0), nil); err != nil || found != 1 {
			t.Errorf("%d records are found by their word: %v", found, err)
		}
		note := typ(t, e, "Note")
		if total, _ := e.List(ctx, Query{Type: note}, nil); total != 1 {
			t.Errorf("the base counts %d", total)
		}
		row, ok, err := e.FindOne(ctx, nil, note, "Kind", "Memo")
		if err != nil || !ok || row.Text("Body") != "hello" {
			t.Errorf("the extension's tag is not set: %v %v", ok, err)
		}
		var after int64
		if err := e.DB().QueryRow(ctx, "SELECT count(*) FROM audit").Scan(&after); err != nil || after != before+2 {
			t.Errorf("%d audit entries for two imports: %v", after-before, err)
		}
		if result, err := audit.Verify(ctx, e.DB(), nil); err != nil || !result.OK() {
			t.Errorf("the audit chain does not verify: %+v %v", result, err)
		}
	})
}

func TestImportRefusesWhatTheDefinitionRefuses(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		ctx := AsSystem(context.Background())
		order := typ(t, e, "Order")
		fine := map[string]Value{"Subject": TextValue("fine")}
		for name, wrong := range map[string]map[string]Value{
			"a missing field":           {"Subject": {}},
			"a field its status needs":  {"Step": TextValue("Done")},
			"a value outside of a list": {"Impact": TextValue("Huge")},
			"a new value of a list":     {"Origin": TextValue("Pigeon")},
			"a text that is too long":   {"Subject": TextValue(strings.Repeat("x", 201))},
			"a text that is not valid":  {"Subject": TextValue("a\x00b")},
			"a link without category":   {"MakerLink": TextValue(id.RecID())},
			"a link that is none":       {"MakerLink": TextValue("nobody"), "MakerLink_Category": TextValue("Maker")},
			"no key":                    {"RecId": {}},
		} {
			bad := filledIn(order, fine)
			for field, v := range wrong {
				bad[order.Position(field)] = v
			}
			many := make([]Record, 300)
			for i := range many {
				many[i] = filledIn(order, fine)
			}
			many[200] = bad
			if _, err := importAll(ctx, e, order, slices.Values(many)); err == nil || name != "no key" && !fault.Is(err, fault.Invalid) {
				t.Errorf("%s is imported: %v", name, err)
			}
		}
		if _, err := importAll(ctx, e, typ(t, e, "Note"), slices.Values([]Record{})); err == nil {
			t.Error("a group has records of its own")
		}
		failed := errors.New("later")
		err := e.DB().Alone(ctx, func(tx *db.Tx) error {
			if _, err := e.Import(ctx, tx, order, slices.Values([]Record{filledIn(order, fine)})); err != nil {
				return err
			}
			return failed
		})
		if !errors.Is(err, failed) {
			t.Error(err)
		}
		if total, _ := e.List(ctx, Query{Type: order}, nil); total != 0 {
			t.Errorf("%d records stay of imports that failed", total)
		}
		if first := must(t)(e.Create(ctx, order, input("Subject", "first"))); first.Text("OrderNumber") != "101" {
			t.Errorf("a failed import has used up numbers: %s", first.Text("OrderNumber"))
		}
	})
}

// TestACreationPreparedEarlyIsTheSame compares what is stored when all but the number is made before the group with what
// is stored when the group makes it: in an object whose number stands in its own field alone, and in one where a text and
// the search need it too.
func TestACreationPreparedEarlyIsTheSame(t *testing.T) {
	const text = `{"objects":[
	 {"object":"Alone#","number":{"field":"No","start":7},"fields":[{"name":"No","type":"number","index":"unique"},{"name":"Text","search":true}]},
	 {"object":"Named#","number":{"field":"No","start":7},"fields":[{"name":"No","type":"number","index":"unique","search":true},{"name":"Text","search":true},{"name":"Title","template":"{No}: {Text}"}]}]}`
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, text))
		ctx := AsSystem(context.Background())
		tricky := `a ,"No":null b`
		for object, early := range map[string]bool{"Alone": true, "Named": false} {
			of := typ(t, e, object)
			if of.numberAlone() != early {
				t.Errorf("%s: the number stands alone: %v", object, !early)
			}
			row := must(t)(e.Create(ctx, of, input("Text", tricky)))
			again := must(t)(e.Get(ctx, of, row.RecID))
			if row.Text("No") != "7" || string(again.Doc) != string(row.Doc) || row.Text("Text") != tricky {
				t.Errorf("%s: %s, read back %s", object, row.Doc, again.Doc)
			}
			if found, ok, err := e.FindOne(ctx, nil, of, "No", "7"); err != nil || !ok || found.RecID != row.RecID {
				t.Errorf("%s is not found by its number: %v", object, err)
			}
			entries, err := audit.List(ctx, e.db, audit.Filter{Target: row.RecID, Limit: 5})
			if err != nil || len(entries) != 1 {
				t.Fatal(len(entries), err)
			}
			var changes map[string][2]any
			if err := json.Unmarshal(entries[0].Changes, &changes); err != nil || changes["No"][1] != 7.0 || changes["Text"][1] != tricky {
				t.Errorf("%s: audited as %s: %v", object, entries[0].Changes, err)
			}
			given := must(t)(e.Create(ctx, of, input("Text", "x", "No", int64(20))))
			next := must(t)(e.Create(ctx, of, input("Text", "y")))
			if given.Text("No") != "20" || next.Text("No") != "21" {
				t.Errorf("%s: numbers %s and %s", object, given.Text("No"), next.Text("No"))
			}
		}
	})
}
