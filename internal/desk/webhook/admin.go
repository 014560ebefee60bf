package webhook

import (
	"context"
	"fmt"
	"time"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// object is what webhooks are called in the audit trail.
const object = "Webhook"

// audit writes what happened to a webhook.
func (o *outbox) audit(ctx context.Context, tx *db.Tx, verb string, w *Webhook, before, after any, flags ...string) error {
	changes, err := audit.Diff(before, after)
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, o.m.clock.Now(), audit.Entry{Action: "webhook." + verb, Object: object, Target: w.ID, Label: w.Name, Changes: changes, Flags: flags})
}

// Create makes a webhook. What is wrong with the spec is fault.Invalid, a name that is taken fault.Conflict.
func (m *Module) Create(ctx context.Context, h *tenant.Handle, s Spec) (Issued, error) {
	o := m.of(h)
	f := s.checkForm()
	if err := m.client.Check(s.URL); err != nil {
		f = f.WithField("url", "%s.", capital(err.Error()))
	}
	w := Webhook{ID: id.RecID(), Name: s.Name, URL: s.URL, Objects: []string{}, Events: s.Events, Filter: s.Filter, Fields: []string{}, Role: s.Role,
		stated: !s.Inactive, Active: !s.Inactive, tenant: h.ID, Created: m.clock.Now()}
	if s.Inactive {
		w.Reason = "it was made switched off"
	}
	if who := principal.From(ctx); who != nil {
		w.Creator = who.Login
	}
	book := h.Roles()
	if w.Role == "" {
		w.Role = role.Admin
	}
	var ok bool
	if w.Role, ok = book.Canonical(w.Role); !ok {
		return Issued{}, f.WithField("role", "There is no role %q; `provost role list` shows what there is.", s.Role)
	}
	var err error
	if s.OnBehalfOf != "" {
		if w.Person, err = o.person(ctx, s.OnBehalfOf); err != nil {
			return Issued{}, err
		}
		if w.Person == "" {
			return Issued{}, f.WithField("on_behalf_of", "There is no employee %q.", s.OnBehalfOf)
		}
	}
	who, why, err := o.actor(ctx, h.DB, book, &w)
	if err != nil {
		return Issued{}, err
	}
	if why != "" {
		return Issued{}, f.WithField("on_behalf_of", "%s.", capital(why))
	}
	if f = o.checkObjects(ctx, f, book, who, s, &w); len(f.Fields) > 0 {
		return Issued{}, f
	}
	key, shown := newSecret()
	w.secret = h.Keys.Seal(key, associated(w.ID))
	err = h.DB.Write(ctx, func(tx *db.Tx) error {
		all, err := list(ctx, tx, h.ID)
		if err != nil {
			return err
		}
		if len(all) >= maxWebhooks {
			return fault.New(fault.Conflict, "webhook_limit", "There may be %d webhooks at most; delete one first.", maxWebhooks)
		}
		if _, err := named(ctx, tx, h.ID, w.Name); err == nil {
			return fault.New(fault.Conflict, "webhook_exists", "There is a webhook %s already.", w.Name)
		} else if !fault.Is(err, fault.NotFound) {
			return err
		}
		return nil
	}, func(tx *db.Tx) error {
		if err := insertWebhook(tx, &w); err != nil {
			return err
		}
		tx.AddCell(cellVersion, 1)
		return o.audit(ctx, tx, "create", &w, nil, w.noted())
	})
	if err != nil {
		return Issued{}, fmt.Errorf("create webhook: %w", err)
	}
	return Issued{w, shown}, nil
}

// checkObjects complains about objects, fields and a filter that are not there for the webhook's role.
func (o *outbox) checkObjects(ctx context.Context, f *fault.Error, book *role.Book, who *principal.Principal, s Spec, w *Webhook) *fault.Error {
	var filter *odata.Filter
	if s.Filter != "" {
		var err error
		if filter, err = odata.ParseFilter(s.Filter); err != nil {
			return f.WithField("filter", "%s", fault.Of(err).Message)
		}
	}
	seen := make([]bool, len(s.Fields))
	for _, name := range s.Objects {
		t, ok := o.h.Records.Type(ctx, name)
		if !ok {
			if t, ok = o.h.Records.Set(ctx, name); !ok {
				f = f.WithField("object", "There is no object %q; `provost object list` shows what there is.", name)
				continue
			}
		}
		if t.Definition.Private || book.Ask(who, role.Read, t.Object) == role.NoRows {
			f = f.WithField("object", "The role %s may not read %s.", w.Role, t.Object)
			continue
		}
		w.Objects = append(w.Objects, t.Object)
		resolve := o.columns(who, t)
		if filter != nil {
			if _, err := filter.Bind(resolve); err != nil {
				f = f.WithField("filter", "%s: %s", t.Object, fault.Of(err).Message)
			}
		}
		for i, field := range s.Fields {
			_, ok := resolve(field)
			seen[i] = seen[i] || ok
		}
	}
	for i, field := range s.Fields {
		if !seen[i] {
			f = f.WithField("field", "There is no field %q; `provost object show` shows those of an object.", field)
		}
		w.Fields = append(w.Fields, field)
	}
	return f
}

// List returns all webhooks by name.
func (m *Module) List(ctx context.Context, h *tenant.Handle) ([]Webhook, error) {
	return list(ctx, h.DB, h.ID)
}

// Find returns the webhook of a name or id; fault.NotFound where there is none.
func (m *Module) Find(ctx context.Context, h *tenant.Handle, name string) (Webhook, error) {
	return named(ctx, h.DB, h.ID, name)
}

// change runs a change of one webhook, audited in its transaction.
func (o *outbox) change(ctx context.Context, name, verb string, do func(tx *db.Tx, w *Webhook) (flags []string, err error)) (Webhook, error) {
	var after Webhook
	err := o.h.DB.Write(ctx, func(tx *db.Tx) (err error) {
		_, err = named(ctx, tx, o.h.ID, name)
		return err
	}, func(tx *db.Tx) error {
		before, err := named(ctx, tx, o.h.ID, name)
		if err != nil {
			return err
		}
		flags, err := do(tx, &before)
		if err != nil {
			return err
		}
		tx.AddCell(cellVersion, 1)
		if verb == "delete" {
			after = before
			return o.audit(ctx, tx, verb, &before, before.noted(), nil)
		}
		if after, err = named(ctx, tx, o.h.ID, before.ID); err != nil {
			return err
		}
		return o.audit(ctx, tx, verb, &before, before.noted(), after.noted(), flags...)
	})
	if err != nil {
		return after, fmt.Errorf("%s webhook: %w", verb, err)
	}
	return after, nil
}

// Enable switches a webhook on: what waited for it is sent.
func (m *Module) Enable(ctx context.Context, h *tenant.Handle, name string) (Webhook, error) {
	o := m.of(h)
	w, err := m.Find(ctx, h, name)
	if err != nil {
		return w, err
	}
	if _, why, err := o.actor(ctx, h.DB, h.Roles(), &w); err != nil || why != "" {
		if err == nil {
			err = fault.New(fault.Conflict, "webhook_blind", "The webhook cannot be enabled: %s.", why)
		}
		return w, err
	}
	return o.change(ctx, name, "enable", func(tx *db.Tx, w *Webhook) ([]string, error) {
		o.rouse(tx, m.clock.Now())
		return nil, setActive(tx, w.ID, h.ID, true, "")
	})
}

// Disable switches a webhook off: changes are not noted for it, and what waits goes on waiting.
func (m *Module) Disable(ctx context.Context, h *tenant.Handle, name string) (Webhook, error) {
	return m.of(h).change(ctx, name, "disable", func(tx *db.Tx, w *Webhook) ([]string, error) {
		return nil, setActive(tx, w.ID, h.ID, false, "it was switched off")
	})
}

// Delete removes a webhook with all its deliveries.
func (m *Module) Delete(ctx context.Context, h *tenant.Handle, name string) (Webhook, error) {
	return m.of(h).change(ctx, name, "delete", func(tx *db.Tx, w *Webhook) ([]string, error) { return nil, deleteWebhook(tx, w.ID) })
}

// Rotate makes a new secret; the one before signs beside it for the overlap, at most MaxOverlap.
func (m *Module) Rotate(ctx context.Context, h *tenant.Handle, name string, overlap time.Duration) (Issued, error) {
	if overlap < 0 || overlap > MaxOverlap {
		return Issued{}, fault.New(fault.Invalid, "overlap_invalid", "The old secret may sign beside the new one for up to %d hours.", int(MaxOverlap.Hours()))
	}
	key, shown := newSecret()
	w, err := m.of(h).change(ctx, name, "rotate", func(tx *db.Tx, w *Webhook) ([]string, error) {
		sealed := h.Keys.Seal(key, associated(w.ID))
		if overlap == 0 {
			return []string{"secret"}, setSecret(tx, w.ID, sealed, nil, 0)
		}
		return []string{"secret"}, setSecret(tx, w.ID, sealed, w.secret, m.clock.Now().Add(overlap).UnixMicro())
	})
	return Issued{w, shown}, err
}

// maxDeliveries is how many deliveries are listed at most.
const maxDeliveries = 1000

// Deliveries lists what was sent and what waits, the newest first; of one state, or of all where it is "".
func (m *Module) Deliveries(ctx context.Context, h *tenant.Handle, name, state string, limit int) ([]Delivery, error) {
	w, err := m.Find(ctx, h, name)
	if err != nil {
		return nil, err
	}
	return deliveries(ctx, h.DB, w.ID, state, min(max(limit, 1), maxDeliveries))
}

// Replay has kept deliveries sent again, with the ids they had: the one of an id, those made since a time, or, where
// neither is given, those that are dead. It returns how many.
func (m *Module) Replay(ctx context.Context, h *tenant.Handle, name, deliveryID string, since time.Time) (int64, error) {
	o, now := m.of(h), m.clock.Now()
	var at, n int64
	if !since.IsZero() {
		at = max(since.UnixMicro(), 1)
	}
	err := h.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := named(ctx, tx, h.ID, name)
		if err == nil && !w.Active {
			err = fault.New(fault.Conflict, "webhook_off", "The webhook %s is off (%s): enable it first.", w.Name, w.Reason)
		}
		return err
	}, func(tx *db.Tx) error {
		w, err := named(ctx, tx, h.ID, name)
		if err != nil {
			return err
		}
		if n, err = replay(tx, w.ID, deliveryID, at, now.UnixMicro()); err != nil {
			return err
		}
		o.rouse(tx, now)
		return o.audit(ctx, tx, "replay", &w, nil, nil, fmt.Sprintf("deliveries:%d", n))
	})
	if err == nil && n == 0 && deliveryID != "" {
		err = fault.New(fault.NotFound, "delivery_unknown", "There is no delivery %s that is over; `provost webhook deliveries` shows what is kept.", deliveryID)
	}
	if err != nil {
		return n, fmt.Errorf("replay deliveries: %w", err)
	}
	return n, nil
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}
