package e2e_test

import (
	"fmt"
	"strings"
)

// attack is a request that is refused. ordered: the surface answers 200 and says inside that it was refused.
type attack struct {
	name, method, path, body string
	header                   []string
	statuses                 []int // none: 400
	ordered                  bool
}

const set = "/api/odata/businessobject/"

// relation is a relationship of incidents and what is at its other end.
type relation struct{ name, set string }

var relations = []relation{
	{"IncidentContainsJournal", "journal"}, {"IncidentContainsTask", "task"}, {"IncidentContainsAttachment", "attachment"}, {"IncidentAssociatesCI", "ci"},
	{"CIAssociatedActiveIncident", "ci"}, {"IncidentAssociatesChange", "change"}, {"IncidentAssociatesProblem", "problem"}, {"IncidentAssociatedCustomer", "person"},
	{"IncidentOwnerEmployee", "person"}, {"IncidentAssocMasterIncident", "incident"}, {"IncidentAssocChildIncident", "incident"}, {"IncidentAssociatedServiceReq", "request"},
}

// misplaced puts ids that mean nothing there into every position: of nothing, of another type, of another tenant.
func misplaced(m, o *holding) []attack {
	var all []attack
	add := func(name, method, path, body string, statuses ...int) {
		all = append(all, attack{name: name, method: method, path: path, body: body, statuses: statuses})
	}
	order := func(name, body string) {
		all = append(all, attack{name: name, method: "POST", path: "/api/rest/ServiceRequest/new", body: body, ordered: true})
	}
	ids := map[string]string{"nothing": nowhere, "zeros": strings.Repeat("0", 32), "another tenant's record": o.incident, "another tenant's person": o.person, "SQL": "x''%20OR%20''1''=''1"}
	for what, id := range ids {
		for _, r := range relations {
			from, to := incidents+"('"+id+"')/"+r.name, m.kinds[r.set]
			add(r.name+" of "+what, "GET", from, "")
			add("linking "+what+" by "+r.name, "PATCH", from+"('"+to+"')/$Ref", "")
			add("parting "+what+" by "+r.name, "DELETE", from+"('"+to+"')/$Ref", "")
			add("making through "+what+" by "+r.name, "POST", from, `{"Subject":"hostile","Name":"hostile"}`)
			at := incidents + "('" + m.incident + "')/" + r.name
			add(r.name+" to "+what, "PATCH", at+"('"+id+"')/$Ref", "")
			add(r.name+" from "+what, "DELETE", at+"('"+id+"')/$Ref", "{}")
		}
		text := strings.ReplaceAll(strings.ReplaceAll(id, "%20", " "), "''", "'")
		link := `"ParentLink_RecID":"` + text + `","ParentLink_Category":"Incident"`
		prompt := func(field string) string {
			return `{"PromptParams":[{"FieldName":"Category","Value":"Hardware"},{"FieldName":"` + field + `","Value":"` + text + `"}]}`
		}
		if what != "zeros" { // which are nothing, as clients write it
			add("a note on "+what, "POST", set+"journal__notess", `{"Subject":"hostile","NotesBody":"x",`+link+`}`)
			add("a task on "+what, "POST", set+"task__assignments", `{"Subject":"hostile",`+link+`}`)
			add("hanging a note on "+what, "PATCH", set+"journals('"+m.kinds["journal"]+"')", `{`+link+`}`)
			add("hanging an attachment on "+what, "PUT", set+"attachments('"+m.kinds["attachment"]+"')", `{`+link+`}`)
			add("a person in a prompt: "+what, "POST", incidents+"('"+m.incident+"')/Close_Incident", prompt("ProfileLink_RecID"))
			add("a problem in a prompt: "+what, "POST", incidents+"('"+m.incident+"')/Close_Incident", prompt("ProblemLink"))
		}
		add("an action on "+what, "POST", incidents+"('"+id+"')/Close_Incident", "", 404)
		add("an action of the id of "+what, "POST", incidents+"('"+m.incident+"')/Nope", `{"ActionId":"`+text+`"}`, 404)
		add("a search of the id of "+what, "GET", incidents+"/Nope?ActionId="+strings.ReplaceAll(id, "''", "'"), "", 404)
		add("a search of that id in the body: "+what, "GET", incidents+"/Nope", `{"ActionId":"`+text+`"}`, 404)
		add("downloading "+what, "GET", "/api/rest/Attachment?ID="+strings.ReplaceAll(id, "''", "'"), "")
		add("deleting the attachment "+what, "DELETE", "/api/rest/Attachment?ID="+strings.ReplaceAll(id, "''", "'"), "", 204, 400)
		add("the offerings of "+what, "GET", "/api/rest/Template/"+id+"/_All_", "")
		add("the form of "+what, "GET", "/api/rest/ServiceRequest/PackageData/"+id+"/Here", "")
		add("the list of "+what, "GET", "/api/rest/ServiceRequest/"+id+"/ValidationList", "")
		all = append(all, upload("attaching to "+what, text, "incident#"))
		order("subscribing to "+what, `{"subscriptionId":"`+text+`","strUserId":"`+m.person+`"}`)
		order("ordering for "+what, `{"subscriptionId":"`+m.offering+`","strUserId":"`+text+`"}`)
		order("a customer that is "+what, `{"subscriptionId":"`+m.offering+`","strUserId":"`+m.person+`","serviceReqData":{"ProfileLink_RecID":"`+text+`"}}`)
		order("a parameter that is "+what, `{"subscriptionId":"`+m.offering+`","strUserId":"`+m.person+`","parameters":{"par-`+text+`":"x"}}`)
		order("an answer that is "+what, `{"subscriptionId":"`+m.offering+`","strUserId":"`+m.person+`","parameters":{"par-`+m.question+`":"x","par-`+m.question+`-recId":"`+text+`"}}`)
		order("an attachment that is "+what, `{"subscriptionId":"`+m.offering+`","strUserId":"`+m.person+`","attachmentsToUpload":["`+text+`"]}`)
	}
	for _, r := range relations { // records of our own, of the wrong type
		for what, id := range m.kinds {
			if what != r.set {
				add(r.name+" to a "+what, "PATCH", incidents+"('"+m.incident+"')/"+r.name+"('"+id+"')/$Ref", "")
			}
			if what != "incident" && r.set != what {
				add(r.name+" of a "+what, "GET", incidents+"('"+id+"')/"+r.name, "")
			}
		}
	}
	add("a note on a person said to be an incident", "POST", set+"journal__notess", `{"Subject":"hostile","NotesBody":"x","ParentLink_RecID":"`+m.person+`","ParentLink_Category":"Incident#"}`)
	add("a person's list", "GET", "/api/rest/ServiceRequest/"+m.person+"/ValidationList", "")
	add("an incident's offerings", "GET", "/api/rest/Template/"+m.incident+"/_All_", "")
	add("an incident's form", "GET", "/api/rest/ServiceRequest/PackageData/"+m.incident+"/Here", "")
	add("an incident as a file", "GET", "/api/rest/Attachment/"+m.incident, "")
	all = append(all, upload("attaching to a person said to be an incident", m.person, "incident#"), upload("attaching to a person of no object", m.person, "Nope#"))
	order("an incident as a subscription", `{"subscriptionId":"`+m.incident+`","strUserId":"`+m.person+`"}`)
	order("an incident as a person", `{"subscriptionId":"`+m.offering+`","strUserId":"`+m.incident+`"}`)
	order("an incident as an attachment", `{"subscriptionId":"`+m.offering+`","strUserId":"`+m.person+`","attachmentsToUpload":["`+m.incident+`"]}`)
	return all
}

// unfit are relationships, actions and searches that are none.
func unfit(m *holding) []attack {
	at := incidents + "('" + m.incident + "')/"
	ref := func(name string) string { return at + name + "('" + m.kinds["ci"] + "')/$Ref" }
	missing, none := []int{404}, []int{405}
	big := strings.Repeat(" ", 1<<20)
	act := at + "Close_Incident"
	prompts := func(text string) string { return `{"ShouldSave":true,"PromptParams":` + text + `}` }
	deep := strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)
	all := []attack{
		{name: "another object's relationship", method: "GET", path: at + "CIAssociatesIncident", statuses: missing},
		{name: "linking by it", method: "PATCH", path: ref("CIAssociatesIncident"), statuses: missing},
		{name: "parting by it", method: "DELETE", path: ref("ProblemContainsTask"), statuses: missing},
		{name: "making through it", method: "POST", path: at + "CIAssociatesIncident", body: `{"Subject":"hostile"}`, statuses: missing},
		{name: "a field for a relationship", method: "GET", path: at + "ProfileLink", statuses: missing},
		{name: "a table for a relationship", method: "PATCH", path: ref("record_link"), statuses: missing},
		{name: "a relationship of 1 KB", method: "GET", path: at + strings.Repeat("x", 1000), statuses: missing},
		{name: "NUL in a relationship", method: "GET", path: at + "a%00b"},
		{name: "invalid UTF-8 in a relationship", method: "PATCH", path: ref("%ff")},
		{name: "a search at a record", method: "GET", path: at + "My_Active_Incidents", statuses: missing},
		{name: "an action read", method: "GET", path: at + "Close_Incident", statuses: missing},
		{name: "a relationship at the set", method: "GET", path: incidents + "/IncidentContainsJournal", statuses: missing},
		{name: "an action at the set", method: "POST", path: incidents + "/Close_Incident", statuses: none},
		{name: "reading a link", method: "GET", path: ref("IncidentAssociatesCI"), statuses: none},
		{name: "posting a link", method: "POST", path: ref("IncidentAssociatesCI"), statuses: none},
		{name: "putting a link", method: "PUT", path: ref("IncidentAssociatesCI"), statuses: none},
		{name: "linking without a key", method: "PATCH", path: at + "IncidentAssociatesCI/$Ref", statuses: missing},
		{name: "linking a blank key", method: "PATCH", path: at + "IncidentAssociatesCI('')/$Ref"},
		{name: "linking without $Ref", method: "PATCH", path: strings.TrimSuffix(ref("IncidentAssociatesCI"), "/$Ref"), statuses: missing},
		{name: "links of links", method: "PATCH", path: ref("IncidentAssociatesCI") + "/$Ref", statuses: missing},
		{name: "changing all that is related", method: "PATCH", path: at + "IncidentContainsJournal", body: `{"Subject":"x"}`, statuses: none},
		{name: "deleting all that is related", method: "DELETE", path: at + "IncidentContainsJournal", statuses: none},
		{name: "a link with 1 MiB", method: "PATCH", path: ref("IncidentAssociatesCI"), body: big, statuses: []int{413}},
		{name: "parting with 1 MiB", method: "DELETE", path: ref("IncidentAssociatesCI"), body: big, statuses: []int{413}},
		{name: "parting with broken JSON", method: "DELETE", path: ref("IncidentAssociatesChange"), body: `{"@odata.id":[[[`, statuses: []int{400}},
		{name: "linking what does not fit with broken JSON", method: "PATCH", path: ref("IncidentAssociatesChange"), body: `{"@odata.id":"\u0000`},
		{name: "making an item of no kind", method: "POST", path: at + "IncidentAssociatesCI", body: `{"Name":"hostile"}`},
		{name: "making with no body", method: "POST", path: at + "IncidentContainsJournal"},
		{name: "making with 10,000 arrays", method: "POST", path: at + "IncidentContainsJournal", body: `{"Subject":` + deep + `}`},
		{name: "filtering by what is not there", method: "GET", path: at + "IncidentContainsJournal?$filter=Nope%20eq%201"},
		{name: "more than a page", method: "GET", path: at + "IncidentContainsJournal?$top=101"},
		{name: "another's token", method: "GET", path: at + "IncidentContainsJournal?$skiptoken=AAAA"},

		{name: "an unknown action", method: "POST", path: at + "Nope", body: `{}`, statuses: missing},
		{name: "an ActionId of 10 KB", method: "POST", path: at + "Nope", body: `{"ActionId":"` + strings.Repeat("a", 10<<10) + `"}`, statuses: missing},
		{name: "an ActionId that is an object", method: "POST", path: at + "Nope", body: `{"ActionId":{"a":1}}`, statuses: missing},
		{name: "an ActionId with NUL", method: "POST", path: at + "Nope", body: `{"ActionId":"\u0000"}`},
		{name: "a body of 2 MiB", method: "POST", path: act, body: big + big, statuses: []int{413}},
		{name: "broken JSON", method: "POST", path: act, body: `{"PromptParams":[`},
		{name: "a list", method: "POST", path: act, body: `[]`},
		{name: "10,000 arrays for prompts", method: "POST", path: act, body: prompts(deep)},
		{name: "10,000 objects for prompts", method: "POST", path: act, body: prompts(strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000))},
		{name: "10,000 arrays in a prompt", method: "POST", path: act, body: prompts(`[{"FieldName":"Symptom","Value":` + deep + `}]`)},
		{name: "10,000 objects beside a prompt", method: "POST", path: act, body: prompts(`[{"x":` + strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000) + `}]`)},
		{name: "100,000 brackets", method: "POST", path: act, body: prompts(strings.Repeat("[", 100_000))},
		{name: "1,000 prompts", method: "POST", path: act, body: prompts("[" + strings.TrimSuffix(strings.Repeat(`{"FieldName":"Symptom","Value":"x"},`, 1000), ",") + "]")},
		{name: "1,000 prompts of their own", method: "POST", path: act, body: prompts("[" + numbered(1000) + "]")},
		{name: "a prompt twice", method: "POST", path: act, body: prompts(`[{"FieldName":"Symptom","Value":"x"},{"FieldName":"symptom","Value":"y"}]`)},
		{name: "a value twice", method: "POST", path: act, body: prompts(`[{"FieldName":"Symptom","Value":"x","value":"y"}]`)},
		{name: "NUL in a prompt", method: "POST", path: act, body: prompts(`[{"FieldName":"Symptom","Value":"a\u0000b"}]`)},
		{name: "NUL in the field of a prompt", method: "POST", path: act, body: prompts(`[{"FieldName":"Symp\u0000tom","Value":"x"}]`)},
		{name: "invalid UTF-8 in a prompt", method: "POST", path: act, body: prompts("[{\"FieldName\":\"Symptom\",\"Value\":\"a\xff\"}]")},
		{name: "half a surrogate in a prompt", method: "POST", path: act, body: prompts(`[{"FieldName":"Symptom","Value":"\ud800"}]`)},
		{name: "invalid UTF-8 in a plain answer", method: "POST", path: act, body: "{\"Symptom\":\"\xff\"}"},
		{name: "a prompt of nothing", method: "POST", path: act, body: prompts(`[null]`)},
		{name: "a prompt without a field", method: "POST", path: act, body: prompts(`[{"Value":"x"}]`)},
		{name: "a prompt with a number for a field", method: "POST", path: act, body: prompts(`[{"FieldName":1,"Value":"x"}]`)},
		{name: "a prompt with a list", method: "POST", path: act, body: prompts(`[{"FieldName":"Symptom","Value":["x"]}]`)},
		{name: "prompts in a text", method: "POST", path: act, body: prompts(`"[]"`)},
		{name: "a prompt for an unknown field", method: "POST", path: act, body: prompts(`[{"FieldName":"Nope","Value":"x"}]`)},
		{name: "SQL for a field", method: "POST", path: act, body: prompts(`[{"FieldName":"Symptom = 'x'; --","Value":"x"}]`)},
		{name: "a text of 900 KB for a subject", method: "POST", path: act, body: prompts(`[{"FieldName":"Subject","Value":"` + strings.Repeat("x", 900_000) + `"}]`)},
		{name: "a status that is none", method: "POST", path: at + "Add_Note", body: prompts(`[{"FieldName":"NewNotes","Value":"n"},{"FieldName":"Status","Value":"Nope"}]`)},

		{name: "its own master", method: "PATCH", path: incidents + "('" + m.incident + "')", body: `{"MasterIncidentLink":"` + m.incident + `"}`},
		{name: "its own master by a link", method: "PATCH", path: at + "IncidentAssocMasterIncident('" + m.incident + "')/$Ref"},
		{name: "its own child", method: "PATCH", path: at + "IncidentAssocChildIncident('" + m.incident + "')/$Ref"},
		{name: "its own master in a prompt", method: "POST", path: act, body: prompts(`[{"FieldName":"MasterIncidentLink","Value":"` + m.incident + `"}]`)},

		{name: "a search of an unknown id", method: "GET", path: incidents + "/Nope?ActionId=" + strings.Repeat("%7B", 300), statuses: missing},
		{name: "a search with NUL", method: "GET", path: incidents + "/Nope?ActionId=%00", statuses: []int{400, 404}},
		{name: "a search with a body of 1 MiB", method: "GET", path: incidents + "/My_Active_Incidents", body: big, statuses: []int{413}},
		{name: "a search with broken JSON", method: "GET", path: incidents + "/Nope", body: `{"ActionId":[[[`, statuses: missing},
		{name: "a search with 10,000 arrays", method: "GET", path: incidents + "/Nope", body: `{"ActionId":` + deep + `}`, statuses: missing},
		{name: "a set with a body of 1 MiB", method: "GET", path: incidents + "?$top=1", body: big, statuses: []int{200, 413}},
		{name: "a relationship with a body of 1 MiB", method: "GET", path: at + "IncidentContainsJournal", body: big, statuses: []int{200, 413}},
		{name: "full text of 1 MiB", method: "POST", path: "/api/rest/search/fulltext", body: `{"ObjectType":"Incident#","Text":"` + strings.Repeat("word ", 200_000) + `"}`, statuses: []int{413}},
		{name: "full text of 50 KB", method: "POST", path: "/api/rest/search/fulltext", body: `{"ObjectType":"Incident#","Text":"` + strings.Repeat("word ", 10_000) + `"}`},
		{name: "full text of one word of 50 KB", method: "POST", path: "/api/rest/Search", body: `{"Text":"` + strings.Repeat("w", 50_000) + `"}`, statuses: []int{200, 400}},
		{name: "full text with NUL", method: "POST", path: "/api/rest/Search", body: `{"Text":"a\u0000"}`},
		{name: "full text of an object of 50 KB", method: "POST", path: "/api/rest/search/fulltext", body: `{"Text":"a","ObjectType":"` + strings.Repeat("o", 50_000) + `"}`},
		{name: "full text of a billion rows", method: "POST", path: "/api/rest/search/fulltext", body: `{"Text":"a","ObjectType":"Incident#","Top":1000000000}`},
		{name: "full text in the engines' own language", method: "POST", path: "/api/rest/Search", body: `{"Text":"\"a\" NEAR(b c) AND {x y}: ^z* & | ! <-> ('"}`, statuses: []int{200, 400}},
	}
	for _, action := range []string{"Close_Incident", "Resolve_Incident", "Cancel_Incident", "Start_Work", "Assign_to_Me", "Create_Task", "Create_Change", "Add_Note", "Send_Email", "QuickAction.Close"} {
		all = append(all, attack{name: action + " on a closed record", method: "POST", path: incidents + "('" + m.closed + "')/" + action,
			body: prompts(`[{"FieldName":"NewNotes","Value":"x"},{"FieldName":"Resolution","Value":"x"},{"FieldName":"CauseCode","Value":"Other"}]`)})
	}
	return all
}

func numbered(n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf(`{"FieldName":"F%d","Value":"x"}`, i)
	}
	return strings.Join(parts, ",")
}

// oddHeaders are conditions and keys that are none.
func oddHeaders(m *holding) []attack {
	var all []attack
	for name, header := range map[string][]string{
		"an empty key": {"Idempotency-Key: "}, "a key of 10 KB": {"Idempotency-Key: " + strings.Repeat("k", 10<<10)}, "a key of 256 bytes": {"Idempotency-Key: " + strings.Repeat("k", 256)},
		"a key in Unicode": {"Idempotency-Key: schl\u00fcssel"}, "a key in invalid UTF-8": {"Idempotency-Key: \xff\xfe"}, "a key with a tab": {"Idempotency-Key: a\tb"},
		"a key twice": {"Idempotency-Key: one", "Idempotency-Key: two"}, "the same key twice": {"Idempotency-Key: one", "idempotency-key: one"},
	} {
		all = append(all, attack{name: name, method: "POST", path: incidents, body: `{"Subject":"hostile"}`, header: header},
			attack{name: name + ", through a relationship", method: "POST", path: incidents + "('" + m.incident + "')/IncidentContainsJournal", body: `{"Subject":"hostile","NotesBody":"x"}`, header: header})
	}
	for name, header := range map[string][]string{
		"no tag": {"If-Match: "}, "commas": {"If-Match: " + strings.Repeat(",", 10<<10)}, "a word": {"If-Match: abc"}, "an open text": {`If-Match: "`}, "a number out of range": {`If-Match: "99999999999999999999"`},
		"below zero": {`If-Match: "-1"`}, "Unicode": {"If-Match: \"\u0661\""}, "invalid UTF-8": {"If-Match: \"\xff\""}, "10,000 tags": {`If-Match: ` + strings.Repeat(`"99",`, 10_000) + `"98"`},
		"a weak one": {`If-Match: W/"77"`}, "SQL": {`If-Match: "1' OR '1'='1"`}, "twice": {`If-Match: "98"`, `If-Match: "99"`},
	} {
		at := incidents + "('" + m.incident + "')"
		all = append(all, attack{name: "If-Match: " + name, method: "PATCH", path: at, body: `{"Symptom":"hostile"}`, header: header, statuses: []int{412}},
			attack{name: "If-Match: " + name + ", deleting", method: "DELETE", path: at, header: header, statuses: []int{412}},
			attack{name: "If-Match: " + name + ", acting", method: "POST", path: at + "/Close_Incident", body: `{"Category":"Hardware"}`, header: header, statuses: []int{412}})
	}
	return all
}

// orders are orders that are refused inside an answer with 200, and forms that are not there.
func orders(m *holding) []attack {
	with := func(rest string) string {
		return `{"subscriptionId":"` + m.offering + `","strUserId":"` + m.person + `",` + rest + `}`
	}
	deep := func(open, end string) string { return strings.Repeat(open, 10_000) + "1" + strings.Repeat(end, 10_000) }
	many := make([]string, 10_000)
	for i := range many {
		many[i] = fmt.Sprintf(`"par-%032X":"v"`, i+1)
	}
	files := strings.TrimSuffix(strings.Repeat(`"`+nowhere+`",`, 10_000), ",")
	var all []attack
	for name, body := range map[string]string{
		"nothing": "", "null": "null", "a list": "[]", "broken": "{", "2 MiB": strings.Repeat(" ", 2<<20),
		"10,000 parameters": with(`"parameters":{` + strings.Join(many, ",") + `}`), "an object for an answer": with(`"parameters":{"par-` + m.question + `":{"a":{"b":[]}}}`),
		"10,000 objects for an answer": with(`"parameters":{"par-` + m.question + `":` + deep(`{"a":`, "}") + `}`), "a list of parameters": with(`"parameters":[]`), "a text of parameters": with(`"parameters":"{}"`),
		"a parameter without its name": with(`"parameters":{"par-":"x"}`), "an answer twice": with(`"parameters":{"par-` + m.question + `":"x","PAR-` + strings.ToLower(m.question) + `":"y"}`),
		"NUL in an answer": with(`"parameters":{"par-` + m.question + `":"a\u0000"}`), "invalid UTF-8 in an answer": with("\"parameters\":{\"par-" + m.question + "\":\"\xff\"}"),
		"NUL in a subject": with(`"serviceReqData":{"Subject":"\u0000"}`), "10,000 arrays for a subject": with(`"serviceReqData":{"Subject":` + deep("[", "]") + `}`), "an unknown field": with(`"serviceReqData":{"Nope":"x"}`),
		"a list of data": with(`"serviceReqData":[]`), "10,000 arrays beside": with(`"parameters":` + deep("[", "]")), "an offset that is none": with(`"localOffset":"soon"`), "an offset without end": with(`"localOffset":1e999`),
		"10,000 attachments": with(`"attachmentsToUpload":[` + files + `]`), "an object for attachments": with(`"attachmentsToUpload":{"a":1}`), "attachments to delete": with(`"attachmentsToDelete":["` + nowhere + `"]`),
		"a list for a subscription": `{"subscriptionId":["` + m.offering + `"]}`, "a subscription of 900 KB": `{"subscriptionId":"` + strings.Repeat("x", 900_000) + `"}`, "NUL for a subscription": `{"subscriptionId":"\u0000"}`,
		"SQL for a subscription": `{"subscriptionId":"' OR 1=1 --"}`, "a person of 900 KB": `{"subscriptionId":"` + m.offering + `","strUserId":"` + strings.Repeat("x", 900_000) + `"}`,
		"a location of 100 KB": with(`"strCustomerLocation":"` + strings.Repeat("x", 100_000) + `"`),
	} {
		all = append(all, attack{name: "an order: " + name, method: "POST", path: "/api/rest/ServiceRequest/new", body: body, ordered: true})
	}
	maybe := []int{200, 400, 404}
	for _, place := range []string{"..%2f..%2fetc%2fpasswd", "%00", "%ff", strings.Repeat("x", 10<<10), "a/b/c", "%27%20OR%201=1", "%7C%7C", "%E2%80%AE", ".."} {
		all = append(all, attack{name: "a form for " + clip(place), method: "GET", path: "/api/rest/ServiceRequest/PackageData/" + m.offering + "/" + place, statuses: maybe},
			attack{name: "a form of " + clip(place), method: "GET", path: "/api/rest/ServiceRequest/PackageData/" + place + "/Here", statuses: []int{400, 404}},
			attack{name: "offerings of " + clip(place), method: "GET", path: "/api/rest/Template/" + place + "/_All_", statuses: []int{400, 404}},
			attack{name: "a list of " + clip(place), method: "GET", path: "/api/rest/ServiceRequest/" + place + "/ValidationList", statuses: []int{400, 404}})
	}
	list := "/api/rest/ServiceRequest/" + m.question + "/ValidationList"
	for name, body := range map[string]string{
		"2 MiB": strings.Repeat(" ", 2<<20), "broken": "{", "a list": "[]", "NUL": `{"query":"\u0000"}`, "1,000 constraints": `{"constraintParams":[` + strings.TrimSuffix(strings.Repeat(`{"queryFieldName":"LoginID","value":"x"},`, 1000), ",") + `]}`,
		"SQL": `{"constraintParams":[{"queryFieldName":"LoginID = '' OR 1=1 --","value":"x"}]}`, "10,000 arrays": `{"constraintParams":` + deep("[", "]") + `}`, "an unknown field": `{"constraintParams":[{"queryFieldName":"Nope","value":"x"}]}`,
	} {
		all = append(all, attack{name: "a list narrowed by " + name, method: "POST", path: list, body: body, statuses: []int{400, 413}})
	}
	return all
}

func clip(s string) string { return s[:min(len(s), 30)] }

const boundary = "----hostile"

// upload is a form with one file.
func upload(name, id, object string, more ...string) attack {
	body := part(`name="ObjectID"`, id) + part(`name="ObjectType"`, object) + strings.Join(more, "") + part(`name="file"; filename="hostile.txt"`, "x") + "--" + boundary + "--\r\n"
	return attack{name: name, method: "POST", path: "/api/rest/Attachment", body: body, header: []string{"Content-Type: multipart/form-data; boundary=" + boundary}}
}

func part(disposition, content string) string {
	return "--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n"
}

// forms are uploads that are refused whole.
func forms(m *holding) []attack {
	good := upload("", m.incident, "incident#")
	bare := func(name, contentType string) attack {
		return attack{name: name, method: "POST", path: good.path, body: good.body, header: []string{"Content-Type: " + contentType}}
	}
	headers := strings.Repeat("X-Pad: "+strings.Repeat("x", 1000)+"\r\n", 1000)
	return []attack{
		bare("no boundary", "multipart/form-data"), bare("an empty boundary", `multipart/form-data; boundary=""`), bare("a boundary of 10 KB", "multipart/form-data; boundary="+strings.Repeat("b", 10<<10)),
		bare("another boundary", "multipart/form-data; boundary=other"), bare("no form", "text/plain"), bare("a type that cannot be read", "multipart/form-data; ;;=;"),
		upload("a thousand parts", m.incident, "incident#", strings.Repeat(part(`name="x"`, "y"), 1000)),
		upload("a thousand files", m.incident, "incident#", strings.Repeat(part(`name="file"; filename="h.txt"`, "y"), 1000)),
		upload("a part with 1 MiB of headers", m.incident, "incident#", strings.Replace(part(`name="x"`, "y"), "\r\n\r\n", "\r\n"+headers+"\r\n", 1)),
		upload("a name of 1 MiB", m.incident, "incident#", part(`name="`+strings.Repeat("n", 1<<20)+`"`, "y")),
		upload("a file name of 1 MiB", m.incident, "incident#", part(`name="file"; filename="`+strings.Repeat("n", 1<<20)+`.txt"`, "y")),
		upload("a field of 1 MiB", m.incident, "incident#", part(`name="x"`, strings.Repeat("y", 1<<20))),
		upload("NUL in an id", m.incident+"\x00", "incident#"), upload("invalid UTF-8 in an object", m.incident, "\xff\xfe"), upload("an object of 60 KB", m.incident, strings.Repeat("o", 60<<10)),
		upload("SQL for an object", m.incident, "incident' OR '1'='1"), upload("another id beside", m.incident, "incident#", part(`name="businessObjectId"`, m.closed)),
		{name: "a form cut off", method: "POST", path: good.path, body: good.body[:len(good.body)-20], header: good.header},
	}
}
