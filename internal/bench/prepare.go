package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// places returns where a workload runs, made and filled when it is the first to need it.
func (b *bench) places(ctx context.Context, w Workload) ([]*place, error) {
	var err error
	switch {
	case w.kind == createTenants:
		if b.many == nil {
			err = b.prepareTenants(ctx)
		}
		return b.many, err
	case w.incident:
		if b.incident == nil {
			err = b.prepareIncident(ctx)
		}
		return []*place{b.incident}, err
	}
	if b.plain == nil {
		err = b.preparePlain(ctx)
	}
	return []*place{b.plain}, err
}

// firstTenant is the name of the tenant a server makes in an empty folder.
const firstTenant = "default"

// apply makes the object type of BenchIncident in a tenant.
func (b *bench) apply(ctx context.Context, tenant string) error {
	var changed struct{}
	return b.server.administer(ctx, Definition, &changed, "object", "apply", "-f", "-", "--tenant", tenant)
}

func (b *bench) preparePlain(ctx context.Context) error {
	s, err := benchShape(b.Seed, b.Records)
	if err != nil {
		return err
	}
	if err := b.apply(ctx, firstTenant); err != nil {
		return err
	}
	key, err := b.server.key(ctx, firstTenant)
	if err != nil {
		return err
	}
	p := newPlace(b.server.address, "localhost", odata("benchincidents", key), s)
	if err := b.fill(ctx, p); err != nil {
		return err
	}
	b.plain = p
	return nil
}

func (b *bench) fill(ctx context.Context, p *place) error {
	start := time.Now()
	if err := p.fill(ctx, b.Connections, b.Records, func(done int64) {
		b.Progress(fmt.Sprintf("%s: %d of %d records of %s loaded (%d%%)", p.dialect.name, done, b.Records, p.shape.object, 100*done/int64(b.Records)))
	}); err != nil {
		return err
	}
	b.Progress(fmt.Sprintf("%s: %d records of %s loaded in %.1f s", p.dialect.name, b.Records, p.shape.object, time.Since(start).Seconds()))
	return nil
}

// customers is how many people the incidents belong to.
const customers = 50

// prepareIncident makes the teams, categories and people that incidents name, and the incidents.
func (b *bench) prepareIncident(ctx context.Context) error {
	key, err := b.server.key(ctx, firstTenant)
	if err != nil {
		return err
	}
	ids := make([]string, 0, customers)
	for i := range customers {
		id, err := b.make("employees", key, map[string]any{
			"LoginID": fmt.Sprintf("bench.%02d", i), "FirstName": "Bench", "LastName": fmt.Sprintf("Customer %02d", i),
			"DisplayName": fmt.Sprintf("Bench Customer %02d", i), "PrimaryEmail": fmt.Sprintf("bench.%02d@bench.example", i), "Status": "Active",
		})
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	s := incidentShape(b.Seed, b.Records, ids)
	made := map[string]bool{}
	for _, c := range s.combos {
		for set, body := range map[string]map[string]any{
			"standarduserteams": {"Team": c[0], "TeamEmail": "team@bench.example"}, "categorys": {"Category": c[1], "Name": c[1]},
		} {
			name := fmt.Sprint(set, body["Team"], body["Category"])
			if made[name] {
				continue
			}
			made[name] = true
			if _, err := b.make(set, key, body); err != nil {
				return err
			}
		}
	}
	p := newPlace(b.server.address, "localhost", odata("incidents", key), s)
	if err := b.fill(ctx, p); err != nil {
		return err
	}
	b.incident = p
	return nil
}

// make creates one record in the first tenant and returns its RecId.
func (b *bench) make(set, key string, record map[string]any) (string, error) {
	body, err := json.Marshal(record)
	if err != nil {
		return "", fmt.Errorf("make a record of %s: %w", set, err)
	}
	d := odata(set, key)
	c := client{address: b.server.address}
	defer c.drop()
	answer, err := c.do(d.appendCreate(nil, "localhost", body[:len(body)-1], 0))
	if err != nil {
		return "", fmt.Errorf("make a record of %s: %w", set, err)
	}
	if answer.status != d.created {
		return "", fmt.Errorf("make a record of %s: status %d: %.300q", set, answer.status, answer.body)
	}
	return d.keyOf(answer.body)
}

// prepareTenants makes tenants with host names of their own, each with an empty set.
func (b *bench) prepareTenants(ctx context.Context) error {
	s, err := benchShape(b.Seed, b.Records)
	if err != nil {
		return err
	}
	var many []*place
	for i := range b.Tenants {
		name := fmt.Sprintf("bench%02d", i)
		host := name + ".localhost"
		var made struct{}
		if err := b.server.administer(ctx, nil, &made, "tenant", "create", name, "--host", host); err != nil {
			return err
		}
		if err := b.apply(ctx, name); err != nil {
			return err
		}
		key, err := b.server.key(ctx, name)
		if err != nil {
			return err
		}
		many = append(many, newPlace(b.server.address, host, odata("benchincidents", key), s))
	}
	b.many = many
	b.Progress(fmt.Sprintf("provost: %d tenants made", b.Tenants))
	return nil
}

// The server of a profile begins at the first signal and writes the file at the second (ServeProfiled).
func (b *bench) beginProfile() { b.server.signal(syscall.SIGUSR1) }
func (b *bench) endProfile()   { b.server.signal(syscall.SIGUSR2) }

// keepProfile waits for the server to write its profile and puts it where the user wants it. Of several runs the last stays.
func (b *bench) keepProfile(ctx context.Context, workload string) error {
	ended := time.After(10 * time.Second)
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for {
		profile, err := os.ReadFile(b.server.profile)
		if err == nil {
			name := profileName(b.Profile, workload)
			if err := errors.Join(os.WriteFile(name, profile, 0o600), os.Remove(b.server.profile)); err != nil { //nolint:gosec // the user names the file
				return fmt.Errorf("keep the CPU profile: %w", err)
			}
			b.Progress("CPU profile in " + name)
			return nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("keep the CPU profile: %w", err)
		}
		select {
		case <-poll.C:
		case <-ended:
			return errors.New("the server wrote no CPU profile")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
