package tenant_test

import (
	"testing"

	"github.com/provost-itsm/provost/internal/platform/tenant"
)

func TestATitleIsWhatSomebodyChose(t *testing.T) {
	for want, c := range map[string]struct {
		info   tenant.Info
		chosen string
	}{
		"Desk & Co": {tenant.Info{Name: tenant.DefaultName}, "Desk & Co"},
		"acme":      {tenant.Info{Name: "acme", Demo: true}, ""},
		"demo":      {tenant.Info{Name: tenant.DemoName}, ""}, // somebody called it so
		"Provost":   {tenant.Info{Name: tenant.DefaultName}, ""},
	} {
		if got := c.info.Title(c.chosen); got != want {
			t.Errorf("%+v with %q chosen is called %q, not %q", c.info, c.chosen, got, want)
		}
	}
}
