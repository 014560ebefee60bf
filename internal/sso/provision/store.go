package provision

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// The kinds of resources.
const (
	kindUser  = "user"
	kindGroup = "group"
	kindGone  = "gone" // a user who is removed, and whose record is kept: SCIM sees it no more
)

// resource is what is kept of a user or a group besides the record.
type resource struct {
	record, kind     string
	external         string // externalId
	mail             string // type of the address that is the record's e-mail
	extra            string // of a user: JSON of what was sent
	created, changed int64
}

const resourceColumns = `record, kind, external_id, mail_type, extra, created_at, changed_at`

func (r *resource) scan(row interface{ Scan(into ...any) error }) error {
	return row.Scan(&r.record, &r.kind, &r.external, &r.mail, &r.extra, &r.created, &r.changed)
}

func findResource(ctx context.Context, r db.Reader, kind, recID string) (out resource, found bool, err error) {
	err = out.scan(r.QueryRow(ctx, `SELECT `+resourceColumns+` FROM scim_resource WHERE record = $1 AND kind = $2`, recID, kind))
	if errors.Is(err, sql.ErrNoRows) {
		return resource{}, false, nil
	}
	if err != nil {
		return resource{}, false, fmt.Errorf("read a provisioned %s: %w", kind, err)
	}
	return out, true, nil
}

// findResources returns those of these records that are provisioned.
func findResources(ctx context.Context, r db.Reader, kind string, recIDs []string) (map[string]resource, error) {
	out := make(map[string]resource, len(recIDs))
	err := inPieces(recIDs, func(in string, args []any) error {
		rows, err := r.Query(ctx, `SELECT `+resourceColumns+` FROM scim_resource WHERE record IN `+in, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var one resource
			if err := one.scan(rows); err != nil {
				return err
			}
			if one.kind == kind {
				out[one.record] = one
			}
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("read provisioned %ss: %w", kind, err)
	}
	return out, nil
}

// holderOf is the record with an externalId; "" for none.
func holderOf(ctx context.Context, r db.Reader, kind, external string) (string, error) {
	if external == "" {
		return "", nil
	}
	var recID string
	err := r.QueryRow(ctx, `SELECT record FROM scim_resource WHERE kind = $1 AND external_id = $2 AND external_id <> ''`, kind, external).Scan(&recID)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("look up an externalId: %w", err)
	}
	return recID, nil
}

func putResource(tx *db.Tx, r resource) error {
	_, err := tx.Exec(`INSERT INTO scim_resource (`+resourceColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (record) DO UPDATE SET
		kind = excluded.kind, external_id = excluded.external_id, mail_type = excluded.mail_type, extra = excluded.extra, changed_at = excluded.changed_at`,
		r.record, r.kind, r.external, r.mail, r.extra, r.created, r.changed)
	return err
}

// forgetUser removes what SCIM knew of a person who is removed.
func (m *Module) forgetUser(_ context.Context, tx *db.Tx, recID string) error {
	return execAll(tx, recID, `DELETE FROM scim_resource WHERE record = $1`, `DELETE FROM scim_email WHERE record = $1`, `DELETE FROM scim_member WHERE person = $1`)
}

// bury keeps of a person who is removed whom the identity provider meant by them, and nothing else.
func (m *Module) bury(ctx context.Context, tx *db.Tx, was resource) error {
	if err := m.forgetUser(ctx, tx, was.record); err != nil || was.external == "" {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM scim_resource WHERE kind = $1 AND external_id = $2`, kindGone, was.external); err != nil {
		return fmt.Errorf("keep who was removed: %w", err)
	}
	return putResource(tx, resource{record: was.record, kind: kindGone, external: was.external, extra: "{}", created: was.created, changed: m.clock.Now().UnixMicro()})
}

func execAll(tx *db.Tx, arg string, statements ...string) error {
	for _, s := range statements {
		if _, err := tx.Exec(s, arg); err != nil {
			return fmt.Errorf("forget what SCIM knew: %w", err)
		}
	}
	return nil
}

// membersOf are the RecIds of those in a group, in their order.
func membersOf(ctx context.Context, r db.Reader, group string) ([]string, error) {
	rows, err := r.Query(ctx, `SELECT person FROM scim_member WHERE grp = $1 ORDER BY person`, group)
	if err != nil {
		return nil, fmt.Errorf("read the members of a group: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var person string
		if err := rows.Scan(&person); err != nil {
			return nil, fmt.Errorf("read the members of a group: %w", err)
		}
		out = append(out, person)
	}
	return out, rows.Err()
}

// addMembers puts people into a group.
func addMembers(tx *db.Tx, group string, people []string) error {
	for start := 0; start < len(people); start += piece {
		some := people[start:min(start+piece, len(people))]
		rows, args := make([]string, len(some)), []any{group}
		for i, person := range some {
			args = append(args, person)
			rows[i] = "($1, $" + strconv.Itoa(len(args)) + ")"
		}
		if _, err := tx.Exec(`INSERT INTO scim_member (grp, person) VALUES `+strings.Join(rows, ", ")+` ON CONFLICT DO NOTHING`, args...); err != nil {
			return fmt.Errorf("add members of a group: %w", err)
		}
	}
	return nil
}

// removeMembers takes people out of a group.
func removeMembers(tx *db.Tx, group string, people []string) error {
	return inPieces(people, func(in string, args []any) error {
		_, err := tx.Exec(`DELETE FROM scim_member WHERE person IN `+in+` AND grp = $`+strconv.Itoa(len(args)+1), append(args, group)...)
		if err != nil {
			return fmt.Errorf("remove members of a group: %w", err)
		}
		return nil
	})
}

// groupRole is the role that members of a group get.
type groupRole struct {
	role     string
	mayAdmin bool
}

// roleOf is the role of a group; none has an empty name.
func roleOf(ctx context.Context, r db.Reader, group string) (g groupRole, err error) {
	var may int64
	err = r.QueryRow(ctx, `SELECT role, may_admin FROM scim_group_role WHERE grp = $1`, group).Scan(&g.role, &may)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return g, fmt.Errorf("read the role of a group: %w", err)
	}
	g.mayAdmin = may == 1
	return g, nil
}

func putRole(tx *db.Tx, group string, g groupRole) error {
	may := 0
	if g.mayAdmin {
		may = 1
	}
	_, err := tx.Exec(`INSERT INTO scim_group_role (grp, role, may_admin) VALUES ($1, $2, $3) ON CONFLICT (grp) DO UPDATE SET role = excluded.role, may_admin = excluded.may_admin`,
		group, g.role, may)
	return err
}

// piece is how many values stand in one statement.
const piece = 300

// inPieces calls fn with lists of placeholders for so many values at a time.
func inPieces(values []string, fn func(in string, args []any) error) error {
	for start := 0; start < len(values); start += piece {
		some := values[start:min(start+piece, len(values))]
		marks, args := make([]string, len(some)), make([]any, len(some))
		for i, v := range some {
			marks[i], args[i] = "$"+strconv.Itoa(i+1), v
		}
		if err := fn("("+strings.Join(marks, ", ")+")", args); err != nil {
			return err
		}
	}
	return nil
}

// Summary says where SCIM is served for a tenant, and how many people and groups it keeps there.
type Summary struct {
	URL    string `json:"tenant_url" doc:"What Microsoft Entra ID calls the Tenant URL" example:"https://desk.example.com/scim/v2"`
	People int64  `json:"people" doc:"How many were made or taken over by SCIM, and are still there"`
	Groups int64  `json:"groups" doc:"Likewise of groups"`
}

// Summary counts what SCIM keeps of a tenant.
func (m *Module) Summary(ctx context.Context, h *tenant.Handle) (Summary, error) {
	out := Summary{URL: Address(h)}
	err := h.DB.QueryRow(ctx, `SELECT (SELECT count(*) FROM scim_resource WHERE kind = $1), (SELECT count(*) FROM scim_resource WHERE kind = $2)`, kindUser, kindGroup).
		Scan(&out.People, &out.Groups)
	if err != nil {
		return out, fmt.Errorf("count what SCIM keeps: %w", err)
	}
	return out, nil
}
