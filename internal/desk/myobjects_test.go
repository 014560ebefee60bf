package desk_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/desk"
	"github.com/provost-itsm/provost/internal/testkit"
)

const mine = "/api/me/objects"

func myObjects(t *testing.T, s *testkit.Server, key string) map[string]desk.MyObject {
	t.Helper()
	a := s.Ask(t, "GET", mine, "rest_api_key="+key, "")
	var said struct {
		Items []desk.MyObject `json:"items"`
	}
	if err := json.Unmarshal(a.Body, &said); err != nil || a.Status != http.StatusOK {
		t.Fatalf("%d %.300s: %v", a.Status, a.Body, err)
	}
	out := map[string]desk.MyObject{}
	for i, o := range said.Items {
		if i > 0 && strings.ToLower(said.Items[i-1].Plural) > strings.ToLower(o.Plural) {
			t.Errorf("%q stands after %q", o.Plural, said.Items[i-1].Plural)
		}
		out[o.Object] = o
	}
	return out
}

func myObject(t *testing.T, s *testkit.Server, key, name string) (desk.MyObjectDetail, map[string]desk.MyField) {
	t.Helper()
	a := s.Ask(t, "GET", mine+"/"+name, "rest_api_key="+key, "")
	var o desk.MyObjectDetail
	if err := json.Unmarshal(a.Body, &o); err != nil || a.Status != http.StatusOK {
		t.Fatalf("%s: %d %.300s: %v", name, a.Status, a.Body, err)
	}
	fields := map[string]desk.MyField{}
	for _, f := range o.Fields {
		fields[f.Name] = f
	}
	for _, c := range o.ListColumns {
		if _, ok := fields[c]; !ok {
			t.Errorf("%s: the column %s is no field that is told of", name, c)
		}
	}
	return o, fields
}

// TestMyObjects asks what objects there are, as who may do everything, little and almost nothing.
func TestMyObjects(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		admin, self := s.Key(t, "Admin"), s.Key(t, "SelfService")
		applied(t, s, `{"objects":[{"object":"Badge#","label":"Badge","plural":"Badges","title":"Colour","fields":[
			{"name":"Colour","label":"Colour","required":true,"search":true},
			{"name":"Note","label":"Note","max":5000},
			{"name":"Holder","label":"Holder","type":"link","target":"Employee#","targets":["ExternalContact#"]},
			{"name":"Price","label":"Price","type":"money"}]}]}`)
		applyRoles(t, s, `[{"name":"Looker","rights":{"Badge#":{"read":"all","hidden":["Price"]},"Incident#":{"read":"all","update":true,"readOnly":["Subject"]}}}]`)
		looker := s.Key(t, "Looker")

		all, few := myObjects(t, s, admin), myObjects(t, s, looker)
		if o := all["Badge"]; o != (desk.MyObject{Object: "Badge", Set: "badges", Label: "Badge", Plural: "Badges", Title: "Colour", Custom: true,
			Rights: desk.MyRights{Create: true, Update: true, Delete: true}}) {
			t.Errorf("an object of the tenant's own: %+v", o)
		}
		if o := all["Task#Assignment"]; o.Extends != "Task" || o.Custom || o.Title != "Subject" || o.Number != "AssignmentID" {
			t.Errorf("an extension: %+v", o)
		}
		if o := all["Task"]; !o.Group || o.Rights.Create || !o.Rights.Update {
			t.Errorf("a group: %+v", o)
		}
		if o := all["Frs_def_role"]; o.Rights != (desk.MyRights{}) && o.View {
			t.Errorf("a view can be written: %+v", o)
		}
		if len(few) != 2 || few["Badge"].Rights != (desk.MyRights{}) || few["Incident"].Rights != (desk.MyRights{Update: true}) {
			t.Errorf("who reads two objects: %+v", few)
		}
		if _, ok := myObjects(t, s, self)["Problem"]; ok {
			t.Error("SelfService is told of problems")
		}

		_, f := myObject(t, s, looker, "badges")
		if _, ok := f["Price"]; ok || !f["Colour"].ReadOnly {
			t.Errorf("what is hidden is told of, or what may not be written can be: %+v", f)
		}
		if _, f = myObject(t, s, looker, "incident"); !f["Subject"].ReadOnly || f["Symptom"].ReadOnly {
			t.Errorf("what the role may not write: %+v, %+v", f["Subject"], f["Symptom"])
		}
		_, f = myObject(t, s, admin, "BADGE")
		if c := f["Colour"]; c.Type != "text" || !c.Required || !c.OnCreate || !c.Searchable || !c.Custom {
			t.Errorf("a required text: %+v", c)
		}
		if h := f["Holder"]; h.Type != "link" || h.Target == nil || h.Target.Set != "employees" || len(h.Targets) != 2 || h.Category != "Holder_Category" {
			t.Errorf("a link: %+v", h)
		}
		if f["Note"].Type != "longtext" || f["Price"].Currency != "Price_Currency" || !f["RecId"].System {
			t.Errorf("the other fields: %+v", f)
		}
	})
}

// TestMyIncident looks at what is told of the object that has most of what there is.
func TestMyIncident(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		admin := s.Key(t, "Admin")
		o, f := myObject(t, s, admin, "Incident%23")
		if want := []string{"IncidentNumber", "Subject", "Status", "Priority", "OwnerTeam", "Owner", "ProfileFullName", "LastModDateTime"}; !slices.Equal(o.ListColumns, want) {
			t.Errorf("columns %v, want %v", o.ListColumns, want)
		}
		for _, name := range []string{"IncidentNumber", "CreatedDateTime", "ClosedBy", "ResolvedDateTime"} {
			if !f[name].ReadOnly {
				t.Errorf("%s can be written: %+v", name, f[name])
			}
		}
		if len(f["Status"].Options) < 5 || f["Status"].Default != "Logged" || f["Status"].OnCreate {
			t.Errorf("the status: %+v", f["Status"])
		}
		sub := f["Subcategory"]
		if sub.From == nil || sub.From.Set != "subcategorys" || !slices.Equal(sub.DependsOn, []string{"Category"}) || sub.From.Within["Category"] != "Category" || sub.Options != nil {
			t.Errorf("a pick list that another narrows: %+v", sub)
		}
		if team := f["OwnerTeam"]; !team.Open || len(team.Options) == 0 || team.From.Value != "Team" {
			t.Errorf("a pick list of records: %+v", team)
		}
		if o.Status == nil || o.Status.Field != "Status" || o.Status.Enforced || len(o.Status.Flow["Logged"]) == 0 || len(o.Status.Required["Resolved"]) == 0 {
			t.Errorf("the status rule: %+v", o.Status)
		}
		if !slices.ContainsFunc(o.Searches, func(q desk.MySearch) bool { return q.Path == "My_Active_Incidents" }) ||
			!slices.ContainsFunc(o.Actions, func(a desk.MyAction) bool { return a.Path == "Close_Incident" && len(a.Prompts) > 0 }) {
			t.Errorf("searches %+v, actions %+v", o.Searches, o.Actions)
		}
		if i := slices.IndexFunc(o.Relationships, func(r desk.MyRelationship) bool { return r.Name == "IncidentContainsTask" }); i < 0 || !o.Relationships[i].Many {
			t.Errorf("relationships %+v", o.Relationships)
		}
		if tasks, _ := myObject(t, s, admin, "tasks"); len(tasks.Kinds) < 3 || !tasks.Kinds[0].Rights.Create {
			t.Errorf("kinds of tasks: %+v", tasks.Kinds)
		}
		s.Run(t, "setting", "set", "odata.transitions", "enforce")
		if o, _ = myObject(t, s, admin, "incidents"); !o.Status.Enforced {
			t.Error("the ways of the status are enforced, and it is not said")
		}
		head := map[string]string{"Authorization": "rest_api_key=" + admin}
		s.Scenario(t, nil, head, []testkit.Step{
			{Name: "what is not there", Path: mine + "/nonsense", Status: 404, Has: []string{"object_unknown"}},
			{Name: "markup", Path: mine + "/%3Cb%3E", Status: 404, Heads: map[string]string{"Content-Type": "application/problem+json"}, Has: []string{"object_unknown"}},
			{Name: "only to be read", Method: "POST", Path: mine, Status: 404},
			{Name: "in any case", Path: "/HEAT/Api/ME/Objects/INCIDENTS", Has: []string{`"object":"Incident"`}},
		})
		a := s.Ask(t, "GET", mine+"/incidents", "rest_api_key="+admin, "")
		s.Scenario(t, map[string]string{"tag": a.Header.Get("ETag")}, head, []testkit.Step{
			{Name: "unchanged", Path: mine + "/incidents", Header: map[string]string{"If-None-Match": "${tag}"}, Status: 304, Empty: true}})
	})
}
