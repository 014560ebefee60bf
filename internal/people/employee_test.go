package people

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/role"
)

func TestEmployeeIsCompletedOnCreation(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for name, c := range map[string]struct {
			in   []any
			want map[string]string
		}{
			"names are assembled, the network name is the login": {[]any{"FirstName", "Ada", "LastName", "Byron", "LoginID", "ada"},
				map[string]string{"DisplayName": "Ada Byron", "NetworkUserName": "ada", "Status": "Active", "Disabled": "false"}},
			"a middle name gives an initial":  {[]any{"FirstName", "Ada", "MiddleName", "king", "LastName", "Byron", "LoginID", "ada2"}, map[string]string{"DisplayName": "Ada K. Byron"}},
			"a name that was sent is kept":    {[]any{"FirstName", "Ada", "LastName", "Byron", "DisplayName", "Countess", "LoginID", "ada3"}, map[string]string{"DisplayName": "Countess"}},
			"a login alone is the name":       {[]any{"LoginID", "ada4"}, map[string]string{"DisplayName": "ada4"}},
			"a last name alone is enough":     {[]any{"LastName", "Lovelace"}, map[string]string{"DisplayName": "Lovelace", "LoginID": "", "NetworkUserName": ""}},
			"a network name that was sent":    {[]any{"LoginID", "ada5", "NetworkUserName", `CORP\ada`}, map[string]string{"NetworkUserName": `CORP\ada`}},
			"terminated means disabled":       {[]any{"LoginID", "ada6", "Status", "Terminated"}, map[string]string{"Disabled": "true"}},
			"an address of other letters":     {[]any{"LoginID", "ada7", "PrimaryEmail", "ädä+x@müller.example"}, map[string]string{"PrimaryEmail": "ädä+x@müller.example"}},
			"new and on leave may be enabled": {[]any{"LoginID", "ada8", "Status", "On Leave"}, map[string]string{"Disabled": "false"}},
		} {
			t.Run(name, func(t *testing.T) {
				row, err := f.one.Records.Create(f.ctx, f.typ("Employee"), input(c.in...))
				if err != nil {
					t.Fatal(err)
				}
				for field, want := range c.want {
					if got := row.Text(field); got != want {
						t.Errorf("%s is %q, want %q", field, got, want)
					}
				}
			})
		}
	})
}

func TestPersonIsRefused(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.create("Employee", "LoginID", "taken")
		for name, c := range map[string]struct {
			in   []any
			says string
		}{
			"without login and name":            {[]any{"FirstName", "Ada"}, "LoginID"},
			"with a login of two words":         {[]any{"LoginID", "ada byron"}, "spaces"},
			"with a login of two lines":         {[]any{"LoginID", "ada\nbyron"}, "control"},
			"with a login that is taken":        {[]any{"LoginID", "TAKEN"}, "LoginID"},
			"with a name of two lines":          {[]any{"LoginID", "a1", "LastName", "a\nb"}, "LastName"},
			"with a name that is too long":      {[]any{"LoginID", "a2", "LastName", strings.Repeat("x", 300)}, "LastName"},
			"with an address that is none":      {[]any{"LoginID", "a3", "PrimaryEmail", "ada"}, "PrimaryEmail"},
			"with a second address of no shape": {[]any{"LoginID", "a4", "SecondaryEmail", "a@@b"}, "SecondaryEmail"},
		} {
			for _, object := range []string{"Employee", "ExternalContact"} {
				if object == "ExternalContact" && strings.Contains(name, "taken") {
					continue
				}
				t.Run(object+" "+name, func(t *testing.T) {
					_, err := f.one.Records.Create(f.ctx, f.typ(object), input(c.in...))
					if text := complaints(err); !fault.Is(err, fault.Invalid) || !strings.Contains(text, c.says) {
						t.Errorf("got %q", text)
					}
				})
			}
		}
		row := f.create("Employee", "LoginID", "left", "Status", "Terminated")
		if _, err := f.one.Records.Update(f.ctx, row.Type, row.RecID, input("Disabled", false)); !strings.Contains(complaints(err), "Terminated") {
			t.Errorf("a terminated person was enabled: %v", err)
		}
		if _, err := f.one.Records.Create(f.ctx, f.typ("StandardUserTeam"), input("Team", "x", "TeamEmail", "y")); !strings.Contains(complaints(err), "TeamEmail") {
			t.Errorf("a team's address: %v", err)
		}
	})
}

func TestNamesFollowUntilSomebodyGivesOthers(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		row := f.create("Employee", "LoginID", "ada", "FirstName", "Ada", "LastName", "Byron")
		row = f.update(row, "LastName", "Lovelace", "LoginID", "alovelace")
		if got := row.Text("DisplayName") + "/" + row.Text("NetworkUserName"); got != "Ada Lovelace/alovelace" {
			t.Errorf("got %s", got)
		}
		row = f.update(row, "DisplayName", "The Countess", "NetworkUserName", "countess")
		row = f.update(row, "LastName", "King", "LoginID", "aking")
		if got := row.Text("DisplayName") + "/" + row.Text("NetworkUserName"); got != "The Countess/countess" {
			t.Errorf("got %s", got)
		}
		row = f.update(row, "DisplayName", nil)
		if got := row.Text("DisplayName"); got != "Ada King" {
			t.Errorf("got %s", got)
		}
	})
}

func TestDeactivationEndsSessions(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		row := f.create("Employee", "LoginID", "ada")
		f.update(row, "Title", "Countess")
		f.update(row, "Status", "On Leave")
		if len(f.ended) != 0 {
			t.Errorf("ended %v", f.ended)
		}
		f.update(row, "Disabled", true)
		f.update(row, "Title", "Mathematician")
		f.update(row, "Disabled", false)
		f.update(row, "Status", "Terminated")
		want := []string{row.RecID + " account deactivated", row.RecID + " account deactivated"}
		if d := cmp.Diff(want, f.ended); d != "" {
			t.Error(d)
		}
	})
}

func TestDeletionTakesAllThatBelongsToAPerson(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		made, err := f.module.CreatePerson(f.ctx, f.one, NewPerson{Login: "ada", Role: "selfservice"})
		f.must(err)
		f.must(f.module.SetPassword(f.ctx, f.one, made.RecID, "correct horse battery"))
		f.ended = nil
		f.must(f.module.DeletePerson(f.ctx, f.one, "ADA", true))
		if d := cmp.Diff([]string{made.RecID + " account deleted"}, f.ended); d != "" {
			t.Error(d)
		}
		if held, _, err := (role.Store{}).Held(f.ctx, f.one.DB, made.RecID); err != nil || len(held) != 0 {
			t.Errorf("still holds %v, %v", held, err)
		}
		if hash, err := passwordOf(f.ctx, f.one.DB, made.RecID); err != nil || hash != "" {
			t.Errorf("still has a password: %v", err)
		}
	})
}

func TestBuiltInEmployeeStays(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		_, row, err := f.module.withLogin(f.ctx, f.one, BuiltIn)
		f.must(err)
		if _, def, err := (role.Store{}).Held(f.ctx, f.one.DB, row.RecID); err != nil || def != BuiltIn {
			t.Errorf("its role is %q, %v", def, err)
		}
		f.must(f.module.Prepare(f.ctx, f.one)) // harmless twice
		for name, err := range map[string]error{
			"deleted":    f.module.DeletePerson(f.ctx, f.one, BuiltIn, true),
			"disabled":   f.module.SetActive(f.ctx, f.one, BuiltIn, false, true),
			"renamed":    second(f.one.Records.Update(f.ctx, row.Type, row.RecID, input("LoginID", "x"))),
			"terminated": second(f.one.Records.Update(f.ctx, row.Type, row.RecID, input("Status", "Terminated"))),
		} {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		f.update(row, "Title", "Robot")
	})
}

func second[T any](_ T, err error) error { return err }

func TestNobodyStandsAboveThemselves(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for object, link := range map[string]string{"Employee": "ManagerLink", "OrganizationalUnit": "ParentLink", "Department": "ParentLink", "Location": "ParentLink"} {
			t.Run(object, func(t *testing.T) {
				name := "Name"
				if object == "Employee" {
					name = "LoginID"
				}
				a := f.create(object, name, "a")
				b := f.create(object, name, "b", link, a.RecID)
				c := f.create(object, name, "c", link+"_RecID", b.RecID)
				for _, above := range []string{a.RecID, b.RecID, c.RecID} {
					if _, err := f.one.Records.Update(f.ctx, a.Type, a.RecID, input(link+"_RecID", above)); !fault.Is(err, fault.Invalid) {
						t.Errorf("a circle was stored: %v", err)
					}
				}
				f.update(c, link+"_RecID", a.RecID)
				f.update(c, link+"_RecID", nil)
			})
		}
	})
}

func TestMailAddress(t *testing.T) {
	for address, want := range map[string]bool{
		"ada@example.com": true, "a.b+c@sub.example.com": true, "o'brien@example.com": true, "ada@localhost": true, "ä@ü.example": true,
		"": false, "ada": false, "@example.com": false, "ada@": false, "a@b@c": false, "a b@example.com": false, "ada@exa mple.com": false,
		".ada@example.com": false, "ada.@example.com": false, "a..b@example.com": false, "ada@.example.com": false, "ada@example..com": false,
		"ada@example.com\r\nBcc: x@y": false, "Ada <ada@example.com>": false, "ada@example.com,bob@example.com": false,
		strings.Repeat("x", 65) + "@example.com": false, "\xff@example.com": false,
	} {
		if got := mailAddress(address); got != want {
			t.Errorf("%q: %v", address, got)
		}
	}
}

func TestStockCatalogueHasThisDomainsObjects(t *testing.T) {
	have := map[string]bool{}
	for _, o := range Stock().Objects {
		have[strings.TrimSuffix(o.Object, "#")] = true
	}
	for object := range New(Deps{}).Owners() {
		if !have[object] {
			t.Errorf("%s is not in the catalogue", object)
		}
	}
}
