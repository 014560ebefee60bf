package people

import (
	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// Person is a person as lists of the administration API show them.
type Person struct {
	ID         string `json:"id" doc:"RecId" example:"0198A6A27D3E7A519D570B1D3C5F7A90"`
	Login      string `json:"login,omitempty" example:"amiller"`
	Name       string `json:"name" example:"Anna Miller"`
	FirstName  string `json:"first_name,omitempty" example:"Anna"`
	LastName   string `json:"last_name,omitempty" example:"Miller"`
	Email      string `json:"email,omitempty" example:"anna.miller@example.com"`
	Phone      string `json:"phone,omitempty" example:"+49 30 1234567"`
	Title      string `json:"title,omitempty" doc:"Job title" example:"Network engineer"`
	Department string `json:"department,omitempty" example:"IT"`
	Location   string `json:"location,omitempty" example:"Berlin"`
	Team       string `json:"team,omitempty" doc:"Name of the person's team" example:"Network"`
	ManagerID  string `json:"manager_id,omitempty" doc:"RecId of the manager"`
	Status     string `json:"status" doc:"Active, New, On Leave or Terminated" example:"Active"`
	Active     bool   `json:"active" doc:"May sign in and be acted for"`
	BreakGlass bool   `json:"break_glass" doc:"Break-glass administrator"`
	CreatedAt  string `json:"created_at" format:"date-time"`
	ChangedAt  string `json:"changed_at" format:"date-time"`
}

// PersonDetail is a person with what belongs to the account.
type PersonDetail struct {
	Person
	MiddleName     string     `json:"middle_name,omitempty"`
	MobilePhone    string     `json:"mobile_phone,omitempty"`
	OrgUnit        string     `json:"org_unit,omitempty" doc:"Organisational unit" example:"Corporate IT Operations"`
	OrgUnitID      string     `json:"org_unit_id,omitempty" doc:"RecId of the unit, where it is one of the records"`
	LocationID     string     `json:"location_id,omitempty" doc:"RecId of the location, where it is one of the records"`
	ManagerName    string     `json:"manager_name,omitempty"`
	PasswordSignIn bool       `json:"password_sign_in" doc:"May sign in with a password"`
	HasPassword    bool       `json:"has_password" doc:"Has set one"`
	ExternalSignIn bool       `json:"external_sign_in" doc:"May sign in with an identity provider"`
	EmailFrom      string     `json:"email_from,omitempty" doc:"What keeps the e-mail address up to date, which is then not changed by hand; absent where nothing does" example:"Contoso Entra"`
	Roles          []HeldRole `json:"roles" doc:"The default role first"`

	Mark *BreakGlassMark `json:"break_glass_mark,omitempty" doc:"Of a break-glass administrator: who made them one"`
}

// HeldRole is a role somebody holds.
type HeldRole struct {
	Name    string `json:"name" example:"ServiceDeskAnalyst"`
	Label   string `json:"label,omitempty" example:"Service Desk Analyst"`
	Default bool   `json:"default" doc:"The role of a sign-in that names none"`
}

func personOf(row record.Row) Person {
	return Person{
		ID: row.RecID, Login: row.Text("LoginID"), Name: row.Text("DisplayName"), FirstName: row.Text("FirstName"), LastName: row.Text("LastName"),
		Email: row.Text("PrimaryEmail"), Phone: row.Text("Phone"), Title: row.Text("Title"), Department: row.Text("Department"),
		Location: row.Text("EmployeeLocation"), Team: row.Text("Team"), ManagerID: row.Text("ManagerLink"), Status: row.Text("Status"),
		Active:    active(row.Text("Status"), row.Bool("Disabled")),
		CreatedAt: row.Text("CreatedDateTime"), ChangedAt: row.Text("LastModDateTime"),
	}
}

// NewPersonBody is a person to create.
type NewPersonBody struct {
	Login string `json:"login" minLength:"1" maxLength:"255" doc:"Without spaces" example:"amiller"`
	Role  string `json:"role" minLength:"1" maxLength:"64" doc:"The role by default, in any case" example:"ServiceDeskAnalyst"`
	PersonFields
}

// PersonFields are what can be said of a person when it is made and later.
type PersonFields struct {
	FirstName      *string `json:"first_name,omitempty" maxLength:"255" example:"Anna"`
	MiddleName     *string `json:"middle_name,omitempty" maxLength:"255"`
	LastName       *string `json:"last_name,omitempty" maxLength:"255" example:"Miller"`
	Name           *string `json:"name,omitempty" maxLength:"255" doc:"Made of the other names where nobody gives one"`
	Email          *string `json:"email,omitempty" maxLength:"255" example:"anna.miller@example.com"`
	Phone          *string `json:"phone,omitempty" maxLength:"100"`
	Title          *string `json:"title,omitempty" maxLength:"255" doc:"Job title"`
	Department     *string `json:"department,omitempty" maxLength:"255"`
	MobilePhone    *string `json:"mobile_phone,omitempty" maxLength:"100"`
	Location       *string `json:"location,omitempty" maxLength:"255" doc:"Name of a place that is none of the records; location_id counts where both are given"`
	LocationID     *string `json:"location_id,omitempty" pattern:"^([0-9A-Fa-f]{32})?$" doc:"RecId of the location, whose name is then that of the person's; empty for none"`
	OrgUnit        *string `json:"org_unit,omitempty" maxLength:"255" doc:"Name of a unit that is none of the records; org_unit_id counts where both are given"`
	OrgUnitID      *string `json:"org_unit_id,omitempty" pattern:"^([0-9A-Fa-f]{32})?$" doc:"RecId of the organisational unit, whose name is then that of the person's; empty for none"`
	ManagerID      *string `json:"manager_id,omitempty" pattern:"^([0-9A-Fa-f]{32})?$" doc:"RecId of the manager; empty for none"`
	Team           *string `json:"team,omitempty" maxLength:"255" doc:"Name of the team; empty for none"`
	PasswordSignIn *bool   `json:"password_sign_in,omitempty" doc:"May sign in with a password"`
	ExternalSignIn *bool   `json:"external_sign_in,omitempty" doc:"May sign in with an identity provider"`
}

// PersonChanges are changes of a person.
type PersonChanges struct {
	Login  *string `json:"login,omitempty" maxLength:"255" doc:"Without spaces"`
	Status *string `json:"status,omitempty" enum:"Active,New,On Leave,Terminated"`
	PersonFields
}

func (f *PersonFields) input() record.Input {
	in := texts(
		text{"FirstName", f.FirstName}, text{"MiddleName", f.MiddleName}, text{"LastName", f.LastName}, text{"DisplayName", f.Name},
		text{"PrimaryEmail", f.Email}, text{"Phone", f.Phone}, text{"Title", f.Title}, text{"Department", f.Department},
		text{"MobilePhone", f.MobilePhone}, text{"ManagerLink", f.ManagerID}, text{"Team", f.Team})
	in = append(in, place(text{"EmployeeLocation", f.Location}, text{"LocationLink", f.LocationID})...)
	in = append(in, place(text{"OrgUnit", f.OrgUnit}, text{"OrgUnitLink", f.OrgUnitID})...)
	for _, b := range []struct {
		field string
		value *bool
	}{{"IsInternalAuth", f.PasswordSignIn}, {"IsExternalAuth", f.ExternalSignIn}} {
		if b.value != nil {
			in = append(in, record.InputField{Name: b.field, Value: *b.value})
		}
	}
	return in
}

// place is where somebody belongs: a record, whose name is copied, or a name alone. What is no record any more is no name either.
func place(name, link text) record.Input {
	none := ""
	switch {
	case link.value != nil && *link.value == "":
		if name.value == nil {
			name.value = &none
		}
		return texts(link, name)
	case link.value != nil:
		return texts(link)
	case name.value != nil:
		link.value = &none
		return texts(link, name)
	}
	return nil
}

// way reports whether something is said of how the person gets in: by what name, with what, and where a new link is sent.
func (f *PersonFields) way() bool {
	return f.Email != nil || f.PasswordSignIn != nil || f.ExternalSignIn != nil
}

// check refuses texts of a person that mislead who reads them, before any record is touched.
func (f *PersonFields) check(login *string) error {
	return adminapi.CheckTexts(
		adminapi.Text{Field: "login", Value: login, Name: true},
		adminapi.Text{Field: "first_name", Value: f.FirstName, Name: true}, adminapi.Text{Field: "middle_name", Value: f.MiddleName, Name: true},
		adminapi.Text{Field: "last_name", Value: f.LastName, Name: true}, adminapi.Text{Field: "name", Value: f.Name, Name: true},
		adminapi.Text{Field: "email", Value: f.Email}, adminapi.Text{Field: "phone", Value: f.Phone}, adminapi.Text{Field: "title", Value: f.Title},
		adminapi.Text{Field: "department", Value: f.Department}, adminapi.Text{Field: "team", Value: f.Team}, adminapi.Text{Field: "mobile_phone", Value: f.MobilePhone},
		adminapi.Text{Field: "location", Value: f.Location}, adminapi.Text{Field: "org_unit", Value: f.OrgUnit})
}

// personNames are the names of fields in the administration API, by those of the record.
var personNames = map[string]string{
	"LoginID": "login", "FirstName": "first_name", "MiddleName": "middle_name", "LastName": "last_name", "DisplayName": "name", "PrimaryEmail": "email",
	"Phone": "phone", "Title": "title", "Department": "department", "ManagerLink": "manager_id", "ManagerLink_RecID": "manager_id", "Team": "team",
	"MobilePhone": "mobile_phone", "EmployeeLocation": "location", "LocationLink": "location_id", "LocationLink_RecID": "location_id", "OrgUnit": "org_unit",
	"OrgUnitLink": "org_unit_id", "OrgUnitLink_RecID": "org_unit_id", "IsInternalAuth": "password_sign_in", "IsExternalAuth": "external_sign_in", "Status": "status", "Disabled": "active",
}
