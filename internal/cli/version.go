package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"runtime"

	"github.com/provost-itsm/provost/internal/app"
)

type versionCommand struct{}

func (*versionCommand) start(_ context.Context, t terminal, g globals) error {
	version, commit := app.Version()
	b, err := encode(struct {
		Version string `json:"version"`
		Commit  string `json:"commit"`
		Go      string `json:"go"`
	}{version, commit, runtime.Version()})
	if err != nil {
		return err
	}
	return t.show(b, g.JSON)
}

func encode(v any) (json.RawMessage, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode the result: %w", err)
	}
	return b, nil
}

// quiet is the log of a command: only what is wrong.
func quiet(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
