package saml

import (
	"bytes"
	"encoding/base64"
	"mime"
	"net/url"
	"strings"
)

const (
	maxForm       = 512 << 10
	maxRelayState = 1 << 10
)

// Form is a request to an assertion consumer service, its body read up to a limit just above 512 KiB.
type Form struct {
	Method          string
	ContentType     string
	ContentEncoding string
	RawQuery        string
	Body            []byte
}

// Post is the content of a form that arrived by the POST binding (saml-bindings 3.5).
type Post struct {
	Document   []byte // XML, not yet looked at
	RelayState string // a handle that we gave out, or what the identity provider was told to send; never an address to go to
}

// DecodeForm takes the message out of a form and refuses every form that could be read in two ways.
func DecodeForm(f Form) (*Post, error) { return gate{}.decodeForm(f) }

func (g gate) decodeForm(f Form) (*Post, error) {
	kind, _, err := mime.ParseMediaType(f.ContentType)
	query, queryErr := url.ParseQuery(f.RawQuery)
	if err := first(
		g.require(f.Method == "POST", "method_not_post", f.Method),
		g.require(err == nil && kind == "application/x-www-form-urlencoded", "content_type", f.ContentType),
		g.require(f.ContentEncoding == "", "content_encoding", f.ContentEncoding),
		g.require(len(f.Body) <= maxForm, "body_too_large", ""),
		g.require(queryErr == nil && !query.Has("SAMLResponse") && !query.Has("RelayState"), "parameter_in_query", ""),
	); err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(f.Body))
	if err != nil {
		if err := g.because("form_invalid", "", err); err != nil {
			return nil, err
		}
	}
	if err := first(
		g.require(len(form["SAMLResponse"]) == 1, "saml_response_count", ""),
		g.require(len(form["RelayState"]) <= 1, "relay_state_count", ""),
		g.require(len(form.Get("RelayState")) <= maxRelayState, "relay_state_too_long", ""),
	); err != nil {
		return nil, err
	}
	document, err := strictBase64(form.Get("SAMLResponse"))
	if err != nil {
		if err := g.because("base64_invalid", "", err); err != nil {
			return nil, err
		}
	}
	if err := g.require(looksLikeXML(document), "not_xml", ""); err != nil {
		return nil, err
	}
	return &Post{Document: document, RelayState: form.Get("RelayState")}, nil
}

// strictBase64 decodes standard base64 with padding, in which nothing but line ends may stand between.
func strictBase64(text string) ([]byte, error) {
	text = strings.NewReplacer("\r", "", "\n", "").Replace(text)
	return base64.StdEncoding.Strict().DecodeString(text)
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// looksLikeXML tells whether the first byte after a byte order mark and space is "<", so that nothing is ever inflated.
func looksLikeXML(document []byte) bool {
	document = bytes.TrimLeft(bytes.TrimPrefix(document, byteOrderMark), " \t\r\n")
	return len(document) > 0 && document[0] == '<'
}
