package audit

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// Mark is what an entry is about, without what it says: what somebody needs who follows the trail as it grows.
type Mark struct {
	Seq        int64
	Actor      string // RecId of the person; empty for the program itself
	Credential string
	Action     string
	Object     string // as it was written: "Incident#", "api_key"
	Target     string
	Owned      bool // the payload speaks of an owner or a customer: it may have moved out of, or into, what somebody sees
}

// owned is where a payload names a field that decides whose a record is. A text that happens to hold such a name does no harm.
const owned = `CASE WHEN payload LIKE '%"Owner":[%' OR payload LIKE '%"OwnerTeam":[%' OR payload LIKE '%"ProfileLink%' OR payload LIKE '%"RequestorLink%' OR payload LIKE '%"AlternateContactLink%' THEN 1 ELSE 0 END`

// Head returns the number of the last entry, 0 where there is none.
func Head(ctx context.Context, r db.Reader) (seq int64, err error) {
	if err = r.QueryRow(ctx, `SELECT COALESCE(MAX(value), 0) FROM cell WHERE name = $1`, cellSeq).Scan(&seq); err != nil {
		return 0, fmt.Errorf("read the head of the audit trail: %w", err)
	}
	return seq, nil
}

// Since returns the entries after one, in their order, at most limit of them.
func Since(ctx context.Context, r db.Reader, after int64, limit int) ([]Mark, error) {
	rows, err := r.Query(ctx, `SELECT seq, actor, credential, action, object, target, `+owned+` FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("follow the audit trail: %w", err)
	}
	defer rows.Close()
	var out []Mark
	for rows.Next() {
		var m Mark
		var moved int64
		if err := rows.Scan(&m.Seq, &m.Actor, &m.Credential, &m.Action, &m.Object, &m.Target, &moved); err != nil {
			return nil, fmt.Errorf("follow the audit trail: %w", err)
		}
		m.Owned = moved == 1
		out = append(out, m)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("follow the audit trail: %w", err)
	}
	return out, nil
}

// ObjectsBetween returns which objects the entries after one, up to another, are about: for whoever finds too many to look at each.
func ObjectsBetween(ctx context.Context, r db.Reader, after, upTo int64) ([]string, error) {
	rows, err := r.Query(ctx, `SELECT DISTINCT object FROM audit WHERE seq > $1 AND seq <= $2`, after, upTo)
	if err != nil {
		return nil, fmt.Errorf("follow the audit trail: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var object string
		if err := rows.Scan(&object); err != nil {
			return nil, fmt.Errorf("follow the audit trail: %w", err)
		}
		out = append(out, object)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("follow the audit trail: %w", err)
	}
	return out, nil
}

// Change is when somebody changed something.
type Change struct {
	At    time.Time
	Actor string // RecId of the person; empty for the program itself
}

// LastChanges returns when a field of records, by RecId, was changed last, for those of which the trail says so.
func LastChanges(ctx context.Context, r db.Reader, targets []string, field string) (map[string]Change, error) {
	places, args := make([]string, len(targets)), []any{`%"` + contained.Replace(field) + `":[%`}
	for i, target := range targets {
		args = append(args, target)
		places[i] = "$" + strconv.Itoa(len(args))
	}
	rows, err := r.Query(ctx, `SELECT target, at, actor FROM audit WHERE target IN (`+strings.Join(places, ", ")+`) AND payload LIKE $1 ESCAPE '\' ORDER BY seq`, args...)
	if err != nil {
		return nil, fmt.Errorf("look for changes in the audit trail: %w", err)
	}
	defer rows.Close()
	out := map[string]Change{}
	for rows.Next() {
		var target, actor string
		var at int64
		if err := rows.Scan(&target, &at, &actor); err != nil {
			return nil, fmt.Errorf("look for changes in the audit trail: %w", err)
		}
		out[target] = Change{time.UnixMicro(at).UTC(), actor}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("look for changes in the audit trail: %w", err)
	}
	return out, nil
}
