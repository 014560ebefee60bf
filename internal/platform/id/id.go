// Package id makes and reads identifiers: UUID version 7 (RFC 9562 section 5.7), which sort by the time they
// were made. A RecId, the key of every record on the desk, is the 32 upper-case hex digits of one.
package id

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"io"
	"sync"
	"time"
)

// Maker makes UUIDv7 values that increase strictly within one maker, even within one millisecond: the twelve
// bits of rand_a and the top of rand_b count on (RFC 9562 section 6.2, method 2).
type Maker struct {
	mu     sync.Mutex
	random io.Reader
	millis int64
	low    uint64 // the 74 random bits, as a counter: 12 in high, 62 here
	high   uint16
}

// NewMaker returns a maker that draws from random; nil means the system's generator.
func NewMaker(random io.Reader) *Maker {
	if random == nil {
		random = rand.Reader
	}
	return &Maker{random: random}
}

var system = NewMaker(nil)

// RecID makes a RecId for now.
func RecID() string { return system.RecID(time.Now()) }

// GUID makes a lower-case dashed UUIDv7 for now.
func GUID() string { return Dashed(system.RecID(time.Now())) }

// RecID makes a RecId whose time part is t, never below the last one made.
func (m *Maker) RecID(t time.Time) string {
	b := m.next(t.UnixMilli())
	return Upper(b[:])
}

func (m *Maker) next(millis int64) [16]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if millis > m.millis {
		var r [10]byte
		if _, err := io.ReadFull(m.random, r[:]); err != nil {
			panic("id: the random source failed: " + err.Error())
		}
		m.millis = millis
		m.high = binary.BigEndian.Uint16(r[:2]) & 0x07ff // the top bit is left free for counting
		m.low = binary.BigEndian.Uint64(r[2:]) & (1<<62 - 1)
	} else {
		var r [4]byte
		if _, err := io.ReadFull(m.random, r[:]); err != nil {
			panic("id: the random source failed: " + err.Error())
		}
		m.low += 1 + uint64(binary.BigEndian.Uint32(r[:]))
		if m.low >= 1<<62 {
			m.low &= 1<<62 - 1
			m.high++
			if m.high > 0x0fff {
				m.high = 0
				m.millis++
			}
		}
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(m.millis)<<16|0x7000|uint64(m.high))
	binary.BigEndian.PutUint64(b[8:], 1<<63|m.low)
	return b
}

const upperHex = "0123456789ABCDEF"

// Upper writes bytes as upper-case hex.
func Upper(b []byte) string {
	out := make([]byte, 0, 64)
	for _, c := range b {
		out = append(out, upperHex[c>>4], upperHex[c&15])
	}
	return string(out)
}

// Dashed writes 32 hex digits in the lower-case 8-4-4-4-12 form.
func Dashed(recID string) string {
	var raw [16]byte
	if n, err := hex.Decode(raw[:], []byte(recID)); err != nil || n != 16 {
		return recID
	}
	h := hex.EncodeToString(raw[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// ParseRecID reads a RecId in either case, or a dashed GUID, and returns it in canonical form.
func ParseRecID(s string) (string, bool) {
	if len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' {
		s = s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	}
	if len(s) != 32 {
		return "", false
	}
	canonical := true
	for i := range 32 {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'F':
		case c >= 'a' && c <= 'f':
			canonical = false
		default:
			return "", false
		}
	}
	if canonical {
		return s, true
	}
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' {
			b[i] = c - 32
		}
	}
	return string(b), true
}
