package app

import (
	"context"
	"fmt"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Finding is one thing the doctor looked at.
type Finding struct {
	Tenant string `json:"tenant"` // empty: the control database
	Check  string `json:"check"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

// Examination says what to look at.
type Examination struct {
	Only     string // one tenant by name; empty: all, and the control database
	Audit    bool   // walk the audit chains too
	Progress func(what string) func(done, total int64)
}

// Examine looks whether everything stored is in order. What is not is a finding; the error is for what could not be looked at.
func (a *App) Examine(ctx context.Context, e Examination) ([]Finding, error) {
	out := []Finding{{Check: "keys", OK: true, Detail: fmt.Sprintf("fingerprint %.8s is the one these databases were made with", a.Keys.Fingerprint())}}
	tenants := a.Tenants.List()
	if e.Only != "" {
		one, err := a.Tenants.ByName(e.Only)
		if err != nil {
			return nil, err
		}
		tenants = []tenant.Info{one}
	} else {
		found, err := examineDatabase(ctx, a.Control, "", e)
		if err != nil {
			return nil, fmt.Errorf("examine the control database: %w", err)
		}
		out = append(out, found...)
	}
	for _, t := range tenants {
		found, err := a.examineTenant(ctx, t, e)
		if err != nil {
			return nil, fmt.Errorf("examine tenant %s: %w", t.Name, err)
		}
		out = append(out, found...)
	}
	return out, nil
}

func (a *App) examineTenant(ctx context.Context, t tenant.Info, e Examination) ([]Finding, error) {
	h, release, err := a.Tenants.Acquire(ctx, t.ID)
	if err != nil {
		return []Finding{{Tenant: t.Name, Check: "open", Detail: err.Error()}}, nil
	}
	defer release()
	out, err := examineDatabase(ctx, h.DB, t.Name, e)
	if err != nil {
		return nil, err
	}
	err = h.DB.View(ctx, func(r db.Reader) error {
		found, err := examineRecords(ctx, h, r)
		out = append(out, found...)
		return err
	})
	if err != nil {
		return out, err
	}
	found, err := a.examineBlobs(ctx, h, e)
	return append(out, found), err
}

// examineDatabase looks at what every database has: its own integrity and its audit chain.
func examineDatabase(ctx context.Context, d *db.DB, name string, e Examination) ([]Finding, error) {
	var out []Finding
	said, err := d.Integrity(ctx)
	if err != nil {
		return nil, err
	}
	if d.Engine() == db.SQLite {
		out = append(out, Finding{name, "integrity", said == "ok", said})
	}
	if !e.Audit {
		return out, nil
	}
	of := "control database"
	if name != "" {
		of = "tenant " + name
	}
	res, err := audit.Verify(ctx, d, e.Progress("audit chain of "+of))
	if err != nil {
		return nil, fmt.Errorf("verify the audit chain: %w", err)
	}
	detail := fmt.Sprintf("%d entries, %d erased, head %s", res.Entries, res.Erased, res.Head)
	if !res.OK() {
		detail = fmt.Sprintf("entry %d: %s", res.FirstBad, res.Problem)
	}
	return append(out, Finding{name, "audit chain", res.OK(), detail}), nil
}

// examineRecords compares what is counted and kept beside records with the records themselves.
func examineRecords(ctx context.Context, h *tenant.Handle, r db.Reader) ([]Finding, error) {
	cells, err := cellsOf(ctx, r)
	if err != nil {
		return nil, err
	}
	var totals, numbers, orphans, records int64
	var wrong []string
	for _, t := range h.Records.Types(ctx) {
		if t.Sources() != nil {
			continue // a view: its records are counted where they are
		}
		table := t.Table()
		var n int64
		query := `SELECT COUNT(*) FROM ` + table
		var args []any
		if t.Base != nil {
			query, args = query+` WHERE object = $1`, []any{t.Object}
		}
		if err := r.QueryRow(ctx, query, args...).Scan(&n); err != nil {
			return nil, fmt.Errorf("count %s: %w", t.Object, err)
		}
		if counted := cells["total/"+t.Object]; counted != n {
			totals++
			wrong = append(wrong, fmt.Sprintf("%s: %d records, counted %d", t.Object, n, counted))
		}
		if t.Base != nil {
			continue
		}
		records += n
		most, err := highest(ctx, r, t)
		if err != nil {
			return nil, err
		}
		if counted := cells["number/"+t.Object]; most > counted {
			numbers++
			wrong = append(wrong, fmt.Sprintf("%s: number %d is in use, the counter stands at %d", t.Object, most, counted))
		}
		if err := r.QueryRow(ctx, `SELECT COUNT(*) FROM fts_`+strings.TrimPrefix(table, "rec_")+` WHERE rowid NOT IN (SELECT id FROM `+table+`)`).Scan(&n); err != nil {
			return nil, fmt.Errorf("look for words without a record in %s: %w", t.Object, err)
		}
		orphans += n
	}
	finding := func(check string, bad int64, good, text string) Finding {
		if bad == 0 {
			return Finding{h.Name, check, true, good}
		}
		return Finding{h.Name, check, false, text}
	}
	said := strings.Join(wrong, "; ")
	return []Finding{
		finding("totals", totals, fmt.Sprintf("%d records, as counted", records), said),
		finding("numbers", numbers, "no number above its counter", said),
		finding("full text", orphans, "no words without a record", fmt.Sprintf("%d entries without a record", orphans)),
	}, nil
}

// highest returns the largest number given to a record of a type; 0 where it has none.
func highest(ctx context.Context, r db.Reader, t *record.Type) (int64, error) {
	i := t.NumberField()
	if i < 0 || t.Fields[i].Column == "" {
		return 0, nil
	}
	var n int64
	if err := r.QueryRow(ctx, `SELECT COALESCE(MAX(`+t.Fields[i].Column+`), 0) FROM `+t.Table()).Scan(&n); err != nil {
		return 0, fmt.Errorf("find the highest number of %s: %w", t.Object, err)
	}
	return n, nil
}

func cellsOf(ctx context.Context, r db.Reader) (map[string]int64, error) {
	rows, err := r.Query(ctx, `SELECT name, value FROM cell`)
	if err != nil {
		return nil, fmt.Errorf("read counters: %w", err)
	}
	defer rows.Close()
	out := make(map[string]int64)
	for rows.Next() {
		var name string
		var value int64
		if err := rows.Scan(&name, &value); err != nil {
			return nil, fmt.Errorf("read counters: %w", err)
		}
		out[name] = value
	}
	return out, rows.Err()
}
