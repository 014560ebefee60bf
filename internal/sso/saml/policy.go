package saml

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

const (
	maxAge      = 10 * time.Minute   // of an assertion
	maxValidity = 7 * 24 * time.Hour // how far ahead an end may lie: what is accepted has to be remembered until then
	maxValues   = 300
	maxText     = 1 << 10 // bytes of a name or value
)

// policy is gate B (5.7): what a verified assertion has to say in order to count here and now.
type policy struct {
	gate

	idp     IdentityProvider
	sp      ServiceProvider
	pending string
	now     time.Time
}

func (p policy) judge(e envelope, c *claims) (*SignIn, error) {
	if err := first(
		p.issuers(e, c),
		p.addressed(e, c),
		p.times(c),
		p.answers(e, c),
		p.subject(c.subject),
		p.attributes(c.attributes),
	); err != nil {
		return nil, err
	}
	return &SignIn{
		ResponseID: e.id, AssertionID: c.id, Issuer: c.issuer, NameID: c.subject,
		AuthnInstant: c.statement.instant, AuthnContext: c.statement.class, SessionIndex: c.statement.index, SessionEnd: c.statement.end,
		Attributes: c.attributes,
		RequestID:  c.confirmation.inResponseTo, ReplayKey: sha256.Sum256([]byte(c.id)), KeepUntil: c.confirmation.notAfter.Add(maxSkew),
	}, nil
}

func (p policy) issuers(e envelope, c *claims) error {
	return first(
		p.require(e.version == "2.0" && c.version == "2.0", "version", e.version+" "+c.version),
		p.require(!e.issuerSaid || e.issuer == p.idp.EntityID, "response_issuer_mismatch", e.issuer),
		p.require(c.issuer == p.idp.EntityID, "issuer_mismatch", c.issuer),
		p.require(c.id != "", "id_invalid", "an assertion without an ID"),
	)
}

// addressed: configured addresses alone are compared, never what the request says of itself.
func (p policy) addressed(e envelope, c *claims) error {
	ours := len(c.audiences) > 0
	var named []string
	for _, restriction := range c.audiences {
		ours = ours && slices.Contains(restriction, p.sp.EntityID)
		named = append(named, restriction...)
	}
	return first(
		p.require(e.destination != "", "destination_missing", ""),
		p.require(e.destination == "" || slices.Contains(p.sp.ACSURLs, e.destination), "destination_mismatch", e.destination),
		p.require(c.confirmation.recipient != "" && c.confirmation.recipient == e.destination || e.destination == "" && slices.Contains(p.sp.ACSURLs, c.confirmation.recipient),
			"recipient_mismatch", c.confirmation.recipient),
		p.require(len(c.audiences) > 0, "audience_missing", ""),
		p.require(len(c.audiences) == 0 || ours, "audience_mismatch", strings.Join(named, " ")),
	)
}

func (p policy) times(c *claims) error {
	skew := p.idp.skew()
	early := func(t time.Time) bool { return t.After(p.now.Add(skew)) }
	late := func(t time.Time) bool { return !t.IsZero() && !t.After(p.now.Add(-skew)) }
	far := func(t time.Time) bool { return t.After(p.now.Add(maxValidity)) }
	err := first(
		p.require(!early(c.notBefore), "not_yet_valid", stamp(c.notBefore)),
		p.require(!late(c.notAfter), "expired", stamp(c.notAfter)),
		p.require(!late(c.confirmation.notAfter), "confirmation_expired", stamp(c.confirmation.notAfter)),
		p.require(!far(c.notAfter) && !far(c.confirmation.notAfter), "validity_too_long", stamp(c.notAfter)),
		p.require(!early(c.issued), "issued_in_future", stamp(c.issued)),
		p.require(!c.issued.Before(p.now.Add(-maxAge-skew)), "issued_too_long_ago", stamp(c.issued)),
		p.require(!early(c.statement.instant), "authenticated_in_future", stamp(c.statement.instant)),
		p.require(!late(c.statement.end), "session_expired", stamp(c.statement.end)),
	)
	if refusal := (*Error)(nil); errors.As(err, &refusal) {
		refusal.Issued = c.issued
	}
	return err
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// answers: a response to a request counts only for the request that this browser is waiting for.
func (p policy) answers(e envelope, c *claims) error {
	to := c.confirmation.inResponseTo
	return first(
		p.require(e.inResponseTo == to, "in_response_to_disagrees", e.inResponseTo+" "+to),
		p.require(to == "" || to == p.pending, "in_response_to_unknown", to),
		p.require(to != "" || p.idp.AllowIDPInitiated, "idp_initiated_not_allowed", ""),
	)
}

func (p policy) subject(n NameID) error {
	whole := n.Value + n.Format + n.NameQualifier + n.SPNameQualifier
	return first(
		p.require(n.Value != "" && len(whole) <= maxText, "nameid_invalid", "its length"),
		p.require(!strings.ContainsFunc(whole, unseen) && !strings.ContainsFunc(n.Value, literal.Hidden), "nameid_invalid", "characters that cannot be seen"),
		p.require(!literal.Blank(n.Value), "nameid_invalid", "blanks alone"),
	)
}

func (p policy) attributes(all []Attribute) error {
	seen, values := map[string]bool{}, 0
	for _, a := range all {
		values += len(a.Values)
		if err := first(
			p.require(!seen[a.Name], "attribute_name_duplicate", a.Name),
			p.require(values <= maxValues, "attribute_values_too_many", ""),
			p.require(len(a.Name) <= maxText && len(a.FriendlyName) <= maxText, "attribute_too_long", a.Name),
			p.require(!strings.ContainsFunc(a.Name+a.NameFormat+a.FriendlyName, unseen), "attribute_text", a.Name),
		); err != nil {
			return err
		}
		seen[a.Name] = true
		for _, value := range a.Values {
			if err := first(
				p.require(len(value) <= maxText, "attribute_too_long", a.Name),
				p.require(!strings.ContainsFunc(value, misleading), "attribute_text", a.Name),
			); err != nil {
				return err
			}
		}
	}
	return nil
}

// unseen tells whether a character has no place in a name: controls and whatever turns the direction of writing.
func unseen(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// misleading is unseen for values, which may have several lines and the marks that Arabic and Hebrew are written with.
func misleading(r rune) bool {
	switch r {
	case '\t', '\n', '\r', '\u061c', '\u200e', '\u200f':
		return false
	}
	return unseen(r)
}
