package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"

	"github.com/provost-itsm/provost/internal/app"
	"github.com/provost-itsm/provost/internal/platform/config"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

// The protocol on the socket: POST /NAME with a request as JSON; the answer is one reply per line, of which the last has
// a result, an error or both. Only whoever may open the socket (its owner) gets this far.

// request is what travels to the server.
type request struct {
	Tenant      string          `json:"tenant,omitempty"`
	Actor       string          `json:"actor"`
	DatabaseURL string          `json:"database_url,omitempty"` // where the caller gave one: has to be the server's
	Args        json.RawMessage `json:"args"`
}

// reply is one line that comes back.
type reply struct {
	Progress string          `json:"progress,omitempty"`
	Result   json.RawMessage `json:"result,omitempty"`
	Error    string          `json:"error,omitempty"`
	End      bool            `json:"end,omitempty"`
}

var errNoServer = errors.New("no server works on the data folder")

// remote runs a command in the server that works on the data folder. It returns errNoServer where there is none.
func remote(ctx context.Context, cfg config.Config, name string, req request, c command, report func(string)) (json.RawMessage, error) {
	conn, err := dial(ctx, cfg.Data)
	if err != nil {
		return nil, errNoServer
	}
	if req.Args, err = json.Marshal(c); err != nil {
		return nil, fmt.Errorf("encode the command: %w", err)
	}
	body, err := json.Marshal(req)
	if err != nil {
		return nil, fmt.Errorf("encode the command: %w", err)
	}
	client := &http.Client{Transport: &http.Transport{
		DialContext:       func(context.Context, string, string) (net.Conn, error) { return conn, nil },
		DisableKeepAlives: true,
	}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://provost/"+url.PathEscape(name), bytes.NewReader(body))
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("ask the server: %w", err)
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("ask the server: %w", err)
	}
	defer answer.Body.Close()
	lines := json.NewDecoder(bufio.NewReader(answer.Body))
	for {
		var l reply
		if err := lines.Decode(&l); err != nil {
			return nil, fmt.Errorf("the server ended before the command did; look at its log: %w", err)
		}
		switch {
		case l.Progress != "":
			report(l.Progress)
		case l.Error != "":
			return l.Result, errors.New(l.Error)
		case l.End:
			return l.Result, nil
		}
	}
}

// dial reaches the socket of the data folder, or the one its lock file names.
func dial(ctx context.Context, data string) (net.Conn, error) {
	paths := []string{filepath.Join(data, "provost.sock")}
	if elsewhere := app.SocketOf(data); elsewhere != "" {
		paths = []string{elsewhere}
	}
	var (
		d   net.Dialer
		err error
	)
	for _, p := range paths {
		var conn net.Conn
		if conn, err = d.DialContext(ctx, "unix", p); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

// commandHandler runs commands that arrive on the socket.
func commandHandler(a *app.App) http.Handler {
	known := remoteCommands()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := json.NewEncoder(w)
		var (
			mu  sync.Mutex
			req request
		)
		say := func(l reply) {
			mu.Lock()
			defer mu.Unlock()
			_ = out.Encode(l) // nobody listening is no reason to stop: the context says so
			_ = http.NewResponseController(w).Flush()
		}
		result, err := func() (json.RawMessage, error) {
			name := r.URL.Path[1:]
			make, ok := known[name]
			if !ok || r.Method != http.MethodPost {
				return nil, fault.New(fault.NotFound, "command_unknown", "The running server does not know the command %q; it may be an older version.", name)
			}
			body, err := io.ReadAll(io.LimitReader(r.Body, 64<<20))
			if err != nil {
				return nil, fmt.Errorf("read the command: %w", err)
			}
			cmd := make()
			if err := json.Unmarshal(body, &req); err != nil {
				return nil, fmt.Errorf("read the command: %w", err)
			}
			if err := json.Unmarshal(req.Args, cmd); err != nil {
				return nil, fmt.Errorf("read the command: %w", err)
			}
			if req.DatabaseURL != "" && req.DatabaseURL != a.Config.ControlDSN() {
				return nil, fault.New(fault.Conflict, "database_differs", "The server that works on this data folder uses another control database than --database-url says.")
			}
			c := &call{App: a, wanted: req.Tenant, actor: req.Actor, report: func(line string) { say(reply{Progress: line}) }}
			return perform(r.Context(), c, cmd)
		}()
		last := reply{Result: result, End: true}
		if err != nil {
			last.Error = oneLine(err)
		}
		say(last)
	})
}
