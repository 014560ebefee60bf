package trust

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// Settings of a tenant about credentials of app registrations.
const (
	settingLiveSecrets = "trust.live_secrets"        //nolint:gosec // a name: live secrets of a registration, 1 to 5
	settingSecretDays  = "trust.secret_days"         // life of a secret for which nothing was said
	settingMaxDays     = "trust.credential_max_days" // longest life of a credential; 0: no limit
	settingSecrets     = "trust.secrets"             // allowed or forbidden
	settingKeyOnly     = "trust.key_only_types"      // types whose registrations have keys alone
	settingSince       = "trust.policy_since"        // day from which on the last three count; empty: always
)

const (
	standardLiveSecrets, mostLiveSecrets = 2, 5
	standardSecretDays, mostDays         = 180, 3650
)

// CheckSetting refuses a value of a setting of the trust plane that names what there is not (fault.Invalid), before it is stored. Settings
// of others pass.
func CheckSetting(name, value string) error {
	if name != settingKeyOnly || value == "" {
		return nil
	}
	var known []string
	for _, t := range registrationTypes {
		known = append(known, t.ID)
	}
	for typeID := range strings.SplitSeq(value, ",") {
		if !slices.Contains(known, typeID) {
			return fault.New(fault.Invalid, "setting_invalid", "The setting %s names types of app registrations, and there is no type %q; there are %s.",
				name, typeID, strings.Join(known, ", "))
		}
	}
	return nil
}

// policy is what a tenant says about new credentials.
type policy struct {
	live       int   // secrets
	secretDays int64 // standard life
	maxDays    int64 // 0: no limit
	forbidden  bool  // secrets
	keyOnly    []string
	since      time.Time
}

func (p *plane) policy(ctx context.Context) policy {
	number := func(name string, standard, least, most int64) int64 {
		n, err := strconv.ParseInt(p.setting(ctx, name), 10, 64)
		if err != nil || n < least || n > most {
			return standard
		}
		return n
	}
	out := policy{
		live:       int(number(settingLiveSecrets, standardLiveSecrets, 1, mostLiveSecrets)),
		secretDays: number(settingSecretDays, standardSecretDays, 1, mostDays),
		maxDays:    number(settingMaxDays, 0, 0, mostDays),
		forbidden:  p.setting(ctx, settingSecrets) == "forbidden",
	}
	if types := p.setting(ctx, settingKeyOnly); types != "" {
		out.keyOnly = strings.Split(types, ",")
	}
	if since, err := time.Parse(time.DateOnly, p.setting(ctx, settingSince)); err == nil {
		out.since = since
	}
	return out
}

// strict reports whether the rules count for a credential made at a time.
func (o policy) strict(created time.Time) bool { return !created.Before(o.since) }

// secretsAllowed says why a registration of the type gets no secret, if it gets none.
func (o policy) secretsAllowed(typeID string, created time.Time) (complaint string) {
	switch {
	case !o.strict(created):
	case o.forbidden:
		return "The tenant allows no client secrets: register a public key."
	case slices.Contains(o.keyOnly, typeID):
		return "The tenant allows no client secrets for this type: register a public key."
	}
	return ""
}

// end returns when a credential made at a time ends: as asked; else, for a secret that may end, after the standard life. A
// limit counts for all of them.
func (o policy) end(created, asked time.Time, never, isSecret bool) (*time.Time, string) {
	var most *time.Time
	if o.maxDays > 0 && o.strict(created) {
		most = endOf(created, o.maxDays)
	}
	switch {
	case !asked.IsZero() && most != nil && asked.After(*most):
		return nil, fmt.Sprintf("The tenant allows %d days at most.", o.maxDays)
	case !asked.IsZero():
		end := asked.UTC().Truncate(time.Microsecond)
		return &end, ""
	case isSecret && never && most != nil:
		return nil, fmt.Sprintf("The tenant allows %d days at most.", o.maxDays)
	case isSecret && !never:
		if end := endOf(created, o.secretDays); most == nil || end.Before(*most) {
			return end, ""
		}
	}
	return most, ""
}

// endOf is the time a number of days after another.
func endOf(from time.Time, days int64) *time.Time {
	end := from.Add(time.Duration(days) * 24 * time.Hour).UTC()
	return &end
}

// moment is the time now as the database keeps it, to the microsecond.
func (p *plane) moment() time.Time { return p.clock.Now().Truncate(time.Microsecond) }
