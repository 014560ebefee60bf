package record

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

// prepared is a new record in the forms in which it is stored.
type prepared struct {
	args  []any  // of the insert; the first one, the row id, is set by insert
	words string // of the full text table of SQLite, spaced
	doc   []byte
}

// prepare makes what is stored of a new record. It may run on any goroutine.
func (t *Type) prepare(r Record, rev int64, postgres bool) prepared {
	words := t.wordsOf(r)
	p := prepared{doc: t.Encode(make([]byte, 0, 64*len(t.Fields)), r), args: make([]any, 0, len(t.columns)+8)}
	p.args = append(p.args, int64(0), literal.Fold(r[FieldRecID].Text), t.Object, rev, t.Version)
	for _, i := range t.columns {
		p.args = append(p.args, t.argument(i, r[i]))
	}
	p.args = append(p.args, string(t.extra(r)), string(p.doc))
	if postgres {
		p.args = append(p.args, tsvector(words))
	} else {
		p.words = spaced(words)
	}
	return p
}

// prepareEarly makes what a creation stores before it joins a group, on the caller's own goroutine: the group has one.
// That goes where nothing but the number itself is still to come.
func (d *Draft) prepareEarly() {
	t := d.Type
	if d.Verb != Creating || t.number >= 0 && (d.After[t.number].Set || !t.numberAlone()) {
		return
	}
	p := t.prepare(d.After, d.rev, d.engine.postgres)
	d.ready, d.changed = &p, d.changes()
}

// numberAlone reports whether a record's number stands in its own field and column and nowhere else.
func (t *Type) numberAlone() bool {
	f := &t.Fields[t.number]
	if f.Search || f.Column == "" {
		return false
	}
	for _, i := range t.computed {
		names, _ := templateNames(t.Fields[i].Def.Template) // read without fault when the type was compiled
		for _, name := range names {
			if t.Position(name) == t.number {
				return false
			}
		}
	}
	for _, other := range t.Fields {
		if other.Part == Plain && other.Def.Mirror != "" && t.Position(other.Def.Mirror) == t.number {
			return false
		}
	}
	return true
}

// numbered is p with the number that has been drawn since. p stays as it is: a group that is undone draws again.
func (p prepared) numbered(t *Type, v Value) *prepared {
	key := append(append([]byte{','}, t.Fields[t.number].key...), "null"...)
	// An unescaped quote cannot stand inside a text, so the key is found only where it is one.
	at := bytes.Index(p.doc, key) + len(key) - len("null")
	doc := append(make([]byte, 0, len(p.doc)+20), p.doc[:at]...)
	p.doc = append(appendValue(doc, Number, v), p.doc[at+len("null"):]...)
	const fixed = 5 // id, rec_id, object, rev, ver
	p.args = slices.Clone(p.args)
	p.args[fixed+slices.Index(t.columns, t.number)] = v.Num
	p.args[fixed+len(t.columns)+1] = string(p.doc)
	return &p
}

// insert writes the row, on PostgreSQL with its words. Counting it is left to the caller.
func (p *prepared) insert(tx *db.Tx, t *Type, rowID int64) error {
	p.args[0] = rowID
	if tx.Engine() == db.Postgres {
		t.pending(tx, p.args[len(p.args)-1].(db.Lexemes))
		return tx.Later(t.sql.insertWithWords, p.args...)
	}
	return tx.Later(t.sql.insert, p.args...)
}

// insertWords writes the words beside the row, where insert has not.
func (p *prepared) insertWords(tx *db.Tx, t *Type, rowID int64) error {
	if p.words == "" {
		return nil
	}
	return tx.Later(t.sql.insertWords, rowID, p.words)
}

// Fresh returns a record of t without values but for its constant defaults, for Import to complete. Defaults that
// depend on who writes and when are left to the importer.
func (t *Type) Fresh() Record {
	d := Draft{Type: t, Verb: Creating, After: t.NewRecord()}
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.Part == Plain && f.Def.Default != "" && !strings.HasPrefix(f.Def.Default, "$") {
			d.After[i] = d.constant(f, f.Def.Default)
		}
	}
	return d.After
}

const (
	parcelSize = 32   // records that travel together from the goroutine that makes them to the one that writes
	flushEvery = 1000 // rows after which PostgreSQL is sent what is queued
)

// Import stores many records of one type in the caller's transaction, with their history: what their fields say
// about who did what and when is taken as it stands. It is for data that was made or checked elsewhere, and several
// times as fast as creating records one by one.
//
// A record comes with its RecId, its times (creation's else now) and its values, links with RecId and category, and
// pick lists of records with the RecId in their twin. Import completes what follows from the type alone: the tag of an
// extension, numbers that were not given, twins of pick lists, L_RecID, currencies, the priority, templates, ReadOnly.
// It refuses (fault.Invalid) what the definition refuses: missing fields, values outside of lists, texts that are too
// long. The rules of the object's owner are not asked, links are not followed and nothing is copied from them: that is
// the importer's part.
//
// The audit trail gets one entry for all of them, with their count and the SHA-256 of their documents in order, each
// followed by a line feed, in place of one for each record.
//
// records is consumed on another goroutine than the caller's, in order, and not after Import has returned.
func (e *Engine) Import(ctx context.Context, tx *db.Tx, t *Type, records iter.Seq[Record]) (int64, error) {
	actor := principal.From(ctx)
	if actor == nil {
		return 0, errNobody
	}
	s, err := e.schemaIn(tx)
	if err != nil {
		return 0, err
	}
	if now := s.types[literal.Fold(t.Object)]; now == nil || now.Version != t.Version {
		return 0, fmt.Errorf("import %s: %w", t.Object, errStale)
	}
	if t.Definition.Group {
		return 0, fmt.Errorf("import %s: its records are of one of its extensions", t.Object)
	}
	m := &importing{engine: e, schema: s, t: t, actor: actor, now: e.clock.Now().Unix(), postgres: tx.Engine() == db.Postgres}
	n, err := m.run(ctx, tx, records)
	if err != nil {
		return 0, fmt.Errorf("import %s: %w", t.Object, err)
	}
	return n, nil
}

// importing is the state of one Import.
type importing struct {
	engine   *Engine
	schema   *schema
	t        *Type
	actor    *principal.Principal
	now      int64
	postgres bool
	number   int64 // the last one given
}

// parcel is some records on their way.
type parcel struct {
	records []Record
	ready   []prepared
	done    chan struct{} // closed when ready is
	err     error
}

// run makes, prepares and writes at the same time: one goroutine takes the records and numbers them, one for each
// processor brings them into their stored forms, and the caller's writes them in order.
func (m *importing) run(ctx context.Context, tx *db.Tx, records iter.Seq[Record]) (int64, error) {
	t := m.t
	if t.number >= 0 {
		m.number = max(tx.Cell(t.counter), t.Definition.Number.Start-1)
	}
	workers := runtime.GOMAXPROCS(0)
	work, order := make(chan *parcel, workers), make(chan *parcel, 4*workers)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(order)
		defer close(work)
		return m.produce(ctx, records, work, order)
	})
	for range workers {
		g.Go(func() error {
			for p := range work {
				p.ready, p.err = m.prepare(p.records)
				p.records = nil
				close(p.done)
			}
			return nil
		})
	}
	rowID, sum := tx.Cell("rows/"+t.table), sha256.New()
	count := int64(0)
	failed := m.engine.settle(tx, t, rowID)
	for p := range order {
		<-p.done
		for i := range p.ready {
			if failed != nil {
				break
			}
			rowID++
			count++
			if failed = p.ready[i].insert(tx, t, rowID); failed == nil {
				failed = p.ready[i].insertWords(tx, t, rowID)
			}
			sum.Write(append(p.ready[i].doc, '\n'))
			if m.postgres && failed == nil && count%flushEvery == 0 {
				failed = flush(tx)
			}
		}
		if failed == nil {
			failed = p.err
		}
		if failed != nil { // the group's context ends with the first error of its goroutines
			g.Go(func() error { return failed })
			break
		}
	}
	if err := g.Wait(); err != nil || count == 0 {
		return 0, err
	}
	tx.SetCell("rows/"+t.table, rowID)
	if err := m.engine.reached(tx, t, rowID); err != nil {
		return 0, err
	}
	if t.number >= 0 {
		tx.SetCell(t.counter, m.number)
	}
	for of := t; of != nil; of = of.Base {
		tx.AddCell("total/"+of.Object, count)
	}
	m.engine.lookups.count(t.table).Add(1)
	return count, m.audit(tx, count, hex.EncodeToString(sum.Sum(nil)))
}

// flush sends what is queued: a batch of everything would be held in memory.
func flush(tx *db.Tx) error {
	var one int64
	return tx.QueryRow(tx.Context(), "SELECT 1").Scan(&one)
}

// produce takes records, gives numbers and hands parcels out.
func (m *importing) produce(ctx context.Context, records iter.Seq[Record], work, order chan<- *parcel) error {
	p := &parcel{done: make(chan struct{})}
	send := func() bool {
		select {
		case order <- p:
		case <-ctx.Done():
			return false
		}
		work <- p // taken in any case: the workers go on until it is closed
		p = &parcel{done: make(chan struct{})}
		return true
	}
	for r := range records {
		if i := m.t.number; i >= 0 {
			if r[i].Set {
				m.number = max(m.number, r[i].Num)
			} else {
				m.number++
				r[i] = NumValue(m.number)
			}
		}
		if p.records = append(p.records, r); len(p.records) == parcelSize && !send() {
			return nil
		}
	}
	if len(p.records) > 0 {
		send()
	}
	return nil
}

func (m *importing) prepare(records []Record) ([]prepared, error) {
	out := make([]prepared, 0, len(records))
	for _, r := range records {
		if err := m.complete(r); err != nil {
			return out, fmt.Errorf("record %s: %w", shown(r[FieldRecID].Text), err)
		}
		out = append(out, m.t.prepare(r, 1, m.postgres))
	}
	return out, nil
}

// complete fills in what follows from the type, and refuses what its definition refuses.
func (m *importing) complete(r Record) error {
	t := m.t
	if len(r) != len(t.Fields) {
		return fmt.Errorf("it has %d values, the type has %d fields", len(r), len(t.Fields))
	}
	if key, ok := id.ParseRecID(r[FieldRecID].Text); !ok || key != r[FieldRecID].Text {
		return fmt.Errorf("its RecId is not one")
	}
	m.system(r)
	if base := t.Base; base != nil && base.Definition.TypeTag != "" {
		r[t.Position(base.Definition.TypeTag)] = TextValue(t.Definition.Tag)
	}
	d := Draft{Type: t, Verb: Creating, After: r, schema: m.schema}
	for i := range t.Fields {
		if f := &t.Fields[i]; f.Part == Plain && f.Def.Mirror != "" {
			r[i] = r[t.Position(f.Def.Mirror)]
		}
	}
	for i := range t.Fields {
		d.completeField(i)
	}
	d.matrix()
	if s := t.Definition.Status; s != nil {
		r[FieldReadOnly] = BoolValue(s.isReadOnly(d.Text(s.Field)))
	}
	d.compute()
	d.require()
	for _, v := range d.additions {
		d.Refuse("", "The value '%s' is not in the pick list", shown(v.Value))
	}
	return d.refusal()
}

// system fills the fields that the engine keeps where the record does not say.
func (m *importing) system(r Record) {
	for _, i := range [...]int{FieldCreatedBy, FieldLastModBy} {
		if !r[i].Set {
			r[i] = TextValue(m.actor.Login)
		}
	}
	if !r[FieldCreatedDateTime].Set {
		r[FieldCreatedDateTime] = NumValue(m.now)
	}
	if r[FieldLastModDateTime].Num < r[FieldCreatedDateTime].Num {
		r[FieldLastModDateTime] = r[FieldCreatedDateTime]
	}
}

// completeField completes the parts of one field of a record that is imported.
func (d *Draft) completeField(i int) {
	f, v := &d.Type.Fields[i], d.After[i]
	switch {
	case f.Part == LinkRecID:
		d.After[i] = d.After[f.Main]
		return
	case f.Part == Currency && !v.Set && d.After[f.Main].Set:
		d.After[i] = TextValue("USD")
		return
	case !v.Set:
		return
	}
	if f.Kind == Text {
		if !literal.Valid(v.Text) {
			d.Refuse(f.Name, "The value of the field '%s' is not valid text", f.Name)
		} else if v, err := f.readText(v.Text); err != nil {
			d.Refuse(f.Name, "The value of the field '%s' is not valid: %s", f.Name, err.Error())
		} else {
			d.After[i] = v
		}
	}
	switch {
	case f.Part != Plain:
	case f.Def.Type == "link":
		if key, ok := id.ParseRecID(v.Text); !ok || key != v.Text || !d.After[i+2].Set {
			d.Refuse(f.Name, "The link '%s' lacks its RecId or its category", f.Name)
		}
	case f.Def.List != "":
		d.pick(i)
	case f.Def.From != nil && !f.Def.Lenient && !d.After[d.Type.twins[i]].Set:
		d.refuseValue(f, v.Text)
	}
}

func (m *importing) audit(tx *db.Tx, count int64, digest string) error {
	changes, err := json.Marshal(map[string][2]any{"Records": {nil, count}, "SHA256": {nil, digest}})
	if err != nil {
		return err
	}
	return audit.Write(principal.With(tx.Context(), m.actor), tx, m.engine.clock.Now(), audit.Entry{
		Action: m.t.Singular + ".import", Object: m.t.ID(), Label: fmt.Sprintf("%d records", count), Changes: changes,
	})
}
