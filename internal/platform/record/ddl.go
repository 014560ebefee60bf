package record

import (
	"fmt"
	"sort"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

// statements are the fixed SQL texts of a type.
type statements struct {
	get, insert, insertWithWords, insertWords, insertVector, insertNoWords, deleteWords, remove string
}

// statements prepares SQL. The order of the insert's arguments is that of insertArgs: id, rec_id, object, rev, ver,
// the columns, x, the words (PostgreSQL only), doc.
func (t *Type) statements() statements {
	names := []string{"id", "rec_id", "object", "rev", "ver"}
	for _, i := range t.columns {
		names = append(names, t.Fields[i].Column)
	}
	names = append(names, "x")
	holders := make([]string, len(names)+1)
	for i := range holders {
		holders[i] = fmt.Sprintf("$%d", i+1)
	}
	insert := func(names []string, holders []string) string {
		return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", t.table, strings.Join(names, ", "), strings.Join(holders, ", "))
	}
	at := len(holders)
	return statements{
		get:    fmt.Sprintf("SELECT object, rev, ver, doc FROM %s WHERE rec_id = $1", t.table),
		insert: insert(append(names, "doc"), holders),
		insertWithWords: fmt.Sprintf("WITH words AS (INSERT INTO %s (rowid, words) VALUES ($1::bigint, $%d::tsvector)) ", t.words(), at+1) +
			insert(append(names[:len(names):len(names)], "doc"), append([]string{"$1::bigint"}, holders[1:]...)),
		insertWords:  fmt.Sprintf("INSERT INTO %s (rowid, words) VALUES ($1, $2)", t.words()),
		insertVector: fmt.Sprintf("INSERT INTO %s (rowid, words) VALUES ($1, $2::tsvector)", t.words()),
		// Of no record: they are counted from 1.
		insertNoWords: fmt.Sprintf("INSERT INTO %s (rowid, words) VALUES (0, '')", t.words()),
		deleteWords:   fmt.Sprintf("DELETE FROM %s WHERE rowid = $1", t.words()),
		remove:        fmt.Sprintf("DELETE FROM %s WHERE rec_id = $1", t.table),
	}
}

// words is the full text table: rowid is the id of a record, words its words. On PostgreSQL it stands beside the
// records too, so that counting what a word finds does not visit their wide rows.
func (t *Type) words() string { return "fts_" + strings.TrimPrefix(t.table, "rec_") }

type index struct {
	name, columns, where string
	unique               bool
}

// ordered is the column as an index sorts it. Nulls come first, as every $orderby has them; the engine's own columns
// are never null, and there PostgreSQL's default serves both directions.
func (f *Field) ordered() string {
	if f.Part == Kept {
		return f.Column
	}
	return f.Column + " @NULLS"
}

// indexes lists what the table of a root type needs, for itself and its extensions.
func (t *Type) indexes() []index {
	short := strings.TrimPrefix(t.table, "rec_")
	var out []index
	seen := map[string]bool{}
	addOne := func(of *Type) {
		for _, i := range of.columns {
			f := &of.Fields[i]
			if seen[f.Column] {
				continue
			}
			seen[f.Column] = true
			kind := Indexed
			if f.Def != nil {
				kind = f.Def.Index
			}
			x := index{name: "ix_" + short + "_" + strings.TrimPrefix(f.Column, "c_"), columns: f.ordered() + ", rec_id"}
			switch kind {
			case Sparse:
				x.where = f.Column + " IS NOT NULL"
			case Unique:
				x.columns, x.where, x.unique = f.Column, f.Column+" IS NOT NULL", true
			}
			out = append(out, x)
		}
		over := func(kind string, fields []string, unique bool) {
			names, ordered := make([]string, len(fields)), make([]string, len(fields))
			for k, name := range fields {
				f := &of.Fields[of.Position(name)]
				names[k], ordered[k] = f.Column, f.ordered()
			}
			x := index{name: "ix_" + short + "_" + kind + "_" + strings.ReplaceAll(strings.Join(names, "_"), "c_", ""), unique: unique}
			if unique {
				x.columns = strings.Join(names, ", ")
				x.where = strings.Join(names, " IS NOT NULL AND ") + " IS NOT NULL"
			} else {
				x.columns = strings.Join(ordered, ", ") + ", rec_id"
			}
			out = append(out, x)
		}
		for _, fields := range of.Definition.Indexes {
			over("over", fields, false)
		}
		for _, fields := range of.Definition.Unique {
			over("one", fields, true)
		}
	}
	if len(t.Extensions) > 0 {
		out = append(out, index{name: "ix_" + short + "_object", columns: "object, rec_id"})
	}
	addOne(t)
	for _, e := range t.Extensions {
		addOne(e)
	}
	return out
}

// install brings the table of a root type to what its definition and those of its extensions need: it makes what
// is missing and drops indexes that nobody asks for any more. before is the schema whose columns are kept up to date,
// nil where that is this one. A column that has gone out of use stays, for replicas that do not know yet.
func (t *Type) install(tx *db.Tx, before, after *schema) error {
	postgres := tx.Engine() == db.Postgres
	text, number, blob, nulls := "TEXT", "INTEGER", "TEXT", ""
	if postgres {
		text, number, blob, nulls = `TEXT COLLATE "C"`, "BIGINT", "JSON", " NULLS FIRST"
	}
	create := []string{"id " + number + " PRIMARY KEY", "rec_id " + text + " NOT NULL", "object " + text + " NOT NULL",
		"rev " + number + " NOT NULL", "ver " + number + " NOT NULL"}
	type column struct {
		name, kind string
		field      int
		of         *Type
	}
	var columns []column
	seen := map[string]bool{}
	for _, of := range append([]*Type{t}, t.Extensions...) {
		for _, i := range of.columns {
			if f := &of.Fields[i]; !seen[f.Column] {
				seen[f.Column] = true
				kind := number
				if f.Kind == Text {
					kind = text
				}
				columns = append(columns, column{f.Column, kind, i, of})
			}
		}
	}
	existing, err := columnsOf(tx, t.table)
	if err != nil {
		return err
	}
	if len(existing) == 0 {
		for _, c := range columns {
			create = append(create, c.name+" "+c.kind)
		}
		create = append(create, "x "+blob+" NOT NULL", "doc TEXT NOT NULL")
		statements := []string{fmt.Sprintf("CREATE TABLE %s (%s)", t.table, strings.Join(create, ", ")),
			fmt.Sprintf("CREATE UNIQUE INDEX ux_%s ON %s (rec_id)", t.table, t.table)}
		if postgres {
			// Documents are read whole and often: kept in the row and not compressed.
			statements = append(statements,
				fmt.Sprintf("ALTER TABLE %s ALTER COLUMN doc SET STORAGE EXTERNAL, ALTER COLUMN x SET STORAGE EXTERNAL", t.table),
				fmt.Sprintf("ALTER TABLE %s SET (toast_tuple_target = 8160)", t.table))
			statements = append(statements, t.createVectors()...)
		} else {
			// Words come ready-made, separated by spaces; what stands inside addresses and host names belongs to them.
			statements = append(statements, fmt.Sprintf(
				`CREATE VIRTUAL TABLE %s USING fts5(words, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '@._-+'")`, t.words()))
		}
		for _, s := range statements {
			if _, err := tx.Exec(s); err != nil {
				return fmt.Errorf("create table %s: %w", t.table, err)
			}
		}
	} else {
		used := before.columnsOf(t)
		for _, c := range columns {
			if existing[c.name] && (before == nil || used[c.name]) {
				continue
			}
			if existing[c.name] { // from former times: its values are old, its type may be another
				if _, err := tx.Exec(fmt.Sprintf("ALTER TABLE %s DROP COLUMN %s", t.table, c.name)); err != nil {
					return fmt.Errorf("drop column %s of %s: %w", c.name, t.table, err)
				}
			}
			if _, err := tx.Exec(fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", t.table, c.name, c.kind)); err != nil {
				return fmt.Errorf("add column %s to %s: %w", c.name, t.table, err)
			}
			// Until now the values lived in x; that is where the column gets them from.
			f := c.of.Fields[c.field]
			f.Column = ""
			plain := Type{Fields: []Field{f}}
			if _, err := tx.Exec(fmt.Sprintf("UPDATE %s SET %s = %s", t.table, c.name, plain.Expr(0, postgres))); err != nil {
				return fmt.Errorf("fill column %s of %s: %w", c.name, t.table, err)
			}
		}
		if t.moved(before) {
			if err := t.restate(tx, after); err != nil {
				return fmt.Errorf("rewrite the records of %s: %w", t.Object, err)
			}
		}
	}
	return t.installIndexes(tx, nulls)
}

func (t *Type) installIndexes(tx *db.Tx, nulls string) error {
	have, err := indexesOf(tx, t.table)
	if err != nil {
		return err
	}
	for _, x := range t.indexes() {
		name := x.name
		if x.unique {
			name += "_u"
		} else if x.where != "" {
			name += "_s"
		}
		if len(name) > 63 {
			name = name[:50] + "_" + shortHash(name)
		}
		if have[name] {
			delete(have, name)
			continue
		}
		unique, where := "", ""
		if x.unique {
			unique = "UNIQUE "
		}
		if x.where != "" {
			where = " WHERE " + x.where
		}
		if x.unique {
			if err := t.refuseDuplicates(tx, x); err != nil {
				return err
			}
		}
		text := fmt.Sprintf("CREATE %sINDEX %s ON %s (%s)%s", unique, name, t.table, strings.ReplaceAll(x.columns, " @NULLS", nulls), where)
		if _, err := tx.Exec(text); err != nil {
			return fmt.Errorf("create index %s: %w", name, err)
		}
	}
	var gone []string
	for name := range have {
		if strings.HasPrefix(name, "ix_") {
			gone = append(gone, name)
		}
	}
	sort.Strings(gone)
	for _, name := range gone {
		if _, err := tx.Exec("DROP INDEX " + name); err != nil {
			return fmt.Errorf("drop index %s: %w", name, err)
		}
	}
	return nil
}

// refuseDuplicates makes a clear refusal of what would be a failing unique index.
func (t *Type) refuseDuplicates(tx *db.Tx, x index) error {
	rows, err := namesOf(tx, fmt.Sprintf("SELECT 'twice' FROM %s WHERE %s AND $1 <> '' GROUP BY %s HAVING count(*) > 1 LIMIT 1", t.table, x.where, x.columns), "x")
	if err == nil && len(rows) > 0 {
		err = fault.New(fault.Invalid, "definition_invalid", "%s cannot be unique: two records of %s have the same value", strings.ReplaceAll(x.columns, "c_", ""), t.Object)
	}
	return err
}

func columnsOf(tx *db.Tx, table string) (map[string]bool, error) {
	if tx.Engine() == db.Postgres {
		return namesOf(tx, "SELECT column_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1", table)
	}
	return namesOf(tx, "SELECT name FROM pragma_table_info($1)", table)
}

func indexesOf(tx *db.Tx, table string) (map[string]bool, error) {
	if tx.Engine() == db.Postgres {
		return namesOf(tx, "SELECT indexname::text FROM pg_indexes WHERE schemaname = current_schema() AND tablename = $1", table)
	}
	return namesOf(tx, "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = $1", table)
}

func namesOf(tx *db.Tx, query, arg string) (map[string]bool, error) {
	rows, err := tx.Query(tx.Context(), query, arg)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names := map[string]bool{}
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		names[n] = true
	}
	return names, rows.Err()
}
