package password

import (
	"context"
	"net/netip"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// LinkLife is for how long a link to set a password works.
const LinkLife = 24 * time.Hour

// linkLength is that of a link's secret: 43 characters of 0-9A-Za-z, 256 bits.
const linkLength = 43

// NewLink makes the secret of a link. Only its MAC is kept.
func NewLink() string { return secret.RandomAlnum(linkLength) }

// LinkURL is the link for a secret, which stands in the fragment: that is not sent with the request.
func LinkURL(base, value string) string { return base + "/set-password#" + value }

// ErrLink is the one answer to a link that does not work, whatever the reason.
var ErrLink = fault.New(fault.Invalid, "link_invalid", "This link does not work any more. It may have been used, be older than a day, or have been replaced by a newer one. Ask for a new link.")

// OpenLink has open look up whose link a secret is, and slows down whoever tries many: what open refuses as fault.Invalid counts.
func (j *Judge) OpenLink(ctx context.Context, realm, value string, from netip.Addr, open func(context.Context) error) error {
	try := attempt{realm, "\x00setup", web.Network(from)}
	if err := j.limiter.Take(try); err != nil {
		return err
	}
	err := error(ErrLink)
	if len(value) == linkLength {
		err = open(ctx)
	}
	if !fault.Is(err, fault.Invalid) {
		j.limiter.Give(try)
	}
	return err
}
