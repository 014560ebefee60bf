package record

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// file reads a definition as the command line does.
func file(t testing.TB, text string) Catalogue {
	t.Helper()
	var c Catalogue
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func apply(t testing.TB, e *Engine, text string) []string {
	t.Helper()
	changes, err := e.Apply(AsSystem(context.Background()), file(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func refused(t testing.TB, e *Engine, text, want string) {
	t.Helper()
	_, err := e.Apply(AsSystem(context.Background()), file(t, text))
	if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), want) {
		t.Errorf("%s\nis refused with %v\nwant %s", text, err, want)
	}
}

func count(t testing.TB, e *Engine, query string) (n int) {
	t.Helper()
	if err := e.db.QueryRow(context.Background(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestADefinitionThatWouldFailLaterIsRefused(t *testing.T) {
	e, _ := open(t, "sqlite:"+t.TempDir()+"/x.db", stock(t, shop))
	for _, c := range []struct{ name, text, want string }{
		{"no fields", `"fields": []`, "Zoo has no fields"},
		{"alias of an alias", `"fields": [{"name": "A"}], "aliases": {"B": "A", "C": "B"}`, `"C" names "B", which is an alias too`},
		{"alias of an alias, the other way round", `"fields": [{"name": "A"}], "aliases": {"C": "A", "B": "C"}`, `"B" names "C", which is an alias too`},
		{"alias of nothing", `"fields": [{"name": "A"}], "aliases": {"B": "X"}`, `"B" names the field "X", which does not exist`},
		{"alias of a part", `"fields": [{"name": "A", "type": "money"}], "aliases": {"B": "A_Currency"}`, "a part of the field"},
		{"alias like a field", `"fields": [{"name": "A"}, {"name": "B"}], "aliases": {"b": "A"}`, `"b" is taken`},
		{"alias like a part", `"fields": [{"name": "A"}, {"name": "B", "type": "money"}], "aliases": {"B_Currency": "A"}`, `"B_Currency" is taken`},
		{"alias whose part is taken", `"fields": [{"name": "A", "type": "money"}, {"name": "B_Currency"}], "aliases": {"B": "A"}`, `"B_Currency" is taken`},
		{"alias like a system field", `"fields": [{"name": "A"}], "aliases": {"recid": "A"}`, `"recid" is taken`},
		{"alias twice", `"fields": [{"name": "A"}], "aliases": {"B": "A", "b": "A"}`, "is taken"},
		{"alias that is no name", `"fields": [{"name": "A"}], "aliases": {"a b'": "A"}`, "is not a name for an alias"},
		{"name twice", `"fields": [{"name": "A"}, {"name": "a"}]`, `"a" is taken`},
		{"reserved", `"fields": [{"name": "Null"}]`, "a word of $filter"},
		{"reserved alias", `"fields": [{"name": "A"}], "aliases": {"EQ": "A"}`, "not a name for an alias"},
		{"open brace", `"fields": [{"name": "A", "template": "a {"}]`, `a "{" without`},
		{"closing brace", `"fields": [{"name": "A", "template": "a } {A}"}]`, `a "}" without`},
		{"empty braces", `"fields": [{"name": "A", "template": "{}"}]`, "empty braces"},
		{"template of nothing", `"fields": [{"name": "A", "template": "{X}"}]`, `"X", which does not exist`},
		{"template of itself", `"fields": [{"name": "A", "template": "{a}"}]`, "names the field itself"},
		{"template of a template", `"fields": [{"name": "A", "template": "{B}"}, {"name": "B", "template": "{RecId}"}]`, "has a template too"},
		{"template of a number", `"fields": [{"name": "A", "type": "number", "template": "{B}"}, {"name": "B"}]`, "only a text"},
		{"mirror of itself", `"fields": [{"name": "A", "mirror": "A"}]`, "cannot mirror itself"},
		{"mirror of another type", `"fields": [{"name": "A", "mirror": "B"}, {"name": "B", "type": "number"}]`, "of the type number and not text"},
		{"mirrors in a circle", `"fields": [{"name": "A", "mirror": "B"}, {"name": "B", "mirror": "A"}]`, "which is a mirror itself"},
		{"default out of the list", `"fields": [{"name": "A", "type": "picklist", "list": "Level", "default": "Huge"}]`, `the default "Huge" is not in the list Level`},
		{"default no number", `"fields": [{"name": "A", "type": "number", "default": "abc"}]`, "does not fit"},
		{"default no boolean", `"fields": [{"name": "A", "type": "boolean", "default": "maybe"}]`, "does not fit"},
		{"default too long", `"fields": [{"name": "A", "max": 2, "default": "abc"}]`, "longer than 2"},
		{"default unknown word", `"fields": [{"name": "A", "default": "$me"}]`, `"$me" is not known; there are $now, $login, $displayname`},
		{"default time of a text", `"fields": [{"name": "A", "default": "$now"}]`, "datetime"},
		{"default of a link", `"fields": [{"name": "A", "type": "link", "target": "Maker", "default": "x"}]`, "not the RecId"},
		{"link without target", `"fields": [{"name": "A", "type": "link"}]`, "a link needs a target"},
		{"link to nothing", `"fields": [{"name": "A", "type": "link", "targets": ["Nowhere#"]}]`, `"Nowhere#" does not exist`},
		{"forgotten type", `"fields": [{"name": "A", "list": "Level"}]`, `with "type": "picklist"`},
		{"number of a text", `"fields": [{"name": "A"}], "number": {"field": "A", "start": 1}`, `the number field "A" must be of the type "number" and have an index`},
		{"number from zero", `"fields": [{"name": "A", "type": "number", "index": "unique"}], "number": {"field": "A"}`, "number.start"},
		{"required in no status", `"fields": [{"name": "A", "type": "picklist", "list": "Step"}], "status": {"field": "A", "required": {"Gone": ["A"]}}`, `status.required names "Gone"`},
		{"stamp in no status", `"fields": [{"name": "A", "type": "picklist", "list": "Step"}], "status": {"field": "A", "stamp": {"Gone": {}}}`, `status.stamp names "Gone"`},
		{"flow to no status", `"fields": [{"name": "A", "type": "picklist", "list": "Step"}], "status": {"field": "A", "flow": {"New": ["Gone"]}}`, `status.flow names "Gone"`},
		{"read-only in no status", `"fields": [{"name": "A", "type": "picklist", "list": "Step"}], "status": {"field": "A", "readOnly": ["Gone"]}`, `status.readOnly names "Gone"`},
		{"status twice", `"fields": [{"name": "A", "type": "picklist", "list": "Step"}], "status": {"field": "A", "flow": {"Done": [], "Finished": []}}`, `has "Done" twice`},
		{"stamp that does not fit", `"fields": [{"name": "A", "type": "picklist", "list": "Step"}, {"name": "B", "type": "number"}], "status": {"field": "A", "stamp": {"New": {"B": "x"}}}`, `the stamp "x" does not fit`},
		{"stamp of an unknown word", `"fields": [{"name": "A", "type": "picklist", "list": "Step"}, {"name": "B"}], "status": {"field": "A", "stamp": {"New": {"B": "$me"}}}`, `"$me" is not known`},
		{"stamp of a system field", `"fields": [{"name": "A", "type": "picklist", "list": "Step"}], "status": {"field": "A", "stamp": {"New": {"ReadOnly": "$true"}}}`, "keeps itself"},
		{"priority of a number", `"fields": [{"name": "A", "type": "number"}, {"name": "B"}], "priority": {"field": "A", "impact": "B", "urgency": "B"}`, `"A" of priority must be`},
		{"unique without index", `"fields": [{"name": "A"}], "unique": [["A"]]`, `needs an "index" of its own`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 5 { // what is refused must not depend on the order of a map
				refused(t, e, `{"objects": [{"object": "Zoo#", `+c.text+`}]}`, c.want)
			}
		})
	}
	for _, c := range []struct{ name, text, want string }{
		{"another spelling", `{"objects": [{"object": "ORDER#", "fields": [{"name": "A"}]}]}`, "is spelled Order#"},
		{"object twice", `{"objects": [{"object": "Zoo", "fields": [{"name": "A"}]}, {"object": "zoo#", "fields": [{"name": "A"}]}]}`, "in the file twice"},
		{"records of nothing", `{"records": {"Nowhere#": [{}]}}`, "no such object"},
		{"one column for two", `{"objects": [{"object": "Note#A", "fields": [{"name": "X", "index": true}]}, {"object": "Note#B", "fields": [{"name": "X", "type": "number", "index": true}]}]}`, "same base"},
		{"status gone from the list", `{"lists": [{"name": "Step", "values": ["New", "Void"]}]}`, "not in the list Step"},
		{"extension of nothing", `{"objects": [{"object": "Zoo#", "extend": true, "fields": [{"name": "A"}]}]}`, "no such object"},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, e, c.text, c.want) })
	}
	if _, ok := e.Type(context.Background(), "Zoo"); ok || count(t, e, "SELECT count(*) FROM audit WHERE action = 'schema.apply'") != 1 {
		t.Error("a refused definition left something behind")
	}
}

func TestASpellingOfAStatusInARuleCountsAsTheStatus(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		apply(t, e, `{"objects": [{"object": "Zoo#", "fields": [{"name": "Step", "type": "picklist", "list": "Step"}, {"name": "By"}],
			"status": {"field": "Step", "stamp": {"finished": {"By": "$login"}}, "readOnly": ["finished"]}, "aliases": {"Phase": "Step"}}]}`)
		row := must(t)(e.Create(AsSystem(context.Background()), typ(t, e, "Zoo"), input("Phase", "Done")))
		if row.Text("By") != "InternalServices" || !row.Bool("ReadOnly") {
			t.Errorf("the rule does not work: %s", row.Doc)
		}
	})
}

func TestWhatIsInForceIsNotAppliedAgain(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		text := `{"lists": [{"name": "Diet", "values": ["Meat", {"value": "Plants", "aliases": ["Green"]}]}],
			"objects": [{"object": "Zoo", "fields": [{"name": "Diet", "type": "picklist", "list": "Diet"}, {"name": "Size"}], "aliases": {"A": "Size", "B": "Diet"}}], "records": {"zoo#": [{"Size": "1"}]}}`
		if diff := cmp.Diff([]string{"list Diet", "created Zoo#"}, apply(t, e, text)); diff != "" {
			t.Error(diff)
		}
		if n := count(t, e, "SELECT count(*) FROM rec_zoo"); n != 1 {
			t.Errorf("%d first records", n)
		}
		state := func() string {
			return fmt.Sprint(count(t, e, "SELECT value FROM cell WHERE name = 'schema'"), count(t, e, "SELECT count(*) FROM audit"))
		}
		before := state()
		if changes := apply(t, e, text); len(changes) > 0 || state() != before {
			t.Errorf("applied again: %v, %s and was %s", changes, state(), before)
		}
		if changes := apply(t, e, `{"lists": [{"name": "diet", "values": ["Plants", "Meat"]}]}`); len(changes) != 1 || state() == before {
			t.Errorf("another order and no alias: %v", changes)
		}
	})
}

func TestAnExtensionAddsAndKeeps(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		ctx := AsSystem(context.Background())
		old := must(t)(e.Create(ctx, typ(t, e, "Order"), input("Subject", "old", "MakerMail", "M@x.example")))
		text := `{"objects": [{"object": "Order", "extend": true, "fields": [{"name": "acme_Code", "index": "sparse", "stock": true},
			{"name": "subject", "max": 300, "label": "Title"}, {"name": "MakerMail", "index": true}], "aliases": {"Code": "acme_Code"}, "indexes": [["Step", "Subject"]]}]}`
		for range 2 {
			apply(t, e, text)
		}
		order := typ(t, e, "Order")
		d, _ := e.Definition(ctx, "order")
		subject, code := d.field("Subject"), d.field("acme_Code")
		if subject.Max != 300 || subject.Label != "Title" || subject.Index != Indexed || !subject.Search || !subject.Stock || code.Stock || d.Extend || d.Status == nil || len(d.Aliases) != 3 || len(d.Indexes) != 1 {
			t.Errorf("%+v %+v %+v", subject, code, d)
		}
		if row, ok, err := e.FindOne(ctx, nil, order, "MakerMail", "m@x.example"); err != nil || !ok || row.RecID != old.RecID {
			t.Errorf("not found in the new index: %v", err)
		}
		if row := must(t)(e.Create(ctx, order, input("Subject", "new", "Code", "P1"))); row.Text("acme_Code") != "P1" {
			t.Errorf("%s", row.Doc)
		}
		refused(t, e, `{"objects": [{"object": "Order", "extend": true, "number": {"field": "Amount", "start": 1}}]}`, "apply the whole definition")
		refused(t, e, `{"objects": [{"object": "Order", "extend": true, "fields": [{"name": "Subject", "required": true}]}]}`, "can change label, max, index")
		refused(t, e, `{"objects": [{"object": "Order", "extend": true, "fields": [{"name": "Subject", "type": "number"}]}]}`, "cannot change from text to number")
		refused(t, e, `{"objects": [{"object": "Order", "extend": true, "fields": [{"name": "Subject", "max": 5}]}]}`, "cannot shrink")
		if again := apply(t, e, string(mustJSON(t, Catalogue{Objects: []Definition{d}}))); len(again) > 0 {
			t.Errorf("what was shown changes something: %v", again)
		}
		// A new version of the stock keeps what was added.
		grown := strings.Replace(shop, `{"name": "Rush", "type": "boolean"}`, `{"name": "Rush", "type": "boolean"}, {"name": "Newer"}`, 1)
		next, err := Open(ctx, Options{DB: e.db, Stock: stock(t, grown)})
		if err != nil {
			t.Fatal(err)
		}
		d, _ = next.Definition(ctx, "Order")
		if d.field("Newer") == nil || d.field("acme_Code") == nil || d.field("Subject").Max != 300 || len(d.Indexes) != 1 || d.Aliases["Code"] != "acme_Code" {
			t.Errorf("an update loses something: %+v", d)
		}
	})
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func zoo(fields string) string {
	return `{"objects": [{"object": "Zoo#", "fields": [{"name": "Name"}` + fields + `]}]}`
}

func TestARemovedFieldComesBackOnlyAsItWas(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		ctx := AsSystem(context.Background())
		find := func(name, value string) int {
			t.Helper()
			zoo := typ(t, e, "Zoo")
			var n int
			query := "SELECT count(*) FROM " + zoo.Table() + " WHERE " + zoo.Expr(zoo.Position(name), e.postgres) + " = $1"
			if err := e.db.QueryRow(ctx, query, value).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		apply(t, e, zoo(`, {"name": "Tag", "max": 50, "index": true}, {"name": "Food", "type": "picklist", "list": "Level"}`))
		row := must(t)(e.Create(ctx, typ(t, e, "Zoo"), input("Name", "Leo", "Tag", "abc", "Food", "High")))
		apply(t, e, zoo(""))
		if got := must(t)(e.Get(ctx, typ(t, e, "Zoo"), row.RecID)); strings.Contains(string(got.Doc), "Tag") {
			t.Errorf("still shown: %s", got.Doc)
		}
		refused(t, e, zoo(`, {"name": "tag", "type": "number"}`), "the name tag was used by a text field; choose another name, or delete the object")
		refused(t, e, zoo(`, {"name": "Tag", "max": 10}`), "max 50")
		refused(t, e, zoo(`, {"name": "Food_Valid", "type": "number"}`), "the name Food_Valid was used by a picklist field")
		apply(t, e, zoo(`, {"name": "Other"}`)) // still remembered
		refused(t, e, `{"objects": [{"object": "Zoo#", "fields": [{"name": "Name"}, {"name": "Tag", "type": "number"}], "retired": []}]}`, "was used by a text field")
		apply(t, e, zoo(`, {"name": "Tag", "max": 60}`))
		if got := must(t)(e.Get(ctx, typ(t, e, "Zoo"), row.RecID)); got.Text("Tag") != "abc" || find("Tag", "abc") != 1 {
			t.Errorf("came back: %s, found %d", got.Doc, find("Tag", "abc"))
		}
		if d, _ := e.Definition(ctx, "Zoo"); len(d.Retired) != 2 { // Food, Other
			t.Errorf("remembered: %+v", d.Retired)
		}
		// A column that was out of use is not believed.
		must(t)(e.Update(ctx, typ(t, e, "Zoo"), row.RecID, input("Tag", "def")))
		apply(t, e, zoo(`, {"name": "Tag", "max": 60, "index": true}`))
		if find("Tag", "def") != 1 || find("Tag", "abc") != 0 {
			t.Error("the new index holds old values")
		}
		apply(t, e, zoo(`, {"name": "Tag", "max": 60}`))
		if find("Tag", "def") != 1 {
			t.Error("a field without its index is not found any more")
		}
		if err := e.Remove(ctx, "Zoo"); err != nil {
			t.Fatal(err)
		}
		apply(t, e, zoo(`, {"name": "Tag", "type": "number"}`))
	})
}

func TestAValueOfAnotherFormDoesNotHideItsRecord(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		ctx := AsSystem(context.Background())
		order := typ(t, e, "Order")
		row := must(t)(e.Create(ctx, order, input("Subject", "x", "Amount", int64(5))))
		doc := string(row.Doc)
		for _, change := range [][2]string{{`"Amount":5`, `"Amount":"five"`}, {`"Rush":false`, `"Rush":"maybe"`}, {`"Due":null`, `"Due":"soon"`},
			{`"Price":null`, `"Price":true`}, {`"Details":null`, `"Details":7`}, {`"Origin":null`, `"Origin":["x"]`}} {
			if !strings.Contains(doc, change[0]) {
				t.Fatalf("no %s in %s", change[0], doc)
			}
			doc = strings.Replace(doc, change[0], change[1], 1)
		}
		if err := e.db.Alone(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec("UPDATE rec_order SET doc = $1, ver = 0", doc)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		got := must(t)(e.Get(ctx, order, row.RecID))
		want := strings.Replace(string(row.Doc), `"Amount":5`, `"Amount":null`, 1)
		if diff := cmp.Diff(want, string(got.Doc)); diff != "" {
			t.Error(diff)
		}
	})
}
