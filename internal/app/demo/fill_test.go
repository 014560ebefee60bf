package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/desk"
	"github.com/provost-itsm/provost/internal/people"
	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/blob"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

var today = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// open makes a tenant's database with the stock of all domains and their rules.
func open(t testing.TB, dsn string) (context.Context, *record.Engine) {
	t.Helper()
	return openAt(t, dsn, today)
}

func openAt(t testing.TB, dsn string, now time.Time) (context.Context, *record.Engine) {
	t.Helper()
	ctx := record.AsSystem(context.Background())
	d, err := db.Open(ctx, dsn, db.Options{Timeline: db.TenantTimeline()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	catalogue, err := desk.Stock()
	if err != nil {
		t.Fatal(err)
	}
	owners := people.New(people.Deps{}).Owners()
	maps.Copy(owners, desk.Owners())
	e, err := record.Open(ctx, record.Options{DB: d, Clock: clock.NewManual(now), Owners: owners, Stock: []record.Stock{
		{Domain: "people", Catalogue: people.Stock()}, {Domain: "desk", Catalogue: catalogue}}})
	if err != nil {
		t.Fatal(err)
	}
	return ctx, e
}

func filled(t testing.TB, dsn string) (context.Context, *record.Engine, Result) {
	t.Helper()
	ctx, e := open(t, dsn)
	r, err := fill(ctx, e, store(t), today)
	if err != nil {
		t.Fatal(err)
	}
	return ctx, e, r
}

func store(t testing.TB) *blob.Store {
	return blob.At(t.TempDir()).Of("00000000-0000-7000-8000-000000000000")
}

func sqliteDSN(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "demo.db") }

func object(t testing.TB, ctx context.Context, e *record.Engine, name string) *record.Type {
	t.Helper()
	found, ok := e.Type(ctx, name)
	if !ok {
		t.Fatal("there is no object ", name)
	}
	return found
}

func count(t testing.TB, ctx context.Context, e *record.Engine, query string, args ...any) int64 {
	t.Helper()
	var n int64
	if err := e.DB().QueryRow(ctx, query, args...).Scan(&n); err != nil {
		t.Fatal(query, err)
	}
	return n
}

func TestFillMakesABelievableTenant(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		ctx, e, r := filled(t, dsn)
		for name, want := range map[string]int64{"Employee": 601, "StandardUserTeam": 40, "Location": 12, "Department": 18, "OrganizationalUnit": 9, "Incident": 5000,
			"ServiceReq": 300, "Change": 150, "Problem": 60, "Task": 800, "FRS_Knowledge": 25, "ServiceReqTemplate": 16, "Attachment": 40} {
			total, err := e.List(ctx, record.Query{Type: object(t, ctx, e, name)}, nil)
			if err != nil || total != want {
				t.Errorf("%s: %d records, want %d (%v)", name, total, want, err)
			}
		}
		for name, least := range map[string]int64{"Journal": 8500, "CI": 700, "FRS_Approval": 60, "FRS_ApprovalVoteTracking": 150, "Journal#Email": 1500} {
			if total, _ := e.List(ctx, record.Query{Type: object(t, ctx, e, name)}, nil); total < least {
				t.Errorf("%s: %d records, want at least %d", name, total, least)
			}
		}
		for _, typ := range e.Types(ctx) {
			where, args := "", []any{}
			if typ.Base != nil {
				where, args = " WHERE object = $1", []any{typ.Object}
			}
			total, err := e.List(ctx, record.Query{Type: typ}, nil)
			if n := count(t, ctx, e, "SELECT count(*) FROM "+typ.Table()+where, args...); err != nil || n != total {
				t.Errorf("%s: %d rows, counted %d (%v)", typ.Object, n, total, err)
			}
			if i := typ.NumberField(); i >= 0 && typ.Base == nil {
				column := typ.Fields[i].Column
				low := count(t, ctx, e, "SELECT coalesce(min("+column+"), 10001) FROM "+typ.Table())
				high := count(t, ctx, e, "SELECT coalesce(max("+column+"), 10000) FROM "+typ.Table())
				if low != 10001 || high-low+1 != total {
					t.Errorf("%s: numbers from %d to %d for %d records", typ.Object, low, high, total)
				}
			}
			if late := count(t, ctx, e, "SELECT count(*) FROM "+typ.Table()+" WHERE c_lastmoddatetime > $1 OR c_createddatetime > c_lastmoddatetime", today.Unix()); late > 0 {
				t.Errorf("%s: %d records of the future", typ.Object, late)
			}
		}
		searches(t, ctx, e, r)
		result, err := audit.Verify(ctx, e.DB(), nil)
		if err != nil || !result.OK() {
			t.Errorf("the audit chain does not verify: %+v %v", result, err)
		}
		for status, least := range map[string]int64{"Logged": 3, "Active": 20, "Waiting for Customer": 10, "Resolved": 20, "Closed": 4000, "Cancelled": 50} {
			if n := count(t, ctx, e, "SELECT count(*) FROM rec_incident WHERE c_status = $1", literal.Fold(status)); n < least {
				t.Errorf("%d incidents are %s, want at least %d", n, status, least)
			}
		}
		for relationship, least := range map[string]int64{"incidentassociatesci": 300, "incidentassociateschange": 100, "changeassociatesci": 150, "problemassociatesci": 60, "cidependsonci": 60} {
			if n := count(t, ctx, e, "SELECT count(*) FROM record_link WHERE relation = $1", relationship); n < least || n > 1000 {
				t.Errorf("%d pairs of %s, want %d to 1000", n, relationship, least)
			}
		}
		for relationship, ends := range map[string][2]string{"incidentassociatesci": {"incident", "ci"}, "incidentassociateschange": {"incident", "change"}, "changeassociatesci": {"change", "ci"},
			"problemassociatesci": {"problem", "ci"}, "cidependsonci": {"ci", "ci"}} {
			if n := count(t, ctx, e, "SELECT count(*) FROM record_link WHERE relation = $1 AND (source NOT IN (SELECT rec_id FROM rec_"+ends[0]+
				") OR target NOT IN (SELECT rec_id FROM rec_"+ends[1]+"))", relationship); n > 0 {
				t.Errorf("%d pairs of %s lead to nothing", n, relationship)
			}
		}
		if n := count(t, ctx, e, "SELECT count(*) FROM record_link"); n != r.Pairs {
			t.Errorf("%d pairs, want %d", n, r.Pairs)
		}
		one, err := e.Create(ctx, object(t, ctx, e, "Incident"), record.Input{{Name: "Subject", Value: "after the demo"}})
		if err != nil || one.Text("IncidentNumber") != "15001" {
			t.Errorf("the next incident is %s, want 15001: %v", one.Text("IncidentNumber"), err)
		}
	})
}

// searches looks for words of the texts, and for the one person scripts know.
func searches(t *testing.T, ctx context.Context, e *record.Engine, r Result) {
	t.Helper()
	find := func(name, words string) (ids []string) {
		s, err := record.ParseSearch(words)
		if err != nil {
			t.Fatal(err)
		}
		q := record.Query{Type: object(t, ctx, e, name), Order: "ORDER BY rec_id", Limit: 10}
		q.Where = q.Type.Matches(s, e.DB().Engine() == db.Postgres, func(v any) string {
			q.Args = append(q.Args, v)
			return fmt.Sprintf("$%d", len(q.Args))
		})
		q.Counts = len(q.Args)
		_, err = e.List(ctx, q, func(row record.Row) error {
			ids = append(ids, row.RecID)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return ids
	}
	for name, words := range map[string]string{"Incident": "vpn connect", "FRS_Knowledge": "bitlocker recovery", "Journal": "call-back", "Change": "firmware switches", "CI": "NW-LT", "Task": "licence"} {
		if len(find(name, words)) == 0 {
			t.Errorf("%s: nothing is found by %q", name, words)
		}
	}
	who, err := e.Get(ctx, object(t, ctx, e, "Employee"), r.Employee)
	if err != nil || r.Login != "mbauer" || who.Text("LoginID") != r.Login || who.Text("NetworkUserName") != r.Login || who.Text("Status") != "Active" {
		t.Fatalf("the known person is %s (%v)", who.Doc, err)
	}
	for _, words := range []string{r.Login, who.Text("PrimaryEmail"), who.Text("DisplayName")} {
		if got := find("Employee", words); len(got) != 1 || got[0] != r.Employee {
			t.Errorf("%q finds %v, want the known person alone", words, got)
		}
	}
}

func TestEachRunMakesTheSameOnBothEngines(t *testing.T) {
	if testing.Short() {
		t.Skip("compares two whole demos")
	}
	ctx, first, _ := filled(t, sqliteDSN(t))
	_, second, _ := filled(t, pgtest.DSN(t))
	_, third, _ := filled(t, sqliteDSN(t))
	want := documents(t, ctx, first)
	for name, other := range map[string]*record.Engine{"PostgreSQL": second, "a second SQLite": third} {
		if got := documents(t, ctx, other); len(got) != len(want) {
			t.Errorf("%s has %d records, want %d", name, len(got), len(want))
		} else {
			for key := range want {
				if got[key] != want[key] {
					t.Fatalf("%s differs in %s:\n%s", name, key, cmp.Diff(want[key], got[key]))
				}
			}
		}
	}
}

// documents is all documents by table and RecId. The RecIds of stock records, which differ between tenants, are replaced
// by what the records are.
func documents(t *testing.T, ctx context.Context, e *record.Engine) map[string]string {
	t.Helper()
	type row struct{ table, key, doc string }
	var rows []row
	var stock []string
	for _, typ := range e.Types(ctx) {
		if typ.Base != nil {
			continue
		}
		found, err := e.DB().Query(ctx, "SELECT rec_id, doc, c_createddatetime FROM "+typ.Table()+" ORDER BY rec_id")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for found.Next() {
			r := row{table: typ.Table()}
			var created int64
			if err := found.Scan(&r.key, &r.doc, &created); err != nil {
				t.Fatal(err)
			}
			if created == today.Unix() {
				stock = append(stock, strings.ToUpper(r.key), fmt.Sprintf("stock %s %d", typ.Object, n))
				n++
			}
			rows = append(rows, r)
		}
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
	}
	links, err := e.DB().Query(ctx, "SELECT source, target, relation FROM record_link ORDER BY 1, 2, 3")
	if err != nil {
		t.Fatal(err)
	}
	for links.Next() {
		var r row
		if err := links.Scan(&r.key, &r.doc, &r.table); err != nil {
			t.Fatal(err)
		}
		r.key, r.doc = r.key+" "+r.doc, ""
		rows = append(rows, r)
	}
	if err := links.Err(); err != nil {
		t.Fatal(err)
	}
	replace := strings.NewReplacer(stock...)
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.table+" "+replace.Replace(strings.ToUpper(r.key))] = replace.Replace(r.doc)
	}
	return out
}

// harmless finds a text that nothing depends on.
func harmless(typ *record.Type) string {
	found := ""
	for _, f := range typ.Fields {
		if f.Part != record.Plain || f.Kind != record.Text || f.Def.Type != "" && f.Def.Type != "text" || f.Def.ReadOnly || f.Def.WriteOnly || f.Def.Template != "" || f.Def.Index != record.NotIndexed {
			continue
		}
		switch f.Name {
		case "DisplayText", "LastName", "FirstName", "MiddleName", "DisplayName", "PrimaryEmail", "SecondaryEmail", "TeamEmail", "FulfillmentPlan":
			continue
		}
		copied := false
		for _, g := range typ.Fields {
			if g.Part == record.Plain {
				_, is := g.Def.Copy[f.Name]
				copied = copied || is
			}
		}
		if !copied {
			found = f.Name
		}
	}
	return found
}

// members reads a document, without what each write changes.
func members(t *testing.T, doc []byte, without ...string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(doc, &m); err != nil {
		t.Fatal(err)
	}
	for _, name := range without {
		delete(m, name)
	}
	return m
}

// Each list value and link is sent again, so that the engine looks all of them up and copies anew: nothing may change.
func TestImportedRecordsAreAsTheEngineWouldHaveThem(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		ctx, e, made := filled(t, dsn)
		for name := range made.Records {
			typ := object(t, ctx, e, name)
			field := harmless(typ)
			if field == "" {
				t.Errorf("%s has no harmless field", name)
				continue
			}
			total, _ := e.List(ctx, record.Query{Type: typ}, nil)
			for k := range int64(8) {
				var row record.Row
				_, err := e.List(ctx, record.Query{Type: typ, Order: "ORDER BY rec_id", Limit: 1, Offset: int(k * max(total-1, 1) / 7)}, func(r record.Row) error {
					row, row.Doc = r, append([]byte(nil), r.Doc...)
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if row.Type == nil {
					continue
				}
				again(t, ctx, e, row, field)
			}
		}
	})
}

func again(t *testing.T, ctx context.Context, e *record.Engine, row record.Row, field string) {
	t.Helper()
	typ := row.Type
	in := record.Input{{Name: field, Value: "checked"}}
	for _, f := range typ.Fields {
		v := row.Text(f.Name)
		if v == "" || f.Part != record.Plain && f.Part != record.LinkCategory {
			continue
		}
		switch {
		case f.Part == record.Plain && f.Def.Type == "picklist", f.Part == record.LinkCategory:
			in = append(in, record.InputField{Name: f.Name, Value: v})
		case f.Def.Type == "link":
			in = append(in, record.InputField{Name: f.Name + "_RecID", Value: v})
		}
	}
	up, err := e.Update(ctx, typ, row.RecID, in)
	if err != nil {
		t.Errorf("%s %s cannot be changed: %v", typ.Object, row.RecID, err)
		return
	}
	read, err := e.Get(ctx, typ, row.RecID)
	if err != nil || string(read.Doc) != string(up.Doc) || read.Text(field) != "checked" {
		t.Errorf("%s %s reads back otherwise: %v", typ.Object, row.RecID, err)
	}
	without := []string{field, "LastModBy", "LastModDateTime", "DisplayText", "SocialTextHeader"}
	if diff := cmp.Diff(members(t, row.Doc, without...), members(t, up.Doc, without...)); diff != "" {
		t.Errorf("%s %s (%s) changes when it is sent again (-imported +updated):\n%s", typ.Object, row.RecID, field, diff)
	}
}

// A record is deleted and created again from what a client would send: all but what the engine works out itself.
func TestImportedAndCreatedRecordsAreEqual(t *testing.T) {
	for name, where := range map[string]string{"Incident": "c_status <> 'closed'", "Employee": "c_loginid <> 'internalservices'"} {
		ctx, e, _ := filled(t, sqliteDSN(t))
		typ := object(t, ctx, e, name)
		var rows []record.Row
		_, err := e.List(ctx, record.Query{Type: typ, Where: where, Order: "ORDER BY rec_id", Limit: 40, Offset: 60}, func(r record.Row) error {
			r.Doc = append([]byte(nil), r.Doc...)
			if !r.Bool("IsManager") && !r.Bool("IsMasterIncident") { // others name those
				rows = append(rows, r)
			}
			return nil
		})
		if err != nil || len(rows) < 20 {
			t.Fatal(len(rows), err)
		}
		copied := map[string]bool{}
		for _, f := range typ.Fields {
			if f.Part == record.Plain {
				for own := range f.Def.Copy {
					copied[own] = true
				}
			}
		}
		for _, row := range rows {
			var in record.Input
			for _, f := range typ.Fields {
				v := row.Text(f.Name)
				if v == "" || f.Part == record.Kept || f.Part == record.Twin || f.Part == record.LinkRecID || copied[f.Name] || f.Def.Template != "" || f.Name == "Priority" || f.Name == "DisplayName" {
					continue
				}
				in = append(in, record.InputField{Name: f.Name, Value: v})
			}
			if err := e.Delete(ctx, typ, row.RecID); err != nil {
				t.Fatal(err)
			}
			created, err := e.Create(ctx, typ, in)
			if err != nil {
				t.Errorf("%s %s cannot be created: %v", name, row.Doc, err)
				continue
			}
			without := []string{"RecId", "CreatedBy", "CreatedDateTime", "LastModBy", "LastModDateTime",
				"PreviousState"} // which comes with the first change
			if diff := cmp.Diff(members(t, row.Doc, without...), members(t, created.Doc, without...)); diff != "" {
				t.Errorf("%s differs (-imported +created):\n%s", name, diff)
				return
			}
		}
	}
}

func TestAClockBeforeTheEndOfTheStoryMovesIt(t *testing.T) {
	for name, now := range map[string]time.Time{
		"some months": time.Date(2026, 1, 14, 10, 30, 0, 0, time.UTC),
		"an hour":     unixTime(end - hour),
	} {
		t.Run(name, func(t *testing.T) {
			ctx, e := openAt(t, sqliteDSN(t), now)
			r, err := fill(ctx, e, store(t), now)
			if err != nil {
				t.Fatal(err)
			}
			if r.Records["Incident"] != 5000 {
				t.Errorf("%d incidents", r.Records["Incident"])
			}
			for _, typ := range e.Types(ctx) {
				if late := count(t, ctx, e, "SELECT count(*) FROM "+typ.Table()+" WHERE c_lastmoddatetime > $1 OR c_createddatetime > c_lastmoddatetime", now.Unix()); late > 0 {
					t.Errorf("%s: %d records of the future", typ.Object, late)
				}
			}
			if last := count(t, ctx, e, "SELECT max(c_createddatetime) FROM rec_incident"); now.Unix()-last > 8*day {
				t.Errorf("the last incident is of %s, more than a week before %s", unixTime(last), now)
			}
		})
	}
}

func TestSoonerIsWholeWeeks(t *testing.T) {
	for now, want := range map[int64]int64{end: 0, end + day: 0, end - 1: 7 * day, end - 7*day: 7 * day, end - 7*day - 1: 14 * day} {
		if got := sooner(now); got != want {
			t.Errorf("at end%+d: %d s, want %d", now-end, got, want)
		}
	}
	if least := begin - sooner(0); unixTime(least).Year() < 2020 {
		t.Errorf("on a machine without a clock the story begins on %s, before the first records", unixTime(least))
	}
}

func BenchmarkFill(b *testing.B) {
	run := func(b *testing.B, dsn func() string) {
		records, processor := int64(0), 0.0
		for range b.N {
			b.StopTimer()
			ctx, e := open(b, dsn())
			before := processorTime()
			b.StartTimer()
			r, err := fill(ctx, e, store(b), today)
			if err != nil {
				b.Fatal(err)
			}
			records += r.Total()
			processor += processorTime() - before
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/fill")
		b.ReportMetric(processor/float64(b.N), "cpu-s/fill")
		b.ReportMetric(float64(records)/float64(b.N), "records/fill")
	}
	b.Run("sqlite", func(b *testing.B) { run(b, func() string { return sqliteDSN(b) }) })
	b.Run("postgres", func(b *testing.B) {
		c := pgtest.NewCluster(b)
		n := 0
		run(b, func() string { n++; return c.DSN(fmt.Sprint("demo", n)) })
	})
}

// processorTime is how many seconds this process has used its processors.
func processorTime() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
