package app

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/sso"
)

// webAreas are the first segments of the web app's own addresses, besides the root: what a browser asks for there is the app.
var webAreas = []string{"home", "desk", "alerts", "access", "devices", "portal", "admin", "settings", "tenants", "account"}

// webPolicy is the content security policy of the web app, for the nonce of one answer. The nonce is for the style elements that its
// components make; scripts come from files alone.
const webPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-%s'; connect-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// nonceMark is where the nonce goes in index.html.
const nonceMark = "@nonce@"

// webApp serves the web app as it was built.
type webApp struct {
	index  []byte
	assets map[string]webAsset // path → file
}

// webAsset is a file: as it is, or in the two forms that were compressed when the app was built.
type webAsset struct {
	kind            string
	plain, gzip, br []byte
}

// newWebApp reads what was built; nil where nothing was.
func newWebApp(files fs.FS) (*webApp, error) {
	index, err := fs.ReadFile(files, "index.html")
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // built without Node.js, which is no error: the front page says so
	}
	w := &webApp{index: index, assets: map[string]webAsset{}}
	if !bytes.Contains(index, []byte(nonceMark)) {
		return nil, fmt.Errorf("the web app's index.html has no place for the nonce (%s)", nonceMark)
	}
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "index.html" || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		whole, form, _ := cutCompression(name)
		asset := w.assets["/"+whole]
		switch form {
		case ".br":
			asset.br = content
		case ".gz":
			asset.gzip = content
		default:
			asset.plain = content
		}
		asset.kind = kindOf(whole)
		w.assets["/"+whole] = asset
		return nil
	})
	for name, asset := range w.assets {
		if _, broken := gzip.NewReader(bytes.NewReader(asset.gzip)); asset.plain == nil && broken != nil {
			err = errors.Join(err, fmt.Errorf("%s.gz: %w", name, broken))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the web app: %w", err)
	}
	return w, nil
}

// cutCompression takes the ending of a compressed form off a name.
func cutCompression(name string) (whole, form string, compressed bool) {
	for _, form := range []string{".br", ".gz"} {
		if whole, ok := strings.CutSuffix(name, form); ok {
			return whole, form, true
		}
	}
	return name, "", false
}

// webKinds are the media types of what is built, whatever the machine's own table says.
var webKinds = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
	".png": "image/png", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8", ".webmanifest": "application/manifest+json",
}

func kindOf(name string) string {
	if kind, ok := webKinds[path.Ext(name)]; ok {
		return kind
	}
	return "application/octet-stream"
}

// serve answers a request for a file of the app or, to a browser, for one of its pages, and reports whether it was one. A browser that
// cannot be signed in is sent to sign in instead of to a page.
func (a *webApp) serve(w http.ResponseWriter, r *http.Request) bool {
	if a == nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if asset, ok := a.assets[r.URL.Path]; ok {
		asset.serve(w, r)
		return true
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if first != "" && !slices.Contains(webAreas, first) || !wantsPage(r) {
		return false
	}
	if !sso.BringsSession(r) { // the Sign-on URL of an identity provider leads into signing in (spec/sso.md C5), without waiting for a script
		h := w.Header()
		h.Set("Location", sso.LoginPath(r.URL.RequestURI()))
		h.Set("Cache-Control", "no-store")
		h.Set("Vary", "Accept, Cookie")
		w.WriteHeader(http.StatusSeeOther)
		return true
	}
	a.page(w)
	return true
}

// page answers with index.html, whose nonce is good for this answer alone. So nobody keeps it: it is a kilobyte, and what it
// names is kept for a year.
func (a *webApp) page(w http.ResponseWriter) {
	nonce := rand.Text()
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept, Cookie")
	h.Set("Content-Security-Policy", fmt.Sprintf(webPolicy, nonce))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(bytes.ReplaceAll(a.index, []byte(nonceMark), []byte(nonce)))
}

func (f webAsset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(r.URL.Path, "/assets/") { // whose names change with their content
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body := f.plain
	switch {
	case f.br != nil && accepts(r, "br"):
		body = f.br
		h.Set("Content-Encoding", "br")
	case f.gzip != nil && accepts(r, "gzip"):
		body = f.gzip
		h.Set("Content-Encoding", "gzip")
	case body == nil:
		body = f.unpacked()
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body)
	}
}

// unpacked is the file for the few who take no compressed form.
func (f webAsset) unpacked() []byte {
	z, err := gzip.NewReader(bytes.NewReader(f.gzip))
	if err != nil {
		panic("the web app was built wrongly: " + err.Error()) // newWebApp has read it once
	}
	body, err := io.ReadAll(z)
	if err != nil {
		panic("the web app was built wrongly: " + err.Error())
	}
	return body
}

// accepts reports whether the client takes a compressed form, which it has to name (RFC 9110 section 12.5.3).
func accepts(r *http.Request, coding string) bool {
	for one := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, parameters, err := mime.ParseMediaType(one)
		if err == nil && name == coding {
			q := parameters["q"]
			return q == "" || strings.Trim(q, "0.") != "" // 0, 0.0 and so on say no
		}
	}
	return false
}
