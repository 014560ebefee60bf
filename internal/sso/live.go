package sso

import (
	"context"
	"net/http"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// events streams what changes to whoever asks, with whatever credential, for as long as that counts. A stream is nobody's presence: it
// keeps no session alive.
func (m *Module) events(w http.ResponseWriter, r *http.Request) {
	if err := m.follow(w, r); err != nil {
		web.Problem(w, r, err)
	}
}

func (m *Module) follow(w http.ResponseWriter, r *http.Request) error {
	h := tenant.From(r.Context())
	if h == nil {
		return fault.New(fault.NotFound, "tenant_unknown", "No tenant is served under this host name.")
	}
	r = r.Clone(r.Context())
	r.Header.Set("X-Provost-Background", "1")
	who, err := m.trust.Authenticate(r.Context(), r, h)
	if err != nil {
		return err
	}
	if m.live == nil {
		return fault.New(fault.Unavailable, "no_events", "This server tells of no changes.")
	}
	ask := func(ctx context.Context) (*principal.Principal, error) { return m.trust.Authenticate(ctx, r, h) }
	if _, browser := cookieOf(r, m.realm(h), sessionCookie); browser && who.Kind == principal.Session && len(r.Header["Authorization"]) == 0 {
		ask = func(ctx context.Context) (*principal.Principal, error) { return m.still(ctx, r, h) }
	}
	return m.live.Serve(w, r, h, who, ask)
}

// still says who a session belongs to that has counted until now. That it ended meanwhile is no refusal to be noted.
func (m *Module) still(ctx context.Context, r *http.Request, h *tenant.Handle) (*principal.Principal, error) {
	who, _, why, err := m.verify(ctx, r, m.realm(h))
	if err == nil && why != "" {
		err = refused()
	}
	return who, err
}
