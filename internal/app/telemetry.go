package app

import (
	"context"
	"net/http"
)

func (a *App) observe(next http.Handler) http.Handler { return next }

func (a *App) serveMetrics(context.Context) func(context.Context) { return func(context.Context) {} }
