package sso

import (
	"context"
	"errors"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// person is what counts of an employee here.
type person struct {
	ID, Login, Name, FirstName, LastName, Email, Title, Team string

	Active bool // may act: status Active, New or On Leave, and not disabled
	Local  bool // may sign in here, with a password or passkey; others come from an identity provider, which has their second factors too
}

// personByID reads an employee by RecId; a zero one where there is none.
func personByID(ctx context.Context, h *tenant.Handle, recID string) (person, error) {
	t, ok := h.Records.Type(ctx, "Employee")
	if !ok {
		return person{}, errors.New("the tenant has no object Employee")
	}
	row, err := h.Records.Get(ctx, t, recID)
	if fault.Is(err, fault.NotFound) {
		return person{}, nil
	}
	if err != nil {
		return person{}, err
	}
	return personOf(row), nil
}

// personByLogin reads an employee by login, in any case; a zero one where there is none.
func personByLogin(ctx context.Context, h *tenant.Handle, login string) (person, error) {
	t, ok := h.Records.Type(ctx, "Employee")
	if !ok {
		return person{}, errors.New("the tenant has no object Employee")
	}
	row, found, err := h.Records.FindOne(ctx, h.DB, t, "LoginID", login)
	if err != nil || !found {
		return person{}, err
	}
	return personOf(row), nil
}

func personOf(row record.Row) person {
	who := person{ID: row.RecID, Login: row.Text("LoginID"), Name: row.Text("DisplayName"), FirstName: row.Text("FirstName"), LastName: row.Text("LastName"),
		Email: row.Text("PrimaryEmail"), Title: row.Text("Title"), Team: row.Text("Team"), Local: row.Text("IsInternalAuth") != "false"}
	switch strings.ToLower(row.Text("Status")) {
	case "active", "new", "on leave":
		who.Active = !row.Bool("Disabled")
	}
	return who
}
