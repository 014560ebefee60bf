package people

import (
	"net/netip"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/pace"
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
	tenant, login string
	from          netip.Addr
}

func attemptOf(tenant, login string, from netip.Addr) attempt {
	return attempt{tenant, login, web.Network(from)}
}

func newLimiter(c clock.Clock) *pace.Limiter[attempt] {
	return pace.New[attempt](c, pace.Limits{Free: attempts, First: firstWait, Longest: longest, Forget: 30 * time.Minute,
		Refusal: fault.New(fault.RateLimited, "sign_in_limited", "Too many failed sign-ins. Wait a moment before you try again.")})
}
