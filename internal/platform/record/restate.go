package record

import (
	"fmt"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// columnsOf lists the columns that the rows of a root type have in use.
func (s *schema) columnsOf(t *Type) map[string]bool {
	used := map[string]bool{}
	if s == nil {
		return used
	}
	if was := s.types[literal.Fold(t.Object)]; was != nil {
		for _, of := range append([]*Type{was}, was.Extensions...) {
			for _, i := range of.columns {
				used[of.Fields[i].Column] = true
			}
		}
	}
	return used
}

// moved reports whether values that rows have are looked for in another place from now on: a field has lost its
// column, or one that was removed has come back. A field that gains a column is filled from x.
func (t *Type) moved(before *schema) bool {
	if before == nil {
		return false
	}
	for _, of := range append([]*Type{t}, t.Extensions...) {
		was := before.types[literal.Fold(of.Object)]
		if was == nil {
			continue
		}
		for i := range of.Fields {
			f := &of.Fields[i]
			if f.Part == Plain && slices.ContainsFunc(was.Definition.Retired, func(r RetiredField) bool { return strings.EqualFold(r.Name, f.Name) }) {
				return true
			}
			if k, ok := was.names[literal.Fold(f.Name)]; ok && f.Column == "" && was.Fields[k].Column != "" {
				return true
			}
		}
	}
	return false
}

// restate writes all rows of a root type anew from their documents: documents, columns and x.
func (t *Type) restate(tx *db.Tx, s *schema) error {
	for last := int64(0); ; {
		rows, err := t.page(tx.Context(), tx, s, last)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			last = r.id
			set := []string{"ver = $2", "doc = $3", "x = $4"}
			args := []any{r.id, r.of.Version, string(r.of.Encode(nil, r.record)), string(r.of.extra(r.record))}
			for _, i := range r.of.columns {
				args = append(args, r.of.argument(i, r.record[i]))
				set = append(set, fmt.Sprintf("%s = $%d", r.of.Fields[i].Column, len(args)))
			}
			if err := tx.Later("UPDATE "+t.table+" SET "+strings.Join(set, ", ")+" WHERE id = $1", args...); err != nil {
				return err
			}
		}
	}
}
