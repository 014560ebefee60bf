package trust

import (
	"net/http"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// gatewayRoutes are the routes of the vendor's gateway that give tokens for credentials in headers (spec/trust.md 5.2).
var gatewayRoutes = []string{"/api/apigatewaydataservices/v1/token", "/api/patch/content/v1/authentication", "/api/v1/patch/content/v1/authentication"}

// The headers of the gateway routes, which vendors write X-TenantId and so on, in the spelling of net/http.
const (
	headerTenant = "X-Tenantid"
	headerClient = "X-Clientid"
	headerSecret = "X-Clientsecret"
	headerScope  = "X-Clientscope"
)

// Families are the beginnings of paths that match in any case.
func Families() []string { return slices.Clone(gatewayRoutes) }

// gatewayToken answers GET with X-TenantId, X-ClientId and X-ClientSecret. plain: the answer may be the bare token, where the
// client asks for text alone, or its registration says so and the client says nothing.
func (m *Module) gatewayToken(plain bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := m.answerGateway(w, r, plain); err != nil {
			if h := tenant.From(r.Context()); h != nil {
				m.plane(h).noteRefusal(r.Context(), err)
			}
			writeOAuth(w, r, err)
		}
	}
}

func (m *Module) answerGateway(w http.ResponseWriter, r *http.Request, plain bool) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		return fault.New(fault.MethodNotAllowed, "method", "This address takes GET.")
	}
	in := presentedClient{method: "headers"}
	var tenantID string
	for _, h := range []struct {
		name string
		into *string
	}{{headerTenant, &tenantID}, {headerClient, &in.id}, {headerSecret, &in.secret}} {
		values := r.Header.Values(h.name)
		if len(values) != 1 || values[0] == "" {
			return oauthInvalid("invalid_request", "The request needs one header "+h.name+".")
		}
		*h.into = strings.TrimSpace(values[0])
	}
	h := tenant.From(r.Context())
	if h == nil {
		return &oauthError{code: "invalid_client", description: "The client credentials do not count.", method: "headers"}
	}
	p := m.plane(h)
	ctx := r.Context()
	address := web.ClientAddress(ctx).Unmap()
	if !strings.EqualFold(strings.Trim(tenantID, "{}"), h.ID) {
		p.refuse(refusal{object: objectRegistration, address: address, reason: "tenant"})
		return p.failed(ctx, in, address, p.clock.Now())
	}
	who, err := p.prove(ctx, in)
	if err != nil {
		return err
	}
	t, err := p.issue(ctx, who, ask{scope: r.Header.Get(headerScope)}, address, web.RequestID(ctx))
	if err != nil {
		return err
	}
	if plain && wantsPlain(r.Header.Values("Accept"), who.client.PlainToken) {
		h := w.Header()
		h.Set("Content-Type", "text/plain; charset=utf-8")
		h.Set("Cache-Control", "no-store")
		h.Set("Pragma", "no-cache")
		_, _ = w.Write([]byte(t.token))
		return nil
	}
	if t.scope == nil {
		t.scope = new(string)
	}
	writeToken(w, http.StatusOK, tokenAnswer{t.token, t.seconds, t.scope, "Bearer"})
	return nil
}

// wantsPlain reports whether the bare token is the answer: Accept names text/plain and not application/json, or says nothing and
// the registration is of the old kind.
func wantsPlain(accept []string, old bool) bool {
	all := strings.ToLower(strings.Join(accept, ","))
	if strings.TrimSpace(all) == "" {
		return old
	}
	return strings.Contains(all, "text/plain") && !strings.Contains(all, "application/json")
}
