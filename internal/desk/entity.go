package desk

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// maxBody bounds the body of a create or update.
const maxBody = 1 << 20

// lookUp resolves a key: a RecId first, then the number of an object that has one.
func (c *call) lookUp(ctx context.Context, t *record.Type, key string) (record.Row, error) {
	if recID, ok := id.ParseRecID(key); ok {
		row, err := c.engine.Get(ctx, t, recID)
		if fault.Is(err, fault.NotFound) {
			err = record.UnknownRecord(t, key) // under the name the caller used
		}
		return row, err
	}
	if n := t.NumberField(); n >= 0 && (c.hidden(t) == nil || !c.hidden(t)[n]) {
		if _, err := strconv.ParseInt(key, 10, 64); err == nil {
			row, ok, err := c.engine.FindOne(ctx, nil, t, t.Fields[n].Name, key)
			if err != nil || ok {
				return row, err
			}
		}
	}
	return record.Row{}, record.UnknownRecord(t, key)
}

// target is the record of the path, if the caller may access it so.
func (c *call) target(access role.Access, blankKey error) (record.Row, error) {
	rows, err := c.rows(access)
	if err != nil {
		return record.Row{}, err
	}
	if c.path.Key == "" {
		return record.Row{}, blankKey
	}
	return c.find(c.r.Context(), c.typ, c.path.Key, rows)
}

func (c *call) read() error {
	q, err := odata.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return err
	}
	row, err := c.target(role.Read, errBlankReadKey)
	if err != nil {
		return err
	}
	if c.unmodified(row) {
		return nil
	}
	return c.answer(http.StatusOK, c.typ, row, q.Select)
}

func (c *call) create() error {
	rows, err := c.rows(role.Create)
	if err != nil {
		return err
	}
	in, ctx, err := c.inputOnce(c.guarded(rows), c.typ)
	if err != nil {
		return err
	}
	in = c.forSelf(rows, c.typ, in)
	row, err := c.engine.Create(ctx, c.typ, in)
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, c.typ, row, nil)
}

func (c *call) update() error {
	row, err := c.target(role.Update, errBlankKey)
	if err != nil {
		return err
	}
	if err := c.absent(row); err != nil {
		return err
	}
	in, err := c.input()
	if errors.Is(err, record.ErrEmptyBody) {
		return errEmptyUpdate
	}
	if err != nil {
		return err
	}
	rows, err := c.rows(role.Update)
	if err != nil {
		return err
	}
	if row, err = c.engine.Update(c.onlyAsSeen(c.guarded(rows), row), c.typ, row.RecID, in); err != nil {
		return err
	}
	return c.answer(http.StatusOK, c.typ, row, nil)
}

func (c *call) remove() error {
	row, err := c.target(role.Delete, errBlankKey)
	if err != nil {
		return err
	}
	if err := c.absent(row); err != nil {
		return err
	}
	if err := c.engine.Delete(c.onlyAsSeen(c.r.Context(), row), c.typ, row.RecID); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// input reads the body, whatever its label says it is.
func (c *call) input() (record.Input, error) {
	body, err := web.ReadBody(c.w, c.r, maxBody)
	if err != nil {
		return nil, err
	}
	return record.ParseInput(body)
}

// inputOnce reads the body of a creation, and whether it is to happen once.
func (c *call) inputOnce(ctx context.Context, t *record.Type) (record.Input, context.Context, error) {
	body, err := web.ReadBody(c.w, c.r, maxBody)
	if err != nil {
		return nil, ctx, err
	}
	if ctx, err = c.once(ctx, record.Creating, t, body); err != nil {
		return nil, ctx, err
	}
	in, err := record.ParseInput(body)
	return in, ctx, err
}

// answer writes one record, read through a type, with its context in front.
func (c *call) answer(status int, t *record.Type, row record.Row, selected []string) error {
	b := buffers.Get().(*buffer)
	defer buffers.Put(b)
	b.bytes = append(b.bytes[:0], `{"@odata.context":`...)
	b.bytes = c.appendContext(b.bytes, t, "/$entity")
	doc := t.View(row.Type, row.Doc)
	if hidden := c.hidden(t); selected != nil || hidden != nil {
		var err error
		if b.page, err = row.Type.AppendSelected(b.page[:0], doc, row.Type.Choose(selected, hidden)); err != nil {
			return err
		}
		doc = b.page
	}
	if len(doc) > 2 {
		b.bytes = append(b.bytes, ',')
	}
	b.bytes = append(b.bytes, doc[1:]...)
	c.w.Header()["Etag"] = []string{tag(row)}
	if row.Replayed {
		c.w.Header().Set("Idempotent-Replayed", "true")
	}
	c.send(status, b.bytes)
	return nil
}

func (c *call) send(status int, parts ...[]byte) {
	length := 0
	for _, p := range parts {
		length += len(p)
	}
	h := c.w.Header()
	h["Content-Type"] = jsonType
	h["Content-Length"] = []string{strconv.Itoa(length)}
	c.w.WriteHeader(status)
	for _, p := range parts {
		if _, err := c.w.Write(p); err != nil {
			return // the client has gone; there is nobody to tell
		}
	}
}

var jsonType = []string{"application/json; charset=utf-8"}
