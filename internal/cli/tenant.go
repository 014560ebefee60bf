package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

type tenantCommands struct {
	Create  tenantCreate  `cmd:"" help:"Make a tenant with a database of its own."`
	List    tenantList    `cmd:"" help:"List tenants."`
	Suspend tenantSuspend `cmd:"" help:"Stop serving a tenant; its data stays."`
	Resume  tenantResume  `cmd:"" help:"Serve a suspended tenant again."`
	Delete  tenantDelete  `cmd:"" help:"Erase a tenant and its database for good."`
	Export  tenantExport  `cmd:"" help:"Write all data of a tenant into one file."`
	Import  tenantImport  `cmd:"" help:"Make a tenant out of an export."`
}

type tenantCreate struct {
	Name    string   `arg:"" help:"Name of the tenant."`
	Host    []string `required:"" help:"Host name under which it is reached; the first is the canonical one."`
	DSN     string   `name:"dsn" help:"Database for it, SQLite or PostgreSQL; without it, one beside the control database."`
	BaseURL string   `name:"base-url" help:"Canonical URL; without it, made from the first host." placeholder:"URL"`
}

type createdTenant struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Hosts     []string `json:"hosts"`
	SetupLink string   `json:"setup_link"`
}

func (t *tenantCreate) founds() {}

func (t *tenantCreate) run(ctx context.Context, c *call) (any, error) {
	info, err := c.Tenants.Create(ctx, tenant.New{Name: t.Name, Hosts: t.Host, DSN: t.DSN, BaseURL: t.BaseURL})
	if err != nil {
		return nil, err
	}
	link, err := c.FirstAdministrator(ctx, info)
	if err != nil {
		return nil, fmt.Errorf("the tenant is there, but has no administrator yet; run `provost user create admin --role Admin --tenant %s`: %w", info.Name, err)
	}
	return createdTenant{info.ID, info.Name, info.Hosts, link}, nil
}

type tenantList struct{}

func (*tenantList) run(_ context.Context, c *call) (any, error) {
	return struct {
		Tenants []tenant.Info `json:"tenants"`
	}{c.Tenants.List()}, nil
}

// named is a command about one tenant, given as an argument.
type named struct {
	Name string `arg:"" help:"Name of the tenant."`
}

type tenantState struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status"`
}

func (n named) change(ctx context.Context, c *call, status string, do func(context.Context, string) error) (any, error) {
	info, err := c.Tenants.ByName(n.Name)
	if err != nil {
		return nil, err
	}
	if err := do(ctx, info.ID); err != nil {
		return nil, err
	}
	return tenantState{info.ID, info.Name, status}, nil
}

type tenantSuspend struct{ named }

func (t *tenantSuspend) run(ctx context.Context, c *call) (any, error) {
	return t.change(ctx, c, tenant.Suspended, c.Tenants.Suspend)
}

type tenantResume struct{ named }

func (t *tenantResume) run(ctx context.Context, c *call) (any, error) {
	return t.change(ctx, c, tenant.Active, c.Tenants.Resume)
}

type tenantDelete struct{ named }

// deletedTenant says what is gone: scripts delete without being asked, people should see what they did.
type deletedTenant struct {
	tenantState
	Hosts    []string `json:"hosts"`
	Database string   `json:"database"` // without its password
	Left     int      `json:"tenants_left"`
}

func (t *tenantDelete) run(ctx context.Context, c *call) (any, error) {
	info, err := c.Tenants.ByName(t.Name)
	if err != nil {
		return nil, err
	}
	dsn, err := c.Tenants.DSN(info.ID)
	if err != nil {
		return nil, err
	}
	if err := c.Tenants.Delete(ctx, info.ID); err != nil {
		return nil, err
	}
	left := len(c.Tenants.List())
	if left == 0 {
		c.report("this was the last tenant; `provost tenant create NAME --host HOST` makes another one, starting the server does not")
	}
	return deletedTenant{tenantState{info.ID, info.Name, "deleted"}, info.Hosts, db.Redact(dsn), left}, nil
}

type tenantExport struct {
	named
	File string `arg:"" optional:"" help:"File to write (default NAME.provost-tenant.gz)." placeholder:"FILE"`
}

func (t *tenantExport) prepare(terminal) error {
	if t.File == "" {
		t.File = t.Name + ".provost-tenant.gz"
	}
	return absolute(&t.File)
}

func (t *tenantExport) run(ctx context.Context, c *call) (any, error) {
	info, err := c.Tenants.ByName(t.Name)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(t.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil, fault.New(fault.Conflict, "file_exists", "The file %s exists; give another name.", t.File)
	}
	if err != nil {
		return nil, fmt.Errorf("write the export: %w", err)
	}
	w := bufio.NewWriterSize(f, 256<<10)
	copied, err := c.Tenants.Export(ctx, info.ID, w, c.progress("export", "rows"))
	if err = errors.Join(err, w.Flush(), f.Sync(), f.Close()); err != nil {
		os.Remove(t.File)
		return nil, err
	}
	size := int64(0)
	if s, err := os.Stat(t.File); err == nil {
		size = s.Size()
	}
	if lost := copied.Missing + copied.Damaged; lost > 0 {
		c.report(fmt.Sprintf("%d attachments could not be copied, because their files are missing or damaged: run provost doctor", lost))
	}
	c.report("the keys file is not in an export: the API keys in it work only together with the keys file of this server")
	return struct {
		ID    string `json:"id"`
		Name  string `json:"name"`
		File  string `json:"file"`
		Bytes int64  `json:"bytes"`
	}{info.ID, info.Name, t.File, size}, nil
}

type tenantImport struct {
	Name    string   `arg:"" help:"Name of the new tenant."`
	File    string   `arg:"" help:"Export to read."`
	Host    []string `required:"" help:"Host name under which it is reached; the first is the canonical one."`
	DSN     string   `name:"dsn" help:"Database for it; without it, one beside the control database."`
	BaseURL string   `name:"base-url" help:"Canonical URL; without it, made from the first host." placeholder:"URL"`
	AnyKeys bool     `name:"any-keys" help:"Take an export made under another keys file; its API keys have to be issued anew."`
}

func (t *tenantImport) founds()                {}
func (t *tenantImport) prepare(terminal) error { return absolute(&t.File) }

func (t *tenantImport) run(ctx context.Context, c *call) (any, error) {
	f, err := os.Open(t.File)
	if err != nil {
		return nil, fmt.Errorf("read the export: %w", err)
	}
	defer f.Close()
	info, err := c.Tenants.Import(ctx, tenant.New{Name: t.Name, Hosts: t.Host, DSN: t.DSN, BaseURL: t.BaseURL}, f, t.AnyKeys, c.progress("import", "rows"))
	if err != nil {
		return nil, err
	}
	return struct {
		ID    string   `json:"id"`
		Name  string   `json:"name"`
		Hosts []string `json:"hosts"`
	}{info.ID, info.Name, info.Hosts}, nil
}

// absolute makes a path independent of the working directory, which a server does not share.
func absolute(path *string) error {
	abs, err := filepath.Abs(*path)
	if err != nil {
		return fmt.Errorf("find %s: %w", *path, err)
	}
	*path = abs
	return nil
}
