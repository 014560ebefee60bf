package desk_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// TestNobodyReachesTheRecordsOfOthers tries every operation beyond reading and writing one record as somebody who sees their own rows, as
// one who only reads, and as one without a right to the other end.
func TestNobodyReachesTheRecordsOfOthers(t *testing.T) {
	const roles = `[
	 {"name":"Looker","rights":{"Incident#":{"read":"all"},"Journal#":{"read":"all"},"Task#":{"read":"all"},"CI#":{"read":"all"},"Employee#":{"read":"all"},"Attachment#":{"read":"all"},"IncidentDetail#":{"read":"all"},
	   "ServiceReqTemplate#":{"read":"all"},"ServiceReqTemplateParam#":{"read":"all"},"ServiceReq#":{"read":"all"},"Problem#":{"read":"all"}}},
	 {"name":"OneEnd","rights":{"Incident#":{"read":"all","create":true,"update":true,"delete":true},"Employee#":{"read":"all"}}},
	 {"name":"Owner","rights":{"Incident#":{"read":"own","create":true,"update":true},"Problem#":{"read":"own","create":true,"update":true},"CI#":{"read":"all","create":true},"Employee#":{"read":"all"}}}]`
	const (
		mine, theirs = sets + "incidents('${mine}')", sets + "incidents('${theirs}')"
		invalid      = "Invalid key"
		unknown      = "cannot be found in the business object"
		unrelated    = "cannot be found in the related business object"
		norights     = "does not have rights to"
		nothing      = "Requested resource not found"
	)
	type try struct {
		name, method, path, body string
		status                   int
		says                     string
		header                   map[string]string
	}
	prompt := `{"PromptParams":[{"FieldName":"Symptom","Value":"taken"}]}`
	cases := map[string][]try{
		"self": {
			{name: "what hangs on another's", path: theirs + "/IncidentContainsJournal", status: 400, says: invalid},
			{name: "whose another's is", path: theirs + "/IncidentAssociatedCustomer", status: 400, says: invalid},
			{name: "by its number", path: sets + "incidents(${number})/IncidentContainsJournal", status: 400, says: invalid},
			{name: "their own incidents, from the person", path: sets + "employees('${otto}')/EmployeeAssociatesIncident", status: 200, says: `"@odata.count":0`},
			{name: "a master of theirs", path: mine + "/IncidentAssocMasterIncident", status: 200, says: `"@odata.count":0`},
			{name: "internal notes on one's own", path: mine + "/IncidentContainsJournal", status: 200, says: `"@odata.count":0`},
			{name: "objects not for them", path: mine + "/IncidentContainsTask", status: 400, says: norights},
			{name: "pairs not for them", path: mine + "/IncidentAssociatesCI", status: 400, says: norights},
			{name: "links another's to oneself", method: "PATCH", path: theirs + "/IncidentAssociatedCustomer('${pia}')/$Ref", status: 400, says: unknown},
			{name: "links it from the person", method: "PATCH", path: sets + "employees('${pia}')/EmployeeAssociatesIncident('${theirs}')/$Ref", status: 400, says: unrelated},
			{name: "unlinks it from its person", method: "DELETE", path: sets + "employees('${otto}')/EmployeeAssociatesIncident('${theirs}')/$Ref", status: 400, says: unrelated},
			{name: "unlinks another's", method: "DELETE", path: theirs + "/IncidentAssociatedCustomer('${otto}')/$Ref", status: 400, says: unknown},
			{name: "hangs one's own on another's", method: "PATCH", path: mine + "/IncidentAssocMasterIncident('${theirs}')/$Ref", status: 400, says: unrelated},
			{name: "hangs it there from the other side", method: "PATCH", path: theirs + "/IncidentAssocChildIncident('${mine}')/$Ref", status: 400, says: unknown},
			{name: "takes another's as a child", method: "PATCH", path: mine + "/IncidentAssocChildIncident('${theirs}')/$Ref", status: 400, says: unrelated},
			{name: "takes a note of another's", method: "PATCH", path: mine + "/IncidentContainsJournal('${note}')/$Ref", status: 400, says: norights},
			{name: "takes an attachment", method: "PATCH", path: mine + "/IncidentContainsAttachment('${file}')/$Ref", status: 400, says: norights},
			{name: "takes an item", method: "PATCH", path: mine + "/IncidentAssociatesCI('${ci}')/$Ref", status: 400, says: norights},
			{name: "parts an item", method: "DELETE", path: theirs + "/IncidentAssociatesCI('${ci}')/$Ref", status: 400, says: unknown},
			{name: "makes a note there", method: "POST", path: theirs + "/IncidentContainsJournal", body: `{"Subject":"x","NotesBody":"x"}`, status: 400, says: invalid + unknown},
			{name: "makes a child there", method: "POST", path: theirs + "/IncidentAssocChildIncident", body: `{"Subject":"x"}`, status: 400, says: unknown},
			{name: "makes its master", method: "POST", path: theirs + "/IncidentAssocMasterIncident", body: `{"Subject":"x"}`, status: 400, says: unknown},
			{name: "makes its request", method: "POST", path: theirs + "/IncidentAssociatedServiceReq", body: `{"Subject":"x","ProfileLink":"${pia}"}`, status: 400, says: unknown},
			{name: "makes a task", method: "POST", path: mine + "/IncidentContainsTask", body: `{"Subject":"x"}`, status: 400, says: norights},
			{name: "closes another's", method: "POST", path: theirs + "/Close_Incident", body: prompt, status: 404, says: nothing},
			{name: "only looks what would come of it", method: "POST", path: theirs + "/Close_Incident", body: `{"ShouldSave":false}`, status: 404, says: nothing},
			{name: "links in a prompt", method: "POST", path: mine + "/Add_Note", body: `{"PromptParams":[{"FieldName":"NewNotes","Value":"n"},{"FieldName":"ProblemLink_RecID","Value":"${problem}"}]}`, status: 400, says: unknown},
			{name: "looks so", method: "POST", path: mine + "/Add_Note", body: `{"ShouldSave":false,"PromptParams":[{"FieldName":"NewNotes","Value":"n"},{"FieldName":"ProblemLink","Value":"${problem}"}]}`, status: 400, says: unknown},
			{name: "reads another's file", path: "/api/rest/Attachment?ID=${file}", status: 400, says: "not found"},
			{name: "deletes it", method: "DELETE", path: "/api/rest/Attachment/${file}", status: 400, says: norights},
			{name: "searches for it", path: sets + "incidents?$search=hushhush", status: 200, says: `"@odata.count":0`},
			{name: "in all words", method: "POST", path: "/api/rest/search/fulltext", body: `{"Text":"hushhush","ObjectType":"Incident#"}`, status: 200, says: `"totalRows":0`},
			{name: "everywhere", method: "POST", path: "/api/rest/Search", body: `{"Text":"hushhush"}`, status: 200, says: `[]`},
			{name: "by a saved search", path: sets + "incidents/All_Incidents?$filter=Subject eq 'hushhush'", status: 200, says: `"@odata.count":0`},
			{name: "what others can order", path: "/api/rest/Template/${otto}/_All_", status: 400, says: "rights to request services for other people"},
			{name: "orders for others", method: "POST", path: "/api/rest/ServiceRequest/new", body: `{"subscriptionId":"${offer}","strUserId":"${otto}"}`, status: 200, says: `"IsSuccess":false`},
			{name: "takes another's file along", method: "POST", path: "/api/rest/ServiceRequest/new", body: `{"subscriptionId":"${offer}","strUserId":"${pia}","attachmentsToUpload":["${file}"]}`, status: 200, says: `"IsSuccess":false`},
			{name: "a list of what one may not read", method: "POST", path: "/api/rest/ServiceRequest/${param}/ValidationList", body: `{"query":""}`, status: 200, says: `[]`},
			{name: "the key of somebody else", method: "POST", path: sets + "incidents", body: `{"Subject":"hushhush"}`, header: map[string]string{"Idempotency-Key": "secret"}, status: 201, says: `"CreatedBy":"pia"`},
		},
		"looker": {
			{name: "reads what hangs on it", path: theirs + "/IncidentContainsJournal", status: 200, says: `"@odata.count":1`},
			{name: "links", method: "PATCH", path: theirs + "/IncidentAssociatesCI('${ci}')/$Ref", status: 400, says: norights},
			{name: "from the other side", method: "PATCH", path: sets + "cis('${ci}')/CIAssociatesIncident('${mine}')/$Ref", status: 400, says: norights},
			{name: "unlinks", method: "DELETE", path: theirs + "/IncidentAssociatesCI('${ci}')/$Ref", status: 400, says: norights},
			{name: "links a child", method: "PATCH", path: mine + "/IncidentContainsJournal('${note}')/$Ref", status: 400, says: norights},
			{name: "unlinks a child", method: "DELETE", path: theirs + "/IncidentContainsJournal('${note}')/$Ref", status: 400, says: norights},
			{name: "links its field", method: "PATCH", path: theirs + "/IncidentAssociatedCustomer('${pia}')/$Ref", status: 400, says: norights},
			{name: "makes", method: "POST", path: theirs + "/IncidentContainsJournal", body: `{"Subject":"x"}`, status: 400, says: norights},
			{name: "makes a pair", method: "POST", path: theirs + "/IncidentAssociatesCI", body: `{"Name":"x"}`, status: 400, says: norights},
			{name: "acts", method: "POST", path: theirs + "/Close_Incident", status: 400, says: norights},
			{name: "acts without saving", method: "POST", path: theirs + "/Close_Incident", body: `{"ShouldSave":false}`, status: 400, says: norights},
			{name: "attaches", method: "POST", path: "/api/rest/Attachment", status: 400, says: norights},
			{name: "orders", method: "POST", path: "/api/rest/ServiceRequest/new", body: `{"subscriptionId":"${offer}","strUserId":"${otto}"}`, status: 200, says: `"IsSuccess":false`},
		},
		"oneend": {
			{name: "pairs", path: theirs + "/IncidentAssociatesCI", status: 400, says: norights},
			{name: "links a pair", method: "PATCH", path: theirs + "/IncidentAssociatesCI('${ci}')/$Ref", status: 400, says: norights},
			{name: "parts one", method: "DELETE", path: theirs + "/IncidentAssociatesCI('${ci}')/$Ref", status: 400, says: norights},
			{name: "makes one", method: "POST", path: theirs + "/IncidentAssociatesCI", body: `{"Name":"x","CIType":"Computer"}`, status: 400, says: norights},
			{name: "children", path: theirs + "/IncidentContainsJournal", status: 400, says: norights},
			{name: "links a child", method: "PATCH", path: mine + "/IncidentContainsJournal('${note}')/$Ref", status: 400, says: norights},
			{name: "unlinks a child", method: "DELETE", path: theirs + "/IncidentContainsJournal('${note}')/$Ref", status: 400, says: norights},
			{name: "makes a child", method: "POST", path: theirs + "/IncidentContainsJournal", body: `{"Subject":"x","NotesBody":"x"}`, status: 400, says: norights},
			{name: "links a problem", method: "PATCH", path: theirs + "/IncidentAssociatesProblem('${problem}')/$Ref", status: 400, says: norights},
			{name: "makes a problem", method: "POST", path: theirs + "/IncidentAssociatesProblem", body: `{"Subject":"x"}`, status: 400, says: norights},
			{name: "files", path: "/api/rest/Attachment?ID=${file}", status: 400, says: norights},
			{name: "all over", method: "POST", path: "/api/rest/Search", body: `{"Text":"bodyword"}`, status: 200, says: `[]`},
			{name: "templates", path: "/api/rest/Template/${otto}/_All_", status: 400, says: norights},
			{name: "a list", path: "/api/rest/ServiceRequest/${param}/ValidationList", status: 400, says: norights},
		},
		"owner": {
			{name: "makes a record that its own one links", method: "POST", path: mine + "/IncidentAssociatesProblem", body: `{"Subject":"p","Description":"d","Category":"Hardware","Owner":"pia"}`, status: 201, says: `"CreatedBy":"pia"`},
			{name: "sees it there", path: mine + "/IncidentAssociatesProblem", status: 200, says: `"@odata.count":1`},
			{name: "a pair of another's", method: "PATCH", path: theirs + "/IncidentAssociatesCI('${ci}')/$Ref", status: 400, says: unknown},
			{name: "from the other side", method: "PATCH", path: sets + "cis('${ci}')/CIAssociatesIncident('${theirs}')/$Ref", status: 400, says: norights},
			{name: "another's problem", method: "PATCH", path: mine + "/IncidentAssociatesProblem('${problem}')/$Ref", status: 400, says: unrelated},
		},
	}
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		admin := deskServer{s, s.Key(t, "Admin")}
		applyRoles(t, s, roles)
		vars := map[string]string{"admin": admin.key}
		for _, login := range []string{"pia", "otto"} {
			s.Run(t, "user", "create", login, "--role", "SelfService")
			vars[login], _ = admin.ask(t, "GET", sets+"employees?$filter=LoginID eq '"+login+"'", nil, "").Rows()[0]["RecId"].(string)
		}
		for who, role := range map[string]string{"self": "SelfService", "looker": "Looker", "oneend": "OneEnd", "owner": "Owner"} {
			if who != "self" {
				s.Run(t, "user", "grant", "pia", "--role", role)
			}
			vars[who] = s.Key(t, role, "--group", who, "--on-behalf-of", "pia")
		}
		ottos := admin.as(s.Key(t, "SelfService", "--group", "otto", "--on-behalf-of", "otto"))
		secret := ottos.ask(t, "POST", sets+"incidents", map[string]string{"Idempotency-Key": "secret"}, `{"Subject":"hushhush"}`).JSON()
		vars["theirs"], vars["number"] = fmt.Sprint(secret["RecId"]), fmt.Sprintf("%.0f", secret["IncidentNumber"])
		vars["mine"] = admin.make(t, "incidents", `{"Subject":"mine","ProfileLink":"`+vars["pia"]+`","MasterIncidentLink":"`+vars["theirs"]+`"}`)
		vars["note"] = admin.make(t, "journal__notess", `{"Subject":"n","NotesBody":"bodyword","ParentLink":"`+vars["theirs"]+`"}`)
		admin.make(t, "journal__notess", `{"Subject":"internal","NotesBody":"i","ParentLink":"`+vars["mine"]+`"}`)
		vars["ci"] = admin.make(t, "ci__computers", `{"Name":"PC"}`)
		vars["problem"] = admin.make(t, "problems", `{"Subject":"p","Description":"d","Category":"Hardware"}`)
		admin.ask(t, "PATCH", sets+"incidents('"+vars["theirs"]+"')/IncidentAssociatesCI('"+vars["ci"]+"')/$Ref", nil, "")
		admin.ask(t, "PATCH", sets+"incidents('"+vars["theirs"]+"')", nil, `{"ProfileLink":"`+vars["otto"]+`"}`)
		vars["file"] = one(t, admin.upload(t, field("ObjectID", vars["theirs"]), field("ObjectType", "Incident#"), file("f.txt", "content")))
		vars["offer"] = admin.make(t, "servicereqtemplates", `{"Name":"Thing","Status":"Published","AllowAttachments":true}`)
		admin.ask(t, "PATCH", sets+"servicereqtemplates('"+vars["offer"]+"')", nil, `{"SubscriptionId":"`+vars["offer"]+`"}`)
		vars["param"] = admin.make(t, "servicereqtemplateparams", `{"ParentLink":"`+vars["offer"]+`","Name":"P","DisplayName":"P","DisplayType":"combo","ValidationList":"Problem#","ValidationListField":"Subject"}`)
		state := func() string {
			var all strings.Builder
			for _, path := range []string{"incidents('" + vars["theirs"] + "')", "incidents('" + vars["theirs"] + "')/IncidentContainsJournal", "incidents('" + vars["theirs"] + "')/IncidentAssociatesCI",
				"incidents('" + vars["theirs"] + "')/IncidentAssocChildIncident?$select=RecId", "journals?$orderby=RecId", "attachments", "servicereqs?$top=1", "cis", "problems('" + vars["problem"] + "')"} {
				all.Write(admin.ask(t, "GET", sets+path, nil, "").Body)
			}
			return all.String()
		}
		before := state()
		for _, who := range []string{"self", "looker", "oneend", "owner"} {
			var steps []testkit.Step
			for _, c := range cases[who] {
				header := map[string]string{"Authorization": "rest_api_key=${" + who + "}"}
				maps.Copy(header, c.header)
				step := testkit.Step{Name: who + ": " + c.name, Method: c.method, Path: c.path, Body: c.body, Header: header, Status: c.status, Has: []string{c.says}}
				if c.says == invalid+unknown {
					step.Has = []string{unknown}
				}
				if c.status != 201 && !strings.Contains(c.path, "hushhush") && who != "looker" {
					step.Lacks = []string{"hushhush", "bodyword"}
					if strings.Contains(c.body, "hushhush") || strings.Contains(c.body, "bodyword") {
						step.Lacks = nil
					}
				}
				steps = append(steps, step)
			}
			s.Scenario(t, vars, nil, steps)
			if now := state(); now != before {
				t.Errorf("%s has changed something of others'", who)
				before = now
			}
		}
		s.Run(t, "doctor", "--audit")
	})
}
