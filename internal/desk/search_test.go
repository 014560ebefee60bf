package desk_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/testkit"
)

const (
	fulltext = "/api/rest/search/fulltext"
	allFound = "/api/rest/Search"
)

// hits are the subjects or titles of what a full-text search answered, in its order.
func hits(t *testing.T, a testkit.Answer) []string {
	t.Helper()
	var object struct{ Data []map[string]any }
	err := json.Unmarshal(a.Body, &object)
	if strings.HasPrefix(string(a.Body), "[") {
		err = json.Unmarshal(a.Body, &object.Data)
	}
	if a.Status != 200 || err != nil {
		t.Errorf("answered %d %.300s: %v", a.Status, a.Body, err)
	}
	names := []string{}
	for _, row := range object.Data {
		for _, field := range []string{"Subject", "Title", "DisplayName"} {
			if s, ok := row[field].(string); ok {
				names = append(names, s)
				break
			}
		}
	}
	return names
}

// TestFullText plays the searches of the clients and everything that may be wrong with them.
func TestFullText(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		vars := map[string]string{"key": s.Key(t, "Admin"), "nobody": s.Key(t, "Admin", "--expires", "1ms")}
		s.Scenario(t, vars, map[string]string{"Authorization": "rest_api_key=${key}"}, []testkit.Step{
			{Name: "one", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"Printer jam","Symptom":"Drucker, größer als ein Baum"}`, Keep: map[string]string{"one": "RecId", "n": "IncidentNumber"}},
			{Name: "two", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"Toner low","Symptom":"the printer of host7.lab.example"}`, Keep: map[string]string{"two": "RecId"}},
			{Name: "a change", Method: "POST", Path: sets + "changes", Status: 201, Body: `{"Subject":"Move the printer","Description":"room"}`},
			{Name: "the documented answer", Method: "POST", Path: fulltext, Body: `{"Text":"Printer","ObjectType":"Incident","Top":20,"Skip":0}`,
				Fields: map[string]any{"totalRows": 2, "keyRef": "RecId", "searchText": "Printer"},
				Has: []string{`{"data":[{`, `"IncidentNumber":${n}`, `"Subject":"Printer jam"`, `"RecId":"${one}"`,
					`"metaData":[{"FieldRef":"IncidentNumber","DisplayName":"Incident number","DataType":6},{"FieldRef":"Subject","DisplayName":"Subject","DataType":1},`,
					`{"FieldRef":"RecId","DisplayName":"RecId","DataType":4}],"totalRows":2,"keyRef":"RecId","searchText":"Printer"}`}},
			{Name: "keys in any case, the id of the object", Method: "POST", Path: fulltext, Body: `{"TEXT":"PRINT","objecttype":"INCIDENT#","$TOP":1}`, Fields: map[string]any{"totalRows": 2}, Lacks: []string{"${two}"}},
			{Name: "the set for the object, numbers as texts", Method: "POST", Path: fulltext, Body: `{"Text":"print","ObjectType":"Incidents","$top":"1","$skip":"1"}`, Fields: map[string]any{"totalRows": 2}, Has: []string{"${two}"}, Lacks: []string{"${one}"}},
			{Name: "under /HEAT, in any case, with a slash", Method: "POST", Path: "/heat/API/Rest/SEARCH/FullText/", Body: `{"Text":"print","ObjectType":"incident"}`, Fields: map[string]any{"totalRows": 2}},
			{Name: "a form's label on JSON", Method: "POST", Path: fulltext, Header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, Body: `{"Text":"print","ObjectType":"incident"}`, Fields: map[string]any{"totalRows": 2}},
			{Name: "words are and-ed", Method: "POST", Path: fulltext, Body: `{"Text":"printer toner","ObjectType":"incident"}`, Fields: map[string]any{"totalRows": 1}, Has: []string{"${two}"}},
			{Name: "or widens", Method: "POST", Path: fulltext, Body: `{"Text":"jam or toner","ObjectType":"incident"}`, Fields: map[string]any{"totalRows": 2}},
			{Name: "AND is a word", Method: "POST", Path: fulltext, Body: `{"Text":"printer AND toner","ObjectType":"incident"}`, Fields: map[string]any{"totalRows": 0}, Has: []string{`{"data":[],`}},
			{Name: "the middle of a word is none", Method: "POST", Path: fulltext, Body: `{"Text":"rinter","ObjectType":"incident"}`, Fields: map[string]any{"totalRows": 0}},
			{Name: "quotes are none", Method: "POST", Path: fulltext, Body: `{"Text":"\"printer jam\"","ObjectType":"incident"}`, Fields: map[string]any{"totalRows": 1}},
			{Name: "letters of other alphabets, folded", Method: "POST", Path: fulltext, Body: `{"Text":"GRÖSSER","ObjectType":"incident"}`, Fields: map[string]any{"totalRows": 1}},
			{Name: "a host name", Method: "POST", Path: fulltext, Body: `{"Text":"host7.lab.example","ObjectType":"incident"}`, Fields: map[string]any{"totalRows": 1}},
			{Name: "a number, also as one", Method: "POST", Path: fulltext, Body: `{"Text":${n},"ObjectType":"incident"}`, Fields: map[string]any{"totalRows": 1}, Has: []string{"${one}"}},
			{Name: "a key", Method: "POST", Path: fulltext, Body: `{"Text":"{${one}}","ObjectType":"incident"}`, Fields: map[string]any{"totalRows": 1}, Has: []string{"${one}"}},
			{Name: "punctuation alone finds nothing", Method: "POST", Path: fulltext, Body: `{"Text":"?! -- ()","ObjectType":"incident"}`, Fields: map[string]any{"totalRows": 0}},
			{Name: "the engines' own language is none", Method: "POST", Path: fulltext, Body: `{"Text":"NEAR(printer jam) : * ^ 'x' | & ! \\","ObjectType":"incident"}`, Fields: map[string]any{"totalRows": 0}},
			{Name: "beyond the end", Method: "POST", Path: fulltext, Body: `{"Text":"printer","ObjectType":"incident","Skip":2147483647}`, Fields: map[string]any{"totalRows": 2}, Has: []string{`{"data":[],`}},
			{Name: "nulls are what is left out", Method: "POST", Path: fulltext, Body: `{"Text":"printer","ObjectType":"incident","Top":null,"Skip":null,"Other":[1]}`, Fields: map[string]any{"totalRows": 2}},

			{Name: "blank", Method: "POST", Path: fulltext, Status: 400, Body: `{"Text":" \t","ObjectType":"incident"}`, Has: []string{`"code":"ISM_4000","description":"Bad Request","message":["Search keyword cannot be blank, provide a keyword and try again"]`}},
			{Name: "no text", Method: "POST", Path: fulltext, Status: 400, Body: `{"ObjectType":"incident"}`, Has: []string{"Search keyword cannot be blank"}},
			{Name: "no body", Method: "POST", Path: fulltext, Status: 400, Has: []string{"Search keyword cannot be blank"}},
			{Name: "no object", Method: "POST", Path: fulltext, Status: 400, Body: `{"Text":"printer"}`, Has: []string{`"description":"Bad Request"`, "ObjectType cannot be blank"}},
			{Name: "an unknown object", Method: "POST", Path: fulltext, Status: 400, Body: `{"Text":"printer","ObjectType":"NoSuch"}`, Has: []string{"Bad Request", "NoSuch"}},
			{Name: "broken JSON", Method: "POST", Path: fulltext, Status: 400, Body: `{"Text":`, Has: []string{"Bad Request"}},
			{Name: "another JSON", Method: "POST", Path: fulltext, Status: 400, Body: `["printer"]`, Has: []string{"Bad Request"}},
			{Name: "a list for a text", Method: "POST", Path: fulltext, Status: 400, Body: `{"Text":["a"],"ObjectType":"incident"}`, Has: []string{"Text is not a text"}},
			{Name: "Top 0", Method: "POST", Path: fulltext, Status: 400, Body: `{"Text":"a","ObjectType":"incident","Top":0}`, Has: []string{"1 to 100"}},
			{Name: "Top 101", Method: "POST", Path: fulltext, Status: 400, Body: `{"Text":"a","ObjectType":"incident","$top":101}`, Has: []string{"1 to 100"}},
			{Name: "Skip below zero", Method: "POST", Path: fulltext, Status: 400, Body: `{"Text":"a","ObjectType":"incident","Skip":-1}`, Has: []string{"ISM_4000"}},
			{Name: "NUL", Method: "POST", Path: fulltext, Status: 400, Body: `{"Text":"a\u0000b","ObjectType":"incident"}`, Has: []string{"ISM_4000"}},
			{Name: "10,000 words", Method: "POST", Path: fulltext, Status: 400, Body: `{"Text":"` + strings.Repeat("word ", 10_000) + `","ObjectType":"incident"}`, Has: []string{"too long"}},
			{Name: "33 words", Method: "POST", Path: fulltext, Status: 400, Body: `{"Text":"` + strings.Repeat("word ", 33) + `","ObjectType":"incident"}`, Has: []string{"at most 32 words"}},
			{Name: "a body of 1 MiB", Method: "POST", Path: fulltext, Status: 413, Body: strings.Repeat(" ", 1<<20), Has: []string{"ISM_4013"}},
			{Name: "another method", Method: "GET", Path: fulltext, Status: 405, Has: []string{"ISM_4005"}},
			{Name: "another path below", Method: "POST", Path: fulltext + "/more", Status: 404, Body: `{}`, Has: []string{"ISM_4004"}},
			{Name: "without a credential", Method: "POST", Path: fulltext, Header: map[string]string{"Authorization": ""}, Status: 401, Body: `{"Text":"printer","ObjectType":"incident"}`, Has: []string{"ISM_4001"}, Lacks: []string{"Printer"}},
			{Name: "with one that has expired", Method: "POST", Path: fulltext, Header: map[string]string{"Authorization": "rest_api_key=${nobody}"}, Status: 401, Body: `{"Text":"printer","ObjectType":"incident"}`, Has: []string{"ISM_4001"}, Lacks: []string{"Printer"}},

			{Name: "all objects", Method: "POST", Path: allFound, Body: `{"Text":"printer"}`, Has: []string{`[{"ObjectType":`, `"ObjectType":"Incident#"`, `"Set":"incidents"`, `"RecId":"${one}"`, `"Number":${n}`, `"Title":"Printer jam"`, `"ObjectType":"Change#"`, `"Title":"Move the printer"`}},
			{Name: "all objects, none", Method: "POST", Path: allFound, Body: `{"Text":"nothinglikeit"}`, Has: []string{"[]"}, Lacks: []string{"{"}},
			{Name: "all objects, blank", Method: "POST", Path: allFound, Status: 400, Body: `{"Text":""}`, Has: []string{"Search keyword cannot be blank"}},
			{Name: "all objects, broken", Method: "POST", Path: allFound, Status: 400, Body: `nonsense`, Has: []string{"ISM_4000"}},
			{Name: "all objects, another method", Method: "DELETE", Path: allFound, Status: 405},
			{Name: "all objects, no credential", Method: "POST", Path: allFound, Header: map[string]string{"Authorization": "rest_api_key=${nobody}"}, Status: 401, Body: `{"Text":"printer"}`, Lacks: []string{"rinter"}},

			{Name: "changed, it loses its old words", Method: "PATCH", Path: sets + "incidents('${one}')", Body: `{"Subject":"Scanner jam"}`},
			{Name: "at once", Method: "POST", Path: fulltext, Body: `{"Text":"printer","ObjectType":"incident"}`, Fields: map[string]any{"totalRows": 1}, Lacks: []string{"${one}"}},
			{Name: "deleted, it is gone", Method: "DELETE", Path: sets + "incidents('${one}')", Status: 204},
			{Name: "from full text", Method: "POST", Path: fulltext, Body: `{"Text":"scanner","ObjectType":"incident"}`, Fields: map[string]any{"totalRows": 0}},
			{Name: "and by its key", Method: "POST", Path: fulltext, Body: `{"Text":"${one}","ObjectType":"incident"}`, Fields: map[string]any{"totalRows": 0}},
			{Name: "and from all objects", Method: "POST", Path: allFound, Body: `{"Text":"scanner"}`, Lacks: []string{"Scanner jam"}},
		})
		s.Run(t, "setting", "set", "odata.mode", "mimic")
		if got := hits(t, s.Ask(t, "POST", fulltext, "rest_api_key="+vars["key"], `{"Text":"nothinglikeit","ObjectType":"incident"}`)); len(got) != 0 {
			t.Errorf("mimic: %v", got)
		}
	})
}

// TestTheBestMatchIsFirst holds the order of hits, which is the same on both engines.
func TestTheBestMatchIsFirst(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		auth := "rest_api_key=" + s.Key(t, "Admin")
		number := ""
		for _, body := range []string{
			`{"Subject":"Outlook"}`,
			`{"Subject":"Outlook crashes on start","Symptom":"profile"}`,
			`{"Subject":"Mail is slow","Symptom":"outlook and the profile of the user"}`,
			`{"Subject":"Outlooks everywhere","Symptom":"all of them"}`,
			`{"Subject":"Profile is locked","Symptom":"since Outlook"}`,
		} {
			a := s.Ask(t, "POST", sets+"incidents", auth, body)
			if a.Status != 201 {
				t.Fatalf("create: %d %s", a.Status, a.Body)
			}
			number = fmt.Sprintf("%.0f", a.JSON()["IncidentNumber"])
		}
		s.Ask(t, "POST", sets+"incidents", auth, `{"Subject":"See the other one","Symptom":"the same as `+number+`"}`)
		for text, want := range map[string][]string{
			"outlook":         {"Outlook", "Outlook crashes on start", "Outlooks everywhere", "Profile is locked", "Mail is slow"},
			"outlook profile": {"Profile is locked", "Outlook crashes on start", "Mail is slow"},
			number:            {"Profile is locked", "See the other one"},
			"locked or slow":  {"Profile is locked", "Mail is slow"},
		} {
			body := fmt.Sprintf(`{"Text":%q,"ObjectType":"Incident"}`, text)
			if diff := cmp.Diff(want, hits(t, s.Ask(t, "POST", fulltext, auth, body))); diff != "" {
				t.Errorf("%q in incidents:\n%s", text, diff)
			}
			if diff := cmp.Diff(want, hits(t, s.Ask(t, "POST", allFound, auth, body))); diff != "" {
				t.Errorf("%q in all objects:\n%s", text, diff)
			}
			var paged []string
			for i := range want {
				paged = append(paged, hits(t, s.Ask(t, "POST", fulltext, auth, fmt.Sprintf(`{"Text":%q,"ObjectType":"Incident","Top":1,"Skip":%d}`, text, i)))...)
			}
			if diff := cmp.Diff(want, paged); diff != "" {
				t.Errorf("%q page by page:\n%s", text, diff)
			}
		}
	})
}

// TestFullTextSeesNoFurther plays searches as people who do not see everything.
func TestFullTextSeesNoFurther(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		as := map[string]string{"admin": "rest_api_key=" + s.Key(t, "Admin")}
		for _, login := range []string{"ann", "ben"} {
			s.Run(t, "user", "create", login, "--role", "SelfService")
			as[login] = "rest_api_key=" + s.Key(t, "SelfService", "--group", "self", "--on-behalf-of", login)
		}
		ann := s.Ask(t, "GET", sets+"employees?$filter=LoginID eq 'ann'", as["admin"], "").Rows()[0]["RecId"].(string)
		create := func(set, body string) string {
			a := s.Ask(t, "POST", sets+set, as["admin"], body)
			if a.Status != 201 {
				t.Fatalf("create in %s: %d %s", set, a.Status, a.Body)
			}
			return a.JSON()["RecId"].(string)
		}
		hers := create("incidents", `{"Subject":"quartz of ann","ProfileLink":"`+ann+`"}`)
		create("incidents", `{"Subject":"quartz of nobody"}`)
		create("journal__notess", `{"Subject":"quartz note","NotesBody":"b","ParentLink_RecID":"`+hers+`","PublishToWeb":true}`)
		create("journal__notess", `{"Subject":"quartz secret","NotesBody":"b","ParentLink_RecID":"`+hers+`"}`)
		create("frs_knowledge__issueresolutions", `{"Title":"quartz draft","Status":"In Review"}`)
		create("frs_knowledge__issueresolutions", `{"Title":"quartz known","Status":"Published"}`)
		create("changes", `{"Subject":"quartz change"}`)
		own, published := []string{"quartz of ann"}, []string{"quartz known"}
		for _, c := range []struct {
			who, object string
			want        []string // nil: refused
		}{
			{"ann", "Incident", own}, {"ben", "Incident", []string{}}, {"ann", "Journal", []string{"quartz note"}}, {"ben", "Journal#Notes", []string{}},
			{"ann", "FRS_Knowledge", published}, {"ben", "frs_knowledge#issueresolution", published}, {"ann", "Change", nil}, {"admin", "Change", []string{"quartz change"}},
			{"admin", "Incident", []string{"quartz of nobody", "quartz of ann"}},
			{"ann", "", []string{"quartz known", "quartz note", "quartz of ann"}}, {"ben", "", published},
			{"admin", "", []string{"quartz change", "quartz known", "quartz draft", "quartz secret", "quartz note", "quartz of nobody", "quartz of ann"}},
		} {
			path := fulltext
			if c.object == "" {
				path = allFound
			}
			a := s.Ask(t, "POST", path, as[c.who], `{"Text":"quartz","ObjectType":"`+c.object+`"}`)
			if c.want == nil {
				if a.Status != 400 || !strings.Contains(string(a.Body), "does not have rights to read object Change#") {
					t.Errorf("%s in %s: %d %s", c.who, c.object, a.Status, a.Body)
				}
				continue
			}
			if diff := cmp.Diff(c.want, hits(t, a)); diff != "" {
				t.Errorf("%s in %q:\n%s", c.who, c.object, diff)
			}
			if c.object != "" && a.JSON()["totalRows"] != float64(len(c.want)) {
				t.Errorf("%s in %q: %v in all", c.who, c.object, a.JSON()["totalRows"])
			}
		}
	})
}
