package sso

import (
	"net/url"
	"strings"
)

const maxReturn = 2048 // bytes

// returnPath is where a browser goes after signing in: what was asked for if it is a path of this host, else "/". Whatever a
// browser could take for another host is none: "//host", a backslash, anything before the first slash, control characters, also
// where they are escaped.
func returnPath(asked string) string {
	if len(asked) == 0 || len(asked) > maxReturn || asked[0] != '/' {
		return "/"
	}
	u, err := url.Parse(asked)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return "/"
	}
	for _, path := range []string{asked, u.Path, unescaped(u.Path)} {
		if strings.HasPrefix(path, "//") || strings.ContainsFunc(path, func(c rune) bool { return c == '\\' || c < ' ' || c == 0x7f || c == 0xfffd }) {
			return "/"
		}
	}
	if ours := strings.ToLower(u.Path); ours == "/login" || strings.HasPrefix(ours, "/login/") || ours == "/logout" {
		return "/" // nobody wants to sign in in order to sign in
	}
	return u.String()
}

// unescaped undoes one more layer of escaping, for servers in front that do so.
func unescaped(path string) string {
	if plain, err := url.PathUnescape(path); err == nil {
		return plain
	}
	return path
}
