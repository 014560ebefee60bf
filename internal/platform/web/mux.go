package web

import (
	"net/http"
	"net/url"
	"strings"
)

// Mux dispatches by a ServeMux without its redirects, which answer HTML and make many clients drop the body of a
// POST. A path that the ServeMux would clean, of empty segments and dots, is served as the client wrote it by the
// handler of the subtree that its clean beginning lies in: what follows may be a quoted key. Where there is no such
// subtree, and where a slash at the end is missing, missing answers.
func Mux(mux *http.ServeMux, missing http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.EscapedPath()
		if !strings.HasPrefix(path, "/") || r.Method == http.MethodConnect {
			missing.ServeHTTP(w, r)
			return
		}
		beginning := path[:cleanUpTo(path)]
		if len(beginning) == len(path) {
			if _, pattern := mux.Handler(r); pattern == "" || strings.HasSuffix(pattern, path+"/") { // or the redirect to the subtree
				missing.ServeHTTP(w, r)
				return
			}
			mux.ServeHTTP(w, r)
			return
		}
		plain, err := url.PathUnescape(beginning)
		if err != nil { // cut at a slash, an escaped path stays one
			missing.ServeHTTP(w, r)
			return
		}
		u := *r.URL
		u.Path, u.RawPath = plain, beginning
		cut := *r
		cut.URL = &u
		h, pattern := mux.Handler(&cut)
		if !strings.HasSuffix(pattern, "/") { // none, or one that ends here
			h = missing
		}
		h.ServeHTTP(w, r)
	})
}

// cleanUpTo returns the length of the beginning of a path that has neither empty segments nor dots; where that is not
// all of it, the beginning ends in a slash.
func cleanUpTo(path string) int {
	for at := 0; at < len(path); {
		rest := path[at+1:] // path[at] is a slash
		end := strings.IndexByte(rest, '/')
		segment := rest
		if end >= 0 {
			segment = rest[:end]
		}
		if segment == "." || segment == ".." || segment == "" && end >= 0 {
			return at + 1
		}
		if end < 0 {
			break
		}
		at += 1 + end
	}
	return len(path)
}
