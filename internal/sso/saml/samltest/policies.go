package samltest

import (
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/sso/saml"
)

// clocked is an attack on times: edit is told the time of the message.
func clocked(name string, edit func(*Message, time.Time)) Attack {
	return message(18, name, func(m *Message) {
		now, err := time.Parse(time.RFC3339Nano, m.Issued)
		if err != nil {
			panic(err)
		}
		edit(m, now)
	})
}

// policies are well signed messages that are not for us, not for now, or not for this browser.
func policies() []Attack {
	const hour = time.Hour
	local := func(t time.Time) string { return t.In(time.FixedZone("", 3600)).Format(time.RFC3339) }
	return []Attack{
		message(15, "other audience", func(m *Message) { m.Audiences = []string{"https://other.example/"} }),
		message(15, "no audience", func(m *Message) { m.Audiences = nil }),
		message(15, "two restrictions, one foreign", func(m *Message) { m.Audiences = append(m.Audiences, "https://other.example/") }),
		message(15, "audience without its slash", func(m *Message) { m.Audiences[0] = strings.TrimSuffix(m.Audiences[0], "/") }),
		message(15, "audience in capitals", func(m *Message) { m.Audiences[0] = strings.ToUpper(m.Audiences[0]) }),
		message(15, "audience with spaces", func(m *Message) { m.Audiences[0] = " " + m.Audiences[0] }),
		message(15, "empty restriction", func(m *Message) { m.Conditions = "<~AudienceRestriction></~AudienceRestriction>" }),
		message(15, "condition that nobody knows", func(m *Message) { m.Conditions = `<x:Only xmlns:x="urn:x"></x:Only>` }),
		message(15, "conditions twice", func(m *Message) { m.Extra = "<~Conditions></~Conditions>" }),

		message(16, "other destination and recipient", func(m *Message) {
			m.Destination, m.Recipient = "https://other.example/acs", "https://other.example/acs"
		}),
		message(16, "other destination", func(m *Message) { m.Destination = "https://other.example/acs" }),
		message(16, "other recipient", func(m *Message) { m.Recipient = "https://other.example/acs" }),
		message(16, "destination by http", func(m *Message) { m.Destination = strings.Replace(m.Destination, "https:", "http:", 1) }),
		message(16, "destination with a port", func(m *Message) { m.Destination += ":444" }),
		message(16, "destination in other case", func(m *Message) { m.Destination = strings.ToLower(m.Destination) + "X" }),
		message(16, "destination with a query", func(m *Message) { m.Destination += "?a=b" }),
		message(16, "no destination", func(m *Message) { m.Destination = "" }),
		message(16, "no recipient", func(m *Message) { m.Recipient = "" }),
		message(16, "recipient with a query", func(m *Message) { m.Recipient += "?a=b" }),

		message(17, "request that never was", func(m *Message) { m.InResponseTo, m.ConfirmationTo = "_never", "_never" }),
		message(17, "response and assertion disagree", func(m *Message) { m.ConfirmationTo = "_never" }),
		message(17, "response answers, assertion does not", func(m *Message) { m.ConfirmationTo = "" }),
		message(17, "assertion answers, response does not", func(m *Message) { m.InResponseTo = "" }),
		message(17, "answers nothing, which the record does not allow", func(m *Message) { m.InResponseTo, m.ConfirmationTo = "", "" }).
			recorded(func(r *saml.IdentityProvider) { r.AllowIDPInitiated = false }),

		clocked("past its end", func(m *Message, now time.Time) { m.NotOnOrAfter = At(now.Add(-hour)) }),
		clocked("past its end by the allowance", func(m *Message, now time.Time) { m.NotOnOrAfter = At(now.Add(-3 * time.Minute)) }),
		clocked("not valid yet", func(m *Message, now time.Time) { m.NotBefore = At(now.Add(hour)) }),
		clocked("not valid yet, a second beyond the allowance", func(m *Message, now time.Time) { m.NotBefore = At(now.Add(3*time.Minute + time.Second)) }),
		clocked("confirmation past its end", func(m *Message, now time.Time) { m.ConfirmationEnd = At(now.Add(-hour)) }),
		message(18, "confirmation without an end", func(m *Message) { m.ConfirmationEnd = "" }),
		clocked("confirmation with NotBefore", func(m *Message, now time.Time) { m.ConfirmationNotBefore = At(now) }),
		message(18, "valid until the year 9999", func(m *Message) { m.ConfirmationEnd = "9999-12-31T23:59:59Z" }),
		message(18, "conditions until the year 9999", func(m *Message) { m.NotOnOrAfter = "9999-12-31T23:59:59Z" }),
		message(18, "year with five digits", func(m *Message) { m.NotOnOrAfter = "10000-01-01T00:00:00Z" }),
		message(18, "time of no known form", func(m *Message) { m.NotOnOrAfter = "tomorrow" }),
		message(18, "issued at no known time", func(m *Message) { m.Issued = "" }),
		message(18, "authenticated at no known time", func(m *Message) { m.Authenticated = "" }),
		clocked("time with a local offset", func(m *Message, now time.Time) { m.NotOnOrAfter = local(now.Add(hour)) }),
		clocked("time without a zone", func(m *Message, now time.Time) { m.ConfirmationEnd = strings.TrimSuffix(At(now.Add(hour)), "Z") }),
		clocked("issued eleven minutes and the allowance ago", func(m *Message, now time.Time) { m.Issued = At(now.Add(-14 * time.Minute)) }),
		clocked("issued in an hour", func(m *Message, now time.Time) { m.Issued = At(now.Add(hour)) }),
		clocked("authenticated in an hour", func(m *Message, now time.Time) { m.Authenticated = At(now.Add(hour)) }),
		clocked("session over", func(m *Message, now time.Time) { m.SessionEnd = At(now.Add(-hour)) }),

		message(20, "other tenant's message", func(m *Message) {
			m.Audiences, m.Destination, m.Recipient = []string{"https://b.example/"}, "https://b.example/acs", "https://b.example/acs"
		}),
		message(20, "two tenants, one provider: other audience", func(m *Message) { m.Audiences = []string{"https://b.example/"} }),
		signed(20, "issuer of one provider, key of another", recipe{sign: func(s *Signing) { s.Key = NewKeys().Second }}),

		message(21, "issuer with spaces", func(m *Message) { m.Issuer += " " }),
		message(21, "issuer in capitals", func(m *Message) { m.Issuer = strings.ToUpper(m.Issuer) }),
		message(21, "issuer without its slash", func(m *Message) { m.Issuer = strings.TrimSuffix(m.Issuer, "/") }),
		message(21, "issuer of another directory", func(m *Message) { m.Issuer = "https://sts.windows.net/00000000-0000-4000-8000-00000000000f/" }),
		message(21, "no issuer", func(m *Message) { m.Issuer = "" }),
		message(21, "response of another issuer", func(m *Message) { m.ResponseIssuer = "https://sts.windows.net/other/" }),
		before(21, "issuer of the response twice", "<samlp:Status>", `<Issuer xmlns="`+nsAssertion+`">https://evil.example/</Issuer><samlp:Status>`),
		message(21, "issuer of the assertion twice", func(m *Message) { m.Extra = "<~Issuer>https://evil.example/</~Issuer>" }),

		message(32, "two attributes of one name", func(m *Message) {
			m.Attributes = append(m.Attributes, Attribute{m.Attributes[0].Name, []string{"admin"}})
		}),
		message(32, "301 values", func(m *Message) { m.Attributes[0].Values = values(301) }),
		message(32, "value of more than 1 KiB", func(m *Message) { m.Attributes[0].Values = []string{strings.Repeat("a", 1025)} }),
		message(32, "name of more than 1 KiB", func(m *Message) { m.Attributes[0].Name = strings.Repeat("a", 1025) }),
		message(32, "value that turns the direction of writing", func(m *Message) { m.Attributes[2].Values = []string{"a\u202eb"} }),
		message(32, "attribute name with a line end", func(m *Message) { m.Attributes[2].Name = "a\nb" }),
		message(31, "NameID with a character that turns the direction of writing", func(m *Message) { m.NameID = "a\u202e@b.example" }),
		message(31, "NameID with a tab", func(m *Message) { m.NameID = "a\t@b.example" }),
		message(31, "empty NameID", func(m *Message) { m.NameID = "" }),
		message(31, "NameID of more than 1 KiB", func(m *Message) { m.NameID = strings.Repeat("a", 1025) }),
		before(31, "two NameID", "</NameID>", "</NameID><NameID>"+Victim+"</NameID>"),
		before(31, "element inside the NameID", "</NameID>", "<x></x></NameID>"),
		signed(31, "no NameID", recipe{before: func(text string) string { return strings.ReplaceAll(text, "NameID", "NoNameID") }}),
		before(31, "EncryptedID", "<NameID", "<EncryptedID></EncryptedID><NameID"),
	}
}

func values(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = "v"
	}
	return all
}
