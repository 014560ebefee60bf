package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/role"
)

type roleCommands struct {
	Apply  roleApply  `cmd:"" help:"Make or change roles from a file."`
	Show   roleShow   `cmd:"" help:"Print the definition of a role, as apply takes it."`
	List   roleList   `cmd:"" help:"List roles."`
	Delete roleDelete `cmd:"" help:"Remove a role that nobody holds."`
}

type roleApply struct {
	File       string          `short:"f" required:"" help:"Definition of a role, or of several in an array, as JSON; - reads standard input." placeholder:"FILE" json:"-"`
	Definition json.RawMessage `kong:"-"`
}

func (r *roleApply) prepare(t terminal) error {
	b, name, err := t.file(r.File)
	if err != nil {
		return err
	}
	if _, err := parseRoles(b); err != nil {
		return fault.New(fault.Invalid, "role_invalid", "%s: %s", name, err.Error())
	}
	r.Definition = b
	return nil
}

// parseRoles reads one role or an array of them, and refuses keys that a role has not: they are misspelt.
func parseRoles(b []byte) ([]role.Role, error) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	r := reader{text: b, d: json.NewDecoder(bytes.NewReader(b))}
	r.d.UseNumber()
	roles, err := r.roles()
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", r.line(err), err)
	}
	if len(roles) == 0 {
		return nil, errors.New("there is no role in the array")
	}
	return roles, nil
}

func (r *reader) roles() (roles []role.Role, err error) {
	var anything any
	if err := json.Unmarshal(r.text, &anything); err != nil {
		return nil, r.notJSON(err)
	}
	var into any = &roles
	what := "the array of roles"
	if _, several := anything.([]any); !several {
		roles = make([]role.Role, 1)
		into, what = &roles[0], "the role"
	}
	if err := r.value(reflect.TypeOf(into).Elem(), what); err != nil {
		return nil, err
	}
	return roles, json.Unmarshal(r.text, into)
}

func (r *roleApply) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	roles, err := parseRoles(r.Definition)
	if err != nil {
		return nil, fault.New(fault.Invalid, "role_invalid", "%s", err.Error())
	}
	changed, err := c.Desk.SaveRoles(ctx, h, roles)
	if err != nil {
		return nil, err
	}
	if changed == nil {
		changed = []string{}
	}
	return struct {
		Changed []string `json:"changed"`
	}{changed}, nil
}

// print writes a line for each change.
func (*roleApply) print(t terminal, result json.RawMessage) error { return t.changes(result) }

type roleShow struct {
	Name string `arg:"" help:"Name of the role."`
}

func (r *roleShow) run(ctx context.Context, c *call) (any, error) {
	_, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	name, ok := h.Roles().Canonical(r.Name)
	if !ok {
		return nil, unknownRole(h.Roles(), r.Name)
	}
	found, _ := h.Roles().Role(name)
	return found, nil
}

// print writes the definition as a file for apply.
func (*roleShow) print(t terminal, result json.RawMessage) error { return t.definition(result) }

type roleList struct{}

type listedRole struct {
	Name        string   `json:"name"`
	Label       string   `json:"label"`
	Description string   `json:"description"`
	Includes    []string `json:"includes"`
	Admin       bool     `json:"admin"`
	Builtin     bool     `json:"builtin"`
}

func (*roleList) run(ctx context.Context, c *call) (any, error) {
	_, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	out := []listedRole{}
	for _, r := range h.Roles().Roles() {
		out = append(out, listedRole{r.Name, r.Label, r.Description, append([]string{}, r.Includes...), r.Admin, r.Builtin})
	}
	return struct {
		Roles []listedRole `json:"roles"`
	}{out}, nil
}

type roleDelete struct {
	Name string `arg:"" help:"Name of the role."`
}

func (r *roleDelete) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	name, ok := h.Roles().Canonical(r.Name)
	if !ok {
		return nil, unknownRole(h.Roles(), r.Name)
	}
	if err := c.Desk.RemoveRole(ctx, h, name); err != nil {
		return nil, err
	}
	return struct {
		Deleted string `json:"deleted"`
	}{name}, nil
}
