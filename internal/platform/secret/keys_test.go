package secret

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestKeysFileIsMadeOnceAndKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "keys.json")
	if _, err := Open(path, false); !errors.Is(err, ErrNoKeys) {
		t.Fatalf("without leave to create: %v, want ErrNoKeys", err)
	}
	first, err := Open(path, true)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %04o, want 0600", info.Mode().Perm())
	}
	again, err := Open(path, true)
	if err != nil {
		t.Fatal(err)
	}
	after, _ := os.ReadFile(path)
	if !bytes.Equal(before, after) {
		t.Error("opening again changed the file")
	}
	if first.Fingerprint() != again.Fingerprint() || len(first.Fingerprint()) != 32 {
		t.Errorf("fingerprints %q and %q", first.Fingerprint(), again.Fingerprint())
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".keys-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestKeysFileOthersMayReadIsRefused(t *testing.T) {
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o620, 0o602, 0o644, 0o666, 0o777} {
		path := filepath.Join(t.TempDir(), "keys.json")
		if _, err := Open(path, true); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, true); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %04o: %v, want a refusal that says what to do", mode, err)
		}
	}
	for _, mode := range []os.FileMode{0o600, 0o400} {
		path := filepath.Join(t.TempDir(), "keys.json")
		if _, err := Open(path, true); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, false); err != nil {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
}

func TestManyProcessesStartingAtOnceShareOneKeysFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	prints := make([]string, 16)
	var wg sync.WaitGroup
	for i := range prints {
		wg.Go(func() {
			k, err := Open(path, true)
			if err != nil {
				t.Error(err)
				return
			}
			prints[i] = k.Fingerprint()
		})
	}
	wg.Wait()
	for _, p := range prints {
		if p != prints[0] {
			t.Fatalf("fingerprints differ: %v", prints)
		}
	}
}

func TestDamagedKeysFilesAreRefusedAndLeftAlone(t *testing.T) {
	key := `"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="`
	good := `{"format":"provost-keys","version":1,"note":"","created":"2026-01-01T00:00:00Z","peppers":[{"version":1,"key":` + key + `}],"sealing":[{"version":1,"key":` + key + `}]}`
	if _, err := parse([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"empty":                 "",
		"cut":                   good[:len(good)/2],
		"another format":        strings.Replace(good, "provost-keys", "other", 1),
		"a newer version":       strings.Replace(good, `"version":1`, `"version":2`, 1),
		"a short key":           strings.Replace(good, key, `"AAAA"`, 1),
		"no pepper":             strings.Replace(good, `[{"version":1,"key":`+key+`}]`, `[]`, 1),
		"version 0":             strings.Replace(good, `{"version":1`, `{"version":0`, 1),
		"a version twice":       strings.Replace(good, `"peppers":[`, `"peppers":[{"version":1,"key":`+key+`},`, 1),
		"a field nobody knows":  strings.Replace(good, `"note"`, `"nota"`, 1),
		"larger than any other": good + strings.Repeat(" ", maxKeysBytes),
	} {
		path := filepath.Join(t.TempDir(), "keys.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, true); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if after, _ := os.ReadFile(path); string(after) != text {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if _, err := Open(t.TempDir(), true); err == nil {
		t.Error("a directory is accepted as keys file")
	}
}

func TestMACIsHMACSHA256UnderTheNewestPepper(t *testing.T) {
	k, peppers := twoVersions(t)
	version, mac := k.MAC("pvs_k_secret")
	h := hmac.New(sha256.New, peppers[2])
	h.Write([]byte("pvs_k_secret"))
	if version != 2 || !hmac.Equal(mac, h.Sum(nil)) {
		t.Errorf("MAC = version %d, %x", version, mac)
	}
	old := hmac.New(sha256.New, peppers[1])
	old.Write([]byte("pvs_k_secret"))
	if got := k.MACWith(1, "pvs_k_secret"); !hmac.Equal(got, old.Sum(nil)) {
		t.Errorf("MACWith(1) = %x", got)
	}
	if got := k.MACWith(3, "pvs_k_secret"); got != nil {
		t.Errorf("MACWith of an unknown version = %x, want nil", got)
	}
	if v := k.Versions(); len(v) != 2 || v[0] != 2 || v[1] != 1 {
		t.Errorf("Versions() = %v, want newest first", v)
	}
}

func TestMACIsTheSameFromManyGoroutines(t *testing.T) {
	k, _ := twoVersions(t)
	_, want := k.MAC("one")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				k.MAC("another")
				if _, got := k.MAC("one"); !bytes.Equal(got, want) {
					t.Error("a pooled hasher kept state")
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestFingerprintOutlivesANewVersion(t *testing.T) {
	two, peppers := twoVersions(t)
	one := keysFile{Format: keysFormat, Version: keysVersion, Peppers: []versionKey{{1, peppers[1]}}, Sealing: []versionKey{{1, peppers[1]}}}
	text, _ := json.Marshal(one)
	k, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if k.Fingerprint() != two.Fingerprint() {
		t.Error("adding a version changed the fingerprint")
	}
}

func TestSealedValuesOpenOnlyWhereTheyBelong(t *testing.T) {
	k, _ := twoVersions(t)
	place := []byte("signing_key/private/17")
	sealed := k.Seal([]byte("private key"), place)
	if got, err := k.Open(sealed, place); err != nil || string(got) != "private key" {
		t.Fatalf("Open = %q, %v", got, err)
	}
	if bytes.Equal(sealed, k.Seal([]byte("private key"), place)) {
		t.Error("sealing twice gave the same bytes")
	}
	if _, err := k.Open(sealed, []byte("signing_key/private/18")); !errors.Is(err, ErrSealed) {
		t.Errorf("moved to another row: %v", err)
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if _, err := k.Open(changed, place); !errors.Is(err, ErrSealed) {
			t.Errorf("byte %d changed: %v", i, err)
		}
		if _, err := k.Open(sealed[:i], place); !errors.Is(err, ErrSealed) {
			t.Errorf("cut to %d bytes: %v", i, err)
		}
	}
	other, err := Open(filepath.Join(t.TempDir(), "keys.json"), true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Open(sealed, place); !errors.Is(err, ErrSealed) {
		t.Errorf("under another keys file: %v", err)
	}
}

func BenchmarkMAC(b *testing.B) {
	k, err := Open(filepath.Join(b.TempDir(), "keys.json"), true)
	if err != nil {
		b.Fatal(err)
	}
	s := New(KindKey)
	b.ReportAllocs()
	for b.Loop() {
		k.MAC(s)
	}
}

// twoVersions returns keys with versions 1 and 2, and the peppers by version.
func twoVersions(t *testing.T) (*Keys, map[int64][]byte) {
	t.Helper()
	key := func(b byte) []byte { return bytes.Repeat([]byte{b}, keyLength) }
	file := keysFile{
		Format: keysFormat, Version: keysVersion,
		Peppers: []versionKey{{1, key(1)}, {2, key(2)}},
		Sealing: []versionKey{{2, key(3)}, {1, key(1)}},
	}
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	k, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return k, map[int64][]byte{1: key(1), 2: key(2)}
}
