package desk

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
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
	related:    {},
	link:       {},
	named:      {},
}

// Routes adds the desk's surfaces to the mux.
func (m *Module) Routes(mux *http.ServeMux) {
	mux.HandleFunc(prefix, m.serve)
	mux.HandleFunc("/api/odata/", m.nothing)
	mux.HandleFunc("/api/rest/", m.nothing)
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
		return errNothingHere
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
	case !p.HasKey:
		return named
	case len(p.Rest) == 1:
		return related
	}
	return link
}

// rows asks the one question: which rows of the set may the caller access so? A refusal has the words of the surface.
func (c *call) rows(access role.Access) (role.Rows, error) {
	rows := c.roles().Ask(c.principal, access, c.typ.Object)
	if rows == role.NoRows {
		return rows, errRight(c.principal.Role, access, c.typ)
	}
	return rows, c.scope(access)
}

// scope refuses a token that does not carry what the operation needs. Keys and sessions have the rights of their role.
func (c *call) scope(access role.Access) error {
	need := "odata.write"
	if access == role.Read {
		need = "odata.read"
		if c.principal.HasScope("odata.write") {
			return nil
		}
	}
	if !c.principal.HasScope(need) {
		return fault.New(fault.Forbidden, "scope_missing", "The token lacks the scope %s", need)
	}
	return nil
}

// find resolves a key, a RecId or the record's number, to a row that lies within rows.
func (c *call) find(ctx context.Context, rows role.Rows) (record.Row, error) {
	row, err := c.lookUp(ctx)
	if err != nil {
		return row, err
	}
	var args odata.Args
	where, err := c.visible(ctx, c.typ, rows, &args)
	if err != nil || where == "" {
		return row, err
	}
	where = conjunction([]string{"rec_id = " + args.Add(strings.ToLower(row.RecID)), where})
	total, err := c.engine.List(ctx, record.Query{Type: c.typ, Where: where, Args: args.Values, Counts: len(args.Values)}, nil)
	if err == nil && total == 0 {
		err = c.unknown()
	}
	return row, err
}

func (c *call) unknown() error { return record.UnknownRecord(c.typ, c.path.Key) }
