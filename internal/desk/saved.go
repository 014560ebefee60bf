package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// savedSearch runs a saved search: the one of the id in the query or, as one client sends it, in the body of the GET; else the
// one of the path's name.
func (c *call) savedSearch() error {
	q, err := odata.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return err
	}
	id := q.ActionID
	if id == "" {
		body, err := web.ReadBody(c.w, c.r, maxLinkBody)
		if err != nil {
			return err
		}
		var sent struct{ ActionID string }
		if json.Unmarshal(body, &sent) == nil { // a body that says nothing of use is none
			id = sent.ActionID
		}
	}
	s, ok := c.typ.Search(id, c.path.Rest[0].Name)
	if !ok || s.Owner != "" && !strings.EqualFold(s.Owner, c.principal.Login) {
		return errNothingHere
	}
	l := listing{typ: c.typ, path: c.typ.Set + "/" + record.PathName(s.Name), orderBy: s.OrderBy, blank: true}
	if s.Filter != "" {
		if l.filter, err = c.personal(c.r.Context(), s.Filter); err != nil {
			return fmt.Errorf("read the saved search %s: %w", s.Name, err)
		}
	}
	return c.page(l)
}

// nobody stands for a person, or a team, that the caller does not have: no record has it.
const nobody = "\u2205 nobody"

// personal reads the filter of a saved search, with what its words mean to the caller.
func (c *call) personal(ctx context.Context, text string) (*odata.Filter, error) {
	f, err := odata.ParseFilter(text)
	if err != nil {
		return nil, err
	}
	var failed error // to tell the caller's team
	f.Replace(func(text string) (string, bool) {
		value, ok := "", false
		switch strings.ToLower(text) {
		case "$me":
			value, ok = c.principal.Login, true
		case "$myrecid":
			value, ok = c.principal.PersonID, true
		case "$myteam":
			if c.principal.PersonID != "" && failed == nil {
				value, failed = c.team(ctx)
			}
			ok = true
		default:
			return dayOf(text, c.clock.Now())
		}
		if value == "" {
			value = nobody
		}
		return value, ok
	})
	return f, failed
}

// dayOf reads "$Today", "$Today-7", "$Today+1" as midnight UTC of that day, and "$Now".
func dayOf(text string, now time.Time) (string, bool) {
	rest, ok := strings.CutPrefix(strings.ToLower(text), "$today")
	if !ok {
		return literal.FormatTime(now.Unix()), strings.EqualFold(text, "$now")
	}
	days := 0
	if rest != "" {
		n, err := strconv.Atoi(rest)
		if err != nil || n < -36500 || n > 36500 || rest[0] != '+' && rest[0] != '-' {
			return "", false
		}
		days = n
	}
	at := now.Truncate(24*time.Hour).AddDate(0, 0, days)
	return literal.FormatTime(at.Unix()), true
}

// Inspect says what is wrong with the saved searches of a type: filters that cannot be read, fields that are not there.
func Inspect(t *record.Type) []string {
	var problems []string
	resolve := resolver(t, false)
	for _, s := range t.Searches() {
		at := t.Object + ": the saved search " + s.Name + ": "
		if s.Filter != "" {
			f, err := odata.ParseFilter(s.Filter)
			if err == nil {
				f.Replace(func(text string) (string, bool) { return dayOf(text, time.Unix(0, 0).UTC()) })
				_, err = f.Bind(resolve)
			}
			if err != nil {
				problems = append(problems, at+fault.Of(err).Message)
			}
		}
		if s.OrderBy != "" {
			terms, err := odata.ParseOrderBy(s.OrderBy)
			if err == nil {
				_, err = odata.BindOrder(terms, resolve)
			}
			if err != nil {
				problems = append(problems, at+fault.Of(err).Message)
			}
		}
	}
	return problems
}
