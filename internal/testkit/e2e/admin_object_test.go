package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

const sets = "/api/odata/businessobject/"

// complaints are the fields that a refusal names.
func complaints(a testkit.Answer) string {
	var names []string
	list, _ := a.JSON()["errors"].([]any)
	for _, one := range list {
		names = append(names, fmt.Sprint(one.(map[string]any)["field"]))
	}
	return strings.Join(names, " ")
}

// versioned sends a change of what was seen at a tag.
func (m *administrator) versioned(t *testing.T, method, path, tag, body string) testkit.Answer {
	t.Helper()
	path = adminPath + strings.TrimPrefix(path, "/")
	a := send(t, m.Server, m.host, method, path, http.Header{"Authorization": {m.header}, "If-Match": {tag}}, body)
	m.document.check(t, method, path, a)
	return a
}

const zoo = `{
	"object":"Zoo#","label":"Zoo","plural":"Zoos","title":"Name","number":{"field":"ZooNumber","start":100},
	"fields":[
		{"name":"ZooNumber","type":"number","index":"unique"},{"name":"Name","max":100,"required":true,"index":true,"search":true},
		{"name":"Kind","type":"picklist","list":"ZooKind","default":"City"},{"name":"Status","type":"picklist","list":"ZooStatus","default":"Open"},
		{"name":"Visitors","type":"number"},{"name":"Area","type":"decimal"},{"name":"Budget","type":"money"},{"name":"IsFree","type":"boolean"},
		{"name":"Founded","type":"datetime"},{"name":"Keeper","type":"link","target":"Employee#","copy":{"KeeperName":"DisplayName"}},{"name":"KeeperName"}],
	"status":{"field":"Status","flow":{"Open":["Closed"]},"readOnly":["Closed"]},
	"searches":[{"name":"My Zoos","filter":"CreatedBy eq '$Me'"}],
	"actions":[{"name":"Close Zoo","set":{"Status":"Closed"}}],
	"relationships":[{"name":"ZooAssociatesCI","target":"CI#"}]}`

func administerObjects(t *testing.T, m *administrator) {
	m.do(t, "POST", "/lists", `{"name":"ZooKind","values":[{"value":"City","label":"In a city"},{"value":"Safari","aliases":["drive-through"]}]}`, 201, "")
	m.do(t, "POST", "/lists", `{"name":"ZooStatus","values":[{"value":"Open"},{"value":"Closed"}]}`, 201, "")
	refuseObjects(t, m)
	made := m.do(t, "POST", "/objects", zoo, 201, "")
	if made.JSON()["set"] != "zoos" || made.JSON()["custom"] != true || made.Header.Get("Location") != strings.TrimSuffix(adminPath, "/")+"/objects/Zoo" {
		t.Errorf("a new object: %s %s", made.Body, made.Header.Get("Location"))
	}
	m.do(t, "POST", "/objects", zoo, 409, "object_exists")
	m.do(t, "POST", "/objects", `{"object":"Incident#","fields":[{"name":"A"}]}`, 409, "object_exists")
	berlin := m.ask(t, http.MethodPost, sets+"zoos", `{"Name":"Berlin","Kind":"drive-through","Visitors":3,"Area":"1.5","Budget":"10","IsFree":true,"Founded":"1844-08-01"}`)
	if j := berlin.JSON(); berlin.Status != http.StatusCreated || j["ZooNumber"] != 100.0 || j["Kind"] != "Safari" || j["Area"] != "1.5000" || j["Status"] != "Open" {
		t.Errorf("a record of the new object: %d %s", berlin.Status, berlin.Body)
	}

	seen := m.do(t, "GET", "/objects/zoo", "", 200, "")
	tag := seen.Header.Get("ETag")
	if seen.JSON()["records"] != 1.0 || tag != `"`+fmt.Sprint(seen.JSON()["tag"])+`"` || len(seen.JSON()["lists"].([]any)) != 2 {
		t.Errorf("the object: %s", seen.Body)
	}
	same, _ := json.Marshal(seen.JSON()["definition"])
	if again := m.versioned(t, "PUT", "/objects/Zoo", tag, string(same)); again.Status != 200 || again.Header.Get("ETag") != tag {
		t.Errorf("the definition as it is: %d %s", again.Status, again.Body)
	}
	changed := strings.Replace(string(same), `"label":"Zoo"`, `"label":"Animal park"`, 1)
	if a := m.versioned(t, "PUT", "/objects/Zoo", tag, changed); a.Status != 200 || a.JSON()["label"] != "Animal park" || a.Header.Get("ETag") == tag {
		t.Errorf("another label: %d %s", a.Status, a.Body)
	}
	if a := m.versioned(t, "PUT", "/objects/Zoo", tag, string(same)); a.Status != http.StatusPreconditionFailed || a.JSON()["code"] != "definition_changed" {
		t.Errorf("a change of what was seen before another: %d %s", a.Status, a.Body)
	}
	m.do(t, "PUT", "/objects/Zoos", string(same), 400, "object_other")
	m.do(t, "PUT", "/objects/Nothing", `{"object":"Nothing#","fields":[{"name":"A"}]}`, 404, "object_unknown")
	m.do(t, "GET", "/objects/Nothing", "", 404, "object_unknown")

	preview(t, m, string(same))
	all := items(m.do(t, "GET", "/objects", "", 200, ""))
	found := map[string]map[string]any{}
	for _, one := range all {
		found[one["object"].(string)] = one
	}
	if found["Zoo#"]["records"] != 2.0 || found["Incident#"]["custom"] != false || found["Task#Assignment"]["extends"] != "Task#" {
		t.Errorf("the list: %v %v", found["Zoo#"], found["Task#Assignment"])
	}
	if a := m.do(t, "GET", "/objects/Task%23Assignment", "", 200, ""); len(a.JSON()["inherited"].([]any)) == 0 {
		t.Errorf("an extension inherits nothing: %.300s", a.Body)
	}

	if a := m.do(t, "DELETE", "/objects/Zoo", "", 400, "not_confirmed"); !strings.Contains(string(a.Body), "2 records") {
		t.Errorf("how much goes: %s", a.Body)
	}
	m.do(t, "DELETE", "/objects/Zoo?confirm=zoo", "", 400, "not_confirmed")
	m.do(t, "DELETE", "/objects/Incident?confirm=Incident", "", 409, "object_stock")
	m.do(t, "DELETE", "/objects/Zoo?confirm=Zoo", "", 204, "")
	m.do(t, "DELETE", "/objects/Zoo?confirm=Zoo", "", 404, "object_unknown")
	if a := m.ask(t, http.MethodGet, sets+"zoos", ""); a.Status != http.StatusNotFound && a.Status != http.StatusBadRequest {
		t.Errorf("the set is there still: %d %s", a.Status, a.Body)
	}
	trail := m.do(t, "GET", "/audit?action=schema.*&limit=200", "", 200, "")
	for _, want := range []string{`"Zoo#":[null,{`, `"Zoo# label":["Zoo","Animal park"]`, `"records":[2,null]`, `"ZooKind":[null,{`} {
		if !strings.Contains(string(trail.Body), want) {
			t.Errorf("the trail does not say %s: %.2000s", want, trail.Body)
		}
	}
}

// refuseObjects tries definitions that are wrong, and wants each place named.
func refuseObjects(t *testing.T, m *administrator) {
	field := func(definition string) string { return `{"object":"Zoo#","fields":[{"name":"A"},` + definition + `]}` }
	many := strings.Repeat(`{"name":"A"},`, 9999)
	for _, bad := range []struct{ body, code, at string }{
		{`{"object":"Zoo#","fields":[` + many + `{"name":"B"}]}`, "request_invalid", "fields"},
		{`{"object":"<b>Zoo</b>","fields":[{"name":"A"}]}`, "definition_invalid", "body"},
		{`{"object":"Zoo#","label":"\u202egnp","fields":[{"name":"A"}]}`, "definition_invalid", "label"},
		{field(`{"name":"<script>"}`), "definition_invalid", "fields[1]"},
		{field(`{"name":"RecId"}`), "definition_invalid", "fields[1]"},
		{field(`{"name":"and"}`), "definition_invalid", "fields[1]"},
		{field(`{"name":"a"}`), "definition_invalid", "fields[1]"},
		{field(`{"name":"B","type":"colour"}`), "request_invalid", "fields[1].type"},
		{field(`{"name":"B","index":"perhaps"}`), "definition_invalid", "fields[1].index"},
		{field(`{"name":"B","index":7}`), "definition_invalid", "fields[1].index"},
		{field(`{"name":"B","max":1000001}`), "request_invalid", "fields[1].max"},
		{field(`{"name":"B","max":900,"index":true}`), "definition_invalid", "fields[1].max"},
		{field(`{"name":"B","type":"number","default":"seven"}`), "definition_invalid", "fields[1].default"},
		{field(`{"name":"B","type":"link"}`), "definition_invalid", "fields[1].target"},
		{field(`{"name":"B","type":"link","target":"Nothing#"}`), "definition_invalid", "fields[1].target"},
		{field(`{"name":"B","type":"picklist","list":"Nothing"}`), "definition_invalid", "fields[1].list"},
		{field(`{"name":"B","template":"{C"}`), "definition_invalid", "fields[1].template"},
		{field(`{"name":"B","colour":"red"}`), "request_invalid", "fields[1].colour"},
		{`{"object":"Zoo#","number":{"field":"A","start":1},"fields":[{"name":"A"}]}`, "definition_invalid", "number.field"},
		{`{"object":"Zoo#","number":{"field":"A","start":0},"fields":[{"name":"A","type":"number","index":true}]}`, "definition_invalid", "number.start"},
		{`{"object":"Zoo#","title":"X","fields":[{"name":"A"}]}`, "definition_invalid", "title"},
		{`{"object":"Zoo#","fields":[{"name":"A"}],"aliases":{"B":"C"}}`, "definition_invalid", "aliases.B"},
		{`{"object":"Zoo#","fields":[{"name":"A"}],"searches":[{"name":"X","filter":"A eq"}]}`, "definition_invalid", "searches[0]"},
		{`{"object":"Zoo#","fields":[{"name":"A"}],"searches":[{"name":"<b>"}]}`, "definition_invalid", "searches[0]"},
		{`{"object":"Zoo#","fields":[{"name":"A"}],"actions":[{"name":"X","set":{"B":"1"}}]}`, "definition_invalid", "actions[0]"},
		{`{"object":"Zoo#","fields":[{"name":"A"}],"relationships":[{"name":"R","target":"Nothing#"}]}`, "definition_invalid", "relationships[0]"},
		{`{"object":"Zoo#","fields":[{"name":"A"}],"relationships":[{"name":"R","target":"Zoo#","pairs":"Q"},{"name":"Q","target":"Zoo#","pairs":"R"}]}`, "definition_invalid", "relationships[0] relationships[1]"},
		{`{"object":"Zoo#","fields":[{"name":"A"}],"relationships":[{"name":"R","target":"CI#"},{"name":"r","target":"CI#"}]}`, "definition_invalid", "relationships[1]"},
		{`{"object":"Nothing#Zoo","fields":[{"name":"A"}]}`, "definition_invalid", "body"},
		{`{"object":"Zoo#","fields":[]}`, "definition_invalid", "fields"},
		{`{"object":"Zoo#"}`, "definition_invalid", "fields"},
		{`{"object":"Zoo#","fields":[{"name":"A","type":"picklist","list":"ZooStatus"}],"status":{"field":"A","flow":{"Open":["Gone"]}}}`, "definition_invalid", "status.flow"},
		{`{"object":"Zoo#","fields":[{"name":"A"}],"fields":[]}`, "request_invalid", "fields"},
		{`{"fields":[{"name":"A"}]}`, "request_invalid", "body"},
	} {
		if a := m.do(t, "POST", "/objects", bad.body, 400, bad.code); complaints(a) != bad.at {
			t.Errorf("%.200s is refused at %q, want %q: %.500s", bad.body, complaints(a), bad.at, a.Body)
		}
	}
}

// preview looks at what definitions would change.
func preview(t *testing.T, m *administrator, same string) {
	type outcome struct {
		Valid    bool
		Tag      string
		Changes  []struct{ Object, List, Part, Name, Change, Note string }
		Problems []struct{ Pointer, Message string }
	}
	look := func(body string) (o outcome) {
		t.Helper()
		a := m.do(t, "POST", "/objects/validate", body, 200, "")
		if err := json.Unmarshal(a.Body, &o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	if o := look(`{"objects":[` + zoo + `]}`); !o.Valid || len(o.Changes) != 1 || o.Changes[0].Part != "label" {
		t.Errorf("the first definition: %+v", o)
	}
	m.ask(t, http.MethodPost, sets+"zoos", `{"Name":"Berlin","Visitors":3}`)
	for _, one := range []struct{ was, now, part, note, pointer string }{
		{`{"name":"Visitors","type":"number"},`, ``, "Visitors", "2 records hold values", ""},
		{`{"name":"Area","type":"decimal"},`, ``, "Area", "1 record holds", ""},
		{`{"name":"Visitors","type":"number"}`, `{"name":"Visitors","type":"number","index":"unique"}`, "Visitors", "built at once", "/objects/0/fields/4"},
		{`"max":100,"required":true,"index":true`, `"max":100,"required":true,"index":true,"label":"\u003cb>"`, "Name", "", ""},
	} {
		o := look(`{"objects":[` + strings.Replace(zoo, one.was, one.now, 1) + `]}`)
		found := false
		for _, c := range o.Changes {
			found = found || c.Name == one.part && strings.Contains(c.Note, one.note)
		}
		pointer := ""
		for _, p := range o.Problems {
			pointer += p.Pointer
		}
		if !found || pointer != one.pointer || o.Valid != (pointer == "") {
			t.Errorf("%s for %s: %+v", one.now, one.was, o)
		}
	}
	if o := look(`{"objects":[{"object":"Zoo#","extend":true,"fields":[{"name":"Area","type":"text"}]}],"lists":[{"name":"ZooKind","values":[]}]}`); o.Valid || len(o.Problems) != 1 || o.Problems[0].Pointer != "/objects/0/fields/0/type" {
		t.Errorf("another type: %+v", o)
	}
	if o := look(`{"lists":[{"name":"ZooKind","values":[{"value":"City"},{"value":"city"}]}]}`); o.Valid || o.Problems[0].Pointer != "/lists/0/values/1/value" {
		t.Errorf("a value twice: %+v", o)
	}

	o := look(`{"objects":[{"object":"Zoo#","extend":true,"fields":[{"name":"Motto"}]}]}`)
	apply := `{"objects":[{"object":"Zoo#","extend":true,"fields":[{"name":"Motto"}]}]}`
	m.do(t, "POST", "/objects/Zoo/fields", `{"name":"Rival"}`, 201, "")
	if a := m.versioned(t, "POST", "/objects/apply", `"`+o.Tag+`"`, apply); a.Status != http.StatusPreconditionFailed {
		t.Errorf("applied although something else has changed: %d %s", a.Status, a.Body)
	}
	if a := m.versioned(t, "POST", "/objects/apply", `"`+look(apply).Tag+`"`, apply); a.Status != 200 || !strings.Contains(string(a.Body), "changed Zoo#") {
		t.Errorf("a preview applied: %d %s", a.Status, a.Body)
	}
	m.do(t, "POST", "/objects/apply", `{"objects":[{"object":"Zoo#","extend":true,"fields":[{"name":"<i>"}]}]}`, 400, "definition_invalid")
	m.do(t, "PUT", "/objects/Zoo", same, 200, "")
}

func administerParts(t *testing.T, m *administrator) {
	m.do(t, "POST", "/objects", zoo, 201, "")
	m.do(t, "POST", "/objects/Incident/fields", `{"name":"acme_Project","label":"Project","index":"sparse"}`, 201, "")
	made := m.ask(t, http.MethodPost, incidents, `{"Subject":"Roof","Symptom":"wet","acme_Project":"Ark"}`)
	if made.JSON()["acme_Project"] != "Ark" {
		t.Errorf("a stock object has no field of ours: %d %s", made.Status, made.Body)
	}
	m.do(t, "DELETE", "/objects/Incident/fields/Subject", "", 400, "definition_invalid")
	m.do(t, "DELETE", "/objects/Incident/fields/acme_project", "", 200, "")
	m.do(t, "POST", "/objects/Incident/fields", `{"name":"acme_Project","type":"number"}`, 400, "definition_invalid")

	for _, bad := range []struct {
		method, path, body, code, at string
		status                       int
	}{
		{"POST", "fields", `{"name":"name"}`, "field_exists", "name", 409},
		{"POST", "fields", `{"name":"<b>"}`, "definition_invalid", "body", 400},
		{"POST", "fields", `{"name":"X","type":"link"}`, "definition_invalid", "target", 400},
		{"POST", "fields", `{"name":"X","label":"a\u202eb"}`, "definition_invalid", "label", 400},
		{"PATCH", "fields/Nothing", `{"label":"x"}`, "field_unknown", "", 404},
		{"PATCH", "fields/Name", `{"name":"Other"}`, "field_name", "name", 400},
		{"PATCH", "fields/Name", `{"type":"number"}`, "definition_invalid", "type", 400},
		{"PATCH", "fields/Name", `{"max":"many"}`, "request_invalid", "max", 400},
		{"PATCH", "fields/Name", `{"max":10}`, "definition_invalid", "max", 400},
		{"PATCH", "fields/Name", `{"Label":"x"}`, "request_invalid", "Label", 400},
		{"DELETE", "fields/Nothing", "", "field_unknown", "", 404},
		{"DELETE", "fields/Name", "", "definition_invalid", "title", 400},
		{"PUT", "relationships/ZooAssociatesCI", `{"name":"ZooAssociatesCI","target":"Nothing#"}`, "definition_invalid", "body", 400},
		{"PUT", "relationships/Other", `{"name":"ZooAssociatesCI","target":"CI#"}`, "name_other", "name", 400},
		{"DELETE", "relationships/Nothing", "", "relationship_unknown", "", 404},
		{"PUT", "searches/Old", `{"name":"Old","filter":"Founded lt"}`, "definition_invalid", "body", 400},
		{"DELETE", "searches/Nothing", "", "search_unknown", "", 404},
		{"PUT", "actions/Act", `{"name":"Act","set":{"Nothing":"1"}}`, "definition_invalid", "body", 400},
		{"DELETE", "actions/Nothing", "", "action_unknown", "", 404},
		{"PATCH", "", `{"status":{"field":"Status","flow":{"Open":["Gone"]}}}`, "definition_invalid", "status.flow", 400},
		{"PATCH", "", `{"label":"  "}`, "text_invalid", "label", 400},
		{"POST", "search-preview", `{"filter":"Nothing eq 1"}`, "search_invalid", "filter", 400},
		{"POST", "search-preview", `{"orderby":"Name sideways"}`, "search_invalid", "orderby", 400},
	} {
		path := strings.TrimSuffix("/objects/Zoo/"+bad.path, "/")
		if a := m.do(t, bad.method, path, bad.body, bad.status, bad.code); complaints(a) != bad.at {
			t.Errorf("%s %s %s is refused at %q, want %q: %.500s", bad.method, path, bad.body, complaints(a), bad.at, a.Body)
		}
	}
	m.do(t, "POST", "/objects/Nothing/search-preview", `{}`, 404, "object_unknown")

	m.do(t, "PATCH", "/objects/Zoo/fields/name", `{"label":"Called","max":200,"default":null}`, 200, "")
	m.do(t, "PUT", "/objects/Zoo/relationships/zooassociatesci", `{"name":"ZooAssociatesCI","label":"Machines","target":"CI#"}`, 200, "")
	m.do(t, "PUT", "/objects/Zoo/searches/Free_Zoos", `{"name":"Free Zoos","filter":"IsFree eq true","orderby":"Name"}`, 200, "")
	m.do(t, "PUT", "/objects/Zoo/actions/Free_Zoo", `{"name":"Free Zoo","label":"Make it free","set":{"IsFree":"true"}}`, 200, "")
	m.do(t, "PATCH", "/objects/Zoo", `{"label":"Park","aliases":{"City":"Name"},"unique":[],"status":{"field":"Status","flow":{"Open":["Closed"],"Closed":[]}},"number":{"field":"ZooNumber","start":500}}`, 200, "")
	park := m.ask(t, http.MethodPost, sets+"zoos", `{"City":"Leipzig"}`)
	id, _ := park.JSON()["RecId"].(string)
	if a := m.ask(t, http.MethodPost, sets+"zoos('"+id+"')/Free_Zoo", ""); a.Status != 200 {
		t.Errorf("the new action: %d %s", a.Status, a.Body)
	}
	if a := m.ask(t, http.MethodGet, sets+"zoos/Free_Zoos", ""); a.JSON()["@odata.count"] != 1.0 {
		t.Errorf("the new search: %d %s", a.Status, a.Body)
	}
	if a := m.do(t, "POST", "/objects/Zoo/search-preview", `{"filter":"IsFree eq true and CreatedBy eq '$Me'","orderby":"Name desc"}`, 200, ""); a.JSON()["count"] != 1.0 {
		t.Errorf("the search before it is saved: %s", a.Body)
	}

	// The flow counts where the tenant says so.
	m.do(t, "PATCH", "/settings/odata.transitions", `{"value":"enforce"}`, 200, "")
	if a := m.ask(t, http.MethodPatch, sets+"zoos('"+id+"')", `{"Status":"Closed"}`); a.Status != 200 {
		t.Errorf("along the flow: %d %s", a.Status, a.Body)
	}
	if a := m.ask(t, http.MethodPatch, sets+"zoos('"+id+"')", `{"Status":"Open"}`); a.Status != 400 {
		t.Errorf("against the flow: %d %s", a.Status, a.Body)
	}
	m.do(t, "PATCH", "/settings/odata.transitions", `{"value":"free"}`, 200, "")
	m.do(t, "DELETE", "/objects/Zoo/status", "", 200, "")
	m.do(t, "PATCH", "/objects/Zoo", `{"priority":{"field":"Name","impact":"Kind","urgency":"KeeperName"}}`, 200, "")
	m.do(t, "DELETE", "/objects/Zoo/priority", "", 200, "")
	m.do(t, "DELETE", "/objects/Zoo/relationships/ZooAssociatesCI", "", 200, "")
	m.do(t, "DELETE", "/objects/Incident/relationships/IncidentContainsTask", "", 409, "relationship_stock")
	m.do(t, "DELETE", "/objects/Zoo/searches/my_zoos", "", 200, "")
	m.do(t, "DELETE", "/objects/Zoo/actions/Close%20Zoo", "", 200, "")
	d := m.do(t, "DELETE", "/objects/Zoo/fields/Visitors", "", 200, "").JSON()["definition"].(map[string]any)
	if d["status"] != nil || d["priority"] != nil || len(d["searches"].([]any)) != 1 || len(d["actions"].([]any)) != 1 || d["relationships"] != nil || len(d["retired"].([]any)) != 1 {
		t.Errorf("what is left: %v", d)
	}
	m.do(t, "DELETE", "/objects/Zoo?confirm=Zoo%23", "", 204, "")
}

func administerLists(t *testing.T, m *administrator) {
	m.do(t, "POST", "/objects", zoo, 201, "")
	m.ask(t, http.MethodPost, sets+"zoos", `{"Name":"Berlin","Kind":"Safari"}`)
	for _, bad := range []struct {
		body, code, at string
		status         int
	}{
		{`{"name":"zookind","values":[]}`, "list_exists", "name", 409}, {`{"name":"","values":[]}`, "request_invalid", "name", 400},
		{`{"name":" x","values":[]}`, "definition_invalid", "name", 400}, {`{"name":"X","values":[{"value":"A"},{"value":"a"}]}`, "definition_invalid", "values[1].value", 400},
		{`{"name":"X","values":[{"value":"A\u202e"}]}`, "definition_invalid", "values[0].value", 400}, {`{"name":"X","values":["A"]}`, "request_invalid", "values[0]", 400},
	} {
		if a := m.do(t, "POST", "/lists", bad.body, bad.status, bad.code); complaints(a) != bad.at {
			t.Errorf("%s is refused at %q, want %q: %s", bad.body, complaints(a), bad.at, a.Body)
		}
	}
	l := m.do(t, "GET", "/lists/ZooKind", "", 200, "")
	if used := l.JSON()["used_by"].([]any); len(used) != 1 || used[0].(map[string]any)["object"] != "Zoo#" {
		t.Errorf("who uses it: %s", l.Body)
	}
	if u := m.do(t, "GET", "/lists/ZooKind/usage", "", 200, ""); !strings.Contains(string(u.Body), `{"value":"Safari","records":1,"known":true}`) {
		t.Errorf("how often: %s", u.Body)
	}
	m.do(t, "PUT", "/lists/ZooKind", `{"name":"ZooKind","values":[{"value":"City"}]}`, 409, "value_held")
	m.do(t, "PUT", "/lists/ZooKind", `{"name":"Other","values":[]}`, 400, "name_other")
	m.do(t, "PUT", "/lists/Nothing", `{"name":"Nothing","values":[]}`, 404, "list_unknown")
	m.do(t, "PUT", "/lists/ZooKind?force=true", `{"name":"ZooKind","values":[]}`, 400, "definition_invalid") // the default of the field is one of them

	tag := l.Header.Get("ETag")
	if a := m.versioned(t, "PUT", "/lists/ZooKind", tag, `{"name":"ZooKind","values":[{"value":"Safari","label":"Drive","inactive":true},{"value":"City"},{"value":"Aquarium"}]}`); a.Status != 200 {
		t.Errorf("a change: %d %s", a.Status, a.Body)
	}
	if a := m.versioned(t, "PUT", "/lists/ZooKind", tag, `{"name":"ZooKind","values":[{"value":"Safari"}]}`); a.Status != http.StatusPreconditionFailed {
		t.Errorf("a change of what was seen before another: %d %s", a.Status, a.Body)
	}
	if a := m.ask(t, http.MethodPost, sets+"zoos", `{"Name":"Essen","Kind":"Safari"}`); a.Status != 400 {
		t.Errorf("an inactive value is taken: %d %s", a.Status, a.Body)
	}
	old := m.ask(t, http.MethodGet, sets+"zoos?$filter=Name%20eq%20'Berlin'", "").JSON()["value"].([]any)[0].(map[string]any)
	if a := m.ask(t, http.MethodPatch, sets+"zoos('"+fmt.Sprint(old["RecId"])+"')", `{"Kind":"safari","Visitors":5}`); a.Status != 200 || a.JSON()["Kind"] != "Safari" || a.JSON()["Kind_Valid"] != old["Kind_Valid"] {
		t.Errorf("a record that has an inactive value: %d %s", a.Status, a.Body)
	}
	m.do(t, "PATCH", "/objects/Zoo/fields/Kind", `{"default":"Safari"}`, 400, "definition_invalid")
	m.do(t, "PUT", "/lists/ZooKind?force=true", `{"name":"ZooKind","values":[{"value":"City"}]}`, 200, "")
	m.do(t, "DELETE", "/lists/ZooKind", "", 409, "list_used")
	m.do(t, "DELETE", "/lists/Nothing", "", 404, "list_unknown")
	m.do(t, "GET", "/lists/Nothing", "", 404, "list_unknown")
	m.do(t, "GET", "/lists/Nothing/usage", "", 404, "list_unknown")
	m.do(t, "DELETE", "/objects/Zoo?confirm=Zoo", "", 204, "")
	m.do(t, "DELETE", "/lists/ZooKind", "", 204, "")
	m.do(t, "DELETE", "/lists/ZooStatus", "", 204, "")
	if all := items(m.do(t, "GET", "/lists", "", 200, "")); len(all) < 10 {
		t.Errorf("the lists: %v", all)
	}
}
