package app

import (
	"context"
	"fmt"

	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// fillDemo puts the demo's data into its tenant.
func (a *App) fillDemo(ctx context.Context, h *tenant.Handle) error {
	t, ok := h.Records.Type(ctx, "Employee")
	if !ok {
		return fmt.Errorf("the tenant has no object Employee")
	}
	_, err := h.Records.Create(ctx, t, record.Input{
		{Name: "LoginID", Value: "jdoe"}, {Name: "NetworkUserName", Value: "jdoe"}, {Name: "FirstName", Value: "Jane"},
		{Name: "LastName", Value: "Doe"}, {Name: "PrimaryEmail", Value: "jane.doe@demo.example"},
	})
	return err
}
