package secret

import (
	"bytes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"
)

const (
	keysFormat   = "provost-keys"
	keysVersion  = 1
	keyLength    = 32
	maxKeysBytes = 1 << 20
)

// ErrNoKeys means that there is no keys file and none may be made.
var ErrNoKeys = errors.New("there is no keys file")

// Keys are the process's own keys, from the keys file: peppers for MACs and keys for sealing, each with a version.
// The highest version is used for what is new, the others for what was stored before. Safe for concurrent use.
type Keys struct {
	peppers     map[int64]*pepper
	sealers     map[int64]cipher.AEAD
	versions    []int64 // of the peppers, newest first
	newestSeal  int64
	fingerprint string
}

// pepper is one HMAC key with hashers ready for use: resetting one is much cheaper than keying a new one.
type pepper struct{ pool sync.Pool }

// keysFile is the file's JSON.
type keysFile struct {
	Format  string       `json:"format"`
	Version int          `json:"version"`
	Note    string       `json:"note"`
	Created time.Time    `json:"created"`
	Peppers []versionKey `json:"peppers"`
	Sealing []versionKey `json:"sealing"`
}

type versionKey struct {
	Version int64  `json:"version"`
	Key     []byte `json:"key"` // 32 bytes, base64
}

// Open reads the keys file at path. Where there is none and create is set, it makes one with fresh keys, readable
// by its owner alone; otherwise the error is ErrNoKeys. A file that others may read is refused, and an existing file
// is never written to.
func Open(path string, create bool) (*Keys, error) {
	keys, err := read(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return keys, err
	}
	if !create {
		return nil, fmt.Errorf("open keys file %s: %w", path, ErrNoKeys)
	}
	if err := write(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("create keys file %s: %w", path, err)
	}
	return read(path) // ours, or that of a process that was faster
}

func read(path string) (*Keys, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open keys file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open keys file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("keys file %s is not a regular file", path)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("keys file %s may be read or written by others (mode %04o): run chmod 600 on it", path, mode)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxKeysBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read keys file %s: %w", path, err)
	}
	if len(text) > maxKeysBytes {
		return nil, fmt.Errorf("keys file %s is larger than %d bytes", path, maxKeysBytes)
	}
	keys, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("keys file %s: %w", path, err)
	}
	return keys, nil
}

// write puts a new file in place in one step: a reader sees nothing or all of it, and a file that is there stays.
func write(path string) error {
	content, err := json.MarshalIndent(keysFile{
		Format:  keysFormat,
		Version: keysVersion,
		Note:    "Keep this file secret and safe: without it no stored credential can be checked and nothing sealed can be opened.",
		Created: time.Now().UTC().Truncate(time.Second),
		Peppers: []versionKey{{1, randomKey()}},
		Sealing: []versionKey{{1, randomKey()}},
	}, "", "  ")
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".keys-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(append(content, '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil { // unlike a rename, a link never replaces
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func randomKey() []byte {
	key := make([]byte, keyLength)
	_, _ = rand.Read(key) // never fails: it ends the program instead
	return key
}

func parse(text []byte) (*Keys, error) {
	var file keysFile
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("not readable as JSON: %w", err)
	}
	if file.Format != keysFormat || file.Version != keysVersion {
		return nil, fmt.Errorf("format %q version %d is not known to this program", file.Format, file.Version)
	}
	for name, list := range map[string][]versionKey{"peppers": file.Peppers, "sealing": file.Sealing} {
		if err := checkVersions(list); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	k := &Keys{peppers: map[int64]*pepper{}, sealers: map[int64]cipher.AEAD{}}
	for _, v := range file.Peppers {
		k.peppers[v.Version] = newPepper(v.Key)
		k.versions = append(k.versions, v.Version)
	}
	slices.SortFunc(k.versions, func(a, b int64) int { return int(b - a) })
	for _, v := range file.Sealing {
		k.sealers[v.Version] = newSealer(v.Key)
		k.newestSeal = max(k.newestSeal, v.Version)
	}
	k.fingerprint = fingerprint(oldest(file.Peppers), oldest(file.Sealing))
	return k, nil
}

func checkVersions(list []versionKey) error {
	if len(list) == 0 {
		return errors.New("there is no key")
	}
	seen := map[int64]bool{}
	for _, v := range list {
		switch {
		case v.Version < 1 || v.Version > 1<<31-1:
			return fmt.Errorf("version %d is out of range", v.Version)
		case seen[v.Version]:
			return fmt.Errorf("version %d is there twice", v.Version)
		case len(v.Key) != keyLength:
			return fmt.Errorf("the key of version %d has %d bytes, not %d", v.Version, len(v.Key), keyLength)
		}
		seen[v.Version] = true
	}
	return nil
}

// oldest returns the key with the lowest version.
func oldest(list []versionKey) []byte {
	return slices.MinFunc(list, func(a, b versionKey) int { return int(a.Version - b.Version) }).Key
}

func fingerprint(pepper, sealing []byte) string {
	h := sha256.New()
	h.Write([]byte("provost keys file fingerprint\x00"))
	h.Write(pepper)
	h.Write(sealing)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func newPepper(key []byte) *pepper {
	key = bytes.Clone(key)
	return &pepper{pool: sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

// Fingerprint names the file without giving anything of it away: 32 hex digits over its oldest keys, so that it
// stays the same when a version is added. A database remembers the one it was made with.
func (k *Keys) Fingerprint() string { return k.fingerprint }

// Versions returns the versions of the peppers, newest first.
func (k *Keys) Versions() []int64 { return slices.Clone(k.versions) }

// MAC returns HMAC-SHA-256 of the secret under the newest pepper, and that pepper's version.
func (k *Keys) MAC(secret string) (version int64, mac []byte) {
	version = k.versions[0]
	return version, k.peppers[version].mac(secret)
}

// MACWith is MAC under the pepper of the given version; nil where the keys file has none. Compare MACs with
// hmac.Equal.
func (k *Keys) MACWith(version int64, secret string) []byte {
	p := k.peppers[version]
	if p == nil {
		return nil
	}
	return p.mac(secret)
}

func (p *pepper) mac(secret string) []byte {
	h := p.pool.Get().(hash.Hash)
	h.Reset()
	_, _ = io.WriteString(h, secret)
	mac := h.Sum(make([]byte, 0, sha256.Size))
	p.pool.Put(h)
	return mac
}
