package federation_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/sso/federation"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
)

// TestARequestThatTheBrowserCarries opens more requests than are kept: the browser brings the rest itself, each for its provider and once,
// and not for long.
func TestARequestThatTheBrowserCarries(t *testing.T) {
	each(t, federation.Deps{}, func(t *testing.T, f *fixture) {
		certificate := samltest.NewKeys().Genuine.Certificate.Raw
		add := func(name, entity string) (*federation.Provider, *samltest.Provider) {
			p, err := f.federation.Create(f.ctx, f.h, federation.NewProvider{Kind: federation.KindSAML, Preset: "other", Certificate: string(certificate),
				Settings: federation.Settings{Name: name, Enabled: true, EntityID: entity, SSOURL: "https://login.example.com/saml2", CreateUsers: true}})
			f.must(err)
			return p, &samltest.Provider{EntityID: entity, KeyPair: samltest.NewKeys().Genuine}
		}
		one, first := add("One", "https://one.example/")
		_, second := add("Two", "https://two.example/")
		begin := func() (request, cookie string) {
			t.Helper()
			w := f.send(http.MethodGet, "/sso/"+one.ID+"/login?return=/desk", "")
			if w.Code != http.StatusSeeOther {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			made := w.Result().Cookies()[0]
			to, err := url.Parse(w.Header().Get("Location"))
			f.must(err)
			return requestID(t, to.Query().Get("SAMLRequest")), made.Name + "=" + made.Value
		}
		for range 200 {
			if _, cookie := begin(); strings.Contains(cookie, "=v.") {
				t.Fatal("a request is carried while there is room")
			}
		}
		n := 0
		answer := func(p *samltest.Provider, request, cookie string) int {
			t.Helper()
			n++
			to := samltest.Target{Provider: p, EntityID: "https://one.example.com/", ACS: "https://one.example.com/handlers/sso/SamlAssertionConsumerHandler.ashx",
				Request: request, NameID: "ada@a.example", Suffix: "c" + strings.Repeat("x", n), Now: f.clock.Now()}
			form := samltest.Post(to.Genuine(samltest.AssertionSigned), "")
			w := f.send(http.MethodPost, "/handlers/sso/SamlAssertionConsumerHandler.ashx", string(form.Body), cookie)
			return w.Code
		}
		request, cookie := begin()
		if !strings.Contains(cookie, "=v.") {
			t.Fatalf("the 201st request of an address is kept: %s", cookie)
		}
		other, otherCookie := begin()
		name, _, _ := strings.Cut(cookie, "=")
		_, value, _ := strings.Cut(otherCookie, "=")
		for what, got := range map[string]int{
			"another provider's":          answer(second, request, cookie),
			"another request's value":     answer(first, request, name+"="+value),
			"a value that was cut":        answer(first, request, cookie[:len(cookie)-2]),
			"a value that was made up":    answer(first, request, name+"=v."+strings.Repeat("A", 200)),
			"the cookie of another":       answer(first, request, otherCookie),
			"without a cookie, of course": answer(first, other, ""),
		} {
			if got != http.StatusForbidden {
				t.Errorf("%s: %d", what, got)
			}
		}
		f.clock.Advance(9 * time.Minute)
		if got := answer(first, request, cookie); got != http.StatusSeeOther {
			t.Errorf("after nine minutes: %d", got)
		}
		if got := answer(first, request, cookie); got != http.StatusForbidden {
			t.Errorf("twice: %d", got)
		}
		f.clock.Advance(time.Minute)
		if got := answer(first, other, otherCookie); got != http.StatusForbidden {
			t.Errorf("after ten minutes: %d", got)
		}
	})
}

// requestID reads the ID of a request from the query that carries it.
func requestID(t *testing.T, message string) string {
	t.Helper()
	packed, err := base64.StdEncoding.DecodeString(message)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), ` ID="`)
	id, _, _ := strings.Cut(rest, `"`)
	return id
}
