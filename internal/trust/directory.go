package trust

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/trust/issuer"
)

// How old what is known of registrations, keys and revoked tokens may be. A change made elsewhere counts after the first at
// the latest, where requests come; after the second nobody is answered from memory any more.
const (
	directoryFresh = time.Second
	directoryLate  = 3500 * time.Millisecond
	directoryTime  = 5 * time.Second // for reading it
)

// directory is what the token routes know by heart: all registrations with their live credentials, the signing keys, and the
// tokens that were revoked. Rows carry the revision at which they changed, so that only those are read again, and only
// when the cell of revisions moved. Unknown clients are answered from memory as known ones are.
type directory struct {
	checked atomic.Int64  // when the cell was read last, by the plane's clock, Unix microseconds; 0: something changed here
	began   atomic.Uint64 // how often reading it has begun
	asking  sync.Mutex    // held by who reads

	mu      sync.RWMutex
	seen    int64                  // revision that is in memory
	clients map[string]*client     // by client id
	keys    map[string]*signingKey // by kid
	revoked map[string]int64       // jti → when the token would have ended, Unix microseconds
}

// client is a registration as requests need it. It is replaced, never changed.
type client struct {
	Registration
	from        []netip.Prefix
	credentials map[string]*clientCredential // by id
	published   *issuer.KeySet               // what it publishes itself; nil: nothing
	paces       *paces
}

// clientCredential is a credential with what is known of its uses, which outlives changes of the row.
type clientCredential struct {
	Credential
	jwk *jose.JSONWebKey
	use *use
}

// refresh makes sure that the directory is as fresh as it has to be. While it is being read again, it counts a moment longer.
func (p *plane) refresh(ctx context.Context) error {
	d := &p.directory
	age := p.directoryAge()
	switch {
	case age < directoryFresh:
		return nil
	case age < directoryLate:
		if !d.asking.TryLock() { // somebody else is asking
			return nil
		}
	default:
		d.asking.Lock()
		if p.directoryAge() < directoryFresh {
			d.asking.Unlock()
			return nil
		}
	}
	defer d.asking.Unlock()
	err := p.readDirectory(ctx)
	if err != nil && age < directoryLate {
		p.log.Warn("the registrations could not be read, the last known ones count a moment longer", "error", err)
		return nil
	}
	return err
}

// missed reads the directory once more before somebody is refused: another replica may have made the registration, the secret or
// the signing key a moment ago. It reports whether there is more to know now. However many are refused at a time, one reads for all who came
// before it began; the work is the same whatever the reason.
func (p *plane) missed(ctx context.Context) bool {
	d := &p.directory
	came := d.began.Load()
	seen := d.revision()
	d.asking.Lock()
	defer d.asking.Unlock()
	if d.began.Load() == came && p.readDirectory(ctx) != nil {
		return false
	}
	return d.revision() != seen
}

// directoryAge is how long ago the directory was read; longer than it may be where something changed here since.
func (p *plane) directoryAge() time.Duration {
	age := time.Duration(p.clock.Now().UnixMicro()-p.directory.checked.Load()) * time.Microsecond
	if age < 0 {
		return directoryLate
	}
	return age
}

// readDirectory reads the directory, asking held.
func (p *plane) readDirectory(ctx context.Context) error {
	d := &p.directory
	d.began.Add(1)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), directoryTime) // others wait for it too
	defer cancel()
	now, generation := p.clock.Now().UnixMicro(), p.generation.Load()
	if err := p.db.View(ctx, func(r db.Reader) error { return p.loadDirectory(ctx, r) }); err != nil {
		f := fault.New(fault.Unavailable, "trust_unavailable", "Credentials cannot be checked at the moment.").WithCause(err)
		f.RetryAfter = time.Second
		return f
	}
	if p.generation.Load() == generation { // else something changed meanwhile, and the next request reads again
		d.checked.Store(now)
	}
	return nil
}

// loadDirectory reads what changed since it was read last.
func (p *plane) loadDirectory(ctx context.Context, r db.Reader) error {
	d := &p.directory
	now, err := revision(ctx, r)
	if err != nil {
		return fmt.Errorf("read the revision: %w", err)
	}
	if d.clients != nil && now == d.seen {
		return nil
	}
	registrations, err := changedRegistrations(ctx, r, d.seen)
	if err != nil {
		return fmt.Errorf("read registrations: %w", err)
	}
	keys, err := p.changedKeys(ctx, r, d.seen)
	if err != nil {
		return fmt.Errorf("read signing keys: %w", err)
	}
	at := p.clock.Now().UnixMicro()
	revoked, err := revokedTokens(ctx, r, d.seen, at)
	if err != nil {
		return fmt.Errorf("read revoked tokens: %w", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.clients == nil {
		d.clients, d.keys, d.revoked = make(map[string]*client), make(map[string]*signingKey), make(map[string]int64)
	}
	for _, row := range registrations {
		if row.deleted {
			d.clients[row.ClientID].close()
			delete(d.clients, row.ClientID)
			continue
		}
		c, err := p.newClient(row.Registration, d.clients[row.ClientID])
		if err != nil {
			return err
		}
		d.clients[row.ClientID] = c
	}
	for _, k := range keys {
		d.keys[k.kid] = k
	}
	if len(revoked) > 0 {
		for jti, ends := range d.revoked {
			if ends < at {
				delete(d.revoked, jti)
			}
		}
	}
	for _, t := range revoked {
		d.revoked[t.jti] = t.ends
	}
	d.seen = now
	return nil
}

// newClient makes the form of a registration that requests use; before is what it was, or nil.
func (p *plane) newClient(r Registration, before *client) (*client, error) {
	c := &client{Registration: r, credentials: make(map[string]*clientCredential, len(r.Credentials)), paces: &paces{}}
	if before != nil {
		c.paces = before.paces
	}
	for _, text := range r.CIDRs {
		n, err := parseCIDR(text)
		if err != nil {
			return nil, fmt.Errorf("networks of registration %s: %w", r.ClientID, err)
		}
		c.from = append(c.from, n)
	}
	for _, row := range r.Credentials {
		k := &clientCredential{Credential: row}
		object := objectSecret
		if row.Kind == kindJWK {
			object = objectClientKey
			k.jwk = new(jose.JSONWebKey)
			if err := json.Unmarshal(row.JWK, k.jwk); err != nil {
				return nil, fmt.Errorf("key %s of registration %s: %w", row.ID, r.ClientID, err)
			}
		}
		k.use = &use{object: object, id: row.ID}
		if before != nil && before.credentials[row.ID] != nil {
			k.use = before.credentials[row.ID].use
		}
		c.credentials[row.ID] = k
	}
	switch {
	case before != nil && before.JWKSURI == r.JWKSURI:
		c.published = before.published
	default:
		before.close()
		if r.JWKSURI != "" && p.outbound != nil {
			c.published = issuer.NewClientKeySet(r.ClientID, r.JWKSURI, p.outbound, p.clock, p.log)
		}
	}
	if c.published != nil { // its keys have no rows of their own: they count as one, under the registration's id
		k := &clientCredential{Credential: Credential{ID: r.ID, Kind: kindJWKS, NotBefore: r.Created}, use: &use{object: objectClientKey, id: r.ID}}
		if before != nil && before.credentials[r.ID] != nil {
			k.use = before.credentials[r.ID].use
		}
		c.credentials[r.ID] = k
	}
	return c, nil
}

// close ends what a registration that is gone, or has changed its address of keys, does in the background.
func (c *client) close() {
	if c != nil && c.published != nil {
		c.published.Close()
	}
}

// close ends what registrations do in the background.
func (d *directory) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.clients {
		c.close()
	}
}

// revision returns up to which change the directory goes.
func (d *directory) revision() int64 {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.seen
}

// client returns the registration with this client id, nil for none. The directory has to be fresh.
func (d *directory) client(clientID string) *client {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.clients[clientID]
}

// key returns a signing key by its kid, nil for none.
func (d *directory) key(kid string) *signingKey {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.keys[kid]
}

// isRevoked reports whether a token was revoked.
func (d *directory) isRevoked(jti string) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	_, revoked := d.revoked[jti]
	return revoked
}

// allows reports whether the registration may be used from the address.
func (c *client) allows(address netip.Addr) bool { return len(c.from) == 0 || within(c.from, address) }
