package bench

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/record"
)

func TestDefinitionIsWhatTheWorkloadsSay(t *testing.T) {
	d := json.NewDecoder(strings.NewReader(string(Definition)))
	d.DisallowUnknownFields()
	var c record.Catalogue
	if err := d.Decode(&c); err != nil {
		t.Fatal(err)
	}
	if len(c.Objects) != 1 || c.Objects[0].Object != "BenchIncident#" || len(c.Objects[0].Fields) != 40 {
		t.Fatalf("%d objects, %d fields", len(c.Objects), len(c.Objects[0].Fields))
	}
	indexed := map[string]bool{}
	unique := 0
	for _, f := range c.Objects[0].Fields {
		indexed[f.Name] = f.Index != record.NotIndexed
		if f.Index == record.Unique && f.Name == c.Objects[0].Number.Field {
			unique++
		}
	}
	s, err := benchShape(1, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range s.filter {
		if !indexed[name] {
			t.Errorf("%s is not indexed", name)
		}
	}
	if want := append(slices.Clone(s.filter[:]), "CreatedDateTime"); unique != 1 || !slices.Equal(c.Objects[0].Indexes[0], want) {
		t.Errorf("%d unique number fields, index %v, want one and %v", unique, c.Objects[0].Indexes, want)
	}
}

func TestPayloadsAreTheSameForASeedAndAllOfOneLength(t *testing.T) {
	people := []string{"0199A3C2D4E07B1C8F2E5A6B7C8D9E0F"}
	for name, make := range map[string]func(seed uint64, records int) *shape{
		"BenchIncident": func(seed uint64, records int) *shape {
			s, err := benchShape(seed, records)
			if err != nil {
				t.Fatal(err)
			}
			return s
		},
		"Incident": func(seed uint64, records int) *shape { return incidentShape(seed, records, people) },
	} {
		t.Run(name, func(t *testing.T) {
			a, b, other := make(1, 100_000), make(1, 100_000), make(2, 100_000)
			if same := slices.EqualFunc[[][]byte, [][]byte]; !same(a.payloads, b.payloads, bytes.Equal) || same(a.payloads, other.payloads, bytes.Equal) {
				t.Error("payloads have to depend on the seed and on nothing else")
			}
			if len(a.combos) != 600 || len(make(1, 5000).combos) != 24 {
				t.Errorf("%d combinations of 100,000 records, %d of 5,000", len(a.combos), len(make(1, 5000).combos))
			}
			for i, p := range a.payloads {
				var fields map[string]any
				if err := json.Unmarshal(append(slices.Clone(p), '}'), &fields); err != nil {
					t.Fatalf("payload %d: %v", i, err)
				}
				for k, f := range a.filter {
					if fields[f] != a.combos[i%len(a.combos)][k] {
						t.Fatalf("payload %d: %s is %v", i, f, fields[f])
					}
				}
				if len(p) != len(a.payloads[0]) {
					t.Fatalf("payload %d has %d bytes, the first %d", i, len(p), len(a.payloads[0]))
				}
			}
		})
	}
}
