package db

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// resultFormats asks for these types in binary and for all others as text.
var resultFormats = pgx.QueryResultFormatsByOID{
	pgtype.BoolOID: pgx.BinaryFormatCode, pgtype.ByteaOID: pgx.BinaryFormatCode,
	pgtype.Int2OID: pgx.BinaryFormatCode, pgtype.Int4OID: pgx.BinaryFormatCode, pgtype.Int8OID: pgx.BinaryFormatCode,
	pgtype.Float8OID: pgx.BinaryFormatCode,
}

// postgresRows is a result set. Integers come as int64, bytea as []byte, boolean as bool, double as float64, every
// other type as the text PostgreSQL prints.
type postgresRows struct {
	rows    pgx.Rows
	conn    *postgresConn
	ctx     context.Context
	columns []string
	ahead   bool // the first row was fetched already
	more    bool
	closed  bool
}

// Columns names the columns.
func (r *postgresRows) Columns() []string {
	if r.columns == nil {
		fields := r.rows.FieldDescriptions()
		r.columns = make([]string, len(fields))
		for i := range fields {
			r.columns[i] = fields[i].Name
		}
	}
	return r.columns
}

// Next reads the next row.
func (r *postgresRows) Next(dest []driver.Value) error {
	more := r.more
	if !r.ahead {
		more = r.rows.Next()
	}
	r.ahead = false
	if !more {
		if err := r.rows.Err(); err != nil {
			return r.conn.failed(r.ctx, err)
		}
		return io.EOF
	}
	fields := r.rows.FieldDescriptions()
	for i, raw := range r.rows.RawValues() {
		v, err := decode(fields[i].DataTypeOID, fields[i].Format, raw)
		if err != nil {
			return fmt.Errorf("column %s: %w", fields[i].Name, err)
		}
		dest[i] = v
	}
	return nil
}

// Close ends the result set.
func (r *postgresRows) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	r.rows.Close()
	r.conn.open.Add(-1)
	return nil
}

// decode reads one value; binary where resultFormats asked for it, unless a poolers' mode had all sent as text.
func decode(oid uint32, format int16, raw []byte) (driver.Value, error) {
	if raw == nil {
		return nil, nil //nolint:nilnil // that is how NULL is told
	}
	binaryForm := format == pgx.BinaryFormatCode
	switch oid {
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID:
		if !binaryForm {
			return strconv.ParseInt(string(raw), 10, 64)
		}
		switch len(raw) {
		case 2:
			return int64(int16(binary.BigEndian.Uint16(raw))), nil
		case 4:
			return int64(int32(binary.BigEndian.Uint32(raw))), nil
		case 8:
			return int64(binary.BigEndian.Uint64(raw)), nil
		}
	case pgtype.BoolOID:
		return len(raw) == 1 && (raw[0] == 1 || raw[0] == 't'), nil
	case pgtype.Float8OID:
		if !binaryForm {
			return strconv.ParseFloat(string(raw), 64)
		}
		if len(raw) == 8 {
			return math.Float64frombits(binary.BigEndian.Uint64(raw)), nil
		}
	case pgtype.ByteaOID:
		if binaryForm {
			return append([]byte{}, raw...), nil
		}
		if len(raw) >= 2 && raw[0] == '\\' && raw[1] == 'x' {
			return hex.DecodeString(string(raw[2:]))
		}
	default:
		if !binaryForm {
			return string(raw), nil
		}
	}
	return nil, fmt.Errorf("a value of type %d in format %d and %d bytes cannot be read", oid, format, len(raw))
}
