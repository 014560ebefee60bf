package sso

import (
	"bytes"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/web"
)

//go:embed page
var files embed.FS

var pages = template.Must(template.ParseFS(files, "page/*.html"))

// pageData is what the pages show.
type pageData struct {
	Tenant  string
	Title   string // of the tenant's look; the tenant's name where it has none
	Error   string
	Notice  string
	Action  string // where the form goes
	To      string // where the browser goes afterwards
	Login   string
	NoHTTPS bool // the browser will not keep the cookie

	Choices []Choice // other ways to sign in
	Other   string   // the page with all ways to sign in
	Again   string   // where a sign-in that failed begins anew

	TOTP, Passkeys bool         // there is one to be asked for
	Secret         string       // for an authenticator app, to type
	QR             template.URL // the same as a picture
	Codes          []string     // recovery codes, shown once
}

// page lets a handler of pages answer, and writes its errors as a page.
func (m *Module) page(handle func(http.ResponseWriter, *http.Request, *realm) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h, err := m.at(r.Context())
		if err != nil {
			web.Problem(w, r, err)
			return
		}
		if err := handle(w, r, h); err != nil {
			if err := m.complain(w, r, "message.html", m.waysOn(r, h), err); err != nil {
				web.Problem(w, r, err)
			}
		}
	}
}

// options lets a handler of JSON for our script answer.
func (m *Module) options(handle func(http.ResponseWriter, *http.Request, *realm) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h, err := m.at(r.Context())
		if err == nil {
			err = handle(w, r, h)
		}
		if err != nil {
			web.Problem(w, r, err)
		}
	}
}

// complain shows a page with what went wrong.
func (m *Module) complain(w http.ResponseWriter, r *http.Request, name string, data pageData, err error) error {
	f := fault.Of(err)
	if status := f.Kind.Status(); status >= http.StatusInternalServerError {
		level := slog.LevelError
		if f.Kind == fault.Unavailable {
			level = slog.LevelWarn
		}
		m.log.Log(r.Context(), level, "a sign-in page failed", "path", r.URL.Path, "error", err, "reference", w.Header().Get("X-Request-Id"))
	}
	web.RetryAfter(w, f)
	data.Error = f.Message
	for i, c := range f.Fields {
		if i == 0 {
			data.Error = ""
		}
		data.Error = strings.TrimSpace(data.Error + " " + c.Message)
	}
	return m.render(w, r, f.Kind.Status(), name, data)
}

// policy allows the pages nothing but their own style, script and forms, and pictures that stand in them.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// render writes a page.
func (m *Module) render(w http.ResponseWriter, r *http.Request, status int, name string, data pageData) error {
	if h, err := m.at(r.Context()); err == nil {
		data.Tenant, data.Title = h.Name, h.title(r.Context())
		data.NoHTTPS = !plainCookies(h) && !web.Secure(r.Context())
	}
	var text bytes.Buffer
	if err := pages.ExecuteTemplate(&text, name, data); err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	head.Set("Content-Security-Policy", policy)
	head.Set("X-Content-Type-Options", "nosniff")
	if status == http.StatusUnauthorized {
		head.Set("WWW-Authenticate", `Form realm="provost"`) // RFC 9110 section 11.6.1 wants one; this one makes no browser ask
	}
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes())
	return nil
}

// asset answers a file of the pages.
func asset(name, contentType string) http.HandlerFunc {
	content, err := files.ReadFile(name)
	if err != nil {
		panic("sso: " + err.Error()) // embedded: cannot happen
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(content)
	}
}
