package e2e_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/testkit"
)

// told is one server-sent event.
type told struct {
	name, id string
	data     struct{ Object, ID, Action, Reason string }
	at       time.Time
}

// following is an open stream of events.
type following struct {
	t      *testing.T
	name   string
	status int
	header http.Header
	events chan told // closed when the stream is
}

// follow opens a stream with a credential.
func follow(t *testing.T, name, base, host string, header http.Header, query string) *following {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/me/events"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	r.Header = header.Clone()
	r.Header.Set("Accept", "text/event-stream")
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	f := &following{t: t, name: name, status: answer.StatusCode, header: answer.Header, events: make(chan told, 1000)}
	go func() {
		defer answer.Body.Close()
		defer close(f.events)
		var e told
		lines := bufio.NewScanner(answer.Body)
		for lines.Scan() {
			field, value, _ := strings.Cut(lines.Text(), ": ")
			switch field {
			case "event":
				e.name = value
			case "id":
				e.id = value
			case "data":
				_ = json.Unmarshal([]byte(value), &e.data)
			case "":
				e.at = time.Now()
				f.events <- e
				e = told{}
			}
		}
	}()
	return f
}

// begun wants the stream to be open.
func (f *following) begun() *following {
	f.t.Helper()
	if f.status != http.StatusOK || !strings.HasPrefix(f.header.Get("Content-Type"), "text/event-stream") || f.header.Get("X-Accel-Buffering") != "no" ||
		!strings.Contains(f.header.Get("Cache-Control"), "no-store") || f.header.Get("Content-Encoding") != "" {
		f.t.Fatalf("%s: %d %v", f.name, f.status, f.header)
	}
	f.next("hello", func(e told) bool { return e.name == "hello" || e.name == "reset" })
	return f
}

// next waits for an event of which holds holds, and returns it with those before it.
func (f *following) next(what string, holds func(told) bool) (found told, before []told) {
	f.t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		select {
		case e, open := <-f.events:
			if !open {
				f.t.Fatalf("%s: the stream is over, without %s; it told %+v", f.name, what, before)
			}
			if holds(e) {
				return e, before
			}
			before = append(before, e)
		case <-limit.C:
			f.t.Fatalf("%s: no %s within %s; it told %+v", f.name, what, patience, before)
		}
	}
}

func of(object, id string) func(told) bool {
	return func(e told) bool { return e.data.Object == object && e.data.ID == id }
}

// nothing wants none of the events told to hold.
func nothing(t *testing.T, name string, events []told, holds func(told) bool) {
	t.Helper()
	for _, e := range events {
		if holds(e) {
			t.Errorf("%s is told %+v", name, e)
		}
	}
}

// browserOf signs somebody in with a browser and returns its cookie.
func browserOf(t *testing.T, s *testkit.Server, host, login string) http.Header {
	t.Helper()
	a := send(t, s, host, http.MethodPost, "/login", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		url.Values{"username": {login}, "password": {password}}.Encode())
	cookie, _, _ := strings.Cut(a.Header.Get("Set-Cookie"), ";")
	if a.Status != http.StatusSeeOther || cookie == "" {
		t.Fatalf("sign in as %s: %d %v", login, a.Status, a.Header)
	}
	return http.Header{"Cookie": {cookie}}
}

// someone makes a person with a password.
func someone(t *testing.T, s *testkit.Server, host, login, role string) (recID string) {
	t.Helper()
	made := s.Run(t, "user", "create", login, "--role", role, "--tenant", "default")
	_, code, _ := strings.Cut(made["setup_link"].(string), "#")
	form := url.Values{"code": {code}, "password": {password}, "again": {password}}.Encode()
	if a := send(t, s, host, http.MethodPost, "/set-password", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, form); a.Status != http.StatusSeeOther {
		t.Fatalf("set the password of %s: %d %s", login, a.Status, a.Body)
	}
	return made["rec_id"].(string)
}

// secondReplica starts another server of the same tenants.
func secondReplica(t *testing.T, s *testkit.Server, dsn string) *testkit.Server {
	t.Helper()
	second := testkit.Start(t, testkit.Options{DSN: dsn, Args: []string{"--keys", filepath.Join(s.Data, "keys.json"), "--base-url", s.Base}})
	_, listening, _ := strings.Cut(second.Log(), `"serving","address":"`)
	address, _, _ := strings.Cut(listening, `"`)
	if second.Base = "http://" + address; address == "" {
		t.Fatalf("where does the other replica listen? %s", second.Log())
	}
	return second
}

// TestAStreamTellsWhatWasWritten has somebody of each kind follow a tenant, on SQLite in the process that writes, on PostgreSQL in
// another one.
func TestAStreamTellsWhatWasWritten(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		t.Cleanup(func() { erase(t, s) })
		s.Run(t, "tenant", "create", "beta", "--host", "beta.test")
		p := furnish(t, s, "default", "localhost", "quartz")
		other := furnish(t, s, "beta", "beta.test", "zephyr")
		sue := someone(t, s, p.host, "sue", "SelfService")
		someone(t, s, p.host, "agnes", "ServiceDeskAnalyst")
		there := s
		if dsn != "" {
			there = secondReplica(t, s, dsn)
		}
		key := func(k string) http.Header { return http.Header{"Authorization": {"REST " + k}} }
		admin := follow(t, "the administrator", there.Base, p.host, browserOf(t, s, p.host, "admin"), "").begun()
		token := follow(t, "a token", there.Base, p.host, http.Header{"Authorization": {"Bearer " + p.token}}, "").begun()
		agent := follow(t, "an agent", there.Base, p.host, browserOf(t, s, p.host, "agnes"), "").begun()
		self := follow(t, "self-service", there.Base, p.host, browserOf(t, s, p.host, "sue"), "").begun()
		foreign := follow(t, "the other tenant", there.Base, other.host, key(other.key), "").begun()

		write := func(method, path, body string) string {
			a := p.ask(t, method, path, body)
			if a.Status > 299 {
				t.Fatalf("%s %s: %d %s", method, path, a.Status, a.Body)
			}
			id, _ := a.JSON()["RecId"].(string)
			return id
		}
		began := time.Now()
		theirs := write(http.MethodPost, incidents, `{"Subject":"Of nobody"}`)
		e, _ := admin.next("the incident", of("Incident", theirs))
		if e.data.Action != "incident.create" || e.id == "" {
			t.Errorf("the administrator is told %+v", e)
		}
		if took := e.at.Sub(began); took > 4*time.Second {
			t.Errorf("it took %v until the other replica told", took)
		}
		agent.next("the incident", of("Incident", theirs))
		hers := write(http.MethodPost, incidents, fmt.Sprintf(`{"Subject":"Of Sue","ProfileLink":"%s"}`, sue))
		_, before := self.next("her incident", of("Incident", hers))
		nothing(t, "self-service", before, of("Incident", theirs))

		write(http.MethodPatch, incidents+"('"+hers+"')", fmt.Sprintf(`{"ProfileLink":"%s","CreatedBy":"admin"}`, p.person))
		if e, _ := self.next("that one of her incidents went", func(e told) bool { return e.data.Object == "Incident" }); e.data.ID != "" || e.data.Action != "" {
			t.Errorf("self-service is told of what is not hers any more: %+v", e)
		}
		write(http.MethodDelete, incidents+"('"+theirs+"')", "")
		if e, before := agent.next("that an incident is gone", func(e told) bool { return e.data.Object == "Incident" && e.data.ID == "" }); e.data.Action != "" {
			t.Errorf("an agent is told of what is gone: %+v after %+v", e, before)
		}

		// What is for administrators, and then something for everybody to come by.
		s.Run(t, "key", "create", "--role", "Admin", "--tenant", "default")
		_, before = admin.next("the key", func(e told) bool { return e.data.Object == "api_key" && e.data.Action == "api_key.create" })
		nothing(t, "the administrator", before, func(e told) bool { return strings.HasSuffix(e.data.Object, "#") })
		last := write(http.MethodPost, incidents, fmt.Sprintf(`{"Subject":"The last one","ProfileLink":"%s"}`, sue))
		isAdmin := func(e told) bool {
			return strings.HasPrefix(e.data.Object, "api_key") || e.data.Object == "browser_session"
		}
		for _, f := range []*following{agent, self} {
			_, before := f.next("the last incident", of("Incident", last))
			nothing(t, f.name, before, isAdmin)
		}
		token.next("the last incident", of("Incident", last))
		made := other.ask(t, http.MethodPost, incidents, `{"Subject":"Of the other tenant"}`)
		_, before = foreign.next("its own incident", of("Incident", made.JSON()["RecId"].(string)))
		nothing(t, "the other tenant", before, func(e told) bool { return e.data.ID == last || e.data.ID == theirs || e.data.ID == hers })

		// Who comes again is told what was missed, and who was away for too long that everything may have changed.
		again := follow(t, "who comes again", there.Base, p.host, key(p.key), "?after="+e.id)
		_, before = again.next("the last incident", of("Incident", last))
		nothing(t, "who comes again", before, of("Incident", theirs+"x"))
		if e, _ := follow(t, "from the future", there.Base, p.host, key(p.key), "?after=99999999").next("reset", func(told) bool { return true }); e.name != "reset" {
			t.Errorf("an id of the future: %+v", e)
		}
		for _, query := range []string{"?after=-1", "?after=x", "?after=99999999999999999999"} {
			if f := follow(t, query, there.Base, p.host, key(p.key), query); f.status != http.StatusBadRequest {
				t.Errorf("%s: %d", query, f.status)
			}
		}

		// What ends a credential ends its streams within five seconds.
		for _, end := range []struct {
			f  *following
			by func()
		}{
			{self, func() { s.Run(t, "user", "disable", "sue", "--tenant", "default") }},
			{agent, func() {
				s.Run(t, "setting", "set", "session.agent_max_hours", "12", "--tenant", "default") // which ends nothing
				list := p.ask(t, http.MethodGet, adminPath+"people?search=agnes", "")
				id := list.JSON()["items"].([]any)[0].(map[string]any)["id"].(string)
				if a := p.ask(t, http.MethodDelete, adminPath+"people/"+id+"/roles/ServiceDeskAnalyst", ""); a.Status > 299 {
					t.Fatalf("revoke the role: %d %s", a.Status, a.Body)
				}
			}},
			{token, func() { s.Run(t, "registration", "revoke-tokens", clientOf(t, p), "--tenant", "default") }},
		} {
			end.by()
			at := time.Now()
			e, _ := end.f.next("the end", func(e told) bool { return e.name == "end" })
			if e.data.Reason != "session" || e.at.Sub(at) > 5*time.Second {
				t.Errorf("%s: %+v after %v", end.f.name, e, e.at.Sub(at))
			}
		}
		there.Stop(t)
		if e, _ := admin.next("the end", func(e told) bool { return e.name == "end" }); e.data.Reason != "stopping" {
			t.Errorf("a server that stops: %+v", e)
		}
		if there != s {
			s.Stop(t)
		}
		s.Restart(t) // for erasing
	})
}

// clientOf is the client id of the tenant's registration.
func clientOf(t *testing.T, p *party) string {
	t.Helper()
	items := p.ask(t, http.MethodGet, adminRegistrations, "").JSON()["items"].([]any)
	return items[0].(map[string]any)["client_id"].(string)
}

// TestStreamsAreLimited opens more streams than one person may have.
func TestStreamsAreLimited(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, testkit.Options{})
	key := http.Header{"Authorization": {"REST " + s.Key(t, "Admin")}}
	for range 20 {
		follow(t, "one of many", s.Base, "localhost", key, "").begun()
	}
	f := follow(t, "one too many", s.Base, "localhost", key, "")
	if f.status != http.StatusTooManyRequests || f.header.Get("Retry-After") == "" {
		t.Errorf("%d %v", f.status, f.header)
	}
	if a := send(t, s, "localhost", http.MethodGet, "/api/me/events", key, ""); a.Status != http.StatusBadRequest {
		t.Errorf("without Accept: %d %s", a.Status, a.Body)
	}
	begin := time.Now()
	s.Stop(t)
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("streams keep the server from stopping for %v", took)
	}
}

// TestABurstIsToldByObject imports more than anybody wants to hear of one by one.
func TestABurstIsToldByObject(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn)
		apiKey := d.Key(t, "Admin")
		desk := client{Server: d.Server, host: "localhost", key: apiKey}
		f := follow(t, "a key", d.Base, "localhost", http.Header{"Authorization": {"REST " + apiKey}}, "").begun()
		begin := time.Now()
		const n = 400
		done := make(chan int, 8)
		for range cap(done) {
			go func() {
				failed := 0
				for range n / cap(done) {
					if a := desk.ask(t, http.MethodPost, incidents, `{"Subject":"One of many"}`); a.Status != http.StatusCreated {
						failed++
					}
				}
				done <- failed
			}()
		}
		for range cap(done) {
			if failed := <-done; failed > 0 {
				t.Errorf("%d writes failed", failed)
			}
		}
		last := desk.ask(t, http.MethodPost, employees, `{"LoginID":"last","LastName":"Last","PrimaryEmail":"last@example.com"}`)
		_, before := f.next("what came after", func(e told) bool { // by its id, unless it was part of the burst
			return e.data.Object == "Employee" && (e.data.ID == "" || e.data.ID == last.JSON()["RecId"])
		})
		if most := 10 + int(time.Since(begin).Seconds()+1)*10; len(before) > most {
			t.Errorf("%d events for %d writes, want at most %d", len(before), n, most)
		}
		whole := 0
		for _, e := range before {
			if e.data.Object == "Incident" && e.data.ID == "" {
				whole++
			}
		}
		if whole == 0 {
			t.Errorf("%d writes were told one by one: %d events", n, len(before))
		}
	})
}
