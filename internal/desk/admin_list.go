package desk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// adminPickLists adds the operations on pick lists.
func (m *Module) adminPickLists(api *adminapi.API) {
	api.Group("Pick lists", "The values that fields of the type picklist take.",
		adminapi.Op("GET /lists", "list-lists", "List pick lists", m.adminLists, adminapi.Describe("In order of their names, on one page.")),
		adminapi.Op("POST /lists", "create-list", "Make a pick list", m.adminCreateList, adminapi.Status(http.StatusCreated)),
		adminapi.Op("GET /lists/{list}", "get-list", "Get a pick list with its values", m.adminList),
		adminapi.Op("GET /lists/{list}/usage", "get-list-usage", "Count the records that hold each value", m.adminListUsage, adminapi.Describe("May read all records of the objects that use the list.")),
		adminapi.Op("PUT /lists/{list}", "replace-list", "Change a pick list", m.adminReplaceList,
			adminapi.Describe("All values in their order. One that records hold is removed only with force=true: they keep it. To keep it from being chosen, make it inactive.")),
		adminapi.Op("DELETE /lists/{list}", "delete-list", "Delete a pick list that no field uses", m.adminDeleteList, adminapi.StepUp()),
	)
}

// PickListSummary is a pick list as lists show it.
type PickListSummary struct {
	Name   string         `json:"name" example:"AgencyKind"`
	Open   bool           `json:"open" doc:"An unknown value is taken, added and marked for review"`
	Values int            `json:"values"`
	Review int            `json:"review" doc:"Values that callers added and nobody has looked at"`
	UsedBy []PickListUser `json:"used_by" doc:"Fields that take their values from it"`
}

// PickListUser is a field that uses a pick list.
type PickListUser struct {
	Object string `json:"object" example:"Agency#"`
	Field  string `json:"field" example:"Kind"`
}

// PickListDetail is a pick list with its values.
type PickListDetail struct {
	PickList
	Tag    string         `json:"tag" doc:"Of the list as it is, for If-Match" example:"a1b2c3d4e5f60718"`
	UsedBy []PickListUser `json:"used_by" doc:"Fields that take their values from it"`
}

func users(ctx context.Context, e *record.Engine, list string) []PickListUser {
	out := []PickListUser{}
	for _, u := range e.ListUses(ctx, list) {
		out = append(out, PickListUser{u.Type.ID(), u.Field.Name})
	}
	return out
}

func (m *Module) adminLists(ctx context.Context, _ *struct{}) (*adminapi.Page[PickListSummary], error) {
	e := tenant.From(ctx).Records
	out := &adminapi.Page[PickListSummary]{Items: []PickListSummary{}}
	for _, l := range e.InForce(ctx).Lists() {
		one := PickListSummary{Name: l.Name, Open: l.Open, Values: len(l.Values), UsedBy: users(ctx, e, l.Name)}
		for _, v := range l.Values {
			if v.Review {
				one.Review++
			}
		}
		out.Items = append(out.Items, one)
	}
	return out, nil
}

// ListPath names a pick list.
type ListPath struct {
	List string `path:"list" maxLength:"100" doc:"In any case" example:"AgencyKind"`
}

func (m *Module) adminList(ctx context.Context, in *ListPath) (*PickListDetail, error) {
	e := tenant.From(ctx).Records
	now := e.InForce(ctx)
	l, ok := now.List(in.List)
	if !ok {
		return nil, unknownList(in.List)
	}
	out := &PickListDetail{PickList: shownAs[PickList](l), Tag: now.ListTag(in.List), UsedBy: users(ctx, e, in.List)}
	if out.Values == nil {
		out.Values = []PickListValue{}
	}
	adminapi.ETag(ctx, `"`+out.Tag+`"`)
	return out, nil
}

func unknownList(name string) error {
	return fault.New(fault.NotFound, "list_unknown", "There is no pick list %q.", name)
}

// PickListUsage says how many records hold the values of a pick list.
type PickListUsage struct {
	Counts []PickListCount `json:"counts" doc:"Values that records hold, in the order of the list; then those that are not in it any more"`
}

// PickListCount is how many records hold a value.
type PickListCount struct {
	Value   string `json:"value"`
	Records int64  `json:"records"`
	Known   bool   `json:"known" doc:"Is in the list"`
}

// held counts the records that hold each folded value of a list.
func (m *Module) held(ctx context.Context, h *tenant.Handle, list string) (map[string]int64, error) {
	out := map[string]int64{}
	for _, u := range h.Records.ListUses(ctx, list) {
		counts, err := h.Records.ValueCounts(ctx, u)
		if err != nil {
			return nil, err
		}
		for value, n := range counts {
			out[literal.Fold(value)] += n
		}
	}
	return out, nil
}

func (m *Module) adminListUsage(ctx context.Context, in *ListPath) (*PickListUsage, error) {
	h := tenant.From(ctx)
	l, ok := h.Records.InForce(ctx).List(in.List)
	if !ok {
		return nil, unknownList(in.List)
	}
	counts, err := m.held(ctx, h, in.List)
	if err != nil {
		return nil, err
	}
	out := &PickListUsage{Counts: []PickListCount{}}
	for _, v := range l.Values {
		if n := counts[literal.Fold(v.Value)]; n > 0 {
			out.Counts = append(out.Counts, PickListCount{v.Value, n, true})
		}
		delete(counts, literal.Fold(v.Value))
	}
	for value, n := range counts {
		out.Counts = append(out.Counts, PickListCount{value, n, false})
	}
	known := len(out.Counts) - len(counts)
	slices.SortFunc(out.Counts[known:], func(a, b PickListCount) int { return strings.Compare(a.Value, b.Value) })
	return out, nil
}

func (m *Module) adminCreateList(ctx context.Context, in *struct{ Body PickList }) (*PickListDetail, error) {
	c, err := DefinitionFile{Lists: []PickList{in.Body}}.catalogue()
	if err == nil {
		_, err = tenant.From(ctx).Records.Edit(ctx, false, func(now record.InForce) (record.Catalogue, error) {
			if l, taken := now.List(in.Body.Name); taken {
				return c, fault.New(fault.Conflict, "list_exists", "There is a pick list %s already.", l.Name).WithField("name", "is taken")
			}
			return c, nil
		})
	}
	if err != nil {
		return nil, atPart(err, "/lists/0")
	}
	adminapi.Location(ctx, "/lists/"+url.PathEscape(in.Body.Name))
	return m.adminList(ctx, &ListPath{in.Body.Name})
}

// lostFrom are the values that a list had and has no more.
func lostFrom(was, now record.List) []string {
	var out []string
	for _, v := range was.Values {
		if !slices.ContainsFunc(now.Values, func(n record.ListValue) bool { return literal.Fold(n.Value) == literal.Fold(v.Value) }) {
			out = append(out, v.Value)
		}
	}
	return out
}

func (m *Module) adminReplaceList(ctx context.Context, in *struct {
	ListPath
	Versioned
	Force bool `query:"force" doc:"Remove values although records hold them"`
	Body  PickList
}) (*PickListDetail, error) {
	h := tenant.From(ctx)
	c, err := DefinitionFile{Lists: []PickList{in.Body}}.catalogue()
	if err != nil {
		return nil, atPart(err, "/lists/0")
	}
	was, ok := h.Records.InForce(ctx).List(in.List)
	if !ok {
		return nil, unknownList(in.List)
	}
	if literal.Fold(was.Name) != literal.Fold(in.Body.Name) {
		return nil, fault.New(fault.Invalid, "name_other", "A pick list keeps its name: fields know it by that.").WithField("name", "cannot change")
	}
	if lost := lostFrom(was, c.Lists[0]); len(lost) > 0 && !in.Force {
		counts, err := m.held(ctx, h, was.Name)
		if err != nil {
			return nil, err
		}
		for _, v := range lost {
			if n := counts[literal.Fold(v)]; n > 0 {
				return nil, fault.New(fault.Conflict, "value_held", "%s %q. Make it inactive, so that nobody chooses it any more; or repeat this with force=true: they keep it.", heldBy(n), v)
			}
		}
	}
	_, err = h.Records.Edit(ctx, false, func(now record.InForce) (record.Catalogue, error) {
		if _, ok := now.List(in.List); !ok {
			return c, unknownList(in.List)
		}
		return c, record.CheckTag(in.tag(), now.ListTag(in.List))
	})
	if err != nil {
		return nil, atPart(err, "/lists/0")
	}
	return m.adminList(ctx, &in.ListPath)
}

func (m *Module) adminDeleteList(ctx context.Context, in *struct {
	ListPath
	Versioned
}) (*adminapi.None, error) {
	h := tenant.From(ctx)
	if t, ok := h.Records.Type(ctx, "ServiceReqTemplateParam"); ok {
		if _, asked, err := h.Records.FindOne(ctx, h.DB, t, "ValidationList", in.List); err != nil {
			return nil, err
		} else if asked {
			return nil, fault.New(fault.Conflict, "list_used", "The list %s is used by a parameter of the service catalogue.", in.List)
		}
	}
	return nil, h.Records.RemoveList(ctx, in.List, in.tag())
}
