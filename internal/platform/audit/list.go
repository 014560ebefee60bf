package audit

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

// How many records List returns.
const (
	defaultLimit = 100
	maxLimit     = 1000
)

// Filter says which entries are wanted; zero values do not limit.
type Filter struct {
	Object     string
	Target     string
	Actor      string    // RecId or login of a person
	Credential string    // id of the credential it was done with
	Action     string    // "incident.create", or "incident.*" for all of an object
	From, To   time.Time // From included, To not
	Text       string    // what the payload (label, changes, flags) contains, in any case of ASCII letters
	BeforeSeq  int64     // the page after the one that ended with this entry
	Limit      int       // default 100, at most 1000
}

// List returns the newest entries that fit, newest first.
func List(ctx context.Context, r db.Reader, f Filter) ([]Record, error) {
	query, args := f.sql()
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list audit entries: %w", err)
	}
	defer rows.Close()
	var out []Record
	for rows.Next() {
		rec, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("list audit entries: %w", err)
		}
		out = append(out, rec)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list audit entries: %w", err)
	}
	return out, nil
}

func (f Filter) sql() (string, []any) {
	var where []string
	var args []any
	add := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		where = append(where, condition)
	}
	if f.Target != "" {
		add("target = ?", f.Target)
	}
	if f.Object != "" {
		add("object = ?", f.Object)
	}
	if f.Actor != "" {
		add("(actor = ? OR login = ?)", f.Actor, f.Actor)
	}
	if f.Credential != "" {
		add("credential = ?", f.Credential)
	}
	if family, ok := strings.CutSuffix(f.Action, ".*"); ok {
		add("action >= ? AND action < ?", family+".", family+"/") // "/" follows "."
	} else if f.Action != "" {
		add("action = ?", f.Action)
	}
	if !f.From.IsZero() {
		add("at >= ?", f.From.UnixMicro())
	}
	if !f.To.IsZero() {
		add("at < ?", f.To.UnixMicro())
	}
	if f.Text != "" {
		add(`lower(payload) LIKE ? ESCAPE '\'`, "%"+contained.Replace(lowerASCII(f.Text))+"%")
	}
	if f.BeforeSeq > 0 {
		add("seq < ?", f.BeforeSeq)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	query := `SELECT seq, at, actor_kind, actor, login, credential, address, request, action, object, target, payload FROM audit`
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	return query + " ORDER BY seq DESC LIMIT " + strconv.Itoa(min(limit, maxLimit)), args
}

// Count returns how many entries there are.
func Count(ctx context.Context, r db.Reader) (int64, error) {
	e, err := readEnd(ctx, r)
	if err != nil {
		return 0, fmt.Errorf("count audit entries: %w", err)
	}
	return e.seq, nil
}

// contained makes a text a pattern that matches itself alone, as it stands inside a JSON string.
var contained = strings.NewReplacer(`"`, `\\"`, `\`, `\\\\`, `%`, `\%`, `_`, `\_`)

// lowerASCII does what lower() does in both engines.
func lowerASCII(s string) string {
	return strings.Map(func(c rune) rune {
		if 'A' <= c && c <= 'Z' {
			return c | 0x20
		}
		return c
	}, s)
}

func scan(rows *sql.Rows) (Record, error) {
	var rec Record
	var at int64
	var kind string
	var text sql.NullString
	err := rows.Scan(&rec.Seq, &at, &kind, &rec.Actor, &rec.Login, &rec.Credential, &rec.Address, &rec.RequestID,
		&rec.Action, &rec.Object, &rec.Target, &text)
	if err != nil {
		return rec, err
	}
	rec.At, rec.ActorKind, rec.Erased = time.UnixMicro(at).UTC(), principal.Kind(kind), !text.Valid
	if text.Valid {
		var p payload
		if err := json.Unmarshal([]byte(text.String), &p); err != nil {
			return rec, fmt.Errorf("read payload of entry %d: %w", rec.Seq, err)
		}
		rec.Label, rec.Changes, rec.Flags = p.Label, p.Changes, p.Flags
	}
	return rec, nil
}
