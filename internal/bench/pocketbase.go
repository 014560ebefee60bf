package bench

import (
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/provost-itsm/provost/internal/platform/record"
)

// pocketCollection is the collection the adapter makes, and makes anew if it is there.
const pocketCollection = "provost_bench"

// pocketBase is the adapter of PocketBase 0.23 and later. Requests carry the token of a superuser, whose rights no rule
// narrows. Lists carry their exact total, which is PocketBase's default. The unique number comes from the client: a
// PocketBase has no counters.
func pocketBase(token string) adapter {
	path := "/api/collections/" + pocketCollection + "/records"
	d := &dialect{
		name: "pocketbase", set: path, header: "Authorization: " + token + "\r\n", created: 200, numbered: true,
		key: "id", rows: "items", total: "totalItems", count: "?perPage=1&fields=id",
		entity: func(key string) string { return path + "/" + key },
		list: func(filter [3]string, c combination) string {
			text := ""
			for i, name := range filter {
				if i > 0 {
					text += " && "
				}
				text += name + " = '" + c[i] + "'"
			}
			return "?perPage=100&sort=-CreatedDateTime&filter=" + url.QueryEscape(text)
		},
	}
	return adapter{d, func(c *client, host string) error { return makeCollection(c, d, host) }}
}

// makeCollection makes the collection with the same fields, indexes and unique number as BenchIncident.
func makeCollection(c *client, d *dialect, host string) error {
	var catalogue record.Catalogue
	if err := json.Unmarshal(Definition, &catalogue); err != nil {
		return fmt.Errorf("read the definition of BenchIncident: %w", err)
	}
	definition := catalogue.Objects[0]
	types := map[string]string{"": "text", "decimal": "text", "number": "number", "boolean": "bool", "datetime": "date"}
	var fields []map[string]any
	for _, f := range definition.Fields {
		field := map[string]any{"name": f.Name, "type": types[f.Type]}
		if f.Max > 0 {
			field["max"] = f.Max
		}
		fields = append(fields, field)
	}
	fields = append(fields,
		map[string]any{"name": "CreatedDateTime", "type": "autodate", "onCreate": true},
		map[string]any{"name": "LastModDateTime", "type": "autodate", "onCreate": true, "onUpdate": true})
	var indexes []string
	add := func(unique, name, columns string) {
		indexes = append(indexes, fmt.Sprintf("CREATE %sINDEX `ix_%s_%s` ON `%s` (%s)", unique, pocketCollection, name, pocketCollection, columns))
	}
	for _, f := range definition.Fields {
		switch f.Index {
		case record.Unique:
			add("UNIQUE ", f.Name, "`"+f.Name+"`")
		case record.Indexed, record.Sparse:
			add("", f.Name, "`"+f.Name+"`")
		}
	}
	for _, x := range definition.Indexes {
		columns := ""
		for i, name := range x {
			if i > 0 {
				columns += ", "
			}
			columns += "`" + name + "`"
		}
		add("", "list", columns)
	}
	body, err := json.Marshal(map[string]any{"name": pocketCollection, "type": "base", "fields": fields, "indexes": indexes})
	if err != nil {
		return fmt.Errorf("make the collection: %w", err)
	}
	const path = "/api/collections"
	remove := fmt.Appendf(nil, "DELETE %s/%s HTTP/1.1\r\nHost: %s\r\n%s\r\n", path, pocketCollection, host, d.header)
	if answer, err := c.do(remove); err != nil {
		return fmt.Errorf("remove the collection of a former run: %w", err)
	} else if answer.status != 204 && answer.status != 404 {
		return fmt.Errorf("remove the collection of a former run: status %d: %.300q", answer.status, answer.body)
	}
	create := fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, host, d.header, len(body), body)
	answer, err := c.do(create)
	if err != nil {
		return fmt.Errorf("make the collection: %w", err)
	}
	if answer.status != 200 {
		return fmt.Errorf("make the collection: status %d: %.500q", answer.status, answer.body)
	}
	return nil
}
