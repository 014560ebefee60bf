package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"
)

// ServeProfiled runs serve, and writes a CPU profile of the time between SIGUSR1 and SIGUSR2 to a file, as often as the
// two come. The file appears when it is complete.
func ServeProfiled(ctx context.Context, file string, serve func(context.Context) error) error {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGUSR1, syscall.SIGUSR2)
	defer signal.Stop(signals)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		if err := profile(ctx, file, signals); err != nil {
			cancel(err)
		}
	}()
	err := serve(ctx)
	if cause := context.Cause(ctx); err == nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	return err
}

func profile(ctx context.Context, file string, signals <-chan os.Signal) error {
	var out *os.File
	for {
		select {
		case <-ctx.Done():
			return nil
		case s := <-signals:
			var err error
			switch {
			case s == syscall.SIGUSR1 && out == nil:
				if out, err = os.Create(file + ".part"); err == nil {
					err = pprof.StartCPUProfile(out)
				}
			case s == syscall.SIGUSR2 && out != nil:
				pprof.StopCPUProfile()
				err = errors.Join(out.Close(), os.Rename(out.Name(), file))
				out = nil
			}
			if err != nil {
				return fmt.Errorf("write a CPU profile: %w", err)
			}
		}
	}
}
