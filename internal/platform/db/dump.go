package db

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"strings"
)

// progressEvery is how many rows lie between two calls of a progress function.
const progressEvery = 10_000

// Dump writes the content of all tables, as it was at one moment while others go on writing. The same content gives
// the same bytes on both engines: tables by name, rows by primary key. Left out are goose's table, the full-text
// indexes fts_* and columns of type tsvector, which Load's Finish rebuilds. progress, which may be nil, hears the rows
// written so far and the rows there are.
func (d *DB) Dump(ctx context.Context, w io.Writer, progress func(done, total int64)) error {
	return d.DumpWith(ctx, w, progress, nil)
}

// DumpWith is Dump with a look at the same moment: see reads, before anything is written, what the dump will hold.
func (d *DB) DumpWith(ctx context.Context, w io.Writer, progress func(done, total int64), see func(ctx context.Context, r Reader) error) error {
	if progress == nil {
		progress = func(int64, int64) {}
	}
	err := d.View(ctx, func(r Reader) error {
		if see != nil {
			if err := see(ctx, r); err != nil {
				return err
			}
		}
		tables, err := d.tables(ctx, r)
		if err != nil {
			return err
		}
		out := &dumper{d: d, r: r, sum: sha256.New(), progress: progress}
		for _, t := range tables {
			var n int64
			if err := r.QueryRow(ctx, "SELECT count(*) FROM "+quote(t.name)).Scan(&n); err != nil {
				return fmt.Errorf("count table %s: %w", t.name, err)
			}
			out.total += n
		}
		buffered := bufio.NewWriterSize(w, 64<<10)
		out.w = io.MultiWriter(buffered, out.sum)
		if err := out.all(ctx, tables); err != nil {
			return err
		}
		end := dumpLine{End: true, Tables: len(tables), Rows: &out.done, SHA256: hex.EncodeToString(out.sum.Sum(nil))}
		if err := out.line(end); err != nil {
			return err
		}
		return buffered.Flush()
	})
	if err != nil {
		return fmt.Errorf("dump: %w", err)
	}
	return nil
}

// dumper is the state of one Dump.
type dumper struct {
	d           *DB
	r           Reader
	w           io.Writer
	sum         hash.Hash
	done, total int64
	progress    func(done, total int64)
	buffer      []byte
}

func (o *dumper) all(ctx context.Context, tables []table) error {
	if err := o.line(dumpHeader{dumpFormat, dumpVersion, o.d.version}); err != nil {
		return err
	}
	for _, t := range tables {
		if err := o.table(ctx, t); err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	o.progress(o.done, o.total)
	return nil
}

func (o *dumper) table(ctx context.Context, t table) error {
	if err := o.line(dumpLine{Table: t.name, Columns: t.columns}); err != nil {
		return err
	}
	selected := make([]string, len(t.columns))
	for i, column := range t.columns {
		selected[i] = quote(column)
		if t.jsonb[column] {
			selected[i] += "::text"
		}
	}
	rows, err := o.r.Query(ctx, "SELECT "+strings.Join(selected, ", ")+" FROM "+quote(t.name)+" ORDER BY "+strings.Join(t.order, ", "))
	if err != nil {
		return err
	}
	defer rows.Close()
	values := make([]any, len(t.columns))
	into := make([]any, len(t.columns))
	for i := range values {
		into[i] = &values[i]
	}
	var n int64
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if o.buffer, err = appendRow(o.buffer[:0], values); err != nil {
			return err
		}
		if _, err := o.w.Write(o.buffer); err != nil {
			return err
		}
		n++
		if o.done++; o.done%progressEvery == 0 {
			o.progress(o.done, o.total)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return o.line(dumpLine{Rows: &n})
}

func (o *dumper) line(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = o.w.Write(append(text, '\n'))
	return err
}

// strs reads the one text column of a result.
func strs(rows *sql.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}
