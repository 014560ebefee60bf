package saml

import "slices"

// Reason is one reason for refusing, for documentation and for the administrator's pages.
type Reason struct {
	Code    Code
	Message string // a sentence without markup
}

// Reasons lists every reason there is, in the order in which a message meets them.
func Reasons() []Reason { return slices.Clone(reasons) }

var reasons = []Reason{
	// The form that carries a response.
	{"method_not_post", "A response has to be sent by POST."},
	{"content_type", "A response has to be sent as application/x-www-form-urlencoded."},
	{"content_encoding", "A response must not be compressed."},
	{"body_too_large", "The form is larger than 512 KiB."},
	{"parameter_in_query", "SAMLResponse and RelayState belong into the form, not into the address."},
	{"form_invalid", "The form cannot be read."},
	{"saml_response_count", "The form has to hold exactly one SAMLResponse."},
	{"relay_state_count", "The form holds more than one RelayState."},
	{"relay_state_too_long", "RelayState is longer than 1 KiB."},
	{"base64_invalid", "The message is not standard base64."},
	{"not_xml", "The message does not begin as XML does. Compressed messages are not taken by POST."},

	// XML that two parsers could read differently.
	{"document_too_large", "The document is too large."},
	{"encoding_not_utf8", "The document is not in UTF-8."},
	{"xml_malformed", "The document is not well-formed XML."},
	{"xml_cdata", "The document holds a CDATA section."},
	{"xml_directive", "The document holds a document type declaration."},
	{"xml_processing_instruction", "The document holds a processing instruction."},
	{"xml_comment", "The document holds a comment where none may be: in a message, or within a text of metadata."},
	{"xml_root", "There is something beside the one root element."},
	{"xml_too_deep", "Elements are nested more than 32 deep."},
	{"xml_too_many_elements", "The document has too many elements."},
	{"xml_too_many_attributes", "An element has more than 64 attributes."},
	{"xml_name", "A name is not one that XML with namespaces allows."},
	{"attribute_duplicate", "An element has the same attribute twice."},
	{"prefix_undeclared", "A prefix is used that nothing declares."},
	{"namespace_invalid", "A namespace is declared that is no absolute URI, or is reserved."},
	{"namespace_rebound", "A prefix is declared with two different namespaces."},
	{"namespace_default", "The default namespace is changed to one that has no place in a SAML message."},
	{"xml_round_trip", "The document changes its meaning when it is written and read again."},

	// The shape of a response.
	{"root_not_response", "The message is not a SAML 2.0 Response."},
	{"status_not_success", "The identity provider reports a failure."},
	{"assertion_count", "A response has to hold exactly one assertion."},
	{"assertion_place", "The assertion has to stand directly inside the response."},
	{"element_forbidden", "The message holds an element that is not accepted in a response."},
	{"element_repeated", "An element that may stand there once stands there several times."},
	{"id_attribute", "An attribute could be mistaken for an identifier."},
	{"id_invalid", "An ID is missing, empty or not a name."},
	{"id_duplicate", "Two elements have the same ID."},
	{"signature_missing", "Neither the response nor the assertion is signed."},
	{"signature_count", "There are more signatures than one for the response and one for the assertion."},
	{"signature_place", "A signature has to stand directly inside what it signs."},
	{"signature_shape", "A signature is not built as a SAML signature is."},
	{"signature_canonicalization", "The signature has to use exclusive canonicalization without comments."},
	{"reference_count", "A signature has to have exactly one reference."},
	{"reference_uri", "A signature has to refer to the very element that it stands in."},
	{"transforms", "The signature has to be enveloped and exclusively canonicalized, and no more."},
	{"algorithm_forbidden", "The signature has to use RSA or ECDSA with SHA-256, SHA-384 or SHA-512. SHA-1 is refused: choose SHA-256 at the identity provider."},
	{"digest_forbidden", "The digest has to be SHA-256, SHA-384 or SHA-512. SHA-1 is refused: choose SHA-256 at the identity provider."},
	{"key_info", "The signature may name its key by certificates only."},

	// Verification.
	{"provider_incomplete", "The record is not complete: entity ID, certificates and addresses are needed."},
	{"certificate_unknown", "The message is signed with a certificate that is not among the trusted ones."},
	{"certificate_expired", "The certificate has expired. Upload the identity provider's new one."},
	{"certificate_not_yet_valid", "The certificate is not valid yet."},
	{"certificate_weak", "The certificate's key is refused: RSA with 2048 to 8192 bits, or ECDSA on P-256, P-384 or P-521 is needed."},
	{"certificate_invalid", "This is not an X.509 certificate in DER, PEM or base64."},
	{"certificate_private_key", "This holds a private key. Upload the certificate alone, and consider the key disclosed."},
	{"signature_invalid", "The signature does not verify with the trusted certificate."},
	{"digest_mismatch", "The message was changed after it was signed."},
	{"signed_kind", "What is signed is neither a response nor an assertion."},
	{"signed_content", "What is signed does not hold exactly one assertion."},

	// Encryption.
	{"encryption_required", "The assertion is not encrypted, which this identity provider's record requires."},
	{"encryption_shape", "An encrypted assertion has to hold one EncryptedData and one EncryptedKey."},
	{"encryption_unsupported", "The assertion is encrypted in a way that is not accepted: RSA-OAEP with AES-GCM is needed."},
	{"encryption_cbc", "AES-CBC is accepted only where the record allows it and the response is signed."},
	{"encryption_key_missing", "The assertion is encrypted, and there is no key to decrypt it with."},
	{"decryption_failed", "The assertion cannot be decrypted."},

	// What the assertion says.
	{"time_format", "A time is not written in UTC with a Z."},
	{"nameid_missing", "There has to be exactly one NameID."},
	{"nameid_invalid", "The NameID is empty, too long, or holds characters that cannot be seen."},
	{"confirmation_count", "There has to be exactly one bearer confirmation with its data."},
	{"confirmation_not_before", "The bearer confirmation must not have NotBefore."},
	{"confirmation_expiry_missing", "The bearer confirmation does not say when it ends."},
	{"condition_unknown", "The assertion has a condition that is not understood."},
	{"authn_statement_count", "There has to be exactly one AuthnStatement."},
	{"version", "The version is not 2.0."},
	{"response_issuer_mismatch", "The issuer of the response is not this identity provider."},
	{"issuer_mismatch", "The issuer is not this identity provider."},
	{"destination_missing", "The message does not say where it is meant to go."},
	{"destination_mismatch", "The message is meant for another address."},
	{"recipient_mismatch", "The assertion is meant for another address."},
	{"audience_missing", "The assertion does not say for whom it is."},
	{"audience_mismatch", "The assertion is for another service provider: the Identifier has to be the same on both sides, with its slash at the end."},
	{"not_yet_valid", "The assertion is not valid yet. Compare the clocks."},
	{"expired", "It is past its end. Compare the clocks."},
	{"confirmation_expired", "The assertion arrived too late. Compare the clocks."},
	{"validity_too_long", "The assertion is valid for more than seven days."},
	{"issued_in_future", "It was issued in the future. Compare the clocks."},
	{"issued_too_long_ago", "It was issued more than ten minutes ago. Compare the clocks."},
	{"authenticated_in_future", "The person authenticated in the future. Compare the clocks."},
	{"session_expired", "The identity provider's session has ended already."},
	{"in_response_to_disagrees", "Response and assertion do not answer the same request."},
	{"in_response_to_unknown", "The response answers a request that this browser is not waiting for."},
	{"idp_initiated_not_allowed", "The response answers no request, which this identity provider's record does not allow."},
	{"attribute_name_duplicate", "Two attributes have the same name."},
	{"attribute_values_too_many", "There are more than 300 values of attributes."},
	{"attribute_too_long", "A name or value of an attribute is longer than 1 KiB."},
	{"attribute_text", "An attribute holds control characters or such that turn the direction of writing."},

	// Requests of ours.
	{"signing_key_missing", "There is no RSA key to sign with."},

	// Metadata.
	{"metadata_not_xml", "SAML metadata is expected: an XML document that begins with EntityDescriptor or EntitiesDescriptor."},
	{"metadata_root", "The document is not SAML 2.0 metadata."},
	{"metadata_no_provider", "The metadata describes no identity provider."},
	{"metadata_entity_ambiguous", "The metadata describes several identity providers: say which."},
	{"metadata_entity_mismatch", "The metadata does not describe the identity provider of this record."},
	{"metadata_entity_id", "The entity ID is too long or holds characters that cannot be seen."},
	{"metadata_expired", "The metadata is past its validUntil."},
	{"metadata_placeholder", "The metadata holds a placeholder: use the address of one directory, not of all."},
	{"metadata_no_endpoint", "The metadata offers single sign-on neither by redirect nor by POST."},
	{"endpoint_invalid", "An address is not a plain https address, nor one of this machine."},
	{"metadata_no_certificate", "The metadata holds no certificate for signing."},

	// Logout by redirect.
	{"logout_query", "The address does not hold exactly one logout message with its parameters once each."},
	{"logout_encoding", "The logout message cannot be decoded and inflated."},
	{"logout_kind", "The message is not the kind of logout message that its parameter says."},
}

// sentences finds the message of a code.
var sentences = func() map[Code]string {
	m := make(map[Code]string, len(reasons))
	for _, r := range reasons {
		m[r.Code] = r.Message
	}
	return m
}()
