package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// Bounds of a full-text search.
const (
	maxSearchBody = 64 << 10
	defaultHits   = 20
	maxHits       = 100 // of one answer
)

// searches are the full-text searches by their paths.
var searches = map[string]map[string]func(*call) error{
	fulltextPath: {http.MethodPost: (*call).searchObject},
	searchPath:   {http.MethodPost: (*call).searchAll},
}

// search answers a full-text search.
func (m *Module) search(w http.ResponseWriter, r *http.Request) {
	c, err := m.begin(w, r)
	if err != nil {
		web.WriteISM(w, r, err)
		return
	}
	methods := searches[strings.TrimSuffix(r.URL.Path, "/")]
	operation, ok := methods[r.Method]
	if !ok {
		w.Header().Set("Allow", strings.Join(slices.Sorted(maps.Keys(methods)), ", "))
		err = errMethod
	} else {
		err = operation(c)
	}
	if err != nil {
		web.WriteISM(w, c.r, c.inWords(err))
	}
}

// quest is the body of a full-text search.
type quest struct {
	text, object string
	top, skip    int
	search       record.Search
}

// quest reads the body: names in any case, with a $ before them or without; what is unknown is passed over.
func (c *call) quest() (quest, error) {
	q := quest{top: defaultHits}
	body, err := web.ReadBody(c.w, c.r, maxSearchBody)
	if err != nil {
		return q, err
	}
	in, err := record.ParseInput(body)
	if errors.Is(err, record.ErrBody) {
		return q, errSearchBody
	}
	if err != nil && !errors.Is(err, record.ErrEmptyBody) {
		return q, err
	}
	for _, f := range in {
		switch name := strings.TrimPrefix(literal.Fold(f.Name), "$"); name {
		case "text":
			q.text, err = words(f)
		case "objecttype":
			q.object, err = words(f)
		case "top":
			q.top, err = rows(f, defaultHits, 1, maxHits)
		case "skip":
			q.skip, err = rows(f, 0, 0, 1<<31-1)
		}
		if err != nil {
			return q, err
		}
	}
	q.search, err = record.ParseSearch(q.text)
	return q, err
}

// words reads a text; a number is one too.
func words(f record.InputField) (string, error) {
	switch v := f.Value.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	}
	return "", errSearchValue(f.Name, "a text")
}

// rows reads a number of rows; null is the default.
func rows(f record.InputField, none, least, most int) (int, error) {
	text, err := words(f)
	if err == nil && strings.TrimSpace(text) == "" {
		return none, nil
	}
	n, wrong := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || wrong != nil || n < least || n > most {
		return 0, errSearchValue(f.Name, fmt.Sprintf("a whole number from %d to %d", least, most))
	}
	return n, nil
}

// searchObject answers POST /api/rest/search/fulltext: what one object has.
func (c *call) searchObject() error {
	q, err := c.quest()
	if err != nil {
		return err
	}
	if strings.TrimSpace(q.object) == "" {
		return errSearchObject
	}
	t, ok := c.objectNamed(strings.TrimSpace(q.object))
	if !ok {
		return errSearchUnknown(q.object)
	}
	c.typ = t
	extent, err := c.rows(role.Read)
	if err != nil {
		return err
	}
	var args odata.Args
	where, err := c.visible(c.r.Context(), t, extent, &args)
	if err != nil {
		return err
	}
	hits, total, err := c.engine.Search(c.r.Context(), record.Ranked{Type: t, Search: q.search, Hidden: c.marksOf(t), Where: where, Args: args.Values}, q.top, q.skip)
	if err != nil {
		return err
	}
	columns := shownColumns(t)
	b := append(make([]byte, 0, 4096), `{"data":[`...)
	for i, h := range hits {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = h.Type.AppendSelected(b, h.Doc, h.Type.Choose(columns, c.hidden(h.Type))); err != nil {
			return err
		}
	}
	b = append(b, `],"metaData":[`...)
	for i, name := range columns {
		if i > 0 {
			b = append(b, ',')
		}
		f := &t.Fields[t.Position(name)]
		b = append(appendText(append(b, `{"FieldRef":`...), f.Name), `,"DisplayName":`...)
		b = append(appendText(b, label(f)), `,"DataType":`...)
		b = append(strconv.AppendInt(b, int64(dataType(f)), 10), '}')
	}
	b = append(b, `],"totalRows":`...)
	b = strconv.AppendInt(b, total, 10)
	b = append(b, `,"keyRef":"RecId","searchText":`...)
	c.send(http.StatusOK, append(appendText(b, q.text), '}'))
	return nil
}

// searchAll answers POST /api/rest/Search: what all objects have that the caller may read, as a bare array.
func (c *call) searchAll() error {
	q, err := c.quest()
	if err != nil {
		return err
	}
	if err := c.scope(role.Read); err != nil {
		return err
	}
	var all []record.Ranked
	for _, t := range c.engine.Types(c.r.Context()) {
		if t.Base != nil || t.Definition.View != nil {
			continue // found through its base or, a view, through what it shows
		}
		where, args, err := c.family(t)
		if err != nil {
			return err
		}
		if where != "1 = 0" {
			all = append(all, record.Ranked{Type: t, Search: q.search, Hidden: c.marksOf(t), Where: where, Args: args})
		}
	}
	hits, err := c.engine.SearchAll(c.r.Context(), all, q.top, q.skip)
	if err != nil {
		return err
	}
	b := append(make([]byte, 0, 4096), '[')
	for i, h := range hits {
		if i > 0 {
			b = append(b, ',')
		}
		b = c.appendHit(b, h)
	}
	c.send(http.StatusOK, append(b, ']'))
	return nil
}

// appendHit writes a hit among those of all objects.
func (c *call) appendHit(b []byte, h record.Hit) []byte {
	t := h.Type
	hidden := c.hidden(t)
	shown := func(i int) bool { return i >= 0 && (hidden == nil || !hidden[i]) }
	b = append(appendText(append(b, `{"ObjectType":`...), t.ID()), `,"ObjectLabel":`...)
	b = append(appendText(b, t.Definition.Label), `,"Set":`...)
	b = append(appendText(b, t.Set), `,"RecId":`...)
	b = append(appendText(b, h.RecID), `,"Number":`...)
	number, title := "", ""
	if n := t.NumberField(); shown(n) {
		number = h.Text(t.Fields[n].Name)
	}
	if shown(t.Title) {
		title = h.Text(t.Fields[t.Title].Name)
	}
	if number == "" {
		number = "null"
	}
	b = append(append(b, number...), `,"Title":`...)
	b = append(appendText(b, title), `,"LastModDateTime":`...)
	return append(appendText(b, h.Text("LastModDateTime")), '}')
}

// family is the condition for the rows that the caller may see of a type with its extensions.
func (c *call) family(root *record.Type) (string, []any, error) {
	ctx, roles := c.r.Context(), c.roles()
	var args odata.Args
	var each []string
	all, none := true, true
	for _, t := range append([]*record.Type{root}, root.Extensions...) {
		if t.Definition.Private {
			all = false
			continue
		}
		where, err := c.visible(ctx, t, roles.Ask(c.principal, role.Read, t.Object), &args)
		if err != nil {
			return "", nil, err
		}
		all = all && where == ""
		if where == "1 = 0" {
			continue
		}
		none = false
		each = append(each, conjunction([]string{"object = '" + t.Object + "'", where}))
	}
	switch {
	case none:
		return "1 = 0", nil, nil
	case all:
		return "", nil, nil
	}
	return strings.Join(each, " OR "), args.Values, nil
}

// objectNamed finds the type that a client names, by its id, its name, its set or the name in the set: "Journal#Notes",
// "journal__notess" and "Journal__Notes", each with or without a # behind it.
func (c *call) objectNamed(name string) (*record.Type, bool) {
	ctx := c.r.Context()
	t, ok := c.engine.Type(ctx, name)
	for _, set := range []string{"", "s"} {
		if !ok {
			t, ok = c.engine.Set(ctx, strings.TrimSuffix(name, "#")+set)
		}
	}
	return t, ok && !t.Definition.Private
}

// hitFields are what a row of a full-text search shows beside number and title, where the object has it.
var hitFields = []string{"LoginID", "PrimaryEmail", "Status", "Priority", "Category", "Service", "OwnerTeam", "Owner", "ProfileFullName", "CreatedDateTime", "LastModDateTime"}

// shownColumns are the fields of a row: number and title first, the key last, as in the original.
func shownColumns(t *record.Type) []string {
	var names []string
	add := func(i int) {
		if i >= 0 && !slices.Contains(names, t.Fields[i].Name) {
			names = append(names, t.Fields[i].Name)
		}
	}
	add(t.NumberField())
	add(t.Title)
	for _, name := range hitFields {
		if t.Has(name) {
			add(t.Position(name))
		}
	}
	add(record.FieldRecID)
	return names
}

// label is what people call a field.
func label(f *record.Field) string {
	if f.Part == record.Plain && f.Def.Label != "" {
		return f.Def.Label
	}
	return f.Name
}

// appendText appends a JSON text.
func appendText(b []byte, s string) []byte {
	quoted, err := json.Marshal(s)
	if err != nil {
		panic("desk: a text cannot be written as JSON: " + err.Error())
	}
	return append(b, quoted...)
}

// dataType is the number of a field's type. That of texts, keys and whole numbers stands in the original's
// documentation; the others are ours.
func dataType(f *record.Field) int {
	switch f.Kind {
	case record.Bool:
		return 2
	case record.Time:
		return 3
	case record.Decimal:
		return 5
	case record.Number:
		return 6
	case record.Text:
		if f.Name == "RecId" || f.Part == record.LinkRecID {
			return 4
		}
	}
	return 1
}

// The refusals of a full-text search have the form of the one the original documents.
var (
	errSearchObject = refusal(http.StatusBadRequest, "ISM_4000", "Bad Request", "ObjectType cannot be blank, provide an object type and try again")
	errSearchBody   = refusal(http.StatusBadRequest, "ISM_4000", "Bad Request", "The body is not a JSON object")
)

func errSearchUnknown(name string) error {
	return refusal(http.StatusBadRequest, "ISM_4000", "Bad Request", fmt.Sprintf("ObjectType '%.80s' is not an object of this tenant", name))
}

func errSearchValue(name, want string) error {
	message := fmt.Sprintf("%.80s is not %s", name, want)
	return fault.New(fault.Invalid, "search_invalid", "%s", message).WithField(name, "%s", message)
}
