package trust

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
)

var guid = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// TenantNamed returns the tenant id that a request to the platform's own host names: the first segment of the path, the last one of the
// metadata of RFC 8414, X-TenantId, or what a bearer token says, which is believed when it is checked. Empty where it names none, or where the
// path is not one of those that the platform's host serves.
func TenantNamed(r *http.Request) string {
	path := strings.TrimPrefix(r.URL.Path, "/")
	first, rest, _ := strings.Cut(path, "/")
	if id, ok := strings.CutPrefix(path, ".well-known/oauth-authorization-server/"); ok {
		first, rest = id, "."
	}
	if guid.MatchString(first) && rest != "" {
		return first
	}
	lower := strings.ToLower(path)
	if !strings.HasPrefix(lower, "api/apigatewaydataservices/") && !strings.HasPrefix(lower, "api/patch/") && !strings.HasPrefix(lower, "api/v1/patch/") {
		return ""
	}
	if id := strings.Trim(r.Header.Get(headerTenant), "{} "); id != "" {
		return id
	}
	c, ok := parseAuthorization(r.Header.Get("Authorization"))
	if !ok || c.kind != tokenCredential {
		return ""
	}
	_, body, _ := strings.Cut(c.value, ".")
	body, _, _ = strings.Cut(body, ".")
	payload, err := base64.RawURLEncoding.DecodeString(body)
	var said struct {
		TenantID string `json:"tid"`
	}
	if err != nil || json.Unmarshal(payload, &said) != nil {
		return ""
	}
	return said.TenantID
}
