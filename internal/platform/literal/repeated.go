package literal

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Repeated finds a member of a JSON object, at whatever depth, whose name stands there before: of two readers one may take the first
// value, the other the last (RFC 8259 section 4). The path is such as "rights.Incident" or "trays[1].name". Text that is no JSON is read up
// to where that shows.
func Repeated(text []byte) (path string, found bool) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	path, found, _ = repeated(d, "")
	return path, found
}

// repeated reads one value; ok is false where there is none.
func repeated(d *json.Decoder, at string) (path string, found, ok bool) {
	t, err := d.Token()
	if err != nil {
		return "", false, false
	}
	switch t {
	case json.Delim('{'):
		names := map[string]bool{}
		for d.More() {
			t, err := d.Token()
			name, isName := t.(string)
			if err != nil || !isName {
				return "", false, false
			}
			of := name
			if at != "" {
				of = at + "." + name
			}
			if names[name] {
				return of, true, true
			}
			names[name] = true
			if path, found, ok := repeated(d, of); found || !ok {
				return path, found, ok
			}
		}
	case json.Delim('['):
		for i := 0; d.More(); i++ {
			if path, found, ok := repeated(d, at+"["+strconv.Itoa(i)+"]"); found || !ok {
				return path, found, ok
			}
		}
	default:
		return "", false, true
	}
	_, err = d.Token() // the end
	return "", false, err == nil
}
