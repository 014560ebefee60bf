// Package federation signs people in whom somebody else vouches for: SAML and OpenID Connect identity providers, users that come to be
// at their first sign-in, and what these get.
//
// An identity provider is a record of its tenant. What it says of somebody passes the protocol's own checks first (internal/sso/saml
// for SAML); then Module.admit finds out whose subject it is, links or makes the person, gives and takes what the provider's
// rules say, and hands a proven person to internal/sso, which makes the session once the browser has come back to this host.
//
// Nothing that a provider says is believed beyond its own record: subjects are looked up among its identities alone, links by e-mail
// need a domain that was proven to be the tenant's and is the provider's, and roles come from a list that an administrator made. What
// rules have given, rules take back; what people gave by hand is left alone.
//
// Every attempt leaves a line of diagnostics with a code, every refusal an entry in the audit trail.
//
// Sources: spec/sso.md sections 3 to 7, 10 and 11.
package federation
