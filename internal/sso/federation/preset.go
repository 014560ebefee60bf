package federation

// The names of Microsoft's claims (spec/sso.md 3.3).
const (
	claims2005 = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
	microsoft  = "http://schemas.microsoft.com/identity/claims/"

	claimObjectID    = microsoft + "objectidentifier"
	claimDirectory   = microsoft + "tenantid"
	claimDisplayName = microsoft + "displayname"
	claimUPN         = claims2005 + "name"
	claimEmail       = claims2005 + "emailaddress"
	claimGivenName   = claims2005 + "givenname"
	claimSurname     = claims2005 + "surname"
	claimGroups      = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"
	claimRoles       = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"
	claimGroupsLink  = "http://schemas.microsoft.com/claims/groups.link"
)

// identifying reports whether a claim names somebody, or a role of an application, in a way that users cannot choose.
func identifying(claim string) bool {
	switch claim {
	case claimObjectID, claimGroups, claimRoles, "oid", "groups", "roles":
		return true
	}
	return false
}

// overage reports whether a claim says that there are more groups than fit, which is never the same as none.
func overage(claim string) bool {
	return claim == claimGroupsLink || claim == "_claim_names" || claim == "hasgroups"
}

// The claims that fill people where a provider's own mapping says nothing.
var (
	entraMapping = []Mapping{{"FirstName", claimGivenName}, {"LastName", claimSurname}, {"PrimaryEmail", claimEmail}, {"DisplayName", claimDisplayName}, {"LoginID", claimUPN}}
	oidcMapping  = []Mapping{{"FirstName", "given_name"}, {"LastName", "family_name"}, {"PrimaryEmail", "email"}, {"DisplayName", "name"}, {"LoginID", "preferred_username"}}
	otherMapping = []Mapping{{"FirstName", "urn:oid:2.5.4.42"}, {"LastName", "urn:oid:2.5.4.4"}, {"PrimaryEmail", "urn:oid:0.9.2342.19200300.100.1.3"},
		{"DisplayName", "urn:oid:2.16.840.1.113730.3.1.241"}, {"LoginID", "urn:oid:0.9.2342.19200300.100.1.1"},
		// the same without their object identifiers, as SimpleSAMLphp sends them unless it is told otherwise, and as others call them
		{"FirstName", "givenName"}, {"FirstName", "firstName"}, {"LastName", "sn"}, {"LastName", "lastName"}, {"PrimaryEmail", "mail"}, {"PrimaryEmail", "email"},
		{"DisplayName", "displayName"}, {"LoginID", "uid"}}
	googleMapping = []Mapping{{"FirstName", "firstName"}, {"LastName", "lastName"}, {"PrimaryEmail", "email"}}
	oktaMapping   = []Mapping{{"FirstName", "firstName"}, {"LastName", "lastName"}, {"PrimaryEmail", "email"}, {"LoginID", "login"}}
)

// preset fills in what is usual for a kind of provider and was not said.
func preset(p *Provider) {
	mapping, name := otherMapping, "Single sign-on"
	switch p.Preset {
	case "entra":
		name, mapping = "Microsoft Entra ID", entraMapping
	case "adfs":
		name, mapping = "AD FS", entraMapping
	case "okta":
		name, mapping = "Okta", oktaMapping
	case "google":
		name, mapping = "Google", googleMapping
	}
	if p.Kind == KindOIDC {
		if mapping = oidcMapping; p.Preset == "google" && p.EntityID == "" {
			p.EntityID = "https://accounts.google.com"
		}
	}
	if p.Name == "" {
		p.Name = name
	}
	if p.Mapping == nil {
		p.Mapping = append([]Mapping{}, mapping...)
	}
}
