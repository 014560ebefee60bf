package desk_test

import (
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// TestHistory asks for what the audit trail says of a record, as whoever may read the record.
func TestHistory(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		applyRoles(t, s, `[{"name": "Clerk", "rights": {"Incident#": {"read": "all", "hidden": ["Symptom", "ProfileLink"]}}},
			{"name": "Caller", "rights": {"Incident#": {"read": "own"}}}]`)
		vars := map[string]string{"key": s.Key(t, "Admin"), "clerk": s.Key(t, "Clerk"), "caller": s.Key(t, "Caller"), "self": s.Key(t, "SelfService")}
		as := func(who string) map[string]string {
			return map[string]string{"Authorization": "rest_api_key=${" + who + "}"}
		}
		const history = sets + "incidents('${it}')/AuditHistoryRelationship"
		s.Scenario(t, vars, as("key"), []testkit.Step{
			{Name: "an incident", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"first","Symptom":"quokka"}`, Keep: map[string]string{"it": "RecId", "number": "IncidentNumber"}},
			{Name: "changes twice", Method: "PATCH", Path: sets + "incidents('${it}')", Body: `{"Subject":"second","TotalTimeSpent":5}`},
			{Name: "in one field", Method: "PATCH", Path: sets + "incidents('${it}')", Body: `{"Symptom":"Wombat"}`},
			{Name: "a CI", Method: "POST", Path: sets + "ci__computers", Status: 201, Body: `{"Name":"srv"}`, Keep: map[string]string{"ci": "RecId"}},
			{Name: "that is linked", Method: "PATCH", Path: sets + "incidents('${it}')/IncidentAssociatesCI('${ci}')/$Ref"},

			{Name: "the newest first", Path: history, Rows: -1, Fields: map[string]any{"Action": "link", "FieldName": "IncidentAssociatesCI", "NewValue": "${ci}", "OldValue": nil, "ReadOnly": true,
				"ParentLink_RecID": "${it}", "ParentLink": "${it}", "ParentLink_Category": "Incident", "CreatedBy": "InternalServices", "CreatedDateTime": testkit.Present, "RecId": testkit.Present},
				Has: []string{"$metadata#audit_incidents", `"FieldName":"Subject","FieldLabel":"Subject","OldValue":"first","NewValue":"second"`, `"FieldName":"TotalTimeSpent"`, `"OldValue":"quokka","NewValue":"Wombat"`}, Lacks: []string{"_Valid", `"FieldName":"LastMod`}},
			{Name: "in any case, by number, under /HEAT", Path: heat + "Incidents ('${number}')/audithistoryrelationship?$top=1", Rows: 1, Fields: map[string]any{"Action": "link"}, Has: []string{`"@odata.nextLink":"`, "/HEAT/", "$skip=1"}},
			{Name: "the changes of a field", Path: history + "?$filter=FieldName eq 'subject' and Action eq 'update'&$top=100", Rows: 1, Fields: map[string]any{"OldValue": "first", "NewValue": "second"}, Has: []string{`"@odata.count":1,`}},
			{Name: "what it began with", Path: history + "?$filter=Action eq 'create' and FieldName eq 'Symptom'", Rows: 1, Fields: map[string]any{"OldValue": nil, "NewValue": "quokka"}},
			{Name: "only some of it", Path: history + "?$select=FieldName, newvalue, Nonsense&$filter=contains(NewValue,'WOMBAT')", Has: []string{`"value":[{"FieldName":"Symptom","NewValue":"Wombat"}]`}},
			{Name: "in another order, a page", Path: history + "?$orderby=FieldName desc,CreatedDateTime&$top=1&$skip=1&$filter=Action eq 'update'", Rows: 1, Fields: map[string]any{"FieldName": "Symptom"}},
			{Name: "nothing of it", Path: history + "?$filter=FieldName eq 'x'", Has: []string{`"@odata.count":0,"value":[]`}},
			{Name: "an unknown field is named", Path: history + "?$filter=Nonsense eq 1", Status: 400, Has: []string{`"ISM_4000"`, "Nonsense"}},
			{Name: "in an order too", Path: history + "?$orderby=Nonsense", Status: 400, Has: []string{`"ISM_4000"`, "Nonsense"}},
			{Name: "and no search", Path: history + "?$search=quokka", Status: 400, Has: []string{`"ISM_4000"`, "use $filter"}},
			{Name: "cannot be written", Method: "POST", Path: history, Status: 400, Body: `{"FieldName":"x"}`, Has: []string{`"ISM_4000"`, "by the server alone"}},
			{Name: "nor linked", Method: "PATCH", Path: history + "('${ci}')/$Ref", Status: 400, Has: []string{`"ISM_4000"`, "by the server alone"}},
			{Name: "an unknown record", Path: sets + "incidents('" + nobody + "')/AuditHistoryRelationship", Status: 400, Has: []string{"Invalid key"}},
			{Name: "other objects have one", Path: sets + "cis('${ci}')/AuditHistoryRelationship", Rows: -1, Fields: map[string]any{"ParentLink_Category": "CI.Computer", "Action": "create"}},
			{Name: "the metadata says so", Path: "/api/odata/incidents/$metadata", Has: []string{`<EntityType Name="audit_incident">`, `<NavigationProperty Name="AuditHistoryRelationship" Type="Collection(MetaData.audit_incident)" />`}},

			{Name: "hidden fields are not told", Path: history, Header: as("clerk"), Rows: -1, Has: []string{`"NewValue":"second"`}, Lacks: []string{"Symptom", "quokka", "Wombat", "IncidentAssociatesCI", "${ci}"}},
			{Name: "nor found", Path: history + "?$filter=contains(NewValue,'wombat')", Header: as("clerk"), Has: []string{`"@odata.count":0`}},
			{Name: "the record of somebody else", Path: history, Header: as("caller"), Status: 400, Has: []string{"Invalid key"}, Lacks: []string{"quokka"}},
			{Name: "also for who serves themselves", Path: history, Header: as("self"), Status: 400, Has: []string{"Invalid key"}},
			{Name: "nobody", Path: history, Bare: true, Status: 401},
		})
		s.Scenario(t, vars, as("key"), []testkit.Step{
			{Name: "a person", Method: "POST", Path: sets + "employees", Status: 201, Body: `{"LoginID":"eva","LastName":"Stein"}`, Keep: map[string]string{"eva": "RecId"}},
			{Name: "who works", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"z","Owner":"eva"}`, Keep: map[string]string{"it": "RecId"}},
			{Name: "gets another login", Method: "PATCH", Path: sets + "employees('${eva}')", Body: `{"LoginID":"eberg"}`},
			{Name: "and another", Method: "PATCH", Path: sets + "employees('${eva}')", Body: `{"LoginID":"eva.berg"}`},
			{Name: "and more work", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"y","Owner":"eva.berg"}`, Keep: map[string]string{"more": "RecId"}},
			{Name: "all of it is hers", Path: sets + "employees('${eva}')/EmployeeOwnsIncident?$orderby=RecId", Rows: 2, Fields: map[string]any{"RecId": "${it}", "Owner": "eva"}},
			{Name: "from the other side too", Path: sets + "incidents('${it}')/IncidentOwnerEmployee", Rows: 1, Fields: map[string]any{"RecId": "${eva}"}},
			{Name: "somebody takes the first login over", Method: "POST", Path: sets + "employees", Status: 201, Body: `{"LoginID":"eva","LastName":"Other"}`, Keep: map[string]string{"other": "RecId"}},
			{Name: "but not the work", Path: sets + "employees('${other}')/EmployeeOwnsIncident", Has: []string{`"@odata.count":0`}},
		})
		s.Run(t, "setting", "set", "odata.mode", "mimic")
		s.Scenario(t, vars, as("key"), []testkit.Step{
			{Name: "an incident", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"x"}`, Keep: map[string]string{"it": "RecId"}},
			{Name: "nothing in the words of the original", Path: history + "?$filter=FieldName eq 'x'", Has: []string{`"value":"No instances found."`}},
		})
	})
}
