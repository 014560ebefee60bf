package blob

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Blobs in a stream, for exports and backups, ordered by hash:
//
//	{"format":"provost-blobs","version":1}
//	{"blob":"ab…","size":3}          then as many bytes and
//	{"ok":true}                      on a line of its own; false: they are not what the hash says
//	{"blob":"cd…","missing":true}
//	{"end":true,"blobs":2}
const (
	streamFormat  = "provost-blobs"
	streamVersion = 1
	maxLine       = 512
)

type streamLine struct {
	Format  string `json:"format,omitempty"`
	Version int    `json:"version,omitempty"`
	Blob    string `json:"blob,omitempty"`
	Size    int64  `json:"size,omitempty"`
	Missing bool   `json:"missing,omitempty"`
	OK      *bool  `json:"ok,omitempty"`
	End     bool   `json:"end,omitempty"`
	Blobs   int64  `json:"blobs,omitempty"`
}

// Copied says what an Export or Import copied.
type Copied struct {
	Blobs   int64 `json:"blobs"`
	Bytes   int64 `json:"bytes"`
	Missing int64 `json:"missing,omitempty"` // named by records and not there
	Damaged int64 `json:"damaged,omitempty"` // there, but not with the content of their hash
}

// Export writes the blobs of the hashes, which have to be in order, to w. The same blobs give the same bytes. One that is
// missing or damaged is noted as such and counted: a backup of all others is worth more than none. progress, which may be
// nil, hears the blobs written so far and the blobs there are.
func (s *Store) Export(ctx context.Context, w io.Writer, names []Hash, progress func(done, total int64)) (Copied, error) {
	var out Copied
	b := bufio.NewWriterSize(w, 64<<10)
	line := func(l streamLine) error {
		text, err := json.Marshal(l)
		if err == nil {
			_, err = b.Write(append(text, '\n'))
		}
		return err
	}
	if err := line(streamLine{Format: streamFormat, Version: streamVersion}); err != nil {
		return out, fmt.Errorf("export blobs: %w", err)
	}
	for i, h := range names {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		if err := s.exportOne(b, line, h, &out); err != nil {
			return out, fmt.Errorf("export blob %s: %w", h, err)
		}
		if progress != nil {
			progress(int64(i+1), int64(len(names)))
		}
	}
	err := line(streamLine{End: true, Blobs: int64(len(names))})
	if err = errors.Join(err, b.Flush()); err != nil {
		return out, fmt.Errorf("export blobs: %w", err)
	}
	return out, nil
}

func (s *Store) exportOne(b *bufio.Writer, line func(streamLine) error, h Hash, out *Copied) error {
	f, err := s.Open(h)
	if errors.Is(err, ErrMissing) {
		out.Missing++
		return line(streamLine{Blob: h.String(), Missing: true})
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if err := line(streamLine{Blob: h.String(), Size: f.Size()}); err != nil {
		return err
	}
	n, err := io.Copy(b, io.LimitReader(f, f.Size()))
	if err != nil && !errors.Is(err, ErrDamaged) {
		return err
	}
	ok := err == nil && n == f.Size()
	if !ok { // the end is held back: something has to stand in its place
		out.Damaged++
		if _, err := io.CopyN(b, zeros{}, f.Size()-n); err != nil {
			return err
		}
	} else {
		out.Blobs++
		out.Bytes += n
	}
	if err := b.WriteByte('\n'); err != nil {
		return err
	}
	return line(streamLine{OK: &ok})
}

// zeros is an endless reader of NUL.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// Import stores the blobs of an Export, and syncs them. A content that does not have its hash, or a stream that was cut or
// altered, is an error; what was stored before it stays.
func (s *Store) Import(ctx context.Context, r io.Reader, progress func(done, total int64)) (Copied, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	var out Copied
	head, err := readLine(in)
	switch {
	case err != nil:
		return out, fmt.Errorf("import blobs: %w", err)
	case head.Format != streamFormat:
		return out, errors.New("import blobs: these are no blobs")
	case head.Version != streamVersion:
		return out, fmt.Errorf("import blobs: they have format version %d, this program reads %d", head.Version, streamVersion)
	}
	shards := map[string]struct{}{}
	for n := int64(0); ; n++ {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		l, err := readLine(in)
		if err != nil {
			return out, fmt.Errorf("import blobs: %w", err)
		}
		if l.End {
			if l.Blobs != n {
				return out, errors.New("import blobs: their number is wrong, the stream was altered")
			}
			break
		}
		if err := s.importOne(in, l, shards, &out); err != nil {
			return out, fmt.Errorf("import blob %.64s: %w", l.Blob, err)
		}
		if progress != nil {
			progress(n+1, 0)
		}
	}
	for shard := range shards { // once for all, not for each blob
		if err := syncDir(shard); err != nil {
			return out, fmt.Errorf("import blobs: %w", err)
		}
	}
	return out, nil
}

func (s *Store) importOne(in *bufio.Reader, l streamLine, shards map[string]struct{}, out *Copied) error {
	h, ok := ParseHash(l.Blob)
	if !ok || l.Size < 0 {
		return errors.New("the stream is damaged")
	}
	if l.Missing {
		out.Missing++
		return nil
	}
	p, err := s.Put(io.LimitReader(in, l.Size), l.Size)
	if err != nil {
		return err
	}
	defer p.Drop()
	if end, err := in.ReadByte(); err != nil || end != '\n' || p.Size != l.Size {
		return errors.New("the stream is cut off or damaged")
	}
	tail, err := readLine(in)
	switch {
	case err != nil:
		return err
	case tail.OK == nil:
		return errors.New("the stream is damaged")
	case !*tail.OK:
		out.Damaged++
		return nil
	case p.Hash != h:
		return ErrDamaged
	}
	out.Blobs++
	out.Bytes += p.Size
	shards[s.shard(h)] = struct{}{}
	return p.keep(false)
}

func readLine(in *bufio.Reader) (streamLine, error) {
	var l streamLine
	text, err := in.ReadSlice('\n')
	if err != nil || len(text) > maxLine {
		return l, errors.New("the stream is cut off or damaged")
	}
	if err := json.Unmarshal(text, &l); err != nil {
		return l, fmt.Errorf("the stream is damaged: %w", err)
	}
	return l, nil
}
