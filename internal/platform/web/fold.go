package web

import (
	"net/http"
	"slices"
	"strings"
)

// heat is the prefix under which the same API stands on customers' own servers.
const heat = "/HEAT"

// Fold makes the fixed beginnings of paths independent of case before the mux sees them, as the original's are. A
// leading /HEAT goes; the longest of the families ("/api/odata/businessobject") that a path begins with, whatever its
// case, is written as it is given here. Slashes that stand in a row up to and right after it count as one, which is
// what a base URL that ends in a slash makes of them. Everything after it stays as the client wrote it, its escaping
// and its slashes included: they may be part of a key.
func Fold(families []string, next http.Handler) http.Handler {
	families = slices.Clone(families)
	for i := range families {
		families[i] = strings.TrimSuffix(families[i], "/")
	}
	slices.SortFunc(families, func(a, b string) int { return len(b) - len(a) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, changed := fold(families, r.URL.Path)
		if !changed {
			next.ServeHTTP(w, r)
			return
		}
		raw := ""
		if r.URL.RawPath != "" {
			raw, _ = fold(families, r.URL.RawPath)
		}
		// The escaped form counts only while it still is one of the path: where an escaped character stood in the
		// beginning, net/url falls back to the path by itself.
		u := *r.URL
		u.Path, u.RawPath = path, raw
		folded := *r
		folded.URL = &u
		next.ServeHTTP(w, &folded)
	})
}

// fold returns the path in its canonical form and whether that is another.
func fold(families []string, path string) (string, bool) {
	folded := path
	if rest, ok := after(folded, heat); ok {
		if folded = rest; folded == "" {
			folded = "/"
		}
	}
	folded = single(folded)
	for _, family := range families {
		if rest, ok := after(folded, family); ok {
			if rest = single(rest); len(folded) != len(family)+len(rest) || folded[:len(family)] != family {
				folded = family + rest
			}
			break
		}
	}
	return folded, folded != path
}

// single makes one of the slashes a path begins with.
func single(path string) string {
	for strings.HasPrefix(path, "//") {
		path = path[1:]
	}
	return path
}

// after returns what follows a prefix that a path is, or lies under, in whatever case and with any number of slashes
// where the prefix has one.
func after(path, prefix string) (rest string, ok bool) {
	for prefix != "" {
		segment := 1 + strings.IndexByte(prefix[1:], '/')
		if segment == 0 {
			segment = len(prefix)
		}
		path = single(path)
		if len(path) < segment || !equalASCII(path[:segment], prefix[:segment]) {
			return "", false
		}
		path, prefix = path[segment:], prefix[segment:]
		if path != "" && path[0] != '/' {
			return "", false
		}
	}
	return path, true
}

// equalASCII compares without regard to the case of ASCII letters alone: the Kelvin sign is no k here.
func equalASCII(a, b string) bool {
	for i := range len(a) {
		x, y := a[i], b[i]
		if x == y {
			continue
		}
		if x |= 0x20; x != y|0x20 || x < 'a' || x > 'z' {
			return false
		}
	}
	return true
}
