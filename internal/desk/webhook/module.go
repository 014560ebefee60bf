package webhook

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/outbound"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Sight is how the desk sees records with somebody's eyes.
type Sight struct {
	// Columns finds the columns behind the names of a type, as $filter does.
	Columns func(t *record.Type, postgres bool) odata.Resolve
	// Visible is the SQL condition for the rows of a type within an extent; "" is all of them.
	Visible func(ctx context.Context, h *tenant.Handle, p *principal.Principal, t *record.Type, rows role.Rows, args *odata.Args) (string, error)
	// Hidden marks the fields of a type, by position, that are not there for somebody; nil for none.
	Hidden func(h *tenant.Handle, p *principal.Principal, t *record.Type) []bool
}

// Deps are what the module is made of.
type Deps struct {
	Client *outbound.Client // nil: one that asks public addresses only
	Sight  Sight
	Clock  clock.Clock
	Logger *slog.Logger
	Jitter func() float64 // from 0 to 1; nil: random
}

// Module is the webhooks of all tenants of the process. Safe for concurrent use.
type Module struct {
	client *outbound.Client
	sight  Sight
	clock  clock.Clock
	log    *slog.Logger
	jitter func() float64
	slots  chan struct{} // bounds the batches that are sent at once
	meters meters

	mu   sync.Mutex
	open map[*outbox]struct{}
}

// maxBatches bounds the batches of the process that are sent at once, of eight requests each.
const maxBatches = 32

// New returns the module.
func New(d Deps) *Module {
	m := &Module{client: d.Client, sight: d.Sight, clock: d.Clock, log: d.Logger, jitter: d.Jitter, slots: make(chan struct{}, maxBatches),
		meters: newMeters(), open: map[*outbox]struct{}{}}
	if m.client == nil {
		m.client = outbound.New(outbound.Options{})
	}
	if m.clock == nil {
		m.clock = clock.System{}
	}
	if m.log == nil {
		m.log = slog.New(slog.DiscardHandler)
	}
	if m.jitter == nil {
		m.jitter = rand.Float64
	}
	return m
}

// outbox is the module's state of one open tenant.
type outbox struct {
	m    *Module
	h    *tenant.Handle
	kept atomic.Pointer[snapshot] // of what is committed
	wake atomic.Pointer[func()]   // has the jobs looked for
	used atomic.Bool              // there is or was a webhook

	mu      sync.Mutex
	running bool
	again   bool
	kicked  chan struct{}
}

type outboxKey struct{}

// of returns the state of a tenant.
func (m *Module) of(h *tenant.Handle) *outbox {
	return h.Value(outboxKey{}, func() any {
		o := &outbox{m: m, h: h, kicked: make(chan struct{}, 1)}
		m.mu.Lock()
		m.open[o] = struct{}{}
		m.mu.Unlock()
		return o
	}).(*outbox)
}

// Close forgets the tenant.
func (o *outbox) Close() error {
	o.m.mu.Lock()
	delete(o.m.open, o)
	o.m.mu.Unlock()
	return nil
}

// Watch has the changes of a tenant's records noted. To be called when its handle is made, before others have it.
func (m *Module) Watch(h *tenant.Handle) { h.Records.OnChange(m.of(h).note) }
