package people

import (
	"context"
	"fmt"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Team is a team as the administration API shows it.
type Team struct {
	ID                string `json:"id" doc:"RecId" example:"0198A6A27D3E7A519D570B1D3C5F7A90"`
	Name              string `json:"name" example:"Network"`
	Description       string `json:"description,omitempty"`
	Email             string `json:"email,omitempty" example:"network@example.com"`
	Phone             string `json:"phone,omitempty"`
	Manager           string `json:"manager,omitempty" doc:"Login of the team's manager" example:"amiller"`
	OrgUnit           string `json:"org_unit,omitempty" doc:"Organisational unit"`
	OrgUnitID         string `json:"org_unit_id,omitempty" doc:"RecId of the unit"`
	ExternalReference string `json:"external_reference,omitempty"`
	Active            bool   `json:"active"`
	CreatedAt         string `json:"created_at" format:"date-time"`
	ChangedAt         string `json:"changed_at" format:"date-time"`
}

func teamOf(row record.Row) Team {
	return Team{ID: row.RecID, Name: row.Text("Team"), Description: row.Text("Description"), Email: row.Text("TeamEmail"), Phone: row.Text("Phone"),
		Manager: row.Text("TeamManager"), OrgUnitID: row.Text("OrgUnitLink"), ExternalReference: row.Text("ExternalReference"), Active: row.Bool("IsActive"),
		CreatedAt: row.Text("CreatedDateTime"), ChangedAt: row.Text("LastModDateTime")}
}

// TeamFields are what can be said of a team when it is made and later.
type TeamFields struct {
	Description       *string `json:"description,omitempty" maxLength:"2550"`
	Email             *string `json:"email,omitempty" maxLength:"255" example:"network@example.com"`
	Phone             *string `json:"phone,omitempty" maxLength:"100"`
	Manager           *string `json:"manager,omitempty" maxLength:"255" doc:"Login of the team's manager; empty for none" example:"amiller"`
	OrgUnitID         *string `json:"org_unit_id,omitempty" pattern:"^([0-9A-Fa-f]{32})?$" doc:"RecId of the organisational unit; empty for none"`
	ExternalReference *string `json:"external_reference,omitempty" maxLength:"255"`
	Active            *bool   `json:"active,omitempty"`
}

// NewTeamBody is a team to create.
type NewTeamBody struct {
	Name string `json:"name" minLength:"1" maxLength:"255" doc:"No other team has it, in whatever case" example:"Network"`
	TeamFields
}

// TeamChanges are changes of a team.
type TeamChanges struct {
	Name *string `json:"name,omitempty" minLength:"1" maxLength:"255" example:"Network and telephony"`
	TeamFields
}

func (f *TeamFields) input(name *string) record.Input {
	in := texts(text{"Team", name}, text{"Description", f.Description}, text{"TeamEmail", f.Email}, text{"Phone", f.Phone}, text{"TeamManager", f.Manager},
		text{"OrgUnitLink", f.OrgUnitID}, text{"ExternalReference", f.ExternalReference})
	if f.Active != nil {
		in = append(in, record.InputField{Name: "IsActive", Value: *f.Active})
	}
	return in
}

// check refuses texts of a team that mislead who reads them.
func (f *TeamFields) check(name *string) error {
	return adminapi.CheckTexts(
		adminapi.Text{Field: "name", Value: name, Name: true}, adminapi.Text{Field: "description", Value: f.Description, Lines: true},
		adminapi.Text{Field: "email", Value: f.Email}, adminapi.Text{Field: "phone", Value: f.Phone}, adminapi.Text{Field: "manager", Value: f.Manager},
		adminapi.Text{Field: "external_reference", Value: f.ExternalReference})
}

var teamNames = map[string]string{"Team": "name", "Description": "description", "TeamEmail": "email", "Phone": "phone", "TeamManager": "manager",
	"OrgUnitLink": "org_unit_id", "OrgUnitLink_RecID": "org_unit_id", "ExternalReference": "external_reference", "IsActive": "active"}

func teamType(ctx context.Context, h *tenant.Handle) (*record.Type, error) {
	t, ok := h.Records.Type(ctx, "StandardUserTeam")
	if !ok {
		return nil, fmt.Errorf("the tenant has no object StandardUserTeam")
	}
	return t, nil
}

type teamsQuery struct {
	adminapi.Paging
	Search string `query:"search" maxLength:"200" doc:"Words of name or e-mail address" example:"network"`
	Name   string `query:"name" maxLength:"255" doc:"Exactly this name, in any case"`
	Active string `query:"active" enum:"true,false" doc:"Only active teams, or only others"`
}

func (m *Module) adminTeams(ctx context.Context, in *teamsQuery) (*adminapi.Page[Team], error) {
	h := tenant.From(ctx)
	t, err := teamType(ctx, h)
	if err != nil {
		return nil, err
	}
	q := newListing(h, t)
	q.equal("Team", in.Name)
	if in.Active != "" {
		q.isTrue("IsActive", in.Active == "true")
	}
	return list(ctx, q, in.Paging, in.Search, teamOf)
}

// TeamPath names a team.
type TeamPath struct {
	ID string `path:"id" pattern:"^[0-9A-Fa-f]{32}$" doc:"RecId of the team" example:"0198A6A27D3E7A519D570B1D3C5F7A90"`
}

func findTeam(ctx context.Context, r db.Reader, id string) (*record.Type, record.Row, error) {
	h := tenant.From(ctx)
	t, err := teamType(ctx, h)
	if err != nil {
		return nil, record.Row{}, err
	}
	row, found, err := h.Records.FindOne(ctx, r, t, "RecId", id)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "team_unknown", "There is no team %s.", id)
	}
	return t, row, err
}

func (m *Module) adminTeam(ctx context.Context, in *TeamPath) (*Team, error) {
	_, row, err := findTeam(ctx, tenant.From(ctx).DB, in.ID)
	if err != nil {
		return nil, err
	}
	return shownTeam(ctx, row)
}

// shownTeam is a team by itself, with the name of its unit.
func shownTeam(ctx context.Context, row record.Row) (*Team, error) {
	adminapi.ETag(ctx, tag(row))
	out := teamOf(row)
	h := tenant.From(ctx)
	if t, ok := h.Records.Type(ctx, "OrganizationalUnit"); ok && out.OrgUnitID != "" {
		unit, _, err := h.Records.FindOne(ctx, h.DB, t, "RecId", out.OrgUnitID)
		if err != nil {
			return nil, fmt.Errorf("find the unit of a team: %w", err)
		}
		out.OrgUnit = unit.Text("Name")
	}
	return &out, nil
}

func (m *Module) adminCreateTeam(ctx context.Context, in *struct{ Body NewTeamBody }) (*Team, error) {
	if err := in.Body.check(&in.Body.Name); err != nil {
		return nil, err
	}
	h := tenant.From(ctx)
	t, err := teamType(ctx, h)
	if err != nil {
		return nil, err
	}
	row, err := h.Records.Create(ctx, t, in.Body.input(&in.Body.Name))
	if err != nil {
		return nil, renamed(err, teamNames)
	}
	adminapi.Location(ctx, "/teams/"+row.RecID)
	return shownTeam(ctx, row)
}

func (m *Module) adminUpdateTeam(ctx context.Context, in *struct {
	TeamPath
	Changing
	Body TeamChanges
}) (*Team, error) {
	if err := in.Body.check(in.Body.Name); err != nil {
		return nil, err
	}
	h := tenant.From(ctx)
	guarded, err := in.guard(ctx, strings.ToUpper(in.ID))
	if err != nil {
		return nil, err
	}
	var after record.Row
	err = h.DB.Alone(ctx, func(tx *db.Tx) error {
		t, before, err := findTeam(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if after, err = h.Records.UpdateTx(guarded, tx, t, before.RecID, in.Body.input(in.Body.Name)); err != nil {
			return err
		}
		if was, is := before.Text("Team"), after.Text("Team"); was != is {
			return m.move(ctx, tx, was, is)
		}
		return nil
	})
	if err != nil {
		return nil, renamed(err, teamNames)
	}
	return shownTeam(ctx, after)
}

// members lists the RecIds of those who are in a team, by its name.
func members(ctx context.Context, r db.Reader, t *record.Type, postgres bool, team string) ([]string, error) {
	rows, err := r.Query(ctx, "SELECT rec_id FROM "+t.Table()+" WHERE "+t.Expr(t.Position("Team"), postgres)+" = $1 ORDER BY rec_id", literal.Fold(team))
	if err != nil {
		return nil, fmt.Errorf("list the members of a team: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("list the members of a team: %w", err)
		}
		out = append(out, strings.ToUpper(id))
	}
	return out, rows.Err()
}

// move gives the members of a team its new name.
func (m *Module) move(ctx context.Context, tx *db.Tx, was, is string) error {
	h := tenant.From(ctx)
	t, err := employeeType(ctx, h)
	if err != nil {
		return err
	}
	ids, err := members(ctx, tx, t, h.DB.Engine() == db.Postgres, was)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := h.Records.UpdateTx(ctx, tx, t, id, record.Input{{Name: "Team", Value: is}}); err != nil {
			return fmt.Errorf("move the members of team %s: %w", was, err)
		}
	}
	return nil
}

func (m *Module) adminDeleteTeam(ctx context.Context, in *struct {
	TeamPath
	Changing
}) (*adminapi.None, error) {
	h := tenant.From(ctx)
	guarded, err := in.guard(ctx, strings.ToUpper(in.ID))
	if err != nil {
		return nil, err
	}
	return nil, h.DB.Alone(ctx, func(tx *db.Tx) error {
		t, row, err := findTeam(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		employees, err := employeeType(ctx, h)
		if err != nil {
			return err
		}
		ids, err := members(ctx, tx, employees, h.DB.Engine() == db.Postgres, row.Text("Team"))
		if err != nil {
			return err
		}
		if len(ids) > 0 {
			return fault.New(fault.Conflict, "team_has_members", "%s in the team %s: take them out first.", fault.Count(int64(len(ids)), "person is", "people are"), row.Text("Team"))
		}
		return h.Records.DeleteTx(guarded, tx, t, row.RecID)
	})
}

func (m *Module) adminMembers(ctx context.Context, in *struct {
	TeamPath
	adminapi.Paging
}) (*adminapi.Page[Person], error) {
	h := tenant.From(ctx)
	_, row, err := findTeam(ctx, h.DB, in.ID)
	if err != nil {
		return nil, err
	}
	return m.adminPeople(ctx, &peopleQuery{Paging: in.Paging, Team: row.Text("Team")})
}

// MemberPath names a person in a team.
type MemberPath struct {
	TeamPath
	Person string `path:"person" pattern:"^[0-9A-Fa-f]{32}$" doc:"RecId of the person" example:"0198A6A27D3E7A519D570B1D3C5F7A90"`
}

func (m *Module) adminAddMember(ctx context.Context, in *MemberPath) (*adminapi.None, error) {
	return nil, m.membership(ctx, in, func(team string, _ record.Row) (string, error) { return team, nil })
}

func (m *Module) adminRemoveMember(ctx context.Context, in *MemberPath) (*adminapi.None, error) {
	return nil, m.membership(ctx, in, func(team string, person record.Row) (string, error) {
		if literal.Fold(person.Text("Team")) != literal.Fold(team) {
			return "", fault.New(fault.NotFound, "member_unknown", "%s is not in the team %s.", person.Text("DisplayName"), team)
		}
		return "", nil
	})
}

// membership writes which team a person is in.
func (m *Module) membership(ctx context.Context, in *MemberPath, decide func(team string, person record.Row) (string, error)) error {
	h := tenant.From(ctx)
	err := h.DB.Alone(ctx, func(tx *db.Tx) error {
		_, team, err := findTeam(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		t, person, err := m.employee(ctx, tx, in.Person)
		if err != nil {
			return err
		}
		name, err := decide(team.Text("Team"), person)
		if err != nil {
			return err
		}
		_, err = h.Records.UpdateTx(ctx, tx, t, person.RecID, record.Input{{Name: "Team", Value: name}})
		return err
	})
	return renamed(err, personNames)
}

func (m *Module) adminTeamsOf(ctx context.Context, in *PersonPath) (*adminapi.Page[Team], error) {
	h := tenant.From(ctx)
	_, person, err := m.employee(ctx, h.DB, in.ID)
	if err != nil {
		return nil, err
	}
	out := &adminapi.Page[Team]{Items: []Team{}}
	if person.Text("Team") == "" {
		return out, nil
	}
	t, err := teamType(ctx, h)
	if err != nil {
		return nil, err
	}
	row, found, err := h.Records.FindOne(ctx, h.DB, t, "Team", person.Text("Team"))
	if found {
		out.Items = append(out.Items, teamOf(row))
	}
	return out, err
}
