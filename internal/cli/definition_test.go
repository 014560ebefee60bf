package cli

import (
	"strings"
	"testing"
)

func TestADefinitionThatCannotBeReadSaysWhereAndWhy(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "line 1: the definition is empty",
		"null":                   "line 1: the definition must be an object, not null",
		"[\n1]":                  "line 1: the definition must be an object, not an array",
		`"x"`:                    "line 1: the definition must be an object, not a text",
		"{}":                     `There is nothing to apply: a definition has "lists", "objects" or "records", or is one object with "object" and "fields".`,
		"{\n\"objects\": }":      "line 2: not JSON: ",
		"{\"objects\": []} more": "line 1: not JSON: ",
		"{\n\"objets\": []}":     `line 2: the definition has the unknown key "objets"; there are lists, objects, records`,
		"{\"objects\": [\n{\"object\": \"A\", \"fields\": [\n{\"name\": \"X\", \"lable\": \"x\"}]}]}": `line 3: entry 1 of "fields" has the unknown key "lable"; there are name, label, `,
		"{\"object\": \"A\",\n\"fields\": {\"name\": \"X\"}}":                                         `line 2: "fields" must be an array, not an object`,
		"{\"object\": \"A\",\n\"fields\": [[]]}":                                                      `line 2: entry 1 of "fields" must be an object, not an array`,
		"{\"object\": \"A\",\n\"fields\": [null]}":                                                    `line 2: entry 1 of "fields" must be an object, not null`,
		"{\"object\": \"A\",\n\"number\": 5}":                                                         `line 2: "number" must be an object, not the number 5`,
		"{\"object\": 5}":                                                                             `line 1: "object" must be a text in quotes, not the number 5`,
		"{\"object\": \"A\", \"fields\": [\n\n{\"name\": \"X\", \"max\": \"5\"}]}":                    `line 3: "max" must be a whole number, not a text`,
		"{\"object\": \"A\", \"fields\": [{\"name\": \"X\", \"max\": 1.5}]}":                          `line 1: "max" must be a whole number, not the number 1.5`,
		"{\"object\": \"A\", \"fields\": [{\"name\": \"X\", \"search\": \"yes\"}]}":                   `line 1: "search" must be true or false, not a text`,
		"{\"object\": \"A\", \"fields\": [{\"name\": \"X\", \"default\": true}]}":                     `line 1: "default" must be a text in quotes, not true`,
		"{\"object\": \"A\", \"fields\": [{\"name\": \"X\", \"index\": \"always\"}]}":                 `line 1: "index" must be true, false, "sparse" or "unique"`,
		"{\"object\": \"A\",\n\"label\": \"x\",\n\"label\": \"y\"}":                                   `line 3: "label" stands twice in the definition`,
		"{\"lists\": [{\"name\": \"L\", \"values\": [\n\"x\", {\"value\": \"y\", \"alias\": []}]}]}":  `line 2: entry 2 of "values" has the unknown key "alias"`,
		"{\"lists\": [{\"name\": \"L\", \"values\": [5]}]}":                                           `line 1: entry 1 of "values" must be an object, not the number 5`,
		"{\"records\": {\"A\": [{\"X\": [1]}]}}":                                                      `line 1: "X" must be a single value, not an array`,
	} {
		_, err := parseCatalogue([]byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q is refused with\n%v, want\n%s", text, err, want)
		}
	}
}

func TestADefinitionIsReadInEitherForm(t *testing.T) {
	one := `{"object": "A#", "fields": [{"name": "X", "index": "sparse", "stock": true}], "retired": [{"name": "Y", "type": "text"}]}`
	for _, text := range []string{one, "\xef\xbb\xbf" + one, `{"lists": [{"name": "L", "values": ["x", {"value": "y"}]}], "objects": [` + one + `], "records": {"A": [{"X": null}, {"X": 5}]}}`} {
		c, err := parseCatalogue([]byte(text))
		if err != nil || len(c.Objects) != 1 || c.Objects[0].Object != "A#" || len(c.Objects[0].Fields) != 1 {
			t.Errorf("%s: %+v, %v", text, c, err)
		}
	}
}
