package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
)

// sealHeader is the format byte and the four bytes of the key's version before the nonce.
const (
	sealFormat = 1
	sealHeader = 5
)

// ErrSealed means that sealed bytes cannot be opened: cut, changed, of another place or under another key.
var ErrSealed = errors.New("the sealed value cannot be opened with this keys file")

// Seal encrypts plain with AES-256-GCM under the newest sealing key. The associated data says where the value
// belongs (table, column, key of the row): the same must be given to open it, so that it cannot be moved elsewhere.
func (k *Keys) Seal(plain, associated []byte) []byte {
	aead := k.sealers[k.newestSeal]
	out := make([]byte, sealHeader, sealHeader+len(plain)+aead.Overhead())
	out[0] = sealFormat
	binary.BigEndian.PutUint32(out[1:], uint32(k.newestSeal))
	return aead.Seal(out, nil, plain, bound(out[:sealHeader], associated))
}

// Open decrypts what Seal made, under whichever sealing key it was made with. The error wraps ErrSealed.
func (k *Keys) Open(sealed, associated []byte) ([]byte, error) {
	if len(sealed) < sealHeader || sealed[0] != sealFormat {
		return nil, fmt.Errorf("open sealed value: unknown format: %w", ErrSealed)
	}
	version := int64(binary.BigEndian.Uint32(sealed[1:]))
	aead := k.sealers[version]
	if aead == nil {
		return nil, fmt.Errorf("open sealed value: no sealing key of version %d: %w", version, ErrSealed)
	}
	plain, err := aead.Open(nil, nil, sealed[sealHeader:], bound(sealed[:sealHeader], associated))
	if err != nil {
		return nil, fmt.Errorf("open sealed value: %w", ErrSealed)
	}
	return plain, nil
}

// bound is what is authenticated beside the text: header and associated data.
func bound(header, associated []byte) []byte {
	return append(append(make([]byte, 0, len(header)+len(associated)), header...), associated...)
}

// newSealer returns AES-256-GCM that puts a random nonce before each text. The key has 32 bytes: checked before.
func newSealer(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("secret: " + err.Error())
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("secret: " + err.Error())
	}
	return aead
}
