package federation

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"fmt"
	"math/big"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso/saml"
)

const (
	keyBits  = 2048
	keyYears = 10 // of our certificates: others pin them, and rotation is ours to begin
)

// The purposes of our keys.
const (
	signing    = "signing"
	encryption = "encryption"
)

// samlKey is one of our keys.
type samlKey struct {
	id, purpose      string
	der, sealed      []byte
	created, retired int64 // retired: 0 while it counts
}

func listKeys(ctx context.Context, r db.Reader) ([]samlKey, error) {
	rows, err := r.Query(ctx, `SELECT id, purpose, certificate, sealed, created_at, COALESCE(retired_at, 0) FROM sso_saml_key
		ORDER BY CASE WHEN retired_at IS NULL THEN 0 ELSE 1 END, created_at DESC`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []samlKey
	for rows.Next() {
		var k samlKey
		if err := rows.Scan(&k.id, &k.purpose, &k.der, &k.sealed, &k.created, &k.retired); err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, rows.Err()
}

// Keys returns our keys for SAML, which are made when somebody asks for the first time.
func (m *Module) Keys(ctx context.Context, h *tenant.Handle) ([]SAMLKey, error) {
	all, err := m.ensureKeys(ctx, h)
	if err != nil {
		return nil, err
	}
	out := make([]SAMLKey, 0, len(all))
	for _, k := range all {
		c, err := x509.ParseCertificate(k.der)
		if err != nil {
			return nil, fmt.Errorf("read a SAML key: %w", err)
		}
		out = append(out, keyOf(k, c))
	}
	return out, nil
}

func keyOf(k samlKey, c *x509.Certificate) SAMLKey {
	sum := sha256.Sum256(k.der)
	out := SAMLKey{ID: k.id, Purpose: k.purpose, Fingerprint: hex.EncodeToString(sum[:]), NotAfter: c.NotAfter.UTC(), CreatedAt: instant(k.created)}
	if k.retired != 0 {
		at := instant(k.retired)
		out.RetiredAt = &at
	}
	return out
}

// ensureKeys returns a tenant's keys and makes the first ones where there are none.
func (m *Module) ensureKeys(ctx context.Context, h *tenant.Handle) ([]samlKey, error) {
	all, err := listKeys(ctx, h.DB)
	if err != nil {
		return nil, fmt.Errorf("read the SAML keys: %w", err)
	}
	for _, purpose := range []string{signing, encryption} {
		if have(all, purpose) {
			continue
		}
		if _, err := m.RotateKey(asProgram(ctx, h), h, purpose); err != nil {
			return nil, err
		}
		if all, err = listKeys(ctx, h.DB); err != nil {
			return nil, fmt.Errorf("read the SAML keys: %w", err)
		}
	}
	return all, nil
}

func have(all []samlKey, purpose string) bool {
	for _, k := range all {
		if k.purpose == purpose && k.retired == 0 {
			return true
		}
	}
	return false
}

// RotateKey makes a new key, and retires the one that counted. There are two of a purpose at most.
func (m *Module) RotateKey(ctx context.Context, h *tenant.Handle, purpose string) (*SAMLKey, error) {
	now := m.clock.Now()
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, fmt.Errorf("make a SAML key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("make a SAML key: %w", err)
	}
	usage := x509.KeyUsageDigitalSignature
	if purpose == encryption {
		usage = x509.KeyUsageKeyEncipherment
	}
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: "Provost SAML " + purpose + " of " + h.Name}, NotBefore: now.Add(-time.Hour),
		NotAfter: now.AddDate(keyYears, 0, 0), KeyUsage: usage}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make a SAML key: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("make a SAML key: %w", err)
	}
	k := samlKey{id: id.RecID(), purpose: purpose, der: der, created: now.UnixMicro()}
	k.sealed = h.Keys.Seal(private, []byte("sso_saml_key/"+k.id))
	err = h.DB.Write(ctx, func(tx *db.Tx) error {
		var n int64
		err := tx.QueryRow(ctx, `SELECT count(*) FROM sso_saml_key WHERE purpose = $1`, purpose).Scan(&n)
		if err == nil && n >= 2 {
			err = fault.New(fault.Conflict, "two_saml_keys", "There are two keys already; remove the old one first, when all identity providers know the new one.")
		}
		return err
	}, func(tx *db.Tx) error {
		if _, err := tx.Exec(`UPDATE sso_saml_key SET retired_at = $1 WHERE purpose = $2 AND retired_at IS NULL`, k.created, purpose); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO sso_saml_key (id, purpose, certificate, sealed, created_at) VALUES ($1, $2, $3, $4, $5)`, k.id, k.purpose, k.der, k.sealed, k.created); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Entry{Action: "saml_key.create", Object: "saml_key", Target: k.id, Label: purpose})
	})
	if err != nil {
		return nil, fmt.Errorf("make a SAML key: %w", err)
	}
	out := keyOf(k, template)
	return &out, nil
}

// RemoveKey removes a key that another one has replaced.
func (m *Module) RemoveKey(ctx context.Context, h *tenant.Handle, id string) error {
	all, err := listKeys(ctx, h.DB)
	if err != nil {
		return fmt.Errorf("remove a SAML key: %w", err)
	}
	for _, k := range all {
		switch {
		case k.id != id:
			continue
		case k.retired == 0:
			return fault.New(fault.Conflict, "saml_key_counts", "This key counts; make a new one first.")
		}
		err := h.DB.Write(ctx, nil, func(tx *db.Tx) error {
			if _, err := tx.Exec(`DELETE FROM sso_saml_key WHERE id = $1`, id); err != nil {
				return err
			}
			return audit.Write(ctx, tx, m.clock.Now(), audit.Entry{Action: "saml_key.delete", Object: "saml_key", Target: id, Label: k.purpose})
		})
		if err != nil {
			return fmt.Errorf("remove a SAML key: %w", err)
		}
		return nil
	}
	return fault.New(fault.NotFound, "saml_key_unknown", "There is no such key.")
}

// pairs are our keys as the SAML package wants them, the ones that count first. They are opened once for a process.
func (m *Module) pairs(ctx context.Context, h *tenant.Handle) (sign, decrypt []saml.KeyPair, err error) {
	all, err := m.ensureKeys(ctx, h)
	if err != nil {
		return nil, nil, err
	}
	opened := h.Value(pairsKey{m}, func() any { return &pairCache{of: map[string]saml.KeyPair{}} }).(*pairCache) //nolint:forcetypeassert // made here alone
	for _, k := range all {
		pair, err := opened.open(h, k)
		if err != nil {
			return nil, nil, err
		}
		if k.purpose == signing {
			sign = append(sign, pair)
		} else {
			decrypt = append(decrypt, pair)
		}
	}
	return sign, decrypt, nil
}

type pairsKey struct{ m *Module }

func parsePair(h *tenant.Handle, k samlKey) (saml.KeyPair, error) {
	plain, err := h.Keys.Open(k.sealed, []byte("sso_saml_key/"+k.id))
	if err != nil {
		return saml.KeyPair{}, fmt.Errorf("open a SAML key: %w", err)
	}
	private, err := x509.ParsePKCS8PrivateKey(plain)
	if err != nil {
		return saml.KeyPair{}, fmt.Errorf("read a SAML key: %w", err)
	}
	certificate, err := x509.ParseCertificate(k.der)
	if err != nil {
		return saml.KeyPair{}, fmt.Errorf("read a SAML key: %w", err)
	}
	signer, ok := private.(crypto.Signer)
	if !ok {
		return saml.KeyPair{}, fault.New(fault.Internal, "internal", "A SAML key is of the wrong type.")
	}
	return saml.KeyPair{Key: signer, Certificate: certificate}, nil
}
