package e2e_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// TestBackupUnderLoad takes a backup while 64 clients write and restores it elsewhere, where everything is that was acknowledged
// before the backup began, and nothing by halves.
func TestBackupUnderLoad(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		random := chance(t)
		folder := t.TempDir()
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		t.Cleanup(func() { erase(t, s) })
		key := s.Key(t, "Admin")
		l := newLedger()
		w := l.begin(t, s, key, random)
		await(t, "writes are acknowledged", w.after(400, &w.writes))
		sure, least := l.known(), map[*entry]int64{}
		for _, e := range sure {
			least[e] = e.acknowledged.Load()
		}
		before, file := l.writes.Load(), filepath.Join(folder, "b.zip")
		s.Run(t, "backup", file)
		during := l.writes.Load() - before
		await(t, "writes go on", w.after(50, &w.writes))
		w.end()
		if during == 0 {
			t.Error("nobody could write during the backup")
		}
		t.Logf("%d writes before the backup began, %d while it ran", before, during)
		withoutKeys(t, s, file)
		refusedRestores(t, s, key, dsn, file, folder)
		l.verify(t, client{Server: s, key: key}, l.known(), acknowledged, random)

		target, elsewhere := filepath.Join(folder, "restored"), ""
		if dsn != "" {
			elsewhere = pgtest.NewCluster(t).DSN("control")
		}
		copyFile(t, filepath.Join(s.Data, "keys.json"), filepath.Join(target, "keys.json"))
		restore(t, 0, file, target, elsewhere)
		r := testkit.Start(t, testkit.Options{Data: target, DSN: elsewhere})
		c := client{Server: r, key: key}
		l.verify(t, c, sure, func(e *entry) int64 { return least[e] }, random)
		healthy(t, r, "default", before)
		rows := c.all(t)
		a := c.ask(t, http.MethodPost, incidents, `{"Subject":"after"}`)
		number, _ := a.JSON()["IncidentNumber"].(float64)
		for id, row := range rows {
			if a.Status != http.StatusCreated || row.Number == int64(number) {
				t.Fatalf("a create on restored data: %d %.300s, beside %s with number %d", a.Status, a.Body, id, row.Number)
			}
		}
		w = l.beginWith(t, r, key, random, rows)
		await(t, "the restored server takes writes", w.after(100, &w.writes))
		w.end()
		healthy(t, r, "default", before+100)
	})
}

// withoutKeys holds that no part of a backup has a secret of the keys file in it.
func withoutKeys(t *testing.T, s *testkit.Server, file string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.Data, "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	var keys any
	if err := json.Unmarshal(text, &keys); err != nil {
		t.Fatal(err)
	}
	secrets := texts(keys)
	if len(secrets) == 0 {
		t.Fatalf("no secrets in the keys file")
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(part)
		if err := part.Close(); err != nil {
			t.Error(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("part %s of the backup holds a secret of the keys file", f.Name)
			}
		}
	}
}

// texts are the texts in a JSON value that are long enough to be a key.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		if len(v) >= 32 {
			return []string{v}
		}
	case []any:
		var out []string
		for _, x := range v {
			out = append(out, texts(x)...)
		}
		return out
	case map[string]any:
		var out []string
		for name, x := range v {
			if name != "fingerprint" && name != "id" {
				out = append(out, texts(x)...)
			}
		}
		return out
	}
	return nil
}

// refusedRestores tries what has to be refused without harm: over data, without and with the wrong keys file, from a damaged
// file; and what --any-keys allows.
func refusedRestores(t *testing.T, s *testkit.Server, key, dsn, file, folder string) {
	t.Helper()
	if said := restore(t, 1, file, s.Data, dsn); !strings.Contains(said, "stop that one") && !strings.Contains(said, "data") {
		t.Errorf("a restore over a running server: %s", said)
	}
	if dsn != "" {
		beside := filepath.Join(folder, "beside")
		copyFile(t, filepath.Join(s.Data, "keys.json"), filepath.Join(beside, "keys.json"))
		if said := restore(t, 1, file, beside, dsn); !strings.Contains(said, "not empty") {
			t.Errorf("a restore over a control database in use: %s", said)
		}
		if said := restore(t, 1, file, beside, pgtest.DSN(t)); !strings.Contains(said, "exists") {
			t.Errorf("a restore beside databases of the same tenants: %s", said)
		}
	}
	if said := restore(t, 1, file, filepath.Join(folder, "none"), ""); !strings.Contains(said, "keys file") {
		t.Errorf("a restore without the keys file: %s", said)
	}
	other := filepath.Join(folder, "other")
	if code, _, said := (command{"tenant", "create", "x", "--host", "x.test", "--data", other}).run(t); code != 0 {
		t.Fatal(said)
	}
	wrong := filepath.Join(folder, "wrong")
	copyFile(t, filepath.Join(other, "keys.json"), filepath.Join(wrong, "keys.json"))
	if said := restore(t, 1, file, wrong, ""); !strings.Contains(said, "fingerprint") {
		t.Errorf("a restore with another keys file: %s", said)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(whole)
	damaged[len(damaged)/2] ^= 1
	for name, content := range map[string][]byte{"cut.zip": whole[:len(whole)/2], "damaged.zip": damaged, "empty.zip": nil} {
		bad := filepath.Join(folder, name)
		if err := os.WriteFile(bad, content, 0o600); err != nil {
			t.Fatal(err)
		}
		into := filepath.Join(folder, "into-"+name)
		copyFile(t, filepath.Join(s.Data, "keys.json"), filepath.Join(into, "keys.json"))
		restore(t, 1, bad, into, "")
		if _, err := os.Stat(filepath.Join(into, "control.db")); err == nil {
			t.Errorf("a restore of %s has left something", name)
		}
	}
	anew := filepath.Join(folder, "anew")
	restore(t, 0, file, anew, "", "--any-keys")
	if code, out, said := (command{"doctor", "--audit", "--data", anew}).run(t); code != 0 {
		t.Errorf("doctor after --any-keys: %s %s", out, said)
	}
	r := testkit.Start(t, testkit.Options{Data: anew})
	unauthorized(t, "a key restored under other keys", r.Ask(t, http.MethodGet, incidents, "REST "+key, ""), "Torture")
	if a := (client{Server: r, key: r.Key(t, "Admin")}).ask(t, http.MethodGet, incidents+"?$top=1", ""); len(a.Rows()) != 1 {
		t.Errorf("a new key under other keys: %d %.300s", a.Status, a.Body)
	}
}

// restore runs the command and wants its exit code; it returns what the command said.
func restore(t *testing.T, want int, file, data, dsn string, more ...string) string {
	t.Helper()
	c := command(append([]string{"restore", file, "--data", data}, more...))
	if dsn != "" {
		c = append(c, "--database-url", dsn)
	}
	code, _, said := c.run(t)
	if code != want || code != 0 && strings.Count("\n"+said, "\nprovost: ") != 1 { // beside the progress, which is told where it takes long
		t.Fatalf("restore into %s: exit %d %s, want %d and one reason", filepath.Base(data), code, said, want)
	}
	return said
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
