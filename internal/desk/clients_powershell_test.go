package desk_test

import (
	"encoding/xml"
	"regexp"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// ivantiPS is the PowerShell module: a login as a form, then the session as it is, or a REST API key in literal braces. It adds $top=100
// to everything, pages by @odata.count, and does not encode what it asks for.
func ivantiPS() client {
	incidents := "RecID, IncidentNumber, Status, Subject, CreatedDateTime, CreatedBy, Category, Subcategory, Service, Impact, Urgency, Priority, Vendor, ImpactedAgenciesShort, LastModDateTime, LastModBy, LastCustomerUpdate, ResolvedDateTime, ResolvedBy, Resolution, ResolutionCategory"
	return client{name: "IvantiPS", header: map[string]string{"Authorization": "${session}", "Accept": "*/*"}, steps: []testkit.Step{
		{Name: "Connect-IvantiTenant sends a form and gets the bare session", Method: "POST", Path: rest + "authentication/login", Bare: true, Header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
			Body: "role=Admin&tenant=localhost&username=api_user&password=" + strings.ReplaceAll(password, " ", "+"), Check: func(tb testing.TB, a testkit.Answer, known map[string]string) {
				known["session"] = strings.Trim(string(a.Body), `"`)
				if !regexp.MustCompile(`^localhost#[0-9A-Za-z]{32}#[0-9]+$`).MatchString(known["session"]) {
					tb.Errorf("%s", a.Body)
				}
				if cookie := a.Header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "SID=") {
					tb.Errorf("cookie %q", cookie)
				}
			}},
		{Name: "setting: an agency", Method: "POST", Path: sets + "agencys", Status: 201, Header: map[string]string{"Authorization": "rest_api_key=${key}"}, Body: `{"Agency":"Advanced Computer Machines","AgencyShortName":"ACM"}`, Keep: map[string]string{"agency": "RecId"}},
		{Name: "setting: an incident", Method: "POST", Path: sets + "incidents", Status: 201, Body: `{"Subject":"ps one"}`, Keep: map[string]string{"rec": "RecId"}},
		{Name: "Get-IvantiIncident, fields with spaces and some of another tenant", Path: sets + "incidents?$filter=RecID eq '${rec}'&$select=" + incidents + "&$top=100", Rows: 1,
			Fields: map[string]any{"RecId": "${rec}", "Subject": "ps one", "Resolution": nil}, Lacks: []string{`"Symptom"`}},
		{Name: "Get-IvantiIncident -Status", Path: sets + "incidents?$filter=Status eq 'Active'&$select=" + incidents + "&$top=100", Has: []string{`"@odata.count":`, `"value":[`}},
		{Name: "Get-IvantiServiceRequest", Path: sets + "servicereqs?$select=RecID, ServiceReqNumber, Status, Subject, ROParams&$filter=Status eq 'Waiting For Customer'&$top=100", Has: []string{`"value":[`}},
		{Name: "Get-IvantiEmployee", Path: sets + "employees?$filter=PrimaryEmail eq 'maria.bauer@corp.example'&$select=RecId, LoginID, DisplayName&$top=100", Rows: 1, Fields: map[string]any{"RecId": "${maria}"}},
		{Name: "Get-IvantiCI", Path: sets + "cis?$filter=Name eq 'router-1'&$top=100", Rows: 1, Fields: map[string]any{"RecId": "${ci}"}},
		{Name: "Get-IvantiAgency", Path: sets + "agencys?$filter=AgencyShortName eq 'ACM'&$top=100", Rows: 1, Fields: map[string]any{"RecId": "${agency}"}},
		{Name: "setting: what hangs on the agency", Method: "PATCH", Path: sets + "agencys('${agency}')/IncidentAssocAgency('${rec}')/$Ref", Has: linkWords},
		{Name: "Get-IvantiBusinessObjectRelationship", Path: sets + "agencys('${agency}')/IncidentAssocAgency?$top=100&$select=" + incidents, Rows: 1, Fields: map[string]any{"RecId": "${rec}"}},
		{Name: "notes of two types", Path: sets + "incidents('${rec}')/IncidentContainsJournal?$filter=(JournalType eq 'Note' or JournalType eq 'Memo')&$top=100", Has: noRows},
		{Name: "nothing related", Path: sets + "agencys('${agency}')/ServiceReqAssocAgency?$top=100", Has: noRows},
		{Name: "first page by the count", Path: sets + "employees?$top=2&$orderby=RecId", Rows: 2, Check: func(tb testing.TB, a testkit.Answer, _ map[string]string) {
			if n, ok := a.JSON()["@odata.count"].(float64); !ok || n < 3 {
				tb.Errorf("@odata.count %v", a.JSON()["@odata.count"])
			}
		}},
		{Name: "next page by the count", Path: sets + "employees?$top=1&$skip=2&$orderby=RecId", Rows: 1},
		{Name: "Get-IvantiBusinessObject by id", Path: sets + "employees('${maria}')?$top=100", Fields: map[string]any{"LoginID": "mbauer"}},
		{Name: "Get-IvantiBusinessObjectMetadata", Path: "/api/odata/incidents/$metadata", Check: readsMetadata},
		{Name: "metadata of a custom object", Path: "/api/odata/agencys/$metadata", Has: []string{`<EntityType Name="agency">`, `<Property Name="AgencyShortName" Type="Edm.String"`, `<NavigationProperty Name="IncidentAssocAgency" Type="Collection(MetaData.incident)" />`}},
		{Name: "a key in literal braces", Path: sets + "incidents?$top=1", Header: map[string]string{"Authorization": "rest_api_key={${key}}"}, Rows: -1},
		{Name: "a session that is none", Path: sets + "incidents?$top=1", Header: map[string]string{"Authorization": "localhost#AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA#2"}, Status: 401, Check: statusObject("ISM_4001")},
	}}
}

// readsMetadata walks Edmx.DataServices.Schema as PowerShell walks XML, and finds the ids of actions and searches by its expression.
func readsMetadata(tb testing.TB, a testkit.Answer, _ map[string]string) {
	type inner struct {
		Name string `xml:"Name,attr"`
		XML  string `xml:",innerxml"`
	}
	var edmx struct {
		Schema struct {
			EntityType []struct {
				Name               string  `xml:"Name,attr"`
				Property           []inner `xml:"Property"`
				NavigationProperty []inner `xml:"NavigationProperty"`
			} `xml:"EntityType"`
			Action, Function []inner
		} `xml:"DataServices>Schema"`
	}
	if err := xml.Unmarshal(a.Body, &edmx); err != nil {
		tb.Fatal(err)
	}
	fields, relations := 0, 0
	for _, e := range edmx.Schema.EntityType {
		if e.Name == "incident" {
			fields, relations = len(e.Property), len(e.NavigationProperty)
		}
	}
	if fields < 150 || relations < 30 {
		tb.Errorf("%d fields and %d relationships", fields, relations)
	}
	id := regexp.MustCompile(`String="([\w|-]*)" />`)
	named := map[string]string{}
	for _, e := range append(edmx.Schema.Action, edmx.Schema.Function...) {
		if m := id.FindStringSubmatch(e.XML); m != nil {
			named[e.Name] = m[1]
		}
	}
	if named["Close_Incident"] != "3492dbcc-e502-44fd-9790-e3e45cb26c45" || len(named["All_Incidents"]) < 32 {
		tb.Errorf("ids: %v", named)
	}
}
