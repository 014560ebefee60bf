package trust

import (
	"encoding/json"
	"net/http"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// metadata describes the tenant as an authorization server (RFC 8414 section 2).
type metadata struct {
	Issuer                 string   `json:"issuer"`
	AuthorizationEndpoint  string   `json:"authorization_endpoint"`
	TokenEndpoint          string   `json:"token_endpoint"`
	JWKSURI                string   `json:"jwks_uri"`
	IntrospectionEndpoint  string   `json:"introspection_endpoint"`
	RevocationEndpoint     string   `json:"revocation_endpoint"`
	GrantTypes             []string `json:"grant_types_supported"`
	ResponseTypes          []string `json:"response_types_supported"`
	Scopes                 []string `json:"scopes_supported"`
	TokenMethods           []string `json:"token_endpoint_auth_methods_supported"`
	TokenAlgs              []string `json:"token_endpoint_auth_signing_alg_values_supported"`
	IntrospectionMethods   []string `json:"introspection_endpoint_auth_methods_supported"`
	IntrospectionAlgs      []string `json:"introspection_endpoint_auth_signing_alg_values_supported"`
	RevocationMethods      []string `json:"revocation_endpoint_auth_methods_supported"`
	RevocationAlgs         []string `json:"revocation_endpoint_auth_signing_alg_values_supported"`
	SubjectTypes           []string `json:"subject_types_supported"`
	IDTokenAlgs            []string `json:"id_token_signing_alg_values_supported"`
	ServiceDocumentation   string   `json:"service_documentation,omitempty"`
	RequestParameter       bool     `json:"request_parameter_supported"`
	RequestURIParameter    bool     `json:"request_uri_parameter_supported"`
	ClaimsParameter        bool     `json:"claims_parameter_supported"`
	AuthorizationIssuerArg bool     `json:"authorization_response_iss_parameter_supported"`
}

// cacheSeconds is for how long discovery documents and keys may be kept; a key is published longer than that before its first use.
const cacheSeconds = "max-age=300"

// discovery answers the metadata, the same at all of its paths.
func (m *Module) discovery(w http.ResponseWriter, r *http.Request) {
	p := m.named(w, r)
	if p == nil || !reads(w, r) {
		return
	}
	methods, algs := []string{"client_secret_basic", "client_secret_post", "private_key_jwt"}, assertionAlgNames()
	issuer := p.issuer()
	d := metadata{
		Issuer: issuer, AuthorizationEndpoint: issuer + "/connect/authorize", TokenEndpoint: issuer + "/connect/token",
		JWKSURI: issuer + "/.well-known/jwks.json", IntrospectionEndpoint: issuer + "/connect/introspect", RevocationEndpoint: issuer + "/connect/revocation",
		GrantTypes: []string{"client_credentials"}, ResponseTypes: []string{}, SubjectTypes: []string{"public"}, IDTokenAlgs: signingAlgs,
		TokenMethods: methods, TokenAlgs: algs, IntrospectionMethods: methods, IntrospectionAlgs: algs, RevocationMethods: methods, RevocationAlgs: algs,
	}
	for _, s := range principal.Scopes() {
		d.Scopes = append(d.Scopes, s.Name)
	}
	writeDocument(w, r, d)
}

// jwks answers the keys with which tokens are verified. The first request makes the first key.
func (m *Module) jwks(w http.ResponseWriter, r *http.Request) {
	p := m.named(w, r)
	if p == nil || !reads(w, r) {
		return
	}
	ctx := r.Context()
	err := p.refresh(ctx)
	if err == nil {
		_, err = p.signer(ctx, standardAlg)
	}
	if err != nil {
		writeOAuth(w, r, err)
		return
	}
	writeDocument(w, r, jose.JSONWebKeySet{Keys: p.publicKeys()})
}

// reads lets GET and HEAD through.
func reads(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	w.Header().Set("Allow", "GET, HEAD")
	web.Problem(w, r, fault.New(fault.MethodNotAllowed, "method", "This address takes GET."))
	return false
}

func writeDocument(w http.ResponseWriter, r *http.Request, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		web.Problem(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", cacheSeconds)
	_, _ = w.Write(append(text, '\n'))
}
