package trust

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// RegistrationType is an entry of the catalogue of what may be registered. A new one is data, in catalogue/types.json.
type RegistrationType struct {
	ID          string         `json:"id"`
	Caption     string         `json:"caption"`
	Aliases     []string       `json:"aliases,omitempty"` // other captions people know it by
	Description string         `json:"description"`
	Help        string         `json:"help"` // page of the documentation
	Word        string         `json:"word"` // in client ids
	Scopes      []string       `json:"scopes"`
	Editable    bool           `json:"editable"`          // scopes may be chosen; else they are exactly Scopes
	Role        string         `json:"role,omitempty"`    // default In Role on the OData API
	APIKey      *TypeAPIKey    `json:"api_key,omitempty"` // a REST API key is made with it, in that role
	Panel       []PanelField   `json:"panel"`             // with {placeholders}
	Snippets    []PanelSnippet `json:"snippets,omitempty"`
}

// TypeAPIKey says into which key group the REST API key of a registration goes. The group is made where it is missing.
type TypeAPIKey struct {
	Group       string `json:"group"`
	Description string `json:"description"`
}

// PanelField is a value to copy into the application that is registered.
type PanelField struct {
	Caption string `json:"caption"`
	Value   string `json:"value"`
	Secret  bool   `json:"secret"` // shown this once
}

// PanelSnippet is a piece of code that works as it stands.
type PanelSnippet struct {
	Caption string   `json:"caption"`
	Lines   []string `json:"lines"`
}

//go:embed catalogue/types.json
var typesFile []byte

var registrationTypes = readTypes(typesFile)

func readTypes(file []byte) (types []RegistrationType) {
	if err := json.Unmarshal(file, &types); err != nil {
		panic("trust: catalogue of registration types: " + err.Error())
	}
	return types
}

// RegistrationTypes returns the catalogue: what may be registered.
func RegistrationTypes() []RegistrationType { return slices.Clone(registrationTypes) }

// RegistrationTypeNamed returns a type by its id or one of its captions, in whatever case.
func RegistrationTypeNamed(name string) (RegistrationType, bool) {
	wanted := literalName(name)
	for _, t := range registrationTypes {
		for _, known := range append([]string{t.ID, t.Caption}, t.Aliases...) {
			if wanted == literalName(known) {
				return t, true
			}
		}
	}
	return RegistrationType{}, false
}

// literalName is a name as it is compared: CustomApp, custom_app and Custom App are one.
func literalName(name string) string {
	return foldedName(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '_' {
			return -1
		}
		return r
	}, name))
}

// typeNamed refuses a type that the catalogue does not know.
func typeNamed(name string) (RegistrationType, error) {
	t, ok := RegistrationTypeNamed(name)
	if ok {
		return t, nil
	}
	known := make([]string, len(registrationTypes))
	for i, t := range registrationTypes {
		known[i] = t.ID + " (" + t.Caption + ")"
	}
	return t, fault.New(fault.Invalid, "type_unknown", "There is no such type of app registration; there are %s.", strings.Join(known, ", ")).
		WithField("type", "It is not in the catalogue.")
}

// choose returns the scopes a registration of the type gets where these were asked for, in the order of the one table, or
// says why not.
func (t RegistrationType) choose(asked []string) (scopes []string, complaint string) {
	var names []string
	for _, s := range asked {
		if strings.Trim(s, " ,") == "" {
			return nil, "A scope is a name such as " + principal.DataRead + "."
		}
		names = append(names, strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' })...)
	}
	if len(names) == 0 {
		names = t.Scopes
	}
	for _, name := range names {
		if _, ok := principal.ScopeNamed(name); !ok {
			return nil, "There is no such scope; there are " + scopeNames() + "."
		}
	}
	for _, s := range principal.Scopes() {
		if slices.Contains(names, s.Name) {
			scopes = append(scopes, s.Name)
		}
	}
	if !t.Editable && !slices.Equal(sorted(scopes), sorted(t.Scopes)) {
		return nil, "The scopes of " + t.Caption + " are " + strings.Join(t.Scopes, ", ") + " and cannot be changed."
	}
	return scopes, ""
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

func scopeNames() string {
	var names []string
	for _, s := range principal.Scopes() {
		names = append(names, s.Name)
	}
	return strings.Join(names, ", ")
}

// newClientID makes a client id: integrators know the shape. It says nothing about the tenant.
func (t RegistrationType) newClientID() string {
	return clientIDPrefix + t.Word + "_" + secret.RandomAlnum(clientIDRandom)
}

const (
	clientIDPrefix = "AppReg_"
	clientIDRandom = 22  // base62 characters: 131 bits
	maxClientID    = 128 // bytes
)

// baseURL is the tenant's, as integrators take it apart: no trailing slash, no port if it is the scheme's.
func (p *plane) baseURL() string {
	base := strings.TrimRight(p.info().BaseURL, "/")
	if strings.HasPrefix(base, "https://") {
		return strings.TrimSuffix(base, ":443")
	}
	return strings.TrimSuffix(base, ":80")
}

// issuer is the tenant as issuer of tokens (RFC 8414 section 2).
func (p *plane) issuer() string { return p.baseURL() + "/" + strings.ToLower(p.tenantID) }

// authURL is where tokens are got: "Neurons Auth Url", which integrators cut into host and tenant id.
func (p *plane) authURL() string { return p.issuer() + "/connect/token" }

// AuthURL is where the registrations of a tenant get their tokens.
func (m *Module) AuthURL(h *tenant.Handle) string { return m.plane(h).authURL() }

// fill puts values into the panel and the snippets of a type. What needs a value that there is none of is left out.
func (t RegistrationType) fill(values map[string]string) (panel []PanelField, snippets []PanelSnippet) {
	var pairs []string
	for name, v := range values {
		if v != "" {
			pairs = append(pairs, "{"+name+"}", v)
		}
	}
	known := strings.NewReplacer(pairs...)
	missing := func(s string) bool {
		for name, v := range values {
			if v == "" && strings.Contains(s, "{"+name+"}") {
				return true
			}
		}
		return false
	}
	panel = []PanelField{}
	for _, f := range t.Panel {
		if missing(f.Value) {
			continue
		}
		f.Secret = strings.Contains(f.Value, "{client_secret}") || strings.Contains(f.Value, "{api_key}")
		f.Value = known.Replace(f.Value)
		panel = append(panel, f)
	}
	for _, s := range t.Snippets {
		text := strings.Join(s.Lines, "\n")
		if missing(text) {
			continue
		}
		snippets = append(snippets, PanelSnippet{s.Caption, strings.Split(known.Replace(text), "\n")})
	}
	return panel, snippets
}
