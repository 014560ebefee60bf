// Package scim is SCIM 2.0 (RFC 7643 and RFC 7644) as identity providers speak it, Microsoft Entra ID above all: users and groups
// over HTTP, discovery, filters, PATCH. It knows nothing of tenants, databases, sessions or tokens: whoever mounts the Handler
// finds out who asks, and gives it a Directory to work on.
//
//	mux.Handle("/scim/v2/", scim.Handler("/scim/v2", func(w http.ResponseWriter, r *http.Request) (*scim.Directory, error) {
//		// authenticate, then:
//		return &scim.Directory{Base: base + "/scim/v2", Users: users, Groups: groups}, nil
//	}))
//
// What is kept of a resource is what the schemas say (GET /Schemas): the core User without passwords, roles, entitlements,
// certificates and pictures, the enterprise extension, and Group with users as members. Other attributes of a POST or PUT are
// passed over, as is what is readOnly; a PATCH that names one is refused. A value that is null, "" or an empty list is none, and
// none is never answered.
//
// Entra's dialect, with and without ?aadOptscim062020, works as it is: operations in any case, booleans as texts, both forms of
// taking a member away, dotted names and full URNs as keys, a manager that is a text or a list, entries that come to be because a
// path names their type. Of an attribute with several values (emails, phoneNumbers, addresses) there is one entry of each type.
//
// Filters are comparisons by eq, joined by and: a Filter is the list of them. Everything else is 400 invalidFilter.
//
// A refusal is a fault.Error. Its Code, where it is one of the constants Code…, says which scimType (RFC 7644 section 3.12) is
// answered; the Stores may use them too. Without one, fault.Conflict is uniqueness and fault.Invalid is invalidValue.
//
// Sources: spec/sso.md section 12; RFC 7643; RFC 7644; Microsoft's guide to developing a SCIM endpoint and its list of known
// issues with SCIM 2.0 protocol compliance.
package scim
