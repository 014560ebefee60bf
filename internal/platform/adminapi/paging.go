package adminapi

import (
	"encoding/base64"
	"encoding/json"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// Paging are the parameters of a list. Embed it in the input of the operation.
type Paging struct {
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200" doc:"How many items at most"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"Where to go on: next of the page before"`
}

// Page is the answer of a list.
type Page[T any] struct {
	Items []T    `json:"items" doc:"The items of this page"`
	Next  string `json:"next,omitempty" doc:"Given as cursor, it leads to the next page; absent on the last one"`
}

// Position writes a place in a list as a cursor: what the last item of the page is sorted by.
func Position(parts ...string) string {
	b, err := json.Marshal(parts)
	if err != nil {
		panic("adminapi: texts do not encode: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// Position reads the cursor, which has to be one of n parts; it is nil for the first page. Anything else is fault.Invalid.
func (p Paging) Position(n int) ([]string, error) {
	if p.Cursor == "" {
		return nil, nil
	}
	var parts []string
	b, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err == nil {
		err = json.Unmarshal(b, &parts)
	}
	if err != nil || len(parts) != n {
		return nil, BadCursor()
	}
	return parts, nil
}

// BadCursor is the refusal of a cursor that the list did not give.
func BadCursor() error {
	return fault.New(fault.Invalid, "cursor_invalid", "The cursor is not one that this list gave.").WithField("cursor", "not a cursor of this list")
}

// PageOf makes the page of a list that is all there, after the item at the cursor. key names an item; items are in the order
// of their keys.
func PageOf[T any](p Paging, items []T, key func(T) string) (*Page[T], error) {
	after, err := p.Position(1)
	if err != nil {
		return nil, err
	}
	out := &Page[T]{Items: []T{}}
	for _, item := range items {
		if after != nil && key(item) <= after[0] {
			continue
		}
		if len(out.Items) == p.Limit {
			out.Next = Position(key(out.Items[len(out.Items)-1]))
			break
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}
