package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
)

// adapter is a dialect of a peer and what has to be made there first.
type adapter struct {
	dialect *dialect
	prepare func(c *client, host string) error // makes the empty set; may be nil
}

// adapter returns the one of the name the user gave.
func (o *Options) adapter() (adapter, error) {
	switch o.Adapter {
	case "pocketbase":
		if o.Token == "" {
			return adapter{}, errors.New("the adapter pocketbase needs a superuser's token: --against-token or PROVOST_BENCH_TOKEN")
		}
		return pocketBase(o.Token), nil
	case "cap":
		return capService(o.Token), nil
	}
	return adapter{}, fmt.Errorf("--against needs --adapter pocketbase, cap or oidc-provider, not %q", o.Adapter)
}

// peerAddress returns HOST:PORT of a peer's URL. Load goes to this machine only, unless the user says otherwise.
func peerAddress(text string, remote bool) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" || u.Host == "" || u.Path != "" && u.Path != "/" {
		return "", fmt.Errorf("--against wants http://HOST:PORT, not %q", text)
	}
	port := u.Port()
	if port == "" {
		port = "80"
	}
	if a, err := netip.ParseAddr(u.Hostname()); !remote && u.Hostname() != "localhost" && (err != nil || !a.IsLoopback()) {
		return "", fmt.Errorf("%s is another machine; put load on it only if it is yours, with --allow-remote", u.Hostname())
	}
	return net.JoinHostPort(u.Hostname(), port), nil
}

// preparePeer makes and fills the peer's set when it is needed first.
func (b *bench) preparePeer(ctx context.Context) error {
	if b.peer != nil {
		return nil
	}
	address, err := peerAddress(b.Against, b.AllowRemote)
	if err != nil {
		return err
	}
	a, err := b.adapter()
	if err != nil {
		return err
	}
	s, err := benchShape(b.Seed, b.Records)
	if err != nil {
		return err
	}
	host := address
	if a.prepare != nil {
		c := &client{address: address}
		defer c.drop()
		if err := a.prepare(c, host); err != nil {
			return fmt.Errorf("prepare %s: %w", a.dialect.name, err)
		}
	}
	p := newPlace(address, host, a.dialect, s)
	before, err := p.count()
	if err != nil {
		return err
	}
	p.rows.Store(before)
	if err := b.fill(ctx, p); err != nil {
		return err
	}
	b.peer = p
	return nil
}
