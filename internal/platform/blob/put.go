package blob

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"
)

// headSize is how much of a content is remembered: net/http.DetectContentType looks at no more.
const headSize = 512

// buffers are what contents are copied through.
var buffers = sync.Pool{New: func() any { return new([128 << 10]byte) }}

// Pending is content that has arrived whole and is on disk, but has no name yet. Keep or Drop it.
type Pending struct {
	Hash Hash
	Size int64  // bytes
	Head []byte // the first 512 bytes, or all where there are fewer

	s *Store
	f *os.File // nil once kept or dropped
}

// readError marks what went wrong on the side of whoever sends.
type readError struct{ error }

func (e readError) Unwrap() error { return e.error }

// SenderFailed reports that content did not arrive because reading it failed, not storing it.
func SenderFailed(err error) bool {
	var r readError
	return errors.As(err, &r)
}

// Put stores what r gives, at most limit bytes (ErrTooLarge), under no name yet. Memory is constant whatever the size. An
// error of r comes back as it is; see SenderFailed.
func (s *Store) Put(r io.Reader, limit int64) (_ *Pending, err error) {
	if s.dir == "" {
		return nil, errNoFolder
	}
	if err := makeDir(s.temporary()); err != nil {
		return nil, fmt.Errorf("store a blob: %w", err)
	}
	f, err := os.CreateTemp(s.temporary(), "put-") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("store a blob: %w", err)
	}
	p := &Pending{s: s, f: f}
	defer func() {
		if err != nil {
			p.Drop()
		}
	}()
	if err := flock(f, syscall.LOCK_EX|syscall.LOCK_NB); err != nil { // says that somebody is writing, as long as the process lives
		return nil, fmt.Errorf("store a blob: %w", err)
	}
	sum := sha256.New()
	buffer := buffers.Get().(*[128 << 10]byte)
	defer buffers.Put(buffer)
	for {
		n, readErr := fill(r, buffer[:])
		got := buffer[:n]
		if p.Size += int64(n); p.Size > limit {
			return nil, ErrTooLarge
		}
		if len(p.Head) < headSize {
			p.Head = append(p.Head, got[:min(n, headSize-len(p.Head))]...)
		}
		sum.Write(got)
		if _, err := f.Write(got); err != nil {
			return nil, fmt.Errorf("store a blob: %w", err)
		}
		if readErr == io.EOF { //nolint:errorlint // an end that is wrapped is none
			break
		}
		if readErr != nil {
			return nil, readError{readErr}
		}
	}
	sum.Sum(p.Hash[:0])
	if err := f.Sync(); err != nil {
		return nil, fmt.Errorf("store a blob: %w", err)
	}
	return p, nil
}

// fill reads until the buffer is full, so that small reads do not become small writes. Unlike io.ReadFull it does not
// mistake an end that came too early for one.
func fill(r io.Reader, b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var k int
		k, err = r.Read(b[n:])
		n += k
	}
	return n, err
}

// Keep gives the content its name, durably. It may then be named by a record, within the hour.
func (p *Pending) Keep() error {
	return p.keep(true)
}

func (p *Pending) keep(durably bool) error {
	if p.f == nil {
		return errors.New("keep a blob: it was kept or dropped before")
	}
	shard := p.s.shard(p.Hash)
	if err := makeDir(shard); err != nil {
		return fmt.Errorf("keep a blob: %w", err)
	}
	release, _, err := p.s.lock(lockFile, syscall.LOCK_SH, true)
	if err != nil {
		return err
	}
	defer release()
	now := time.Now()
	if err := os.Chtimes(p.f.Name(), now, now); err != nil { // it may have waited for others for long
		return fmt.Errorf("keep a blob: %w", err)
	}
	if err := os.Rename(p.f.Name(), p.s.path(p.Hash)); err != nil {
		return fmt.Errorf("keep a blob: %w", err)
	}
	_ = p.f.Close() // synced
	p.f = nil
	if !durably {
		return nil
	}
	if err := syncDir(shard); err != nil {
		return fmt.Errorf("keep a blob: %w", err)
	}
	return nil
}

// Drop forgets content that was not kept. It does nothing to one that was.
func (p *Pending) Drop() {
	if p.f == nil {
		return
	}
	_ = os.Remove(p.f.Name())
	_ = p.f.Close()
	p.f = nil
}

// Add stores and keeps content that is in memory.
func (s *Store) Add(content []byte) (Hash, error) {
	p, err := s.Put(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return Hash{}, err
	}
	return p.Hash, p.Keep()
}
