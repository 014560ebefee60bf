package e2e_test

import (
	"strings"
	"testing"
)

func administerSettings(t *testing.T, m *administrator) {
	all := items(m.do(t, "GET", "/settings", "", 200, ""))
	byName := map[string]map[string]any{}
	for _, one := range all {
		name, _ := one["name"].(string)
		byName[name] = one
		if one["description"] == "" {
			t.Errorf("nobody says what %s does", name)
		}
		if kind, _ := one["kind"].(string); kind == "choice" && one["choices"] == nil || kind == "number" && (one["min"] == nil || one["max"] == nil) || kind == "text" && one["pattern"] == nil {
			t.Errorf("nothing says what %s may be: %v", name, one)
		}
		if got := m.do(t, "GET", "/settings/"+name, "", 200, "").JSON(); got["value"] != one["value"] {
			t.Errorf("%s by itself: %v, in the list %v", name, got, one)
		}
	}
	if byName["odata.transitions"]["protected"] != false || byName["sign_in.second_factor"]["protected"] != true || byName["trust.secrets"]["protected"] != true {
		t.Errorf("what takes a proof: %v", byName)
	}

	m.do(t, "GET", "/settings/odata.nothing", "", 404, "setting_unknown")
	m.do(t, "PATCH", "/settings/odata.nothing", `{"value":"x"}`, 404, "setting_unknown")
	for _, bad := range [][2]string{
		{"odata.transitions", `{"value":"perhaps"}`}, {"odata.default_page", `{"value":"0"}`}, {"odata.default_page", `{"value":"1e2"}`}, {"odata.default_page", `{"value":""}`},
		{"attachments.types", `{"value":"<script>"}`}, {"appearance.accent", `{"value":"red;background:url(x)"}`}, {"appearance.title", `{"value":"\u202eksed"}`},
		{"appearance.title", `{"value":"` + strings.Repeat("x", 101) + `"}`}, {"trust.key_only_types", `{"value":"unicorn"}`},
		{"localisation.time_zone", `{"value":"../../etc/passwd"}`}, {"localisation.locale", `{"value":"en_GB"}`}, {"localisation.first_weekday", `{"value":"caturday"}`},
	} {
		a := m.do(t, "PATCH", "/settings/"+bad[0], bad[1], 400, "setting_invalid")
		if fields, _ := a.JSON()["errors"].([]any); len(fields) != 1 || fields[0].(map[string]any)["field"] != "value" {
			t.Errorf("%s %s names no field: %s", bad[0], bad[1], a.Body)
		}
	}
	m.do(t, "PATCH", "/settings/odata.default_page", `{"value":50}`, 400, "request_invalid")
	m.do(t, "PATCH", "/settings/odata.default_page", `{}`, 400, "request_invalid")

	if a := m.do(t, "PATCH", "/settings/odata.default_page", `{"value":"50"}`, 200, ""); a.JSON()["value"] != "50" || a.JSON()["default"] != "100" {
		t.Errorf("a change: %s", a.Body)
	}
	m.do(t, "PATCH", "/settings", `{"values":{"odata.default_page":"60","appearance.title":"Desk","appearance.accent":"blue","odata.nothing":"x"}}`, 400, "setting_invalid")
	if a := m.do(t, "GET", "/settings/odata.default_page", "", 200, ""); a.JSON()["value"] != "50" {
		t.Errorf("a part of what was refused is in force: %s", a.Body)
	}
	m.do(t, "PATCH", "/settings", `{"values":{"odata.default_page":"100","appearance.title":"Desk \"<b>\""}}`, 200, "")
	m.do(t, "PATCH", "/settings", `{"values":{"appearance.title":"Desk \"<b>\""}}`, 200, "") // again: nothing happens
	a := m.do(t, "GET", "/audit?action=setting.update&target=appearance.title", "", 200, "")
	if trail := items(a); len(trail) != 1 || !strings.Contains(string(a.Body), `["",`) {
		t.Errorf("the trail: %s", a.Body)
	}
	m.do(t, "PATCH", "/settings/appearance.title", `{"value":""}`, 200, "")
}
