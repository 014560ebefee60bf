package federation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

const maxValues = 1000 // of a claim

// claimsOf reads an object of claims: text, numbers and truth values as they stand, lists of these as several values. Of an object, and of
// nothing, only the name is kept.
func claimsOf(text []byte) (claims, error) {
	var object map[string]any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&object); err != nil {
		return nil, fmt.Errorf("read claims: %w", err)
	}
	if d.More() || object == nil {
		return nil, errors.New("read claims: it is no object")
	}
	out := make(claims, len(object))
	for name, value := range object {
		list, ok := value.([]any)
		if !ok {
			list = []any{value}
		}
		if len(list) > maxValues {
			return nil, fmt.Errorf("read claims: %s has %d values", name, len(list))
		}
		values := []string{}
		for _, one := range list {
			switch one := one.(type) {
			case string:
				values = append(values, one)
			case json.Number:
				values = append(values, one.String())
			case bool:
				values = append(values, strconv.FormatBool(one))
			}
		}
		out[name] = values
	}
	return out, nil
}

// seconds is the instant of a number of seconds; zero where it is none.
func seconds(number string) time.Time {
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || n < 1 || n > 1<<40 {
		return time.Time{}
	}
	return time.Unix(int64(n), 0)
}

// identify says whom a token is about, for good: by the claim that the provider's record names, else by Microsoft's object id, if the directory that
// says so is the issuer itself, else by sub.
func (t *idToken) identify(one *assertion) {
	p, said := t.provider, t.claims
	directory, object := said.first("tid"), said.first("oid")
	switch {
	case p.SubjectClaim != "" && p.SubjectClaim != "sub":
		one.kind, one.subject = p.SubjectClaim, said.first(p.SubjectClaim)
	case p.SubjectClaim == "" && directory != "" && object != "" && strings.Contains(p.EntityID, "/"+directory+"/"):
		one.kind, one.subject, one.external = "oid", directory+"/"+object, object
	default:
		one.kind, one.subject = "sub", t.Subject
	}
}

// name says what people call whom a token is about. It counts where an administrator has written down beforehand whose it is.
func (t *idToken) name(one *assertion) {
	for _, claim := range []string{"preferred_username", "upn", "email"} {
		if value := t.claims.first(claim); value != "" {
			one.nameKind, one.name = claim, value
			return
		}
	}
	one.name = t.Subject
}

// complete asks the provider's userinfo endpoint for claims that the record uses and the token lacks, and finds out whether the e-mail address
// is proven. What the token says stands.
func (m *Module) complete(ctx context.Context, p *Provider, known *openID, token *oauth2.Token, said *idToken, one *assertion) error {
	proven := provesEmail(said.claims, one.emailClaim())
	if known.UserInfoEndpoint() != "" && p.lacks(said.claims) {
		info, err := known.UserInfo(m.asking(ctx), oauth2.StaticTokenSource(token))
		if err != nil {
			return refuse("userinfo_failed", "The token lacks claims that are used here, and the userinfo endpoint does not say them: %s.", unreachable(err))
		}
		if info.Subject != said.Subject {
			return refuse("userinfo_subject", "The userinfo endpoint speaks of somebody else.")
		}
		var text json.RawMessage
		if err := info.Claims(&text); err != nil {
			return refuse("userinfo_failed", "The userinfo endpoint cannot be understood.")
		}
		more, err := claimsOf(text)
		if err != nil || more.first("sub") != said.Subject {
			return refuse("userinfo_failed", "The userinfo endpoint cannot be understood.")
		}
		own := maps.Clone(said.claims)
		for name, values := range more {
			if _, there := said.claims[name]; !there {
				said.claims[name] = values
			}
		}
		address := one.emailClaim() // it may be another claim, now that there are more
		proven = provesEmail(own, address)
		if its := own.first(address); its == "" || its == more.first(address) {
			proven = proven || provesEmail(more, address)
		}
	}
	one.unproven = !proven
	return nil
}

// emailClaim is the claim that fills the e-mail address: the first of those that can which is sent; empty: none can.
func (a *assertion) emailClaim() string {
	var none string
	for _, one := range a.provider.Mapping {
		if one.Field != "PrimaryEmail" {
			continue
		}
		if strings.TrimSpace(a.claims.first(one.Claim)) != "" {
			return one.Claim
		}
		if none == "" {
			none = one.Claim
		}
	}
	return none
}

// filled are the rows of the mapping, one for each field: the claims that a field can come from stand in several.
func (p *Provider) filled() []Mapping {
	out := make([]Mapping, 0, len(p.Mapping))
	for _, one := range p.Mapping {
		if !slices.ContainsFunc(out, func(other Mapping) bool { return other.Field == one.Field }) {
			out = append(out, one)
		}
	}
	return out
}

// lacks reports whether a claim is missing that fills a field or that a rule asks for.
func (p *Provider) lacks(said claims) bool {
	missing := func(claim string) bool { _, there := said[claim]; return !there }
	unfilled := func(field Mapping) bool {
		return !slices.ContainsFunc(p.Mapping, func(one Mapping) bool { return one.Field == field.Field && !missing(one.Claim) })
	}
	return slices.ContainsFunc(p.filled(), unfilled) ||
		slices.ContainsFunc(p.Rules, func(one Rule) bool { return missing(one.Claim) })
}

// provesEmail reports whether claims say that the address in one of them is proven. The two that say so speak of the claim email alone: other
// claims that look like addresses can be chosen freely in some directories (spec/sso.md section 10).
func provesEmail(said claims, claim string) bool {
	if claim != "email" || len(said["email"]) != 1 {
		return false
	}
	domainOwner := said.first("xms_edov")
	return said.first("email_verified") == "true" || domainOwner == "true" || domainOwner == "1"
}
