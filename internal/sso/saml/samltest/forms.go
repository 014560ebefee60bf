package samltest

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/provost-itsm/provost/internal/sso/saml"
)

// posted is an attack by the form that carries a genuine message.
func posted(number int, name string, edit func(*saml.Form)) Attack {
	return Attack{Case: number, Name: name, Layouts: Layouts, form: func(t Target, l Layout) saml.Form {
		f := Post(t.Genuine(l), "handle")
		edit(&f)
		return f
	}}
}

// forms are genuine messages sent in a way that two readers of HTTP understand differently.
func forms() []Attack {
	body := func(edit func(string) string) func(*saml.Form) {
		return func(f *saml.Form) { f.Body = []byte(edit(string(f.Body))) }
	}
	field := func(edit func(document []byte) string) func(*saml.Form) {
		return func(f *saml.Form) {
			values, err := url.ParseQuery(string(f.Body))
			if err != nil {
				panic(err)
			}
			document, err := base64.StdEncoding.DecodeString(values.Get("SAMLResponse"))
			if err != nil {
				panic(err)
			}
			values.Set("SAMLResponse", edit(document))
			f.Body = []byte(values.Encode())
		}
	}
	return []Attack{
		posted(37, "SAMLResponse twice", body(func(b string) string { return b + "&SAMLResponse=x" })),
		posted(37, "SAMLResponse twice, once in other words", body(func(b string) string { return b + "&SAMLRespons%65=x" })),
		posted(37, "no SAMLResponse", body(func(string) string { return "RelayState=x" })),
		posted(37, "RelayState twice", body(func(b string) string { return b + "&RelayState=x" })),
		posted(37, "RelayState of more than 1 KiB", body(func(b string) string {
			return strings.Replace(b, "RelayState=", "RelayState="+strings.Repeat("a", 1024), 1)
		})),
		posted(37, "SAMLResponse in the query too", func(f *saml.Form) { f.RawQuery = "SAMLResponse=x" }),
		posted(37, "RelayState in the query", func(f *saml.Form) { f.RawQuery = "RelayState=x" }),
		posted(37, "query that cannot be read", func(f *saml.Form) { f.RawQuery = "a;b=%" }),
		posted(37, "form that cannot be read", body(func(b string) string { return b + "&x=%zz" })),
		posted(37, "form with semicolons", body(func(b string) string { return b + ";x=y" })),
		posted(37, "multipart", func(f *saml.Form) { f.ContentType = "multipart/form-data; boundary=x" }),
		posted(37, "JSON", func(f *saml.Form) { f.ContentType = "application/json" }),
		posted(37, "no content type", func(f *saml.Form) { f.ContentType = "" }),
		posted(37, "GET", func(f *saml.Form) { f.Method = "GET" }),
		posted(37, "URL-safe base64", field(func(d []byte) string {
			return base64.URLEncoding.EncodeToString(append(d, "\n\xc3\xbf\xc3\xbf\xc3\xbe"...))
		})),
		posted(37, "base64 without its padding", field(func(d []byte) string {
			for len(d)%3 == 0 {
				d = append(d, ' ')
			}
			return strings.TrimRight(base64.StdEncoding.EncodeToString(d), "=")
		})),
		posted(37, "base64 with spaces", field(func(d []byte) string { return " " + base64.StdEncoding.EncodeToString(d) })),
		posted(23, "gzip", func(f *saml.Form) {
			f.ContentEncoding = "gzip"
			var b bytes.Buffer
			w := gzip.NewWriter(&b)
			_, _ = w.Write(f.Body)
			_ = w.Close()
			f.Body = b.Bytes()
		}),
		posted(23, "deflated", field(func(d []byte) string { return base64.StdEncoding.EncodeToString(deflate(d)) })),
		posted(23, "DEFLATE bomb", field(func([]byte) string { return base64.StdEncoding.EncodeToString(deflate(make([]byte, 32<<20))) })),
	}
}

func deflate(data []byte) []byte {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(data) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}
