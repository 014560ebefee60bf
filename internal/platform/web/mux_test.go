package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestMuxNeverRedirects(t *testing.T) {
	mux := http.NewServeMux()
	for _, pattern := range []string{"/api/odata/businessobject/", "/api/odata/", "POST /login", "/login/{$}", "/"} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = io.WriteString(w, pattern+" "+r.URL.EscapedPath())
		})
	}
	h := Mux(mux, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotFound) }))
	const odata = "/api/odata/businessobject/"
	for name, c := range map[string]struct{ path, pattern string }{
		"a clean path":                   {odata + "incidents", odata},
		"a slash at the end":             {odata + "incidents/", odata},
		"the subtree itself":             {odata, odata},
		"a subtree without its slash":    {"/api/odata/businessobject", ""},
		"two slashes at the end":         {odata + "incidents//", odata},
		"two slashes in a quoted key":    {odata + "incidents('a//b')", odata},
		"dots in a quoted key":           {odata + "incidents('a/../b')", odata},
		"dots that lead out stay there":  {odata + "../../../login", odata},
		"a dot at the end":               {odata + "incidents/.", odata},
		"two dots at the end":            {odata + "incidents/..", odata},
		"dots within a segment":          {odata + "a..b/.c", odata},
		"escaped dots":                   {odata + "%2e%2e/x", odata},
		"two slashes at the beginning":   {"//api/odata/x", "/"},
		"two slashes before the subtree": {"/api//odata/x", "/"},
		"an exact path":                  {"/login", "POST /login"},
		"an exact path with a slash":     {"/login/", "/login/{$}"},
		"an exact path with two slashes": {"/login//", ""},
		"an exact path behind dots":      {"/x/../login", "/"},
		"an escape":                      {odata + "x('a%2Fb')//c", odata},
		"the root":                       {"/", "/"},
		"nothing but slashes":            {"//", "/"},
	} {
		for _, method := range []string{"GET", "POST"} {
			if c.pattern == "POST /login" && method == "GET" {
				continue
			}
			r := httptest.NewRequest(method, "/", strings.NewReader("body"))
			u, err := url.Parse("http://x" + c.path)
			if err != nil {
				t.Fatal(err)
			}
			r.URL = u
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			switch {
			case c.pattern == "" && w.Code != http.StatusNotFound:
				t.Errorf("%s: %s %s: %d %s, want 404", name, method, c.path, w.Code, w.Body)
			case c.pattern != "" && (w.Code != http.StatusOK || w.Body.String() != c.pattern+" "+c.path):
				t.Errorf("%s: %s %s: %d %s, want %s", name, method, c.path, w.Code, w.Body, c.pattern)
			}
		}
	}
}

func TestMuxAnswersWhatIsNoPath(t *testing.T) {
	h := Mux(http.NewServeMux(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotFound) }))
	for _, r := range []*http.Request{httptest.NewRequest("OPTIONS", "*", nil), httptest.NewRequest("CONNECT", "/x//y", nil), httptest.NewRequest("GET", "/x", nil)} {
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusNotFound {
			t.Errorf("%s %s: %d", r.Method, r.URL, w.Code)
		}
	}
}
