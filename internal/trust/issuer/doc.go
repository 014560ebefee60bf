// Package issuer takes tokens of foreign issuers: Microsoft Entra ID, in both of its token versions, and any OpenID Connect issuer.
//
// An administrator names an issuer, the audiences its tokens have to be for and, if wanted, the clients that may bring
// them. A token is judged in ten steps (spec/trust.md 13.2), from its form to what it opens; the first step that fails refuses it,
// and Inspect tells an administrator which one that is. A token alone opens nothing here: an explicit link of issuer and subject to a
// person says for whom its bearer acts.
//
// Keys come from the issuer's discovery document or from an address the administrator gives. A KeySet asks for
// them at most once a minute whatever tokens arrive, goes on with the last good ones for a day while the issuer is away, and never
// keeps a request waiting whose key is known. All requests go through package outbound.
//
// The rules know neither clock nor network: token.go, claims.go and rules.go decide, keyset.go and fetch.go bring the keys, store.go keeps
// the rows, and a Plane holds them together for one tenant.
//
// Sources: spec/trust.md sections 13 and 19; https://learn.microsoft.com/entra/identity-platform/access-tokens; RFC 7515, 7517, 7519, 8725
// (best current practices for JWTs), 9068 (access tokens); OpenID Connect Core and Discovery 1.0.
package issuer
