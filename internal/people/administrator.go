package people

import (
	"context"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// administrator reports whether an active employee besides this one and the built-in one administers by the roles of the book.
func (m *Module) administrator(ctx context.Context, r db.Reader, h *tenant.Handle, t *record.Type, book *role.Book, person string) (bool, error) {
	for _, one := range book.Roles() {
		if !book.Admin(&principal.Principal{Role: one.Name}) {
			continue
		}
		if other, err := m.otherHolder(ctx, r, h, t, one.Name, person); err != nil || other {
			return other, err
		}
	}
	return false, nil
}

// Administered reports whether somebody who may sign in would administer the tenant if its roles were those of the book.
func (m *Module) Administered(ctx context.Context, r db.Reader, h *tenant.Handle, book *role.Book) (bool, error) {
	t, err := employeeType(ctx, h)
	if err != nil {
		return false, err
	}
	return m.administrator(ctx, r, h, t, book, "")
}
