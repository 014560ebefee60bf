package adminapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// apiVersion is the version of the API: the first number stands in its paths too and changes where clients would break.
const apiVersion = "1.0.0"

// The security schemes.
const (
	bearerScheme  = "bearer"
	keyScheme     = "apiKey"
	sessionScheme = "session"
	systemScheme  = "systemKey"

	operatorScheme = "systemSession"
)

const description = `Administration of a tenant: what the web application does, and more.

Every answer is JSON. Lists answer ` + "`items`" + ` and, while there is more, ` + "`next`" + `, which is given back as ` + "`cursor`" + `; ` + "`limit`" + ` is 50 unless told and 200 at most.
Errors are application/problem+json (RFC 9457) with a stable ` + "`code`" + `. Fields and parameters that an operation does not have are refused by name.
Keys and sessions need a role that administers the tenant; tokens need the scope admin.read to read and admin.write to change.
The operations on all tenants take a system key and nothing else.`

// refusalNames are the components that describe errors.
var refusalNames = map[int]string{
	http.StatusBadRequest: "Invalid", http.StatusUnauthorized: "Unauthenticated", http.StatusForbidden: "Forbidden", http.StatusNotFound: "NotFound",
	http.StatusConflict: "Conflict", http.StatusPreconditionFailed: "PreconditionFailed", http.StatusRequestEntityTooLarge: "TooLarge",
	http.StatusInternalServerError: "Internal", http.StatusServiceUnavailable: "Unavailable",
}

var refusalTexts = map[int]string{
	http.StatusBadRequest:            "The request cannot be understood or breaks a rule; nothing was changed.",
	http.StatusUnauthorized:          "No credential, or one that does not count.",
	http.StatusForbidden:             "The caller does not administer, the token lacks the scope, or another site sent the request.",
	http.StatusNotFound:              "There is no such thing.",
	http.StatusConflict:              "What there is stands against it: a name that is taken, something that is in use, the last administrator.",
	http.StatusPreconditionFailed:    "It has been changed since it was read (If-Match).",
	http.StatusRequestEntityTooLarge: "The body is larger than 1 MiB.",
	http.StatusInternalServerError:   "The server failed; its log says why, under the request's id.",
	http.StatusServiceUnavailable:    "The server or a database cannot answer now; Retry-After says when to try again.",
}

// describe returns the document without operations.
func describe() *huma.OpenAPI {
	schemas := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	problem := schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	responses := map[string]*huma.Response{}
	for status, name := range refusalNames {
		responses[name] = &huma.Response{Description: refusalTexts[status],
			Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problem}}}
	}
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{Title: "Provost administration API", Version: apiVersion, Description: description,
			License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}},
		Servers: []*huma.Server{{URL: Base}},
		Components: &huma.Components{Schemas: schemas, Responses: responses, SecuritySchemes: map[string]*huma.SecurityScheme{
			bearerScheme: {Type: "http", Scheme: "bearer", Description: "An access token with the scope " + principal.AdminRead + " (to read) or " + principal.AdminWrite +
				" (to change), or a REST API key or session key of an administrator."},
			keyScheme: {Type: "apiKey", In: "header", Name: "Authorization",
				Description: "A REST API key of an administrator, as `REST KEY` or `rest_api_key=KEY`, or a session key as it is."},
			sessionScheme:  {Type: "apiKey", In: "cookie", Name: "SID", Description: "The session of an administrator in a browser; never from another site."},
			operatorScheme: {Type: "apiKey", In: "cookie", Name: "sid", Description: "The session of a system administrator in a browser, on the platform's host; never from another site."},
			systemScheme:   {Type: "http", Scheme: "bearer", Description: "A system key, which `provost system-key create` makes."},
		}},
	}
}

// tenantSecurity is what opens an operation on a tenant.
func tenantSecurity(method string) []map[string][]string {
	scope := principal.AdminWrite
	if method == http.MethodGet {
		scope = principal.AdminRead
	}
	return []map[string][]string{{bearerScheme: {scope}}, {keyScheme: {}}, {sessionScheme: {}}}
}

// openapi returns the document. Nothing of it is changed any more: requests are checked against it meanwhile.
func (a *API) openapi() ([]byte, error) {
	b, err := json.Marshal(a.doc)
	if err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	return b, nil
}

// tidy completes the document after a group was added.
func (a *API) tidy() {
	for _, s := range a.schemas().Map() {
		listsAreLists(s)
	}
	addExamples(a.doc)
}

func (a *API) serveDocument(w http.ResponseWriter, r *http.Request) {
	if !reads(w, r) {
		return
	}
	b, err := a.document()
	if err != nil {
		web.Problem(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	_, _ = w.Write(b)
}

// reads refuses every method but GET and HEAD.
func reads(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	w.Header().Set("Allow", "GET, HEAD")
	web.Problem(w, r, fault.New(fault.MethodNotAllowed, "method", "This address takes GET, HEAD."))
	return false
}
