package desk_test

import (
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// TestRolesDecideWhichRecordsAreThere plays the same requests as an administrator, an agent, two people who serve
// themselves and a key without rights on incidents.
func TestRolesDecideWhichRecordsAreThere(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		for _, login := range []string{"ann", "ben"} {
			s.Run(t, "user", "create", login, "--role", "SelfService")
		}
		s.Run(t, "user", "create", "agent", "--role", "ServiceDeskAnalyst")
		vars := map[string]string{
			"admin": s.Key(t, "Admin"),
			"agent": s.Key(t, "ServiceDeskAnalyst", "--group", "agents", "--on-behalf-of", "agent"),
			"ann":   s.Key(t, "SelfService", "--group", "self", "--on-behalf-of", "ann"),
			"ben":   s.Key(t, "SelfService", "--group", "self", "--on-behalf-of", "ben"),
			"none":  s.Key(t, "SelfService"),
		}
		as := func(who string) map[string]string {
			return map[string]string{"Authorization": "rest_api_key=${" + who + "}"}
		}
		s.Scenario(t, vars, nil, []testkit.Step{
			{Name: "setting: the people", Path: sets + "employees?$filter=LoginID eq 'ann'", Header: as("admin"), Rows: 1, Keep: map[string]string{"annID": "RecId"}},
		})
		for _, row := range s.Ask(t, "GET", sets+"employees?$filter=LoginID eq 'ann'", "rest_api_key="+vars["admin"], "").Rows() {
			vars["annID"] = row["RecId"].(string)
		}
		for _, row := range s.Ask(t, "GET", sets+"employees?$filter=LoginID eq 'ben'", "rest_api_key="+vars["admin"], "").Rows() {
			vars["benID"] = row["RecId"].(string)
		}
		s.Scenario(t, vars, nil, []testkit.Step{
			{Name: "ann's incident, by an administrator", Method: "POST", Path: sets + "incidents", Header: as("admin"), Status: 201, Body: `{"Subject":"printer of ann","ProfileLink":"${annID}"}`, Keep: map[string]string{"hers": "RecId", "number": "IncidentNumber"}},
			{Name: "somebody's incident", Method: "POST", Path: sets + "incidents", Header: as("admin"), Status: 201, Body: `{"Subject":"printer of nobody"}`, Keep: map[string]string{"other": "RecId"}},
			{Name: "a note on ann's", Method: "POST", Path: sets + "journal__notess", Header: as("admin"), Status: 201, Body: `{"Subject":"n","NotesBody":"b","ParentLink_RecID":"${hers}","PublishToWeb":true}`},
			{Name: "an internal note on it", Method: "POST", Path: sets + "journal__notess", Header: as("admin"), Status: 201, Body: `{"Subject":"secret","NotesBody":"internalsecret","ParentLink_RecID":"${hers}"}`, Keep: map[string]string{"secret": "RecId"}},
			{Name: "an article in review", Method: "POST", Path: sets + "frs_knowledge__issueresolutions", Header: as("admin"), Status: 201, Body: `{"Title":"draft","Status":"In Review"}`},
			{Name: "a published one", Method: "POST", Path: sets + "frs_knowledge__issueresolutions", Header: as("admin"), Status: 201, Body: `{"Title":"known","Status":"Published"}`, Keep: map[string]string{"known": "RecId"}},
			{Name: "customers read what is published", Path: sets + "frs_knowledges", Header: as("ann"), Rows: 1, Fields: map[string]any{"RecId": "${known}"}},
			{Name: "agents read all", Path: sets + "frs_knowledges", Header: as("agent"), Rows: 2},
			{Name: "internal notes are not for customers", Path: sets + "journal__notess?$search=internalsecret", Header: as("ann"), Has: []string{`"@odata.count":0`}},
			{Name: "nor by key", Path: sets + "journals('${secret}')", Header: as("ann"), Status: 400, Has: []string{"Invalid key"}},
			{Name: "a note on another's incident", Method: "POST", Path: sets + "journal__notess", Header: as("ann"), Status: 400, Body: `{"Subject":"x","NotesBody":"y","ParentLink_RecID":"${other}"}`, Has: []string{"Record '${other}' cannot be found in the business object 'incident'"}},
			{Name: "a note of hers, under her own name", Method: "POST", Path: sets + "journal__notess", Header: as("ann"), Status: 201, Body: `{"Subject":"mine","NotesBody":"y","ParentLink_RecID":"${hers}","CreatedBy":"admin"}`, Fields: map[string]any{"CreatedBy": "ann"}, Keep: map[string]string{"mine": "RecId"}},
			{Name: "which goes again", Method: "DELETE", Path: sets + "journal__notess('${mine}')", Header: as("admin"), Status: 204},
			{Name: "numbers are the server's", Method: "POST", Path: sets + "incidents", Header: as("ann"), Status: 400, Body: `{"Subject":"x","IncidentNumber":10001}`, Has: []string{"does not have rights to update following fields IncidentNumber"}},
			{Name: "no link to what she does not see", Method: "PATCH", Path: sets + "incidents('${hers}')", Header: as("ann"), Status: 400, Body: `{"MasterIncidentLink_RecID":"${other}"}`, Has: []string{"cannot be found in the business object 'incident'"}},
			{Name: "no action that makes what she may not make", Method: "POST", Path: sets + "incidents('${hers}')/Create_Change", Header: as("ann"), Status: 400, Has: []string{"does not have rights to create object Change#"}},
			{Name: "an agent may", Method: "POST", Path: sets + "incidents('${hers}')/Create_Change", Header: as("agent")},
			{Name: "nor e-mail", Method: "POST", Path: sets + "journal__emails", Header: as("ann"), Status: 400, Body: `{"Subject":"x","ToAddress":"v@corp.example","ParentLink_RecID":"${hers}"}`, Has: []string{"does not have rights to create object Journal#Email"}},
			{Name: "the owner is the desk's to name", Method: "PATCH", Path: sets + "incidents('${hers}')", Header: as("ann"), Status: 400, Body: `{"Owner":"agent","Email":"v@corp.example"}`, Has: []string{"does not have rights to update following fields Email, Owner"}},
			{Name: "no incident in another's name", Method: "POST", Path: sets + "incidents", Header: as("ann"), Status: 400, Body: `{"Subject":"x","RequestorLink_RecID":"${benID}"}`, Has: []string{"update following fields ProfileLink"}},
			{Name: "who names nobody means herself", Method: "POST", Path: sets + "incidents", Header: as("ann"), Status: 201, Body: `{"Subject":"my own"}`, Fields: map[string]any{"ProfileLink_RecID": "${annID}"}, Keep: map[string]string{"own": "RecId"}},
			{Name: "which goes", Method: "DELETE", Path: sets + "incidents('${own}')", Header: as("admin"), Status: 204},
			{Name: "a look without storing, in any case", Method: "POST", Path: sets + "incidents('${hers}')/Close_Incident", Header: as("agent"), Body: `{"ShouldSave":"False"}`, Fields: map[string]any{"Status": "Closed"}},
			{Name: "what is neither is refused", Method: "POST", Path: sets + "incidents('${hers}')/Close_Incident", Header: as("agent"), Status: 400, Body: `{"ShouldSave":"maybe"}`, Has: []string{"ShouldSave is true or false"}},
			{Name: "it is open still", Path: sets + "incidents('${hers}')", Header: as("admin"), Fields: map[string]any{"Status": "Logged"}},
			{Name: "a number that would use the others up", Method: "POST", Path: sets + "incidents", Header: as("admin"), Status: 400, Body: `{"Subject":"x","IncidentNumber":999999999999999}`, Has: []string{"between 1 and 999999999999"}},
			{Name: "ann sees hers alone", Path: sets + "incidents", Header: as("ann"), Rows: 1, Fields: map[string]any{"RecId": "${hers}"}, Has: []string{`"@odata.count":1`}},
			{Name: "search sees no further", Path: sets + "incidents?$search=printer", Header: as("ann"), Rows: 1},
			{Name: "a filter sees no further", Path: sets + "incidents?$filter=RecId eq '${other}' or Subject ne 'x'", Header: as("ann"), Rows: 1, Fields: map[string]any{"RecId": "${hers}"}},
			{Name: "ann reads hers", Path: sets + "incidents('${hers}')", Header: as("ann")},
			{Name: "by its number too", Path: sets + "incidents('${number}')", Header: as("ann")},
			{Name: "not somebody's", Path: sets + "incidents('${other}')", Header: as("ann"), Status: 400, Has: []string{"Invalid key"}},
			{Name: "nor changes it", Method: "PATCH", Path: sets + "incidents('${other}')", Header: as("ann"), Body: `{"Symptom":"mine"}`, Status: 400, Has: []string{"cannot be found in the business object 'incident'"}},
			{Name: "ann's notes", Path: sets + "journals", Header: as("ann"), Rows: 1},
			{Name: "ben sees nothing", Path: sets + "incidents", Header: as("ben"), Has: []string{`"@odata.count":0`}},
			{Name: "nor the note", Path: sets + "journals", Header: as("ben"), Has: []string{`"@odata.count":0`}},
			{Name: "nor ann's incident", Path: sets + "incidents('${hers}')", Header: as("ben"), Status: 400, Has: []string{"Invalid key"}},
			{Name: "ben reads employees", Path: sets + "employees?$filter=LoginID eq 'ann'", Header: as("ben"), Rows: 1},
			{Name: "as a directory shows them", Path: sets + "employees('${annID}')", Header: as("ben"), Fields: map[string]any{"LoginID": "ann", "PrimaryEmail": testkit.Present, "Phone": testkit.Present, "Department": testkit.Present,
				"EmployeeLocation": testkit.Present, "Title": testkit.Present, "ManagerLink": testkit.Present, "ManagerEmail": testkit.Present, "Status": "Active"},
				Lacks: []string{"MobilePhone", "SecondaryEmail", "Address1", "CostCenter", "HireDate", "LoginAttemptCount", `"Notes"`, "IsVIP", "EmployeeNumber"}},
			{Name: "and cannot ask for the rest", Path: sets + "employees?$filter=HireDate gt 2000-01-01", Header: as("ben"), Status: 400, Has: []string{"HireDate"}},
			{Name: "nor as contacts", Path: sets + "frs_compositecontract_contacts('${annID}')", Header: as("ben"), Fields: map[string]any{"LoginID": "ann"}, Lacks: []string{"MobilePhone", "Address1", "CostCenter"}},
			{Name: "agents read them whole", Path: sets + "employees('${annID}')", Header: as("agent"), Has: []string{"MobilePhone", "CostCenter"}},
			{Name: "ben cannot change them", Method: "PATCH", Path: sets + "employees('${annID}')", Header: as("ben"), Body: `{"LastName":"x"}`, Status: 400, Has: []string{"Role SelfService does not have rights to update object Employee#."}},
			{Name: "ann cannot delete hers", Method: "DELETE", Path: sets + "incidents('${hers}')", Header: as("ann"), Status: 400, Has: []string{"Role SelfService does not have rights to delete object Incident#."}},
			{Name: "changes are not for her", Path: sets + "changes", Header: as("ann"), Status: 400, Has: []string{"does not have rights to read object Change#"}},
			{Name: "ben makes his own", Method: "POST", Path: sets + "incidents", Header: as("ben"), Status: 201, Body: `{"Subject":"of ben"}`},
			{Name: "and sees it", Path: sets + "incidents", Header: as("ben"), Rows: 1, Fields: map[string]any{"Subject": "of ben", "CreatedBy": "ben", "LastModBy": "ben"}},
			{Name: "a key for nobody in particular", Method: "POST", Path: sets + "incidents", Header: as("none"), Status: 201, Body: `{"Subject":"of an integration"}`, Keep: map[string]string{"integration": "RecId"}},
			{Name: "has no records of its own", Path: sets + "incidents", Header: as("none"), Has: []string{`"@odata.count":0`}},
			{Name: "which are for those who see all", Method: "DELETE", Path: sets + "incidents('${integration}')", Header: as("admin"), Status: 204},
			{Name: "the agent sees all", Path: sets + "incidents", Header: as("agent"), Rows: 3},
			{Name: "the agent works", Method: "PATCH", Path: sets + "incidents('${hers}')", Header: as("agent"), Body: `{"Status":"Active","Category":"Hardware","Owner":"agent","OwnerTeam":"IT Support"}`, Fields: map[string]any{"Owner": "agent", "LastModBy": "agent"}},
			{Name: "the agent does not delete", Method: "DELETE", Path: sets + "incidents('${hers}')", Header: as("agent"), Status: 400, Has: []string{"does not have rights to delete object Incident#."}},
		})
		s.Run(t, "user", "disable", "ann")
		if a := s.Ask(t, "GET", sets+"incidents", "rest_api_key="+vars["ann"], ""); a.Status != 401 || !strings.Contains(string(a.Body), "ISM_4001") {
			t.Errorf("a disabled person still reads: %d %s", a.Status, a.Body)
		}
	})
}
