package desk

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/provost-itsm/provost/internal/desk/apidoc"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// index answers with the sets that the caller may read: an OData service document (OData JSON Format 4.01 section 5), or
// a page.
func (m *Module) index(w http.ResponseWriter, r *http.Request) {
	if wantsPage(r) {
		m.page(w, r, func(c *call, root string) ([]byte, error) { return c.api(true).Index(root) })
		return
	}
	m.describe(w, r, (*call).serviceDocument)
}

// openapi answers with the OpenAPI document of what the caller may use.
func (m *Module) openapi(w http.ResponseWriter, r *http.Request) {
	m.describe(w, r, func(c *call) error {
		api := c.api(false)
		only, err := c.chosen(api)
		if err != nil {
			return err
		}
		b, err := api.OpenAPI(only)
		if err == nil {
			c.w.Header().Set("Cache-Control", "private, no-cache")
			c.send(http.StatusOK, b)
		}
		return err
	})
}

// docs answers with the same as a page.
func (m *Module) docs(w http.ResponseWriter, r *http.Request) {
	m.page(w, r, func(c *call, root string) ([]byte, error) {
		api := c.api(false)
		only, err := c.chosen(api)
		if err != nil {
			return nil, err
		}
		return api.Docs(root, only)
	})
}

func (m *Module) docsStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(apidoc.Style)
}

// chosen is the set that the query limits the answer to; nil for all.
func (c *call) chosen(api *apidoc.API) (*apidoc.Set, error) {
	name := c.r.URL.Query().Get("set")
	if name == "" {
		return nil, nil //nolint:nilnil // none is an answer
	}
	set, ok := api.Find(name)
	if !ok {
		return nil, errNothingHere
	}
	return set, nil
}

// wantsPage reports whether a browser asks: it names HTML and not JSON.
func wantsPage(r *http.Request) bool {
	accept := strings.ToLower(strings.Join(r.Header.Values("Accept"), ","))
	return strings.Contains(accept, "text/html") && !strings.Contains(accept, "json")
}

func (c *call) serviceDocument() error {
	type set struct {
		Name  string `json:"name"`
		Title string `json:"title,omitempty"`
		Kind  string `json:"kind"`
		URL   string `json:"url"`
	}
	document := struct {
		Context string `json:"@odata.context"`
		Value   []set  `json:"value"`
	}{c.base() + "/api/odata/$metadata", []set{}}
	for _, t := range c.engine.Types(c.r.Context()) {
		if !t.Definition.Private && c.reads(t) {
			document.Value = append(document.Value, set{t.Set, t.Definition.Plural, "EntitySet", c.base() + prefix + t.Set})
		}
	}
	b, err := json.Marshal(document)
	if err == nil {
		c.w.Header().Set("Cache-Control", "private, no-cache")
		c.send(http.StatusOK, b)
	}
	return err
}

const pagePolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// page answers with a page; a refusal is one too where a browser asks.
func (m *Module) page(w http.ResponseWriter, r *http.Request, render func(c *call, root string) ([]byte, error)) {
	send := func(status int, page []byte) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Cache-Control", "private, no-cache")
		h.Set("Content-Security-Policy", pagePolicy)
		w.WriteHeader(status)
		_, _ = w.Write(page)
	}
	c, err := m.reader(w, r)
	var page []byte
	if err == nil {
		if page, err = render(c, c.root()); err == nil {
			send(http.StatusOK, page)
			return
		}
	}
	if wantsPage(r) {
		status, message := inShort(err)
		if page, failed := new(apidoc.API).Refused(rootOf(r), http.StatusText(status), message); failed == nil && status < http.StatusInternalServerError {
			send(status, page)
			return
		}
	}
	web.WriteISM(w, r, err)
}

// inShort is a refusal as a status and a sentence for people.
func inShort(err error) (status int, sentence string) {
	var exact *web.ISM
	if errors.As(err, &exact) {
		return exact.Status, strings.Join(exact.Message, " ")
	}
	f := fault.Of(err)
	if f.Kind == fault.Unauthenticated {
		return http.StatusUnauthorized, "You are not signed in."
	}
	return f.Kind.Status(), f.Message
}
