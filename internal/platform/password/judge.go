package password

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/pace"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/web"
)

const (
	attempts  = 8               // that may fail at once, for one account from one address
	firstWait = 2 * time.Second // after the last of these
	longest   = 5 * time.Minute
)

// attempt is what a wrong password counts for: an account from an address. Who guesses elsewhere does not keep its owner out. The
// bound on the work is secret.Passwords.
type attempt struct {
	realm, login string
	from         netip.Addr
}

// Judge hashes and checks passwords of all realms (tenants, and the server's own) of a process. Safe for concurrent use.
type Judge struct {
	hashes  *secret.Passwords
	limiter *pace.Limiter[attempt]
}

// NewJudge returns a judge. hashes may be shared with others: a process has one.
func NewJudge(hashes *secret.Passwords, c clock.Clock) *Judge {
	return &Judge{hashes, pace.New[attempt](c, pace.Limits{Free: attempts, First: firstWait, Longest: longest, Forget: 30 * time.Minute,
		Refusal: fault.New(fault.RateLimited, "sign_in_limited", "Too many failed sign-ins. Wait a moment before you try again.")})}
}

// Hash checks a new password of the account with a login and returns what is kept of it.
func (j *Judge) Hash(ctx context.Context, password, login string) (string, error) {
	if err := Check(password, login); err != nil {
		return "", err
	}
	return j.hashes.Hash(ctx, normalise(password))
}

// Accounts finds accounts by login, and keeps a hash that was made with other costs anew.
type Accounts interface {
	// Account returns the id and the hash of whoever may sign in under a login; an empty hash is nobody.
	Account(ctx context.Context, login string) (id, hash string, err error)

	// Rehashed replaces a hash, unless the password was changed meanwhile. That it cannot be done is no reason to refuse anybody.
	Rehashed(ctx context.Context, id, old, hash string, failure error)
}

// Admission is an account's own condition, which Accounts may have besides: a right password that it does not admit counts as a wrong one,
// also for the wait after it.
type Admission interface {
	// Admit returns nil, or a fault.Unauthenticated for whoever may not sign in from that address.
	Admit(ctx context.Context, id string, from netip.Addr) error
}

// errRefused is the one answer to a login and a password that do not count.
var errRefused = fault.New(fault.Unauthenticated, "sign_in_refused", "The name or the password is wrong.")

// Verify returns the id of the account with this login and password. Anything else is one fault.Unauthenticated that takes as long; an
// account tried too often from one address gives fault.RateLimited, and a machine busy with other sign-ins fault.Unavailable.
func (j *Judge) Verify(ctx context.Context, realm string, of Accounts, login, password string, from netip.Addr) (string, error) {
	try := attempt{realm, literal.Fold(login), web.Network(from)}
	if err := j.limiter.Take(try); err != nil {
		return "", err
	}
	var id, hash string
	var err error
	if literal.Valid(login) {
		id, hash, err = of.Account(ctx, login)
	}
	if err != nil {
		j.limiter.Give(try)
		return "", fmt.Errorf("verify password: %w", err)
	}
	password = normalise(password)
	ok := false
	if hash == "" {
		err = j.hashes.VerifyNone(ctx, password)
	} else {
		ok, err = j.hashes.Verify(ctx, hash, password)
	}
	if err != nil {
		j.limiter.Give(try)
		return "", fmt.Errorf("verify password: %w", err)
	}
	if !ok {
		return "", errRefused
	}
	if a, conditional := of.(Admission); conditional {
		if err := a.Admit(ctx, id, from); err != nil {
			if fault.Is(err, fault.Unauthenticated) {
				return "", errRefused
			}
			j.limiter.Give(try)
			return "", fmt.Errorf("verify password: %w", err)
		}
	}
	j.limiter.Forget(try)
	if secret.NeedsRehash(hash) {
		fresh, err := j.hashes.Hash(ctx, password)
		of.Rehashed(ctx, id, hash, fresh, err)
	}
	return id, nil
}
