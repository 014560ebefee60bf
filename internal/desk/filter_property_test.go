package desk_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/desk/odata/odatatest"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/testkit"
)

// sample has a field of every kind twice: with a column of its own and without.
const sample = `{"objects":[{"object":"Sample#","fields":[
 {"name":"Near","index":true},{"name":"Far"},{"name":"NearCount","type":"number","index":true},{"name":"FarCount","type":"number"},
 {"name":"NearPrice","type":"decimal","index":true},{"name":"FarPrice","type":"decimal"},{"name":"NearFlag","type":"boolean","index":true},{"name":"FarFlag","type":"boolean"},
 {"name":"NearTime","type":"datetime","index":"sparse"},{"name":"FarTime","type":"datetime"}]}]}`

var sampleColumns = []odata.Column{
	{Name: "Near", Kind: odata.Text}, {Name: "Far", Kind: odata.Text}, {Name: "NearCount", Kind: odata.Number}, {Name: "FarCount", Kind: odata.Number},
	{Name: "NearPrice", Kind: odata.Decimal}, {Name: "FarPrice", Kind: odata.Decimal}, {Name: "NearFlag", Kind: odata.Bool, NotNull: true}, {Name: "FarFlag", Kind: odata.Bool, NotNull: true},
	{Name: "NearTime", Kind: odata.Time}, {Name: "FarTime", Kind: odata.Time},
}

// TestAFilterPicksTheRowsOfANaiveEvaluator asks the real program over HTTP for random filters over random records and
// compares its rows, and its count, with those the definition of a comparison picks from the same documents.
func TestAFilterPicksTheRowsOfANaiveEvaluator(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		auth := "rest_api_key=" + s.Key(t, "Admin")
		file := filepath.Join(t.TempDir(), "sample.json")
		if err := os.WriteFile(file, []byte(sample), 0o600); err != nil {
			t.Fatal(err)
		}
		s.Run(t, "object", "apply", "-f", file)
		documents := map[string]odatatest.Document{}
		rapid.Check(t, func(r *rapid.T) {
			for len(documents) < 60 {
				d := odatatest.DrawDocument(r, sampleColumns)
				for _, c := range sampleColumns {
					if v := d[c.Name]; c.Kind == odata.Time && v.Number > literal.MaxTime-366*24*3600 {
						d[c.Name] = odata.Value{Null: true} // the year 9999 is refused in records
					}
				}
				body, err := json.Marshal(d.JSON(sampleColumns))
				if err != nil {
					r.Fatal(err)
				}
				a := s.Ask(t, "POST", sets+"samples", auth, string(body))
				if a.Status != 201 {
					r.Fatalf("create %s: %d %s", body, a.Status, a.Body)
				}
				documents[a.JSON()["RecId"].(string)] = d
			}
			for range 4 {
				text := odatatest.DrawFilter(r, sampleColumns)
				filter, err := odata.ParseFilter(text)
				if err != nil {
					r.Fatalf("parse %q: %v", text, err)
				}
				predicate, err := filter.Bind(odatatest.Resolve(sampleColumns))
				if err != nil {
					r.Fatalf("bind %q: %v", text, err)
				}
				want := []string{}
				for recID, d := range documents {
					if predicate.Match(d.Get) {
						want = append(want, recID)
					}
				}
				a := s.Ask(t, "GET", sets+"samples?$filter="+url.QueryEscape(text), auth, "")
				got := []string{}
				for _, row := range a.Rows() {
					got = append(got, row["RecId"].(string))
				}
				sort.Strings(want)
				sort.Strings(got)
				if diff := cmp.Diff(want, got); a.Status != 200 || diff != "" {
					r.Fatalf("%q: %d\n%s\n%.300s", text, a.Status, diff, a.Body)
				}
				if count := a.JSON()["@odata.count"]; count != float64(len(want)) {
					r.Fatalf("%q counts %v, want %d", text, count, len(want))
				}
			}
		})
		if t.Failed() {
			return
		}
		walk(t, s, auth, len(documents))
	})
}

// walk reads the set by nextLink in several orders while records are made and deleted, and sees every record that was
// there throughout exactly once.
func walk(t *testing.T, s *testkit.Server, auth string, existing int) {
	t.Helper()
	for _, order := range []string{"", "&$orderby=Near", "&$orderby=Far desc", "&$orderby=NearTime desc,FarCount asc", "&$orderby=FarFlag,NearPrice desc", "&$filter=not (Near eq 'nothing like it')"} {
		before := map[string]bool{}
		for skip := 0; skip < existing; skip += 100 {
			for _, row := range s.Ask(t, "GET", fmt.Sprintf("%ssamples?$top=100&$skip=%d", sets, skip), auth, "").Rows() {
				before[row["RecId"].(string)] = true
			}
		}
		seen := map[string]int{}
		next := sets + "samples?$top=7" + order
		for pages := 0; next != ""; pages++ {
			a := s.Ask(t, "GET", next, auth, "")
			if a.Status != 200 {
				t.Fatalf("%s: %d %s", next, a.Status, a.Body)
			}
			for _, row := range a.Rows() {
				seen[row["RecId"].(string)]++
			}
			made := s.Ask(t, "POST", sets+"samples", auth, `{"Near":"`+strings.Repeat("m", pages%5)+`"}`).JSON()["RecId"].(string)
			if pages%2 == 0 {
				s.Ask(t, "DELETE", sets+"samples('"+made+"')", auth, "")
			}
			link, _ := a.JSON()["@odata.nextLink"].(string)
			next = strings.TrimPrefix(link, s.Base)
			if pages > 100 {
				t.Fatal("the walk does not end")
			}
		}
		for recID := range before {
			if seen[recID] != 1 {
				t.Errorf("order %q: %s is seen %d times", order, recID, seen[recID])
			}
		}
		existing = len(before)
	}
}
