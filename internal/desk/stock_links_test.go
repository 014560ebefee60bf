package desk

import (
	"context"
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/people"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// stocked opens the stock of all domains on SQLite.
func stocked(t *testing.T) (context.Context, *record.Engine) {
	t.Helper()
	return stockedAt(t, "sqlite:"+filepath.Join(t.TempDir(), "stock.db"))
}

func stockedAt(t *testing.T, dsn string) (context.Context, *record.Engine) {
	t.Helper()
	ctx := record.AsSystem(t.Context())
	d, err := db.Open(ctx, dsn, db.Options{Timeline: db.TenantTimeline()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	catalogue, err := Stock()
	if err != nil {
		t.Fatal(err)
	}
	e, err := record.Open(ctx, record.Options{DB: d, Owners: Owners(), Stock: []record.Stock{
		{Domain: "people", Catalogue: people.Stock()}, {Domain: "desk", Catalogue: catalogue}}})
	if err != nil {
		t.Fatal(err)
	}
	return ctx, e
}

func TestTheStockHasTheRelationshipsThatClientsName(t *testing.T) {
	ctx, e := stocked(t)
	const one, many = false, true
	for _, w := range []struct {
		object, name, target string
		many                 bool
	}{
		{"Incident", "IncidentContainsJournal", "Journal", many},
		{"Incident", "IncidentContainsTask", "Task", many},
		{"Incident", "IncidentContainsAttachment", "Attachment", many},
		{"Incident", "IncidentContainsIncidentDetail", "IncidentDetail", one},
		{"Incident", "IncidentAssociatesCI", "CI", many},
		{"Incident", "CIAssociatedActiveIncident", "CI", many},
		{"Incident", "IncidentAssociatesChange", "Change", many},
		{"Incident", "IncidentAssociatesService", "CI#Service", one},
		{"Problem", "ProblemAssociatesIncident", "Incident", many},
		{"Incident", "IncidentAssociatedServiceReq", "ServiceReq", one},
		{"Incident", "ServiceReqAssociatedByIncident", "ServiceReq", one},
		{"Incident", "IncidentAssociatedCustomer", "Employee", one},
		{"Incident", "IncidentAssociatedReportedBy", "Employee", one},
		{"Incident", "IncidentOwnerEmployee", "Employee", one},
		{"Incident", "IncidentAssocTaskAssignment", "Task#Assignment", many},
		{"Incident", "IncidentAssociatedCancelledTask", "Task", many},
		{"Incident", "IncidentAssocExternalTask", "Task#WorkOrder", many},
		{"Incident", "IncidentAssociatedFRS_Approval", "FRS_Approval", many},
		{"Incident", "IncidentAssocMasterIncident", "Incident", one},
		{"Incident", "IncidentAssocChildIncident", "Incident", many},
		{"Incident", "IncidentAssocLocation", "Location", one},
		{"Incident", "IncidentAssocProfileVendor", "Vendor", one},
		{"Incident", "IncidentAssocFrs_CompositeContract_Entity", "OrganizationalUnit", one},
		{"Incident", "IncidentAssociatedServiceAgreementSLA", "ServiceAgreement#SLA", one},
		{"Incident", "IncidentAssociatedEscalationWatch", "FRS_EscalationWatch", many},
		{"Incident", "IncidentAssocReleaseProject", "ReleaseProject", one},
		{"Incident", "IncidentAssociatedFRS_SurveySession", "FRS_SurveySession", many},
		{"Incident", "IncidentAssociatedByWorkflowInstance", "Frs_WorkflowInstance", many},
		{"Change", "ChangeContainsJournal", "Journal", many},
		{"ServiceReq", "ServiceReqContainsServiceReqParam", "ServiceReqParam", many},
		{"CI", "CIAssociatedActiveIncident", "Incident", many},
		{"ServiceReqTemplate", "ServiceReqTemplateContainsServiceReqTemplateParam", "ServiceReqTemplateParam", many},
		{"FRS_Approval", "FRS_ApprovalContainsFRS_ApprovalVoteTracking", "FRS_ApprovalVoteTracking", many},
		{"Employee", "EmployeeAssociatesIncident", "Incident", many},
		{"StandardUserTeam", "StandardUserTeamContainsEmployee", "Employee", many},
	} {
		typ, ok := e.Type(ctx, w.object)
		if !ok {
			t.Fatal("there is no ", w.object)
		}
		r, ok := typ.Relation(w.name)
		if !ok {
			t.Errorf("%s has no relationship %s", w.object, w.name)
			continue
		}
		if r.To.Object != w.target || r.Many != w.many {
			t.Errorf("%s leads to %s, many %v; want %s, %v", w.name, r.To.Object, r.Many, w.target, w.many)
		}
	}
	graph := map[string]bool{}
	incident, _ := e.Type(ctx, "Incident")
	for _, r := range incident.Relations() {
		graph[r.To.Object] = true
		for _, x := range r.To.Extensions {
			graph[x.Object] = true
		}
	}
	if len(graph) < 38 {
		t.Errorf("an incident leads to %d objects, want 38 or more", len(graph))
	}
}

// TestEveryWayBackIsIndexed keeps relationships by a field of the target from reading whole tables.
func TestEveryWayBackIsIndexed(t *testing.T) {
	ctx, e := stocked(t)
	for _, typ := range e.Types(ctx) {
		for _, r := range typ.Relations() {
			if i, child := r.ChildField(); child && r.To.Fields[i].Column == "" {
				t.Errorf("%s.%s: the field %s of %s has no index", typ.Object, r.Name, r.Child, r.To.Object)
			}
			if !r.Stock || r.Label == "" {
				t.Errorf("%s.%s is not of the stock or has no label", typ.Object, r.Name)
			}
		}
	}
}

var today = regexp.MustCompile(`(?i)'\$Today([+-][0-9]+)?'`)

func TestTheSavedSearchesOfTheStockCanBeRun(t *testing.T) { pgtest.Each(t, searchesRun) }

func searchesRun(t *testing.T, dsn string) {
	ctx, e := stockedAt(t, dsn)
	postgres, dialect := e.DB().Engine() == db.Postgres, dialects[e.DB().Engine()]
	searches := 0
	for _, typ := range e.Types(ctx) {
		names, ids := map[string]bool{}, map[string]bool{}
		for _, s := range typ.Searches() {
			searches++
			at := typ.Object + ": " + s.Name
			if key := literal.Fold(record.PathName(s.Name)); names[key] || ids[s.ID] {
				t.Errorf("%s: the name or the id is there twice", at)
			} else {
				names[key], ids[s.ID] = true, true
			}
			if !regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`).MatchString(record.PathName(s.Name)) {
				t.Errorf("%s: the name is none for $metadata", at)
			}
			q := record.Query{Type: typ, Limit: 1}
			var args odata.Args
			if s.Filter != "" {
				f, err := odata.ParseFilter(today.ReplaceAllString(s.Filter, "'2026-03-01T00:00:00Z'"))
				if err != nil {
					t.Errorf("%s: %v", at, err)
					continue
				}
				bound, err := f.Bind(resolver(typ, postgres))
				if err != nil {
					t.Errorf("%s: %v", at, err)
					continue
				}
				q.Where = bound.SQL(dialect, &args)
			}
			terms, err := odata.ParseOrderBy(s.OrderBy)
			if err != nil {
				t.Errorf("%s: %v", at, err)
				continue
			}
			order, err := odata.BindOrder(terms, resolver(typ, postgres))
			if err != nil {
				t.Errorf("%s: %v", at, err)
				continue
			}
			recID, _ := resolver(typ, postgres)("RecId")
			q.Order, q.Args, q.Counts = order.SQL(dialect, recID), args.Values, len(args.Values)
			if _, err := e.List(ctx, q, func(record.Row) error { return nil }); err != nil {
				t.Errorf("%s: %v", at, err)
			}
		}
	}
	if searches < 120 {
		t.Errorf("there are %d saved searches", searches)
	}
}

// closesFromAnywhere are the actions that clients use whatever the status is.
var closesFromAnywhere = []string{"Close Incident"}

func TestTheQuickActionsOfTheStockFollowTheFlow(t *testing.T) {
	ctx, e := stocked(t)
	incident, _ := e.Type(ctx, "Incident")
	if a, ok := incident.Action("3492dbcc-e502-44fd-9790-e3e45cb26c45", ""); !ok || a.Name != "Close Incident" {
		t.Errorf("the id that clients send for Close_Incident finds %q", a.Name)
	}
	for _, typ := range e.Types(ctx) {
		rule := typ.Definition.Status
		names := map[string]bool{}
		for _, a := range typ.Actions() {
			at := typ.Object + ": " + a.Name
			if key := literal.Fold(record.PathName(a.Name)); names[key] {
				t.Errorf("%s: the name is there twice", at)
			} else {
				names[key] = true
			}
			to := a.Set["Status"]
			if to == "" || rule == nil || len(rule.Flow) == 0 || slices.Contains(closesFromAnywhere, a.Name) {
				continue
			}
			if len(a.When["Status"]) == 0 {
				t.Errorf("%s does not say from which statuses it leads to %s", at, to)
			}
			for _, from := range a.When["Status"] {
				if from != to && !slices.Contains(rule.Flow[from], to) {
					t.Errorf("%s leads from %s to %s, which the flow does not know", at, from, to)
				}
				if slices.Contains(rule.ReadOnly, from) && !a.Closed {
					t.Errorf("%s begins at %s, where a record is read-only", at, from)
				}
			}
			for _, field := range rule.Required[to] {
				asked := slices.ContainsFunc(a.Prompts, func(p record.Prompt) bool { return p.Field == field }) || a.Set[field] != ""
				for _, from := range a.When["Status"] {
					if !asked && !slices.Contains(rule.Required[from], field) {
						t.Errorf("%s: %s needs %s, which %s does not and nobody is asked for", at, to, field, from)
					}
				}
			}
		}
	}
}

// TestTheQuickActionsOfTheStockWork carries each of them out on a plain record, as the surface does.
func TestTheQuickActionsOfTheStockWork(t *testing.T) { pgtest.Each(t, actionsWork) }

func actionsWork(t *testing.T, dsn string) {
	ctx, e := stockedAt(t, dsn)
	answers := map[string]string{"Category": "Hardware", "Owner": "InternalServices", "OwnerTeam": "IT Support", "CauseCode": "Other", "ScheduledStartDate": "2026-03-01T00:00:00Z",
		"ScheduledEndDate": "2026-03-02T00:00:00Z", "ActualStartDate": "2026-03-01T00:00:00Z", "ActualEndDate": "2026-03-01T01:00:00Z", "ExpirationDate": "2027-03-01T00:00:00Z", "ReviewDate": "2026-03-01T00:00:00Z",
		"ClosedCode": "Failed", "Risk": "Low", "ActualEffort": "5", "FirstCallResolution": "true", "ChangesTested": "true", "Impact": "Medium", "ResolutionAction": "Vendor Fix",
		"Reviewer": "InternalServices", "Location": "Headquarters"}
	for _, typ := range e.Types(ctx) {
		if typ.Definition.Group {
			continue
		}
		for _, a := range typ.Actions() {
			from := []string{""}
			if of := a.When["Status"]; len(of) > 0 {
				from = of
			}
			for _, status := range from {
				row := plain(t, ctx, e, typ, status)
				var in record.Input
				for field, text := range a.Set {
					in = append(in, record.InputField{Name: field, Value: meant(text, row)})
				}
				for _, p := range a.Prompts {
					text := answers[p.Field]
					if text == "" {
						text = "text"
					}
					in = append(in, record.InputField{Name: p.Field, Value: text})
				}
				row, err := e.Update(ctx, typ, row.RecID, in)
				if err != nil {
					t.Errorf("%s: %s at %q: %v", typ.Object, a.Name, status, err)
					continue
				}
				for _, child := range a.Create {
					make := record.Input{}
					for field, text := range child.Fields {
						make = append(make, record.InputField{Name: field, Value: meant(text, row)})
					}
					r, _ := typ.Relation(child.Relationship)
					made, err := e.CreateRelated(ctx, r, row, make)
					if err != nil {
						t.Errorf("%s: %s: %v", typ.Object, a.Name, err)
						continue
					}
					if row, err = e.Get(ctx, typ, row.RecID); err != nil {
						t.Fatal(err)
					}
					if !relatedTo(t, ctx, e, r, row, made.RecID) {
						t.Errorf("%s: %s: what it makes is not related", typ.Object, a.Name)
					}
				}
			}
		}
	}
}

// plain is a record of a type as somebody may have left it in a status.
func plain(t *testing.T, ctx context.Context, e *record.Engine, typ *record.Type, status string) record.Row {
	t.Helper()
	in := record.Input{}
	for _, f := range typ.Definition.Fields {
		if f.Required && f.Default == "" {
			in = append(in, record.InputField{Name: f.Name, Value: "Plain " + strings.ToLower(f.Name)})
		}
	}
	for _, name := range []string{"Subject", "Name", "Title", "ATTACHNAME", "LastName"} {
		if typ.Has(name) && !slices.ContainsFunc(in, func(f record.InputField) bool { return f.Name == name }) {
			in = append(in, record.InputField{Name: name, Value: "Plain"})
		}
	}
	if rule := typ.Definition.Status; rule != nil && status != "" {
		for _, field := range rule.Required[status] {
			value := map[string]string{"Category": "Hardware", "Owner": "InternalServices", "OwnerTeam": "IT Support", "CauseCode": "Other"}[field]
			if value == "" {
				value = "Plain"
			}
			in = append(in, record.InputField{Name: field, Value: value})
		}
	}
	if status != "" {
		in = append(in, record.InputField{Name: "Status", Value: status})
	}
	row, err := e.Create(ctx, typ, in)
	if err != nil {
		t.Fatalf("a plain record of %s in %q: %v", typ.Object, status, err)
	}
	return row
}

func meant(text string, row record.Row) any {
	switch text {
	case "$null":
		return nil
	case "$login":
		return "InternalServices"
	case "$now":
		return "2026-03-04T05:06:07Z"
	}
	var b strings.Builder
	for rest := text; ; {
		before, after, ok := strings.Cut(rest, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, tail, _ := strings.Cut(after, "}")
		b.WriteString(row.Text(name))
		rest = tail
	}
}

func relatedTo(t *testing.T, ctx context.Context, e *record.Engine, r *record.Relation, of record.Row, recID string) bool {
	t.Helper()
	var args odata.Args
	where := r.Condition(of, e.DB().Engine() == db.Postgres, args.Add)
	found := false
	_, err := e.List(ctx, record.Query{Type: r.To, Where: where, Args: args.Values, Counts: len(args.Values), Order: "ORDER BY rec_id", Limit: 100}, func(row record.Row) error {
		found = found || row.RecID == recID
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestANoteThatComesWithAnActionIsKept(t *testing.T) { pgtest.Each(t, notesKept) }

func notesKept(t *testing.T, dsn string) {
	ctx, e := stockedAt(t, dsn)
	for _, object := range []string{"Incident", "ServiceReq", "Change", "Problem"} {
		typ, _ := e.Type(ctx, object)
		row, err := e.Create(ctx, typ, record.Input{{Name: "Subject", Value: "x"}, {Name: "NewNotes", Value: "why"}})
		if err != nil {
			t.Fatal(err)
		}
		r, _ := typ.Relation(object + "ContainsJournal")
		var args odata.Args
		total, err := e.List(ctx, record.Query{Type: r.To, Where: r.Condition(row, e.DB().Engine() == db.Postgres, args.Add), Args: args.Values, Counts: len(args.Values)}, nil)
		if err != nil || total != 1 {
			t.Errorf("%s: NewNotes became %d notes: %v", object, total, err)
		}
		var members map[string]any
		if err := json.Unmarshal(row.Doc, &members); err != nil || members["NewNotes"] != nil {
			t.Errorf("%s: NewNotes is shown: %v", object, members["NewNotes"])
		}
	}
}
