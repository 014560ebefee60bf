package dataapi

import (
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/trust/dataapi/filter"
)

// list answers a page of a set.
func (m *Module) list(c *call, s *set) error {
	if err := c.may(s.object); err != nil {
		return err
	}
	q, err := parseQuery(c.r.URL.RawQuery)
	if err != nil {
		return err
	}
	chosen, unknown, err := s.selection(q.sel)
	if err != nil {
		return err
	}
	t, ok := c.tenant.Records.Type(c.r.Context(), s.object)
	if !ok {
		return fault.New(fault.NotFound, "object_unknown", "This tenant keeps no %s.", s.name)
	}
	var names []string // of what the role hides
	if c.principal.Scopes == nil {
		names, _ = c.book.Withheld(c.principal, s.object)
	}
	w := newWalk(c.tenant.ID, c.principal, s, q)
	now := m.clock.Now()
	var at place
	if q.scroll != "" {
		if at, err = w.place(c.tenant.Keys, now, q.scroll); err != nil {
			return err
		}
	}
	known := strings.TrimSpace(q.filter) != "" && now.Sub(at.counted) < countLife
	without, err := c.without(s, t)
	if err != nil {
		return err
	}
	read, err := c.plan(s, t, q, at.recID, without, known, t.Withheld(names))
	if err != nil {
		return err
	}
	page := writer{set: s, chosen: chosen, names: names}
	last := ""
	total, err := c.tenant.Records.List(c.r.Context(), read, func(row record.Row) error {
		last = row.RecID
		return page.add(row)
	})
	if err != nil {
		return err
	}
	if known {
		total = at.total
	} else {
		if without != "" && read.Where == "" { // what is not filtered is not counted row by row
			total--
		}
		at.counted = now
	}
	body := append(make([]byte, 0, len(page.b)+1024), `{"@odata.count":`...)
	body = strconv.AppendInt(body, total, 10)
	body = append(append(body, `,"value":[`...), page.b...)
	body = append(body, ']')
	if last != "" {
		token, err := w.token(c.tenant.Keys, now, place{last, total, at.counted})
		if err != nil {
			return err
		}
		body = append(append(append(body, `,"@odata.nextLink":"`...), nextLink(c.tenant.BaseURL, s, q, token)...), '"')
	}
	if len(unknown) > 0 {
		c.w.Header().Set(unknownSelect, reported(unknown))
	}
	c.send("application/json; charset=utf-8", append(body, '}'))
	return nil
}

// send answers with a body that nobody keeps: it is about people and their devices.
func (c *call) send(contentType string, body []byte) {
	h := c.w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.w.WriteHeader(http.StatusOK)
	_, _ = c.w.Write(body)
}

// without returns the RecId, folded, of the record that the set leaves out: that of the program's own account, which is nobody. Empty
// where there is none.
func (c *call) without(s *set, t *record.Type) (string, error) {
	if s.builtIn == "" {
		return "", nil
	}
	row, found, err := c.tenant.Records.FindOne(c.r.Context(), nil, t, s.builtIn, role.InternalServices)
	if err != nil || !found {
		return "", err
	}
	return literal.Fold(row.RecID), nil
}

// plan makes the read of the page after a record ("" for the first), without the one that is left out. hidden marks the fields, by position, that are not there for
// who asks. Of a filter whose total is known it makes a condition of the page, for which nothing is counted.
func (c *call) plan(s *set, t *record.Type, q query, after, without string, known bool, hidden []bool) (record.Query, error) {
	read := record.Query{Type: t, Order: "ORDER BY rec_id", Limit: q.top}
	postgres := c.tenant.DB.Engine() == db.Postgres
	add := func(v any) string {
		read.Args = append(read.Args, v)
		return "$" + strconv.Itoa(len(read.Args))
	}
	var page []string
	if strings.TrimSpace(q.filter) != "" {
		f, err := filter.Parse(q.filter)
		if err != nil {
			return read, err
		}
		where, err := f.SQL(filter.Target{Resolve: s.resolve(t, hidden, postgres), Postgres: postgres, Add: add})
		if err != nil {
			return read, err
		}
		if known {
			page = append(page, where)
		} else {
			if without != "" {
				where = "(" + where + ") AND rec_id <> " + add(without)
			}
			read.Where, read.Counts = where, len(read.Args)
		}
	}
	if without != "" && read.Where == "" {
		page = append(page, "rec_id <> "+add(without))
	}
	if after != "" {
		page = append(page, "rec_id > "+add(after))
	}
	read.After = strings.Join(page, " AND ")
	return read, nil
}

// resolve finds the column behind a path of a filter. A field that the tenant's definition lacks is null in every record.
func (s *set) resolve(t *record.Type, hidden []bool, postgres bool) func(string) (filter.Column, bool) {
	positions := s.positions(t)
	return func(path string) (filter.Column, bool) {
		i, ok := s.at(path)
		if !ok {
			return filter.Column{}, false
		}
		c := filter.Column{Kind: s.fields[i].kind}
		switch at := positions[i]; {
		case at < 0 && kinds[c.Kind] == record.Text:
			c.SQL = "CAST(NULL AS TEXT)"
		case at < 0:
			c.SQL = "CAST(NULL AS BIGINT)"
		case hidden[at]:
			return filter.Column{}, false
		default:
			c.SQL = t.Expr(at, postgres)
		}
		return c, true
	}
}

// nextLink is the absolute address of the next page, its port spelled out: the same query, and where to go on. It comes of the
// tenant's own base URL and of no header of the request.
func nextLink(base string, s *set, q query, token string) string {
	var b strings.Builder
	b.WriteString(origin(base) + Prefix + "/" + s.name + "?")
	option := func(name, value string) {
		if value != "" {
			b.WriteString(name + "=" + escaped(value) + "&")
		}
	}
	option("$filter", q.filter)
	option("$select", q.sel)
	if q.hasTop {
		option("$top", strconv.Itoa(q.top))
	}
	b.WriteString("$scrollID=" + token)
	return b.String()
}

// escaped is a value of a query string. What RFC 3986 section 3.4 allows there, and no reader takes for a separator, stays: a
// link that got longer with every page would outgrow what servers take.
func escaped(value string) string {
	const hex = "0123456789ABCDEF"
	b := make([]byte, 0, len(value)+len(value)/4)
	for i := range len(value) {
		switch c := value[i]; {
		case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9', strings.IndexByte("-._~/,():'@!*", c) >= 0:
			b = append(b, c)
		default:
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return string(b)
}

// origin is a base URL with its port spelled out, as clients of the original have it (":443").
func origin(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return base
	}
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "http":
		port = "80"
	default:
		port = "443"
	}
	return u.Scheme + "://" + net.JoinHostPort(u.Hostname(), port) + strings.TrimSuffix(u.EscapedPath(), "/")
}
