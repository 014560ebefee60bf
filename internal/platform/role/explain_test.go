package role

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSourcesSayWhichRoleGivesARight(t *testing.T) {
	b := NewBook(1, []Role{
		{Name: "Base", Rights: map[string]Right{"Task": {Read: AllRows}, "*": {Read: OwnRows}}},
		{Name: "Lead", Includes: []string{"Base"}, Rights: map[string]Right{"Task": {Read: TeamRows, Update: true}, "Incident": {}}},
		{Name: "Nothing"},
	})
	for _, c := range []struct {
		role   string
		access Access
		object string
		want   []Source
	}{
		{"Lead", Read, "Task#", []Source{{"Base", "Task", AllRows}, {"Lead", "Task", TeamRows}}},
		{"Lead", Update, "Task#Assignment", []Source{{"Lead", "Task", TeamRows}}},
		{"Lead", Read, "Incident", []Source{{"Base", "*", OwnRows}}},
		{"Lead", Delete, "Incident", nil},
		{"Base", Read, "Problem", []Source{{"Base", "*", OwnRows}}},
		{"Nothing", Read, "Task", nil},
		{"Nobody", Read, "Task", nil},
	} {
		if diff := cmp.Diff(c.want, b.Sources(c.role, c.access, c.object)); diff != "" {
			t.Errorf("%s %s %s: %s", c.role, c.access, c.object, diff)
		}
	}
	if b.Includers("Base")[0] != "Lead" || b.Includers("Lead") != nil {
		t.Errorf("who includes whom: %v %v", b.Includers("Base"), b.Includers("Lead"))
	}
}

func TestABookMayBeAskedWhatWouldBe(t *testing.T) {
	b := NewBook(1, []Role{{Name: "One", Admin: true}, {Name: "Two", Includes: []string{"One"}}})
	would := b.With(Role{Name: "One"})
	if len(would.Roles()) != 2 || would.answers["Two"].admin || !b.answers["Two"].admin {
		t.Errorf("%v", would.Roles())
	}
	for _, r := range Builtin() {
		if r.Fixed() != (r.Name == Admin || r.Name == InternalServices) {
			t.Errorf("%s: fixed %t", r.Name, r.Fixed())
		}
	}
}
