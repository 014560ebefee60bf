package trust

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestGatewayRoutes(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		a, old := f.app(), f.app(func(r *Registration) { r.PlainToken = true })
		get := func(a *app, path string, header ...string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header.Set(headerTenant, a.h.ID)
			r.Header.Set(headerClient, a.clientID)
			r.Header.Set(headerSecret, a.secret)
			for i := 0; i+1 < len(header); i += 2 {
				r.Header.Set(header[i], header[i+1])
				if header[i+1] == "" {
					r.Header.Del(header[i])
				}
			}
			return a.tell(r)
		}
		isJSON := func(w *httptest.ResponseRecorder) bool {
			var got struct {
				AccessToken string  `json:"access_token"`
				ExpiresIn   int     `json:"expires_in"`
				Scope       *string `json:"scope"`
				TokenType   string  `json:"token_type"`
			}
			return w.Code == 200 && json.Unmarshal(w.Body.Bytes(), &got) == nil && got.AccessToken != "" && got.ExpiresIn == 3600 && got.Scope != nil && got.TokenType == "Bearer"
		}
		isPlain := func(w *httptest.ResponseRecorder) bool {
			return w.Code == 200 && strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") && strings.Count(w.Body.String(), ".") == 2 && !strings.Contains(w.Body.String(), "{")
		}
		for name, ok := range map[string]bool{
			"people and devices":          isJSON(get(a, gatewayRoutes[0])),
			"both types in Accept":        isJSON(get(a, gatewayRoutes[0], "Accept", "text/plain, application/json")),
			"any type":                    isJSON(get(old, gatewayRoutes[0], "Accept", "*/*")),
			"text alone":                  isPlain(get(a, gatewayRoutes[0], "Accept", "text/plain")),
			"nothing, an old client":      isPlain(get(old, gatewayRoutes[0])),
			"JSON, an old client":         isJSON(get(old, gatewayRoutes[0], "Accept", "application/json")),
			"patches":                     isJSON(get(a, gatewayRoutes[1], "Accept", "text/plain")),
			"patches, older":              isJSON(get(a, gatewayRoutes[2])),
			"patches with a scope":        isJSON(get(a, gatewayRoutes[1], "X-ClientScope", "data.read")),
			"the tenant in braces":        isJSON(get(a, gatewayRoutes[0], "X-TenantId", "{"+strings.ToUpper(a.h.ID)+"}")),
			"headers of the old gateway":  isJSON(get(a, gatewayRoutes[0], "X-RapidAPI-Key", "x", "X-RapidAPI-Host", "y", "X-Landscape-Url", "z")),
			"nobody keeps it":             get(a, gatewayRoutes[0]).Header().Get("Cache-Control") == "no-store",
			"nobody keeps the plain one":  get(a, gatewayRoutes[0], "Accept", "text/plain").Header().Get("Cache-Control") == "no-store",
			"a header is missing: 400":    get(a, gatewayRoutes[0], "X-ClientId", "").Code == 400,
			"a wrong secret: 401":         get(a, gatewayRoutes[0], "X-ClientSecret", "x").Code == 401,
			"another tenant: 401":         get(a, gatewayRoutes[0], "X-TenantId", f.two.ID).Code == 401,
			"a scope not granted: 400":    get(a, gatewayRoutes[1], "X-ClientScope", "patchgroup.admin").Code == 400,
			"POST: 405":                   a.form(gatewayRoutes[0], url.Values{}).Code == 405,
			"no challenge for no Basic":   get(a, gatewayRoutes[0], "X-ClientSecret", "x").Header().Get("WWW-Authenticate") == "",
			"the secret is not repeated":  !strings.Contains(get(a, gatewayRoutes[0], "X-ClientSecret", "pvs_hush").Body.String(), "pvs_hush"),
			"an unknown client like that": get(a, gatewayRoutes[0], "X-ClientId", "x").Body.String() == get(a, gatewayRoutes[0], "X-ClientSecret", "x").Body.String(),
		} {
			if !ok {
				t.Errorf("%s: not so", name)
			}
		}
	})
}
