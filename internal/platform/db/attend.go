package db

import (
	"context"
	"time"
)

// unattended hides the end of a context from database/sql, which would start a goroutine for each statement to watch
// it, and the SQLite driver another: together they cost as much as reading a row by its key. Our connections look
// behind it (attended) and watch the end themselves for less.
type unattended struct{ context.Context }

func (unattended) Done() <-chan struct{}       { return nil }
func (unattended) Err() error                  { return nil }
func (unattended) Deadline() (time.Time, bool) { return time.Time{}, false }

// attended returns the context as the caller gave it.
func attended(ctx context.Context) context.Context {
	if u, ok := ctx.(unattended); ok {
		return u.Context
	}
	return ctx
}

// watch calls interrupt when ctx ends. The returned function ends the watch; interrupt is not running any more then.
func watch(ctx context.Context, interrupt func()) (end func()) {
	if ctx.Done() == nil {
		return nil
	}
	finished := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(finished)
		interrupt()
	})
	return func() {
		if !stop() {
			<-finished
		}
	}
}
