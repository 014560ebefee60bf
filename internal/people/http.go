package people

import (
	"bytes"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

//go:embed page
var pages embed.FS

var setupPage = template.Must(template.ParseFS(pages, "page/set-password.html"))

// pageData is what the page shows.
type pageData struct {
	Tenant string
	Base   string // canonical URL of the tenant
	Secret string // as it was sent, after a refusal
	Error  string
	Done   bool
	Min    int
}

const maxForm = 64 << 10 // bytes

// showSetup answers the page with an empty form. The script moves the link's fragment into it; without JavaScript the code is pasted.
func (m *Module) showSetup(w http.ResponseWriter, r *http.Request) {
	m.page(w, r, http.StatusOK, pageData{})
}

// useSetup takes the form.
func (m *Module) useSetup(w http.ResponseWriter, r *http.Request) {
	data, personID, err := m.submitted(w, r)
	if err == nil {
		if m.entry != nil {
			to, err := m.entry.Enter(r.Context(), w, r, tenant.From(r.Context()), personID)
			if err == nil {
				w.Header().Set("Cache-Control", "no-store")
				w.Header().Set("Location", to)
				w.WriteHeader(http.StatusSeeOther)
				return
			}
			slog.WarnContext(r.Context(), "somebody with a new password could not be signed in", "error", err) // they can sign in by themselves
		}
		m.page(w, r, http.StatusOK, pageData{Done: true})
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
	m.page(w, r, f.Kind.Status(), data)
}

// submitted reads the form and uses the link.
func (m *Module) submitted(w http.ResponseWriter, r *http.Request) (data pageData, personID string, err error) {
	var protection http.CrossOriginProtection
	if err := protection.Check(r); err != nil {
		return data, "", fault.New(fault.Forbidden, "cross_origin", "The form was sent from another site.").WithCause(err)
	}
	h := tenant.From(r.Context())
	if h == nil {
		return data, "", fault.New(fault.NotFound, "tenant_unknown", "There is no tenant at this address.")
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
	password := form.Get("password")
	if password != form.Get("again") {
		return data, "", fault.New(fault.Invalid, "password_differs", "The two passwords differ.")
	}
	personID, err = m.useLink(r.Context(), h, data.Secret, password, web.ClientAddress(r.Context()))
	return data, personID, err
}

// pasted takes the secret out of what was pasted: the code alone or the whole link.
func pasted(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.LastIndexByte(s, '#'); i >= 0 {
		s = s[i+1:]
	}
	if len(s) > 2*setupLength {
		return ""
	}
	return s
}

// page writes the page, under a policy that allows nothing but its own style, script and form.
func (m *Module) page(w http.ResponseWriter, r *http.Request, status int, data pageData) {
	data.Min = minPassword
	if h := tenant.From(r.Context()); h != nil {
		data.Tenant, data.Base = h.Name, h.BaseURL
	}
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
