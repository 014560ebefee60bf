package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Row is a stored record: its document as it is answered, of its own type.
type Row struct {
	RecID string
	Type  *Type
	Doc   []byte
	Rev   int64

	Replayed bool // of a creation: it was done before, see WithOnce

	values Record // of Doc, where it has been read
}

// Record reads the row's document.
func (r Row) Record() (Record, error) { return r.Type.Decode(r.Doc) }

// Text reads one field of the row as text; "" for none.
func (r Row) Text(field string) string {
	i, _, ok := r.Type.Lookup(field)
	if !ok {
		return ""
	}
	if r.values != nil {
		v := r.values[i]
		if !v.Set || r.Type.Fields[i].Kind == Text {
			return v.Text
		}
		return strings.Trim(string(appendValue(nil, r.Type.Fields[i].Kind, v)), `"`)
	}
	var out string
	_ = ScanObject(r.Doc, func(name string, kind JSONKind, raw []byte) error {
		if name != r.Type.Fields[i].Name {
			return nil
		}
		switch kind {
		case JSONString:
			out, _ = unquote(raw)
		case JSONNull:
		default:
			out = string(raw)
		}
		return errFound
	})
	return out
}

// errFound ends the reading of a document in which what was looked for is found.
var errFound = errors.New("found")

// Value reads one field of the row by its position.
func (r Row) Value(position int) (Value, error) {
	var out Value
	err := ScanObject(r.Doc, func(name string, kind JSONKind, raw []byte) (err error) {
		if name == r.Type.Fields[position].Name {
			if out, err = storedValue(r.Type.Fields[position].Kind, kind, raw); err == nil {
				err = errFound
			}
		}
		return err
	})
	if errors.Is(err, errFound) {
		err = nil
	}
	return out, err
}

// Bool reads a boolean field of the row.
func (r Row) Bool(field string) bool { return r.Text(field) == "true" }

// Get reads a record by its RecId through a type: through a base also those of its extensions. fault.NotFound with
// code record_unknown where there is none.
func (e *Engine) Get(ctx context.Context, t *Type, recID string) (Row, error) {
	return e.get(ctx, e.db, t, recID)
}

// UnknownRecord is the refusal of a key that no record of the type has.
func UnknownRecord(t *Type, key string) error {
	return fault.New(fault.NotFound, "record_unknown", "Record '%s' cannot be found in the business object '%s'", shown(key), t.Singular)
}

func (e *Engine) get(ctx context.Context, r db.Reader, t *Type, recID string) (Row, error) {
	row, err := e.scan(ctx, t, recID, r.QueryRow(ctx, t.sql.get, literal.Fold(recID)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Row{}, UnknownRecord(t, recID)
	}
	if err != nil {
		return Row{}, fmt.Errorf("read a record of %s: %w", t.Object, err)
	}
	if !row.Type.Is(t) {
		return Row{}, UnknownRecord(t, recID)
	}
	return row, nil
}

// scan reads (object, rev, ver, doc) and completes a document of an older schema.
func (e *Engine) scan(ctx context.Context, t *Type, recID string, scan func(...any) error) (Row, error) {
	row := Row{RecID: recID}
	var object string
	var version int64
	if err := scan(&object, &row.Rev, &version, &row.Doc); err != nil {
		return Row{}, err
	}
	return e.complete(ctx, t, row, object, version)
}

func (e *Engine) complete(ctx context.Context, t *Type, row Row, object string, version int64) (Row, error) {
	row.Type = t
	if t.view != nil {
		return e.seen(ctx, t, row, object, version)
	}
	if object != t.Object {
		own, ok := e.now(ctx).types[literal.Fold(object)]
		if !ok {
			return Row{}, fmt.Errorf("a record of %s is of the unknown object %q", t.Object, object)
		}
		row.Type = own
	}
	if version != row.Type.Version {
		values, err := row.Type.Decode(row.Doc)
		if err != nil {
			return Row{}, fmt.Errorf("complete a record of %s: %w", row.Type.Object, err)
		}
		row.Doc = row.Type.Encode(nil, values)
	}
	return row, nil
}

// FindOne finds the record whose field equals value under folding; the newest where there are several.
func (e *Engine) FindOne(ctx context.Context, r db.Reader, t *Type, field, value string) (Row, bool, error) {
	if r == nil {
		r = e.db
	}
	i, _, ok := t.Lookup(field)
	if !ok {
		return Row{}, false, fmt.Errorf("%s has no field %q", t.Object, field)
	}
	var arg any = literal.Fold(value)
	if t.Fields[i].Kind != Text {
		v, err := t.Fields[i].readText(value)
		if err != nil || !v.Set {
			return Row{}, false, nil //nolint:nilerr // no record has a value that cannot be one
		}
		arg = v.Num
	}
	row, ok, err := Row{}, false, error(nil)
	err = eachRow(ctx, r, t.findBy(i, e.postgres)+" LIMIT 1", func(scan func(...any) error) (err error) {
		row, err = e.scanKeyed(ctx, t, scan)
		ok = err == nil
		return err
	}, arg)
	return row, ok, err
}

// findBy is the query for the records of t by one field, newest first.
func (t *Type) findBy(position int, postgres bool) string {
	query := fmt.Sprintf("SELECT rec_id, object, rev, ver, doc FROM %s WHERE %s = $1", t.table, t.Expr(position, postgres))
	if t.Base != nil {
		query += " AND object = '" + t.Object + "'"
	}
	return query + " ORDER BY rec_id DESC"
}

// scanKeyed is scan for rows that begin with their key.
func (e *Engine) scanKeyed(ctx context.Context, t *Type, scan func(...any) error) (Row, error) {
	var recID string
	row, err := e.scan(ctx, t, "", func(dest ...any) error { return scan(append([]any{&recID}, dest...)...) })
	row.RecID = strings.ToUpper(recID)
	return row, err
}

// maxNamesakes bounds how many records of one name findWhere looks at.
const maxNamesakes = 200

// findWhere finds, among the records whose text field has a value, the newest that holds fits.
func (e *Engine) findWhere(ctx context.Context, r db.Reader, t *Type, field, value string, holds func(Row) bool) (found Row, ok bool, err error) {
	query := fmt.Sprintf("%s LIMIT %d", t.findBy(t.Position(field), e.postgres), maxNamesakes)
	err = eachRow(ctx, r, query, func(scan func(...any) error) error {
		row, err := e.scanKeyed(ctx, t, scan)
		if err == nil && !ok && holds(row) {
			found, ok = row, true
		}
		return err
	}, literal.Fold(value))
	return found, ok, err
}

// lookups remembers rows that names and links led to, for as long as nothing of their table was written here and
// for lookupAge where another replica may have written.
type lookups struct {
	mu      sync.RWMutex
	rows    map[string]lookup
	changes sync.Map // table → *atomic.Int64, counted before and after each commit
}

type lookup struct {
	row    Row
	found  bool
	at     int64
	change int64
}

const (
	lookupAge  = 2 * time.Second
	maxLookups = 4096
)

func (l *lookups) count(table string) *atomic.Int64 {
	if c, ok := l.changes.Load(table); ok {
		return c.(*atomic.Int64)
	}
	c, _ := l.changes.LoadOrStore(table, new(atomic.Int64))
	return c.(*atomic.Int64)
}

// changed counts the changes of what a type reads.
func (l *lookups) changed(t *Type) (changes int64) {
	for _, of := range t.stored() {
		changes += l.count(of.table).Load()
	}
	return changes
}

func (l *lookups) forget() {
	l.mu.Lock()
	l.rows = nil
	l.mu.Unlock()
}

func (e *Engine) cached(t *Type, key string, load func() (Row, bool, error)) (Row, bool, error) {
	l := &e.lookups
	change := l.changed(t)
	at := e.clock.Now().UnixMilli()
	l.mu.RLock()
	hit, ok := l.rows[key]
	l.mu.RUnlock()
	if ok && hit.change == change && at-hit.at < lookupAge.Milliseconds() && hit.row.Type == nil == !hit.found {
		return hit.row, hit.found, nil
	}
	row, found, err := load()
	if err == nil && found {
		row.values, err = row.Record() // several fields of it are asked for, often
	}
	if err != nil {
		return Row{}, false, err
	}
	l.mu.Lock()
	if l.rows == nil || len(l.rows) >= maxLookups {
		l.rows = make(map[string]lookup, 64)
	}
	l.rows[key] = lookup{row: row, found: found, at: at, change: change}
	l.mu.Unlock()
	return row, found, nil
}

// findCached is FindOne for pick lists of records. Inside a transaction it reads what is there.
func (e *Engine) findCached(ctx context.Context, r db.Reader, t *Type, field, value string) (Row, bool, error) {
	if r != db.Reader(e.db) {
		return e.FindOne(ctx, r, t, field, value)
	}
	return e.cached(t, t.Object+"\x00"+field+"\x00"+literal.Fold(value), func() (Row, bool, error) {
		return e.FindOne(ctx, r, t, field, value)
	})
}

// getCached is get for links.
func (e *Engine) getCached(ctx context.Context, r db.Reader, t *Type, recID string) (Row, error) {
	if r != db.Reader(e.db) {
		return e.get(ctx, r, t, recID)
	}
	row, found, err := e.cached(t, t.Object+"\x00"+recID, func() (Row, bool, error) {
		row, err := e.get(ctx, r, t, recID)
		if fault.Is(err, fault.NotFound) {
			return Row{}, false, nil
		}
		return row, err == nil, err
	})
	if err == nil && !found {
		err = UnknownRecord(t, recID)
	}
	return row, err
}
