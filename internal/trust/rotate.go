package trust

import (
	"context"
	"slices"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// StandardGrace is for how long a replaced secret goes on where nothing was said.
const StandardGrace = 7 * 24 * time.Hour

// CodeSecretUnclear is the code of the refusal to rotate where several secrets are in use and none was named.
const CodeSecretUnclear = "secret_unclear"

const maxGrace = 90 * 24 * time.Hour

// Rotation says how to replace a client secret.
type Rotation struct {
	CredentialSpec               // of the new secret
	Credential     string        // id of the secret to replace; empty: the one that no rotation has replaced yet
	Grace          time.Duration // how long the old one goes on; 0: it ends at once
}

// RotateSecret adds a secret and has the old one end after the grace. Secrets that had been replaced before end at once, oldest
// first, where there would be more than the setting trust.live_secrets allows. Where that is not enough, or where it is not
// clear which secret is meant, nothing changes (fault.Conflict).
func (m *Module) RotateSecret(ctx context.Context, h *tenant.Handle, registration string, s Rotation) (IssuedSecret, error) {
	if s.Grace < 0 || s.Grace > maxGrace {
		return IssuedSecret{}, fault.New(fault.Invalid, "grace_invalid", "The old secret may go on for up to 90 days.")
	}
	p := m.plane(h)
	p.flushQuietly(ctx) // the answer says when the old secret was last used
	rules := p.policy(ctx)
	c, value := p.newSecretCredential(ctx, "", p.moment())
	if err := s.settle(&c, rules); err != nil {
		return IssuedSecret{}, err
	}
	now := c.Created
	if s.Grace < c.NotBefore.Sub(now) {
		return IssuedSecret{}, fault.New(fault.Invalid, "grace_invalid", "The old secret would end before the new one begins.")
	}
	var plan rotation
	after, err := p.change(ctx, registration, "rotate client secret", func(_ *db.Tx, r *Registration) (err error) {
		if err := p.mayAdd(ctx, r, rules, now); err != nil {
			return err
		}
		if plan, err = planRotation(r, s, rules.live, now, actor(ctx)); err != nil {
			return err
		}
		if c.NotBefore.After(now) && !plan.leavesWorking(r, now, c.NotBefore.Add(-time.Microsecond)) {
			return fault.New(fault.Conflict, "last_credential", "No credential of %s would work until the new secret begins: have it begin at once.", r.Name)
		}
		return nil
	}, func(tx *db.Tx, r, _ *Registration) error {
		if err := p.storeCredential(ctx, tx, r, "create", nil, &c); err != nil {
			return err
		}
		for i := range plan.before {
			if err := p.storeCredential(ctx, tx, r, "rotate", &plan.before[i], &plan.after[i], "successor:"+c.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return IssuedSecret{}, err
	}
	out := issued(after.ClientID, value, c)
	if len(plan.after) > 0 {
		out.Replaced, out.Ended = &plan.after[0], plan.after[1:]
	}
	return out, nil
}

// rotation is what a rotation changes: the old secret first, then those that end to make room.
type rotation struct{ before, after []Credential }

func (o *rotation) end(c Credential, now time.Time, grace time.Duration, by string) {
	was := c
	c.RevokedWhy = whyRotated
	if end := now.Add(grace); grace == 0 {
		c.Revoked, c.RevokedBy = &now, by
	} else if c.Expires == nil || c.Expires.After(end) {
		c.Expires = &end
	}
	o.before, o.after = append(o.before, was), append(o.after, c)
}

// leavesWorking reports whether the registration can prove itself before the new secret begins.
func (o *rotation) leavesWorking(r *Registration, from, to time.Time) bool {
	return r.JWKSURI != "" || slices.ContainsFunc(r.Credentials, func(c Credential) bool {
		i := slices.IndexFunc(o.after, func(a Credential) bool { return a.ID == c.ID })
		if i >= 0 {
			c = o.after[i]
		}
		return c.counts(from) && c.counts(to)
	})
}

func planRotation(r *Registration, s Rotation, most int, now time.Time, by string) (out rotation, err error) {
	live := liveSecrets(r, now)
	replaced, err := toReplace(live, s.Credential)
	if err != nil {
		return out, err
	}
	room := most - len(live)
	if replaced != nil {
		out.end(*replaced, now, s.Grace, by)
		if s.Grace == 0 {
			room++
		}
	}
	for _, c := range live {
		if room > 0 {
			break
		}
		if c.rotated() && (replaced == nil || c.ID != replaced.ID) {
			out.end(c, now, 0, by)
			room++
		}
	}
	if room <= 0 {
		return rotation{}, fault.New(fault.Conflict, "secrets_full",
			"There would be more than %d live secrets, which is as many as the setting %s allows: revoke one, or rotate without grace.", most, settingLiveSecrets)
	}
	return out, nil
}

// toReplace finds the secret that is meant; nil where there is none to replace.
func toReplace(live []Credential, named string) (*Credential, error) {
	if named != "" {
		i := slices.IndexFunc(live, func(c Credential) bool { return c.ID == named })
		if i < 0 {
			return nil, fault.New(fault.NotFound, "credential_unknown", "The registration has no such live secret.")
		}
		return &live[i], nil
	}
	var found *Credential
	for i := range live {
		if live[i].rotated() {
			continue
		}
		if found != nil {
			return nil, fault.New(fault.Conflict, CodeSecretUnclear, "The registration has several secrets in use: say which one to replace.")
		}
		found = &live[i]
	}
	return found, nil
}
