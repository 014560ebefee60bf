package federation

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso"
)

const maxCode = 8 << 10 // bytes of an authorization code

// client is this tenant as an OpenID provider knows it.
func (m *Module) client(h *tenant.Handle, p *Provider, known *openID) (*oauth2.Config, error) {
	value, err := clientSecret(h, p)
	if err != nil {
		return nil, err
	}
	to := known.Endpoint()
	to.AuthStyle = oauth2.AuthStyleInParams // a client without a secret just names itself
	if value != "" {
		// Which of the two is said beforehand: whoever tried would send the code twice.
		if len(known.authMethods) == 0 || slices.Contains(known.authMethods, "client_secret_basic") {
			to.AuthStyle = oauth2.AuthStyleInHeader
		}
	}
	scopes := []string{oidc.ScopeOpenID}
	wanted := p.Scopes
	if len(wanted) == 0 {
		wanted = []string{"profile", "email"}
	}
	for _, s := range wanted {
		if !slices.Contains(scopes, s) {
			scopes = append(scopes, s)
		}
	}
	return &oauth2.Config{ClientID: p.ClientID, ClientSecret: value, Endpoint: to, RedirectURL: base(h) + callbackPath, Scopes: scopes}, nil
}

// startOIDC sends the browser to an OpenID provider.
func (m *Module) startOIDC(w http.ResponseWriter, r *http.Request, h *tenant.Handle, p *Provider, a asked, hint string) error {
	ctx := r.Context()
	known, err := m.discover(ctx, h, p)
	if err != nil {
		return m.deny(w, r, h, p, a, Detail{Flow: KindOIDC}, err)
	}
	client, err := m.client(h, p, known)
	if err != nil {
		return err
	}
	state := secret.RandomAlnum(handleSize)
	a.Nonce, a.Proof, a.At = secret.RandomAlnum(handleSize), oauth2.GenerateVerifier(), m.clock.Now().Unix()
	if err := m.ask(ctx, w, h, p, state, a); err != nil {
		return err
	}
	// An answer in the query is a GET, with which browsers send cookies that are Lax.
	options := []oauth2.AuthCodeOption{oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Proof), oauth2.SetAuthURLParam("response_mode", "query")}
	if hint != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", hint))
	}
	if p.ForceAuthn || a.StepUp != "" {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"))
	}
	if a.StepUp != "" { // with it the token has to say when (OpenID Connect Core 1.0 section 3.1.2.1)
		options = append(options, oauth2.SetAuthURLParam("max_age", "0"))
	}
	w.Header().Set("Location", client.AuthCodeURL(state, options...))
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// callback takes the answer of an OpenID provider. It makes no session: like the assertion consumer service it hands a proven sign-in on.
func (m *Module) callback(w http.ResponseWriter, r *http.Request, h *tenant.Handle) error {
	ctx, d := r.Context(), Detail{Flow: KindOIDC}
	query := r.URL.Query()
	for name, values := range query {
		if len(values) > 1 && slices.Contains([]string{"state", "code", "iss", "error"}, name) {
			return m.refused(ctx, h, nil, d, refuse("answer_malformed", "The answer says %s twice.", name))
		}
	}
	state := query.Get("state")
	p, a, err := m.answered(w, r, h, state)
	if err != nil {
		return m.refused(ctx, h, p, d, err)
	}
	known, err := m.discover(ctx, h, p)
	if err != nil {
		return m.deny(w, r, h, p, a, d, err)
	}
	if issuer := query.Get("iss"); issuer != p.EntityID && (query.Has("iss") || known.namesIssuer) {
		return m.deny(w, r, h, p, a, d, refuse("issuer_mismatch", "The answer comes from %s, and %s was asked (RFC 9207).", printable(issuer), printable(p.EntityID)))
	}
	if query.Has("error") {
		return m.deny(w, r, h, p, a, d, providerError(p, query.Get("error"), query.Get("error_description")))
	}
	asking, cancel := context.WithTimeout(ctx, openIDTime)
	defer cancel()
	token, raw, err := m.exchange(asking, h, p, known, query.Get("code"), a)
	if err != nil {
		return m.deny(w, r, h, p, a, d, err)
	}
	said, err := m.judgeToken(asking, p, known, token, raw, a)
	if err != nil {
		return m.deny(w, r, h, p, a, d, err)
	}
	mark := sha256.Sum256([]byte(raw))
	one := &assertion{provider: p, claims: said.claims, mark: mark[:], until: m.clock.Now().Add(2 * maxTokenAge)}
	said.identify(one)
	if err := m.complete(asking, p, known, token, said, one); err != nil {
		return m.deny(w, r, h, p, a, d, err)
	}
	said.name(one)
	return m.conclude(w, r, h, one, a, d, sso.Proven{Method: KindOIDC, NameID: said.Subject, Index: said.claims.first("sid"), AuthAt: said.authAt})
}

// answered finds the provider and the request of an answer, if this browser has made it, and uses the request up, whatever becomes of it:
// neither a code nor an error is looked at twice.
func (m *Module) answered(w http.ResponseWriter, r *http.Request, h *tenant.Handle, state string) (*Provider, asked, error) {
	ctx := r.Context()
	unknown := refuse("state_unknown", "The answer belongs to no sign-in that this browser has begun in the last %d minutes.", requestLife/time.Minute)
	if len(state) != handleSize {
		return nil, asked{}, unknown
	}
	id, err := m.askedOf(r, h, state)
	if err != nil {
		return nil, asked{}, err
	}
	if id == "" {
		return nil, asked{}, unknown
	}
	p, err := findProvider(ctx, h.DB, id)
	if err != nil {
		return nil, asked{}, fmt.Errorf("look up an identity provider: %w", err)
	}
	if p == nil || p.Kind != KindOIDC {
		return nil, asked{}, unknown
	}
	a, found, err := m.open(w, r, h, p, state)
	if err != nil {
		return p, asked{}, err
	}
	if !found || a.Nonce == "" {
		return p, asked{}, unknown
	}
	err = h.DB.Write(ctx, nil, func(tx *db.Tx) error {
		return first(useRequest(tx, p.ID, state, a.carriedUntil(), m.clock.Now()))
	})
	if err != nil {
		return p, asked{}, err
	}
	if !p.Enabled && !a.Test {
		return p, asked{}, refuse("provider_disabled", "%s is not enabled.", p.Name)
	}
	return p, a, nil
}

// knownErrors are the error codes of RFC 6749 section 4.1.2.1 and OpenID Connect Core 1.0 section 3.1.2.6. Others are not repeated as codes of
// our own: whoever holds the browser could make them up.
var knownErrors = []string{"access_denied", "invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope", "server_error", "temporarily_unavailable",
	"interaction_required", "login_required", "account_selection_required", "consent_required", "invalid_client"}

// providerError is what a provider says instead of vouching for somebody.
func providerError(p *Provider, code, description string) error {
	ours := "provider_error"
	if slices.Contains(knownErrors, code) {
		ours = "provider_" + code
	}
	return refuse(ours, "%s answers %s", p.Name, strings.TrimSpace(printable(code)+" "+printable(description)))
}

// exchange turns a code into tokens.
func (m *Module) exchange(ctx context.Context, h *tenant.Handle, p *Provider, known *openID, code string, a asked) (*oauth2.Token, string, error) {
	if code == "" || len(code) > maxCode {
		return nil, "", refuse("answer_malformed", "The answer has no code.")
	}
	client, err := m.client(h, p, known)
	if err != nil {
		return nil, "", err
	}
	token, err := client.Exchange(m.asking(ctx), code, oauth2.VerifierOption(a.Proof))
	if err != nil {
		return nil, "", refuse("exchange_failed", "The code could not be turned into a token: %s.", unreachable(err))
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok || raw == "" {
		return nil, "", refuse("token_missing", "There is no id_token in the provider's answer.")
	}
	return token, raw, nil
}

// idToken is a token that counts.
type idToken struct {
	*oidc.IDToken
	claims   claims
	provider *Provider
	authAt   time.Time // zero: not said
}

// algorithms are those of signatures that count. None of them uses a shared key.
var algorithms = []string{oidc.RS256, oidc.PS256, oidc.ES256, oidc.EdDSA}

const (
	standardSkew = 3 * time.Minute
	maxTokenAge  = time.Hour // since its iat, which some providers set a little back
)

// keptKeys remembers what its key set made of a token.
type keptKeys struct {
	KeySet
	payload []byte
	err     error
}

// VerifySignature returns the payload of a token.
func (k *keptKeys) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	k.payload, k.err = k.KeySet.VerifySignature(ctx, jwt)
	return k.payload, k.err
}

// otherToken is the type of a token that its head says to be none for signing in, so that nobody passes an access token or a logout token
// off as one; empty: it may be one. The head was read before.
func otherToken(raw string) string {
	part, _, _ := strings.Cut(raw, ".")
	text, err := base64.RawURLEncoding.DecodeString(part)
	var head struct {
		Type string `json:"typ"`
	}
	if err != nil || json.Unmarshal(text, &head) != nil {
		return ""
	}
	switch kind := strings.TrimPrefix(strings.ToLower(head.Type), "application/"); kind {
	case "at+jwt", "logout+jwt":
		return kind
	}
	return ""
}

// misshapen says in words which of the claims that every token has is of another type than it has to be; empty: none.
func misshapen(payload []byte) string {
	var said map[string]any
	if json.Unmarshal(payload, &said) != nil {
		return ""
	}
	for _, name := range []string{"iss", "sub", "nonce", "at_hash", "exp", "iat", "nbf"} {
		value := said[name]
		isTime := name == "exp" || name == "iat" || name == "nbf"
		switch value.(type) {
		case nil:
			continue
		case string:
			if !isTime {
				continue
			}
		case float64:
			if isTime {
				continue
			}
		}
		if isTime {
			return name + " is no number"
		}
		return name + " is no text"
	}
	return ""
}

// judgeToken holds a token against what is known of its provider and what was asked (OpenID Connect Core 1.0 section 3.1.3.7).
func (m *Module) judgeToken(ctx context.Context, p *Provider, known *openID, token *oauth2.Token, raw string, a asked) (*idToken, error) {
	now, skew := m.clock.Now(), time.Duration(p.SkewSeconds)*time.Second
	if skew == 0 {
		skew = standardSkew
	}
	keys := &keptKeys{KeySet: known.keys}
	verified, err := oidc.NewVerifier(p.EntityID, keys, &oidc.Config{ClientID: p.ClientID, SupportedSigningAlgs: algorithms,
		Now: func() time.Time { return now.Add(-skew) }}).Verify(ctx, raw)
	switch {
	case keys.err != nil:
		return nil, refuse("token_signature", "The token's signature does not count: %s.", printable(keys.err.Error()))
	case keys.payload == nil:
		return nil, refuse("token_signature", "The token is not signed in a way that counts (%s).", strings.Join(algorithms, ", "))
	}
	said, unread := claimsOf(keys.payload)
	late := (*oidc.TokenExpiredError)(nil)
	switch {
	case otherToken(raw) != "":
		return nil, refuse("token_refused", "The token is of the type %s, and no ID token (RFC 8725 section 3.11, RFC 9068).", printable(otherToken(raw)))
	case unread != nil:
		return nil, refuse("token_refused", "The token cannot be read: %s.", printable(unread.Error()))
	case said.first("iss") != p.EntityID:
		return nil, refuse("token_issuer", "The token is of %s, not of %s.", printable(said.first("iss")), printable(p.EntityID))
	case !slices.Contains(said["aud"], p.ClientID):
		return nil, refuse("token_audience", "The token is for %s, not for %s.", printable(strings.Join(said["aud"], " ")), printable(p.ClientID))
	case err != nil && misshapen(keys.payload) != "":
		return nil, refuse("token_refused", "The token cannot be read: %s.", misshapen(keys.payload))
	case errors.As(err, &late) && said.first("exp") == "":
		return nil, refuse("token_expired", "The token does not say when it ends (exp).")
	case said.first("exp") != "" && seconds(said.first("exp")).IsZero():
		return nil, refuse("token_expired", "The token ends at no time that there is: its exp is %s.", printable(said.first("exp")))
	case errors.As(err, &late):
		return nil, refuse("token_expired", "The token has expired at %s. %s", late.Expiry.UTC().Format(time.RFC3339), skewed(seconds(said.first("iat")), now))
	case err != nil:
		return nil, refuse("token_refused", "The token does not count: %s.", printable(err.Error()))
	}
	out := &idToken{IDToken: verified, claims: said, provider: p, authAt: seconds(said.first("auth_time"))}
	azp, named := said["azp"]
	switch {
	case named && (len(azp) != 1 || azp[0] != p.ClientID), !named && len(verified.Audience) != 1:
		return nil, refuse("token_audience", "The token is for another client, or for several.")
	case verified.Subject == "" || said.first("sub") != verified.Subject || len(verified.Subject) > 255:
		return nil, refuse("token_subject", "The token names nobody.")
	case subtle.ConstantTimeCompare([]byte(said.first("nonce")), []byte(a.Nonce)) == 0:
		return nil, refuse("token_nonce", "The token answers another sign-in.")
	case verified.IssuedAt.IsZero() || verified.IssuedAt.Unix() <= 0 || verified.IssuedAt.After(now.Add(skew)) || verified.IssuedAt.Before(now.Add(-maxTokenAge-skew)):
		return nil, refuse("token_times", "The token does not say that it was made just now. %s", skewed(verified.IssuedAt, now))
	case p.ForceAuthn && !out.authAt.IsZero() && out.authAt.Before(time.Unix(a.At, 0).Add(-skew)):
		return nil, refuse("not_fresh", "Everybody is to prove anew who they are; this was done at %s.", out.authAt.UTC().Format(time.RFC3339))
	}
	if verified.AccessTokenHash != "" {
		if err := verified.VerifyAccessToken(token.AccessToken); err != nil {
			return nil, refuse("token_hash", "The token belongs to another access token.")
		}
	}
	return out, nil
}
