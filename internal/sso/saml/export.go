package saml

import (
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"strconv"

	"github.com/beevik/etree"
)

// ExportMetadata writes our own metadata for identity providers: names, addresses, and every certificate, so that both of a
// rollover are known.
func ExportMetadata(sp ServiceProvider) ([]byte, error) {
	if err := (gate{}).require(sp.EntityID != "" && len(sp.ACSURLs) > 0, "provider_incomplete", "our own record"); err != nil {
		return nil, err
	}
	entity := etree.NewElement("md:EntityDescriptor")
	set(entity, "xmlns:md", nsMetadata, "xmlns:ds", nsSignature, "entityID", sp.EntityID)
	descriptor := entity.CreateElement("md:SPSSODescriptor")
	set(descriptor, "AuthnRequestsSigned", strconv.FormatBool(sp.SignsRequests && len(sp.SigningKeys) > 0), "WantAssertionsSigned", "true", "protocolSupportEnumeration", nsProtocol)
	for _, pair := range sp.SigningKeys {
		keyDescriptor(descriptor, "signing", pair.Certificate)
	}
	for _, pair := range sp.EncryptionKeys {
		key := keyDescriptor(descriptor, "encryption", pair.Certificate)
		for _, method := range []string{nsEnc11 + "aes256-gcm", nsEnc11 + "aes128-gcm", oaepMGF1P} {
			set(key.CreateElement("md:EncryptionMethod"), "Algorithm", method)
		}
	}
	if sp.SLOURL != "" {
		set(descriptor.CreateElement("md:SingleLogoutService"), "Binding", string(BindingRedirect), "Location", sp.SLOURL)
	}
	for i, address := range sp.ACSURLs {
		service := descriptor.CreateElement("md:AssertionConsumerService")
		set(service, "Binding", string(BindingPOST), "Location", address, "index", strconv.Itoa(i))
		if i == 0 {
			set(service, "isDefault", "true")
		}
	}
	document, err := serialise(entity)
	if err != nil {
		return nil, fmt.Errorf("write metadata: %w", err)
	}
	return append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"), document...), nil
}

func keyDescriptor(descriptor *etree.Element, use string, certificate *x509.Certificate) *etree.Element {
	key := descriptor.CreateElement("md:KeyDescriptor")
	set(key, "use", use)
	key.CreateElement("ds:KeyInfo").CreateElement("ds:X509Data").CreateElement("ds:X509Certificate").SetText(base64.StdEncoding.EncodeToString(certificate.Raw))
	return key
}
