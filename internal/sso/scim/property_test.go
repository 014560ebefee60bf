package scim

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// anyPath draws paths, most of which lead somewhere.
func anyPath() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		a := rapid.SampledFrom(slices.Concat(userSchema.attributes, enterpriseSchema.attributes, groupSchema.attributes, []*attribute{metaAttribute, {name: "nothing"}})).Draw(t, "attribute")
		p := a.name
		if rapid.IntRange(0, 4).Draw(t, "prefix") == 0 {
			p = rapid.SampledFrom([]string{userURN, enterpriseURN, groupURN}).Draw(t, "schema") + ":" + p
		}
		if rapid.IntRange(0, 19).Draw(t, "whole") == 0 {
			return enterpriseURN
		}
		if a.kind == complexly && rapid.Bool().Draw(t, "filtered") {
			p += "[" + rapid.SampledFrom([]string{`type eq "work"`, `type eq "HOME"`, `primary eq true`, `primary eq "False"`, `value eq "u1"`, `value eq "w" and type eq "work"`, `type eq "fax" and primary eq true`}).Draw(t, "filter") + "]"
		}
		if a.kind == complexly && rapid.Bool().Draw(t, "part") {
			p += "." + rapid.SampledFrom(a.subs).Draw(t, "sub").name
		}
		if rapid.IntRange(0, 5).Draw(t, "case") == 0 {
			p = strings.ToUpper(p)
		}
		return p
	})
}

// anyValue draws values, such as they may be sent.
func anyValue(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		leaves := []any{nil, "", "x", "w", "u1", "u2", "work", "Home", "True", "false", true, false, 5}
		switch kind := rapid.IntRange(0, 5).Draw(t, "kind"); {
		case depth > 0 && kind == 0:
			return rapid.SliceOfN(anyValue(depth-1), 0, 3).Draw(t, "list")
		case depth > 0 && kind == 1:
			return rapid.MapOfN(rapid.SampledFrom([]string{"value", "type", "primary", "display", "givenName", "country", "manager", "department", "$ref"}), anyValue(depth-1), 0, 4).Draw(t, "object")
		case depth > 1 && kind == 2:
			return rapid.MapOfN(anyPath(), anyValue(depth-1), 0, 4).Draw(t, "attributes")
		}
		return rapid.SampledFrom(leaves).Draw(t, "leaf")
	})
}

// TestWhateverIsPatched: as FuzzPatch, with operations that are more often possible.
func TestWhateverIsPatched(t *testing.T) {
	applied := 0
	rapid.Check(t, func(t *rapid.T) {
		var list []object
		for range rapid.IntRange(1, 4).Draw(t, "operations") {
			o := object{"op": rapid.SampledFrom([]string{"Add", "replace", "REMOVE"}).Draw(t, "op"), "value": anyValue(3).Draw(t, "value")}
			if rapid.IntRange(0, 4).Draw(t, "bare") > 0 {
				o["path"] = anyPath().Draw(t, "path")
			}
			list = append(list, o)
		}
		body, err := json.Marshal(object{"Operations": list})
		if err != nil {
			t.Fatal(err)
		}
		operations, err := parsePatch(body)
		if err != nil {
			says(t, err)
			return
		}
		if _, err := users.change(ada, operations); err == nil {
			applied++
		}
		try(t, users, ada, operations)
		try(t, groups, team, operations)
	})
	if applied == 0 {
		t.Error("no operation was possible")
	}
}
