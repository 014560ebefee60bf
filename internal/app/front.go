package app

import (
	"mime"
	"net/http"
	"strings"
)

// frontPage is what a browser finds at the root of a server that has no web app: where the API and the guides are.
const frontPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Provost</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/odata/docs/page.css">
</head>
<body>
<main>
<h1>Provost</h1>
<p>This server runs, without the web app.</p>
<ul>
<li><a href="/api/odata/docs">The API of this server</a>, made of its own objects</li>
<li><a href="/api/odata/openapi.json">The same as OpenAPI document</a></li>
<li><a href="https://github.com/provost-itsm/provost/tree/main/docs" rel="noreferrer">Guides</a></li>
</ul>
</main>
</body>
</html>
`

// nothingPage is what a browser finds at an address where nothing is.
const nothingPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Nothing here · Provost</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/odata/docs/page.css">
</head>
<body>
<main>
<h1>There is nothing at this address</h1>
<p>It may be misspelled, or what was here is gone.</p>
<p><a href="/">Go to the start page</a></p>
</main>
</body>
</html>
`

// static answers with a page that needs nothing but the style sheet of the documentation.
func static(w http.ResponseWriter, status int, page string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(page))
}

// wantsPage reports whether a browser asks: only these name text/html.
func wantsPage(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	for one := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		kind, parameters, err := mime.ParseMediaType(one)
		if err == nil && kind == "text/html" && parameters["q"] != "0" {
			return true
		}
	}
	return false
}
