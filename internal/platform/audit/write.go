package audit

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

const saltLength = 16

// The cells that hold the chain's head: the number of entries and the last hash in four pieces of eight bytes.
const cellSeq = "audit.seq"

var cellHead = [4]string{"audit.head.0", "audit.head.1", "audit.head.2", "audit.head.3"}

// genesis is the hash before the first entry.
var genesis = sha256.Sum256([]byte("provost audit chain version 1"))

// Entry is one thing done, as the caller tells it. Who did it comes from the context.
type Entry struct {
	Action  string          // <object in lower case>.<verb>: "incident.create"
	Object  string          // type of what was touched: "Incident", "api_key"
	Target  string          // its RecId or id
	Label   string          // its number or name, for people
	Changes json.RawMessage // {"Field":[before,after],...}, only what changed; nil: none. Never a secret
	Flags   []string        // what deserves a look: "owner_unknown:JDoe"
}

// Record is an entry as it was kept.
type Record struct {
	Seq        int64
	At         time.Time // UTC, to the microsecond
	ActorKind  principal.Kind
	Actor      string // RecId of the person; empty for the program itself
	Login      string
	Credential string
	Address    string
	RequestID  string
	Action     string
	Object     string
	Target     string
	Label      string
	Changes    json.RawMessage
	Flags      []string
	Erased     bool // Label, Changes and Flags are gone by law
}

// payload is the erasable part of an entry, as stored.
type payload struct {
	Label   string          `json:"label,omitempty"`
	Changes json.RawMessage `json:"changes,omitempty"`
	Flags   []string        `json:"flags,omitempty"`
}

// facts are the part of a row that is never erased, in the order they are hashed.
type facts struct {
	seq, at                                                                  int64
	kind, actor, login, credential, address, request, action, object, target string
}

// chain is the state of a group of writes: where the chain ends, and buffers.
type chain struct {
	seq     int64
	head    [sha256.Size]byte
	random  [32 * saltLength]byte
	used    int
	scratch []byte
}

type chainKey struct{}

const insert = `INSERT INTO audit (seq, at, actor_kind, actor, login, credential, address, request, action, object, target, payload, salt, digest, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`

// Write appends an entry within the caller's transaction, in the name of the context's principal. A context without
// one is a mistake of the program and an error.
func Write(ctx context.Context, tx *db.Tx, now time.Time, e Entry) error {
	p := principal.From(ctx)
	if p == nil {
		return fmt.Errorf("write audit entry %s: the context has no principal", e.Action)
	}
	if e.Action == "" {
		return errors.New("write audit entry: it has no action")
	}
	salted, err := encode(e)
	if err != nil {
		return fmt.Errorf("write audit entry %s: %w", e.Action, err)
	}
	state, err := tx.Local(chainKey{}, resume)
	if err != nil {
		return fmt.Errorf("write audit entry %s: %w", e.Action, err)
	}
	c := state.(*chain)

	address := ""
	if p.Address.IsValid() {
		address = p.Address.String()
	}
	f := facts{
		seq: c.seq + 1, at: now.UnixMicro(),
		kind: string(p.Kind), actor: clean(p.PersonID), login: clean(p.Login), credential: clean(p.CredentialID),
		address: address, request: clean(p.RequestID),
		action: clean(e.Action), object: clean(e.Object), target: clean(e.Target),
	}
	own := make([]byte, saltLength+2*sha256.Size) // kept by the driver until the group is sent
	salt, digest, hash := own[:saltLength], own[saltLength:saltLength+sha256.Size], own[saltLength+sha256.Size:]
	c.salt(salt)
	copy(salted, salt)
	sum := sha256.Sum256(salted)
	copy(digest, sum[:])
	text := string(salted[saltLength:])
	c.scratch = f.append(append(c.scratch[:0], c.head[:]...), digest)
	c.head = sha256.Sum256(c.scratch)
	copy(hash, c.head[:])
	c.seq = f.seq
	err = tx.Later(insert, f.seq, f.at, f.kind, f.actor, f.login, f.credential, f.address, f.request,
		f.action, f.object, f.target, text, salt, digest, hash)
	if err != nil {
		return fmt.Errorf("write audit entry %s: %w", e.Action, err)
	}
	return nil
}

// resume finds the chain's end in the cells, and sees to it that they tell the new one in the end.
func resume(tx *db.Tx) (any, error) {
	c := &chain{seq: tx.Cell(cellSeq), head: genesis, used: len(chain{}.random)}
	if c.seq > 0 {
		for i, name := range cellHead {
			binary.BigEndian.PutUint64(c.head[8*i:], uint64(tx.Cell(name)))
		}
	}
	tx.BeforeCommit(chainKey{}, c.keep)
	return c, nil
}

// keep stores the chain's end.
func (c *chain) keep(tx *db.Tx) error {
	tx.SetCell(cellSeq, c.seq)
	for i, name := range cellHead {
		tx.SetCell(name, int64(binary.BigEndian.Uint64(c.head[8*i:])))
	}
	return nil
}

// salt fills b with random bytes, of which it fetches many at once.
func (c *chain) salt(b []byte) {
	if c.used+len(b) > len(c.random) {
		_, _ = rand.Read(c.random[:]) // never fails: it ends the program instead
		c.used = 0
	}
	c.used += copy(b, c.random[c.used:])
}

// append writes the facts and the digest in the form that is hashed: numbers in eight bytes, texts after their
// length, so that no two rows have the same form.
func (f *facts) append(b, digest []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(f.seq))
	b = binary.BigEndian.AppendUint64(b, uint64(f.at))
	for _, s := range [...]string{f.kind, f.actor, f.login, f.credential, f.address, f.request, f.action, f.object, f.target} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	return append(b, digest...)
}

// encode writes room for the salt and the payload as JSON. The changes are taken as they are: they were JSON already.
func encode(e Entry) ([]byte, error) {
	b := make([]byte, saltLength, saltLength+64+2*len(e.Label)+len(e.Changes))
	b = append(b, '{')
	if e.Label != "" {
		label, err := json.Marshal(e.Label)
		if err != nil {
			return nil, err
		}
		b = append(append(b, `"label":`...), label...)
	}
	if len(e.Changes) > 0 {
		b = append(append(comma(b), `"changes":`...), e.Changes...)
	}
	if len(e.Flags) > 0 {
		flags, err := json.Marshal(e.Flags)
		if err != nil {
			return nil, err
		}
		b = append(append(comma(b), `"flags":`...), flags...)
	}
	b = append(b, '}')
	if payload := b[saltLength:]; !utf8.Valid(payload) || bytes.IndexByte(payload, 0) >= 0 {
		b = append(b[:saltLength], clean(string(payload))...)
	}
	return b, nil
}

func comma(b []byte) []byte {
	if len(b) > saltLength+1 {
		return append(b, ',')
	}
	return b
}

// clean returns s as both engines keep it: valid UTF-8 without the zero byte.
func clean(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// Diff compares two values field by field, in the JSON form they have, and returns Changes for an Entry: nil where
// nothing differs. Either may be nil, for what did not exist before or does not any more. Fields named in secret
// are left out.
func Diff(before, after any, secret ...string) (json.RawMessage, error) {
	old, err := fields(before)
	if err != nil {
		return nil, fmt.Errorf("compare for the audit trail: %w", err)
	}
	now, err := fields(after)
	if err != nil {
		return nil, fmt.Errorf("compare for the audit trail: %w", err)
	}
	for _, name := range secret {
		delete(old, name)
		delete(now, name)
	}
	changes := map[string][2]json.RawMessage{}
	for name, v := range old {
		if w := now[name]; !bytes.Equal(v, w) {
			changes[name] = [2]json.RawMessage{v, w}
		}
	}
	for name, w := range now {
		if _, ok := old[name]; !ok {
			changes[name] = [2]json.RawMessage{nil, w}
		}
	}
	if len(changes) == 0 {
		return nil, nil
	}
	return json.Marshal(changes)
}

func fields(v any) (map[string]json.RawMessage, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var m map[string]json.RawMessage
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, err
	}
	return m, nil
}
