package scim

// groupType is what is known of groups.
var groupType = &resource{
	name: "Group", plural: "Groups", about: "A group of people.",
	core:    groupSchema,
	filters: map[string]Attribute{"id": ID, "externalid": ExternalID, "displayname": DisplayName, "members": Members, "members.value": Members},
}

var groupSchema = &schema{urn: groupURN, name: "Group", about: "A group of people.", attributes: []*attribute{
	idAttribute,
	externalIDAttribute,
	{name: "displayName", kind: text, required: true, unique: "server", about: "The name of the group, unique but for case."},
	membersAttribute,
}}

var membersAttribute = &attribute{name: "members", kind: complexly, many: true, about: "The people in the group. Groups in groups are not kept.", subs: []*attribute{
	{name: "value", kind: text, mutable: immutable, exact: true, about: "The id of a User."},
	{name: "$ref", kind: reference, mutable: readOnly, exact: true, refers: []string{"User"}, about: "The address of the User."},
	{name: "display", kind: text, mutable: readOnly, about: "The name of the User."},
	{name: "type", kind: text, mutable: immutable, values: []string{"User"}, about: "What the member is, always User."},
}}
