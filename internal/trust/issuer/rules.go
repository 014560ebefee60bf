package issuer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// leeway is by how much clocks may differ.
const leeway = 60 * time.Second

// longest is how long a token may count from now on, whatever its issuer says: what lives longer is no access token.
const longest = 24 * time.Hour

// Verified is what a token that counts says. Names and addresses of mail are left out: nothing may be decided by them.
type Verified struct {
	IssuerID  string // of the configured issuer
	Issuer    string // claim iss
	Subject   string // claim sub
	ObjectID  string // Entra: claim oid, in lower case
	ClientID  string // the client that got the token
	Directory string // Entra: claim tid
	App       bool   // the client acts for itself, not for a person
	Scopes    []string
	Roles     []string
	TokenID   string // uti or jti, for the audit trail; may be empty
	Expires   time.Time
	PersonID  string // RecId of the person that subject or object id are linked to; empty: nobody
	LinkID    string // of the link that named the person
}

// examination is one token on its way through the steps.
type examination struct {
	token  token
	gate   string // why the gate refused it
	source *source
	now    time.Time
	own    func(iss string) bool // whether it is this tenant as an issuer; nil: nobody knows
	people func(ctx context.Context, issuerID, directory, sub, oid string) (personID, linkID, reason string, err error)
	got    Verified
}

// outcome is how a step ended: with a reason where the token is refused.
type outcome struct {
	reason string
	detail string // for the administrator who inspects a token
}

func failed(reason, format string, args ...any) (outcome, error) {
	return outcome{reason, fmt.Sprintf(format, args...)}, nil
}

func passed(format string, args ...any) (outcome, error) {
	return outcome{detail: fmt.Sprintf(format, args...)}, nil
}

// step is one of the ten. Those that are fatal leave nothing to look at for the ones after.
type step struct {
	name  string
	fatal bool
	run   func(*examination, context.Context) (outcome, error)
}

const stepRights = "rights"

// steps are those of spec/trust.md 13.2, in their order.
var steps = [...]step{
	{"form", true, (*examination).form},
	{"issuer", true, (*examination).issuer},
	{"signature", false, (*examination).signature},
	{"directory", false, (*examination).directory},
	{"audience", false, (*examination).audience},
	{"time", false, (*examination).time},
	{"sort", false, (*examination).sort},
	{"client and person", false, (*examination).client},
	{stepRights, false, (*examination).rights},
	{"token id", false, (*examination).identify},
}

// examine takes a token through the gate and finds the issuer it names.
func examine(raw string, sources map[string]*source, now time.Time) *examination {
	e := &examination{now: now}
	if e.token, e.gate = read(raw); e.gate == "" {
		e.source = sources[e.token.claims.text("iss")]
	}
	return e
}

// Step 1: size, form, algorithm, kid, typ.
func (e *examination) form(context.Context) (outcome, error) {
	t := &e.token
	switch e.gate {
	case "":
	case reasonForm:
		return failed(e.gate, "It is not a signed token: three parts with two dots, up to %d bytes, a JSON object in the first and in the second.", maxToken)
	case reasonRepeated:
		return failed(e.gate, "A name stands twice in its header or among its claims.")
	case reasonAlgorithm:
		return failed(e.gate, "It is signed with %s; what counts is one of %s.", quoted(t.alg), algorithmNames(taken))
	default:
		return failed(e.gate, "Its header lacks kid, or has one of %s.", strings.Join(unwanted, ", "))
	}
	s := e.source
	if s == nil {
		return passed("alg %s, kid %s", t.alg, quoted(t.kid))
	}
	if !slices.Contains(s.algorithms(), jose.SignatureAlgorithm(t.alg)) {
		return failed(reasonAlgorithm, "It is signed with %s; %s signs with %s.", t.alg, s.Name, algorithmNames(s.algorithms()))
	}
	// Entra calls its access tokens JWT. Elsewhere at+jwt says that it is one (RFC 9068 section 4), JWT or nothing that it may be.
	if fine := t.typ == "jwt" || s.Kind == OIDC && (t.typ == "at+jwt" || t.typ == ""); !fine {
		return failed(reasonType, "Its typ is %s.", quoted(t.typ))
	}
	return passed("alg %s, kid %s, typ %s", t.alg, quoted(t.kid), quoted(t.typ))
}

// Step 2: the issuer, by exact match.
func (e *examination) issuer(context.Context) (outcome, error) {
	iss := e.token.claims.text("iss")
	if e.source == nil && e.own != nil && e.own(iss) {
		return failed(reasonIssuer, "It is a token of this tenant itself, whose iss is %s: it needs no issuer; introspection at %s tells about it.", quoted(iss), iss+"/connect/introspect")
	}
	if e.source == nil {
		return failed(reasonIssuer, "No issuer that is configured has the iss %s.", quoted(iss))
	}
	if !e.source.Enabled {
		return failed(reasonDisabled, "The issuer %s is switched off.", e.source.Name)
	}
	e.got.IssuerID, e.got.Issuer = e.source.ID, iss
	return passed("%s is %s", quoted(iss), e.source.Name)
}

// Step 3: a key of the issuer made the signature.
func (e *examination) signature(ctx context.Context) (outcome, error) {
	_, err := e.source.keys.verify(ctx, e.token, e.source.algorithms(), e.source.takes)
	switch {
	case err == nil:
		return passed("made by the key %s", quoted(e.token.kid))
	case errors.Is(err, ErrUnknownKey):
		return failed(reasonKey, "The issuer has no key %s for this token; keys are asked for once a minute at most.", quoted(e.token.kid))
	case errors.Is(err, ErrNoKeys):
		return failed(reasonKeysAway, "The issuer's keys could not be fetched; see `provost issuer refresh`.")
	case errors.Is(err, ErrSignature):
		return failed(reasonSignature, "The key %s did not make the signature.", quoted(e.token.kid))
	}
	return outcome{}, err
}

// Step 4: Entra's issuer names the directory of the token, and the version fits.
func (e *examination) directory(context.Context) (outcome, error) {
	s, c := e.source, e.token.claims
	if s.Kind != Entra {
		return passed("only Entra has directories")
	}
	tid, isGUID := readGUID(c.text("tid"))
	if !isGUID || tid != s.directory {
		return failed(reasonDirectory, "Its tid is %s, its iss that of %s.", quoted(c.text("tid")), s.directory)
	}
	if ver := c.text("ver"); ver != s.version {
		return failed(reasonVersion, "Its ver is %s, its iss that of version %s.", quoted(ver), s.version)
	}
	e.got.Directory = tid
	return passed("tid %s, version %s", tid, s.version)
}

// Step 5: it is for us.
func (e *examination) audience(context.Context) (outcome, error) {
	of := e.token.claims.texts("aud")
	if !e.source.audience(of) {
		return failed(reasonAudience, "It is for %s; what counts is %s.", quotedList(of), quotedList(e.source.Audiences))
	}
	return passed("for %s", quotedList(of))
}

// Step 6: it counts now.
func (e *examination) time(context.Context) (outcome, error) {
	c := e.token.claims
	exp, fineExp := c.instant("exp")
	nbf, fineNbf := c.instant("nbf")
	iat, fineIat := c.instant("iat")
	switch {
	case !fineExp || !fineNbf || !fineIat || exp.IsZero():
		return failed(reasonTimes, "It lacks exp, or one of exp, nbf and iat is no time.")
	case !e.now.Before(exp.Add(leeway)):
		return failed(reasonExpired, "It ended at %s; it is %s now.", exp.Format(time.RFC3339), e.now.Format(time.RFC3339))
	case exp.After(e.now.Add(longest + leeway)):
		return failed(reasonLong, "It ends at %s; what counts ends within %d hours.", exp.Format(time.RFC3339), int(longest.Hours()))
	case nbf.After(e.now.Add(leeway)):
		return failed(reasonEarly, "It begins at %s; it is %s now.", nbf.Format(time.RFC3339), e.now.Format(time.RFC3339))
	case iat.After(e.now.Add(leeway)):
		return failed(reasonEarly, "It was made at %s; it is %s now.", iat.Format(time.RFC3339), e.now.Format(time.RFC3339))
	}
	e.got.Expires = exp
	return passed("until %s", exp.Format(time.RFC3339))
}

// Step 7: an access token, of an application or of a person.
func (e *examination) sort(context.Context) (outcome, error) {
	c := e.token.claims
	if c.has("cnf") {
		return failed(reasonBound, "It is bound to a key of its client (cnf), which nobody can prove here.")
	}
	if sub := c.text("sub"); !plain(sub) {
		return failed(reasonSubject, "It has no sub, or one longer than %d bytes.", maxText)
	}
	e.got.Subject = c.text("sub")
	e.got.ClientID = e.clientID()
	if why := e.idToken(); why != "" {
		return failed(reasonIDToken, "It is an ID token, which tells a client who signed in: %s.", why)
	}
	if e.source.Kind == OIDC {
		e.got.App = e.got.ClientID != "" && e.got.Subject == e.got.ClientID // RFC 9068 section 2.2
	} else {
		oid, ok := readGUID(c.text("oid"))
		if !ok && c.has("oid") {
			return failed(reasonSubject, "Its oid is no GUID.")
		}
		e.got.ObjectID = oid
		switch kind := c.text("idtyp"); {
		case kind == "app":
			e.got.App = true
		case kind == "":
			e.got.App = !c.has("scp") && oid != "" && strings.EqualFold(oid, e.got.Subject)
		}
	}
	if e.got.App {
		return passed("of an application, sub %s", quoted(e.got.Subject))
	}
	return passed("of a person, sub %s", quoted(e.got.Subject))
}

// clientID is the client that got the token; empty where the token does not say, or says two.
func (e *examination) clientID() string {
	c := e.token.claims
	switch e.source.version {
	case version1:
		return lowerGUID(c.text("appid"))
	case version2:
		return lowerGUID(c.text("azp"))
	}
	found := ""
	for _, name := range []string{"client_id", "azp", "cid"} {
		if !c.has(name) {
			continue
		}
		id := c.text(name)
		if !plain(id) || found != "" && found != id {
			return ""
		}
		found = id
	}
	return found
}

// idToken says by what a token shows itself to be an ID token (OpenID Connect Core 1.0 section 2); "" for one that does not. One that calls
// itself at+jwt is none.
func (e *examination) idToken() string {
	c := e.token.claims
	if e.token.typ == "at+jwt" {
		return ""
	}
	for _, name := range []string{"nonce", "at_hash", "c_hash", "s_hash"} {
		if c.has(name) {
			return "it has " + name
		}
	}
	if e.source.Kind == Entra {
		if e.got.ClientID == "" { // both versions of access tokens name their client, ID tokens never do
			return "it names no client"
		}
		return ""
	}
	if c.text("token_use") == "id" || strings.EqualFold(c.text("typ"), "ID") { // Cognito, Keycloak
		return "it says so"
	}
	if aud := c.texts("aud"); len(aud) == 1 && aud[0] == e.got.ClientID {
		return "it is for the client alone that got it"
	}
	return ""
}

// Step 8: the client may bring tokens, and subject or object id are linked to a person.
func (e *examination) client(ctx context.Context) (outcome, error) {
	s, g := e.source, &e.got
	if len(s.Clients) > 0 && !slices.Contains(s.Clients, g.ClientID) {
		return failed(reasonClient, "Its client %s is not one of those of the issuer.", quoted(g.ClientID))
	}
	directory := ""
	if s.manyDirectories() {
		directory = g.Directory
	}
	person, link, reason, err := e.people(ctx, s.ID, directory, g.Subject, g.ObjectID)
	if err != nil {
		return outcome{}, err
	}
	if reason != "" {
		return failed(reason, "Its sub and its oid are linked to different persons.")
	}
	if g.PersonID, g.LinkID = person, link; person == "" {
		return passed("client %s, linked to nobody", quoted(g.ClientID))
	}
	return passed("client %s, linked to %s", quoted(g.ClientID), person)
}

// Step 9: what it may do. That is asked where it is used; without a person it opens nothing there.
func (e *examination) rights(context.Context) (outcome, error) {
	c := e.token.claims
	e.got.Roles = c.texts("roles")
	if e.got.Scopes = c.words("scp"); e.source.Kind == OIDC && e.got.Scopes == nil {
		e.got.Scopes = c.words("scope")
	}
	return passed("roles %s, scopes %s", quotedList(e.got.Roles), quotedList(e.got.Scopes))
}

// Step 10: by which name the audit trail knows it.
func (e *examination) identify(context.Context) (outcome, error) {
	c := e.token.claims
	for _, name := range []string{"uti", "jti"} {
		if id := c.text(name); plain(id) {
			e.got.TokenID = id
			return passed("%s %s", name, quoted(id))
		}
	}
	return passed("none")
}

// quoted writes what came from outside so that it cannot be taken for something else.
func quoted(s string) string {
	const most = 100
	if len(s) > most {
		return strconv.QuoteToASCII(s[:most]) + "…"
	}
	return strconv.QuoteToASCII(s)
}

func quotedList(list []string) string {
	const most = 10
	if len(list) == 0 {
		return "none"
	}
	parts := make([]string, 0, most)
	for _, s := range list[:min(len(list), most)] {
		parts = append(parts, quoted(s))
	}
	return strings.Join(parts, ", ")
}

func algorithmNames(list []jose.SignatureAlgorithm) string {
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = string(a)
	}
	return strings.Join(names, ", ")
}
