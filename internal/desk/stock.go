package desk

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"

	"github.com/provost-itsm/provost/internal/platform/record"
)

//go:embed stock/*.json
var stockFiles embed.FS

// Stock is the catalogue of business objects that every tenant starts with.
func Stock() (record.Catalogue, error) {
	var all record.Catalogue
	all.Records = map[string][]map[string]any{}
	names, err := fs.Glob(stockFiles, "stock/*.json")
	if err != nil {
		return all, err
	}
	for _, name := range names {
		b, err := stockFiles.ReadFile(name)
		if err != nil {
			return all, err
		}
		var c record.Catalogue
		if err := json.Unmarshal(b, &c); err != nil {
			return all, fmt.Errorf("read %s: %w", name, err)
		}
		all.Lists = append(all.Lists, c.Lists...)
		all.Objects = append(all.Objects, c.Objects...)
		for object, records := range c.Records {
			all.Records[object] = append(all.Records[object], records...)
		}
	}
	return all, nil
}
