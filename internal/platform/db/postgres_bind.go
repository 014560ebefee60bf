package db

import (
	"container/list"
	"context"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// Lexemes are the words of a tsvector, without positions and weights, each once. As an argument of the type tsvector
// they travel in its binary form, which PostgreSQL reads several times faster than its text; sorted by their bytes they
// are not sorted there again.
type Lexemes []string

// Value is the text form, for where the binary one is not used. Words hold no quotes and no backslashes.
func (l Lexemes) Value() (driver.Value, error) {
	if len(l) == 0 {
		return "", nil
	}
	return "'" + strings.Join(l, "' '") + "'", nil
}

// append writes the binary form (tsvectorrecv in PostgreSQL's tsvector.c): the number of words, then each word with a
// zero byte and the number of its positions.
func (l Lexemes) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(l)))
	for _, w := range l {
		b = append(append(b, w...), 0, 0, 0)
	}
	return b
}

const (
	binderKept   = 1 << 20 // bytes of arguments for which a binder keeps its memory
	preparedKept = 256     // texts that a connection keeps prepared for its streams
)

// binder brings the arguments of a statement into the forms in which they travel. pgx does the same, and copies the
// texts twice on their way.
type binder struct {
	values  [][]byte
	formats []int16

	bytes []byte
	other pgx.ExtendedQueryBuilder
}

// bind sets values and formats, which hold until it is called again.
func (b *binder) bind(types *pgtype.Map, sd *pgconn.StatementDescription, args []any) error {
	if len(args) != len(sd.ParamOIDs) {
		return fmt.Errorf("%d arguments for %d placeholders", len(args), len(sd.ParamOIDs))
	}
	if b.bytes == nil || cap(b.bytes) > binderKept {
		b.bytes = make([]byte, 0, 16<<10)
	}
	b.values, b.formats, b.bytes = b.values[:0], b.formats[:0], b.bytes[:0]
	for i, arg := range args {
		start, format, oid := len(b.bytes), int16(pgx.BinaryFormatCode), sd.ParamOIDs[i]
		switch v := arg.(type) {
		case nil:
			b.values, b.formats = append(b.values, nil), append(b.formats, format)
			continue
		case string:
			b.bytes, format = append(b.bytes, v...), pgx.TextFormatCode
		case int64:
			if oid != pgtype.Int8OID {
				return b.leave(types, sd, args)
			}
			b.bytes = binary.BigEndian.AppendUint64(b.bytes, uint64(v))
		case []byte:
			if v == nil || oid != pgtype.ByteaOID {
				return b.leave(types, sd, args)
			}
			b.bytes = append(b.bytes, v...)
		case Lexemes:
			if oid != pgtype.TSVectorOID {
				return b.leave(types, sd, args)
			}
			b.bytes = v.append(b.bytes)
		default:
			return b.leave(types, sd, args)
		}
		b.values, b.formats = append(b.values, b.bytes[start:len(b.bytes):len(b.bytes)]), append(b.formats, format)
	}
	return nil
}

// leave leaves it to pgx.
func (b *binder) leave(types *pgtype.Map, sd *pgconn.StatementDescription, args []any) error {
	if err := b.other.Build(types, sd, args); err != nil {
		return err
	}
	b.values, b.formats = append(b.values[:0], b.other.ParamValues...), append(b.formats[:0], b.other.ParamFormats...)
	return nil
}

// ready is a text that a connection keeps prepared.
type ready struct {
	text   string
	sd     *pgconn.StatementDescription
	pinned bool // never given up: it must not be prepared in the middle of a stream
}

// prepared returns the prepared statement of a text. A new one is prepared at once, after all that is under way.
func (c *postgresConn) prepared(ctx context.Context, q *queued) (*pgconn.StatementDescription, error) {
	if el, ok := c.byText[q.query]; ok {
		c.used.MoveToFront(el)
		return el.Value.(*ready).sd, nil
	}
	if err := c.settle(); err != nil {
		return nil, err
	}
	if c.pgx.IsClosed() {
		return nil, c.note(driver.ErrBadConn)
	}
	for el := c.used.Back(); el != nil && c.used.Len() >= preparedKept; {
		previous := el.Prev()
		if !el.Value.(*ready).pinned {
			c.forget(el)
		}
		el = previous
	}
	for _, text := range c.gone {
		if err := c.pgx.Deallocate(ctx, text); err != nil {
			return nil, c.note(err)
		}
	}
	c.gone = nil
	sd, err := c.pgx.Prepare(ctx, q.query, q.query)
	if err != nil {
		return nil, c.note(fmt.Errorf("%.60s: %w", q.query, err))
	}
	c.byText[q.query] = c.used.PushFront(&ready{q.query, sd, q.pinned})
	return sd, nil
}

// knows reports whether all of these are prepared.
func (c *postgresConn) knows(statements []queued) bool {
	for i := range statements {
		if c.byText[statements[i].query] == nil {
			return false
		}
	}
	return true
}

// forget has a text be prepared anew when it comes again. The server forgets it with the next one that is prepared.
func (c *postgresConn) forget(el *list.Element) {
	r := el.Value.(*ready)
	c.used.Remove(el)
	delete(c.byText, r.text)
	c.gone = append(c.gone, r.text)
}
