package desk

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// prefix is where the records are. The same stands under /HEAT, and every segment matches in any case: web.Fold
// brings both to this form.
const prefix = "/api/odata/businessobject/"

// shape is the form of a path below the prefix.
type shape string

const (
	collection shape = "{set}"
	entity     shape = "{set}('{key}')"
	related    shape = "{set}('{key}')/{relationship or action}"
	link       shape = "{set}('{key}')/{relationship}('{key}')/$Ref"
	named      shape = "{set}/{saved search}"
)

// operations is the route table of the OData surface. A shape without operations is not there: 404 ISM_4004.
var operations = map[shape]map[string]func(*call) error{
	collection: {http.MethodGet: (*call).list, http.MethodPost: (*call).create},
	entity:     {http.MethodGet: (*call).read, http.MethodPut: (*call).update, http.MethodPatch: (*call).update, http.MethodDelete: (*call).remove},
	related:    {http.MethodGet: (*call).related, http.MethodPost: (*call).act},
	link:       {http.MethodPatch: (*call).link, http.MethodDelete: (*call).unlink},
	named:      {http.MethodGet: (*call).savedSearch},
}

// The full-text searches.
const (
	fulltextPath = "/api/rest/search/fulltext"
	searchPath   = "/api/rest/search"
)

// Routes adds the desk's surfaces to the mux.
func (m *Module) Routes(mux *http.ServeMux) {
	mux.HandleFunc(prefix, m.serve)
	mux.HandleFunc("/api/odata", m.index)
	mux.HandleFunc("/api/odata/businessobject", m.index)
	mux.HandleFunc("/api/odata/openapi.json", m.openapi)
	mux.HandleFunc("/api/odata/docs", m.docs)
	mux.HandleFunc("/api/odata/docs/page.css", m.docsStyle)
	mux.HandleFunc("/api/odata/", m.metadata)
	mux.HandleFunc("/api/odata/businessobject/$metadata", m.noService)
	mux.HandleFunc("/api/rest/attachment", m.attachment)
	mux.HandleFunc("/api/rest/attachment/", m.attachment)
	mux.HandleFunc("/api/rest/", m.nothing)
	mux.HandleFunc("/api/rest/search", m.search)
	mux.HandleFunc("/api/rest/search/{$}", m.search)
	mux.HandleFunc("/api/rest/search/fulltext", m.search)
	mux.HandleFunc("/api/rest/search/fulltext/{$}", m.search)
	mux.HandleFunc("/api/rest/Template/", m.serveTemplates)
	mux.HandleFunc("/api/rest/ServiceRequest/", m.serveServiceRequests)
	mux.HandleFunc("GET /api/me/objects", m.myObjects)
	mux.HandleFunc("GET /api/me/objects/{object}", m.myObjectDetail)
}

// call is one request to the surface.
type call struct {
	*Module
	w         http.ResponseWriter
	r         *http.Request
	tenant    *tenant.Handle
	engine    *record.Engine
	principal *principal.Principal
	path      odata.Path
	typ       *record.Type
	book      *role.Book
	marks     map[*record.Type][]bool // of hidden, where there are any
}

// roles are the tenant's as they were when the request first asked: one request is judged by one book.
func (c *call) roles() *role.Book {
	if c.book == nil {
		c.book = c.tenant.Roles()
	}
	return c.book
}

func (c *call) postgres() bool { return c.tenant.DB.Engine() == db.Postgres }

func (c *call) mimic() bool { return c.engine.Setting(c.r.Context(), "odata.mode") == "mimic" }

// begin finds the tenant and who acts.
func (m *Module) begin(w http.ResponseWriter, r *http.Request) (*call, error) {
	h := tenant.From(r.Context())
	if h == nil {
		return nil, errNothingHere
	}
	p, err := m.auth.Authenticate(r.Context(), r, h)
	if err != nil {
		return nil, err
	}
	if err := p.Require(principal.ODataRead, principal.ODataWrite); err != nil {
		return nil, err
	}
	return &call{Module: m, w: w, r: r.WithContext(principal.With(r.Context(), p)), tenant: h, engine: h.Records, principal: p}, nil
}

// nothing answers what is not there; who has no credential is not told so.
func (m *Module) nothing(w http.ResponseWriter, r *http.Request) {
	_, err := m.begin(w, r)
	if err == nil {
		err = errNothingHere
	}
	web.WriteISM(w, r, err)
}

func (m *Module) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.EscapedPath() == prefix {
		m.index(w, r)
		return
	}
	c, err := m.begin(w, r)
	if err != nil {
		web.WriteISM(w, r, err)
		return
	}
	if err := c.dispatch(); err != nil {
		web.WriteISM(w, c.r, c.inWords(err))
	}
}

func (c *call) dispatch() error {
	path, err := odata.ParsePath(strings.TrimPrefix(c.r.URL.EscapedPath(), prefix))
	if err != nil {
		return err
	}
	c.path = path
	ctx := c.r.Context()
	t, ok := c.engine.Set(ctx, path.Set)
	if !ok && c.engine.Setting(ctx, "odata.singular_paths") == "on" {
		t, ok = c.engine.Set(ctx, path.Set+"s")
	}
	if !ok {
		return c.noSet()
	}
	c.typ = t
	methods := operations[shapeOf(path)]
	if len(methods) == 0 {
		return errNothingHere
	}
	method := c.r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	operation, ok := methods[method]
	if !ok {
		c.w.Header().Set("Allow", strings.Join(slices.Sorted(maps.Keys(methods)), ", "))
		return errMethod
	}
	return operation(c)
}

func shapeOf(p odata.Path) shape {
	switch {
	case len(p.Rest) == 0 && !p.HasKey:
		return collection
	case len(p.Rest) == 0:
		return entity
	case !p.HasKey && len(p.Rest) == 1 && !p.Rest[0].HasKey:
		return named
	case !p.HasKey:
		return ""
	case len(p.Rest) == 1 && !p.Rest[0].HasKey:
		return related
	case len(p.Rest) == 2 && p.Rest[0].HasKey && !p.Rest[1].HasKey && strings.EqualFold(p.Rest[1].Name, "$Ref"):
		return link
	}
	return ""
}

// noSet is the answer to a path of a set that there is not.
func (c *call) noSet() error {
	switch {
	case shapeOf(c.path) != link:
		return errNothingHere
	case c.r.Method == http.MethodDelete:
		return errNoModel
	}
	return errNoService
}

// rows asks the one question: which rows of the set may the caller access so? A refusal has the words of the surface.
func (c *call) rows(access role.Access) (role.Rows, error) { return c.rowsOf(c.typ, access) }

func (c *call) rowsOf(t *record.Type, access role.Access) (role.Rows, error) {
	rows := c.roles().Ask(c.principal, access, t.Object)
	if rows == role.NoRows {
		return rows, errRight(c.principal.Role, access, t)
	}
	return rows, c.scope(access)
}

// scope refuses a token that does not carry what the operation needs. Keys and sessions have the rights of their role.
func (c *call) scope(access role.Access) error {
	if access == role.Read {
		return nil // begin has asked
	}
	return c.principal.Require(principal.ODataWrite)
}

// find resolves a key, a RecId or the record's number, to a row of a type that lies within rows.
func (c *call) find(ctx context.Context, t *record.Type, key string, rows role.Rows) (record.Row, error) {
	row, err := c.lookUp(ctx, t, key)
	if err != nil {
		return row, err
	}
	var args odata.Args
	where, err := c.visible(ctx, t, rows, &args)
	if err != nil || where == "" {
		return row, err
	}
	where = conjunction([]string{"rec_id = " + args.Add(strings.ToLower(row.RecID)), where})
	total, err := c.engine.List(ctx, record.Query{Type: t, Where: where, Args: args.Values, Counts: len(args.Values)}, nil)
	if err == nil && total == 0 {
		err = record.UnknownRecord(t, key)
	}
	return row, err
}
