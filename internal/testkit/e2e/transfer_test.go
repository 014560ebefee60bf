package e2e_test

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/testkit"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// TestExportOfAnImportIsTheSame takes a tenant through both engines and back. Compared are the bytes of the exports: the header, with
// the tenant the data was first made for and the fingerprint of the keys, and every row of every table in the order of
// its key (object types, records, links, history, audit chain, counters, settings, roles, people's passwords, keys and
// sessions as hashes, jobs). Name, host names and place of the tenant are no part of it, nor full-text indexes, which are
// made anew and tried by searching.
func TestExportOfAnImportIsTheSame(t *testing.T) {
	t.Parallel()
	for _, home := range placements[:2] {
		t.Run(home.name, func(t *testing.T) {
			s, p, _ := twoTenants(t, home)
			fill(t, s, p)
			folder := t.TempDir()
			before := p.contents(t)
			s.Run(t, "tenant", "suspend", p.name) // so that nothing changes beside the exports
			first := export(t, s, p.name, folder)
			from := first
			for i, to := range map[bool][]string{false: {"beside", "postgres", "sqlite"}, true: {"beside", "sqlite", "postgres"}}[home.control] {
				name := fmt.Sprintf("copy%d", i)
				args := []string{"tenant", "import", name, from, "--host", name + ".test"}
				switch to {
				case "sqlite":
					args = append(args, "--dsn", "sqlite:"+filepath.Join(t.TempDir(), name+".db"))
				case "postgres":
					args = append(args, "--dsn", pgtest.DSN(t))
				}
				s.Run(t, args...)
				again := export(t, s, name, folder)
				same(t, fmt.Sprintf("step %d, %s", i, to), first, again)
				lives(t, s, p, name, before)
				from = again
			}
			healthy(t, s, "copy1", 50)
			if s.Run(t, "tenant", "resume", p.name); p.contents(t) != before {
				t.Error("exporting has changed the tenant")
			}
		})
	}
}

// fill gives a tenant more of everything, texts that are hard to carry among it.
func fill(t *testing.T, s *testkit.Server, p *party) {
	t.Helper()
	definition := filepath.Join(t.TempDir(), "vehicle.json")
	if err := os.WriteFile(definition, []byte(vehicle), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Run(t, "object", "apply", "-f", definition, "--tenant", p.name)
	s.Run(t, "setting", "set", "odata.singular_paths", "on", "--tenant", p.name)
	s.Run(t, "user", "create", "somebody", "--role", "ServiceDeskAnalyst", "--tenant", p.name)
	s.Run(t, "key", "disable", s.Run(t, "key", "create", "--role", "SelfService", "--group", "Old", "--tenant", p.name)["id"].(string), "--tenant", p.name)
	sets := "/api/odata/businessobject/"
	for i := range 20 {
		for path, body := range map[string]string{
			incidents:                fmt.Sprintf(`{"Subject":"Number %d \u2028 \"quoted\" \\ Ünïcode 漢字 😀","Symptom":"line\nline\ttab \u0001","TotalTimeSpent":%d,"ProfileLink":"%s"}`, i, i, p.person),
			sets + "journal__Notess": fmt.Sprintf(`{"ParentLink_RecID":"%s","Category":"Memo","NotesBody":"note %d","Subject":"n"}`, p.incident, i),
			sets + "fleetvehicles":   fmt.Sprintf(`{"Plate":"P-%d","Seats":%[1]d,"Weight":%[1]d.25}`, i),
		} {
			a := p.ask(t, http.MethodPost, path, body)
			if a.Status != http.StatusCreated {
				t.Fatalf("%s %s: %d %s", path, body, a.Status, a.Body)
			}
			one := incidents + "('" + a.JSON()["RecId"].(string) + "')"
			switch {
			case path == incidents && i%3 == 0:
				a = p.ask(t, http.MethodPatch, one, `{"Status":"Closed","Owner":"somebody"}`)
			case path == incidents && i%3 == 1:
				a = p.ask(t, http.MethodDelete, one, "")
			}
			if a.Status >= 300 {
				t.Fatalf("%s: %d %s", one, a.Status, a.Body)
			}
		}
	}
}

// export writes the export of a tenant and returns its file.
func export(t *testing.T, s *testkit.Server, name, folder string) string {
	t.Helper()
	file := filepath.Join(folder, name+".gz")
	s.Run(t, "tenant", "export", name, file)
	return file
}

// same compares two exports and shows where they part.
func same(t *testing.T, what, first, second string) {
	t.Helper()
	a, b := lines(t, first), lines(t, second)
	table, shown := "", 0
	for i := range max(len(a), len(b)) {
		var x, y string
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if strings.HasPrefix(x, `{"table"`) {
			table = x
		}
		if x != y {
			t.Errorf("%s: line %d, in %.100s\n first  %.600s\n second %.600s", what, i+1, table, x, y)
			if shown++; shown == 3 {
				return
			}
		}
	}
}

func lines(t *testing.T, file string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	scan := bufio.NewScanner(z)
	scan.Buffer(nil, 16<<20)
	for scan.Scan() {
		out = append(out, scan.Text())
	}
	if err := scan.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// lives holds that an imported tenant shows what the first one showed, finds words and takes changes.
func lives(t *testing.T, s *testkit.Server, p *party, name, before string) {
	t.Helper()
	copied := *p
	copied.host = name + ".test"
	after := strings.ReplaceAll(copied.contents(t), "http://"+copied.host, "http://"+p.host)
	if diff := cmp.Diff(strings.Split(before, "\n"), strings.Split(after, "\n")); diff != "" {
		t.Errorf("%s shows something else:\n%s", name, diff)
	}
	if a := copied.ask(t, http.MethodGet, incidents+"?$search=%C3%9CN%C3%8FCODE&$filter=contains(Symptom,'tab')", ""); len(a.Rows()) != 13 {
		t.Errorf("%s finds %d records: %.300s", name, len(a.Rows()), a.Body)
	}
	if a := copied.ask(t, http.MethodGet, "/api/odata/businessobject/fleetvehicle?$filter=Seats ge 10", ""); len(a.Rows()) != 10 {
		t.Errorf("%s: the custom object: %d %.300s", name, a.Status, a.Body)
	}
	a := copied.ask(t, http.MethodPost, incidents, `{"Subject":"the next one"}`)
	number, _ := a.JSON()["IncidentNumber"].(float64)
	if a.Status != http.StatusCreated || number == 0 {
		t.Errorf("%s: a new incident: %d %.300s", name, a.Status, a.Body)
	}
	if a = copied.ask(t, http.MethodGet, fmt.Sprintf("%s?$filter=IncidentNumber eq %.0f", incidents, number), ""); len(a.Rows()) != 1 {
		t.Errorf("%s: number %.0f is given %d times", name, number, len(a.Rows()))
	}
	if a = p.ask(t, http.MethodGet, incidents, ""); a.Status == http.StatusOK {
		t.Errorf("%s is suspended and answers", p.name)
	}
}

// vehicle is a custom object with a number, a pick list and a link.
const vehicle = `{"lists":[{"name":"Fuel","values":["Diesel","Electric"]}],
 "objects":[{"object":"FleetVehicle#","label":"Vehicle","plural":"Vehicles","title":"Plate","number":{"field":"VehicleNumber","start":7},
  "fields":[{"name":"VehicleNumber","type":"number","index":"unique"},
   {"name":"Plate","max":20,"required":true,"index":"unique","search":true},
   {"name":"Seats","type":"number","index":true}, {"name":"Weight","type":"decimal"},
   {"name":"Fuel","type":"picklist","list":"Fuel","default":"Diesel","index":true},
   {"name":"DriverLink","type":"link","target":"Employee#","index":"sparse"}]}]}`
