package adminapi

import (
	"bytes"
	"context"
	"io"
	"maps"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// MaxBody is how many bytes a request's body may have.
const MaxBody = 1 << 20

// exchange is a request and its answer, which is sent only when it is complete: an error found late still becomes a
// problem, and never the end of half an answer.
type exchange struct {
	failure error
	header  http.Header
	status  int
	body    bytes.Buffer
}

type exchangeKey struct{}

// Header, WriteHeader and Write make it what huma writes to.
func (e *exchange) Header() http.Header         { return e.header }
func (e *exchange) WriteHeader(status int)      { e.status = status }
func (e *exchange) Write(b []byte) (int, error) { return e.body.Write(b) }

func exchangeOf(ctx context.Context) *exchange {
	e, _ := ctx.Value(exchangeKey{}).(*exchange)
	return e
}

// serve has an operation answer a request.
func serve(w http.ResponseWriter, r *http.Request, schemas huma.Registry, op *huma.Operation, handle func(huma.Context)) {
	body, err := web.ReadBody(w, r, MaxBody)
	if err == nil {
		err = checkContent(r, body)
	}
	if err == nil {
		err = checkQuery(r)
	}
	if err == nil {
		err = checkMembers(schemas, op, body)
	}
	if err != nil {
		web.Problem(w, r, err)
		return
	}
	e := &exchange{header: http.Header{}}
	inner := r.WithContext(context.WithValue(r.Context(), exchangeKey{}, e))
	inner.Body = io.NopCloser(bytes.NewReader(body))
	handle(humago.NewContext(op, inner, e))
	if e.failure != nil {
		web.Problem(w, r, e.failure)
		return
	}
	e.send(w)
}

func (e *exchange) send(w http.ResponseWriter) {
	h := w.Header()
	maps.Copy(h, e.header)
	h.Set("Cache-Control", "no-store")
	if e.status == 0 {
		e.status = http.StatusOK
	}
	if e.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(e.body.Len()))
	}
	w.WriteHeader(e.status)
	_, _ = w.Write(e.body.Bytes())
}

// checkContent refuses a body that says it is something else than JSON. One that does not say what it is, is taken for JSON.
func checkContent(r *http.Request, body []byte) error {
	given := r.Header.Get("Content-Type")
	if len(body) == 0 || given == "" {
		return nil
	}
	kind, _, err := mime.ParseMediaType(given)
	if err == nil && (kind == "application/json" || strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json")) {
		return nil
	}
	return fault.New(fault.Invalid, "content_type", "The body is not application/json but %.100q.", given)
}

// ETag sets the entity tag of the answer that is being made: the version of what it shows.
func ETag(ctx context.Context, tag string) {
	if e := exchangeOf(ctx); e != nil {
		e.header.Set("ETag", tag)
	}
}

// Location sets where what was created is, by its path under Base. Segments have to be escaped.
func Location(ctx context.Context, path string) {
	if e := exchangeOf(ctx); e != nil {
		e.header.Set("Location", Base+path)
	}
}
