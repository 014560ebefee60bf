package provision

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso"
	"github.com/provost-itsm/provost/internal/sso/scim"
)

// SettingRemoved is the tenant's setting that says what becomes of the record of somebody who is removed.
const SettingRemoved = "provisioning.removed"

// Its values.
const (
	Keep      = "keep"      // the record, deactivated
	Anonymise = "anonymise" // it too, and what says who it was is erased
)

// anonymous is what people without a name are called.
const anonymous = "Removed person"

// Delete removes a person for the identity provider: it sees them no longer, and they have no session, password or right any more. Their
// record stays, for tickets and history lead to it; the tenant decides whether it says who they were.
func (s *users) Delete(ctx context.Context, userID string) error {
	defer s.m.wake(s.h)
	return s.alone(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, kept, err := s.find(ctx, tx, userID)
		if err != nil {
			return err
		}
		if err := s.mayTouch(ctx, tx, row); err != nil {
			return err
		}
		if err := s.leave(ctx, tx, row.RecID); err != nil {
			return err
		}
		how := s.h.Records.Setting(ctx, SettingRemoved)
		label := row.Text("LoginID")
		if how == Anonymise {
			if label, err = s.anonymise(ctx, tx, row); err == nil {
				err = s.m.forgetUser(ctx, tx, row.RecID)
			}
		} else if err = s.deactivate(ctx, tx, row); err == nil {
			err = s.m.bury(ctx, tx, kept)
		}
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.m.clock.Now(), audit.Entry{Action: "scim_user.delete", Object: "Employee", Target: row.RecID, Label: label, Flags: []string{"record:" + how}})
	})
}

// leave takes somebody out of the groups that SCIM has put them into.
func (s *users) leave(ctx context.Context, tx *db.Tx, person string) error {
	rows, err := tx.Query(ctx, `SELECT grp FROM scim_member WHERE person = $1 ORDER BY grp`, person)
	if err != nil {
		return fmt.Errorf("read the groups of a person: %w", err)
	}
	all, err := texts(rows)
	if err != nil {
		return fmt.Errorf("read the groups of a person: %w", err)
	}
	of := &groups{s.desk}
	for _, group := range all {
		row, _, err := of.find(ctx, tx, group)
		if err == nil {
			err = of.moved(ctx, tx, row, []scim.Member{{Value: person}}, nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// deactivate takes what somebody had but the record. Should they come back, they begin as everybody does.
func (s *users) deactivate(ctx context.Context, tx *db.Tx, row record.Row) error {
	if in := activation(factsOf(row), false); len(in) > 0 {
		if _, err := s.h.Records.UpdateTx(ctx, tx, row.Type, row.RecID, in); err != nil {
			return err
		}
	}
	if err := s.m.people.Forget(ctx, tx, row.RecID); err != nil {
		return err
	}
	return s.m.grants.Grant(ctx, tx, row.RecID, role.SelfService, true)
}

// keptFields say nothing of who somebody was, and much of where work came from.
var keptFields = []string{"Status", "Disabled", "Team", "OrgUnit", "OrgUnitLink", "Department", "DepartmentCode", "CostCenter", "EmployeeLocation", "LocationLink", "Language", "TimeZone",
	"LoginAttemptCount", "IsVIP", "IsManager", "IsLDAPUserAccountEnabled", "IsInternalAuth", "IsExternalAuth", "IsAutoProvision"}

// removedLogin stands for the login of somebody who is removed.
func removedLogin(recID string) string { return "removed-" + strings.ToLower(recID) }

// anonymise erases who somebody was, in the record and in what is kept of their signing in, and returns the login that stands for them now.
// The audit trail of it has none of the values.
func (s *users) anonymise(ctx context.Context, tx *db.Tx, row record.Row) (string, error) {
	login := removedLogin(row.RecID)
	in := record.Input{{Name: "LoginID", Value: login}, {Name: "NetworkUserName", Value: login}, {Name: "DisplayName", Value: anonymous}, {Name: "LastName", Value: anonymous},
		{Name: "Status", Value: "Terminated"}, {Name: "Disabled", Value: true}, {Name: "IsInternalAuth", Value: false}}
	said := []string{"LoginID", "NetworkUserName", "DisplayName", "LastName"}
	for i := range row.Type.Fields {
		f := &row.Type.Fields[i]
		switch {
		case f.Def == nil || f.Part == record.LinkRecID || f.Part == record.LinkCategory || f.Kind == record.Bool, f.Def.ReadOnly:
		case slices.Contains(keptFields, f.Name), slices.Contains(said, f.Name), row.Text(f.Name) == "":
		case f.Def.Required && f.Kind == record.Text && (f.Def.Type == "" || f.Def.Type == "text"): // of the tenant's own
			value := "-"
			if f.Def.Index == record.Unique {
				value = login
			}
			in = append(in, record.InputField{Name: f.Name, Value: value})
		case f.Def.Required: // a number, a date or one of a list, which has to have a value
		default:
			in = append(in, record.InputField{Name: f.Name, Value: nil})
		}
	}
	if _, err := s.h.Records.UpdateTx(record.Erasing(ctx), tx, row.Type, row.RecID, in); err != nil {
		return "", err
	}
	if err := job.Enqueue(ctx, tx, job.Job{Kind: jobForget, ID: jobForget + "." + row.RecID, Payload: forgotten{row.RecID}, Due: s.m.clock.Now()}); err != nil {
		return "", err
	}
	if err := s.m.people.Forget(ctx, tx, row.RecID); err != nil {
		return "", err
	}
	// Refused attempts name nobody, and say in words who it was.
	if _, err := tx.Exec(`DELETE FROM sso_attempt WHERE person = $1 OR person = '' AND idp IN (SELECT idp FROM sso_identity WHERE person = $2)`, row.Text("LoginID"), row.RecID); err != nil {
		return "", fmt.Errorf("forget who signed in: %w", err)
	}
	return login, execAll(tx, row.RecID, `DELETE FROM sso_identity WHERE person = $1`, `DELETE FROM sso_place WHERE person = $1`, `DELETE FROM role_origin WHERE person = $1`,
		`DELETE FROM sso_session WHERE person = $1`, `DELETE FROM sso_preference WHERE person = $1`, `DELETE FROM sso_notice_seen WHERE person = $1`,
		`DELETE FROM sso_totp WHERE person = $1`, `DELETE FROM sso_passkey WHERE person = $1`, `DELETE FROM sso_recovery WHERE person = $1`, `DELETE FROM sso_challenge WHERE person = $1`)
}

// Policy is what a tenant has decided of provisioning.
type Policy struct {
	Removed string `json:"removed" enum:"keep,anonymise" doc:"What becomes of the record of somebody whom the identity provider removes. keep: it stays, deactivated. anonymise: their names, addresses, numbers and logins are erased from it as well. Tickets and history lead to it either way."`

	IdentityProvider string `json:"identity_provider,omitempty" maxLength:"32" doc:"Id of the identity provider with which the people sign in who are provisioned: it alone is believed when it names one of them by externalId. Left out: the one that is Microsoft Entra ID, if exactly one is enabled."`
}

// Policy returns what a tenant has decided.
func (m *Module) Policy(ctx context.Context, h *tenant.Handle) Policy {
	return Policy{Removed: h.Records.Setting(ctx, SettingRemoved), IdentityProvider: h.Records.Setting(ctx, sso.SettingProvisioning)}
}

// SetPolicy changes it, from the next removal and sign-in on.
func (m *Module) SetPolicy(ctx context.Context, h *tenant.Handle, p Policy) error {
	if p.IdentityProvider != "" {
		var known int64
		if err := h.DB.QueryRow(ctx, `SELECT count(*) FROM sso_idp WHERE id = $1`, p.IdentityProvider).Scan(&known); err != nil {
			return fmt.Errorf("look up an identity provider: %w", err)
		}
		if known == 0 {
			return fault.New(fault.Invalid, "identity_provider_unknown", "There is no such identity provider.").WithField("identity_provider", "there is none with this id")
		}
	}
	if err := h.Records.SetSettings(ctx, map[string]string{sso.SettingProvisioning: p.IdentityProvider, SettingRemoved: p.Removed}); err != nil {
		return fmt.Errorf("set the policy of provisioning: %w", err)
	}
	return nil
}
