package saml

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
)

const (
	maxCertificates = 1 << 20 // bytes of an import
	minRSA          = 2048    // bits
	maxRSA          = 8192    // bits: verifying with a larger key only costs time
)

// ImportCertificates reads the signing certificates that an identity provider's administrator hands over: one DER certificate,
// any number in PEM, or one in bare base64. It refuses all of them if one cannot be trusted, with the reason. One that is not valid
// yet is taken, since new ones are handed over before they count; what it signs before its beginning is refused.
func ImportCertificates(data []byte, now time.Time) ([]*x509.Certificate, error) {
	g := gate{}
	if err := g.require(len(data) <= maxCertificates, "document_too_large", ""); err != nil {
		return nil, err
	}
	blocks, err := g.certificateBlocks(bytes.TrimSpace(bytes.TrimPrefix(data, byteOrderMark)), data)
	if err != nil {
		return nil, err
	}
	var found []*x509.Certificate
	for _, der := range blocks {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, g.because("certificate_invalid", "", err)
		}
		if err := first(checkKey(certificate), checkEnd(certificate, now)); err != nil {
			return nil, err
		}
		known := false
		for _, other := range found {
			known = known || other.Equal(certificate)
		}
		if !known {
			found = append(found, certificate)
		}
	}
	return found, nil
}

// certificateBlocks returns the DER of each certificate. raw is the text before it was trimmed, for DER may end in anything.
func (g gate) certificateBlocks(text, raw []byte) ([][]byte, error) {
	if len(text) == 0 {
		return nil, g.refuse("certificate_invalid", "nothing was sent")
	}
	if bytes.Contains(text, []byte("PRIVATE KEY-----")) {
		return nil, g.refuse("certificate_private_key", "")
	}
	if !bytes.Contains(text, []byte("-----BEGIN")) {
		if der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(text)), "")); err == nil {
			return [][]byte{der}, nil
		}
		return [][]byte{raw}, nil
	}
	var blocks [][]byte
	for rest := text; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" && block.Type != "X509 CERTIFICATE" && block.Type != "TRUSTED CERTIFICATE" {
			return nil, g.refuse("certificate_invalid", block.Type)
		}
		blocks = append(blocks, block.Bytes)
	}
	if len(blocks) == 0 {
		return nil, g.refuse("certificate_invalid", "PEM without a whole block")
	}
	return blocks, nil
}

func checkEnd(certificate *x509.Certificate, now time.Time) error {
	return gate{}.require(!now.After(certificate.NotAfter), "certificate_expired", certificate.NotAfter.UTC().Format(time.RFC3339))
}

// checkKey refuses keys that are too weak to pin, and kinds of keys that no accepted algorithm uses.
func checkKey(certificate *x509.Certificate) error {
	g := gate{}
	switch key := certificate.PublicKey.(type) {
	case *rsa.PublicKey:
		return g.require(key.N.BitLen() >= minRSA && key.N.BitLen() <= maxRSA, "certificate_weak", fmt.Sprintf("RSA with %d bits", key.N.BitLen()))
	case *ecdsa.PublicKey:
		fine := key.Curve == elliptic.P256() || key.Curve == elliptic.P384() || key.Curve == elliptic.P521()
		return g.require(fine, "certificate_weak", "curve "+key.Params().Name)
	}
	return g.refuse("certificate_weak", certificate.PublicKeyAlgorithm.String())
}

// ecdsaASN1 turns the signature of XML, two numbers of equal length, into the one of ASN.1.
func ecdsaASN1(value []byte) ([]byte, error) {
	half := len(value) / 2
	if half < 32 || half > 66 || len(value)%2 != 0 {
		return nil, errors.New("an ECDSA signature of an impossible length")
	}
	return asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(value[:half]), new(big.Int).SetBytes(value[half:])})
}
