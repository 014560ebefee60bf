package desk_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// applyRoles makes roles of a definition.
func applyRoles(t *testing.T, s *testkit.Server, definition string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "roles.json")
	if err := os.WriteFile(file, []byte(definition), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Run(t, "role", "apply", "-f", file)
}

// TestRowsOfARole tries every operation on records that are a person's own, their team's and others', in three roles
// that differ in nothing but the rows.
func TestRowsOfARole(t *testing.T) {
	const rights = `{"read":"%[1]s","create":true,"update":true,"delete":true}`
	const definition = `{"name":"Rows_%[1]s","rights":{"Incident#":` + rights + `,"Task#":` + rights + `,"Journal#":` + rights + `,"Attachment#":` + rights + `,"Employee#":{"read":"all"}}}`
	// What hangs on whose record: the roles that see it.
	cases := []struct{ name, set, body, sees string }{
		{"an incident she is the customer of", "incidents", `{"Subject":"W","ProfileLink":"${pia}"}`, "own team all"},
		{"an incident she owns", "incidents", `{"Subject":"W","Owner":"pia"}`, "own team all"},
		{"an incident she is the other contact of", "incidents", `{"Subject":"W","AlternateContactLink":"${pia}"}`, "own team all"},
		{"an incident of her team", "incidents", `{"Subject":"W","OwnerTeam":"IT Support"}`, "team all"},
		{"an incident of another team", "incidents", `{"Subject":"W","OwnerTeam":"Service Desk","ProfileLink":"${otto}"}`, "all"},
		{"a task she owns", "task__assignments", `{"Subject":"W","Owner":"pia"}`, "own team all"},
		{"a task of her team", "task__assignments", `{"Subject":"W","OwnerTeam":"IT Support"}`, "team all"},
		{"a task of another kind of her team", "task__workorders", `{"Subject":"W","OwnerTeam":"IT Support"}`, "team all"},
		{"a task on her incident", "task__assignments", `{"Subject":"W","ParentLink":"${hers}"}`, "own team all"},
		{"a task on her team's incident", "task__assignments", `{"Subject":"W","ParentLink":"${theirs}"}`, "team all"},
		{"a task of others", "task__assignments", `{"Subject":"W","ParentLink":"${others}"}`, "all"},
		{"a public note on her incident", "journal__notess", `{"Subject":"W","NotesBody":"b","ParentLink":"${hers}","PublishToWeb":true}`, "own team all"},
		{"an internal note on her incident", "journal__notess", `{"Subject":"W","NotesBody":"b","ParentLink":"${hers}"}`, "all"},
		{"an internal note on her team's incident", "journal__notess", `{"Subject":"W","NotesBody":"b","ParentLink":"${theirs}"}`, "team all"},
		{"a public e-mail on her team's incident", "journal__emails", `{"Subject":"W","NotesBody":"b","ParentLink":"${theirs}","PublishToWeb":true}`, "team all"},
		{"a public note on another's", "journal__notess", `{"Subject":"W","NotesBody":"b","ParentLink":"${others}","PublishToWeb":true}`, "all"},
		{"a public attachment on her incident", "attachments", `{"ATTACHNAME":"W","URL":"https://files.example/w","ParentLink":"${hers}"}`, "own team all"},
		{"an internal attachment on her incident", "attachments", `{"ATTACHNAME":"W","URL":"https://files.example/w","ParentLink":"${hers}","PublishToWeb":false}`, "all"},
		{"an attachment on her team's incident", "attachments", `{"ATTACHNAME":"W","URL":"https://files.example/w","ParentLink":"${theirs}"}`, "team all"},
		{"an attachment on another's", "attachments", `{"ATTACHNAME":"W","URL":"https://files.example/w","ParentLink":"${others}"}`, "all"},
	}
	creates := []struct {
		name, set, body string
		refused         string // for whom
	}{
		{"an incident", "incidents", `{"Subject":"made"}`, ""},
		{"an incident for another", "incidents", `{"Subject":"made","ProfileLink":"${otto}"}`, "own"},
		{"a note on her incident", "journal__notess", `{"Subject":"made","NotesBody":"b","ParentLink":"${hers}"}`, ""},
		{"a note on her team's", "journal__notess", `{"Subject":"made","NotesBody":"b","ParentLink":"${theirs}"}`, "own"},
		{"a note on another's", "journal__notess", `{"Subject":"made","NotesBody":"b","ParentLink":"${others}"}`, "own team"},
		{"an attachment on another's", "attachments", `{"ATTACHNAME":"made","URL":"https://files.example/m","ParentLink":"${others}"}`, "own team"},
		{"a task on another's", "task__assignments", `{"Subject":"made","ParentLink":"${others}"}`, "own team"},
	}
	bases := map[string]string{"task__assignments": "tasks", "task__workorders": "tasks", "journal__notess": "journals", "journal__emails": "journals"}
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		vars := map[string]string{"admin": s.Key(t, "Admin")}
		admin := map[string]string{"Authorization": "rest_api_key=${admin}"}
		known := func(name, set, body string) {
			t.Helper()
			a := s.Ask(t, "POST", sets+set, "rest_api_key="+vars["admin"], os.Expand(body, func(v string) string { return vars[v] }))
			id, _ := a.JSON()["RecId"].(string)
			if a.Status != 201 {
				t.Fatalf("%s: %d %s", name, a.Status, a.Body)
			}
			vars[name] = id
		}
		known("pia", "employees", `{"LoginID":"pia","LastName":"Pia","Team":"IT Support"}`)
		known("otto", "employees", `{"LoginID":"otto","LastName":"Otto","Team":"Service Desk"}`)
		var definitions []string
		for _, rows := range []string{"own", "team", "all"} {
			definitions = append(definitions, fmt.Sprintf(definition, rows))
		}
		applyRoles(t, s, "["+strings.Join(definitions, ",")+"]")
		for _, rows := range []string{"own", "team", "all"} {
			s.Run(t, "user", "grant", "pia", "--role", "Rows_"+rows)
			vars[rows] = s.Key(t, "Rows_"+rows, "--group", "rows", "--on-behalf-of", "pia")
		}
		known("hers", "incidents", `{"Subject":"hers","ProfileLink":"${pia}"}`)
		known("theirs", "incidents", `{"Subject":"theirs","OwnerTeam":"IT Support"}`)
		known("others", "incidents", `{"Subject":"others","OwnerTeam":"Service Desk"}`)
		for _, rows := range []string{"own", "team", "all"} {
			as := map[string]string{"Authorization": "rest_api_key=${" + rows + "}"}
			for i, c := range cases {
				word := fmt.Sprintf("word%s%d", rows, i)
				known("it", c.set, strings.ReplaceAll(c.body, `"W"`, `"`+word+`"`))
				name := func(what string) string { return rows + ": " + c.name + ": " + what }
				at, text := []string{c.set}, "Details"
				if base := bases[c.set]; base != "" {
					at = append(at, base)
				}
				switch c.set {
				case "incidents":
					text = "Symptom"
				case "attachments":
					text = "ATTACHDESC"
				case "journal__notess", "journal__emails":
					text = "NotesBody"
				}
				patch := `{"` + text + `":"changed"}`
				var steps []testkit.Step
				for _, set := range at {
					key := sets + set + "('${it}')"
					list, search := sets+set+"?$filter=RecId eq '${it}'", sets+set+"?$search="+word
					if strings.Contains(c.sees, rows) {
						steps = append(steps, testkit.Step{Name: name("list"), Path: list, Header: as, Rows: 1}, testkit.Step{Name: name("search"), Path: search, Header: as, Rows: 1},
							testkit.Step{Name: name("get"), Path: key, Header: as},
							testkit.Step{Name: name("update"), Method: "PATCH", Path: key, Header: as, Body: patch, Fields: map[string]any{text: "changed"}})
						continue
					}
					none, unknown := []string{`"@odata.count":0`, `"value":[]`}, []string{"cannot be found in the business object"}
					steps = append(steps, testkit.Step{Name: name("list"), Path: list, Header: as, Has: none}, testkit.Step{Name: name("search"), Path: search, Header: as, Has: none},
						testkit.Step{Name: name("get"), Path: key, Header: as, Status: 400, Has: []string{"Invalid key"}},
						testkit.Step{Name: name("update"), Method: "PATCH", Path: key, Header: as, Status: 400, Body: patch, Has: unknown},
						testkit.Step{Name: name("delete"), Method: "DELETE", Path: key, Header: as, Status: 400, Has: unknown},
						testkit.Step{Name: name("is still there"), Path: key, Header: admin, Lacks: []string{`"` + text + `":"changed"`}})
				}
				if strings.Contains(c.sees, rows) {
					steps = append(steps, testkit.Step{Name: name("delete"), Method: "DELETE", Path: sets + at[len(at)-1] + "('${it}')", Header: as, Status: 204},
						testkit.Step{Name: name("is gone"), Path: sets + c.set + "('${it}')", Header: admin, Status: 400})
				}
				s.Scenario(t, vars, nil, steps)
			}
			var steps []testkit.Step
			for _, c := range creates {
				step := testkit.Step{Name: rows + " makes " + c.name, Method: "POST", Path: sets + c.set, Header: as, Body: c.body, Status: 201, Fields: map[string]any{"LastModBy": "pia"}}
				if strings.Contains(c.refused, rows) {
					step.Status, step.Fields, step.Has = 400, nil, []string{"ISM_4000"}
				}
				steps = append(steps, step)
			}
			s.Scenario(t, vars, nil, steps)
		}
		s.Scenario(t, vars, nil, []testkit.Step{
			{Name: "what a role has no right to", Path: sets + "problems", Header: map[string]string{"Authorization": "rest_api_key=${all}"}, Status: 400, Has: []string{"Role Rows_all does not have rights to read object Problem#."}},
		})
	})
}
