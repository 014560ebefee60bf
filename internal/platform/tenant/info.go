package tenant

import (
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// The statuses of a tenant. One that is being created is known to nobody but its creator.
const (
	Active    = "active"
	Suspended = "suspended"
	creating  = "creating"
	deleted   = "deleted"
)

// Names of tenants that the program makes by itself.
const (
	DefaultName = "default"
	DemoName    = "demo"
)

// Info is what the control database says about a tenant, except where its database is.
type Info struct {
	ID      string    `json:"id"` // GUID, lower case, dashed
	Name    string    `json:"name"`
	Status  string    `json:"status"`   // Active or Suspended
	Hosts   []string  `json:"hosts"`    // lower case, without port; the first is the canonical one
	BaseURL string    `json:"base_url"` // canonical, without trailing slash; made from the first host where none was given
	Demo    bool      `json:"demo"`
	Created time.Time `json:"created_at"`

	statedBase string // as stored; empty where BaseURL is made from the host
}

// Title returns what the organisation is called on its pages: as it has chosen, else by its name. A name that the program gave says nothing of it.
func (i Info) Title(chosen string) string {
	switch {
	case chosen != "":
		return chosen
	case i.Name == DefaultName, i.Demo && i.Name == DemoName:
		return "Provost"
	}
	return i.Name
}

// StatedURL returns the base URL given when the tenant was made; empty where BaseURL is made from its first host.
func (i Info) StatedURL() string { return i.statedBase }

// Origin says under which scheme and port this server is reached, for base URLs made from a host name.
type Origin struct {
	Scheme string // http or https
	Port   int    // 0 or the scheme's default: not written
}

func (o Origin) base(host string) string {
	if o.Scheme == "" {
		o.Scheme = "https"
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if o.Port == 0 || o.Scheme == "http" && o.Port == 80 || o.Scheme == "https" && o.Port == 443 {
		return o.Scheme + "://" + host
	}
	return o.Scheme + "://" + net.JoinHostPort(strings.Trim(host, "[]"), strconv.Itoa(o.Port))
}

var (
	namePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$`)
	hostPattern = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$`)
)

// NormaliseHost brings a host name, or the Host header of a request, into the form it is compared in: lower case,
// without port, trailing dot and the brackets of an IPv6 address.
func NormaliseHost(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.Trim(host, "[]"), ".")
	return strings.ToLower(host)
}

func checkName(name string) error {
	if !namePattern.MatchString(name) {
		return fault.New(fault.Invalid, "tenant_name", "A tenant's name is 1 to 63 letters, digits, dots, dashes and underscores, beginning with a letter or digit.")
	}
	return nil
}

func checkHosts(hosts []string) ([]string, error) {
	if len(hosts) == 0 {
		return nil, fault.New(fault.Invalid, "tenant_host", "A tenant needs a host name under which it is reached.")
	}
	out := make([]string, 0, len(hosts))
	seen := make(map[string]bool)
	for _, h := range hosts {
		n := NormaliseHost(h)
		_, port, err := net.SplitHostPort(h)
		if _, e := strconv.ParseUint(port, 10, 16); err == nil && port != "" && e != nil {
			n = "" // "https://host" would be the host https
		}
		if len(n) > 253 || !hostPattern.MatchString(n) && net.ParseIP(n) == nil {
			return nil, fault.New(fault.Invalid, "tenant_host", "%q is not a host name such as desk.example.com; an international name is given in its xn-- form.", h)
		}
		if !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out, nil
}
