package record

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Options say what an engine works on.
type Options struct {
	DB     *db.DB
	Clock  clock.Clock
	Stock  []Stock
	Owners map[string]Owner // by object name, "Incident"; the owner of a base owns its extensions
	Logger *slog.Logger

	// Inspect says what is wrong with a type beyond what the engine sees itself: the filters of its saved searches. Nil: nothing.
	Inspect func(*Type) []string
}

// Stock is the catalogue a domain ships.
type Stock struct {
	Domain    string
	Catalogue Catalogue
}

// Engine keeps the records of one tenant. It is safe for concurrent use.
type Engine struct {
	db      *db.DB
	clock   clock.Clock
	owners  map[string]Owner
	log     *slog.Logger
	inspect func(*Type) []string

	current  atomic.Pointer[schema]
	reload   sync.Mutex
	checked  atomic.Int64 // when the schema's version was last compared, Unix milliseconds
	deletes  atomic.Int64 // the cell "deletes" as last seen
	lookups  lookups
	waiting  waiting
	together int64 // records of a table whose words wait for others, at most
	postgres bool
	changed  func(ctx context.Context, tx *db.Tx, d *Draft) error
}

// schema is everything about a tenant's objects at one version.
type schema struct {
	version  int64
	types    map[string]*Type // by folded name
	sets     map[string]*Type // by folded set name
	ordered  []*Type          // Incident and its like first, then by name
	lists    map[string]*list // by folded name
	settings map[string]string
	written  map[string]Definition // definitions as they were written, by object name
	stock    map[string]bool       // objects that ship with the program
}

func (s *schema) stockObject(t *Type) bool { return s.stock[t.Object] }

func (s *schema) setting(name string) string {
	if v, ok := s.settings[name]; ok {
		return v
	}
	return settingDefaults[name]
}

// How long another replica's change of the schema may go unseen.
const schemaAge = 2 * time.Second

// Open loads a tenant's object types, after bringing the stock ones up to date with this program.
func Open(ctx context.Context, o Options) (*Engine, error) {
	e := &Engine{db: o.DB, clock: o.Clock, owners: o.Owners, log: o.Logger, inspect: o.Inspect, together: wordsTogether, postgres: o.DB.Engine() == db.Postgres}
	if e.clock == nil {
		e.clock = clock.System{}
	}
	if e.log == nil {
		e.log = slog.Default()
	}
	if err := e.splitWords(ctx); err != nil {
		return nil, fmt.Errorf("put the full text beside the records: %w", err)
	}
	if err := e.seed(ctx, o.Stock); err != nil {
		return nil, fmt.Errorf("bring the stock objects up to date: %w", err)
	}
	if err := e.refresh(ctx); err != nil {
		return nil, err
	}
	if err := e.resume(ctx); err != nil {
		return nil, err
	}
	return e, nil
}

// OnChange has fn called in the transaction of every single change of a record: after the record is written, and before it
// is removed. Its error undoes the write. Set once, before the engine is used by others; Import does not call it.
func (e *Engine) OnChange(fn func(ctx context.Context, tx *db.Tx, d *Draft) error) { e.changed = fn }

// refresh loads the schema anew.
func (e *Engine) refresh(ctx context.Context) error {
	e.reload.Lock()
	defer e.reload.Unlock()
	var s *schema
	err := e.db.View(ctx, func(r db.Reader) (err error) {
		s, err = load(ctx, r)
		return err
	})
	if err != nil {
		return fmt.Errorf("load the object types: %w", err)
	}
	e.current.Store(s)
	e.checked.Store(e.clock.Now().UnixMilli())
	e.lookups.forget()
	return nil
}

// now returns the schema, at most schemaAge behind what another replica did.
func (e *Engine) now(ctx context.Context) *schema {
	s := e.current.Load()
	at := e.clock.Now().UnixMilli()
	last := e.checked.Load()
	if !e.postgres || at-last < schemaAge.Milliseconds() || !e.checked.CompareAndSwap(last, at) {
		return s
	}
	var version int64
	err := e.db.QueryRow(ctx, "SELECT value FROM cell WHERE name = 'schema'").Scan(&version)
	if err == nil && version != s.version {
		err = e.refresh(ctx)
	}
	if err != nil {
		e.log.WarnContext(ctx, "the object types could not be compared with the database", "error", err)
	}
	return e.current.Load()
}

func load(ctx context.Context, r db.Reader) (*schema, error) {
	s := &schema{types: map[string]*Type{}, sets: map[string]*Type{}, lists: map[string]*list{}, settings: map[string]string{},
		written: map[string]Definition{}, stock: map[string]bool{}}
	row := r.QueryRow(ctx, "SELECT coalesce((SELECT value FROM cell WHERE name = 'schema'), 0)")
	if err := row.Scan(&s.version); err != nil {
		return nil, err
	}
	if err := eachRow(ctx, r, "SELECT name, value FROM setting", func(scan func(...any) error) error {
		var name, value string
		err := scan(&name, &value)
		s.settings[name] = value
		return err
	}); err != nil {
		return nil, err
	}
	if err := s.loadLists(ctx, r); err != nil {
		return nil, err
	}
	var definitions []Definition
	var stored []struct {
		owner   string
		version int64
	}
	if err := eachRow(ctx, r, "SELECT owner, stock, version, definition FROM object_type ORDER BY name", func(scan func(...any) error) error {
		var owner, text string
		var stock, version int64
		if err := scan(&owner, &stock, &version, &text); err != nil {
			return err
		}
		var d Definition
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			return fmt.Errorf("read a stored definition: %w", err)
		}
		definitions = append(definitions, d)
		s.written[objectName(d.Object)], s.stock[objectName(d.Object)] = d, stock != 0
		stored = append(stored, struct {
			owner   string
			version int64
		}{owner, version})
		return nil
	}); err != nil {
		return nil, err
	}
	types, err := compileAll(definitions, s.lists, 0)
	if err != nil {
		return nil, err
	}
	for i, d := range definitions {
		t := types[literal.Fold(objectName(d.Object))]
		t.Owner, t.Version = stored[i].owner, stored[i].version
	}
	s.types = types
	for _, t := range types {
		if !t.Definition.Private {
			s.sets[literal.Fold(t.Set)] = t
		}
		s.ordered = append(s.ordered, t)
	}
	first := map[string]int{"Incident": 1, "ServiceReq": 2, "Change": 3, "Problem": 4, "Task": 5, "Employee": 6, "CI": 7}
	sort.Slice(s.ordered, func(i, k int) bool {
		a, b := first[s.ordered[i].Object], first[s.ordered[k].Object]
		if a != b {
			return a != 0 && (b == 0 || a < b)
		}
		return s.ordered[i].Object < s.ordered[k].Object
	})
	return s, nil
}

func (s *schema) loadLists(ctx context.Context, r db.Reader) error {
	lists := map[string]*List{}
	if err := eachRow(ctx, r, "SELECT name, open FROM pick_list", func(scan func(...any) error) error {
		var l List
		var open int64
		if err := scan(&l.Name, &open); err != nil {
			return err
		}
		l.Open = open != 0
		lists[l.Name] = &l
		return nil
	}); err != nil {
		return err
	}
	if err := eachRow(ctx, r, "SELECT list, rec_id, value, label, aliases, review FROM pick_value ORDER BY list, position, folded", func(scan func(...any) error) error {
		var name, aliases string
		var v ListValue
		var review int64
		if err := scan(&name, &v.RecID, &v.Value, &v.Label, &aliases, &review); err != nil {
			return err
		}
		v.Review, v.Inactive = review == valueReview, review == valueInactive
		if aliases != "" {
			v.Aliases = strings.Split(aliases, "\n")
		}
		if l := lists[name]; l != nil {
			l.Values = append(l.Values, v)
		}
		return nil
	}); err != nil {
		return err
	}
	for _, l := range lists {
		s.lists[literal.Fold(l.Name)] = newList(*l)
	}
	return nil
}

func eachRow(ctx context.Context, r db.Reader, query string, fn func(scan func(...any) error) error, args ...any) error {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Type finds an object type by its id or name, in any case: "Incident#", "incident".
func (e *Engine) Type(ctx context.Context, object string) (*Type, bool) {
	t, ok := e.now(ctx).types[literal.Fold(objectName(object))]
	return t, ok
}

// Set finds an object type by its set name, in any case: "incidents".
func (e *Engine) Set(ctx context.Context, name string) (*Type, bool) {
	t, ok := e.now(ctx).sets[literal.Fold(name)]
	return t, ok
}

// Types lists all object types.
func (e *Engine) Types(ctx context.Context) []*Type {
	return append([]*Type(nil), e.now(ctx).ordered...)
}

// Stock reports whether an object ships with the program, and is not one of the tenant's own.
func (e *Engine) Stock(ctx context.Context, t *Type) bool { return e.now(ctx).stockObject(t) }

// ListValues lists the values of a named pick list.
func (e *Engine) ListValues(ctx context.Context, name string) ([]ListValue, bool) {
	l, ok := e.now(ctx).lists[literal.Fold(name)]
	if !ok {
		return nil, false
	}
	return append([]ListValue(nil), l.Values...), true
}

// DB is the database behind the engine.
func (e *Engine) DB() *db.DB { return e.db }

func digest(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("record: the stock cannot be written as JSON: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
