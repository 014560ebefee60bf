package federation

import (
	"slices"
	"testing"
)

// Entra ID answers a sign-out under another name than its identifier; what an administrator says comes before that.
func TestLogoutIssuers(t *testing.T) {
	const directory = "6b1f3c1e-0000-4000-8000-000000000001"
	for _, c := range []struct {
		entity string
		said   []string
		want   []string
	}{
		{"https://sts.windows.net/" + directory + "/", nil, []string{"https://login.microsoftonline.com/" + directory + "/"}},
		{"https://sts.windows.net/" + directory + "/", []string{"https://other.example/"}, []string{"https://other.example/"}},
		{"https://sts.windows.net/" + directory, nil, nil},
		{"https://sts.windows.net.evil.example/" + directory + "/", nil, nil},
		{"http://sts.windows.net/" + directory + "/", nil, nil},
		{"https://idp.example.org/", nil, nil},
	} {
		p := &Provider{Settings: Settings{EntityID: c.entity, LogoutIssuers: c.said}}
		if got := p.logoutIssuers(); !slices.Equal(got, c.want) {
			t.Errorf("%s %v: %v, want %v", c.entity, c.said, got, c.want)
		}
	}
}
