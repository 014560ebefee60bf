package secret

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"strings"
)

// The kinds of machine secrets: the letter after "pvs_".
const (
	KindClient  = 'c' // client secret of an app registration
	KindKey     = 'k' // REST API key
	KindSession = 's' // session key
	KindSCIM    = 'p' // SCIM provisioning token
)

const (
	prefix       = "pvs_"
	alphabet     = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	upperHex     = "0123456789ABCDEF"
	randomLength = 43 // base62 characters: 256.03 bits
	sumLength    = 6  // base62 characters of a CRC32
	headLength   = len(prefix) + 2
	// Length is how many characters a secret made by New has.
	Length = headLength + randomLength + sumLength
	// LegacyLength is how many hex digits a key of the legacy shape has.
	LegacyLength = 32
	hintLength   = 4
)

// New makes a secret of the kind: "pvs_", the kind, "_", 43 random base62 characters, and six of a CRC32 over all
// of that. The checksum is no protection: it lets scanners for leaked secrets drop false hits without asking, and
// lets the server refuse junk before it asks the database.
func New(kind byte) string {
	body := prefix + string(kind) + "_" + RandomAlnum(randomLength)
	return body + checksum(body)
}

// Valid reports whether s has the form of a secret made by New, of whatever known kind, with the right checksum.
func Valid(s string) bool {
	_, ok := Kind(s)
	return ok
}

// Kind returns the kind of a well-formed secret.
func Kind(s string) (kind byte, ok bool) {
	if len(s) != Length || s[:len(prefix)] != prefix || s[headLength-1] != '_' {
		return 0, false
	}
	kind = s[len(prefix)]
	switch kind {
	case KindClient, KindKey, KindSession, KindSCIM:
	default:
		return 0, false
	}
	body := s[:headLength+randomLength]
	for i := headLength; i < len(body); i++ {
		if !alnum(body[i]) {
			return 0, false
		}
	}
	return kind, checksum(body) == s[len(body):]
}

// NewLegacy makes a key of the legacy shape: 32 upper-case hex digits, 128 random bits, for tools that check the
// length of what is typed into them.
func NewLegacy() string {
	var b [LegacyLength / 2]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	out := make([]byte, 0, LegacyLength)
	for _, c := range b {
		out = append(out, upperHex[c>>4], upperHex[c&15])
	}
	return string(out)
}

// NormaliseLegacy brings a key of the legacy shape into the form that is hashed: dashes removed, upper case. An
// 8-4-4-4-12 rendering therefore works too. It reports false for anything that is not 32 hex digits.
func NormaliseLegacy(s string) (string, bool) {
	if len(s) < LegacyLength || len(s) > 2*LegacyLength {
		return "", false
	}
	out := make([]byte, 0, LegacyLength)
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '-':
			continue
		case c >= '0' && c <= '9', c >= 'A' && c <= 'F':
		case c >= 'a' && c <= 'f':
			c -= 'a' - 'A'
		default:
			return "", false
		}
		if len(out) == LegacyLength {
			return "", false
		}
		out = append(out, c)
	}
	if len(out) != LegacyLength {
		return "", false
	}
	return string(out), true
}

// Hint returns what lists show of a secret so that people can tell two apart: prefix and kind where it has them,
// and four characters. Of anything too short to spare four it shows nothing.
func Hint(s string) string {
	shown := hintLength
	if strings.HasPrefix(s, prefix) {
		shown += headLength
	}
	if len(s) < shown+2*hintLength {
		return ""
	}
	return s[:shown]
}

// Derive makes a well-formed secret of the kind out of a key for a use: the same one each time. It is for what has to be the same
// after a restart; whoever has the key has the secret.
func Derive(kind byte, key []byte, use string) string {
	body := prefix + string(kind) + "_" + DeriveAlnum(key, use, randomLength)
	return body + checksum(body)
}

// DeriveAlnum returns n characters of 0-9A-Za-z that follow from a key and a use, spread as those of RandomAlnum are.
func DeriveAlnum(key []byte, use string, n int) string {
	out := make([]byte, 0, n)
	for block := uint64(0); len(out) < n; block++ {
		m := hmac.New(sha256.New, key)
		m.Write(binary.BigEndian.AppendUint64(nil, block))
		m.Write([]byte(use))
		out = appendAlnum(out, m.Sum(nil), n)
	}
	return string(out)
}

// RandomAlnum returns n random characters of 0-9A-Za-z, each equally likely: 5.95 bits a character.
func RandomAlnum(n int) string {
	out := make([]byte, 0, n)
	var b [64]byte
	for len(out) < n {
		_, _ = rand.Read(b[:])
		out = appendAlnum(out, b[:], n)
	}
	return string(out)
}

// appendAlnum makes characters of random bytes until there are n.
func appendAlnum(out, random []byte, n int) []byte {
	const fair = 256 - 256%len(alphabet) // bytes from here on would favour the first characters
	for _, c := range random {
		if int(c) < fair && len(out) < n {
			out = append(out, alphabet[int(c)%len(alphabet)])
		}
	}
	return out
}

// checksum writes the CRC32 (IEEE) of s as six base62 digits, most significant first.
func checksum(s string) string {
	sum := crc32.ChecksumIEEE([]byte(s))
	var out [sumLength]byte
	for i := sumLength - 1; i >= 0; i-- {
		out[i] = alphabet[sum%uint32(len(alphabet))]
		sum /= uint32(len(alphabet))
	}
	return string(out[:])
}

func alnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
