package principal

import (
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// Scope is one right of a token (RFC 6749 section 3.3). Keys and sessions have none: they have the rights of their role.
type Scope struct {
	Name     string `json:"name"`
	API      string `json:"api"` // the API it opens: the last segment of the resource that a token names
	Reads    bool   `json:"reads"`
	Help     string `json:"help"`
	Explicit bool   `json:"-"` // never in a token that was asked for without scope
}

// The scopes that code asks for.
const (
	DataRead        = "data.read"
	ODataRead       = "odata.read"
	ODataWrite      = "odata.write"
	AccessAPI       = "access.api"
	DevicesRead     = "devices.read"
	DevicesWrite    = "devices.write"
	AlertsWrite     = "alerts.write"
	AdminRead       = "admin.read"
	AdminWrite      = "admin.write"
	TokenIntrospect = "token.introspect"
)

// The APIs of a tenant, as the resource of a token names them: "{issuer}/api/{name}". A token for "{issuer}/api" is for all.
const (
	DataAPI     = "data"
	ODataAPI    = "odata"
	GovernAPI   = "access"
	DevicesAPI  = "devices"
	AlertsAPI   = "alerts"
	AdminAPI    = "admin"
	TrustAPI    = "trust"
	PatchingAPI = "patch"
)

// scopes is the one table of scopes.
var scopes = []Scope{
	{Name: DataRead, API: DataAPI, Reads: true, Help: "Read devices and people over the platform data API"},
	{Name: ODataRead, API: ODataAPI, Reads: true, Help: "Read records over the OData API, within the registration's role"},
	{Name: ODataWrite, API: ODataAPI, Help: "Create, change and delete records over the OData API, within the registration's role"},
	{Name: AccessAPI, API: GovernAPI, Help: "Call the access governance API, within the integration's permissions"},
	{Name: DevicesRead, API: DevicesAPI, Reads: true, Help: "Read managed devices"},
	{Name: DevicesWrite, API: DevicesAPI, Help: "Change managed devices and send them commands"},
	{Name: AlertsWrite, API: AlertsAPI, Help: "Send alerts"},
	{Name: AdminRead, API: AdminAPI, Reads: true, Explicit: true, Help: "Read the tenant's administration"},
	{Name: AdminWrite, API: AdminAPI, Explicit: true, Help: "Administer the tenant"},
	{Name: TokenIntrospect, API: TrustAPI, Reads: true, Help: "Ask whether the registration's own tokens count"},
	{Name: "distribution.service.write", API: DevicesAPI, Help: "Distribute apps to devices"},
	{Name: "patchgroup.reader", API: PatchingAPI, Reads: true, Help: "Read patch groups"},
	{Name: "patchgroup.editor", API: PatchingAPI, Help: "Change patch groups"},
	{Name: "patchgroup.admin", API: PatchingAPI, Help: "Administer patch groups"},
}

// Scopes returns the table of scopes.
func Scopes() []Scope { return slices.Clone(scopes) }

// ScopeNamed returns a scope by its exact name.
func ScopeNamed(name string) (Scope, bool) {
	i := slices.IndexFunc(scopes, func(s Scope) bool { return s.Name == name })
	if i < 0 {
		return Scope{}, false
	}
	return scopes[i], true
}

// Require refuses a token that carries none of the scopes with fault.Forbidden, code scope_missing, and one that is for
// other APIs than the scopes' with fault.Unauthenticated. A principal without scopes is not limited by them.
func (p *Principal) Require(anyOf ...string) error {
	if p.Scopes == nil {
		return nil
	}
	if p.APIs != nil && !slices.ContainsFunc(anyOf, func(name string) bool {
		s, _ := ScopeNamed(name)
		return slices.Contains(p.APIs, s.API)
	}) {
		return fault.New(fault.Unauthenticated, "token_audience", "The token is for another API.")
	}
	if slices.ContainsFunc(anyOf, func(name string) bool { return slices.Contains(p.Scopes, name) }) {
		return nil
	}
	f := fault.New(fault.Forbidden, "scope_missing", "The token lacks the scope %s.", strings.Join(anyOf, " or "))
	f.Scope = strings.Join(anyOf, " ")
	return f
}
