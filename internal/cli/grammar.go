package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"syscall"

	"github.com/alecthomas/kong"
)

// grammar is the whole command line.
type grammar struct {
	globals
	benchCommands

	Serve        serveCommand         `cmd:"" help:"Serve tenants. An empty data folder becomes a working tenant."`
	Demo         demoCommand          `cmd:"" help:"Serve a realistic demo tenant and print its credentials."`
	Tenant       tenantCommands       `cmd:"" help:"Tenants: create, list, suspend, resume, delete, export, import."`
	User         userCommands         `cmd:"" help:"People who sign in: create, list, grant, revoke, enable, disable, delete, setup-link, reset-factors."`
	Session      sessionCommands      `cmd:"" help:"Browser sessions: list, end."`
	Key          keyCommands          `cmd:"" help:"REST API keys and their groups: create, list, show, update, rotate, delete and more."`
	Registration registrationCommands `cmd:"" help:"App registrations: create, list, show, update, rotate, delete and more."`
	Role         roleCommands         `cmd:"" help:"Roles and their rights: apply a definition, show, list, delete."`
	Object       objectCommands       `cmd:"" help:"Business objects: apply a definition, show, list, delete."`
	Setting      settings             `cmd:"" help:"Settings of a tenant: get, set, list."`
	Mail         mailCommands         `cmd:"" help:"E-mail of a tenant: set, show, test, delete."`
	Migrate      migrateCommand       `cmd:"" help:"Bring the databases of all tenants up to date."`
	Backup       backupCommand        `cmd:"" help:"Write everything into one file while the server works."`
	Restore      restoreCommand       `cmd:"" help:"Put a backup into an empty data folder or database."`
	Doctor       doctorCommand        `cmd:"" help:"Check that everything stored is in order."`
	Version      versionCommand       `cmd:"" help:"Show the version of this program."`

	SystemAdmin systemAdminCommands `cmd:"" help:"People who run the server: create, list, setup-link, reset-factors, delete."`

	SystemKey systemKeyCommands `cmd:"" help:"Keys for what is about all tenants: create, list, delete."`

	SCIM scimCommands `cmd:"" name:"scim" help:"Provisioning of people and groups: token create, token list, token delete."`

	Webhook webhookCommands `cmd:"" help:"Webhooks: create, list, show, enable, disable, rotate, test, deliveries, replay, delete."`
	IDP     idpCommands     `cmd:"" name:"idp" help:"Identity providers that people sign in with: create, list, show, update, delete, metadata, refresh, trust, distrust, link, attempts, ours."`
	Issuer  issuerCommands  `cmd:"" help:"Foreign issuers of tokens: create, list, show, update, delete, link, unlink, inspect, refresh."`
}

// globals are the flags every command takes.
type globals struct {
	Data        string `help:"Folder of databases, keys and socket (default ./provost-data; demo: ./provost-demo)." env:"PROVOST_DATA" placeholder:"DIR"`
	DatabaseURL string `name:"database-url" help:"Control database on PostgreSQL; without it, SQLite in the data folder." env:"PROVOST_DATABASE_URL" placeholder:"DSN"`
	Keys        string `help:"Keys file (default keys.json in the data folder)." env:"PROVOST_KEYS" placeholder:"FILE"`
	Blobs       string `help:"Folder of attachments (default blobs in the data folder); servers of one control database share it." env:"PROVOST_BLOBS" placeholder:"DIR"`
	Tenant      string `name:"tenant" help:"Tenant to work on, where there are several." env:"PROVOST_TENANT" placeholder:"NAME"`
	JSON        bool   `name:"json" help:"Print exactly one JSON object."`
}

// local is a command that runs in this process only.
type local interface {
	start(ctx context.Context, t terminal, g globals) error
}

// terminal is where a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// exit is a way out of kong, which wants to end the process after --help.
type exit int

// Main runs the program with the arguments after its name and returns its exit code.
func Main(ctx context.Context, args []string, in io.Reader, out, stderr io.Writer) (code int) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(exit)
			if !ok {
				panic(r)
			}
			code = int(e)
		}
	}()
	syscall.Umask(0o077) // databases, backups and exports are for this user alone
	t := terminal{in, out, stderr}
	var g grammar
	parser, err := kong.New(&g,
		kong.Name("provost"), kong.Description("A service desk, trust plane, sign-in, access governance and device management in one program."),
		kong.Writers(out, stderr), kong.Exit(func(c int) { panic(exit(c)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}))
	if err != nil {
		return t.fail(fmt.Errorf("command line: %w", err))
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return t.usage(parser, args, err)
	}
	target := parsed.Selected().Target.Addr().Interface()
	switch c := target.(type) {
	case local:
		err = c.start(ctx, t, g.globals)
	case command:
		err = g.execute(ctx, t, parsed.Selected().Path(), c)
	default:
		err = fmt.Errorf("%s cannot be run", parsed.Command())
	}
	if err != nil {
		return t.fail(err)
	}
	return 0
}

// usage reports wrong usage and where the right one is described: at the longest beginning of the arguments that is a command.
func (t terminal) usage(parser *kong.Kong, args []string, err error) int {
	node, at := parser.Model.Node, "provost"
	for _, word := range args {
		i := slices.IndexFunc(node.Children, func(n *kong.Node) bool { return n.Name == word })
		if i < 0 {
			break
		}
		node, at = node.Children[i], at+" "+word
	}
	fmt.Fprintf(t.err, "provost: %s; see %s --help\n", oneLine(err), at)
	return 2
}

// fail reports an error on one line.
func (t terminal) fail(err error) int {
	if u, ok := err.(usageError); ok { //nolint:errorlint // made by start methods only, never wrapped
		fmt.Fprintf(t.err, "provost: %s\n", oneLine(u.error))
		return 2
	}
	fmt.Fprintf(t.err, "provost: %s\n", oneLine(err))
	return 1
}

// usageError is wrong usage that shows only after parsing.
type usageError struct{ error }

// dataFolder returns the data folder: the one given, or the standard one.
func (g globals) dataFolder(standard string) string {
	if g.Data != "" {
		return g.Data
	}
	return standard
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
