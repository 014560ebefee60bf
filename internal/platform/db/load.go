package db

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"
)

// LoadOptions of Load. All may be nil.
type LoadOptions struct {
	// Prepare runs when the tables of the migrations are loaded and before those of the record engine (rec_*): it makes
	// the latter, from the metadata that is there by then.
	Prepare func(*Tx) error
	// Finish runs when everything is loaded and the dump has proved whole: it rebuilds what a dump leaves out.
	Finish func(*Tx) error
	// Progress hears the rows loaded so far. The total is not known before the end and 0 until then.
	Progress func(done, total int64)
}

// flushRows is how many rows travel to PostgreSQL together.
const flushRows = 500

// Load fills an empty database, opened with its timeline, from a dump of either engine, in one transaction. Refused are
// a database that holds more than its migrations put there, a dump of a newer schema, one that is cut off or altered,
// and tables or columns that are not there. After a refusal the database is as it was.
func (d *DB) Load(ctx context.Context, r io.Reader, o LoadOptions) error {
	in := &loader{d: d, o: o, r: bufio.NewReaderSize(r, 64<<10), sum: sha256.New(), wanted: map[string][]string{}}
	if in.o.Progress == nil {
		in.o.Progress = func(int64, int64) {}
	}
	used := false
	err := d.Alone(ctx, func(tx *Tx) error {
		if used {
			return errors.New("the database asked to try again, but the dump has been read")
		}
		used = true
		return in.all(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	return nil
}

// loader is the state of one Load.
type loader struct {
	d        *DB
	o        LoadOptions
	r        *bufio.Reader
	sum      hash.Hash
	wanted   map[string][]string // tables there are, with their columns
	prepared bool
	tables   int
	done     int64
}

func (in *loader) all(ctx context.Context, tx *Tx) error {
	if err := in.refuseFull(ctx, tx); err != nil {
		return err
	}
	line, err := in.next()
	if err != nil {
		return err
	}
	var header dumpHeader
	if err := json.Unmarshal(line, &header); err != nil || header.Format != dumpFormat {
		return errors.New("this is not a dump")
	}
	if header.Version != dumpVersion {
		return fmt.Errorf("the dump has format version %d, this program reads %d", header.Version, dumpVersion)
	}
	if header.Schema > in.d.version {
		return fmt.Errorf("the dump has schema version %d, this database %d: use the newer program", header.Schema, in.d.version)
	}
	restore, err := in.clear(ctx, tx)
	if err != nil {
		return err
	}
	for ended := false; !ended; {
		if ended, err = in.table(ctx, tx); err != nil {
			return err
		}
	}
	if err := in.prepare(ctx, tx); err != nil { // no record table in the dump
		return err
	}
	if err := restore(); err != nil {
		return err
	}
	if in.o.Finish != nil {
		if err := in.o.Finish(tx); err != nil {
			return fmt.Errorf("finish: %w", err)
		}
	}
	// The cells were loaded before their table was filled.
	tx.g.cells, tx.g.dirty = nil, nil
	in.o.Progress(in.done, in.done)
	return tx.g.flush()
}

// next reads a line; the hash covers it, except the last.
func (in *loader) next() ([]byte, error) {
	line, err := in.r.ReadBytes('\n')
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the dump is cut off")
	}
	if err != nil {
		return nil, fmt.Errorf("read dump: %w", err)
	}
	if !bytes.HasPrefix(line, []byte(`{"end":`)) && !bytes.HasPrefix(line, []byte(`{"rows":`)) {
		in.sum.Write(line)
		return line, nil
	}
	var l dumpLine
	if json.Unmarshal(line, &l) != nil || !l.End {
		in.sum.Write(line)
	}
	return line, nil
}

// table loads the next table, or checks the end of the dump.
func (in *loader) table(ctx context.Context, tx *Tx) (ended bool, err error) {
	line, err := in.next()
	if err != nil {
		return false, err
	}
	var head dumpLine
	if err := json.Unmarshal(line, &head); err != nil {
		return false, fmt.Errorf("the dump is damaged: %w", err)
	}
	if head.End {
		return true, in.end(head)
	}
	if head.Table == "" || skipped(head.Table) {
		return false, fmt.Errorf("the dump is damaged: %.60q is no table", line)
	}
	in.tables++
	if strings.HasPrefix(head.Table, runtimePrefix) {
		if err := in.prepare(ctx, tx); err != nil {
			return false, err
		}
	}
	insert, err := in.insert(head)
	if err != nil {
		return false, err
	}
	var rows int64
	for {
		if line, err = in.next(); err != nil {
			return false, err
		}
		if line[0] == '{' {
			break
		}
		values, err := parseRow(line, len(head.Columns))
		if err != nil {
			return false, fmt.Errorf("the dump is damaged: table %s, row %d: %w", head.Table, rows+1, err)
		}
		if err := tx.Later(insert, values...); err != nil {
			return false, fmt.Errorf("table %s, row %d: %w", head.Table, rows+1, err)
		}
		rows++
		if in.done++; in.done%flushRows == 0 {
			if err := tx.g.flush(); err != nil {
				return false, fmt.Errorf("table %s, row %d or before: %w", head.Table, rows, err)
			}
		}
		if in.done%progressEvery == 0 {
			in.o.Progress(in.done, 0)
		}
	}
	var tail dumpLine
	if err := json.Unmarshal(line, &tail); err != nil || tail.Rows == nil || *tail.Rows != rows {
		return false, fmt.Errorf("the dump is damaged: table %s does not have its number of rows", head.Table)
	}
	if err := tx.g.flush(); err != nil {
		return false, fmt.Errorf("table %s: %w", head.Table, err)
	}
	return false, nil
}

// end compares the trailer with what was read.
func (in *loader) end(trailer dumpLine) error {
	if trailer.Rows == nil || *trailer.Rows != in.done || trailer.Tables != in.tables ||
		trailer.SHA256 != hex.EncodeToString(in.sum.Sum(nil)) {
		return errors.New("the dump was altered: it does not match its checksum")
	}
	if _, err := in.r.ReadByte(); !errors.Is(err, io.EOF) {
		return errors.New("the dump was altered: something follows its end")
	}
	return nil
}

// insert returns the statement for rows of a table.
func (in *loader) insert(head dumpLine) (string, error) {
	there, ok := in.wanted[head.Table]
	if !ok {
		return "", fmt.Errorf("the dump has a table %s, this database has not", head.Table)
	}
	marks := make([]string, len(head.Columns))
	for i, column := range head.Columns {
		if !slices.Contains(there, column) {
			return "", fmt.Errorf("the dump has a column %s in table %s, this database has not", column, head.Table)
		}
		marks[i] = "$" + strconv.Itoa(i+1)
	}
	if len(marks) == 0 {
		return "", fmt.Errorf("the dump is damaged: table %s has no columns", head.Table)
	}
	return "INSERT INTO " + quote(head.Table) + " (" + quoteAll(head.Columns) + ") VALUES (" + strings.Join(marks, ", ") + ")", nil
}

// prepare runs the caller's Prepare once and looks what tables there are then.
func (in *loader) prepare(ctx context.Context, tx *Tx) error {
	if in.prepared {
		return nil
	}
	in.prepared = true
	if in.o.Prepare != nil {
		if err := in.o.Prepare(tx); err != nil {
			return fmt.Errorf("prepare: %w", err)
		}
	}
	return in.look(ctx, tx)
}

func (in *loader) look(ctx context.Context, tx *Tx) error {
	tables, err := in.d.tables(ctx, tx)
	for _, t := range tables {
		in.wanted[t.name] = t.columns
	}
	return err
}
