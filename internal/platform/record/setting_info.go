package record

import (
	"context"
	"slices"
	"strings"
)

// SettingInfo is a tenant setting with what an administrator needs to know of it.
type SettingInfo struct {
	Name, Value, Default, Description string

	Group   string   // part of the name before the first dot
	Kind    string   // "choice", "number" or "text"
	Choices []string // of a choice
	Min     int      // of a number
	Max     int      // of a number; of a text, bytes
	Pattern string   // of a text: a regular expression
}

// settingTexts say what a setting does, in a sentence.
var settingTexts = map[string]string{ //nolint:gosec // they speak of secrets and are none
	"odata.mode":           "mimic also repeats the original's unhelpful answers: 204 without a body where nothing is found or the order is wrong, 500 for a value outside a pick list.",
	"odata.unknown_fields": "What happens to an unknown field in a create or update: the request is refused and names it, or the field is dropped.",
	"odata.singular_paths": "Whether incident is accepted for incidents in the addresses of the OData API.",
	"odata.transitions":    "Whether a record may jump between statuses, or goes only where the flow of its object leads.",
	"odata.default_page":   "Rows of a list where a request names no $top.",

	"session.idle_minutes":              "Minutes without use after which a session key ends.",
	"session.max_hours":                 "Hours after which a session key ends in any case.",
	"session.admin_idle_minutes":        "Minutes without use after which the browser session of somebody who administers ends.",
	"session.admin_max_hours":           "Hours after which the browser session of somebody who administers ends in any case.",
	"session.agent_idle_minutes":        "Minutes without use after which the browser session of an agent ends.",
	"session.agent_max_hours":           "Hours after which the browser session of an agent ends in any case.",
	"session.self_service_idle_minutes": "Minutes without use after which the browser session of somebody who sees only their own records ends.",
	"session.self_service_max_hours":    "Hours after which the browser session of somebody who sees only their own records ends in any case.",
	"sign_in.second_factor":             "Who needs a second factor to sign in. auto: those who administer, but nobody in a demo.",
	"provisioning.removed":              "What becomes of the record of somebody whom an identity provider removes over SCIM: it is kept, deactivated, or their names, addresses and numbers are erased from it too.",
	"provisioning.identity_provider":    "Id of the identity provider with which those people sign in whom SCIM provisions; empty: the one that is Microsoft Entra ID, if exactly one is enabled.",
	"sign_in.redirect":                  "Whether the page to sign in leads to the identity provider by itself, where there is exactly one. auto: yes, but not in a demo.",

	"sign_in.break_glass_networks": "Networks and addresses from which break-glass administrators sign in, separated by commas, as in 192.0.2.0/24,2001:db8::/32; empty: from anywhere.",

	"trust.tokens_per_second":   "Access tokens a second that one app registration may ask for; twice as many at once.",
	"trust.failures_per_minute": "Refused credentials a minute from one address, before it has to wait.",
	"trust.calls_per_minute":    "Requests a minute with the tokens of one app registration.",
	"trust.key_days":            "Days that a key signs tokens before its successor does.",
	"trust.live_secrets":        "Live secrets that an app registration may have.",
	"trust.secret_days":         "Days that a secret lives for which nothing was said.",
	"trust.credential_max_days": "Days that a secret or key may live at most; 0: no limit.",
	"trust.secrets":             "Whether app registrations may have secrets at all, or public keys alone.",
	"trust.key_only_types":      "Types of app registrations that have public keys alone, separated by commas.",
	"trust.policy_since":        "Day from which on new credentials have to follow the rules, as in 2027-01-01 (UTC); empty: all new ones.",

	"attachments.max_mb": "The largest file that may be attached, in MiB.",
	"attachments.types":  "Extensions of files that may be attached, separated by commas and without dots; empty: none.",

	"localisation.locale":        "How dates and numbers are written, as in en-GB; empty: as each person's browser has it. People may choose for themselves.",
	"localisation.time_zone":     "Time zone in which times are shown, as in Europe/Berlin; empty: that of each person's browser. People may choose for themselves.",
	"localisation.first_weekday": "Day a week begins with in calendars. locale: as dates are written.",

	"appearance.title":  "Name in the bar and on the page to sign in; empty: the tenant's name.",
	"appearance.accent": "Colour of buttons and links, as in #1f5fbf.",
}

// DescribedSettings returns all settings in the order of their names.
func (e *Engine) DescribedSettings(ctx context.Context) []SettingInfo {
	s := e.now(ctx)
	out := make([]SettingInfo, 0, len(settingDefaults))
	for _, name := range sortedKeys(settingDefaults) {
		i := SettingInfo{Name: name, Value: s.setting(name), Default: settingDefaults[name], Description: settingTexts[name], Kind: "text"}
		i.Group, _, _ = strings.Cut(name, ".")
		if choices, ok := settingChoices[name]; ok {
			i.Kind, i.Choices = "choice", slices.Clone(choices)
		}
		if r, ok := settingRanges[name]; ok {
			i.Kind, i.Min, i.Max = "number", r[0], r[1]
		}
		if p, ok := settingPatterns[name]; ok {
			i.Pattern, i.Max = p.String(), maxSettingText
		}
		out = append(out, i)
	}
	return out
}
