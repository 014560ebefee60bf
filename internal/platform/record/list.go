package record

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// list is a pick list ready for look-ups.
type list struct {
	List
	index map[string]int // folded value or alias → position
}

func newList(l List) *list {
	out := &list{List: l, index: map[string]int{}}
	out.Values = append([]ListValue(nil), l.Values...)
	for i := range out.Values {
		v := &out.Values[i]
		if v.RecID == "" {
			v.RecID = NamedRecID(l.Name, v.Value)
		}
		out.index[literal.Fold(v.Value)] = i
	}
	for i, v := range out.Values {
		for _, a := range v.Aliases {
			if _, taken := out.index[literal.Fold(a)]; !taken {
				out.index[literal.Fold(a)] = i
			}
		}
	}
	return out
}

func (l *list) find(value string) (ListValue, bool) {
	i, ok := l.index[literal.Fold(value)]
	if !ok {
		return ListValue{}, false
	}
	return l.Values[i], true
}

// NamedRecID makes the RecId of what is known by name, such as a pick list row by its list and value, so that it is the
// same in every tenant: a UUID version 8 (RFC 9562 section 5.8) over their digest.
func NamedRecID(list, value string) string {
	sum := sha256.Sum256([]byte(literal.Fold(list) + "\x00" + literal.Fold(value)))
	b := sum[:16]
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	return id.Upper(b)
}

// PickList is a named pick list as it is in force; what it holds is not to be changed.
func (e *Engine) PickList(ctx context.Context, name string) (List, bool) {
	l, ok := e.now(ctx).lists[literal.Fold(name)]
	if !ok {
		return List{}, false
	}
	return l.List, true
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}
