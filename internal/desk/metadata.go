package desk

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/desk/csdl"
	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// errNoMetadata is the answer to $metadata without a set, in the original's words.
var errNoMetadata = refusal(http.StatusNotFound, "ISM_4004", "Not Found", "No service for type 'Microsoft.OData.Edm.IEdmModel' has been registered.")

// noService answers $metadata where no set stands before it.
func (m *Module) noService(w http.ResponseWriter, r *http.Request) {
	m.describe(w, r, func(*call) error { return errNoMetadata })
}

// metadata answers /api/odata/{set}/$metadata.
func (m *Module) metadata(w http.ResponseWriter, r *http.Request) {
	if r.URL.EscapedPath() == "/api/odata/" {
		m.index(w, r)
		return
	}
	m.describe(w, r, (*call).metadata)
}

// reader begins a request that only reads about a tenant's objects.
func (m *Module) reader(w http.ResponseWriter, r *http.Request) (*call, error) {
	c, err := m.begin(w, r)
	if err != nil {
		return nil, err
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET")
		return nil, errMethod
	}
	return c, c.scope(role.Read)
}

// describe answers such a request; what is refused is in the words of the surface.
func (m *Module) describe(w http.ResponseWriter, r *http.Request, answer func(*call) error) {
	c, err := m.reader(w, r)
	if err == nil {
		err = answer(c)
	}
	if err != nil {
		web.WriteISM(w, r, err)
	}
}

func (c *call) metadata() error {
	path, err := odata.ParsePath(strings.TrimPrefix(c.r.URL.EscapedPath(), "/api/odata/"))
	if err != nil {
		return err
	}
	const name = "$metadata"
	switch {
	case len(path.Rest) == 0 && !path.HasKey && strings.EqualFold(path.Set, name):
		return errNoMetadata
	case path.HasKey || len(path.Rest) != 1 || path.Rest[0].HasKey || !strings.EqualFold(path.Rest[0].Name, name):
		return errNothingHere
	}
	t, ok := c.engine.Set(c.r.Context(), path.Set)
	if !ok && c.engine.Setting(c.r.Context(), "odata.singular_paths") == "on" {
		t, ok = c.engine.Set(c.r.Context(), path.Set+"s")
	}
	if !ok {
		return errNothingHere
	}
	c.typ = t
	if _, err := c.rows(role.Read); err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	c.w.Header().Set("Cache-Control", "private, no-cache")
	c.w.Header().Set("OData-Version", "4.0")
	_, _ = c.model(t).WriteTo(c.w) // an error is the client's going away
	return nil
}

// model is what the caller is told of a type: its graph, with the relationships to what they may read, the saved
// searches they may use and the quick actions they may do.
func (c *call) model(root *record.Type) *csdl.Document {
	d := &csdl.Document{}
	for i, t := range c.graph(root) {
		e := csdl.EntityType{Name: t.Singular, Label: t.Definition.Label, Properties: properties(t)}
		if !t.Definition.Private && c.reads(t) {
			e.Set = t.Set
		}
		if i == 0 {
			for _, r := range c.relations(t) {
				e.Navigation = append(e.Navigation, csdl.Navigation{Name: r.Name, Target: r.To.Singular, Many: r.Many, Label: r.Label})
			}
		}
		d.Types = append(d.Types, e)
	}
	describeHistory(d, root)
	for _, s := range c.searches(root) {
		d.Functions = append(d.Functions, csdl.Operation{Name: record.PathName(s.Name), ID: s.ID})
	}
	for _, a := range c.actions(root) {
		d.Actions = append(d.Actions, csdl.Operation{Name: record.PathName(a.Name), ID: a.ID, Label: a.Label})
	}
	return d
}

// graph is the root and, by name, the types it leads to: its base or extensions, the targets of its relationships and
// links. Types stay in it where the caller may not read the records: they only describe.
func (c *call) graph(root *record.Type) []*record.Type {
	graph := []*record.Type{root}
	add := func(t *record.Type) {
		if t != nil && !t.Definition.Private && !slices.Contains(graph, t) {
			graph = append(graph, t)
		}
	}
	add(root.Base)
	for _, x := range root.Extensions {
		add(x)
	}
	for _, r := range root.Relations() {
		add(r.To)
		add(r.CreateType())
	}
	for i := range root.Fields {
		f := &root.Fields[i]
		if f.Part != record.Plain || f.Def == nil || f.Def.Type != "link" {
			continue
		}
		for _, to := range append([]string{f.Def.Target}, f.Def.Targets...) {
			t, _ := c.engine.Type(c.r.Context(), to)
			add(t)
		}
	}
	slices.SortFunc(graph[1:], func(a, b *record.Type) int { return cmp.Compare(a.Singular, b.Singular) })
	return graph
}

// reads reports whether the caller may read records of a type, all or some.
func (c *call) reads(t *record.Type) bool { return c.may(role.Read, t) }

func (c *call) may(access role.Access, t *record.Type) bool {
	return c.roles().Ask(c.principal, access, t.Object) != role.NoRows
}

// relations are the relationships of a type to what the caller may read.
func (c *call) relations(t *record.Type) []*record.Relation {
	return slices.DeleteFunc(slices.Clone(t.Relations()), func(r *record.Relation) bool { return r.To.Definition.Private || !c.reads(r.To) })
}

// searches are the saved searches of a type that are everybody's or the caller's own.
func (c *call) searches(t *record.Type) []record.SavedSearch {
	return slices.DeleteFunc(slices.Clone(t.Searches()), func(s record.SavedSearch) bool {
		return s.Owner != "" && !strings.EqualFold(s.Owner, c.principal.Login)
	})
}

// actions are the quick actions of a type that the caller may do.
func (c *call) actions(t *record.Type) []record.QuickAction {
	if !c.may(role.Update, t) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(t.Actions()), func(a record.QuickAction) bool { return !c.holdsOne(a.Roles) || c.lacks(t, a) != nil })
}

var edm = [...]csdl.Type{record.Text: csdl.String, record.Number: csdl.Int64, record.Decimal: csdl.Decimal, record.Bool: csdl.Boolean, record.Time: csdl.DateTimeOffset}

func properties(t *record.Type) []csdl.Property {
	all := make([]csdl.Property, len(t.Fields))
	for i := range t.Fields {
		all[i] = property(t, i)
	}
	return all
}

func property(t *record.Type, i int) csdl.Property {
	f := &t.Fields[i]
	p := csdl.Property{Name: f.Name, Type: edm[f.Kind], MaxLength: f.Max,
		NotNull: f.Kind == record.Bool || i == record.FieldRecID,
		ASCII:   i == record.FieldRecID || f.Part == record.Twin || f.Part == record.LinkRecID || f.Part == record.Plain && f.Def.Type == "link"}
	switch f.Part {
	case record.Kept:
		p.Computed = i != record.FieldCreatedBy // which is kept as it is sent
	case record.Plain:
		p.Label, p.WriteOnly = f.Def.Label, f.Def.WriteOnly
		p.Computed = f.Def.ReadOnly || f.Def.Template != ""
	}
	return p
}
