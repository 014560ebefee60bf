package record

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// store writes the record, its words, its totals and its audit entry.
func (d *Draft) store(tx *db.Tx) (Row, error) {
	if err := d.storeAdditions(tx); err != nil {
		return Row{}, err
	}
	var doc []byte
	var err error
	switch d.Verb {
	case Creating:
		doc, err = d.insert(tx)
	case Updating:
		doc, err = d.update(tx)
	default:
		if err = d.announce(tx); err == nil {
			err = d.remove(tx)
		}
	}
	if err != nil {
		return Row{}, err
	}
	if d.Verb != Deleting {
		if err := d.announce(tx); err != nil {
			return Row{}, err
		}
	}
	if err := d.audit(tx); err != nil {
		return Row{}, err
	}
	if err := d.storeOnce(tx); err != nil {
		return Row{}, err
	}
	// What follows is another write. The draft keeps its own conditions: it runs again where the group is undone.
	ctx := context.WithValue(context.WithValue(d.ctx, onceKey{}, nil), revisionKey{}, nil)
	for _, fn := range d.then {
		if err := fn(ctx, tx); err != nil {
			return Row{}, err
		}
	}
	return d.row(doc), nil
}

// announce tells who wants to know of each change.
func (d *Draft) announce(tx *db.Tx) error {
	if d.engine.changed == nil {
		return nil
	}
	return d.engine.changed(d.ctx, tx, d)
}

func (d *Draft) row(doc []byte) Row {
	if doc == nil && d.After != nil {
		doc = d.Type.Encode(nil, d.After)
	}
	return Row{RecID: d.RecID(), Type: d.Type, Doc: doc, Rev: d.rev}
}

func (d *Draft) insert(tx *db.Tx) ([]byte, error) {
	t := d.Type
	if t.number >= 0 {
		last := max(tx.Cell(t.counter), t.Definition.Number.Start-1)
		if given := d.After[t.number]; given.Set && !d.drawn {
			last = max(last, given.Num)
		} else { // drawn again where a group was undone: another replica may have the first one by now
			last++
			d.After[t.number], d.drawn = NumValue(last), true
		}
		tx.SetCell(t.counter, last)
		d.compute()
	}
	p := d.ready
	if p == nil {
		made := t.prepare(d.After, d.rev, d.engine.postgres)
		p = &made
	} else if t.number >= 0 {
		p = p.numbered(t, d.After[t.number])
	}
	d.rowID = tx.AddCell("rows/"+t.table, 1)
	err := p.insert(tx, t, d.rowID)
	if err == nil && !d.engine.postgres {
		err = d.engine.postpone(tx, t, d.rowID, p.words)
	}
	if err != nil {
		return nil, err
	}
	d.count(tx, 1)
	return p.doc, nil
}

// key is the record's RecId as its column holds it, folded like every text.
func (d *Draft) key() string { return literal.Fold(d.RecID()) }

func (d *Draft) count(tx *db.Tx, by int64) {
	for of := d.Type; of != nil; of = of.Base {
		tx.AddCell("total/"+of.Object, by)
	}
}

// argument is a value as its column holds it: folded text, an integer or nil.
func (t *Type) argument(i int, v Value) any {
	if !v.Set {
		return nil
	}
	if t.Fields[i].Kind == Text {
		return folded(v)
	}
	return v.Num
}

// extra is the JSON object of the column x: the folded values that have no column of their own.
func (t *Type) extra(r Record) []byte {
	b := make([]byte, 0, 512)
	b = append(b, '{')
	for _, i := range t.inX {
		v := r[i]
		if !v.Set || t.Fields[i].Kind == Bool && v.Num == 0 {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(b, t.Fields[i].key...)
		if t.Fields[i].Kind == Text {
			b = appendString(b, folded(v))
		} else {
			b = strconv.AppendInt(b, v.Num, 10)
		}
	}
	return append(b, '}')
}

func (d *Draft) update(tx *db.Tx) ([]byte, error) {
	t := d.Type
	doc := t.Encode(make([]byte, 0, 64*len(t.Fields)), d.After)
	d.rev++
	set := []string{"rev = $2", "ver = $3", "doc = $4"}
	args := []any{d.key(), d.rev, t.Version, string(doc)}
	add := func(column, cast string, v any) {
		args = append(args, v)
		set = append(set, fmt.Sprintf("%s = $%d%s", column, len(args), cast))
	}
	for _, i := range t.columns {
		if d.After[i] != d.Before[i] {
			add(t.Fields[i].Column, "", t.argument(i, d.After[i]))
		}
	}
	for _, i := range t.inX {
		if d.After[i] != d.Before[i] {
			add("x", "", string(t.extra(d.After)))
			break
		}
	}
	var words []string
	changed := false
	for _, i := range t.searched {
		changed = changed || d.After[i] != d.Before[i]
	}
	if changed {
		words = t.wordsOf(d.After)
	}
	if err := tx.Later("UPDATE "+t.table+" SET "+strings.Join(set, ", ")+" WHERE rec_id = $1", args...); err != nil {
		return nil, err
	}
	if changed {
		if err := d.engine.settle(tx, t, d.rowID); err != nil {
			return nil, err
		}
		if err := tx.Later(t.sql.deleteWords, d.rowID); err != nil {
			return nil, err
		}
		if err := t.storeWords(tx, d.rowID, words); err != nil {
			return nil, err
		}
	}
	return doc, nil
}

func (d *Draft) remove(tx *db.Tx) error {
	t := d.Type
	if err := d.engine.settle(tx, t, d.rowID); err != nil {
		return err
	}
	if err := tx.Later(t.sql.remove, d.key()); err != nil {
		return err
	}
	if err := tx.Later(t.sql.deleteWords, d.rowID); err != nil {
		return err
	}
	for _, end := range [...]string{"source", "target"} {
		if err := tx.Later("DELETE FROM record_link WHERE "+end+" = $1", d.key()); err != nil {
			return err
		}
	}
	tx.AddCell("deletes", 1)
	d.count(tx, -1)
	return nil
}

// storeAdditions adds new values to open pick lists.
func (d *Draft) storeAdditions(tx *db.Tx) error {
	for k, v := range d.additions {
		n, err := tx.Exec("INSERT INTO pick_value (list, folded, rec_id, value, label, aliases, position, review) VALUES ($1, $2, $3, $4, '', '', 1000000, 1) ON CONFLICT (list, folded) DO NOTHING",
			d.addedTo[k], literal.Fold(v.Value), v.RecID, v.Value)
		if err != nil {
			return err
		}
		if n > 0 {
			tx.AddCell("schema", 1)
			d.Flag("added to the list " + d.addedTo[k] + ": " + shown(v.Value))
		}
	}
	return nil
}

// changes lists every field that changed, before and after: {"Status":["Logged","Active"],…}.
func (d *Draft) changes() []byte {
	b := append(make([]byte, 0, 1024), '{')
	for i := range d.Type.Fields {
		b = d.appendChange(b, i)
	}
	return append(b, '}')
}

func (d *Draft) appendChange(b []byte, i int) []byte {
	f := &d.Type.Fields[i]
	var before, after Value
	if d.Before != nil {
		before = d.Before[i]
	}
	if d.After != nil {
		after = d.After[i]
	}
	if before == after || f.Part == LinkRecID || f.Kind == Bool && before.Num == 0 && after.Num == 0 {
		return b
	}
	if len(b) > 1 {
		b = append(b, ',')
	}
	b = append(append(b, f.key...), '[')
	if d.ctx != nil && before.Set && f.Kind != Bool && erasing(d.ctx) {
		b = append(b, `"(erased)",`...)
	} else {
		b = append(appendValue(b, f.Kind, before), ',')
	}
	return append(appendValue(b, f.Kind, after), ']')
}

// audit writes who did what: every field that changed, before and after.
func (d *Draft) audit(tx *db.Tx) error {
	t := d.Type
	changes := d.changed
	switch {
	case changes == nil:
		changes = d.changes()
	case t.number >= 0: // drawn since
		// Into the room behind them: a group that is undone writes over it.
		changes = append(d.appendChange(changes[:len(changes)-1], t.number), '}')
	}
	label := ""
	if t.Title >= 0 {
		label = strings.Trim(string(appendValue(nil, t.Fields[t.Title].Kind, d.now()[t.Title])), `"`)
		if t.Fields[t.Title].Kind == Text {
			label = d.now()[t.Title].Text
		}
	}
	return audit.Write(d.ctx, tx, d.Now, audit.Entry{
		Action: t.Singular + "." + string(d.Verb), Object: t.ID(), Target: d.RecID(), Label: clip(label, 200),
		Changes: json.RawMessage(changes), Flags: d.flags,
	})
}
