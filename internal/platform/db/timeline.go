package db

import (
	"embed"
	"io/fs"
)

//go:embed migrations
var migrations embed.FS

// ControlTimeline is the migrations of the control database, one goose file per version.
func ControlTimeline() fs.FS { return timeline("migrations/control") }

// TenantTimeline is the migrations of a tenant's database, one goose file per version.
func TenantTimeline() fs.FS { return timeline("migrations/tenant") }

func timeline(dir string) fs.FS {
	sub, err := fs.Sub(migrations, dir)
	if err != nil {
		panic(err) // only for an invalid path, and these are constants
	}
	return sub
}
