package trust

import (
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/secret"
)

const (
	legacyKey  = "0123456789ABCDEF0123456789ABCDEF"
	sessionKey = "desk.example.com#OV9HabcdefghijklmnopqrstuvwxyzAB#2"
	token      = "eyJhbGciOiJub25lIn0.e30."
)

func TestParseAuthorization(t *testing.T) {
	key := secret.New(secret.KindKey)
	client := secret.New(secret.KindClient)
	keyed, legacy := credential{keyCredential, key}, credential{keyCredential, legacyKey}
	session, jwt, none := credential{sessionCredential, sessionKey}, credential{tokenCredential, token}, credential{}
	for name, c := range map[string]struct {
		header string
		want   credential
	}{
		"rest_api_key=KEY":                        {"rest_api_key=" + key, keyed},
		"rest_api_key in another case":            {"REST_API_Key=" + key, keyed},
		"rest_api_key={KEY}":                      {"rest_api_key={" + key + "}", keyed},
		"rest_api_key with a space":               {"rest_api_key= " + key + " ", keyed},
		"rest_api_key in quotes":                  {`rest_api_key="` + key + `"`, keyed},
		"rest_api_key, legacy":                    {"rest_api_key=" + legacyKey, legacy},
		"rest_api_key, legacy in braces":          {"rest_api_key={" + legacyKey + "}", legacy},
		"legacy with dashes in lower case":        {"rest_api_key=01234567-89ab-cdef-0123-456789abcdef", legacy},
		"REST KEY":                                {"REST " + key, keyed},
		"rest KEY":                                {"rest " + legacyKey, legacy},
		"REST with two spaces":                    {"REST  " + key, keyed},
		"bare key":                                {key, keyed},
		"bare legacy key":                         {legacyKey, legacy},
		"Bearer key":                              {"Bearer " + key, keyed},
		"bearer legacy key":                       {"bearer " + legacyKey, legacy},
		"raw session key":                         {sessionKey, session},
		"raw session key in quotes":               {`"` + sessionKey + `"`, session},
		"Bearer session key":                      {"Bearer " + sessionKey, session},
		"BEARER session key in quotes":            {`BEARER "` + sessionKey + `"`, session},
		"raw JWT":                                 {token, jwt},
		"Bearer JWT":                              {"Bearer " + token, jwt},
		"DPoP JWT":                                {"dpop " + token, jwt},
		"empty":                                   {"", none},
		"spaces":                                  {"   ", none},
		"empty key":                               {"rest_api_key=", none},
		"empty braces":                            {"rest_api_key={}", none},
		"many braces":                             {"rest_api_key={{{{}}}}", none},
		"two pairs of braces":                     {"rest_api_key={{" + legacyKey + "}}", none},
		"REST alone":                              {"REST ", none},
		"Bearer alone":                            {"Bearer", none},
		"key and a letter":                        {"rest_api_key=" + key + "A", none},
		"legacy key and a letter":                 {"rest_api_key=" + legacyKey + "A", none},
		"a secret of another kind":                {"rest_api_key=" + client, none},
		"a key with a wrong checksum":             {"rest_api_key=" + key[:len(key)-1] + "!", none},
		"SQL":                                     {"rest_api_key=' OR '1'='1", none},
		"a token as REST key":                     {"REST " + token, none},
		"a session key as REST key":               {"REST " + sessionKey, none},
		"Basic":                                   {"Basic dXNlcjpwYXNz", none},
		"an unknown scheme":                       {"Negotiate " + key, none},
		"two dots without a JSON header":          {"a.b.c", none},
		"five parts":                              {"eyJhbGciOiJub25lIn0.e30.e30.e30.e30", none},
		"thousands of dots":                       {"Bearer " + strings.Repeat(".", 8000), none},
		"session key without number":              {"desk.example.com#OV9HabcdefghijklmnopqrstuvwxyzAB", none},
		"session key with a short random part":    {"desk.example.com#OV9H#2", none},
		"session key with a sign in it":           {"desk.example.com#OV9Habcdefghijklmnopqrstuvwxyz'B#2", none},
		"session key without host":                {"#OV9HabcdefghijklmnopqrstuvwxyzAB#2", none},
		"session key with a number that is none":  {"desk.example.com#OV9HabcdefghijklmnopqrstuvwxyzAB#2x", none},
		"session key with a fourth part":          {sessionKey + "#3", none},
		"longer than 8 KiB":                       {"rest_api_key=" + strings.Repeat("A", 60000), none},
		"a key behind more than 8 KiB of spaces":  {strings.Repeat(" ", 8<<10) + key, none},
		"NUL":                                     {"rest_api_key=\x00", none},
		"a host in the session key that is space": {" \t#OV9HabcdefghijklmnopqrstuvwxyzAB#2", none},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := parseAuthorization(c.header)
			if ok != (c.want != none) || ok && got != c.want {
				t.Errorf("parseAuthorization(%.80q) = %v, %v; want %v", c.header, got, ok, c.want)
			}
		})
	}
}

// Whatever is sent, the parser ends, and what it takes for a credential is in canonical form.
func FuzzParseAuthorization(f *testing.F) {
	key := secret.New(secret.KindKey)
	for _, s := range []string{"rest_api_key=" + key, "rest_api_key={" + legacyKey + "}", "REST " + key, "Bearer " + sessionKey,
		`"` + sessionKey + `"`, token, "Bearer " + token, "DPoP x", "Basic dTpw", "rest_api_key={{{{}}}}", "", "\x00", `""`, `"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		c, ok := parseAuthorization(header)
		if !ok {
			return
		}
		again, ok := parseAuthorization(c.value)
		if !ok || again != c {
			t.Errorf("%q gives %v, which read again gives %v, %v", header, c, again, ok)
		}
		if len(c.value) > len(header) {
			t.Errorf("%q grew to %q", header, c.value)
		}
		switch c.kind {
		case keyCredential:
			if len(c.value) != secret.Length && len(c.value) != secret.LegacyLength {
				t.Errorf("%q is no key", c.value)
			}
		case sessionCredential:
			if strings.Count(c.value, "#") != 2 {
				t.Errorf("%q is no session key", c.value)
			}
		case tokenCredential:
			if strings.Count(c.value, ".") != 2 {
				t.Errorf("%q is no token", c.value)
			}
		default:
			t.Errorf("kind %d", c.kind)
		}
	})
}
