package sso

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Home-realm discovery: which provider somebody signs in with follows from the domain of their e-mail address (spec/sso.md section 11).
// Whether anybody has the address is never asked.

// federated is the tenant of a realm whose people may sign in by way of others; nil where there is none, as at the server's own host.
func (m *Module) federated(ctx context.Context, h *realm) *tenant.Handle {
	if m.federation == nil || h.ID == "" {
		return nil
	}
	return tenant.From(ctx)
}

// choices are the other ways to sign in, the one this browser has last signed in with first.
func (m *Module) choices(r *http.Request, h *realm) ([]Choice, error) {
	t := m.federated(r.Context(), h)
	if t == nil {
		return nil, nil
	}
	all, err := m.federation.Choices(r.Context(), t)
	if err != nil {
		return nil, err
	}
	if last, ok := cookieOf(r, h, lastCookie); ok {
		if i := slices.IndexFunc(all, func(c Choice) bool { return c.ID == last }); i >= 0 {
			one := all[i]
			one.Last = true
			all = slices.Insert(slices.Delete(all, i, i+1), 0, one)
		}
	}
	return all, nil
}

// realms are the providers' ids by e-mail domain.
func (m *Module) realms(ctx context.Context, h *realm) (map[string]string, error) {
	if t := m.federated(ctx, h); t != nil {
		return m.federation.Realms(ctx, t)
	}
	return map[string]string{}, nil
}

// askRealm asks for an e-mail address. The way of the last time stands beside it.
func (m *Module) askRealm(w http.ResponseWriter, r *http.Request, to string, choices []Choice) error {
	data := pageData{Action: "/login/realm", To: to, Other: "/login?all&to=" + url.QueryEscape(to)}
	if choices[0].Last {
		data.Choices = choices[:1]
	}
	return m.render(w, r, http.StatusOK, "realm.html", data)
}

// findRealm leads on to the provider of an e-mail address, or shows all ways to sign in.
func (m *Module) findRealm(w http.ResponseWriter, r *http.Request, h *realm) error {
	values, err := form(w, r)
	if err != nil {
		return err
	}
	to, address := returnPath(values.Get("to")), strings.TrimSpace(values.Get("username"))
	choices, err := m.choices(r, h)
	if err != nil {
		return err
	}
	realms, err := m.realms(r.Context(), h)
	if err != nil {
		return err
	}
	if provider, ok := realms[domainOf(address)]; ok {
		for _, c := range choices {
			if c.ID == provider {
				c.Address += "?" + url.Values{"return": {to}, "login_hint": {address}}.Encode()
				// Not a redirect: browsers hold those after a form against the page's policy, at every stop on the way to the provider.
				w.Header().Set("Refresh", "0; url="+c.Address)
				return m.render(w, r, http.StatusOK, "onward.html", pageData{Choices: []Choice{c}})
			}
		}
	}
	if len(address) > 255 {
		address = ""
	}
	return m.render(w, r, http.StatusOK, "login.html", pageData{Action: "/login", To: to, Login: address, Choices: choices})
}

// domainOf is the domain of an e-mail address in ASCII and small letters; empty: it is none.
func domainOf(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 1 || len(address) > 320 {
		return ""
	}
	domain, err := idna.Lookup.ToASCII(strings.TrimSuffix(address[at+1:], "."))
	if err != nil {
		return ""
	}
	return strings.ToLower(domain)
}
