package desk

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
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

// traced keeps the statements of a database.
type traced struct {
	mu   sync.Mutex
	sql  []string
	args [][]any
}

func (x *traced) trace(sql string, args []any) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.sql, x.args = append(x.sql, sql), append(x.args, args)
}

func (x *traced) take() ([]string, [][]any) {
	x.mu.Lock()
	defer x.mu.Unlock()
	sql, args := x.sql, x.args
	x.sql, x.args = nil, nil
	return sql, args
}

const manyIncidents = 100_000

// multiply copies one incident into many with plausible spreads of the indexed fields.
func multiply(t *testing.T, d *db.DB, typ *record.Type) {
	t.Helper()
	series := "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s)"
	word := func(prefix string, values int) string { return fmt.Sprintf("'%s' || (n * 7919 %% %d)", prefix, values) }
	key := "printf('%032x', n)"
	if d.Engine() == db.Postgres {
		series = "(SELECT generate_series(1, %d) AS n) AS s"
		key = "lpad(to_hex(n), 32, '0')"
	}
	spread := map[string]int{"Status": 7, "Priority": 5, "OwnerTeam": 40, "Owner": 200, "Category": 12, "Subject": manyIncidents, "ProfileLink": 600, "ExternalReference": manyIncidents}
	var columns, values []string
	for _, f := range typ.Fields {
		if f.Column == "" || f.Column == "rec_id" || f.Part == record.LinkRecID {
			continue
		}
		columns = append(columns, f.Column)
		switch {
		case f.Name == "IncidentNumber":
			values = append(values, "20000 + n")
		case f.Kind == record.Text:
			values = append(values, word(strings.ToLower(f.Name)+" ", max(spread[f.Name], 100)))
			if n := spread[f.Name]; n > 0 {
				values[len(values)-1] = word(strings.ToLower(f.Name)+" ", n)
			}
		default:
			values = append(values, "1700000000 + n * 600")
		}
	}
	pad := strings.Repeat("x", 500)
	text := fmt.Sprintf("INSERT INTO rec_incident (id, rec_id, object, rev, ver, %s, x, doc) SELECT 1000 + n, %s, 'Incident', 1, %d, %s, '{}', '{\"Symptom\":\"%s\"}' FROM %s",
		strings.Join(columns, ", "), key, typ.Version, strings.Join(values, ", "), pad, fmt.Sprintf(series, manyIncidents))
	if err := d.Alone(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	analyze(t, d, typ)
}

// analyze does what autovacuum does after many inserts. The test server commits without waiting, hence the checkpoint first.
func analyze(t *testing.T, d *db.DB, of *record.Type) {
	t.Helper()
	if d.Engine() == db.SQLite {
		return
	}
	for _, text := range []string{"CHECKPOINT", "VACUUM ANALYZE " + of.Table()} {
		rows, err := d.Query(context.Background(), text)
		if err != nil {
			t.Fatal(err)
		}
		if rows.Next(); rows.Err() != nil {
			t.Fatal(rows.Err())
		}
		rows.Close()
	}
}

// TestAFilterOnAnIndexedFieldNeverScans looks at the plans of the very statements that a list runs, over 100,000 incidents.
func TestAFilterOnAnIndexedFieldNeverScans(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		x := &traced{}
		ctx := record.AsSystem(context.Background())
		d, err := db.Open(ctx, dsn, db.Options{Timeline: db.TenantTimeline(), Trace: x.trace})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		catalogue, err := Stock()
		if err != nil {
			t.Fatal(err)
		}
		e, err := record.Open(ctx, record.Options{DB: d, Stock: []record.Stock{{Domain: "people", Catalogue: people.Stock()}, {Domain: "desk", Catalogue: catalogue}}})
		if err != nil {
			t.Fatal(err)
		}
		incident, _ := e.Type(ctx, "Incident")
		multiply(t, d, incident)
		c := &call{tenant: &tenant.Handle{DB: d}, engine: e, typ: incident, principal: &principal.Principal{Kind: principal.System}, book: role.NewBook(1, nil)}
		c.r = httptest.NewRequestWithContext(ctx, "GET", "/", nil)
		for _, filter := range []string{
			"RecId eq '0000000000000000000000000000ABCD'", "IncidentNumber eq 20017", "Status eq 'Status 3'", "Priority eq 'priority 2'", "OwnerTeam eq 'OwnerTeam 7'",
			"Owner eq 'owner 70'", "Category eq 'Category 3' and Status eq 'Status 2'", "Subject eq 'subject 4711'", "startswith(Subject,'subject 4711')", "ProfileLink eq 'ProfileLink 5'",
			"ProfileLink_RecID eq 'profilelink 5'", "RequestorLink_RecID eq 'profilelink 5'", "ExternalReference eq 'externalreference 99'",
			"CreatedDateTime gt 2025-10-06T00:00:00Z", "LastModDateTime gt 2025-10-06", "CreatedDateTime ge 2025-10-01 and CreatedDateTime lt 2025-10-03",
			"Status eq 'Status 3' or Status eq 'Status 4'", "IncidentNumber eq 20017 or IncidentNumber eq 20018",
		} {
			q := odata.Query{Filter: filter, HasFilter: true}
			p, err := c.plan(ctx, listing{typ: incident, path: incident.Set}, q, role.AllRows)
			if err != nil {
				t.Fatalf("%s: %v", filter, err)
			}
			x.take()
			total, err := e.List(ctx, p.Query, func(record.Row) error { return nil })
			if err != nil || total == 0 || total == manyIncidents {
				t.Fatalf("%s finds %d: %v", filter, total, err)
			}
			statements, args := x.take()
			explained := 0
			for i, text := range statements {
				if !strings.Contains(text, "FROM rec_incident") {
					continue
				}
				explained++
				if steps := explain(t, d, text, args[i]); scans(steps) {
					t.Errorf("%s scans:\n%s\n%s", filter, text, steps)
				}
			}
			if explained != 2 {
				t.Errorf("%s: %d statements explained, want the count and the page", filter, explained)
			}
		}
	})
}

func explain(t *testing.T, d *db.DB, text string, args []any) string {
	t.Helper()
	ctx := context.Background()
	prefix := "EXPLAIN QUERY PLAN "
	if d.Engine() == db.Postgres {
		prefix = "EXPLAIN "
	}
	rows, err := d.Query(ctx, prefix+text, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var a, b, c any
		var step string
		if d.Engine() == db.Postgres {
			err = rows.Scan(&step)
		} else {
			err = rows.Scan(&a, &b, &c, &step)
		}
		if err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	return strings.Join(steps, "\n")
}

// scans reports whether a plan reads the whole table or a whole index.
func scans(steps string) bool {
	return strings.Contains(steps, "SCAN rec_incident") || strings.Contains(steps, "Seq Scan")
}
