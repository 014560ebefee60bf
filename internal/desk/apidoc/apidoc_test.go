package apidoc_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"html"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/desk/apidoc"
	"github.com/provost-itsm/provost/internal/desk/apidoc/apidoctest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// example is a tenant with two objects, one of which may only be created.
func example(label string) *apidoc.API {
	return &apidoc.API{Tenant: "acme", Base: "https://desk.example.com", Sets: []apidoc.Set{
		{Name: "agencys", Object: "Agency#", Singular: "agency", Label: label, Plural: label, Title: "Name", Read: true, Create: true, Update: true, Delete: true,
			Aliases: []apidoc.Alias{{Name: "Title", Field: "Name"}},
			Fields: []apidoc.Field{
				{Name: "RecId", Kind: apidoc.Text, Max: 32, ID: true, ReadOnly: true}, {Name: "CreatedDateTime", Kind: apidoc.Time, ReadOnly: true},
				{Name: "Name", Label: label, Kind: apidoc.Text, Max: 200, Required: true}, {Name: "Kind", Kind: apidoc.Text, Max: 255, Values: []string{"Travel", label}, Default: "Travel"},
				{Name: "Source", Kind: apidoc.Text, Values: []string{"Phone"}, Open: true, Note: label}, {Name: "Budget", Kind: apidoc.Decimal}, {Name: "Staff", Kind: apidoc.Number}, {Name: "IsActive", Kind: apidoc.Boolean},
				{Name: "NewNotes", Kind: apidoc.Text, WriteOnly: true},
			},
			Relations: []apidoc.Relation{{Name: "AgencyContainsComplaint", Label: label, Target: "complaint", Set: "complaints", Many: true, Creates: true, Creating: "complaint"},
				{Name: "AgencyContact", Target: "employee", Set: "employees"}},
			Searches: []apidoc.Search{{Name: "All of Them", Path: "All_of_Them", ID: "11111111-2222-8333-8444-555555555555"}},
			Actions: []apidoc.Action{{Name: "Close It", Path: "Close_It", ID: "3492dbcc-e502-44fd-9790-e3e45cb26c45", Label: label,
				Prompts: []apidoc.Prompt{{Field: "Kind", Label: label, Required: true}, {Field: "Source"}}}}},
		{Name: "complaints", Object: "Complaint#", Singular: "complaint", Create: true, Fields: []apidoc.Field{{Name: "RecId", Kind: apidoc.Text, Max: 32, ID: true, ReadOnly: true}}},
	}}
}

func TestOpenAPIOfAnExample(t *testing.T) {
	a := example("Agency")
	set, _ := a.Find("AGENCYS")
	b, err := a.OpenAPI(set)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(b, &document); err != nil {
		t.Fatal(err)
	}
	components := document["components"].(map[string]any) // those of services.json are not repeated in the golden file
	schemas := components["schemas"].(map[string]any)
	got, err := json.MarshalIndent(map[string]any{"paths": document["paths"], "tags": document["tags"], "agency": schemas["agency"], "agency.create": schemas["agency.create"]}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/agency.json"
	if *update {
		if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
		t.Errorf("(-file +now)\n%s", diff)
	}
}

func TestOpenAPIHoldsItsRules(t *testing.T) {
	for _, label := range []string{"Agency", `"}, "x": {`, "<script>", "`code`\n# heading", "\xff"} {
		a := example(label)
		for _, only := range []*apidoc.Set{nil, &a.Sets[0], &a.Sets[1]} {
			b, err := a.OpenAPI(only)
			if err != nil {
				t.Fatal(err)
			}
			d, err := apidoctest.Read(b)
			if err != nil {
				t.Errorf("%q: %v", label, err)
			}
			if again, _ := a.OpenAPI(only); !bytes.Equal(b, again) {
				t.Errorf("%q: the document is another the second time", label)
			}
			if only != nil && len(d.Operations["/api/rest/Search"]) > 0 {
				t.Errorf("%q: a document of one set has the services", label)
			}
		}
	}
}

func TestOperationsOfManySetsHaveIdsOfTheirOwn(t *testing.T) {
	a := &apidoc.API{Sets: []apidoc.Set{
		{Name: "as", Singular: "a", Read: true, Searches: []apidoc.Search{{Path: "b_c"}}}, {Name: "as_b", Singular: "as_", Read: true, Searches: []apidoc.Search{{Path: "c"}}},
	}}
	b, err := a.OpenAPI(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := apidoctest.Read(b); err != nil {
		t.Error(err)
	}
}

func TestPages(t *testing.T) {
	for _, label := range []string{"Agency", "<script>alert(1)</script>", `" onload="x`, "'; curl evil '", "{{.}}", "</code></pre><hr>"} {
		a := example(label)
		set, _ := a.Find("agencys")
		set.Title, set.Fields[2].Values = label, []string{label}
		var all [][]byte
		for _, make := range []func() ([]byte, error){
			func() ([]byte, error) { return a.Index("") }, func() ([]byte, error) { return a.Docs("/HEAT", nil) }, func() ([]byte, error) { return a.Docs("", set) },
			func() ([]byte, error) { return a.Docs("", &a.Sets[1]) }, func() ([]byte, error) { return a.Refused("", label, label) },
		} {
			page, err := make()
			if err != nil {
				t.Fatal(err)
			}
			if err := apidoctest.CheckPage(page); err != nil {
				t.Errorf("%q: %v\n%s", label, err, page)
			}
			if strings.ContainsAny(label, "<>\"") && bytes.Contains(page, []byte(label)) {
				t.Errorf("%q stands in a page as it is", label)
			}
			all = append(all, page)
		}
		example := html.UnescapeString(string(all[2]))
		if want := `-d '{"Name":` + quoted(label) + `}'`; !strings.Contains(example, want) {
			t.Errorf("%q: the example of creating is not %s", label, want)
		}
	}
	a := example("Agency")
	for i, want := range []string{"You may read, create, update and delete them.", "You may create them."} {
		if page, err := a.Docs("", &a.Sets[i]); err != nil || !bytes.Contains(page, []byte(want)) {
			t.Errorf("the page of %s lacks %q: %v", a.Sets[i].Name, want, err)
		}
	}
}

// quoted is a JSON text inside single quotes of a shell.
func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)
	return strings.ReplaceAll(strings.TrimSpace(b.String()), "'", `'\''`)
}

// TestTheCheckersSeeWhatIsWrong holds that the checks above can fail.
func TestTheCheckersSeeWhatIsWrong(t *testing.T) {
	good, err := example("Agency").OpenAPI(nil)
	if err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string][2]string{
		"a reference to nothing": {"#/components/schemas/Status", "#/components/schemas/Nothing"}, "an operation twice": {`"operationId":"docs"`, `"operationId":"login"`},
		"a member that is none": {`"operationId":"docs"`, `"operationName":"docs"`}, "a parameter that is not described": {"/api/odata/docs\"", "/api/odata/docs/{page}\""},
		"an unknown type": {`"type":"boolean"`, `"type":"bool"`}, "an unknown scheme": {`{"cookie":[]}`, `{"token":[]}`},
	} {
		bad := bytes.Replace(good, []byte(change[0]), []byte(change[1]), 1)
		if _, err := apidoctest.Read(bad); err == nil || bytes.Equal(good, bad) {
			t.Errorf("%s passes", what)
		}
	}
	page, err := example("Agency").Index("")
	if err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string][2]string{
		"a script": {"<h1>", "<script></script><h1>"}, "another host": {`href="/api/odata/docs"`, `href="https://example.com/"`}, "no caption": {"<caption>", "<p>"},
		"a header without scope": {` scope="col"`, ""}, "headings out of order": {"<h1>Sets</h1>", "<h1>Sets</h1><h3>x</h3>"}, "a dead link": {"#main", "#nowhere"}, "no language": {` lang="en"`, ""},
		"style inline": {"<main", `<main style="x"`},
	} {
		bad := bytes.Replace(page, []byte(change[0]), []byte(change[1]), 1)
		if err := apidoctest.CheckPage(bad); err == nil || bytes.Equal(page, bad) {
			t.Errorf("%s passes", what)
		}
	}
}

func BenchmarkOpenAPI(b *testing.B) {
	a := example("Agency")
	for range 50 {
		a.Sets = append(a.Sets, a.Sets[0])
	}
	for b.Loop() {
		if _, err := a.OpenAPI(nil); err != nil {
			b.Fatal(err)
		}
	}
}
