package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Age is how long a blob that no record names, or a temporary file, is left alone.
const Age = time.Hour

// Named returns the hashes, from one to another, that records name.
type Named func(ctx context.Context, from, to Hash) ([]Hash, error)

// Swept says what a sweep removed.
type Swept struct {
	Blobs     int64 // that no record names
	Bytes     int64 // of them
	Temporary int64 // files of uploads that were cut short
	Held      bool  // nothing was done: somebody holds the store
}

// Sweep removes what is Age old at now and of use to nobody. It does nothing while somebody holds the store.
func (s *Store) Sweep(ctx context.Context, now time.Time, named Named) (Swept, error) {
	var out Swept
	if s.dir == "" {
		return out, nil
	}
	if _, err := os.Stat(s.dir); errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	release, busy, err := s.lock(holdFile, syscall.LOCK_EX, false)
	if err != nil {
		return out, err
	}
	if busy {
		return Swept{Held: true}, nil
	}
	defer release()
	before := now.Add(-Age)
	if err := s.sweepTemporary(before, &out); err != nil {
		return out, err
	}
	for n := range 256 {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		if err := s.sweepShard(ctx, n, before, named, &out); err != nil {
			return out, err
		}
	}
	return out, nil
}

func (s *Store) sweepTemporary(before time.Time, out *Swept) error {
	entries, err := os.ReadDir(s.temporary())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("sweep temporary files: %w", err)
	}
	for _, e := range entries {
		path := filepath.Join(s.temporary(), e.Name())
		if info, err := os.Lstat(path); err != nil || !info.ModTime().Before(before) || !info.Mode().IsRegular() {
			continue // given its name meanwhile, or young
		}
		f, err := os.Open(path)
		if err != nil {
			continue
		}
		if flock(f, syscall.LOCK_EX|syscall.LOCK_NB) == nil { // whoever was writing it has gone
			if err := os.Remove(path); err == nil {
				out.Temporary++
			}
		}
		_ = f.Close()
	}
	return nil
}

// sweepShard looks at the blobs whose hash begins with a byte. A blob is kept anew before a record names it, so what is
// still old after the records were asked has not been named since.
func (s *Store) sweepShard(ctx context.Context, first int, before time.Time, named Named, out *Swept) error {
	entries, err := s.entries(first)
	if err != nil {
		return err
	}
	var old []Hash
	for _, e := range entries {
		h, ok := ParseHash(e.Name())
		if !ok {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && info.ModTime().Before(before) {
			old = append(old, h)
		}
	}
	if len(old) == 0 {
		return nil
	}
	names, err := named(ctx, old[0], old[len(old)-1])
	if err != nil {
		return fmt.Errorf("find out which blobs are named: %w", err)
	}
	wanted := make(map[Hash]struct{}, len(names))
	for _, h := range names {
		wanted[h] = struct{}{}
	}
	for _, h := range old {
		if _, ok := wanted[h]; ok {
			continue
		}
		if err := s.removeOld(h, before, out); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) removeOld(h Hash, before time.Time, out *Swept) error {
	release, _, err := s.lock(lockFile, syscall.LOCK_EX, true)
	if err != nil {
		return err
	}
	defer release()
	info, err := os.Lstat(s.path(h))
	if err != nil || !info.ModTime().Before(before) { // kept anew meanwhile
		return nil
	}
	if err := os.Remove(s.path(h)); err != nil {
		return fmt.Errorf("remove a blob: %w", err)
	}
	out.Blobs++
	out.Bytes += info.Size()
	return nil
}
