package saml

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"slices"
)

const (
	oaepMGF1P = nsEnc + "rsa-oaep-mgf1p"
	oaep11    = nsEnc11 + "rsa-oaep"
	mgf1SHA1  = nsEnc11 + "mgf1sha1"
	mgf1SHA2  = nsEnc11 + "mgf1sha256"
)

// contentCiphers are the block encryptions that are decrypted: the length of the key, and whether it is CBC.
var contentCiphers = map[string]struct {
	key int
	cbc bool
}{
	nsEnc11 + "aes128-gcm": {16, false},
	nsEnc11 + "aes256-gcm": {32, false},
	nsEnc + "aes128-cbc":   {16, true},
	nsEnc + "aes256-cbc":   {32, true},
}

// decrypt returns the plaintext of an EncryptedAssertion (xmlenc-core1). Whatever goes wrong with the bytes is one and the same
// refusal, reached after the same work, so that nobody learns from it. cbc says whether CBC may be decrypted.
func (g gate) decrypt(assertion *node, keys []KeyPair, cbc bool) ([]byte, error) {
	data := assertion.child(nsEnc, "EncryptedData")
	encryptedKey, err := g.encryptedKey(assertion, data)
	if err != nil {
		return nil, err
	}
	method := data.child(nsEnc, "EncryptionMethod").attr("Algorithm")
	content, known := contentCiphers[method]
	if !known {
		return nil, gate{}.refuse("encryption_unsupported", method)
	}
	options, err := oaepOptions(encryptedKey.child(nsEnc, "EncryptionMethod"))
	if err != nil {
		return nil, err
	}
	if err := first(
		g.require(!content.cbc || cbc, "encryption_cbc", method),
		g.require(len(keys) > 0, "encryption_key_missing", ""),
	); err != nil {
		return nil, err
	}
	wrapped, err1 := base64Text(cipherValue(encryptedKey))
	sealed, err2 := base64Text(cipherValue(data))
	secret := make([]byte, content.key)
	_, _ = rand.Read(secret) // it never fails; with the wrong key the same work is done as with the right one
	for _, pair := range keys {
		decrypter, ok := pair.Key.(crypto.Decrypter)
		if !ok {
			continue
		}
		if opened, err := decrypter.Decrypt(rand.Reader, wrapped, options); err == nil && len(opened) == content.key {
			secret = opened
		}
	}
	opened, ok := openContent(secret, sealed, content.cbc)
	if !ok || err1 != nil || err2 != nil {
		return nil, gate{}.refuse("decryption_failed", "")
	}
	return opened, nil
}

// encryptedKey returns the one key, inside the data or beside it.
func (g gate) encryptedKey(assertion, data *node) (*node, error) {
	var keys []*node
	odd := false
	_ = assertion.walk(func(n *node) error {
		if n.is(nsEnc, "EncryptedKey") {
			keys = append(keys, n)
			place := n.parent == assertion || n.parent.is(nsSignature, "KeyInfo") && n.parent.parent == data
			odd = odd || !place
		}
		odd = odd || n.is(nsSignature, "RetrievalMethod") || n.is(nsEnc, "CipherReference")
		return nil
	})
	if len(assertion.all(nsEnc, "EncryptedData")) != 1 || len(keys) != 1 || odd {
		return nil, gate{}.refuse("encryption_shape", "")
	}
	return keys[0], nil
}

func cipherValue(n *node) *node { return n.child(nsEnc, "CipherData").child(nsEnc, "CipherValue") }

// oaepOptions reads how the key is wrapped: RSA-OAEP, with SHA-1 or SHA-256 for each of its two digests.
func oaepOptions(method *node) (*rsa.OAEPOptions, error) {
	options := &rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1}
	algorithm := method.attr("Algorithm")
	fine := algorithm == oaepMGF1P || algorithm == oaep11
	for _, c := range method.elements() {
		value := c.attr("Algorithm")
		switch {
		case c.is(nsSignature, "DigestMethod") && value == nsSignature+"sha1":
		case c.is(nsSignature, "DigestMethod") && value == nsEnc+"sha256":
			options.Hash = crypto.SHA256
		case c.is(nsEnc11, "MGF") && value == mgf1SHA1 && algorithm == oaep11:
		case c.is(nsEnc11, "MGF") && value == mgf1SHA2 && algorithm == oaep11:
			options.MGFHash = crypto.SHA256
		case c.is(nsEnc, "KeySize"):
		default:
			fine = false
		}
	}
	if !fine {
		return nil, gate{}.refuse("encryption_unsupported", algorithm)
	}
	return options, nil
}

// openContent decrypts what begins with its initialisation vector.
func openContent(key, sealed []byte, cbc bool) ([]byte, bool) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, false
	}
	if cbc {
		return openCBC(block, sealed)
	}
	const nonce, tag = 12, 16
	if len(sealed) <= nonce+tag {
		return nil, false
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, false
	}
	opened, err := aead.Open(nil, sealed[:nonce], sealed[nonce:], nil)
	return opened, err == nil
}

// openCBC is for what a verified signature covers: the padding proves nothing (xmlenc-core1 5.2).
func openCBC(block cipher.Block, sealed []byte) ([]byte, bool) {
	size := block.BlockSize()
	if len(sealed) < 2*size || len(sealed)%size != 0 {
		return nil, false
	}
	opened := slices.Clone(sealed[size:])
	cipher.NewCBCDecrypter(block, sealed[:size]).CryptBlocks(opened, opened)
	padding := int(opened[len(opened)-1])
	if padding < 1 || padding > size {
		return nil, false
	}
	return opened[:len(opened)-padding], true
}
