package e2e_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/app"
	"github.com/provost-itsm/provost/internal/platform/config"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/testkit"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

const (
	attachmentPath = "/api/rest/Attachment"
	attachments    = "/api/odata/businessobject/attachments"
)

// attach uploads what content writes, as one file of a record, while it is being written. It returns the answer's status and the RecId.
func (c client) attach(parent, name string, content func(w io.Writer) error) (status int, recID string, err error) {
	reader, writer := io.Pipe()
	form := multipart.NewWriter(writer)
	go func() {
		err := form.WriteField("ObjectID", parent)
		if err == nil {
			err = form.WriteField("ObjectType", "incident#")
		}
		var part io.Writer
		if err == nil {
			part, err = form.CreateFormFile("file", name)
		}
		if err == nil {
			err = content(part)
		}
		if err == nil {
			err = form.Close()
		}
		writer.CloseWithError(err)
	}()
	r, err := http.NewRequest(http.MethodPost, c.Base+attachmentPath, reader)
	if err != nil {
		return 0, "", err
	}
	r.Host = c.host
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Authorization", "REST "+c.key)
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	var all []struct{ Message string }
	if json.Unmarshal(text, &all) == nil && len(all) == 1 {
		recID = all[0].Message
	}
	return a.StatusCode, recID, err
}

// attachText is attach for a small file, which has to be stored.
func (c client) attachText(tb testing.TB, parent, name, content string) string {
	tb.Helper()
	status, recID, err := c.attach(parent, name, func(w io.Writer) error {
		_, err := io.WriteString(w, content)
		return err
	})
	if err != nil || status != http.StatusOK {
		tb.Fatalf("attach %s: %d %v", name, status, err)
	}
	return recID
}

// files are the blobs and the temporary files in the data folder of a server.
func files(tb testing.TB, data string) (blobs, temporary []string) {
	tb.Helper()
	blobs, err := filepath.Glob(filepath.Join(data, "blobs", "*", "??", "*"))
	if err != nil {
		tb.Fatal(err)
	}
	if temporary, err = filepath.Glob(filepath.Join(data, "blobs", "*", "tmp", "*")); err != nil {
		tb.Fatal(err)
	}
	return blobs, temporary
}

// sweepLater opens the data of a server that does not run and sweeps, as the server would in two hours.
func sweepLater(tb testing.TB, data, dsn string) {
	tb.Helper()
	a, err := app.Open(tb.Context(), config.Config{Data: data, DatabaseURL: dsn}, app.Options{AnyDemo: true})
	if err != nil {
		tb.Fatal(err)
	}
	for _, info := range a.Tenants.List() {
		h, release, err := a.Tenants.Acquire(tb.Context(), info.ID)
		if err != nil {
			tb.Fatal(err)
		}
		if err := a.Desk.SweepAttachments(tenant.With(tb.Context(), h), h, time.Now().Add(2*time.Hour)); err != nil {
			tb.Error(err)
		}
		release()
	}
	if err := a.Close(tb.Context()); err != nil {
		tb.Error(err)
	}
}

// TestAttachmentsOfAnotherTenant names attachments and records of one tenant at the other.
func TestAttachmentsOfAnotherTenant(t *testing.T) {
	t.Parallel()
	for _, at := range placements {
		t.Run(at.name, func(t *testing.T) {
			s, a, b := twoTenants(t, at)
			for _, pair := range [][2]*party{{a, b}, {b, a}} {
				mine, theirs := pair[0], pair[1]
				text := "Secret " + theirs.word + " of " + mine.name
				id := theirs.attachText(t, theirs.incident, "secret of "+mine.name+".txt", text)
				for _, path := range []string{attachmentPath + "?ID=" + id, attachmentPath + "/" + id, attachments + "('" + id + "')"} {
					if got := mine.ask(t, http.MethodGet, path, ""); got.Status != http.StatusBadRequest || strings.Contains(string(got.Body), "Secret") {
						t.Errorf("%s reads an attachment of %s: %d %.300s", mine.name, theirs.name, got.Status, got.Body)
					}
					mine.ask(t, http.MethodDelete, path, "")
				}
				if status, _, err := mine.attach(theirs.incident, "x.txt", func(w io.Writer) error { _, err := io.WriteString(w, text); return err }); err != nil || status != http.StatusBadRequest {
					t.Errorf("%s attaches to an incident of %s: %d %v", mine.name, theirs.name, status, err)
				}
				if got := theirs.ask(t, http.MethodGet, attachmentPath+"?ID="+id, ""); string(got.Body) != text {
					t.Errorf("the attachment of %s: %d %.300s", theirs.name, got.Status, got.Body)
				}
			}
			blobs, _ := files(t, s.Data)
			s.Run(t, "tenant", "delete", b.name)
			if left, _ := files(t, s.Data); len(blobs) != 2 || len(left) != 1 {
				t.Errorf("%d blobs of two tenants, %d after one is deleted", len(blobs), len(left))
			}
		})
	}
}

// TestAttachmentsTravel takes attachments through export and import, and through a backup that is taken while others are attached.
func TestAttachmentsTravel(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		folder := t.TempDir()
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		t.Cleanup(func() { erase(t, s) })
		p := furnish(t, s, "default", "localhost", "quartz")
		want := map[string]string{}
		add := func(i int) {
			content := strings.Repeat(fmt.Sprint("content ", i%25, "\n\x00"), 1+i*50)
			want[p.attachText(t, p.incident, fmt.Sprint("file ", i, ".txt"), content)] = content
		}
		for i := range 30 {
			add(i)
		}
		holds := func(what string, c client) {
			t.Helper()
			for id, content := range want {
				if a := c.ask(t, http.MethodGet, attachmentPath+"?ID="+id, ""); a.Status != http.StatusOK || string(a.Body) != content {
					t.Errorf("%s: %d, %d bytes of %d", what, a.Status, len(a.Body), len(content))
				}
			}
		}
		s.Run(t, "tenant", "suspend", p.name)
		first := export(t, s, p.name, folder)
		s.Run(t, "tenant", "import", "zcopy", first, "--host", "copy.test")
		same(t, "export of an import", first, export(t, s, "zcopy", folder))
		s.Run(t, "tenant", "resume", p.name)
		holds("after an import", client{Server: s, host: "copy.test", key: p.key})
		cut := filepath.Join(folder, "cut.gz")
		whole, err := os.ReadFile(first)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{len(whole) - 1, len(whole) - 200, len(whole) / 2} {
			if err := os.WriteFile(cut, whole[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			if code, _, said := s.Try(t, "tenant", "import", "cut", cut, "--host", "cut.test"); code != 1 {
				t.Errorf("an export that is cut at %d of %d: %d %s", n, len(whole), code, said)
			}
		}
		if err := os.WriteFile(cut, append(whole, 'x'), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, said := s.Try(t, "tenant", "import", "cut", cut, "--host", "cut.test"); code != 1 {
			t.Errorf("an export with something behind it: %d %s", code, said)
		}
		if dirs, _ := filepath.Glob(filepath.Join(s.Data, "blobs", "*")); len(dirs) != 2 {
			t.Errorf("imports that failed have left %v", dirs)
		}

		var more atomic.Int64
		stop := make(chan struct{})
		var wg sync.WaitGroup
		for worker := range 4 {
			wg.Go(func() {
				for i := 0; ; i++ {
					select {
					case <-stop:
						return
					default:
					}
					name := fmt.Sprint(worker, "-", i, ".txt")
					if status, id, err := p.attach(p.incident, name, func(w io.Writer) error { _, err := io.WriteString(w, name); return err }); err != nil || status != http.StatusOK {
						t.Errorf("attach during the backup: %d %v", status, err)
						return
					} else if i%3 == 0 {
						if a, err := s.Request(http.MethodDelete, attachmentPath+"/"+id, map[string]string{"Host": p.host, "Authorization": "REST " + p.key}, ""); err != nil || a.Status != http.StatusNoContent {
							t.Errorf("delete during the backup: %v %v", a, err)
						}
					}
					more.Add(1)
				}
			})
		}
		until(t, "files are attached", func() bool { return more.Load() > 50 })
		backup := filepath.Join(folder, "b.zip")
		s.Run(t, "backup", backup)
		close(stop)
		wg.Wait()

		target, elsewhere := filepath.Join(folder, "restored"), ""
		if dsn != "" {
			elsewhere = pgtest.NewCluster(t).DSN("control")
		}
		copyFile(t, filepath.Join(s.Data, "keys.json"), filepath.Join(target, "keys.json"))
		restore(t, 0, backup, target, elsewhere)
		r := testkit.Start(t, testkit.Options{Data: target, DSN: elsewhere})
		restored := client{Server: r, host: p.host, key: p.key}
		holds("after a restore", restored)
		rows := restored.ask(t, http.MethodGet, attachments+"?$top=100&$select=RecId,ATTACHNAME", "").Rows()
		for _, row := range rows {
			if a := restored.ask(t, http.MethodGet, attachmentPath+"?ID="+fmt.Sprint(row["RecId"]), ""); a.Status != http.StatusOK {
				t.Errorf("%v is not in the backup: %d %.200s", row, a.Status, a.Body)
			}
		}
		if len(rows) < 50 {
			t.Errorf("%d attachments are restored", len(rows))
		}
		healthy(t, r, "default", 30)
		healthy(t, s, "default", 30)
	})
}

// TestKilledInAnUpload kills the program while files arrive. What was acknowledged is whole, nothing else can be fetched, and after
// the sweep there is no file that no record names.
func TestKilledInAnUpload(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		random := chance(t)
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		t.Cleanup(func() { erase(t, s) })
		p := furnish(t, s, "default", "localhost", "quartz")
		known := sync.Map{} // RecId → content, of what was acknowledged
		for round := range rounds(t) {
			var arrived atomic.Int64
			var wg sync.WaitGroup
			began, killed := make(chan struct{}), make(chan struct{})
			wg.Go(func() { // one that never ends
				_, id, err := p.attach(p.incident, fmt.Sprint("endless ", round, ".txt"), func(w io.Writer) error {
					block := []byte(strings.Repeat("half a file ", 10_000))
					for i := 0; ; i++ {
						if _, err := w.Write(block); err != nil {
							return err
						}
						if i == 20 {
							close(began)
						}
						if i == 700 { // within what is allowed
							<-killed
							return io.ErrClosedPipe
						}
					}
				})
				if err == nil {
					t.Errorf("an upload without an end was answered: %s", id)
				}
			})
			for worker := range 6 {
				wg.Go(func() {
					for i := 0; ; i++ {
						content := strings.Repeat(fmt.Sprint(round, worker, i, " "), 1+1000*(i%9))
						status, id, err := p.attach(p.incident, fmt.Sprintf("%d-%d-%d.txt", round, worker, i), func(w io.Writer) error { _, err := io.WriteString(w, content); return err })
						if err != nil {
							return
						}
						if status != http.StatusOK {
							t.Errorf("attach: %d", status)
							return
						}
						known.Store(id, content)
						arrived.Add(1)
					}
				})
			}
			<-began
			least := int64(10 + random.IntN(100))
			until(t, "files arrive", func() bool { return arrived.Load() >= least })
			s.Kill(t)
			close(killed)
			wg.Wait()
			_, temporary := files(t, s.Data)
			if len(temporary) == 0 {
				t.Error("nothing was arriving when the program was killed")
			}
			s.Restart(t)
		}
		p.wholeAttachments(t, &known)
		s.Stop(t)
		sweepLater(t, s.Data, dsn)
		s.Restart(t)
		names := p.wholeAttachments(t, &known)
		blobs, temporary := files(t, s.Data)
		if len(temporary) > 0 || len(blobs) != len(names) {
			t.Errorf("after the sweep: %d blobs for %d contents, %v", len(blobs), len(names), temporary)
		}
		healthy(t, s, "default", 0)
	})
}

// wholeAttachments holds that every attachment can be fetched whole and that none of the known is missing. It returns the hashes.
func (p *party) wholeAttachments(t *testing.T, known *sync.Map) map[string]bool {
	t.Helper()
	names, ids := map[string]bool{}, map[string]bool{}
	for skip := 0; ; skip += 100 {
		rows := p.ask(t, http.MethodGet, fmt.Sprintf("%s?$top=100&$skip=%d&$orderby=RecId&$select=RecId,ContentSHA256,ATTACHNAME", attachments, skip), "").Rows()
		for _, row := range rows {
			id, hash := fmt.Sprint(row["RecId"]), fmt.Sprint(row["ContentSHA256"])
			ids[id], names[hash] = true, true
			a := p.ask(t, http.MethodGet, attachmentPath+"?ID="+id, "")
			if sum := sha256.Sum256(a.Body); a.Status != http.StatusOK || fmt.Sprintf("%x", sum) != hash || strings.HasPrefix(fmt.Sprint(row["ATTACHNAME"]), "endless") {
				t.Errorf("%v: %d, %d bytes", row, a.Status, len(a.Body))
			}
			if content, ok := known.Load(id); ok && content != string(a.Body) {
				t.Errorf("%v has another content than was sent", row)
			}
		}
		if len(rows) < 100 {
			break
		}
	}
	known.Range(func(id, _ any) bool {
		if !ids[id.(string)] {
			t.Errorf("attachment %s was acknowledged and is lost", id)
		}
		return true
	})
	return names
}

// TestAGigabyteUpAndDown moves 1 GiB each way and looks how much memory the program took.
func TestAGigabyteUpAndDown(t *testing.T) {
	if testing.Short() {
		t.Skip("moves 2 GiB")
	}
	testkit.Engines(t, func(t *testing.T, dsn string) {
		const size = 1 << 30
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		t.Cleanup(func() { erase(t, s) })
		c := client{Server: s, key: s.Key(t, "Admin")}
		s.Run(t, "setting", "set", "attachments.max_mb", "1024")
		parent, _ := c.ask(t, http.MethodPost, incidents, `{"Subject":"large"}`).JSON()["RecId"].(string)
		before := peakMemory(t, s.PID())
		sum := sha256.New()
		write := func(n int64) func(w io.Writer) error {
			return func(w io.Writer) error {
				source := io.LimitReader(rand.NewChaCha8([32]byte{1}), n)
				_, err := io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(w, sum)}, source, make([]byte, 1<<20))
				return err
			}
		}
		began := time.Now()
		status, id, err := c.attach(parent, "large.zip", write(size))
		if err != nil || status != http.StatusOK {
			t.Fatalf("upload: %d %v", status, err)
		}
		up := time.Since(began)
		sent := fmt.Sprintf("%x", sum.Sum(nil))
		began = time.Now()
		r, err := http.NewRequest(http.MethodGet, s.Base+attachmentPath+"?ID="+id, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "REST "+c.key)
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		got := sha256.New()
		n, err := io.Copy(got, a.Body)
		if err != nil || n != size || fmt.Sprintf("%x", got.Sum(nil)) != sent {
			t.Errorf("download: %d bytes, %v", n, err)
		}
		peak := peakMemory(t, s.PID())
		t.Logf("1 GiB: up in %s, down in %s; resident %d MiB before, %d at most", up, time.Since(began), before, peak)
		if peak > before+64 {
			t.Errorf("the program had %d MiB resident, %d before", peak, before)
		}
		if status, _, err := c.attach(parent, "larger.zip", write(size+1)); status == http.StatusOK {
			t.Errorf("a byte more than is allowed: %d %v", status, err)
		}
		if blobs, temporary := files(t, s.Data); len(blobs) != 1 || len(temporary) != 0 {
			t.Errorf("%d blobs, %v", len(blobs), temporary)
		}
	})
}

// TestAttachmentsElsewhere keeps attachments in a folder of its own, also by commands that work without the server.
func TestAttachmentsElsewhere(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	elsewhere := filepath.Join(folder, "on another disk")
	s := testkit.Start(t, testkit.Options{Args: []string{"--blobs", elsewhere}})
	p := furnish(t, s, "default", "localhost", "quartz")
	id := p.attachText(t, p.incident, "a.txt", "content")
	if inside, _ := files(t, s.Data); len(inside) != 0 {
		t.Errorf("%v lies in the data folder", inside)
	}
	if outside, _ := filepath.Glob(filepath.Join(elsewhere, "*", "??", "*")); len(outside) != 1 {
		t.Errorf("%v lies in the folder for attachments", outside)
	}
	s.Stop(t)
	if code, out, _ := s.Try(t, "doctor"); code != 1 || !strings.Contains(out, "1 missing") {
		t.Errorf("doctor who does not know the folder: %d %s", code, out)
	}
	if code, out, said := s.Try(t, "doctor", "--blobs", elsewhere); code != 0 {
		t.Errorf("doctor who knows it: %d %s %s", code, out, said)
	}
	backup, target, third := filepath.Join(folder, "b.zip"), filepath.Join(folder, "restored"), filepath.Join(folder, "third")
	if code, _, said := s.Try(t, "backup", backup, "--blobs", elsewhere); code != 0 {
		t.Fatal(said)
	}
	copyFile(t, filepath.Join(s.Data, "keys.json"), filepath.Join(target, "keys.json"))
	restore(t, 0, backup, target, "", "--blobs", third)
	r := testkit.Start(t, testkit.Options{Data: target, Args: []string{"--blobs", third}})
	if a := (client{Server: r, host: p.host, key: p.key}).ask(t, http.MethodGet, attachmentPath+"?ID="+id, ""); string(a.Body) != "content" {
		t.Errorf("after a restore: %d %s", a.Status, a.Body)
	}
}
