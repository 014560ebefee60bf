package federation

import (
	"cmp"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/sso/saml"
)

// The kinds of identity providers.
const (
	KindSAML = "saml"
	KindOIDC = "oidc"
)

// Provider is the record of an identity provider.
type Provider struct {
	ID      string `json:"id"`
	Kind    string `json:"kind" enum:"saml,oidc"`
	Preset  string `json:"preset" doc:"What it was set up as" example:"entra"`
	Version int64  `json:"version" doc:"Grows with each change; also its entity tag"`
	Settings
	Certificates []Certificate `json:"certificates" doc:"Those that count for signatures; SAML only"`
	Metadata     Fetched       `json:"metadata" doc:"What became of the last look at metadata_url"`
	SecretSet    bool          `json:"client_secret_set" doc:"There is a client secret; OpenID Connect only"`
	Problems     []string      `json:"problems" doc:"What stands against signing in, in words; empty: nothing that is known"`
	LastAttempt  *LastAttempt  `json:"last_attempt,omitempty" doc:"The last try to sign in with it; in lists alone"`
	CreatedAt    time.Time     `json:"created_at"`
	ChangedAt    time.Time     `json:"changed_at"`

	sealed  []byte              // the client secret
	trusted []*x509.Certificate // those of a record that is shared; nil: they are parsed anew
}

// Settings are what administrators decide about an identity provider.
type Settings struct {
	Name    string `json:"name" minLength:"1" maxLength:"100" example:"Microsoft Entra ID" doc:"What the sign-in page calls it"`
	Enabled bool   `json:"enabled" required:"false" doc:"It signs people in"`

	EntityID string `json:"entity_id,omitempty" maxLength:"1024" example:"https://sts.windows.net/0198a6a2-7d3e-4a51-9d57-0b1d3c5f7a90/" doc:"Microsoft Entra Identifier, entityID or issuer; compared byte for byte"`
	SSOURL   string `json:"sso_url,omitempty" maxLength:"2048" doc:"Login URL"`
	Binding  string `json:"sso_binding,omitempty" enum:"redirect,post" doc:"How requests are sent; left out: redirect"`
	SLOURL   string `json:"slo_url,omitempty" maxLength:"2048" doc:"Logout URL"`

	SLOResponseURL string   `json:"slo_response_url,omitempty" maxLength:"2048" doc:"Where answers to logout requests go, if not to slo_url"`
	LogoutIssuers  []string `json:"logout_issuers,omitempty" maxItems:"5" doc:"Further issuers that count in logout messages alone; left out: with a Microsoft Entra Identifier the one under which Entra ID answers a sign-out"`
	LogoutPage     string   `json:"logout_page,omitempty" maxLength:"2048" doc:"Where people go who have signed out; left out: the sign-in page"`
	MetadataURL    string   `json:"metadata_url,omitempty" maxLength:"2048" doc:"Looked at every few hours for new certificates"`

	IDPInitiated  bool `json:"allow_idp_initiated" required:"false" default:"true" doc:"It may begin a sign-in by itself"`
	SignRequests  bool `json:"sign_requests,omitempty"`
	WantEncrypted bool `json:"want_encrypted,omitempty" doc:"Assertions that are not encrypted are refused"`
	AllowCBC      bool `json:"allow_cbc,omitempty" doc:"Take AES-CBC, where the response is signed over it"`
	ForceAuthn    bool `json:"force_authn,omitempty" doc:"Everybody proves anew who they are at each sign-in"`
	SkewSeconds   int  `json:"skew_seconds,omitempty" minimum:"0" maximum:"300" doc:"How far clocks may be apart; 0: 180"`

	ClientID string   `json:"client_id,omitempty" maxLength:"512" doc:"OpenID Connect: our client id there"`
	Scopes   []string `json:"scopes,omitempty" maxItems:"20" doc:"OpenID Connect: scopes besides openid; left out: profile and email"`

	SubjectClaim string    `json:"subject_claim,omitempty" maxLength:"255" doc:"Which claim names somebody for good; left out: the object id where there is one, else the NameID or sub"`
	CreateUsers  bool      `json:"create_users" required:"false" default:"true" doc:"Who signs in for the first time becomes a person here"`
	LinkByEmail  bool      `json:"link_by_email,omitempty" doc:"Who signs in for the first time is the person with their e-mail address, if its domain is verified and this provider's"`
	Mapping      []Mapping `json:"mapping,omitempty" maxItems:"50" doc:"Which claim fills which field of the person; of several rows for a field, the first whose claim is sent"`
	DefaultRole  string    `json:"default_role,omitempty" maxLength:"64" doc:"What new people get; left out: SelfService"`
	DefaultTeam  string    `json:"default_team,omitempty" maxLength:"255"`
	Roles        []string  `json:"grantable_roles,omitempty" maxItems:"100" doc:"Roles that rules may give; others they do not"`
	GrantAdmin   bool      `json:"may_grant_admin,omitempty" doc:"Rules may give roles that administer, by object id, group id or application role"`
	Rules        []Rule    `json:"rules,omitempty" maxItems:"200" doc:"In order; all that match count"`
}

// Mapping fills a field from a claim.
type Mapping struct {
	Field string `json:"field" minLength:"1" maxLength:"100" example:"FirstName"`
	Claim string `json:"claim" minLength:"1" maxLength:"255" example:"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname"`
}

// Rule gives a role, a team or an organisational unit to whom a claim fits.
type Rule struct {
	ID       string   `json:"id,omitempty" maxLength:"64" doc:"Its name in the audit trail; left out: one is given"`
	Claim    string   `json:"claim" minLength:"1" maxLength:"255"`
	Operator string   `json:"operator" enum:"equals,starts_with,in_list"`
	Values   []string `json:"values" minItems:"1" maxItems:"200" doc:"One for equals and starts_with"`
	Role     string   `json:"role,omitempty" maxLength:"64"`
	Team     string   `json:"team,omitempty" maxLength:"255"`
	OrgUnit  string   `json:"org_unit,omitempty" maxLength:"255"`
}

// Certificate is one that counts for signatures.
type Certificate struct {
	Fingerprint string    `json:"fingerprint" doc:"SHA-256 of it, hexadecimal"`
	Subject     string    `json:"subject"`
	NotBefore   time.Time `json:"not_before"`
	NotAfter    time.Time `json:"not_after"`
	DaysLeft    int       `json:"days_left" doc:"Below zero: over; others go on signing with it, and are refused"`
	Source      string    `json:"source" enum:"upload,metadata"`
	AddedAt     time.Time `json:"added_at"`
	DER         []byte    `json:"der" doc:"The certificate itself, base64"`
}

// Fetched is what became of looking at the metadata.
type Fetched struct {
	At    *time.Time `json:"at,omitempty"`
	Error string     `json:"error,omitempty" doc:"Why what was known before goes on counting"`
}

// certificateOf describes a certificate.
func certificateOf(c *x509.Certificate, source string, now time.Time) Certificate {
	sum := sha256.Sum256(c.Raw)
	return Certificate{Fingerprint: hex.EncodeToString(sum[:]), Subject: literal.Shown(c.Subject.String()), NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(),
		DaysLeft: daysLeft(c.NotAfter, now), Source: source, AddedAt: now, DER: c.Raw}
}

// daysLeft are the whole days until an end, below zero when it is over.
func daysLeft(end, now time.Time) int {
	left := end.Sub(now)
	days := int(left / (24 * time.Hour))
	if left < 0 {
		days--
	}
	return days
}

// parsed are a provider's certificates.
func (p *Provider) parsed() []*x509.Certificate {
	if p.trusted != nil {
		return p.trusted
	}
	var out []*x509.Certificate
	for _, c := range p.Certificates {
		if one, err := x509.ParseCertificate(c.DER); err == nil { // they were parsed before they were kept
			out = append(out, one)
		}
	}
	return out
}

// protocol is the record as the SAML package wants it.
func (p *Provider) protocol() saml.IdentityProvider {
	out := saml.IdentityProvider{EntityID: p.EntityID, LogoutIssuers: p.logoutIssuers(), Certificates: p.parsed(), SSOURL: p.SSOURL, SLOURL: p.SLOURL,
		SLOResponse: p.SLOResponseURL, AllowIDPInitiated: p.IDPInitiated, SignRequests: p.SignRequests, RequireEncrypted: p.WantEncrypted, AllowCBC: p.AllowCBC,
		Skew: time.Duration(p.SkewSeconds) * time.Second}
	if p.Binding == "post" {
		out.SSOBinding = saml.BindingPOST
	}
	return out
}

// entraIdentifier is a Microsoft Entra Identifier, with the id of its directory.
var entraIdentifier = regexp.MustCompile(`^https://sts\.windows\.net/([0-9a-fA-F-]{36})/$`)

// logoutIssuers are the issuers that count in logout messages besides the identifier. Entra ID answers a sign-out under another name than it signs
// people in by (spec/sso.md 3.2), which it is believed where nothing else is said.
func (p *Provider) logoutIssuers() []string {
	if len(p.LogoutIssuers) > 0 {
		return p.LogoutIssuers
	}
	if m := entraIdentifier.FindStringSubmatch(p.EntityID); m != nil {
		return []string{"https://login.microsoftonline.com/" + m[1] + "/"}
	}
	return nil
}

// skew is how far the clocks of a provider and this server may be apart.
func (p *Provider) skew() time.Duration {
	return time.Duration(cmp.Or(p.SkewSeconds, 180)) * time.Second
}

// look fills in what is told of a provider and not kept.
func (p *Provider) look(now time.Time) {
	p.Problems = []string{}
	counts, next := 0, time.Time{} // next: when the first of those begins that are not valid yet
	for i := range p.Certificates {
		c := &p.Certificates[i]
		c.DaysLeft = daysLeft(c.NotAfter, now)
		switch {
		case c.DaysLeft < 0:
		case !now.Before(c.NotBefore):
			counts++
		case next.IsZero() || c.NotBefore.Before(next):
			next = c.NotBefore
		}
	}
	add := func(when bool, text string) {
		if when {
			p.Problems = append(p.Problems, text)
		}
	}
	if p.Kind == KindOIDC {
		add(p.EntityID == "", "Its issuer is missing.")
		add(p.ClientID == "", "Our client id is missing.")
		return
	}
	add(p.EntityID == "", "Its identifier (entityID) is missing.")
	add(p.SSOURL == "", "Its login URL is missing.")
	add(len(p.Certificates) == 0, "It has no certificate: nothing it says can be checked.")
	add(p.Preset == "entra" && unslashed.MatchString(p.EntityID), "Its identifier ends without a slash. Entra ID calls itself "+p.EntityID+"/, and identifiers are compared byte for byte.")
	add(counts == 0 && !next.IsZero(), "None of its certificates counts yet: the first one begins on "+next.UTC().Format(time.DateOnly)+".")
	add(len(p.Certificates) > 0 && counts == 0 && next.IsZero(), "All its certificates have expired. Entra ID goes on signing with an expired one; what it signs is refused here.")
	add(p.Metadata.Error != "", "Its metadata could not be read: "+p.Metadata.Error)
}

// unslashed is the identifier of a directory of Entra ID as it is often typed.
var unslashed = regexp.MustCompile(`^https://sts\.windows\.net/[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// usable refuses a provider that cannot sign anybody in.
func (p *Provider) usable() error {
	if !p.Enabled {
		return nil
	}
	switch {
	case p.EntityID == "":
		return invalid("entity_id", "it is needed before the provider can be enabled")
	case p.Kind == KindOIDC && p.ClientID == "":
		return invalid("client_id", "it is needed before the provider can be enabled")
	case p.Kind == KindSAML && p.SSOURL == "":
		return invalid("sso_url", "it is needed before the provider can be enabled")
	case p.Kind == KindSAML && len(p.Certificates) == 0:
		return invalid("enabled", "a certificate is needed before the provider can be enabled")
	}
	return nil
}

func invalid(field, complaint string) error {
	return fault.New(fault.Invalid, "request_invalid", "The request is not valid: %s: %s.", field, complaint).WithField(field, "%s", complaint)
}

// check refuses settings that are wrong, and tidies them.
func (s *Settings) check(grantable func(role string) (name string, admin, ok bool)) error {
	s.Name = strings.TrimSpace(s.Name)
	if literal.Blank(s.Name) || !literal.Plain(s.Name, false) {
		return invalid("name", "expected a name that can be seen, without control characters")
	}
	for field, address := range map[string]*string{"sso_url": &s.SSOURL, "slo_url": &s.SLOURL, "slo_response_url": &s.SLOResponseURL, "metadata_url": &s.MetadataURL, "logout_page": &s.LogoutPage} {
		*address = strings.TrimSpace(*address)
		if err := checkAddress(*address); *address != "" && err != "" {
			return invalid(field, err)
		}
	}
	for _, text := range slices.Concat([]string{s.EntityID, s.ClientID, s.SubjectClaim, s.DefaultTeam}, s.LogoutIssuers, s.Scopes) {
		if !literal.Plain(text, false) {
			return invalid("entity_id", "expected text without control characters")
		}
	}
	switch {
	case s.Binding != "" && s.Binding != "redirect" && s.Binding != "post":
		return invalid("sso_binding", "expected redirect or post")
	case s.SkewSeconds < 0 || s.SkewSeconds > 300:
		return invalid("skew_seconds", "expected 0 to 300")
	}
	if s.DefaultRole != "" {
		name, admin, ok := grantable(s.DefaultRole)
		switch {
		case !ok:
			return invalid("default_role", "there is no such role")
		case admin:
			return invalid("default_role", "a role that administers is given by a rule or by hand, not to everybody")
		}
		s.DefaultRole = name
	}
	for i, role := range s.Roles {
		name, admin, ok := grantable(role)
		switch {
		case !ok:
			return invalid("grantable_roles", "there is no role "+literal.Shown(role))
		case admin && !s.GrantAdmin:
			return invalid("grantable_roles", name+" administers: may_grant_admin has to be set")
		}
		s.Roles[i] = name
	}
	seen := map[Mapping]bool{}
	for _, m := range s.Mapping {
		if seen[m] || !literal.Plain(m.Claim, false) {
			return invalid("mapping", "each claim once for a field, without control characters")
		}
		seen[m] = true
	}
	return s.checkRules(grantable)
}

// checkMapping refuses what no claim fills: fields that people do not have, that hold no text of their own, or that decide about their account.
// Teams and organisational units are for rules.
func (s *Settings) checkMapping(t *record.Type) error {
	for _, m := range s.Mapping {
		i, _, ok := t.Lookup(m.Field)
		switch {
		case !ok || t.Fields[i].Name != m.Field:
			return invalid("mapping", "people have no field "+literal.Shown(m.Field))
		case t.Fields[i].Kind != record.Text || t.Fields[i].Part != record.Plain || t.Fields[i].Def == nil || t.Fields[i].Def.Type != "" && t.Fields[i].Def.Type != "text" || slices.Contains(neverMapped, m.Field):
			return invalid("mapping", m.Field+" is not filled from a claim")
		}
	}
	return nil
}

// neverMapped are fields of text that decide about somebody's account.
var neverMapped = []string{"RecId", "Status", "Role", "LockType", "CreatedBy", "LastModBy"}

func (s *Settings) checkRules(grantable func(role string) (name string, admin, ok bool)) error {
	ids := map[string]bool{}
	for i := range s.Rules {
		r := &s.Rules[i]
		if r.ID == "" {
			r.ID = ruleID(*r)
		}
		if ids[r.ID] {
			return invalid("rules", "there are two of the same")
		}
		ids[r.ID] = true
		if r.Role == "" && r.Team == "" && r.OrgUnit == "" {
			return invalid("rules", "a rule gives a role, a team or an organisational unit")
		}
		if r.Operator != "in_list" && len(r.Values) != 1 {
			return invalid("rules", r.Operator+" takes one value")
		}
		for _, v := range r.Values {
			if strings.TrimSpace(v) == "" || !literal.Plain(v, false) || len(v) > 1024 {
				return invalid("rules", "a value is empty, too long or has control characters")
			}
		}
		if r.Role == "" {
			continue
		}
		name, admin, ok := grantable(r.Role)
		switch {
		case !ok:
			return invalid("rules", "there is no role "+literal.Shown(r.Role))
		case !slices.Contains(s.Roles, name):
			return invalid("rules", name+" is not among grantable_roles")
		case admin && (r.Operator == "starts_with" || !identifying(r.Claim)):
			return invalid("rules", name+" administers: it is given by an object id, a group id or an application role, compared whole")
		}
		r.Role = name
	}
	return nil
}

// ruleID names a rule by what it says.
func ruleID(r Rule) string {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{r.Claim, r.Operator, r.Role, r.Team, r.OrgUnit}, r.Values...), "\x00")))
	return hex.EncodeToString(sum[:6])
}

// checkAddress says what is wrong with an address of a provider; empty: nothing.
func checkAddress(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || strings.ContainsAny(address, " \t\r\n\\"):
		return "expected an address such as https://login.example.com/saml2"
	case u.Scheme != "https" && (u.Scheme != "http" || !local(u.Hostname())):
		return "it has to begin with https://"
	}
	return ""
}

// local reports whether a host is this machine, where providers of tests run.
func local(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "127.0.0.1" || host == "::1"
}
