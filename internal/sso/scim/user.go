package scim

import "time"

// User is a person (RFC 7643 section 4.1) with the enterprise extension (section 4.3). Empty texts, lists and pointers are
// attributes without a value. Its JSON is that of the RFC but for schemas and meta, which the Handler adds.
type User struct {
	ID                string         `json:"id,omitempty"`
	ExternalID        string         `json:"externalId,omitempty"`
	UserName          string         `json:"userName,omitempty"`
	Name              Name           `json:"name,omitzero"`
	DisplayName       string         `json:"displayName,omitempty"`
	NickName          string         `json:"nickName,omitempty"`
	ProfileURL        string         `json:"profileUrl,omitempty"`
	Title             string         `json:"title,omitempty"`
	UserType          string         `json:"userType,omitempty"`
	PreferredLanguage string         `json:"preferredLanguage,omitempty"`
	Locale            string         `json:"locale,omitempty"`
	Timezone          string         `json:"timezone,omitempty"`
	Active            bool           `json:"active"`
	Emails            []Entry        `json:"emails,omitempty"`
	PhoneNumbers      []Entry        `json:"phoneNumbers,omitempty"`
	Addresses         []Address      `json:"addresses,omitempty"`
	Enterprise        EnterpriseUser `json:"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User,omitzero"`
	Created           time.Time      `json:"-"` // zero: not said
	LastModified      time.Time      `json:"-"`
}

// Name is the parts of a person's name.
type Name struct {
	Formatted       string `json:"formatted,omitempty"`
	FamilyName      string `json:"familyName,omitempty"`
	GivenName       string `json:"givenName,omitempty"`
	MiddleName      string `json:"middleName,omitempty"`
	HonorificPrefix string `json:"honorificPrefix,omitempty"`
	HonorificSuffix string `json:"honorificSuffix,omitempty"`
}

// Entry is one of several e-mail addresses or telephone numbers.
type Entry struct {
	Value   string `json:"value,omitempty"`
	Display string `json:"display,omitempty"`
	Type    string `json:"type,omitempty"` // "work", "mobile" …, as it was sent; no two entries have the same but for case
	Primary bool   `json:"primary,omitempty"`
}

// Address is one of several postal addresses.
type Address struct {
	Formatted     string `json:"formatted,omitempty"`
	StreetAddress string `json:"streetAddress,omitempty"`
	Locality      string `json:"locality,omitempty"`
	Region        string `json:"region,omitempty"`
	PostalCode    string `json:"postalCode,omitempty"`
	Country       string `json:"country,omitempty"`
	Type          string `json:"type,omitempty"`
	Primary       bool   `json:"primary,omitempty"`
}

// EnterpriseUser is what the enterprise extension says of a person.
type EnterpriseUser struct {
	EmployeeNumber string `json:"employeeNumber,omitempty"`
	CostCenter     string `json:"costCenter,omitempty"`
	Organization   string `json:"organization,omitempty"` //nolint:misspell // the name is the RFC's
	Division       string `json:"division,omitempty"`
	Department     string `json:"department,omitempty"`
	Manager        Ref    `json:"manager,omitzero"`
}

// Ref points to a person.
type Ref struct {
	Value       string `json:"value,omitempty"`       // the person's id
	DisplayName string `json:"displayName,omitempty"` // the person's, filled in by the Store; what a client sends is passed over
}
