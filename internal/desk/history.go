package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/desk/csdl"
	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
)

// historyRelationship leads from a record to what the audit trail says of it: a list with a row for each field that was
// changed, newest first, read-only. Who may read the record may read its history, but for fields hidden from them.
const historyRelationship = "AuditHistoryRelationship"

// maxHistory bounds the entries of the trail that a history is made of; older ones are in the trail alone.
const maxHistory = 5000

var (
	errHistoryMethod = refusal(http.StatusBadRequest, "ISM_4000", payload, "The history of a record is written by the server alone.")
	errHistorySearch = refusal(http.StatusBadRequest, "ISM_4000", payload, "The history of a record cannot be searched with $search; use $filter.")
)

// historyField is a property of a row of a history.
type historyField struct {
	name string
	kind record.Kind
	max  int
}

// What a row says. The vendor publishes no names but those of the relationship and its target; the system fields and the
// link to the record are as on every object.
var historyFields = []historyField{
	{"RecId", record.Text, 32}, {"CreatedBy", record.Text, 255}, {"CreatedDateTime", record.Time, 0}, {"LastModBy", record.Text, 255},
	{"LastModDateTime", record.Time, 0}, {"ReadOnly", record.Bool, 0}, {"IsUnRead", record.Bool, 0}, {"IsNewRecord", record.Bool, 0},
	{"ParentLink", record.Text, 32}, {"ParentLink_RecID", record.Text, 32}, {"ParentLink_Category", record.Text, 120},
	{"SequenceNumber", record.Number, 0}, {"Action", record.Text, 60}, {"FieldName", record.Text, 80}, {"FieldLabel", record.Text, 255},
	{"OldValue", record.Text, 1_000_000}, {"NewValue", record.Text, 1_000_000},
}

// historyRow has the values in the order of historyFields: a string, an int64, a bool or nil.
type historyRow []any

// hasHistory reports whether the path's relationship is the history, which a type may have another one in the place of.
func (c *call) hasHistory() bool {
	if !strings.EqualFold(c.path.Rest[0].Name, historyRelationship) || c.typ.Sources() != nil {
		return false
	}
	_, own := c.typ.Relation(historyRelationship)
	return !own
}

func historyObject(t *record.Type) string { return "Audit_" + t.Root().Object }

// history answers with the history of the path's record.
func (c *call) history() error {
	row, err := c.target(role.Read, errBlankReadKey)
	if err != nil {
		return err
	}
	q, err := odata.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return err
	}
	if q.HasSearch {
		return errHistorySearch
	}
	filter, order, err := historyQuery(q)
	if err != nil {
		return err
	}
	all, err := c.historyOf(c.r.Context(), row)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(r historyRow) bool { return !filter.Match(r.stored) })
	if len(order) > 0 { // else newest first, as they are
		slices.SortStableFunc(all, func(a, b historyRow) int { return order.Naive(a.position(order), b.position(order)) })
	}
	if !q.HasTop {
		q.Top, _ = strconv.Atoi(c.engine.Setting(c.r.Context(), "odata.default_page"))
	}
	total := len(all)
	page := all[min(q.Skip, total):min(q.Skip+q.Top, total)]
	b := append([]byte(`{"@odata.context":"`+c.base()+`/api/odata/$metadata#`), strings.ToLower(historyObject(c.typ))...)
	b = append(b, `s","@odata.count":`...)
	b = strconv.AppendInt(b, int64(total), 10)
	if total == 0 && c.mimic() {
		c.send(http.StatusOK, append(b, `,"value":"`+noneRelated+`"}`...))
		return nil
	}
	b = append(b, `,"value":[`...)
	for i, r := range page {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = r.append(b, q.Select); err != nil {
			return err
		}
	}
	b = append(b, ']')
	if end := q.Skip + len(page); len(page) > 0 && end < total {
		b = append(append(b, `,"@odata.nextLink":"`...), c.base()...)
		b = append(b, fmt.Sprintf("%s%s('%s')/%s?", prefix, c.typ.Set, url.PathEscape(c.path.Key), historyRelationship)...)
		b = append(appendSafe(b, strings.Join(append(c.queryWithout("$skip", "$skiptoken"), "$skip="+strconv.Itoa(end)), "&")), '"')
	}
	c.send(http.StatusOK, append(b, '}'))
	return nil
}

// historyQuery reads what of the history is wanted and in which order.
func historyQuery(q odata.Query) (*odata.Predicate, odata.Order, error) {
	resolve := func(name string) (odata.Column, bool) {
		i := slices.IndexFunc(historyFields, func(f historyField) bool { return strings.EqualFold(f.name, name) })
		if i < 0 {
			return odata.Column{}, false
		}
		return odata.Column{Name: historyFields[i].name, Kind: kinds[historyFields[i].kind]}, true
	}
	var filter *odata.Predicate
	if q.HasFilter {
		f, err := odata.ParseFilter(q.Filter)
		if err == nil {
			filter, err = f.Bind(resolve)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	if !q.HasOrderBy {
		return filter, nil, nil
	}
	if q.OrderBy == "" {
		return nil, nil, errEmptyOrderBy
	}
	terms, err := odata.ParseOrderBy(q.OrderBy)
	if err != nil {
		return nil, nil, err
	}
	order, err := odata.BindOrder(terms, resolve)
	if err != nil {
		f := fault.Of(err)
		err = &worded{refusal(http.StatusBadRequest, "ISM_4000", payload, f.Message), f}
	}
	return filter, order, err
}

// historyOf reads the rows of a record's history, newest first.
func (c *call) historyOf(ctx context.Context, row record.Row) ([]historyRow, error) {
	var entries []audit.Record
	err := c.tenant.DB.View(ctx, func(r db.Reader) error {
		f := audit.Filter{Target: row.RecID, Limit: 1000}
		for len(entries) < maxHistory {
			some, err := audit.List(ctx, r, f)
			if err != nil || len(some) == 0 {
				return err
			}
			entries, f.BeforeSeq = append(entries, some...), some[len(some)-1].Seq
			if len(some) < f.Limit {
				break
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the history of a record: %w", err)
	}
	var out []historyRow
	for i := range entries {
		if e := &entries[i]; ofType(row.Type, e.Object) {
			if out, err = c.appendHistory(out, row, e); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// maxFormer bounds the names that a record had before.
const maxFormer = 20

// formerValues are the values that a field of a record had before, by the audit trail, newest first.
func (c *call) formerValues(ctx context.Context, row record.Row, field string) (former []string, err error) {
	var entries []audit.Record
	err = c.tenant.DB.View(ctx, func(r db.Reader) (err error) {
		entries, err = audit.List(ctx, r, audit.Filter{Target: row.RecID, Limit: 1000})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the former names of a record: %w", err)
	}
	now := row.Text(field)
	for i := range entries {
		if len(entries[i].Changes) == 0 || !ofType(row.Type, entries[i].Object) {
			continue
		}
		var changes map[string]json.RawMessage
		var values [2]*string
		if json.Unmarshal(entries[i].Changes, &changes) != nil || json.Unmarshal(changes[field], &values) != nil || values[0] == nil {
			continue
		}
		if was := *values[0]; was != "" && was != now && !slices.Contains(former, was) && len(former) < maxFormer {
			former = append(former, was)
		}
	}
	return former, nil
}

// ofType reports whether an entry is about the record, and not about something else of the same id, such as a person's
// account.
func ofType(t *record.Type, object string) bool {
	object = strings.TrimSuffix(object, "#")
	return object == t.Root().Object || strings.HasPrefix(object, t.Root().Object+"#")
}

// appendHistory adds the rows of an entry: one for each field whose value changed, or a single one without a field.
func (c *call) appendHistory(out []historyRow, row record.Row, e *audit.Record) ([]historyRow, error) {
	_, action, _ := strings.Cut(e.Action, ".")
	add := func(field, label any, change [2]any) {
		n := 0
		for i := len(out) - 1; i >= 0 && out[i][11] == e.Seq; i-- {
			n++
		}
		at := e.At.Unix()
		out = append(out, historyRow{record.NamedRecID("audit", fmt.Sprintf("%d/%d", e.Seq, n)), text(e.Login), at, text(e.Login), at, true, false, false,
			row.RecID, row.RecID, strings.ReplaceAll(row.Type.Object, "#", "."), e.Seq, action, field, label, change[0], change[1]})
	}
	before := len(out)
	if len(e.Changes) > 0 {
		err := record.ScanObject(e.Changes, func(name string, _ record.JSONKind, raw []byte) error {
			label, ok := c.tellsChange(row.Type, name)
			if !ok {
				return nil
			}
			var values []json.RawMessage
			if err := json.Unmarshal(raw, &values); err != nil || len(values) != 2 {
				return fmt.Errorf("read the changes of audit entry %d: %w", e.Seq, err)
			}
			change := [2]any{plainText(values[0]), plainText(values[1])}
			if change[0] != change[1] {
				add(name, label, change)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(out) == before {
		add(nil, nil, [2]any{})
	}
	return out, nil
}

// tellsChange is the label of a field or relationship, and whether the caller is told what it was. What goes with
// another field, such as the key of a list's value, and what the server keeps for itself says nothing more.
func (c *call) tellsChange(t *record.Type, name string) (label any, ok bool) {
	if i, _, found := t.Lookup(name); found {
		hidden := c.hidden(t)
		if t.Fields[i].Part != record.Plain || hidden != nil && hidden[i] {
			return nil, false
		}
		return text(t.Fields[i].Def.Label), true
	}
	if r, found := t.Relation(name); found {
		return text(r.Label), c.reads(r.To) && !c.hides(t, r)
	}
	return nil, !c.roles().Limited(c.principal) // a field there was: whom it was hidden from is not known any more
}

// text is a value of a row: nil for the empty text.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// plainText is a value of a field as text.
func plainText(raw json.RawMessage) any {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return text(s)
	}
	return string(raw)
}

// stored is a value as filters and orders compare it.
func (r historyRow) stored(field string) (folded string, number int64, null bool) {
	i := slices.IndexFunc(historyFields, func(f historyField) bool { return f.name == field })
	switch v := r[i].(type) {
	case string:
		return literal.Fold(v), 0, false
	case int64:
		return "", v, false
	case bool:
		if v {
			number = 1
		}
		return "", number, false
	}
	return "", 0, true
}

// position is where a row stands in an order. Within one entry the rows keep theirs.
func (r historyRow) position(o odata.Order) odata.Position {
	p := odata.Position{RecID: fmt.Sprintf("%020d", r[11])}
	for _, t := range o {
		var v odata.Value
		v.Text, v.Number, v.Null = r.stored(t.Column.Name)
		p.Values = append(p.Values, v)
	}
	return p
}

// append writes a row as JSON: all fields, or those that are selected.
func (r historyRow) append(b []byte, selected []string) ([]byte, error) {
	b = append(b, '{')
	first := true
	for i, f := range historyFields {
		if selected != nil && !slices.ContainsFunc(selected, func(s string) bool { return strings.EqualFold(s, f.name) }) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		v := r[i]
		if at, ok := v.(int64); ok && f.kind == record.Time {
			v = literal.FormatTime(at)
		}
		value, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("write the history of a record: %w", err)
		}
		b = append(append(append(append(b, '"'), f.name...), `":`...), value...)
	}
	return append(b, '}'), nil
}

// queryWithout is the query of the request without some options.
func (c *call) queryWithout(names ...string) (kept []string) {
	for part := range strings.SplitSeq(c.r.URL.RawQuery, "&") {
		name, _, _ := strings.Cut(part, "=")
		if n, err := url.QueryUnescape(name); err == nil {
			name = strings.ToLower(n)
		}
		if part != "" && !slices.Contains(names, name) {
			kept = append(kept, part)
		}
	}
	return kept
}

// describeHistory adds the history to what $metadata says of a type.
func describeHistory(d *csdl.Document, t *record.Type) {
	if _, own := t.Relation(historyRelationship); own || t.Sources() != nil {
		return
	}
	e := csdl.EntityType{Name: strings.ToLower(historyObject(t)), Label: "Audit history"}
	for _, f := range historyFields {
		e.Properties = append(e.Properties, csdl.Property{Name: f.name, Type: edm[f.kind], MaxLength: f.max, Computed: true,
			NotNull: f.kind == record.Bool || f.name == "RecId", ASCII: f.max == 32})
	}
	d.Types = append(d.Types, e)
	d.Types[0].Navigation = append(d.Types[0].Navigation, csdl.Navigation{Name: historyRelationship, Target: e.Name, Many: true, Label: e.Label})
}
