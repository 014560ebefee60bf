package people

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/password"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Sessions is what this domain needs of the one that keeps sessions.
type Sessions interface {
	// EndSessions ends all sessions of a person in the caller's transaction.
	EndSessions(ctx context.Context, tx *db.Tx, personID, why string) error
}

// Entry is what this domain needs of the one that signs people in.
type Entry interface {
	// Enter goes on with the sign-in of a person who has just set a password, and returns the path the browser goes to.
	Enter(ctx context.Context, w http.ResponseWriter, r *http.Request, h *tenant.Handle, personID string) (path string, err error)
}

// Sight is what this domain needs of the one that shows records.
type Sight interface {
	// Sees reports whether a record lies within what somebody who acts as the principal may have access to.
	Sees(ctx context.Context, h *tenant.Handle, p *principal.Principal, t *record.Type, access role.Access, recID string) (bool, error)
}

// SignIns is what this domain needs to know of how people sign in.
type SignIns interface {
	// Factors says which second factors a person has.
	Factors(ctx context.Context, r db.Reader, personID string) (totp, passkey bool, err error)

	// Admit refuses, with a fault.Unauthenticated, a person who has proved who they are and may not sign in from that address.
	Admit(ctx context.Context, h *tenant.Handle, personID string, from netip.Addr) error
}

// EmailSource is what this domain needs of one that keeps e-mail addresses of people up to date.
type EmailSource interface {
	// FillsEmail names what keeps the address of a person up to date, for people to read; "" where nothing does.
	FillsEmail(ctx context.Context, r db.Reader, personID string) (name string, err error)
}

// Deps are what the module is made of.
type Deps struct {
	Passwords *password.Judge // one for the process; nil: a new one
	Clock     clock.Clock     // nil: the system's
	Logger    *slog.Logger    // nil: none
}

// Module is the people's domain for all tenants of the process. Safe for concurrent use.
type Module struct {
	judge    *password.Judge
	clock    clock.Clock
	log      *slog.Logger
	sessions Sessions
	entry    Entry   // nil: nobody is signed in by a link
	sight    Sight   // nil: nobody asks about single records
	signIns  SignIns // nil: nobody has a second factor
	emails   []EmailSource
	grants   role.Store
}

// New returns the module. SetSessions completes it.
func New(d Deps) *Module {
	m := &Module{judge: d.Passwords, clock: d.Clock, log: d.Logger, sessions: noSessions{}}
	if m.clock == nil {
		m.clock = clock.System{}
	}
	if m.log == nil {
		m.log = slog.New(slog.DiscardHandler)
	}
	if m.judge == nil {
		m.judge = password.NewJudge(secret.NewPasswords(secret.PasswordLimits{}), m.clock)
	}
	return m
}

// SetSessions names who keeps sessions. It is called once, before requests come: the two domains need each other.
func (m *Module) SetSessions(s Sessions) { m.sessions = s }

// SetEntry names who signs people in. It is called once, before requests come.
func (m *Module) SetEntry(e Entry) { m.entry = e }

// SetSight names who shows records. It is called once, before requests come.
func (m *Module) SetSight(s Sight) { m.sight = s }

// SetSignIns names who knows how people sign in. It is called once, before requests come.
func (m *Module) SetSignIns(s SignIns) { m.signIns = s }

// SetEmailSources names who keeps e-mail addresses up to date: these are not changed by hand. It is called once, before requests come.
func (m *Module) SetEmailSources(all ...EmailSource) { m.emails = all }

type noSessions struct{}

func (noSessions) EndSessions(context.Context, *db.Tx, string, string) error { return nil }

// Owners are the rules for the objects of this domain, by object name, for record.Options.
func (m *Module) Owners() map[string]record.Owner {
	return map[string]record.Owner{
		"Employee":           rule(m.validateEmployee),
		"ExternalContact":    rule(validateContact),
		"StandardUserTeam":   rule(validateTeam),
		"ContactGroup":       rule(validateGroup),
		"OrganizationalUnit": rule(validateTree),
		"Department":         rule(validateTree),
		"Location":           rule(validateTree),
	}
}

// rule is a function as record.Owner.
type rule func(ctx context.Context, r db.Reader, d *record.Draft) error

// Validate calls the function.
func (f rule) Validate(ctx context.Context, r db.Reader, d *record.Draft) error { return f(ctx, r, d) }

// Prepare gives the built-in employee its role. To be called when a tenant is opened; it is harmless twice.
func (m *Module) Prepare(ctx context.Context, h *tenant.Handle) error {
	t, err := employeeType(ctx, h)
	if err != nil {
		return err
	}
	row, found, err := h.Records.FindOne(ctx, h.DB, t, "LoginID", BuiltIn)
	if err != nil {
		return fmt.Errorf("find the built-in employee: %w", err)
	}
	if !found {
		return fmt.Errorf("the built-in employee %s is missing", BuiltIn)
	}
	held, _, err := m.grants.Held(ctx, h.DB, row.RecID)
	if err != nil || len(held) > 0 {
		return err
	}
	ctx = record.AsSystem(ctx)
	return h.DB.Write(ctx, nil, func(tx *db.Tx) error { return m.grants.Grant(ctx, tx, row.RecID, BuiltIn, true) })
}

func employeeType(ctx context.Context, h *tenant.Handle) (*record.Type, error) {
	t, ok := h.Records.Type(ctx, "Employee")
	if !ok {
		return nil, fmt.Errorf("the tenant has no object Employee")
	}
	return t, nil
}
