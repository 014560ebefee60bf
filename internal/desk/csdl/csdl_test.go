package csdl_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/provost-itsm/provost/internal/desk/csdl"
	"github.com/provost-itsm/provost/internal/desk/csdl/csdltest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func render(t testing.TB, d *csdl.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if n, err := d.WriteTo(&b); err != nil || n != int64(b.Len()) {
		t.Fatalf("%d bytes of %d written: %v", n, b.Len(), err)
	}
	return b.Bytes()
}

// Every testdata/*.txtar is a document as data and the XML it becomes.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil || len(a.Files) == 0 || a.Files[0].Name != "document.json" {
				t.Fatal("no document.json", err)
			}
			var d csdl.Document
			decoder := json.NewDecoder(bytes.NewReader(a.Files[0].Data))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&d); err != nil {
				t.Fatal(err)
			}
			got := render(t, &d)
			if _, err := csdltest.Read(got); err != nil {
				t.Errorf("a strict reader refuses it: %v", err)
			}
			a.Files = append(a.Files[:1], txtar.File{Name: "metadata.xml", Data: got})
			if *update {
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(txtar.Format(a))); diff != "" {
				t.Errorf("(-file +now)\n%s", diff)
			}
		})
	}
}

const id = "3492dbcc-e502-44fd-9790-e3e45cb26c45"

// hostile is text that would break out of an attribute, or out of what regular expressions look for.
var hostile = []string{
	`"/><Function Name="Evil">`, `<EntityType Name="incident">`, `String="00000000-0000-0000-0000-000000000000" />`, "a\x00b\x1fc", "tab\tline\nreturn\r", "]]>", "<!--", "&#0;",
	"\xff\xfe", "\ufffe\uffff", "🦊 Kennwort \u202e evil", "</Schema>",
}

func TestHostileTextStaysText(t *testing.T) {
	for _, s := range hostile {
		d := &csdl.Document{Types: []csdl.EntityType{{Name: "incident", Set: "incidents", Label: s, Properties: []csdl.Property{
			{Name: "RecId", Type: csdl.String, NotNull: true, MaxLength: 32, ASCII: true}, {Name: "Subject", Type: csdl.String, MaxLength: 255, Label: s}}}},
			Functions: []csdl.Operation{{Name: "Mine", ID: id, Label: s}}, Actions: []csdl.Operation{{Name: "Close", ID: id, Label: s}}}
		b := render(t, d)
		m, err := csdltest.Read(b)
		if err != nil {
			t.Errorf("%q: %v\n%s", s, err, b)
			continue
		}
		want := readable(s)
		if got := []string{m.Types["incident"].Label, m.Types["incident"].Properties["Subject"].Label, m.Functions["Mine"].Label, m.Actions["Close"].Label}; !cmp.Equal(got, []string{want, want, want, want}) {
			t.Errorf("%q comes back as %q, want %q", s, got, want)
		}
		if len(m.Functions) != 1 || len(m.Actions) != 1 || len(m.Types) != 1 {
			t.Errorf("%q adds elements", s)
		}
		for _, element := range []string{"Function", "Action"} {
			found := regexp.MustCompile(`<`+element+` Name="([^"]+)">[\s\S]*?String="([^"]+)" />`).FindAllSubmatch(b, -1)
			if len(found) != 1 || string(found[0][2]) != id {
				t.Errorf("%q: a regular expression finds the %s %q", s, element, found)
			}
		}
	}
}

// readable is a text as it comes out of an XML document: what XML cannot hold is U+FFFD.
func readable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return utf8.RuneError
		}
		return r
	}, string([]rune(s))) // one U+FFFD for each byte that is no UTF-8
}

func TestNamesAreUniqueInTheSchema(t *testing.T) {
	key := csdl.Property{Name: "RecId", Type: csdl.String, NotNull: true}
	d := &csdl.Document{
		Types: []csdl.EntityType{{Name: "task", Set: "tasks", Properties: []csdl.Property{key, {Name: "Parent", Type: csdl.String}},
			Navigation: []csdl.Navigation{{Name: "Parent", Target: "task", Label: "shadowed by the field"}, {Name: "Parts", Target: "task", Many: true, Label: "Parts"}}}},
		Functions: []csdl.Operation{{Name: "task", ID: id}, {Name: "Close", ID: id}, {Name: "Container", ID: id}},
		Actions:   []csdl.Operation{{Name: "Close", ID: id}, {Name: "Close_", ID: id}},
	}
	m, err := csdltest.Read(render(t, d))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := m.Types["task"].Navigation["Parent"]; ok || len(m.Types["task"].Navigation) != 1 {
		t.Errorf("relationships: %v", m.Types["task"].Navigation)
	}
	for _, name := range []string{"task_", "Close", "Container_"} {
		if m.Functions[name].ActionID != id {
			t.Errorf("functions: %v lack %s", m.Functions, name)
		}
	}
	for _, name := range []string{"Close_", "Close__"} {
		if m.Actions[name].ActionID != id {
			t.Errorf("actions: %v lack %s", m.Actions, name)
		}
	}
}

func TestOnlyTheRootHasNavigation(t *testing.T) {
	key := csdl.Property{Name: "RecId", Type: csdl.String, NotNull: true}
	b := render(t, &csdl.Document{Types: []csdl.EntityType{{Name: "a", Properties: []csdl.Property{key}, Navigation: []csdl.Navigation{{Name: "ToB", Target: "b"}}},
		{Name: "b", Properties: []csdl.Property{key}, Navigation: []csdl.Navigation{{Name: "ToA", Target: "a"}}}}})
	if bytes.Count(b, []byte("<NavigationProperty")) != 1 || !bytes.Contains(b, []byte(`<NavigationProperty Name="ToB" Type="MetaData.b" />`)) {
		t.Errorf("%s", b)
	}
}

type full struct{ left int }

var errFull = errors.New("no room")

func (w *full) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestAFailingWriterIsTold(t *testing.T) {
	d := large()
	for _, room := range []int{0, 20 << 10, 100 << 10} {
		if _, err := d.WriteTo(&full{room}); !errors.Is(err, errFull) {
			t.Errorf("room for %d bytes: %v", room, err)
		}
	}
	if n, err := d.WriteTo(io.Discard); err != nil || n < 300<<10 {
		t.Errorf("%d bytes, %v", n, err)
	}
}

// large is as much as the graph of incidents: 38 types.
func large() *csdl.Document {
	d := &csdl.Document{}
	for i := range 38 {
		e := csdl.EntityType{Name: "type" + strings.Repeat("x", i), Set: "types" + strings.Repeat("x", i)}
		e.Properties = append(e.Properties, csdl.Property{Name: "RecId", Type: csdl.String, NotNull: true, MaxLength: 32, ASCII: true})
		for k := range 120 {
			e.Properties = append(e.Properties, csdl.Property{Name: "SomeField" + strings.Repeat("y", k%30) + string(rune('A'+k/30)), Type: csdl.String, MaxLength: 255, Label: "Some label"})
		}
		d.Types = append(d.Types, e)
	}
	return d
}

func BenchmarkWrite(b *testing.B) {
	d := large()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.WriteTo(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzEscape holds that any text comes back from an XML reader as it was, but for what XML cannot hold.
func FuzzEscape(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		escaped := csdl.AppendEscaped(nil, s)
		if bytes.ContainsAny(escaped, "<>\"\n\r\t") {
			t.Fatalf("%q stays in %q", s, escaped)
		}
		var e struct {
			V string `xml:"v,attr"`
		}
		if err := xml.Unmarshal([]byte(`<e v="`+string(escaped)+`"/>`), &e); err != nil {
			t.Fatalf("%q becomes %q: %v", s, escaped, err)
		}
		if want := readable(s); e.V != want {
			t.Fatalf("%q comes back as %q, want %q", s, e.V, want)
		}
	})
}
