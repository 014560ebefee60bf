package record

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// SavedSearch is a search of an object under a name.
type SavedSearch struct {
	Name    string `json:"name"`              // "My Active Incidents"; spaces are underscores in paths
	ID      string `json:"id,omitempty"`      // GUID in lower case with dashes; made from object and name when empty
	Filter  string `json:"filter,omitempty"`  // a $filter; '$Me', '$MyRecId', '$MyTeam' and '$Today' stand for what they are to the caller
	OrderBy string `json:"orderby,omitempty"` // a $orderby; a caller's own comes before it
	Owner   string `json:"owner,omitempty"`   // login of the person whose own it is; "" for everybody's
	Stock   bool   `json:"stock,omitempty"`   // as it ships with the program
}

// QuickAction changes a record in one step that has a name.
type QuickAction struct {
	Name    string              `json:"name"`              // "Close Incident"; spaces are underscores in paths
	ID      string              `json:"id,omitempty"`      // GUID in lower case with dashes; made from object and name when empty
	Label   string              `json:"label,omitempty"`   // what people read on the button
	When    map[string][]string `json:"when,omitempty"`    // only on records whose fields have one of the values
	Closed  bool                `json:"closed,omitempty"`  // also on records that are read-only
	Roles   []string            `json:"roles,omitempty"`   // only for these roles; everybody who may update where empty
	Set     map[string]string   `json:"set,omitempty"`     // field → value: a literal, "$now", "$login", "$displayname", "$null", or a text with {Field}
	Prompts []Prompt            `json:"prompts,omitempty"` // what the caller is asked for
	Create  []ChildRecord       `json:"create,omitempty"`  // records that are made with it
	Notify  []Notice            `json:"notify,omitempty"`  // e-mails that are sent with it
	Stock   bool                `json:"stock,omitempty"`   // as it ships with the program
}

// Prompt is a field whose value the caller of a quick action is asked for.
type Prompt struct {
	Field    string `json:"field"`
	Label    string `json:"label,omitempty"`
	Required bool   `json:"required,omitempty"`
	Default  string `json:"default,omitempty"` // where the caller gives none; as the values of Set
}

// ChildRecord is a record that a quick action makes through a relationship of the object.
type ChildRecord struct {
	Relationship string            `json:"relationship"`
	Fields       map[string]string `json:"fields,omitempty"` // as the values of Set, with the fields of the record acted on
}

// Notice is an e-mail that a quick action sends. It is kept as an e-mail in the record's journal.
type Notice struct {
	To      string `json:"to"` // addresses, separated by commas, or texts with {Field}: "{Email}"
	Subject string `json:"subject"`
	Body    string `json:"body,omitempty"`
}

// PathName is a name as it stands in paths and in metadata: spaces are underscores, and so is whatever else cannot be
// part of a SimpleIdentifier (OData CSDL 4.01 section 15.2), which does not begin with a digit either.
func PathName(name string) string {
	path := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.Is(unicode.Nd, r) || unicode.Is(unicode.Nl, r) {
			return r
		}
		return '_'
	}, name)
	if r, _ := utf8.DecodeRuneInString(path); unicode.Is(unicode.Nd, r) {
		path = "_" + path
	}
	return path
}

// Searches lists the saved searches, those of the base first.
func (t *Type) Searches() []SavedSearch { return t.searches }

// Actions lists the quick actions, those of the base first.
func (t *Type) Actions() []QuickAction { return t.actions }

// Search finds a saved search by its id, or by its name in any case.
func (t *Type) Search(actionID, name string) (SavedSearch, bool) {
	i := pickByIDOrName(len(t.searches), actionID, name, func(i int) (string, string) { return t.searches[i].ID, t.searches[i].Name })
	if i < 0 {
		return SavedSearch{}, false
	}
	return t.searches[i], true
}

// Action finds a quick action by its id, or by its name in any case.
func (t *Type) Action(actionID, name string) (QuickAction, bool) {
	i := pickByIDOrName(len(t.actions), actionID, name, func(i int) (string, string) { return t.actions[i].ID, t.actions[i].Name })
	if i < 0 {
		return QuickAction{}, false
	}
	return t.actions[i], true
}

func pickByIDOrName(n int, actionID, name string, at func(int) (string, string)) int {
	byName := -1
	for i := range n {
		id, own := at(i)
		if actionID != "" && strings.EqualFold(id, strings.Trim(actionID, "{}")) {
			return i
		}
		if byName < 0 && literal.Fold(PathName(own)) == literal.Fold(PathName(name)) {
			byName = i
		}
	}
	return byName
}

var (
	titlePattern = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N} _.\-]{0,79}$`)
	guidPattern  = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
)

const maxSaved = 500 // searches or actions of an object

// named checks the names and ids of searches or actions, and gives an id where there is none. The id is a UUID
// version 8 (RFC 9562 section 5.8) over object and name, so that it is the same in every tenant.
func (c *compiler) named(t *Type, what string, taken map[string]bool, name string, guid *string) bool {
	key := literal.Fold(PathName(name))
	switch {
	case !titlePattern.MatchString(name) || strings.TrimSpace(name) != name:
		c.problems.add("%s: %q is not a name for a %s", t.Object, name, what)
		return false
	case taken[key]:
		c.problems.add("%s: the name of the %s %q is taken", t.Object, what, name)
		return false
	}
	taken[key] = true
	if *guid == "" {
		*guid = derivedGUID(what, t.Object, name)
	}
	*guid = strings.ToLower(strings.Trim(*guid, "{}"))
	if !guidPattern.MatchString(*guid) || taken[*guid] {
		c.problems.add("%s: the id %q of the %s %q is no GUID, or it is there twice", t.Object, *guid, what, name)
		return false
	}
	taken[*guid] = true
	return true
}

func derivedGUID(parts ...string) string {
	sum := sha256.Sum256([]byte(literal.Fold(strings.Join(parts, "\x00"))))
	b := sum[:16]
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	h := strings.ToLower(id.Upper(b))
	return fmt.Sprintf("%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
}

// save compiles saved searches and quick actions; relationships are there by now. What a filter says is looked at by
// Options.Inspect, since its language is not the engine's.
func (c *compiler) save(t *Type) {
	if len(t.Definition.Searches) > maxSaved || len(t.Definition.Actions) > maxSaved {
		c.problems.add("%s: at most %d saved searches and as many quick actions", t.Object, maxSaved)
		return
	}
	searches, actions := map[string]bool{}, map[string]bool{}
	if t.Base != nil {
		t.searches, t.actions = append(t.searches, t.Base.searches...), append(t.actions, t.Base.actions...)
		for _, s := range t.Base.searches {
			searches[literal.Fold(PathName(s.Name))], searches[s.ID] = true, true
		}
		for _, a := range t.Base.actions {
			actions[literal.Fold(PathName(a.Name))], actions[a.ID] = true, true
		}
	}
	for name := range t.relations { // both stand in the same place of a path
		actions[name] = true
	}
	for _, s := range t.Definition.Searches {
		if c.named(t, "saved search", searches, s.Name, &s.ID) {
			t.searches = append(t.searches, s)
		}
	}
	for _, a := range t.Definition.Actions {
		if c.named(t, "quick action", actions, a.Name, &a.ID) {
			c.action(t, &a)
			t.actions = append(t.actions, a)
		}
	}
}

// action checks what a quick action names.
func (c *compiler) action(t *Type, a *QuickAction) {
	where := "the quick action " + a.Name
	for _, name := range sortedKeys(a.When) {
		if i, ok := c.position(t, where, name); ok && t.Fields[i].Kind != Text {
			c.problems.add("%s: %s: when takes text fields, which %s is not", t.Object, where, name)
		}
	}
	for _, name := range sortedKeys(a.Set) {
		c.position(t, where, name)
		c.phrase(t, where, a.Set[name])
	}
	for _, p := range a.Prompts {
		c.position(t, where, p.Field)
		c.phrase(t, where, p.Default)
	}
	for _, child := range a.Create {
		r := t.relations[literal.Fold(child.Relationship)]
		if r == nil {
			c.problems.add("%s: %s makes records through the relationship %q, which does not exist", t.Object, where, child.Relationship)
			continue
		}
		to := r.CreateType()
		if to.Definition.Group {
			c.problems.add("%s: %s makes records through %s, which does not say of which extension", t.Object, where, child.Relationship)
		}
		for _, name := range sortedKeys(child.Fields) {
			c.position(to, "a record of "+where, name)
			c.phrase(t, where, child.Fields[name])
		}
	}
	for _, n := range a.Notify {
		if n.To == "" || n.Subject == "" {
			c.problems.add("%s: %s sends an e-mail without to or subject", t.Object, where)
		}
		for _, text := range []string{n.To, n.Subject, n.Body} {
			c.phrase(t, where, text)
		}
	}
}

// phrase checks the fields that a text names in braces.
func (c *compiler) phrase(t *Type, where, text string) {
	names, err := templateNames(text)
	if err != nil {
		c.problems.add("%s: %s: %s", t.Object, where, err.Error())
	}
	for _, name := range names {
		c.position(t, where, name)
	}
}
