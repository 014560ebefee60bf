package saml

import (
	"regexp"
	"slices"
	"strings"
)

const statusSuccess = "urn:oasis:names:tc:SAML:2.0:status:Success"

// envelope is what is used of a Response: to refuse, and for nothing else unless it is signed.
type envelope struct {
	id, issuer, version, destination, inResponseTo string
	issuerSaid                                     bool
}

func (g gate) envelope(response *node) (envelope, error) {
	issuers := response.all(nsAssertion, "Issuer")
	e := envelope{
		id: response.attr("ID"), version: response.attr("Version"), destination: response.attr("Destination"), inResponseTo: response.attr("InResponseTo"),
		issuerSaid: len(issuers) > 0, issuer: response.child(nsAssertion, "Issuer").content(),
	}
	return e, first(
		g.require(len(issuers) <= 1, "element_repeated", "Issuer"),
		g.status(response),
	)
}

// entraCode is what Microsoft Entra's status messages begin with.
var entraCode = regexp.MustCompile(`\bAADSTS[0-9]{1,10}\b`)

// status refuses an answer that does not report success. The codes are shown, the message goes to the log.
func (g gate) status(response *node) error {
	all := response.all(nsProtocol, "Status")
	if err := g.require(len(all) <= 1, "element_repeated", "Status"); err != nil {
		return err
	}
	status := response.child(nsProtocol, "Status")
	code := status.child(nsProtocol, "StatusCode")
	if code.attr("Value") == statusSuccess && len(status.all(nsProtocol, "StatusCode")) == 1 {
		return nil
	}
	var said []string
	for c := code; c != nil && len(said) < 3; c = c.child(nsProtocol, "StatusCode") {
		said = append(said, strings.TrimPrefix(c.attr("Value"), "urn:oasis:names:tc:SAML:2.0:status:"))
	}
	message := status.child(nsProtocol, "StatusMessage").content()
	if entra := entraCode.FindString(message); entra != "" && !slices.Contains(said, entra) {
		said = append(said, entra)
	}
	var cause error
	if message != "" {
		cause = statusError(plain(message))
	}
	return g.because("status_not_success", strings.Join(said, ", "), cause)
}

// statusError is what an identity provider says about a failure, as a cause for the log.
type statusError string

// Error is the message, already without markup.
func (e statusError) Error() string { return "the identity provider says: " + string(e) }
