package trust

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

const (
	maxTokenBody   = 64 << 10
	maxFormFields  = 200
	formMedia      = "application/x-www-form-urlencoded"
	basicChallenge = `Basic realm="provost", error="invalid_client", error_description="The client credentials do not count."`
)

// oauthError is a refusal in the words of RFC 6749 section 5.2.
type oauthError struct {
	code        string
	description string
	status      int    // 0: 400
	method      string // how the client proved itself, for invalid_client
	client      string // id of the registration, where it had proved itself
}

// Error gives the code and the description.
func (e *oauthError) Error() string { return e.code + ": " + e.description }

func oauthInvalid(code, description string) error {
	return &oauthError{code: code, description: description}
}

// writeOAuth answers an error as OAuth has it. Bad HTTP Basic credentials are 401 with a challenge that says it all, since
// some clients drop the body then; the same in the body of the request are 400.
func writeOAuth(w http.ResponseWriter, r *http.Request, err error) {
	var said *oauthError
	if !errors.As(err, &said) {
		f := fault.Of(err)
		switch f.Kind {
		case fault.Invalid, fault.TooLarge:
			said = &oauthError{code: "invalid_request", description: f.Message, status: f.Kind.Status()}
		case fault.MethodNotAllowed:
			said = &oauthError{code: "invalid_request", description: f.Message, status: http.StatusMethodNotAllowed}
		case fault.RateLimited:
			said = &oauthError{code: "slow_down", description: f.Message, status: http.StatusTooManyRequests}
		case fault.Unavailable:
			said = &oauthError{code: "temporarily_unavailable", description: f.Message, status: http.StatusServiceUnavailable}
		default:
			web.Problem(w, r, err) // which logs what is ours
			return
		}
		web.RetryAfter(w, f)
	}
	status := said.status
	if status == 0 {
		status = http.StatusBadRequest
	}
	if said.code == "invalid_client" && (said.method == "basic" || said.method == "headers") {
		status = http.StatusUnauthorized
		if said.method == "basic" {
			w.Header().Set("WWW-Authenticate", basicChallenge)
		}
	}
	writeToken(w, status, struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}{said.code, said.description})
}

// writeToken answers JSON that nobody may keep.
func writeToken(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		panic("trust: an answer cannot be encoded: " + err.Error()) // texts and numbers only: cannot happen
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n'))
}

// tokenAnswer is the answer of RFC 6749 section 5.1.
type tokenAnswer struct {
	AccessToken string  `json:"access_token"`
	ExpiresIn   int64   `json:"expires_in"` // seconds
	Scope       *string `json:"scope,omitempty"`
	TokenType   string  `json:"token_type"`
}

// oauth finds the tenant of a request to a route below its id, lets POST of a form through and writes errors.
func (m *Module) oauth(handle func(p *plane, w http.ResponseWriter, r *http.Request, form url.Values) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p := m.named(w, r)
		if p == nil {
			return
		}
		err := func() error {
			if r.Method != http.MethodPost {
				w.Header().Set("Allow", http.MethodPost)
				return fault.New(fault.MethodNotAllowed, "method", "This address takes POST.")
			}
			form, err := readForm(w, r)
			if err != nil {
				return err
			}
			return handle(p, w, r, form)
		}()
		if err != nil {
			p.noteRefusal(r.Context(), err)
			writeOAuth(w, r, err)
		}
	}
}

// noteRefusal counts a request to a token route that asked for what it may not have, or in a way it may not, for the audit trail. A proof
// that failed was counted with its own reason, which the caller is not told.
func (p *plane) noteRefusal(ctx context.Context, err error) {
	why := refusal{object: objectRegistration, address: web.ClientAddress(ctx).Unmap()}
	var said *oauthError
	var f *fault.Error
	switch {
	case errors.As(err, &said) && said.code != "invalid_client":
		why.credential, why.reason = said.client, said.code+" ("+strings.TrimSuffix(said.description, ".")+")"
	case errors.As(err, &f) && f.Code != "failures_limited" && f.Kind != fault.Unavailable && f.Kind != fault.Internal:
		why.reason = f.Code
	default:
		return
	}
	p.refuse(why)
}

// named returns the plane of the tenant whose id stands in the path, in any case. Any other is 404, answered here.
func (m *Module) named(w http.ResponseWriter, r *http.Request) *plane {
	h := tenant.From(r.Context())
	if h == nil || !strings.EqualFold(r.PathValue("tenant"), h.ID) {
		web.Problem(w, r, fault.New(fault.NotFound, "tenant_unknown", "There is no such tenant here."))
		return nil
	}
	return m.plane(h)
}

// readForm reads the parameters of a token request. Each but resource may stand there once (RFC 6749 section 3.2), and none that
// is a credential in the address, which proxies write down.
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		query = r.URL.Query() // what can be read of it
	}
	if slices.ContainsFunc([]string{"client_secret", "client_assertion", "client_id", "token", "username", "password"}, query.Has) {
		return nil, oauthInvalid("invalid_request", "Credentials belong into the body or the Authorization header, not into the address.")
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != formMedia {
		return nil, oauthInvalid("invalid_request", "The body has to be "+formMedia+".")
	}
	body, err := web.ReadBody(w, r, maxTokenBody)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || len(form) > maxFormFields {
		return nil, oauthInvalid("invalid_request", "The body is no form that can be read.")
	}
	for name, values := range form {
		if len(values) > 1 && name != "resource" {
			return nil, oauthInvalid("invalid_request", "A parameter stands there more than once.")
		}
	}
	return form, nil
}

// token is the token endpoint (RFC 6749 section 4.4).
func (p *plane) token(w http.ResponseWriter, r *http.Request, form url.Values) error {
	switch form.Get("grant_type") {
	case "client_credentials":
	case "":
		return oauthInvalid("invalid_request", "The request has no grant_type.")
	default:
		return oauthInvalid("unsupported_grant_type", "The only grant is client_credentials.")
	}
	in, err := clientOf(r, form)
	if err != nil {
		return err
	}
	ctx := r.Context()
	who, err := p.prove(ctx, in)
	if err != nil {
		return err
	}
	t, err := p.issue(ctx, who, ask{form.Get("scope"), form["resource"]}, web.ClientAddress(ctx).Unmap(), web.RequestID(ctx))
	if err != nil {
		return err
	}
	writeToken(w, http.StatusOK, tokenAnswer{t.token, t.seconds, t.scope, "Bearer"})
	return nil
}

// authorize is there because some libraries look for an authorization endpoint; nobody signs in through it.
func (m *Module) authorize(w http.ResponseWriter, r *http.Request) {
	if m.named(w, r) == nil {
		return
	}
	writeOAuth(w, r, oauthInvalid("unsupported_response_type", "Applications get their tokens at the token endpoint, with client_credentials."))
}
