package provision

import (
	"context"
	"fmt"
	"reflect"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/sso/scim"
)

// groups is scim.Store of the groups.
type groups struct{ desk }

// membership is the relationship that keeps who is in a group.
const membership = "ContactGroupContainsEmployee"

const maxReference = 255 // characters of ContactGroup.ExternalReference

// Find finds groups.
func (s *groups) Find(ctx context.Context, q scim.Query) (out scim.Found[scim.Group], err error) {
	ctx = s.acting(ctx)
	t, err := s.object(ctx, "ContactGroup")
	if err != nil {
		return out, err
	}
	err = s.h.DB.View(ctx, func(r db.Reader) error {
		f := s.search(t, kindGroup)
		for _, term := range q.Filter {
			s.where(f, term)
		}
		var ids []string
		if out.Total, err = s.page(ctx, r, f, q, func(row record.Row) {
			ids = append(ids, row.RecID)
			out.Resources = append(out.Resources, scim.Group{ID: row.RecID, DisplayName: row.Text("Name")})
		}); err != nil {
			return err
		}
		kept, err := findResources(ctx, r, kindGroup, ids)
		if err != nil {
			return err
		}
		for i := range out.Resources {
			g := &out.Resources[i]
			describe(g, kept[g.ID])
			if !q.WithoutMembers {
				if g.Members, err = s.named(ctx, r, g.ID); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return out, fmt.Errorf("find groups: %w", err)
	}
	return out, nil
}

// where adds a comparison.
func (s *groups) where(f *search, term scim.Term) {
	switch term.Attribute {
	case scim.ID:
		f.key("rec_id", term.Value)
	case scim.ExternalID:
		f.external(kindGroup, term.Value)
	case scim.DisplayName:
		f.add(f.expr("Name") + " = " + f.arg(literal.Fold(term.Value)))
	case scim.Members:
		f.add("rec_id IN (SELECT lower(grp) FROM scim_member WHERE person = " + f.arg(term.Value) + ")")
	default:
		f.add("1 = 0")
	}
}

func describe(g *scim.Group, kept resource) {
	g.ExternalID, g.Created, g.LastModified = kept.external, instant(kept.created), instant(kept.changed)
}

// named are the members of a group with their names.
func (s *groups) named(ctx context.Context, r db.Reader, group string) ([]scim.Member, error) {
	t, err := s.object(ctx, "Employee")
	if err != nil {
		return nil, err
	}
	f := &search{t: t}
	f.add("rec_id IN (SELECT lower(person) FROM scim_member WHERE grp = " + f.arg(group) + ")")
	var out []scim.Member
	_, err = s.page(ctx, r, f, scim.Query{Count: 1 << 20}, func(row record.Row) {
		out = append(out, scim.Member{Value: row.RecID, Display: row.Text("DisplayName")})
	})
	return out, err
}

// Create makes a group.
func (s *groups) Create(ctx context.Context, g scim.Group) (out scim.Group, err error) {
	err = s.alone(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err := s.object(ctx, "ContactGroup")
		if err != nil {
			return err
		}
		if err := s.free(ctx, tx, kindGroup, g.ExternalID, ""); err != nil {
			return err
		}
		row, err := s.h.Records.CreateTx(ctx, tx, t, record.Input{{Name: "Name", Value: g.DisplayName}, {Name: "ExternalReference", Value: cut(g.ExternalID, maxReference)}})
		if err != nil {
			return err
		}
		now := s.m.clock.Now().UnixMicro()
		kept := resource{record: row.RecID, kind: kindGroup, external: g.ExternalID, created: now, changed: now}
		if err := putResource(tx, kept); err != nil {
			return fmt.Errorf("keep a provisioned group: %w", err)
		}
		if err := s.moved(ctx, tx, row, nil, g.Members); err != nil {
			return err
		}
		out = scim.Group{ID: row.RecID, DisplayName: row.Text("Name"), Members: g.Members}
		describe(&out, kept)
		return nil
	})
	return out, err
}

// find returns a provisioned group.
func (s *groups) find(ctx context.Context, r db.Reader, groupID string) (record.Row, resource, error) {
	t, err := s.object(ctx, "ContactGroup")
	if err != nil {
		return record.Row{}, resource{}, err
	}
	kept, found, err := findResource(ctx, r, kindGroup, groupID)
	if err != nil {
		return record.Row{}, resource{}, err
	}
	if !found {
		return record.Row{}, resource{}, unknown("Group", groupID)
	}
	row, err := s.h.Records.GetFrom(ctx, r, t, groupID)
	if fault.Is(err, fault.NotFound) {
		err = unknown("Group", groupID)
	}
	return row, kept, err
}

// Change replaces what SCIM says of a group. The names of its members are not filled in.
func (s *groups) Change(ctx context.Context, groupID string, change func(scim.Group) (scim.Group, error)) (out scim.Group, err error) {
	err = s.alone(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, kept, err := s.find(ctx, tx, groupID)
		if err != nil {
			return err
		}
		had := scim.Group{ID: row.RecID, DisplayName: row.Text("Name")}
		describe(&had, kept)
		people, err := membersOf(ctx, tx, row.RecID)
		if err != nil {
			return err
		}
		for _, person := range people {
			had.Members = append(had.Members, scim.Member{Value: person})
		}
		now, err := change(had)
		if err != nil {
			return err
		}
		if reflect.DeepEqual(had, now) {
			out = had
			return nil
		}
		if err := s.free(ctx, tx, kindGroup, now.ExternalID, row.RecID); err != nil {
			return err
		}
		var in record.Input
		if now.DisplayName != had.DisplayName {
			in = append(in, record.InputField{Name: "Name", Value: now.DisplayName})
		}
		if now.ExternalID != had.ExternalID {
			in = append(in, record.InputField{Name: "ExternalReference", Value: cut(now.ExternalID, maxReference)})
		}
		if len(in) > 0 {
			if row, err = s.h.Records.UpdateTx(ctx, tx, row.Type, row.RecID, in); err != nil {
				return err
			}
		}
		kept.external, kept.changed = now.ExternalID, s.m.clock.Now().UnixMicro()
		if err := putResource(tx, kept); err != nil {
			return fmt.Errorf("keep a provisioned group: %w", err)
		}
		if err := s.moved(ctx, tx, row, had.Members, now.Members); err != nil {
			return err
		}
		out = now
		describe(&out, kept)
		return nil
	})
	return out, err
}

// moved brings who is in a group from what it was to what it is.
func (s *groups) moved(ctx context.Context, tx *db.Tx, group record.Row, had, now []scim.Member) error {
	before, after := make(map[string]bool, len(had)), make(map[string]bool, len(now))
	for _, m := range had {
		before[m.Value] = true
	}
	var come, gone []string
	for _, m := range now {
		if after[m.Value] = true; !before[m.Value] {
			come = append(come, m.Value)
		}
	}
	for _, m := range had {
		if !after[m.Value] {
			gone = append(gone, m.Value)
		}
	}
	if len(come)+len(gone) == 0 {
		return nil
	}
	known, err := findResources(ctx, tx, kindUser, come)
	if err != nil {
		return err
	}
	for _, person := range come {
		if _, ok := known[person]; !ok {
			return fault.New(fault.Invalid, scim.CodeInvalidValue, "'members': there is no User with the id '%s'.", literal.Shown(person))
		}
	}
	r, ok := group.Type.Relation(membership)
	if !ok {
		return fmt.Errorf("the object ContactGroup has no relationship %s", membership)
	}
	if err := addMembers(tx, group.RecID, come); err != nil {
		return err
	}
	if err := removeMembers(tx, group.RecID, gone); err != nil {
		return err
	}
	if err := s.h.Records.ChangePairsTx(ctx, tx, r, group, come, gone); err != nil {
		return err
	}
	gives, err := roleOf(ctx, tx, group.RecID)
	if err != nil || gives.role == "" {
		return err
	}
	if err := s.m.give(ctx, tx, s.h, group.RecID, gives, come); err != nil {
		return err
	}
	return s.m.takeBack(ctx, tx, s.h, group.RecID, gives.role, gone)
}

// Delete removes a group, and with it what it gave.
func (s *groups) Delete(ctx context.Context, groupID string) error {
	return s.alone(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, _, err := s.find(ctx, tx, groupID)
		if err != nil {
			return err
		}
		return s.h.Records.DeleteTx(ctx, tx, row.Type, row.RecID)
	})
}

// GroupWithRole is a provisioned group and the role that its members get.
type GroupWithRole struct {
	ID            string `json:"id" doc:"RecId of the group"`
	Name          string `json:"name" example:"Service desk"`
	ExternalID    string `json:"external_id,omitempty" doc:"What the identity provider calls it" example:"7d2f2a06-4a0f-4a53-9d54-5bd1c1b5a1f0"`
	Members       int64  `json:"members" doc:"How many people are in it by what SCIM says"`
	Role          string `json:"role,omitempty" doc:"The role that its members get" example:"ServiceDeskAnalyst"`
	MayGrantAdmin bool   `json:"may_grant_admin" doc:"The role may be one that administers"`
}

// audited writes an entry about the role of a group.
func (m *Module) audited(ctx context.Context, tx *db.Tx, row record.Row, before, after groupRole) error {
	of := func(g groupRole) any {
		if g.role == "" {
			return nil
		}
		return map[string]any{"role": g.role, "may_grant_admin": g.mayAdmin}
	}
	changes, err := audit.Diff(of(before), of(after))
	if err != nil || changes == nil {
		return err
	}
	return audit.Write(ctx, tx, m.clock.Now(), audit.Entry{Action: "scim_group.role", Object: "ContactGroup", Target: row.RecID, Label: row.Text("Name"), Changes: changes})
}
