package record

import (
	"bytes"
	"encoding/json"
	"maps"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// PartChange is a change of one part of an object or list.
type PartChange struct {
	Object string          // "Incident#"; "" for a list
	List   string          // "" for an object
	Part   string          // key of the definition: "fields", "status"; "" for all of it
	Name   string          // of the entry, where the part has several: the field's name
	Before json.RawMessage // nil: was not there
	After  json.RawMessage // nil: is not there any more
}

// path is what an audit entry calls the part.
func (p PartChange) path() string {
	out := p.Object + p.List
	for _, s := range []string{p.Part, p.Name} {
		if s != "" {
			out += " " + s
		}
	}
	return out
}

// named are the parts of a definition that have several entries with names.
var named = map[string]string{"fields": "name", "relationships": "name", "searches": "name", "actions": "name", "retired": "name"}

// partsOf tells two versions of a definition apart, part by part.
func partsOf(object string, was, now Definition) []PartChange {
	before, after := keysOf(raw(was)), keysOf(raw(now))
	var out []PartChange
	add := func(part, name string, was, now json.RawMessage) {
		if !bytes.Equal(was, now) {
			out = append(out, PartChange{Object: object, Part: part, Name: name, Before: was, After: now})
		}
	}
	for _, part := range []string{"label", "plural", "title", "group", "typeTag", "tag", "private", "view", "number", "fields", "aliases", "indexes", "unique",
		"status", "priority", "relationships", "searches", "actions"} {
		key, several := named[part]
		if !several {
			add(part, "", before[part], after[part])
			continue
		}
		old, order := entries(before[part], key)
		current, names := entries(after[part], key)
		for _, name := range names {
			add(part, nameIn(current[name], key), old[name], current[name])
		}
		for _, name := range order {
			if current[name] == nil {
				add(part, nameIn(old[name], key), old[name], nil)
			}
		}
	}
	return out
}

func keysOf(text json.RawMessage) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	if json.Unmarshal(text, &out) != nil {
		return nil
	}
	return out
}

// entries are those of a list by their folded names, and the names in order.
func entries(text json.RawMessage, key string) (map[string]json.RawMessage, []string) {
	var all []json.RawMessage
	if text == nil || json.Unmarshal(text, &all) != nil {
		return nil, nil
	}
	out, names := map[string]json.RawMessage{}, []string{}
	for _, one := range all {
		name := literal.Fold(nameIn(one, key))
		out[name], names = one, append(names, name)
	}
	return out, names
}

func nameIn(entry json.RawMessage, key string) string {
	var name string
	if json.Unmarshal(keysOf(entry)[key], &name) != nil {
		return ""
	}
	return name
}

// mostAudited bounds what an audit entry tells of a change of definitions, in bytes; of what is larger it tells what was changed alone.
const mostAudited = 64 << 10

// auditParts writes what was changed into the audit trail.
func (e *Engine) auditParts(tx *db.Tx, action, target string, parts []PartChange, more map[string][2]any) error {
	changes, size := map[string][2]any{}, 0
	for _, p := range parts {
		size += len(p.Before) + len(p.After)
		if size <= mostAudited {
			changes[p.path()] = [2]any{p.Before, p.After}
		}
	}
	maps.Copy(changes, more)
	return audit.Write(tx.Context(), tx, e.clock.Now(), audit.Entry{Action: action, Object: "Schema", Target: target, Changes: raw(changes)})
}
