package e2e_test

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// visitor is a browser without scripts: it keeps cookies, follows redirects and sends the forms that it is shown.
type visitor struct {
	*http.Client
	last *http.Request // of the page that is shown
}

func newVisitor(tb testing.TB) *visitor {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	v := &visitor{Client: &http.Client{Jar: jar, Timeout: 30 * time.Second, Transport: &http.Transport{}}}
	tb.Cleanup(v.CloseIdleConnections)
	return v
}

// page is what a visitor is shown in the end.
type page struct {
	Status int
	URL    *url.URL
	Body   string
}

// get goes to an address.
func (v *visitor) get(tb testing.TB, address string) page {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, address, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return v.show(tb, r)
}

func (v *visitor) show(tb testing.TB, r *http.Request) page {
	tb.Helper()
	if r.Header.Get("Accept") == "" {
		r.Header.Set("Accept", "text/html,*/*;q=0.8")
	}
	answer, err := v.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		tb.Fatal(err)
	}
	v.last = answer.Request
	return page{answer.StatusCode, answer.Request.URL, string(body)}
}

var (
	tagPattern       = regexp.MustCompile(`(?is)<(form|input|/form)\b[^>]*>`)
	attributePattern = regexp.MustCompile(`(?is)([a-z-]+)\s*=\s*"([^"]*)"`)
)

// form reads the first form of a page that is sent by POST.
func (p page) form(tb testing.TB) (action string, values url.Values) {
	tb.Helper()
	for _, tag := range tagPattern.FindAllStringSubmatch(p.Body, -1) {
		attributes := map[string]string{}
		for _, a := range attributePattern.FindAllStringSubmatch(tag[0], -1) {
			attributes[strings.ToLower(a[1])] = html.UnescapeString(a[2])
		}
		switch name := strings.ToLower(tag[1]); {
		case name == "form" && strings.EqualFold(attributes["method"], "post") && values == nil:
			to, err := p.URL.Parse(attributes["action"])
			if err != nil {
				tb.Fatal(err)
			}
			action, values = to.String(), url.Values{}
		case name == "input" && values != nil && attributes["name"] != "" && attributes["type"] != "checkbox":
			values.Set(attributes["name"], attributes["value"])
		case name == "/form" && values != nil:
			return action, values
		}
	}
	tb.Fatalf("no form at %s: %d %s", p.URL, p.Status, p.Body)
	return "", nil
}

// submit sends the form of a page, with what somebody has typed.
func (v *visitor) submit(tb testing.TB, from page, typed map[string]string) page {
	tb.Helper()
	action, values := from.form(tb)
	for name, value := range typed {
		values.Set(name, value)
	}
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, action, strings.NewReader(values.Encode()))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", from.URL.Scheme+"://"+from.URL.Host)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if r.URL.Host != from.URL.Host {
		r.Header.Set("Sec-Fetch-Site", "cross-site")
	}
	return v.show(tb, r)
}
