package people

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

func TestGrantAndRevoke(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada := f.create("Employee", "LoginID", "ada")
		steps := []struct {
			name    string
			do      func() ([]string, error)
			held    []string
			refused string // part of the message
			kind    fault.Kind
		}{
			{"a first role is the default", func() ([]string, error) { return f.module.Grant(f.ctx, f.one, "ADA", "selfservice", false) }, []string{"SelfService"}, "", 0},
			{"a second one is not", func() ([]string, error) { return f.module.Grant(f.ctx, f.one, "ada", "ServiceDeskAnalyst", false) }, []string{"SelfService", "ServiceDeskAnalyst"}, "", 0},
			{"unless it is said", func() ([]string, error) { return f.module.Grant(f.ctx, f.one, "ada", "ServiceDeskAnalyst", true) }, []string{"ServiceDeskAnalyst", "SelfService"}, "", 0},
			{"twice is harmless", func() ([]string, error) { return f.module.Grant(f.ctx, f.one, "ada", "ServiceDeskAnalyst", true) }, []string{"ServiceDeskAnalyst", "SelfService"}, "", 0},
			{"an unknown role", func() ([]string, error) { return f.module.Grant(f.ctx, f.one, "ada", "Nobody", false) }, nil, "no role", fault.Invalid},
			{"an unknown person", func() ([]string, error) { return f.module.Grant(f.ctx, f.one, "bob", "Admin", false) }, nil, "no employee", fault.NotFound},
			{"revoking", func() ([]string, error) { return f.module.Revoke(f.ctx, f.one, "ada", "servicedeskanalyst", false) }, []string{"SelfService"}, "", 0},
			{"revoking what is not held", func() ([]string, error) { return f.module.Revoke(f.ctx, f.one, "ada", "ServiceDeskAnalyst", false) }, nil, "does not hold", fault.Invalid},
			{"the built-in employee's role", func() ([]string, error) { return f.module.Revoke(f.ctx, f.one, BuiltIn, BuiltIn, true) }, nil, "keeps its role", fault.Conflict},
		}
		for _, s := range steps {
			held, err := s.do()
			if s.refused != "" {
				if !fault.Is(err, s.kind) || !strings.Contains(err.Error(), s.refused) {
					t.Errorf("%s: %v", s.name, err)
				}
				continue
			}
			if diff := cmp.Diff(s.held, held); err != nil || diff != "" {
				t.Errorf("%s: %v %s", s.name, err, diff)
			}
		}
		for action, want := range map[string]int{"role.grant": 3, "role.revoke": 1} {
			if got, err := audit.List(f.ctx, f.one.DB, audit.Filter{Target: ada.RecID, Action: action}); err != nil || len(got) != want {
				t.Errorf("audit has %d of %s (%v), want %d", len(got), action, err, want)
			}
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.person("ada")
		takes := map[string]func(login string, force bool) error{
			"revoke": func(login string, force bool) error {
				_, err := f.module.Revoke(f.ctx, f.one, login, "Admin", force)
				return err
			},
			"disable": func(login string, force bool) error { return f.module.SetActive(f.ctx, f.one, login, false, force) },
			"delete":  func(login string, force bool) error { return f.module.DeletePerson(f.ctx, f.one, login, force) },
		}
		refused := func(when string) {
			t.Helper()
			for verb, take := range takes {
				if err := take("ada", false); !fault.Is(err, fault.Conflict) || fault.Of(err).Code != "last_administrator" {
					t.Errorf("%s the last administrator %s: %v", verb, when, err)
				}
			}
		}
		refused("who is alone")
		f.person("bob")
		f.must(takes["disable"]("bob", false))
		refused("beside one who is disabled")
		f.must(takes["delete"]("bob", false)) // is no administrator any more
		for verb, take := range takes {
			f.person("eve")
			if err := take("ada", false); err != nil {
				t.Errorf("%s one of two administrators: %v", verb, err)
			}
			switch verb {
			case "revoke":
				_, err := f.module.Grant(f.ctx, f.one, "ada", "Admin", false)
				f.must(err)
			case "disable":
				f.must(f.module.SetActive(f.ctx, f.one, "ada", true, false))
			case "delete":
				f.person("ada")
			}
			f.must(f.module.DeletePerson(f.ctx, f.one, "eve", false))
		}
		refused("again")
		_, err := f.module.Grant(f.ctx, f.one, "ada", "SelfService", false)
		f.must(err)
		_, err = f.module.Revoke(f.ctx, f.one, "ada", "SelfService", false)
		f.must(err) // another role of theirs
		for _, verb := range []string{"disable", "revoke", "delete"} {
			if err := takes[verb]("ada", true); err != nil {
				t.Errorf("%s with force: %v", verb, err)
			}
		}
	})
}
