package desk_test

import (
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

const fieldRoles = `[
 {"name": "Clerk", "label": "Clerk", "description": "Sees no money", "rights": {
   "incident": {"read": "all", "create": true, "update": true, "hidden": ["cost", "CostPerMinute_Currency", "Description", "AlternateContactLink_RecID"], "readOnly": ["Priority", "Owner", "RequestorLink"]},
   "Employee#": {"read": "all", "hidden": ["PrimaryEmail"]},
   "ExternalContact#": {"read": "all"},
   "Frs_CompositeContract_Contact#": {"read": "all", "hidden": ["Phone"]},
   "Category#": {"read": "all", "hidden": ["Name"]},
   "Journal#": {"read": "all", "create": true, "update": true},
   "Journal#Notes": {"read": "all", "create": true, "update": true, "hidden": ["NotesBody"], "readOnly": ["Category"]}}},
 {"name": "Cashier", "rights": {"Incident#": {"read": "all", "create": true, "update": true, "hidden": ["Symptom", "AlternateContactLink"], "readOnly": ["Owner", "ProfileLink"]}}},
 {"name": "Accountant", "includes": ["Clerk", "Cashier"]},
 {"name": "Auditor", "rights": {"*": {"read": "all"}, "Incident#": {"read": "all", "hidden": ["IncidentNumber", "Subject"]}}}
]`

// TestFieldsOfARole tries every operation where fields are hidden from a role, or are not for it to write.
func TestFieldsOfARole(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		applyRoles(t, s, fieldRoles)
		vars := map[string]string{"admin": s.Key(t, "Admin"), "clerk": s.Key(t, "Clerk"), "accountant": s.Key(t, "Accountant"), "auditor": s.Key(t, "Auditor")}
		as := func(who string) map[string]string {
			return map[string]string{"Authorization": "rest_api_key=${" + who + "}"}
		}
		incidents, unknown := sets+"incidents", func(field string) []string {
			return []string{`"ISM_4000"`, "Invalid Request Payload", field}
		}
		hidden := []string{`"Cost"`, `"Cost_Currency"`, `"Cost_CurrencyValid"`, `"CostPerMinute"`, `"Symptom"`, "quokka", "777.0000", `"AlternateContactLink`}
		shown := []string{`"Subject":`, `"AlternateContactEmail":`, `"IncidentNumber":`, `"Priority":"3"`}
		s.Scenario(t, vars, nil, []testkit.Step{
			{Name: "a person", Method: "POST", Path: sets + "employees", Header: as("admin"), Status: 201, Body: `{"LoginID":"eva","FirstName":"Eva","LastName":"Stein","PrimaryEmail":"eva.stein@corp.example","Phone":"555-1"}`, Keep: map[string]string{"eva": "RecId"}},
			{Name: "an incident", Method: "POST", Path: incidents, Header: as("admin"), Status: 201, Keep: map[string]string{"it": "RecId", "number": "IncidentNumber"},
				Body: `{"Subject":"wombat printer","Symptom":"quokka jams","Cost":"777","CostPerMinute":"1.5","ProfileLink":"${eva}","AlternateContactLink":"${eva}"}`},

			{Name: "list", Path: incidents, Header: as("clerk"), Rows: 1, Has: shown, Lacks: hidden},
			{Name: "get", Path: incidents + "('${it}')", Header: as("clerk"), Has: append(shown, `/$entity","RecId"`), Lacks: hidden},
			{Name: "under /HEAT, by number", Path: heat + "incidents('${number}')", Header: as("clerk"), Has: shown, Lacks: hidden},
			{Name: "$select passes over them", Path: incidents + "?$select=RecId,Subject,Cost,Symptom,Description,cost_currency", Header: as("clerk"), Rows: 1, Has: []string{`"value":[{"RecId":"${it}","Subject":"wombat printer"}]`}},
			{Name: "also of one", Path: incidents + "('${it}')?$select=Subject,Description,Cost", Header: as("clerk"), Has: []string{`/$entity","Subject":"wombat printer"}`}},
			{Name: "$select of nothing else", Path: incidents + "?$select=Cost", Header: as("clerk"), Has: []string{`"value":[{}]`}},
			{Name: "a filter does not know them", Path: incidents + "?$filter=Cost gt 700", Header: as("clerk"), Status: 400, Has: unknown("Cost")},
			{Name: "nor their parts", Path: incidents + "?$filter=CostPerMinute_Currency eq 'USD'", Header: as("clerk"), Status: 400, Has: unknown("CostPerMinute_Currency")},
			{Name: "nor their aliases", Path: incidents + "?$filter=contains(tolower(Description),'quokka')", Header: as("clerk"), Status: 400, Has: unknown("Description")},
			{Name: "in the words for what does not exist", Path: incidents + "?$filter=Nonsense eq 'x'", Header: as("clerk"), Status: 400, Has: unknown("Nonsense")},
			{Name: "nor does an order", Path: incidents + "?$orderby=Cost desc", Header: as("clerk"), Status: 400, Has: unknown("Cost")},
			{Name: "others filter by them", Path: incidents + "?$filter=Cost gt 700", Header: as("admin"), Rows: 1},
			{Name: "their words are not found", Path: incidents + "?$search=quokka", Header: as("clerk"), Has: []string{`"@odata.count":0`}},
			{Name: "but by others", Path: incidents + "?$search=quokka", Header: as("admin"), Rows: 1},
			{Name: "other words are, by their beginning", Path: incidents + "?$search=wombat prin", Header: as("clerk"), Rows: 1, Lacks: hidden},
			{Name: "and not by their end", Path: incidents + "?$search=rinter", Header: as("clerk"), Has: []string{`"@odata.count":0`}},
			{Name: "either of two words", Path: incidents + "?$search=nothing or WOMBAT", Header: as("clerk"), Rows: 1},
			{Name: "both of them", Path: incidents + "?$search=wombat quokka", Header: as("clerk"), Has: []string{`"@odata.count":0`}},
			{Name: "the number is a word too", Path: incidents + "?$search=${number}", Header: as("clerk"), Rows: 1},
			{Name: "and the RecId", Path: incidents + "?$search=${it}", Header: as("clerk"), Rows: 1},
			{Name: "signs are no words", Path: incidents + "?$search=***", Header: as("clerk"), Has: []string{`"@odata.count":0`}},

			{Name: "a hidden field is not written", Method: "PATCH", Path: incidents + "('${it}')", Header: as("clerk"), Status: 400, Body: `{"Symptom":"x"}`, Has: []string{`"ISM_4000"`, "Role Clerk does not have rights to update following fields Symptom"}},
			{Name: "nor under an alias, nor its part", Method: "PUT", Path: incidents + "('${it}')", Header: as("clerk"), Status: 400, Body: `{"Description":"x","Cost_Currency":"EUR"}`, Has: []string{"does not have rights to update following fields Symptom, Cost"}},
			{Name: "nor a read-only one", Method: "PATCH", Path: incidents + "('${it}')", Header: as("clerk"), Status: 400, Body: `{"Priority":"1","Owner":"eva","Subject":"y"}`, Has: []string{"does not have rights to update following fields "}},
			{Name: "a link by its parts", Method: "PATCH", Path: incidents + "('${it}')", Header: as("clerk"), Status: 400, Body: `{"ProfileLink_RecID":null}`, Has: []string{"following fields ProfileLink"}},
			{Name: "nor when it is made", Method: "POST", Path: incidents, Header: as("clerk"), Status: 400, Body: `{"Subject":"new","Cost":"5","Owner":"eva"}`, Has: []string{"Role Clerk does not have rights to update following fields Owner, Cost"}},
			{Name: "nothing happened", Path: incidents, Header: as("admin"), Rows: 1, Fields: map[string]any{"Symptom": "quokka jams", "Subject": "wombat printer", "Priority": "3", "Cost_Currency": "USD"}},
			{Name: "what is so already may be sent", Method: "PUT", Path: incidents + "('${it}')", Header: as("clerk"), Body: `{"Priority":"3","ProfileLink":"${eva}","ProfileLink_RecID":"${eva}","ProfileLink_Category":"Employee","Owner":null,"Subject":"wombat copier"}`,
				Fields: map[string]any{"Subject": "wombat copier"}, Lacks: hidden},
			{Name: "rules set what the caller may not", Method: "POST", Path: incidents, Header: as("clerk"), Status: 201, Body: `{"Subject":"made by a clerk","Impact":"High","Urgency":"High"}`, Fields: map[string]any{"Priority": "1"}, Lacks: []string{`"Cost"`, `"Symptom"`},
				Keep: map[string]string{"second": "RecId"}},
			{Name: "what it would be anyway may be sent", Method: "POST", Path: incidents, Header: as("clerk"), Status: 201, Body: `{"Subject":"third","Cost":"0.0000","Owner":"","Symptom":null}`},

			{Name: "a mirror is hidden with its field", Path: sets + "categorys?$top=1", Header: as("clerk"), Rows: 1, Has: []string{`"Service":`}, Lacks: []string{`"Category":`, `"Name":`}},
			{Name: "a field that a source hides is hidden in the view", Path: sets + "frs_compositecontract_contacts('${eva}')", Header: as("clerk"), Has: []string{`"DisplayName":"Eva Stein"`}, Lacks: []string{"PrimaryEmail", "eva.stein@corp.example", `"Phone"`, "555-1"}},
			{Name: "a filter there", Path: sets + "frs_compositecontract_contacts?$filter=PrimaryEmail ne null", Header: as("clerk"), Status: 400, Has: unknown("PrimaryEmail")},
			{Name: "a search there", Path: sets + "frs_compositecontract_contacts?$search=eva.stein@corp.example", Header: as("clerk"), Has: []string{`"@odata.count":0`}},
			{Name: "and by name", Path: sets + "frs_compositecontract_contacts?$search=stein", Header: as("clerk"), Rows: 1},
			{Name: "what the view alone hides is in its source", Path: sets + "employees('${eva}')", Header: as("clerk"), Has: []string{`"Phone":"555-1"`}, Lacks: []string{"PrimaryEmail"}},
			{Name: "employees are not found by it", Path: sets + "employees?$search=eva.stein@corp.example", Header: as("clerk"), Has: []string{`"@odata.count":0`}},

			{Name: "a note", Method: "POST", Path: sets + "journal__notess", Header: as("admin"), Status: 201, Body: `{"Subject":"numbat","NotesBody":"dingo","ParentLink":"${it}"}`, Keep: map[string]string{"note": "RecId"}},
			{Name: "an e-mail", Method: "POST", Path: sets + "journal__emails", Header: as("admin"), Status: 201, Body: `{"Subject":"numbat too","NotesBody":"dingo","ToAddress":"koala@corp.example","ParentLink":"${it}"}`, Keep: map[string]string{"mail": "RecId"}},
			{Name: "an extension hides for itself", Path: sets + "journal__notess('${note}')", Header: as("clerk"), Has: []string{`"Subject":"numbat"`}, Lacks: []string{"dingo", "NotesBody", "DisplayText"}},
			{Name: "and in its base", Path: sets + "journals('${note}')", Header: as("clerk"), Has: []string{`"Subject":"numbat"`}, Lacks: []string{"dingo", "NotesBody", "DisplayText"}},
			{Name: "not in its sisters", Path: sets + "journal__emails?$search=dingo", Header: as("clerk"), Rows: 1, Fields: map[string]any{"NotesBody": "dingo"}},
			{Name: "nor can the base be filtered by it", Path: sets + "journals?$filter=NotesBody eq 'dingo'", Header: as("clerk"), Status: 400, Has: unknown("NotesBody")},
			{Name: "words of a note in the base", Path: sets + "journals?$search=dingo", Header: as("clerk"), Rows: 1, Fields: map[string]any{"RecId": "${mail}"}},
			{Name: "words of a sister's own fields in the base", Path: sets + "journals?$search=koala@corp.example", Header: as("clerk"), Rows: 1, Fields: map[string]any{"RecId": "${mail}"}},
			{Name: "words of both", Path: sets + "journals?$search=numbat", Header: as("clerk"), Rows: 2},
			{Name: "written through the base", Method: "PATCH", Path: sets + "journals('${note}')", Header: as("clerk"), Status: 400, Body: `{"NotesBody":"x","Category":"Memo"}`, Has: []string{"following fields NotesBody"}},
			{Name: "read-only through the base", Method: "PATCH", Path: sets + "journals('${note}')", Header: as("clerk"), Status: 400, Body: `{"Category":"Called Customer"}`, Has: []string{"following fields Category"}},

			{Name: "what one included role shows is shown", Path: incidents + "('${it}')", Header: as("accountant"), Has: []string{`"Cost":"777.0000"`, `"CostPerMinute":"1.5000"`}, Lacks: []string{`"Symptom"`, `"AlternateContactLink"`}},
			{Name: "and may be written", Method: "PATCH", Path: incidents + "('${it}')", Header: as("accountant"), Body: `{"Cost":"9","Priority":"2"}`, Fields: map[string]any{"Cost": "9.0000", "Priority": "2"}},
			{Name: "but not what none may", Method: "PATCH", Path: incidents + "('${it}')", Header: as("accountant"), Status: 400, Body: `{"Owner":"eva","ProfileLink":null,"Symptom":"z"}`, Has: []string{"Role Accountant does not have rights to update following fields ", "Symptom", "ProfileLink", "Owner"}},

			{Name: "a hidden number is no key", Path: incidents + "('${number}')", Header: as("auditor"), Status: 400, Has: []string{"Invalid key"}},
			{Name: "texts made of a hidden field", Path: incidents + "('${it}')", Header: as("auditor"), Lacks: []string{"wombat", `"SocialTextHeader"`, `"IncidentNumber"`}},
			{Name: "pages go on without them", Path: incidents + "?$top=1&$orderby=CreatedDateTime", Header: as("auditor"), Rows: 1, Has: []string{`"@odata.nextLink"`}, Lacks: []string{"Subject"}},
			{Name: "other objects are whole", Path: sets + "employees('${eva}')", Header: as("auditor"), Fields: map[string]any{"PrimaryEmail": "eva.stein@corp.example"}},
		})
		applyRoles(t, s, `{"name": "Clerk", "rights": {"Incident#": {"read": "all", "hidden": ["Subject"]}}}`)
		s.Scenario(t, vars, nil, []testkit.Step{
			{Name: "a changed role counts at once", Path: incidents + "?$filter=Cost eq 9", Header: as("clerk"), Rows: 1, Has: []string{`"Cost":"9.0000"`}, Lacks: []string{`"Subject"`}},
		})
	})
}
