package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
)

// File is a blob, open for reading. It is not safe for concurrent use.
type File struct {
	f      *os.File
	want   Hash
	size   int64
	at     int64 // where the next read begins
	hashed int64 // how much from the beginning the sum covers
	sum    hash.Hash
	bad    bool
}

// Open opens a blob: ErrMissing where there is none.
func (s *Store) Open(h Hash) (*File, error) {
	if s.dir == "" {
		return nil, ErrMissing
	}
	f, err := os.Open(s.path(h))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, fmt.Errorf("open a blob: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("open a blob: %w", err)
	}
	return &File{f: f, want: h, size: info.Size(), sum: sha256.New(), bad: info.Size() == 0 && h != sha256.Sum256(nil)}, nil
}

// Size is its length in bytes.
func (f *File) Size() int64 { return f.size }

// Damaged reports that reading has shown that the content is not that of the hash.
func (f *File) Damaged() bool { return f.bad }

// Read reads on. The read that comes to the end, after everything from the beginning has been read, gives ErrDamaged in place
// of its bytes where the content does not have its hash.
func (f *File) Read(b []byte) (int, error) {
	if f.bad {
		return 0, ErrDamaged
	}
	n, err := f.f.Read(b)
	if f.hashed == f.at {
		f.sum.Write(b[:n])
		f.hashed += int64(n)
	}
	f.at += int64(n)
	if n > 0 && f.hashed == f.at && f.at >= f.size && Hash(f.sum.Sum(nil)) != f.want {
		f.bad = true
		return 0, ErrDamaged
	}
	return n, err
}

// Seek implements io.Seeker.
func (f *File) Seek(offset int64, whence int) (int64, error) {
	at, err := f.f.Seek(offset, whence)
	if err != nil {
		return f.at, err
	}
	if f.at = at; at == 0 {
		f.sum.Reset()
		f.hashed = 0
	}
	return at, nil
}

// Close closes the file.
func (f *File) Close() error { return f.f.Close() }

// Verify reads a blob and compares it with its hash: ErrMissing, ErrDamaged or nil. It returns the bytes read.
func (s *Store) Verify(ctx context.Context, h Hash) (n int64, err error) {
	f, err := s.Open(h)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	buffer := buffers.Get().(*[128 << 10]byte)
	defer buffers.Put(buffer)
	for {
		k, err := f.Read(buffer[:])
		n += int64(k)
		switch {
		case err == io.EOF: //nolint:errorlint // an end that is wrapped is none
			return n, nil
		case errors.Is(err, ErrDamaged):
			return n, err
		case err != nil:
			return n, fmt.Errorf("read a blob: %w", err)
		case ctx.Err() != nil:
			return n, ctx.Err()
		}
	}
}
