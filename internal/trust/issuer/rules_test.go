package issuer

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"
)

func encode(v any) string { return base64.RawURLEncoding.EncodeToString(must(json.Marshal(v))) }

func TestTokensOfEntraCount(t *testing.T) {
	f := newFixture(t)
	i := f.entra()
	l := f.link("Entra", ByObjectID, strings.ToUpper(robot), "ann")
	want := Verified{IssuerID: i.ID, Issuer: f.idp.URL + "/" + home + "/v2.0", Subject: robot, ObjectID: robot, ClientID: caller, Directory: home, App: true,
		Roles: []string{"Access.All"}, TokenID: "u-1", Expires: f.clock.Now().Add(3599 * time.Second), PersonID: annID, LinkID: l.ID}
	if diff := cmp.Diff(want, *f.accepted("v2", token1(f.app2()))); diff != "" {
		t.Errorf("version 2 (-want +got):\n%s", diff)
	}
	want.Issuer = "https://sts.windows.net/" + home + "/"
	if diff := cmp.Diff(want, *f.accepted("v1", token1(f.app1()))); diff != "" {
		t.Errorf("version 1 (-want +got):\n%s", diff)
	}
	for name, claims := range map[string]map[string]any{
		"v2 GUID with a slash": with(f.app2(), "aud", api+"/"), "v1 GUID": with(f.app1(), "aud", api), "v1 URI with a slash": with(f.app1(), "aud", "api://"+api+"/"),
		"no roles": with(f.app2(), "roles", nil), "no uti": with(f.app2(), "uti", nil), "no idtyp": with(f.app2(), "idtyp", nil),
		"within the leeway": with(f.app2(), "exp", f.clock.Now().Unix()-59), "a clock a minute ahead": with(f.app2(), "nbf", f.clock.Now().Unix()+60, "iat", f.clock.Now().Unix()+60),
	} {
		if v := f.accepted(name, token1(claims)); !v.App || v.PersonID != annID {
			t.Errorf("%s: %+v", name, v)
		}
	}
	f.link("Entra", BySubject, "pairwise-4711", "bob")
	v := f.accepted("a user", token1(f.user2()))
	if v.App || v.PersonID != bobID || !cmp.Equal(v.Scopes, []string{"Tickets.Read", "Tickets.Write"}) || v.ObjectID != human {
		t.Errorf("a user: %+v", v)
	}
	for name, claims := range map[string]map[string]any{
		"sub and oid differ": with(f.app1(), "sub", human), "scp means a user": with(f.app1(), "scp", "x"), "scp of another type too": with(f.app1(), "scp", 5),
		"idtyp says user": with(f.app2(), "idtyp", "user"),
	} {
		if v := f.accepted(name, token1(claims)); v.App {
			t.Errorf("%s, yet it is an application", name)
		}
	}
	f.link("Entra", ByObjectID, human, "ann")
	f.refused("sub and oid are linked to different persons", token1(f.user2()), reasonLinksDiffer)
	if v := f.accepted("an app made anew under the same name has another object id", token1(with(f.app2(), "oid", guest, "sub", guest))); v.PersonID != "" {
		t.Errorf("linked to %s", v.PersonID)
	}
}

func TestTokensThatDoNotCount(t *testing.T) {
	f := newFixture(t)
	f.entra()
	f.realm("probe")
	disabled := f.create(Spec{Name: "Off", Kind: OIDC, Issuer: f.idp.URL + "/off", Audiences: []string{"provost"}, Disabled: true})
	now := f.clock.Now().Unix()
	jwt := map[string]any{"typ": "JWT", "kid": "k1"}
	good := token1(f.app2())
	parts := strings.Split(good, ".")
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(rsaKey().Public()))})
	header := func(changes ...any) string {
		return tampered(good, with(map[string]any{"alg": "RS256", "typ": "JWT", "kid": "k1"}, changes...))
	}
	cases := []struct{ name, token, reason string }{
		// The gate.
		{"thousands of dots", strings.Repeat(".", 5000), reasonForm},
		{"a mebibyte of header", strings.Repeat("A", 1<<20) + "." + parts[1] + "." + parts[2], reasonForm},
		{"a byte too long", good + strings.Repeat("A", maxToken-len(good)+1), reasonForm},
		{"empty", "", reasonForm},
		{"a SAML assertion", "PHNhbWw6QXNzZXJ0aW9uIHhtbG5zOnNhbWw9InVybjpvYXNpcyI+PC9zYW1sOkFzc2VydGlvbj4=", reasonForm},
		{"two parts", parts[0] + "." + parts[1], reasonForm},
		{"five parts, encrypted", "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwiemlwIjoiREVGIn0.....AAAA", reasonForm},
		{"encrypted in three parts", header("alg", "dir", "enc", "A256GCM"), reasonHeader},
		{"compressed", header("zip", "DEF"), reasonHeader},
		{"a header that is no object", encode([]string{"x"}) + "." + parts[1] + "." + parts[2], reasonForm},
		{"claims that are no object", parts[0] + "." + encode("x") + "." + parts[2], reasonForm},
		{"padding", parts[0] + "=." + parts[1] + "." + parts[2], reasonForm},
		{"a line end inside", parts[0] + "." + parts[1][:10] + "\n" + parts[1][10:] + "." + parts[2], reasonForm},
		{"no signature", parts[0] + "." + parts[1] + ".", reasonForm},
		{"JSON serialisation", `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`, reasonForm},

		// Keys and algorithms.
		{"alg none", tampered(parts[0]+"."+parts[1]+".AA", map[string]any{"alg": "none", "typ": "JWT", "kid": "k1"}), reasonAlgorithm},
		{"no alg", header("alg", nil), reasonAlgorithm},
		{"HS256 keyed with the public key", signed(jose.HS256, public, jwt, f.app2()), reasonAlgorithm},
		{"RS512", signed(jose.RS512, rsaKey(), jwt, f.app2()), reasonAlgorithm},
		{"PS256 of Entra", signed(jose.PS256, rsaKey(), jwt, f.app2()), reasonAlgorithm},
		{"its own key inside", header("jwk", jwk("k1", otherKey())), reasonHeader},
		{"jku", header("jku", f.idp.URL+"/evil"), reasonHeader},
		{"x5u", header("x5u", f.idp.URL+"/evil"), reasonHeader},
		{"x5c", header("x5c", []string{"AA"}), reasonHeader},
		{"crit", header("crit", []string{"exp"}), reasonHeader},
		{"b64", header("b64", false), reasonHeader},
		{"a nested token", header("cty", "JWT"), reasonHeader},
		{"a token for Microsoft Graph", header("nonce", "x"), reasonHeader},
		{"no kid", header("kid", nil), reasonHeader},
		{"a kid that is a number", header("kid", 1), reasonHeader},
		{"a long kid", header("kid", strings.Repeat("k", 300)), reasonHeader},
		{"a kid that is a path", header("kid", "../../etc/passwd"), reasonKey},
		{"two algs", encodeRaw(`{"alg":"none","alg":"RS256","typ":"JWT","kid":"k1"}`) + "." + parts[1] + "." + parts[2], reasonRepeated},
		{"two subs", parts[0] + "." + encodeRaw(`{"sub":"a","iss":"x","\u0073ub":"b"}`) + "." + parts[2], reasonRepeated},
		{"two members of a claim", parts[0] + "." + encodeRaw(`{"act":{"sub":"a","sub":"b"}}`) + "." + parts[2], reasonRepeated},
		{"another key under the kid", signed(jose.RS256, otherKey(), jwt, f.app2()), reasonSignature},
		{"claims exchanged", parts[0] + "." + encode(with(f.app2(), "oid", human)) + "." + parts[2], reasonSignature},
		{"RS256 by a key of another kind", signed(jose.RS256, rsaKey(), map[string]any{"typ": "JWT", "kid": "ec"}, f.access()), reasonSignature},

		// typ.
		{"one of ours at Entra", signed(jose.RS256, rsaKey(), map[string]any{"typ": "at+jwt", "kid": "k1"}, f.app2()), reasonType},
		{"a proof of possession", signed(jose.RS256, rsaKey(), map[string]any{"typ": "dpop+jwt", "kid": "k1"}, f.access()), reasonType},
		{"a logout token", signed(jose.RS256, rsaKey(), map[string]any{"typ": "logout+jwt", "kid": "k1"}, f.access()), reasonType},
		{"a typ that is a number", header("typ", 5), reasonHeader},

		// The issuer.
		{"an issuer nobody configured", token1(with(f.app2(), "iss", "https://evil.example.com/")), reasonIssuer},
		{"no iss", token1(with(f.app2(), "iss", nil)), reasonIssuer},
		{"iss in another case", token1(with(f.app2(), "iss", nil, "Iss", f.app2()["iss"])), reasonIssuer},
		{"version 1 without its slash", token1(with(f.app1(), "iss", "https://sts.windows.net/"+home)), reasonIssuer},
		{"version 2 with a slash", token1(with(f.app2(), "iss", f.idp.URL+"/"+home+"/v2.0/")), reasonIssuer},
		{"our own token", signed(jose.ES256, ecKey(), map[string]any{"typ": "at+jwt", "kid": "k1"}, with(f.access(), "iss", "https://acme.example.com/t")), reasonIssuer},
		{"an issuer that is off", token1(with(f.access(), "iss", disabled.Issuer)), reasonDisabled},

		// The directory.
		{"a guest's directory in tid", token1(with(f.app2(), "tid", guest)), reasonDirectory},
		{"a guest's directory in iss", token1(with(f.app2(), "iss", f.idp.URL+"/"+guest+"/v2.0", "tid", guest)), reasonIssuer},
		{"no tid", token1(with(f.app2(), "tid", nil)), reasonDirectory},
		{"a tid that is no GUID", token1(with(f.app2(), "tid", "contoso.com")), reasonDirectory},
		{"version 1 inside version 2", token1(with(f.app2(), "ver", "1.0")), reasonVersion},
		{"no ver", token1(with(f.app2(), "ver", nil)), reasonVersion},

		// The audience.
		{"for another API", token1(with(f.app2(), "aud", guest)), reasonAudience},
		{"for Microsoft Graph", token1(with(f.app1(), "aud", "https://graph.microsoft.com")), reasonAudience},
		{"no aud", token1(with(f.app2(), "aud", nil)), reasonAudience},
		{"two slashes", token1(with(f.app2(), "aud", api+"//")), reasonAudience},
		{"a path below us", token1(with(f.app2(), "aud", "api://"+api+"/x")), reasonAudience},
		{"another scheme", token1(with(f.app2(), "aud", "spn:"+api)), reasonAudience},
		{"an aud that is a number", token1(with(f.access(), "aud", 5)), reasonAudience},

		// Times.
		{"ended a minute ago", token1(with(f.app2(), "exp", now-60)), reasonExpired},
		{"more than a day to live", token1(with(f.app2(), "exp", now+86_400+61)), reasonLong},
		{"for a year", token1(with(f.access(), "exp", now+365*86_400)), reasonLong},
		{"no exp", token1(with(f.app2(), "exp", nil)), reasonTimes},
		{"exp is a text", token1(with(f.app2(), "exp", "never")), reasonTimes},
		{"exp beyond all time", token1(with(f.app2(), "exp", 1e300)), reasonTimes},
		{"exp below zero", token1(with(f.app2(), "exp", -1)), reasonTimes},
		{"not before in two minutes", token1(with(f.app2(), "nbf", now+120)), reasonEarly},
		{"made in two minutes", token1(with(f.app2(), "iat", now+120)), reasonEarly},

		// ID tokens, and tokens bound to a key.
		{"an ID token of Entra", token1(with(f.user2(), "azp", nil, "scp", nil, "nonce", "n")), reasonIDToken},
		{"an ID token of Entra without nonce", token1(with(f.user2(), "azp", nil, "scp", nil)), reasonIDToken},
		{"the other version's client", token1(with(f.app2(), "azp", nil, "appid", caller)), reasonIDToken},
		{"an ID token with nonce", token1(with(f.access(), "nonce", "n")), reasonIDToken},
		{"an ID token with at_hash", token1(with(f.access(), "at_hash", "n")), reasonIDToken},
		{"an ID token of Cognito", token1(with(f.access(), "token_use", "id")), reasonIDToken},
		{"an ID token of Keycloak", token1(with(f.access(), "typ", "ID")), reasonIDToken},
		{"for the client alone that got it", token1(with(f.access(), "aud", "provost", "client_id", "provost")), reasonIDToken},
		{"bound by cnf", token1(with(f.access(), "cnf", map[string]any{"jkt": "x"})), reasonBound},
		{"no sub", token1(with(f.access(), "sub", nil)), reasonSubject},
		{"a long sub", token1(with(f.access(), "sub", strings.Repeat("s", 300))), reasonSubject},
		{"an oid that is no GUID", token1(with(f.app2(), "oid", "x")), reasonSubject},

		// Clients.
		{"a client that is not listed", token1(with(f.app2(), "azp", guest)), reasonClient},
		{"another realm client", token1(with(f.access(), "client_id", "rogue")), reasonClient},
		{"no client", token1(with(f.access(), "client_id", nil)), reasonClient},
		{"two clients", token1(with(f.access(), "azp", "rogue")), reasonClient},
	}
	for _, c := range cases {
		f.refused(c.name, c.token, c.reason)
	}
	f.accepted("a day and the leeway to live", token1(with(f.app2(), "exp", now+86_400+60)))
	f.plane.itself = func(iss string) bool { return iss == "https://acme.example.com/t" }
	ours := must(f.plane.Inspect(f.ctx, signed(jose.ES256, ecKey(), map[string]any{"typ": "at+jwt", "kid": "k1"}, with(f.access(), "iss", "https://acme.example.com/t"))))
	if ours[1].Result != Failed || !strings.Contains(ours[1].Detail, "this tenant itself") {
		t.Errorf("one of our own is inspected: %+v", ours[1])
	}
	if theirs := must(f.plane.Inspect(f.ctx, token1(with(f.app2(), "iss", "https://evil.example.com/")))); strings.Contains(theirs[1].Detail, "this tenant") {
		t.Errorf("one of somebody else is inspected: %+v", theirs[1])
	}
	for path := range f.idp.asked {
		if strings.Contains(path, "evil") || strings.Contains(path, "off") {
			t.Errorf("the outside was asked for %s", path)
		}
	}
}

func encodeRaw(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func TestTokensOfOtherIssuersCount(t *testing.T) {
	f := newFixture(t)
	i := f.realm()
	f.link("realm", BySubject, "4711", "ann")
	typed := map[string]any{"typ": "application/at+JWT", "kid": "k1"}
	want := Verified{IssuerID: i.ID, Issuer: i.Issuer, Subject: "4711", ClientID: "probe", Scopes: []string{"read", "write"}, TokenID: "j-1",
		Expires: f.clock.Now().Add(300 * time.Second), PersonID: annID}
	got := *f.accepted("RFC 9068", signed(jose.RS256, rsaKey(), typed, f.access()))
	got.LinkID = ""
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, token := range map[string]string{
		"PS256": signed(jose.PS256, rsaKey(), typed, f.access()), "ES256": signed(jose.ES256, ecKey(), map[string]any{"kid": "ec"}, f.access()),
		"EdDSA": signed(jose.EdDSA, edKey(), map[string]any{"kid": "ed", "typ": "JWT"}, f.access()), "untyped": signed(jose.RS256, rsaKey(), map[string]any{"kid": "k1"}, f.access()),
		"for its client alone, but an access token": signed(jose.RS256, rsaKey(), typed, with(f.access(), "aud", "provost", "client_id", "provost")),
		"scp as a list": token1(with(f.access(), "scope", nil, "scp", []string{"read", "write"})), "azp": token1(with(f.access(), "client_id", nil, "azp", "probe")),
		"a fraction of a second": token1(with(f.access(), "exp", float64(f.clock.Now().Unix())+300.25)), "nonce null": token1(with(f.access(), "nonce", json.RawMessage("null"))),
	} {
		if v := f.accepted(name, token); v.PersonID != annID || v.App || len(v.Scopes) != 2 {
			t.Errorf("%s: %+v", name, v)
		}
	}
	if v := f.accepted("a client for itself", token1(with(f.access(), "sub", "probe"))); !v.App || v.PersonID != "" {
		t.Errorf("a client for itself: %+v", v)
	}
	if v := f.accepted("an oid elsewhere says nothing", token1(with(f.access(), "oid", robot))); v.ObjectID != "" {
		t.Errorf("object id %s", v.ObjectID)
	}
}

func TestManyDirectoriesBehindOneAddress(t *testing.T) {
	f := newFixture(t)
	f.create(Spec{Name: "All", Kind: Entra, Issuer: f.idp.URL + "/common", Directories: []string{home}, Audiences: []string{api}})
	if _, err := f.plane.LinkPerson(f.ctx, "All", LinkSpec{Claim: ByObjectID, Subject: robot, Directory: home, Person: "ann"}); err != nil {
		t.Fatal(err)
	}
	theirs := func(claims map[string]any) string {
		return signed(jose.RS256, rsaKey(), map[string]any{"typ": "JWT", "kid": "theirs"}, claims)
	}
	for name, claims := range map[string]map[string]any{"v1": f.app1(), "v2": f.app2()} {
		if v := f.accepted(name, token1(claims)); v.PersonID != annID || v.Directory != home {
			t.Errorf("%s: %+v", name, v)
		}
		f.refused(name+" by a key of one other directory", theirs(claims), reasonKey)
	}
	visitor := with(f.app2(), "iss", f.idp.URL+"/"+guest+"/v2.0", "tid", guest)
	f.refused("a directory that is not listed", token1(visitor), reasonIssuer)
	f.refused("the address itself as iss", token1(with(f.app2(), "iss", f.idp.URL+"/{tenantid}/v2.0")), reasonIssuer)
	if _, err := f.plane.UpdateIssuer(f.ctx, "all", Change{Directories: &[]string{home, guest}}); err != nil {
		t.Fatal(err)
	}
	if v := f.accepted("the same object id of another directory", token1(visitor)); v.PersonID != "" {
		t.Errorf("linked to %s", v.PersonID)
	}
	f.accepted("a key for one directory, and its token", theirs(visitor))
}

func TestInspect(t *testing.T) {
	f := newFixture(t)
	f.entra()
	f.link("Entra", ByObjectID, robot, "ann")
	results := func(token string) (out string) {
		steps, err := f.plane.Inspect(f.ctx, token)
		if err != nil || len(steps) != 10 {
			t.Fatalf("%d steps, %v", len(steps), err)
		}
		for i, s := range steps {
			if s.Number != i+1 || s.Name == "" || (s.Result == Skipped) != (s.Detail == "") {
				t.Errorf("%+v", s)
			}
			out += s.Result[:1]
		}
		return out
	}
	for _, c := range []struct{ name, token, want string }{
		{"a good token", token1(f.app2()), "pppppppppp"},
		{"no token", "x", "fsssssssss"},
		{"an unknown issuer", token1(with(f.app2(), "iss", "https://x.example.com")), "pfssssssss"},
		{"all that can be wrong", signed(jose.RS256, otherKey(), map[string]any{"typ": "x", "kid": "k1"},
			with(f.app2(), "tid", guest, "aud", guest, "exp", 1, "azp", nil)), "fpfffffffp"},
		{"an unlisted client", token1(with(f.app2(), "azp", guest)), "pppppppffp"},
		{"a subject that nobody is linked to", token1(with(f.app2(), "oid", human)), "ppppppppfp"},
	} {
		if got := results(c.token); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	steps, _ := f.plane.Inspect(f.ctx, token1(with(f.app2(), "aud", "\x1b[31m<script>"+strings.Repeat("x", 500))))
	if d := steps[4].Detail; strings.ContainsAny(d, "\x1b") || len(d) > 400 {
		t.Errorf("the detail repeats what came from outside: %q", d)
	}
}
