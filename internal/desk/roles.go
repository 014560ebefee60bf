package desk

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// roleObject is the object whose records show the tenant's roles. They follow the roles in the same transaction, and
// nobody else writes them.
const roleObject = "Frs_def_role"

type roleKey struct{}

// validateRoleRecord lets only showRoles write, under the RecId that it gives.
func validateRoleRecord(ctx context.Context, _ db.Reader, d *record.Draft) error {
	recID, ours := ctx.Value(roleKey{}).(string)
	if !ours {
		return fault.New(fault.Invalid, "role_record", "The records of %s show the roles and cannot be written: change the roles with `provost role`.", d.Type.ID())
	}
	if d.Verb == record.Creating {
		d.After[record.FieldRecID] = record.TextValue(recID)
	}
	return nil
}

// Prepare brings the records that show roles in step: with the roles that a newer program brings, and once with all.
func (m *Module) Prepare(ctx context.Context, h *tenant.Handle) error {
	t, ok := h.Records.Type(ctx, roleObject)
	if !ok {
		return nil
	}
	if todo, err := roleChanges(ctx, h.DB, h.Records, t); err != nil || len(todo) == 0 {
		return err
	}
	err := h.DB.Alone(record.AsSystem(ctx), func(tx *db.Tx) error { return showRoles(tx, h.Records) })
	if fault.Is(err, fault.Invalid) { // a field that somebody added and requires: no reason to keep the tenant closed
		m.log.WarnContext(ctx, "the records that show roles could not be brought up to date", "tenant", h.Name, "error", err)
		return nil
	}
	return err
}

// SaveRoles makes or changes roles, all or none of them, and returns a line for each change. A wrong definition is
// fault.Invalid, also one that names objects or fields there are not.
func (m *Module) SaveRoles(ctx context.Context, h *tenant.Handle, roles []role.Role) ([]string, error) {
	return m.saveRoles(ctx, h, roles, func(*role.Book) error { return nil })
}

// SaveRole makes or changes one role, where expected finds nothing against the one of its name as it is stored; nil is for none.
func (m *Module) SaveRole(ctx context.Context, h *tenant.Handle, r role.Role, expected func(stored *role.Role) error) error {
	_, err := m.saveRoles(ctx, h, []role.Role{r}, func(before *role.Book) error {
		if name, ok := before.Canonical(r.Name); ok {
			stored, _ := before.Role(name)
			return expected(&stored)
		}
		return expected(nil)
	})
	return err
}

func (m *Module) saveRoles(ctx context.Context, h *tenant.Handle, roles []role.Role, expected func(before *role.Book) error) ([]string, error) {
	for i := range roles {
		if err := spellRights(ctx, h.Records, &roles[i]); err != nil {
			return nil, err
		}
	}
	var changes []string
	err := h.DB.Alone(ctx, func(tx *db.Tx) error {
		changes = nil
		first, err := role.Load(ctx, tx)
		if err == nil {
			err = expected(first)
		}
		if err == nil {
			err = spellIncludes(ctx, tx, roles)
		}
		if err != nil {
			return err
		}
		for _, r := range roles {
			before, err := role.Load(ctx, tx)
			if err != nil {
				return err
			}
			if err := m.store.Save(ctx, tx, r); err != nil {
				return err
			}
			after, err := role.Load(ctx, tx)
			if err != nil {
				return err
			}
			was, known := before.Role(r.Name)
			if is, _ := after.Role(r.Name); !known {
				changes = append(changes, "created "+r.Name)
			} else if !reflect.DeepEqual(was, is) {
				changes = append(changes, "changed "+r.Name)
			}
		}
		if err := refuseCircles(ctx, tx, roles); err != nil {
			return err
		}
		if err := m.refuseLockOut(ctx, tx, h, first); err != nil {
			return err
		}
		return showRoles(tx, h.Records)
	})
	h.RolesChanged()
	return changes, err
}

// PreviewRole returns the roles as they would be if this one were stored so, and refuses what SaveRole would refuse.
func (m *Module) PreviewRole(ctx context.Context, h *tenant.Handle, r role.Role) (*role.Book, error) {
	one := []role.Role{r}
	err := spellRights(ctx, h.Records, &one[0])
	if err == nil {
		err = spellIncludes(ctx, h.DB, one)
	}
	if err == nil {
		err = one[0].Check()
	}
	if err != nil {
		return nil, err
	}
	book, err := role.Load(ctx, h.DB)
	if err != nil {
		return nil, err
	}
	book = book.With(one[0])
	return book, circles(book, one)
}

// refuseLockOut refuses a change of roles after which nobody administers the tenant any more, where somebody did before.
func (m *Module) refuseLockOut(ctx context.Context, tx *db.Tx, h *tenant.Handle, before *role.Book) error {
	if m.admins == nil {
		return nil
	}
	after, err := role.Load(ctx, tx)
	if err != nil {
		return err
	}
	if err := m.admins.KeepBreakGlass(ctx, tx, h, after); err != nil {
		return err
	}
	was, err := m.admins.Administered(ctx, tx, h, before)
	if err != nil || !was {
		return err
	}
	is, err := m.admins.Administered(ctx, tx, h, after)
	if err != nil || is {
		return err
	}
	return fault.New(fault.Conflict, "last_administrator",
		"Nobody could administer the tenant any more: those who can hold only roles that this change takes it from. Give somebody the role Admin first.")
}

// spellIncludes brings the names of included roles to their spelling, and refuses those that there are not, neither in the
// tenant nor among the ones that are saved.
func spellIncludes(ctx context.Context, reader db.Reader, roles []role.Role) error {
	book, err := role.Load(ctx, reader)
	if err != nil {
		return err
	}
	canonical := func(name string) (string, bool) {
		for _, r := range roles {
			if strings.EqualFold(r.Name, name) {
				return r.Name, true
			}
		}
		return book.Canonical(name)
	}
	for i := range roles {
		refusal := fault.New(fault.Invalid, "role_invalid", "The role %s cannot be stored.", roles[i].Name)
		includes := slices.Clone(roles[i].Includes)
		for k, name := range includes {
			known, ok := name, name == role.Any
			if !ok {
				known, ok = canonical(name)
			}
			switch {
			case !ok:
				refusal = refusal.WithField("includes", "There is no role %s to include.", name)
			case known == roles[i].Name:
				refusal = refusal.WithField("includes", "A role does not include itself.")
			}
			includes[k] = known
		}
		if refusal.Fields != nil {
			return refusal
		}
		roles[i].Includes = includes
	}
	return nil
}

// refuseCircles refuses roles that include themselves by way of others.
func refuseCircles(ctx context.Context, tx *db.Tx, roles []role.Role) error {
	book, err := role.Load(ctx, tx)
	if err != nil {
		return err
	}
	return circles(book, roles)
}

func circles(book *role.Book, roles []role.Role) error {
	for _, r := range roles {
		if circle := book.Circle(r.Name); circle != nil {
			return fault.New(fault.Invalid, "role_invalid", "The role %s cannot be stored.", r.Name).
				WithField("includes", "Roles include each other in a circle: %s.", strings.Join(circle, " includes "))
		}
	}
	return nil
}

// RemoveRole removes a role that is not built in and that neither a person nor a credential holds; otherwise fault.Conflict, or
// fault.NotFound.
func (m *Module) RemoveRole(ctx context.Context, h *tenant.Handle, name string) error {
	err := h.DB.Alone(ctx, func(tx *db.Tx) error {
		if m.creds != nil {
			keys, registrations, err := m.creds.InRole(ctx, tx, name)
			if err != nil {
				return err
			}
			if keys+registrations > 0 {
				return fault.New(fault.Conflict, "role_held", "The role %s is the one of %s: give them another one first.", name, credentials(keys, registrations))
			}
		}
		if err := m.store.Remove(ctx, tx, name); err != nil {
			return err
		}
		return showRoles(tx, h.Records)
	})
	h.RolesChanged()
	return err
}

// credentials says how many there are of each kind, where there are some.
func credentials(keys, registrations int64) string {
	var parts []string
	if keys > 0 {
		parts = append(parts, fault.Count(keys, "API key", "API keys"))
	}
	if registrations > 0 {
		parts = append(parts, fault.Count(registrations, "app registration", "app registrations"))
	}
	return strings.Join(parts, " and ")
}

// RoleUse counts the REST API keys and app registrations that act in a role.
func (m *Module) RoleUse(ctx context.Context, r db.Reader, name string) (keys, registrations int64, err error) {
	if m.creds == nil {
		return 0, 0, nil
	}
	return m.creds.InRole(ctx, r, name)
}

// spellRights brings the names of objects and fields in a role to the spelling of their definitions.
func spellRights(ctx context.Context, e *record.Engine, r *role.Role) error {
	refusal := fault.New(fault.Invalid, "role_invalid", "The role %s cannot be stored.", r.Name)
	rights := make(map[string]role.Right, len(r.Rights))
	for object, right := range r.Rights {
		if object == role.Any {
			rights[object] = right // of fields that some objects have
			continue
		}
		t, ok := e.Type(ctx, object)
		if !ok {
			refusal = refusal.WithField("rights", "There is no business object %s.", object)
			continue
		}
		for _, names := range []*[]string{&right.Hidden, &right.ReadOnly} {
			*names = slices.Clone(*names)
			for i, name := range *names {
				position, _, ok := t.Lookup(name)
				if !ok {
					refusal = refusal.WithField("rights", "%s has no field %s.", t.ID(), name)
					continue
				}
				(*names)[i] = t.Fields[t.Fields[position].Main].Name
			}
		}
		if _, twice := rights[t.Object]; twice {
			refusal = refusal.WithField("rights", "%s is there twice.", t.ID())
		}
		rights[t.Object] = right
	}
	if refusal.Fields != nil {
		return refusal
	}
	r.Rights = rights
	return nil
}

// roleChange is what has to be done about one record that shows a role.
type roleChange struct {
	recID   string
	verb    record.Verb
	content record.Input
}

// roleChanges compares the roles with the records that show them.
func roleChanges(ctx context.Context, r db.Reader, e *record.Engine, t *record.Type) ([]roleChange, error) {
	book, err := role.Load(ctx, r)
	if err != nil {
		return nil, err
	}
	gone, err := recIDs(ctx, r, t)
	if err != nil {
		return nil, fmt.Errorf("read the records of roles: %w", err)
	}
	var todo, write []roleChange
	for _, one := range book.Roles() {
		recID := record.NamedRecID(roleObject, one.Name)
		content := map[string]string{"Name": one.Name, "DisplayName": cmp.Or(one.Label, one.Name), "Description": one.Description, "IsActive": "true",
			"IsSelfService": fmt.Sprint(one.Name == role.SelfService)}
		row, known, err := e.FindOne(ctx, r, t, "RecId", recID)
		if err != nil {
			return nil, fmt.Errorf("read the record of role %s: %w", one.Name, err)
		}
		c := roleChange{recID: recID, verb: record.Creating}
		for _, field := range []string{"Name", "DisplayName", "Description", "IsActive", "IsSelfService"} {
			if !known || row.Text(field) != content[field] {
				c.content = append(c.content, record.InputField{Name: field, Value: content[field]})
			}
		}
		if known {
			delete(gone, strings.ToLower(recID))
			c.verb = record.Updating
		}
		if c.content != nil {
			write = append(write, c)
		}
	}
	for recID := range gone { // first: a name that comes back may be taken
		todo = append(todo, roleChange{recID: strings.ToUpper(recID), verb: record.Deleting})
	}
	return append(todo, write...), nil
}

// recIDs lists the keys of a type's records as they are stored.
func recIDs(ctx context.Context, r db.Reader, t *record.Type) (map[string]bool, error) {
	rows, err := r.Query(ctx, "SELECT rec_id FROM "+t.Table())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]bool{}
	for rows.Next() {
		var recID string
		if err := rows.Scan(&recID); err != nil {
			return nil, err
		}
		out[recID] = true
	}
	return out, rows.Err()
}

// showRoles brings the records in step with the roles in the caller's transaction.
func showRoles(tx *db.Tx, e *record.Engine) error {
	t, ok := e.Type(tx.Context(), roleObject)
	if !ok {
		return nil
	}
	todo, err := roleChanges(tx.Context(), tx, e, t)
	if err != nil {
		return err
	}
	for _, c := range todo {
		ctx := context.WithValue(tx.Context(), roleKey{}, c.recID)
		switch c.verb {
		case record.Creating:
			_, err = e.CreateTx(ctx, tx, t, c.content)
		case record.Updating:
			_, err = e.UpdateTx(ctx, tx, t, c.recID, c.content)
		default:
			err = e.DeleteTx(ctx, tx, t, c.recID)
		}
		if err != nil {
			return fmt.Errorf("show a role as a record: %w", err)
		}
	}
	return nil
}
