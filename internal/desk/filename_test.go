package desk

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/blob"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/web"
)

func TestContentTypesThatABrowserRunsAreNeverGivenOut(t *testing.T) {
	const page, drawing, png = "<!DOCTYPE html><script>", "<?xml version=\"1.0\"?><svg onload=\"x\">", "\x89PNG\r\n\x1a\n"
	for _, c := range []struct{ name, head, want string }{
		{"a.txt", "text", "text/plain; charset=utf-8"},
		{"a.TXT", "\xff\xfet\x00", "text/plain; charset=utf-16le"},
		{"a.txt", "\x00\x01", "text/plain"},
		{"a.txt", page, "text/plain; charset=utf-8"},
		{"a.csv", "a,b", "text/csv; charset=utf-8"},
		{"a.png", png, "image/png"},
		{"a.png", page, unknownContent},
		{"a.gif", drawing, unknownContent},
		{"a.html", page, unknownContent}, {"a.htm", page, unknownContent}, {"a.svg", drawing, unknownContent}, {"a.xml", drawing, unknownContent},
		{"a.js", "alert(1)", unknownContent}, {"a.xhtml", page, unknownContent}, {"a.unknown", page, unknownContent}, {"none", "", unknownContent},
		{"a.unknown", png, "image/png"},
		{"a.pdf", page, "application/pdf"},
		{"a.zip", "PK\x03\x04", "application/zip"},
	} {
		if got := contentType(c.name, []byte(c.head)); got != c.want {
			t.Errorf("%s beginning with %q is %s, want %s", c.name, c.head, got, c.want)
		}
	}
}

func TestNamesThatWindowsKeepsForDevicesAreChanged(t *testing.T) {
	for sent, want := range map[string]string{
		"CON.txt": "_CON.txt", "con": "_con", "NUL.tar.gz": "_NUL.tar.gz", "aux .txt": "_aux .txt", "Com1.log": "_Com1.log", "LPT²": "_LPT²", "conin$": "_conin$",
		"C:\\PRN.txt": "_PRN.txt", "name. . .": "name", "console.txt": "console.txt", "a.CON": "a.CON", "com10.txt": "com10.txt", "_CON.txt": "_CON.txt",
		"con." + strings.Repeat("x", 260) + ".txt": "_con." + strings.Repeat("x", 246) + ".txt",
	} {
		if got := cleanFileName(sent); got != want {
			t.Errorf("%q becomes %q, want %q", sent, got, want)
		}
	}
}

func FuzzCleanFileName(f *testing.F) {
	for _, s := range []string{"a.txt", "../../etc/passwd", `..\..\x.txt`, "C:\\x\\y.doc", "a\u202etxt.exe", "a\x00.txt", "\xff\xfe.png", "名前.pdf", strings.Repeat("x", 300) + ".txt",
		"." + strings.Repeat("y", 300), "a.\u200d", "e\u0301.txt", "\u2028", "x\r\nSet-Cookie: a=b", `a";x=".txt`, "...", "con.", "CON.txt", "nul .txt", "com¹." + strings.Repeat("y", 300) + ".png", "a .txt . ."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sent string) {
		name := cleanFileName(sent)
		if !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxFileName || strings.ContainsAny(name, "/\\\x00<>:\"|?*") || name == "." || name == ".." {
			t.Fatalf("%q becomes %q", sent, name)
		}
		for _, r := range name {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' {
				t.Fatalf("%q becomes %q, with %U", sent, name, r)
			}
		}
		if again := cleanFileName(name); again != name {
			t.Fatalf("%q becomes %q and then %q", sent, name, again)
		}
		header := disposition(sent)
		kind, parameters, err := mime.ParseMediaType(header)
		if err != nil || kind != "attachment" || len(parameters) != 1 || name != "" && parameters["filename"] != name || strings.ContainsAny(header, "\r\n") {
			t.Fatalf("%q is given out as %q: %v %v", name, header, parameters, err)
		}
	})
}

// readForm reads a form into a store of its own, as upload does.
func readForm(tb testing.TB, body []byte) (*blob.Store, *delivery, error) {
	tb.Helper()
	s := blob.At(tb.TempDir()).Of("01890000-0000-7000-8000-000000000001")
	in := &delivery{}
	err := receiver{limit: 1 << 16, types: "txt,png", put: s.Put}.read(bytes.NewReader(body), "b", in)
	return s, in, err
}

func FuzzForm(f *testing.F) {
	const file = "--b\r\nContent-Disposition: form-data; name=file; filename=a.txt\r\n\r\ncontent\r\n"
	for _, s := range []string{"", "--b--", file, file + "--b--\r\n", "--b\r\nContent-Disposition: form-data; name=ObjectID\r\n\r\nX\r\n" + file + "--b--\r\n",
		strings.ReplaceAll(file, "a.txt", "") + "--b--", strings.ReplaceAll(file, "a.txt", `"..\\..\\x.exe"`) + file + "--b--", strings.Repeat(file, 120) + "--b--",
		"--b\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Disposition: form-data; filename*=utf-8''%e2%80%ae.txt\r\n\r\n=41=\r\n\r\n--b--",
		"--b\nContent-Disposition: x; filename=a.txt\n\nunix\n--b--\n", "preamble\r\n" + file + "--b--epilogue"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s, in, err := readForm(t, body)
		var exact *web.ISM
		var said *fault.Error
		if err != nil && !errors.As(err, &exact) && !errors.As(err, &said) {
			t.Fatalf("an error that is not for the caller: %v", err)
		}
		if len(in.files) > maxParts || len(in.objectID) > maxPartField {
			t.Fatalf("%d files", len(in.files))
		}
		total := 0
		for _, one := range in.files {
			if one.blob == nil == (one.refused == "") {
				t.Fatalf("%+v is neither stored nor refused", one)
			}
			if one.blob != nil {
				total += int(one.blob.Size)
			}
		}
		if total > len(body) {
			t.Fatalf("%d bytes come out of %d", total, len(body))
		}
		in.drop()
		for h, err := range s.All() {
			t.Fatalf("a blob %s got a name: %v", h, err)
		}
	})
}

func TestAFormWhoseStoreFailsIsOurFault(t *testing.T) {
	body := "--b\r\nContent-Disposition: form-data; name=file; filename=a.txt\r\n\r\ncontent\r\n--b--\r\n"
	full := errors.New("no space left on device")
	err := receiver{limit: 100, types: "txt", put: func(io.Reader, int64) (*blob.Pending, error) { return nil, full }}.read(strings.NewReader(body), "b", &delivery{})
	if f := fault.Of(err); f.Kind != fault.Internal || !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
}
