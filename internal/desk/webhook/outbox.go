package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
)

// The cells of this package: the number of changes to webhooks, of deliveries so far, and of runs of the sender.
const (
	cellVersion = "webhook.version"
	cellSeq     = "webhook.seq"
	cellRuns    = "webhook.runs"
)

// snapshot is the tenant's active webhooks, made ready to be asked at every write, at one version of all they depend on.
type snapshot struct {
	webhooks, roles, schema int64
	watchers                []*watcher
	book                    *role.Book
}

// watcher is an active webhook that looks at changes.
type watcher struct {
	Webhook
	who    *principal.Principal
	filter *odata.Filter           // nil: all
	bound  map[*record.Type]*bound // used by the writer's goroutine alone
}

// bound is what a watcher looks for in records of one type.
type bound struct {
	predicate *odata.Predicate
	fields    []int
	never     bool // the filter does not fit the type any more
}

type snapshotKey struct{}

// current is the snapshot at the versions of the transaction. One that was read in a transaction is kept for others only
// when that has committed.
func (o *outbox) current(ctx context.Context, tx *db.Tx, version int64) (*snapshot, error) {
	roles, schema := tx.Cell("role.version"), tx.Cell("schema")
	fits := func(s *snapshot) bool {
		return s != nil && s.webhooks == version && s.roles == roles && s.schema == schema
	}
	if s := o.kept.Load(); fits(s) {
		return s, nil
	}
	held, err := tx.Local(snapshotKey{}, func(*db.Tx) (any, error) { return new(*snapshot), nil })
	if err != nil {
		return nil, err
	}
	own := held.(**snapshot)
	if fits(*own) {
		return *own, nil
	}
	s := &snapshot{webhooks: version, roles: roles, schema: schema}
	hooks, err := list(ctx, tx, o.h.ID)
	if err != nil {
		return nil, err
	}
	for _, w := range hooks {
		if !w.Active {
			continue
		}
		if s.book == nil {
			if s.book, err = role.Load(ctx, tx); err != nil {
				return nil, err
			}
		}
		who, why, err := o.actor(ctx, tx, s.book, &w)
		if err != nil {
			return nil, err
		}
		if why != "" {
			if err := o.switchOff(record.AsSystem(ctx), tx, &w, why); err != nil {
				return nil, err
			}
			continue
		}
		x := &watcher{Webhook: w, who: who, bound: map[*record.Type]*bound{}}
		if w.Filter != "" {
			if x.filter, err = odata.ParseFilter(w.Filter); err != nil {
				return nil, fmt.Errorf("read the filter of the webhook %s: %w", w.Name, err)
			}
		}
		s.watchers = append(s.watchers, x)
	}
	*own = s
	tx.AfterCommit(snapshotKey{}, func() { o.kept.Store(*own) })
	return s, nil
}

// note is called in the transaction of each change, and writes what is to be told of it.
func (o *outbox) note(ctx context.Context, tx *db.Tx, d *record.Draft) error {
	version := tx.Cell(cellVersion)
	if version == 0 { // nobody ever made a webhook
		return nil
	}
	o.used.Store(true)
	s, err := o.current(ctx, tx, version)
	if err != nil {
		return fmt.Errorf("read the webhooks: %w", err)
	}
	var changes, document string
	for _, w := range s.watchers {
		if !w.wants(d.Type, d.Verb) || !w.matches(o, d) {
			continue
		}
		extent, err := o.seen(ctx, tx, s.book, w.who, d)
		if err != nil {
			return fmt.Errorf("judge what the webhook %s may see: %w", w.Name, err)
		}
		if extent == role.NoRows {
			continue
		}
		if document == "" {
			changes, document = string(d.Changes()), string(d.Document())
		}
		err = o.add(tx, &delivery{webhook: w.ID, kind: d.Type.Singular + "." + verbs[d.Verb], object: d.Type.Object, recID: d.RecID(),
			rev: d.Rev(), extent: int64(extent), changes: changes, record: document}, d.Now)
		if err != nil {
			return err
		}
	}
	return nil
}

// add writes a delivery that is due at once, and has it looked for after the commit.
func (o *outbox) add(tx *db.Tx, d *delivery, now time.Time) error {
	d.seq = tx.AddCell(cellSeq, 1)
	d.id = "msg_" + id.RecID()
	if d.recID == "" {
		d.recID = d.id // of no record: it waits for no other
	}
	if err := insertDelivery(tx, d, now.UnixMicro()); err != nil {
		return fmt.Errorf("write a delivery: %w", err)
	}
	o.rouse(tx, now)
	return nil
}

type rouseKey struct{}

// rouse has the sender look once this transaction is committed. Each run of the sender begins by raising the cell that stands
// in the id of the job: so a job that is there already has not begun to look, and one that has does not keep the next from
// being made.
func (o *outbox) rouse(tx *db.Tx, now time.Time) {
	tx.BeforeCommit(rouseKey{}, func(tx *db.Tx) error {
		return job.Enqueue(tx.Context(), tx, job.Job{ID: jobSend + "/" + strconv.FormatInt(tx.Cell(cellRuns), 10), Kind: jobSend, Due: now})
	})
	tx.AfterCommit(rouseKey{}, o.alert)
}

// alert has the jobs of this process looked for at once, where they run.
func (o *outbox) alert() {
	if wake := o.wake.Load(); wake != nil {
		(*wake)()
	}
}

// seen is the extent within which somebody may read the record of a draft; NoRows where it lies outside.
func (o *outbox) seen(ctx context.Context, tx *db.Tx, book *role.Book, who *principal.Principal, d *record.Draft) (role.Rows, error) {
	rows := book.Ask(who, role.Read, d.Type.Object)
	if rows == role.NoRows {
		return rows, nil
	}
	var args odata.Args
	where, err := o.m.sight.Visible(ctx, o.h, who, d.Type, rows, &args)
	if err != nil || where == "" {
		return rows, err
	}
	var n int64
	key := args.Add(literal.Fold(d.RecID()))
	err = tx.QueryRow(ctx, "SELECT count(*) FROM "+d.Type.Table()+" WHERE rec_id = "+key+" AND ("+where+")", args.Values...).Scan(&n)
	if err != nil || n == 0 {
		return role.NoRows, err
	}
	return rows, nil
}

// matches reports whether a change is of interest: its fields, and the record after it, or before its removal.
func (w *watcher) matches(o *outbox, d *record.Draft) bool {
	b := w.bound[d.Type]
	if b == nil {
		b = w.bind(o, d.Type)
		w.bound[d.Type] = b
	}
	if b.never {
		return false
	}
	if d.Verb == record.Updating && len(w.Fields) > 0 {
		touched := false
		for _, i := range b.fields {
			touched = touched || d.Before[i] != d.After[i]
		}
		if !touched {
			return false
		}
	}
	now := d.After
	if d.Verb == record.Deleting {
		now = d.Before
	}
	return b.predicate.Match(func(field string) (string, int64, bool) {
		i := d.Type.Position(field)
		v, f := now[i], &d.Type.Fields[i]
		if f.Kind == record.Bool {
			return "", v.Num, false
		}
		return literal.Fold(v.Text), v.Num, !v.Set
	})
}

// bind makes the filter and the fields ready for a type. What is hidden from the webhook's role is as unknown as what is not there.
func (w *watcher) bind(o *outbox, t *record.Type) *bound {
	b := &bound{}
	resolve := o.columns(w.who, t)
	for _, name := range w.Fields {
		if c, ok := resolve(name); ok {
			b.fields = append(b.fields, t.Position(c.Name))
		}
	}
	if w.filter != nil {
		var err error
		if b.predicate, err = w.filter.Bind(resolve); err != nil {
			o.m.log.Warn("the filter of a webhook does not fit its object any more", "webhook", w.Name, "object", t.Object, "error", err)
			b.never = true
		}
	}
	return b
}

// columns finds the columns of a type that somebody sees.
func (o *outbox) columns(who *principal.Principal, t *record.Type) odata.Resolve {
	all, hidden := o.m.sight.Columns(t, o.h.DB.Engine() == db.Postgres), o.m.sight.Hidden(o.h, who, t)
	return func(name string) (odata.Column, bool) {
		c, ok := all(name)
		if ok && marked(hidden, t.Position(c.Name)) {
			return odata.Column{}, false
		}
		return c, ok
	}
}

func marked(marks []bool, i int) bool { return i < len(marks) && marks[i] }

// cut takes the members of the names given out of a JSON object.
func cut(object json.RawMessage, names map[string]bool) (json.RawMessage, error) {
	if len(names) == 0 {
		return object, nil
	}
	members, err := membersOf(object)
	if err != nil {
		return nil, err
	}
	out := []byte{'{'}
	for _, m := range members {
		if names[m.name] {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, name...), ':'), m.value...)
	}
	return append(out, '}'), nil
}
