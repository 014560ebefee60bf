package e2e_test

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
	"github.com/provost-itsm/provost/internal/testkit"
)

// TestMetadataFromElsewhere imports metadata that lies, or leads elsewhere, as a document and from addresses: nothing of the record changes,
// and nobody inside is asked.
func TestMetadataFromElsewhere(t *testing.T) {
	inside := 0
	private := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { inside++; _, _ = io.WriteString(w, "<x/>") }))
	private.Start()
	defer private.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(private.URL, "http://"), ":")
	const entity, sso = "https://sts.windows.net/6b1f3c1e-0000-4000-8000-000000000001/", "https://login.example.com/saml2"
	key := samltest.NewKeys().Genuine.Certificate.Raw
	genuine := metadataOf(entity, sso, key)
	pad := strings.Repeat(" ", 6<<20)
	documents := map[string]struct{ text, code string }{
		"XXE":                        {`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>` + strings.Replace(genuine, sso, sso+"?&e;", 1), "xml_directive"},
		"an entity of the network":   {`<!DOCTYPE x SYSTEM "` + private.URL + `/x.dtd">` + genuine, "xml_directive"},
		"growth":                     {`<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>` + genuine, "xml_directive"},
		"another provider":           {metadataOf("https://evil.example/", sso, key), "metadata_entity_mismatch"},
		"an address of a script":     {metadataOf(entity, "javascript:alert(1)", key), "endpoint_invalid"},
		"an address without TLS":     {metadataOf(entity, "http://login.example.com/saml2", key), "endpoint_invalid"},
		"an address with a password": {metadataOf(entity, "https://a:b@login.example.com/saml2", key), "endpoint_invalid"},
		"markup in an address":       {metadataOf(entity, `https://login.example.com/"><script>`, key), "endpoint_invalid"},
		"a placeholder":              {metadataOf(entity, "https://login.example.com/{tenant}/saml2", key), "metadata_placeholder"},
		"several of one name":        {`<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">` + genuine + genuine + `</EntitiesDescriptor>`, "metadata_entity_ambiguous"},
		"several, none of ours":      {`<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">` + metadataOf("https://a.example/", sso, key) + metadataOf("https://b.example/", sso, key) + `</EntitiesDescriptor>`, "metadata_entity_mismatch"},
		"past its end":               {strings.Replace(genuine, "<EntityDescriptor", `<EntityDescriptor validUntil="2020-01-01T00:00:00Z"`, 1), "metadata_expired"},
		"no SAML":                    {"<html><body>Sign in</body></html>", "metadata_not_xml"},
		"nothing that is XML":        {"not found", "metadata_not_xml"},
	}
	served := http.NewServeMux()
	served.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, genuine)
		for range 9 { // 54 MiB
			_, _ = io.WriteString(w, pad)
		}
	})
	for from, to := range map[string]string{"/inside": "http://127.0.0.2:" + port + "/x", "/linklocal": "http://169.254.169.254/latest/meta-data/", "/name": "http://localhost:" + port + "/x", "/file": "file:///etc/passwd", "/here": "/genuine"} {
		served.Handle(from, http.RedirectHandler(to, http.StatusFound))
	}
	served.HandleFunc("/genuine", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, genuine) })
	source := httptest.NewServer(served)
	defer source.Close()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn, "--allow-private-outbound", "127.0.0.1/32")
		record := func() string {
			one := f.admin(t, http.MethodGet, "/identity-providers/"+f.id, nil, http.StatusOK)
			delete(one, "last_attempt")
			return asJSON(t, one)
		}
		before := record()
		try := func(what string, body map[string]any, code string) {
			t.Helper()
			a := f.Ask(t, http.MethodPost, "/api/admin/v1/identity-providers/"+f.id+"/metadata", f.key, asJSON(t, body))
			if a.Status < 400 || a.Status > 499 || code != "" && a.JSON()["code"] != code {
				t.Errorf("%s: %d %.300s, want %s", what, a.Status, a.Body, code)
			}
			if now := record(); now != before {
				t.Errorf("%s: the record is now %s", what, now)
				before = now
			}
		}
		for what, c := range documents {
			try(what, map[string]any{"document": c.text}, c.code)
		}
		try("6 MiB", map[string]any{"document": genuine + pad}, "")
		for _, path := range []string{"/large", "/inside", "/linklocal", "/name", "/file", "/here"} {
			try("from "+path, map[string]any{"url": source.URL + path}, "")
		}
		for _, address := range []string{"http://127.0.0.2:" + port + "/x", "https://169.254.169.254/x", "https://[::ffff:169.254.169.254]/x", "https://[fd00::1]/x", "https://0.0.0.0/x", "https://2130706433/x", "https://10.1.2.3/x",
			"file:///etc/passwd", "gopher://127.0.0.1/x", "javascript:alert(1)", "https://user@login.example.com/", "http://login.example.com/x", "//login.example.com/x", ""} {
			try(address, map[string]any{"url": address}, "")
		}
		f.Stop(t)
		if inside > 0 {
			t.Errorf("somebody inside was asked %d times", inside)
		}
		plain := federate(t, "") // which may ask nobody inside: what a name leads to is looked at when it is connected to
		for _, address := range []string{source.URL + "/genuine", strings.Replace(source.URL, "127.0.0.1", "localhost", 1) + "/genuine", strings.Replace(source.URL, "http", "https", 1)} {
			if a := plain.Ask(t, http.MethodPost, "/api/admin/v1/identity-providers/"+plain.id+"/metadata", plain.key, asJSON(t, map[string]any{"url": address})); a.Status != http.StatusBadRequest {
				t.Errorf("%s: %d %s", address, a.Status, a.Body)
			}
		}
	})
}

// TestMarkupStaysText has a provider send markup wherever something is shown: in a failure, in names, in what people are called.
func TestMarkupStaysText(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		f := federate(t, dsn)
		const markup = `<script>alert(1)</script><img src=x onerror=alert(2)>`
		harmless := func(what string, a testkit.Answer) {
			t.Helper()
			if a.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: browsers may guess what it is: %v", what, a.Header)
			}
			if strings.HasSuffix(a.Header.Get("Content-Type"), "json") {
				return // what is shown of it e2e/specs/sso-browser.spec.ts looks at
			}
			for _, tag := range []string{"<script>alert", "<img", "onerror=alert(2)>"} {
				if strings.Contains(string(a.Body), tag) {
					t.Errorf("%s: the answer holds %s: %s", what, tag, a.Body)
				}
			}
		}
		for _, layout := range []samltest.Layout{samltest.AssertionSigned, samltest.ResponseSigned} {
			m := f.aim("").Message()
			m.Status = `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Requester"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:&lt;b&gt;"/></samlp:StatusCode><samlp:StatusMessage>AADSTS75011: ` + html.EscapeString(markup) + `</samlp:StatusMessage>`
			a := f.post(t, samltest.Post(samltest.Signing{Key: f.provider.KeyPair}.Message(m.XML(), layout), ""), "")
			if got := f.refusal(t, "a failure", a); got != "status_not_success" {
				t.Errorf("a failure is refused for %s", got)
			}
			harmless("the page of a failure", a)
			if strings.Contains(string(a.Body), "AADSTS") {
				t.Errorf("the page of a failure repeats what was sent: %s", a.Body)
			}
			shown := f.Ask(t, http.MethodGet, "/api/admin/v1/identity-providers/"+f.id+"/attempts", f.key, "")
			harmless("the attempts", shown)
			if text := fmt.Sprint(f.attempt(t, a)["message"]); !strings.Contains(text, "AADSTS75011") || strings.ContainsAny(text, "<>") {
				t.Errorf("administrators read %s", text)
			}
		}
		m := f.aim("").Message()
		m.Issuer, m.ResponseIssuer = "https://sts.windows.net/"+markup, "https://sts.windows.net/"+markup
		a := f.post(t, post(f, m), "")
		f.refusal(t, "an issuer", a)
		harmless("an unknown issuer", a)
		harmless("the stray attempts", f.Ask(t, http.MethodGet, "/api/admin/v1/single-sign-on/attempts", f.key, ""))

		enter := func(name string) testkit.Answer {
			t.Helper()
			to := f.aim("")
			to.NameID = name
			m := to.Message()
			said(&m, claimObjectID, objectOf(len(name)))
			said(&m, claimEmail)
			said(&m, "http://schemas.microsoft.com/identity/claims/displayname", samltest.Escape("Eve "+markup))
			return f.post(t, post(f, m), "")
		}
		arrived := enter("eve" + markup)
		f.set(t, map[string]any{"mapping": []map[string]string{{"field": "DisplayName", "claim": "http://schemas.microsoft.com/identity/claims/displayname"}}})
		if arrived.Status == http.StatusSeeOther { // a login may be anything without spaces
			arrived = enter("eve" + markup)
		}
		host := strings.TrimPrefix(f.Base, "http://")
		someone(t, f.Server, host, "sue", "SelfService")
		sue := browserOf(t, f.Server, host, "sue").Get("Cookie")
		if arrived.Status == http.StatusSeeOther {
			asked, _ := f.finish(t, arrived, sue)
			harmless("the page that asks", asked)
			if !strings.Contains(string(asked.Body), html.EscapeString("<script>")) {
				t.Errorf("the page that asks does not name her: %d %s", asked.Status, asked.Body)
			}
			_, session := f.finish(t, enter("eve"+markup), "")
			harmless("the home of who has such a name", f.browsing(t, http.MethodGet, "/", session, map[string]string{"Accept": "text/html"}, ""))
			harmless("what she is told of herself", f.browsing(t, http.MethodGet, "/api/me", session, nil, ""))
		} else {
			harmless("the refusal", arrived)
		}
		harmless("the attempts", f.Ask(t, http.MethodGet, "/api/admin/v1/identity-providers/"+f.id+"/attempts", f.key, ""))
		harmless("whom it knows", f.Ask(t, http.MethodGet, "/api/admin/v1/identity-providers/"+f.id+"/identities", f.key, ""))
		name := `"><script>alert(1)</script>`
		f.set(t, map[string]any{"name": name})
		harmless("the page to sign in", f.Ask(t, http.MethodGet, "/login/local", "", ""))
		f.Run(t, "setting", "set", "sign_in.redirect", "off", "--tenant", "default")
		page := f.Ask(t, http.MethodGet, "/login", "", "")
		harmless("the page to sign in", page)
		if !strings.Contains(string(page.Body), "&lt;script&gt;alert(1)") {
			t.Errorf("the page to sign in does not name the provider: %s", page.Body)
		}
	})
}
