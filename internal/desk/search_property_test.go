package desk_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/testkit"
)

// leaflet has searched fields with a column and without, a number, and one that is not searched.
const leaflet = `{"objects":[{"object":"Leaflet#","title":"Name","number":{"field":"LeafletNumber","start":1000},"fields":[
 {"name":"LeafletNumber","type":"number","index":"unique","search":true},{"name":"Name","index":true,"search":true},
 {"name":"Body","max":100000,"search":true},{"name":"Pages","type":"number","search":true},{"name":"Secret"}]}]}`

// naiveWords are the words of a text, as the specification says it: runs of letters and digits.
func naiveWords(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// finder asks for one record by words, by $search and by full text, and now and then in all objects.
type finder struct {
	s     *testkit.Server
	auth  string
	asked int
}

// found reports whether each way finds exactly the record, or, where recID is empty, nothing.
func (f *finder) found(t *testing.T, words, recID string) error {
	t.Helper()
	want := []string{}
	if recID != "" {
		want = append(want, recID)
	}
	body, err := json.Marshal(map[string]string{"Text": words, "ObjectType": "Leaflet"})
	if err != nil {
		return err
	}
	ways := map[string]testkit.Answer{
		"$search":   f.s.Ask(t, "GET", sets+"leaflets?$search="+url.QueryEscape(words), f.auth, ""),
		"full text": f.s.Ask(t, "POST", fulltext, f.auth, string(body)),
	}
	if f.asked++; f.asked%7 == 0 {
		ways["all"] = f.s.Ask(t, "POST", allFound, f.auth, string(body))
	}
	for way, a := range ways {
		var object struct{ Value, Data []struct{ RecID string } }
		if way == "all" {
			err = json.Unmarshal(a.Body, &object.Data)
		} else {
			err = json.Unmarshal(a.Body, &object)
		}
		got := []string{}
		for _, row := range append(object.Value, object.Data...) {
			got = append(got, row.RecID)
		}
		if a.Status != 200 || err != nil || strings.Join(got, " ") != strings.Join(want, " ") {
			return fmt.Errorf("%s for %q finds %v, want %v: %d %.200s %w", way, words, got, want, a.Status, a.Body, err)
		}
	}
	return nil
}

// TestARecordIsFoundByEachOfItsWords makes, changes and deletes random records, and looks for each of their words, and
// for beginnings of them, as soon as the answer is there.
func TestARecordIsFoundByEachOfItsWords(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		f := &finder{s: s, auth: "rest_api_key=" + s.Key(t, "Admin")}
		file := filepath.Join(t.TempDir(), "leaflet.json")
		if err := os.WriteFile(file, []byte(leaflet), 0o600); err != nil {
			t.Fatal(err)
		}
		s.Run(t, "object", "apply", "-f", file)
		word := rapid.StringOfN(rapid.RuneFrom([]rune("abcxyzABCäßÖéıЖщ漢字ñ0123456789")), 1, 12, -1)
		text := rapid.Custom(func(r *rapid.T) string {
			var b strings.Builder
			for _, w := range rapid.SliceOfN(word, 1, 4).Draw(r, "words") {
				b.WriteString(w + rapid.SampledFrom([]string{" ", " ", ", ", ".", "@", "-", "_", "+", "/", "\n", "\"", "'", "(", "\\", ":*"}).Draw(r, "gap"))
			}
			return b.String()
		})
		count := 0
		rapid.Check(t, func(r *rapid.T) {
			count++
			marker := fmt.Sprintf("marker%dq", count)
			fields := func() map[string]any {
				return map[string]any{"Name": text.Draw(r, "name") + " " + marker, "Body": text.Draw(r, "body"), "Pages": rapid.IntRange(0, 1<<40).Draw(r, "pages"), "Secret": "hidden" + marker}
			}
			words := func(d map[string]any) []string {
				return append(naiveWords(fmt.Sprint(d["Name"], " ", d["Body"])), fmt.Sprint(d["Pages"]))
			}
			send := func(method, path string, d map[string]any, status int) testkit.Answer {
				body, err := json.Marshal(d)
				if err != nil {
					r.Fatal(err)
				}
				a := s.Ask(t, method, path, f.auth, string(body))
				if a.Status != status {
					r.Fatalf("%s %s: %d %s", method, body, a.Status, a.Body)
				}
				return a
			}
			holds := func(d map[string]any, recID string) {
				for _, w := range words(d) {
					letters := []rune(w)
					for _, beginning := range []string{w, strings.ToUpper(w), string(letters[:min(len(letters), rapid.IntRange(2, 12).Draw(r, "letters"))])} {
						if literal.Fold(beginning) == literal.Fold(w) || strings.HasPrefix(literal.Fold(w), literal.Fold(beginning)) {
							if err := f.found(t, marker+" "+beginning, recID); err != nil {
								r.Fatal(err)
							}
						}
					}
				}
			}
			before := fields()
			made := send("POST", sets+"leaflets", before, 201).JSON()
			recID := made["RecId"].(string)
			holds(before, recID)
			for _, whole := range []string{marker, fmt.Sprintf("%s %.0f", marker, made["LeafletNumber"]), recID} {
				if err := f.found(t, whole, recID); err != nil {
					r.Fatal(err)
				}
			}
			if err := f.found(t, "hidden"+marker, ""); err != nil {
				r.Fatalf("a field that is not searched: %v", err)
			}
			after := fields()
			send("PATCH", sets+"leaflets('"+recID+"')", after, 200)
			holds(after, recID)
			now := map[string]bool{}
			for _, w := range words(after) {
				now[literal.Fold(w)] = true
			}
			for _, w := range words(before) {
				stays := false
				for have := range now {
					stays = stays || strings.HasPrefix(have, literal.Fold(w))
				}
				if !stays && !strings.HasPrefix(marker, literal.Fold(w)) && !strings.HasPrefix(fmt.Sprintf("%.0f", made["LeafletNumber"]), w) {
					if err := f.found(t, marker+" "+w, ""); err != nil {
						r.Fatalf("a word it has lost: %v", err)
					}
				}
			}
			if a := s.Ask(t, "DELETE", sets+"leaflets('"+recID+"')", f.auth, ""); a.Status != 204 {
				r.Fatalf("delete: %d %s", a.Status, a.Body)
			}
			for _, gone := range []string{marker, recID} {
				if err := f.found(t, gone, ""); err != nil {
					r.Fatalf("deleted: %v", err)
				}
			}
		})
		if out := s.Run(t, "doctor"); fmt.Sprint(out["ok"]) == "false" {
			t.Errorf("doctor: %v", out)
		}
	})
}
