package dataapi

import (
	"cmp"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
)

// scrollLife is for how long a $scrollID counts.
const scrollLife = 24 * time.Hour

// countLife is for how long the count of a filtered walk is repeated on its next pages before it is made again: to count what
// a filter picks, every record is looked at.
const countLife = time.Minute

const (
	scrollVersion = 1
	recIDBytes    = 16
	macBytes      = 32
	scrollBytes   = 1 + 4 + 8 + 8 + 8 + recIDBytes + macBytes
)

var scrollEncoding = base64.RawURLEncoding.Strict()

// walk is what a $scrollID is bound to: it counts for the same tenant, the same registration (or key, or session) and the
// same query alone.
type walk struct{ tenant, who, set, filter, sel string }

func newWalk(tenant string, p *principal.Principal, s *set, q query) walk {
	return walk{tenant, string(p.Kind) + "/" + cmp.Or(p.ClientID, p.CredentialID), s.name, q.filter, q.sel}
}

// sealed is what is MACed: each part with its length, so that none can be taken for another.
func (w walk) sealed(body []byte) string {
	b := []byte("provost data api scroll")
	for _, part := range []string{w.tenant, w.who, w.set, w.filter, w.sel, string(body)} {
		b = binary.AppendUvarint(b, uint64(len(part)))
		b = append(b, part...)
	}
	return string(b)
}

// place is how far a walk has come.
type place struct {
	recID   string    // of the last row
	total   int64     // how many rows there were
	counted time.Time // when that was counted
}

// token makes a $scrollID of a place. Layout, before base64: version, version of the pepper (4), Unix seconds of the issue (8),
// total (8), Unix seconds of its count (8), RecId (16), HMAC-SHA-256 (32).
func (w walk) token(keys *secret.Keys, now time.Time, p place) (string, error) {
	raw, err := hex.DecodeString(p.recID)
	if err != nil || len(raw) != recIDBytes {
		return "", fault.New(fault.Internal, "internal", "The server could not complete the request.")
	}
	pepper := keys.Versions()[0]
	b := append(make([]byte, 0, scrollBytes), scrollVersion)
	b = binary.BigEndian.AppendUint32(b, uint32(pepper))
	for _, n := range []int64{now.Unix(), p.total, p.counted.Unix()} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	b = append(b, raw...)
	b = append(b, keys.MACWith(pepper, w.sealed(b))...)
	return scrollEncoding.EncodeToString(b), nil
}

// place reads a $scrollID; the RecId is as its column holds it.
func (w walk) place(keys *secret.Keys, now time.Time, token string) (place, error) {
	refused := fault.New(fault.Invalid, "scroll_invalid", "The $scrollID is not one of this query: begin again without it.")
	if len(token) != scrollEncoding.EncodedLen(scrollBytes) {
		return place{}, refused
	}
	b, err := scrollEncoding.DecodeString(token)
	if err != nil || len(b) != scrollBytes || b[0] != scrollVersion {
		return place{}, refused
	}
	body := b[:scrollBytes-macBytes]
	mac := keys.MACWith(int64(binary.BigEndian.Uint32(body[1:])), w.sealed(body))
	if mac == nil || !hmac.Equal(mac, b[len(body):]) {
		return place{}, refused
	}
	number := func(at int) int64 { return int64(binary.BigEndian.Uint64(body[at:])) }
	if now.Sub(time.Unix(number(5), 0)) > scrollLife {
		return place{}, fault.New(fault.Invalid, "scroll_expired", "The $scrollID has expired after %d hours: begin again without it.", int(scrollLife.Hours()))
	}
	return place{hex.EncodeToString(body[29:]), number(13), time.Unix(number(21), 0)}, nil
}
