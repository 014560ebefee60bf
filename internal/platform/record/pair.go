package record

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

// pair makes or ends a pair.
func (e *Engine) pair(ctx context.Context, r *Relation, from, to Row, made bool) error {
	if principal.From(ctx) == nil {
		return errNobody
	}
	check := func(tx *db.Tx) error {
		for _, row := range []Row{from, to} {
			if err := tx.Claim("record/" + row.RecID); err != nil {
				return err
			}
			peek := func(_ context.Context, query string, args ...any) *sql.Row { return tx.Peek(query, args...) }
			if err := stillThere(peek, row); err != nil {
				return err
			}
		}
		return stillExpected(ctx, tx, from)
	}
	return e.db.Write(ctx, check, func(tx *db.Tx) error { return e.storePair(ctx, tx, r, from, to, made) })
}

func (e *Engine) storePair(ctx context.Context, tx *db.Tx, r *Relation, from, to Row, made bool) error {
	source, target := literal.Fold(from.RecID), literal.Fold(to.RecID)
	if r.kind == byInverse {
		source, target = target, source
	}
	statement := "DELETE FROM record_link WHERE source = $1 AND relation = $2 AND target = $3"
	change := [2]any{to.RecID, nil}
	if made {
		statement = "INSERT INTO record_link (source, relation, target) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
		change = [2]any{nil, to.RecID}
		was, err := e.endOthers(ctx, tx, r, source, target, from, to)
		if err != nil {
			return err
		}
		if was != "" {
			change[0] = was
		}
	}
	n, err := tx.Exec(statement, source, r.pairs, target)
	if err != nil || n == 0 && (!made || change[0] == nil) {
		return err
	}
	verb := ".unlink"
	if made {
		verb = ".link"
	}
	return e.auditPair(ctx, tx, from.Type.Singular+verb, from.Type, from.RecID, r.Name, change)
}

func (e *Engine) auditPair(ctx context.Context, tx *db.Tx, action string, t *Type, recID, relation string, change [2]any) error {
	changes, err := json.Marshal(map[string][2]any{relation: change})
	if err != nil {
		return fmt.Errorf("audit a link: %w", err)
	}
	return audit.Write(ctx, tx, e.clock.Now(), audit.Entry{Action: action, Object: t.ID(), Target: recID, Changes: changes})
}

// endOthers ends the pairs that relations for one record had before, from either end, whichever of the names of the pairs
// the new one is made by. It returns whom the record was with from whose side it is made; "" for nobody.
func (e *Engine) endOthers(ctx context.Context, tx *db.Tx, r *Relation, source, target string, from, to Row) (was string, err error) {
	if r.soleOf(from.Type, r.kind) != nil {
		if was, err = e.endOther(tx, r.kind, r.pairs, source, target); err != nil {
			return "", err
		}
	}
	back := byInverse
	if r.kind == byInverse {
		back = byPairs
	}
	theirs := r.soleOf(to.Type, back)
	if theirs == nil {
		return was, nil
	}
	lost, err := e.endOther(tx, back, r.pairs, source, target)
	if err == nil && lost != "" {
		err = e.auditPair(ctx, tx, to.Type.Singular+".unlink", to.Type, to.RecID, theirs.Name, [2]any{lost, nil})
	}
	return was, err
}

// soleOf is a relation of a type that shows the pairs of r from an end and leads to one record at most; nil for none.
func (r *Relation) soleOf(t *Type, end relationKind) *Relation {
	for _, o := range t.sole {
		if o.kind == end && o.pairs == r.pairs {
			return o
		}
	}
	return nil
}

// endOther ends the pairs of the record at one end with all but that of the other, and returns whom it was with.
func (e *Engine) endOther(tx *db.Tx, end relationKind, pairs, source, target string) (string, error) {
	own, other, mine, theirs := "source", "target", source, target
	if end == byInverse {
		own, other, mine, theirs = "target", "source", target, source
	}
	those := fmt.Sprintf(" FROM record_link WHERE relation = $1 AND %s = $2 AND %s <> $3", own, other)
	var was string
	err := tx.QueryRow(tx.Context(), "SELECT "+other+those, pairs, mine, theirs).Scan(&was)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err == nil {
		_, err = tx.Exec("DELETE"+those, pairs, mine, theirs)
	}
	return strings.ToUpper(was), err
}

// stillThere refuses a record that has been deleted since it was read.
func stillThere(query func(context.Context, string, ...any) *sql.Row, row Row) error {
	var one int64
	err := query(context.Background(), "SELECT 1 FROM "+row.Type.table+" WHERE rec_id = $1", literal.Fold(row.RecID)).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return UnknownRecord(row.Type, row.RecID)
	}
	return err
}

// ImportPairs relates many records in the caller's transaction through a relationship of t that keeps pairs of its own:
// each pair is the RecId of a record of t and that of one of its target. That both exist is the importer's part. The
// audit trail gets one entry for all of them, with their count and the SHA-256 of their RecIds in order, a line feed
// after each pair. Pairs that are there already stay; it returns how many were new. A record that would be with more than the
// one that the relationship, or one that shows its pairs, allows is an error.
func (e *Engine) ImportPairs(ctx context.Context, tx *db.Tx, t *Type, relationship string, pairs iter.Seq[[2]string]) (int64, error) {
	if principal.From(ctx) == nil {
		return 0, errNobody
	}
	r, ok := t.Relation(relationship)
	if !ok || r.kind != byPairs || !r.keepsPairs() {
		return 0, fmt.Errorf("import pairs: %s has no relationship %q with pairs of its own", t.Object, relationship)
	}
	const columns, most = 3, 300 // of arguments in one statement
	count, sum := int64(0), sha256.New()
	var args []any
	store := func() error {
		if len(args) == 0 {
			return nil
		}
		rows := make([]string, len(args)/columns)
		for i := range rows {
			rows[i] = fmt.Sprintf("($%d, $%d, $%d)", columns*i+1, columns*i+2, columns*i+3)
		}
		n, err := tx.Exec("INSERT INTO record_link (source, relation, target) VALUES "+strings.Join(rows, ", ")+" ON CONFLICT DO NOTHING", args...)
		count, args = count+n, args[:0]
		return err
	}
	for p := range pairs {
		args = append(args, literal.Fold(p[0]), r.pairs, literal.Fold(p[1]))
		fmt.Fprintf(sum, "%s %s\n", p[0], p[1])
		if len(args) == most {
			if err := store(); err != nil {
				return 0, fmt.Errorf("import pairs of %s: %w", r.Name, err)
			}
		}
	}
	if err := store(); err != nil {
		return 0, fmt.Errorf("import pairs of %s: %w", r.Name, err)
	}
	if count == 0 {
		return 0, nil
	}
	if err := onePairEach(ctx, tx, r, t); err != nil {
		return 0, fmt.Errorf("import pairs of %s: %w", r.Name, err)
	}
	changes, err := json.Marshal(map[string][2]any{r.Name: {nil, count}, "SHA256": {nil, hex.EncodeToString(sum.Sum(nil))}})
	if err != nil {
		return 0, fmt.Errorf("audit an import of pairs: %w", err)
	}
	return count, audit.Write(ctx, tx, e.clock.Now(), audit.Entry{
		Action: t.Singular + ".link", Object: t.ID(), Label: fmt.Sprintf("%d pairs of %s", count, r.Name), Changes: changes,
	})
}

// maxListedPairs is how many pairs of one change the audit trail names; of more it has their count and a digest.
const maxListedPairs = 100

// ChangePairsTx relates a record to many others and parts it from many, in the caller's transaction, through a relationship that keeps
// pairs of its own, many to many. That the others exist is the caller's part. What is related already stays so, what is not is
// passed over. The audit trail gets an entry for those added and one for those removed, with their RecIds or, of more than a
// hundred, with their count and the SHA-256 of the RecIds in order, a line feed after each.
func (e *Engine) ChangePairsTx(ctx context.Context, tx *db.Tx, r *Relation, from Row, add, remove []string) error {
	if principal.From(ctx) == nil {
		return errNobody
	}
	if r.kind != byPairs || r.soleOf(from.Type, byPairs) != nil || r.soleOf(r.To, byInverse) != nil {
		return fmt.Errorf("change pairs: %s keeps no pairs, many to many", r.Name)
	}
	source := literal.Fold(from.RecID)
	for _, c := range []struct {
		verb, statement string
		others          []string
	}{
		{".link", "INSERT INTO record_link (source, relation, target) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", add},
		{".unlink", "DELETE FROM record_link WHERE source = $1 AND relation = $2 AND target = $3", remove},
	} {
		var changed []string
		for _, other := range c.others {
			n, err := tx.Exec(c.statement, source, r.pairs, literal.Fold(other))
			if err != nil {
				return fmt.Errorf("change pairs of %s: %w", r.Name, err)
			}
			if n > 0 {
				changed = append(changed, other)
			}
		}
		if len(changed) == 0 {
			continue
		}
		if err := e.auditPairs(ctx, tx, c.verb, r, from, changed); err != nil {
			return err
		}
	}
	return nil
}

// auditPairs writes one entry for many pairs of a record.
func (e *Engine) auditPairs(ctx context.Context, tx *db.Tx, verb string, r *Relation, from Row, others []string) error {
	told := map[string]any{r.Name: others}
	if len(others) > maxListedPairs {
		sum := sha256.New()
		for _, other := range others {
			fmt.Fprintln(sum, other)
		}
		told = map[string]any{r.Name: len(others), "SHA256": hex.EncodeToString(sum.Sum(nil))}
	}
	changes := make(map[string][2]any, len(told))
	for name, value := range told {
		if changes[name] = [2]any{nil, value}; verb == ".unlink" {
			changes[name] = [2]any{value, nil}
		}
	}
	text, err := json.Marshal(changes)
	if err != nil {
		return fmt.Errorf("audit pairs: %w", err)
	}
	return audit.Write(ctx, tx, e.clock.Now(), audit.Entry{Action: from.Type.Singular + verb, Object: from.Type.ID(), Target: from.RecID, Changes: text})
}

// onePairEach refuses pairs of a relationship where an end that leads to one record leads to more.
func onePairEach(ctx context.Context, tx *db.Tx, r *Relation, t *Type) error {
	for _, end := range []struct {
		sole   *Relation
		column string
	}{{r.soleOf(t, byPairs), "source"}, {r.soleOf(r.To, byInverse), "target"}} {
		if end.sole == nil {
			continue
		}
		var recID string
		err := tx.QueryRow(ctx, "SELECT "+end.column+" FROM record_link WHERE relation = $1 GROUP BY "+end.column+" HAVING count(*) > 1 ORDER BY 1 LIMIT 1", r.pairs).Scan(&recID)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		return fault.New(fault.Invalid, "pairs_many", "Record '%s' has more than one pair, but %s leads to one record", strings.ToUpper(recID), end.sole.Name)
	}
	return nil
}

// dropPairs ends the pairs of the relationships that a definition had and has no longer.
func dropPairs(tx *db.Tx, was, now Definition) error {
	for _, old := range was.Relationships {
		stays := slices.ContainsFunc(now.Relationships, func(r Relationship) bool {
			return r.keepsPairs() && strings.EqualFold(r.Name, old.Name) && strings.EqualFold(objectName(r.Target), objectName(old.Target))
		})
		if !old.keepsPairs() || stays {
			continue
		}
		if _, err := tx.Exec("DELETE FROM record_link WHERE relation = $1", literal.Fold(old.Name)); err != nil {
			return err
		}
	}
	return nil
}

// dropPairsOf ends the pairs of all records of a type.
func dropPairsOf(tx *db.Tx, t *Type) error {
	records := "(SELECT rec_id FROM " + t.table
	if t.Base != nil {
		records += " WHERE object = '" + t.Object + "'"
	}
	for _, end := range [...]string{"source", "target"} {
		if _, err := tx.Exec("DELETE FROM record_link WHERE " + end + " IN " + records + ")"); err != nil {
			return err
		}
	}
	return nil
}
