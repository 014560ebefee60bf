package federation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/provost-itsm/provost/internal/platform/outbound"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso"
)

const (
	discoveryLife  = time.Hour        // after that it is read again
	discoveryStale = 24 * time.Hour   // for so long it goes on counting where it cannot be read
	discoveryPause = 15 * time.Second // between two attempts to read one that cannot be read
	openIDTime     = 15 * time.Second // of all that a provider is asked for one sign-in
	maxOpenID      = 1 << 20          // bytes of one of its answers
)

// sharedIssuers are the directories of Microsoft that stand for all: their discovery names no issuer that tokens could be held against.
var sharedIssuers = []string{"common", "organizations", "consumers"} //nolint:misspell // as Microsoft writes them

var directoryID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// checkIssuer refuses an issuer that no token, and an identifier that no message could be held against byte for byte.
func (p *Provider) checkIssuer() error {
	if p.EntityID == "" {
		return nil
	}
	u, err := url.Parse(p.EntityID)
	if p.Kind == KindSAML {
		if strings.ContainsAny(p.EntityID, "{}") {
			return invalid("entity_id", "it holds a placeholder, which is no identifier: take that of one directory")
		}
		if err != nil || !sso.MicrosoftIssuer(p.EntityID) { // it need not be an address
			return nil //nolint:nilerr // said above
		}
		if directory, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/"); slices.Contains(sharedIssuers, strings.ToLower(directory)) {
			return invalid("entity_id", "“"+directory+"” stands for every directory, and no message is of that: enter the Microsoft Entra Identifier of one directory, "+
				"https://sts.windows.net/DIRECTORY-ID/")
		}
		return nil
	}
	if complaint := checkAddress(p.EntityID); complaint != "" || err != nil || u.RawQuery != "" {
		return invalid("entity_id", "expected an issuer such as https://login.example.com, without a query")
	}
	if !sso.MicrosoftIssuer(p.EntityID) {
		return nil
	}
	directory, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	switch {
	case slices.Contains(sharedIssuers, strings.ToLower(directory)):
		return invalid("entity_id", "“"+directory+"” stands for every directory, so nobody could tell who vouches for whom: enter the issuer of one directory, "+
			"https://login.microsoftonline.com/DIRECTORY-ID/v2.0, and add one identity provider for each")
	case !directoryID.MatchString(directory):
		return invalid("entity_id", "Microsoft names a directory by its id in the issuer: https://login.microsoftonline.com/DIRECTORY-ID/v2.0")
	}
	return nil
}

// objectIdentifier is the kind of a subject that Microsoft names by its object id.
const objectIdentifier = "objectidentifier"

// openID is what is known of an OpenID provider.
type openID struct {
	*oidc.Provider
	keys    KeySet
	keysURI string
	at      time.Time

	endSession  string   // where people sign out; empty: nowhere
	authMethods []string // how the token endpoint wants the client secret
	namesIssuer bool     // it says who it is in its answers (RFC 9207)
}

// openIDs are those of one tenant, by id of their records.
type openIDs struct {
	mu sync.Mutex
	of map[string]*openIDEntry
}

// openIDEntry is one of them, under one version of its record. Whoever has put something into turn asks the provider.
type openIDEntry struct {
	version int64
	known   atomic.Pointer[openID]
	turn    chan struct{}
	failed  time.Time // of the last attempt to ask, if why is not nil
	why     error
}

type openIDKey struct{ m *Module }

func (m *Module) openIDs(h *tenant.Handle) *openIDs {
	return h.Value(openIDKey{m}, func() any { return &openIDs{of: map[string]*openIDEntry{}} }).(*openIDs)
}

// Close ends what is on its way for the keys of the providers.
func (all *openIDs) Close() error {
	all.mu.Lock()
	defer all.mu.Unlock()
	for _, e := range all.of {
		e.close()
	}
	return nil
}

func (e *openIDEntry) close() {
	if known := e.known.Load(); known != nil {
		known.keys.Close()
	}
}

// entry is what is known under a version of a record. What was known under another is forgotten.
func (all *openIDs) entry(p *Provider) *openIDEntry {
	all.mu.Lock()
	defer all.mu.Unlock()
	e := all.of[p.ID]
	if e == nil || e.version != p.Version {
		if e != nil {
			e.close()
		}
		e = &openIDEntry{version: p.Version, turn: make(chan struct{}, 1)}
		all.of[p.ID] = e
	}
	return e
}

// discover returns what is known of a provider: its discovery document is read once an hour. One that cannot be read goes on counting for a
// day.
func (m *Module) discover(ctx context.Context, h *tenant.Handle, p *Provider) (*openID, error) {
	e := m.openIDs(h).entry(p)
	if known := e.known.Load(); known != nil && m.clock.Now().Sub(known.at) < discoveryLife {
		return known, nil
	}
	select {
	case e.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-e.turn }()
	now, known := m.clock.Now(), e.known.Load()
	if known != nil && now.Sub(known.at) < discoveryLife {
		return known, nil
	}
	if e.why == nil || now.Sub(e.failed) >= discoveryPause {
		asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), openIDTime) // others wait for the same answer
		found, err := m.readDiscovery(asking, p, known)
		cancel()
		if e.why = err; err == nil {
			found.at = now
			e.known.Store(found)
			return found, nil
		}
		e.failed = now
		m.log.WarnContext(ctx, "the discovery document of an OpenID provider could not be read", "identity_provider", p.ID, "error", err)
	}
	if known != nil && now.Sub(known.at) < discoveryStale {
		return known, nil
	}
	return nil, e.why
}

// readDiscovery reads the discovery document of a provider (OpenID Connect Discovery 1.0 section 4).
func (m *Module) readDiscovery(ctx context.Context, p *Provider, before *openID) (*openID, error) {
	if m.outbound == nil || m.keys == nil {
		return nil, refuse("discovery_failed", "This server asks nobody outside.")
	}
	provider, err := oidc.NewProvider(m.asking(ctx), p.EntityID)
	if other := (*oidc.IssuerMismatchError)(nil); errors.As(err, &other) {
		return nil, refuse("discovery_failed", "The discovery document names another issuer: %s. The record has to say the same, byte for byte.", printable(other.Discovered))
	}
	if err != nil {
		return nil, refuse("discovery_failed", "The discovery document below %s could not be read: %s.", printable(p.EntityID), unreachable(err))
	}
	var said struct {
		KeysURI     string   `json:"jwks_uri"`
		EndSession  string   `json:"end_session_endpoint"`
		AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
		NamesIssuer bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := provider.Claims(&said); err != nil {
		return nil, refuse("discovery_failed", "The discovery document cannot be understood.")
	}
	for what, address := range map[string]string{"authorization_endpoint": provider.Endpoint().AuthURL, "token_endpoint": provider.Endpoint().TokenURL, "jwks_uri": said.KeysURI} {
		if complaint := checkAddress(address); complaint != "" {
			return nil, refuse("discovery_failed", "The discovery document has no %s that counts: %s.", what, complaint)
		}
	}
	if checkAddress(said.EndSession) != "" {
		said.EndSession = ""
	}
	out := &openID{Provider: provider, keysURI: said.KeysURI, endSession: said.EndSession, authMethods: said.AuthMethods, namesIssuer: said.NamesIssuer}
	if before != nil && before.keysURI == out.keysURI {
		out.keys = before.keys
		return out, nil
	}
	if before != nil {
		before.keys.Close()
	}
	out.keys = m.keys(out.keysURI)
	return out, nil
}

// asking returns a context in which go-oidc and oauth2 ask by way of the one client that asks outside.
func (m *Module) asking(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, &http.Client{Transport: bounded{m.outbound}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }})
}

// bounded asks by way of the one client that asks outside, and bounds the answers.
type bounded struct{ *outbound.Client }

// RoundTrip makes a request. Reading more of its answer than counts is an error.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.Do(r)
	if err != nil {
		return nil, err
	}
	answer.Body = &boundedBody{ReadCloser: answer.Body, left: maxOpenID}
	return answer, nil
}

var errTooLong = errors.New("the answer is too long")

type boundedBody struct {
	io.ReadCloser
	left int
}

func (b *boundedBody) Read(into []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.ReadCloser.Read(into[:min(len(into), b.left)])
	b.left -= n
	return n, err
}

// unreachable says to administrators why a provider gave no answer that counts. What it sent is left out: it may hold anything.
func unreachable(err error) string {
	var (
		answer *oauth2.RetrieveError
		lookup *net.DNSError
		asked  *url.Error
	)
	if errors.As(err, &asked) {
		err = asked.Err // without the address
	}
	switch {
	case errors.Is(err, outbound.ErrRefused):
		return printable(err.Error())
	case errors.As(err, &lookup): // without the address of whoever was asked
		return "the name " + printable(lookup.Name) + " cannot be looked up: " + printable(lookup.Err)
	case errors.Is(err, context.DeadlineExceeded):
		return "it took too long"
	case errors.Is(err, errTooLong):
		return fmt.Sprintf("there is more than %d KiB of it", maxOpenID>>10)
	case errors.As(err, &answer) && answer.ErrorCode != "":
		return "it answers " + printable(answer.ErrorCode) + " " + printable(answer.ErrorDescription)
	case errors.As(err, &answer) && answer.Response != nil:
		return fmt.Sprintf("it answers %d", answer.Response.StatusCode)
	}
	if status, _, found := strings.Cut(err.Error(), ":"); found && len(status) > 3 && status[0] >= '3' && status[0] <= '5' && status[3] == ' ' {
		return "it answers " + printable(status) // go-oidc puts the status first, and all that was sent after it
	}
	if asked != nil {
		return printable(err.Error())
	}
	return "what it answers cannot be understood"
}

// endSession is where a browser signs out of a provider (OpenID Connect RP-Initiated Logout 1.0 section 2).
func (m *Module) endSession(ctx context.Context, h *tenant.Handle, p *Provider) (string, error) {
	known, err := m.discover(ctx, h, p)
	if err != nil {
		return "", err
	}
	if known.endSession == "" {
		return p.LogoutPage, nil
	}
	u, err := url.Parse(known.endSession)
	if err != nil {
		return "", fmt.Errorf("read where to sign out: %w", err)
	}
	query := u.Query()
	query.Set("client_id", p.ClientID)
	if p.LogoutPage != "" { // a provider refuses what is not registered with it, so nothing is asked for that nobody has said
		query.Set("post_logout_redirect_uri", p.LogoutPage)
	}
	u.RawQuery = query.Encode()
	return u.String(), nil
}
