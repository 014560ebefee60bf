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
// case, is written as it is given here. Everything after it stays as the client wrote it, its escaping included.
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
	if begins(folded, heat) {
		if folded = folded[len(heat):]; folded == "" {
			folded = "/"
		}
	}
	for _, family := range families {
		if begins(folded, family) {
			if folded[:len(family)] != family {
				folded = family + folded[len(family):]
			}
			break
		}
	}
	return folded, folded != path
}

// begins reports whether a path is, or lies under, a prefix in whatever case.
func begins(path, prefix string) bool {
	return len(path) >= len(prefix) && (len(path) == len(prefix) || path[len(prefix)] == '/') && equalASCII(path[:len(prefix)], prefix)
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
