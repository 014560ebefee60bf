package sso

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// SettingProvisioning is the tenant's setting that says with which identity provider people sign in who are provisioned: its id. Empty: nobody
// has chosen.
const SettingProvisioning = "provisioning.identity_provider"

// MicrosoftIssuer reports whether an entityID or issuer is that of a directory of Microsoft, whose object ids name people for good.
func MicrosoftIssuer(issuer string) bool {
	u, err := url.Parse(issuer)
	if err != nil {
		return false
	}
	switch strings.ToLower(u.Hostname()) {
	case "login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn", "login.windows.net", "sts.windows.net", "sts.chinacloudapi.cn",
		"login.microsoft.com":
		return true
	}
	return false
}

// ProvisioningProvider returns the id of the identity provider with which people sign in whom SCIM provisions: the one that an administrator
// has chosen, else the one directory of Microsoft that is enabled; "" where there is none or there are several. Any other may say of
// anybody that they are one of those people, and is not believed.
func ProvisioningProvider(ctx context.Context, r db.Reader, h *tenant.Handle) (string, error) {
	if chosen := h.Records.Setting(ctx, SettingProvisioning); chosen != "" {
		return chosen, nil
	}
	rows, err := r.Query(ctx, `SELECT id, entity_id FROM sso_idp WHERE enabled = 1`)
	if err != nil {
		return "", fmt.Errorf("read the identity providers: %w", err)
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var id, issuer string
		if err := rows.Scan(&id, &issuer); err != nil {
			return "", fmt.Errorf("read the identity providers: %w", err)
		}
		if MicrosoftIssuer(issuer) {
			found = append(found, id)
		}
	}
	if err := rows.Err(); err != nil || len(found) != 1 {
		return "", err
	}
	return found[0], nil
}
