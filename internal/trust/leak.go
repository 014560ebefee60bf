package trust

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

const (
	maxLeakBody = 4 << 10 // bytes

	leaksPerAddress = 30 // a minute, and at once
	leaksPerSecond  = 20 // of all addresses together
	leaksAtOnce     = 100
	leakAddresses   = 4096 // whose pace is remembered
	leakTime        = 10 * time.Second
)

// leaks are reports of leaked secrets on their way. They are worked on after the answer, so that its time tells nothing.
type leaks struct {
	mu      sync.Mutex
	all     *rate.Limiter
	by      map[netip.Addr]*rate.Limiter
	running sync.WaitGroup
}

// allow reports whether one more report from the address is looked at.
func (l *leaks) allow(from netip.Addr, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == nil {
		l.all = rate.NewLimiter(leaksPerSecond, leaksAtOnce)
	}
	if l.by == nil || len(l.by) >= leakAddresses {
		l.by = make(map[netip.Addr]*rate.Limiter)
	}
	from = web.Network(from)
	pace := l.by[from]
	if pace == nil {
		pace = rate.NewLimiter(rate.Every(time.Minute/leaksPerAddress), leaksPerAddress)
		l.by[from] = pace
	}
	return pace.AllowN(now, 1) && l.all.AllowN(now, 1)
}

// leaked answers 202 to whatever is reported, and then looks at it.
func (m *Module) leaked(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		web.Problem(w, r, fault.New(fault.MethodNotAllowed, "method", "This address takes POST."))
		return
	}
	body, err := web.ReadBody(w, r, maxLeakBody)
	candidate, ok := readLeak(body)
	if h := tenant.From(r.Context()); err == nil && ok && h != nil {
		p := m.plane(h)
		from := web.ClientAddress(r.Context()).Unmap()
		if p.leaks.allow(from, p.clock.Now()) {
			ctx := principal.With(context.WithoutCancel(r.Context()), &principal.Principal{Kind: principal.System, TenantID: p.tenantID,
				Login: systemLogin, Address: from, RequestID: web.RequestID(r.Context())})
			p.leaks.running.Go(func() {
				ctx, cancel := context.WithTimeout(ctx, leakTime)
				defer cancel()
				if _, err := m.reportLeak(ctx, h, candidate); err != nil {
					p.log.ErrorContext(ctx, "a report of a leaked secret could not be looked at", "error", err)
				}
			})
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusAccepted)
}

// readLeak finds what may be a secret in a report: the member secret of a JSON object, or all of the text.
func readLeak(body []byte) (candidate string, ok bool) {
	if len(body) > maxLeakBody {
		return "", false
	}
	text := string(body)
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		var report struct {
			Secret string `json:"secret"`
		}
		if err := json.Unmarshal(body, &report); err != nil {
			return "", false
		}
		text = report.Secret
	}
	text = strings.TrimSpace(text)
	if kind, ok := secret.Kind(text); ok {
		return text, kind == secret.KindClient || kind == secret.KindKey || kind == secret.KindSCIM
	}
	return secret.NormaliseLegacy(text)
}

// ReportLeak revokes a client secret, REST API key or provisioning token that somebody has found outside, at once and whatever depends on it, and
// tells its owner. It reports whether there was such a one.
func (m *Module) ReportLeak(ctx context.Context, h *tenant.Handle, value string) (found bool, err error) {
	candidate, ok := readLeak([]byte(value))
	if !ok {
		return false, nil
	}
	return m.reportLeak(ctx, h, candidate)
}

func (m *Module) reportLeak(ctx context.Context, h *tenant.Handle, candidate string) (bool, error) {
	if kind, ok := secret.Kind(candidate); ok && kind == secret.KindSCIM {
		if m.provisioning == nil {
			return false, nil
		}
		return m.provisioning.Leaked(ctx, h, candidate)
	}
	return m.plane(h).reportLeak(ctx, candidate)
}

func (p *plane) reportLeak(ctx context.Context, candidate string) (bool, error) {
	found, err := p.keysKnow(candidate, func(version int64, mac []byte) (bool, error) {
		registration, credential, found, err := credentialWithMAC(ctx, p.db, version, mac)
		if err != nil || found {
			if err == nil {
				err = p.endLeakedSecret(ctx, registration, credential)
			}
			return found, err
		}
		key, found, err := findKey(ctx, p.db, version, mac)
		if err == nil && found {
			err = p.endLeakedKey(ctx, key.id)
		}
		return found, err
	})
	if err == nil && !found && p.system != nil {
		found, err = p.system.Leaked(asTrust(ctx, ""), candidate)
	}
	if err != nil {
		return found, fmt.Errorf("revoke a leaked secret: %w", err)
	}
	return found, nil
}

// endLeakedSecret revokes a client secret, the last working one too.
func (p *plane) endLeakedSecret(ctx context.Context, registration, credential string) error {
	now := p.moment()
	var before, after Credential
	var to []string
	_, err := p.change(ctx, registration, "revoke leaked secret", func(tx *db.Tx, r *Registration) (err error) {
		before, after = Credential{}, Credential{}
		for _, c := range r.Credentials {
			if c.ID == credential && c.Revoked == nil {
				before = c
			}
		}
		to, err = p.toldAbout(ctx, tx, *r)
		return err
	}, func(tx *db.Tx, r, _ *Registration) error {
		if before.ID == "" { // somebody was faster
			return nil
		}
		after = before
		after.Revoked, after.RevokedBy, after.RevokedWhy = &now, actor(ctx), whyLeaked
		if err := p.storeCredential(ctx, tx, r, "leaked", &before, &after); err != nil {
			return err
		}
		return p.leakLetter(to, r.Name, func(b *strings.Builder) { p.describe(b, *r, &before) },
			"provost registration rotate "+r.ClientID).send(ctx, tx, now)
	})
	return err
}

// endLeakedKey switches a REST API key off for good: switching it on again does not help, as it has expired.
func (p *plane) endLeakedKey(ctx context.Context, keyID string) error {
	now := p.moment()
	var before Key
	var to []string
	err := p.db.Write(ctx, func(tx *db.Tx) (err error) {
		if before, err = keyByID(ctx, tx, keyID); err != nil {
			return err
		}
		to = nil
		for _, named := range []string{before.Person, before.CreatedBy} {
			o, err := p.owner(ctx, tx, named)
			if err != nil {
				return err
			}
			to = append(to, o.emails...)
		}
		return nil
	}, func(tx *db.Tx) error {
		if !before.Enabled && before.Expires != nil && !before.Expires.After(now) { // it had ended already
			return nil
		}
		after := before
		after.Enabled, after.Expires = false, &now
		if err := endKey(tx, keyID, now); err != nil {
			return err
		}
		if err := p.audit(ctx, tx, objectKey, "leaked", keyID, before.Description, before, after); err != nil {
			return err
		}
		return p.leakLetter(unique(to), "the key group "+before.Group, func(b *strings.Builder) {
			fmt.Fprintf(b, "  Tenant       %s\n  REST API key %s\n  Description  %s\n  Begins with  %s\n", p.baseURL(), before.ID, before.Description, before.Hint)
		}, fmt.Sprintf("provost key create --group %q --role %s --on-behalf-of %s", before.Group, before.Role, before.Person)).send(ctx, tx, now)
	})
	if err != nil {
		return err
	}
	p.changed()
	return nil
}

func unique(list []string) (out []string) {
	for _, s := range list {
		if !strings.Contains("\n"+strings.Join(out, "\n")+"\n", "\n"+s+"\n") {
			out = append(out, s)
		}
	}
	return out
}

func (p *plane) leakLetter(to []string, whose string, describe func(*strings.Builder), command string) letter {
	var b strings.Builder
	fmt.Fprintf(&b, "A secret of %s was found where it should not be, and reported. It has been revoked at once: what used it cannot authenticate any more.\n\n", whose)
	describe(&b)
	fmt.Fprintf(&b, "\nMake another for the application, find out how the old one came to be known, and look into the audit trail for what was done with it.\n\n  %s\n", command)
	return letter{To: to, Subject: "Revoked: a leaked secret of " + whose, Text: b.String()}
}
