package provision

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso/scim"
)

// desk is what a token works on.
type desk struct {
	m   *Module
	h   *tenant.Handle
	who *principal.Principal
}

// acting returns a context in which the token acts.
func (d desk) acting(ctx context.Context) context.Context {
	return principal.With(tenant.With(ctx, d.h), d.who)
}

func (d desk) object(ctx context.Context, name string) (*record.Type, error) {
	t, ok := d.h.Records.Type(ctx, name)
	if !ok {
		return nil, fmt.Errorf("the tenant has no object %s", name)
	}
	return t, nil
}

// alone does something in a transaction in which nobody else writes.
func (d desk) alone(ctx context.Context, do func(ctx context.Context, tx *db.Tx) error) error {
	ctx = d.acting(ctx)
	return said(d.h.DB.Alone(ctx, func(tx *db.Tx) error { return do(ctx, tx) }))
}

// scimNames are what SCIM calls the fields of records.
var scimNames = func() map[string]string {
	out := map[string]string{"ManagerLink": "manager.value", "ManagerLink_RecID": "manager.value", "Disabled": "active", "Status": "active", "Name": "displayName"}
	for _, f := range fields {
		out[f.name] = f.scim
	}
	return out
}()

// said brings a refusal of a record into the words of SCIM.
func said(err error) error {
	f := fault.Of(err)
	if err == nil || f.Kind == fault.Internal {
		return err
	}
	out := *f
	out.Fields = slices.Clone(f.Fields)
	for i := range out.Fields {
		if name, ok := scimNames[out.Fields[i].Field]; ok {
			ours, its := out.Fields[i].Field, "'"+name+"'"
			inWords := strings.NewReplacer("the field '"+ours+"'", its, "'"+ours+"'", its, "the "+strings.TrimSuffix(ours, "_RecID")+" of", "the "+its+" of")
			out.Message, out.Fields[i].Message = inWords.Replace(out.Message), inWords.Replace(out.Fields[i].Message) // the one is made of the other
			out.Fields[i].Field = name
		}
	}
	switch {
	case len(out.Fields) > 0 && !slices.ContainsFunc(out.Fields, func(c fault.Field) bool { return c.Code != record.CodeTaken }):
		out.Kind, out.Code = fault.Conflict, scim.CodeUniqueness
	case out.Kind == fault.Conflict && out.Code != scim.CodeUniqueness: // which is no such conflict: the last administrator
		out.Kind = fault.Forbidden
	}
	return &out
}

// taken is the refusal of a value that another has.
func taken(format string, args ...any) error {
	return fault.New(fault.Conflict, scim.CodeUniqueness, format, args...)
}

func unknown(kind, resourceID string) error {
	return fault.New(fault.NotFound, "no_such_resource", "There is no %s with the id '%s'.", kind, literal.Shown(resourceID))
}

// users is scim.Store of the people.
type users struct{ desk }

// find returns a provisioned person as they are now.
func (s *users) find(ctx context.Context, r db.Reader, userID string) (record.Row, resource, error) {
	t, err := s.object(ctx, "Employee")
	if err != nil {
		return record.Row{}, resource{}, err
	}
	kept, found, err := findResource(ctx, r, kindUser, userID)
	if err != nil {
		return record.Row{}, resource{}, err
	}
	if !found {
		return record.Row{}, resource{}, unknown("User", userID)
	}
	row, err := s.h.Records.GetFrom(ctx, r, t, userID)
	if fault.Is(err, fault.NotFound) {
		err = unknown("User", userID)
	}
	return row, kept, err
}

// mayTouch refuses what SCIM is to leave alone.
func (s *users) mayTouch(ctx context.Context, r db.Reader, row record.Row) error {
	special, err := s.m.people.BreakGlass(ctx, r, row.RecID)
	if err == nil && special {
		err = fault.New(fault.Forbidden, "break_glass_kept", "%s is a break-glass administrator, whom provisioning leaves alone.", row.Text("LoginID"))
	}
	return err
}

// shown is a user with the manager's name.
func (s *users) shown(ctx context.Context, r db.Reader, row record.Row, kept resource) (scim.User, error) {
	of := factsOf(row)
	u, err := userOf(row.Type, row.RecID, of, kept)
	if err != nil {
		return u, err
	}
	return u, s.manage(ctx, r, row.Type, &u, of, map[string]*string{})
}

// manage says who is a person's manager: the one of the record, where SCIM sees them. What was sent and is nobody's id stays as it is.
func (s *users) manage(ctx context.Context, r db.Reader, t *record.Type, u *scim.User, of facts, names map[string]*string) error {
	link := of["ManagerLink"]
	if link == "" {
		if _, isID := id.ParseRecID(u.Enterprise.Manager.Value); isID {
			u.Enterprise.Manager = scim.Ref{}
		}
		return nil
	}
	name, known := names[link]
	if !known {
		_, found, err := findResource(ctx, r, kindUser, link)
		if err != nil {
			return err
		}
		if found {
			manager, err := s.h.Records.GetFrom(ctx, r, t, link)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
			if err == nil {
				shown := manager.Text("DisplayName")
				name = &shown
			}
		}
		names[link] = name
	}
	if name == nil {
		u.Enterprise.Manager = scim.Ref{}
		return nil
	}
	u.Enterprise.Manager = scim.Ref{Value: link, DisplayName: *name}
	return nil
}

// managed is the record's manager for what was sent; a value that is no id of a user is kept, and leads to nobody.
func (s *users) managed(ctx context.Context, r db.Reader, u *scim.User) (string, error) {
	value := u.Enterprise.Manager.Value
	if value == "" {
		return "", nil
	}
	_, found, err := findResource(ctx, r, kindUser, value)
	if err != nil || found {
		return value, err
	}
	if _, isID := id.ParseRecID(value); isID {
		return "", fault.New(fault.Invalid, scim.CodeInvalidValue, "'manager.value': there is no User with the id '%s'.", literal.Shown(value))
	}
	return "", nil
}

// Create makes a person, or finds whom an identity provider has made before.
func (s *users) Create(ctx context.Context, u scim.User) (out scim.User, err error) {
	err = s.alone(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err := s.object(ctx, "Employee")
		if err != nil {
			return err
		}
		if err := s.free(ctx, tx, kindUser, u.ExternalID, ""); err != nil {
			return err
		}
		row, how, err := s.adoptable(ctx, tx, t, u)
		if err != nil {
			return err
		}
		if how != "" {
			out, err = s.adopt(ctx, tx, row, u, how)
			return err
		}
		in := append(changes(t, nil, &u), record.Input{{Name: "Status", Value: "Active"}, {Name: "Disabled", Value: !u.Active}, {Name: "IsExternalAuth", Value: true},
			{Name: "IsInternalAuth", Value: false}, {Name: "IsAutoProvision", Value: true}}...)
		manager, err := s.managed(ctx, tx, &u)
		if err != nil {
			return err
		}
		if manager != "" {
			in = append(in, record.InputField{Name: "ManagerLink", Value: manager})
		}
		if row, err = s.h.Records.CreateTx(ctx, tx, t, in); err != nil {
			return err
		}
		if err := s.m.grants.Grant(ctx, tx, row.RecID, role.SelfService, true); err != nil {
			return err
		}
		if err := s.auditRest(ctx, tx, row, nil, u); err != nil {
			return err
		}
		now := s.m.clock.Now().UnixMicro()
		out, err = s.keep(ctx, tx, row, resource{record: row.RecID, kind: kindUser, created: now, changed: now}, u)
		return err
	})
	return out, err
}

// free refuses an externalId that another has.
func (d desk) free(ctx context.Context, r db.Reader, kind, external, mine string) error {
	holder, err := holderOf(ctx, r, kind, external)
	if err == nil && holder != "" && holder != mine {
		err = taken("The externalId '%s' is taken by another %s, %s.", literal.Shown(external), kind, holder)
	}
	return err
}

// keep writes down what was sent of a user, and returns the user as it is kept.
func (s *users) keep(ctx context.Context, tx *db.Tx, row record.Row, kept resource, u scim.User) (scim.User, error) {
	var err error
	kept.external, kept.mail = u.ExternalID, mailType(&u)
	if kept.extra, err = sentOf(u); err != nil {
		return u, err
	}
	if err := putResource(tx, kept); err != nil {
		return u, fmt.Errorf("keep a provisioned user: %w", err)
	}
	if _, err := tx.Exec(`DELETE FROM scim_email WHERE record = $1`, row.RecID); err != nil {
		return u, fmt.Errorf("keep a provisioned user: %w", err)
	}
	first := mailAt(&u)
	for i, e := range u.Emails {
		if i == first {
			continue
		}
		_, err := tx.Exec(`INSERT INTO scim_email (record, type, address) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, row.RecID, strings.ToLower(e.Type), literal.Fold(e.Value))
		if err != nil {
			return u, fmt.Errorf("keep a provisioned user: %w", err)
		}
	}
	return s.shown(ctx, tx, row, kept)
}

// Change replaces what SCIM says of a person.
func (s *users) Change(ctx context.Context, userID string, change func(scim.User) (scim.User, error)) (out scim.User, err error) {
	err = s.alone(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, kept, err := s.find(ctx, tx, userID)
		if err != nil {
			return err
		}
		had, err := s.shown(ctx, tx, row, kept)
		if err != nil {
			return err
		}
		now, err := change(had)
		if err != nil {
			return err
		}
		if reflect.DeepEqual(had, now) {
			out = had
			return nil
		}
		if err := s.mayTouch(ctx, tx, row); err != nil {
			return err
		}
		out, err = s.update(ctx, tx, row, kept, had, now)
		return err
	})
	return out, err
}

// update writes what has changed of a person.
func (s *users) update(ctx context.Context, tx *db.Tx, row record.Row, kept resource, had, now scim.User) (out scim.User, err error) {
	if now.ExternalID != had.ExternalID {
		if err := s.free(ctx, tx, kindUser, now.ExternalID, row.RecID); err != nil {
			return out, err
		}
		if admin, err := s.administers(ctx, tx, row.RecID); err != nil || admin && had.ExternalID != "" { // by it others would sign in as them
			if err == nil {
				err = fault.New(fault.Forbidden, "external_id_kept", "%s administers, and keeps their externalId.", row.Text("LoginID"))
			}
			return out, err
		}
	}
	if err := s.auditRest(ctx, tx, row, &had, now); err != nil {
		return out, err
	}
	in := append(changes(row.Type, &had, &now), activation(factsOf(row), now.Active)...)
	if now.Enterprise.Manager.Value != had.Enterprise.Manager.Value {
		manager, err := s.managed(ctx, tx, &now)
		if err != nil {
			return out, err
		}
		if manager != row.Text("ManagerLink") {
			in = append(in, record.InputField{Name: "ManagerLink", Value: manager})
		}
	}
	if len(in) > 0 {
		if row, err = s.h.Records.UpdateTx(ctx, tx, row.Type, row.RecID, in); err != nil {
			return out, err
		}
	}
	kept.changed = s.m.clock.Now().UnixMicro()
	return s.keep(ctx, tx, row, kept, now)
}

// auditRest writes down what changes that the record has no field for; what it has is in the record's own entry.
func (s *users) auditRest(ctx context.Context, tx *db.Tx, row record.Row, had *scim.User, now scim.User) error {
	var before any
	if had != nil {
		rest, err := restOf(*had)
		if err != nil {
			return err
		}
		before = rest
	}
	after, err := restOf(now)
	if err != nil {
		return err
	}
	changes, err := audit.Diff(before, after)
	if err != nil || changes == nil || had == nil && len(after) == 0 {
		return err
	}
	return audit.Write(ctx, tx, s.m.clock.Now(), audit.Entry{Action: "scim_user.update", Object: "Employee", Target: row.RecID, Label: row.Text("LoginID"), Changes: changes})
}

// administers reports whether somebody holds a role that administers.
func (d desk) administers(ctx context.Context, r db.Reader, person string) (bool, error) {
	held, _, err := d.m.grants.Held(ctx, r, person)
	return slices.ContainsFunc(held, d.admin), err
}

// admin reports whether a role administers.
func (d desk) admin(name string) bool {
	return administering(d.h, name)
}
