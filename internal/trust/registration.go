package trust

import (
	"encoding/json"
	"time"
)

const (
	objectRegistration = "registration"
	objectSecret       = "client_secret"
	objectClientKey    = "client_key"

	// The kinds of credentials of a registration.
	kindSecret = "secret"
	kindJWK    = "jwk"
	kindJWKS   = "jwks_uri"

	// Why credentials were revoked by the program.
	whyRotated = "rotated"
	whyLeaked  = "leaked"

	maxRegistrations = 5000 // of a tenant; requests know them by heart
	maxDescription   = 1000 // characters
	maxWord          = 100  // characters of a label or an environment
	maxContacts      = 10
)

// Registration is an app registration: a program that gets tokens with credentials of its own.
type Registration struct {
	ID          string   `json:"id"`
	ClientID    string   `json:"client_id"`
	Type        string   `json:"type"`        // id in the catalogue of types
	Name        string   `json:"application"` // of the registered application
	Description string   `json:"description"`
	Owner       string   `json:"owner"`       // RecId of a person or team; empty: none
	Contact     string   `json:"contact"`     // e-mail addresses for notices, separated by commas
	Environment string   `json:"environment"` // such as production or test
	Enabled     bool     `json:"enabled"`
	Scopes      []string `json:"scopes"` // granted
	CIDRs       []string `json:"cidrs"`  // empty: from anywhere
	Role        string   `json:"role"`   // In Role on the OData API; empty: none
	Person      string   `json:"on_behalf_of"`

	TokenSeconds      int64        `json:"access_token_lifetime"`   // 300 to 86,400
	TokenAlg          string       `json:"access_token_alg"`        // ES256, EdDSA or RS256
	PlainToken        bool         `json:"plain_token_body"`        // the gateway route answers the bare token where no Accept says otherwise
	EndpointAudience  bool         `json:"token_endpoint_audience"` // client assertions may name the token endpoint as audience
	JWKSURI           string       `json:"jwks_uri,omitempty"`      // RFC 7591: where the client publishes its keys
	APIKey            string       `json:"api_key_id,omitempty"`    // of the REST API key made with it
	LastAuthenticated *time.Time   `json:"last_authenticated"`      // when it last proved itself at a token route, up to ten seconds late
	CreatedBy         string       `json:"created_by"`              // login
	CreatedByName     string       `json:"created_by_name"`         // of the person with that login; else the login
	Created           time.Time    `json:"created_at"`
	Credentials       []Credential `json:"credentials"` // oldest first, revoked ones too

	epoch int64
}

// Credential is what a registration proves itself with, as lists show it: never a secret.
type Credential struct {
	ID          string          `json:"id"`
	Kind        string          `json:"kind"` // secret or jwk
	Label       string          `json:"label"`
	Hint        string          `json:"hint"` // of a secret its beginning, of a key its kid
	NotBefore   time.Time       `json:"not_before"`
	Expires     *time.Time      `json:"expires_at"` // nil: never
	LastUsed    *time.Time      `json:"last_used_at"`
	LastAddress string          `json:"last_address"`
	Uses        int64           `json:"uses"`
	CreatedBy   string          `json:"created_by"`
	Created     time.Time       `json:"created_at"`
	Revoked     *time.Time      `json:"revoked_at"`
	RevokedBy   string          `json:"revoked_by"`
	RevokedWhy  string          `json:"revoked_why"`   // whyRotated also of one that goes on until the grace ends
	JWK         json.RawMessage `json:"jwk,omitempty"` // public; none of a secret

	pepper int64
	mac    []byte
}

// counts reports whether the credential may be used at the time.
func (c *Credential) counts(now time.Time) bool {
	return c.Revoked == nil && !now.Before(c.NotBefore) && (c.Expires == nil || now.Before(*c.Expires))
}
