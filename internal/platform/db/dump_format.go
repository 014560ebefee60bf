package db

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// A dump is JSON, one value a line:
//
//	{"format":"provost-dump","version":1,"schema":7}          schema: the version of the timeline
//	{"table":"cell","columns":["name","value"]}              columns by name
//	["group.lock",0]                                         a row: null, integer, text, {"b":"base64"} for bytes
//	{"rows":1}                                               ends the table
//	{"end":true,"tables":1,"rows":1,"sha256":"…"}            of all bytes before this line
//
// Text that is no UTF-8, which SQLite may hold, is {"t":"base64"}.

const (
	dumpFormat  = "provost-dump"
	dumpVersion = 1
)

type dumpHeader struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	Schema  int64  `json:"schema"`
}

// dumpLine is every other line that is an object.
type dumpLine struct {
	Table   string   `json:"table,omitempty"`
	Columns []string `json:"columns,omitempty"`
	Rows    *int64   `json:"rows,omitempty"`
	End     bool     `json:"end,omitempty"`
	Tables  int      `json:"tables,omitempty"`
	SHA256  string   `json:"sha256,omitempty"`
}

// appendRow appends the JSON of a row and a line feed.
func appendRow(to []byte, values []any) ([]byte, error) {
	to = append(to, '[')
	for i, value := range values {
		if i > 0 {
			to = append(to, ',')
		}
		switch v := value.(type) {
		case nil:
			to = append(to, "null"...)
		case int64:
			to = strconv.AppendInt(to, v, 10)
		case bool: // SQLite has none; an expression's result on PostgreSQL
			if v {
				to = append(to, '1')
			} else {
				to = append(to, '0')
			}
		case []byte:
			to = append(to, `{"b":"`...)
			to = base64.StdEncoding.AppendEncode(to, v)
			to = append(to, `"}`...)
		case string:
			if !utf8.ValidString(v) {
				to = append(to, `{"t":"`...)
				to = base64.StdEncoding.AppendEncode(to, []byte(v))
				to = append(to, `"}`...)
				continue
			}
			to = appendText(to, v)
		default:
			return nil, fmt.Errorf("a value of type %T cannot be dumped", value)
		}
	}
	return append(to, "]\n"...), nil
}

// appendText appends a JSON string: escaped is only what must be, so that documents stay readable in a dump.
func appendText(to []byte, s string) []byte {
	const hexadecimal = "0123456789abcdef"
	to = append(to, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		to = append(to, s[start:i]...)
		switch c {
		case '"', '\\':
			to = append(to, '\\', c)
		case '\n':
			to = append(to, `\n`...)
		default:
			to = append(to, '\\', 'u', '0', '0', hexadecimal[c>>4], hexadecimal[c&15])
		}
		start = i + 1
	}
	to = append(to, s[start:]...)
	return append(to, '"')
}

// parseRow reads a row of the given number of values.
func parseRow(line []byte, columns int) ([]any, error) {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	var raw []any
	if err := dec.Decode(&raw); err != nil {
		return nil, err
	}
	if len(raw) != columns {
		return nil, fmt.Errorf("the row has %d values, its table %d columns", len(raw), columns)
	}
	for i, value := range raw {
		switch v := value.(type) {
		case nil, string:
		case json.Number:
			n, err := strconv.ParseInt(v.String(), 10, 64)
			if err != nil {
				return nil, err
			}
			raw[i] = n
		case map[string]any:
			decoded, err := parseBytes(v)
			if err != nil {
				return nil, err
			}
			raw[i] = decoded
		default:
			return nil, fmt.Errorf("a value of type %T is not part of the format", value)
		}
	}
	return raw, nil
}

func parseBytes(object map[string]any) (any, error) {
	if len(object) == 1 {
		if b, ok := object["b"].(string); ok {
			return base64.StdEncoding.DecodeString(b)
		}
		if t, ok := object["t"].(string); ok {
			text, err := base64.StdEncoding.DecodeString(t)
			return string(text), err
		}
	}
	return nil, errors.New(`an object in a row must be {"b":"…"} or {"t":"…"}`)
}
