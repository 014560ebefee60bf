package desk

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// ObjectDefinition is a business object as the administration API takes and gives it: what `provost object apply` reads, key by key.
type ObjectDefinition struct {
	Object        string               `json:"object" minLength:"1" maxLength:"122" doc:"Technical name; the # at its end may be left out" example:"Agency#"`
	Label         string               `json:"label,omitempty" maxLength:"200" doc:"What people call one of them" example:"Agency"`
	Plural        string               `json:"plural,omitempty" maxLength:"200" doc:"What people call several" example:"Agencies"`
	Title         string               `json:"title,omitempty" maxLength:"80" doc:"The field that names a record to people" example:"Name"`
	Extend        bool                 `json:"extend,omitempty" doc:"Only adds to the object in force"`
	Group         bool                 `json:"group,omitempty" doc:"Its records are always of one of its extensions"`
	TypeTag       string               `json:"typeTag,omitempty" maxLength:"80" doc:"In a group: the field that says of which extension a record is"`
	Tag           string               `json:"tag,omitempty" maxLength:"200" doc:"In an extension: what stands in that field"`
	Private       bool                 `json:"private,omitempty" doc:"Has no set on the OData API"`
	View          *ObjectView          `json:"view,omitempty" doc:"Makes it a view of other objects"`
	Number        *ObjectNumber        `json:"number,omitempty" doc:"The counter that gives records their number"`
	Fields        []ObjectField        `json:"fields,omitzero" maxItems:"500" doc:"In the order in which they appear"`
	Aliases       map[string]string    `json:"aliases,omitempty" doc:"Other names for fields"`
	Indexes       [][]string           `json:"indexes,omitempty" maxItems:"32" doc:"Indexes over several fields"`
	Unique        [][]string           `json:"unique,omitempty" maxItems:"32" doc:"Combinations of fields that occur once"`
	Status        *ObjectStatus        `json:"status,omitempty" doc:"What the status of a record means"`
	Priority      *ObjectPriority      `json:"priority,omitempty" doc:"Computes a priority of impact and urgency"`
	Relationships []ObjectRelationship `json:"relationships,omitzero" maxItems:"200" doc:"Absent: those in force stay"`
	Searches      []ObjectSearch       `json:"searches,omitzero" maxItems:"500" doc:"Absent: those in force stay"`
	Actions       []ObjectAction       `json:"actions,omitzero" maxItems:"500" doc:"Absent: those in force stay"`
	Retired       []ObjectRetired      `json:"retired,omitempty" doc:"Fields that were removed, whose names stay bound; what is sent has no effect"`
}

// ObjectView says of which objects a view is.
type ObjectView struct {
	Of []string `json:"of" maxItems:"50" example:"Employee#"`
}

// ObjectNumber is the counter of an object.
type ObjectNumber struct {
	Field string `json:"field" maxLength:"80" doc:"Of the type number, with an index" example:"AgencyNumber"`
	Start int64  `json:"start" doc:"The first number" example:"1001"`
}

// ObjectStatus is the status rule of an object.
type ObjectStatus struct {
	Field    string                       `json:"field" maxLength:"80" example:"Status"`
	Required map[string][]string          `json:"required,omitempty" doc:"By status, the fields that have to have a value; * is every status"`
	Stamp    map[string]map[string]string `json:"stamp,omitempty" doc:"By status, what is set on entering it"`
	Flow     map[string][]string          `json:"flow,omitempty" doc:"By status, where a record may go; enforced where the setting odata.transitions says so"`
	ReadOnly []string                     `json:"readOnly,omitempty" doc:"Statuses in which a record shows ReadOnly and cannot be deleted"`
}

// ObjectPriority names the fields of the priority matrix.
type ObjectPriority struct {
	Field   string `json:"field" maxLength:"80" example:"Priority"`
	Impact  string `json:"impact" maxLength:"80" example:"Impact"`
	Urgency string `json:"urgency" maxLength:"80" example:"Urgency"`
}

// ObjectRetired is a field that was removed.
type ObjectRetired struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Max  int    `json:"max,omitempty"`
}

// ObjectField is a field of an object.
type ObjectField struct {
	Name      string            `json:"name" maxLength:"80" example:"acme_ProjectCode"`
	Label     string            `json:"label,omitempty" maxLength:"200" example:"Project code"`
	Type      string            `json:"type,omitempty" enum:"text,number,decimal,money,boolean,datetime,picklist,link" doc:"text where nothing is said"`
	Max       int               `json:"max,omitempty" minimum:"0" maximum:"1000000" doc:"Of a text: the most characters; 255 where nothing is said"`
	Default   string            `json:"default,omitempty" maxLength:"2000" doc:"Of a new record: a literal, $now, $login or $displayname"`
	Required  bool              `json:"required,omitempty"`
	Index     any               `json:"index,omitempty" doc:"true, \"sparse\" or \"unique\"; false where nothing is said"`
	Search    bool              `json:"search,omitempty" doc:"Full-text search finds its words"`
	ReadOnly  bool              `json:"readOnly,omitempty" doc:"Set by the server alone"`
	WriteOnly bool              `json:"writeOnly,omitempty" doc:"Taken and never shown"`
	List      string            `json:"list,omitempty" maxLength:"100" doc:"Of a pick list: the list"`
	From      *ObjectListFrom   `json:"from,omitempty" doc:"Of a pick list: the records that are its values"`
	Lenient   bool              `json:"lenient,omitempty" doc:"Of a pick list: an unknown value is stored and noted"`
	Words     []ObjectWord      `json:"words,omitempty" maxItems:"200" doc:"Words that are read as others"`
	Target    string            `json:"target,omitempty" maxLength:"122" doc:"Of a link: the object it points to where the sender does not say"`
	Targets   []string          `json:"targets,omitempty" maxItems:"200" doc:"Of a link: further objects; * is any"`
	Owned     bool              `json:"owned,omitempty" doc:"Of a link: the record goes when the one it points to is deleted"`
	Copy      map[string]string `json:"copy,omitempty" doc:"Own field to field of the record that is named"`
	Source    string            `json:"source,omitempty" maxLength:"80" doc:"In a view: the field it shows"`
	Sources   map[string]string `json:"sources,omitempty" doc:"In a view: the field it shows, by object"`
	Template  string            `json:"template,omitempty" maxLength:"2000" doc:"Computes a text: Agency {AgencyNumber}"`
	Mirror    string            `json:"mirror,omitempty" maxLength:"80" doc:"The field that has the same value"`
	Stock     bool              `json:"stock,omitempty" doc:"Came with the program and cannot be removed; what is sent has no effect"`
}

// ObjectListFrom says which records are a pick list.
type ObjectListFrom struct {
	Object string            `json:"object" maxLength:"122" example:"Employee#"`
	Value  string            `json:"value" maxLength:"80" doc:"The field that is stored" example:"LoginID"`
	Match  []string          `json:"match,omitempty" maxItems:"20" doc:"Fields that find the record"`
	Within map[string]string `json:"within,omitempty" doc:"Own field to field of the record: both have to be equal where they have a value"`
}

// ObjectWord is a word that is read as another.
type ObjectWord struct {
	Is    string `json:"is" maxLength:"255" example:"Critical"`
	Means string `json:"means" maxLength:"255" example:"1"`
}

// ObjectRelationship leads from records of an object to others.
type ObjectRelationship struct {
	Name    string              `json:"name" maxLength:"80" example:"AgencyAssociatesCI"`
	Label   string              `json:"label,omitempty" maxLength:"200"`
	Target  string              `json:"target" maxLength:"122" doc:"The object at the other end" example:"CI#"`
	Child   string              `json:"child,omitempty" maxLength:"80" doc:"The field of the target that names our record"`
	Link    string              `json:"link,omitempty" maxLength:"80" doc:"The field of our object that names the other record"`
	Inverse string              `json:"inverse,omitempty" maxLength:"80" doc:"The relationship of the target of which it is the other side"`
	Pairs   string              `json:"pairs,omitempty" maxLength:"80" doc:"The relationship of our object whose pairs it has"`
	One     bool                `json:"one,omitempty" doc:"At most one record at the other end"`
	Where   map[string][]string `json:"where,omitempty" doc:"Shows only records with one of the values"`
	Create  string              `json:"create,omitempty" maxLength:"122" doc:"The extension that is made through it"`
	Stock   bool                `json:"stock,omitempty" doc:"Came with the program; what is sent has no effect"`
}

// ObjectSearch is a saved search of an object.
type ObjectSearch struct {
	Name    string `json:"name" maxLength:"80" example:"My Agencies"`
	ID      string `json:"id,omitempty" maxLength:"38" doc:"Made by Provost where none is given"`
	Filter  string `json:"filter,omitempty" maxLength:"10000" doc:"As $filter; '$Me', '$MyTeam', '$MyRecId' and '$Today' stand for what they are to the caller" example:"Owner eq '$Me'"`
	OrderBy string `json:"orderby,omitempty" maxLength:"1000" doc:"As $orderby"`
	Owner   string `json:"owner,omitempty" maxLength:"255" doc:"Login of the one person who sees it"`
	Stock   bool   `json:"stock,omitempty" doc:"As it came with the program; what is sent has no effect"`
}

// ObjectAction is a quick action of an object.
type ObjectAction struct {
	Name    string              `json:"name" maxLength:"80" example:"End Agency"`
	ID      string              `json:"id,omitempty" maxLength:"38" doc:"Made by Provost where none is given"`
	Label   string              `json:"label,omitempty" maxLength:"200" doc:"What stands on the button"`
	When    map[string][]string `json:"when,omitempty" doc:"Only for records whose fields have one of the values"`
	Closed  bool                `json:"closed,omitempty" doc:"Also for records that are read-only"`
	Roles   []string            `json:"roles,omitempty" maxItems:"200" doc:"Only for these roles"`
	Set     map[string]string   `json:"set,omitempty" doc:"Field and value: a literal, $now, $login, $displayname, $null, or a text with {Field}"`
	Prompts []ObjectPrompt      `json:"prompts,omitempty" maxItems:"50" doc:"What the caller is asked for"`
	Create  []ObjectChild       `json:"create,omitempty" maxItems:"50" doc:"Records that are made with it"`
	Notify  []ObjectNotice      `json:"notify,omitempty" maxItems:"20" doc:"E-mails that are sent with it"`
	Stock   bool                `json:"stock,omitempty" doc:"As it came with the program; what is sent has no effect"`
}

// ObjectPrompt is what the caller of a quick action is asked for.
type ObjectPrompt struct {
	Field    string `json:"field" maxLength:"80"`
	Label    string `json:"label,omitempty" maxLength:"200"`
	Required bool   `json:"required,omitempty"`
	Default  string `json:"default,omitempty" maxLength:"2000"`
}

// ObjectChild is a record that a quick action makes.
type ObjectChild struct {
	Relationship string            `json:"relationship" maxLength:"80"`
	Fields       map[string]string `json:"fields,omitempty"`
}

// ObjectNotice is an e-mail that a quick action sends.
type ObjectNotice struct {
	To      string `json:"to" maxLength:"2000" example:"{OwnerEmail}"`
	Subject string `json:"subject" maxLength:"1000"`
	Body    string `json:"body,omitempty" maxLength:"20000"`
}

// PickList is a pick list.
type PickList struct {
	Name   string          `json:"name" minLength:"1" maxLength:"100" example:"AgencyKind"`
	Open   bool            `json:"open,omitempty" doc:"An unknown value is taken, added and marked for review"`
	Values []PickListValue `json:"values" maxItems:"5000" doc:"In the order in which people see them"`
}

// PickListValue is an entry of a pick list.
type PickListValue struct {
	Value    string   `json:"value" minLength:"1" maxLength:"255" doc:"What is stored" example:"Recruiting"`
	Label    string   `json:"label,omitempty" maxLength:"255" doc:"What people read instead"`
	Aliases  []string `json:"aliases,omitempty" maxItems:"100" doc:"Other spellings that mean it"`
	RecID    string   `json:"recId,omitempty" maxLength:"36" doc:"Its key, made by Provost where none is given"`
	Inactive bool     `json:"inactive,omitempty" doc:"Cannot be chosen any more; records that have it keep it"`
	Review   bool     `json:"review,omitempty" doc:"Added by a caller of an open list and not yet looked at; what is sent has no effect"`
}

// DefinitionFile is what `provost object apply` reads, in its long form.
type DefinitionFile struct {
	Lists   []PickList                  `json:"lists,omitempty" maxItems:"500"`
	Objects []ObjectDefinition          `json:"objects,omitempty" maxItems:"200"`
	Records map[string][]map[string]any `json:"records,omitempty" doc:"By object, records that are made together with it"`
}

// recast reads one form of a definition as the other: their keys are the same.
func recast[T any](v any) (T, error) {
	var out T
	b, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	return out, err
}

// shownAs is recast for what Provost keeps itself, which always fits.
func shownAs[T any](v any) T {
	out, err := recast[T](v)
	if err != nil {
		panic("desk: a stored definition does not fit its form: " + err.Error())
	}
	return out
}

// catalogue reads a file. It refuses texts that mislead who reads them, and an index of no known kind, with their places.
func (f DefinitionFile) catalogue() (record.Catalogue, error) {
	refusal := fault.New(fault.Invalid, "definition_invalid", "")
	complain := func(at, message string) { refusal = refusal.WithField(at, "%s", message) }
	for i := range f.Lists {
		f.Lists[i].check(fmt.Sprintf("/lists/%d", i), complain)
	}
	for i := range f.Objects {
		f.Objects[i].check(fmt.Sprintf("/objects/%d", i), complain)
	}
	if len(refusal.Fields) > 0 {
		refusal.Message = "The definition has " + fmt.Sprint(len(refusal.Fields)) + " problem(s): " + refusal.Fields[0].Message
		return record.Catalogue{}, refusal
	}
	c, err := recast[record.Catalogue](f)
	if err != nil {
		return c, fault.New(fault.Invalid, "definition_invalid", "The definition cannot be read: %s", err.Error())
	}
	for i := range c.Objects {
		of := record.ObjectID(c.Objects[i].Object)
		c.Objects[i].Object = of
	}
	return c, nil
}

func (d *ObjectDefinition) check(at string, complain func(at, message string)) {
	plain := func(path, text string) {
		if !literal.Plain(text, false) {
			complain(at+path, "The text has control characters or marks that turn the direction of writing")
		}
	}
	plain("/label", d.Label)
	plain("/plural", d.Plural)
	plain("/tag", d.Tag)
	for i, f := range d.Fields {
		path := fmt.Sprintf("/fields/%d", i)
		plain(path+"/label", f.Label)
		plain(path+"/default", f.Default)
		plain(path+"/template", f.Template)
		switch x := f.Index.(type) {
		case nil, bool:
		case string:
			if x != "sparse" && x != "unique" {
				complain(at+path+"/index", `index is true, false, "sparse" or "unique"`)
			}
		default:
			complain(at+path+"/index", `index is true, false, "sparse" or "unique"`)
		}
	}
	for i, r := range d.Relationships {
		plain(fmt.Sprintf("/relationships/%d/label", i), r.Label)
	}
	for i, s := range d.Searches {
		plain(fmt.Sprintf("/searches/%d/filter", i), s.Filter)
	}
	for i, a := range d.Actions {
		path := fmt.Sprintf("/actions/%d", i)
		plain(path+"/label", a.Label)
		for k, p := range a.Prompts {
			plain(fmt.Sprintf("%s/prompts/%d/label", path, k), p.Label)
		}
		for k, n := range a.Notify {
			plain(fmt.Sprintf("%s/notify/%d/to", path, k), n.To)
			plain(fmt.Sprintf("%s/notify/%d/subject", path, k), n.Subject)
			if !literal.Plain(n.Body, true) {
				complain(fmt.Sprintf("%s%s/notify/%d/body", at, path, k), "The text has control characters or marks that turn the direction of writing")
			}
		}
	}
}

func (l *PickList) check(at string, complain func(at, message string)) {
	const odd = "The text has control characters or marks that turn the direction of writing"
	if !literal.Plain(l.Name, false) || strings.TrimSpace(l.Name) != l.Name {
		complain(at+"/name", odd+", or blanks around it")
	}
	seen := map[string]int{}
	for i, v := range l.Values {
		path := fmt.Sprintf("%s/values/%d", at, i)
		if !literal.Plain(v.Value, false) || strings.TrimSpace(v.Value) != v.Value {
			complain(path+"/value", odd+", or blanks around it")
		}
		if !literal.Plain(v.Label, false) {
			complain(path+"/label", odd)
		}
		if first, taken := seen[literal.Fold(v.Value)]; taken {
			complain(path+"/value", fmt.Sprintf("%q is there already, as value %d", v.Value, first+1))
		}
		seen[literal.Fold(v.Value)] = i
		for k, a := range v.Aliases {
			if !literal.Plain(a, false) || strings.TrimSpace(a) == "" {
				complain(fmt.Sprintf("%s/aliases/%d", path, k), odd+", or it is empty")
			}
		}
	}
}

// subjectPattern is the object, or the part of one, with which a problem begins.
var subjectPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_#]*(\.[A-Za-z][A-Za-z0-9_]*)?: `)

// atPart brings the places of a refusal from those in a catalogue of one entry to those in the body that was sent: prefix is taken off, and
// they are written with dots.
func atPart(err error, prefix string) error {
	if err == nil || len(fault.Of(err).Fields) == 0 || fault.Of(err).Code != "definition_invalid" {
		return err
	}
	f := *fault.Of(err)
	f.Fields = slices.Clone(f.Fields)
	for i, field := range f.Fields {
		rest, ok := strings.CutPrefix(field.Field, prefix)
		if !ok {
			rest = ""
		}
		f.Fields[i].Field = dotted(rest)
		f.Fields[i].Message = subjectPattern.ReplaceAllString(field.Message, "") // the place says that already
	}
	return &f
}

// dotted writes a JSON pointer as this API names fields: fields[3].max.
func dotted(pointer string) string {
	out := ""
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		switch {
		case part != "" && strings.Trim(part, "0123456789") == "":
			out += "[" + part + "]"
		case out == "":
			out = part
		default:
			out += "." + part
		}
	}
	if out == "" {
		return "body"
	}
	return out
}

// Versioned is what an operation that changes a definition may be told beside the change.
type Versioned struct {
	IfMatch string `header:"If-Match" maxLength:"200" doc:"Entity tag of the definition as it was read: another one is refused" example:"\"a1b2c3d4e5f60718\""`
}

func (v Versioned) tag() string { return strings.Trim(strings.TrimSpace(v.IfMatch), `"`) }
