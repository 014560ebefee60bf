package scim

// userType is what is known of users.
var userType = &resource{
	name: "User", plural: "Users", about: "A person who can sign in.",
	core: userSchema, extension: enterpriseSchema,
	filters: map[string]Attribute{
		"id": ID, "externalid": ExternalID, "username": UserName, "displayname": DisplayName, "active": Active, "emails": Emails, "emails.value": Emails,
		"employeenumber": EmployeeNumber, "manager": Manager, "manager.value": Manager,
	},
}

var userSchema = &schema{urn: userURN, name: "User", about: "A person who can sign in.", attributes: []*attribute{
	idAttribute,
	externalIDAttribute,
	{name: "userName", kind: text, required: true, unique: "server", about: "The name the person signs in with, unique but for case."},
	{name: "name", kind: complexly, about: "The parts of the person's name.", subs: []*attribute{
		{name: "formatted", kind: text, about: "The full name, as it is shown."},
		{name: "familyName", kind: text, about: "The family name."},
		{name: "givenName", kind: text, about: "The given name."},
		{name: "middleName", kind: text, about: "The middle names."},
		{name: "honorificPrefix", kind: text, about: "What stands before the name, such as a title."},
		{name: "honorificSuffix", kind: text, about: "What stands after the name."},
	}},
	{name: "displayName", kind: text, about: "The name that others see."},
	{name: "nickName", kind: text, about: "What the person is called in everyday life."},
	{name: "profileUrl", kind: reference, exact: true, refers: []string{"external"}, about: "The address of a page about the person."},
	{name: "title", kind: text, about: "The job title."},
	{name: "userType", kind: text, about: "The relation to the organisation, such as Employee or Contractor."},
	{name: "preferredLanguage", kind: text, about: "The language the person prefers, such as de-AT."},
	{name: "locale", kind: text, about: "How dates and numbers are written for the person, such as de-AT."},
	{name: "timezone", kind: text, about: "The person's time zone, such as Europe/Vienna."},
	{name: "active", kind: boolean, about: "Whether the person may sign in. False ends all sessions at once; the person and what they did stay."},
	entries("emails", "E-mail addresses, one of each type.", "The address.", "work", "home", "other"),
	entries("phoneNumbers", "Telephone numbers, one of each type, kept as they were sent.", "The number.", "work", "home", "mobile", "fax", "pager", "other"),
	{name: "addresses", kind: complexly, many: true, about: "Postal addresses, one of each type.", subs: []*attribute{
		{name: "formatted", kind: text, about: "The whole address, as it is written on a letter."},
		{name: "streetAddress", kind: text, about: "Street and number."},
		{name: "locality", kind: text, about: "City."},
		{name: "region", kind: text, about: "State or region."},
		{name: "postalCode", kind: text, about: "Postal code."},
		{name: "country", kind: text, about: "Country."},
		{name: "type", kind: text, values: []string{"work", "home", "other"}, about: "What the address is for."},
		{name: "primary", kind: boolean, about: "Whether this is the first choice; one at most is."},
	}},
}}

// entries defines an attribute with several texts, one of each type.
func entries(name, about, value string, types ...string) *attribute {
	return &attribute{name: name, kind: complexly, many: true, about: about, subs: []*attribute{
		{name: "value", kind: text, about: value},
		{name: "display", kind: text, about: "How it is shown."},
		{name: "type", kind: text, values: types, about: "What it is for."},
		{name: "primary", kind: boolean, about: "Whether this is the first choice; one at most is."},
	}}
}

var enterpriseSchema = &schema{urn: enterpriseURN, name: "EnterpriseUser", about: "What an organisation knows of its people.", attributes: []*attribute{
	{name: "employeeNumber", kind: text, exact: true, about: "The number the organisation has given to the person."},
	{name: "costCenter", kind: text, about: "The cost centre."},
	{name: "organization", kind: text, about: "The organisation."}, //nolint:misspell // the name is the RFC's
	{name: "division", kind: text, about: "The division."},
	{name: "department", kind: text, about: "The department."},
	{name: "manager", kind: complexly, about: "The person's manager.", subs: []*attribute{
		{name: "value", kind: text, exact: true, about: "The id of the manager, who is a User here."},
		{name: "$ref", kind: reference, mutable: readOnly, exact: true, refers: []string{"User"}, about: "The address of the manager."},
		{name: "displayName", kind: text, mutable: readOnly, about: "The name of the manager."},
	}},
}}
