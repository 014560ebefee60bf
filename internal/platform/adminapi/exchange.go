package adminapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// MaxBody is how many bytes a request's body may have.
const MaxBody = 1 << 20

// exchange is the answer to a request in the making. It is sent only when it is complete: an error found late still becomes a
// problem, and never the end of half an answer.
type exchange struct {
	header http.Header
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	e, _ := ctx.Value(exchangeKey{}).(*exchange)
	return e
}

// serve has an operation answer a request.
func (a *API) serve(w http.ResponseWriter, r *http.Request, op *huma.Operation, in *input, do operation) {
	given, err := a.read(w, r, op, in)
	if err != nil {
		web.Problem(w, r, err)
		return
	}
	e := &exchange{header: http.Header{}}
	out, err := do(context.WithValue(context.WithValue(r.Context(), apiKey{}, a), exchangeKey{}, e), given)
	if err != nil {
		web.Problem(w, r, err)
		return
	}
	var body bytes.Buffer
	if op.DefaultStatus != http.StatusNoContent && out != nil {
		encoder := json.NewEncoder(&body)
		encoder.SetEscapeHTML(false) // it is read as JSON
		if err := encoder.Encode(out); err != nil {
			web.Problem(w, r, fmt.Errorf("write the answer of %s: %w", op.OperationID, err))
			return
		}
		e.header.Set("Content-Type", jsonType)
	}
	h := w.Header()
	maps.Copy(h, e.header)
	h.Set("Cache-Control", "no-store")
	if op.DefaultStatus != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(body.Len()))
	}
	w.WriteHeader(op.DefaultStatus)
	_, _ = w.Write(body.Bytes())
}

// read makes a request the input of an operation.
func (a *API) read(w http.ResponseWriter, r *http.Request, op *huma.Operation, in *input) (any, error) {
	body, err := web.ReadBody(w, r, MaxBody)
	if err == nil {
		err = checkContent(r, body)
	}
	if err == nil {
		err = checkQuery(r)
	}
	if err == nil {
		err = checkMembers(a.schemas(), op, body)
	}
	if err != nil {
		return nil, err
	}
	return in.read(a.schemas(), r, body)
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
