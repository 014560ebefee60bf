package trust

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// Routes mounts the login calls of the ITSM API, the token routes with their documents, and the address for reports of leaked
// secrets. Prefix (/HEAT) and case are folded before; the tenant stands in the
// request's context.
func (m *Module) Routes(mux *http.ServeMux) {
	mux.HandleFunc("/api/rest/authentication/login", post(m.login))
	mux.HandleFunc("/api/rest/authentication/login/{$}", post(m.login))
	mux.HandleFunc("/api/rest/authentication/logout", post(m.logout))
	mux.HandleFunc("/api/rest/authentication/logout/{$}", post(m.logout))

	mux.HandleFunc("/{tenant}/connect/token", m.oauth((*plane).token))
	mux.HandleFunc("/{tenant}/connect/introspect", m.oauth((*plane).introspect))
	mux.HandleFunc("/{tenant}/connect/revocation", m.oauth((*plane).revoke))
	mux.HandleFunc("/{tenant}/connect/authorize", m.authorize)
	mux.HandleFunc("/{tenant}/.well-known/openid-configuration", m.discovery)
	mux.HandleFunc("/{tenant}/v2.0/.well-known/openid-configuration", m.discovery)
	mux.HandleFunc("/.well-known/oauth-authorization-server/{tenant}", m.discovery)
	mux.HandleFunc("/{tenant}/.well-known/jwks.json", m.jwks)
	mux.HandleFunc("/api/apigatewaydataservices/v1/token", m.gatewayToken(true))
	mux.HandleFunc("/api/patch/content/v1/authentication", m.gatewayToken(false))
	mux.HandleFunc("/api/v1/patch/content/v1/authentication", m.gatewayToken(false))
	mux.HandleFunc("/trust/v1/leaks", m.leaked)
}

// IsLogin reports whether a folded path is that of the login, which answers also where the host names no tenant: as
// to any login that fails (spec/itsm-odata.md 2.2).
func IsLogin(path string) bool {
	return strings.TrimSuffix(path, "/") == "/api/rest/authentication/login"
}

const maxLoginBody = 64 << 10 // bytes (spec/trust.md 17)

// post lets POST through and writes errors as status objects.
func post(handle func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			web.WriteISM(w, r, fault.New(fault.MethodNotAllowed, "method", "This address takes POST."))
			return
		}
		if err := handle(w, r); err != nil {
			web.WriteISM(w, r, err)
		}
	}
}

// errLogin is the original's one answer to any failure of a login.
var errLogin = &web.ISM{Status: http.StatusBadRequest, Code: "ISM_4000", Description: "Bad Request",
	Message: []string{"Unhandled system exception: Tenant Not Found or wrong Password or OpenID not Configured Properly."}}

// login answers a session key as one JSON string, and sets it as a cookie (spec/itsm-odata.md 2.2).
func (m *Module) login(w http.ResponseWriter, r *http.Request) error {
	h := tenant.From(r.Context())
	if h == nil {
		return errLogin
	}
	body, err := web.ReadBody(w, r, maxLoginBody)
	if err != nil {
		return err
	}
	in, ok := readSignIn(r.Header.Get("Content-Type"), body)
	if !ok {
		return errLogin
	}
	in.Address, in.UserAgent, in.RequestID = web.ClientAddress(r.Context()), r.UserAgent(), web.RequestID(r.Context())
	key, err := m.SignIn(r.Context(), h, in)
	if fault.Is(err, fault.Unauthenticated) {
		return errLogin
	}
	if err != nil {
		return err
	}
	answer, err := json.Marshal(key)
	if err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: key, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: m.plane(h).secureCookies()})
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(answer)
	return nil
}

// readSignIn reads the fields of a login from JSON or a form; names match in any case, so UserName is username. A
// body that begins like a JSON object is one, whatever its content type says: PowerShell sends form's by default.
func readSignIn(contentType string, body []byte) (SignIn, bool) {
	var in SignIn
	if !utf8.Valid(body) {
		return in, false
	}
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		if kind, _, _ := strings.Cut(contentType, ";"); !strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded") {
			return in, false
		}
		form, err := url.ParseQuery(string(body))
		if err != nil || len(form) > 50 {
			return in, false
		}
		for name, values := range form {
			if into := in.field(name); into != nil {
				if len(values) != 1 || *into != "" {
					return in, false
				}
				*into = values[0]
			}
		}
		return in, in.sound()
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return in, false
	}
	seen := make(map[*string]bool)
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return in, false
		}
		var value any
		if err := decoder.Decode(&value); err != nil {
			return in, false
		}
		into := in.field(name.(string))
		if into == nil {
			continue
		}
		text, isText := value.(string)
		if seen[into] || !isText && value != nil { // null is as good as absent
			return in, false
		}
		seen[into], *into = true, text
	}
	if _, err := decoder.Token(); err != nil { // the closing brace
		return in, false
	}
	if _, err := decoder.Token(); err != io.EOF {
		return in, false
	}
	return in, in.sound()
}

// field is where the value of a field of that name goes, nil for a field that means nothing here.
func (in *SignIn) field(name string) *string {
	switch {
	case strings.EqualFold(name, "tenant"):
		return &in.Tenant
	case strings.EqualFold(name, "username"):
		return &in.UserName
	case strings.EqualFold(name, "password"):
		return &in.Password
	case strings.EqualFold(name, "role"):
		return &in.Role
	}
	return nil
}

// sound reports whether all that is needed is there and can be looked up.
func (in *SignIn) sound() bool {
	for _, s := range []string{in.Tenant, in.UserName, in.Role} {
		if len(s) > 1024 || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
			return false
		}
	}
	return in.Tenant != "" && in.UserName != "" && in.Password != "" && len(in.Password) <= 4096 &&
		utf8.ValidString(in.Password) && strings.IndexByte(in.Password, 0) < 0
}

// logout ends the session whose key the request brings.
func (m *Module) logout(w http.ResponseWriter, r *http.Request) error {
	h := tenant.From(r.Context())
	if h == nil {
		return refused()
	}
	who, err := m.Authenticate(r.Context(), r, h)
	if err != nil {
		return err
	}
	if who.Kind != principal.Session {
		return fault.New(fault.Invalid, "no_session", "Only a session can be ended; a key is disabled or deleted.")
	}
	if err := m.EndSession(principal.With(r.Context(), who), h, who.CredentialID, "logout"); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: m.plane(h).secureCookies()})
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
	return nil
}
