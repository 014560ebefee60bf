package e2e_test

import (
	"fmt"
	"net/url"
	"strings"
)

const nowhere = "0123456789ABCDEF0123456789ABCDEF" // RecId of nothing

// badBody is a body that is refused as a create and as an update.
type badBody struct {
	name, body string
	status     int // 0: 400; createOnly: 400 as a create, while an update leaves the field as it is
}

// createOnly marks a body with a field that an update does not change, whatever is sent.
const createOnly = 1

func badBodies() []badBody {
	deep := func(open, end string, n int) string { return strings.Repeat(open, n) + strings.Repeat(end, n) }
	field := func(name, value string) string { return `{"Subject":"hostile","` + name + `":` + value + `}` }
	many := func(n int, name func(int) string) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = fmt.Sprintf(`"%s":"v%d"`, name(i), i)
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return []badBody{
		{"one byte over 1 MiB", field("Symptom", `"`+strings.Repeat("x", 1<<20+1-len(field("Symptom", `""`)))+`"`), 413},
		{"8 MiB", strings.Repeat(" ", 8<<20), 413},
		{"10,000 arrays deep", field("Symptom", deep("[", "]", 10_000)), 0},
		{"10,000 objects deep", field("Symptom", deep(`{"a":`, "}", 10_000)), 0},
		{"a million brackets, never closed", field("Symptom", strings.Repeat("[", 1_000_000)), 0},
		{"10,000 arrays deep in place of the object", deep("[", "]", 10_000), 0},
		{"NUL as it is", field("Symptom", "\"a\x00b\""), 0},
		{"NUL as an escape", field("Symptom", `"a\u0000b"`), 0},
		{"NUL in a name", field(`Symp\u0000tom`, `"x"`), 0},
		{"NUL after the object", `{"Subject":"hostile"}` + "\x00", 0},
		{"invalid UTF-8 in a value", field("Symptom", "\"a\xff\xfe\""), 0},
		{"invalid UTF-8 in a name", field("Sym\xc3(tom", `"x"`), 0},
		{"an overlong form of a slash", field("Symptom", "\"\xc0\xaf\""), 0},
		{"a surrogate in UTF-8", field("Symptom", "\"\xed\xa0\x80\""), 0},
		{"a member twice", `{"Subject":"hostile","Subject":"two"}`, 0},
		{"a member twice in another case", `{"Subject":"hostile","sUBJECT":"two"}`, 0},
		{"a member twice, escaped", `{"Subject":"hostile","\u0053ubject":"two"}`, 0},
		{"a number of 20 digits", field("TotalTimeSpent", "99999999999999999999"), 0},
		{"a number below all", field("TotalTimeSpent", "-9223372036854775809"), 0},
		{"1e999", field("TotalTimeSpent", "1e999"), 0},
		{"a number of a thousand digits", field("TotalTimeSpent", strings.Repeat("9", 1000)), 0},
		{"an exponent of a thousand digits", field("TotalTimeSpent", "1e"+strings.Repeat("9", 1000)), 0},
		{"a fraction for a whole number", field("TotalTimeSpent", "1.5"), 0},
		{"no number", field("TotalTimeSpent", `"many"`), 0},
		{"NaN", field("TotalTimeSpent", "NaN"), 0},
		{"a number of its own, below zero", field("IncidentNumber", "-1"), createOnly},
		{"the greatest number there is", field("IncidentNumber", "9223372036854775807"), createOnly},
		{"the year 0000", field("RespondedDateTime", `"0000-01-01T00:00:00Z"`), 0},
		{"out of the year 9999 by its offset", field("RespondedDateTime", `"9999-12-31T23:59:59-14:00"`), 0},
		{"the year 10000", field("RespondedDateTime", `"10000-01-01T00:00:00Z"`), 0},
		{"a negative year", field("RespondedDateTime", `"-001-01-01T00:00:00Z"`), 0},
		{"the 30th of February", field("RespondedDateTime", `"2026-02-30T00:00:00Z"`), 0},
		{"no date", field("RespondedDateTime", `"tomorrow"`), 0},
		{"a date of 100 KB", field("RespondedDateTime", `"2026-01-01T00:00:00.`+strings.Repeat("0", 100_000)+`Z"`), 0},
		{"200 fields nobody knows", many(200, func(i int) string { return fmt.Sprintf("Nope%d", i) }), 0},
		{"a name of 100 KB", field(strings.Repeat("N", 100_000), `"x"`), 0},
		{"an unknown field", field("Customer", `"x"`), 0},
		{"an empty name", field("", `"x"`), 0},
		{"SQL for a name", field(`Subject\"; DROP TABLE incident; --`, `"x"`), 0},
		{"a status that does not exist", field("Status", `"Nope"`), 0},
		{"an urgency that does not exist", field("Urgency", `"Enormous"`), 0},
		{"a priority that does not exist", field("Priority", `"9"`), 0},
		{"a link to a missing record", field("ProfileLink", `"`+nowhere+`"`), 0},
		{"a link by its triple", field("ProfileLink_RecID", `"`+nowhere+`"`), 0},
		{"a link to nonsense", field("ProfileLink", `"' OR 1=1 --"`), 0},
		{"a link to a missing type", `{"Subject":"hostile","ProfileLink_RecID":"` + nowhere + `","ProfileLink_Category":"Nothing"}`, 0},
		{"an object for a text", field("Symptom", `{"a":1}`), 0},
		{"a text for a boolean", field("IsVIP", `"perhaps"`), 0},
		{"a subject of 900 KB", `{"Subject":"` + strings.Repeat("x", 900_000) + `"}`, 0},
		{"nothing", "", 0}, {"blanks", " \r\n\t ", 0}, {"null", "null", 0}, {"a number", "1", 0}, {"a text", `"x"`, 0}, {"a list", `[{"Subject":"hostile"}]`, 0},
		{"an open object", `{"Subject":"hostile"`, 0}, {"an open text", `{"Subject":"hostile`, 0}, {"two objects", `{"Subject":"hostile"}{}`, 0},
		{"a comma too many", `{"Subject":"hostile",}`, 0}, {"a comment", `{"Subject":"hostile"/**/}`, 0}, {"XML", `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`, 0},
	}
}

// badQuery is a target that is refused.
type badQuery struct {
	name, method, path string
	statuses           []int
}

func badQueries() []badQuery {
	q := func(option, value string) string { return incidents + "?" + option + "=" + url.QueryEscape(value) }
	chain := func(n int, joint string) string {
		return strings.Repeat("Subject eq 'x' "+joint+" ", n-1) + "Subject eq 'x'"
	}
	bad, maybe := []int{400}, []int{200, 400}
	return []badQuery{
		{"1,000 terms", "GET", q("$filter", chain(1000, "or")), bad},
		{"1,000 terms, and", "GET", q("$filter", chain(1000, "and")), bad},
		{"5,000 brackets", "GET", q("$filter", strings.Repeat("(", 5000)+"Subject eq 'x'"+strings.Repeat(")", 5000)), bad},
		{"5,000 times not", "GET", q("$filter", strings.Repeat("not ", 5000)+"(Subject eq 'x')"), bad},
		{"1,000 functions deep", "GET", q("$filter", strings.Repeat("tolower(", 1000)+"Subject"+strings.Repeat(")", 1000)+" eq 'x'"), bad},
		{"a literal of 100 KB", "GET", q("$filter", "Subject eq '"+strings.Repeat("x", 100_000)+"'"), bad},
		{"NUL in a filter", "GET", incidents + "?$filter=Subject%20eq%20'a%00b'", bad},
		{"invalid UTF-8 in a filter", "GET", incidents + "?$filter=Subject%20eq%20'%ff'", bad},
		{"a broken escape", "GET", incidents + "?$filter=Subject%20eq%20'%zz'", bad},
		{"a filter twice", "GET", incidents + "?$filter=Subject%20eq%20'a'&$filter=Subject%20eq%20'b'", bad},
		{"an open text", "GET", q("$filter", "Subject eq 'x"), bad},
		{"an unknown field", "GET", q("$filter", "Nope eq 'x'"), bad},
		{"an unknown function", "GET", q("$filter", "sleep(10) eq 1"), bad},
		{"SQL in place of a filter", "GET", q("$filter", "1=1; DROP TABLE incident --"), bad},
		{"SQL after a text", "GET", q("$filter", "Subject eq '' OR 1=1 --'"), bad},
		{"a number out of range", "GET", q("$filter", "IncidentNumber eq 99999999999999999999999"), maybe},
		{"1e999", "GET", q("$filter", "IncidentNumber lt 1e999"), maybe},
		{"the year 0000", "GET", q("$filter", "CreatedDateTime gt 0000-01-01T00:00:00Z"), bad},
		{"the year 9999 and on", "GET", q("$filter", "CreatedDateTime lt 9999-12-31T23:59:59-14:00"), maybe},
		{"the 30th of February", "GET", q("$filter", "CreatedDateTime gt 2026-02-30T00:00:00Z"), bad},
		{"$top=101", "GET", q("$top", "101"), bad},
		{"$top=0", "GET", q("$top", "0"), maybe},
		{"$top=-1", "GET", q("$top", "-1"), bad},
		{"$top of a thousand digits", "GET", q("$top", strings.Repeat("9", 1000)), bad},
		{"$top=NUL", "GET", incidents + "?$top=%00", bad},
		{"$skip=-1", "GET", q("$skip", "-1"), bad},
		{"$skip beyond all", "GET", q("$skip", "99999999999999999999"), bad},
		{"$skip far away", "GET", q("$skip", "9223372036854775807"), maybe},
		{"$skiptoken=nonsense", "GET", q("$skiptoken", "AAAA"), bad},
		{"$orderby of 1,000 terms", "GET", q("$orderby", strings.Repeat("Subject,", 999)+"Subject"), bad},
		{"$orderby SQL", "GET", q("$orderby", "(SELECT 1)"), bad},
		{"$orderby unknown", "GET", q("$orderby", "Nope desc"), bad},
		{"$select of 5,000", "GET", q("$select", strings.Repeat("Subject,", 4999)+"Subject"), bad},
		{"$search blank", "GET", q("$search", "  "), bad},
		{"$search of 50 KB", "GET", q("$search", strings.Repeat("word ", 10_000)), bad},
		{"$search in the engines' own language", "GET", q("$search", `"a" NEAR(b c) AND {x y}: ^z* & | ! <-> ('`), maybe},
		{"$search NUL", "GET", incidents + "?$search=a%00b", bad},
		{"$search invalid UTF-8", "GET", incidents + "?$search=%ff%fe", bad},
		{"a query of 200 KB", "GET", q("$filter", strings.Repeat("x", 200_000)), []int{400, 413, 414}},
		{"10,000 parameters", "GET", incidents + "?" + strings.Repeat("a=b&", 10_000), maybe},
		{"a path of 10 KB", "GET", "/api/odata/businessobject/" + strings.Repeat("a", 10<<10), []int{404}},
		{"a path of 10 KB of slashes", "GET", incidents + strings.Repeat("/", 10<<10) + "x", []int{404}},
		{"a key of 10 KB", "GET", incidents + "('" + strings.Repeat("A", 10<<10) + "')", []int{400, 404}},
		{"NUL in a key", "GET", incidents + "('%00')", bad},
		{"invalid UTF-8 in a key", "GET", incidents + "('%ff')", bad},
		{"SQL for a key", "GET", incidents + "('x''%20OR%201=1%20--')", bad},
		{"a number for a key, far too large", "GET", incidents + "(99999999999999999999)", bad},
		{"a blank key", "GET", incidents + "('')", bad},
		{"an open key", "GET", incidents + "('x", []int{400, 404}},
		{"a set nobody knows", "GET", "/api/odata/businessobject/nopes", []int{404}},
		{"a table for a set", "GET", "/api/odata/businessobject/rec_incident", []int{404}},
		{"up and away", "GET", "/api/odata/businessobject/..%2f..%2fetc%2fpasswd", []int{404}},
		{"a missing record", "DELETE", incidents + "('" + nowhere + "')", bad},
		{"deleting them all", "DELETE", incidents, []int{405}},
		{"changing them all", "PATCH", incidents, []int{405}},
		{"creating at a key", "POST", incidents + "('" + nowhere + "')", []int{405}},
		{"a method nobody knows", "BREW", incidents, []int{405}},
		{"TRACE", "TRACE", incidents, []int{405}},
	}
}
