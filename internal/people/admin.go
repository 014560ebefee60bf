package people

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Admin adds the operations on people and teams to the administration API.
func (m *Module) Admin(api *adminapi.API) {
	api.Group("People", "One record of each human: who they are, which roles they hold, whether they may sign in.",
		adminapi.Op("GET /people", "list-people", "List and search people", m.adminPeople,
			adminapi.Describe("In order of creation. All conditions have to hold.")),
		adminapi.Op("POST /people", "create-person", "Create a person who may sign in", m.adminCreatePerson, adminapi.Grants(), adminapi.StepUp(), adminapi.Status(http.StatusCreated),
			adminapi.Describe("The link to set a password is in this answer and nowhere else.")),
		adminapi.Op("GET /people/{id}", "get-person", "Get a person", m.adminPerson),
		adminapi.Op("PATCH /people/{id}", "update-person", "Change a person", m.adminUpdatePerson,
			adminapi.Describe("Fields that are absent stay as they are. Login, e-mail address and ways to sign in are a way in as somebody else: "+
				"they take the proof of create-person, and a registration needs a role that administers.")),
		adminapi.Op("DELETE /people/{id}", "delete-person", "Remove a person and all that belongs to the account", m.adminDeletePerson, adminapi.StepUp(),
			adminapi.Describe("Roles, password and sessions go with the person, keys and registrations that act for them stop counting; records that name them stay.")),
		adminapi.Op("POST /people/{id}/activate", "activate-person", "Let a person sign in again", m.adminActivate, adminapi.Grants()),
		adminapi.Op("POST /people/{id}/deactivate", "deactivate-person", "Keep a person out", m.adminDeactivate,
			adminapi.Describe("Ends all sessions of the person; keys that act for them stop counting.")),
		adminapi.Op("POST /people/{id}/setup-link", "create-setup-link", "Make a new link to set a password", m.adminSetupLink, adminapi.Grants(), adminapi.StepUp(), adminapi.Status(http.StatusCreated),
			adminapi.Describe("For one use within 24 hours. Earlier links of the person stop working.")),
		adminapi.Op("GET /people/{id}/roles", "list-roles-of-person", "List the roles a person holds", m.adminHeld),
		adminapi.Op("PUT /people/{id}/roles/{role}", "grant-role", "Give a person a role", m.adminGrant, adminapi.Grants(), adminapi.StepUp(), adminapi.Describe("Harmless twice.")),
		adminapi.Op("DELETE /people/{id}/roles/{role}", "revoke-role", "Take a role from a person", m.adminRevoke, adminapi.StepUp()),
		adminapi.Op("PUT /people/{id}/break-glass", "set-break-glass", "Make a person a break-glass administrator", m.adminSetBreakGlass, adminapi.Grants(), adminapi.StepUp(),
			adminapi.Describe("For the day on which nobody else gets in: an account that always may sign in at /login/local. It has to be active, sign in with a password or "+
				"passkey, hold a role that administers, and have a second factor; 409 break_glass_unfit says what is missing. Until the mark is removed none of that can be taken from it, "+
				"nor the account be deactivated or removed (409 break_glass_kept). The other administrators are told of each of its sign-ins. Harmless twice.")),
		adminapi.Op("DELETE /people/{id}/break-glass", "remove-break-glass", "Make a break-glass administrator an ordinary one", m.adminRemoveBreakGlass, adminapi.StepUp()),
		adminapi.Op("GET /people/{id}/rights", "get-rights-of-person", "See what a person may do, role by role", m.adminRights),
		adminapi.Op("GET /people/{id}/may", "ask-rights-of-person", "Ask whether a person may do something, and why", m.adminMay),
		adminapi.Op("GET /people/{id}/teams", "list-teams-of-person", "List the teams of a person", m.adminTeamsOf),
		adminapi.Op("GET /people/{id}/groups", "list-groups-of-person", "List the groups a person is in", m.adminGroupsOf),
	)
	api.Group("Teams", "Teams and who is in them. A person is in one team at most.",
		adminapi.Op("GET /teams", "list-teams", "List and search teams", m.adminTeams, adminapi.Describe("In order of creation.")),
		adminapi.Op("POST /teams", "create-team", "Create a team", m.adminCreateTeam, adminapi.Status(http.StatusCreated)),
		adminapi.Op("GET /teams/{id}", "get-team", "Get a team", m.adminTeam),
		adminapi.Op("PATCH /teams/{id}", "update-team", "Change a team", m.adminUpdateTeam,
			adminapi.Describe("Fields that are absent stay as they are. Members follow a new name.")),
		adminapi.Op("DELETE /teams/{id}", "delete-team", "Remove a team without members", m.adminDeleteTeam),
		adminapi.Op("GET /teams/{id}/members", "list-members", "List the members of a team", m.adminMembers),
		adminapi.Op("PUT /teams/{id}/members/{person}", "add-member", "Put a person into a team", m.adminAddMember,
			adminapi.Describe("A person who is in another team leaves it.")),
		adminapi.Op("DELETE /teams/{id}/members/{person}", "remove-member", "Take a person out of a team", m.adminRemoveMember),
	)
	m.adminGroups(api)
	m.adminPlaces(api)
}

type peopleQuery struct {
	adminapi.Paging
	Search string `query:"search" maxLength:"200" doc:"Words of name, login or e-mail address" example:"miller"`
	Login  string `query:"login" maxLength:"255" doc:"Exactly this login, in any case" example:"amiller"`
	Email  string `query:"email" maxLength:"255" doc:"Exactly this address, in any case"`
	Team   string `query:"team" maxLength:"255" doc:"Name of the team, in any case" example:"Network"`
	Status string `query:"status" enum:"Active,New,On Leave,Terminated" doc:"Status of the person"`
	Active string `query:"active" enum:"true,false" doc:"Only those who may sign in, or who may not"`
	Role   string `query:"role" maxLength:"64" doc:"Only those who hold this role, in any case; not those to whom another role gives it" example:"Admin"`

	BreakGlass string `query:"break_glass" enum:"true,false" doc:"Only break-glass administrators, or the others"`
}

func (m *Module) adminPeople(ctx context.Context, in *peopleQuery) (*adminapi.Page[Person], error) {
	h := tenant.From(ctx)
	t, err := employeeType(ctx, h)
	if err != nil {
		return nil, err
	}
	q := newListing(h, t)
	q.equal("LoginID", in.Login)
	q.equal("PrimaryEmail", in.Email)
	q.equal("Team", in.Team)
	q.equal("Status", in.Status)
	if in.Active != "" {
		q.signIn(in.Active == "true")
	}
	if in.Role != "" {
		q.holds(h, in.Role)
	}
	if in.BreakGlass != "" {
		q.breakGlass(in.BreakGlass == "true")
	}
	special, err := marked(ctx, h.DB)
	if err != nil {
		return nil, err
	}
	return list(ctx, q, in.Paging, in.Search, func(row record.Row) Person {
		p := personOf(row)
		p.BreakGlass = slices.Contains(special, row.RecID)
		return p
	})
}

// PersonPath names a person.
type PersonPath struct {
	ID string `path:"id" pattern:"^[0-9A-Fa-f]{32}$" doc:"RecId of the person" example:"0198A6A27D3E7A519D570B1D3C5F7A90"`
}

// employee finds the employee of a path.
func (m *Module) employee(ctx context.Context, r db.Reader, id string) (*record.Type, record.Row, error) {
	h := tenant.From(ctx)
	t, err := employeeType(ctx, h)
	if err != nil {
		return nil, record.Row{}, err
	}
	row, found, err := h.Records.FindOne(ctx, r, t, "RecId", id)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "person_unknown", "There is no person %s.", id)
	}
	return t, row, err
}

// login finds the login of the employee of a path; one without has no account.
func (m *Module) login(ctx context.Context, id string) (string, error) {
	_, row, err := m.employee(ctx, tenant.From(ctx).DB, id)
	if err != nil {
		return "", err
	}
	if row.Text("LoginID") == "" {
		return "", fault.New(fault.Conflict, "login_missing", "%s has no login yet.", row.Text("DisplayName"))
	}
	return row.Text("LoginID"), nil
}

func (m *Module) adminPerson(ctx context.Context, in *PersonPath) (*PersonDetail, error) {
	h := tenant.From(ctx)
	t, row, err := m.employee(ctx, h.DB, in.ID)
	if err != nil {
		return nil, err
	}
	out := &PersonDetail{
		Person: personOf(row), MiddleName: row.Text("MiddleName"), MobilePhone: row.Text("MobilePhone"), OrgUnit: row.Text("OrgUnit"), OrgUnitID: row.Text("OrgUnitLink"),
		LocationID: row.Text("LocationLink"), PasswordSignIn: row.Bool("IsInternalAuth"), ExternalSignIn: row.Bool("IsExternalAuth"),
	}
	if out.ManagerID != "" {
		manager, _, err := h.Records.FindOne(ctx, h.DB, t, "RecId", out.ManagerID)
		if err != nil {
			return nil, fmt.Errorf("find a manager: %w", err)
		}
		out.ManagerName = manager.Text("DisplayName")
	}
	if out.Roles, err = m.heldRoles(ctx, h, row.RecID); err != nil {
		return nil, err
	}
	if out.EmailFrom, err = m.emailFrom(ctx, h.DB, row.RecID); err != nil {
		return nil, err
	}
	mark, found, err := markOf(ctx, h.DB, row.RecID)
	if err != nil {
		return nil, err
	}
	if out.BreakGlass = found; found {
		out.Mark = &mark
	}
	hash, err := passwordOf(ctx, h.DB, row.RecID)
	out.HasPassword = hash != ""
	adminapi.ETag(ctx, tag(row))
	return out, err
}

// PersonSetup is a person with a new link to set a password.
type PersonSetup struct {
	ID        string `json:"id" doc:"RecId" example:"0198A6A27D3E7A519D570B1D3C5F7A90"`
	Login     string `json:"login" example:"amiller"`
	SetupLink string `json:"setup_link" format:"uri" doc:"For one use within 24 hours; shown once" example:"https://desk.example.com/set-password#…"`
}

func (m *Module) adminCreatePerson(ctx context.Context, in *struct{ Body NewPersonBody }) (*PersonSetup, error) {
	if err := in.Body.check(&in.Body.Login); err != nil {
		return nil, err
	}
	created, err := m.CreatePerson(ctx, tenant.From(ctx), NewPerson{Login: in.Body.Login, Role: in.Body.Role, More: in.Body.input()})
	if err != nil {
		return nil, renamed(err, personNames)
	}
	adminapi.Location(ctx, "/people/"+created.RecID)
	return &PersonSetup{created.RecID, created.Login, created.SetupLink}, nil
}

func (m *Module) adminUpdatePerson(ctx context.Context, in *struct {
	PersonPath
	Changing
	Body PersonChanges
}) (*PersonDetail, error) {
	if err := in.Body.check(in.Body.Login); err != nil {
		return nil, err
	}
	if in.Body.Login != nil || in.Body.way() {
		if err := adminapi.Sensitive(ctx); err != nil {
			return nil, err
		}
	}
	h := tenant.From(ctx)
	t, row, err := m.employee(ctx, h.DB, in.ID)
	if err != nil {
		return nil, err
	}
	guarded, err := in.guard(ctx, row.RecID)
	if err != nil {
		return nil, err
	}
	changes := append(texts(text{"LoginID", in.Body.Login}, text{"Status", in.Body.Status}), in.Body.input()...)
	if _, err := h.Records.Update(guarded, t, row.RecID, changes); err != nil {
		return nil, renamed(err, personNames)
	}
	return m.adminPerson(ctx, &in.PersonPath)
}

func (m *Module) adminDeletePerson(ctx context.Context, in *struct {
	PersonPath
	Changing
}) (*adminapi.None, error) {
	h := tenant.From(ctx)
	t, row, err := m.employee(ctx, h.DB, in.ID)
	if err != nil {
		return nil, err
	}
	guarded, err := in.guard(ctx, row.RecID)
	if err != nil {
		return nil, err
	}
	return nil, h.Records.Delete(guarded, t, row.RecID)
}

func (m *Module) adminActivate(ctx context.Context, in *PersonPath) (*PersonDetail, error) {
	return m.adminSetActive(ctx, in, true)
}

func (m *Module) adminDeactivate(ctx context.Context, in *PersonPath) (*PersonDetail, error) {
	return m.adminSetActive(ctx, in, false)
}

func (m *Module) adminSetActive(ctx context.Context, in *PersonPath, on bool) (*PersonDetail, error) {
	login, err := m.login(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := m.SetActive(ctx, tenant.From(ctx), login, on, false); err != nil {
		return nil, renamed(err, personNames)
	}
	return m.adminPerson(ctx, in)
}

func (m *Module) adminSetBreakGlass(ctx context.Context, in *PersonPath) (*PersonDetail, error) {
	return m.adminMark(ctx, in, true)
}

func (m *Module) adminRemoveBreakGlass(ctx context.Context, in *PersonPath) (*PersonDetail, error) {
	return m.adminMark(ctx, in, false)
}

func (m *Module) adminMark(ctx context.Context, in *PersonPath, on bool) (*PersonDetail, error) {
	login, err := m.login(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := m.SetBreakGlass(ctx, tenant.From(ctx), login, on); err != nil {
		return nil, err
	}
	return m.adminPerson(ctx, in)
}

func (m *Module) adminSetupLink(ctx context.Context, in *PersonPath) (*PersonSetup, error) {
	login, err := m.login(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	made, err := m.RenewSetupLink(ctx, tenant.From(ctx), login)
	if err != nil {
		return nil, err
	}
	return &PersonSetup{made.RecID, made.Login, made.SetupLink}, nil
}

// tag is the entity tag of a record: its revision.
func tag(row record.Row) string { return `"` + strconv.FormatInt(row.Rev, 10) + `"` }

// Changing is what an operation that changes a record may be told beside the change.
type Changing struct {
	IfMatch string `header:"If-Match" maxLength:"200" doc:"Entity tag of the record as it was read: another one is refused" example:"\"7\""`
}

// guard returns a context in which the record is changed only as the caller has seen it.
func (c Changing) guard(ctx context.Context, recID string) (context.Context, error) {
	if c.IfMatch == "" || c.IfMatch == "*" {
		return ctx, nil
	}
	var revs []int64
	for one := range strings.SplitSeq(c.IfMatch, ",") {
		rev, err := strconv.ParseInt(strings.Trim(strings.TrimSpace(one), `"`), 10, 64)
		if err != nil {
			return nil, fault.New(fault.PreconditionFailed, "etag_unknown", "If-Match names a version that the record never had.")
		}
		revs = append(revs, rev)
	}
	return record.WithRevisions(ctx, recID, revs), nil
}

// text is a field and what was said of it; nil for nothing.
type text struct {
	field string
	value *string
}

func texts(all ...text) record.Input {
	var in record.Input
	for _, t := range all {
		if t.value != nil {
			in = append(in, record.InputField{Name: t.field, Value: *t.value})
		}
	}
	return in
}

// renamed brings complaints about fields of a record to the names that the administration API has for them. A value that another record
// has is a conflict.
func renamed(err error, names map[string]string) error {
	if err == nil || len(fault.Of(err).Fields) == 0 {
		return err
	}
	f := *fault.Of(err)
	f.Fields = append([]fault.Field(nil), f.Fields...)
	for i := range f.Fields {
		if name, ok := names[f.Fields[i].Field]; ok {
			f.Fields[i].Field = name
		}
	}
	if len(f.Fields) == 1 && f.Fields[0].Code == record.CodeTaken {
		f.Kind, f.Code = fault.Conflict, f.Fields[0].Field+"_taken"
	}
	return &f
}
