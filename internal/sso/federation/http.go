package federation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
	"github.com/provost-itsm/provost/internal/sso"
	"github.com/provost-itsm/provost/internal/sso/saml"
)

// Routes mounts what identity providers and browsers come to.
func (m *Module) Routes(mux *http.ServeMux) {
	mux.HandleFunc("POST /handlers/sso/SamlAssertionConsumerHandler.ashx", m.page(m.sharedACS))
	mux.HandleFunc("GET /handlers/sso/SamlAssertionConsumerHandler.ashx", m.page(m.noResponse))
	mux.HandleFunc("POST /sso/{idp}/acs", m.page(m.ownACS))
	mux.HandleFunc("GET /sso/{idp}/login", m.page(m.startLogin))
	mux.HandleFunc("GET /sso/oidc/callback", m.page(m.callback))
	mux.HandleFunc("GET /sso/{idp}/slo", m.page(m.singleLogout))
	mux.HandleFunc("GET /sso/slo", m.page(m.singleLogout))
	mux.HandleFunc("GET /sso/metadata", m.page(func(w http.ResponseWriter, r *http.Request, h *tenant.Handle) error { return m.export(w, r, h, "") }))
	mux.HandleFunc("GET /sso/{idp}/metadata", m.page(m.ownMetadata))
}

// noResponse tells whoever looks at the address for responses what it is for. Of a response that came by GET the administrators are told:
// there is a provider that sends them so.
func (m *Module) noResponse(w http.ResponseWriter, r *http.Request, h *tenant.Handle) error {
	if r.ContentLength != 0 || strings.Contains(r.URL.RawQuery, "SAMLResponse") {
		if err := m.strangers.Take(strangerOf(r, h)); err != nil {
			return err
		}
		_, err := saml.DecodeForm(saml.Form{Method: r.Method})
		if why := (*refusal)(nil); !errors.As(m.refused(r.Context(), h, nil, Detail{}, err), &why) {
			return err
		}
	}
	w.Header().Set("Allow", http.MethodPost)
	return fault.New(fault.MethodNotAllowed, "method_not_post", "Identity providers send people here with a form. Begin at the sign-in page.")
}

// Families are the fixed beginnings of paths that match in any case.
func Families() []string { return []string{acsPath} }

// page lets a handler answer, and says with a page what went wrong: that, and no more.
func (m *Module) page(handle func(http.ResponseWriter, *http.Request, *tenant.Handle) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := tenant.From(r.Context())
		if h == nil {
			web.Problem(w, r, fault.New(fault.NotFound, "tenant_unknown", "No tenant is served under this host name."))
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		err := handle(w, r, h)
		if err == nil {
			return
		}
		if why := (*refusal)(nil); errors.As(err, &why) {
			m.signIn.Message(w, r, h, http.StatusForbidden, "You could not be signed in. Ask an administrator, and name this reference: "+web.RequestID(r.Context()))
			return
		}
		f := fault.Of(err)
		if f.Kind.Status() >= http.StatusInternalServerError {
			m.log.ErrorContext(r.Context(), "signing in by way of an identity provider failed", "error", err)
		}
		web.RetryAfter(w, f)
		m.signIn.Message(w, r, h, f.Kind.Status(), f.Message)
	}
}

// enabled returns the enabled provider of the path.
func (m *Module) enabled(r *http.Request, h *tenant.Handle) (*Provider, error) {
	p, err := findProvider(r.Context(), h.DB, strings.ToUpper(r.PathValue("idp")))
	if err == nil && (p == nil || !p.Enabled) {
		err = fault.New(fault.NotFound, "identity_provider_unknown", "There is no such way to sign in.")
	}
	return p, err
}

func (m *Module) ownMetadata(w http.ResponseWriter, r *http.Request, h *tenant.Handle) error {
	p, err := findProvider(r.Context(), h.DB, strings.ToUpper(r.PathValue("idp")))
	if err == nil && p == nil {
		err = fault.New(fault.NotFound, "identity_provider_unknown", "There is no such identity provider.")
	}
	if err != nil {
		return err
	}
	return m.export(w, r, h, p.ID)
}

// Choices are the providers that people may sign in with.
func (m *Module) Choices(ctx context.Context, h *tenant.Handle) ([]sso.Choice, error) {
	all, err := listProviders(ctx, h.DB)
	if err != nil {
		return nil, err
	}
	var out []sso.Choice
	for _, p := range all {
		if p.Enabled {
			out = append(out, sso.Choice{ID: p.ID, Address: "/sso/" + p.ID + "/login", Name: p.Name})
		}
	}
	return out, nil
}

// Names are what all providers are called, by id.
func (m *Module) Names(ctx context.Context, h *tenant.Handle) (map[string]string, error) {
	all, err := listProviders(ctx, h.DB)
	if err != nil {
		return nil, fmt.Errorf("list identity providers: %w", err)
	}
	out := make(map[string]string, len(all))
	for _, p := range all {
		out[p.ID] = p.Name
	}
	return out, nil
}

// Realms are the ids of enabled providers by the e-mail domains for which they answer. Domains that nobody has proved lead nowhere.
func (m *Module) Realms(ctx context.Context, h *tenant.Handle) (map[string]string, error) {
	rows, err := h.DB.Query(ctx, `SELECT domain, idp FROM sso_domain JOIN sso_idp ON sso_idp.id = sso_domain.idp WHERE verified_at <> 0 AND enabled = 1`)
	if err != nil {
		return nil, fmt.Errorf("list e-mail domains: %w", err)
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var domain, provider string
		if err := rows.Scan(&domain, &provider); err != nil {
			return nil, fmt.Errorf("list e-mail domains: %w", err)
		}
		out[domain] = provider
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list e-mail domains: %w", err)
	}
	return out, nil
}

// refused notes why somebody did not get in, in the diagnostics and in the sums of the audit trail, and returns the refusal for the page.
func (m *Module) refused(ctx context.Context, h *tenant.Handle, p *Provider, d Detail, err error) error {
	why := (*refusal)(nil)
	if protocol := (*saml.Error)(nil); errors.As(err, &protocol) {
		why, d.Proven = &refusal{string(protocol.Code), protocol.Message}, protocol.Verified
		if protocol.Detail != "" {
			why.Message += " (" + protocol.Detail + ")"
		}
		if clocks := skewed(protocol.Issued, m.clock.Now()); clocks != "" {
			why.Message += " " + clocks
		}
		if protocol.Code == "in_response_to_unknown" && plain(h) {
			why.Message += " At http://localhost a browser does not send the cookie that says so with a form of another site: " +
				"begin at the identity provider, or give the tenant a base URL with https."
		}
	} else if !errors.As(err, &why) {
		return err // ours, and not theirs
	}
	id := ""
	if p != nil {
		id = p.ID
	}
	d.Message = why.Message
	m.note(ctx, h, id, why.Code, "", d)
	m.signIn.Refused(ctx, h, "sign_in", id, why.Code)
	m.log.InfoContext(ctx, "a sign-in by way of an identity provider was refused", "identity_provider", id, "code", why.Code)
	return why
}

func sortClaims(all []Claim) {
	slices.SortFunc(all, func(a, b Claim) int { return strings.Compare(a.Name, b.Name) })
}
