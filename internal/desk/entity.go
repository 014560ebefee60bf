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

// lookUp resolves the path's key: a RecId first, then the number of an object that has one.
func (c *call) lookUp(ctx context.Context) (record.Row, error) {
	if recID, ok := id.ParseRecID(c.path.Key); ok {
		row, err := c.engine.Get(ctx, c.typ, recID)
		if fault.Is(err, fault.NotFound) {
			err = c.unknown() // under the name the caller used
		}
		return row, err
	}
	if n := c.typ.NumberField(); n >= 0 && (c.hidden(c.typ) == nil || !c.hidden(c.typ)[n]) {
		if _, err := strconv.ParseInt(c.path.Key, 10, 64); err == nil {
			row, ok, err := c.engine.FindOne(ctx, nil, c.typ, c.typ.Fields[n].Name, c.path.Key)
			if err != nil || ok {
				return row, err
			}
		}
	}
	return record.Row{}, c.unknown()
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
	return c.find(c.r.Context(), rows)
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
	return c.answer(http.StatusOK, row, q.Select)
}

func (c *call) create() error {
	rows, err := c.rows(role.Create)
	if err != nil {
		return err
	}
	in, err := c.input()
	if err != nil {
		return err
	}
	row, err := c.engine.Create(c.guarded(rows), c.typ, in)
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, row, nil)
}

func (c *call) update() error {
	row, err := c.target(role.Update, errBlankKey)
	if err != nil {
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
	if row, err = c.engine.Update(c.guarded(rows), c.typ, row.RecID, in); err != nil {
		return err
	}
	return c.answer(http.StatusOK, row, nil)
}

func (c *call) remove() error {
	row, err := c.target(role.Delete, errBlankKey)
	if err != nil {
		return err
	}
	if err := c.engine.Delete(c.r.Context(), c.typ, row.RecID); err != nil {
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

// answer writes one record with its context in front.
func (c *call) answer(status int, row record.Row, selected []string) error {
	b := buffers.Get().(*buffer)
	defer buffers.Put(b)
	b.bytes = append(b.bytes[:0], `{"@odata.context":`...)
	b.bytes = c.appendContext(b.bytes, "/$entity")
	doc := c.typ.View(row.Type, row.Doc)
	if hidden := c.hidden(c.typ); selected != nil || hidden != nil {
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
