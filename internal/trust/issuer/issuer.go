package issuer

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/outbound"
)

// The kinds of issuers.
const (
	Entra = "entra" // Microsoft Entra ID: one directory, or several behind a common address
	OIDC  = "oidc"  // any other OpenID Connect issuer
)

const (
	maxIssuers     = 20 // of a tenant
	maxName        = 100
	maxDirectories = 50
	maxAudiences   = 20
	maxClients     = 100
	maxText        = 255 // bytes of an audience, a client id or a subject
)

// The values of the claim ver of Entra's tokens.
const (
	version1 = "1.0"
	version2 = "2.0"
)

// Issuer is a foreign issuer whose tokens are taken.
type Issuer struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Kind        string    `json:"kind"`        // Entra or OIDC
	Issuer      string    `json:"issuer"`      // claim iss; of Entra that of version 2, which stands for version 1 too
	Directories []string  `json:"directories"` // Entra behind a common address: GUIDs of the directories whose tokens count
	Audiences   []string  `json:"audiences"`   // claim aud: one of these. A GUID of Entra stands for api://GUID too
	Clients     []string  `json:"clients"`     // claim azp, appid or client_id: one of these; empty: any
	KeysURI     string    `json:"jwks_uri"`    // address of the keys; empty: as the discovery document says
	Enabled     bool      `json:"enabled"`
	Creator     string    `json:"created_by"`
	Created     time.Time `json:"created_at"`
}

// Spec says what issuer to make.
type Spec struct {
	Name        string
	Kind        string
	Issuer      string // of Entra also the GUID of a directory, or an issuer of version 1
	Directories []string
	Audiences   []string
	Clients     []string
	KeysURI     string
	Disabled    bool
}

// Change says what to change of an issuer; what is nil stays. Kind and address stay in any case: links are to
// subjects of that issuer, which another one could give to somebody else.
type Change struct {
	Name                            *string
	Directories, Audiences, Clients *[]string
	KeysURI                         *string
	Enabled                         *bool
}

func invalid() *fault.Error {
	return fault.New(fault.Invalid, "issuer_invalid", "The issuer cannot be stored.")
}

// check brings an issuer into the form it is stored in, or says field by field what is wrong with it. own tells the hosts of this tenant.
func (i *Issuer) check(client *outbound.Client, own func(host string) bool) error {
	f := invalid()
	i.Name = strings.TrimSpace(i.Name)
	if n := utf8.RuneCountInString(i.Name); n == 0 || n > maxName || !literal.Plain(i.Name, false) {
		f = f.WithField("name", "A name has 1 to %d characters and no control characters or marks that turn the direction of writing.", maxName)
	}
	f = i.checkAddress(f, client, own)
	f = i.checkLists(f)
	if i.KeysURI != "" {
		if complaint := checkURL(client, i.KeysURI); complaint != "" {
			f = f.WithField("jwks_uri", "%s", complaint)
		}
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

func (i *Issuer) checkAddress(f *fault.Error, client *outbound.Client, own func(string) bool) *fault.Error {
	switch i.Kind {
	case Entra:
		d, ok := readDirectory(i.Issuer)
		if !ok {
			return f.WithField("issuer", "It is the GUID of a directory, or an address such as %s/GUID/v2.0.", publicAuthority)
		}
		i.Issuer = d.address()
		if d.many() == (len(i.Directories) == 0) {
			if d.many() {
				f = f.WithField("directories", "The address %s is that of all customers: name the directories whose tokens count.", d.name)
			} else {
				f = f.WithField("directories", "The issuer names its directory already.")
			}
		}
	case OIDC:
		if len(i.Directories) > 0 {
			f = f.WithField("directories", "Issuers of kind %s alone have directories.", Entra)
		}
	default:
		return f.WithField("kind", "It is %s or %s.", Entra, OIDC)
	}
	if complaint := checkURL(client, i.Issuer); complaint != "" {
		return f.WithField("issuer", "%s", complaint)
	}
	u, err := url.Parse(i.Issuer)
	switch {
	case err != nil || u.RawQuery != "" || u.ForceQuery || strings.ContainsAny(i.Issuer, "{}"):
		f = f.WithField("issuer", "It is the claim iss of its tokens: an address without a query and without braces.")
	case i.Kind == OIDC && entraHosts[strings.ToLower(u.Hostname())]:
		f = f.WithField("issuer", "Issuers on %s are of the kind %s.", u.Hostname(), Entra)
	case own != nil && own(u.Host):
		f = f.WithField("issuer", "It is this tenant itself.")
	}
	return f
}

func (i *Issuer) checkLists(f *fault.Error) *fault.Error {
	var bad string
	if i.Directories, bad = canonical(i.Directories, maxDirectories, readGUID); bad != "" {
		f = f.WithField("directories", "%s There may be %d, each a GUID.", bad, maxDirectories)
	}
	if i.Audiences, bad = canonical(i.Audiences, maxAudiences, func(s string) (string, bool) { return lowerGUID(trimSlash(s)), plain(s) }); bad != "" || len(i.Audiences) == 0 {
		f = f.WithField("audiences", "%s There may be 1 to %d, of %d characters without spaces.", bad, maxAudiences, maxText)
	}
	client := func(s string) (string, bool) { return s, plain(s) }
	if i.Kind == Entra {
		client = readGUID
	}
	if i.Clients, bad = canonical(i.Clients, maxClients, client); bad != "" {
		f = f.WithField("clients", "%s There may be %d, each the id of a client; of Entra that is a GUID.", bad, maxClients)
	}
	return f
}

// canonical brings the texts of a list into the form they are compared in, each once; bad is a complaint.
func canonical(in []string, most int, one func(string) (string, bool)) (out []string, bad string) {
	out = []string{}
	for _, s := range in {
		text, ok := one(strings.TrimSpace(s))
		if !ok {
			return out, "This is none: " + quoted(s) + "."
		}
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if len(out) > most {
		return out, "There are too many."
	}
	return out, ""
}

// plain reports whether a text can be an identifier in a claim.
func plain(s string) bool {
	return s != "" && len(s) <= maxText && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
}

func trimSlash(s string) string { return strings.TrimSuffix(s, "/") }

// lowerGUID writes what is a GUID in lower case, as Entra does.
func lowerGUID(s string) string {
	if guid, ok := readGUID(s); ok {
		return guid
	}
	return s
}

func checkURL(client *outbound.Client, address string) string {
	err := client.Check(address)
	if err == nil && !strings.HasPrefix(address, "https://") {
		err = errors.New("the address has to begin with https://")
	}
	if err != nil {
		text := err.Error()
		return strings.ToUpper(text[:1]) + text[1:] + "."
	}
	return ""
}

// source is one claim iss that counts, and what is known of it.
type source struct {
	*Issuer

	iss       string
	version   string // of Entra: the claim ver
	directory string // of Entra: the claim tid
	origin    Origin
	keys      *KeySet
}

// sources are all claims iss that an issuer stands for.
func (i *Issuer) sources() []source {
	if i.Kind != Entra {
		return []source{{Issuer: i, iss: i.Issuer, origin: i.from(Origin{Discovery: trimSlash(i.Issuer) + wellKnown, Issuer: i.Issuer})}}
	}
	d, ok := readDirectory(i.Issuer)
	if !ok {
		return nil
	}
	tids := i.Directories
	if !d.many() {
		tids = []string{d.name}
	}
	var out []source
	for _, tid := range tids {
		for _, version := range []string{version1, version2} {
			out = append(out, source{Issuer: i, iss: d.issuer(version, tid), version: version, directory: tid, origin: i.from(d.origin(version))})
		}
	}
	return out
}

func (i *Issuer) from(o Origin) Origin {
	if i.KeysURI != "" {
		return Origin{Issuer: i.Issuer, KeysURI: i.KeysURI} // one set for both versions
	}
	return o
}

// manyDirectories reports whether a subject of the issuer says little without its directory.
func (i *Issuer) manyDirectories() bool { return len(i.Directories) > 0 }

// algorithms are those the issuer may sign with. Entra has one.
func (s *source) algorithms() []jose.SignatureAlgorithm {
	if s.Kind == Entra {
		return taken[:1]
	}
	return taken
}

// takes reports whether a key of the issuer's set is for tokens of this source (spec/trust.md 13.3).
func (s *source) takes(k Key) bool {
	if k.Issuer == "" {
		return true
	}
	if s.Kind != Entra {
		return k.Issuer == s.iss
	}
	d, _ := readDirectory(s.Issuer.Issuer)
	whose := strings.ReplaceAll(k.Issuer, template, s.directory)
	return whose == d.issuer(version2, s.directory) || whose == d.issuer(version1, s.directory)
}

// audience reports whether one of the audiences of a token is ours (spec/trust.md 13.2 step 5).
func (s *source) audience(of []string) bool {
	return slices.ContainsFunc(of, func(a string) bool {
		a = trimSlash(a)
		if slices.Contains(s.Audiences, a) {
			return true
		}
		guid, isURI := strings.CutPrefix(a, "api://")
		_, isGUID := readGUID(guid)
		return s.Kind == Entra && isURI && isGUID && slices.Contains(s.Audiences, guid)
	})
}
