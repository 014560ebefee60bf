package scim

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// noon is when everything happens.
var noon = time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC)

// memory is a Store that forgets.
type memory[R User | Group] struct {
	sync.Mutex

	list    []R
	made    int
	of      func(*R) parcel
	queries []Query
}

// parcel is what memory has to know of a resource.
type parcel struct {
	prefix            string
	id                *string
	created, modified *time.Time
	has               func(Term) bool
	unique            []string
	check             func() error // of references
}

func (m *memory[R]) at(id string) int {
	return slices.IndexFunc(m.list, func(r R) bool { return *m.of(&r).id == id })
}

func (m *memory[R]) Find(_ context.Context, q Query) (Found[R], error) {
	m.Lock()
	defer m.Unlock()
	m.queries = append(m.queries, q)
	var out Found[R]
	for _, r := range m.list {
		if !slices.ContainsFunc(q.Filter, func(t Term) bool { return !m.of(&r).has(t) }) {
			if out.Total++; out.Total > q.Skip && len(out.Resources) < q.Count {
				out.Resources = append(out.Resources, r)
			}
		}
	}
	return out, nil
}

// sound refuses what is taken, or refers to nobody.
func (m *memory[R]) sound(r R) error {
	p := m.of(&r)
	for _, other := range m.list {
		o := m.of(&other)
		for i, v := range p.unique {
			if *o.id != *p.id && v != "" && strings.EqualFold(o.unique[i], v) {
				return fault.New(fault.Conflict, "taken", "'%s' is taken.", v)
			}
		}
	}
	return p.check()
}

func (m *memory[R]) Create(_ context.Context, r R) (R, error) {
	m.Lock()
	defer m.Unlock()
	if err := m.sound(r); err != nil {
		return r, err
	}
	p := m.of(&r)
	m.made++
	*p.id, *p.created, *p.modified = fmt.Sprintf("%s%d", p.prefix, m.made), noon, noon
	m.list = append(m.list, r)
	return r, nil
}

func (m *memory[R]) Change(_ context.Context, id string, change func(R) (R, error)) (R, error) {
	m.Lock()
	defer m.Unlock()
	var zero R
	i := m.at(id)
	if i < 0 {
		return zero, fault.New(fault.NotFound, "gone", "There is nothing with the id '%s'.", id)
	}
	if _, err := change(m.list[i]); err != nil { // as a transaction that is tried twice
		return zero, err
	}
	r, err := change(m.list[i])
	if err == nil {
		err = m.sound(r)
	}
	if err != nil {
		return zero, err
	}
	*m.of(&r).modified = noon.Add(time.Hour)
	m.list[i] = r
	return r, nil
}

func (m *memory[R]) Delete(_ context.Context, id string) error {
	m.Lock()
	defer m.Unlock()
	i := m.at(id)
	if i < 0 {
		return fault.New(fault.NotFound, "gone", "There is nothing with the id '%s'.", id)
	}
	m.list = slices.Delete(m.list, i, i+1)
	return nil
}

// service is a Handler over memory.
type service struct {
	*httptest.Server
	t      testing.TB
	users  *memory[User]
	groups *memory[Group]
	suffix string // of every query string
}

func start(t testing.TB) *service {
	t.Helper()
	s := &service{t: t}
	s.users = &memory[User]{of: func(u *User) parcel {
		return parcel{
			"u", &u.ID, &u.Created, &u.LastModified,
			func(t Term) bool { return userHas(*u, t) },
			[]string{u.UserName, u.ExternalID},
			func() error { return nil },
		}
	}}
	s.groups = &memory[Group]{of: func(g *Group) parcel {
		return parcel{
			"g", &g.ID, &g.Created, &g.LastModified,
			func(t Term) bool { return groupHas(*g, t) },
			[]string{g.DisplayName, g.ExternalID},
			func() error {
				for _, m := range g.Members {
					if strings.HasPrefix(m.Value, "nobody") {
						return fault.New(fault.Invalid, "unknown_member", "There is no user '%s'.", m.Value)
					}
				}
				return nil
			},
		}
	}}
	mux := http.NewServeMux()
	mux.Handle("/scim/v2/", Handler("/scim/v2", func(_ http.ResponseWriter, r *http.Request) (*Directory, error) {
		if r.Header.Get("Authorization") != "Bearer good" {
			return nil, fault.New(fault.Unauthenticated, "credential_unknown", "Authentication required.")
		}
		return &Directory{Base: "https://desk.example.com/scim/v2", Users: s.users, Groups: s.groups}, nil
	}))
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func userHas(u User, t Term) bool {
	same := strings.EqualFold
	switch t.Attribute {
	case ID:
		return u.ID == t.Value
	case ExternalID:
		return u.ExternalID == t.Value
	case UserName:
		return same(u.UserName, t.Value)
	case DisplayName:
		return same(u.DisplayName, t.Value)
	case Active:
		return u.Active == (t.Value == "true")
	case EmployeeNumber:
		return u.Enterprise.EmployeeNumber == t.Value
	case Manager:
		return u.Enterprise.Manager.Value == t.Value
	case Emails:
		return slices.ContainsFunc(u.Emails, func(e Entry) bool { return same(e.Value, t.Value) && (t.Type == "" || same(e.Type, t.Type)) })
	}
	panic("users have no " + t.Attribute)
}

func groupHas(g Group, t Term) bool {
	switch t.Attribute {
	case ID:
		return g.ID == t.Value
	case ExternalID:
		return g.ExternalID == t.Value
	case DisplayName:
		return strings.EqualFold(g.DisplayName, t.Value)
	case Members:
		return slices.ContainsFunc(g.Members, func(m Member) bool { return m.Value == t.Value })
	}
	panic("groups have no " + t.Attribute)
}

// answered is an answer.
type answered struct {
	status int
	header http.Header
	text   string
}

// send makes a request "GET /Users" and checks what is true of every answer.
func (s *service) send(request, body string, header ...string) answered {
	s.t.Helper()
	method, path, _ := strings.Cut(request, " ")
	if s.suffix != "" {
		glue := "?"
		if strings.Contains(path, "?") {
			glue = "&"
		}
		path += glue + s.suffix
	}
	var b io.Reader
	if body != "" {
		b = strings.NewReader(body)
	}
	r, err := http.NewRequest(method, s.URL+"/scim/v2"+strings.ReplaceAll(path, " ", "%20"), b)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer good")
	r.Header.Set("Content-Type", "application/scim+json; charset=utf-8")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if kind := res.Header.Get("Content-Type"); kind != "application/scim+json" {
		s.t.Errorf("%s: Content-Type %q", request, kind)
	}
	if bytes.Contains(text, []byte("null")) {
		s.t.Errorf("%s answers a null: %s", request, text)
	}
	return answered{res.StatusCode, res.Header, string(text)}
}

// want sends a request and wants exactly this answer; "" is no body, "…" any.
func (s *service) want(request, body string, status int, answer string) answered {
	s.t.Helper()
	a := s.send(request, body)
	if a.status != status {
		s.t.Errorf("%s: %d %s, want %d", request, a.status, a.text, status)
	}
	if answer == "…" {
		return a
	}
	if diff := cmp.Diff(parsed(s.t, answer), parsed(s.t, a.text)); diff != "" {
		s.t.Errorf("%s (-want +got):\n%s", request, diff)
	}
	return a
}

func parsed(t testing.TB, text string) any {
	t.Helper()
	if text == "" {
		return nil
	}
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}

// refused sends a request and wants an error of RFC 7644 section 3.12 that says these words.
func (s *service) refused(request, body string, status int, scimType string, words ...string) {
	s.t.Helper()
	a := s.send(request, body)
	e, _ := parsed(s.t, a.text).(map[string]any)
	kind, _ := e["scimType"].(string)
	detail, _ := e["detail"].(string)
	if a.status != status || kind != scimType || e["status"] != fmt.Sprint(status) || !cmp.Equal(e["schemas"], []any{errorURN}) {
		s.t.Errorf("%s %.300s: %d %.500s, want %d %s", request, body, a.status, a.text, status, scimType)
	}
	for _, w := range append(words, ".") {
		if !strings.Contains(detail, w) {
			s.t.Errorf("%s %.300s: detail %q does not say %q", request, body, detail, w)
		}
	}
}

// ops is the body of a PATCH.
func ops(operations ...string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[` + strings.Join(operations, ",") + `]}`
}
