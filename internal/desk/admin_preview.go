package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// DefinitionPreview is what definitions would change.
type DefinitionPreview struct {
	Valid    bool                `json:"valid" doc:"It could be applied now"`
	Tag      string              `json:"tag" doc:"Of all that it touches as it is now, for If-Match" example:"a1b2c3d4e5f60718"`
	Changes  []DefinitionChange  `json:"changes" doc:"None: everything is in force already"`
	Problems []DefinitionProblem `json:"problems"`
}

// DefinitionChange is a change of one part of an object or list.
type DefinitionChange struct {
	Object string `json:"object,omitempty" example:"Incident#"`
	List   string `json:"list,omitempty"`
	Part   string `json:"part,omitempty" doc:"Key of the definition; absent for all of it" example:"fields"`
	Name   string `json:"name,omitempty" doc:"Of the entry, where the part has several" example:"acme_ProjectCode"`
	Change string `json:"change" enum:"added,changed,removed"`
	Before any    `json:"before,omitempty"`
	After  any    `json:"after,omitempty"`
	Note   string `json:"note,omitempty" doc:"What that means for what is there, for people" example:"4,211 records hold values: they stay hidden, and the name stays bound."`
}

// DefinitionProblem is something wrong with definitions.
type DefinitionProblem struct {
	Pointer string `json:"pointer" doc:"Where in the body, as a JSON pointer (RFC 6901); empty for the whole" example:"/objects/0/fields/3/max"`
	Message string `json:"message"`
}

func (m *Module) adminValidate(ctx context.Context, in *struct{ Body DefinitionFile }) (*DefinitionPreview, error) {
	h := tenant.From(ctx)
	out := &DefinitionPreview{Changes: []DefinitionChange{}, Problems: []DefinitionProblem{}}
	c, err := in.Body.catalogue()
	var edited record.Edited
	if err == nil {
		out.Tag = fileTag(h.Records.InForce(ctx), c)
		edited, err = h.Records.Edit(ctx, true, func(record.InForce) (record.Catalogue, error) { return c, nil })
	}
	if err != nil {
		f := fault.Of(err)
		if f.Kind != fault.Invalid {
			return nil, err
		}
		for _, field := range f.Fields {
			out.Problems = append(out.Problems, DefinitionProblem{field.Field, field.Message})
		}
		if len(f.Fields) == 0 {
			out.Problems = append(out.Problems, DefinitionProblem{"", f.Message})
		}
		return out, nil
	}
	for _, p := range edited.Parts {
		change, problem, err := m.described(ctx, h, p)
		if err != nil {
			return nil, err
		}
		out.Changes = append(out.Changes, change)
		if problem != "" {
			out.Problems = append(out.Problems, DefinitionProblem{pointerTo(c, p), problem})
		}
	}
	out.Valid = len(out.Problems) == 0
	return out, nil
}

// pointerTo is where a catalogue has a field.
func pointerTo(c record.Catalogue, p record.PartChange) string {
	for i := range c.Objects {
		if strings.EqualFold(record.ObjectID(c.Objects[i].Object), p.Object) {
			return fmt.Sprintf("/objects/%d/fields/%d", i, fieldIn(&c.Objects[i], p.Name))
		}
	}
	return ""
}

// fileTag names the version of everything that a file touches.
func fileTag(now record.InForce, c record.Catalogue) string {
	var all []string
	for _, d := range c.Objects {
		all = append(all, d.Object+now.Tag(d.Object))
	}
	for _, l := range c.Lists {
		all = append(all, l.Name+now.ListTag(l.Name))
	}
	return strings.ToLower(record.NamedRecID("definitions", strings.Join(all, "\x00")))[:16]
}

// described says what a change is and means. problem is what keeps it from being applied, beyond what a dry run sees.
func (m *Module) described(ctx context.Context, h *tenant.Handle, p record.PartChange) (out DefinitionChange, problem string, err error) {
	out = DefinitionChange{Object: p.Object, List: p.List, Part: p.Part, Name: p.Name, Change: "changed", Before: decoded(p.Before), After: decoded(p.After)}
	if p.Before == nil {
		out.Change = "added"
	} else if p.After == nil {
		out.Change = "removed"
	}
	t, _ := h.Records.Type(ctx, p.Object)
	stock := p.Object != "" && h.Records.InForce(ctx).Stock(p.Object)
	switch {
	case p.List != "":
		out.Note, err = m.lostValues(ctx, h, p)
	case t == nil:
	case p.Part == "fields" && p.After == nil:
		n, err := h.Records.Holding(ctx, t, p.Name)
		if err != nil {
			return out, "", err
		}
		out.Note = "No record holds a value. The name stays bound to its type."
		if n > 0 {
			out.Note = heldBy(n) + " values: they stay hidden, and the name stays bound to its type."
		}
	case p.Part == "fields" && p.Before != nil:
		out.Note, problem, err = m.changedField(ctx, h, t, p)
	case p.Part == "relationships" && p.After == nil:
		out.Note = "Pairs that it keeps itself are deleted; fields that it is a view of stay."
	case (p.Part == "status" || p.Part == "priority" || p.Part == "label" || p.Part == "plural" || p.Part == "title") && stock:
		out.Note = "This object came with the program: an update brings its own rules and labels, and this is to be applied again."
	case (p.Part == "searches" || p.Part == "actions") && p.After == nil && strings.Contains(string(p.Before), `"stock":true`):
		out.Note = "It came with the program and comes back with the next update."
	case p.Part == "status":
		out.Note = "Existing records are held to it when they are next changed."
	}
	return out, problem, err
}

func heldBy(n int64) string {
	switch {
	case n >= record.CountMost:
		return "More than " + grouped(record.CountMost) + " records hold"
	case n == 1:
		return "1 record holds"
	}
	return grouped(n) + " records hold"
}

// changedField says what a change of a field means for the records there are.
func (m *Module) changedField(ctx context.Context, h *tenant.Handle, t *record.Type, p record.PartChange) (note, problem string, err error) {
	was, now := shownAs[record.FieldDefinition](p.Before), shownAs[record.FieldDefinition](p.After)
	var notes []string
	if now.Index == record.Unique && was.Index != record.Unique {
		twice, err := h.Records.Twice(ctx, t, p.Name)
		if err != nil {
			return "", "", err
		}
		if twice {
			problem = t.Object + "." + p.Name + ": it cannot be unique, because two records have the same value"
		}
	}
	if was.Index != now.Index && now.Index != record.NotIndexed {
		notes = append(notes, "The index is built at once; nothing else is written in the meantime.")
	}
	if was.Search != now.Search {
		notes = append(notes, "A record is found by its new words after one of its searched fields is next changed.")
	}
	if now.Required && !was.Required {
		notes = append(notes, "Existing records are held to it when they are next changed.")
	}
	return strings.Join(notes, " "), problem, nil
}

// lostValues says which values of a list go, and how many records hold them.
func (m *Module) lostValues(ctx context.Context, h *tenant.Handle, p record.PartChange) (string, error) {
	if p.Before == nil {
		return "", nil
	}
	was, now := shownAs[record.List](p.Before), shownAs[record.List](p.After)
	lost := lostFrom(was, now)
	if len(lost) == 0 {
		return "", nil
	}
	held, err := m.held(ctx, h, p.List)
	if err != nil {
		return "", err
	}
	var notes []string
	for _, v := range lost {
		if n := held[literal.Fold(v)]; n > 0 {
			notes = append(notes, fmt.Sprintf("%s %q and keep it.", heldBy(n), v))
		}
	}
	return strings.Join(notes, " "), nil
}

func decoded(text json.RawMessage) any {
	var out any
	if text == nil || json.Unmarshal(text, &out) != nil {
		return nil
	}
	return out
}

// DefinitionOutcome is what applying definitions has changed.
type DefinitionOutcome struct {
	Changes []string `json:"changes" doc:"A line for each object and list; none: everything was in force already" example:"changed Incident#"`
}

func (m *Module) adminApply(ctx context.Context, in *struct {
	Versioned
	Body DefinitionFile
}) (*DefinitionOutcome, error) {
	c, err := in.Body.catalogue()
	var edited record.Edited
	if err == nil {
		edited, err = tenant.From(ctx).Records.Edit(ctx, false, func(now record.InForce) (record.Catalogue, error) {
			return c, record.CheckTag(in.tag(), fileTag(now, c))
		})
	}
	if err != nil {
		return nil, atPart(err, "")
	}
	return &DefinitionOutcome{append([]string{}, edited.Changes...)}, nil
}

// SearchPreview is what a search would find.
type SearchPreview struct {
	Count int64 `json:"count" doc:"Records that the caller sees"`
}

func (m *Module) adminPreviewSearch(ctx context.Context, in *struct {
	ObjectPath
	Body struct {
		Filter  string `json:"filter,omitempty" maxLength:"10000" example:"Status eq 'Active'"`
		OrderBy string `json:"orderby,omitempty" maxLength:"1000"`
	}
}) (*SearchPreview, error) {
	h, who := tenant.From(ctx), principal.From(ctx)
	t, ok := h.Records.Type(ctx, in.Object)
	if !ok {
		return nil, unknownObject(in.Object)
	}
	c := &call{Module: m, tenant: h, engine: h.Records, principal: who}
	at := func(field string, err error) error {
		return fault.New(fault.Invalid, "search_invalid", "The search cannot be read: %s", fault.Of(err).Message).WithField(field, "%s", fault.Of(err).Message)
	}
	var args odata.Args
	var conditions []string
	if strings.TrimSpace(in.Body.Filter) != "" {
		f, err := c.personal(ctx, in.Body.Filter)
		if err != nil {
			return nil, at("filter", err)
		}
		predicate, err := f.Bind(c.resolve(t))
		if err != nil {
			return nil, at("filter", err)
		}
		conditions = append(conditions, predicate.SQL(dialects[h.DB.Engine()], &args))
	}
	if strings.TrimSpace(in.Body.OrderBy) != "" {
		terms, err := odata.ParseOrderBy(in.Body.OrderBy)
		if err == nil {
			_, err = odata.BindOrder(terms, c.resolve(t))
		}
		if err != nil {
			return nil, at("orderby", err)
		}
	}
	rows := c.roles().Ask(who, role.Read, t.Object)
	if rows == role.NoRows {
		return &SearchPreview{}, nil
	}
	visible, err := c.visible(ctx, t, rows, &args)
	if err != nil {
		return nil, err
	}
	conditions = append(conditions, visible)
	n, err := h.Records.List(ctx, record.Query{Type: t, Where: conjunction(conditions), Args: args.Values, Counts: len(args.Values)}, nil)
	return &SearchPreview{n}, err
}
