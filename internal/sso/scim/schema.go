package scim

import "strings"

// The names of schemas and messages.
const (
	userURN       = "urn:ietf:params:scim:schemas:core:2.0:User"
	groupURN      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	enterpriseURN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	schemaURN     = "urn:ietf:params:scim:schemas:core:2.0:Schema"
	typeURN       = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
	configURN     = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
	listURN       = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	patchURN      = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	searchURN     = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
	errorURN      = "urn:ietf:params:scim:api:messages:2.0:Error"
)

// kind is the type of an attribute's values, as schemas name it.
type kind string

const (
	text      kind = "string"
	boolean   kind = "boolean"
	reference kind = "reference"
	dateTime  kind = "dateTime"
	complexly kind = "complex" // has sub-attributes
)

// The mutabilities.
const (
	readWrite = "readWrite"
	readOnly  = "readOnly"
	immutable = "immutable" // set with its entry, never changed
)

// attribute is the definition of an attribute (RFC 7643 section 7). It is what requests are read by, and what GET /Schemas answers.
type attribute struct {
	name     string
	kind     kind
	many     bool   // has several values
	mutable  string // readWrite unless it says otherwise
	required bool
	exact    bool   // compares with regard to case
	always   bool   // answered whatever attributes are asked for
	unique   string // "none" unless it says otherwise
	values   []string
	refers   []string // the resource types that a reference leads to
	about    string
	subs     []*attribute
}

// sub returns the sub-attribute of a name in any case, or nil.
func (a *attribute) sub(name string) *attribute { return named(a.subs, name) }

func (a *attribute) readOnly() bool { return a.mutable == readOnly }

// named finds a definition by its name in any case, or nil.
func named(all []*attribute, name string) *attribute {
	for _, a := range all {
		if equalNames(a.name, name) {
			return a
		}
	}
	return nil
}

// equalNames compares names of attributes and schemas, which are ASCII, without regard to case.
func equalNames(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }

// schema is a set of attributes with a name.
type schema struct {
	urn, name, about string
	attributes       []*attribute
}

// resource is a type of resources: what it is made of and where it is found.
type resource struct {
	name, plural, about string // "User", "Users"
	core                *schema
	extension           *schema              // nil: none
	filters             map[string]Attribute // what a filter can compare, by its path in small letters
}

// The attributes that are common to all resources (RFC 7643 section 3.1).
var (
	schemasAttribute = &attribute{name: "schemas", kind: reference, many: true, mutable: readOnly, always: true}
	metaAttribute    = &attribute{name: "meta", kind: complexly, mutable: readOnly, subs: []*attribute{
		{name: "resourceType", kind: text, mutable: readOnly},
		{name: "created", kind: dateTime, mutable: readOnly},
		{name: "lastModified", kind: dateTime, mutable: readOnly},
		{name: "location", kind: reference, mutable: readOnly},
	}}
	idAttribute = &attribute{
		name: "id", kind: text, mutable: readOnly, exact: true, always: true, unique: "server",
		about: "The identifier of the resource, given by this service.",
	}
	externalIDAttribute = &attribute{
		name: "externalId", kind: text, exact: true, unique: "server",
		about: "The identifier of the resource at the client. Map Entra's objectId here, so that sign-in and provisioning mean the same person.",
	}
)

// attribute finds an attribute by its name in any case: of the core schema first, then of the extension.
func (t *resource) attribute(name string) (a *attribute, extended bool) {
	for _, a := range []*attribute{schemasAttribute, metaAttribute} {
		if equalNames(a.name, name) {
			return a, false
		}
	}
	if a := named(t.core.attributes, name); a != nil {
		return a, false
	}
	if t.extension != nil {
		a = named(t.extension.attributes, name)
	}
	return a, a != nil
}
