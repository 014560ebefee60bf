package cli

import (
	"context"
	"fmt"

	"github.com/provost-itsm/provost/internal/app"
	"github.com/provost-itsm/provost/internal/platform/config"
)

type backupCommand struct {
	File string `arg:"" help:"File to write; it must not exist."`
}

func (b *backupCommand) prepare(terminal) error { return absolute(&b.File) }

func (b *backupCommand) run(ctx context.Context, c *call) (any, error) {
	m, err := c.Backup(ctx, b.File, c.wanted, func(part string) func(done, total int64) { return c.progress("backup of "+part, "rows") })
	if err != nil {
		return nil, err
	}
	c.report(fmt.Sprintf("the keys file %s (fingerprint %.8s) is NOT in the backup: keep a copy of it elsewhere, a restore needs it", c.Config.KeysFile(), m.Keys))
	return summary(b.File, m), nil
}

type restoreCommand struct {
	File    string `arg:"" help:"Backup to read."`
	AnyKeys bool   `name:"any-keys" help:"Restore under another keys file; API keys have to be issued anew."`
}

// start puts a backup in place. It runs here and not in a server: nobody may work on what is being restored.
func (r *restoreCommand) start(ctx context.Context, t terminal, g globals) error {
	c := &call{report: func(line string) { fmt.Fprintln(t.err, line) }}
	m, err := app.Restore(ctx, config.Config{Data: g.dataFolder("provost-data"), DatabaseURL: g.DatabaseURL, Keys: g.Keys, Blobs: g.Blobs}, r.File, app.RestoreOptions{
		AnyKeys:  r.AnyKeys,
		Progress: func(part string) func(done, total int64) { return c.progress("restore of "+part, "rows") },
		Logger:   quiet(t.err),
	})
	if err != nil {
		return err
	}
	b, err := encode(summary(r.File, m))
	if err != nil {
		return err
	}
	return t.show(b, g.JSON)
}

func summary(file string, m *app.Manifest) any {
	names := []string{}
	for _, t := range m.Tenants {
		names = append(names, t.Name)
	}
	return struct {
		File    string   `json:"file"`
		Tenants []string `json:"tenants"`
		Keys    string   `json:"keys_fingerprint"`
	}{file, names, m.Keys}
}
