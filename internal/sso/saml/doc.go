// Package saml is the SAML 2.0 service provider's side of the protocol as pure functions: bytes, times and configuration go
// in, verdicts and bytes come out. It knows no database, no HTTP server and no tenant; whoever calls it keeps the pending
// requests, the seen assertions and the records of identity providers.
//
// A sign-in passes these stages, each of which can only refuse:
//
//	post, err := saml.DecodeForm(form)                  // the form an assertion consumer service was sent
//	response, err := saml.ParseResponse(post.Document)  // gate A: well-formed, one assertion, signatures of one known shape
//	response.Issuer                                     // unverified: only for choosing the identity provider's record
//	signIn, err := response.Accept(idp, sp, pending, now)
//
// Accept verifies the signature with each trusted certificate by itself, decrypts where needed, reads nothing but the bytes
// the signature covers, and holds them against the policy (gate B). What is left to the caller stands in the result: the
// request to consume, and the replay key to insert, in one transaction.
//
//	request, err := saml.NewAuthnRequest(idp, sp, options, now) // a redirect, or a form where the provider offers nothing else
//	logout, err := saml.NewLogoutRequest(idp, sp, session, relayState, now)
//	answer, err := saml.NewLogoutResponse(idp, sp, inResponseTo, relayState, now)
//	message, err := saml.ParseLogout(rawQuery)                  // of either kind, still unverified
//	verdict, err := message.Accept(idp, sp, now)
//	metadata, err := saml.ImportMetadata(document, entityID, now)
//	document, err := saml.ExportMetadata(sp)
//	certificates, err := saml.ImportCertificates(data, now)     // DER, PEM or bare base64
//
// Every refusal is an *Error with a stable code; Reasons lists them all. There is no setting that skips verification.
package saml
