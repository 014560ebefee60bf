package record

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// edit changes the only object of a catalogue.
func edit(e *Engine, dry bool, tag string, change func(*Definition)) (Edited, error) {
	return e.Edit(AsSystem(context.Background()), dry, func(now InForce) (Catalogue, error) {
		d, _ := now.Definition("Zoo")
		change(&d)
		return Catalogue{Objects: []Definition{d}}, CheckTag(tag, now.Tag("Zoo"))
	})
}

func TestAnEditIsOfWhatItsAuthorSaw(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		apply(t, e, `{"objects":[{"object":"Zoo#","fields":[{"name":"Name"}]}]}`)
		first := e.InForce(context.Background()).Tag("zoo")
		label := func(d *Definition) { d.Label = "Park" }
		dry, err := edit(e, true, first, label)
		if err != nil || len(dry.Parts) != 1 || dry.Parts[0].path() != "Zoo# label" || string(dry.Parts[0].After) != `"Park"` {
			t.Errorf("a dry edit: %+v %v", dry, err)
		}
		if now := e.InForce(context.Background()).Tag("Zoo"); now != first {
			t.Error("a dry edit has changed something")
		}
		if _, err := edit(e, false, first, label); err != nil {
			t.Fatal(err)
		}
		if _, err := edit(e, false, first, label); !fault.Is(err, fault.PreconditionFailed) {
			t.Errorf("an edit of what is no more: %v", err)
		}
		apply(t, e, `{"lists":[{"name":"Other","values":["A"]}]}`)
		second := e.InForce(context.Background()).Tag("Zoo")
		if same, err := edit(e, false, second, label); err != nil || len(same.Changes) != 0 {
			t.Errorf("what is in force already: %+v %v", same, err)
		}
		_, err = edit(e, false, "", func(d *Definition) { d.Fields = append(d.Fields, FieldDefinition{Name: "x", Type: "link"}) })
		if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Field != "/objects/0/fields/1/target" {
			t.Errorf("where it is wrong: %+v", err)
		}
	})
}

func TestAnInactiveValueStaysWhereItIs(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, shop))
		ctx := AsSystem(context.Background())
		apply(t, e, `{"lists":[{"name":"K","values":["A",{"value":"B","aliases":["bee"]}]},{"name":"O","open":true,"values":["A"]}],
			"objects":[{"object":"Zoo#","fields":[{"name":"Kind","type":"picklist","list":"K"},{"name":"Free","type":"picklist","list":"K","lenient":true},{"name":"Open","type":"picklist","list":"O"}]}]}`)
		zoo, _ := e.Type(ctx, "Zoo")
		was, err := e.Create(ctx, zoo, Input{{Name: "Kind", Value: "bee"}, {Name: "Open", Value: "A"}})
		if err != nil {
			t.Fatal(err)
		}
		apply(t, e, `{"lists":[{"name":"K","values":["A",{"value":"B","aliases":["bee"],"inactive":true}]},{"name":"O","open":true,"values":[{"value":"A","inactive":true}]}]}`)
		if again := apply(t, e, `{"lists":[{"name":"K","values":["A",{"value":"B","aliases":["bee"],"inactive":true}]}]}`); len(again) != 0 {
			t.Errorf("applied twice: %v", again)
		}
		zoo, _ = e.Type(ctx, "Zoo")
		for _, in := range []Input{{{Name: "Kind", Value: "B"}}, {{Name: "Kind", Value: "bee"}}, {{Name: "Open", Value: "A"}}} {
			if _, err := e.Create(ctx, zoo, in); !fault.Is(err, fault.Invalid) {
				t.Errorf("%v is taken: %v", in, err)
			}
		}
		free, err := e.Create(ctx, zoo, Input{{Name: "Free", Value: "B"}})
		if err != nil || free.Text("Free") != "B" || free.Text("Free_Valid") != "" {
			t.Errorf("a lenient field: %v %v", free, err)
		}
		now, err := e.Update(ctx, zoo, was.RecID, Input{{Name: "Kind", Value: "b"}, {Name: "Free", Value: "A"}})
		if err != nil || now.Text("Kind") != "B" || now.Text("Kind_Valid") != was.Text("Kind_Valid") || now.Text("Kind_Valid") == "" {
			t.Errorf("the record that has it: %v %v", now, err)
		}
		refused(t, e, `{"objects":[{"object":"Zoo#","extend":true,"fields":[{"name":"Kind","default":"B"}]}]}`, "is inactive in the list K")
	})
}

func TestAProblemHasAPlace(t *testing.T) {
	c := file(t, `{"lists":[{"name":"L","values":[]}],"objects":[
		{"object":"Zoo#","fields":[{"name":"A"},{"name":"AB"}],"aliases":{"x/y":"A"},"actions":[{"name":"Do"},{"name":"Do More"}],"relationships":[{"name":"R","target":"Zoo#"}],"searches":[{"name":"S"}]},
		{"object":"Zoo#Ape","fields":[{"name":"<b>"}]}]}`)
	for problem, want := range map[string]string{
		`Zoo.AB: max is 1 to 9`:                                                         "/objects/0/fields/1/max",
		`Zoo.R: the target object "X" does not exist`:                                   "/objects/0/relationships/0",
		`Zoo: the quick action Do More: set names the field "AB", which does not exist`: "/objects/0/actions/1",
		`Zoo: the saved search S: wrong`:                                                "/objects/0/searches/0",
		`Zoo: the alias "x/y" names nothing`:                                            "/objects/0/aliases/x~1y",
		`Zoo: status.flow names "X", which is not in the list L`:                        "/objects/0/status/flow",
		`Zoo: the type of A cannot change from text to link`:                            "/objects/0/fields/0/type",
		`Zoo#Ape: "<b>" is not a name for a field`:                                      "/objects/1/fields/0",
		`Zoo has no fields`:                                                             "/objects/0/fields",
		`list L: it has the value "" empty`:                                             "/lists/0",
		`Zoology.A: max is 1 to 9`:                                                      "",
		`"Zoo#" is in the file twice`:                                                   "/objects/0",
		`something else`:                                                                "",
	} {
		if got := locate(c, problem); got != want {
			t.Errorf("%s is at %q, want %q", problem, got, want)
		}
	}
}

func TestAListIsRemovedThatNobodyUses(t *testing.T) {
	e, _ := open(t, "sqlite:"+t.TempDir()+"/x.db", stock(t, shop))
	ctx := AsSystem(context.Background())
	apply(t, e, `{"lists":[{"name":"K","values":["A"]}],"objects":[{"object":"Zoo#","fields":[{"name":"Kind","type":"picklist","list":"k"}]}]}`)
	if err := e.RemoveList(ctx, "K", ""); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "Kind") {
		t.Errorf("a list that is used: %v", err)
	}
	if err := errors.Join(e.Remove(ctx, "Zoo"), e.RemoveList(ctx, "k", e.InForce(ctx).ListTag("K"))); err != nil {
		t.Error(err)
	}
	if err := e.RemoveList(ctx, "K", ""); !fault.Is(err, fault.NotFound) {
		t.Errorf("a list that is gone: %v", err)
	}
	if _, there := e.PickList(ctx, "K"); there {
		t.Error("the list is there still")
	}
}
