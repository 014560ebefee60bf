package bench

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/record"
)

// Definition is the object type of the workloads T3, T4c, T5 and M, as `provost object apply` takes it.
//
//go:embed benchincident.json
var Definition []byte

// combination is one set of values of the three fields that lists filter by.
type combination [3]string

// shape is what the records of a workload look like, the same for every server.
type shape struct {
	object   string    // name in reports
	filter   [3]string // fields that lists filter by
	combos   []combination
	words    []string // for full text: each stands in a record
	payloads [][]byte // JSON objects without the brace that ends them; payload i has combination i modulo len(combos)
}

// Each combination occurs often enough among the loaded records that a page of 100 is always full: 100,000 records make
// 20 teams x 10 categories x 3 values, and 166 or 167 of each.
const perCombination = 500.0 / 3

// spread returns how many teams and categories records are spread over, beside three values of the third field: twice as
// many teams as categories, so that no field by itself selects much less or more than another, whatever the records.
func spread(records int) (teams, categories int) {
	pairs := float64(records) / perCombination / 3
	teams = min(max(int(math.Round(math.Sqrt(2*pairs))), 1), 20)
	return teams, min(max(int(pairs)/teams, 1), 10)
}

func combinations(records int, team, category func(int) string, third [3]string) []combination {
	var out []combination
	teams, categories := spread(records)
	for t := range teams {
		for c := range categories {
			for _, v := range third {
				out = append(out, combination{team(t), category(c), v})
			}
		}
	}
	return out
}

// Bytes of a payload with its closing brace. The server adds eight system fields, the number and what is null; the
// document of a BenchIncident then has 1,967 bytes, that of an incident about 5.4 KB.
const (
	benchPayload    = 1702
	incidentPayload = 800
)

// payloadsPer is how many different payloads there are of each combination.
const payloadsPer = 7

// benchShape makes the payloads of BenchIncident.
func benchShape(seed uint64, records int) (*shape, error) {
	var catalogue record.Catalogue
	if err := json.Unmarshal(Definition, &catalogue); err != nil {
		return nil, fmt.Errorf("read the definition of BenchIncident: %w", err)
	}
	s := &shape{
		object: "BenchIncident", filter: [3]string{"OwnerTeam", "Category", "Status"},
		combos: combinations(records, teamName, func(i int) string { return fmt.Sprintf("Category %d", i) }, [3]string{"Logged", "Active", "Resolved"}),
	}
	w := newWriter(seed)
	for range payloadsPer {
		for _, c := range s.combos {
			var p payload
			for _, f := range catalogue.Objects[0].Fields {
				switch {
				case f.Name == "IncidentNumber" || f.Name == "Symptom": // drawn by the server; last, to fill up
				case f.Name == s.filter[0]:
					p.text(f.Name, c[0])
				case f.Name == s.filter[1]:
					p.text(f.Name, c[1])
				case f.Name == s.filter[2]:
					p.text(f.Name, c[2])
				default:
					p.raw(f.Name, w.value(f))
				}
			}
			p.text("Symptom", w.words(benchPayload-len(p.b)-len(`,"Symptom":""}`)))
			s.payloads = append(s.payloads, p.b)
		}
	}
	return s, nil
}

// incidentShape makes the payloads of the stock Incident: what a monitoring system and a service desk send.
func incidentShape(seed uint64, records int, customers []string) *shape {
	s := &shape{
		object: "Incident", filter: [3]string{"OwnerTeam", "Category", "Status"},
		combos: combinations(records, teamName, categoryName, [3]string{"Logged", "Active", "Waiting for Customer"}),
	}
	w := newWriter(seed)
	for range payloadsPer {
		for _, c := range s.combos {
			var p payload
			subject := w.words(60)
			if words := strings.Fields(subject); len(s.payloads) < records {
				s.words = append(s.words, words[:len(words)-1]...) // the last one may be cut
			}
			p.text("Subject", subject)
			p.text("OwnerTeam", c[0])
			p.text("Category", c[1])
			p.text("Status", c[2])
			p.text("Owner", "InternalServices")
			p.text("Source", "AutoTicket")
			p.text("Service", "Desktop Service")
			p.text("ProfileLink", customers[w.r.IntN(len(customers))])
			p.text("ExternalReference", w.words(24))
			p.text("Symptom", w.words(incidentPayload-len(p.b)-len(`,"Symptom":""}`)))
			s.payloads = append(s.payloads, p.b)
		}
	}
	return s
}

func teamName(i int) string     { return fmt.Sprintf("Bench Team %02d", i) }
func categoryName(i int) string { return fmt.Sprintf("Bench Category %d", i) }

// payload is a JSON object being written; no value in it needs escaping.
type payload struct{ b []byte }

func (p *payload) raw(name, value string) {
	sep := byte(',')
	if len(p.b) == 0 {
		sep = '{'
	}
	p.b = append(p.b, sep, '"')
	p.b = append(p.b, name...)
	p.b = append(p.b, '"', ':')
	p.b = append(p.b, value...)
}

func (p *payload) text(name, value string) { p.raw(name, `"`+value+`"`) }

// writer makes values that are the same for the same seed.
type writer struct {
	r          *rand.Rand
	vocabulary []string
}

func newWriter(seed uint64) *writer {
	w := &writer{r: rand.New(rand.NewPCG(seed, 0x62656e6368))}
	syllables := strings.Fields("ar be co da el fi go ha in jo ka lu me no or pa qui ro sta tu ur ve wo xen ya zu ter mon lan net")
	for range 3000 {
		word := ""
		for range 2 + w.r.IntN(3) {
			word += syllables[w.r.IntN(len(syllables))]
		}
		w.vocabulary = append(w.vocabulary, word)
	}
	return w
}

// words returns n bytes of words.
func (w *writer) words(n int) string {
	var b strings.Builder
	for b.Len() < n {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.vocabulary[w.r.IntN(len(w.vocabulary))])
	}
	text := []byte(b.String()[:max(n, 0)])
	if n > 0 && text[n-1] == ' ' {
		text[n-1] = '.' // the server may trim it, and the length has to stay
	}
	return string(text)
}

// lengths are the bytes of text fields; others have 12.
var lengths = map[string]int{"Subject": 60, "Resolution": 220, "Notes": 120, "OwnerEmail": 24, "OwnerTeamEmail": 24, "Email": 24, "ProfileFullName": 18}

// value makes a JSON value for a field.
func (w *writer) value(f record.FieldDefinition) string {
	switch f.Type {
	case "number":
		return strconv.Itoa(100 + w.r.IntN(900))
	case "decimal":
		return fmt.Sprintf(`"%d.%04d"`, 10+w.r.IntN(90), w.r.IntN(10_000))
	case "boolean":
		return [...]string{"true", "false"}[w.r.IntN(2)]
	case "datetime":
		day := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(w.r.IntN(365*86_400)) * time.Second)
		return day.Format(`"2006-01-02T15:04:05Z"`)
	}
	n, ok := lengths[f.Name]
	if !ok {
		n = 12
	}
	return `"` + w.words(n) + `"`
}
