package blob

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
)

// The ways in which a blob is not what is asked for.
var (
	ErrMissing  = errors.New("the blob is not there")
	ErrDamaged  = errors.New("the blob is damaged: it does not have its hash")
	ErrTooLarge = errors.New("the content is larger than allowed")
	errNoFolder = errors.New("there is no folder for blobs")
)

// Hash is the SHA-256 of a blob, which is its name.
type Hash [32]byte

// String is the hash in 64 lower-case hex digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// ParseHash reads 64 lower-case hex digits.
func ParseHash(s string) (h Hash, ok bool) {
	if len(s) != 64 {
		return h, false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return h, false
		}
	}
	_, err := hex.Decode(h[:], []byte(s))
	return h, err == nil
}

// Last is the highest hash there can be.
var Last = Hash(bytes.Repeat([]byte{0xff}, 32))

// Root is the folder that holds the blobs of all tenants. The zero Root has none: every write there fails.
type Root struct{ dir string }

// At returns the root at a folder, which is made when it is needed.
func At(dir string) Root { return Root{dir} }

var tenantID = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// Of returns the store of a tenant. Nothing is made before the first write.
func (r Root) Of(tenant string) *Store {
	if r.dir == "" || !tenantID.MatchString(tenant) {
		return &Store{}
	}
	return &Store{filepath.Join(r.dir, tenant)}
}

// Store is the blobs of one tenant. It is safe for concurrent use, also by several processes.
type Store struct{ dir string }

func (s *Store) shard(h Hash) string { return filepath.Join(s.dir, h.String()[:2]) }

func (s *Store) path(h Hash) string { return filepath.Join(s.shard(h), h.String()) }

func (s *Store) temporary() string { return filepath.Join(s.dir, "tmp") }

// Remove removes all blobs of the tenant.
func (s *Store) Remove() error {
	if s.dir == "" {
		return nil
	}
	if err := os.RemoveAll(s.dir); err != nil {
		return fmt.Errorf("remove the blobs of a tenant: %w", err)
	}
	return nil
}

// All yields every blob there is, by its hash. Files that are no blobs are passed over.
func (s *Store) All() iter.Seq2[Hash, error] {
	return func(yield func(Hash, error) bool) {
		for n := range 256 {
			entries, err := s.entries(n)
			if err != nil {
				yield(Hash{}, err)
				return
			}
			for _, e := range entries {
				if h, ok := ParseHash(e.Name()); ok && !yield(h, nil) {
					return
				}
			}
		}
	}
}

// entries lists the blobs whose hash begins with a byte, by name.
func (s *Store) entries(first int) ([]os.DirEntry, error) {
	if s.dir == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(filepath.Join(s.dir, fmt.Sprintf("%02x", first)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list blobs: %w", err)
	}
	return entries, nil
}

// makeDir makes a folder, durably, and its parents.
func makeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	parent := filepath.Dir(dir)
	if err := makeDir(parent); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(parent)
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
