package blob

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// The lock files of a store.
const (
	holdFile = "hold" // shared while blobs are being copied, exclusive while they are swept
	lockFile = "lock" // shared while a blob gets its name, exclusive while one is removed
)

// lock takes a lock of the store; busy reports that somebody else has it and wait is false.
func (s *Store) lock(name string, how int, wait bool) (release func(), busy bool, err error) {
	if s.dir == "" {
		return nil, false, errNoFolder
	}
	if err := makeDir(s.dir); err != nil {
		return nil, false, fmt.Errorf("lock the blobs: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(s.dir, name), os.O_RDWR|os.O_CREATE|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, false, fmt.Errorf("lock the blobs: %w", err)
	}
	if !wait {
		how |= syscall.LOCK_NB
	}
	switch err := flock(f, how); {
	case err == nil:
		return func() { _ = f.Close() }, false, nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		f.Close()
		return nil, true, nil
	default:
		f.Close()
		return nil, false, fmt.Errorf("lock the blobs: %w", err)
	}
}

func flock(f *os.File, how int) error {
	for {
		if err := syscall.Flock(int(f.Fd()), how); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// Hold keeps every blob there is from being swept until release is called: for whoever copies those that a snapshot of the
// records names.
func (s *Store) Hold() (release func(), err error) {
	if _, err := os.Stat(s.dir); s.dir == "" || errors.Is(err, fs.ErrNotExist) { // what comes now is too young to be swept
		return func() {}, nil
	}
	release, _, err = s.lock(holdFile, syscall.LOCK_SH, true)
	return release, err
}
