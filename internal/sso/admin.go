package sso

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

const whyAdministrator = "administrator"

// Admin adds the operations on sign-ins to the administration API.
func (m *Module) Admin(api *adminapi.API) {
	api.Group("Sign-in", "Browser sessions and second factors of people.",
		adminapi.Op("GET /browser-sessions", "list-browser-sessions", "List browser sessions that have not ended", m.adminSessions),
		adminapi.Op("DELETE /browser-sessions/{id}", "end-browser-session", "End a browser session", m.adminEndSession),
		adminapi.Op("DELETE /people/{id}/browser-sessions", "end-browser-sessions", "End all browser sessions of a person", m.adminEndSessions),
		adminapi.Op("GET /people/{id}/factors", "get-factors", "Get the second factors of a person", m.adminFactors),
		adminapi.Op("DELETE /people/{id}/factors", "reset-factors", "Remove all second factors of a person, and end the sessions", m.adminResetFactors, adminapi.StepUp(),
			adminapi.Describe("For somebody who lost them. Where the policy wants a second factor, the next sign-in sets one up.")),
		adminapi.Op("POST /people/{id}/invitation", "invite-person", "Send a person a link to set a password by e-mail", m.adminInvite, adminapi.StepUp(),
			adminapi.Status(http.StatusNoContent), adminapi.Describe("It works once, for 24 hours, in place of earlier ones. Nothing is sent to somebody without an e-mail address, or where the tenant has no mail server.")),
	)
}

type browserSessionsQuery struct {
	adminapi.Paging
	Person string `query:"person" maxLength:"64" doc:"Only those of the person with this RecId"`
}

func (m *Module) adminSessions(ctx context.Context, in *browserSessionsQuery) (*adminapi.Page[BrowserSession], error) {
	list, err := m.Sessions(ctx, tenant.From(ctx), in.Person)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b BrowserSession) int { return strings.Compare(a.ID, b.ID) })
	return adminapi.PageOf(in.Paging, list, func(s BrowserSession) string { return s.ID })
}

// SessionPath names a session.
type SessionPath struct {
	ID string `path:"id" maxLength:"64" doc:"Id of the session"`
}

func (m *Module) adminEndSession(ctx context.Context, in *SessionPath) (*adminapi.None, error) {
	return nil, m.EndSession(ctx, tenant.From(ctx), in.ID)
}

// EndSession ends a session in the name of the context's principal; one that has ended, or never was, is fault.NotFound.
func (m *Module) EndSession(ctx context.Context, h *tenant.Handle, sessionID string) error {
	return m.endOne(ctx, m.realm(h), sessionID, "", whyAdministrator)
}

// EmployeePath names a person.
type EmployeePath struct {
	ID string `path:"id" maxLength:"64" doc:"RecId of the person"`
}

func personNamed(ctx context.Context, in EmployeePath) (person, error) {
	p, err := personByID(ctx, tenant.From(ctx), strings.ToUpper(in.ID))
	if err == nil && p.ID == "" {
		err = fault.New(fault.NotFound, "person_unknown", "There is no person with the id %.64q.", in.ID)
	}
	return p, err
}

func (m *Module) adminEndSessions(ctx context.Context, in *EmployeePath) (*adminapi.None, error) {
	p, err := personNamed(ctx, *in)
	if err != nil {
		return nil, err
	}
	_, err = m.EndSessionsOf(ctx, tenant.From(ctx), p.ID)
	return nil, err
}

// EndSessionsOf ends the browser sessions of a person in the name of the context's principal, and counts them.
func (m *Module) EndSessionsOf(ctx context.Context, h *tenant.Handle, personID string) (n int64, err error) {
	err = h.DB.Write(ctx, nil, func(tx *db.Tx) (err error) {
		n, err = m.endAll(ctx, tx, employeeObject, personID, "", whyAdministrator)
		return err
	})
	return n, err
}

// FactorsOfPerson are somebody's second factors as administrators see them.
type FactorsOfPerson struct {
	Required      bool `json:"required" doc:"The policy wants one"`
	TOTP          bool `json:"totp" doc:"There is an authenticator app"`
	Passkeys      int  `json:"passkeys"`
	RecoveryCodes int  `json:"recovery_codes" doc:"That are left"`
}

func (m *Module) adminFactors(ctx context.Context, in *EmployeePath) (*FactorsOfPerson, error) {
	h := tenant.From(ctx)
	p, err := personNamed(ctx, *in)
	if err != nil {
		return nil, err
	}
	f, err := factorsOf(ctx, h.DB, p.ID)
	if err != nil {
		return nil, err
	}
	held, _, err := m.grants.Held(ctx, h.DB, p.ID)
	return &FactorsOfPerson{demanded(ctx, m.realm(h), held), f.totp, f.passkeys, f.codes}, err
}

func (m *Module) adminResetFactors(ctx context.Context, in *EmployeePath) (*adminapi.None, error) {
	p, err := personNamed(ctx, *in)
	if err != nil {
		return nil, err
	}
	return nil, m.resetFactors(ctx, m.realm(tenant.From(ctx)), p)
}

// ResetFactors removes the second factors of the person with this login and ends the sessions; an unknown one is fault.NotFound.
func (m *Module) ResetFactors(ctx context.Context, h *tenant.Handle, login string) error {
	p, err := knownLogin(ctx, h, login)
	if err != nil {
		return err
	}
	return m.resetFactors(ctx, m.realm(h), p)
}

// PersonNamed returns the RecId of the employee with this login; an unknown one is fault.NotFound.
func (m *Module) PersonNamed(ctx context.Context, h *tenant.Handle, login string) (string, error) {
	p, err := knownLogin(ctx, h, login)
	return p.ID, err
}

func knownLogin(ctx context.Context, h *tenant.Handle, login string) (person, error) {
	p, err := personByLogin(ctx, h, login)
	if err == nil && p.ID == "" {
		err = fault.New(fault.NotFound, "person_unknown", "There is no employee with the login %q.", login)
	}
	return p, err
}

func (m *Module) resetFactors(ctx context.Context, h *realm, p person) error {
	return h.DB.Write(ctx, func(tx *db.Tx) error { return keepFactor(ctx, h, tx, p.ID, p.Login) }, func(tx *db.Tx) error {
		if err := m.endFactors(ctx, tx, h, p.ID, p.Login); err != nil {
			return err
		}
		_, err := m.endAll(ctx, tx, h.object, p.ID, "", "second factors reset")
		return err
	})
}

func (m *Module) adminInvite(ctx context.Context, in *EmployeePath) (*adminapi.None, error) {
	h := tenant.From(ctx)
	p, err := personNamed(ctx, *in)
	if err != nil {
		return nil, err
	}
	if !p.Active || p.Email == "" {
		return nil, fault.New(fault.Conflict, "person_unreachable", "%s may not sign in, or has no e-mail address.", p.Login)
	}
	return nil, m.queueLink(ctx, h, link{Login: p.Login, Invite: true}, func(tx *db.Tx) error {
		return audit.Write(ctx, tx, m.clock.Now(), audit.Entry{Action: "person.invite", Object: "Employee", Target: p.ID, Label: p.Login})
	})
}

// queueLink has a link sent; asked for again before it was sent, it is sent once.
func (m *Module) queueLink(ctx context.Context, h *tenant.Handle, l link, more func(*db.Tx) error) error {
	sum := sha256.Sum256([]byte(literal.Fold(l.Login)))
	err := h.DB.Write(ctx, nil, func(tx *db.Tx) error {
		if more != nil {
			if err := more(tx); err != nil {
				return err
			}
		}
		return job.Enqueue(ctx, tx, job.Job{Kind: jobLink, ID: "sso.link." + hex.EncodeToString(sum[:16]), Payload: l, Due: m.clock.Now()})
	})
	if err != nil {
		return fmt.Errorf("send a link to set a password: %w", err)
	}
	m.wake(h)
	return nil
}
