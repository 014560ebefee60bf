package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

func TestFold(t *testing.T) {
	families := []string{"/api/odata", "/api/odata/businessobject", "/api/rest/authentication/login", "/handlers/sso/SamlAssertionConsumerHandler.ashx", "/scim/v2/"}
	for _, tc := range []struct{ name, in, path, escaped string }{
		{"canonical stays", "/api/odata/businessobject/incidents", "/api/odata/businessobject/incidents", ""},
		{"the rest keeps its case", "/API/OData/BusinessObject/Incidents('aBc')", "/api/odata/businessobject/Incidents('aBc')", ""},
		{"HEAT goes", "/HEAT/api/odata/businessobject/incidents", "/api/odata/businessobject/incidents", ""},
		{"HEAT goes in any case", "/hEaT/aPi/oDaTa/x", "/api/odata/x", ""},
		{"HEAT alone is the root", "/heat", "/", ""},
		{"HEAT before anything else", "/HEAT/Login", "/Login", ""},
		{"only one HEAT", "/HEAT/HEAT/api/odata/x", "/HEAT/api/odata/x", ""},
		{"a word that begins with HEAT stays", "/heater/api/odata", "/heater/api/odata", ""},
		{"the longest family counts", "/api/odata/BUSINESSOBJECT", "/api/odata/businessobject", ""},
		{"a family ends with its segment", "/API/ODataX/y", "/API/ODataX/y", ""},
		{"a family may hold capitals", "/HANDLERS/SSO/samlassertionconsumerhandler.ASHX", "/handlers/sso/SamlAssertionConsumerHandler.ashx", ""},
		{"a family given with a slash", "/SCIM/V2/Users", "/scim/v2/Users", ""},
		{"other paths stay", "/Other/API/odata", "/Other/API/odata", ""},
		{"the escaped form is kept", "/HEAT/API/ODATA/Incidents('a%2Fb')/X", "/api/odata/Incidents('a/b')/X", "/api/odata/Incidents('a%2Fb')/X"},
		{"an escaped slash makes no family", "/api%2Fodata/businessobject/X", "/api/odata/businessobject/X", "/api%2Fodata/businessobject/X"},
		{"no letter but ASCII folds", "/api/odata\u212A", "/api/odata\u212A", ""},
		{"the root", "/", "/", ""},
		{"a base URL that ends in a slash", "//api/odata/businessobject/incidents", "/api/odata/businessobject/incidents", ""},
		{"a base URL that ends in HEAT and a slash", "/HEAT//api/odata/businessobject/incidents", "/api/odata/businessobject/incidents", ""},
		{"slashes within a family", "/api///odata//BusinessObject/x", "/api/odata/businessobject/x", ""},
		{"slashes right after a family", "/api/odata/businessobject//incidents", "/api/odata/businessobject/incidents", ""},
		{"slashes of the rest stay", "//api/odata/businessobject/incidents('a//b')//c", "/api/odata/businessobject/incidents('a//b')//c", ""},
		{"slashes at the end of the rest stay", "/api/odata/businessobject/incidents//", "/api/odata/businessobject/incidents//", ""},
		{"slashes before no family", "//other//x", "/other//x", ""},
		{"slashes and an escape", "//api//odata/X('a%2F%2Fb')", "/api/odata/X('a//b')", "/api/odata/X('a%2F%2Fb')"},
		{"nothing but slashes", "///", "/", ""},
		{"HEAT and slashes", "//HEAT//", "/", ""},
	} {
		var path, escaped string
		h := Fold(families, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { path, escaped = r.URL.Path, r.URL.EscapedPath() }))
		r := httptest.NewRequest("GET", "/", nil)
		u, err := url.ParseRequestURI(tc.in)
		if err != nil {
			t.Fatal(err)
		}
		r.URL = u
		h.ServeHTTP(httptest.NewRecorder(), r)
		if path != tc.path || tc.escaped != "" && escaped != tc.escaped {
			t.Errorf("%s: %s gives %s, escaped %s", tc.name, tc.in, path, escaped)
		}
		if u.String() != r.URL.String() {
			t.Errorf("%s: the request of the caller was changed", tc.name)
		}
	}
}

func BenchmarkFold(b *testing.B) {
	h := Fold([]string{"/api/odata/businessobject", "/api/rest", "/api/odata"}, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	r := httptest.NewRequest("GET", "/api/odata/businessobject/incidents", nil)
	w := httptest.NewRecorder()
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(w, r)
	}
}
