package desk

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/people"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// crowd makes many records of an object out of nothing but its columns.
func crowd(t *testing.T, d *db.DB, typ *record.Type, from, to int) {
	t.Helper()
	series := "(WITH RECURSIVE s(n) AS (SELECT %d UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s)"
	key := "printf('%032x', n)"
	if d.Engine() == db.Postgres {
		series, key = "(SELECT generate_series(%d, %d) AS n) AS s", "lpad(to_hex(n), 32, '0')"
	}
	var columns, values []string
	for _, f := range typ.Fields {
		switch {
		case f.Column == "" || f.Column == "rec_id" || f.Part == record.LinkRecID:
			continue
		case f.Kind == record.Text:
			values = append(values, fmt.Sprintf("'%s ' || n", strings.ToLower(f.Name)))
		default:
			values = append(values, "1700000000 + n")
		}
		columns = append(columns, f.Column)
	}
	text := fmt.Sprintf("INSERT INTO %s (id, rec_id, object, rev, ver, %s, x, doc) SELECT 1000 + n, %s, '%s', 1, %d, %s, '{}', '{}' FROM "+series,
		typ.Table(), strings.Join(columns, ", "), key, typ.Object, typ.Version, strings.Join(values, ", "), from, to)
	if err := d.Alone(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	analyze(t, d, typ)
}

// TestAViewUsesTheIndexesOfItsSources looks at the plans of reads of the contacts, of whom there are 40,000.
func TestAViewUsesTheIndexesOfItsSources(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		x := &traced{}
		ctx := record.AsSystem(context.Background())
		d, err := db.Open(ctx, dsn, db.Options{Timeline: db.TenantTimeline(), Trace: x.trace})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		e, err := record.Open(ctx, record.Options{DB: d, Stock: []record.Stock{{Domain: "people", Catalogue: people.Stock()}}})
		if err != nil {
			t.Fatal(err)
		}
		employee, _ := e.Type(ctx, "Employee")
		contact, _ := e.Type(ctx, "ExternalContact")
		crowd(t, d, employee, 1, 20_000)
		crowd(t, d, contact, 20_001, 40_000)
		view, ok := e.Type(ctx, "Frs_CompositeContract_Contact#")
		if !ok {
			t.Fatal("there are no contacts")
		}
		c := &call{tenant: &tenant.Handle{DB: d}, engine: e, typ: view, principal: &principal.Principal{Kind: principal.System}, book: role.NewBook(1, role.Builtin())}
		c.r = httptest.NewRequestWithContext(ctx, "GET", "/", nil)
		for name, q := range map[string]odata.Query{
			"by RecId":                  {HasFilter: true, Filter: "RecId eq '00000000000000000000000000001234'"},
			"by login name":             {HasFilter: true, Filter: "NetworkUserName eq 'networkusername 25000'"},
			"in the default order":      {HasTop: true, Top: 20},
			"in the other order":        {HasTop: true, Top: 20, HasOrderBy: true, OrderBy: "RecId asc"},
			"by name":                   {HasTop: true, Top: 20, HasOrderBy: true, OrderBy: "DisplayName"},
			"the newest changes":        {HasTop: true, Top: 20, HasOrderBy: true, OrderBy: "LastModDateTime desc"},
			"employees alone":           {HasTop: true, Top: 20},
			"employees alone, by login": {HasFilter: true, Filter: "NetworkUserName eq 'networkusername 15000'"},
			"a range":                   {HasTop: true, Top: 20, HasFilter: true, Filter: "LastModDateTime gt 2023-11-15T09:00:00Z", HasOrderBy: true, OrderBy: "LastModDateTime desc"},
		} {
			c.principal = &principal.Principal{Kind: principal.System}
			if strings.HasPrefix(name, "employees alone") { // SelfService has no right to external contacts
				c.principal = &principal.Principal{Kind: principal.Key, Role: role.SelfService, PersonID: "00000000000000000000000000000001"}
			}
			p, err := c.plan(ctx, listing{typ: c.typ, path: c.typ.Set}, q, role.AllRows)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			x.take()
			read := 0
			if _, err := e.List(ctx, p.Query, func(record.Row) error { read++; return nil }); err != nil || read == 0 {
				t.Fatalf("%s reads %d: %v", name, read, err)
			}
			statements, args := x.take()
			for i, text := range statements {
				if !strings.Contains(text, "FROM "+view.Table()) || name == "employees alone" && strings.Contains(text, "count(*)") { // which counts them
					continue
				}
				if steps := explain(t, d, text, args[i]); readsAll(steps) {
					t.Errorf("%s reads more than it answers:\n%s\n%s", name, text, steps)
				}
			}
		}
	})
}

// readsAll reports whether a plan goes through a source without an index or sorts what it should read in order.
func readsAll(steps string) bool {
	for step := range strings.Lines(steps) {
		step = strings.TrimSpace(step)
		whole := strings.HasPrefix(step, "SCAN rec_employee") || strings.HasPrefix(step, "SCAN rec_externalcontact")
		if whole && !strings.Contains(step, " USING INDEX ") || strings.HasPrefix(step, "USE TEMP B-TREE FOR ORDER BY") || strings.HasPrefix(step, "MATERIAL") ||
			strings.Contains(step, "Seq Scan") || strings.Contains(step, "->  Sort ") {
			return true
		}
	}
	return false
}
