package bench

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	tokenClients = 1000   // that ask for tokens
	liveTokens   = 10_000 // that are introspected and shown
	zipf         = 1.1    // how often which of them
)

// issuer is a server that gives tokens for a client's id and secret, and says what tokens carry.
type issuer struct {
	name, address, host string
	token, introspect   string // paths
	bearer              string // path that a live token opens; empty: none
	form                string // of a token request
	live                string // of a request for a token that is introspected
	clients             []tokenClient
	keys                jose.JSONWebKeySet // that sign tokens
	alg                 jose.SignatureAlgorithm

	requests       [][]byte // a token request of each client
	introspections [][]byte // one of each live token
	bearers        [][]byte // a request with each live token
	owners         []int    // the client of each live token
	given          atomic.Int64
}

// tokenClient is a client's id and secret.
type tokenClient struct {
	AuthURL string `json:"auth_url"`
	ID      string `json:"client_id"`
	Secret  string `json:"client_secret"`
}

// basic is the Authorization header of a client (RFC 6749 section 2.3.1).
func (c tokenClient) basic() string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(c.ID)+":"+url.QueryEscape(c.Secret))) + "\r\n"
}

// post returns a request of a client with a form.
func (i *issuer) post(path string, c tokenClient, form string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\n%sContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		path, i.host, c.basic(), len(form), form)
}

// first gets one token.
func (i *issuer) first() error {
	c := client{address: i.address}
	defer c.drop()
	answer, err := c.do(i.post(i.token, i.clients[0], i.form))
	if err == nil {
		_, err = accessToken(answer.body)
		i.given.Add(1)
	}
	if err != nil {
		return fmt.Errorf("get a first token of %s: %w", i.name, err)
	}
	return nil
}

// prepare reads the keys from their path and makes the requests.
func (i *issuer) prepare(keys string) error {
	c := client{address: i.address}
	defer c.drop()
	answer, err := c.do([]byte("GET " + keys + " HTTP/1.1\r\nHost: " + i.host + "\r\n\r\n"))
	if err != nil {
		return fmt.Errorf("read the keys of %s: %w", i.name, err)
	}
	if err := json.Unmarshal(answer.body, &i.keys); err != nil || answer.status != 200 {
		return fmt.Errorf("read the keys of %s: status %d, %w: %.300q", i.name, answer.status, err, answer.body)
	}
	for _, c := range i.clients {
		i.requests = append(i.requests, i.post(i.token, c, i.form))
	}
	return nil
}

// enliven gets the live tokens, as many from each client, in an order in which a client's own do not follow each other.
func (i *issuer) enliven(ctx context.Context, connections int) error {
	if i.introspections != nil {
		return nil
	}
	i.introspections, i.bearers, i.owners = make([][]byte, liveTokens), make([][]byte, liveTokens), make([]int, liveTokens)
	var next atomic.Int64
	m, err := drive{address: i.address, connections: connections}.run(ctx, operation{status: 200, request: func(w *worker) []byte {
		if w.index = int(next.Add(1)) - 1; w.index >= liveTokens {
			return nil
		}
		return i.post(i.token, i.clients[w.index%len(i.clients)], i.live)
	}, each: func(w *worker, body []byte) error {
		i.given.Add(1)
		token, err := accessToken(body)
		if err != nil {
			return err
		}
		owner := w.index % len(i.clients)
		i.owners[w.index] = owner
		i.introspections[w.index] = i.post(i.introspect, i.clients[owner], "token="+token)
		i.bearers[w.index] = []byte("GET " + i.bearer + " HTTP/1.1\r\nHost: " + i.host + "\r\nAuthorization: Bearer " + token + "\r\n\r\n")
		return nil
	}})
	if err == nil && m.acknowledged != liveTokens {
		err = fmt.Errorf("%d of %d tokens could be had of %s: %w", m.acknowledged, liveTokens, i.name, m.problem)
	}
	return err
}

// accessToken reads the answer of the token route (RFC 6749 section 5.1).
func accessToken(body []byte) (string, error) {
	var answer struct {
		Token     string `json:"access_token"`
		Type      string `json:"token_type"`
		ExpiresIn int    `json:"expires_in"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Token == "" || answer.Type != "Bearer" || answer.ExpiresIn < 60 {
		return "", fmt.Errorf("this is no answer of a token route: %.300q", body)
	}
	return answer.Token, nil
}

// checkToken verifies the token of an answer and that it is the client's.
func (i *issuer) checkToken(body []byte, clientID string) error {
	token, err := accessToken(body)
	if err != nil {
		return err
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{i.alg})
	if err != nil {
		return fmt.Errorf("read a token: %w", err)
	}
	keys := i.keys.Key(signed.Signatures[0].Header.KeyID)
	if len(keys) != 1 {
		return fmt.Errorf("a token is signed with the key %q, which is not published", signed.Signatures[0].Header.KeyID)
	}
	payload, err := signed.Verify(keys[0])
	if err != nil {
		return fmt.Errorf("verify a token: %w", err)
	}
	var claims struct {
		Subject  string `json:"sub"`
		ClientID string `json:"client_id"`
		Expires  int64  `json:"exp"`
		ID       string `json:"jti"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return fmt.Errorf("read a token: %w", err)
	}
	if claims.ClientID != clientID || claims.Subject != clientID || claims.ID == "" || claims.Expires <= time.Now().Unix() {
		return fmt.Errorf("the token for %s is %s", clientID, payload)
	}
	return nil
}

// checkIntrospection parses an answer and checks that the token is live and the client's.
func checkIntrospection(body []byte, clientID string) error {
	var answer struct {
		Active   bool   `json:"active"`
		ClientID string `json:"client_id"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || !answer.Active || answer.ClientID != clientID {
		return fmt.Errorf("a live token of %s is said to be %.300q", clientID, body)
	}
	return nil
}

// operation makes the requests of a workload.
func (i *issuer) operation(k kind, connections int) operation {
	if k == issueToken {
		return operation{status: 200, request: func(w *worker) []byte {
			w.index = w.r.IntN(len(i.requests))
			return i.requests[w.index]
		}, each: func(*worker, []byte) error {
			i.given.Add(1)
			return nil
		}, check: func(w *worker, body []byte) error { return i.checkToken(body, i.clients[w.index].ID) }}
	}
	ranks := make([]*rand.Zipf, connections)
	requests := i.introspections
	check := func(w *worker, body []byte) error { return checkIntrospection(body, i.clients[i.owners[w.index]].ID) }
	if k == bearer {
		requests = i.bearers
		check = func(_ *worker, body []byte) error {
			if !json.Valid(body) {
				return fmt.Errorf("the answer to a token is not JSON: %.300q", body)
			}
			return nil
		}
	}
	return operation{status: 200, request: func(w *worker) []byte {
		if ranks[w.id] == nil {
			ranks[w.id] = rand.NewZipf(w.r, zipf, 1, liveTokens-1)
		}
		w.index = int(ranks[w.id].Uint64())
		return requests[w.index]
	}, check: check}
}

// tokens runs one of the workloads of the trust plane as often as asked, product and peer in turn.
func (b *bench) tokens(ctx context.Context, w Workload) error {
	mine, err := b.issuer(ctx, w)
	if err != nil {
		return err
	}
	if w.kind == compareTimes {
		return b.timing(ctx, mine)
	}
	for run := range b.Runs {
		b.Progress(fmt.Sprintf("%s, run %d of %d", w.Name, run+1, b.Runs))
		ours, err := b.measure(ctx, w, target{"provost", mine.address, len(mine.clients), 1, mine.operation(w.kind, b.Connections)}, b.server.pid())
		if err != nil {
			return err
		}
		ours.Run = run + 1
		if ours.Database, err = b.server.databaseBytes(ctx); err != nil {
			return err
		}
		if w.kind == issueToken && run == b.Runs-1 && !b.Short { // up to ten seconds go by until uses are written
			if ours.UsesExpected = mine.given.Load(); ours.UsesExpected > 0 {
				if ours.UsesFound, err = b.uses(ctx, mine); err != nil {
					return err
				}
			}
		}
		b.add(ours)
		if b.Against == "" {
			continue
		}
		rival, err := b.oidcProvider(ctx, w)
		if err != nil {
			return err
		}
		theirs, err := b.measurePeer(ctx, w, target{rival.name, rival.address, len(rival.clients), 1, rival.operation(w.kind, b.Connections)}, ours)
		if err != nil {
			return err
		}
		b.add(theirs)
	}
	return nil
}

// raised are the settings of a tenant that let one client and one address do what a benchmark does.
var raised = []struct{ name, value string }{
	{"trust.tokens_per_second", "1000000"}, {"trust.calls_per_minute", "60000000"}, {"trust.failures_per_minute", "10000000"},
}

// issuer returns the product with clients whose tokens are signed with a workload's algorithm, and live tokens where it needs them.
func (b *bench) issuer(ctx context.Context, w Workload) (*issuer, error) {
	i := b.issuers[w.alg]
	if i == nil {
		if err := b.raise(ctx); err != nil {
			return nil, err
		}
		var made struct {
			Registrations []tokenClient `json:"registrations"`
		}
		start := time.Now()
		if err := b.server.administer(ctx, nil, &made, "bench-registrations", "--count", fmt.Sprint(tokenClients), "--alg", w.alg, "--tenant", firstTenant); err != nil {
			return nil, err
		}
		b.Progress(fmt.Sprintf("provost: %d app registrations made in %.1f s", len(made.Registrations), time.Since(start).Seconds()))
		if len(made.Registrations) != tokenClients {
			return nil, errors.New("not all app registrations were made")
		}
		address, err := url.Parse(made.Registrations[0].AuthURL)
		if err != nil {
			return nil, fmt.Errorf("read the Auth URL: %w", err)
		}
		root := strings.TrimSuffix(address.Path, "/connect/token")
		i = &issuer{
			name: "provost", address: b.server.address, host: address.Host, clients: made.Registrations, alg: jose.SignatureAlgorithm(w.alg),
			token: address.Path, introspect: root + "/connect/introspect", bearer: "/api/apigatewaydataservices/v1/devices?$top=1",
			form: "grant_type=client_credentials", live: "grant_type=client_credentials",
		}
		// The first token is what makes the first key of an algorithm.
		if err := i.first(); err != nil {
			return nil, err
		}
		if err := i.prepare(root + "/.well-known/jwks.json"); err != nil {
			return nil, err
		}
		b.issuers[w.alg] = i
	}
	if w.kind == introspect || w.kind == bearer {
		return i, i.enliven(ctx, b.Connections)
	}
	return i, nil
}

// raise lifts the rate limits of the first tenant, once, and says so in the results that follow.
func (b *bench) raise(ctx context.Context) error {
	if b.limited != "none" {
		return nil
	}
	var words []string
	for _, s := range raised {
		var done struct{}
		if err := b.server.administer(ctx, nil, &done, "setting", "set", s.name, s.value, "--tenant", firstTenant); err != nil {
			return err
		}
		words = append(words, s.name+"="+s.value)
	}
	b.limited = strings.Join(words, " ")
	return nil
}

// usesWritten is how long the server may take to write the uses of credentials down (every ten seconds), and some more.
const usesWritten = 15 * time.Second

// uses returns how many uses of the clients' secrets are counted, as soon as they are those expected, or after a while.
func (b *bench) uses(ctx context.Context, i *issuer) (int64, error) {
	ended := time.After(usesWritten)
	poll := time.NewTicker(500 * time.Millisecond)
	defer poll.Stop()
	for {
		var counted struct {
			Uses int64 `json:"uses"`
		}
		if err := b.server.administer(ctx, nil, &counted, "bench-uses", "--alg", string(i.alg), "--tenant", firstTenant); err != nil {
			return 0, err
		}
		if counted.Uses == i.given.Load() {
			return counted.Uses, nil
		}
		select {
		case <-poll.C:
		case <-ended:
			return counted.Uses, nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}
