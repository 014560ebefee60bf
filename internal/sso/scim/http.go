package scim

import (
	"bytes"
	"encoding/json"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// Open finds out who asks and returns the Directory for them. Its error is answered by WriteError.
type Open func(w http.ResponseWriter, r *http.Request) (*Directory, error)

// shape is the form of a path below the prefix. Its segments match in any case.
type shape string

// operations is the route table. What is not in it is 404, and 405 where the path is there with other methods.
var operations = map[shape]map[string]func(*call) error{
	"Users":                 {"GET": list(users), "POST": create(users)},
	"Users/.search":         {"POST": search(users)},
	"Users/{id}":            {"GET": get(users), "PUT": replace(users), "PATCH": patch(users), "DELETE": remove(users)},
	"Groups":                {"GET": list(groups), "POST": create(groups)},
	"Groups/.search":        {"POST": search(groups)},
	"Groups/{id}":           {"GET": get(groups), "PUT": replace(groups), "PATCH": patch(groups), "DELETE": remove(groups)},
	"ServiceProviderConfig": {"GET": (*call).config},
	"ResourceTypes":         {"GET": (*call).resourceTypes},
	"ResourceTypes/{id}":    {"GET": (*call).resourceType},
	"Schemas":               {"GET": (*call).schemas},
	"Schemas/{id}":          {"GET": (*call).schema},
}

const (
	contentType = "application/scim+json"
	maxBody     = 1 << 20 // bytes; a group of 5,000 members with all that is said of them fits
	maxID       = 256     // bytes
)

// Handler serves SCIM under a prefix such as "/scim/v2". open is asked at every request, also where there is nothing to be found,
// so that whoever has no credential learns nothing.
func Handler(prefix string, open Open) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := serve(prefix, open, w, r); err != nil {
			WriteError(w, r, err)
		}
	})
}

func serve(prefix string, open Open, w http.ResponseWriter, r *http.Request) error {
	d, err := open(w, r)
	if err != nil {
		return err
	}
	at, id, ok := shapeOf(prefix, r.URL.EscapedPath())
	methods := operations[at]
	if !ok || methods == nil {
		return fault.New(fault.NotFound, "nothing_here", "There is no such endpoint; there are Users, Groups, ServiceProviderConfig, ResourceTypes and Schemas.")
	}
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	do := methods[method]
	if do == nil {
		w.Header().Set("Allow", strings.Join(slices.Sorted(maps.Keys(methods)), ", "))
		return fault.New(fault.MethodNotAllowed, "method_not_allowed", "%.20s is not possible here.", r.Method)
	}
	return do(&call{w: w, r: r, directory: d, id: id})
}

// shapeOf finds the shape of a path and the id in it. Slashes in a row count as one, and one at the end as none: the tenant URL that
// is typed into a client often ends in one.
func shapeOf(prefix, escaped string) (at shape, id string, ok bool) {
	if len(escaped) < len(prefix) || !strings.EqualFold(escaped[:len(prefix)], prefix) {
		return "", "", false
	}
	rest := escaped[len(prefix):]
	if rest != "" && rest[0] != '/' {
		return "", "", false
	}
	segments := strings.FieldsFunc(rest, func(r rune) bool { return r == '/' })
	if len(segments) == 0 || len(segments) > 2 {
		return "", "", false
	}
	for i, s := range segments {
		plain, err := url.PathUnescape(s)
		if err != nil || !literal.Valid(plain) || len(plain) > maxID {
			return "", "", false
		}
		segments[i] = plain
	}
	for at := range operations {
		first, second, two := strings.Cut(string(at), "/")
		if !strings.EqualFold(first, segments[0]) || two != (len(segments) == 2) {
			continue
		}
		switch {
		case !two:
			return at, "", true
		case second != "{id}" && strings.EqualFold(second, segments[1]):
			return at, "", true
		case second == "{id}" && !strings.EqualFold(segments[1], ".search"):
			return at, segments[1], true
		}
	}
	return "", "", false
}

// call is one request.
type call struct {
	w         http.ResponseWriter
	r         *http.Request
	directory *Directory
	id        string // in the path
}

// body reads the body.
func (c *call) body() ([]byte, error) {
	if kind := c.r.Header.Get("Content-Type"); !jsonly(kind) {
		return nil, refuse(CodeInvalidSyntax, "The Content-Type '%.100s' is not JSON in UTF-8; send %s.", kind, contentType)
	}
	b, err := web.ReadBody(c.w, c.r, maxBody)
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		return nil, refuse(CodeInvalidSyntax, "%s", f.Message).WithCause(err)
	}
	return b, err
}

// jsonly reports whether a content type is one that JSON is sent with, or none.
func jsonly(value string) bool {
	if strings.TrimSpace(value) == "" {
		return true
	}
	kind, parameters, err := mime.ParseMediaType(value)
	if err != nil {
		return false
	}
	if charset, ok := parameters["charset"]; ok && !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "utf8") {
		return false
	}
	return kind == "application/json" || kind == "text/json" || kind == "text/plain" || strings.HasSuffix(kind, "+json")
}

// done answers without a body.
func (c *call) done() {
	h := c.w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	c.w.WriteHeader(http.StatusNoContent)
}

// write answers with JSON, which nobody may keep.
func write(w http.ResponseWriter, status int, body any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // it is no page
	if err := e.Encode(body); err != nil {
		status = http.StatusInternalServerError
		b.Reset()
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}
