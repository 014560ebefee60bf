package people

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// adminGroups adds the operations on groups. They give no right by themselves (docs/adr/0017): who adds members needs no more than an
// administrator has.
func (m *Module) adminGroups(api *adminapi.API) {
	api.Group("Groups", "Groups and who is in them. A person is in as many as you like; a group gives no rights by itself.",
		adminapi.Op("GET /groups", "list-groups", "List and search groups", m.adminListGroups, adminapi.Describe("In order of creation.")),
		adminapi.Op("POST /groups", "create-group", "Create a group", m.adminCreateGroup, adminapi.Status(http.StatusCreated)),
		adminapi.Op("GET /groups/{id}", "get-group", "Get a group", m.adminGroup),
		adminapi.Op("PATCH /groups/{id}", "update-group", "Change a group", m.adminUpdateGroup, adminapi.Describe("Fields that are absent stay as they are.")),
		adminapi.Op("DELETE /groups/{id}", "delete-group", "Remove a group", m.adminDeleteGroup, adminapi.Describe("Its members stay, and are in it no longer.")),
		adminapi.Op("GET /groups/{id}/members", "list-group-members", "List the members of a group", m.adminGroupMembers),
		adminapi.Op("PUT /groups/{id}/members/{person}", "add-group-member", "Put a person into a group", m.adminAddGroupMember, adminapi.Describe("Harmless twice.")),
		adminapi.Op("DELETE /groups/{id}/members/{person}", "remove-group-member", "Take a person out of a group", m.adminRemoveGroupMember),
	)
}

// ContactGroup is a group as the administration API shows it.
type ContactGroup struct {
	ID                string `json:"id" doc:"RecId" example:"0198A6A27D3E7A519D570B1D3C5F7A90"`
	Name              string `json:"name" example:"All of Berlin"`
	Description       string `json:"description,omitempty"`
	ExternalReference string `json:"external_reference,omitempty" doc:"What another system calls it" example:"7d2f2a06-4a0f-4a53-9d54-5bd1c1b5a1f0"`
	Members           int64  `json:"members" doc:"How many people are in it"`
	CreatedAt         string `json:"created_at" format:"date-time"`
	ChangedAt         string `json:"changed_at" format:"date-time"`
}

// groupMembers is the relationship that keeps who is in a group.
const groupMembers = "ContactGroupContainsEmployee"

// groupType finds the object of groups, and the relationship to their members.
func groupType(ctx context.Context, h *tenant.Handle) (*record.Type, *record.Relation, error) {
	t, ok := h.Records.Type(ctx, "ContactGroup")
	if !ok {
		return nil, nil, fmt.Errorf("the tenant has no object ContactGroup")
	}
	r, ok := t.Relation(groupMembers)
	if !ok {
		return nil, nil, fmt.Errorf("the object ContactGroup has no relationship %s", groupMembers)
	}
	return t, r, nil
}

func groupOf(row record.Row) ContactGroup {
	return ContactGroup{ID: row.RecID, Name: row.Text("Name"), Description: row.Text("Description"), ExternalReference: row.Text("ExternalReference"),
		CreatedAt: row.Text("CreatedDateTime"), ChangedAt: row.Text("LastModDateTime")}
}

// countMembers completes groups.
func countMembers(ctx context.Context, h *tenant.Handle, r *record.Relation, groups []ContactGroup) error {
	for i := range groups {
		q := newListing(h, r.To)
		q.conditions = append(q.conditions, r.Condition(record.Row{RecID: groups[i].ID}, h.DB.Engine() == db.Postgres, q.arg))
		n, err := h.Records.List(ctx, record.Query{Type: r.To, Where: q.conditions[0], Args: q.args, Counts: len(q.args)}, nil)
		if err != nil {
			return fmt.Errorf("count the members of a group: %w", err)
		}
		groups[i].Members = n
	}
	return nil
}

type groupsQuery struct {
	adminapi.Paging
	Search            string `query:"search" maxLength:"200" doc:"Words of name or description" example:"berlin"`
	Name              string `query:"name" maxLength:"255" doc:"Exactly this name, in any case"`
	ExternalReference string `query:"external_reference" maxLength:"255" doc:"Exactly this reference, in any case"`
}

func (m *Module) adminListGroups(ctx context.Context, in *groupsQuery) (*adminapi.Page[ContactGroup], error) {
	h := tenant.From(ctx)
	t, r, err := groupType(ctx, h)
	if err != nil {
		return nil, err
	}
	q := newListing(h, t)
	q.equal("Name", in.Name)
	q.equal("ExternalReference", in.ExternalReference)
	out, err := list(ctx, q, in.Paging, in.Search, groupOf)
	if err != nil {
		return nil, err
	}
	return out, countMembers(ctx, h, r, out.Items)
}

// ContactGroupFields are what can be said of a group when it is made and later.
type ContactGroupFields struct {
	Description       *string `json:"description,omitempty" maxLength:"2550"`
	ExternalReference *string `json:"external_reference,omitempty" maxLength:"255" doc:"What another system calls it"`
}

// NewContactGroup is a group to create.
type NewContactGroup struct {
	Name string `json:"name" minLength:"1" maxLength:"255" doc:"No other group has it, in whatever case" example:"All of Berlin"`
	ContactGroupFields
}

// ContactGroupChanges are changes of a group.
type ContactGroupChanges struct {
	Name *string `json:"name,omitempty" minLength:"1" maxLength:"255" example:"All of Brandenburg"`
	ContactGroupFields
}

func (f *ContactGroupFields) input(name *string) record.Input {
	return texts(text{"Name", name}, text{"Description", f.Description}, text{"ExternalReference", f.ExternalReference})
}

// check refuses texts of a group that mislead who reads them.
func (f *ContactGroupFields) check(name *string) error {
	return adminapi.CheckTexts(
		adminapi.Text{Field: "name", Value: name, Name: true}, adminapi.Text{Field: "description", Value: f.Description, Lines: true},
		adminapi.Text{Field: "external_reference", Value: f.ExternalReference})
}

var groupNames = map[string]string{"Name": "name", "Description": "description", "ExternalReference": "external_reference"}

// GroupPath names a group.
type GroupPath struct {
	ID string `path:"id" pattern:"^[0-9A-Fa-f]{32}$" doc:"RecId of the group" example:"0198A6A27D3E7A519D570B1D3C5F7A90"`
}

func findGroup(ctx context.Context, r db.Reader, id string) (*record.Relation, record.Row, error) {
	h := tenant.From(ctx)
	t, members, err := groupType(ctx, h)
	if err != nil {
		return nil, record.Row{}, err
	}
	row, found, err := h.Records.FindOne(ctx, r, t, "RecId", id)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "group_unknown", "There is no group %s.", id)
	}
	return members, row, err
}

func (m *Module) adminGroup(ctx context.Context, in *GroupPath) (*ContactGroup, error) {
	h := tenant.From(ctx)
	r, row, err := findGroup(ctx, h.DB, in.ID)
	if err != nil {
		return nil, err
	}
	return shownGroup(ctx, h, r, row)
}

func shownGroup(ctx context.Context, h *tenant.Handle, r *record.Relation, row record.Row) (*ContactGroup, error) {
	adminapi.ETag(ctx, tag(row))
	out := []ContactGroup{groupOf(row)}
	return &out[0], countMembers(ctx, h, r, out)
}

func (m *Module) adminCreateGroup(ctx context.Context, in *struct{ Body NewContactGroup }) (*ContactGroup, error) {
	if err := in.Body.check(&in.Body.Name); err != nil {
		return nil, err
	}
	h := tenant.From(ctx)
	t, r, err := groupType(ctx, h)
	if err != nil {
		return nil, err
	}
	row, err := h.Records.Create(ctx, t, in.Body.input(&in.Body.Name))
	if err != nil {
		return nil, renamed(err, groupNames)
	}
	adminapi.Location(ctx, "/groups/"+row.RecID)
	return shownGroup(ctx, h, r, row)
}

func (m *Module) adminUpdateGroup(ctx context.Context, in *struct {
	GroupPath
	Changing
	Body ContactGroupChanges
}) (*ContactGroup, error) {
	if err := in.Body.check(in.Body.Name); err != nil {
		return nil, err
	}
	h := tenant.From(ctx)
	r, before, err := findGroup(ctx, h.DB, in.ID)
	if err != nil {
		return nil, err
	}
	guarded, err := in.guard(ctx, before.RecID)
	if err != nil {
		return nil, err
	}
	after, err := h.Records.Update(guarded, before.Type, before.RecID, in.Body.input(in.Body.Name))
	if err != nil {
		return nil, renamed(err, groupNames)
	}
	return shownGroup(ctx, h, r, after)
}

func (m *Module) adminDeleteGroup(ctx context.Context, in *struct {
	GroupPath
	Changing
}) (*adminapi.None, error) {
	h := tenant.From(ctx)
	_, row, err := findGroup(ctx, h.DB, in.ID)
	if err != nil {
		return nil, err
	}
	guarded, err := in.guard(ctx, row.RecID)
	if err != nil {
		return nil, err
	}
	return nil, h.Records.Delete(guarded, row.Type, row.RecID)
}

func (m *Module) adminGroupMembers(ctx context.Context, in *struct {
	GroupPath
	adminapi.Paging
	Search string `query:"search" maxLength:"200" doc:"Words of name, login or e-mail address"`
}) (*adminapi.Page[Person], error) {
	h := tenant.From(ctx)
	r, group, err := findGroup(ctx, h.DB, in.ID)
	if err != nil {
		return nil, err
	}
	q := newListing(h, r.To)
	q.conditions = append(q.conditions, r.Condition(group, h.DB.Engine() == db.Postgres, q.arg))
	return list(ctx, q, in.Paging, in.Search, personOf)
}

// GroupMemberPath names a person in a group.
type GroupMemberPath struct {
	GroupPath
	Person string `path:"person" pattern:"^[0-9A-Fa-f]{32}$" doc:"RecId of the person" example:"0198A6A27D3E7A519D570B1D3C5F7A90"`
}

func (m *Module) adminAddGroupMember(ctx context.Context, in *GroupMemberPath) (*adminapi.None, error) {
	h := tenant.From(ctx)
	r, group, person, err := m.groupMember(ctx, in)
	if err != nil {
		return nil, err
	}
	return nil, h.Records.Link(ctx, r, group, person)
}

func (m *Module) adminRemoveGroupMember(ctx context.Context, in *GroupMemberPath) (*adminapi.None, error) {
	h := tenant.From(ctx)
	r, group, person, err := m.groupMember(ctx, in)
	if err != nil {
		return nil, err
	}
	q := newListing(h, r.To)
	where := r.Condition(group, h.DB.Engine() == db.Postgres, q.arg) + " AND rec_id = " + q.arg(literal.Fold(person.RecID))
	n, err := h.Records.List(ctx, record.Query{Type: r.To, Where: where, Args: q.args, Counts: len(q.args)}, nil)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "member_unknown", "%s is not in the group %s.", person.Text("DisplayName"), group.Text("Name"))
	}
	if err != nil {
		return nil, err
	}
	return nil, h.Records.Unlink(ctx, r, group, person)
}

// groupMember finds both ends of a membership.
func (m *Module) groupMember(ctx context.Context, in *GroupMemberPath) (*record.Relation, record.Row, record.Row, error) {
	h := tenant.From(ctx)
	r, group, err := findGroup(ctx, h.DB, in.ID)
	if err != nil {
		return nil, group, group, err
	}
	_, person, err := m.employee(ctx, h.DB, strings.ToUpper(in.Person))
	return r, group, person, err
}

func (m *Module) adminGroupsOf(ctx context.Context, in *struct {
	PersonPath
	adminapi.Paging
}) (*adminapi.Page[ContactGroup], error) {
	h := tenant.From(ctx)
	_, person, err := m.employee(ctx, h.DB, in.ID)
	if err != nil {
		return nil, err
	}
	t, r, err := groupType(ctx, h)
	if err != nil {
		return nil, err
	}
	q := newListing(h, t)
	q.conditions = append(q.conditions, r.BackCondition(person, q.arg))
	out, err := list(ctx, q, in.Paging, "", groupOf)
	if err != nil {
		return nil, err
	}
	return out, countMembers(ctx, h, r, out.Items)
}
