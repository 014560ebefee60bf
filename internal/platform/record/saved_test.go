package record

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

const (
	hut = `{"objects": [{"object": "Hut#", "fields": [{"name": "Name"}, {"name": "Status"}],
	 "relationships": [{"name": "HutAssociatesHut", "label": "Near", "target": "Hut#"}],
	 "searches": [{"name": "Open Huts", "filter": "Status eq 'Open'"}, {"name": "All Huts"}],
	 "actions": [{"name": "Open Hut", "set": {"Status": "Open"}}, {"name": "Shut Hut", "set": {"Status": "Shut"}}]}]}`
	newerHut = `{"objects": [{"object": "Hut#", "fields": [{"name": "Name"}, {"name": "Status"}],
	 "relationships": [{"name": "HutAssociatesHut", "label": "Nearby", "target": "Hut#"}, {"name": "HutSeesHut", "target": "Hut#"}],
	 "searches": [{"name": "Open Huts", "filter": "Status eq 'Wide open'"}, {"name": "All Huts", "orderby": "Name"}, {"name": "New Huts"}],
	 "actions": [{"name": "Open Hut", "set": {"Status": "Wide open"}}, {"name": "Shut Hut", "set": {"Status": "Closed"}}]}]}`
	wholeHut = `{"objects": [{"object": "Hut#", "fields": [{"name": "Name"}, {"name": "Status"}]`
)

// said is what an object has of the three, in short: names with what they do, a star for what is as it shipped.
func said(t *testing.T, e *Engine, object string) []string {
	t.Helper()
	d, ok := e.Definition(t.Context(), object)
	if !ok {
		t.Fatal("there is no ", object)
	}
	star := map[bool]string{true: " *"}
	out := []string{}
	for _, r := range d.Relationships {
		out = append(out, strings.TrimSpace(r.Name+" "+r.Label)+star[r.Stock])
	}
	for _, s := range d.Searches {
		out = append(out, strings.TrimSpace(s.Name+" "+s.Filter+s.OrderBy)+star[s.Stock])
	}
	for _, a := range d.Actions {
		out = append(out, a.Name+" "+a.Set["Status"]+star[a.Stock])
	}
	return out
}

func TestWhatAnAdministratorSaysOfAStockObject(t *testing.T) {
	shipped := []string{"HutAssociatesHut Near *", "Open Huts Status eq 'Open' *", "All Huts *", "Open Hut Open *", "Shut Hut Shut *"}
	for _, c := range []struct {
		name, text string
		want, then []string // after the file; after the next version of the program
	}{
		{"nothing", `{}`, shipped,
			[]string{"HutAssociatesHut Nearby *", "HutSeesHut *", "Open Huts Status eq 'Wide open' *", "All Huts Name *", "New Huts *", "Open Hut Wide open *", "Shut Hut Closed *"}},
		{"a whole definition without the keys", wholeHut + `}]}`, shipped,
			[]string{"HutAssociatesHut Nearby *", "HutSeesHut *", "Open Huts Status eq 'Wide open' *", "All Huts Name *", "New Huts *", "Open Hut Wide open *", "Shut Hut Closed *"}},
		{"a whole definition with some of them", wholeHut + `, "relationships": [{"name": "HutMine", "target": "Hut#"}],
			"searches": [{"name": "Open Huts", "filter": "Status eq 'Open'"}, {"name": "Mine"}], "actions": []}]}`,
			[]string{"HutMine", "HutAssociatesHut Near *", "Open Huts Status eq 'Open' *", "Mine"},
			[]string{"HutAssociatesHut Nearby *", "HutSeesHut *", "HutMine", "Open Huts Status eq 'Wide open' *", "All Huts Name *", "New Huts *", "Mine", "Open Hut Wide open *", "Shut Hut Closed *"}},
		{"a label of a stock relationship", wholeHut + `, "relationships": [{"name": "hutassociateshut", "label": "By", "target": "Hut#"}]}]}`, nil, nil},
		{"an extension that changes and adds", `{"objects": [{"object": "Hut#", "extend": true,
			"relationships": [{"name": "HutAssociatesHut", "label": "By", "target": "Hut#"}, {"name": "HutMine", "target": "Hut#"}],
			"searches": [{"name": "open_huts", "filter": "Status eq 'Ajar'"}, {"name": "Mine"}], "actions": [{"name": "Shut Hut", "set": {"Status": "Locked"}}]}]}`,
			[]string{"HutAssociatesHut By *", "HutMine", "open_huts Status eq 'Ajar'", "All Huts *", "Mine", "Open Hut Open *", "Shut Hut Locked"},
			[]string{"HutAssociatesHut Nearby *", "HutSeesHut *", "HutMine", "open_huts Status eq 'Ajar'", "All Huts Name *", "New Huts *", "Mine", "Open Hut Wide open *", "Shut Hut Locked"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, _ := open(t, "sqlite:"+t.TempDir()+"/x.db", stock(t, hut))
			if c.want == nil {
				refused(t, e, c.text, "the stock relationship HutAssociatesHut stays as it is")
				return
			}
			apply(t, e, c.text)
			if diff := cmp.Diff(c.want, said(t, e, "Hut")); diff != "" {
				t.Errorf("after the file (-want +got):\n%s", diff)
			}
			if changes := apply(t, e, c.text); len(changes) > 0 {
				t.Errorf("a second time it changes %v", changes)
			}
			ctx := AsSystem(t.Context())
			if err := e.seed(ctx, stock(t, newerHut)); err != nil {
				t.Fatal(err)
			}
			if err := e.refresh(ctx); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.then, said(t, e, "Hut")); diff != "" {
				t.Errorf("after the next version (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAStockRelationshipIsNotChangedOrDropped(t *testing.T) {
	eachYard(t, func(y yard) {
		one, box := y.made("Ticket", "Name", "one"), y.made("Item#Box", "Name", "box")
		y.link(one, "TicketAssociatesItem", box)
		refused(y.T, y.e, `{"objects": [{"object": "Ticket#", "extend": true, "relationships": [{"name": "TicketAssociatesItem", "target": "Detail#"}]}]}`,
			"the stock relationship TicketAssociatesItem stays as it is")
		refused(y.T, y.e, `{"objects": [{"object": "Ticket#", "extend": true, "relationships": [{"name": "TicketContainsStep", "target": "Step#"}]}]}`,
			"the stock relationship TicketContainsStep stays as it is")
		d, _ := y.e.Definition(y.ctx, "Ticket")
		before := len(d.Relationships)
		d.Relationships = []Relationship{}
		if _, err := y.e.Apply(y.ctx, Catalogue{Objects: []Definition{d}}); err != nil {
			y.Fatal(err)
		}
		if d, _ = y.e.Definition(y.ctx, "Ticket"); len(d.Relationships) != before {
			y.Errorf("%d of %d stock relationships are left", len(d.Relationships), before)
		}
		y.want(one, "TicketAssociatesItem", box)
	})
}

func TestASearchLeavesTheDocumentsAsTheyAre(t *testing.T) {
	eachYard(t, func(y yard) {
		y.made("Ticket", "Name", "one")
		version := typ(y.T, y.e, "Ticket").Version
		apply(y.T, y.e, `{"objects": [{"object": "Ticket#", "extend": true, "searches": [{"name": "All Tickets"}],
			"actions": [{"name": "Shut Ticket", "set": {"Status": "Shut"}}], "relationships": [{"name": "TicketMine", "target": "Ticket#"}]}]}`)
		ticket := typ(y.T, y.e, "Ticket")
		if ticket.Version != version {
			y.Errorf("the version went from %d to %d", version, ticket.Version)
		}
		if _, ok := ticket.Search("", "all_tickets"); !ok {
			y.Error("the search is not there")
		}
		if a, ok := ticket.Action("", "SHUT_TICKET"); !ok || !guidPattern.MatchString(a.ID) {
			y.Errorf("the action has the id %q", a.ID)
		}
		for {
			n, err := y.e.Rewrite(y.ctx)
			if err != nil {
				y.Fatal(err)
			}
			if n == 0 {
				break
			}
			y.Errorf("%d documents are written anew", n)
		}
		apply(y.T, y.e, `{"objects": [{"object": "Ticket#", "extend": true, "fields": [{"name": "More"}]}]}`)
		if typ(y.T, y.e, "Ticket").Version == version {
			y.Error("a field does not change the version")
		}
	})
}

func TestPairsGoWithTheirRelationship(t *testing.T) {
	const own = `{"objects": [{"object": "Ticket#", "extend": true, "relationships": [{"name": "TicketMine", "target": "Item#"}]}]}`
	eachYard(t, func(y yard) {
		shipped, _ := y.e.Definition(y.ctx, "Ticket")
		apply(y.T, y.e, own)
		one, box := y.made("Ticket", "Name", "one"), y.made("Item#Box", "Name", "box")
		y.link(one, "TicketMine", box)
		y.link(one, "TicketAssociatesItem", box)
		if _, err := y.e.Apply(y.ctx, Catalogue{Objects: []Definition{shipped}}); err != nil {
			y.Fatal(err)
		}
		if n := y.pairs(); n != 1 {
			y.Errorf("%d pairs, want 1", n)
		}
		apply(y.T, y.e, own)
		y.want(one, "TicketMine")
		y.want(one, "TicketAssociatesItem", box)
	})
}

func TestPairsGoWithTheirObject(t *testing.T) {
	eachYard(t, func(y yard) {
		apply(y.T, y.e, `{"objects": [
		 {"object": "Zoo#", "fields": [{"name": "Name"}], "relationships": [{"name": "ZooAssociatesTicket", "target": "Ticket#"}, {"name": "ZooNearZoo", "target": "Zoo#"}]},
		 {"object": "Item#Cage", "tag": "Cage", "fields": [{"name": "Bars"}]}]}`)
		zoo, cage, ticket, box := y.made("Zoo", "Name", "z"), y.made("Item#Cage", "Name", "c"), y.made("Ticket", "Name", "t"), y.made("Item#Box", "Name", "b")
		y.link(zoo, "ZooAssociatesTicket", ticket)
		y.link(zoo, "ZooNearZoo", zoo)
		y.link(ticket, "TicketAssociatesItem", cage)
		y.link(ticket, "TicketAssociatesItem", box)
		y.link(cage, "ItemNeedsItem", box)
		for _, c := range []struct {
			object string
			left   int
		}{{"Zoo", 3}, {"Item#Cage", 1}} {
			if err := y.e.Remove(y.ctx, c.object); err != nil {
				y.Fatal(err)
			}
			if n := y.pairs(); n != c.left {
				y.Errorf("without %s there are %d pairs, want %d", c.object, n, c.left)
			}
		}
		y.want(ticket, "TicketAssociatesItem", box)
		if err := y.e.Remove(y.ctx, "Item#Box"); !fault.Is(err, fault.Invalid) {
			y.Errorf("a stock object: %v", err)
		}
		apply(y.T, y.e, `{"objects": [{"object": "Zoo#", "fields": [{"name": "Name"}]},
		 {"object": "Ticket#", "extend": true, "relationships": [{"name": "TicketAssociatesZoo", "target": "Zoo#"}]}]}`)
		if err := y.e.Remove(y.ctx, "Zoo"); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "TicketAssociatesZoo") {
			y.Errorf("an object that another one leads to: %v", err)
		}
	})
}

func TestADefinitionOfSavedThingsThatMakesNoSenseIsRefused(t *testing.T) {
	e, _ := open(t, "sqlite:"+t.TempDir()+"/x.db", stock(t, office))
	for _, c := range []struct{ name, text, want string }{
		{"no target", `"relationships": [{"name": "R", "target": "Nothing#"}]`, `the target object "Nothing#" does not exist`},
		{"no name", `"relationships": [{"name": "a b", "target": "Ticket#"}]`, "is not a name for a relationship"},
		{"twice", `"relationships": [{"name": "R", "target": "Ticket#"}, {"name": "r", "target": "Ticket#"}]`, "the relationship is there twice"},
		{"two joints", `"relationships": [{"name": "R", "target": "Ticket#", "child": "ParentLink", "link": "L"}]`, "one of child, link, inverse and pairs"},
		{"child is no link", `"relationships": [{"name": "R", "target": "Ticket#", "child": "Name"}]`, "child names a link of Ticket"},
		{"child is a pick list of something else", `"relationships": [{"name": "R", "target": "Ticket#", "child": "Owner"}]`, "child names a link of Ticket, or a pick list of its from records of Zoo"},
		{"link is none", `"relationships": [{"name": "R", "target": "Ticket#", "link": "Name"}]`, "link names a link of Zoo"},
		{"inverse of nothing", `"relationships": [{"name": "R", "target": "Ticket#", "inverse": "TicketAssociatesItem"}]`, "inverse names a relationship of Ticket to Zoo"},
		{"pairs of nothing", `"relationships": [{"name": "R", "target": "Ticket#", "pairs": "TicketAssociatesItem"}]`, "pairs names a relationship of Zoo to Ticket"},
		{"pairs of pairs", `"relationships": [{"name": "P", "target": "Ticket#"}, {"name": "Q", "target": "Ticket#", "pairs": "P"}, {"name": "R", "target": "Ticket#", "pairs": "Q"}]`, "pairs names a relationship of Zoo to Ticket"},
		{"somebody else's pairs", `"relationships": [{"name": "TicketAssociatesItem", "target": "Item#"}]`, "Ticket keeps pairs under the same name"},
		{"where of nothing", `"relationships": [{"name": "R", "target": "Ticket#", "where": {"No": ["a"]}}]`, "where needs a text field of Ticket"},
		{"where without a value", `"relationships": [{"name": "R", "target": "Ticket#", "where": {"Name": []}}]`, "where needs a text field of Ticket"},
		{"create of something else", `"relationships": [{"name": "R", "target": "Step#", "create": "Item#Box"}]`, "create names an extension of the target"},
		{"search twice", `"searches": [{"name": "My Zoo"}, {"name": "my_zoo"}]`, "the name of the saved search"},
		{"search without a name", `"searches": [{"name": "'"}]`, "is not a name for a saved search"},
		{"search id", `"searches": [{"name": "A", "id": "12"}]`, "is no GUID"},
		{"search id twice", `"searches": [{"name": "A", "id": "3492dbcc-e502-44fd-9790-e3e45cb26c45"}, {"name": "B", "id": "{3492DBCC-E502-44FD-9790-E3E45CB26C45}"}]`, "or it is there twice"},
		{"action like a relationship", `"relationships": [{"name": "R", "target": "Ticket#"}], "actions": [{"name": "r"}]`, "is taken"},
		{"action sets nothing that is", `"actions": [{"name": "A", "set": {"No": "1"}}]`, `"No", which does not exist`},
		{"action sets from nothing", `"actions": [{"name": "A", "set": {"Name": "{No}"}}]`, `"No", which does not exist`},
		{"prompt for nothing", `"actions": [{"name": "A", "prompts": [{"field": "No"}]}]`, `"No", which does not exist`},
		{"when of a number", `"actions": [{"name": "A", "when": {"Size": ["1"]}}]`, "when takes text fields"},
		{"create through nothing", `"actions": [{"name": "A", "create": [{"relationship": "No"}]}]`, "which does not exist"},
		{"create of a group", `"relationships": [{"name": "R", "target": "Step#"}], "actions": [{"name": "A", "create": [{"relationship": "R"}]}]`, "does not say of which extension"},
		{"e-mail to nobody", `"actions": [{"name": "A", "notify": [{"subject": "x"}]}]`, "an e-mail without to or subject"},
	} {
		t.Run(c.name, func(t *testing.T) {
			refused(t, e, `{"objects": [{"object": "Zoo#", "fields": [{"name": "Name"}, {"name": "Size", "type": "number"}, {"name": "L", "type": "link", "target": "Ticket#"}], `+c.text+`}]}`, c.want)
		})
	}
}

func TestOneStockAddsToTheObjectsOfAnother(t *testing.T) {
	both := append(stock(t, hut), stock(t, `{"objects": [
	 {"object": "Path#", "fields": [{"name": "Name"}, {"name": "HutLink", "type": "link", "index": true, "target": "Hut#"}]},
	 {"object": "Hut#", "extend": true, "relationships": [{"name": "HutAssociatesPath", "target": "Path#", "child": "HutLink"}], "searches": [{"name": "Far Huts"}]}]}`)...)
	e, _ := open(t, "sqlite:"+t.TempDir()+"/x.db", both)
	want := []string{"HutAssociatesHut Near *", "HutAssociatesPath *", "Open Huts Status eq 'Open' *", "All Huts *", "Far Huts *", "Open Hut Open *", "Shut Hut Shut *"}
	if diff := cmp.Diff(want, said(t, e, "Hut")); diff != "" {
		t.Errorf("the object has (-want +got):\n%s", diff)
	}
	if owner := typ(t, e, "Hut").Owner; owner != "shop" {
		t.Errorf("its owner is %q", owner)
	}
	if err := e.seed(AsSystem(t.Context()), stock(t, `{"objects": [{"object": "None#", "extend": true, "fields": []}]}`)); err == nil {
		t.Error("an object that nobody ships is extended")
	}
}
