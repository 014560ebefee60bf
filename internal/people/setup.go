package people

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/password"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// setup is an open link.
type setup struct {
	id, person string
}

// CreateSetupLink makes the secret with which a person may set a password, once, within 24 hours, in the caller's
// transaction. Earlier links of the person stop working. SetupURL makes the link of it.
func (m *Module) CreateSetupLink(ctx context.Context, tx *db.Tx, h *tenant.Handle, personID string) (string, error) {
	now := m.clock.Now()
	value := password.NewLink()
	pepper, mac := h.Keys.MAC(value)
	if err := insertSetup(tx, setup{id.RecID(), personID}, pepper, mac, now.UnixMicro(), now.Add(password.LinkLife).UnixMicro()); err != nil {
		return "", fmt.Errorf("create setup link: %w", err)
	}
	err := audit.Write(ctx, tx, now, audit.Entry{Action: "password.link", Object: "Employee", Target: personID})
	if err != nil {
		return "", fmt.Errorf("create setup link: %w", err)
	}
	return value, nil
}

// SetupURL is the link for a secret. It stands in the fragment, which is not sent with the request.
func SetupURL(h *tenant.Handle, secret string) string { return password.LinkURL(h.BaseURL, secret) }

// UseSetupLink sets the password of the person a link was made for, and uses the link up. from is where the request
// comes from, for the audit trail and the limit on attempts.
func (m *Module) UseSetupLink(ctx context.Context, h *tenant.Handle, value, chosen string, from netip.Addr) error {
	_, err := m.useLink(ctx, h, value, chosen, from)
	return err
}

// useLink is UseSetupLink, and says whose link it was.
func (m *Module) useLink(ctx context.Context, h *tenant.Handle, value, chosen string, from netip.Addr) (personID string, err error) {
	ctx = tenant.With(ctx, h)
	var who principal.Principal
	var link setup
	err = m.judge.OpenLink(ctx, h.ID, value, from, func(ctx context.Context) (err error) {
		who, link, err = m.openLink(ctx, h, value)
		return err
	})
	if err != nil {
		return "", err
	}
	hash, err := m.judge.Hash(ctx, chosen, who.Login)
	if err != nil {
		return "", fmt.Errorf("use setup link: %w", err)
	}
	who.Address, who.CredentialID = from, link.id
	ctx = principal.With(ctx, &who)
	now := m.clock.Now().UnixMicro()
	err = h.DB.Write(ctx, func(tx *db.Tx) error {
		open, err := setupOpen(ctx, tx, link.id, now)
		if err == nil && !open {
			err = password.ErrLink
		}
		return err
	}, func(tx *db.Tx) error { return m.store(ctx, tx, link.person, who.Login, hash) })
	if err != nil {
		return "", fmt.Errorf("use setup link: %w", err)
	}
	return link.person, nil
}

// openLink finds the link of a secret and the active person it was made for.
func (m *Module) openLink(ctx context.Context, h *tenant.Handle, value string) (principal.Principal, setup, error) {
	var link setup
	found := false
	for _, version := range h.Keys.Versions() {
		var err error
		link, found, err = findSetup(ctx, h.DB, version, h.Keys.MACWith(version, value), m.clock.Now().UnixMicro())
		if err != nil {
			return principal.Principal{}, setup{}, fmt.Errorf("look up setup link: %w", err)
		}
		if found {
			break
		}
	}
	if !found {
		return principal.Principal{}, setup{}, password.ErrLink
	}
	t, err := employeeType(ctx, h)
	if err != nil {
		return principal.Principal{}, setup{}, err
	}
	row, err := h.Records.Get(ctx, t, link.person)
	if fault.Is(err, fault.NotFound) || err == nil && !active(row.Text("Status"), row.Bool("Disabled")) {
		return principal.Principal{}, setup{}, password.ErrLink
	}
	if err != nil {
		return principal.Principal{}, setup{}, fmt.Errorf("look up setup link: %w", err)
	}
	return principal.Principal{Kind: principal.Session, TenantID: h.ID, PersonID: row.RecID, Login: row.Text("LoginID"),
		DisplayName: row.Text("DisplayName")}, link, nil
}
