package desk_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// TestPreconditionsAndKeys holds what If-Match, If-None-Match and Idempotency-Key promise.
func TestPreconditionsAndKeys(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		vars := map[string]string{"key": s.Key(t, "Admin"), "other": s.Key(t, "Admin", "--group", "others", "--on-behalf-of", "admin")}
		match := func(name, tag string) map[string]string { return map[string]string{name: tag} }
		once := func(key string) map[string]string { return map[string]string{"Idempotency-Key": key} }
		other := map[string]string{"Authorization": "rest_api_key=${other}", "Idempotency-Key": "one"}
		one, two := sets+"incidents('${one}')", sets+"incidents('${two}')"
		s.Scenario(t, vars, map[string]string{"Authorization": "rest_api_key=${key}"}, []testkit.Step{
			{Name: "a record", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"one"}`, Header: once("one"), Keep: map[string]string{"one": "RecId", "n": "IncidentNumber"}},
			{Name: "asked for again", Method: "POST", Path: sets + "Incidents", Status: 201, Body: `{"Subject":"one"}`, Header: once("one"), Fields: map[string]any{"RecId": "${one}"}},
			{Name: "under /HEAT", Method: "POST", Path: heat + "incidents", Status: 201, Body: `{"Subject":"one"}`, Header: once("one"), Fields: map[string]any{"RecId": "${one}"}},
			{Name: "for something else", Method: "POST", Path: sets + "incidents", Status: 409, Body: `{"Subject":"two"}`, Header: once("one"), Has: []string{"ISM_4009", "used for another request"}},
			{Name: "under another key", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"one"}`, Header: once("two"), Keep: map[string]string{"two": "RecId"}},
			{Name: "by somebody else", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"one"}`, Header: other, Keep: map[string]string{"three": "RecId"}},
			{Name: "is another record", Path: sets + "incidents?$filter=RecId eq '${one}' or RecId eq '${two}' or RecId eq '${three}'", Rows: 3},
			{Name: "a refused one does not use the key up", Method: "POST", Path: sets + "incidents", Status: 400, Body: `{"Subject":""}`, Header: once("three")},
			{Name: "so that it can be put right", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"three"}`, Header: once("three")},
			{Name: "an empty key", Method: "POST", Path: sets + "incidents", Status: 400, Body: `{"Subject":"x"}`, Header: once(""), Has: []string{"Idempotency-Key"}},
			{Name: "a key too long", Method: "POST", Path: sets + "incidents", Status: 400, Body: `{"Subject":"x"}`, Header: once(strings.Repeat("k", 256)), Has: []string{"Idempotency-Key"}},

			{Name: "changed as it was seen", Method: "PATCH", Path: one, Body: `{"Symptom":"a"}`, Header: match("If-Match", `"1"`), Fields: map[string]any{"Symptom": "a"}},
			{Name: "not as it no longer is", Method: "PATCH", Path: one, Status: 412, Body: `{"Symptom":"b"}`, Header: match("If-Match", `"1"`), Has: []string{"ISM_4012"}},
			{Name: "nor deleted", Method: "DELETE", Path: one, Status: 412, Header: match("If-Match", `"1", W/"7"`)},
			{Name: "nothing was changed", Path: one, Fields: map[string]any{"Symptom": "a"}},
			{Name: "one of several", Method: "PUT", Path: one, Body: `{"Symptom":"c"}`, Header: match("If-Match", `"9", "2"`)},
			{Name: "any", Method: "PUT", Path: one, Body: `{"Symptom":"d"}`, Header: match("If-Match", `*`)},
			{Name: "a tag of nobody", Method: "PUT", Path: one, Status: 412, Body: `{"Symptom":"e"}`, Header: match("If-Match", `"abc"`)},
			{Name: "read again as it is", Path: one, Status: 304, Empty: true, Header: match("If-None-Match", `"4"`)},
			{Name: "or was", Path: one, Header: match("If-None-Match", `"1"`)},
			{Name: "a change of what is not to be there", Method: "PATCH", Path: one, Status: 412, Body: `{"Symptom":"f"}`, Header: match("If-None-Match", `*`), Has: []string{"ISM_4012"}},
			{Name: "nor replaced", Method: "PUT", Path: one, Status: 412, Body: `{"Symptom":"f"}`, Header: match("If-None-Match", `"4"`), Has: []string{"ISM_4012"}},
			{Name: "nor acted on", Method: "POST", Path: one + "/Close_Incident", Status: 412, Header: match("If-None-Match", `*`)},
			{Name: "where there is none it is as unknown as ever", Method: "PATCH", Path: sets + "incidents('" + nobody + "')", Status: 400, Body: `{"Symptom":"f"}`, Header: match("If-None-Match", `*`), Has: []string{"cannot be found"}},
			{Name: "a CI", Method: "POST", Path: sets + "ci__computers", Status: 201, Body: `{"Name":"srv"}`, Keep: map[string]string{"ci": "RecId"}},
			{Name: "a note", Method: "POST", Path: sets + "journal__notess", Status: 201, Body: `{"Subject":"s","NotesBody":"b"}`, Keep: map[string]string{"note": "RecId"}},
			{Name: "a pair with what it was", Method: "PATCH", Path: one + "/IncidentAssociatesCI('${ci}')/$Ref", Status: 412, Header: match("If-Match", `"3"`), Has: []string{"ISM_4012"}},
			{Name: "a child of what it was", Method: "PATCH", Path: one + "/IncidentContainsJournal('${note}')/$Ref", Status: 412, Header: match("If-Match", `"3"`)},
			{Name: "a link of what it was", Method: "PATCH", Path: one + "/IncidentAssocMasterIncident('${two}')/$Ref", Status: 412, Header: match("If-Match", `"3"`)},
			{Name: "is not made", Path: one + "/IncidentAssociatesCI", Has: []string{`"@odata.count":0`}},
			{Name: "a pair with what it is", Method: "PATCH", Path: one + "/IncidentAssociatesCI('${ci}')/$Ref", Header: match("If-Match", `"4"`), Has: []string{"ISM_2000"}},
			{Name: "a child of what it is, with a form for a body", Method: "PATCH", Path: one + "/IncidentContainsJournal('${note}')/$ref", Header: map[string]string{"If-Match": `"4"`, "Content-Type": "application/x-www-form-urlencoded"}, Body: `{`, Has: []string{"ISM_2000"}},
			{Name: "parted from what it was", Method: "DELETE", Path: one + "/IncidentAssociatesCI('${ci}')/$Ref", Status: 412, Header: match("If-Match", `"3"`)},
			{Name: "parted from what it is", Method: "DELETE", Path: one + "/IncidentAssociatesCI('${ci}')/$Ref", Header: match("If-Match", `"4"`), Body: `{}`, Has: []string{"ISM_2000"}},
			{Name: "deleted as it is", Method: "DELETE", Path: one, Status: 204, Header: match("If-Match", `"4"`)},
			{Name: "its key is used up", Method: "POST", Path: sets + "incidents", Status: 409, Body: `{"Subject":"one"}`, Header: once("one"), Has: []string{"is gone"}},
			{Name: "the other stays", Path: two},
		})
		auth := map[string]string{"Authorization": "rest_api_key=" + vars["key"], "Idempotency-Key": "together"}
		var wg sync.WaitGroup
		made, replayed := make([]string, 32), make([]bool, 32)
		for i := range made {
			wg.Go(func() {
				a, err := s.Request("POST", sets+"incidents", auth, `{"Subject":"together"}`)
				if err != nil || a.Status != 201 {
					t.Errorf("%d %v %.200s", a.Status, err, a.Body)
					return
				}
				made[i], replayed[i] = fmt.Sprint(a.JSON()["RecId"]), a.Header.Get("Idempotent-Replayed") == "true"
			})
		}
		wg.Wait()
		first := 0
		for i := range made {
			if made[i] != made[0] {
				t.Errorf("two records: %s and %s", made[0], made[i])
			}
			if !replayed[i] {
				first++
			}
		}
		if rows := s.Ask(t, "GET", sets+"incidents?$filter=Subject eq 'together'", auth["Authorization"], "").Rows(); first != 1 || len(rows) != 1 {
			t.Errorf("%d answers are not marked as replayed, %d records", first, len(rows))
		}
		// Of many who change what they all saw, one does.
		path := sets + "incidents('" + made[0] + "')"
		changed := make([]int, 16)
		for i := range changed {
			wg.Go(func() {
				a, err := s.Request("PATCH", path, map[string]string{"Authorization": auth["Authorization"], "If-Match": `"1"`}, fmt.Sprintf(`{"Symptom":"by %d"}`, i))
				if err == nil {
					changed[i] = a.Status
				}
			})
		}
		wg.Wait()
		count := map[int]int{}
		for _, status := range changed {
			count[status]++
		}
		if count[200] != 1 || count[412] != 15 {
			t.Errorf("16 changes of the same revision: %v", count)
		}
		s.Run(t, "doctor", "--audit")
	})
}
