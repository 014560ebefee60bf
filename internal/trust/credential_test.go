package trust

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

// jwk writes a key as JSON Web Key.
func jwk(t testing.TB, key any, kid string) json.RawMessage {
	t.Helper()
	out, err := json.Marshal(jose.JSONWebKey{Key: key, KeyID: kid})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func newEC(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (f *fixture) addSecret(registration string, s CredentialSpec) IssuedSecret {
	f.t.Helper()
	out, err := f.module.AddSecret(f.ctx, f.one, registration, s)
	f.must(err)
	return out
}

func (f *fixture) rotate(registration string, s Rotation) IssuedSecret {
	f.t.Helper()
	out, err := f.module.RotateSecret(f.ctx, f.one, registration, s)
	f.must(err)
	return out
}

// live are the hints of the live secrets of a registration, oldest first.
func (f *fixture) live(registration string) (hints []string) {
	f.t.Helper()
	r := f.registration(registration)
	for _, c := range liveSecrets(&r, f.clock.Now()) {
		hints = append(hints, c.Hint)
	}
	return hints
}

func hint(s string) string { return s[:10] }

func TestSecretsStandBesideEachOtherUpToTheLimit(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.register(RegistrationSpec{Type: "csm"})
		id := made.ClientID
		second := f.addSecret(id, CredentialSpec{Label: "blue", Expires: f.clock.Now().Add(time.Hour)})
		if second.ClientID != id || second.Credential.Label != "blue" || second.Expires != f.clock.Now().Add(time.Hour).Unix() {
			t.Errorf("%+v", second)
		}
		if _, err := f.module.AddSecret(f.ctx, f.one, id, CredentialSpec{}); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "trust.live_secrets") {
			t.Errorf("a third secret: %v", err)
		}
		f.clock.Advance(time.Hour) // the second one has ended
		third := f.addSecret(id, CredentialSpec{Never: true, NotBefore: f.clock.Now().Add(time.Minute)})
		if third.Expires != 0 || !third.Credential.NotBefore.Equal(f.clock.Now().Add(time.Minute)) {
			t.Errorf("%+v", third)
		}
		f.setting("trust.live_secrets", "5")
		for range 3 {
			f.addSecret(id, CredentialSpec{})
		}
		if _, err := f.module.AddSecret(f.ctx, f.one, id, CredentialSpec{}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a sixth secret: %v", err)
		}
		for name, s := range map[string]CredentialSpec{
			"with an end in the past":       {Expires: f.clock.Now()},
			"that ends before it begins":    {NotBefore: f.clock.Now().Add(time.Hour), Expires: f.clock.Now().Add(time.Minute)},
			"with a label of control marks": {Label: "a\x1b[31m"},
			"with a long label":             {Label: strings.Repeat("x", 101)},
		} {
			if _, err := f.module.AddSecret(f.ctx, f.one, id, s); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := f.one.Records.SetSetting(f.ctx, "trust.live_secrets", "6"); !fault.Is(err, fault.Invalid) {
			t.Errorf("six live secrets are allowed: %v", err)
		}
		f.keepsNoSecret(made.ClientSecret, second.ClientSecret, third.ClientSecret)
	})
}

func TestRotation(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.register(RegistrationSpec{Type: "csm"})
		id, now := made.ClientID, f.clock.Now()
		second := f.rotate(id, Rotation{Grace: StandardGrace})
		if second.Replaced == nil || second.Replaced.Hint != hint(made.ClientSecret) || !second.Replaced.Expires.Equal(now.Add(StandardGrace)) || second.Replaced.Revoked != nil || len(second.Ended) != 0 {
			t.Errorf("%+v", second.Replaced)
		}
		if got := f.live(id); !slices.Equal(got, []string{hint(made.ClientSecret), hint(second.ClientSecret)}) {
			t.Errorf("%v", got)
		}
		f.clock.Advance(time.Hour)
		third := f.rotate(id, Rotation{Grace: time.Hour}) // inside the grace: the oldest ends
		if len(third.Ended) != 1 || third.Ended[0].Hint != hint(made.ClientSecret) || third.Ended[0].Revoked == nil || third.Replaced.Hint != hint(second.ClientSecret) {
			t.Errorf("%+v", third)
		}
		if got := f.live(id); !slices.Equal(got, []string{hint(second.ClientSecret), hint(third.ClientSecret)}) {
			t.Errorf("%v", got)
		}
		f.clock.Advance(time.Hour - time.Microsecond)
		if got := f.live(id); len(got) != 2 {
			t.Errorf("the old secret ended before the grace: %v", got)
		}
		f.clock.Advance(time.Microsecond)
		if got := f.live(id); !slices.Equal(got, []string{hint(third.ClientSecret)}) {
			t.Errorf("the old secret goes on after the grace: %v", got)
		}
		fourth := f.rotate(id, Rotation{})
		if fourth.Replaced.Revoked == nil || !slices.Equal(f.live(id), []string{hint(fourth.ClientSecret)}) {
			t.Errorf("without grace the old secret goes on: %+v", fourth.Replaced)
		}
		ends := f.clock.Now().Add(time.Minute)
		soon := f.rotate(id, Rotation{CredentialSpec: CredentialSpec{Expires: ends}})
		fifth := f.rotate(id, Rotation{Grace: time.Hour})
		if !fifth.Replaced.Expires.Equal(ends) || fifth.Replaced.ID != soon.Credential.ID {
			t.Errorf("a rotation lengthens the life of the old secret: %+v", fifth.Replaced)
		}
		if got := f.trail("client_secret.rotate"); len(got) != 6 {
			t.Errorf("%v", got)
		}
		f.keepsNoSecret(made.ClientSecret, second.ClientSecret, third.ClientSecret, fourth.ClientSecret, fifth.ClientSecret)
	})
}

func TestARotationThatIsUnclearChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.register(RegistrationSpec{Type: "csm"})
		id := made.ClientID
		blue := f.addSecret(id, CredentialSpec{})
		before := f.registration(id)
		for name, c := range map[string]struct {
			s    Rotation
			kind fault.Kind
		}{
			"which of two":                     {Rotation{Grace: time.Hour}, fault.Conflict},
			"no room":                          {Rotation{Grace: time.Hour, Credential: blue.Credential.ID}, fault.Conflict},
			"a secret that is not there":       {Rotation{Credential: "01A2"}, fault.NotFound},
			"a grace below nothing":            {Rotation{Grace: -1}, fault.Invalid},
			"a grace too long":                 {Rotation{Grace: 91 * day}, fault.Invalid},
			"a new one that begins after that": {Rotation{Grace: time.Hour, CredentialSpec: CredentialSpec{NotBefore: f.clock.Now().Add(2 * time.Hour)}}, fault.Invalid},
		} {
			if _, err := f.module.RotateSecret(f.ctx, f.one, id, c.s); !fault.Is(err, c.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if diff := cmp.Diff(before, f.registration(id), cmp.AllowUnexported(Registration{}, Credential{})); diff != "" {
			t.Error(diff)
		}
		f.rotate(id, Rotation{Credential: blue.Credential.ID}) // at once there is room
		if got := f.live(id); len(got) != 2 || got[0] != hint(made.ClientSecret) {
			t.Errorf("%v", got)
		}
		f.setting("trust.live_secrets", "1")
		if _, err := f.module.RotateSecret(f.ctx, f.one, id, Rotation{Credential: before.Credentials[0].ID, Grace: time.Hour}); !fault.Is(err, fault.Conflict) {
			t.Errorf("two secrets where one is allowed: %v", err)
		}
	})
}

// What a rotation answers tells when the old secret was last used.
func TestARotationTellsOfTheOldSecret(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.register(RegistrationSpec{Type: "csm"})
		at := f.clock.Now().Add(-time.Minute)
		f.useCredential(made.Registration.Credentials[0].ID, at, 3)
		got := f.rotate(made.ClientID, Rotation{Grace: time.Hour}).Replaced
		if got.LastUsed == nil || !got.LastUsed.Equal(at) || got.LastAddress != home || got.Uses != 3 {
			t.Errorf("%+v", got)
		}
	})
}

func TestTheLastWorkingCredentialIsRevokedOnlyOnConfirmation(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.register(RegistrationSpec{Type: "csm"})
		id, first := made.ClientID, made.Registration.Credentials[0].ID
		later := f.addSecret(id, CredentialSpec{NotBefore: f.clock.Now().Add(time.Hour)}) // does not work yet
		for _, confirm := range []string{"", "yes", strings.ToLower(id), made.Registration.ID} {
			if _, err := f.module.RevokeCredential(f.ctx, f.one, id, first, confirm); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), id) {
				t.Errorf("confirmed by %q: %v", confirm, err)
			}
		}
		f.clock.Advance(time.Hour)
		c, err := f.module.RevokeCredential(f.ctx, f.one, id, first, "")
		if err != nil || c.Revoked == nil || c.RevokedBy != "provost" && c.RevokedBy == "" {
			t.Errorf("%+v %v", c, err)
		}
		if _, err := f.module.RevokeCredential(f.ctx, f.one, id, first, id); !fault.Is(err, fault.Conflict) {
			t.Errorf("revoked twice: %v", err)
		}
		if _, err := f.module.RevokeCredential(f.ctx, f.one, id, later.Credential.ID, id); err != nil {
			t.Errorf("confirmed: %v", err)
		}
		if _, err := f.module.RevokeCredential(f.ctx, f.one, id, "01A2", id); !fault.Is(err, fault.NotFound) {
			t.Errorf("of another registration: %v", err)
		}
		if len(f.live(id)) != 0 {
			t.Error("something lives on")
		}
		var macs int64
		f.must(f.one.DB.QueryRow(f.ctx, `SELECT COUNT(mac) FROM trust_credential`).Scan(&macs))
		if macs != 0 {
			t.Errorf("%d MACs of revoked secrets are kept", macs)
		}
		fresh := f.rotate(id, Rotation{}) // nothing to replace
		if fresh.Replaced != nil || len(f.live(id)) != 1 {
			t.Errorf("%+v", fresh)
		}
	})
}

func TestTheEndOfACredentialMoves(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.register(RegistrationSpec{Type: "csm"})
		id, first, now := made.ClientID, made.Registration.Credentials[0].ID, f.clock.Now()
		set := func(end *time.Time) error {
			c, err := f.module.SetExpiry(f.ctx, f.one, id, first, end)
			if err == nil {
				if diff := cmp.Diff(c.Expires, f.registration(id).Credentials[0].Expires); diff != "" {
					t.Error(diff)
				}
			}
			return err
		}
		soon, past := now.Add(time.Hour), now.Add(-time.Second)
		f.must(set(&soon))
		f.must(set(nil))
		if err := set(&past); !fault.Is(err, fault.Invalid) {
			t.Errorf("in the past: %v", err)
		}
		f.setting("trust.credential_max_days", "90")
		far, most := now.Add(91*day), now.Add(90*day)
		if err := set(&far); !fault.Is(err, fault.Invalid) {
			t.Errorf("beyond the limit: %v", err)
		}
		if err := set(nil); !fault.Is(err, fault.Invalid) {
			t.Errorf("no end where there is a limit: %v", err)
		}
		f.must(set(&most))
		c, err := f.module.SetLabel(f.ctx, f.one, id, first, "<b>CSM</b>")
		if err != nil || c.Label != "<b>CSM</b>" {
			t.Errorf("%+v %v", c, err)
		}
		if _, err := f.module.SetLabel(f.ctx, f.one, id, first, "a\u2067"); !fault.Is(err, fault.Invalid) {
			t.Errorf("a label that turns text: %v", err)
		}
		f.must(set(&soon))
		f.clock.Advance(time.Hour)
		if err := set(&most); !fault.Is(err, fault.Conflict) {
			t.Errorf("an expired secret lives again: %v", err)
		}
	})
}

func TestTheTenantsRulesForNewCredentials(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		key := jwk(t, newEC(t).Public(), "a")
		old := f.register(RegistrationSpec{Type: "custom"})
		made := func(s RegistrationSpec) error {
			_, err := f.module.CreateRegistration(f.ctx, f.one, s)
			return err
		}
		f.setting("trust.secret_days", "30")
		if got := f.register(RegistrationSpec{Type: "csm"}); got.SecretExpires != f.clock.Now().Add(30*day).Unix() {
			t.Errorf("%d", got.SecretExpires)
		}
		f.setting("trust.credential_max_days", "10")
		if got := f.register(RegistrationSpec{Type: "csm"}); got.SecretExpires != f.clock.Now().Add(10*day).Unix() {
			t.Errorf("%d", got.SecretExpires)
		}
		if err := made(RegistrationSpec{Type: "csm", NeverExpires: true}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a secret without end: %v", err)
		}
		if err := made(RegistrationSpec{Type: "csm", Expires: f.clock.Now().Add(11 * day)}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a secret that lives too long: %v", err)
		}
		keyed := f.register(RegistrationSpec{Type: "csm", Keys: []json.RawMessage{key}, KeyOnly: true})
		if end := keyed.Registration.Credentials[0].Expires; end == nil || !end.Equal(f.clock.Now().Add(10*day)) {
			t.Errorf("a key lives too long: %v", end)
		}
		f.setting("trust.key_only_types", "monitoring,custom")
		if err := made(RegistrationSpec{Type: "custom"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a secret for a type with keys alone: %v", err)
		}
		f.must(made(RegistrationSpec{Type: "csm"}))
		f.must(made(RegistrationSpec{Type: "custom", Keys: []json.RawMessage{key}, KeyOnly: true}))
		for what, err := range map[string]error{
			"add": func() error { _, err := f.module.AddSecret(f.ctx, f.one, old.ClientID, CredentialSpec{}); return err }(),
			"rotate": func() error {
				_, err := f.module.RotateSecret(f.ctx, f.one, old.ClientID, Rotation{Grace: time.Hour})
				return err
			}(),
		} {
			if !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s a secret for a type with keys alone: %v", what, err)
			}
		}
		f.setting("trust.policy_since", "2026-03-02") // tomorrow
		f.must(made(RegistrationSpec{Type: "custom", NeverExpires: true}))
		f.clock.Advance(24 * time.Hour)
		f.setting("trust.secrets", "forbidden")
		if err := made(RegistrationSpec{Type: "csm"}); !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Of(err).Fields[0].Message, "public key") {
			t.Errorf("a secret where secrets are forbidden: %v", err)
		}
		if len(f.live(old.ClientID)) != 1 {
			t.Error("a rule ended what was there")
		}
		for name, value := range map[string]string{"trust.policy_since": "2026-13-01", "trust.key_only_types": "A B", "trust.secrets": "no", "trust.credential_max_days": "-1"} {
			if err := f.one.Records.SetSetting(f.ctx, name, value); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s = %q: %v", name, value, err)
			}
		}
	})
}

func TestPublicKeysAreAdded(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.register(RegistrationSpec{Type: "custom"})
		ec, other := newEC(t), newEC(t)
		ed, _, err := ed25519.GenerateKey(rand.Reader)
		f.must(err)
		added, err := f.module.AddKey(f.ctx, f.one, made.ClientID, jwk(t, ec.Public(), "one"), CredentialSpec{Label: "laptop"})
		if err != nil || len(added) != 1 || added[0].Hint != "one" || added[0].Kind != kindJWK || added[0].Expires != nil || added[0].Label != "laptop" {
			t.Fatalf("%+v %v", added, err)
		}
		set := `{"keys":[` + string(jwk(t, other.Public(), "two")) + `,` + string(jwk(t, ed, "")) + `]}`
		added, err = f.module.AddKey(f.ctx, f.one, made.ClientID, json.RawMessage(set), CredentialSpec{})
		if err != nil || len(added) != 2 || len(added[1].Hint) != 43 {
			t.Fatalf("%+v %v", added, err)
		}
		for name, key := range map[string]json.RawMessage{"the kid is taken": jwk(t, newEC(t).Public(), "one"), "the key is there": jwk(t, ec.Public(), "again")} {
			if _, err := f.module.AddKey(f.ctx, f.one, made.ClientID, key, CredentialSpec{}); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := f.module.AddKey(f.ctx, f.one, f.register(RegistrationSpec{Type: "custom"}).ClientID, jwk(t, ec.Public(), "one"), CredentialSpec{}); err != nil {
			t.Errorf("the same key in another registration: %v", err)
		}
		before := f.registration(made.ClientID)
		if _, err := f.module.AddKey(f.ctx, f.one, made.ClientID, jwk(t, other, "private"), CredentialSpec{}); !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Of(err).Fields[0].Message, "private key") {
			t.Errorf("a private key: %v", err)
		}
		if diff := cmp.Diff(before, f.registration(made.ClientID), cmp.AllowUnexported(Registration{}, Credential{})); diff != "" {
			t.Error(diff)
		}
		d, _ := json.Marshal(jose.JSONWebKey{Key: other})
		var members map[string]string
		f.must(json.Unmarshal(d, &members))
		f.keepsNoSecret(members["d"])
		// The secret is no longer the last credential, nor is it with keys alone.
		if _, err := f.module.RevokeCredential(f.ctx, f.one, made.ClientID, made.Registration.Credentials[0].ID, ""); err != nil {
			t.Errorf("%v", err)
		}
		keyed := f.register(RegistrationSpec{Type: "custom", Keys: []json.RawMessage{json.RawMessage(set)}, KeyOnly: true})
		if keyed.ClientSecret != "" || len(keyed.Registration.Credentials) != 2 || len(keyed.Snippets) != 0 || len(keyed.Panel) != 2 {
			t.Errorf("%+v", keyed)
		}
		if got := f.trail("client_key."); len(got) != 6 {
			t.Errorf("%v", got)
		}
	})
}

func TestWhatIsNoPublicKey(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024) //nolint:gosec // too small, which is the point
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := string(jwk(t, newEC(t).Public(), "k"))
	with := func(member string) string { return strings.Replace(good, "{", "{"+member+",", 1) }
	for name, text := range map[string]string{
		"nothing": "", "no object": "[]", "null": "null", "an empty object": "{}", "a number": "1", "PEM": "-----BEGIN PUBLIC KEY-----",
		"a symmetric key": `{"kty":"oct","k":"AAAA"}`, "an RSA key of 1024 bits": string(jwk(t, small.Public(), "")), "a key on P-384": string(jwk(t, curve.Public(), "")),
		"a private key": string(jwk(t, newEC(t), "")), "a private RSA key": string(jwk(t, small, "")), "a member d of nothing": with(`"d":null`), "a member D": with(`"D":"x"`),
		"a key to encrypt with": with(`"use":"enc"`), "an alg that does not fit": with(`"alg":"RS256"`), "alg none": with(`"alg":"none"`), "alg HS256": with(`"alg":"HS256"`),
		"a key to sign with": with(`"key_ops":["sign"]`), "operations that are none": with(`"key_ops":"verify"`),
		"a long kid": strings.Replace(good, `"k"`, `"`+strings.Repeat("k", 129)+`"`, 1), "a kid with control characters": strings.Replace(good, `"k"`, `"a\u0000b"`, 1),
		"a kid that turns text": strings.Replace(good, `"k"`, `"a\u202eb"`, 1), "an empty set": `{"keys":[]}`, "a set of nothing": `{"keys":null}`, "a set of no keys": `{"keys":[1]}`,
		"the same key twice": `{"keys":[` + good + `,` + good + `]}`, "a point off the curve": `{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}`,
		"an RSA key with an even exponent": `{"kty":"RSA","n":"` + strings.Repeat("_", 342) + `","e":"Ag"}`,
		"too much":                         with(`"x5c":["` + strings.Repeat("A", maxJWK) + `"]`), "a set of too many": `{"keys":[` + strings.Repeat(`{},`, maxClientKey) + `{}]}`,
	} {
		keys, complaint := readClientKeys([]byte(text))
		if complaint == "" {
			t.Errorf("%s counts: %s", name, keys[0].jwk)
		}
		if strings.Contains(name, "private") && !strings.Contains(complaint, "private key") {
			t.Errorf("%s: %s", name, complaint)
		}
	}
	keys, complaint := readClientKeys([]byte(with(`"x5u":"https://evil.example.com","alg":"ES256","use":"sig","key_ops":["verify"]`)))
	if complaint != "" || len(keys) != 1 || strings.Contains(string(keys[0].jwk), "evil") {
		t.Errorf("%s %s", complaint, keys)
	}
}

func FuzzClientKeys(f *testing.F) {
	good := jwk(f, newEC(f).Public(), "k")
	f.Add([]byte(good))
	f.Add([]byte(`{"keys":[` + string(good) + `]}`))
	f.Add([]byte(jwk(f, newEC(f), "private")))
	f.Add([]byte(`{"kty":"RSA","n":"AQAB","e":"AQAB"}`))
	f.Add([]byte(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		keys, complaint := readClientKeys(text)
		if (complaint == "") != (len(keys) > 0) {
			t.Fatalf("%d keys, %q", len(keys), complaint)
		}
		for _, k := range keys {
			again, complaint := readClientKey(k.jwk)
			if complaint != "" || again.kid != k.kid || again.thumbprint != k.thumbprint || k.kid == "" || len(k.kid) > maxKID {
				t.Fatalf("%s is not what it was: %s %+v", k.jwk, complaint, again)
			}
			var members map[string]json.RawMessage
			if err := json.Unmarshal(k.jwk, &members); err != nil {
				t.Fatal(err)
			}
			for _, private := range privateMembers {
				if _, there := members[private]; there {
					t.Fatalf("%s is private", k.jwk)
				}
			}
		}
	})
}

// However secrets come and go, there are never more than allowed, nor none without a confirmation.
func TestRandomChangesOfSecretsKeepTheLimits(t *testing.T) {
	f := newFixture(t, "sqlite:"+t.TempDir()+"/control.db", new(bool))
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(1, 5).Draw(t, "limit")
		f.setting("trust.live_secrets", string(rune('0'+most)))
		id := f.register(RegistrationSpec{Type: "csm"}).ClientID
		defer func() { f.must(f.module.DeleteRegistration(f.ctx, f.one, id)) }()
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				spec := CredentialSpec{}
				if rapid.Bool().Draw(t, "short") {
					spec.NotBefore = f.clock.Now().Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "from")) * time.Hour)
				}
				_, _ = f.module.AddSecret(f.ctx, f.one, id, spec)
			},
			"rotate": func(t *rapid.T) {
				s := Rotation{Grace: time.Duration(rapid.IntRange(0, 3).Draw(t, "grace")) * time.Hour}
				if rapid.Bool().Draw(t, "later") {
					s.NotBefore = f.clock.Now().Add(time.Hour)
				}
				if all := f.registration(id).Credentials; rapid.Bool().Draw(t, "named") {
					s.Credential = all[rapid.IntRange(0, len(all)-1).Draw(t, "which")].ID
				}
				_, _ = f.module.RotateSecret(f.ctx, f.one, id, s)
			},
			"revoke": func(t *rapid.T) {
				all := f.registration(id).Credentials
				_, _ = f.module.RevokeCredential(f.ctx, f.one, id, all[rapid.IntRange(0, len(all)-1).Draw(t, "which")].ID, "")
			},
			"wait": func(*rapid.T) { f.clock.Advance(30 * time.Minute) },
			"": func(t *rapid.T) {
				r := f.registration(id)
				if n := len(liveSecrets(&r, f.clock.Now())); n > most {
					t.Fatalf("%d live secrets, %d are allowed", n, most)
				}
				if !slices.ContainsFunc(r.Credentials, func(c Credential) bool { return c.counts(f.clock.Now()) }) {
					t.Fatal("no credential works")
				}
			},
		})
	})
}

// useCredential counts uses of a credential, as the token routes do.
func (f *fixture) useCredential(id string, at time.Time, uses int64) {
	f.t.Helper()
	f.must(f.one.DB.Write(f.ctx, nil, func(tx *db.Tx) error { return storeUse(tx, objectSecret, id, at.UnixMicro(), home, uses) }))
}
