// Package trust is the trust plane: the credentials with which programs and people open the tenant's APIs.
//
// REST API keys belong to key groups. A key acts on behalf of an employee in one role; that role counts only while the group
// allows it, the employee still holds it and is active, and the request comes from an allowed address. Session keys
// are what a person gets from the login call of the ITSM API for a name and a password.
//
// App registrations are programs that get tokens with client secrets or public keys of their own. What can be registered is
// data: catalogue/types.json. Tokens are JWTs (RFC 9068) signed by keys of the tenant, which are published a day before they are used. What
// is needed to give and to judge a token is in memory, with a revision by which replicas follow each other (directory.go). Tokens of
// other issuers count as the persons they are linked to (package issuer).
//
// Of a secret only an HMAC under a pepper of the keys file is stored; it is shown once. Each request asks
// Authenticate, which reads every form of Authorization header that clients of the original send and answers
// with a principal, or with one refusal for all reasons. It remembers what it has verified for two seconds, by a digest
// of the credential, so that a revoked key or a deactivated person is refused on every replica within five.
//
// Uses are counted in memory and written every ten seconds, the first use from a new address within one second, and
// refusals are summed per minute: a crash may lose that much of the record of uses, never a change of a credential.
//
// Sources: spec/trust.md sections 8, 11 and 12, spec/itsm-odata.md section 2.
package trust
