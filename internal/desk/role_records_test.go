package desk_test

import (
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// TestRolesAreRecords asks for frs_def_roles while roles come, change and go.
func TestRolesAreRecords(t *testing.T) {
	const roles = sets + "frs_def_roles"
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		vars := map[string]string{"admin": s.Key(t, "Admin"), "agent": s.Key(t, "ServiceDeskAnalyst"), "self": s.Key(t, "SelfService")}
		as := func(who string) map[string]string {
			return map[string]string{"Authorization": "rest_api_key=${" + who + "}"}
		}
		play := func(steps ...testkit.Step) { t.Helper(); s.Scenario(t, vars, as("admin"), steps) }
		const self = "58D1FE2518F886789F446C12B42650DE"
		play(testkit.Step{Name: "the built-in ones", Path: roles, Rows: 11, Has: []string{`"@odata.count":11`}},
			testkit.Step{Name: "one of them", Path: roles + "?$filter=Name eq 'selfservice'", Rows: 1, Fields: map[string]any{"Name": "SelfService", "DisplayName": "Self Service", "IsActive": true, "IsSelfService": true, "Description": nil, "CreatedBy": "InternalServices"},
				Keep: map[string]string{"it": "RecId"}},
			testkit.Step{Name: "by its key, which is the same everywhere", Path: roles + "('" + self + "')", Fields: map[string]any{"Name": "SelfService"}},
			testkit.Step{Name: "for agents to read", Path: roles + "?$top=1", Header: as("agent"), Rows: 1},
			testkit.Step{Name: "not for everybody", Path: roles, Header: as("self"), Status: 400, Has: []string{"Role SelfService does not have rights to read object Frs_def_role#."}},
			testkit.Step{Name: "cannot be made here", Method: "POST", Path: roles, Status: 400, Body: `{"Name":"Mine"}`, Has: []string{`"ISM_4000"`, "show the roles and cannot be written", "provost role"}},
			testkit.Step{Name: "nor changed", Method: "PATCH", Path: roles + "('" + self + "')", Status: 400, Body: `{"DisplayName":"Mine"}`, Has: []string{"show the roles and cannot be written"}},
			testkit.Step{Name: "nor deleted", Method: "DELETE", Path: roles + "('" + self + "')", Status: 400, Has: []string{"show the roles and cannot be written"}})

		applyRoles(t, s, `[{"name": "Porter", "label": "Night porter", "description": "Opens the door", "rights": {"Incident#": {"read": "own"}}}, {"name": "Cook"}]`)
		play(testkit.Step{Name: "a new one", Path: roles + "?$filter=Name eq 'Porter'", Rows: 1, Fields: map[string]any{"DisplayName": "Night porter", "Description": "Opens the door", "IsSelfService": false}},
			testkit.Step{Name: "one without a label", Path: roles + "?$search=cook", Rows: 1, Fields: map[string]any{"DisplayName": "Cook"}},
			testkit.Step{Name: "both counted", Path: roles + "?$top=1", Rows: 1, Has: []string{`"@odata.count":13`}})
		applyRoles(t, s, `{"name": "Porter", "label": "Day porter", "rights": {"Incident#": {"read": "own"}}}`)
		play(testkit.Step{Name: "changed", Path: roles + "?$filter=Name eq 'Porter'", Rows: 1, Fields: map[string]any{"DisplayName": "Day porter", "Description": nil}})
		s.Run(t, "role", "delete", "porter")
		play(testkit.Step{Name: "gone", Path: roles + "?$filter=Name eq 'Porter'", Has: []string{`"@odata.count":0`}},
			testkit.Step{Name: "and not counted", Path: roles + "?$top=1", Rows: 1, Has: []string{`"@odata.count":12`}})
		applyRoles(t, s, `{"name": "Porter"}`)
		s.Stop(t)
		s.Restart(t)
		play(testkit.Step{Name: "back, also after a restart", Path: roles + "?$search=porter", Rows: 1, Has: []string{`"@odata.count":1`}})
		s.Run(t, "doctor", "--audit")
	})
}
