package db

import (
	"context"
	"fmt"
	"sort"
	"strings"
)

// table is what a dump needs to know of one.
type table struct {
	name    string
	columns []string // by name, those that a dump carries
	order   []string // ORDER BY terms that give rows a fixed order: the primary key's or a unique key's, else all columns
	jsonb   map[string]bool
}

// runtimePrefix begins the names of tables that the record engine makes at run time.
const runtimePrefix = "rec_"

// wordsTable tells how far the full-text indexes are.
const wordsTable = "record_words"

// skipped tells which tables are no content: goose's, SQLite's own, and full-text indexes, which are rebuilt.
func skipped(name string) bool {
	return name == versionTable || name == wordsTable || strings.HasPrefix(name, "sqlite_") || strings.HasPrefix(name, "fts_")
}

// Tables returns the names of all tables in the database, sorted: to find out what it holds before it is migrated.
func (d *DB) Tables(ctx context.Context) ([]string, error) {
	names, err := d.tableNames(ctx, d)
	sort.Strings(names)
	return names, err
}

func (d *DB) tableNames(ctx context.Context, r Reader) ([]string, error) {
	names, err := strs(r.Query(ctx, map[Engine]string{
		SQLite:   "SELECT name FROM sqlite_master WHERE type = 'table'",
		Postgres: "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace",
	}[d.engine]))
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	return names, nil
}

// tables lists the tables of a dump: those of the migrations by name, then those of the record engine by name.
func (d *DB) tables(ctx context.Context, r Reader) ([]table, error) {
	names, err := d.tableNames(ctx, r)
	if err != nil {
		return nil, err
	}
	var out []table
	for _, name := range names {
		if skipped(name) {
			continue
		}
		t, err := d.describe(ctx, r, name)
		if err != nil {
			return nil, fmt.Errorf("describe table %s: %w", name, err)
		}
		out = append(out, t)
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if x, y := strings.HasPrefix(a.name, runtimePrefix), strings.HasPrefix(b.name, runtimePrefix); x != y {
			return y
		}
		return a.name < b.name
	})
	return out, nil
}

func (d *DB) describe(ctx context.Context, r Reader, name string) (table, error) {
	if d.engine == SQLite {
		return describeSQLite(ctx, r, name)
	}
	return describePostgres(ctx, r, name)
}

func describeSQLite(ctx context.Context, r Reader, name string) (table, error) {
	t := table{name: name}
	rows, err := r.Query(ctx, "SELECT name, pk FROM pragma_table_info($1)", name)
	if err != nil {
		return t, err
	}
	defer rows.Close()
	key := map[int]string{}
	for rows.Next() {
		var column string
		var pk int
		if err := rows.Scan(&column, &pk); err != nil {
			return t, err
		}
		t.columns = append(t.columns, column)
		if pk > 0 {
			key[pk] = column
		}
	}
	if err := rows.Err(); err != nil {
		return t, err
	}
	var unique []string
	for i := 1; i <= len(key); i++ {
		unique = append(unique, key[i])
	}
	if len(unique) == 0 {
		unique, err = strs(r.Query(ctx, `SELECT i.name FROM pragma_index_info((
			SELECT min(l.name) FROM pragma_index_list($1) AS l WHERE l."unique" = 1 AND l.partial = 0
			AND NOT EXISTS (SELECT 1 FROM pragma_index_info(l.name) AS c LEFT JOIN pragma_table_info($1) AS t ON t.name = c.name
				WHERE t."notnull" IS NOT 1))) AS i ORDER BY i.seqno`, name))
		if err != nil {
			return t, err
		}
	}
	sort.Strings(t.columns)
	if len(unique) == 0 {
		unique = t.columns
	}
	for _, column := range unique {
		t.order = append(t.order, quote(column)+" COLLATE BINARY NULLS FIRST")
	}
	return t, nil
}

func describePostgres(ctx context.Context, r Reader, name string) (table, error) {
	t := table{name: name, jsonb: map[string]bool{}}
	rows, err := r.Query(ctx, `SELECT a.attname::text, a.atttypid::regtype::text, a.attnotnull,
			a.attcollation <> 0 AND (SELECT datcollate NOT IN ('C', 'POSIX') FROM pg_database WHERE datname = current_database()),
			coalesce(array_position(k.indkey::int2[], a.attnum), -1)
		FROM pg_attribute AS a
		LEFT JOIN (SELECT indrelid, indkey FROM pg_index WHERE indrelid = $1::regclass AND indisunique AND indpred IS NULL
				AND indexprs IS NULL AND NOT EXISTS (SELECT 1 FROM pg_attribute AS n
					WHERE n.attrelid = indrelid AND n.attnum = ANY (indkey::int2[]) AND NOT n.attnotnull)
			ORDER BY indisprimary DESC, indexrelid::regclass::text LIMIT 1) AS k ON k.indrelid = a.attrelid
		WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		ORDER BY a.attname COLLATE "C"`, quote(name))
	if err != nil {
		return t, err
	}
	defer rows.Close()
	var all []string
	key := map[int]string{}
	for rows.Next() {
		var column, kind string
		var required, foreign bool
		var position int
		if err := rows.Scan(&column, &kind, &required, &foreign, &position); err != nil {
			return t, err
		}
		term := quote(column)
		if foreign { // only where the database orders text otherwise: an index then cannot give the order
			term += ` COLLATE "C"`
		}
		if !required {
			term += " NULLS FIRST"
		}
		switch kind {
		case "tsvector":
			continue
		case "json", "jsonb":
			t.jsonb[column] = true
			term = quote(column) + `::text COLLATE "C" NULLS FIRST`
		case "text", "character varying", "bigint", "integer", "smallint", "bytea":
		default:
			return t, fmt.Errorf("column %s has type %s, which a dump cannot carry", column, kind)
		}
		t.columns = append(t.columns, column)
		all = append(all, term)
		if position >= 0 {
			key[position] = term
		}
	}
	if err := rows.Err(); err != nil {
		return t, err
	}
	for i := 0; i < len(all) && len(t.order) < len(key); i++ { // positions of an int2vector begin at 0
		if term, ok := key[i]; ok {
			t.order = append(t.order, term)
		}
	}
	if len(t.order) == 0 {
		t.order = all
	}
	return t, nil
}

// quote quotes an identifier, the same way for both engines.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quote(name)
	}
	return strings.Join(quoted, ", ")
}
