package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/sso/federation"
)

// idpSettings are the flags of what administrators decide about an identity provider. What is not given stays as it is; a list replaces
// the one there was, and one empty value is an empty list.
type idpSettings struct {
	EntityID       *string `name:"entity-id" help:"Microsoft Entra Identifier, entityID; of an OpenID provider its issuer." placeholder:"ID"`
	SSOURL         *string `name:"sso-url" help:"Login URL." placeholder:"URL"`
	Binding        *string `name:"sso-binding" help:"How requests are sent: redirect or post." placeholder:"BINDING"`
	SLOURL         *string `name:"slo-url" help:"Logout URL." placeholder:"URL"`
	SLOResponseURL *string `name:"slo-response-url" help:"Where answers to logout requests go, if not to the logout URL." placeholder:"URL"`
	LogoutPage     *string `name:"logout-page" help:"Where people go who have signed out." placeholder:"URL"`
	MetadataURL    *string `name:"metadata-url" help:"Where its metadata stands, looked at every few hours for new certificates." placeholder:"URL"`
	SubjectClaim   *string `name:"subject-claim" help:"Which claim names somebody for good." placeholder:"CLAIM"`
	ClientID       *string `name:"client-id" help:"OpenID Connect: our client id there." placeholder:"ID"`
	DefaultRole    *string `name:"default-role" help:"What new people get; empty: SelfService." placeholder:"ROLE"`
	DefaultTeam    *string `name:"default-team" help:"Team of new people." placeholder:"TEAM"`
	Skew           *int    `name:"skew" help:"How many seconds clocks may be apart, at most 300; 0: 180." placeholder:"SECONDS"`

	Scopes        []string `name:"scope" help:"OpenID Connect: a scope besides openid; several times for several." placeholder:"SCOPE"`
	LogoutIssuers []string `name:"logout-issuer" sep:"none" help:"A further issuer that counts in logout messages alone; several times for several." placeholder:"ID"`
	Mapping       []string `name:"map" sep:"none" help:"Fill a field of the person from a claim; several times for several, and for several claims of a field, of which the first that is sent counts." placeholder:"FIELD=CLAIM"`
	Roles         []string `name:"grantable-role" sep:"none" help:"A role that rules may give; several times for several." placeholder:"ROLE"`
	RulesFile     string   `name:"rules" help:"File with the rules that give roles, teams and organisational units: a JSON list, as show --json has it." placeholder:"FILE" json:"-"`
	SecretFile    string   `name:"client-secret-file" help:"OpenID Connect: file with the client secret; - reads standard input." placeholder:"FILE" json:"-" xor:"secret"`

	CreateUsers   *bool `name:"create-users" negatable:"" help:"Who signs in for the first time becomes a person here."`
	IDPInitiated  *bool `name:"idp-initiated" negatable:"" help:"It may begin a sign-in by itself."`
	LinkByEmail   *bool `name:"link-by-email" negatable:"" help:"Who signs in for the first time is the person with their address, where its domain is verified."`
	ForceAuthn    *bool `name:"force-authn" negatable:"" help:"Everybody proves anew who they are at each sign-in."`
	SignRequests  *bool `name:"sign-requests" negatable:"" help:"Sign what we ask it."`
	WantEncrypted *bool `name:"want-encrypted" negatable:"" help:"Refuse assertions that are not encrypted."`
	AllowCBC      *bool `name:"allow-cbc" negatable:"" help:"Take AES-CBC, where the response is signed over it."`
	GrantAdmin    *bool `name:"may-grant-admin" negatable:"" help:"Rules may give roles that administer, by object id, group id or application role."`

	Rules  []byte `kong:"-"`
	Secret []byte `kong:"-"`
}

func (i *idpSettings) prepare(t terminal) (err error) {
	if i.Secret, err = t.filled("client-secret-file", i.SecretFile); err != nil {
		return err
	}
	i.Rules, err = t.filled("rules", i.RulesFile)
	return err
}

// apply sets what was given.
func (i *idpSettings) apply(s *federation.Settings) error {
	for _, text := range []struct{ given, to *string }{
		{i.EntityID, &s.EntityID}, {i.SSOURL, &s.SSOURL}, {i.Binding, &s.Binding}, {i.SLOURL, &s.SLOURL}, {i.SLOResponseURL, &s.SLOResponseURL}, {i.LogoutPage, &s.LogoutPage},
		{i.MetadataURL, &s.MetadataURL}, {i.SubjectClaim, &s.SubjectClaim}, {i.ClientID, &s.ClientID}, {i.DefaultRole, &s.DefaultRole}, {i.DefaultTeam, &s.DefaultTeam},
	} {
		if text.given != nil {
			*text.to = *text.given
		}
	}
	for _, flag := range []struct{ given, to *bool }{
		{i.CreateUsers, &s.CreateUsers}, {i.IDPInitiated, &s.IDPInitiated}, {i.LinkByEmail, &s.LinkByEmail}, {i.ForceAuthn, &s.ForceAuthn}, {i.SignRequests, &s.SignRequests},
		{i.WantEncrypted, &s.WantEncrypted}, {i.AllowCBC, &s.AllowCBC}, {i.GrantAdmin, &s.GrantAdmin},
	} {
		if flag.given != nil {
			*flag.to = *flag.given
		}
	}
	for _, list := range []struct {
		given []string
		to    *[]string
	}{{i.Scopes, &s.Scopes}, {i.LogoutIssuers, &s.LogoutIssuers}, {i.Roles, &s.Roles}} {
		if list.given != nil {
			*list.to = slices.DeleteFunc(slices.Clone(list.given), func(one string) bool { return one == "" })
		}
	}
	if i.Skew != nil {
		s.SkewSeconds = *i.Skew
	}
	if i.Mapping != nil {
		s.Mapping = []federation.Mapping{}
		for _, row := range i.Mapping {
			field, claim, both := strings.Cut(row, "=")
			switch {
			case row == "":
			case !both || field == "" || claim == "":
				return fault.New(fault.Invalid, "mapping_invalid", "--map takes FIELD=CLAIM, such as FirstName=givenName, not %s.", row)
			default:
				s.Mapping = append(s.Mapping, federation.Mapping{Field: field, Claim: claim})
			}
		}
	}
	if i.Rules == nil {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(i.Rules))
	d.DisallowUnknownFields()
	s.Rules = nil
	if err := d.Decode(&s.Rules); err != nil {
		return fault.New(fault.Invalid, "rules_invalid", "--rules takes a JSON list of rules such as [{\"claim\":\"groups\",\"operator\":\"equals\",\"values\":[\"…\"],\"role\":\"…\"}]: %s.", err)
	}
	return nil
}

// filled reads a file that has to have something in it; nil without a path. flag is the one that named it; empty: an argument did.
func (t terminal) filled(flag, path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	b, name, err := t.file(path)
	if err == nil && len(bytes.TrimSpace(b)) == 0 {
		err = fmt.Errorf("%s is empty", name)
	}
	if err != nil && flag != "" {
		err = fmt.Errorf("--%s: %w", flag, err)
	}
	return b, err
}
