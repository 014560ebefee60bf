package odata

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Limits of a $skiptoken, so that a link with it stays one that clients and proxies take.
const (
	maxTokenBytes = 8 << 10 // before base64
	maxRecIDBytes = 64
	tokenVersion  = 1
	digestBytes   = 8
)

// The tags of a value in a token.
const (
	tagNull byte = iota
	tagNumber
	tagText
)

var tokenEncoding = base64.RawURLEncoding.Strict()

// Token encodes the position of the last row of a page as opaque, URL-safe text. queryDigest is whatever else decides
// which rows there are (set, filter, search), as text. It returns "" for a position whose texts are too long for a
// link; such a page has no next link.
//
// Layout: version, eight bytes of SHA-256 over order and queryDigest, one tagged value per term, RecId. A token is no
// secret and no permission: it only says where to go on reading.
func (o Order) Token(p Position, queryDigest string) string {
	b := append([]byte{tokenVersion}, o.digest(queryDigest)...)
	for i, t := range o {
		v := p.Values[i]
		switch {
		case v.isNull(t.Column.Kind):
			b = append(b, tagNull)
		case t.Column.Kind == Text:
			b = appendText(append(b, tagText), v.Text)
		default:
			b = binary.AppendVarint(append(b, tagNumber), v.Number)
		}
	}
	b = appendText(b, p.RecID)
	if len(b) > maxTokenBytes || len(p.RecID) > maxRecIDBytes {
		return ""
	}
	return tokenEncoding.EncodeToString(b)
}

// ParseToken reads what Token wrote for the same order and the same queryDigest. Anything else is token_invalid.
func (o Order) ParseToken(token, queryDigest string) (Position, error) {
	refused := invalid(codeToken, "The $skiptoken is not one of this query.")
	if len(token) > tokenEncoding.EncodedLen(maxTokenBytes) {
		return Position{}, refused
	}
	b, err := tokenEncoding.DecodeString(token)
	head := append([]byte{tokenVersion}, o.digest(queryDigest)...)
	if err != nil || !bytes.HasPrefix(b, head) {
		return Position{}, refused
	}
	r := tokenReader{rest: b[len(head):]}
	p := Position{Values: make([]Value, len(o))}
	for i, t := range o {
		p.Values[i] = r.value(t.Column.Kind)
	}
	p.RecID = r.text()
	// Writing it again refuses every other spelling of the same position.
	if r.failed || len(r.rest) > 0 || p.RecID == "" || o.Token(p, queryDigest) != token {
		return Position{}, refused
	}
	return p, nil
}

func (o Order) digest(queryDigest string) []byte {
	h := sha256.New()
	for _, t := range o {
		h.Write([]byte(t.Column.Name + pick(t.Desc, "\x01", "\x02")))
	}
	h.Write([]byte("\x00" + queryDigest))
	return h.Sum(nil)[:digestBytes]
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// tokenReader reads from outside bytes; the first failure stays.
type tokenReader struct {
	rest   []byte
	failed bool
}

func (r *tokenReader) value(k Kind) (v Value) {
	if len(r.rest) == 0 {
		r.failed = true
		return v
	}
	tag := r.rest[0]
	r.rest = r.rest[1:]
	switch {
	case tag == tagNull:
		v.Null = true
	case tag == tagText && k == Text:
		v.Text = r.text()
	case tag == tagNumber && k != Text:
		n, size := binary.Varint(r.rest)
		if size <= 0 {
			r.failed = true
			return v
		}
		v.Number, r.rest = n, r.rest[size:]
	default:
		r.failed = true
	}
	return v
}

func (r *tokenReader) text() string {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n > uint64(len(r.rest)-size) {
		r.failed = true
		return ""
	}
	s := string(r.rest[size : size+int(n)])
	r.rest = r.rest[size+int(n):]
	if !literal.Valid(s) {
		r.failed = true
	}
	return s
}
