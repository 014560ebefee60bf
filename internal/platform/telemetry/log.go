package telemetry

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// LogOptions say how the log looks.
type LogOptions struct {
	Level slog.Leveler // nil: info
	JSON  bool         // one JSON object a line, even on a terminal
	// Context gives further attributes for what is logged in a context, such as its tenant. Optional.
	Context func(ctx context.Context) []slog.Attr
}

// NewLogger returns a logger that writes text on a terminal and JSON otherwise, adds the request, the tenant and who
// acts from the context, and keeps secrets out.
func NewLogger(w io.Writer, o LogOptions) *slog.Logger {
	settings := &slog.HandlerOptions{Level: o.Level, ReplaceAttr: redact}
	var h slog.Handler = slog.NewJSONHandler(w, settings)
	if !o.JSON && terminal(w) {
		h = slog.NewTextHandler(w, settings)
	}
	return slog.New(&contextHandler{h, o.Context})
}

// terminal reports whether a person reads along.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// contextHandler adds what the context knows.
type contextHandler struct {
	slog.Handler
	more func(context.Context) []slog.Attr
}

// Handle adds the attributes and passes the record on.
func (h *contextHandler) Handle(ctx context.Context, rec slog.Record) error {
	request, tenant := web.RequestID(ctx), ""
	if p := principal.From(ctx); p != nil {
		tenant = p.TenantID
		if request == "" {
			request = p.RequestID
		}
		if p.Login != "" {
			rec.AddAttrs(slog.String("login", p.Login))
		}
	}
	if request != "" {
		rec.AddAttrs(slog.String("request", request))
	}
	if tenant != "" {
		rec.AddAttrs(slog.String("tenant", tenant))
	}
	if h.more != nil {
		rec.AddAttrs(h.more(ctx)...)
	}
	return h.Handler.Handle(ctx, rec)
}

// WithAttrs keeps the context's attributes for loggers made with With.
func (h *contextHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &contextHandler{h.Handler.WithAttrs(attrs), h.more}
}

// WithGroup keeps the context's attributes for loggers made with WithGroup.
func (h *contextHandler) WithGroup(name string) slog.Handler {
	return &contextHandler{h.Handler.WithGroup(name), h.more}
}

const redacted = "[redacted]"

// machineSecret is what a secret of ours looks like, wherever it stands; the first group is its hint.
var machineSecret = regexp.MustCompile(`(pvs_[a-z]_[0-9A-Za-z]{4})[0-9A-Za-z]{45}`)

// redact is the last look at each attribute before it is written.
func redact(_ []string, a slog.Attr) slog.Attr {
	if secretName(a.Key) {
		return slog.String(a.Key, redacted)
	}
	switch a.Value.Kind() {
	case slog.KindString:
		if s := a.Value.String(); strings.Contains(s, "pvs_") {
			a.Value = slog.StringValue(withoutSecrets(s))
		}
	case slog.KindAny:
		switch v := a.Value.Any().(type) {
		case http.Header:
			a.Value = slog.AnyValue(headers(v))
		case error:
			a.Value = slog.StringValue(withoutSecrets(v.Error()))
		case fmt.Stringer:
			a.Value = slog.StringValue(withoutSecrets(v.String()))
		}
	}
	return a
}

// withoutSecrets cuts machine secrets down to their hint.
func withoutSecrets(s string) string { return machineSecret.ReplaceAllString(s, "$1…") }

// headers returns a copy without the values nobody may read.
func headers(h http.Header) map[string][]string {
	out := make(map[string][]string, len(h))
	for name, values := range h {
		if secretName(name) {
			values = []string{redacted}
		}
		out[name] = values
	}
	return out
}

// secretName reports whether what goes by this name must not be written: Authorization, Cookie, Set-Cookie,
// X-ClientSecret, api_key, new_password, token and the like.
func secretName(name string) bool {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == '-' || r == '_' || r == '.' || r == ' ':
			return -1
		}
		return r
	}, name)
	switch plain {
	case "authorization", "proxyauthorization", "cookie", "setcookie", "key", "sid":
		return true
	}
	for _, end := range []string{"password", "secret", "token", "apikey", "privatekey", "credentials"} {
		if strings.HasSuffix(plain, end) {
			return true
		}
	}
	return false
}
