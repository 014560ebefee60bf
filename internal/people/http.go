package people

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/password"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

//go:embed page
var pages embed.FS

var setupPage = template.Must(template.ParseFS(pages, "page/set-password.html"))

// pageData is what the page shows.
type pageData struct {
	Tenant string
	Secret string // as it was sent, after a refusal
	Error  string
	Done   bool
	Min    int
}

const (
	maxForm   = 64 << 10 // bytes
	maxPasted = 100      // characters: more is no code
)

// SetupPlace is where passwords are set with links: a tenant, or the server itself.
type SetupPlace struct {
	Name string
	// Use sets the password of whoever a link was made for, and returns who that is.
	Use func(ctx context.Context, code, password string, from netip.Addr) (id string, err error)
	// Enter goes on with that person's sign-in and returns the path the browser goes to; nil: nobody is signed in by a link.
	Enter func(w http.ResponseWriter, r *http.Request, id string) (path string, err error)
}

// Routes mounts the page on which a person of a tenant sets a password.
func (m *Module) Routes(mux *http.ServeMux) { SetupRoutes(mux, m.place) }

// place is the tenant of a request.
func (m *Module) place(r *http.Request) (SetupPlace, error) {
	h := tenant.From(r.Context())
	if h == nil {
		return SetupPlace{}, fault.New(fault.NotFound, "tenant_unknown", "There is no tenant at this address.")
	}
	p := SetupPlace{Name: h.Title(h.Records.Setting(r.Context(), "appearance.title")), Use: func(ctx context.Context, code, password string, from netip.Addr) (string, error) {
		return m.useLink(ctx, h, code, password, from)
	}}
	if m.entry != nil {
		p.Enter = func(w http.ResponseWriter, r *http.Request, id string) (string, error) {
			return m.entry.Enter(r.Context(), w, r, h, id)
		}
	}
	return p, nil
}

// setupAt answers that page, at the place of a request.
type setupAt func(*http.Request) (SetupPlace, error)

// SetupRoutes mounts the page on which somebody sets a password with a link, at the place that at says.
func SetupRoutes(mux *http.ServeMux, at func(*http.Request) (SetupPlace, error)) {
	mux.HandleFunc("GET /set-password", setupAt(at).show)
	mux.HandleFunc("POST /set-password", setupAt(at).use)
	mux.HandleFunc("GET /set-password/page.css", asset("page/page.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /set-password/page.js", asset("page/page.js", "text/javascript; charset=utf-8"))
}

// show answers the page with an empty form. The script moves the link's fragment into it; without JavaScript the code is pasted.
func (at setupAt) show(w http.ResponseWriter, r *http.Request) {
	place, _ := at(r)
	page(w, r, place, http.StatusOK, pageData{})
}

// use takes the form.
func (at setupAt) use(w http.ResponseWriter, r *http.Request) {
	place, err := at(r)
	var data pageData
	var id string
	if err == nil {
		data, id, err = place.submitted(w, r)
	}
	if err == nil {
		if place.Enter != nil {
			to, err := place.Enter(w, r, id)
			if err == nil {
				w.Header().Set("Cache-Control", "no-store")
				w.Header().Set("Location", to)
				w.WriteHeader(http.StatusSeeOther)
				return
			}
			slog.WarnContext(r.Context(), "somebody with a new password could not be signed in", "error", err) // they can sign in by themselves
		}
		page(w, r, place, http.StatusOK, pageData{Done: true})
		return
	}
	f := fault.Of(err)
	if f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		slog.ErrorContext(r.Context(), "a password could not be set", "error", err, "reference", w.Header().Get("X-Request-Id"))
	}
	data.Error = f.Message
	for i, c := range f.Fields {
		if i == 0 {
			data.Error = ""
		}
		data.Error = strings.TrimSpace(data.Error + " " + c.Message)
	}
	page(w, r, place, f.Kind.Status(), data)
}

// submitted reads the form and uses the link.
func (p SetupPlace) submitted(w http.ResponseWriter, r *http.Request) (data pageData, id string, err error) {
	var protection http.CrossOriginProtection
	if err := protection.Check(r); err != nil {
		return data, "", fault.New(fault.Forbidden, "cross_origin", "The form was sent from another site.").WithCause(err)
	}
	body, err := web.ReadBody(w, r, maxForm)
	if err != nil {
		return data, "", err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || len(form) > 20 {
		return data, "", fault.New(fault.Invalid, "form_invalid", "The form could not be read.")
	}
	data.Secret = pasted(form.Get("code"))
	chosen := form.Get("password")
	if chosen != form.Get("again") {
		return data, "", fault.New(fault.Invalid, "password_differs", "The two passwords differ.")
	}
	id, err = p.Use(r.Context(), data.Secret, chosen, web.ClientAddress(r.Context()))
	return data, id, err
}

// pasted takes the secret out of what was pasted: the code alone or the whole link.
func pasted(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.LastIndexByte(s, '#'); i >= 0 {
		s = s[i+1:]
	}
	if len(s) > maxPasted {
		return ""
	}
	return s
}

// page writes the page, under a policy that allows nothing but its own style, script and form.
func page(w http.ResponseWriter, r *http.Request, at SetupPlace, status int, data pageData) {
	data.Tenant, data.Min = at.Name, password.Shortest
	var text bytes.Buffer
	if err := setupPage.Execute(&text, data); err != nil {
		slog.ErrorContext(r.Context(), "a page could not be made", "error", err)
		http.Error(w, "The server could not complete the request.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes())
}

// asset answers a file of the page.
func asset(name, contentType string) http.HandlerFunc {
	content, err := pages.ReadFile(name)
	if err != nil {
		panic("people: " + err.Error()) // embedded: cannot happen
	}
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(content)
	}
}
