package scim

import "time"

// Group is a group of people (RFC 7643 section 4.2).
type Group struct {
	ID           string
	ExternalID   string
	DisplayName  string
	Members      []Member // no id stands there twice
	Created      time.Time
	LastModified time.Time // zero: not said
}

// Member is a user in a group.
type Member struct {
	Value   string // the user's id
	Display string // the user's name, filled in by the Store; what a client sends is passed over
}
