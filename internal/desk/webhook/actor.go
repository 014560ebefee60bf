package webhook

import (
	"context"
	"fmt"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
)

// actor is with whose eyes a webhook sees, or why it sees nothing any more.
func (o *outbox) actor(ctx context.Context, r db.Reader, book *role.Book, w *Webhook) (who *principal.Principal, why string, err error) {
	if !book.Has(w.Role) {
		return nil, "there is no role " + w.Role + " any more", nil
	}
	who = &principal.Principal{Kind: principal.Key, TenantID: o.h.ID, CredentialID: w.ID, Login: "webhook " + w.Name, Role: w.Role}
	if w.Person == "" {
		return who, "", nil
	}
	login, active, err := o.employee(ctx, w.Person)
	if err != nil {
		return nil, "", err
	}
	if !active {
		return nil, "the employee it acts for is not active any more", nil
	}
	held, _, err := role.Store{}.Held(ctx, r, w.Person)
	if err != nil {
		return nil, "", err
	}
	if !book.Effective(held, w.Role) {
		return nil, "the employee it acts for does not hold the role " + w.Role + " any more", nil
	}
	who.PersonID, who.Login = w.Person, login
	return who, "", nil
}

// employee reads the login of an employee and whether they may act.
func (o *outbox) employee(ctx context.Context, recID string) (login string, active bool, err error) {
	t, ok := o.h.Records.Type(ctx, "Employee")
	if !ok {
		return "", false, nil
	}
	row, err := o.h.Records.Get(ctx, t, recID)
	if fault.Is(err, fault.NotFound) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("read the employee a webhook acts for: %w", err)
	}
	return row.Text("LoginID"), acts(row), nil
}

func acts(row record.Row) bool {
	switch strings.ToLower(row.Text("Status")) {
	case "active", "new", "on leave":
		return !row.Bool("Disabled")
	}
	return false
}

// person finds the employee of a spec by login or RecId and returns the RecId.
func (o *outbox) person(ctx context.Context, given string) (string, error) {
	t, ok := o.h.Records.Type(ctx, "Employee")
	if !ok {
		return "", nil
	}
	row, found, err := o.h.Records.FindOne(ctx, nil, t, "LoginID", given)
	if err != nil {
		return "", fmt.Errorf("find the employee %s: %w", given, err)
	}
	if recID, isID := id.ParseRecID(given); !found && isID {
		return recID, nil // judged by actor
	}
	return row.RecID, nil
}
