package record

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// settingDefaults are the tenant's settings with their values where nobody set them.
var settingDefaults = map[string]string{
	"odata.mode":                "compatible",
	"odata.unknown_fields":      "reject",
	"odata.singular_paths":      "off",
	"odata.transitions":         "free",
	"odata.default_page":        "100",
	"session.idle_minutes":      "30",
	"session.max_hours":         "12",
	"trust.tokens_per_second":   "50",
	"trust.failures_per_minute": "30",
	"trust.calls_per_minute":    "600",
	"trust.key_days":            "90",
	"attachments.max_mb":        "100",

	"trust.live_secrets":        "2",
	"trust.secret_days":         "180",
	"trust.credential_max_days": "0", // no limit
	"trust.secrets":             "allowed",
	"trust.key_only_types":      "",
	"trust.policy_since":        "",

	"session.admin_idle_minutes":        "30", // of browser sessions, by what the active role may do
	"session.admin_max_hours":           "8",
	"session.agent_idle_minutes":        "30",
	"session.agent_max_hours":           "12",
	"session.self_service_idle_minutes": "480",
	"session.self_service_max_hours":    "12",
	"sign_in.second_factor":             "auto", // admins, but nobody in a demo tenant
	"sign_in.redirect":                  "auto", // on, but not in a demo tenant
	"sign_in.break_glass_networks":      "",     // anywhere
	"provisioning.removed":              "keep", // the record, deactivated
	"provisioning.identity_provider":    "",     // the one that is Microsoft Entra ID, if exactly one is enabled
	"appearance.title":                  "",     // the tenant's name
	"appearance.accent":                 "#1f5fbf",

	"localisation.locale":        "", // as the browser
	"localisation.time_zone":     "",
	"localisation.first_weekday": "locale",

	"attachments.types": "7z,avi,bmp,csv,doc,docx,dot,dotx,eml,gif,gz,heic,ics,jpeg,jpg,m4a,mov,mp3,mp4,msg,odp,ods,odt,pdf,png,pot,potx,pps,ppsx,ppt,pptx," +
		"rar,rtf,tar,tgz,tif,tiff,tsv,txt,vcf,vsd,vsdx,wav,webp,xls,xlsx,zip",
}

var settingChoices = map[string][]string{
	"odata.mode":           {"compatible", "mimic"},
	"odata.unknown_fields": {"reject", "ignore"},
	"odata.singular_paths": {"off", "on"},
	"odata.transitions":    {"free", "enforce"},
	"trust.secrets":        {"allowed", "forbidden"},

	"sign_in.second_factor": {"auto", "off", "admins", "all"},
	"sign_in.redirect":      {"auto", "on", "off"},
	"provisioning.removed":  {"keep", "anonymise"},

	"localisation.first_weekday": {"locale", "monday", "sunday", "saturday"},
}

var settingRanges = map[string][2]int{
	"odata.default_page":        {1, 100},
	"session.idle_minutes":      {1, 24 * 60},
	"session.max_hours":         {1, 24 * 30},
	"trust.tokens_per_second":   {1, 1_000_000},
	"trust.failures_per_minute": {1, 10_000_000},
	"trust.calls_per_minute":    {1, 60_000_000},
	"trust.key_days":            {1, 365},
	"attachments.max_mb":        {1, 4096},

	"trust.live_secrets":        {1, 5},
	"trust.secret_days":         {1, 3650},
	"trust.credential_max_days": {0, 3650},

	"session.admin_idle_minutes":        {1, 60},
	"session.admin_max_hours":           {1, 24},
	"session.agent_idle_minutes":        {1, 12 * 60},
	"session.agent_max_hours":           {1, 24},
	"session.self_service_idle_minutes": {1, 24 * 60},
	"session.self_service_max_hours":    {1, 24},
}

// settingPatterns are what the texts among the settings look like.
var settingPatterns = map[string]*regexp.Regexp{
	"attachments.types": regexp.MustCompile(`^([a-z0-9]{1,16}(,[a-z0-9]{1,16})*)?$`), // without dots; none at all: nothing may be attached

	"trust.key_only_types": regexp.MustCompile(`^([a-z0-9_]{1,32}(,[a-z0-9_]{1,32})*)?$`),          // ids of the catalogue of types
	"trust.policy_since":   regexp.MustCompile(`^(\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?$`), // a day; empty: always

	"sign_in.break_glass_networks": regexp.MustCompile(`^([0-9A-Fa-f.:]{2,45}(/[0-9]{1,3})?(,[0-9A-Fa-f.:]{2,45}(/[0-9]{1,3})?)*)?$`), // and networkList

	"localisation.locale":    regexp.MustCompile(`^([a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?)?$`),         // BCP 47: language, script, region
	"localisation.time_zone": regexp.MustCompile(`^([A-Z][A-Za-z0-9_+-]{1,31}(/[A-Z][A-Za-z0-9_+-]{0,31}){0,2})?$`), // IANA's names

	"provisioning.identity_provider": regexp.MustCompile(`^([0-9A-F]{32})?$`), // a RecId

	"appearance.title":  regexp.MustCompile(`^[^\x00-\x1f\x7f]{0,100}$`),
	"appearance.accent": regexp.MustCompile(`^#[0-9a-f]{6}$`),
}

// settingChecks look at texts where a pattern cannot tell.
var settingChecks = map[string]func(value string) bool{
	"sign_in.break_glass_networks": networkList,
}

// networkList reports whether a text is empty, or networks (CIDR) and addresses, separated by commas.
func networkList(value string) bool {
	if value == "" {
		return true
	}
	for one := range strings.SplitSeq(value, ",") {
		_, err := netip.ParsePrefix(one)
		if err != nil {
			_, err = netip.ParseAddr(one)
		}
		if err != nil {
			return false
		}
	}
	return true
}

const maxSettingText = 2000 // bytes

// Setting returns a tenant setting, its default where nobody set it, "" where the name is unknown.
func (e *Engine) Setting(ctx context.Context, name string) string { return e.now(ctx).setting(name) }

// Settings returns all settings by name.
func (e *Engine) Settings(ctx context.Context) map[string]string {
	out := map[string]string{}
	for name := range settingDefaults {
		out[name] = e.Setting(ctx, name)
	}
	return out
}

// SetSetting changes a tenant setting. An unknown name or value is fault.Invalid.
func (e *Engine) SetSetting(ctx context.Context, name, value string) error {
	return e.SetSettings(ctx, map[string]string{name: value})
}

// SetSettings changes tenant settings, all or none. An unknown name or value is fault.Invalid, with a complaint for each. A value that
// is in force already is not written.
func (e *Engine) SetSettings(ctx context.Context, values map[string]string) error {
	names := sortedKeys(values)
	var refusal *fault.Error
	for _, name := range names {
		err := checkSetting(name, values[name])
		switch {
		case err == nil:
			continue
		case refusal == nil:
			refusal = err
		}
		refusal = refusal.WithField(name, "%s", err.Message)
	}
	if refusal != nil {
		return refusal
	}
	err := e.db.Alone(ctx, func(tx *db.Tx) error {
		changed := false
		for _, name := range names {
			before := settingDefaults[name]
			if err := tx.QueryRow(ctx, "SELECT value FROM setting WHERE name = $1", name).Scan(&before); err != nil && !errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("read the setting %s: %w", name, err)
			}
			if before == values[name] {
				continue
			}
			if _, err := tx.Exec("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, values[name]); err != nil {
				return fmt.Errorf("change the setting %s: %w", name, err)
			}
			changes, err := json.Marshal(map[string][2]string{name: {before, values[name]}})
			if err != nil {
				return err
			}
			if err := audit.Write(ctx, tx, e.clock.Now(), audit.Entry{Action: "setting.update", Object: "Setting", Target: name, Changes: changes}); err != nil {
				return err
			}
			changed = true
		}
		if changed {
			tx.AddCell("schema", 1)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return e.refresh(ctx)
}

// checkSetting refuses a setting that there is not, or a value that it cannot have.
func checkSetting(name, value string) *fault.Error {
	if _, ok := settingDefaults[name]; !ok {
		return fault.New(fault.Invalid, "setting_unknown", "The setting %q does not exist; there are %v", shown(name), sortedKeys(settingDefaults))
	}
	valid := false
	for _, c := range settingChoices[name] {
		valid = valid || c == value
	}
	if r, ok := settingRanges[name]; ok {
		n, err := strconv.Atoi(value)
		valid = err == nil && n >= r[0] && n <= r[1] && strconv.Itoa(n) == value
	}
	if p, ok := settingPatterns[name]; ok {
		valid = len(value) <= maxSettingText && p.MatchString(value) && literal.Plain(value, false)
	}
	if check, ok := settingChecks[name]; ok {
		valid = valid && check(value)
	}
	if !valid {
		return fault.New(fault.Invalid, "setting_invalid", "The setting %s cannot be %q", name, shown(value))
	}
	return nil
}
