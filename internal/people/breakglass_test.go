package people

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// factors are who has which second factor.
type factors map[string]string

func (f factors) Factors(_ context.Context, _ db.Reader, person string) (totp, passkey bool, err error) {
	return f[person] == "totp", f[person] == "passkey", nil
}

func (factors) Admit(context.Context, *tenant.Handle, string, netip.Addr) error { return nil }

// glass makes ada and bob administrators with passkeys, ada a break-glass one.
func (f *fixture) glass() (ada, bob string) {
	f.t.Helper()
	all := factors{}
	f.module.SetSignIns(all)
	for login, id := range map[string]*string{"ada": &ada, "bob": &bob} {
		made, err := f.module.CreatePerson(f.ctx, f.one, NewPerson{Login: login, Role: "Admin", LastName: login})
		f.must(err)
		*id, all[made.RecID] = made.RecID, "passkey"
	}
	ctx := principal.With(f.ctx, &principal.Principal{Kind: principal.Session, PersonID: bob, Login: "bob"})
	f.must(f.module.SetBreakGlass(ctx, f.one, "ada", true))
	return ada, bob
}

func TestWhoCanBeBreakGlass(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		all := factors{}
		f.module.SetSignIns(all)
		person := func(login, role, factor, password string, more ...any) {
			made, err := f.module.CreatePerson(f.ctx, f.one, NewPerson{Login: login, Role: role, LastName: login, More: input(more...)})
			f.must(err)
			all[made.RecID] = factor
			if password != "" {
				f.must(f.module.SetPassword(f.ctx, f.one, made.RecID, password))
			}
		}
		const password = "correct horse battery staple"
		person("agent", "ServiceDeskAnalyst", "passkey", password)
		person("bare", "Admin", "", password)
		person("away", "Admin", "passkey", password, "Disabled", true)
		person("saml", "Admin", "passkey", password, "IsInternalAuth", false)
		person("app", "Admin", "totp", "")
		person("key", "Admin", "passkey", "")
		person("both", "Admin", "totp", password)
		for login, missing := range map[string]string{
			"agent": "a role that administers.", "bare": "a passkey or an authenticator app.", "away": "an account that is active.",
			"saml": "the right to sign in with a password.", "app": "a password, or a passkey", BuiltIn: "the right to sign in with a password", "key": "", "both": "",
		} {
			err := f.module.SetBreakGlass(f.ctx, f.one, login, true)
			if missing == "" && err != nil {
				t.Errorf("%s: %v", login, err)
			}
			if missing != "" && (!fault.Is(err, fault.Conflict) || fault.Of(err).Code != "break_glass_unfit" || !strings.Contains(err.Error(), "What is missing: ") || !strings.Contains(err.Error(), missing)) {
				t.Errorf("%s: %v, want %q", login, err, missing)
			}
		}
		if err := f.module.SetBreakGlass(f.ctx, f.one, "nobody", true); !fault.Is(err, fault.NotFound) {
			t.Errorf("nobody: %v", err)
		}
	})
}

func TestABreakGlassAdministratorIsKept(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, _ := f.glass()
		ctx := tenant.With(f.ctx, f.one)
		typ := f.typ("Employee")
		row, err := f.one.Records.Get(ctx, typ, ada)
		f.must(err)
		update := func(pairs ...any) func() error {
			return func() error { _, err := f.one.Records.Update(ctx, typ, ada, input(pairs...)); return err }
		}
		takes := map[string]func() error{
			"disabled":                   update("Disabled", true),
			"terminated":                 update("Status", "Terminated"),
			"without a password sign-in": update("IsInternalAuth", false),
			"without a login":            update("LoginID", ""),
			"deleted":                    func() error { return f.one.Records.Delete(ctx, typ, ada) },
			"deleted by login, forced":   func() error { return f.module.DeletePerson(f.ctx, f.one, "ada", true) },
			"disabled by login, forced":  func() error { return f.module.SetActive(f.ctx, f.one, "ada", false, true) },
			"without the role, forced":   func() error { _, err := f.module.Revoke(f.ctx, f.one, "ada", "Admin", true); return err },
		}
		for name, take := range takes {
			err := take()
			if !fault.Is(err, fault.Conflict) || fault.Of(err).Code != "break_glass_kept" || !strings.Contains(err.Error(), "ada is a break-glass administrator") {
				t.Errorf("%s: %v", name, err)
			}
		}
		now, err := f.one.Records.Get(ctx, typ, ada)
		f.must(err)
		if now.Rev != row.Rev {
			t.Error("a refusal has changed the record")
		}
		for name, fine := range map[string]func() error{
			"another title":  update("Title", "Keeper"),
			"another login":  update("LoginID", "lovelace"),
			"back":           update("Disabled", false),
			"another status": update("Status", "On Leave"),
			"another's role": func() error { _, err := f.module.Revoke(f.ctx, f.one, "bob", "Admin", false); return err },
		} {
			if err := fine(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		f.must(update("LoginID", "ada")())
		_, err = f.module.Grant(f.ctx, f.one, "ada", "ServiceDeskAnalyst", true)
		f.must(err)
		if _, err := f.module.Revoke(f.ctx, f.one, "ada", "ServiceDeskAnalyst", false); err != nil {
			t.Errorf("a role that does not administer: %v", err)
		}
		_, err = f.module.Grant(f.ctx, f.one, "bob", "Admin", false)
		f.must(err)
		f.must(f.module.SetBreakGlass(f.ctx, f.one, "ada", false))
		f.must(f.module.SetBreakGlass(f.ctx, f.one, "ada", false)) // harmless
		f.must(takes["deleted"]())
		has, err := f.module.HasBreakGlass(f.ctx, f.one)
		if err != nil || has {
			t.Errorf("there is one left: %v, %v", has, err)
		}
		for action, actor := range map[string]string{"break_glass.set": "bob", "break_glass.remove": "InternalServices"} {
			got, err := audit.List(f.ctx, f.one.DB, audit.Filter{Target: ada, Action: action})
			if err != nil || len(got) != 1 || got[0].Login != actor || got[0].Label != "ada" || !strings.Contains(string(got[0].Changes), `"BreakGlass":[`) {
				t.Errorf("%s: %+v, %v", action, got, err)
			}
		}
	})
}

// TestAMarkCountsForWritesUnderWay: a write that was drafted before the mark was set is looked at again when it is stored.
func TestAMarkCountsForWritesUnderWay(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, _ := f.glass()
		f.must(f.module.SetBreakGlass(f.ctx, f.one, "ada", false))
		set := false
		ctx := record.WithGuard(tenant.With(f.ctx, f.one), func(context.Context, db.Reader, *record.Draft) error {
			if set {
				return nil
			}
			set = true
			return f.module.SetBreakGlass(f.ctx, f.one, "ada", true)
		})
		_, err := f.one.Records.Update(ctx, f.typ("Employee"), ada, input("Disabled", true))
		if !set || !fault.Is(err, fault.Conflict) || fault.Of(err).Code != "break_glass_kept" {
			t.Errorf("deactivated while the mark was set: %v", err)
		}
	})
}

func TestRolesKeepBreakGlassAdministrators(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.glass()
		book, err := role.Load(f.ctx, f.one.DB)
		f.must(err)
		if err := f.module.KeepBreakGlass(f.ctx, f.one.DB, f.one, book); err != nil {
			t.Errorf("the roles as they are: %v", err)
		}
		admin, _ := book.Role("Admin")
		admin.Admin = false
		admin.Includes = nil
		err = f.module.KeepBreakGlass(f.ctx, f.one.DB, f.one, book.With(admin))
		if !fault.Is(err, fault.Conflict) || fault.Of(err).Code != "break_glass_kept" || !strings.Contains(err.Error(), "ada is") {
			t.Errorf("a role that administers no more: %v", err)
		}
	})
}

func TestMarksInLists(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, bob := f.glass()
		ctx := tenant.With(f.ctx, f.one)
		for want, is := range map[string]string{"true": ada, "false": bob} {
			page, err := f.module.adminPeople(ctx, &peopleQuery{BreakGlass: want, Role: "Admin", Paging: adminapi.Paging{Limit: 50}})
			f.must(err)
			at := slices.IndexFunc(page.Items, func(p Person) bool { return p.ID == is })
			if at < 0 || page.Items[at].BreakGlass != (want == "true") || want == "true" && len(page.Items) != 1 {
				t.Errorf("%s: %+v", want, page.Items)
			}
		}
		detail, err := f.module.adminPerson(ctx, &PersonPath{ada})
		f.must(err)
		if m := detail.Mark; !detail.BreakGlass || m == nil || m.By != bob || m.Login != "bob" || !m.At.Equal(f.clock.Now()) {
			t.Errorf("the person has %+v", detail.Mark)
		}
		seen := errors.New("ada is not listed")
		f.must(f.module.Accounts(ctx, f.one, func(a Account) error {
			if a.Login == "ada" && a.BreakGlass {
				seen = nil
			}
			return nil
		}))
		if seen != nil {
			t.Error(seen)
		}
	})
}
