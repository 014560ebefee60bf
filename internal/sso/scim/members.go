package scim

// memberSet is the members of a group on their way through a PATCH, which may be of thousands of operations about thousands.
type memberSet struct {
	list []Member       // those taken away have no id
	at   map[string]int // where the member of an id stands
}

func newMemberSet(members []Member) *memberSet {
	s := &memberSet{at: make(map[string]int, len(members))}
	for _, m := range members {
		s.add(m)
	}
	return s
}

func (s *memberSet) add(m Member) {
	if _, ok := s.at[m.Value]; !ok {
		s.at[m.Value] = len(s.list)
		s.list = append(s.list, m)
	}
}

func (s *memberSet) remove(id string) {
	if i, ok := s.at[id]; ok {
		delete(s.at, id)
		s.list[i] = Member{}
	}
}

// members are those that are left, in the order they came.
func (s *memberSet) members() []Member {
	if len(s.at) == 0 {
		return nil
	}
	out := make([]Member, 0, len(s.at))
	for _, m := range s.list {
		if m.Value != "" {
			out = append(out, m)
		}
	}
	return out
}

// set changes the members.
func (s *memberSet) set(op string, to target, value any) error {
	if to.filter != nil {
		return s.selected(op, to)
	}
	if to.sub != nil {
		return refuse(CodeInvalidPath, "'%s' cannot be set; members are added and removed by the path 'members'.", to.name())
	}
	ids, err := readMembers(value)
	if err != nil {
		return err
	}
	switch {
	case op == opRemove && value != nil: // Entra without aadOptscim062020
		for _, id := range ids {
			s.remove(id)
		}
		return nil
	case op == opReplace:
		had := *s
		*s = *newMemberSet(nil)
		for _, id := range ids { // with the names of those who were there
			m := Member{Value: id}
			if i, ok := had.at[id]; ok {
				m = had.list[i]
			}
			s.add(m)
		}
		return nil
	case op == opRemove:
		*s = *newMemberSet(nil)
		return nil
	}
	for _, id := range ids {
		s.add(Member{Value: id})
	}
	return nil
}

// selected takes away the member that a filter selects: members[value eq "…"].
func (s *memberSet) selected(op string, to target) error {
	id := ""
	for _, c := range to.filter {
		switch {
		case c.sub.name == "value" && (id == "" || id == c.value):
			id = c.value.(string)
		case c.sub.name == "type" && c.sub.same("User", c.value): // true of all
		default:
			return refuse(CodeInvalidFilter, "Members are selected by one value: members[value eq \"…\"].")
		}
	}
	switch _, found := s.at[id]; {
	case id == "":
		return refuse(CodeInvalidFilter, "Members are selected by one value: members[value eq \"…\"].")
	case op == opRemove && to.sub == nil:
		s.remove(id)
		return nil
	case !found:
		return refuse(CodeNoTarget, "'%.100s' is no member.", id)
	}
	return refuse(CodeMutability, "What is said of a member cannot be changed; members are added and removed.")
}

// readMembers reads the ids in a list of members, or of one alone: objects with a value, or the ids themselves.
func readMembers(v any) ([]string, error) {
	list, ok := v.([]any)
	if !ok {
		if none(v) {
			return nil, nil
		}
		list = []any{v}
	}
	ids := make([]string, 0, len(list))
	for _, v := range list {
		if o, ok := v.(object); ok {
			if kind, _ := member(o, "type"); !none(kind) {
				if s, ok := kind.(string); !ok || !equalNames(s, "User") {
					return nil, refuse(CodeInvalidValue, "'members' has one that is no User; groups in groups are not kept.")
				}
			}
			v, _ = member(o, "value")
		}
		id, ok := v.(string)
		if !ok || id == "" {
			return nil, refuse(CodeInvalidValue, "'members' has one without the id of a user as its 'value'.")
		}
		if err := sound("members.value", id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}
