package scim

import "context"

// Directory is what a Handler works on: the users and groups of one tenant, for whoever asks.
type Directory struct {
	Base   string // the absolute URL the handler is reached under, without a slash at the end: "https://desk.example.com/scim/v2"
	Users  Store[User]
	Groups Store[Group]
}

// Store keeps the resources of one type. Its refusals are fault.Errors: NotFound for an id that is not there, Conflict for a
// userName, externalId or displayName that is taken, Invalid for a value that cannot be kept, Forbidden for a resource that may not
// be touched.
type Store[R User | Group] interface {
	// Find returns what a query asks for, in an order that stays the same from page to page. Nothing found is no error.
	Find(ctx context.Context, q Query) (Found[R], error)
	// Create keeps a new resource and returns it as it is kept, with its id and times.
	Create(ctx context.Context, r R) (R, error)
	// Change puts in place of a resource what change makes of it, in one transaction, and returns it as it is then kept. An error
	// of change is returned as it is, and nothing has changed. change may be called again where a transaction is tried again; it
	// changes nothing but what it returns, which keeps ID, Created and LastModified.
	Change(ctx context.Context, id string, change func(R) (R, error)) (R, error)
	// Delete removes a resource for good.
	Delete(ctx context.Context, id string) error
}

// Query says which resources are wanted.
type Query struct {
	Filter Filter
	Skip   int // how many of those that match are left out at the beginning
	Count  int // how many are wanted at most; with 0 only the total
	// WithoutMembers says that the members of groups are not looked at, so that they need not be read.
	WithoutMembers bool
}

// Found is a page of what matches a query.
type Found[R User | Group] struct {
	Total     int // how many match, on all pages
	Resources []R
}

// Filter is a list of comparisons that must all hold. An empty one holds for everything.
type Filter []Term

// Term holds for a resource whose attribute has the value.
type Term struct {
	Attribute Attribute
	Type      string // of the entry that has the value, in small letters ("work"); "" is any
	Value     string // never empty; "true" or "false" for Active
}

// Attribute is what a filter can compare.
type Attribute string

// The attributes. ID, ExternalID, Members, Manager and EmployeeNumber compare exactly, the others without regard to case. Users have
// all but Members, groups have ID, ExternalID, DisplayName and Members.
const (
	ID             Attribute = "id"
	ExternalID     Attribute = "externalId"
	UserName       Attribute = "userName"
	DisplayName    Attribute = "displayName"
	Active         Attribute = "active"
	Emails         Attribute = "emails.value" // the only one with a Type
	EmployeeNumber Attribute = "employeeNumber"
	Manager        Attribute = "manager.value" // the id of the manager
	Members        Attribute = "members.value" // the id of a user who is a member
)

// Codes of refusals that have a scimType of their own.
const (
	CodeUniqueness    = "uniqueness"     // 409: a userName, externalId or displayName is taken
	CodeInvalidFilter = "invalid_filter" // 400: a filter that is malformed or compares what cannot be compared
	CodeInvalidPath   = "invalid_path"   // 400: the path of an operation is malformed or names no attribute
	CodeInvalidValue  = "invalid_value"  // 400: a value is missing, of the wrong type or cannot be kept
	CodeInvalidSyntax = "invalid_syntax" // 400: the body is not the JSON that is expected
	CodeMutability    = "mutability"     // 400: the attribute cannot be changed, or not be taken away
	CodeNoTarget      = "no_target"      // 400: the path matches no entry, and none can be made from it
	CodeTooMany       = "too_many"       // 400: more operations or values than are taken at once
)
