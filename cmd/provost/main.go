// Command provost is the whole product in one program; see `provost --help`.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/provost-itsm/provost/internal/cli"
)

func main() { os.Exit(run()) }

// run ends the work in order at the first signal; a second one ends the process at once.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}
