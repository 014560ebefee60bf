package sysadmin

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/web"
)

const (
	refusalDelay = time.Minute // refusals are summed over it
	maxRefusals  = 1000        // sums of one minute; what is more is summed together
	flushTime    = 10 * time.Second
)

// refusal is something shown that did not count, and why.
type refusal struct {
	object, credential string
	from               netip.Addr
	reason             string
}

// refusals are those of the last minute.
type refusals struct {
	mu     sync.Mutex
	since  time.Time
	sums   map[refusal]int64
	timer  *time.Timer
	closed bool
}

// Refused adds a refusal to the sums that the audit trail gets every minute: object is what was shown ("sign_in", "browser_session"),
// credential its id where it is known.
func (s *Store) Refused(object, credential string, from netip.Addr, reason string) {
	k := refusal{object, credential, web.Network(from), reason}
	f := &s.refusals
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	if f.sums == nil {
		f.sums, f.since = map[refusal]int64{}, s.o.Clock.Now()
		f.timer = time.AfterFunc(refusalDelay, func() { s.flushQuietly() })
	}
	if _, there := f.sums[k]; !there && len(f.sums) >= maxRefusals {
		k = refusal{object: "credential", reason: "others"}
	}
	f.sums[k]++
}

// Flush writes what was refused since the last time.
func (s *Store) Flush(ctx context.Context) error {
	f := &s.refusals
	f.mu.Lock()
	sums, since := f.sums, f.since
	if f.sums = nil; f.timer != nil {
		f.timer.Stop()
	}
	f.mu.Unlock()
	if len(sums) == 0 {
		return nil
	}
	err := s.o.Control.Write(ctx, nil, func(tx *db.Tx) error {
		for k, n := range sums {
			who := &principal.Principal{Kind: principal.System, Login: "system", Address: k.from}
			label := ""
			if k.from.IsValid() {
				label = k.from.String()
			}
			if err := audit.Write(principal.With(ctx, who), tx, since, audit.Entry{Action: k.object + ".refused", Object: k.object, Target: k.credential,
				Label: label, Flags: []string{k.reason + ":" + strconv.FormatInt(n, 10)}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write sums of refusals: %w", err)
	}
	return nil
}

func (s *Store) flushQuietly() {
	ctx, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	if err := s.Flush(ctx); err != nil {
		s.o.Logger.Warn("refused sign-ins of system administrators could not be recorded", "error", err)
	}
}

// Close writes what is still in memory. To be called before the control database is closed.
func (s *Store) Close() error {
	s.refusals.mu.Lock()
	s.refusals.closed = true
	s.refusals.mu.Unlock()
	s.flushQuietly()
	return nil
}
