package record

import (
	"fmt"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// listChanged notes what was changed of a list.
func (a *application) listChanged(before *schema, l List) {
	if a.stock {
		return
	}
	p := PartChange{List: l.Name, After: raw(l)}
	if old := before.lists[literal.Fold(l.Name)]; old != nil {
		p.List, p.Before = old.Name, raw(old.List)
	}
	a.parts = append(a.parts, p)
}

func same(a, b Definition) bool { return digest(a) == digest(b) }

func applyList(tx *db.Tx, before *schema, l List, stock bool) (bool, error) {
	old := before.lists[literal.Fold(l.Name)]
	if old != nil {
		l.Name = old.Name
	}
	if l.Name == "" || len(l.Name) > 100 {
		return false, refuseDefinition("A list has a name of 1 to 100 characters", "list "+l.Name+": its name has 1 to 100 characters")
	}
	keep := map[string]bool{}
	for _, v := range l.Values {
		key := literal.Fold(v.Value)
		if v.Value == "" || len(v.Value) > 255 || keep[key] || !literal.Valid(v.Value) {
			text := fmt.Sprintf("has the value %q empty, too long or twice", shown(v.Value))
			return false, refuseDefinition("The list "+l.Name+" "+text, "list "+l.Name+": it "+text)
		}
		keep[key] = true
	}
	if old != nil && old.has(l, stock) {
		return false, nil
	}
	open := 0
	if l.Open {
		open = 1
	}
	if _, err := tx.Exec("INSERT INTO pick_list (name, open) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET open = excluded.open", l.Name, open); err != nil {
		return false, err
	}
	for i, v := range l.Values {
		if v.RecID == "" {
			v.RecID = NamedRecID(l.Name, v.Value)
		}
		state := valueInUse
		if v.Inactive {
			state = valueInactive
		}
		conflict := "DO UPDATE SET value = excluded.value, label = excluded.label, aliases = excluded.aliases, position = excluded.position, review = excluded.review"
		if stock {
			conflict = "DO NOTHING"
		}
		if _, err := tx.Exec(`INSERT INTO pick_value (list, folded, rec_id, value, label, aliases, position, review) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (list, folded) `+conflict, l.Name, literal.Fold(v.Value), v.RecID, v.Value, v.Label, strings.Join(v.Aliases, "\n"), i+1, state); err != nil {
			return false, err
		}
	}
	if stock || old == nil {
		return true, nil
	}
	for _, v := range old.Values {
		if !keep[literal.Fold(v.Value)] {
			if _, err := tx.Exec("DELETE FROM pick_value WHERE list = $1 AND folded = $2", l.Name, literal.Fold(v.Value)); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

// has reports whether applying a list would change nothing. Of a stock list only what is missing is ever added.
func (l *list) has(now List, stock bool) bool {
	if l.Open != now.Open || !stock && len(l.Values) != len(now.Values) {
		return false
	}
	for i, v := range now.Values {
		if stock {
			if at, ok := l.index[literal.Fold(v.Value)]; !ok || !strings.EqualFold(l.Values[at].Value, v.Value) {
				return false
			}
			continue
		}
		if was := l.Values[i]; was.Value != v.Value || was.Label != v.Label || was.Inactive != v.Inactive || was.Review || !slices.Equal(was.Aliases, v.Aliases) {
			return false
		}
	}
	return true
}
