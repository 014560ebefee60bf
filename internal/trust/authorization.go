package trust

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/secret"
)

// maxAuthorization is how many bytes of an Authorization header are looked at; a longer one is no credential.
const maxAuthorization = 8 << 10

// credentialKind says how a presented credential is checked.
type credentialKind uint8

const (
	keyCredential     credentialKind = iota + 1 // REST API key: value is the form that is hashed
	sessionCredential                           // session key "host#32 characters#n"
	tokenCredential                             // JSON Web Token
)

// credential is what somebody showed, in canonical form.
type credential struct {
	kind  credentialKind
	value string
}

// parseAuthorization reads the value of an Authorization header in every form that clients of the original send
// (spec/itsm-odata.md 2.1, spec/trust.md 11). It reports false for what cannot be a credential, so that junk never
// reaches the database:
//
//	rest_api_key=KEY   rest_api_key={KEY}   REST KEY   KEY      REST API key
//	Bearer X   DPoP X                                           JSON Web Token, session key or REST API key
//	host#32 characters#n                                        session key
//	a.b.c with a JSON object in front                           JSON Web Token
//
// Scheme words match in any case. A credential may stand in double quotes: the login answers a JSON string, and
// some scripts send it back as it came.
func parseAuthorization(header string) (credential, bool) {
	if len(header) > maxAuthorization {
		return credential{}, false
	}
	header = strings.TrimSpace(header)
	const name = "rest_api_key="
	if len(header) > len(name) && strings.EqualFold(header[:len(name)], name) {
		value := strings.TrimSpace(header[len(name):])
		if len(value) > 2 && value[0] == '{' && value[len(value)-1] == '}' {
			value = strings.TrimSpace(value[1 : len(value)-1])
		}
		return parseKey(unquote(value))
	}
	if scheme, value, found := strings.Cut(header, " "); found {
		value = unquote(strings.TrimSpace(value))
		switch {
		case strings.EqualFold(scheme, "Bearer"), strings.EqualFold(scheme, "DPoP"):
			return parseBare(value)
		case strings.EqualFold(scheme, "REST"):
			return parseKey(value)
		}
		return credential{}, false
	}
	return parseBare(unquote(header))
}

// parseBare tells the kinds of credential apart by their form. A token is never tried as anything else.
func parseBare(value string) (credential, bool) {
	if strings.IndexByte(value, '#') >= 0 {
		if _, _, _, ok := splitSession(value); !ok {
			return credential{}, false
		}
		return credential{sessionCredential, value}, true
	}
	if isToken(value) {
		return credential{tokenCredential, value}, true
	}
	return parseKey(value)
}

// parseKey reads a REST API key in either shape (spec/trust.md 12.2).
func parseKey(value string) (credential, bool) {
	if kind, ok := secret.Kind(value); ok {
		return credential{keyCredential, value}, kind == secret.KindKey
	}
	legacy, ok := secret.NormaliseLegacy(value)
	if !ok {
		return credential{}, false
	}
	return credential{keyCredential, legacy}, true
}

// splitSession takes a session key apart: the tenant's host, the random part, the number. All three must have
// their form.
func splitSession(value string) (host, random, number string, ok bool) {
	host, rest, _ := strings.Cut(value, "#")
	random, number, _ = strings.Cut(rest, "#")
	if host == "" || len(host) > 255 || len(random) != sessionRandom || number == "" || len(number) > 18 {
		return "", "", "", false
	}
	for i := range len(host) {
		if host[i] <= ' ' || host[i] >= 0x7f {
			return "", "", "", false
		}
	}
	for i := range len(random) {
		if c := random[i]; !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z') {
			return "", "", "", false
		}
	}
	for i := range len(number) {
		if number[i] < '0' || number[i] > '9' {
			return "", "", "", false
		}
	}
	return host, random, number, true
}

// isToken reports whether value has the outer form of a JWS in compact form (RFC 7515 section 7.1): three parts,
// the first of them base64url of a JSON object.
func isToken(value string) bool {
	if strings.Count(value, ".") != 2 {
		return false
	}
	head, _, _ := strings.Cut(value, ".")
	text, err := base64.RawURLEncoding.DecodeString(head)
	return err == nil && len(text) > 1 && text[0] == '{' && json.Valid(text)
}

// unquote removes one pair of double quotes around a value.
func unquote(value string) string {
	if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
		return value[1 : len(value)-1]
	}
	return value
}
