package samltest

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // what xmlenc's first OAEP is made of
	"crypto/x509"
	"encoding/base64"
	"slices"

	"github.com/beevik/etree"
)

const (
	enc   = "http://www.w3.org/2001/04/xmlenc#"
	enc11 = "http://www.w3.org/2009/xmlenc11#"
)

// Encryption says how to encrypt an assertion.
type Encryption struct {
	To      *x509.Certificate
	Content string // "aes128-gcm", "aes256-gcm", "aes128-cbc", "aes256-cbc"; empty: aes256-gcm
	SHA256  bool   // OAEP with SHA-256 for the digest
	RSA15   bool
	Sibling bool                // the key beside the data, not inside
	Sealed  func([]byte) []byte // edits the ciphertext
	XML     func(string) string // edits the EncryptedAssertion
	Plain   func(string) string // edits the assertion before it is encrypted
}

// Assertion replaces the assertion of a message, signed or not, by an encrypted one.
func (e Encryption) Assertion(text string) string {
	document := etree.NewDocument()
	if err := document.ReadFromString(text); err != nil {
		panic(err)
	}
	assertion := assertionIn(document.Root())
	inner := etree.NewDocument()
	copied := assertion.Copy()
	if copied.Space == "saml" && copied.SelectAttr("xmlns:saml") == nil {
		copied.CreateAttr("xmlns:saml", nsAssertion)
	}
	inner.SetRoot(copied)
	plaintext := write(inner)
	if e.Plain != nil {
		plaintext = e.Plain(plaintext)
	}
	at := assertion.Index()
	document.Root().RemoveChildAt(at)
	document.Root().InsertChildAt(at, parse(e.element([]byte(plaintext))))
	return write(document)
}

func (e Encryption) element(plaintext []byte) string {
	content := e.Content
	if content == "" {
		content = "aes256-gcm"
	}
	key := make([]byte, map[bool]int{true: 16, false: 32}[content[:6] == "aes128"])
	_, _ = rand.Read(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	var sealed []byte
	uri := enc11 + content
	if content[7:] == "cbc" {
		uri = enc + content
		padding := aes.BlockSize - len(plaintext)%aes.BlockSize
		sealed = make([]byte, aes.BlockSize)
		_, _ = rand.Read(sealed)
		padded := slices.Concat(plaintext, bytes.Repeat([]byte{byte(padding)}, padding))
		cipher.NewCBCEncrypter(block, sealed).CryptBlocks(padded, padded)
		sealed = slices.Concat(sealed, padded)
	} else {
		aead, err := cipher.NewGCM(block)
		if err != nil {
			panic(err)
		}
		nonce := make([]byte, 12)
		_, _ = rand.Read(nonce)
		sealed = aead.Seal(nonce, nonce, plaintext, nil)
	}
	if e.Sealed != nil {
		sealed = e.Sealed(sealed)
	}
	wrap, wrapped := e.wrap(key)
	keyXML := `<xenc:EncryptedKey>` + wrap + `<xenc:CipherData><xenc:CipherValue>` + base64.StdEncoding.EncodeToString(wrapped) + `</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>`
	inside, beside := `<ds:KeyInfo xmlns:ds="`+nsSignature+`">`+keyXML+`</ds:KeyInfo>`, ""
	if e.Sibling {
		inside, beside = "", keyXML
	}
	out := `<saml:EncryptedAssertion xmlns:saml="` + nsAssertion + `" xmlns:xenc="` + enc + `"><xenc:EncryptedData Type="` + enc + `Element"><xenc:EncryptionMethod Algorithm="` + uri + `"/>` + inside +
		`<xenc:CipherData><xenc:CipherValue>` + base64.StdEncoding.EncodeToString(sealed) + `</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>` + beside + `</saml:EncryptedAssertion>`
	if e.XML != nil {
		out = e.XML(out)
	}
	return out
}

func (e Encryption) wrap(key []byte) (method string, wrapped []byte) {
	public := e.To.PublicKey.(*rsa.PublicKey)
	var err error
	switch {
	case e.RSA15:
		method = `<xenc:EncryptionMethod Algorithm="` + enc + `rsa-1_5"/>`
		wrapped, err = rsa.EncryptPKCS1v15(rand.Reader, public, key) //nolint:staticcheck // what has to be refused
	case e.SHA256:
		method = `<xenc:EncryptionMethod Algorithm="` + enc11 + `rsa-oaep"><ds:DigestMethod xmlns:ds="` + nsSignature + `" Algorithm="` + SHA256 + `"/>` +
			`<e11:MGF xmlns:e11="` + enc11 + `" Algorithm="` + enc11 + `mgf1sha256"/></xenc:EncryptionMethod>`
		wrapped, err = rsa.EncryptOAEP(crypto.SHA256.New(), rand.Reader, public, key, nil)
	default:
		method = `<xenc:EncryptionMethod Algorithm="` + enc + `rsa-oaep-mgf1p"/>`
		wrapped, err = rsa.EncryptOAEP(sha1.New(), rand.Reader, public, key, nil) //nolint:gosec // as above
	}
	if err != nil {
		panic(err)
	}
	return method, wrapped
}
