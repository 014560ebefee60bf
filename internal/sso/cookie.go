package sso

import (
	"net/http"
	"net/url"
	"time"
)

// The cookies, by what follows the prefix __Host-, which they lack where plainCookies holds.
const (
	sessionCookie = "sid"
	pendingCookie = "signin"
	lastCookie    = "idp" // which provider this browser has last signed in with, by its id
)

// valueLength is the length of what cookies hold: 43 characters of 0-9A-Za-z, 256 bits.
const valueLength = 43

// cookieName is the name of a cookie at a tenant. A browser takes one with the prefix from this host alone, over https (RFC 6265bis
// section 4.1.3.2).
func cookieName(h *realm, name string) string {
	if plainCookies(h) {
		return name
	}
	return "__Host-" + name
}

// cookieOf returns the value of a cookie of ours, and whether the request brings one.
func cookieOf(r *http.Request, h *realm, name string) (string, bool) {
	c, err := r.Cookie(cookieName(h, name))
	if err != nil {
		return "", false
	}
	return c.Value, true
}

// lastLife is how long a browser remembers its provider after signing in with it.
const lastLife = 180 * 24 * time.Hour

// BringsSession reports whether a request brings a session cookie, whatever it is worth: without one nobody can be signed in.
func BringsSession(r *http.Request) bool {
	for _, name := range []string{"__Host-" + sessionCookie, sessionCookie} {
		if c, err := r.Cookie(name); err == nil && c.Value != "" {
			return true
		}
	}
	return false
}

// LoginPath is where a browser signs in that then goes to a path of this host.
func LoginPath(to string) string { return "/login?to=" + url.QueryEscape(to) }

// setCookie sets a cookie that lasts until the browser is closed, or with an empty value removes it.
func setCookie(w http.ResponseWriter, h *realm, name, value string) { keepCookie(w, h, name, value, 0) }

// keepCookie sets a cookie for a time; 0: until the browser is closed.
func keepCookie(w http.ResponseWriter, h *realm, name, value string, life time.Duration) {
	c := &http.Cookie{Name: cookieName(h, name), Value: value, Path: "/", HttpOnly: true, Secure: !plainCookies(h), SameSite: http.SameSiteLaxMode,
		MaxAge: int(life / time.Second)}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// wellFormed reports whether a value can be one of ours, so that junk never reaches the database.
func wellFormed(value string) bool {
	if len(value) != valueLength {
		return false
	}
	for i := range len(value) {
		switch c := value[i]; {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z':
		default:
			return false
		}
	}
	return true
}
