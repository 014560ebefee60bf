package trust

import (
	"crypto/sha256"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/provost-itsm/provost/internal/platform/principal"
)

const (
	cacheFresh = 2 * time.Second         // how long a verified credential counts without being asked again
	cacheLate  = 3500 * time.Millisecond // and how long while another request is asking
	cacheSize  = 4096                    // keys and sessions of a tenant that are remembered
	tokensSize = 20_000                  // and tokens
)

// digest names a presented credential in memory, where its plain text is never kept.
type digest [sha256.Size]byte

func (c credential) digest() digest {
	var space [128]byte
	b := append(space[:0], byte(c.kind))
	return sha256.Sum256(append(b, c.value...))
}

// grant is what a verified credential gives.
type grant struct {
	principal principal.Principal // without address and request
	from      [][]netip.Prefix    // lists of networks; the address must be in each of them
	ends      time.Time           // when it ends by itself; zero: never
	use       *use

	loaded     time.Time
	generation uint64
	asking     atomic.Bool // somebody is looking it up again
}

// allows reports whether the credential may be used from the address.
func (g *grant) allows(address netip.Addr) bool {
	for _, list := range g.from {
		if !within(list, address) {
			return false
		}
	}
	return true
}

func within(list []netip.Prefix, address netip.Addr) bool {
	for _, network := range list {
		if network.Contains(address) {
			return true
		}
	}
	return false
}

// counts reports whether the grant may be used at the time without asking again. Of many requests that find it old,
// the first asks, and the others go on with it for a moment.
func (g *grant) counts(now time.Time, generation uint64) bool {
	age := now.Sub(g.loaded)
	if g.generation != generation || age < 0 || age >= cacheLate || !g.ends.IsZero() && !now.Before(g.ends) {
		return false
	}
	return age < cacheFresh || !g.asking.CompareAndSwap(false, true)
}

// memory remembers what was verified by the digest of the credential, of which it holds at most size. When it is full, an eighth of it,
// whichever, makes room.
type memory[V any] struct {
	size  int
	mu    sync.RWMutex
	known map[digest]*V
}

func (m *memory[V]) get(d digest) *V {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.known[d]
}

func (m *memory[V]) put(d digest, v *V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = make(map[digest]*V)
	}
	if _, there := m.known[d]; !there && len(m.known) >= m.size {
		room := m.size / 8
		for old := range m.known {
			delete(m.known, old)
			if room--; room == 0 {
				break
			}
		}
	}
	m.known[d] = v
}

func (m *memory[V]) drop(d digest) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.known, d)
}
