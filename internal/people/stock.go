package people

import (
	_ "embed"
	"encoding/json"

	"github.com/provost-itsm/provost/internal/platform/record"
)

//go:embed stock/people.json
var stock []byte

// Stock returns the object types, lists and first records of this domain.
func Stock() record.Catalogue {
	var c record.Catalogue
	if err := json.Unmarshal(stock, &c); err != nil {
		panic("people: the embedded catalogue cannot be read: " + err.Error())
	}
	return c
}
