// Package role answers the one question of authorisation: may this principal do that to objects of this type, and to
// which rows?
//
// Roles are data of the tenant. A role includes others (its closure is computed, never stored) and has rights per
// object type. A Book is a tenant's roles compiled for answering; it never changes, and the cell role.version says
// when a newer one is to be loaded. Which person holds which roles stands beside them; a principal acts in exactly one.
package role
