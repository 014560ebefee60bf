package issuer

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// each runs a test on both engines.
func each(t *testing.T, test func(t *testing.T, f *fixture)) {
	pgtest.Each(t, func(t *testing.T, dsn string) { test(t, fixtureAt(t, dsn)) })
}

func (f *fixture) trail() (actions []string) {
	f.t.Helper()
	rows, err := f.db.Query(f.ctx, `SELECT action, payload FROM audit ORDER BY seq`)
	if err != nil {
		f.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var action, payload string
		if err := rows.Scan(&action, &payload); err != nil {
			f.t.Fatal(err)
		}
		actions = append(actions, action)
		if action == "issuer.delete" && !strings.Contains(payload, `"flags":["links:1"]`) {
			f.t.Errorf("deleted with %s", payload)
		}
	}
	return actions
}

func TestIssuersAndLinksAreStoredAndAudited(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.create(Spec{Name: " Contoso ", Kind: Entra, Issuer: strings.ToUpper(home), Audiences: []string{strings.ToUpper(api), "api://provost/", api}})
		want := Issuer{ID: made.ID, Name: "Contoso", Kind: Entra, Issuer: "https://login.microsoftonline.com/" + home + "/v2.0", Directories: []string{},
			Audiences: []string{api, "api://provost"}, Clients: []string{}, Enabled: true, Creator: "test", Created: f.clock.Now()}
		if diff := cmp.Diff(want, made); diff != "" {
			t.Errorf("made (-want +got):\n%s", diff)
		}
		realm := f.realm("probe")
		all, err := f.plane.Issuers(f.ctx)
		if diff := cmp.Diff([]Issuer{want, realm}, all); err != nil || diff != "" {
			t.Errorf("%v, listed (-want +got):\n%s", err, diff)
		}
		name, off, keys := "Contoso Ltd", false, "https://login.microsoftonline.com/"+home+"/discovery/keys?appid="+api
		changed, err := f.plane.UpdateIssuer(f.ctx, "CONTOSO", Change{Name: &name, Enabled: &off, KeysURI: &keys, Clients: &[]string{caller}})
		want.Name, want.Enabled, want.KeysURI, want.Clients = name, off, keys, []string{caller}
		if diff := cmp.Diff(want, changed); err != nil || diff != "" {
			t.Errorf("%v, changed (-want +got):\n%s", err, diff)
		}
		if found, err := f.plane.Issuer(f.ctx, strings.ToLower(made.ID)); err != nil || !cmp.Equal(found, want) {
			t.Errorf("by id: %+v %v", found, err)
		}
		l := f.link("realm", BySubject, "4711", "ann")
		links, err := f.plane.Links(f.ctx, "Realm")
		if diff := cmp.Diff([]Link{l}, links); err != nil || diff != "" {
			t.Errorf("%v, links (-want +got):\n%s", err, diff)
		}
		other := f.link(made.ID, ByObjectID, strings.ToUpper(robot), "bob")
		if links, err := f.plane.Links(f.ctx, ""); err != nil || len(links) != 2 || other.Subject != robot {
			t.Errorf("all links: %+v %v", links, err)
		}
		if _, err := f.plane.UnlinkPerson(f.ctx, other.ID); err != nil {
			t.Error(err)
		}
		if _, err := f.plane.DeleteIssuer(f.ctx, "Realm"); err != nil {
			t.Error(err)
		}
		if links, err := f.plane.Links(f.ctx, ""); err != nil || len(links) != 0 {
			t.Errorf("links outlive their issuer: %+v %v", links, err)
		}
		trail := []string{"issuer.create", "issuer.create", "issuer.update", "identity.create", "identity.create", "identity.delete", "issuer.delete"}
		if diff := cmp.Diff(trail, f.trail()); diff != "" {
			t.Errorf("audited (-want +got):\n%s", diff)
		}
		if n, err := revision(f.ctx, f.db); err != nil || n != int64(len(trail)) {
			t.Errorf("revision %d, %v", n, err)
		}
		for what, err := range map[string]error{
			"issuer": second(f.plane.Issuer(f.ctx, "Realm")), "update": second(f.plane.UpdateIssuer(f.ctx, "Realm", Change{})),
			"delete": second(f.plane.DeleteIssuer(f.ctx, "Realm")), "unlink": second(f.plane.UnlinkPerson(f.ctx, l.ID)),
			"links": second(f.plane.Links(f.ctx, "Realm")), "refresh": second(f.plane.Refresh(f.ctx, "Realm")),
			"link": second(f.plane.LinkPerson(f.ctx, "Realm", LinkSpec{Claim: BySubject, Subject: "x", Person: "ann"})),
		} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s of what is gone: %v", what, err)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestWhatCannotBeStored(t *testing.T) {
	f := newFixture(t)
	f.realm()
	f.create(Spec{Name: "Home", Kind: Entra, Issuer: home, Audiences: []string{api}})
	fine := Spec{Name: "New", Kind: OIDC, Issuer: "https://id.example.com/", Audiences: []string{"provost"}}
	for name, c := range map[string]struct {
		change func(*Spec)
		field  string // the one complained about; empty: a conflict
	}{
		"no name":                       {func(s *Spec) { s.Name = " " }, "name"},
		"a name with a line end":        {func(s *Spec) { s.Name = "a\nb" }, "name"},
		"a kind that is none":           {func(s *Spec) { s.Kind = "saml" }, "kind"},
		"no address":                    {func(s *Spec) { s.Issuer = "" }, "issuer"},
		"plain http":                    {func(s *Spec) { s.Issuer = "http://id.example.com" }, "issuer"},
		"plain http, allowed elsewhere": {func(s *Spec) { s.Issuer = "http://127.0.0.1" }, "issuer"},
		"a private address":             {func(s *Spec) { s.Issuer = "https://169.254.169.254/" }, "issuer"},
		"a query":                       {func(s *Spec) { s.Issuer += "?x=y" }, "issuer"},
		"an empty query":                {func(s *Spec) { s.Issuer += "?" }, "issuer"},
		"a password":                    {func(s *Spec) { s.Issuer = "https://u:p@id.example.com" }, "issuer"},
		"a template":                    {func(s *Spec) { s.Issuer += "{tenantid}" }, "issuer"},
		"ourselves":                     {func(s *Spec) { s.Issuer = "https://acme.example.com/t" }, "issuer"},
		"Entra as another make":         {func(s *Spec) { s.Issuer = "https://sts.windows.net/" + home + "/" }, "issuer"},
		"Entra without a directory":     {func(s *Spec) { s.Kind, s.Issuer = Entra, "https://login.microsoftonline.com/contoso.com/v2.0" }, "issuer"},
		"Entra over http":               {func(s *Spec) { s.Kind, s.Issuer = Entra, "http://login.microsoftonline.com/"+home }, "issuer"},
		"all customers of Entra":        {func(s *Spec) { s.Kind, s.Issuer = Entra, "https://login.microsoftonline.com/common" }, "directories"},
		"directories twice":             {func(s *Spec) { s.Kind, s.Issuer, s.Directories = Entra, guest, []string{guest} }, "directories"},
		"directories elsewhere":         {func(s *Spec) { s.Directories = []string{guest} }, "directories"},
		"a directory by name": {func(s *Spec) {
			s.Kind, s.Issuer, s.Directories = Entra, "https://login.microsoftonline.com/common", []string{"x"}
		}, "directories"},
		"no audience":                                     {func(s *Spec) { s.Audiences = nil }, "audiences"},
		"an empty audience":                               {func(s *Spec) { s.Audiences = []string{""} }, "audiences"},
		"an audience with a space":                        {func(s *Spec) { s.Audiences = []string{"a b"} }, "audiences"},
		"many audiences":                                  {func(s *Spec) { s.Audiences = numbers(maxAudiences + 1) }, "audiences"},
		"many clients":                                    {func(s *Spec) { s.Clients = numbers(maxClients + 1) }, "clients"},
		"a client of Entra by name":                       {func(s *Spec) { s.Kind, s.Issuer, s.Clients = Entra, guest, []string{"probe"} }, "clients"},
		"keys over http":                                  {func(s *Spec) { s.KeysURI = "http://id.example.com/keys" }, "jwks_uri"},
		"keys on a private address":                       {func(s *Spec) { s.KeysURI = "https://10.0.0.1/keys" }, "jwks_uri"},
		"a name that is taken":                            {func(s *Spec) { s.Name = "REALM" }, ""},
		"an issuer that is taken":                         {func(s *Spec) { s.Issuer = f.idp.URL + "/realm" }, ""},
		"a directory that is taken":                       {func(s *Spec) { s.Kind, s.Issuer = Entra, "https://login.microsoftonline.com/"+home+"/" }, ""},
		"a directory that is taken, by its first version": {func(s *Spec) { s.Kind, s.Issuer = Entra, "https://login.microsoftonline.us/"+home }, ""},
		"a directory among many that is taken": {func(s *Spec) {
			s.Kind, s.Issuer, s.Directories = Entra, "https://login.microsoftonline.com/common", []string{guest, home}
		}, ""},
	} {
		s := fine
		c.change(&s)
		_, err := f.plane.CreateIssuer(f.ctx, s)
		switch e := fault.Of(err); {
		case err == nil:
			t.Errorf("%s is stored", name)
		case c.field == "" && e.Kind != fault.Conflict:
			t.Errorf("%s: %v, want a conflict", name, err)
		case c.field != "" && (e.Kind != fault.Invalid || len(e.Fields) != 1 || e.Fields[0].Field != c.field):
			t.Errorf("%s: %v %+v, want a complaint about %s", name, err, e.Fields, c.field)
		}
	}
	if all, _ := f.plane.Issuers(f.ctx); len(all) != 2 {
		t.Errorf("there are %d issuers", len(all))
	}
	taken := "realm"
	if _, err := f.plane.UpdateIssuer(f.ctx, "Home", Change{Name: &taken}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a name that is taken: %v", err)
	}
	if _, err := f.plane.UpdateIssuer(f.ctx, "Home", Change{Audiences: &[]string{}}); !fault.Is(err, fault.Invalid) {
		t.Errorf("no audience: %v", err)
	}
	for n := len(must(f.plane.Issuers(f.ctx))); n < maxIssuers; n++ {
		f.create(Spec{Name: fmt.Sprint(n), Kind: OIDC, Issuer: fmt.Sprintf("https://id.example.com/%d", n), Audiences: []string{"provost"}})
	}
	if _, err := f.plane.CreateIssuer(f.ctx, fine); !fault.Is(err, fault.Conflict) {
		t.Errorf("one too many: %v", err)
	}
}

func numbers(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprint(i))
	}
	return out
}

func TestLinksThatCannotBeMade(t *testing.T) {
	f := newFixture(t)
	f.entra()
	f.realm()
	f.create(Spec{Name: "All", Kind: Entra, Issuer: "https://login.microsoftonline.com/common", Directories: []string{guest}, Audiences: []string{api}})
	f.link("realm", BySubject, "4711", "ann")
	for name, c := range map[string]struct {
		issuer string
		spec   LinkSpec
		field  string
	}{
		"nobody":                  {"realm", LinkSpec{Claim: BySubject, Subject: "1", Person: "zoe"}, "person"},
		"no subject":              {"realm", LinkSpec{Claim: BySubject, Person: "ann"}, "subject"},
		"a subject with a space":  {"realm", LinkSpec{Claim: BySubject, Subject: "a b", Person: "ann"}, "subject"},
		"by mail":                 {"entra", LinkSpec{Claim: "email", Subject: "a@example.com", Person: "ann"}, "claim"},
		"by oid elsewhere":        {"realm", LinkSpec{Claim: ByObjectID, Subject: robot, Person: "ann"}, "claim"},
		"an oid that is no GUID":  {"entra", LinkSpec{Claim: ByObjectID, Subject: "x", Person: "ann"}, "subject"},
		"without its directory":   {"all", LinkSpec{Claim: ByObjectID, Subject: robot, Person: "ann"}, "directory"},
		"with a needless one":     {"entra", LinkSpec{Claim: ByObjectID, Subject: robot, Person: "ann", Directory: home}, "directory"},
		"to one linked meanwhile": {"realm", LinkSpec{Claim: BySubject, Subject: "4711", Person: "bob"}, ""},
	} {
		_, err := f.plane.LinkPerson(f.ctx, c.issuer, c.spec)
		switch e := fault.Of(err); {
		case err == nil:
			t.Errorf("%s: it is made", name)
		case c.field == "" && e.Kind != fault.Conflict:
			t.Errorf("%s: %v, want a conflict", name, err)
		case c.field != "" && (len(e.Fields) != 1 || e.Fields[0].Field != c.field):
			t.Errorf("%s: %v %+v, want a complaint about %s", name, err, e.Fields, c.field)
		}
	}
}

func TestChangesCountOnOtherReplicas(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		other := f.replica()
		token := token1(f.access())
		reason := func() string {
			v, why, err := other.Verify(f.ctx, token)
			if err != nil {
				t.Fatal(err)
			}
			if v != nil {
				return v.PersonID
			}
			return why
		}
		expect := func(what, want string) {
			t.Helper()
			f.clock.Advance(fresh)
			if got := reason(); got != want {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
		}
		expect("nothing is configured", reasonIssuer)
		if owns, err := other.Owns(f.ctx, f.idp.URL+"/realm"); err != nil || owns {
			t.Errorf("owned before: %v %v", owns, err)
		}
		f.realm()
		expect("an issuer", "")
		if owns, err := other.Owns(f.ctx, f.idp.URL+"/realm"); err != nil || !owns {
			t.Errorf("not owned: %v %v", owns, err)
		}
		l := f.link("realm", BySubject, "4711", "ann")
		if got := reason(); got != annID { // at once
			t.Errorf("a link: %q", got)
		}
		off, on := false, true
		must(f.plane.UpdateIssuer(f.ctx, "realm", Change{Enabled: &off}))
		f.refused("here at once", token, reasonDisabled)
		expect("switched off", reasonDisabled)
		must(f.plane.UpdateIssuer(f.ctx, "realm", Change{Enabled: &on, Clients: &[]string{"other"}}))
		expect("for another client", reasonClient)
		must(f.plane.UpdateIssuer(f.ctx, "realm", Change{Clients: &[]string{}}))
		expect("for any client", annID)
		must(f.plane.UnlinkPerson(f.ctx, l.ID))
		if got := reason(); got != "" {
			t.Errorf("a link that is gone: %q", got)
		}
		if n := f.idp.count(realmKeys); n > 1 {
			t.Errorf("the keys were fetched %d times: other changes than of their address must not forget them", n)
		}
		must(f.plane.DeleteIssuer(f.ctx, "realm"))
		expect("deleted", reasonIssuer)
	})
}

func TestManyRequestsLookOnce(t *testing.T) {
	f := newFixture(t)
	f.realm()
	token := token1(f.access())
	f.accepted("once", token)
	for range 3 {
		f.clock.Advance(fresh)
		before := f.looks.Load()
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, why, err := f.plane.Verify(f.ctx, token); why != "" || err != nil {
					t.Errorf("refused for %q, %v", why, err)
				}
			})
		}
		all.Wait()
		if n := f.looks.Load() - before; n != 1 {
			t.Errorf("twenty requests looked %d times for changes", n)
		}
	}
}

func TestADatabaseThatIsAwayIsNoRefusal(t *testing.T) {
	f := newFixture(t)
	f.realm()
	f.accepted("before", token1(f.access()))
	if err := f.db.Close(); err != nil {
		t.Fatal(err)
	}
	if v, why, err := f.plane.Verify(f.ctx, token1(f.access())); v != nil || why != "" || err == nil {
		t.Errorf("%+v %q %v", v, why, err)
	}
	f.clock.Advance(time.Minute)
	if _, err := f.plane.Owns(context.Background(), "x"); err == nil {
		t.Error("owned by nobody knows whom")
	}
	if _, err := f.plane.Inspect(f.ctx, "x"); err == nil {
		t.Error("inspected by nobody knows what")
	}
}

func TestRefresh(t *testing.T) {
	f := newFixture(t)
	f.entra()
	got := must(f.plane.Refresh(f.ctx, "entra"))
	from := f.idp.URL + "/" + home
	want := []Keys{{From: from + wellKnown, Fetched: f.clock.Now(), IDs: []string{"k1"}}, {From: from + "/v2.0" + wellKnown, Fetched: f.clock.Now(), IDs: []string{"k1"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	f.idp.set("/"+home+wellKnown, away)
	got = must(f.plane.Refresh(f.ctx, "entra")) // at once again, for an administrator asked
	if got[0].Error == "" || len(got[0].IDs) != 1 || got[1].Error != "" {
		t.Errorf("%+v", got)
	}
	if n := f.idp.count("/" + home + "/v2.0" + wellKnown); n != 2 {
		t.Errorf("asked %d times", n)
	}
	keys := f.idp.URL + "/" + home + "/discovery/keys"
	must(f.plane.UpdateIssuer(f.ctx, "entra", Change{KeysURI: &keys}))
	if got := must(f.plane.Refresh(f.ctx, "entra")); len(got) != 1 || got[0].From != keys || got[0].Error != "" {
		t.Errorf("from one address: %+v", got)
	}
	f.accepted("v2 by those keys", token1(f.app2()))
}

func TestTheTrailHoldsNoToken(t *testing.T) {
	f := newFixture(t)
	f.realm()
	token := token1(f.access())
	f.accepted("once", token)
	must(f.plane.Inspect(f.ctx, token))
	var n int64
	if err := f.db.QueryRow(f.ctx, `SELECT count(*) FROM audit WHERE payload LIKE '%eyJ%'`).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d entries, %v", n, err)
	}
	if _, err := audit.Verify(f.ctx, f.db, nil); err != nil {
		t.Error(err)
	}
}
