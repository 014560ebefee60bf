package desk

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
)

// buffer is what a response is put together in.
type buffer struct {
	bytes []byte // head of the answer
	page  []byte // rows, or one selected row
}

var buffers = sync.Pool{New: func() any { return new(buffer) }}

func (c *call) appendContext(b []byte, t *record.Type, tail string) []byte {
	b = append(b, '"')
	b = append(b, c.base()...)
	b = append(b, "/api/odata/$metadata#"...)
	b = append(b, t.Set...)
	b = append(b, tail...)
	return append(b, '"')
}

// base is the address that links of the answer begin with: under /HEAT where the request came there.
func (c *call) base() string { return c.tenant.BaseURL + c.root() }

func (c *call) root() string { return rootOf(c.r) }

// rootOf is what stands in front of "/api" in the address of a request: "" or "/HEAT".
func rootOf(r *http.Request) string {
	const heat = "/HEAT"
	if uri := r.RequestURI; len(uri) > len(heat) && strings.EqualFold(uri[:len(heat)], heat) && uri[len(heat)] == '/' {
		return heat
	}
	return ""
}

var dialects = map[db.Engine]odata.Dialect{db.SQLite: odata.SQLite, db.Postgres: odata.Postgres}

var kinds = [...]odata.Kind{record.Text: odata.Text, record.Number: odata.Number, record.Decimal: odata.Decimal, record.Bool: odata.Bool, record.Time: odata.Time}

// resolver finds the column behind a name of a type, aliases included.
func resolver(t *record.Type, postgres bool) odata.Resolve {
	return func(name string) (odata.Column, bool) {
		i, _, ok := t.Lookup(name)
		if !ok {
			return odata.Column{}, false
		}
		f := &t.Fields[i]
		return odata.Column{Name: f.Name, Kind: kinds[f.Kind], SQL: t.Expr(i, postgres), NotNull: f.Part == record.Kept || f.Kind == record.Bool}, true
	}
}

// listing is what is read of a type's records, beyond what the query asks for.
type listing struct {
	typ     *record.Type
	path    string                   // of the read below the prefix, for links
	narrow  func(*odata.Args) string // a condition on the rows; nil for none
	filter  *odata.Filter            // of a saved search; nil for none
	orderBy string                   // where the query has none
	blank   bool                     // $select blanks what is not chosen, in place of leaving it out
	none    string                   // what the original answers in place of an empty list; "" for 204 without a body
}

// list answers a collection read.
func (c *call) list() error {
	return c.page(listing{typ: c.typ, path: c.typ.Set})
}

// page answers with a page of a listing.
func (c *call) page(l listing) error {
	ctx := c.r.Context()
	rows, err := c.rowsOf(l.typ, role.Read)
	if err != nil {
		return err
	}
	q, err := odata.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return err
	}
	p, err := c.plan(ctx, l, q, rows)
	if err != nil {
		if c.mimic() && orderProblem(err) {
			c.w.WriteHeader(http.StatusNoContent)
			return nil
		}
		return err
	}
	b := buffers.Get().(*buffer)
	defer buffers.Put(b)
	b.page = b.page[:0]
	var choices map[*record.Type]*record.Choice
	hidden := c.hidden(l.typ)
	if q.Select != nil || hidden != nil {
		choices = map[*record.Type]*record.Choice{}
	}
	count, last := 0, odata.Position{}
	total, err := c.engine.List(ctx, p.Query, func(row record.Row) error {
		if count > 0 {
			b.page = append(b.page, ',')
		}
		count++
		if count == p.Limit {
			if last, err = p.position(row); err != nil {
				return err
			}
		}
		doc := l.typ.View(row.Type, row.Doc)
		if choices == nil {
			b.page = append(b.page, doc...)
			return nil
		}
		choice := choices[row.Type]
		if choice == nil {
			choice = row.Type.Choose(q.Select, hidden)
			choices[row.Type] = choice
		}
		if l.blank {
			b.page, err = row.Type.AppendBlanked(b.page, doc, choice)
		} else {
			b.page, err = row.Type.AppendSelected(b.page, doc, choice)
		}
		return err
	})
	if err != nil {
		return err
	}
	if count == 0 && l.none == "" && c.mimic() {
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	b.bytes = append(b.bytes[:0], `{"@odata.context":`...)
	b.bytes = c.appendContext(b.bytes, l.typ, "")
	b.bytes = append(b.bytes, `,"@odata.count":`...)
	b.bytes = strconv.AppendInt(b.bytes, total, 10)
	if count == 0 && l.none != "" && c.mimic() {
		c.send(http.StatusOK, b.bytes, []byte(`,"value":"`+l.none+`"}`))
		return nil
	}
	b.bytes = append(b.bytes, `,"value":[`...)
	end := []byte("]}")
	if last.RecID != "" && int64(p.Offset+count) < total {
		end = c.nextLink(l, p, last)
	}
	c.send(http.StatusOK, b.bytes, b.page, end)
	return nil
}

// orderProblem reports what the original answers with nothing at all: an order by an unknown field or direction.
func orderProblem(err error) bool {
	code := fault.Of(err).Code
	return code == "orderby_direction" || code == "orderby_field"
}

// plan is a collection read made ready.
type plan struct {
	record.Query
	order  odata.Order
	digest string // of everything that decides which rows there are, for the page token
}

func (c *call) plan(ctx context.Context, l listing, q odata.Query, rows role.Rows) (*plan, error) {
	p := &plan{Query: record.Query{Type: l.typ, Limit: q.Top, Offset: q.Skip}}
	if !q.HasTop {
		p.Limit, _ = strconv.Atoi(c.engine.Setting(ctx, "odata.default_page"))
	}
	resolve, dialect := c.resolve(l.typ), dialects[c.tenant.DB.Engine()]
	var args odata.Args
	var bounds *odata.Predicate
	if q.HasFilter {
		f, err := odata.ParseFilter(q.Filter)
		if err != nil {
			return nil, err
		}
		predicate, err := f.Bind(resolve)
		if err != nil {
			return nil, err
		}
		p.Where = predicate.SQL(dialect, &args)
		bounds = predicate
	}
	conditions := []string{p.Where}
	visible, err := c.visible(ctx, l.typ, rows, &args)
	if err != nil {
		return nil, err
	}
	conditions = append(conditions, visible)
	if l.narrow != nil {
		conditions = append(conditions, l.narrow(&args))
	}
	if l.filter != nil {
		predicate, err := l.filter.Bind(resolve)
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, predicate.SQL(dialect, &args))
		if bounds == nil {
			bounds = predicate
		}
	}
	if q.HasSearch {
		search, err := record.ParseSearch(q.Search)
		if err != nil {
			return nil, err
		}
		one, err := c.meant(ctx, l.typ, q.Search, &search, rows)
		switch {
		case err != nil:
			return nil, err
		case one != nil:
			conditions = append(conditions, one.SQL(dialect, &args))
		case c.hidesWords(l.typ):
			conditions = append(conditions, l.typ.MatchesVisible(search, c.hidden, c.postgres(), args.Add))
		default:
			p.Search = &search
		}
	}
	p.Where, p.Counts = conjunction(conditions), len(args.Values)
	if !q.HasOrderBy && l.orderBy != "" {
		q.OrderBy, q.HasOrderBy = l.orderBy, true
	}
	if q.HasOrderBy {
		if strings.TrimSpace(q.OrderBy) == "" {
			return nil, errEmptyOrderBy
		}
		terms, err := odata.ParseOrderBy(q.OrderBy)
		if err != nil {
			return nil, err
		}
		if p.order, err = odata.BindOrder(terms, resolve); err != nil {
			f := *fault.Of(err)
			f.Code = "orderby_field"
			return nil, &worded{refusal(http.StatusBadRequest, "ISM_4000", payload, f.Message), &f}
		}
	}
	recID, _ := resolve("RecId")
	p.Order = p.order.SQL(dialect, recID)
	p.Newest = len(p.order) == 0
	p.Walk = len(p.order) == 0 || indexed(p.order[0].Column)
	for _, o := range p.order {
		p.Sorted = append(p.Sorted, o.Column.SQL)
	}
	if dialect == odata.SQLite && rangeFirst(bounds, p.order) {
		order, recID := p.order.Unindexed(recID)
		p.Seek = order.SQL(dialect, recID)
	}
	p.digest = strings.Join([]string{l.typ.Object, q.Filter, q.Search}, "\x00")
	if l.path != l.typ.Set {
		p.digest += "\x00" + l.path
	}
	if q.SkipToken != "" {
		at, err := p.order.ParseToken(q.SkipToken, p.digest)
		if err != nil {
			return nil, err
		}
		p.After = p.order.After(dialect, recID, at, &args)
	}
	p.Args = args.Values
	return p, nil
}

// conjunction joins conditions; "" is true.
func conjunction(conditions []string) string {
	var all []string
	for _, c := range conditions {
		if c != "" {
			all = append(all, "("+c+")")
		}
	}
	return strings.Join(all, " AND ")
}

// rangeFirst reports whether SQLite has to be kept from walking all rows in their order for a filter that is only a
// range of an indexed column: it knows nothing of how few rows a range holds. An equality serves it better, and so
// does an order by the column of the range.
func rangeFirst(bounds *odata.Predicate, order odata.Order) bool {
	exact, ranged := bounds.Bounds()
	if slices.ContainsFunc(exact, indexed) {
		return false
	}
	for _, c := range ranged {
		if indexed(c) {
			return len(order) == 0 || order[0].Column.Name != c.Name
		}
	}
	return false
}

func indexed(c odata.Column) bool { return strings.HasPrefix(c.SQL, "c_") || c.SQL == "rec_id" }

// position is where a page ends: the row's values in the order of the read.
func (p *plan) position(row record.Row) (odata.Position, error) {
	at := odata.Position{RecID: literal.Fold(row.RecID), Values: make([]odata.Value, len(p.order))}
	for i, o := range p.order {
		k, _, _ := row.Type.Lookup(o.Column.Name)
		v, err := row.Value(k)
		if err != nil {
			return at, err
		}
		at.Values[i] = odata.Value{Text: literal.Fold(v.Text), Number: v.Num, Null: !v.Set}
	}
	return at, nil
}

// nextLink ends a page with the absolute address of the next one: the same query, reading on after the last row.
func (c *call) nextLink(l listing, p *plan, last odata.Position) []byte {
	token := p.order.Token(last, p.digest)
	if token == "" {
		return []byte("]}")
	}
	kept := append(c.queryWithout("$skip", "$skiptoken"), "$skiptoken="+token)
	b := append([]byte(`],"@odata.nextLink":"`), c.base()...)
	b = append(b, prefix...)
	b = append(b, l.path...)
	b = append(b, '?')
	b = appendSafe(b, strings.Join(kept, "&"))
	return append(b, `"}`...)
}

// appendSafe appends a raw query as part of a JSON text; what a well-formed address does not hold is escaped.
func appendSafe(b []byte, query string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(query) {
		switch c := query[i]; {
		case c <= ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>':
			b = append(b, '%', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return b
}
