// Package web holds the web app as it was built: the files of dist. Its sources are in src; `make` builds it where
// Node.js is, and a checkout without Node.js gives a program without the app, which says so at its front page.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files are what was built: index.html, assets/ with names that change with their content, most of them in compressed forms
// alone (.br and .gz). Without index.html nothing was built.
func Files() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("web: " + err.Error()) // the name is a valid one
	}
	return sub
}
