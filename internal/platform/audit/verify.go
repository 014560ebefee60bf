package audit

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// verifyPage is how many rows Verify reads at a time.
const verifyPage = 1000

// Result is what Verify found.
type Result struct {
	Entries  int64  // entries found to be in order
	Erased   int64  // of these, how many had their payload erased
	FirstBad int64  // seq of the first entry that is not in order; 0: none
	Problem  string // what is wrong with it, for people; empty: nothing
	Head     string // hash of the last entry in order, 64 hex digits: compare it with one kept elsewhere
}

// OK reports whether the whole chain is in order.
func (r Result) OK() bool { return r.Problem == "" }

const selectChain = `SELECT seq, at, actor_kind, actor, login, credential, address, request, action, object, target, payload, salt, digest, hash
FROM audit WHERE seq > $1 ORDER BY seq LIMIT ` // and how many

// Verify walks the chain from its first entry: gaps, changed facts, payloads that do not match their digest or were
// taken away without an entry saying so, and an end that was cut off. It stops at the first finding, which is a
// Result, not an error. Entries written meanwhile do not disturb it. It calls progress, where given, after each page.
func Verify(ctx context.Context, r db.Reader, progress func(done, total int64)) (Result, error) {
	w := walk{head: genesis, missing: map[int64]bool{}}
	for {
		end, err := readEnd(ctx, r)
		if err != nil {
			return Result{}, fmt.Errorf("verify audit trail: %w", err)
		}
		for {
			n, err := w.page(ctx, r)
			if err != nil {
				return Result{}, fmt.Errorf("verify audit trail: %w", err)
			}
			if progress != nil {
				progress(w.seq, max(end.seq, w.seq))
			}
			if w.problem != "" {
				return w.result(), nil
			}
			if n < verifyPage {
				break
			}
		}
		if w.seq > end.seq { // more was written after the end was read, or the end was set back
			again, err := readEnd(ctx, r)
			if err != nil {
				return Result{}, fmt.Errorf("verify audit trail: %w", err)
			}
			if again.seq < w.seq {
				w.bad(again.seq+1, fmt.Sprintf("the counter of entries says %d, but there are %d", again.seq, w.seq))
				return w.result(), nil
			}
			continue
		}
		w.finish(end)
		return w.result(), nil
	}
}

// end is where the cells say that the chain ends.
type end struct {
	seq  int64
	head [sha256.Size]byte
}

func readEnd(ctx context.Context, r db.Reader) (end, error) {
	e := end{}
	rows, err := r.Query(ctx, `SELECT name, value FROM cell WHERE name IN ($1, $2, $3, $4, $5)`,
		cellSeq, cellHead[0], cellHead[1], cellHead[2], cellHead[3])
	if err != nil {
		return e, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var value int64
		if err := rows.Scan(&name, &value); err != nil {
			return e, err
		}
		if name == cellSeq {
			e.seq = value
		}
		for i := range cellHead {
			if name == cellHead[i] {
				binary.BigEndian.PutUint64(e.head[8*i:], uint64(value))
			}
		}
	}
	if e.seq == 0 {
		e.head = genesis
	}
	return e, rows.Err()
}

// walk is how far Verify has come.
type walk struct {
	seq     int64 // last entry in order
	head    [sha256.Size]byte
	erased  int64
	missing map[int64]bool // erased payloads whose entry of erasure is still to come
	problem string
	badSeq  int64
	scratch []byte
}

func (w *walk) bad(seq int64, problem string) { w.badSeq, w.problem = seq, problem }

func (w *walk) result() Result {
	return Result{Entries: w.seq, Erased: w.erased, FirstBad: w.badSeq, Problem: w.problem, Head: hex.EncodeToString(w.head[:])}
}

// page checks the next rows and returns how many it read.
func (w *walk) page(ctx context.Context, r db.Reader) (int, error) {
	rows, err := r.Query(ctx, selectChain+strconv.Itoa(verifyPage), w.seq)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var f facts
		var text sql.NullString
		var salt, digest, hash []byte
		err := rows.Scan(&f.seq, &f.at, &f.kind, &f.actor, &f.login, &f.credential, &f.address, &f.request,
			&f.action, &f.object, &f.target, &text, &salt, &digest, &hash)
		if err != nil {
			return n, err
		}
		n++
		w.check(&f, text, salt, digest, hash)
		if w.problem != "" {
			return n, nil
		}
	}
	return n, rows.Err()
}

// check looks at one row.
func (w *walk) check(f *facts, text sql.NullString, salt, digest, hash []byte) {
	if f.seq != w.seq+1 {
		w.bad(w.seq+1, fmt.Sprintf("entry %d is missing: entry %d is followed by %d", w.seq+1, w.seq, f.seq))
		return
	}
	w.scratch = f.append(append(w.scratch[:0], w.head[:]...), digest)
	sum := sha256.Sum256(w.scratch)
	if string(sum[:]) != string(hash) {
		w.bad(f.seq, fmt.Sprintf("entry %d was changed, or what stood before it was: its hash does not fit", f.seq))
		return
	}
	if !text.Valid && salt == nil {
		w.erased++
		w.missing[f.seq] = true
	} else {
		w.scratch = append(append(w.scratch[:0], salt...), text.String...)
		if got := sha256.Sum256(w.scratch); !text.Valid || string(got[:]) != string(digest) {
			w.bad(f.seq, fmt.Sprintf("the payload of entry %d was changed: it does not fit its digest", f.seq))
			return
		}
	}
	if f.action == actionErase {
		if seq, err := strconv.ParseInt(f.target, 10, 64); err == nil {
			delete(w.missing, seq)
		}
	}
	w.seq, w.head = f.seq, sum
}

// finish compares the end found with the one the cells tell of.
func (w *walk) finish(e end) {
	switch {
	case w.seq < e.seq:
		w.bad(w.seq+1, fmt.Sprintf("the last %d entries are missing: %d were written", e.seq-w.seq, e.seq))
	case w.head != e.head:
		w.bad(w.seq, fmt.Sprintf("the last entry, %d, is not the one that was written", w.seq))
	default:
		first := int64(0)
		for seq := range w.missing {
			if first == 0 || seq < first {
				first = seq
			}
		}
		if first > 0 {
			w.bad(first, fmt.Sprintf("the payload of entry %d is gone and no entry says that it was erased", first))
		}
	}
}
