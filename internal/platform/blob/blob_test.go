package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
)

const tenant = "01890000-0000-7000-8000-000000000001"

func fresh(t *testing.T) *Store { return At(filepath.Join(t.TempDir(), "blobs")).Of(tenant) }

func add(t *testing.T, s *Store, content string) Hash {
	t.Helper()
	h, err := s.Add([]byte(content))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func read(t *testing.T, s *Store, h Hash) string {
	t.Helper()
	f, err := s.Open(h)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// left are the files below the store, but for its locks.
func left(t *testing.T, s *Store) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(s.dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != holdFile && d.Name() != lockFile {
			out = append(out, path)
		}
		return err
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return out
}

func TestContentComesBackByItsHash(t *testing.T) {
	s := fresh(t)
	for _, content := range []string{"", "a", strings.Repeat("x", 128<<10), strings.Repeat("long", 1<<17) + "!"} {
		p, err := s.Put(iotest.OneByteReader(iotest.DataErrReader(strings.NewReader(content))), int64(len(content)))
		if err != nil {
			t.Fatal(err)
		}
		want := Hash(sha256.Sum256([]byte(content)))
		if p.Hash != want || p.Size != int64(len(content)) || string(p.Head) != content[:min(len(content), headSize)] {
			t.Errorf("put %d bytes: %v %d", len(content), p.Hash, p.Size)
		}
		if _, err := s.Open(want); !errors.Is(err, ErrMissing) {
			t.Errorf("what has no name yet can be opened: %v", err)
		}
		if err := p.Keep(); err != nil {
			t.Fatal(err)
		}
		p.Drop() // does nothing any more
		if p.Keep() == nil {
			t.Error("it can be kept twice")
		}
		if got := read(t, s, want); got != content {
			t.Errorf("%d bytes came back of %d", len(got), len(content))
		}
		if back, ok := ParseHash(want.String()); !ok || back != want {
			t.Error("a hash does not survive its text")
		}
	}
	if n := len(left(t, s)); n != 4 {
		t.Errorf("%d files for 4 contents", n)
	}
}

func TestWhatDoesNotArriveLeavesNothing(t *testing.T) {
	s := fresh(t)
	broken := errors.New("the line broke")
	for name, c := range map[string]struct {
		r    io.Reader
		want error
	}{
		"too large":              {strings.NewReader("12345"), ErrTooLarge},
		"endless":                {zeros{}, ErrTooLarge},
		"breaks off":             {io.MultiReader(strings.NewReader("12"), iotest.ErrReader(broken)), broken},
		"an end that came early": {io.MultiReader(strings.NewReader("12"), iotest.ErrReader(io.ErrUnexpectedEOF)), io.ErrUnexpectedEOF},
	} {
		_, err := s.Put(c.r, 4)
		if !errors.Is(err, c.want) || SenderFailed(err) != !errors.Is(c.want, ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p, err := s.Put(strings.NewReader("1"), 4)
	if err != nil {
		t.Fatal(err)
	}
	p.Drop()
	p.Drop()
	if files := left(t, s); len(files) > 0 {
		t.Errorf("left over: %v", files)
	}
}

func TestNoPathIsMadeOfAnythingButHashesAndTenants(t *testing.T) {
	for _, text := range []string{"", "../x", strings.Repeat("A", 64), strings.Repeat("0", 63), strings.Repeat("0", 65), strings.Repeat("g", 64), strings.Repeat("é", 32)} {
		if _, ok := ParseHash(text); ok {
			t.Errorf("%q is taken for a hash", text)
		}
	}
	root := At(t.TempDir())
	for _, id := range []string{"", "..", "../" + tenant, tenant + "/..", strings.ToUpper(tenant)[:8] + "ABCDEF"} {
		if _, err := root.Of(id).Add([]byte("x")); err == nil {
			t.Errorf("tenant %q has a folder", id)
		}
	}
	if _, err := (Root{}).Of(tenant).Add(nil); err == nil {
		t.Error("blobs are kept nowhere")
	}
	none := Root{}.Of(tenant)
	if _, err := none.Sweep(t.Context(), time.Now(), nil); err != nil || none.Remove() != nil {
		t.Error("no folder is no reason to fail")
	}
}

func TestTenantsHaveNothingInCommon(t *testing.T) {
	root := At(t.TempDir())
	one, other := root.Of(tenant), root.Of("01890000-0000-7000-8000-000000000002")
	h := add(t, one, "secret")
	if _, err := other.Open(h); !errors.Is(err, ErrMissing) {
		t.Errorf("another tenant's blob: %v", err)
	}
	add(t, other, "secret")
	if err := one.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := one.Open(h); !errors.Is(err, ErrMissing) || read(t, other, h) != "secret" {
		t.Errorf("removing one tenant: %v", err)
	}
}

func TestDamageIsNoticedBeforeTheEnd(t *testing.T) {
	for name, change := range map[string]func(string) string{
		"a flipped bit": func(s string) string { return "X" + s[1:] },
		"cut":           func(s string) string { return s[:len(s)-1] },
		"longer":        func(s string) string { return s + "x" },
		"emptied":       func(string) string { return "" },
	} {
		s := fresh(t)
		content := strings.Repeat("content ", 50_000)
		h := add(t, s, content)
		if n, err := s.Verify(t.Context(), h); err != nil || n != int64(len(content)) {
			t.Fatalf("verify: %d %v", n, err)
		}
		if err := os.WriteFile(s.path(h), []byte(change(content)), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := s.Open(h)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if !errors.Is(err, ErrDamaged) || !f.Damaged() || len(got) > 0 && len(got) >= len(change(content)) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
		f.Close()
		if _, err := s.Verify(t.Context(), h); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: verify says %v", name, err)
		}
	}
}

func TestRangesAreRead(t *testing.T) {
	s := fresh(t)
	h := add(t, s, "0123456789")
	f, err := s.Open(h)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if size, err := f.Seek(0, io.SeekEnd); size != 10 || err != nil || f.Size() != 10 {
		t.Errorf("size %d %v", size, err)
	}
	for _, from := range []int64{4, 0, 9} {
		if _, err := f.Seek(from, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(f); err != nil || string(b) != "0123456789"[from:] {
			t.Errorf("from %d: %q %v", from, b, err)
		}
	}
}

// names makes a Named of a set.
func names(wanted ...Hash) Named {
	return func(_ context.Context, from, to Hash) (out []Hash, err error) {
		for _, h := range wanted {
			if bytes.Compare(from[:], h[:]) <= 0 && bytes.Compare(h[:], to[:]) <= 0 {
				out = append(out, h)
			}
		}
		return out, nil
	}
}

func TestSweepRemovesWhatIsOldAndUnnamed(t *testing.T) {
	s := fresh(t)
	now := time.Now()
	var all []Hash
	for i := range 40 {
		all = append(all, add(t, s, fmt.Sprint("content ", i)))
	}
	if got, err := s.Sweep(t.Context(), now, names()); err != nil || got.Blobs != 0 {
		t.Fatalf("young ones are swept: %+v %v", got, err)
	}
	later := now.Add(Age + time.Minute)
	for _, h := range all[:30] { // the others stay young
		touch(t, s.path(h), now.Add(-time.Minute))
	}
	for _, h := range all[30:] {
		touch(t, s.path(h), later)
	}
	got, err := s.Sweep(t.Context(), later, names(all[:10]...))
	if err != nil || got.Blobs != 20 || got.Bytes == 0 || got.Held {
		t.Errorf("swept %+v %v, want 20 blobs", got, err)
	}
	for i, h := range all {
		_, err := s.Open(h)
		if gone := errors.Is(err, ErrMissing); gone != (i >= 10 && i < 30) {
			t.Errorf("blob %d: %v", i, err)
		}
	}
	n := 0
	for _, err := range s.All() {
		if n++; err != nil {
			t.Fatal(err)
		}
	}
	if n != 20 {
		t.Errorf("%d blobs left", n)
	}
}

func touch(t *testing.T, path string, at time.Time) {
	t.Helper()
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

func TestSweepLeavesWhatIsArriving(t *testing.T) {
	s := fresh(t)
	p, err := s.Put(strings.NewReader("arriving"), 100)
	if err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(2 * Age)
	if got, err := s.Sweep(t.Context(), long, names()); err != nil || got.Temporary != 0 {
		t.Fatalf("%+v %v", got, err)
	}
	if err := p.Keep(); err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(s.temporary(), "put-123")
	if err := os.WriteFile(cut, []byte("cut short by a crash"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Sweep(t.Context(), time.Now(), names(p.Hash)); err != nil || got.Temporary != 0 {
		t.Errorf("a young one: %+v %v", got, err)
	}
	if got, err := s.Sweep(t.Context(), long, names(p.Hash)); err != nil || got.Temporary != 1 || len(left(t, s)) != 1 {
		t.Errorf("an old one: %+v %v", got, err)
	}
}

func TestNothingIsSweptWhileSomebodyHolds(t *testing.T) {
	s := fresh(t)
	h := add(t, s, "x")
	release, err := s.Hold()
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Hold()
	if err != nil {
		t.Fatal(err)
	}
	again()
	late := time.Now().Add(2 * Age)
	if got, err := s.Sweep(t.Context(), late, names()); err != nil || !got.Held || read(t, s, h) != "x" {
		t.Errorf("%+v %v", got, err)
	}
	release()
	if got, err := s.Sweep(t.Context(), late, names()); err != nil || got.Blobs != 1 {
		t.Errorf("%+v %v", got, err)
	}
}

// TestKeepingAgainMakesYoung is the race of an upload with the sweep of the same content: whatever comes first, what is kept is
// there afterwards.
func TestKeepingAgainMakesYoung(t *testing.T) {
	s := fresh(t)
	h := add(t, s, "same")
	old := time.Now().Add(-2 * Age)
	var wg sync.WaitGroup
	for range 50 {
		touch(t, s.path(h), old)
		wg.Go(func() {
			if _, err := s.Sweep(context.Background(), time.Now(), names()); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if _, err := s.Add([]byte("same")); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		if read(t, s, h) != "same" {
			t.Fatal("it is gone")
		}
	}
}

func TestExportAndImport(t *testing.T) {
	from, to := fresh(t), fresh(t)
	var all []Hash
	for i := range 30 {
		add(t, from, strings.Repeat(fmt.Sprint("content ", i), i*i))
	}
	for h, err := range from.All() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, h)
	}
	touch(t, from.path(all[3]), time.Now())
	if err := os.WriteFile(from.path(all[3]), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(from.path(all[5])); err != nil {
		t.Fatal(err)
	}
	var first, again bytes.Buffer
	copied, err := from.Export(t.Context(), &first, all, nil)
	if err != nil || copied.Blobs != 28 || copied.Missing != 1 || copied.Damaged != 1 {
		t.Fatalf("%+v %v", copied, err)
	}
	if got, err := to.Import(t.Context(), bytes.NewReader(first.Bytes()), nil); err != nil || got != copied {
		t.Fatalf("%+v %v", got, err)
	}
	for i, h := range all {
		if i != 3 && i != 5 && read(t, to, h) != read(t, from, h) {
			t.Errorf("blob %d differs", i)
		}
	}
	if _, err := from.Export(t.Context(), &again, all, nil); err != nil || !bytes.Equal(first.Bytes(), again.Bytes()) {
		t.Errorf("the same blobs give other bytes: %v", err)
	}
	whole := first.Bytes()
	for at := 0; at < len(whole)-1; at += 1 + len(whole)/200 {
		if _, err := fresh(t).Import(t.Context(), bytes.NewReader(whole[:at]), nil); err == nil {
			t.Fatalf("cut at %d of %d and nobody notices", at, len(whole))
		}
	}
}

func FuzzImport(f *testing.F) {
	s := At(f.TempDir()).Of(tenant)
	h, err := s.Add([]byte("abc"))
	if err != nil {
		f.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := s.Export(context.Background(), &b, []Hash{h, Last}, nil); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("{\"format\":\"provost-blobs\",\"version\":1}\n{\"blob\":\"../x\",\"size\":-1}\n"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		s := At(t.TempDir()).Of(tenant)
		if _, err := s.Import(t.Context(), bytes.NewReader(stream), nil); err != nil {
			return
		}
		for h, err := range s.All() {
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Verify(t.Context(), h); err != nil {
				t.Errorf("blob %s: %v", h, err)
			}
		}
	})
}
