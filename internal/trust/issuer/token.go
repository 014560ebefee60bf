package issuer

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

const (
	maxToken   = 8 << 10  // bytes, of the whole token
	maxIDToken = 64 << 10 // the same of one that a provider hands out at sign-in, which may name two hundred groups
	maxKeyID   = 256      // bytes
)

// The reasons for which a token is refused. They are short and stable, for the audit trail; callers never see them.
const (
	reasonForm        = "malformed"
	reasonRepeated    = "repeated name"
	reasonHeader      = "header"
	reasonAlgorithm   = "algorithm"
	reasonType        = "token type"
	reasonIssuer      = "unknown issuer"
	reasonDisabled    = "issuer disabled"
	reasonKey         = "unknown key"
	reasonKeysAway    = "keys unavailable"
	reasonSignature   = "signature"
	reasonDirectory   = "directory"
	reasonVersion     = "token version"
	reasonAudience    = "audience"
	reasonExpired     = "expired"
	reasonLong        = "lives too long"
	reasonEarly       = "not yet valid"
	reasonTimes       = "times"
	reasonIDToken     = "id token"
	reasonBound       = "bound to a key"
	reasonSubject     = "subject"
	reasonClient      = "client"
	reasonLinksDiffer = "links differ"
)

// taken are the algorithms of signatures that count at all; an issuer narrows them. None of them uses a shared key.
var taken = []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.ES256, jose.EdDSA}

// unwanted are members of a header that would let a token bring its own key, or change how it is to be read (RFC 7515
// sections 4.1.2 to 4.1.6 and 4.1.11, RFC 7516, RFC 7797). A nonce is that of tokens for Microsoft Graph, which nobody else can verify.
var unwanted = []string{"crit", "jwk", "jku", "x5u", "x5c", "b64", "enc", "zip", "cty", "nonce"}

// token is a signed token taken apart. Nothing in it is verified.
type token struct {
	raw           string
	alg, kid, typ string // of the header; typ in lower case and without "application/"
	claims        claims
}

// read is the gate: it takes a token apart, or says why it is none that could count. It is cheap, and nothing of the token
// is parsed before its size and form are known.
func read(raw string) (token, string) { return readUpTo(raw, maxToken) }

func readUpTo(raw string, most int) (token, string) {
	t := token{raw: raw}
	if len(raw) > most || strings.Count(raw, ".") != 2 {
		return t, reasonForm
	}
	head, rest, _ := strings.Cut(raw, ".")
	body, signature, _ := strings.Cut(rest, ".")
	var header claims
	if reason := decode(head, &header); reason != "" {
		return t, reason
	}
	if slices.ContainsFunc(unwanted, func(name string) bool { _, there := header[name]; return there }) {
		return t, reasonHeader
	}
	t.alg, t.kid = header.text("alg"), header.text("kid")
	if !slices.Contains(taken, jose.SignatureAlgorithm(t.alg)) {
		return t, reasonAlgorithm
	}
	if t.kid == "" || len(t.kid) > maxKeyID {
		return t, reasonHeader
	}
	if t.typ = strings.TrimPrefix(strings.ToLower(header.text("typ")), "application/"); t.typ == "" && header.has("typ") {
		return t, reasonHeader
	}
	if reason := decode(body, &t.claims); reason != "" {
		return t, reason
	}
	if len(signature) == 0 || !urlSafe(signature) {
		return t, reasonForm
	}
	return t, ""
}

// decode reads a part of a token that is a JSON object in which every name stands once (RFC 7519 section 4, RFC 7515 section 4), or says
// why it is none.
func decode(part string, into *claims) string {
	if !urlSafe(part) {
		return reasonForm
	}
	text, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil || len(text) < 2 || text[0] != '{' || json.Unmarshal(text, into) != nil {
		return reasonForm
	}
	if _, found := literal.Repeated(text); found {
		return reasonRepeated
	}
	return ""
}

// urlSafe reports whether a part has the alphabet of base64url alone: the decoder would skip line ends.
func urlSafe(part string) bool {
	for i := range len(part) {
		if c := part[i]; !(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}
