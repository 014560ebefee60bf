package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

var (
	errStale  = errors.New("the schema changed meanwhile")
	errNobody = errors.New("a record is written without a principal")
)

// How often a write is drafted outside of transactions while the schema changes under it.
const maxRedrafts = 4

// Create makes a record and returns it as stored. What is wrong with the input is fault.Invalid with a complaint a
// field; nothing is stored then.
func (e *Engine) Create(ctx context.Context, t *Type, in Input) (Row, error) {
	return e.made(ctx, t, func(s *schema) (*Draft, error) { return e.creation(ctx, e.db, s, t, in) })
}

// made writes a draft, or returns the record of an earlier one: see WithOnce.
func (e *Engine) made(ctx context.Context, t *Type, draft func(*schema) (*Draft, error)) (Row, error) {
	row, err := e.write(ctx, draft)
	var before replayed
	if !errors.As(err, &before) {
		return row, err
	}
	return e.replay(ctx, t, before.recID)
}

// Update changes the fields that were sent. An unknown record is fault.NotFound with code record_unknown.
func (e *Engine) Update(ctx context.Context, t *Type, recID string, in Input) (Row, error) {
	return e.made(ctx, t, func(s *schema) (*Draft, error) { return e.change(ctx, e.db, s, t, recID, in) })
}

// Preview returns the record as Update would leave it, and stores nothing.
func (e *Engine) Preview(ctx context.Context, t *Type, recID string, in Input) (Row, error) {
	d, err := e.change(ctx, e.db, e.now(ctx), t, recID, in)
	if err != nil {
		return Row{}, err
	}
	return d.row(nil), nil
}

// Delete removes a record. One whose status makes it read-only is fault.Invalid with code record_closed.
func (e *Engine) Delete(ctx context.Context, t *Type, recID string) error {
	_, err := e.write(ctx, func(s *schema) (*Draft, error) { return e.removal(ctx, e.db, s, t, recID) })
	return err
}

// CreateTx is Create inside the caller's transaction.
func (e *Engine) CreateTx(ctx context.Context, tx *db.Tx, t *Type, in Input) (Row, error) {
	return e.writeTx(tx, func(s *schema) (*Draft, error) { return e.creation(ctx, tx, s, t, in) })
}

// UpdateTx is Update inside the caller's transaction.
func (e *Engine) UpdateTx(ctx context.Context, tx *db.Tx, t *Type, recID string, in Input) (Row, error) {
	return e.writeTx(tx, func(s *schema) (*Draft, error) { return e.change(ctx, tx, s, t, recID, in) })
}

// DeleteTx is Delete inside the caller's transaction.
func (e *Engine) DeleteTx(ctx context.Context, tx *db.Tx, t *Type, recID string) error {
	_, err := e.writeTx(tx, func(s *schema) (*Draft, error) { return e.removal(ctx, tx, s, t, recID) })
	return err
}

// write drafts outside the group writer and stores inside it.
func (e *Engine) write(ctx context.Context, draft func(*schema) (*Draft, error)) (Row, error) {
	for range maxRedrafts {
		d, err := draft(e.now(ctx))
		if err != nil {
			return Row{}, err
		}
		if d.unchanged() {
			return d.row(nil), nil
		}
		d.prepareEarly()
		var row Row
		table := e.lookups.count(d.Type.table)
		err = e.db.Write(ctx, d.check, func(tx *db.Tx) (err error) {
			table.Add(1)
			row, err = d.store(tx)
			return err
		})
		table.Add(1)
		if errors.Is(err, errStale) {
			if err := e.refresh(ctx); err != nil {
				return Row{}, err
			}
			continue
		}
		if err == nil && len(d.additions) > 0 {
			err = e.refresh(ctx)
		}
		return row, err
	}
	// The types change all the time, by the values that open lists take up: in a transaction of its own they stand still.
	var row Row
	err := e.db.Alone(ctx, func(tx *db.Tx) (err error) {
		row, err = e.writeTx(tx, draft)
		return err
	})
	if err != nil {
		return Row{}, err
	}
	return row, e.refresh(ctx)
}

func (e *Engine) writeTx(tx *db.Tx, draft func(*schema) (*Draft, error)) (Row, error) {
	s, err := e.schemaIn(tx)
	if err != nil {
		return Row{}, err
	}
	d, err := draft(s)
	if err != nil {
		return Row{}, err
	}
	if err := d.check(tx); err != nil {
		return Row{}, err
	}
	if d.unchanged() {
		return d.row(nil), nil
	}
	e.lookups.count(d.Type.table).Add(1)
	return d.store(tx)
}

// schemaIn is the schema as it is in the transaction.
func (e *Engine) schemaIn(tx *db.Tx) (*schema, error) {
	if s := e.current.Load(); s != nil && tx.Cell("schema") == s.version {
		return s, nil
	}
	return load(tx.Context(), tx)
}

func (e *Engine) draft(ctx context.Context, r db.Reader, s *schema, t *Type, verb Verb) (*Draft, error) {
	actor := principal.From(ctx)
	if actor == nil {
		return nil, errNobody
	}
	if now := s.types[literal.Fold(t.Object)]; now != nil {
		t = now
	}
	if t.view != nil {
		return nil, t.refuseWrite()
	}
	return &Draft{Type: t, Verb: verb, Now: e.clock.Now(), Actor: actor, ctx: ctx, engine: e, schema: s, reader: r, deletes: e.deletes.Load()}, nil
}

func (e *Engine) creation(ctx context.Context, r db.Reader, s *schema, t *Type, in Input) (*Draft, error) {
	d, err := e.draft(ctx, r, s, t, Creating)
	if err != nil {
		return nil, err
	}
	if d.Type.Definition.Group {
		if err := d.specialise(in); err != nil {
			return nil, err
		}
	}
	d.After = d.Type.NewRecord()
	d.After[FieldRecID] = TextValue(id.RecID())
	if base := d.Type.Base; base != nil && base.Definition.TypeTag != "" {
		d.After[d.Type.Position(base.Definition.TypeTag)] = TextValue(d.Type.Definition.Tag)
	}
	if err := d.fill(in); err != nil {
		return nil, err
	}
	if !d.After[FieldCreatedBy].Set {
		d.After[FieldCreatedBy] = TextValue(d.Actor.Login)
	}
	d.After[FieldLastModBy] = TextValue(d.Actor.Login)
	d.After[FieldCreatedDateTime] = NumValue(d.Now.Unix())
	d.After[FieldLastModDateTime] = d.After[FieldCreatedDateTime]
	d.rev = 1
	return d, nil
}

// specialise turns the creation of a group's record into that of the extension its type field names.
func (d *Draft) specialise(in Input) error {
	tag := d.Type.Definition.TypeTag
	for _, f := range in {
		if s, ok := f.Value.(string); ok && strings.EqualFold(f.Name, tag) {
			for _, x := range d.Type.Extensions {
				if strings.EqualFold(x.Definition.Tag, s) {
					d.Type = d.schema.types[literal.Fold(x.Object)]
					return nil
				}
			}
		}
	}
	message := fmt.Sprintf("Required field %s.%s value must be provided.", d.Type.Object, tag)
	return fault.New(fault.Invalid, "type_missing", "%s", message).WithField(tag, "%s", message)
}

func (e *Engine) change(ctx context.Context, r db.Reader, s *schema, t *Type, recID string, in Input) (*Draft, error) {
	row, err := e.get(ctx, r, t, recID)
	if err == nil {
		err = asExpected(ctx, row)
	}
	if err != nil {
		return nil, err
	}
	d, err := e.draft(ctx, r, s, row.Type, Updating)
	if err != nil {
		return nil, err
	}
	if d.Before, err = d.Type.Decode(row.Doc); err != nil {
		return nil, fmt.Errorf("read a record of %s: %w", t.Object, err)
	}
	d.rev = row.Rev
	d.redraft = func(tx *db.Tx) (*Draft, error) { return e.change(ctx, tx, s, t, recID, in) }
	d.After = append(Record(nil), d.Before...)
	if err := d.fill(in); err != nil {
		return nil, err
	}
	if d.unchanged() {
		return d, nil
	}
	d.After[FieldLastModBy] = TextValue(d.Actor.Login)
	d.After[FieldLastModDateTime] = NumValue(max(d.Now.Unix(), d.Before[FieldLastModDateTime].Num))
	return d, nil
}

func (e *Engine) removal(ctx context.Context, r db.Reader, s *schema, t *Type, recID string) (*Draft, error) {
	row, err := e.get(ctx, r, t, recID)
	if err == nil {
		err = asExpected(ctx, row)
	}
	if err != nil {
		return nil, err
	}
	d, err := e.draft(ctx, r, s, row.Type, Deleting)
	if err != nil {
		return nil, err
	}
	if d.Before, err = d.Type.Decode(row.Doc); err != nil {
		return nil, fmt.Errorf("read a record of %s: %w", t.Object, err)
	}
	d.rev = row.Rev
	d.redraft = func(tx *db.Tx) (*Draft, error) { return e.removal(ctx, tx, s, t, recID) }
	if d.Before[FieldReadOnly].Num != 0 {
		return nil, fault.New(fault.Invalid, "record_closed", "Record '%s' of the business object '%s' is closed and cannot be deleted", recID, d.Type.Singular)
	}
	if owner := e.owners[d.Type.Root().Object]; owner != nil {
		if err := owner.Validate(ctx, r, d); err != nil {
			return nil, err
		}
	}
	d.removeOwned()
	return d, d.refusal()
}

// unchanged reports an update that changes nothing.
func (d *Draft) unchanged() bool {
	if d.Verb != Updating || len(d.then) > 0 {
		return false
	}
	for i := range d.After {
		if d.After[i] != d.Before[i] && i != FieldLastModBy && i != FieldLastModDateTime {
			return false
		}
	}
	return true
}

// check runs inside the group and writes nothing: it makes sure that what the draft was made of is still so, and
// drafts again where it is not.
func (d *Draft) check(tx *db.Tx) error {
	e := d.engine
	if tx.Cell("schema") != d.schema.version {
		return errStale
	}
	if err := d.checkOnce(tx); err != nil {
		return err
	}
	if d.Verb != Creating {
		if err := tx.Claim("record/" + d.RecID()); err != nil {
			return err
		}
		var rev int64
		err := tx.Peek("SELECT id, rev FROM "+d.Type.table+" WHERE rec_id = $1", d.key()).Scan(&d.rowID, &rev)
		if errors.Is(err, sql.ErrNoRows) {
			return UnknownRecord(d.Type, d.RecID())
		}
		if err != nil {
			return err
		}
		if rev != d.rev {
			fresh, err := d.redraft(tx)
			if err != nil {
				return err
			}
			fresh.rowID = d.rowID
			*d = *fresh
		}
	}
	if deletes := tx.Cell("deletes"); deletes != d.deletes {
		e.deletes.Store(deletes)
		e.lookups.forget()
		if err := d.recheckLinks(tx); err != nil {
			return err
		}
	}
	if err := d.recheckAncestors(tx); err != nil {
		return err
	}
	for _, fn := range d.still {
		if err := fn(d.ctx, tx); err != nil {
			return err
		}
	}
	return d.checkUnique(tx)
}

// recheckLinks looks again for what the draft links, because something was deleted since.
func (d *Draft) recheckLinks(tx *db.Tx) error {
	for _, l := range d.links {
		if _, err := d.engine.get(d.ctx, tx, l.To, l.RecID); fault.Is(err, fault.NotFound) {
			d.RefuseLink(l)
		} else if err != nil {
			return err
		}
	}
	return d.refusal()
}

func (d *Draft) checkUnique(tx *db.Tx) error {
	t := d.Type
	for _, u := range d.unique {
		conditions, names, shownValues := make([]string, len(u.fields)), make([]string, len(u.fields)), make([]string, len(u.fields))
		args := []any{d.key()}
		for k, i := range u.fields {
			args = append(args, t.argument(i, d.After[i]))
			conditions[k] = fmt.Sprintf("%s = $%d", t.Expr(i, d.engine.postgres), k+2)
			names[k] = t.Fields[i].Name
			shownValues[k] = strings.Trim(string(appendValue(nil, t.Fields[i].Kind, d.After[i])), `"`)
		}
		if err := tx.Claim(fmt.Sprint("unique/", t.table, "/", names, args[1:])); err != nil {
			return err
		}
		var one int64
		err := tx.Peek("SELECT 1 FROM "+t.table+" WHERE rec_id <> $1 AND "+strings.Join(conditions, " AND "), args...).Scan(&one)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		d.complaints = append(d.complaints, fault.Field{Field: names[0], Code: CodeTaken,
			Message: fmt.Sprintf("The value '%s' of the field '%s' is already taken", shown(strings.Join(shownValues, ", ")), strings.Join(names, ", "))})
	}
	return d.refusal()
}
