package bench

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
)

// fakeService takes responses as Provost does, without a database.
type fakeService struct {
	gateway *gateway
	mu      sync.Mutex
	taken   map[[32]byte]bool
	lax     bool   // takes what was tampered with
	whose   string // session it says; empty: of who signed in
}

func (f *fakeService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	cookie := func(name string) string {
		c, err := r.Cookie(name)
		if err != nil {
			return ""
		}
		return c.Value
	}
	switch r.URL.Path {
	case finishPath:
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: cookie("arrived")})
		http.SetCookie(w, &http.Cookie{Name: "arrived", MaxAge: -1})
		w.WriteHeader(http.StatusSeeOther)
		return
	case "/api/me":
		who := f.whose
		if who == "" {
			who = cookie("sid")
		}
		fmt.Fprintf(w, `{"login":%q}`, who)
		return
	}
	body, _ := io.ReadAll(r.Body)
	said, err := f.accept(saml.Form{Method: r.Method, ContentType: r.Header.Get("Content-Type"), Body: body})
	if err != nil && !f.lax {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	name := "nobody"
	if err == nil {
		name = said.NameID.Value
	}
	http.SetCookie(w, &http.Cookie{Name: "arrived", Value: name})
	w.WriteHeader(http.StatusSeeOther)
}

func (f *fakeService) accept(form saml.Form) (*saml.SignIn, error) {
	post, err := saml.DecodeForm(form)
	if err != nil {
		return nil, err
	}
	response, err := saml.ParseResponse(post.Document)
	if err != nil {
		return nil, err
	}
	idp := f.gateway.provider.Record()
	idp.AllowIDPInitiated = true
	said, err := response.Accept(idp, saml.ServiceProvider{EntityID: f.gateway.entity, ACSURLs: []string{f.gateway.acs}}, "", time.Now())
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.taken[said.ReplayKey] {
		return nil, fmt.Errorf("%s was taken already", said.AssertionID)
	}
	f.taken[said.ReplayKey] = true
	return said, nil
}

func newFakeService(t *testing.T) (*fakeService, *gateway) {
	t.Helper()
	g := &gateway{host: "localhost", entity: "http://localhost/", acs: "http://localhost/acs", path: "/acs",
		provider: &samltest.Provider{EntityID: "https://idp.example/", KeyPair: samltest.NewKeys().Genuine}}
	f := &fakeService{gateway: g, taken: map[[32]byte]bool{}}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	g.address = server.Listener.Addr().String()
	return f, g
}

func TestSignInsAreTakenOnceAndTamperedOnesRefused(t *testing.T) {
	f, g := newFakeService(t)
	messages := g.sign("a", 60, tamperedEvery)
	m, err := drive{address: g.address, connections: 4, seed: 1}.run(t.Context(), g.operation(messages))
	if err != nil || m.errors > 0 || m.requests != 60 || len(f.taken) != 57 {
		t.Fatalf("%d requests, %d errors, %d taken: %v %v", m.requests, m.errors, len(f.taken), m.problem, err)
	}
	if m, err = (drive{address: g.address, connections: 1}).run(t.Context(), g.operation(messages[:10])); err != nil || m.errors != 10 {
		t.Errorf("sent again: %d errors, %v", m.errors, err)
	}
}

func TestWrongAnswersToSignInsAreErrors(t *testing.T) {
	f, g := newFakeService(t)
	run := func(messages []message) measurement {
		m, err := drive{address: g.address, connections: 1}.run(t.Context(), g.operation(messages))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	f.lax = true
	if m := run(g.sign("lax", 2, 2)); m.errors != 1 || !strings.Contains(m.problem.Error(), "status 303") {
		t.Errorf("a tampered message that is taken: %d errors, %v", m.errors, m.problem)
	}
	f.lax, f.whose = false, "somebody else"
	if m := run(g.sign("whose", 1, 0)); m.errors != 1 || !strings.Contains(m.problem.Error(), "somebody else") {
		t.Errorf("a session of somebody else: %d errors, %v", m.errors, m.problem)
	}
}
