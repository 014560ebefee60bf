package provision

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/sso/scim"
)

// field is a field of an employee that SCIM fills.
type field struct {
	name string
	scim string // what SCIM calls it
	at   func(u *scim.User) string
	put  func(u *scim.User, value string)
	// exact says that a value which is too long for the field is refused. The others are cut there, and answered as they were sent.
	exact bool
	// derived says that the record has a value where nobody gave one.
	derived bool
}

// fields are all of them, in the order in which they are written.
var fields = []field{
	plain("LoginID", "userName", func(u *scim.User) *string { return &u.UserName }).exactly(),
	plain("Prefix", "name.honorificPrefix", func(u *scim.User) *string { return &u.Name.HonorificPrefix }),
	plain("FirstName", "name.givenName", func(u *scim.User) *string { return &u.Name.GivenName }),
	plain("MiddleName", "name.middleName", func(u *scim.User) *string { return &u.Name.MiddleName }),
	plain("LastName", "name.familyName", func(u *scim.User) *string { return &u.Name.FamilyName }),
	plain("Suffix", "name.honorificSuffix", func(u *scim.User) *string { return &u.Name.HonorificSuffix }),
	displayName(),
	{name: "PrimaryEmail", scim: "emails", at: mail, put: putMail, exact: true},
	phone("Phone", "work"), phone("MobilePhone", "mobile"), phone("Fax", "fax"),
	plain("Title", "title", func(u *scim.User) *string { return &u.Title }),
	plain("Department", "department", func(u *scim.User) *string { return &u.Enterprise.Department }),
	plain("CostCenter", "costCenter", func(u *scim.User) *string { return &u.Enterprise.CostCenter }),
	plain("EmployeeNumber", "employeeNumber", func(u *scim.User) *string { return &u.Enterprise.EmployeeNumber }),
	address("Address1", "streetAddress", func(a *scim.Address) *string { return &a.StreetAddress }),
	address("City", "locality", func(a *scim.Address) *string { return &a.Locality }),
	address("State", "region", func(a *scim.Address) *string { return &a.Region }),
	address("Zip", "postalCode", func(a *scim.Address) *string { return &a.PostalCode }),
	address("Country", "country", func(a *scim.Address) *string { return &a.Country }),
}

func plain(name, called string, at func(u *scim.User) *string) field {
	return field{name: name, scim: called, at: func(u *scim.User) string { return *at(u) }, put: func(u *scim.User, value string) { *at(u) = value }}
}

func (f field) exactly() field { f.exact = true; return f }

func displayName() field {
	f := plain("DisplayName", "displayName", func(u *scim.User) *string { return &u.DisplayName })
	f.derived = true
	return f
}

// work is the type of what belongs to the employee.
const work = "work"

// mailAt is where the address stands that is the record's e-mail: that for work, else the first choice, else the first.
func mailAt(u *scim.User) int {
	for _, is := range []func(scim.Entry) bool{
		func(e scim.Entry) bool { return strings.EqualFold(e.Type, work) },
		func(e scim.Entry) bool { return e.Primary },
		func(scim.Entry) bool { return true },
	} {
		if i := slices.IndexFunc(u.Emails, is); i >= 0 {
			return i
		}
	}
	return -1
}

func mail(u *scim.User) string {
	if i := mailAt(u); i >= 0 {
		return u.Emails[i].Value
	}
	return ""
}

func putMail(u *scim.User, value string) {
	switch i := mailAt(u); {
	case i >= 0 && value == "":
		u.Emails = slices.Delete(u.Emails, i, i+1)
	case i >= 0:
		u.Emails[i].Value = value
	case value != "":
		u.Emails = append(u.Emails, scim.Entry{Value: value, Type: work, Primary: true})
	}
}

// mailType is the type of the address that is the record's e-mail; of a user without, that of the one which the record may get.
func mailType(u *scim.User) string {
	if i := mailAt(u); i >= 0 {
		return strings.ToLower(u.Emails[i].Type)
	}
	return work
}

// phone is a telephone number of a type.
func phone(name, kind string) field {
	at := func(u *scim.User) int {
		return slices.IndexFunc(u.PhoneNumbers, func(e scim.Entry) bool { return strings.EqualFold(e.Type, kind) })
	}
	return field{name: name, scim: "phoneNumbers", at: func(u *scim.User) string {
		if i := at(u); i >= 0 {
			return u.PhoneNumbers[i].Value
		}
		return ""
	}, put: func(u *scim.User, value string) {
		switch i := at(u); {
		case i >= 0 && value == "":
			u.PhoneNumbers = slices.Delete(u.PhoneNumbers, i, i+1)
		case i >= 0:
			u.PhoneNumbers[i].Value = value
		case value != "":
			u.PhoneNumbers = append(u.PhoneNumbers, scim.Entry{Value: value, Type: kind})
		}
	}}
}

// address is a part of the address for work.
func address(name, called string, part func(a *scim.Address) *string) field {
	at := func(u *scim.User) int {
		return slices.IndexFunc(u.Addresses, func(a scim.Address) bool { return strings.EqualFold(a.Type, work) })
	}
	return field{name: name, scim: "addresses." + called, at: func(u *scim.User) string {
		if i := at(u); i >= 0 {
			return *part(&u.Addresses[i])
		}
		return ""
	}, put: func(u *scim.User, value string) {
		i := at(u)
		if i < 0 && value != "" {
			u.Addresses = append(u.Addresses, scim.Address{Type: work})
			i = len(u.Addresses) - 1
		}
		if i < 0 {
			return
		}
		if *part(&u.Addresses[i]) = value; u.Addresses[i] == (scim.Address{Type: u.Addresses[i].Type, Primary: u.Addresses[i].Primary}) {
			u.Addresses = slices.Delete(u.Addresses, i, i+1)
		}
	}}
}

// value is what the field of a record gets of a user.
func (f *field) value(t *record.Type, u *scim.User) string {
	v := f.at(u)
	if f.exact {
		return v
	}
	if position, _, ok := t.Lookup(f.name); ok {
		return cut(v, t.Fields[position].Max)
	}
	return v
}

// cut is the beginning of a text.
func cut(s string, characters int) string {
	if characters <= 0 || utf8.RuneCountInString(s) <= characters {
		return s
	}
	return string([]rune(s)[:characters])
}

// facts are what a record of an employee says, by field.
type facts map[string]string

// further are the fields that are read besides.
var further = []string{"Status", "Disabled", "ManagerLink", "LastModDateTime", "DisplayName", "IsInternalAuth", "IsExternalAuth"}

func factsOf(row record.Row) facts {
	out := make(facts, len(fields)+len(further))
	for i := range fields {
		out[fields[i].name] = row.Text(fields[i].name)
	}
	for _, name := range further {
		out[name] = row.Text(name)
	}
	return out
}

// active reports whether somebody may sign in.
func (f facts) active() bool { return activeStatus(f["Status"]) && f["Disabled"] != "true" }

func activeStatus(status string) bool {
	switch strings.ToLower(status) {
	case "active", "new", "on leave":
		return true
	}
	return false
}

// userOf makes a user of a record and what was sent. Where the record says something else by now, the record counts.
func userOf(t *record.Type, recID string, of facts, kept resource) (scim.User, error) {
	var u scim.User
	if kept.extra != "" {
		if err := json.Unmarshal([]byte(kept.extra), &u); err != nil {
			return u, fmt.Errorf("read what was sent of a user: %w", err)
		}
	}
	for i := range fields {
		f := &fields[i]
		sent, now := f.value(t, &u), of[f.name]
		if sent != now && (!f.derived || sent != "") {
			f.put(&u, now)
		}
	}
	u.ID, u.ExternalID, u.Active = recID, kept.external, of.active()
	u.Created, u.LastModified = instant(kept.created), instant(kept.changed)
	return u, nil
}

// sentOf is what is kept of a user as it was sent.
func sentOf(u scim.User) (string, error) {
	u.ID, u.ExternalID, u.Enterprise.Manager.DisplayName = "", "", ""
	b, err := json.Marshal(u)
	if err != nil {
		return "", fmt.Errorf("write what was sent of a user: %w", err)
	}
	return string(b), nil
}

// restOf is what is said of a user that the record has no field for.
func restOf(u scim.User) (map[string]json.RawMessage, error) {
	external := u.ExternalID
	text, err := sentOf(u)
	if err != nil {
		return nil, err
	}
	var rest scim.User
	if err := json.Unmarshal([]byte(text), &rest); err != nil { // a copy of all lists
		return nil, fmt.Errorf("read what was sent of a user: %w", err)
	}
	for i := range fields {
		fields[i].put(&rest, "")
	}
	rest.Enterprise.Manager, rest.ExternalID = scim.Ref{}, external
	b, err := json.Marshal(rest)
	if err != nil {
		return nil, fmt.Errorf("write what was sent of a user: %w", err)
	}
	out := map[string]json.RawMessage{}
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, fmt.Errorf("read what was sent of a user: %w", err)
	}
	delete(out, "active")
	return out, nil
}

// changes are what a record gets where a user becomes another; nil, which is a new record, has no values.
func changes(t *record.Type, had, now *scim.User) record.Input {
	var in record.Input
	for i := range fields {
		f := &fields[i]
		before := ""
		if had != nil {
			before = f.value(t, had)
		}
		if after := f.value(t, now); after != before {
			in = append(in, record.InputField{Name: f.name, Value: after})
		}
	}
	return in
}

// activation is what a record gets so that somebody may sign in, or may not.
func activation(of facts, on bool) record.Input {
	if of.active() == on {
		return nil
	}
	in := record.Input{{Name: "Disabled", Value: !on}}
	if on && !activeStatus(of["Status"]) {
		in = append(in, record.InputField{Name: "Status", Value: "Active"})
	}
	return in
}
