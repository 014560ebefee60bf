package trust

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// sessionCookie is the cookie in which browser-hosted clients of the ITSM API hold their session key.
const sessionCookie = "SID"

// Authenticate says who makes a request to a tenant. The Authorization header counts in every form of
// parseAuthorization; without one the cookie of a browser session does, and then the cookie SID, behind the cross-origin check. Whatever is wrong with the credential
// is one fault.Unauthenticated. Several Authorization headers are fault.Invalid, a cookie brought by another site is
// fault.Forbidden (cross_origin), and a database that cannot be asked is fault.Unavailable.
func (m *Module) Authenticate(ctx context.Context, r *http.Request, h *tenant.Handle) (*principal.Principal, error) {
	p := m.plane(h)
	address := web.ClientAddress(ctx).Unmap()
	if len(r.Header["Authorization"]) == 0 {
		who, found, err := m.browser.Authenticate(ctx, r, h)
		if found && (err == nil || !fault.Is(err, fault.Unauthenticated) || !hasSessionKey(r)) {
			return who, err
		}
	}
	c, err := presented(r)
	if err != nil {
		if fault.Is(err, fault.Unauthenticated) && presentedAny(r) {
			p.refuse(refusal{address: address, reason: "malformed"})
		}
		return nil, err
	}
	return p.authenticate(ctx, c, address, web.RequestID(ctx))
}

// presented finds the credential of a request.
func presented(r *http.Request) (credential, error) {
	switch headers := r.Header["Authorization"]; len(headers) {
	case 0:
	case 1:
		if c, ok := parseAuthorization(headers[0]); ok {
			return c, nil
		}
		return credential{}, refused()
	default:
		return credential{}, fault.New(fault.Invalid, "authorization_twice", "The request has more than one Authorization header.")
	}
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return credential{}, fault.New(fault.Unauthenticated, "credential_missing", "Authentication required.")
	}
	if err := web.CheckOrigin(r); err != nil {
		return credential{}, err
	}
	if _, _, _, ok := splitSession(cookie.Value); !ok {
		return credential{}, refused()
	}
	return credential{sessionCredential, cookie.Value}, nil
}

// presentedAny tells a wrong credential from none at all: asking without one is how clients find out that they need one.
func presentedAny(r *http.Request) bool {
	if headers := r.Header["Authorization"]; len(headers) > 0 {
		return headers[0] != ""
	}
	return hasSessionKey(r)
}

// hasSessionKey reports whether a request brings a session key as a cookie.
func hasSessionKey(r *http.Request) bool {
	_, err := r.Cookie(sessionCookie)
	return err == nil
}

// authenticate checks a credential, from memory where it was verified a moment ago.
func (p *plane) authenticate(ctx context.Context, c credential, address netip.Addr, requestID string) (*principal.Principal, error) {
	if c.kind == tokenCredential {
		return p.authenticateToken(ctx, c.value, address, requestID)
	}
	now := p.clock.Now()
	d := c.digest()
	g := p.cache.get(d)
	if g == nil || !g.counts(now, p.generation.Load()) {
		fresh, why, err := p.verify(ctx, c, g, now)
		if err != nil {
			if g != nil {
				g.asking.Store(false)
			}
			return nil, err
		}
		if why.reason != "" {
			if g != nil {
				p.cache.drop(d)
			}
			why.address = address
			p.refuse(why)
			return nil, refused()
		}
		g = fresh
		p.cache.put(d, g)
	}
	if !g.allows(address) {
		p.refuse(refusal{object: g.use.object, credential: g.principal.CredentialID, address: address, reason: "address"})
		return nil, refused()
	}
	who := g.principal
	who.Address, who.RequestID = address, requestID
	p.used(g.use, now, &who)
	return &who, nil
}

// verify looks a credential up in the database. A credential that does not count gives a refusal with its reason,
// an error means that nobody could tell. before is what was known of it, or nil.
func (p *plane) verify(ctx context.Context, c credential, before *grant, now time.Time) (*grant, refusal, error) {
	generation := p.generation.Load() // before anything is read: a change meanwhile makes the grant old
	var g *grant
	var why refusal
	var err error
	switch c.kind {
	case keyCredential:
		g, why, err = p.verifyKey(ctx, c.value, now)
	case sessionCredential:
		g, why, err = p.verifySession(ctx, c.value, before, now)
	default:
		return nil, refusal{}, fmt.Errorf("check a credential of kind %d", c.kind) // tokens are checked elsewhere
	}
	if err != nil || why.reason != "" {
		return nil, why, err
	}
	if before != nil && before.use.id == g.use.id {
		g.use = before.use
	}
	g.loaded, g.generation = now, generation
	return g, refusal{}, nil
}

// acting makes the principal of a person in a role, if the person is active and holds the role.
func (p *plane) acting(ctx context.Context, kind principal.Kind, credentialID, personID, role string) (principal.Principal, string, error) {
	who, err := p.person(ctx, personID)
	if err != nil {
		return principal.Principal{}, "", err
	}
	if !who.Active {
		return principal.Principal{}, "person not active", nil
	}
	held, _, err := p.held(ctx, p.db, personID)
	if err != nil {
		return principal.Principal{}, "", err
	}
	if !p.roles().Effective(held, role) {
		return principal.Principal{}, "role not held", nil
	}
	return principal.Principal{Kind: kind, TenantID: p.tenantID, CredentialID: credentialID, PersonID: personID,
		Login: who.Login, DisplayName: who.Name, Role: role}, "", nil
}
