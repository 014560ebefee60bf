// Package provision keeps the people and groups of a tenant as an identity provider says over SCIM 2.0 (internal/sso/scim), and what it may
// say: the tokens that open /scim/v2, and the roles that groups give.
//
// A user is an Employee, a group a ContactGroup; scim_resource says which of them are provisioned, and SCIM sees no others. What was sent is
// kept whole, so that it is answered as it came; what the record has a field for is written there too, and where somebody has changed
// the record since, the record counts.
//
// Somebody whom an identity provider has signed in before is not made twice: a new user with the object id of theirs, or with the login
// of a person who signs in with identity providers alone, becomes that person. People with passwords are left alone, and
// so are break-glass administrators.
//
// Who is in a group is kept apart from who was put into the ContactGroup by hand: the role of a group is given to those of whom SCIM
// says that they are in it.
//
// All is written in the name of the token: principal.System, login "scim:LABEL".
//
// Sources: spec/sso.md section 12; docs/provisioning.md.
package provision
