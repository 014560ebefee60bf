package trust

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

const (
	objectSigningKey = "signing_key"

	keyLife   = 90 * 24 * time.Hour // of a signing key in use, where the setting says nothing else
	keyNotice = 24 * time.Hour      // a key is published this long before its first use
	rsaBits   = 2048

	maxLiveKeys = 5 // of one algorithm: whoever verifies tokens fetches them all

	standardAlg = string(jose.ES256)

	settingKeyDays = "trust.key_days"
)

// The algorithms tokens may be signed with.
var signingAlgs = []string{string(jose.ES256), string(jose.EdDSA), string(jose.RS256)}

// SigningKey is one of the tenant's keys for signing tokens, as lists show it.
type SigningKey struct {
	KID     string     `json:"kid"` // RFC 7638 thumbprint
	Alg     string     `json:"alg"`
	State   string     `json:"state"` // next, active, retiring or gone
	Created time.Time  `json:"created_at"`
	Active  time.Time  `json:"active_at"`
	Retire  *time.Time `json:"retire_at"`
	Gone    *time.Time `json:"gone_at"`
}

// signingKey is a key in memory.
type signingKey struct {
	kid, alg        string
	public          jose.JSONWebKey
	signer          jose.Signer // nil where the keys file cannot open it
	created, active int64       // Unix microseconds
	retire, gone    sql.NullInt64
}

// state says in which part of its life a key is.
func (k *signingKey) state(now int64) string {
	switch {
	case k.gone.Valid && now >= k.gone.Int64:
		return "gone"
	case k.retire.Valid && now >= k.retire.Int64:
		return "retiring"
	case now < k.active:
		return "next"
	}
	return "active"
}

// verifies reports whether tokens signed by the key may count.
func (k *signingKey) verifies(now int64) bool { return k.state(now) != "gone" }

func (k *signingKey) view(now int64) SigningKey {
	return SigningKey{KID: k.kid, Alg: k.alg, State: k.state(now), Created: instant(k.created), Active: instant(k.active),
		Retire: optional(k.retire), Gone: optional(k.gone)}
}

// changedKeys returns the keys that changed after a revision.
func (p *plane) changedKeys(ctx context.Context, r db.Reader, after int64) ([]*signingKey, error) {
	return list(ctx, r, func(s scanner) (*signingKey, error) {
		k := &signingKey{}
		var public string
		var sealed []byte
		if err := s.Scan(&k.kid, &k.alg, &public, &sealed, &k.created, &k.active, &k.retire, &k.gone); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(public), &k.public); err != nil {
			return nil, fmt.Errorf("signing key %s: %w", k.kid, err)
		}
		plain, err := p.keys.Open(sealed, sealedAt(k.kid))
		if err != nil { // of a tenant that came from a server with another keys file: it still verifies
			p.log.Warn("a signing key cannot be opened with this keys file; it is replaced where it is needed", "kid", k.kid, "error", err)
			return k, nil
		}
		private, err := x509.ParsePKCS8PrivateKey(plain)
		if err != nil {
			return nil, fmt.Errorf("signing key %s: %w", k.kid, err)
		}
		k.signer, err = newSigner(k.alg, k.kid, private)
		return k, err
	}, `SELECT kid, alg, public, sealed, created_at, active_at, retire_at, gone_at FROM trust_signing_key WHERE revision > $1`, after)
}

// sealedAt binds a private key to its row.
func sealedAt(kid string) []byte { return []byte("trust_signing_key.sealed." + kid) }

// newSigner makes what signs tokens: header alg, kid, typ at+jwt (RFC 9068 section 2.1).
func newSigner(alg, kid string, private any) (jose.Signer, error) {
	key := jose.SigningKey{Algorithm: jose.SignatureAlgorithm(alg), Key: private}
	s, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType(tokenType).WithHeader("kid", kid))
	if err != nil {
		return nil, fmt.Errorf("use signing key %s: %w", kid, err)
	}
	return s, nil
}

// signer returns the key that signs now with an algorithm: the one that became active last. Where there is none that this
// server can use, one is made and used at once.
func (p *plane) signer(ctx context.Context, alg string) (*signingKey, error) {
	if k := p.activeKey(alg); k != nil {
		return k, nil
	}
	if err := p.makeKey(ctx, alg, 0, "first"); err != nil {
		return nil, err
	}
	if err := p.refresh(ctx); err != nil {
		return nil, err
	}
	if k := p.activeKey(alg); k != nil {
		return k, nil
	}
	return nil, fmt.Errorf("sign a token: there is no key for %s", alg)
}

// publishFor makes sure that a key of the algorithm is published before the first token is signed with it, so that whoever verifies
// tokens may know it by then. That of the standard algorithm is made by the first who asks for the keys. Where it fails, the first token
// makes the key.
func (p *plane) publishFor(ctx context.Context, alg string) {
	if alg == standardAlg {
		return
	}
	err := p.refresh(ctx)
	if err == nil {
		_, err = p.signer(ctx, alg)
	}
	if err != nil {
		p.log.WarnContext(ctx, "no signing key could be published", "alg", alg, "error", err)
	}
}

func (p *plane) activeKey(alg string) *signingKey {
	now := p.clock.Now().UnixMicro()
	p.directory.mu.RLock()
	defer p.directory.mu.RUnlock()
	var best *signingKey
	for _, k := range p.directory.keys {
		if k.alg == alg && k.signer != nil && k.state(now) == "active" && (best == nil || newer(k, best)) {
			best = k
		}
	}
	return best
}

// newer orders keys by when they became active, and makes the answer the same on every replica.
func newer(a, b *signingKey) bool {
	return a.active > b.active || a.active == b.active && a.kid > b.kid
}

// publicKeys are the keys with which tokens may be verified now or soon, oldest first.
func (p *plane) publicKeys() []jose.JSONWebKey {
	now := p.clock.Now().UnixMicro()
	p.directory.mu.RLock()
	defer p.directory.mu.RUnlock()
	var live []*signingKey
	for _, k := range p.directory.keys {
		if k.verifies(now) {
			live = append(live, k)
		}
	}
	slices.SortFunc(live, func(a, b *signingKey) int {
		if newer(a, b) {
			return 1
		}
		return -1
	})
	out := make([]jose.JSONWebKey, len(live))
	for i, k := range live {
		out[i] = k.public
	}
	return out
}

// makeKey makes a key that becomes active after the notice. Those of its algorithm that are in use then retire.
func (p *plane) makeKey(ctx context.Context, alg string, notice time.Duration, why string) error {
	private, err := generate(alg)
	if err != nil {
		return err
	}
	public := jose.JSONWebKey{Key: private.Public(), Algorithm: alg, Use: "sig"}
	print, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return fmt.Errorf("make signing key: %w", err)
	}
	public.KeyID = base64.RawURLEncoding.EncodeToString(print)
	text, err := json.Marshal(public)
	if err != nil {
		return fmt.Errorf("make signing key: %w", err)
	}
	plain, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return fmt.Errorf("make signing key: %w", err)
	}
	sealed := p.keys.Seal(plain, sealedAt(public.KeyID))
	ctx = asTrust(ctx, p.tenantID)
	now := p.clock.Now()
	active := now.Add(notice)
	there := false
	err = p.db.Write(ctx, func(tx *db.Tx) error {
		// Of several replicas that need a first key, or a next one, at the same moment one makes it.
		if err := tx.Claim("trust.signing_key." + alg); err != nil {
			return err
		}
		var err error
		switch why {
		case "first":
			there, err = exists(tx.QueryRow(ctx, `SELECT 1 FROM trust_signing_key WHERE alg = $1 AND created_at > $2 AND (gone_at IS NULL OR gone_at > $3) LIMIT 1`,
				alg, now.Add(-directoryLate).UnixMicro(), now.UnixMicro()))
		case "planned":
			there, err = exists(tx.QueryRow(ctx, `SELECT 1 FROM trust_signing_key WHERE alg = $1 AND active_at > $2 LIMIT 1`, alg, now.UnixMicro()))
		}
		return err
	}, func(tx *db.Tx) error {
		if there {
			return nil
		}
		rev := revise(tx)
		if _, err := tx.Exec(`UPDATE trust_signing_key SET retire_at = $1, gone_at = $2, revision = $3
			WHERE alg = $4 AND retire_at IS NULL`, active.UnixMicro(), active.Add(maxTokenLife+2*tokenLeeway).UnixMicro(), rev, alg); err != nil {
			return fmt.Errorf("retire signing keys: %w", err)
		}
		if _, err := tx.Exec(`INSERT INTO trust_signing_key (kid, revision, alg, public, sealed, created_at, active_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			public.KeyID, rev, alg, string(text), sealed, now.UnixMicro(), active.UnixMicro()); err != nil {
			return fmt.Errorf("store signing key: %w", err)
		}
		return audit.Write(ctx, tx, now, audit.Entry{Action: objectSigningKey + ".create", Object: objectSigningKey, Target: public.KeyID, Label: alg,
			Flags: []string{why, "active:" + active.UTC().Format(time.RFC3339)}})
	})
	if err != nil {
		return fmt.Errorf("make signing key: %w", err)
	}
	p.changed()
	return nil
}

func generate(alg string) (interface{ Public() crypto.PublicKey }, error) {
	switch alg {
	case string(jose.ES256):
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case string(jose.RS256):
		return rsa.GenerateKey(rand.Reader, rsaBits)
	case string(jose.EdDSA):
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return private, err
	}
	return nil, fault.New(fault.Invalid, "alg_unknown", "Tokens are signed with %s.", strings.Join(signingAlgs, ", "))
}

// SigningKeys lists the keys for signing tokens, oldest first; those that are gone stay in the list for thirty days.
func (m *Module) SigningKeys(ctx context.Context, h *tenant.Handle) ([]SigningKey, error) {
	p := m.plane(h)
	keys, err := p.changedKeys(ctx, p.db, -1)
	if err != nil {
		return nil, fmt.Errorf("list signing keys: %w", err)
	}
	slices.SortFunc(keys, func(a, b *signingKey) int {
		if newer(a, b) {
			return 1
		}
		return -1
	})
	now := p.clock.Now().UnixMicro()
	out := make([]SigningKey, len(keys))
	for i, k := range keys {
		out[i] = k.view(now)
	}
	return out, nil
}

// RotateSigningKey makes the next key of an algorithm. It is published now and signs from a day on, or with now set from this
// moment: for clients that keep keys without asking again when they meet an unknown one, a day is better.
func (m *Module) RotateSigningKey(ctx context.Context, h *tenant.Handle, alg string, now bool) error {
	keys, err := m.SigningKeys(ctx, h)
	if err != nil {
		return err
	}
	live := 0
	for _, k := range keys {
		if k.Alg == alg && k.State != "gone" {
			live++
		}
	}
	if live >= maxLiveKeys {
		return fault.New(fault.Conflict, "signing_keys_full", "There are %d keys for %s that still verify tokens; wait until the oldest is gone.", live, alg)
	}
	notice := keyNotice
	if now {
		notice = 0
	}
	return m.plane(h).makeKey(ctx, alg, notice, "asked")
}

// DropSigningKey ends a key that somebody else may have: whatever it signed is dead within five seconds on every replica, and
// where it was in use another one signs from now on.
func (m *Module) DropSigningKey(ctx context.Context, h *tenant.Handle, kid string) error {
	p := m.plane(h)
	now := p.clock.Now()
	var alg string
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		err := tx.QueryRow(ctx, `SELECT alg FROM trust_signing_key WHERE kid = $1 AND (gone_at IS NULL OR gone_at > $2)`, kid, now.UnixMicro()).Scan(&alg)
		if errors.Is(err, sql.ErrNoRows) {
			err = fault.New(fault.NotFound, "signing_key_unknown", "There is no such signing key in use.")
		}
		return err
	}, func(tx *db.Tx) error {
		if _, err := tx.Exec(`UPDATE trust_signing_key SET retire_at = $1, gone_at = $1, revision = $2 WHERE kid = $3`, now.UnixMicro(), revise(tx), kid); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Entry{Action: objectSigningKey + ".compromise", Object: objectSigningKey, Target: kid, Label: alg})
	})
	if err != nil {
		return fmt.Errorf("drop signing key: %w", err)
	}
	p.changed()
	if err := p.refresh(ctx); err != nil {
		return err
	}
	if p.activeKey(alg) == nil {
		return p.makeKey(ctx, alg, 0, "after a compromise")
	}
	return nil
}

// RotateKeys makes the next key of each algorithm in use whose key has signed for its time, as the setting trust.key_days says,
// less the day for which the next one is published before. To be called daily.
func (m *Module) RotateKeys(ctx context.Context, h *tenant.Handle) error {
	p := m.plane(h)
	if err := p.refresh(ctx); err != nil {
		return err
	}
	life := time.Duration(p.number(ctx, settingKeyDays, int(keyLife/(24*time.Hour)))) * 24 * time.Hour
	due := p.clock.Now().Add(keyNotice - life).UnixMicro()
	for _, alg := range signingAlgs {
		if k := p.activeKey(alg); k != nil && k.active <= due && !k.retire.Valid {
			if err := p.makeKey(ctx, alg, keyNotice, "planned"); err != nil {
				return err
			}
		}
	}
	return nil
}
