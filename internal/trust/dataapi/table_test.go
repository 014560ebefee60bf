package dataapi

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/secret"
)

func TestTheTableNamesFieldsOfTheStock(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	for _, s := range []*set{devices, persons} {
		typ, ok := f.one.Records.Type(f.ctx, s.object)
		if !ok {
			t.Fatalf("no object %s", s.object)
		}
		seen := map[string]bool{}
		for i, at := range s.positions(typ) {
			path := s.fields[i].path
			if at < 0 {
				t.Errorf("%s: %s has no field %s of that kind", path, s.object, s.fields[i].of)
			}
			if seen[path] || !regexp.MustCompile(`^[A-Z][A-Za-z]*(/[A-Z][A-Za-z]*)*$`).MatchString(path) {
				t.Errorf("%s is there twice, or no path", path)
			}
			seen[path] = true
		}
		for _, path := range append(s.standard, s.key) {
			if !seen[path] {
				t.Errorf("%s is not in the table", path)
			}
		}
		for inner := range seen {
			for other := range seen {
				if strings.HasPrefix(other, inner+"/") {
					t.Errorf("%s is a value and has %s within", inner, other)
				}
			}
		}
	}
}

// TestTheMetadataNamesEveryField reads the document as its readers do.
func TestTheMetadataNamesEveryField(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	w := f.send(f.one, "GET", "csm", base+"devicesMetadata")
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/xml; charset=utf-8" {
		t.Fatalf("%d %s", w.Code, w.Header())
	}
	type property struct {
		Name string `xml:"Name,attr"`
		Type string `xml:"Type,attr"`
	}
	type structure struct {
		Name       string     `xml:"Name,attr"`
		Properties []property `xml:"Property"`
	}
	var doc struct {
		XMLName xml.Name    `xml:"http://docs.oasis-open.org/odata/ns/edmx Edmx"`
		Entity  []structure `xml:"DataServices>Schema>EntityType"`
		Complex []structure `xml:"DataServices>Schema>ComplexType"`
		Sets    []property  `xml:"DataServices>Schema>EntityContainer>EntitySet"`
	}
	d := xml.NewDecoder(w.Body)
	if err := d.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Token(); err == nil {
		if _, err = d.Token(); !errors.Is(err, io.EOF) {
			t.Error("something follows the document")
		}
	}
	types := map[string]structure{}
	for _, s := range append(doc.Entity, doc.Complex...) {
		types[namespace+"."+s.Name] = s
	}
	if len(doc.Sets) != 2 {
		t.Errorf("sets: %v", doc.Sets)
	}
	for _, s := range []*set{devices, persons} {
		for _, field := range s.fields {
			at, kind := namespace+"."+s.typeName, ""
			for name := range strings.SplitSeq(field.path, "/") {
				kind = ""
				for _, p := range types[at].Properties {
					if p.Name == name {
						kind = p.Type
					}
				}
				at = kind
			}
			if want, _, _ := strings.Cut(strings.Trim(edm[field.kind], `"`), `"`); kind != want {
				t.Errorf("%s has the type %q, want %q", field.path, kind, want)
			}
		}
	}
}

func TestTheGuideNamesEveryField(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "data-api.md"))
	if err != nil {
		t.Fatal(err)
	}
	guide, below, _ := strings.Cut(string(text), "## Fields of people")
	for s, in := range map[*set]string{devices: guide, persons: below} {
		for _, field := range s.fields {
			if row := "| `" + field.path + "` | "; !strings.Contains(in, row) || !strings.Contains(in, " | "+field.of+" |") {
				t.Errorf("the table of %s lacks %s, %s", s.name, field.path, field.of)
			}
		}
	}
}

func TestTheOriginSpellsItsPortOut(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"https://desk.example.com": "https://desk.example.com:443", "https://desk.example.com:8443": "https://desk.example.com:8443",
		"http://127.0.0.1:8080": "http://127.0.0.1:8080", "http://localhost": "http://localhost:80", "https://[2001:db8::1]": "https://[2001:db8::1]:443",
		"https://example.com/itsm": "https://example.com:443/itsm",
	} {
		if got := origin(base); got != want {
			t.Errorf("%s: %s, want %s", base, got, want)
		}
	}
}

// FuzzRequest reads options of a request; whatever they are, the answer is a refusal or something that can be written.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{"$select=OS/Version,No/Such&$top=5", "%24filter=contains(OS/DisplayName,%20'Windows')", "$top=501", "$scrollID=x&$SELECT=*", "$select=a%0d%0ab", "&&=&$"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := parseQuery(raw)
		if err != nil {
			return
		}
		if q.top < 1 || q.top > maxTop {
			t.Errorf("$top is %d", q.top)
		}
		_, unknown, err := devices.selection(q.sel)
		if err != nil {
			return
		}
		if h := reported(unknown); strings.ContainsFunc(h, func(r rune) bool { return r < ' ' || r > '~' }) || len(h) > 2<<10 {
			t.Errorf("the header %q", h)
		}
		link := nextLink("https://desk.example.com", devices, q, "token")
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		again, err := parseQuery(u.RawQuery)
		if err != nil || again.filter != q.filter || again.sel != q.sel || again.scroll != "token" {
			t.Errorf("%q reads as %+v, %v; was %+v", link, again, err, q)
		}
		if text, err := json.Marshal(link); err != nil || strings.ReplaceAll(string(text), `\u0026`, "&") != `"`+link+`"` {
			t.Errorf("%q is no JSON as it stands", link)
		}
	})
}

// FuzzScrollID finds no $scrollID that counts but the one that was made.
func FuzzScrollID(f *testing.F) {
	keys, err := secret.Open(filepath.Join(f.TempDir(), "keys.json"), true)
	if err != nil {
		f.Fatal(err)
	}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	w := walk{"tenant", "registration/a", "devices", "", ""}
	good, err := w.token(keys, now, place{"0198A3F2B4C57D8E9F00112233445566", 5, now})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", good, good[:len(good)-1], good + "=", strings.Repeat("A", len(good)), "AQ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		at, err := w.place(keys, now, token)
		if (err == nil) != (token == good) || err == nil && (at.recID != "0198a3f2b4c57d8e9f00112233445566" || at.total != 5 || !at.counted.Equal(now)) {
			t.Errorf("%q: %v, %v", token, at, err)
		}
	})
}
