package role

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

func as(role string) *principal.Principal {
	return &principal.Principal{Kind: principal.Key, Role: role}
}

func TestBuiltinRights(t *testing.T) {
	b := NewBook(1, Builtin())
	for _, tc := range []struct {
		role   string
		access Access
		object string
		want   Rows
	}{
		{Admin, Delete, "Agency", AllRows},
		{Admin, Read, "Incident", AllRows},
		{InternalServices, Delete, "BenchIncident", AllRows},
		{InternalServices, Read, "Employee", AllRows},
		{"ServiceDeskAnalyst", Create, "Incident", AllRows},
		{"ServiceDeskAnalyst", Update, "Incident", AllRows},
		{"ServiceDeskAnalyst", Delete, "Incident", NoRows},
		{"ServiceDeskAnalyst", Delete, "Task#Assignment", AllRows},
		{"ServiceDeskAnalyst", Delete, "Journal#Notes", AllRows},
		{"ServiceDeskAnalyst", Delete, "Attachment", AllRows},
		{"ServiceDeskAnalyst", Update, "CI#Computer", AllRows},
		{"ServiceDeskAnalyst", Create, "CI#Computer", NoRows},
		{"ServiceDeskAnalyst", Read, "Employee", AllRows},
		{"ServiceDeskAnalyst", Create, "Employee", NoRows},
		{"ServiceDeskAnalyst", Read, "Agency", NoRows},
		{"ServiceDeskAnalyst", Read, "N8N_AuthType", AllRows},
		{"ServiceDeskAnalyst", Create, "N8N_AuthType", NoRows},
		{"ServiceDeskAnalyst", Update, "IVNT_Automation_Transactions", AllRows},
		{"ServiceDeskAnalyst", Create, "frs_prj_phase", AllRows},
		{"ServiceDeskManager", Delete, "Incident", AllRows},
		{"ServiceDeskManager", Create, "Employee", AllRows},
		{"ServiceDeskManager", Create, "StandardUserTeam", AllRows},
		{"ServiceDeskManager", Delete, "Employee", NoRows},
		{"ServiceDeskManager", Update, "CI", AllRows},
		{"ChangeManager", Delete, "Change", AllRows},
		{"ChangeManager", Delete, "Problem", NoRows},
		{"ProblemManager", Delete, "Problem", AllRows},
		{"ConfigurationManager", Create, "CI#Service", AllRows},
		{"KnowledgeManager", Delete, "FRS_Knowledge#IssueResolution", AllRows},
		{Monitoring, Create, "Incident", AllRows},
		{Monitoring, Update, "Change", AllRows},
		{Monitoring, Delete, "Incident", NoRows},
		{Monitoring, Create, "Journal#Notes", AllRows},
		{Monitoring, Read, "Journal#Email", NoRows},
		{Monitoring, Update, "Journal#Notes", NoRows},
		{Monitoring, Read, "Employee", AllRows},
		{Monitoring, Update, "Employee", NoRows},
		{Monitoring, Read, "CI#Computer", AllRows},
		{Monitoring, Read, "Problem", NoRows},
		{Monitoring, Read, "ServiceReq", NoRows},
		{Monitoring, Read, "Frs_def_role", NoRows},
		{"ReportManager", Read, "Agency", AllRows},
		{"ReportManager", Update, "Incident", NoRows},
		{SelfService, Read, "Incident", OwnRows},
		{SelfService, Create, "Incident", OwnRows},
		{SelfService, Update, "ServiceReq", OwnRows},
		{SelfService, Delete, "Incident", NoRows},
		{SelfService, Create, "Journal#Notes", OwnRows},
		{SelfService, Update, "Journal#Notes", NoRows},
		{SelfService, Read, "Employee", AllRows},
		{SelfService, Read, "CI#Service", AllRows},
		{SelfService, Read, "CI#Computer", NoRows},
		{SelfService, Read, "CI", NoRows},
		{SelfService, Read, "Problem", NoRows},
		{SelfService, Read, "Agency", NoRows},
	} {
		if got := b.Ask(as(tc.role), tc.access, tc.object); got != tc.want {
			t.Errorf("%s may %s %s: %v, want %v", tc.role, tc.access, tc.object, got, tc.want)
		}
		if got := b.Ask(as(tc.role), tc.access, tc.object+"#"); got != tc.want {
			t.Errorf("%s may %s %s#: %v, want %v", tc.role, tc.access, tc.object, got, tc.want)
		}
	}
}

func TestBuiltinDefinitionsKeepTheirOwnRules(t *testing.T) {
	for _, r := range Builtin() {
		if err := r.check(); err != nil {
			t.Errorf("%s: %v %v", r.Name, err, fault.Of(err).Fields)
		}
	}
}

func TestNobodyGetsNothing(t *testing.T) {
	b := NewBook(1, Builtin())
	for name, p := range map[string]*principal.Principal{
		"no principal": nil, "no role": as(""), "an unknown role": as("NoSuchRole"), "another case": as("admin"), "the star": as(Any),
	} {
		for _, a := range []Access{Read, Create, Update, Delete, "approve", ""} {
			if got := b.Ask(p, a, "Incident"); got != NoRows {
				t.Errorf("%s: %s gives %v", name, a, got)
			}
		}
		if b.Admin(p) {
			t.Errorf("%s may administer", name)
		}
	}
	if got := b.Ask(as(Admin), "approve", "Incident"); got != NoRows {
		t.Errorf("an access that does not exist gives %v", got)
	}
}

func TestTheProgramItselfMayEverything(t *testing.T) {
	b := NewBook(1, nil)
	p := &principal.Principal{Kind: principal.System}
	if b.Ask(p, Delete, "Incident") != AllRows || !b.Admin(p) {
		t.Error("the System principal is refused")
	}
}

func TestInternalServicesCoversRolesMadeLater(t *testing.T) {
	custom := Role{Name: "FleetOffice", Rights: map[string]Right{"Vehicle": full}}
	b := NewBook(2, append(Builtin(), custom))
	if !b.Effective([]string{InternalServices}, "FleetOffice") {
		t.Error("InternalServices cannot act in a custom role")
	}
	if b.Effective([]string{"FleetOffice"}, InternalServices) {
		t.Error("a custom role can act as InternalServices")
	}
	if len(b.Closure(InternalServices)) != len(b.Roles()) {
		t.Errorf("closure %v does not hold every role", b.Closure(InternalServices))
	}
	if !b.Admin(as(InternalServices)) || !b.Admin(as(Admin)) || b.Admin(as("FleetOffice")) || b.Admin(as("ServiceDeskManager")) {
		t.Error("the wrong roles may administer")
	}
	own := NewBook(1, []Role{{Name: InternalServices, Includes: []string{Any}}, {Name: "C", Rights: map[string]Right{"Vehicle": {Read: OwnRows}}}})
	if got := own.Ask(as(InternalServices), Read, "Vehicle"); got != OwnRows {
		t.Errorf("without Admin the star gives %v, want what the roles give together", got)
	}
}

func TestClosure(t *testing.T) {
	b := NewBook(1, []Role{
		{Name: "A", Includes: []string{"B", "Gone"}},
		{Name: "B", Includes: []string{"C"}},
		{Name: "C", Includes: []string{"A"}}, // a circle
		{Name: "D", Includes: []string{"D"}},
	})
	for role, want := range map[string][]string{"A": {"A", "B", "C"}, "C": {"A", "B", "C"}, "D": {"D"}, "Gone": nil, "": nil} {
		if diff := cmp.Diff(want, b.Closure(role)); diff != "" {
			t.Errorf("Closure(%s): %s", role, diff)
		}
	}
	if b.Effective(nil, "A") || b.Effective([]string{"Gone"}, "Gone") || !b.Effective([]string{"D", "B"}, "A") {
		t.Error("Effective does not follow the closure")
	}
}

func TestAnExtensionInheritsFromItsBaseAndFromTheStar(t *testing.T) {
	b := NewBook(1, []Role{
		{Name: "R", Rights: map[string]Right{
			Any:               {Read: OwnRows},
			"Task":            {Read: AllRows, Update: true},
			"Task#Assignment": {Read: TeamRows},
		}},
		{Name: "S", Includes: []string{"R"}, Rights: map[string]Right{"Task#WorkOrder": {Read: AllRows, Delete: true}}},
		{Name: "T", Includes: []string{"R"}, Rights: map[string]Right{Any: {Read: TeamRows}}},
	})
	for _, tc := range []struct {
		role   string
		access Access
		object string
		want   Rows
	}{
		{"R", Read, "Task#WorkOrder", AllRows},    // of its base
		{"R", Update, "Task#WorkOrder", AllRows},  // of its base
		{"R", Read, "Task#Assignment", TeamRows},  // its own entry counts alone
		{"R", Update, "Task#Assignment", NoRows},  // its own entry counts alone
		{"R", Read, "Incident", OwnRows},          // of the star
		{"R", Read, "Journal#Notes", OwnRows},     // of the star
		{"S", Delete, "Task#WorkOrder", AllRows},  // its own
		{"S", Update, "Task#WorkOrder", AllRows},  // included role, through the base
		{"S", Delete, "Task#Provision", NoRows},   // a sister's entry gives nothing
		{"T", Read, "Incident", TeamRows},         // the larger of two stars
		{"T", Read, "Task#Assignment", TeamRows},  // the larger of entry and star
		{"T", Read, "Task#Provision", AllRows},    // included base against own star
		{"T", Update, "Task#Assignment", NoRows},  // nobody grants it
		{"T", Read, "Unheard#Of", TeamRows},       // unknown types fall to the star
		{"R", Create, "Task", NoRows},             // not granted
		{"R", Read, "", OwnRows},                  // nothing special about an empty name
		{"R", Read, "Task##", AllRows},            // reads as an extension of Task
		{"R", Update, "task", NoRows},             // names are compared exactly
		{"S", Read, "Task#Assignment", TeamRows},  // through the included role
		{"S", Update, "Task#Assignment", NoRows},  // the included role's own entry counts alone
		{"S", Update, "Task#Assignment#", NoRows}, // also when written with a trailing #
	} {
		if got := b.Ask(as(tc.role), tc.access, tc.object); got != tc.want {
			t.Errorf("%s may %s %q: %v, want %v", tc.role, tc.access, tc.object, got, tc.want)
		}
	}
}

func TestCreatingWithoutReading(t *testing.T) {
	b := NewBook(1, []Role{{Name: "Intake", Rights: map[string]Right{"Incident": {Create: true}}}})
	if got := b.Ask(as("Intake"), Create, "Incident"); got != AllRows {
		t.Errorf("create: %v, want all", got)
	}
	if got := b.Ask(as("Intake"), Read, "Incident"); got != NoRows {
		t.Errorf("read: %v, want none", got)
	}
}

func TestCanonicalNames(t *testing.T) {
	b := NewBook(1, Builtin())
	for in, want := range map[string]string{"Admin": "Admin", "admin": "Admin", "SELFSERVICE": "SelfService", "servicedeskanalyst": "ServiceDeskAnalyst"} {
		if got, ok := b.Canonical(in); !ok || got != want {
			t.Errorf("Canonical(%s) = %q, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "*", "Admin ", "NoSuchRole"} {
		if got, ok := b.Canonical(in); ok {
			t.Errorf("Canonical(%q) = %q", in, got)
		}
	}
}

func TestDefinitionsAreChecked(t *testing.T) {
	for name, tc := range map[string]struct {
		role  Role
		field string
	}{
		"a name with a space":           {Role{Name: "Fleet Office"}, "name"},
		"no name":                       {Role{}, "name"},
		"the star as a name":            {Role{Name: Any}, "name"},
		"an object type with a quote":   {Role{Name: "R", Rights: map[string]Right{"In'cident": reads}}, "rights"},
		"updating what cannot be read":  {Role{Name: "R", Rights: map[string]Right{"Incident": {Update: true}}}, "rights"},
		"a field with a space":          {Role{Name: "R", Rights: map[string]Right{"Incident": {Read: AllRows, Hidden: []string{"a b"}}}}, "rights"},
		"RecId hidden":                  {Role{Name: "R", Rights: map[string]Right{"Incident": {Read: AllRows, Hidden: []string{"recid"}}}}, "rights"},
		"a long description":            {Role{Name: "R", Description: strings.Repeat("x", 2001)}, "description"},
		"the same object type in twice": {Role{Name: "R", Rights: map[string]Right{"Incident": reads, "Incident#": full}}, "rights"},
	} {
		err := tc.role.check()
		if !fault.Is(err, fault.Invalid) || fault.Of(err).Fields[0].Field != tc.field {
			t.Errorf("%s: %v, want a complaint about %s", name, err, tc.field)
		}
	}
	r := Role{Name: "R", Rights: map[string]Right{"Incident#": reads, "Task#Assignment": full, Any: {}}}
	if err := r.check(); err != nil {
		t.Fatal(err)
	}
	if _, ok := r.Rights["Incident"]; !ok {
		t.Error("a trailing # stays in the stored name")
	}
}

func TestDefinitionAsJSON(t *testing.T) {
	const text = `{"name":"R","rights":{"Incident":{"read":"own","create":true},"Task":{"read":"team","update":true,"delete":true}}}`
	r, err := decode(text)
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(r)
	if err != nil || string(again) != text {
		t.Errorf("%s, %v", again, err)
	}
	if _, err := decode(`{"name":"R","rights":{"Incident":{"read":"some"}}}`); err == nil {
		t.Error("an unknown extent is accepted")
	}
}

// An answer must be the most that any role of the closure gives by itself.
func TestAskIsTheUnionOfTheClosure(t *testing.T) {
	objects := []string{Any, "Task", "Task#A", "Task#B", "Incident"}
	names := []string{"A", "B", "C", "D"}
	right := rapid.Custom(func(t *rapid.T) Right {
		return Right{Read: Rows(rapid.IntRange(0, 3).Draw(t, "read")), Create: rapid.Bool().Draw(t, "create"), Update: rapid.Bool().Draw(t, "update"), Delete: rapid.Bool().Draw(t, "delete")}
	})
	rapid.Check(t, func(t *rapid.T) {
		var roles []Role
		for _, name := range names {
			roles = append(roles, Role{
				Name:     name,
				Includes: rapid.SliceOfN(rapid.SampledFrom(append([]string{Any}, names...)), 0, 2).Draw(t, "includes"),
				Rights:   rapid.MapOfN(rapid.SampledFrom(objects), right, 0, 4).Draw(t, "rights"),
			})
		}
		b := NewBook(1, roles)
		for _, r := range roles {
			for _, object := range append([]string{"Task#C", "Change"}, objects[1:]...) {
				for _, a := range []Access{Read, Create, Update, Delete} {
					want := NoRows
					for _, member := range b.Closure(r.Name) {
						role := b.roles[member]
						want = max(want, role.right(object).rows(a))
					}
					if got := b.Ask(as(r.Name), a, object); got != want {
						t.Fatalf("%s %s %s: %v, want %v", r.Name, a, object, got, want)
					}
				}
			}
		}
	})
}

func TestFieldsKeptFromARole(t *testing.T) {
	b := NewBook(1, []Role{
		{Name: "Whole", Rights: map[string]Right{"Incident": {Read: OwnRows}, "Task": {Read: AllRows, Update: true}}},
		{Name: "Part", Rights: map[string]Right{
			"Incident":        {Read: AllRows, Update: true, Hidden: []string{"Cost", "Symptom"}, ReadOnly: []string{"Owner", "Status"}},
			"Task":            {Read: AllRows, Hidden: []string{"Details"}},
			"Task#Assignment": {Read: AllRows},
			Any:               {Read: AllRows, Hidden: []string{"Notes"}}}},
		{Name: "Less", Rights: map[string]Right{"Incident": {Read: AllRows, Create: true, Hidden: []string{"symptom"}, ReadOnly: []string{"status", "Subject"}}}},
		{Name: "Maker", Rights: map[string]Right{"Incident": {Create: true}}},
		{Name: "WholeAndPart", Includes: []string{"Whole", "Part"}},
		{Name: "PartAndLess", Includes: []string{"Part", "Less"}},
		{Name: "PartAndMaker", Includes: []string{"Part", "Maker"}},
		{Name: "PartAndNothing", Includes: []string{"Part"}, Rights: map[string]Right{"Change": {}}},
	})
	for _, tc := range []struct{ role, object, hidden, readOnly string }{
		{"Part", "Incident", "Cost Symptom", "Owner Status"},
		{"Part", "Incident#", "Cost Symptom", "Owner Status"},
		{"Part", "Task#WorkOrder", "Details", ""},        // of its base
		{"Part", "Task#Assignment", "", ""},              // its own entry counts alone
		{"Part", "Employee", "Notes", ""},                // of the star
		{"Whole", "Incident", "", ""},                    // nothing said
		{"WholeAndPart", "Incident", "", "Owner Status"}, // read by one without limits, written by the other alone
		{"WholeAndPart", "Task", "", ""},                 // likewise
		{"WholeAndPart", "Employee", "Notes", ""},        // one alone grants it
		{"PartAndLess", "Incident", "Symptom", "Status"}, // what both hold back, in whatever case
		{"PartAndMaker", "Incident", "Cost Symptom", ""}, // the maker writes all, and reads nothing
		{"PartAndNothing", "Change", "Notes", ""},        // an entry that grants nothing takes no part
		{"Nobody", "Incident", "", ""},                   // has no rights at all
		{"PartAndNothing", "Unheard#Of", "Notes", ""},    // unknown types fall to the star
		{"PartAndLess", "Task#Assignment#", "", ""},      // also when written with a trailing #
	} {
		hidden, readOnly := b.Withheld(as(tc.role), tc.object)
		if h, w := strings.Join(hidden, " "), strings.Join(readOnly, " "); h != tc.hidden || w != tc.readOnly {
			t.Errorf("%s of %s: hidden %q, read-only %q, want %q and %q", tc.role, tc.object, h, w, tc.hidden, tc.readOnly)
		}
	}
	for role, want := range map[string]bool{"Whole": false, "Part": true, "Maker": false, "PartAndNothing": true, "Nobody": false} {
		if b.Limited(as(role)) != want {
			t.Errorf("%s limited: %v", role, !want)
		}
	}
	if b.Limited(nil) || b.Limited(&principal.Principal{Kind: principal.System, Role: "Part"}) {
		t.Error("nobody and the program itself are limited")
	}
}

func BenchmarkAsk(b *testing.B) {
	book := NewBook(1, Builtin())
	p := as(InternalServices)
	b.ReportAllocs()
	for b.Loop() {
		book.Ask(p, Read, "Task#Assignment")
	}
}
