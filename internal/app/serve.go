package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/provost-itsm/provost/internal/platform/web"
)

// stopTime is how long requests have to end when the server stops.
const stopTime = 10 * time.Second

// Serve answers requests on the listener, and commands on the socket of the data folder, until ctx ends; then it stops
// accepting, lets what runs come to its end, and returns nil. It calls ready once it answers; an error of ready stops it.
func (a *App) Serve(ctx context.Context, commands http.Handler, ready func() error) error {
	listening, err := a.listening()
	if err != nil {
		return err
	}
	boundGarbage()
	stopTelemetry, err := a.startTelemetry(ctx)
	if err != nil {
		return err
	}
	server := web.NewServer(a.handler(listening), a.Log)
	server.RegisterOnShutdown(a.live.End) // streams go on for hours: they end first
	failed := make(chan error, 3)
	go func() { failed <- fmt.Errorf("serve: %w", server.Serve(a.listener)) }()
	stopCommands, err := a.serveCommands(commands, failed)
	if err != nil {
		stopTelemetry(ctx)
		return errors.Join(err, server.Close())
	}
	a.ready.Store(true)
	inRounds, endRounds := context.WithCancel(ctx)
	var rounds sync.WaitGroup
	rounds.Go(func() { a.rounds(inRounds) })
	defer func() {
		endRounds()
		rounds.Wait()
	}()
	if err = ready(); err == nil {
		select {
		case <-ctx.Done():
		case err = <-failed:
		}
	}
	a.ready.Store(false)
	ended, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	if shutdown := server.Shutdown(ended); shutdown != nil {
		a.Log.Warn("requests did not end in time and were broken off", "error", shutdown)
		err = errors.Join(err, server.Close())
	}
	stopCommands(ended)
	stopTelemetry(ended)
	return err
}

// listening says how the listener is secured.
func (a *App) listening() (web.Listening, error) {
	trusted, err := web.ParseProxies(a.Config.TrustedProxy)
	if err != nil {
		return web.Listening{}, err
	}
	return web.Listening{
		Address: a.Config.Listen, CertFile: a.Config.TLSCert, KeyFile: a.Config.TLSKey, ACME: a.Config.ACMEHosts,
		ACMECache: filepath.Join(a.Config.Data, "acme"), Insecure: a.Config.InsecureHTTP, Trusted: trusted,
	}, nil
}

// serveCommands takes administrative commands on a Unix socket that only this user may open.
func (a *App) serveCommands(commands http.Handler, failed chan<- error) (stop func(context.Context), err error) {
	if commands == nil || a.lock == nil {
		return func(context.Context) {}, nil
	}
	path, cleanup, err := socketPath(a.Config.Data)
	if err != nil {
		return nil, err
	}
	mask := syscall.Umask(0o177) // so that there is no moment in which others may open it
	l, err := new(net.ListenConfig).Listen(context.Background(), "unix", path)
	syscall.Umask(mask)
	if err != nil {
		cleanup()
		return nil, fmt.Errorf("listen for commands: %w", err)
	}
	if err := errors.Join(os.Chmod(path, 0o600), a.lock.note(lockNote{PID: os.Getpid(), Socket: path})); err != nil {
		l.Close()
		cleanup()
		return nil, fmt.Errorf("listen for commands: %w", err)
	}
	server := &http.Server{Handler: commands, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- fmt.Errorf("listen for commands: %w", err)
		}
	}()
	return func(ctx context.Context) {
		if err := server.Shutdown(ctx); err != nil {
			_ = server.Close()
		}
		cleanup()
	}, nil
}
