package bench

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/provost-itsm/provost/internal/sso/saml"
	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
)

const (
	signInPeople   = 1000   // who sign in
	signInMessages = 10_000 // signed for the counted time of a run
	warmUpMessages = 3000   // signed for each second of warm-up
	tamperedEvery  = 20     // one message of so many was changed after it was signed
	finishPath     = "/sso/finish"
)

// gateway is a server with an identity provider that bench plays, and the people who sign in by way of it.
type gateway struct {
	address, host string
	entity        string // ours, as the provider names us in an audience
	acs           string // where messages go: the whole address
	path          string // of it
	provider      *samltest.Provider
}

// message is one signed response in a request, which is used once.
type message struct {
	request  []byte
	login    string
	tampered bool
}

// gateway returns the product with a provider, and with people who have signed in once.
func (b *bench) gateway(ctx context.Context) (*gateway, error) {
	if b.gate != nil {
		b.gate.address = b.server.address
		return b.gate, nil
	}
	key, err := b.server.key(ctx, firstTenant)
	if err != nil {
		return nil, err
	}
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("make the identity provider's key: %w", err)
	}
	g := &gateway{address: b.server.address, host: "localhost", provider: &samltest.Provider{
		EntityID: "https://sts.windows.net/6b1f3c1e-0000-4000-8000-0000000000be/",
		KeyPair:  saml.KeyPair{Key: private, Certificate: samltest.Certify(private, time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0))},
	}}
	var made struct {
		ID string `json:"id"`
	}
	if err := g.administer("POST", "identity-providers", key, 201, map[string]any{
		"preset": "entra", "name": "Bench", "entity_id": g.provider.EntityID, "sso_url": "https://login.bench.example/saml2", "enabled": true,
		"certificate": base64.StdEncoding.EncodeToString(g.provider.Certificate.Raw), "create_users": true, "allow_idp_initiated": true,
	}, &made); err != nil {
		return nil, err
	}
	var ours struct {
		Identifier string `json:"identifier"`
		ReplyURL   string `json:"reply_url"`
	}
	if err := g.administer("GET", "single-sign-on", key, 200, nil, &ours); err != nil {
		return nil, err
	}
	at, err := url.Parse(ours.ReplyURL)
	if err != nil {
		return nil, fmt.Errorf("read the reply URL: %w", err)
	}
	g.entity, g.acs, g.path = ours.Identifier, ours.ReplyURL, at.Path
	start := time.Now()
	messages := g.sign("people", signInPeople, 0)
	m, err := drive{address: g.address, connections: b.Connections}.run(ctx, g.operation(messages))
	if err != nil {
		return nil, err
	}
	if m.acknowledged != signInPeople {
		return nil, fmt.Errorf("%d of %d people could sign in for the first time: %w", m.acknowledged, signInPeople, m.problem)
	}
	b.Progress(fmt.Sprintf("provost: %d people made by their first sign-in in %.1f s", signInPeople, time.Since(start).Seconds()))
	b.gate = g
	return g, nil
}

// administer asks the administration API.
func (g *gateway) administer(method, path, key string, status int, body, result any) error {
	var content []byte
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return fmt.Errorf("ask for %s: %w", path, err)
		}
	}
	c := client{address: g.address}
	defer c.drop()
	answer, err := c.do(fmt.Appendf(nil, "%s /api/admin/v1/%s HTTP/1.1\r\nHost: %s\r\nAuthorization: rest_api_key=%s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		method, path, g.host, key, len(content), content))
	if err != nil {
		return fmt.Errorf("ask for %s: %w", path, err)
	}
	if answer.status != status {
		return fmt.Errorf("ask for %s: status %d: %.300q", path, answer.status, answer.body)
	}
	if err := json.Unmarshal(answer.body, result); err != nil {
		return fmt.Errorf("ask for %s: %w: %.300q", path, err, answer.body)
	}
	return nil
}

// sign makes messages as Entra ID sends them when it begins by itself, a different one of the people each time. One of every so many is
// changed after it was signed; 0: none. They count for five minutes from now, and the allowance for clocks.
func (g *gateway) sign(series string, count, tampered int) []message {
	out := make([]message, count)
	var next atomic.Int64
	var group sync.WaitGroup
	now := time.Now()
	for range runtime.NumCPU() {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < count; i = int(next.Add(1)) - 1 {
				out[i] = g.message(fmt.Sprintf("%s-%d", series, i), i%signInPeople, now, tampered > 0 && i%tampered == tampered-1)
			}
		})
	}
	group.Wait()
	return out
}

func (g *gateway) message(suffix string, person int, now time.Time, tampered bool) message {
	login := fmt.Sprintf("signin.%04d@bench.example", person)
	m := samltest.Target{Provider: g.provider, EntityID: g.entity, ACS: g.acs, NameID: login, Suffix: suffix, Now: now}.Message()
	m.Attributes[1].Values = []string{fmt.Sprintf("6b1f3c1e-0000-4000-8000-%012d", person)} // the object id
	m.Attributes[2].Values = []string{fmt.Sprintf("Bench Person %04d", person)}
	m.Attributes[4].Values = []string{fmt.Sprintf("Person %04d", person)}
	m.Attributes = append(m.Attributes, samltest.Attribute{Name: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name", Values: []string{login}})
	text := samltest.Signing{Key: g.provider.KeyPair, Bare: true}.Message(m.XML(), samltest.AssertionSigned)
	if tampered {
		text = strings.Replace(text, ">Bench Person", ">Forged Person", 1)
	}
	form := samltest.Post(text, "bench")
	return message{login: login, tampered: tampered, request: fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nOrigin: https://login.bench.example\r\nSec-Fetch-Site: cross-site\r\n"+
		"Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s", g.path, g.host, form.ContentType, len(form.Body), form.Body)}
}

// operation posts each message once.
func (g *gateway) operation(messages []message) operation {
	var next atomic.Int64
	return operation{request: func(w *worker) []byte {
		if w.index = int(next.Add(1)) - 1; w.index >= len(messages) {
			return nil
		}
		return messages[w.index].request
	}, good: func(w *worker, status int) bool {
		if messages[w.index].tampered {
			return status >= 400 && status < 500
		}
		return status == 303
	}, check: func(w *worker, _ []byte) error { return g.checkSignIn(w, messages[w.index]) }}
}

// checkSignIn follows the browser from an answer to its session, and looks whose that is. A refusal has to come without a cookie.
func (g *gateway) checkSignIn(w *worker, m message) error {
	arrived := w.cookies()
	if m.tampered {
		if arrived != "" {
			return fmt.Errorf("a refusal sets the cookies %s", arrived)
		}
		return nil
	}
	done, err := w.do(g.get(finishPath, arrived))
	if err != nil {
		return fmt.Errorf("finish a sign-in: %w", err)
	}
	session := cookiesOf(done)
	if done.status != 303 || !strings.Contains(session, "sid=") {
		return fmt.Errorf("finish a sign-in: status %d, cookies %q: %.300q", done.status, session, done.body)
	}
	me, err := w.do(g.get("/api/me", session))
	if err != nil {
		return fmt.Errorf("ask whose session it is: %w", err)
	}
	if me.status != 200 || !strings.Contains(string(me.body), `"`+m.login+`"`) {
		return fmt.Errorf("the session of %s is said to be %d %.300q", m.login, me.status, me.body)
	}
	return nil
}

func (g *gateway) get(path, cookies string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n", path, g.host, cookies)
}

// signIns runs the workload of sign-ins as often as asked.
func (b *bench) signIns(ctx context.Context, w Workload) error {
	g, err := b.gateway(ctx)
	if err != nil {
		return err
	}
	for run := range b.Runs {
		count := signInMessages + int(warmUpMessages*b.WarmUp.Seconds())
		b.Progress(fmt.Sprintf("%s, run %d of %d: signing %d messages", w.Name, run+1, b.Runs, count))
		messages := g.sign(fmt.Sprintf("run%d", run), count, tamperedEvery)
		b.Progress(fmt.Sprintf("%s, run %d of %d", w.Name, run+1, b.Runs))
		r, err := b.measure(ctx, w, target{"provost", g.address, signInPeople, 1, g.operation(messages)}, b.server.pid())
		if err != nil {
			return err
		}
		if r.Requests == 0 && r.Errors == 0 {
			return errors.New("all messages were used up before the warm-up was over: make it shorter")
		}
		r.Run = run + 1
		r.UsedUp = r.Seconds < 0.99*b.Counted.Seconds()
		if r.Database, err = b.server.databaseBytes(ctx); err != nil {
			return err
		}
		b.add(r)
	}
	return nil
}
