package saml

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// newID is 128 random bits with an underscore before them, for an ID must not begin with a digit.
func newID() string {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails
	return "_" + hex.EncodeToString(random[:])
}

// newMessage begins a protocol message with what every one of them carries.
func newMessage(local, destination, issuer string, now time.Time) (message *etree.Element, id string) {
	id = newID()
	message = etree.NewElement("samlp:" + local)
	set(message, "xmlns:samlp", nsProtocol, "xmlns:saml", nsAssertion, "ID", id, "Version", "2.0", "IssueInstant", wireTime(now), "Destination", destination)
	message.CreateElement("saml:Issuer").SetText(issuer)
	return message, id
}

// set adds attributes, those without a value left out.
func set(el *etree.Element, pairs ...string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			el.CreateAttr(pairs[i], pairs[i+1])
		}
	}
}

func wireTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func serialise(el *etree.Element) ([]byte, error) {
	document := etree.NewDocument()
	document.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true}
	document.SetRoot(el)
	return document.WriteToBytes()
}

// redirect puts a message into the query of an address (saml-bindings 3.4.4.1), signed if there is a key: the signature is over
// these very octets. more is a parameter of our own to add, with its name; empty: none.
func redirect(address, parameter string, message *etree.Element, relayState string, key *KeyPair) (string, error) {
	document, err := serialise(message)
	if err != nil {
		return "", fmt.Errorf("write %s: %w", message.Tag, err)
	}
	var deflated bytes.Buffer
	w, err := flate.NewWriter(&deflated, flate.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := w.Write(document); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	query := parameter + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(deflated.Bytes()))
	if relayState != "" {
		query += "&RelayState=" + url.QueryEscape(relayState)
	}
	if key != nil {
		query += "&SigAlg=" + url.QueryEscape(rsaSHA256)
		digest := sha256.Sum256([]byte(query))
		signature, err := key.Key.Sign(rand.Reader, digest[:], crypto.SHA256)
		if err != nil {
			return "", fmt.Errorf("sign %s: %w", message.Tag, err)
		}
		query += "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(signature))
	}
	if strings.Contains(address, "?") {
		return address + "&" + query, nil
	}
	return address + "?" + query, nil
}

// signingKey returns the key that signs: the first, and RSA.
func (sp ServiceProvider) signingKey() (*KeyPair, error) {
	if len(sp.SigningKeys) == 0 || sp.SigningKeys[0].Key == nil || sp.SigningKeys[0].Certificate == nil {
		return nil, gate{}.refuse("signing_key_missing", "")
	}
	if _, ok := sp.SigningKeys[0].Key.Public().(*rsa.PublicKey); !ok {
		return nil, gate{}.refuse("signing_key_missing", "the key is not RSA")
	}
	return &sp.SigningKeys[0], nil
}

// signEnveloped adds a signature behind the Issuer, where the schema wants it.
func signEnveloped(message *etree.Element, key *KeyPair) error {
	context, err := dsig.NewSigningContext(key.Key, [][]byte{key.Certificate.Raw})
	if err != nil {
		return fmt.Errorf("sign %s: %w", message.Tag, err)
	}
	context.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	signature, err := context.ConstructSignature(message.Copy(), true)
	if err != nil {
		return fmt.Errorf("sign %s: %w", message.Tag, err)
	}
	message.InsertChildAt(1, signature)
	return nil
}
