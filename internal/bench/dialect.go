package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
)

// dialect is how requests for the records of one set look to one kind of server, and where its answers say what.
type dialect struct {
	name    string // "provost", "pocketbase", "cap"
	set     string // path of the collection
	header  string // header lines of every request, each with its CR LF
	created int    // status of a create

	key, rows, total string // members: key of a record, records and exact count of a list
	numbered         bool   // the client gives the unique number, as the last member of a create

	entity func(key string) string                      // path of one record
	list   func(filter [3]string, c combination) string // query of the first 100 of a combination, by date, with the exact total
	count  string                                       // query of a list that gives the exact total and hardly any rows
}

// get returns a request for one path.
func (d *dialect) get(host, path string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + d.header + "\r\n")
}

// appendGet appends a request for the record of a key.
func (d *dialect) appendGet(b []byte, host, key string) []byte {
	b = append(b, "GET "...)
	b = append(b, d.entity(key)...)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, host...)
	b = append(b, "\r\n"...)
	b = append(b, d.header...)
	return append(b, "\r\n"...)
}

// appendCreate appends a request that creates a record of a payload.
func (d *dialect) appendCreate(b []byte, host string, payload []byte, number int64) []byte {
	b = append(b, "POST "...)
	b = append(b, d.set...)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, host...)
	b = append(b, "\r\n"...)
	b = append(b, d.header...)
	b = append(b, "Content-Type: application/json\r\nContent-Length: "...)
	var tail [48]byte
	end := tail[:0]
	if d.numbered {
		end = append(end, `,"IncidentNumber":`...)
		end = strconv.AppendInt(end, number, 10)
	}
	end = append(end, '}')
	b = strconv.AppendInt(b, int64(len(payload)+len(end)), 10)
	b = append(b, "\r\n\r\n"...)
	b = append(b, payload...)
	return append(b, end...)
}

// commonWord is a word of the name of every customer, and so of every incident.
const commonWord = "customer"

// pageOfHits is how many rows a full-text search asks for.
const pageOfHits = 20

// appendSearch appends a full-text search of Provost's for the first page of what has a word.
func (d *dialect) appendSearch(b []byte, host, object, word string) []byte {
	body := fmt.Sprintf(`{"Text":"%s","ObjectType":"%s","Top":%d,"Skip":0}`, word, object, pageOfHits)
	return fmt.Appendf(b, "POST /api/rest/search/fulltext HTTP/1.1\r\nHost: %s\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		host, d.header, len(body), body)
}

// checkHits parses a page of hits and checks that it is full and of the word that was asked for.
func checkHits(body []byte, word string, least int) error {
	var found struct {
		Data       []map[string]json.RawMessage `json:"data"`
		TotalRows  int                          `json:"totalRows"`
		SearchText string                       `json:"searchText"`
	}
	if err := json.Unmarshal(body, &found); err != nil {
		return fmt.Errorf("a page of hits is not JSON: %w", err)
	}
	if found.SearchText != word || found.TotalRows < least || len(found.Data) != min(found.TotalRows, pageOfHits) {
		return fmt.Errorf("a search for %s has %d rows of %d, expected at least %d in all", word, len(found.Data), found.TotalRows, least)
	}
	for _, row := range found.Data {
		if len(row["RecId"]) != 34 || len(row["IncidentNumber"]) == 0 || len(row["Subject"]) < 3 {
			return fmt.Errorf("a hit lacks its key, number or subject: %.200v", row)
		}
	}
	return nil
}

// keyOf finds the key of a created record without parsing the rest: every answer is looked at.
func (d *dialect) keyOf(body []byte) (string, error) {
	_, after, ok := bytes.Cut(body, []byte(`"`+d.key+`":"`))
	if ok {
		var key []byte
		if key, _, ok = bytes.Cut(after, []byte{'"'}); ok && len(key) > 0 {
			return string(key), nil
		}
	}
	return "", fmt.Errorf("the answer to a create has no %s: %.200q", d.key, body)
}

// record parses one record and checks that it is the one of the key and has all its fields.
func (d *dialect) checkRecord(body []byte, key string) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return fmt.Errorf("a record is not JSON: %w", err)
	}
	if got := string(fields[d.key]); key != "" && got != `"`+key+`"` {
		return fmt.Errorf("asked for record %s and got %s", key, got)
	}
	if len(fields) < recordFields || len(fields["Symptom"]) < 10 {
		return fmt.Errorf("a record has %d fields: %.200q", len(fields), body)
	}
	return nil
}

// recordFields is the least number of fields a record is read with.
const recordFields = 40

// checkList parses a page and checks that it holds what was asked for.
func (d *dialect) checkList(body []byte, filter [3]string, c combination, least int) error {
	total, rows, err := d.page(body)
	if err != nil {
		return err
	}
	if total < int64(least) || len(rows) != int(min(total, 100)) {
		return fmt.Errorf("a list has %d rows of %d, expected at least %d in all", len(rows), total, least)
	}
	for _, row := range rows {
		for i, name := range filter {
			if got := string(row[name]); got != `"`+c[i]+`"` {
				return fmt.Errorf("a list of %s %q has a row with %s", name, c[i], got)
			}
		}
		if len(row) < recordFields {
			return fmt.Errorf("a row of a list has %d fields", len(row))
		}
	}
	return nil
}

// page parses the answer to a list.
func (d *dialect) page(body []byte) (total int64, rows []map[string]json.RawMessage, err error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return 0, nil, fmt.Errorf("a list is not JSON: %w", err)
	}
	if err := json.Unmarshal(members[d.total], &total); err != nil {
		return 0, nil, fmt.Errorf("the total %s of a list: %w: %.200q", d.total, err, body)
	}
	if err := json.Unmarshal(members[d.rows], &rows); err != nil {
		return 0, nil, fmt.Errorf("the rows %s of a list: %w", d.rows, err)
	}
	return total, rows, nil
}

// odata is the dialect of Provost for a set, with a REST API key.
func odata(set, apiKey string) *dialect {
	path := "/api/odata/businessobject/" + set
	return &dialect{
		name: "provost", set: path, header: "Authorization: rest_api_key=" + apiKey + "\r\n", created: 201,
		key: "RecId", rows: "value", total: "@odata.count", count: "?$top=1&$select=RecId",
		entity: func(key string) string { return path + "('" + key + "')" },
		list: func(filter [3]string, c combination) string {
			return "?$top=100&$orderby=CreatedDateTime%20desc&$filter=" + odataFilter(filter, c)
		},
	}
}

// odataFilter writes a filter on three fields as part of a query.
func odataFilter(filter [3]string, c combination) string {
	text := ""
	for i, name := range filter {
		if i > 0 {
			text += " and "
		}
		text += name + " eq '" + c[i] + "'"
	}
	return url.PathEscape(text)
}
