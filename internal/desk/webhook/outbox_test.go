package webhook_test

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/desk/webhook"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
)

func TestEachChangeIsToldSignedAndInOrder(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made := f.hook(webhook.Spec{Objects: []string{"incidents"}})
		row := f.create("Incident", "Subject", "a <b> & ü", "Symptom", "first")
		f.update(row, "Symptom", "second")
		f.remove(row)
		f.create("Problem", "Subject", "not of interest")
		got := f.send()
		if kinds(got) != "incident.created incident.updated incident.deleted" {
			t.Fatalf("got %s", kinds(got))
		}
		seen := map[string]bool{}
		for i, r := range got {
			d := r.message.Data
			if !r.signed(t, made.Secret) || r.timestamp != fmt.Sprint(f.clock.Now().Unix()) || !strings.HasPrefix(r.id, "msg_") || seen[r.id] {
				t.Errorf("%d: id %q at %q signed %q", i, r.id, r.timestamp, r.signature)
			}
			seen[r.id] = true
			if d.Object != "Incident" || d.RecID != row.RecID || d.Number != 10001 || d.Rev != []int64{1, 2, 2}[i] || d.Record["Subject"] != "a <b> & ü" ||
				r.message.Timestamp != "2026-03-01T12:00:00.000000Z" {
				t.Errorf("%d: %s", i, r.body)
			}
		}
		if c := got[1].message.Data.Changes; len(c) != 1 || c["Symptom"] != [2]any{"first", "second"} {
			t.Errorf("the changes of the update are %v", c)
		}
		if c := got[2].message.Data.Changes["Subject"]; c != [2]any{"a <b> & ü", nil} {
			t.Errorf("the change of the subject by the deletion is %v", c)
		}
		if r := got[0].message.Data.Record["Symptom"]; r != "first" {
			t.Errorf("the record of the creation has the symptom %v: that of the time of the change is wanted", r)
		}
		if again := f.send(); len(again) != 0 {
			t.Errorf("sent again: %s", kinds(again))
		}
		if f.state() != "delivered delivered delivered" {
			t.Errorf("state %s", f.state())
		}
	})
}

// interests are webhooks by what they are interested in, and what they hear of a life of an incident and of a problem's creation.
var interests = []struct {
	name string
	spec webhook.Spec
	want string // in no order between records
}{
	{"everything", webhook.Spec{}, "incident.created incident.updated incident.updated problem.created incident.deleted"},
	{"one event", webhook.Spec{Events: []string{"Delete"}}, "incident.deleted"},
	{"another object", webhook.Spec{Objects: []string{"Problem"}}, "problem.created"},
	{"two objects", webhook.Spec{Objects: []string{"Problem#", "incident"}, Events: []string{"create"}}, "incident.created problem.created"},
	{"filter true after the first update", webhook.Spec{Objects: []string{"Incident"}, Filter: "Symptom eq 'SECOND'"}, "incident.updated"},
	{"filter of before a deletion", webhook.Spec{Objects: []string{"Incident"}, Events: []string{"delete"}, Filter: "startswith(Symptom,'third')"}, "incident.deleted"},
	{"filter that was true before an update only", webhook.Spec{Objects: []string{"Incident"}, Events: []string{"update"}, Filter: "Symptom eq 'first'"}, ""},
	{"filter by number", webhook.Spec{Objects: []string{"Incident"}, Events: []string{"create"}, Filter: "IncidentNumber ge 10001 and not (IncidentNumber gt 10001)"}, "incident.created"},
	{"filter of null", webhook.Spec{Objects: []string{"Incident"}, Events: []string{"create"}, Filter: "Resolution eq null and IsVIP eq false"}, "incident.created"},
	{"field that changed", webhook.Spec{Objects: []string{"Incident"}, Events: []string{"update"}, Fields: []string{"symptom"}}, "incident.updated incident.updated"},
	{"field that did not", webhook.Spec{Objects: []string{"Incident"}, Fields: []string{"Subject"}}, "incident.created incident.deleted"},
	{"switched off", webhook.Spec{Inactive: true}, ""},
}

func TestWhatIsOfInterest(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, c := range interests {
			c.spec.Name, c.spec.URL = c.name, f.receiver.URL+"/"+url.PathEscape(c.name)
			f.hook(c.spec)
		}
		row := f.create("Incident", "Subject", "s", "Symptom", "first")
		f.update(row, "Symptom", "second")
		f.update(row, "Symptom", "third time")
		f.create("Problem", "Subject", "p")
		f.remove(row)
		got := map[string][]string{}
		for _, r := range f.send() {
			got[r.path] = append(got[r.path], r.message.Type)
		}
		for _, c := range interests {
			want, have := strings.Fields(c.want), got["/"+c.name]
			slices.Sort(want)
			slices.Sort(have)
			if !slices.Equal(want, have) {
				t.Errorf("%s: heard of %v, want %v", c.name, have, want)
			}
		}
	})
}

func TestExtensionsAreHeardOfByTheirBase(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.hook(webhook.Spec{Objects: []string{"Task"}})
		f.create("Task#Assignment", "Subject", "do it")
		if got := f.send(); len(got) != 1 || got[0].message.Data.Object != "Task#Assignment" {
			t.Errorf("got %s", kinds(got))
		}
	})
}

func TestWhatIsUndoneIsNotTold(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.hook(webhook.Spec{Name: "first"})
		undone := errors.New("undone")
		err := f.one.DB.Write(f.ctx, nil, func(tx *db.Tx) error {
			if _, err := f.one.Records.CreateTx(f.ctx, tx, f.typ("Incident"), input("Subject", "never")); err != nil {
				return err
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if _, err := f.one.Records.Create(f.ctx, f.typ("Incident"), input("Subject", "x", "Status", "No Such Status")); err == nil {
			t.Fatal("a wrong incident is taken")
		}
		if got := f.send(); len(got) != 0 {
			t.Errorf("sent: %s", kinds(got))
		}
		f.create("Incident", "Subject", "real")
		if got := f.send(); kinds(got) != "incident.created" || got[0].message.Data.Record["Subject"] != "real" {
			t.Errorf("sent: %s", kinds(got))
		}
	})
}

// TestAWebhookCountsFromItsCommitOn: neither before, nor by what a transaction that was undone saw.
func TestAWebhookCountsFromItsCommitOn(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.create("Incident", "Subject", "before")
		f.hook(webhook.Spec{})
		f.create("Incident", "Subject", "after")
		if got := f.send(); kinds(got) != "incident.created" || got[0].message.Data.Record["Subject"] != "after" {
			t.Fatalf("sent: %s", kinds(got))
		}
		_, err := f.hooks.Disable(f.ctx, f.one, "HOOK")
		f.must(err)
		f.create("Incident", "Subject", "while off")
		_, err = f.hooks.Enable(f.ctx, f.one, "hook")
		f.must(err)
		f.create("Incident", "Subject", "on again")
		if got := f.send(); kinds(got) != "incident.created" || got[0].message.Data.Record["Subject"] != "on again" {
			t.Errorf("sent: %s", kinds(got))
		}
		_, err = f.hooks.Delete(f.ctx, f.one, "hook")
		f.must(err)
		f.create("Incident", "Subject", "gone")
		if got := f.send(); len(got) != 0 {
			t.Errorf("sent for a webhook that is gone: %s", kinds(got))
		}
	})
}

func TestTenantsHearNothingOfEachOther(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.hook(webhook.Spec{})
		two := f.tenant("two")
		incident, _ := two.Records.Type(f.ctx, "Incident")
		_, err := two.Records.Create(f.ctx, incident, input("Subject", "of the other"))
		f.must(err)
		f.must(f.hooks.Send(f.ctx, two))
		if got := f.send(); len(got) != 0 {
			t.Errorf("sent: %s", kinds(got))
		}
		if _, err := f.hooks.Find(f.ctx, two, "hook"); err == nil {
			t.Error("the other tenant finds the webhook")
		}
	})
}

func TestAWebhookSeesWhatItsRoleSees(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann := f.create("Employee", "LoginID", "ann", "FirstName", "Ann", "LastName", "Own", "Status", "Active")
		f.must(f.one.DB.Write(f.ctx, nil, func(tx *db.Tx) error {
			return role.Store{Clock: f.clock}.Grant(f.ctx, tx, ann.RecID, role.SelfService, true)
		}))
		f.hook(webhook.Spec{Name: "own", Role: "selfservice", OnBehalfOf: "ann", Objects: []string{"Incident"}})
		f.hook(webhook.Spec{Name: "desk", Role: "ServiceDeskAnalyst"})
		f.create("Incident", "Subject", "of another")
		mine := f.create("Incident", "Subject", "mine", "ProfileLink", ann.RecID)
		f.remove(mine)
		count := map[string]int{}
		for _, r := range f.send() {
			count[r.message.Type+" "+fmt.Sprint(r.message.Data.Record["Subject"])]++
		}
		if fmt.Sprint(count) != "map[incident.created mine:2 incident.created of another:1 incident.deleted mine:2]" {
			t.Errorf("sent %v", count)
		}
		f.must(f.one.DB.Write(f.ctx, nil, func(tx *db.Tx) error { // one that may read nothing
			return role.Store{Clock: f.clock}.Save(f.ctx, tx, role.Role{Name: "Blind", Rights: map[string]role.Right{"Problem": {Read: role.AllRows}}})
		}))
		if _, err := f.hooks.Create(f.ctx, f.one, webhook.Spec{Name: "x", URL: f.receiver.URL, Role: "SelfService", Objects: []string{"Problem"}}); err == nil {
			t.Error("a webhook for what its role may not read is made")
		}
	})
}

func TestHiddenFieldsAreNotThere(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		hide := map[string]bool{"Symptom": true, "IncidentNumber": true}
		f.hidden = func(_ *principal.Principal, t *record.Type) []bool {
			marks := make([]bool, len(t.Fields))
			for i := range t.Fields {
				marks[i] = hide[t.Fields[i].Name]
			}
			return marks
		}
		for _, s := range []webhook.Spec{{Filter: "Symptom eq 'x'"}, {Fields: []string{"Symptom"}}} {
			s.Name, s.URL, s.Objects = "x", f.receiver.URL, []string{"Incident"}
			if _, err := f.hooks.Create(f.ctx, f.one, s); err == nil || !strings.Contains(fmt.Sprint(err), "cannot be stored") {
				t.Errorf("%+v: %v", s, err)
			}
		}
		f.hook(webhook.Spec{})
		f.create("Incident", "Subject", "seen", "Symptom", "confidential")
		got := f.send()
		if len(got) != 1 || strings.Contains(string(got[0].body), "confidential") || strings.Contains(string(got[0].body), `"IncidentNumber"`) ||
			strings.Contains(string(got[0].body), `"number"`) || got[0].message.Data.Record["Subject"] != "seen" {
			t.Errorf("sent %.300s", got[0].body)
		}
		delete(hide, "Symptom") // what may be seen counts when it is sent
		hide["Subject"] = true
		f.clock.Advance(time.Hour)
		_, err := f.hooks.Replay(f.ctx, f.one, "hook", got[0].id, time.Time{})
		f.must(err)
		if got = f.send(); len(got) != 1 || !strings.Contains(string(got[0].body), "confidential") || strings.Contains(string(got[0].body), `"Subject"`) {
			t.Errorf("sent again %.300s", got[0].body)
		}
	})
}
