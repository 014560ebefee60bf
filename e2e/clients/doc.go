// Package clients tries OAuth clients as they are published against a running Provost: Go libraries here, those of Node.js
// in the *.test.mjs files beside. It is a module of its own, so that nothing of theirs becomes part of the program.
//
// internal/testkit/e2e/oauth_clients_test.go of the main module starts the program, makes the registrations and runs one
// test of this folder after the other. What it found out they read from the environment:
//
//	AUTH_URL       of the registration, https://HOST/TENANT/connect/token
//	ISSUER         the same without /connect/token
//	BASE_URL       of the tenant, https://HOST
//	CLIENT_ID      of a Custom App with data.read, odata.read, odata.write and token.introspect
//	CLIENT_SECRET
//	KEY_CLIENT_ID  of a Custom App that proves itself with a key
//	KEY_FILE       its private key as a JWK
//
// The certificate of the server is trusted through SSL_CERT_FILE and NODE_EXTRA_CA_CERTS.
package clients
