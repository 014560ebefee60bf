package desk_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/provost-itsm/provost/internal/desk"
	"github.com/provost-itsm/provost/internal/people"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

func engine(t testing.TB, dsn string) *record.Engine {
	t.Helper()
	d, err := db.Open(context.Background(), dsn, db.Options{Timeline: db.TenantTimeline()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	catalogue, err := desk.Stock()
	if err != nil {
		t.Fatal(err)
	}
	e, err := record.Open(context.Background(), record.Options{DB: d, Owners: desk.Owners(), Stock: []record.Stock{
		{Domain: "people", Catalogue: people.Stock()}, {Domain: "desk", Catalogue: catalogue}}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestStock(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e := engine(t, dsn)
		ctx := record.AsSystem(context.Background())
		incident, ok := e.Type(ctx, "Incident#")
		if !ok {
			t.Fatal("there is no Incident")
		}
		if n := len(incident.Fields); n < 170 {
			t.Errorf("an incident has %d fields, clients expect about 180", n)
		}
		row, err := e.Create(ctx, incident, record.Input{{Name: "Subject", Value: "Host DOWN"}, {Name: "Category", Value: "hardware"},
			{Name: "OwnerTeam", Value: "it support"}, {Name: "Owner", Value: "JDoe"}, {Name: "NewNotes", Value: "first line\nsecond"}})
		if err != nil {
			t.Fatal(err)
		}
		var members map[string]any
		if err := json.Unmarshal(row.Doc, &members); err != nil {
			t.Fatal(err)
		}
		for field, want := range map[string]any{"IncidentNumber": 10001.0, "Category": "Hardware", "OwnerTeam": "IT Support", "Owner": "JDoe",
			"Owner_Valid": nil, "Status": "Logged", "Source": "Phone", "Priority": "3", "NewNotes": nil, "IsInFinalState": false,
			"SocialTextHeader": "Incident 10001: Host DOWN"} {
			if members[field] != want {
				t.Errorf("%s = %v, want %v", field, members[field], want)
			}
		}
		notes, _ := e.Type(ctx, "Journal#Notes")
		note, ok, err := e.FindOne(ctx, nil, notes, "ParentLink", row.RecID)
		if err != nil || !ok || note.Text("NotesBody") != "first line\nsecond" || note.Text("ParentLink_Category") != "Incident" {
			t.Errorf("NewNotes did not become a note: %v %v", ok, err)
		}
	})
}
