package sso

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
)

// authenticator is a passkey in software: one credential, ES256, no attestation.
type authenticator struct {
	t      *testing.T
	origin string
	rpID   string
	id     []byte
	handle []byte
	key    *ecdsa.PrivateKey
	count  uint32
	flags  byte // user present 1, user verified 4
}

func newAuthenticator(t *testing.T) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &authenticator{t: t, origin: "https://one.example.com", rpID: "one.example.com", id: make([]byte, 32), key: key, flags: 5}
	_, _ = rand.Read(a.id)
	return a
}

func encoded(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// asked are the options a server sends.
type asked struct {
	PublicKey struct {
		Challenge        string
		UserVerification string
		User             struct{ ID string }
		RP               struct{ ID string }
		RPID             string `json:"rpId"`
	}
}

func (a *authenticator) data(extra []byte) []byte {
	sum := sha256.Sum256([]byte(a.rpID))
	a.count++
	flags := a.flags
	if extra != nil {
		flags |= 0x40
	}
	return append(binary.BigEndian.AppendUint32(append(sum[:], flags), a.count), extra...)
}

func (a *authenticator) client(kind, challenge string) []byte {
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

func (a *authenticator) cbor(v any) []byte {
	b, err := webauthncbor.Marshal(v)
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

// create answers a request for a new passkey.
func (a *authenticator) create(options []byte) string {
	var o asked
	if err := json.Unmarshal(options, &o); err != nil || o.PublicKey.Challenge == "" {
		a.t.Fatalf("no options: %s", options)
	}
	a.handle, _ = base64.RawURLEncoding.DecodeString(o.PublicKey.User.ID)
	point, err := a.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		a.t.Fatal(err)
	}
	cose := a.cbor(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	credential := append(make([]byte, 16), byte(len(a.id)>>8), byte(len(a.id)))
	credential = append(append(credential, a.id...), cose...)
	attestation := a.cbor(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": a.data(credential)})
	return a.written(map[string]any{"clientDataJSON": encoded(a.client("webauthn.create", o.PublicKey.Challenge)), "attestationObject": encoded(attestation)})
}

// get answers a request to prove who somebody is.
func (a *authenticator) get(options []byte) string {
	var o asked
	if err := json.Unmarshal(options, &o); err != nil || o.PublicKey.UserVerification != "required" {
		a.t.Fatalf("no options: %s", options)
	}
	client, data := a.client("webauthn.get", o.PublicKey.Challenge), a.data(nil)
	sum := sha256.Sum256(client)
	signed := sha256.Sum256(append(append([]byte{}, data...), sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, signed[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return a.written(map[string]any{"clientDataJSON": encoded(client), "authenticatorData": encoded(data), "signature": encoded(signature), "userHandle": encoded(a.handle)})
}

func (a *authenticator) written(response map[string]any) string {
	b, err := json.Marshal(map[string]any{"id": encoded(a.id), "rawId": encoded(a.id), "type": "public-key", "clientExtensionResults": map[string]any{}, "response": response})
	if err != nil {
		a.t.Fatal(err)
	}
	return string(b)
}

// options asks the server for a challenge.
func (b *browser) options(path string) []byte {
	b.f.t.Helper()
	return b.want(http.StatusOK, http.MethodPost, path, "x=1").Body.Bytes()
}

// fields is a form.
func fields(pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v.Encode()
}
