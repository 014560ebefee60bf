package scim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// kept is a User or a Group, as requests are turned into it and answers are made of it.
type kept interface {
	// object is what PATCH works on.
	object() (object, error)
	// meta are the id and the times.
	meta() (id string, created, modified time.Time)
}

func (u User) meta() (id string, created, modified time.Time) { return u.ID, u.Created, u.LastModified }

func (g Group) meta() (id string, created, modified time.Time) {
	return g.ID, g.Created, g.LastModified
}

// object goes by JSON, whose names are those of the attributes.
func (u User) object() (object, error) {
	b, err := json.Marshal(u)
	if err != nil {
		return nil, fmt.Errorf("write user %s: %w", u.ID, err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	var o object
	if err := d.Decode(&o); err != nil {
		return nil, fmt.Errorf("read user %s again: %w", u.ID, err)
	}
	for name, v := range o {
		list, ok := v.([]any)
		if !ok {
			continue
		}
		entries := make([]object, len(list))
		for i, e := range list {
			entries[i], _ = e.(object)
		}
		o[name] = entries
	}
	return o, nil
}

// userOf makes a user of what a client sent or changed. What a client cannot set is taken from the one there was.
func userOf(o object, had User) (User, error) {
	b, err := json.Marshal(o)
	if err != nil {
		return User{}, fmt.Errorf("write changed user %s: %w", had.ID, err)
	}
	u := User{Active: had.Active}
	if err := json.Unmarshal(b, &u); err != nil {
		return User{}, fmt.Errorf("read changed user %s: %w", had.ID, err)
	}
	u.ID, u.Created, u.LastModified = had.ID, had.Created, had.LastModified
	return u, nil
}

func (g Group) object() (object, error) {
	o := object{membersAttribute.name: newMemberSet(g.Members)}
	for name, v := range map[string]string{"id": g.ID, "externalId": g.ExternalID, "displayName": g.DisplayName} {
		if v != "" {
			o[name] = v
		}
	}
	return o, nil
}

// groupOf makes a group of what a client sent or changed. What a client cannot set is taken from the one there was.
func groupOf(o object, had Group) (Group, error) {
	g := Group{ID: had.ID, Created: had.Created, LastModified: had.LastModified, Members: o[membersAttribute.name].(*memberSet).members()}
	g.ExternalID, _ = o["externalId"].(string)
	g.DisplayName, _ = o["displayName"].(string)
	return g, nil
}

// parse reads the body of a POST or PUT. active is none where it was not said.
func (t *resource) parse(body []byte) (object, error) {
	given, err := decode(body)
	if err != nil {
		return nil, err
	}
	if err := claims(given, t.core.urn); err != nil {
		return nil, err
	}
	o := object{}
	if t == groupType {
		o[membersAttribute.name] = newMemberSet(nil)
	}
	if err := t.applyAll(o, opAdd, given, lenient); err != nil {
		return nil, err
	}
	return o, t.finish(o)
}

// render makes of a resource what is answered: with schemas, meta, references and without what was not asked for.
func (t *resource) render(k kept, base string, s selection) (object, error) {
	id, created, modified := k.meta()
	o, err := k.object()
	if err != nil {
		return nil, err
	}
	schemas := []string{t.core.urn}
	if t.extension != nil {
		if more, ok := o[t.extension.urn].(object); ok {
			schemas = append(schemas, t.extension.urn)
			if manager, ok := more["manager"].(object); ok {
				value, _ := manager["value"].(string)
				manager["$ref"] = location(base, userType, value)
			}
		}
	}
	if members, ok := o[membersAttribute.name].(*memberSet); ok {
		if delete(o, membersAttribute.name); s.wants(membersAttribute) {
			o[membersAttribute.name] = renderMembers(members.members(), base)
		}
	}
	o["schemas"] = schemas
	meta := object{"resourceType": t.name, "location": location(base, t, id)}
	for name, at := range map[string]time.Time{"created": created, "lastModified": modified} {
		if !at.IsZero() {
			meta[name] = at.UTC().Format("2006-01-02T15:04:05.000Z")
		}
	}
	o["meta"] = meta
	s.cut(t, o)
	return o, nil
}

// renderMembers never makes null of an empty list: Entra wants a new group's members to be one.
func renderMembers(members []Member, base string) []object {
	list := make([]object, len(members))
	for i, m := range members {
		list[i] = object{"value": m.Value, "$ref": location(base, userType, m.Value), "type": userType.name}
		if m.Display != "" {
			list[i]["display"] = m.Display
		}
	}
	return list
}

// location is the address of a resource.
func location(base string, t *resource, id string) string {
	return base + "/" + t.plural + "/" + url.PathEscape(id)
}
