package odata_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/desk/odata/odatatest"
)

var stock = []odata.Column{
	{Name: "RecId", Kind: odata.Text, NotNull: true},
	{Name: "Subject", Kind: odata.Text},
	{Name: "Owner", Kind: odata.Text},
	{Name: "Label", Kind: odata.Text, NotNull: true},
	{Name: "IncidentNumber", Kind: odata.Number, NotNull: true},
	{Name: "TotalTimeSpent", Kind: odata.Number},
	{Name: "Cost", Kind: odata.Decimal},
	{Name: "ReadOnly", Kind: odata.Bool},
	{Name: "CreatedDateTime", Kind: odata.Time},
	{Name: "LastModDateTime", Kind: odata.Time, NotNull: true},
}

// columnsOf gives the stock with SQL expressions for the engine.
func columnsOf(d odata.Dialect) []odata.Column {
	columns := slices.Clone(stock)
	for i := range columns {
		columns[i].SQL = "c_" + strings.ToLower(columns[i].Name)
		if d == odata.Postgres && columns[i].Kind == odata.Text {
			columns[i].SQL += ` COLLATE "C"`
		}
	}
	return columns
}

// engine is a database with a table t of the stock of columns.
type engine struct {
	dialect odata.Dialect
	columns []odata.Column
	conn    connection
}

// connection is one session with a database, whose driver the engine need not know.
type connection interface {
	exec(query string, args ...any) error
	texts(query string, args ...any) ([]string, error) // the one column of the rows
}

func newEngine(t *testing.T, d odata.Dialect, conn connection) *engine {
	t.Helper()
	e := &engine{d, columnsOf(d), conn}
	types := make([]string, len(stock))
	for i, c := range stock {
		types[i] = "c_" + strings.ToLower(c.Name) + map[bool]string{true: " text", false: " bigint"}[c.Kind == odata.Text]
		if c.NotNull {
			types[i] += " NOT NULL"
		}
	}
	if err := conn.exec("CREATE TABLE t (" + strings.Join(types, ", ") + ")"); err != nil {
		t.Fatal(err)
	}
	return e
}

func (e *engine) fill(t *rapid.T, docs []odatatest.Document) {
	if err := e.conn.exec("DELETE FROM t"); err != nil {
		t.Fatal(err)
	}
	for _, doc := range docs {
		var args odata.Args
		marks := make([]string, len(stock))
		for i, c := range stock {
			switch v := doc.Stored(c.Name); {
			case v.Null:
				marks[i] = "NULL"
			case c.Kind == odata.Text:
				marks[i] = args.Add(v.Text)
			default:
				marks[i] = args.Add(v.Number)
			}
		}
		if err := e.conn.exec("INSERT INTO t VALUES ("+strings.Join(marks, ", ")+")", args.Values...); err != nil {
			t.Fatal(err)
		}
	}
}

// recIDs runs a query after WHERE and returns the RecIds in the order of the rows.
func (e *engine) recIDs(t *rapid.T, where string, args odata.Args) []string {
	ids, err := e.conn.texts("SELECT c_recid FROM t WHERE "+where, args.Values...)
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	return ids
}

func drawDocuments(t *rapid.T) []odatatest.Document {
	docs := make([]odatatest.Document, rapid.IntRange(4, 12).Draw(t, "documents"))
	for i := range docs {
		docs[i] = odatatest.DrawDocument(t, stock)
		docs[i]["RecId"] = odata.Value{Text: fmt.Sprintf("%032x", i)}
	}
	return docs
}

func TestEnginesPickTheRowsThatMatchPicks(t *testing.T) {
	for name, e := range engines(t) {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				docs := drawDocuments(t)
				e.fill(t, docs)
				for range 8 {
					samePicks(t, e, docs, odatatest.DrawFilter(t, stock))
				}
			})
		})
	}
}

func samePicks(t *rapid.T, e *engine, docs []odatatest.Document, text string) {
	filter, err := odata.ParseFilter(text)
	if err != nil {
		t.Fatalf("parse %q: %v", text, err)
	}
	resolve := odatatest.Resolve(e.columns)
	p, err := filter.Bind(resolve)
	if err != nil {
		t.Fatalf("bind %q: %v", text, err)
	}
	want, oracle := []string{}, []string{}
	for _, doc := range docs {
		id := doc["RecId"].Text
		if p.Match(doc.Get) {
			want = append(want, id)
		}
		if filter.Oracle(resolve, doc.Get) {
			oracle = append(oracle, id)
		}
	}
	if diff := cmp.Diff(oracle, want); diff != "" {
		t.Fatalf("%s\nthe tree as written and Match differ (-tree +Match):\n%s", text, diff)
	}
	var args odata.Args
	where := p.SQL(e.dialect, &args)
	got := e.recIDs(t, where, args)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s\n%s %q\nMatch and the engine differ (-Match +engine):\n%s", text, where, args.Values, diff)
	}
}

func TestWalkingByTokenSeesEveryRowOnceInOrder(t *testing.T) {
	for name, e := range engines(t) {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				docs := drawDocuments(t)
				e.fill(t, docs)
				var terms []odata.OrderTerm
				for range rapid.IntRange(0, 4).Draw(t, "terms") {
					terms = append(terms, odata.OrderTerm{Name: rapid.SampledFrom(stock).Draw(t, "by").Name, Desc: rapid.Bool().Draw(t, "desc")})
				}
				walk(t, e, docs, terms)
			})
		})
	}
}

func walk(t *rapid.T, e *engine, docs []odatatest.Document, terms []odata.OrderTerm) {
	order, err := odata.BindOrder(terms, odatatest.Resolve(e.columns))
	if err != nil {
		t.Fatal(err)
	}
	recID := e.columns[0]
	position := func(d odatatest.Document) (p odata.Position) {
		for _, o := range order {
			p.Values = append(p.Values, d.Stored(o.Column.Name))
		}
		p.RecID = d["RecId"].Text
		return p
	}
	slices.SortFunc(docs, func(a, b odatatest.Document) int { return order.Naive(position(a), position(b)) })
	want := make([]string, len(docs))
	for i, d := range docs {
		want[i] = d["RecId"].Text
	}
	by := " " + order.SQL(e.dialect, recID)
	if diff := cmp.Diff(want, e.recIDs(t, "TRUE"+by, odata.Args{})); diff != "" {
		t.Fatalf("%s (-Naive +engine):\n%s", by, diff)
	}
	for i, d := range docs {
		token := order.Token(position(d), "incidents")
		p, err := order.ParseToken(token, "incidents")
		if err != nil {
			t.Fatal(err)
		}
		var args odata.Args
		after := order.After(e.dialect, recID, p, &args)
		if diff := cmp.Diff(want[i+1:], e.recIDs(t, after+by, args)); diff != "" {
			t.Fatalf("%s%s %q (-Naive +engine):\n%s", after, by, args.Values, diff)
		}
	}
}
