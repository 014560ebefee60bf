package desk_test

import (
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// TestContactsAreAViewOfPeople asks for Frs_CompositeContract_Contacts as clients do, and writes people beside it.
func TestContactsAreAViewOfPeople(t *testing.T) {
	const contacts = sets + "Frs_CompositeContract_Contacts"
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		s.Run(t, "user", "create", "ann", "--role", "SelfService")
		vars := map[string]string{"key": s.Key(t, "Admin"), "ann": s.Key(t, "SelfService", "--group", "self", "--on-behalf-of", "ann")}
		ann := map[string]string{"Authorization": "rest_api_key=${ann}"}
		all := `{"FirstName":"Eva","LastName":"Stein","LoginID":"estein","PrimaryEmail":"eva.stein@corp.example","EmployeeLocation":"Headquarters","Department":"IT","Title":"Engineer","Phone":"+49 1","Team":"IT Support"}`
		s.Scenario(t, vars, map[string]string{"Authorization": "rest_api_key=${key}"}, []testkit.Step{
			{Name: "an employee", Method: "POST", Path: sets + "employees", Status: 201, Body: all, Keep: map[string]string{"eva": "RecId"}},
			{Name: "somebody outside", Method: "POST", Path: sets + "externalcontacts", Status: 201, Body: `{"FirstName":"Otto","LastName":"Extern","PrimaryEmail":"otto@partner.example","Company":"Partner AG"}`, Keep: map[string]string{"otto": "RecId"}},
			{Name: "by e-mail, the fields asked for", Path: contacts + "?$select=RecId,DisplayName,EmployeeLocation,NetworkUserName&$top=20&$search=eva.stein@corp.example", Rows: 1,
				Has:   []string{`"value":[{"RecId":"${eva}","NetworkUserName":"estein","DisplayName":"Eva Stein","EmployeeLocation":"Headquarters"}]`, `"@odata.count":1`},
				Lacks: []string{"FirstName"}},
			{Name: "by RecId", Path: contacts + "?$filter=RecId eq '${eva}'", Rows: 1, Fields: map[string]any{"Object": "Employee", "FirstName": "Eva", "LastName": "Stein", "PrimaryEmail": "eva.stein@corp.example",
				"Phone": "+49 1", "Department": "IT", "Team": "IT Support", "Title": "Engineer", "Status": "Active", "OrgUnit": nil, "LoginID": "estein", "Company": nil, "CreatedBy": "InternalServices", "ReadOnly": false}},
			{Name: "in any case, by NetworkUserName", Path: "/HEAT/api/odata/businessObject/frs_compositecontract_contacts?$filter=NetworkUserName eq 'ESTEIN'", Rows: 1, Fields: map[string]any{"RecId": "${eva}"}},
			{Name: "one by its key", Path: contacts + "('${otto}')", Fields: map[string]any{"RecId": "${otto}", "DisplayName": "Otto Extern", "Object": "ExternalContact", "Company": "Partner AG", "Team": nil},
				Has: []string{"$metadata#frs_compositecontract_contacts/$entity"}},
			{Name: "without quotes and with $select", Path: contacts + "(${otto})?$select=DisplayName", Has: []string{`"DisplayName":"Otto Extern"}`}},
			{Name: "the kind of contact", Path: contacts + "?$filter=Object eq 'ExternalContact'", Rows: 1, Fields: map[string]any{"RecId": "${otto}"}},
			{Name: "all of them", Path: contacts, Rows: 5, Has: []string{`"@odata.count":5`}},
			{Name: "newest first, a page", Path: contacts + "?$top=1", Rows: 1, Fields: map[string]any{"RecId": "${otto}"}, Has: []string{`"@odata.nextLink"`}},
			{Name: "by name, skipping", Path: contacts + "?$orderby=DisplayName desc&$top=1&$skip=1", Rows: 1, Fields: map[string]any{"DisplayName": "Internal Services"}},
			{Name: "not an unknown key", Path: contacts + "('0123456789ABCDEF0123456789ABCDEF')", Status: 400, Has: []string{`"ISM_4000"`, "Invalid key"}},
			{Name: "an unknown field", Path: contacts + "?$filter=HireDate gt 2020-01-01", Status: 400, Has: []string{"HireDate"}},
			{Name: "cannot be made", Method: "POST", Path: contacts, Status: 400, Body: `{"LastName":"x"}`, Has: []string{`"ISM_4000"`, "Frs_CompositeContract_Contact# is a view", "write Employee# or ExternalContact# instead"}},
			{Name: "nor changed", Method: "PATCH", Path: contacts + "('${eva}')", Status: 400, Body: `{"LastName":"x"}`, Has: []string{`"ISM_4000"`, "write Employee# or ExternalContact# instead"}},
			{Name: "nor deleted", Method: "DELETE", Path: contacts + "('${eva}')", Status: 400, Has: []string{`"ISM_4000"`, "write Employee# or ExternalContact# instead"}},
			{Name: "the person changes", Method: "PATCH", Path: sets + "employees('${eva}')", Body: `{"LastName":"Berg"}`},
			{Name: "and so does the contact", Path: contacts + "?$search=berg", Rows: 1, Fields: map[string]any{"DisplayName": "Eva Berg", "RecId": "${eva}"}},
			{Name: "an incident's customer may be named as a contact", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"s","ProfileLink_RecID":"${eva}","ProfileLink_Category":"Frs_CompositeContract_Contact"}`,
				Fields: map[string]any{"ProfileLink": "${eva}", "ProfileLink_Category": "Employee", "ProfileFullName": "Eva Berg"}},
			{Name: "also one from outside", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"s","ProfileLink":"${otto}","ProfileLink_Category":"Frs_CompositeContract_Contact#"}`, Fields: map[string]any{"ProfileLink_Category": "ExternalContact"}},
			{Name: "who serves themselves sees the employees", Path: contacts + "?$filter=RecId eq '${eva}'", Header: ann, Rows: 1},
			{Name: "not who they have no right to", Path: contacts + "?$filter=RecId eq '${otto}'", Header: ann, Has: []string{`"@odata.count":0`}},
			{Name: "nor by key", Path: contacts + "('${otto}')", Header: ann, Status: 400, Has: []string{"Invalid key"}},
			{Name: "nor by a search", Path: contacts + "?$search=otto or eva", Header: ann, Rows: 1, Fields: map[string]any{"RecId": "${eva}"}},
			{Name: "nor in the count", Path: contacts, Header: ann, Rows: 4, Has: []string{`"@odata.count":4`}},
			{Name: "and make none", Method: "POST", Path: contacts, Header: ann, Status: 400, Body: `{"LastName":"x"}`, Has: []string{"Role SelfService does not have rights to create object Frs_CompositeContract_Contact#."}},
			{Name: "the person goes", Method: "DELETE", Path: sets + "employees('${eva}')", Status: 204},
			{Name: "and so does the contact", Path: contacts, Rows: 4, Has: []string{`"@odata.count":4`}},
		})
		for seen, link := map[string]bool{}, contacts+"?$top=1&$orderby=Status,DisplayName"; link != ""; {
			a := s.Ask(t, "GET", link, "rest_api_key="+vars["key"], "")
			for _, row := range a.Rows() {
				id, _ := row["RecId"].(string)
				if seen[id] {
					t.Errorf("%s comes twice", id)
				}
				seen[id] = true
			}
			next, _ := a.JSON()["@odata.nextLink"].(string)
			if link = next; link == "" && len(seen) != 4 {
				t.Errorf("walked over %d contacts, want 4", len(seen))
			} else if link != "" {
				link = link[len(s.Base):]
			}
		}
	})
}
