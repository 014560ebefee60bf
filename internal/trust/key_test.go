package trust

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
)

func TestKeyOpensInEveryForm(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		k := f.key(KeySpec{Role: "servicedeskanalyst", OnBehalfOf: "ANN", Description: "monitoring"})
		if !strings.HasPrefix(k.Secret, "pvs_k_") || k.Group != DefaultGroup || k.Role != "ServiceDeskAnalyst" {
			t.Errorf("issued %+v", k)
		}
		for _, header := range []string{"rest_api_key=" + k.Secret, "rest_api_key={" + k.Secret + "}", "REST " + k.Secret, "bearer " + k.Secret, k.Secret} {
			who := f.accepted(f.one, home, header)
			if who.Kind != principal.Key || who.PersonID != f.ann || who.Login != "ann" || who.Role != "ServiceDeskAnalyst" || who.CredentialID != k.ID ||
				who.TenantID != f.one.ID || who.Address.String() != home || who.RequestID == "" || who.DisplayName != "Ann A. Lyst" {
				t.Errorf("%s: %+v", header[:8], who)
			}
		}
		f.refused(f.one, home, "rest_api_key="+k.Secret+"A")
		f.refused(f.one, home, "rest_api_key="+legacyKey)
		f.refused(f.one, home, "Bearer "+token)
		f.refused(f.one, home, "")

		legacy := f.key(KeySpec{Role: "SelfService", OnBehalfOf: f.ann, Legacy: true})
		dashed := legacy.Secret[:8] + "-" + legacy.Secret[8:12] + "-" + legacy.Secret[12:16] + "-" + legacy.Secret[16:20] + "-" + legacy.Secret[20:]
		for _, header := range []string{"REST " + legacy.Secret, strings.ToLower(dashed)} {
			if who := f.accepted(f.one, home, header); who.Role != "SelfService" {
				t.Errorf("%+v", who)
			}
		}
		if k := f.key(KeySpec{Role: "ChangeManager"}); f.accepted(f.one, home, k.Secret).PersonID != f.internal {
			t.Error("a key on nobody's behalf does not act for the built-in employee")
		}
	})
}

func TestKeyIsRefused(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for name, c := range map[string]struct {
			spec   KeySpec
			spoil  func(k Issued)
			from   string
			mended func(k Issued)
		}{
			"of another tenant":    {from: "two"},
			"disabled":             {spoil: func(k Issued) { f.must(f.module.EnableKey(f.ctx, f.one, k.ID, false)) }, mended: func(k Issued) { f.must(f.module.EnableKey(f.ctx, f.one, k.ID, true)) }},
			"deleted":              {spoil: func(k Issued) { f.must(f.module.DeleteKey(f.ctx, f.one, k.ID)) }},
			"expired":              {spec: KeySpec{Expires: f.clock.Now().Add(time.Minute)}, spoil: func(Issued) { f.clock.Advance(time.Minute) }},
			"from a wrong address": {spec: KeySpec{CIDRs: []string{"192.0.2.0/24"}}, from: "198.51.100.1"},
			"of a disabled person": {spoil: func(Issued) { f.update(f.ann, "Disabled", true); f.clock.Advance(cacheFresh) },
				mended: func(Issued) { f.update(f.ann, "Disabled", false) }},
			"of a person who left": {spoil: func(Issued) { f.update(f.ann, "Status", "Terminated"); f.clock.Advance(cacheFresh) },
				mended: func(Issued) { f.update(f.ann, "Status", "On Leave") }},
			"whose role the person lost": {spoil: func(Issued) {
				f.roles(func(tx *db.Tx) error { return (role.Store{}).Revoke(f.ctx, tx, f.ann, "ServiceDeskAnalyst") })
			},
				mended: func(Issued) {
					f.roles(func(tx *db.Tx) error { return (role.Store{}).Grant(f.ctx, tx, f.ann, "ServiceDeskAnalyst", true) })
				}},
			"of a disabled group": {spec: KeySpec{Group: "Monitoring"}, spoil: func(Issued) { f.group(func(g *Group) { g.Enabled = false }) },
				mended: func(Issued) { f.group(func(g *Group) { g.Enabled = true }) }},
			"whose role the group lost": {spec: KeySpec{Group: "Monitoring"}, spoil: func(Issued) { f.group(func(g *Group) { g.Roles = []string{"SelfService"} }) },
				mended: func(Issued) { f.group(func(g *Group) { g.Roles = []string{"ServiceDeskManager"} }) }},
			"outside the group's networks": {spec: KeySpec{Group: "Monitoring"}, spoil: func(Issued) { f.group(func(g *Group) { g.CIDRs = []string{"10.0.0.0/8"} }) },
				mended: func(Issued) { f.group(func(g *Group) { g.CIDRs = nil }) }},
		} {
			t.Run(name, func(t *testing.T) {
				defer func(outer *testing.T) { f.t = outer }(f.t)
				f.t = t
				f.monitoring()
				c.spec.Role, c.spec.OnBehalfOf = "ServiceDeskAnalyst", "ann"
				k := f.key(c.spec)
				f.accepted(f.one, home, "REST "+k.Secret) // and is remembered
				h, from := f.one, home
				if c.from == "two" {
					h = f.two
				} else if c.from != "" {
					from = c.from
				}
				if c.spoil != nil {
					c.spoil(k)
				}
				for _, header := range []string{"REST " + k.Secret, "rest_api_key=" + k.Secret, "Bearer " + k.Secret, k.Secret} {
					f.refused(h, from, header)
				}
				if c.mended != nil {
					c.mended(k)
					f.accepted(f.one, home, "REST "+k.Secret)
				}
			})
		}
	})
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// roles changes who holds what, as the domain that keeps roles does.
func (f *fixture) roles(fn func(*db.Tx) error) {
	f.t.Helper()
	f.must(f.one.DB.Write(f.ctx, nil, fn))
	f.clock.Advance(cacheFresh)
}

func (f *fixture) monitoring() Group {
	f.t.Helper()
	groups, err := f.module.Groups(f.ctx, f.one)
	f.must(err)
	for _, g := range groups {
		if g.Name == "Monitoring" {
			return g
		}
	}
	g, err := f.module.CreateGroup(f.ctx, f.one, Group{Name: "Monitoring", Roles: []string{"servicedeskmanager"}})
	f.must(err)
	return g
}

func (f *fixture) group(change func(*Group)) {
	f.t.Helper()
	g := f.monitoring()
	change(&g)
	_, err := f.module.UpdateGroup(f.ctx, f.one, g)
	f.must(err)
}

func TestKeyIsNotMade(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.monitoring()
		f.update(addPerson(t, f.ctx, f.one, "gone", "Gone", "SelfService"), "Status", "Terminated")
		taken := f.key(KeySpec{Role: "SelfService"})
		for name, c := range map[string]struct {
			spec KeySpec
			says string
			kind fault.Kind
		}{
			"in a role that is not there":       {spec: KeySpec{Role: "NoSuchRole"}, says: "NoSuchRole"},
			"without a role":                    {says: "no role"},
			"in a role the person lacks":        {spec: KeySpec{Role: "Admin", OnBehalfOf: "ann"}, says: "does not hold"},
			"in a role outside the group":       {spec: KeySpec{Role: "Admin", Group: "Monitoring"}, says: "does not allow"},
			"in a group that is not there":      {spec: KeySpec{Role: "Admin", Group: "Nobody's"}, says: "no key group"},
			"on behalf of nobody":               {spec: KeySpec{Role: "Admin", OnBehalfOf: "nobody"}, says: "no active employee"},
			"on behalf of somebody who left":    {spec: KeySpec{Role: "SelfService", OnBehalfOf: "gone"}, says: "no active employee"},
			"with a network that is none":       {spec: KeySpec{Role: "Admin", CIDRs: []string{"10.0.0.0/99"}}, says: "10.0.0.0/99"},
			"with an end in the past":           {spec: KeySpec{Role: "Admin", Expires: f.clock.Now()}, says: "expired"},
			"from an existing key of odd shape": {spec: KeySpec{Role: "Admin", Secret: "letmein"}, says: "32 hex"},
			"from a key that is there already":  {spec: KeySpec{Role: "Admin", Secret: taken.Secret}, says: "exists", kind: fault.Conflict},
			"with a description of two lines":   {spec: KeySpec{Role: "Admin", Description: "a\nb"}, says: "control"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := f.module.CreateKey(f.ctx, f.one, c.spec)
				if c.kind == 0 {
					c.kind = fault.Invalid
				}
				text := ""
				if err != nil {
					text = err.Error()
					for _, complaint := range fault.Of(err).Fields {
						text += " " + complaint.Message
					}
				}
				if !fault.Is(err, c.kind) || !strings.Contains(text, c.says) {
					t.Errorf("got %q", text)
				}
			})
		}
		if keys, err := f.module.Keys(f.ctx, f.one); err != nil || len(keys) != 1 {
			t.Errorf("%d keys, %v", len(keys), err)
		}
	})
}

func TestKeyRotates(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		end := f.clock.Now().Add(1000 * time.Hour)
		a := f.key(KeySpec{Role: "SelfService", OnBehalfOf: "ann", Description: "tool", CIDRs: []string{"192.0.2.0/24"}, Expires: end, Legacy: true})
		b, err := f.module.RotateKey(f.ctx, f.one, a.ID, time.Hour)
		f.must(err)
		if b.Secret == a.Secret || len(b.Secret) != 32 || b.Description != "tool" || !b.Expires.Equal(end) || !cmp.Equal(b.CIDRs, a.CIDRs) || b.Person != f.ann {
			t.Errorf("rotated to %+v", b)
		}
		f.accepted(f.one, home, a.Secret)
		f.accepted(f.one, home, b.Secret)
		f.refused(f.one, "198.51.100.1", b.Secret)
		if _, err := f.module.RotateKey(f.ctx, f.one, a.ID, time.Hour); !fault.Is(err, fault.Conflict) {
			t.Errorf("rotated twice: %v", err)
		}
		c, err := f.module.RotateKey(f.ctx, f.one, b.ID, time.Hour)
		f.must(err)
		f.refused(f.one, home, a.Secret) // the third within the grace ends the oldest
		f.accepted(f.one, home, b.Secret)
		f.clock.Advance(time.Hour)
		f.refused(f.one, home, b.Secret)
		d, err := f.module.RotateKey(f.ctx, f.one, c.ID, 0)
		f.must(err)
		f.refused(f.one, home, c.Secret)
		f.accepted(f.one, home, d.Secret)
		if _, err := f.module.RotateKey(f.ctx, f.one, "nothing", 0); !fault.Is(err, fault.NotFound) {
			t.Errorf("rotated nothing: %v", err)
		}
	})
}

func TestGroupLifecycle(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		g := f.monitoring()
		if _, err := f.module.CreateGroup(f.ctx, f.one, Group{Name: "MONITORING", Roles: []string{"*"}}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second group of the name: %v", err)
		}
		for name, bad := range map[string]Group{"no name": {Roles: []string{"*"}}, "no role": {Name: "x"}, "unknown role": {Name: "x", Roles: []string{"y"}},
			"bad network": {Name: "x", Roles: []string{"*"}, CIDRs: []string{"z"}}} {
			if _, err := f.module.CreateGroup(f.ctx, f.one, bad); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		k := f.key(KeySpec{Group: "monitoring", Role: "ServiceDeskManager"})
		if err := f.module.DeleteGroup(f.ctx, f.one, g.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("deleted a group with keys: %v", err)
		}
		f.must(f.module.DeleteKey(f.ctx, f.one, k.ID))
		f.must(f.module.DeleteGroup(f.ctx, f.one, g.ID))
		if _, err := f.module.UpdateGroup(f.ctx, f.one, g); !fault.Is(err, fault.NotFound) {
			t.Errorf("updated a deleted group: %v", err)
		}
	})
}

// Every change of a credential leaves an audit entry, and no secret gets anywhere.
func TestKeyChangesAreAuditedWithoutSecret(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		var secrets []string
		k := f.key(KeySpec{Role: "SelfService", OnBehalfOf: "ann"})
		f.must(f.module.EnableKey(f.ctx, f.one, k.ID, false))
		f.must(f.module.EnableKey(f.ctx, f.one, k.ID, true))
		b, err := f.module.RotateKey(f.ctx, f.one, k.ID, time.Hour)
		f.must(err)
		f.must(f.module.DeleteKey(f.ctx, f.one, k.ID))
		secrets = append(secrets, k.Secret, b.Secret)
		records, err := audit.List(f.ctx, f.one.DB, audit.Filter{Target: k.ID})
		f.must(err)
		var actions []string
		for _, r := range records {
			actions = append(actions, r.Action)
			for _, s := range secrets {
				if strings.Contains(string(r.Changes)+r.Label, s) {
					t.Errorf("%s holds the secret", r.Action)
				}
			}
		}
		want := []string{"api_key.delete", "api_key.rotate", "api_key.enable", "api_key.disable", "api_key.create"}
		if d := cmp.Diff(want, actions); d != "" {
			t.Error(d)
		}
		if result, err := audit.Verify(f.ctx, f.one.DB, nil); err != nil || !result.OK() {
			t.Errorf("chain: %+v, %v", result, err)
		}
	})
}

func TestAKeyIsChanged(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		k := f.key(KeySpec{Role: "ServiceDeskAnalyst", OnBehalfOf: "ann", Group: f.monitoring().Name})
		text, later, never, past := func(s string) *string { return &s }, f.clock.Now().Add(time.Hour), time.Time{}, f.clock.Now()
		after, err := f.module.UpdateKey(f.ctx, f.one, k.ID, KeyChange{Description: text("changed"), CIDRs: &[]string{"192.0.2.0/24"}, Expires: &later})
		if err != nil || after.Description != "changed" || !after.Expires.Equal(later) {
			t.Errorf("%+v %v", after, err)
		}
		f.accepted(f.one, home, k.Secret)
		f.refused(f.one, "198.51.100.1", k.Secret)
		after, err = f.module.UpdateKey(f.ctx, f.one, k.ID, KeyChange{Role: text("servicedeskmanager"), OnBehalfOf: text(BuiltInLogin), CIDRs: &[]string{}, Expires: &never})
		f.must(err)
		if stored, err := f.module.Key(f.ctx, f.one, k.ID); err != nil || stored.Role != "ServiceDeskManager" || stored.Person != f.internal || stored.Expires != nil || after.Role != stored.Role {
			t.Errorf("%+v %v", stored, err)
		}
		if who := f.accepted(f.one, "198.51.100.1", k.Secret); who.Role != "ServiceDeskManager" {
			t.Errorf("%+v", who)
		}
		for name, c := range map[string]KeyChange{
			"a role the group lacks": {Role: text("Admin")}, "no role": {Role: text("Nobody")}, "a role the person lacks": {OnBehalfOf: text("ann")},
			"nobody": {OnBehalfOf: text("nobody")}, "an end in the past": {Expires: &past}, "a network that is none": {CIDRs: &[]string{"x"}}, "a control character": {Description: text("\x00")},
		} {
			if _, err := f.module.UpdateKey(f.ctx, f.one, k.ID, c); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := f.module.UpdateKey(f.ctx, f.two, k.ID, KeyChange{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("another tenant changes it: %v", err)
		}
		if found, err := f.module.ReportLeak(f.ctx, f.one, k.Secret); !found || err != nil {
			t.Errorf("%v %v", found, err)
		}
		if _, err := f.module.UpdateKey(f.ctx, f.one, k.ID, KeyChange{Expires: &never}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a leaked key lives again: %v", err)
		}
		if got := f.trail("api_key.update"); len(got) != 2 {
			t.Errorf("%v", got)
		}
	})
}
