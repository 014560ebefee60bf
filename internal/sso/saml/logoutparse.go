package saml

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	maxQuery    = 64 << 10
	maxInflated = 1 << 20
)

// Entra's own examples of logout messages have metadata for their default namespace.
var logoutLimits = limits{
	bytes: maxInflated, elements: messageLimits.elements, attributes: messageLimits.attributes, defaults: append(slices.Clone(messageLimits.defaults), nsMetadata),
}

// LogoutMessage is a message of single logout, of either kind, that is well-formed. Nothing about it is verified.
type LogoutMessage struct {
	Issuer     string // exact bytes; only for choosing the identity provider's record
	RelayState string // ours if the message answers us; else to be given back, never to go to

	gate   gate
	root   *node
	octets string // what a signature covers, exactly as sent
	sigAlg string
	signed bool
	value  []byte
}

// Logout is a logout message that may be acted on, as far as Signed goes.
type Logout struct {
	ID     string
	Issuer string
	Answer bool // a LogoutResponse; otherwise a LogoutRequest
	// Signed says that the identity provider sent it. An unsigned request may end the one session of the browser that presents
	// it, if NameID and issuer are that session's; an unsigned answer decides nothing but which page is shown.
	Signed bool

	NameID         NameID   // of a request
	SessionIndexes []string // of a request; none: all sessions of the NameID

	InResponseTo string // of an answer
	Success      bool   // of an answer

	ReplayKey [32]byte // SHA-256 of the ID, to be inserted once per provider
	KeepUntil time.Time
}

// ParseLogout reads the query of the single logout service, still percent-encoded, in the redirect binding.
func ParseLogout(rawQuery string) (*LogoutMessage, error) { return gate{}.parseLogout(rawQuery) }

func (g gate) parseLogout(rawQuery string) (*LogoutMessage, error) {
	raw, decoded, err := g.logoutParameters(rawQuery)
	if err != nil {
		return nil, err
	}
	kind, local := "SAMLRequest", "LogoutRequest"
	if _, answer := raw["SAMLResponse"]; answer {
		kind, local = "SAMLResponse", "LogoutResponse"
	}
	m := &LogoutMessage{gate: g, RelayState: decoded["RelayState"], sigAlg: decoded["SigAlg"], octets: kind + "=" + raw[kind]}
	if relay, said := raw["RelayState"]; said {
		m.octets += "&RelayState=" + relay
	}
	if signature, said := raw["Signature"]; said {
		m.signed = true
		m.octets += "&SigAlg=" + raw["SigAlg"]
		if m.value, err = strictBase64(decoded["Signature"]); err != nil || signature == "" {
			return nil, gate{}.because("base64_invalid", "Signature", err)
		}
	}
	document, err := inflate(decoded[kind])
	if err != nil {
		return nil, gate{}.because("logout_encoding", "", err)
	}
	if m.root, err = g.parse(document, logoutLimits); err != nil {
		return nil, err
	}
	if err := first(
		g.require(m.root.is(nsProtocol, local), "logout_kind", m.root.local),
		g.ids(m.root),
		g.require(len(m.root.all(nsAssertion, "Issuer")) == 1, "issuer_mismatch", "none or several"),
	); err != nil {
		return nil, err
	}
	m.Issuer = m.root.child(nsAssertion, "Issuer").content()
	return m, nil
}

// logoutParameters splits the query. What counts stands there once, under its plain name.
func (g gate) logoutParameters(rawQuery string) (raw, decoded map[string]string, err error) {
	if err := g.require(len(rawQuery) <= maxQuery, "logout_query", "its length"); err != nil {
		return nil, nil, err
	}
	raw, decoded = map[string]string{}, map[string]string{}
	known := []string{"SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature", "SAMLEncoding"}
	for pair := range strings.SplitSeq(rawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		plainName, err := url.QueryUnescape(name)
		if err != nil || !slices.Contains(known, plainName) {
			continue // not ours: a proxy in front may add its own
		}
		text, err := url.QueryUnescape(value)
		_, again := raw[name]
		if err != nil || again || name != plainName {
			return nil, nil, gate{}.because("logout_query", plainName, err)
		}
		raw[name], decoded[name] = value, text
	}
	_, request := raw["SAMLRequest"]
	_, answer := raw["SAMLResponse"]
	_, algorithm := raw["SigAlg"]
	_, signature := raw["Signature"]
	encoding, said := decoded["SAMLEncoding"]
	return raw, decoded, first(
		g.require(request != answer, "logout_query", "one of SAMLRequest and SAMLResponse is needed"),
		g.require(algorithm == signature, "logout_query", "SigAlg and Signature belong together"),
		g.require(!said || encoding == "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE", "logout_query", "SAMLEncoding"),
		g.require(len(decoded["RelayState"]) <= maxRelayState, "relay_state_too_long", ""),
	)
}

func inflate(text string) ([]byte, error) {
	deflated, err := strictBase64(text)
	if err != nil {
		return nil, err
	}
	r := flate.NewReader(bytes.NewReader(deflated))
	document, err := io.ReadAll(io.LimitReader(r, maxInflated+1))
	if err == nil && len(document) > maxInflated {
		err = errors.New("it inflates to more than 1 MiB")
	}
	return document, err
}

// Accept verifies a logout message of this identity provider, as far as it is signed, and checks what it says.
func (m *LogoutMessage) Accept(idp IdentityProvider, sp ServiceProvider, now time.Time) (*Logout, error) {
	g := m.gate
	if err := first(
		g.require(idp.EntityID != "" && len(idp.Certificates) > 0, "provider_incomplete", "the identity provider's record"),
		g.require(m.Issuer == idp.EntityID || slices.Contains(idp.LogoutIssuers, m.Issuer), "issuer_mismatch", m.Issuer),
	); err != nil {
		return nil, err
	}
	if m.signed {
		if err := g.verifyQuery(m, idp.Certificates, now); err != nil {
			return nil, err
		}
	}
	l := &Logout{ID: m.root.attr("ID"), Issuer: m.Issuer, Answer: m.root.local == "LogoutResponse", Signed: m.signed, InResponseTo: m.root.attr("InResponseTo")}
	if err := g.logoutEnvelope(m, sp, now, idp.skew()); err != nil {
		return nil, err
	}
	if l.Answer {
		l.Success = m.root.child(nsProtocol, "Status").child(nsProtocol, "StatusCode").attr("Value") == statusSuccess
	} else {
		name := m.root.child(nsAssertion, "NameID")
		l.NameID = readNameID(name)
		if err := first(
			g.require(len(m.root.all(nsAssertion, "NameID")) == 1, "nameid_missing", ""),
			g.require(len(name.elements()) == 0, "nameid_invalid", "elements inside"),
			policy{gate: g}.subject(l.NameID),
		); err != nil {
			return nil, err
		}
		for _, index := range m.root.all(nsProtocol, "SessionIndex") {
			l.SessionIndexes = append(l.SessionIndexes, index.content())
		}
	}
	l.ReplayKey, l.KeepUntil = sha256.Sum256([]byte(l.ID)), now.Add(maxAge+2*maxSkew)
	return l, nil
}

func (g gate) logoutEnvelope(m *LogoutMessage, sp ServiceProvider, now time.Time, skew time.Duration) error {
	issued, err := g.instant(m.root, "IssueInstant", true)
	if err != nil {
		return err
	}
	ends, err := g.instant(m.root, "NotOnOrAfter", false)
	if err != nil {
		return err
	}
	destination := m.root.attr("Destination")
	return first(
		g.require(m.root.attr("ID") != "", "id_invalid", "no ID"),
		g.require(m.root.attr("Version") == "2.0", "version", m.root.attr("Version")),
		g.require(destination != "" || !m.signed, "destination_missing", ""),
		g.require(destination == "" || destination == sp.SLOURL, "destination_mismatch", destination),
		g.require(!issued.After(now.Add(skew)), "issued_in_future", stamp(issued)),
		g.require(!issued.Before(now.Add(-maxAge-skew)), "issued_too_long_ago", stamp(issued)),
		g.require(ends.IsZero() || ends.After(now.Add(-skew)), "expired", stamp(ends)),
	)
}

// queryAlgorithms are those of SigAlg that count.
var queryAlgorithms = map[string]x509.SignatureAlgorithm{
	rsaSHA256: x509.SHA256WithRSA, more + "rsa-sha384": x509.SHA384WithRSA, more + "rsa-sha512": x509.SHA512WithRSA,
	more + "ecdsa-sha256": x509.ECDSAWithSHA256, more + "ecdsa-sha384": x509.ECDSAWithSHA384, more + "ecdsa-sha512": x509.ECDSAWithSHA512,
}

// verifyQuery verifies the detached signature over the octets as they were sent.
func (g gate) verifyQuery(m *LogoutMessage, trusted []*x509.Certificate, now time.Time) error {
	algorithm, known := queryAlgorithms[m.sigAlg]
	if !known {
		return gate{}.refuse("algorithm_forbidden", m.sigAlg)
	}
	value := m.value
	if strings.HasPrefix(m.sigAlg, more+"ecdsa-") {
		var err error
		if value, err = ecdsaASN1(value); err != nil {
			return gate{}.because("signature_invalid", "", err)
		}
	}
	code, cause := Code("signature_invalid"), error(nil)
	for _, certificate := range trusted {
		if err := checkKey(certificate); err != nil {
			return err
		}
		if cause = certificate.CheckSignature(algorithm, []byte(m.octets), value); cause != nil {
			continue
		}
		if !now.Before(certificate.NotBefore) && !now.After(certificate.NotAfter) {
			return nil
		}
		code = "certificate_expired"
	}
	return gate{}.because(code, "", cause)
}
