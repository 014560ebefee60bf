package sso

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// caller is who asks about themselves.
type caller struct {
	h       *realm
	who     *principal.Principal
	session sessionRow
}

// me lets whoever is signed in with a browser ask, and nobody else.
func (m *Module) me(handle func(http.ResponseWriter, *http.Request, caller) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := m.caller(r)
		if err == nil {
			err = handle(w, r.WithContext(principal.With(r.Context(), c.who)), c)
		}
		if err != nil {
			web.Problem(w, r, err)
		}
	}
}

func (m *Module) caller(r *http.Request) (caller, error) {
	ctx := r.Context()
	h, err := m.at(ctx)
	if err != nil {
		return caller{}, err
	}
	who, err := h.authenticate(ctx, r)
	if err != nil {
		return caller{}, err
	}
	var row sessionRow
	found := false
	if who.Kind == h.kind {
		if row, found, err = sessionByID(ctx, h.DB, who.CredentialID); err != nil {
			return caller{}, err
		}
	}
	if !found {
		return caller{}, fault.New(fault.Forbidden, "not_browser_session", "This is for people who signed in with a browser.")
	}
	return caller{h, who, row}, nil
}

// Me is what the web app needs to know of whoever is signed in.
type Me struct {
	Kind    string              `json:"kind"` // tenant, or system on the platform's host
	Person  MePerson            `json:"person"`
	Role    MeRole              `json:"role"`    // the active one
	Roles   []MeRole            `json:"roles"`   // to choose from, the default one first
	Areas   []string            `json:"areas"`   // of the web app's map, that may be opened
	Objects map[string]MeRights `json:"objects"` // by technical name; those that the role may do nothing with are not there
	Tenant  MeTenant            `json:"tenant"`
	Session MeSession           `json:"session"`
	Factors MeFactors           `json:"factors"`
	SignIn  MeSignIn            `json:"sign_in"`
}

// MeSignIn says how the person signs in, besides this session.
type MeSignIn struct {
	Local    bool   `json:"local"`    // with a password that is kept here
	Provider string `json:"provider"` // name of the identity provider that vouched for this session; "": none did
}

// MePerson is who is signed in.
type MePerson struct {
	ID        string `json:"id"` // RecId
	Login     string `json:"login"`
	Name      string `json:"name"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Email     string `json:"email"`
	Title     string `json:"title"`
	Team      string `json:"team"`
}

// MeRole is a role the person holds.
type MeRole struct {
	Name    string `json:"name"`
	Label   string `json:"label"`
	Class   Class  `json:"class"`
	Default bool   `json:"default"`
}

// MeRights says to which rows of an object the role's rights extend.
type MeRights struct {
	Read   role.Rows `json:"read"`
	Create role.Rows `json:"create"`
	Update role.Rows `json:"update"`
	Delete role.Rows `json:"delete"`
}

// MeTenant is the organisation, and how its pages look.
type MeTenant struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Title  string `json:"title"`  // what pages call it
	Accent string `json:"accent"` // colour, #rrggbb

	Locale       string `json:"locale"`        // in which dates and numbers are written, BCP 47; "": as the browser
	TimeZone     string `json:"time_zone"`     // IANA; "": as the browser
	FirstWeekday string `json:"first_weekday"` // sunday, monday or saturday; "": as the locale has it

	Demo bool `json:"demo"`
}

// MeSession is the session that asks.
type MeSession struct {
	ID        string    `json:"id"`
	Method    string    `json:"method"`
	Began     time.Time `json:"began_at"`
	Proved    time.Time `json:"authenticated_at"` // when the person last proved who they are
	Seen      time.Time `json:"seen_at"`
	IdleAfter int64     `json:"idle_seconds"`
	IdleEnds  time.Time `json:"idle_ends_at"` // unless it is used before
	Ends      time.Time `json:"ends_at"`
	StepUp    MeStepUp  `json:"step_up"`
}

func (m *Module) showMe(w http.ResponseWriter, r *http.Request, c caller) error {
	out, err := m.describe(r.Context(), c)
	if err != nil {
		return err
	}
	return answer(w, out)
}

func (m *Module) describe(ctx context.Context, c caller) (*Me, error) {
	p, err := c.h.person(ctx, c.session.person)
	if err != nil {
		return nil, err
	}
	held, standard, err := c.h.held(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	out := &Me{
		Person:  MePerson{p.ID, p.Login, p.Name, p.FirstName, p.LastName, p.Email, p.Title, p.Team},
		Role:    roleOf(c.h, c.session.role, standard),
		Tenant:  describeTenant(ctx, c.h),
		Session: m.describeSession(ctx, c),
	}
	c.h.describe(ctx, c.who, out)
	if out.Factors, err = m.factorsFor(ctx, c); err != nil {
		return nil, err
	}
	f := factors{totp: out.Factors.TOTP, passkeys: len(out.Factors.Passkeys), codes: out.Factors.Codes}
	if out.Session.StepUp, err = m.describeStepUp(ctx, c.h, c.session, f); err != nil {
		return nil, err
	}
	names, err := m.providerNames(ctx, c.h, []sessionRow{c.session})
	if err != nil {
		return nil, err
	}
	out.SignIn = MeSignIn{Local: p.Local, Provider: names[c.session.idp]}
	for _, name := range held {
		out.Roles = append(out.Roles, roleOf(c.h, name, standard))
	}
	return out, nil
}

// title is what the organisation is called on its pages.
func (r *realm) title(ctx context.Context) string {
	return tenant.Info{Name: r.Name, Demo: r.Demo}.Title(r.setting(ctx, "appearance.title"))
}

func describeTenant(ctx context.Context, h *realm) MeTenant {
	set := func(name string) string { return h.setting(ctx, name) }
	out := MeTenant{ID: h.ID, Name: h.Name, Title: h.title(ctx), Accent: set("appearance.accent"), Demo: h.Demo,
		Locale: set("localisation.locale"), TimeZone: set("localisation.time_zone"), FirstWeekday: set("localisation.first_weekday")}
	if out.FirstWeekday == "locale" {
		out.FirstWeekday = ""
	}
	return out
}

func (m *Module) describeSession(ctx context.Context, c caller) MeSession {
	lim := limitsOf(ctx, c.h, c.h.class(c.session.role))
	seen := c.h.seen.last(c.session)
	return MeSession{
		ID: c.session.id, Method: c.session.method, Began: instant(c.session.began), Proved: instant(c.session.auth), Seen: seen,
		IdleAfter: int64(lim.idle.Seconds()), IdleEnds: seen.Add(lim.idle), Ends: instant(c.session.ends),
	}
}

func roleOf(h *realm, name, standard string) MeRole {
	label, class := h.role(name)
	return MeRole{Name: name, Label: label, Class: class, Default: name == standard}
}

// areas are the parts of the web app that a role opens. The parts themselves ask about each object again.
func areas(h *tenant.Handle, name string) []string {
	switch classOf(h, name) {
	case Administrator:
		return []string{"home", "desk", "alerts", "access", "devices", "portal", "admin", "settings"}
	case SelfService:
		return []string{"home", "portal"}
	default:
		return []string{"home", "desk", "alerts", "portal"}
	}
}

// rights are what the principal may do with each object.
func rights(ctx context.Context, h *tenant.Handle, who *principal.Principal) map[string]MeRights {
	book, out := h.Roles(), map[string]MeRights{}
	for _, t := range h.Records.Types(ctx) {
		r := MeRights{book.Ask(who, role.Read, t.Object), book.Ask(who, role.Create, t.Object), book.Ask(who, role.Update, t.Object), book.Ask(who, role.Delete, t.Object)}
		if r != (MeRights{}) {
			out[t.Object] = r
		}
	}
	return out
}

// switchRole continues the session in another role that the person holds.
func (m *Module) switchRole(w http.ResponseWriter, r *http.Request, c caller) error {
	var in struct {
		Role string `json:"role"`
	}
	if err := decode(w, r, &in); err != nil {
		return err
	}
	ctx := r.Context()
	held, _, err := c.h.held(ctx, c.session.person)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(held, func(name string) bool { return strings.EqualFold(name, in.Role) })
	if i < 0 || !c.h.effective(held, held[i]) {
		return fault.New(fault.Invalid, "role_not_held", "You do not hold that role.").WithField("role", "Choose one of the roles you hold.")
	}
	if c.session.method == byPassword && demanded(ctx, c.h, held) { // the role, or the policy, came after the sign-in
		return fault.New(fault.Forbidden, "second_factor_required", "Your roles need a second factor now. Sign out and in again.")
	}
	return m.renew(w, r, c, func(s *signedIn) { s.role = held[i] })
}

// renew replaces the caller's session by one that continues it with a change, and answers with what the web app then needs.
func (m *Module) renew(w http.ResponseWriter, r *http.Request, c caller, change func(*signedIn)) error {
	ctx := r.Context()
	p, row, err := m.replace(w, r, c, change)
	if err != nil {
		return err
	}
	out, err := m.describe(ctx, caller{c.h, actor(ctx, c.h, p, row), row})
	if err != nil {
		return err
	}
	return answer(w, out)
}

// replace replaces the caller's session by one that continues it with a change.
func (m *Module) replace(w http.ResponseWriter, r *http.Request, c caller, change func(*signedIn)) (person, sessionRow, error) {
	ctx := r.Context()
	p, err := c.h.person(ctx, c.session.person)
	if err != nil {
		return person{}, sessionRow{}, err
	}
	in := signedIn{person: p, role: c.session.role, method: c.session.method, by: c.session.by(),
		began: instant(c.session.began), auth: instant(c.session.auth), authMethod: c.session.authMethod}
	change(&in)
	row, err := m.begin(ctx, w, r, c.h, in)
	return p, row, err
}

// changePassword takes the old password and sets a new one. All other sessions of the person end, this one is replaced.
func (m *Module) changePassword(w http.ResponseWriter, r *http.Request, c caller) error {
	var in struct {
		Current string `json:"current"`
		New     string `json:"new"`
	}
	if err := decode(w, r, &in); err != nil {
		return err
	}
	ctx := r.Context()
	id, err := c.h.verifyPassword(ctx, c.who.Login, in.Current, web.ClientAddress(ctx).Unmap())
	if fault.Is(err, fault.Unauthenticated) || err == nil && id != c.session.person {
		return fault.New(fault.Invalid, "password_wrong", "The current password is wrong.").WithField("current", "This is not the current password.")
	}
	if err != nil {
		return err
	}
	if err := c.h.setPassword(ctx, c.session.person, in.New); err != nil {
		return atField(err, "password", "new")
	}
	return m.renew(w, r, c, func(*signedIn) {})
}

// atField says a complaint about a field at the field that the caller knows it by.
func atField(err error, from, to string) error {
	f := fault.Of(err)
	if !slices.ContainsFunc(f.Fields, func(c fault.Field) bool { return c.Field == from }) {
		return err
	}
	out := *f
	out.Fields = slices.Clone(f.Fields)
	for i := range out.Fields {
		if out.Fields[i].Field == from {
			out.Fields[i].Field = to
		}
	}
	return &out
}

// BrowserSession is one browser session as lists show it.
type BrowserSession struct {
	ID        string    `json:"id"`
	Person    string    `json:"person"` // RecId
	Role      string    `json:"role"`
	Method    string    `json:"method"`
	Provider  string    `json:"identity_provider,omitempty" doc:"Name of the identity provider that vouched for the person; absent where none did" example:"Contoso Entra"`
	Address   string    `json:"address"`
	UserAgent string    `json:"user_agent"`
	Began     time.Time `json:"began_at"`
	Seen      time.Time `json:"seen_at"` // up to a minute late
	Ends      time.Time `json:"ends_at"`
	Current   bool      `json:"current"` // the one that asks
}

// Sessions lists the sessions that have not ended, newest first: of one person, or with an empty id of all.
func (m *Module) Sessions(ctx context.Context, h *tenant.Handle, personID string) ([]BrowserSession, error) {
	return m.sessions(tenant.With(ctx, h), m.realm(h), personID)
}

func (m *Module) sessions(ctx context.Context, h *realm, personID string) ([]BrowserSession, error) {
	now := m.clock.Now()
	rows, err := listSessions(ctx, h.DB, personID, now.UnixMicro())
	if err != nil {
		return nil, err
	}
	names, err := m.providerNames(ctx, h, rows)
	if err != nil {
		return nil, err
	}
	out := []BrowserSession{}
	idle := map[string]time.Duration{}
	for _, row := range rows {
		if _, known := idle[row.role]; !known {
			idle[row.role] = limitsOf(ctx, h, h.class(row.role)).idle
		}
		seen := h.seen.last(row)
		if now.Sub(seen) >= idle[row.role] {
			continue
		}
		out = append(out, BrowserSession{ID: row.id, Person: row.person, Role: row.role, Method: row.method, Provider: names[row.idp], Address: row.address, UserAgent: row.userAgent,
			Began: instant(row.began), Seen: seen, Ends: instant(row.ends)})
	}
	return out, nil
}

// providerNames are what the providers are called that vouched for some of the sessions, by id.
func (m *Module) providerNames(ctx context.Context, h *realm, rows []sessionRow) (map[string]string, error) {
	t := m.federated(ctx, h)
	if t == nil || !slices.ContainsFunc(rows, func(row sessionRow) bool { return row.idp != "" }) {
		return map[string]string{}, nil
	}
	return m.federation.Names(ctx, t)
}

func (m *Module) mySessions(w http.ResponseWriter, r *http.Request, c caller) error {
	list, err := m.sessions(r.Context(), c.h, c.session.person)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Current = list[i].ID == c.session.id
	}
	return answer(w, map[string]any{"items": list})
}

// endMine ends one session of the caller, which may be the one that asks.
func (m *Module) endMine(w http.ResponseWriter, r *http.Request, c caller) error {
	if err := m.endOne(r.Context(), c.h, r.PathValue("id"), c.session.person, whySignOut); err != nil {
		return err
	}
	if r.PathValue("id") == c.session.id {
		setCookie(w, c.h, sessionCookie, "")
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// endMyOthers ends all sessions of the caller but the one that asks.
func (m *Module) endMyOthers(w http.ResponseWriter, r *http.Request, c caller) error {
	ctx := r.Context()
	var n int64
	err := c.h.DB.Write(ctx, nil, func(tx *db.Tx) (err error) {
		n, err = m.endAll(ctx, tx, c.h.object, c.session.person, c.session.id, whySignOut)
		return err
	})
	if err != nil {
		return err
	}
	return answer(w, map[string]int64{"ended": n})
}
