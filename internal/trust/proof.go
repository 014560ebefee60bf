package trust

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/web"
)

const (
	maxClientSecret = 1024
	assertionType   = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" // RFC 7523 section 2.2
)

// proof is a registration that has shown one of its credentials.
type proof struct {
	client     *client
	credential *clientCredential
}

// presentedClient is how a client says who it is.
type presentedClient struct {
	method    string // basic, body, headers, assertion
	id        string
	secret    string
	assertion string
}

// clientOf finds the credentials of a request to a token route: HTTP Basic, fields of the body or an assertion there, and of
// these exactly one (RFC 6749 section 2.3).
func clientOf(r *http.Request, form url.Values) (presentedClient, error) {
	c := presentedClient{id: form.Get("client_id"), secret: form.Get("client_secret"), assertion: form.Get("client_assertion")}
	headers := r.Header["Authorization"]
	switch {
	case len(headers) > 1:
		return c, oauthInvalid("invalid_request", "The request has more than one Authorization header.")
	case len(headers) == 1:
		if len(headers[0]) > maxAuthorization {
			return c, oauthInvalid("invalid_request", "The Authorization header is too long.")
		}
		user, password, ok := r.BasicAuth()
		if !ok {
			return c, oauthInvalid("invalid_request", "The Authorization header is not HTTP Basic.")
		}
		if c.secret != "" || c.assertion != "" || form.Has("client_assertion_type") {
			return c, oauthInvalid("invalid_request", "The request proves the client in more than one way.")
		}
		named := c.id
		c.method, c.id, c.secret = "basic", formDecoded(user), formDecoded(password)
		if named != "" && named != c.id {
			return c, oauthInvalid("invalid_request", "The request names two clients.")
		}
	case c.assertion != "" || form.Has("client_assertion_type"):
		if c.secret != "" {
			return c, oauthInvalid("invalid_request", "The request proves the client in more than one way.")
		}
		if form.Get("client_assertion_type") != assertionType || c.assertion == "" {
			return c, oauthInvalid("invalid_request", "The type of the client assertion is not known.")
		}
		c.method = "assertion"
	case c.id == "" && c.secret == "":
		return c, oauthInvalid("invalid_request", "The request has no client credentials.")
	default:
		c.method = "body"
	}
	return c, nil
}

// formDecoded undoes the encoding of RFC 6749 section 2.3.1, which some clients leave out; what is not encoded stays.
func formDecoded(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// prove checks the credentials of a client. Whatever is wrong is one refusal, with one text and after the same work; the
// reason goes to the audit trail.
func (p *plane) prove(ctx context.Context, in presentedClient) (proof, error) {
	address := web.ClientAddress(ctx).Unmap()
	if err := p.refresh(ctx); err != nil {
		return proof{}, err
	}
	now := p.clock.Now()
	who, reason, err := p.proveOnce(ctx, in, now)
	if reason != "" && p.missed(ctx) {
		who, reason, err = p.proveOnce(ctx, in, now)
	}
	if err != nil {
		return proof{}, err
	}
	if reason == "" && !who.client.allows(address) {
		reason = "address"
	}
	if reason == "" {
		return who, nil
	}
	why := refusal{object: objectRegistration, address: address, reason: reason}
	if who.client != nil {
		why.credential = who.client.ID
	}
	p.refuse(why)
	return proof{}, p.failed(ctx, in, address, now)
}

func (p *plane) proveOnce(ctx context.Context, in presentedClient, now time.Time) (who proof, reason string, err error) {
	if in.method == "assertion" {
		return p.proveByKey(ctx, in, now)
	}
	who, reason = p.proveBySecret(in, now)
	return who, reason, nil
}

// failed is the answer to a proof that failed.
func (p *plane) failed(ctx context.Context, in presentedClient, address netip.Addr, now time.Time) error {
	attempt := sha256.Sum256([]byte(in.id + "\x00" + in.secret + in.assertion))
	if wait := p.failures.count(address, attempt, now, p.number(ctx, settingFailures, standardFailures)); wait > 0 {
		f := fault.New(fault.RateLimited, "failures_limited", "Too many failed attempts from this address.")
		f.RetryAfter = wait
		return f
	}
	return &oauthError{code: "invalid_client", description: "The client credentials do not count.", method: in.method}
}

// proveBySecret compares a client secret with all that the client has. The work is the same for a client that is unknown.
func (p *plane) proveBySecret(in presentedClient, now time.Time) (proof, string) {
	if len(in.id) > maxClientID || len(in.secret) > maxClientSecret {
		return proof{}, "malformed"
	}
	c := p.directory.client(in.id)
	of := c
	if c == nil {
		of = nobody
	}
	var found *clientCredential
	for _, version := range p.keys.Versions() {
		mac := p.keys.MACWith(version, in.secret)
		for _, k := range of.credentials {
			if k.Kind == kindSecret && (k.pepper == version || c == nil) && hmac.Equal(mac, k.mac) {
				found = k
			}
		}
	}
	switch {
	case c == nil:
		return proof{}, "unknown client"
	case found == nil:
		return proof{client: c}, "wrong secret"
	case !found.counts(now):
		return proof{client: c}, "expired"
	case !c.Enabled:
		return proof{client: c}, "disabled"
	}
	return proof{c, found}, ""
}

// nobody is compared with where there is no client.
var nobody = &client{credentials: map[string]*clientCredential{"": {Credential: Credential{Kind: kindSecret, mac: make([]byte, sha256.Size)}}}}
