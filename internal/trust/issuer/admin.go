package issuer

import (
	"context"
	"fmt"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

// What issuers and links are called in the audit trail.
const (
	objectIssuer = "issuer"
	objectLink   = "identity"
)

func (p *Plane) audit(ctx context.Context, tx *db.Tx, object, verb, target, label string, before, after any, flags ...string) error {
	changes, err := audit.Diff(before, after)
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, p.clock.Now(), audit.Entry{Action: object + "." + verb, Object: object, Target: target, Label: label,
		Changes: changes, Flags: flags})
}

// CreateIssuer makes an issuer. What is wrong with the spec is fault.Invalid; a name or an issuer that is there already is fault.Conflict.
func (p *Plane) CreateIssuer(ctx context.Context, s Spec) (Issuer, error) {
	i := Issuer{ID: id.RecID(), Name: s.Name, Kind: s.Kind, Issuer: s.Issuer, Directories: s.Directories, Audiences: s.Audiences, Clients: s.Clients,
		KeysURI: s.KeysURI, Enabled: !s.Disabled, Creator: actor(ctx), Created: p.clock.Now()}
	if err := i.check(p.client, p.own); err != nil {
		return Issuer{}, err
	}
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		all, err := listIssuers(ctx, tx)
		if err != nil {
			return err
		}
		if len(all) >= maxIssuers {
			return fault.New(fault.Conflict, "issuer_limit", "There may be %d issuers at most; delete one first.", maxIssuers)
		}
		return alone(&i, all)
	}, func(tx *db.Tx) error {
		if err := insertIssuer(tx, &i); err != nil {
			return err
		}
		tx.AddCell(cellRevision, 1)
		return p.audit(ctx, tx, objectIssuer, "create", i.ID, i.Name, nil, i)
	})
	if err != nil {
		return Issuer{}, fmt.Errorf("create issuer: %w", err)
	}
	p.changed()
	return i, nil
}

// alone refuses an issuer whose name, or any iss it stands for, is another's.
func alone(i *Issuer, all []Issuer) error {
	taken := make(map[string]string)
	for n := range all {
		if all[n].ID == i.ID {
			continue
		}
		if sameName(all[n].Name, i.Name) {
			return fault.New(fault.Conflict, "issuer_exists", "There is an issuer %s already.", i.Name)
		}
		taken[all[n].Issuer] = all[n].Name
		for _, s := range all[n].sources() {
			taken[s.iss] = all[n].Name
		}
	}
	for _, s := range append(i.sources(), source{iss: i.Issuer}) {
		if name, ok := taken[s.iss]; ok {
			return fault.New(fault.Conflict, "issuer_exists", "The issuer %s takes the tokens of %s already.", name, s.iss)
		}
	}
	return nil
}

// Issuers lists the issuers by name.
func (p *Plane) Issuers(ctx context.Context) ([]Issuer, error) { return listIssuers(ctx, p.db) }

// Issuer returns the issuer of a name or id; fault.NotFound where there is none.
func (p *Plane) Issuer(ctx context.Context, name string) (Issuer, error) {
	return named(ctx, p.db, name)
}

// UpdateIssuer changes an issuer, by name or id. Errors are those of CreateIssuer, and fault.NotFound.
func (p *Plane) UpdateIssuer(ctx context.Context, name string, c Change) (Issuer, error) {
	var before, after Issuer
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		all, err := listIssuers(ctx, tx)
		if err != nil {
			return err
		}
		if before, err = named(ctx, tx, name); err != nil {
			return err
		}
		after = c.of(before)
		if err := after.check(p.client, p.own); err != nil {
			return err
		}
		return alone(&after, all)
	}, func(tx *db.Tx) error {
		if err := updateIssuer(tx, &after); err != nil {
			return err
		}
		tx.AddCell(cellRevision, 1)
		return p.audit(ctx, tx, objectIssuer, "update", after.ID, after.Name, before, after)
	})
	if err != nil {
		return Issuer{}, fmt.Errorf("update issuer: %w", err)
	}
	p.changed()
	return after, nil
}

// of returns an issuer with the changes made to it.
func (c Change) of(i Issuer) Issuer {
	set(&i.Name, c.Name)
	set(&i.Directories, c.Directories)
	set(&i.Audiences, c.Audiences)
	set(&i.Clients, c.Clients)
	set(&i.KeysURI, c.KeysURI)
	set(&i.Enabled, c.Enabled)
	return i
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// DeleteIssuer removes an issuer, by name or id, with its links.
func (p *Plane) DeleteIssuer(ctx context.Context, name string) (Issuer, error) {
	var i Issuer
	err := p.db.Write(ctx, func(tx *db.Tx) (err error) {
		i, err = named(ctx, tx, name)
		return err
	}, func(tx *db.Tx) error {
		links, err := deleteIssuer(tx, i.ID)
		if err != nil {
			return err
		}
		tx.AddCell(cellRevision, 1)
		return p.audit(ctx, tx, objectIssuer, "delete", i.ID, i.Name, i, nil, fmt.Sprintf("links:%d", links))
	})
	if err != nil {
		return Issuer{}, fmt.Errorf("delete issuer: %w", err)
	}
	p.changed()
	return i, nil
}

// Keys is what is known of the keys from one place.
type Keys struct {
	From    string    `json:"from"`
	Fetched time.Time `json:"fetched_at"` // zero: never
	IDs     []string  `json:"keys"`
	Error   string    `json:"error"` // of this attempt; the keys are the last good ones then
}

// Refresh asks for the keys of an issuer now, from each place they come from.
func (p *Plane) Refresh(ctx context.Context, name string) ([]Keys, error) {
	i, err := p.Issuer(ctx, name)
	if err != nil {
		return nil, err
	}
	s, err := p.current(ctx)
	if err != nil {
		return nil, err
	}
	out := []Keys{}
	asked := make(map[*KeySet]bool)
	for _, own := range i.sources() {
		found := s.sources[own.iss]
		if found == nil || asked[found.keys] {
			continue
		}
		asked[found.keys] = true
		k := Keys{From: found.origin.Discovery + found.origin.KeysURI, IDs: []string{}}
		var all []Key
		if all, k.Fetched, err = found.keys.Refresh(ctx); err != nil {
			k.Error = err.Error()
		}
		for n := range all {
			k.IDs = append(k.IDs, all[n].ID)
		}
		out = append(out, k)
	}
	return out, nil
}

// actor is who the context acts for, as it stands in a created_by column.
func actor(ctx context.Context) string {
	if who := principal.From(ctx); who != nil {
		return who.Login
	}
	return ""
}
