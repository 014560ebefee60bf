package trust

import (
	"context"
	"errors"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// employees returns how a person is read by RecId and by login. Neither finds somebody is no error: the person is zero.
func employees(e *record.Engine) (
	byID func(context.Context, string) (person, error),
	byLogin func(context.Context, db.Reader, string) (person, error),
) {
	missing := errors.New("the tenant has no object Employee")
	byID = func(ctx context.Context, recID string) (person, error) {
		t, ok := e.Type(ctx, "Employee")
		if !ok {
			return person{}, missing
		}
		row, err := e.Get(ctx, t, recID)
		if fault.Is(err, fault.NotFound) {
			return person{}, nil
		}
		if err != nil {
			return person{}, err
		}
		return personOf(row), nil
	}
	byLogin = func(ctx context.Context, r db.Reader, login string) (person, error) {
		t, ok := e.Type(ctx, "Employee")
		if !ok {
			return person{}, missing
		}
		row, found, err := e.FindOne(ctx, r, t, "LoginID", login)
		if err != nil || !found {
			return person{}, err
		}
		return personOf(row), nil
	}
	return byID, byLogin
}

func personOf(row record.Row) person {
	who := person{ID: row.RecID, Login: row.Text("LoginID"), Name: row.Text("DisplayName")}
	switch strings.ToLower(row.Text("Status")) {
	case "active", "new", "on leave":
		who.Active = !row.Bool("Disabled")
	}
	return who
}
