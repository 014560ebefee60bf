package app

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/sysadmin"
)

// adminSystemAdmins adds the operations on those who run the server.
func (a *App) adminSystemAdmins(api *adminapi.API) {
	api.Group("System administrators", "People who run the server. They sign in on the platform's host, see all tenants from outside, and none from inside.",
		adminapi.Op("GET /system-administrators", "list-system-administrators", "List system administrators", a.listSystemAdmins, adminapi.Describe("In order of their making.")),
		adminapi.Op("POST /system-administrators", "create-system-administrator", "Add a system administrator", a.createSystemAdmin, adminapi.StepUp(), adminapi.Status(http.StatusCreated),
			adminapi.Describe("The link by which the person sets a password is in this answer and nowhere else. The first sign-in sets up a second factor.")),
		adminapi.Op("GET /system-administrators/{id}", "get-system-administrator", "Get a system administrator", a.getSystemAdmin),
		adminapi.Op("PATCH /system-administrators/{id}", "update-system-administrator", "Change a system administrator", a.updateSystemAdmin, adminapi.StepUp(),
			adminapi.Describe("Who is not active cannot sign in. The last one who can stays.")),
		adminapi.Op("DELETE /system-administrators/{id}", "delete-system-administrator", "Remove a system administrator", a.deleteSystemAdmin, adminapi.StepUp(),
			adminapi.Describe("The last one who can sign in stays.")),
		adminapi.Op("POST /system-administrators/{id}/setup-link", "create-system-administrator-link", "Make a new link to set a password", a.linkSystemAdmin, adminapi.StepUp(),
			adminapi.Status(http.StatusCreated), adminapi.Describe("For one use within 24 hours, in place of earlier ones; shown once.")),
		adminapi.Op("DELETE /system-administrators/{id}/sessions", "end-system-administrator-sessions", "End all sessions of a system administrator", a.endSystemAdminSessions),
		adminapi.Op("DELETE /system-administrators/{id}/factors", "reset-system-administrator-factors", "Remove all second factors of a system administrator, and end the sessions",
			a.resetSystemAdminFactors, adminapi.StepUp(), adminapi.Describe("For somebody who lost them. The next sign-in sets one up.")),
	)
}

// SystemAdministrator is one as the API shows it.
type SystemAdministrator struct {
	ID           string     `json:"id" doc:"RecId" example:"0198A6A27D3E7A519D570B1D3C5F7A90"`
	Login        string     `json:"login" example:"olivia"`
	Name         string     `json:"name" example:"Olivia Operator"`
	Email        string     `json:"email" example:"olivia@example.com"`
	Active       bool       `json:"active" doc:"May sign in"`
	HasPassword  bool       `json:"has_password" doc:"One was set by the link"`
	SecondFactor bool       `json:"second_factor" doc:"There is one"`
	Sessions     int        `json:"sessions" doc:"That have not ended"`
	LinkEnds     *time.Time `json:"link_ends_at,omitempty" doc:"Of an open link to set a password"`
	LastSignIn   *time.Time `json:"last_sign_in_at,omitempty" doc:"Within the last thirty days"`
	CreatedBy    string     `json:"created_by"`
	CreatedAt    time.Time  `json:"created_at"`
	Self         bool       `json:"self" doc:"Whoever asks"`
}

func (a *App) shownSystemAdmin(ctx context.Context, s sysadmin.Admin) (*SystemAdministrator, error) {
	out := &SystemAdministrator{ID: s.ID, Login: s.Login, Name: s.Name, Email: s.Email, Active: s.Active, HasPassword: s.Password, LinkEnds: s.LinkEnds,
		CreatedBy: s.CreatedBy, CreatedAt: s.Created}
	if p := principal.From(ctx); p != nil {
		out.Self = p.PersonID == s.ID
	}
	sessions, err := a.Platform.Sessions(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	out.Sessions = len(sessions)
	if out.SecondFactor, err = a.Platform.SecondFactor(ctx, s.ID); err != nil {
		return nil, err
	}
	out.LastSignIn, err = a.Platform.LastSignIn(ctx, s.ID)
	return out, err
}

func (a *App) listSystemAdmins(ctx context.Context, in *struct{ adminapi.Paging }) (*adminapi.Page[SystemAdministrator], error) {
	all, err := a.Admins.List(ctx)
	if err != nil {
		return nil, err
	}
	page, err := adminapi.PageOf(in.Paging, all, func(s sysadmin.Admin) string { return s.ID })
	if err != nil {
		return nil, err
	}
	out := &adminapi.Page[SystemAdministrator]{Items: []SystemAdministrator{}, Next: page.Next}
	for _, s := range page.Items {
		one, err := a.shownSystemAdmin(ctx, s)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, *one)
	}
	return out, nil
}

// NewSystemAdministrator is one to add.
type NewSystemAdministrator struct {
	Login string `json:"login" minLength:"1" maxLength:"255" doc:"Without spaces" example:"olivia"`
	Name  string `json:"name,omitempty" maxLength:"255" example:"Olivia Operator"`
	Email string `json:"email,omitempty" maxLength:"255" example:"olivia@example.com"`
}

// SystemAdministratorSetup is a system administrator with the link to set a password.
type SystemAdministratorSetup struct {
	ID        string `json:"id"`
	Login     string `json:"login"`
	SetupLink string `json:"setup_link" format:"uri" doc:"For one use within 24 hours; shown once"`
}

func (a *App) createSystemAdmin(ctx context.Context, in *struct{ Body NewSystemAdministrator }) (*SystemAdministratorSetup, error) {
	made, link, err := a.Admins.Create(ctx, sysadmin.NewAdmin{Login: in.Body.Login, Name: in.Body.Name, Email: in.Body.Email})
	if err != nil {
		return nil, err
	}
	adminapi.Location(ctx, "/system-administrators/"+made.ID)
	return &SystemAdministratorSetup{made.ID, made.Login, link}, nil
}

// SystemAdministratorPath names one.
type SystemAdministratorPath struct {
	ID string `path:"id" maxLength:"64" doc:"RecId of the system administrator"`
}

func (p SystemAdministratorPath) id() string { return strings.ToUpper(p.ID) }

func (a *App) getSystemAdmin(ctx context.Context, in *SystemAdministratorPath) (*SystemAdministrator, error) {
	s, err := a.Admins.Named(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return a.shownSystemAdmin(ctx, s)
}

// SystemAdministratorChanges are changes of one; what is absent stays.
type SystemAdministratorChanges struct {
	Name   *string `json:"name,omitempty" maxLength:"255" example:"Olivia Operator"`
	Email  *string `json:"email,omitempty" maxLength:"255" example:"olivia@example.com"`
	Active *bool   `json:"active,omitempty" doc:"May sign in"`
}

func (a *App) updateSystemAdmin(ctx context.Context, in *struct {
	SystemAdministratorPath
	Body SystemAdministratorChanges
}) (*SystemAdministrator, error) {
	s, err := a.Admins.Change(ctx, in.id(), sysadmin.Changes{Name: in.Body.Name, Email: in.Body.Email, Active: in.Body.Active})
	if err != nil {
		return nil, err
	}
	return a.shownSystemAdmin(ctx, s)
}

func (a *App) deleteSystemAdmin(ctx context.Context, in *SystemAdministratorPath) (*adminapi.None, error) {
	return nil, a.Admins.Delete(ctx, in.id(), false)
}

func (a *App) linkSystemAdmin(ctx context.Context, in *SystemAdministratorPath) (*SystemAdministratorSetup, error) {
	s, link, err := a.Admins.NewLink(ctx, in.id())
	if err != nil {
		return nil, err
	}
	return &SystemAdministratorSetup{s.ID, s.Login, link}, nil
}

func (a *App) endSystemAdminSessions(ctx context.Context, in *SystemAdministratorPath) (*adminapi.None, error) {
	s, err := a.Admins.Named(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	_, err = a.Platform.EndSessionsOf(ctx, s.ID)
	return nil, err
}

func (a *App) resetSystemAdminFactors(ctx context.Context, in *SystemAdministratorPath) (*adminapi.None, error) {
	s, err := a.Admins.Named(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return nil, a.Platform.ResetFactors(ctx, s)
}
