package desk_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/testkit"
)

const attachment = "/api/rest/Attachment"

// part is a part of a form: a field, or a file where it has a file name.
type part struct{ name, file, content string }

func field(name, value string) part { return part{name: name, content: value} }

func file(name, content string) part { return part{"file", name, content} }

const boundary = "----a-boundary-of-the-test"

// form writes a form as clients do, the file's name as it stands.
func form(parts ...part) string {
	var b strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=\"%s\"", boundary, p.name)
		if p.file != "" {
			fmt.Fprintf(&b, "; filename=\"%s\"\r\nContent-Type: application/octet-stream", p.file)
		}
		b.WriteString("\r\n\r\n" + p.content + "\r\n")
	}
	return b.String() + "--" + boundary + "--\r\n"
}

// desk is a server with a key.
type deskServer struct {
	*testkit.Server
	key string
}

func (s deskServer) as(key string) deskServer { s.key = key; return s }

func (s deskServer) ask(t *testing.T, method, path string, header map[string]string, body string) testkit.Answer {
	t.Helper()
	all := map[string]string{"Authorization": "rest_api_key=" + s.key}
	maps.Copy(all, header)
	a, err := s.Request(method, path, all, body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

func (s deskServer) upload(t *testing.T, parts ...part) testkit.Answer {
	t.Helper()
	return s.ask(t, http.MethodPost, attachment, map[string]string{"Content-Type": "multipart/form-data; boundary=" + boundary}, form(parts...))
}

// uploaded is one entry of the array that answers an upload.
type uploaded struct {
	FileName   string
	IsUploaded bool
	Message    string
}

func entries(a testkit.Answer) (all []uploaded) {
	_ = json.Unmarshal(a.Body, &all)
	return all
}

// one is the RecId of the one file of an upload that has to succeed.
func one(t *testing.T, a testkit.Answer) string {
	t.Helper()
	all := entries(a)
	if a.Status != http.StatusOK || len(all) != 1 || !all[0].IsUploaded || len(all[0].Message) != 32 {
		t.Fatalf("upload: %d %s", a.Status, a.Body)
	}
	return all[0].Message
}

func (s deskServer) make(t *testing.T, set, body string) string {
	t.Helper()
	a := s.ask(t, http.MethodPost, sets+set, nil, body)
	id, _ := a.JSON()["RecId"].(string)
	if a.Status != http.StatusCreated {
		t.Fatalf("%s %s: %d %s", set, body, a.Status, a.Body)
	}
	return id
}

// refused wants a status object with a code and words.
func refused(t *testing.T, what string, a testkit.Answer, status int, code string, words ...string) {
	t.Helper()
	m := a.JSON()
	if _, list := m["message"].([]any); a.Status != status || m["code"] != code || !list {
		t.Errorf("%s: %d %s, want %d %s", what, a.Status, a.Body, status, code)
	}
	for _, w := range words {
		if !strings.Contains(string(a.Body), w) {
			t.Errorf("%s: %s lacks %q", what, a.Body, w)
		}
	}
}

func onEngines(t *testing.T, test func(t *testing.T, s deskServer)) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		test(t, deskServer{s, s.Key(t, "Admin")})
	})
}

// blobs are the files below the data folder of the server's tenants.
func blobs(t *testing.T, s deskServer) (kept, temporary []string) {
	t.Helper()
	kept, err := filepath.Glob(filepath.Join(s.Data, "blobs", "*", "??", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if temporary, err = filepath.Glob(filepath.Join(s.Data, "blobs", "*", "tmp", "*")); err != nil {
		t.Fatal(err)
	}
	return kept, temporary
}

func TestAttachmentsComeAndGo(t *testing.T) {
	onEngines(t, func(t *testing.T, s deskServer) {
		incident := s.make(t, "incidents", `{"Subject":"with files"}`)
		var bytes strings.Builder
		for i := range 256 * 40 {
			bytes.WriteByte(byte(i))
		}
		data := bytes.String()
		var ids []string
		for i, parts := range [][]part{
			{field("ObjectID", incident), field("ObjectType", "incident#"), file("0.txt", data)},
			{field("ObjectID", incident), field("ObjectType", "Incident#"), {"File", "1.txt", data}},
			{field("businessObjectId", incident), field("objectType", "Incident#"), file("2.txt", data)},
			{file("3.txt", data), field("AttachmentType", "File"), field("ObjectID", incident), field("ObjectType", "incident")},
			{field("OBJECTID", strings.ToLower(incident)), field("OBJECTTYPE", "INCIDENT#"), {"FILE", "4.txt", data}},
			{field("businessObjectId", "{"+incident+"}"), field("objectType", "incident"), {"anything", "5.txt", data}},
		} {
			a := s.upload(t, parts...)
			ids = append(ids, one(t, a))
			if name := entries(a)[0].FileName; name != fmt.Sprint(i, ".txt") {
				t.Errorf("variant %d is called %q", i, name)
			}
		}
		if kept, temporary := blobs(t, s); len(kept) != 1 || len(temporary) != 0 {
			t.Errorf("one content is stored as %v, beside %v", kept, temporary)
		}
		for _, path := range []string{attachment + "?ID=" + ids[3], "/HEAT/API/REST/attachment?id=" + ids[3], attachment + "/" + ids[3], attachment + "?ID=" + strings.ToLower(ids[3])} {
			a := s.ask(t, "GET", path, nil, "")
			if a.Status != 200 || string(a.Body) != data || a.Header.Get("Content-Disposition") != "attachment; filename=3.txt" ||
				a.Header.Get("Content-Type") != "text/plain" || a.Header.Get("X-Content-Type-Options") != "nosniff" ||
				!strings.Contains(a.Header.Get("Content-Security-Policy"), "sandbox") {
				t.Errorf("GET %s: %d, %d bytes, %v", path, a.Status, len(a.Body), a.Header)
			}
		}
		ranges(t, s, ids[0], data)
		// The record says what it is, and nobody else does.
		row := s.ask(t, "GET", sets+"attachments('"+ids[0]+"')", nil, "").JSON()
		for name, want := range map[string]any{"ATTACHNAME": "0.txt", "ATTACHSIZE": float64(len(data)), "ContentType": "text/plain", "FileExtension": "txt",
			"AttachmentType": "File", "ParentLink_RecID": incident, "ParentLink_Category": "Incident", "CreatedBy": "InternalServices"} {
			if row[name] != want {
				t.Errorf("%s is %v, want %v", name, row[name], want)
			}
		}
		other := s.make(t, "incidents", `{"Subject":"another"}`)
		a := s.ask(t, "PATCH", sets+"attachments('"+ids[1]+"')", nil, `{"ParentLink_RecID":"`+other+`","ParentLink_Category":"Incident#","ContentSHA256":"`+
			strings.Repeat("0", 64)+`","ATTACHSIZE":1,"ContentType":"text/html","ATTACHNAME":"../renamed.pdf"}`)
		if m := a.JSON(); a.Status != 200 || m["ContentSHA256"] != row["ContentSHA256"] || m["ATTACHSIZE"] != float64(len(data)) || m["ContentType"] != "text/plain" ||
			m["ATTACHNAME"] != "renamed.pdf" || m["FileExtension"] != "pdf" || m["ParentLink_RecID"] != other {
			t.Errorf("a change of what is the server's: %d %s", a.Status, a.Body)
		}
		refused(t, "a name that is taken there", s.ask(t, "PATCH", sets+"attachments('"+ids[2]+"')", nil, `{"ParentLink_RecID":"`+other+`","ATTACHNAME":"RENAMED.pdf"}`), 400, "ISM_4000", "already taken")
		refused(t, "a type that is not allowed", s.ask(t, "PATCH", sets+"attachments('"+ids[2]+"')", nil, `{"ATTACHNAME":"x.exe"}`), 400, "ISM_4000", "Invalid attachment type")
		// A record made over OData never leads to a content: it is an address, or it is not made.
		for _, body := range []string{`{"ATTACHNAME":"link.txt"}`, `{"ATTACHNAME":"link.txt","URL":" ","ContentSHA256":"` + fmt.Sprint(row["ContentSHA256"]) + `"}`} {
			refused(t, "an attachment without a file", s.ask(t, "POST", sets+"attachments", nil, body), 400, "ISM_4000", "upload it as multipart/form-data with POST /api/rest/Attachment")
		}
		refused(t, "also through a record", s.ask(t, "POST", sets+"incidents('"+other+"')/IncidentContainsAttachment", nil, `{"ATTACHNAME":"link.txt"}`), 400, "ISM_4000", "POST /api/rest/Attachment")
		made := s.make(t, "attachments", `{"ATTACHNAME":"link.txt","URL":"https://files.example/link.txt","ParentLink_RecID":"`+other+`","ContentSHA256":"`+fmt.Sprint(row["ContentSHA256"])+`","ATTACHSIZE":5}`)
		refused(t, "the content of a record without one", s.ask(t, "GET", attachment+"?ID="+made, nil, ""), 400, "ISM_4000", "not found")
		for i, path := range []string{attachment + "?ID=" + ids[0], attachment + "/" + ids[1], "/heat/api/rest/ATTACHMENT/" + ids[2], sets + "attachments('" + ids[3] + "')"} {
			if a := s.ask(t, "DELETE", path, nil, ""); a.Status != 204 || len(a.Body) > 0 {
				t.Errorf("DELETE %s: %d %s", path, a.Status, a.Body)
			}
			refused(t, "after the delete", s.ask(t, "GET", attachment+"?ID="+ids[i], nil, ""), 400, "ISM_4000",
				`Attachment for the object \"`+ids[i]+`\" not found. Provide a valid RecID and try again.`)
		}
		for _, path := range []string{attachment + "?ID=" + ids[0], attachment + "/0123456789ABCDEF0123456789ABCDEF", attachment + "?ID=nonsense"} {
			if a := s.ask(t, "DELETE", path, nil, ""); a.Status != 204 || len(a.Body) > 0 {
				t.Errorf("DELETE of nothing, %s: %d %s", path, a.Status, a.Body)
			}
		}
		if a := s.ask(t, "GET", attachment+"/"+ids[4], nil, ""); string(a.Body) != data {
			t.Errorf("the content that several had is gone with the first: %d", a.Status)
		}
	})
}

// ranges asks for parts of an attachment, and whether it is still the same.
func ranges(t *testing.T, s deskServer, id, data string) {
	t.Helper()
	path := attachment + "?ID=" + id
	tag := s.ask(t, "HEAD", path, nil, "").Header.Get("ETag")
	for _, c := range []struct {
		name, method string
		header       map[string]string
		status       int
		body         string
	}{
		{"HEAD", "HEAD", nil, 200, ""},
		{"a range", "GET", map[string]string{"Range": "bytes=256-511"}, 206, data[256:512]},
		{"the end", "GET", map[string]string{"Range": "bytes=-10"}, 206, data[len(data)-10:]},
		{"from a place on", "GET", map[string]string{"Range": "bytes=10000-"}, 206, data[10000:]},
		{"all of it", "GET", map[string]string{"Range": "bytes=0-"}, 206, data},
		{"the range of what it was", "GET", map[string]string{"Range": "bytes=0-1", "If-Range": `"other"`}, 200, data},
		{"the range of what it is", "GET", map[string]string{"Range": "bytes=0-1", "If-Range": tag}, 206, data[:2]},
		{"still the same", "GET", map[string]string{"If-None-Match": tag}, 304, ""},
		{"not the same any more", "GET", map[string]string{"If-None-Match": `"other"`}, 200, data},
	} {
		if a := s.ask(t, c.method, path, c.header, ""); a.Status != c.status || string(a.Body) != c.body {
			t.Errorf("%s: %d with %d bytes, want %d with %d", c.name, a.Status, len(a.Body), c.status, len(c.body))
		}
	}
	refused(t, "a range outside", s.ask(t, "GET", path, map[string]string{"Range": "bytes=999999-"}, ""), 416, "ISM_4016")
	if a := s.ask(t, "PUT", path, nil, "x"); a.Status != 405 || a.Header.Get("Allow") == "" {
		t.Errorf("PUT: %d %s", a.Status, a.Body)
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	onEngines(t, func(t *testing.T, s deskServer) {
		incident := s.make(t, "incidents", `{"Subject":"with files"}`)
		to := []part{field("ObjectID", incident), field("ObjectType", "incident#")}
		first := one(t, s.upload(t, append(to, file("a.txt", "first"))...))
		a := s.upload(t, append(to, file("A.TXT", "again"))...)
		refused(t, "a name that is taken", a, 300, "ISM_3000", "Upload Failed, A file with the name 'A.TXT' is already attached to this object. Please change the name.")
		if m := a.JSON(); m["description"] != "Validation Error" || len(m["message"].([]any)) != 1 || m["help"] != "" {
			t.Errorf("a name that is taken: %s", a.Body)
		}
		for _, name := range []string{"x.log", "x.json", "x.md", "x.yaml", "x.exe", "x.html", "x.svg", "x", "x.txt.bat", "x.TXT.", "a.txt::$DATA"} {
			a := s.upload(t, append(to, file(name, "x"))...)
			if name == "x.TXT." { // which Windows reads as x.TXT
				if all := entries(a); a.Status != 200 || all[0].FileName != "x.TXT" {
					t.Errorf("%s: %d %s", name, a.Status, a.Body)
				}
			} else if string(a.Body) != `[{"IsUploaded":false,"Message":"Upload Failed, Invalid attachment type."}]` || a.Status != 300 {
				t.Errorf("%s: %d %s", name, a.Status, a.Body)
			}
		}
		// Of several files those that may be are stored, in the order of the parts.
		a = s.upload(t, append(to, file("b.png", "\x89PNG\r\n\x1a\n..."), file("b.yaml", "x"), file("c.txt", "c"))...)
		got := entries(a)
		if a.Status != 300 || len(got) != 3 || !got[0].IsUploaded || got[1].IsUploaded || !got[2].IsUploaded || got[1].FileName != "b.yaml" {
			t.Fatalf("one of three is refused: %d %s", a.Status, a.Body)
		}
		if a := s.ask(t, "GET", attachment+"?ID="+got[0].Message, nil, ""); a.Header.Get("Content-Type") != "image/png" {
			t.Errorf("a PNG is %s", a.Header.Get("Content-Type"))
		}
		a = s.upload(t, append(to, file("d.txt", "1"), file("d.txt", "2"))...)
		refused(t, "the same name twice", a, 300, "ISM_3000", "'d.txt' is already attached")
		messages := a.JSON()["message"].([]any)
		if len(messages) != 2 || string(s.ask(t, "GET", attachment+"?ID="+fmt.Sprint(messages[0]), nil, "").Body) != "1" {
			t.Errorf("the same name twice: %s", a.Body)
		}
		if a := s.ask(t, "GET", attachment+"?ID="+first, nil, ""); string(a.Body) != "first" {
			t.Errorf("the first one: %d %s", a.Status, a.Body)
		}
		// What the tenant allows.
		s.Run(t, "setting", "set", "attachments.types", "yaml,html")
		page := one(t, s.upload(t, append(to, file("page.html", "<html><script>alert(1)</script>"))...))
		if a := s.ask(t, "GET", attachment+"?ID="+page, nil, ""); a.Header.Get("Content-Type") != "application/octet-stream" {
			t.Errorf("a page is given out as %s", a.Header.Get("Content-Type"))
		}
		if a := s.upload(t, append(to, file("z.txt", "x"))...); a.Status != 300 {
			t.Errorf("a type that was allowed: %d %s", a.Status, a.Body)
		}
		s.Run(t, "setting", "set", "attachments.max_mb", "1")
		if a := s.upload(t, append(to, file("full.yaml", strings.Repeat("x", 1<<20)))...); a.Status != 200 {
			t.Errorf("one MiB: %d %.300s", a.Status, a.Body)
		}
		before, _ := blobs(t, s)
		for _, name := range []string{"large.yaml", "large.exe"} {
			refused(t, name, s.upload(t, append(to, file("small.yaml", "small"), file(name, strings.Repeat("x", 1<<20+1)))...), 413, "ISM_4013")
		}
		if kept, temporary := blobs(t, s); len(kept) != len(before) || len(temporary) != 0 {
			t.Errorf("refused files have left %d blobs and %v", len(kept)-len(before), temporary)
		}
		for _, c := range [][2]string{{"attachments.types", "a b"}, {"attachments.types", ".exe"}, {"attachments.types", "TXT"}, {"attachments.max_mb", "0"}, {"attachments.max_mb", "4097"}} {
			if code, _, said := s.Try(t, "setting", "set", c[0], c[1]); code != 1 {
				t.Errorf("setting %v: %d %s", c, code, said)
			}
		}
	})
}

func TestFormsThatAreRefused(t *testing.T) {
	onEngines(t, func(t *testing.T, s deskServer) {
		incident := s.make(t, "incidents", `{"Subject":"with files"}`)
		closed := s.make(t, "incidents", `{"Subject":"closed","Status":"Closed"}`)
		id, kind, f := field("ObjectID", incident), field("ObjectType", "incident#"), file("z.txt", "z")
		multipart := map[string]string{"Content-Type": "multipart/form-data; boundary=" + boundary}
		good := form(id, kind, f)
		many := []part{id, kind}
		for i := range 1000 {
			many = append(many, field(fmt.Sprint("x", i), "y"))
		}
		files := []part{id, kind}
		for i := range 1000 {
			files = append(files, file(fmt.Sprint(i, ".txt"), "y"))
		}
		for _, c := range []struct {
			name, body string
			header     map[string]string
			words      string
		}{
			{"no boundary", good, map[string]string{"Content-Type": "multipart/form-data"}, "boundary"},
			{"an empty boundary", good, map[string]string{"Content-Type": `multipart/form-data; boundary=""`}, "boundary"},
			{"another boundary", good, map[string]string{"Content-Type": "multipart/form-data; boundary=other"}, ""},
			{"no content type", good, nil, "multipart/form-data"},
			{"JSON", `{"ObjectID":"` + incident + `"}`, map[string]string{"Content-Type": "application/json"}, "multipart/form-data"},
			{"multipart/mixed", good, map[string]string{"Content-Type": "multipart/mixed; boundary=" + boundary}, "multipart/form-data"},
			{"nothing", "", multipart, ""},
			{"an end without a beginning", "--" + boundary + "--\r\n", multipart, "no file"},
			{"no file", form(id, kind), multipart, "no file"},
			{"no file chosen", strings.ReplaceAll(form(id, kind, file("NAME", "")), "NAME", ""), multipart, "no file"},
			{"no id", form(kind, f), multipart, "ObjectID cannot be blank"},
			{"a blank id", form(field("ObjectID", " "), kind, f), multipart, "ObjectID cannot be blank"},
			{"no type", form(id, f), multipart, "ObjectType cannot be blank"},
			{"two ids", form(id, field("businessObjectId", closed), kind, f), multipart, "twice"},
			{"an unknown record", form(field("ObjectID", "0123456789ABCDEF0123456789ABCDEF"), kind, f), multipart, "cannot be found in the business object 'incident'"},
			{"no id at all", form(field("ObjectID", "../../x"), kind, f), multipart, "cannot be found"},
			{"all zeros", form(field("ObjectID", strings.Repeat("0", 32)), kind, f), multipart, "cannot be found"},
			{"a record of another object", form(id, field("ObjectType", "Change#"), f), multipart, "cannot be found in the business object 'change'"},
			{"an unknown object", form(id, field("ObjectType", "nosuch#"), f), multipart, "does not exist"},
			{"a thousand fields", form(append(many, f)...), multipart, "more than 100 parts"},
			{"a thousand files", form(files...), multipart, "more than 100 parts"},
			{"a long field", form(id, kind, field("x", strings.Repeat("x", 70_000)), f), multipart, "longer than"},
			{"a long header", form(id, kind, file(strings.Repeat("x", 20_000)+".txt", "z")), multipart, "longer than"},
			{"a long preamble", strings.Repeat("x", 40_000) + "\r\n" + good, multipart, ""},
			{"cut off in a file", good[:strings.Index(good, "\r\n--"+boundary+"--")-1], multipart, "damaged"},
			{"cut off in a header", good[:strings.LastIndex(good, "filename")], multipart, ""},
			{"cut off before the end", strings.TrimSuffix(good, "--"+boundary+"--\r\n"), multipart, "damaged"},
			{"no disposition", strings.ReplaceAll(good, "Content-Disposition", "Content-Position"), multipart, "Content-Disposition"},
			{"a broken disposition", strings.ReplaceAll(good, "form-data;", "form-data; ;;=;"), multipart, ""},
			{"a NUL in a name", form(id, kind, file("a\x00b.txt", "z")), multipart, ""},
			{"compressed", good, map[string]string{"Content-Type": multipart["Content-Type"], "Content-Encoding": "gzip"}, "compressed"},
		} {
			refused(t, c.name, s.ask(t, "POST", attachment, c.header, c.body), 400, "ISM_4000", c.words)
		}
		refused(t, "a path below", s.ask(t, "POST", attachment+"/"+incident, multipart, good), 400, "ISM_4004")
		refused(t, "two levels", s.ask(t, "DELETE", attachment+"/a/b", nil, ""), 400, "ISM_4004")
		refused(t, "a blank id", s.ask(t, "GET", attachment+"?ID=", nil, ""), 400, "ISM_4000", "RecID cannot be blank. Provide a valid RecID and try again.")
		refused(t, "no id", s.ask(t, "GET", attachment, nil, ""), 400, "ISM_4000", "RecID cannot be blank. Provide a valid RecID and try again.")
		refused(t, "a blank id to delete", s.ask(t, "DELETE", attachment+"/", nil, ""), 400, "ISM_4000", "RecID cannot be blank")
		refused(t, "an id that is none", s.ask(t, "GET", attachment+"?ID=abc123", nil, ""), 400, "ISM_4000", `Attachment for the object \"abc123\" not found. Provide a valid RecID and try again.`)
		refused(t, "a long id", s.ask(t, "GET", attachment+"?ID="+strings.Repeat("x", 5000), nil, ""), 400, "ISM_4000", "not found")
		for name, stored := range map[string]string{
			"../../../../tmp/evil.txt": "evil.txt", `..\..\evil2.txt`: "evil2.txt", `C:\\Users\\x\\evil3.txt`: "evil3.txt", "a\u202etxt.txt": "atxt.txt",
			"a%00b.txt": "a%00b.txt", "tab\there.txt": "tabhere.txt", " spaces .txt": "spaces .txt", "e\u0301.txt": "é.txt", "名前 (1).txt": "名前 (1).txt",
			`quote\".txt`: "quote_.txt", "colon:.txt": "colon_.txt", strings.Repeat("n", 400) + ".txt": strings.Repeat("n", 251) + ".txt",
		} {
			a := s.upload(t, id, kind, file(name, "z"))
			if got := entries(a); a.Status != 200 || len(got) != 1 || got[0].FileName != stored {
				t.Errorf("name %q: %d %s, want %q", name, a.Status, a.Body, stored)
				continue
			}
			a = s.ask(t, "GET", attachment+"?ID="+entries(a)[0].Message, nil, "")
			want := "attachment; filename=" + stored
			if strings.ContainsAny(stored, " ()é名") {
				want = `attachment; filename="` + stored + `"`
			}
			if got := a.Header.Get("Content-Disposition"); got != want {
				t.Errorf("name %q is given out as %s, want %s", name, got, want)
			}
		}
		for _, name := range []string{"..", "/", `a\\`, "\u202e", "..."} {
			a := s.upload(t, id, kind, file(name, "z"))
			if got := entries(a); a.Status != 300 || len(got) != 1 || got[0].IsUploaded || got[0].Message != "Upload Failed, Invalid file name." {
				t.Errorf("name %q: %d %s", name, a.Status, a.Body)
			}
		}
		one(t, s.upload(t, field("ObjectID", closed), kind, f)) // as notes may still be written
		if _, temporary := blobs(t, s); len(temporary) != 0 {
			t.Errorf("left over: %v", temporary)
		}
	})
}

// TestWhoMayAttach plays an administrator, two people who serve themselves, a role that only reads and nobody.
func TestWhoMayAttach(t *testing.T) {
	onEngines(t, func(t *testing.T, s deskServer) {
		person := map[string]string{}
		keys := map[string]deskServer{}
		for _, login := range []string{"ann", "ben"} {
			s.Run(t, "user", "create", login, "--role", "SelfService")
			keys[login] = s.as(s.Key(t, "SelfService", "--group", "self", "--on-behalf-of", login))
			person[login], _ = s.ask(t, "GET", sets+"employees?$filter=LoginID eq '"+login+"'", nil, "").Rows()[0]["RecId"].(string)
		}
		ann, ben, reader := keys["ann"], keys["ben"], s.as(s.Key(t, "ReportManager"))
		hers := s.make(t, "incidents", `{"Subject":"of ann","ProfileLink":"`+person["ann"]+`"}`)
		others := s.make(t, "incidents", `{"Subject":"of nobody"}`)
		article := s.make(t, "frs_knowledge__issueresolutions", `{"Title":"known","Status":"Published"}`)
		to := func(id, kind, name string) []part {
			return []part{field("ObjectID", id), field("ObjectType", kind), file(name, "content of "+name)}
		}
		mine := one(t, ann.upload(t, to(hers, "incident#", "mine.txt")...))
		public := one(t, s.upload(t, to(hers, "incident#", "public.txt")...))
		secret := one(t, s.upload(t, to(hers, "incident#", "secret.txt")...))
		s.ask(t, "PATCH", sets+"attachments('"+secret+"')", nil, `{"PublishToWeb":false}`)
		foreign := one(t, s.upload(t, to(others, "incident#", "foreign.txt")...))
		for name, c := range map[string]struct {
			who    deskServer
			parent string
			kind   string
			words  string
		}{
			"another's incident":     {ann, others, "incident#", "cannot be found in the business object 'incident'"},
			"ann's, by ben":          {ben, hers, "incident#", "cannot be found in the business object 'incident'"},
			"a colleague":            {ann, person["ben"], "Employee#", "cannot be found in the business object 'employee'"},
			"an article":             {ann, article, "FRS_Knowledge#", "cannot be found in the business object"},
			"an object not for her":  {ann, hers, "Change#", "cannot be found in the business object"},
			"a role that only reads": {reader, hers, "incident#", "Role ReportManager does not have rights to create object Attachment#."},
		} {
			refused(t, name, c.who.upload(t, to(c.parent, c.kind, "x.txt")...), 400, "ISM_4000", c.words)
		}
		one(t, ann.upload(t, to(person["ann"], "Employee#", "me.txt")...))
		for _, c := range []struct {
			who  deskServer
			name string
			id   string
			sees bool
		}{
			{ann, "her own", mine, true}, {ann, "a public one on hers", public, true}, {ann, "an internal one on hers", secret, false}, {ann, "another's", foreign, false},
			{ben, "ann's", mine, false}, {reader, "a role that only reads", secret, true},
		} {
			a := c.who.ask(t, "GET", attachment+"?ID="+c.id, nil, "")
			if c.sees && (a.Status != 200 || !strings.HasPrefix(string(a.Body), "content of")) {
				t.Errorf("%s: %d %s", c.name, a.Status, a.Body)
			} else if !c.sees {
				refused(t, c.name, a, 400, "ISM_4000", "not found")
			}
		}
		refused(t, "ann deletes hers", ann.ask(t, "DELETE", attachment+"?ID="+mine, nil, ""), 400, "ISM_4000", "Role SelfService does not have rights to delete object Attachment#.")
		refused(t, "a reader deletes", reader.ask(t, "DELETE", attachment+"/"+mine, nil, ""), 400, "ISM_4000", "does not have rights to delete")
		nobody := s.as("0123456789ABCDEF0123456789ABCDEF")
		for what, a := range map[string]testkit.Answer{"upload": nobody.upload(t, to(hers, "incident#", "x.txt")...), "download": nobody.ask(t, "GET", attachment+"?ID="+mine, nil, ""),
			"delete": nobody.ask(t, "DELETE", attachment+"?ID="+mine, nil, "")} {
			refused(t, what+" by nobody", a, 401, "ISM_4001")
		}
		if rows := s.ask(t, "GET", sets+"attachments?$filter=ParentLink_RecID eq '"+hers+"'&$orderby=ATTACHNAME&$select=ATTACHNAME,CreatedBy", nil, "").Rows(); len(rows) != 3 ||
			rows[0]["CreatedBy"] != "ann" || rows[0]["ATTACHNAME"] != "mine.txt" {
			t.Errorf("ann's incident has %v", rows)
		}
	})
}

// TestOfUploadsOfOneNameAtOnceOneIsStored holds that the name of a file is taken once, whatever happens at the same time.
func TestOfUploadsOfOneNameAtOnceOneIsStored(t *testing.T) {
	onEngines(t, func(t *testing.T, s deskServer) {
		incident := s.make(t, "incidents", `{"Subject":"with files"}`)
		statuses := make([]int, 12)
		var wg sync.WaitGroup
		for i := range statuses {
			wg.Go(func() {
				body := form(field("ObjectID", incident), field("ObjectType", "incident#"), file("same.txt", fmt.Sprint("content ", i)))
				a, err := s.Request("POST", attachment, map[string]string{"Authorization": "REST " + s.key, "Content-Type": "multipart/form-data; boundary=" + boundary}, body)
				if err != nil {
					t.Error(err)
				}
				statuses[i] = a.Status
			})
		}
		wg.Wait()
		count := map[int]int{}
		for _, status := range statuses {
			count[status]++
		}
		if diff := cmp.Diff(map[int]int{200: 1, 300: 11}, count); diff != "" {
			t.Error(diff)
		}
		if rows := s.ask(t, "GET", sets+"attachments?$filter=ParentLink_RecID eq '"+incident+"'", nil, "").Rows(); len(rows) != 1 {
			t.Errorf("%d attachments of one name", len(rows))
		}
	})
}

// TestDamageBreaksTheDownloadOff holds that nobody is given a damaged file for a whole one, and that the doctor finds it.
func TestDamageBreaksTheDownloadOff(t *testing.T) {
	s := deskServer{Server: testkit.Start(t, testkit.Options{})}
	s.key = s.Key(t, "Admin")
	incident := s.make(t, "incidents", `{"Subject":"with files"}`)
	upload := func(name, content string) string {
		return one(t, s.upload(t, field("ObjectID", incident), field("ObjectType", "incident#"), file(name, content)))
	}
	damaged, missing := upload("damaged.txt", strings.Repeat("damaged", 50_000)), upload("missing.txt", "missing")
	kept, _ := blobs(t, s)
	for _, path := range kept {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(content) > 100 {
			content[7] ^= 1
			err = os.WriteFile(path, content, 0o600)
		} else {
			err = os.Remove(path)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	a, err := s.Request("GET", attachment+"?ID="+damaged, map[string]string{"Authorization": "REST " + s.key}, "")
	if err == nil || len(a.Body) >= 350_000 {
		t.Errorf("a damaged file comes whole: %d bytes, %v", len(a.Body), err)
	}
	refused(t, "a file that is gone", s.ask(t, "GET", attachment+"?ID="+missing, nil, ""), 500, "ISM_5000")
	code, out, _ := s.Try(t, "doctor")
	if code != 1 || !strings.Contains(out, "1 missing: ") || !strings.Contains(out, "1 damaged: ") {
		t.Errorf("doctor: %d %s", code, out)
	}
}

func TestAttachmentsGoWithTheirRecord(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		server := testkit.Start(t, testkit.Options{DSN: dsn})
		s := deskServer{server, server.Key(t, "Admin")}
		gone, stays := s.make(t, "incidents", `{"Subject":"gone"}`), s.make(t, "incidents", `{"Subject":"stays"}`)
		attached := func(incident, name string) string {
			return one(t, s.upload(t, part{"ObjectID", "", incident}, part{"ObjectType", "", "incident#"}, part{"file", name, "the same content"}))
		}
		lost, kept := attached(gone, "a.txt"), attached(stays, "a.txt")
		if a := s.ask(t, "DELETE", sets+"incidents('"+gone+"')", nil, ""); a.Status != 204 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		refused(t, "the file of a record that is gone", s.ask(t, "GET", attachment+"?ID="+lost, nil, ""), 400, "ISM_4000", "not found")
		refused(t, "and its record", s.ask(t, "GET", sets+"attachments('"+lost+"')", nil, ""), 400, "ISM_4000", "Invalid key")
		if a := s.ask(t, "GET", attachment+"?ID="+kept, nil, ""); string(a.Body) != "the same content" {
			t.Errorf("another's file: %d %s", a.Status, a.Body)
		}
	})
}
