package e2e_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// adminPath is where the administration API stands: one pattern of the mux, with a table of its own behind it.
const adminPath = "/api/admin/v1/"

// adminRoutes are operations of the administration API, on what the tenant has. TestEveryOperationIsTried holds that none is missing.
func adminRoutes(p *party) []route {
	var out []route
	for _, try := range [][3]string{
		{"GET", "audit", ""}, {"GET", "audit/1", ""}, {"GET", "audit/verification", ""},
	} {
		out = append(out, route{adminPath, try[0], adminPath + try[1], try[2]})
	}
	return append(out, route{adminPath, "GET", adminPath + "nothing", ""}, route{adminPath, "GET", "/HEAT/API/Admin/V1/audit", ""})
}

// problemOf wants a refusal of the administration API, with nothing of the tenant in it.
func problemOf(tb testing.TB, what string, a testkit.Answer, status int, code, secret string) {
	tb.Helper()
	got, _ := a.JSON()["code"].(string)
	if a.Status != status || !strings.HasPrefix(got, code) || a.Header.Get("Content-Type") != "application/problem+json" || bytes.Contains(a.Body, []byte(secret)) {
		tb.Errorf("%s: %d %.300s, want %d %s…", what, a.Status, a.Body, status, code)
	}
}
