package record

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// parties are two kinds of companies and a view of both.
const parties = `{
 "lists": [{"name": "Grade", "values": ["Gold", "Silver"]}],
 "objects": [
  {"object": "Region#", "title": "Name", "fields": [{"name": "Name", "index": true}]},
  {"object": "Vendor#", "title": "Name", "fields": [
    {"name": "Name", "label": "Vendor name", "index": true, "search": true},
    {"name": "Town", "max": 60, "search": true},
    {"name": "Grade", "type": "picklist", "list": "Grade", "index": true},
    {"name": "RegionLink", "type": "link", "target": "Region#", "index": "sparse"},
    {"name": "Active", "type": "boolean"},
    {"name": "Orders", "type": "number"},
    {"name": "Secret"}]},
  {"object": "Client#", "title": "Name", "fields": [
    {"name": "Name", "index": true, "search": true},
    {"name": "City", "max": 90, "index": true, "search": true},
    {"name": "Grade", "type": "picklist", "list": "Grade"},
    {"name": "Home", "type": "link", "target": "Region#"},
    {"name": "Active", "type": "boolean"}]},
  {"object": "Client#Chain", "fields": [{"name": "Shops", "type": "number"}]},
  {"object": "Party#", "label": "Party", "title": "Name", "view": {"of": ["Vendor#", "Client#"]}, "typeTag": "Of", "aliases": {"Title": "Name"}, "fields": [
    {"name": "Name"},
    {"name": "Town", "sources": {"Vendor#": "Town", "Client#": "City"}},
    {"name": "Grade"},
    {"name": "RegionLink", "label": "Where", "sources": {"Vendor": "RegionLink", "Client": "Home"}},
    {"name": "IsActive", "source": "Active"},
    {"name": "Orders", "sources": {"Vendor#": "Orders"}},
    {"name": "Of"}]},
  {"object": "Deal#", "number": {"field": "DealNumber", "start": 1}, "fields": [
    {"name": "DealNumber", "type": "number", "index": "unique"},
    {"name": "PartyLink", "type": "link", "target": "Party#", "copy": {"PartyName": "Name"}},
    {"name": "VendorLink", "type": "link", "target": "Vendor#"},
    {"name": "PartyName"},
    {"name": "Partner", "type": "picklist", "lenient": true, "from": {"object": "Party#", "value": "Name", "match": ["Name"]}}]}
 ]
}`

// fields reads a document of a view.
func members(t *testing.T, doc []byte) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(doc, &m); err != nil {
		t.Fatalf("%v: %s", err, doc)
	}
	return m
}

func TestAViewShowsTheRecordsOfOthers(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, parties))
		ctx := AsSystem(context.Background())
		party, vendor, client, chain, deal := typ(t, e, "Party#"), typ(t, e, "Vendor"), typ(t, e, "Client"), typ(t, e, "Client#Chain"), typ(t, e, "Deal")
		north := must(t)(e.Create(ctx, typ(t, e, "Region"), input("Name", "North")))
		acme := must(t)(e.Create(ctx, vendor, input("Name", "Acme \"&\" Söhne", "Town", "Köln", "Grade", "gold", "RegionLink", north.RecID, "Active", true, "Orders", int64(7), "Secret", "hush")))
		bolt := must(t)(e.Create(ctx, client, input("Name", "Bolt", "City", "Aachen", "Home", north.RecID)))
		cord := must(t)(e.Create(ctx, chain, input("Name", "Cord", "City", "Köln", "Shops", int64(3), "Grade", "Silver")))

		got := must(t)(e.Get(ctx, party, strings.ToLower(acme.RecID)))
		want := map[string]any{"RecId": acme.RecID, "Name": "Acme \"&\" Söhne", "Town": "Köln", "Grade": "Gold", "RegionLink": north.RecID, "RegionLink_RecID": north.RecID,
			"RegionLink_Category": "Region", "IsActive": true, "Orders": 7.0, "Of": "Vendor", "CreatedBy": "InternalServices", "CreatedDateTime": "2026-03-04T05:06:07Z"}
		have := members(t, got.Doc)
		for name, value := range want {
			if have[name] != value {
				t.Errorf("%s is %v, want %v", name, have[name], value)
			}
		}
		if len(have) != len(party.Fields) || strings.Contains(string(got.Doc), "hush") || have["Grade_Valid"] == nil {
			t.Errorf("not the fields of the view: %s", got.Doc)
		}
		if again, err := got.Record(); err != nil || string(party.Encode(nil, again)) != string(got.Doc) {
			t.Errorf("the document is not canonical: %v", err)
		}
		other := members(t, must(t)(e.Get(ctx, party, cord.RecID)).Doc)
		if other["Of"] != "Client.Chain" || other["Town"] != "Köln" || other["Orders"] != nil || other["IsActive"] != false || other["RegionLink"] != nil {
			t.Errorf("a record of an extension: %v", other)
		}

		find := func(q Query) (names []string, total int64) {
			t.Helper()
			q.Type, q.Limit, q.Counts = party, 10, len(q.Args)
			if q.Order == "" {
				q.Order = "ORDER BY rec_id DESC"
			}
			total, err := e.List(ctx, q, func(r Row) error {
				names = append(names, r.Text("Name"))
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return names, total
		}
		expr := func(field string) string { return party.Expr(party.Position(field), e.postgres) }
		search := func(text string) Query {
			s, err := ParseSearch(text)
			if err != nil {
				t.Fatal(err)
			}
			var q Query
			q.Where = party.Matches(s, e.postgres, func(v any) string { q.Args = append(q.Args, v); return "$" + string(rune('0'+len(q.Args))) })
			return q
		}
		for name, c := range map[string]struct {
			query Query
			want  string
		}{
			"all, newest first":            {Query{}, "Cord Bolt Acme"},
			"by name":                      {Query{Where: expr("Name") + " = $1", Args: []any{"bolt"}}, "Bolt"},
			"by its alias's field":         {Query{Where: expr("Title") + " = $1", Args: []any{"bolt"}}, "Bolt"},
			"a field of two names":         {Query{Where: expr("Town") + " = $1", Args: []any{"köln"}}, "Cord Acme"},
			"a field of one source":        {Query{Where: expr("Orders") + " > $1", Args: []any{int64(6)}}, "Acme"},
			"no value there":               {Query{Where: expr("Orders") + " IS NULL AND " + expr("Name") + " > $1", Args: []any{"b"}}, "Cord Bolt"},
			"a boolean":                    {Query{Where: expr("IsActive") + " = $1", Args: []any{int64(0)}}, "Cord Bolt"},
			"the object":                   {Query{Where: expr("Of") + " = $1", Args: []any{"client.chain"}}, "Cord"},
			"a link under the view's name": {Query{Where: expr("RegionLink_RecID") + " = $1", Args: []any{strings.ToLower(north.RecID)}}, "Bolt Acme"},
			"ordered by two sources":       {Query{Order: "ORDER BY " + expr("Town") + " DESC, rec_id DESC", Sorted: []string{expr("Town")}}, "Cord Acme Bolt"},
			"words of each source":         {search("köln"), "Cord Acme"},
			"words that both must have":    {search("köln acme"), "Acme"},
			"words of nobody":              {search("hush"), ""},
			"a RecId":                      {search(bolt.RecID), "Bolt"},
		} {
			names, total := find(c.query)
			if got := strings.ReplaceAll(strings.Join(names, " "), " \"&\" Söhne", ""); got != c.want || total != int64(len(names)) {
				t.Errorf("%s: %q, total %d, want %q", name, got, total, c.want)
			}
		}

		for name, in := range map[string]Input{
			"by the view":             input("PartyLink", cord.RecID),
			"with its category":       input("PartyLink_RecID", cord.RecID, "PartyLink_Category", "Party#"),
			"with the record's own":   input("PartyLink_RecID", cord.RecID, "PartyLink_Category", "Client#Chain"),
			"with that of its source": input("PartyLink", cord.RecID, "PartyLink_Category", "Client"),
		} {
			row := must(t)(e.Create(ctx, deal, in))
			if row.Text("PartyLink_Category") != "Client.Chain" || row.Text("PartyName") != "Cord" {
				t.Errorf("a link %s: %s", name, row.Doc)
			}
		}
		if row := must(t)(e.Create(ctx, deal, input("VendorLink", acme.RecID, "VendorLink_Category", "Party"))); row.Text("VendorLink_Category") != "Vendor" {
			t.Errorf("a view's name for a link to one of its sources: %s", row.Doc)
		}
		for name, in := range map[string]Input{
			"to what is not in it":       input("PartyLink", north.RecID),
			"of a category that is not":  input("PartyLink", acme.RecID, "PartyLink_Category", "Region"),
			"past what the link may be":  input("VendorLink", bolt.RecID, "VendorLink_Category", "Party"),
			"to a client as a vendor":    input("VendorLink", bolt.RecID, "VendorLink_Category", "Client"),
			"of a category of no object": input("PartyLink", acme.RecID, "PartyLink_Category", "Nothing"),
		} {
			if _, err := e.Create(ctx, deal, in); !fault.Is(err, fault.Invalid) {
				t.Errorf("a link %s: %v", name, err)
			}
		}
		row := must(t)(e.Create(ctx, deal, input("Partner", "bolt")))
		if row.Text("Partner") != "Bolt" || row.Text("Partner_Valid") != bolt.RecID {
			t.Errorf("a pick list of a view's records: %s", row.Doc)
		}
		must(t)(e.Update(ctx, client, bolt.RecID, input("Name", "Bold")))
		if row := must(t)(e.Create(ctx, deal, input("Partner", "bolt"))); row.Text("Partner_Valid") != "" {
			t.Error("the pick list still knows the old name")
		}

		_, err := e.Create(ctx, party, input("Name", "x"))
		_, err2 := e.Update(ctx, party, acme.RecID, input("Name", "x"))
		for _, err := range []error{err, err2, e.Delete(ctx, party, acme.RecID)} {
			if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Of(err).Message, "Party# is a view") || !strings.Contains(fault.Of(err).Message, "Vendor# or Client#") {
				t.Errorf("a write through the view: %v", err)
			}
		}
		if err := e.Delete(ctx, vendor, acme.RecID); err != nil {
			t.Fatal(err)
		}
		if _, err := e.Get(ctx, party, acme.RecID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a deleted record is still seen: %v", err)
		}
		if _, total := find(Query{}); total != 2 {
			t.Errorf("%d records after one was deleted, want 2", total)
		}
	})
}

func TestAViewFollowsItsSources(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, nil)
		ctx := AsSystem(context.Background())
		apply := func(text string) {
			t.Helper()
			var c Catalogue
			if err := json.Unmarshal([]byte(text), &c); err != nil {
				t.Fatal(err)
			}
			if _, err := e.Apply(ctx, c); err != nil {
				t.Fatal(err)
			}
		}
		apply(parties)
		old := must(t)(e.Create(ctx, typ(t, e, "Vendor"), input("Name", "Acme", "Secret", "one")))
		found := func(field, value string) bool {
			t.Helper()
			row, ok, err := e.FindOne(ctx, nil, typ(t, e, "Party"), field, value)
			if err != nil {
				t.Fatal(err)
			}
			return ok && row.Text(field) != ""
		}
		apply(`{"objects": [{"object": "Party#", "extend": true, "fields": [{"name": "Note", "sources": {"Vendor#": "Secret"}}]}]}`)
		if !found("Note", "ONE") {
			t.Error("a field that the view gained does not show what records have")
		}
		apply(`{"objects": [{"object": "Vendor#", "extend": true, "fields": [{"name": "Secret", "index": true}, {"name": "Rating", "type": "number"}]}]}`)
		if !found("Note", "one") || !found("Name", "acme") {
			t.Error("the view lost the field that moved into a column")
		}
		must(t)(e.Update(ctx, typ(t, e, "Vendor"), old.RecID, input("Secret", "two", "Rating", int64(5))))
		if !found("Note", "two") || found("Note", "one") {
			t.Error("the view does not follow the record")
		}
		apply(`{"objects": [{"object": "Party#", "extend": true, "fields": [{"name": "Rating", "sources": {"Vendor#": "Rating"}}]}]}`)
		if !found("Rating", "5") {
			t.Error("the view has not the number")
		}
		apply(`{"objects": [{"object": "Vendor#Club", "fields": [{"name": "Members", "type": "number"}]}]}`)
		must(t)(e.Create(ctx, typ(t, e, "Vendor#Club"), input("Name", "Chess")))
		if !found("Of", "Vendor.Club") {
			t.Error("the view does not know the extension")
		}

		d, ok := e.Definition(ctx, "Party")
		if !ok || d.View == nil || len(d.View.Of) != 2 {
			t.Fatalf("the definition is %+v", d)
		}
		if changes, err := e.Apply(ctx, Catalogue{Objects: []Definition{d}}); err != nil || changes != nil {
			t.Errorf("its own definition changes %v: %v", changes, err)
		}
		d.Fields = d.Fields[:2]
		d.TypeTag, d.Aliases = "", nil
		if _, err := e.Apply(ctx, Catalogue{Objects: []Definition{d}}); err != nil {
			t.Fatal(err)
		}
		if typ(t, e, "Party").Has("Note") || !found("Name", "chess") {
			t.Error("fields that are left out stay")
		}
		if err := e.Remove(ctx, "Client#"); err == nil {
			t.Error("an object is removed under a view")
		}
		again, err := Open(ctx, Options{DB: e.DB()})
		if err != nil {
			t.Fatal(err)
		}
		if total, err := again.List(ctx, Query{Type: typ(t, again, "Party")}, nil); err != nil || total != 2 {
			t.Errorf("opened again: %d, %v", total, err)
		}
		for _, object := range []string{"Deal#", "Party#", "Vendor#Club", "Vendor#"} {
			if err := e.Remove(ctx, object); err != nil {
				t.Errorf("remove %s: %v", object, err)
			}
		}
	})
}

// TestAViewIsNoContent moves a tenant with a view from each engine to each.
func TestAViewIsNoContent(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, from string) {
		pgtest.Each(t, func(t *testing.T, to string) {
			e, _ := open(t, from, stock(t, parties))
			ctx := AsSystem(context.Background())
			row := must(t)(e.Create(ctx, typ(t, e, "Client"), input("Name", "Bolt", "City", "Aachen")))
			var dump bytes.Buffer
			if err := e.DB().Dump(ctx, &dump, nil); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(dump.String(), `"table":"rec_party"`) {
				t.Error("the view is dumped as a table")
			}
			empty, err := db.Open(ctx, to, db.Options{Timeline: db.TenantTimeline()})
			if err != nil {
				t.Fatal(err)
			}
			defer empty.Close()
			if err := empty.Load(ctx, &dump, db.LoadOptions{Prepare: PrepareLoad, Finish: FinishLoad}); err != nil {
				t.Fatal(err)
			}
			moved, err := Open(ctx, Options{DB: empty, Stock: stock(t, parties)})
			if err != nil {
				t.Fatal(err)
			}
			if got := must(t)(moved.Get(ctx, typ(t, moved, "Party"), row.RecID)); got.Text("Town") != "Aachen" {
				t.Errorf("after the move: %s", got.Doc)
			}
			if n, err := moved.Rewrite(ctx); err != nil || n != 0 {
				t.Errorf("rewrite: %d %v", n, err)
			}
		})
	})
}

// TestTheStockLeavesAnotherObjectOfTheNameOfItsView is for tenants of the time before there was one.
func TestTheStockLeavesAnotherObjectOfTheNameOfItsView(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, nil)
		ctx := AsSystem(context.Background())
		if _, err := e.Apply(ctx, Catalogue{Objects: []Definition{{Object: "Party#", Fields: []FieldDefinition{{Name: "Guests"}}}}}); err != nil {
			t.Fatal(err)
		}
		row := must(t)(e.Create(ctx, typ(t, e, "Party"), input("Guests", "many")))
		e, err := Open(ctx, Options{DB: e.DB(), Stock: stock(t, `{"objects": [{"object": "Vendor#", "fields": [{"name": "Name"}]},
			{"object": "Party#", "view": {"of": ["Vendor#"]}, "fields": [{"name": "Name"}]}]}`)})
		if err != nil {
			t.Fatal(err)
		}
		if got := must(t)(e.Get(ctx, typ(t, e, "Party"), row.RecID)); got.Text("Guests") != "many" || typ(t, e, "Party").Sources() != nil {
			t.Errorf("somebody's own object became a view: %s", got.Doc)
		}
	})
}

func TestDefinitionsOfViewsAreChecked(t *testing.T) {
	field := func(text string) string {
		return `{"object": "Party#", "view": {"of": ["Vendor#", "Client#"]}, "fields": [` + text + `]}`
	}
	for name, c := range map[string]struct{ object, want string }{
		"of an object there is not":           {`{"object": "V#", "view": {"of": ["Nope#"]}, "fields": [{"name": "Name"}]}`, `"Nope#" of the view does not exist`},
		"of nothing":                          {`{"object": "V#", "view": {"of": []}, "fields": [{"name": "Name"}]}`, "at least one object"},
		"of a view":                           {`{"object": "V#", "view": {"of": ["Party#"]}, "fields": [{"name": "Name"}]}`, "is a view itself"},
		"of one object twice":                 {`{"object": "V#", "view": {"of": ["Vendor#", "vendor"]}, "fields": [{"name": "Name"}]}`, "records of Vendor twice"},
		"of an object and its extension":      {`{"object": "V#", "view": {"of": ["Client#", "Client#Chain"]}, "fields": [{"name": "Name"}]}`, "records of Client#Chain twice"},
		"without fields":                      {`{"object": "V#", "view": {"of": ["Vendor#"]}, "fields": []}`, "has no fields"},
		"an extension of a view":              {`{"object": "Party#Late", "fields": [{"name": "X"}]}`, `"Party" is a view`},
		"a view as an extension":              {`{"object": "Client#View", "view": {"of": ["Vendor#"]}, "fields": [{"name": "Name"}]}`, "it extends nothing"},
		"with a number":                       {`{"object": "V#", "view": {"of": ["Vendor#"]}, "number": {"field": "Name", "start": 1}, "fields": [{"name": "Name"}]}`, "rules, numbers and indexes are those of"},
		"with unique fields":                  {`{"object": "V#", "view": {"of": ["Vendor#"]}, "unique": [["Name"]], "fields": [{"name": "Name"}]}`, "rules, numbers and indexes are those of"},
		"a field that a source has not":       {field(`{"name": "Town"}`), "Party.Town: Client has no field for it"},
		"a field under a wrong name":          {field(`{"name": "X", "sources": {"Vendor#": "Nope"}}`), "Party.X: Vendor has no field for it"},
		"a field of an object outside":        {field(`{"name": "X", "sources": {"Region#": "Name"}}`), `sources names "Region#", which the view is not of`},
		"source and sources":                  {field(`{"name": "X", "source": "Name", "sources": {"Vendor#": "Name"}}`), "either source or sources"},
		"fields of two types":                 {field(`{"name": "X", "sources": {"Vendor#": "Orders", "Client#": "Name"}}`), "of the type number in Vendor and text in Client"},
		"a pick list and a text":              {field(`{"name": "X", "sources": {"Vendor#": "Grade", "Client#": "Name"}}`), "of the type picklist in Vendor and text in Client"},
		"an index":                            {field(`{"name": "Name", "index": true}`), "the rest is that of the field it shows"},
		"a part of a field":                   {field(`{"name": "X", "source": "Grade_Valid"}`), "has no field for it"},
		"a name that every record has":        {field(`{"name": "CreatedBy", "source": "Name"}`), "is taken"},
		"source outside a view":               {`{"object": "V#", "fields": [{"name": "X", "source": "Name"}]}`, "for the fields of a view"},
		"a typeTag that is not there":         {`{"object": "V#", "view": {"of": ["Vendor#"]}, "typeTag": "Of", "fields": [{"name": "Name"}]}`, `typeTag names the field "Of"`},
		"a typeTag with a source":             {`{"object": "V#", "view": {"of": ["Vendor#"]}, "typeTag": "Of", "fields": [{"name": "Of", "source": "Name"}]}`, "has no source"},
		"a view out of an object":             {`{"object": "Region#", "view": {"of": ["Vendor#"]}, "fields": [{"name": "Name"}]}`, "cannot become a view"},
		"an object out of a view":             {`{"object": "Party#", "fields": [{"name": "Name"}]}`, "cannot become a view, nor a view one"},
		"a source without the viewed field":   {`{"object": "Vendor#", "fields": [{"name": "Name"}]}`, "Party.Town: Vendor has no field for it"},
		"a title that is no field":            {`{"object": "V#", "view": {"of": ["Vendor#"]}, "title": "Nope", "fields": [{"name": "Name"}]}`, `title names the field "Nope"`},
		"a view in an extension of an object": {`{"object": "Vendor#", "extend": true, "view": {"of": ["Client#"]}, "fields": [{"name": "Y"}]}`, "for anything else apply the whole definition"},
	} {
		t.Run(name, func(t *testing.T) {
			e, _ := open(t, "sqlite:"+t.TempDir()+"/t.db", nil)
			ctx := AsSystem(context.Background())
			var before, c2 Catalogue
			if err := json.Unmarshal([]byte(parties), &before); err != nil {
				t.Fatal(err)
			}
			if _, err := e.Apply(ctx, before); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(`{"objects": [`+c.object+`]}`), &c2); err != nil {
				t.Fatal(err)
			}
			_, err := e.Apply(ctx, c2)
			if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Of(err).Message, c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if total, err := e.List(ctx, Query{Type: typ(t, e, "Party")}, nil); err != nil || total != 0 {
				t.Errorf("the view in force is broken: %v", err)
			}
		})
	}
}

// TestLongNamesOfAViewStayApart is for engines that cut names.
func TestLongNamesOfAViewStayApart(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, c := open(t, dsn, nil)
		ctx := AsSystem(context.Background())
		long := strings.Repeat("a", 62)
		of := Definition{Object: "Long#", Fields: []FieldDefinition{{Name: long + "one"}, {Name: long + "two"}}}
		view := Definition{Object: "LongView#", View: &ViewRule{Of: []string{"Long"}}, Fields: of.Fields}
		if _, err := e.Apply(ctx, Catalogue{Objects: []Definition{of, view}}); err != nil {
			t.Fatal(err)
		}
		c.Advance(time.Second)
		row := must(t)(e.Create(ctx, typ(t, e, "Long"), input(long+"one", "1", long+"two", "2")))
		for name, value := range map[string]string{"one": "1", "two": "2"} {
			if got, ok, err := e.FindOne(ctx, nil, typ(t, e, "LongView"), long+name, value); err != nil || !ok || got.RecID != row.RecID {
				t.Errorf("%s: %v %v", name, ok, err)
			}
		}
	})
}
