package record

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

// office has a relationship of every kind.
const office = `{"objects": [
 {"object": "Person#", "title": "Login", "fields": [{"name": "Login", "index": "unique", "required": true}],
  "relationships": [{"name": "PersonOwnsTicket", "target": "Ticket#", "child": "Owner"}]},
 {"object": "Ticket#", "title": "Name", "fields": [
   {"name": "Name", "index": true, "required": true}, {"name": "Status", "default": "Open", "index": true},
   {"name": "ParentLink", "type": "link", "index": "sparse", "targets": ["*"]},
   {"name": "MasterLink", "type": "link", "index": "sparse", "target": "Ticket#"},
   {"name": "Owner", "type": "picklist", "lenient": true, "index": true, "from": {"object": "Person#", "value": "Login"}}],
  "relationships": [
   {"name": "TicketContainsStep", "target": "Step#", "child": "ParentLink", "create": "Step#Do"},
   {"name": "TicketContainsOpenStep", "target": "Step#", "child": "ParentLink", "where": {"State": ["open", "Waiting"]}},
   {"name": "TicketContainsCheck", "target": "Step#Check", "child": "ParentLink"},
   {"name": "TicketContainsDetail", "target": "Detail#", "child": "ParentLink", "one": true},
   {"name": "TicketOwnerPerson", "target": "Person#", "link": "Owner"},
   {"name": "TicketAssocMaster", "target": "Ticket#", "link": "MasterLink"},
   {"name": "TicketAssocChild", "target": "Ticket#", "child": "MasterLink"},
   {"name": "TicketAssociatesItem", "target": "Item#", "create": "Item#Box"},
   {"name": "TicketSeesItem", "target": "Item#", "pairs": "TicketAssociatesItem"},
   {"name": "TicketAssocDesk", "target": "Item#", "one": true}]},
 {"object": "Detail#", "fields": [{"name": "Text"}, {"name": "ParentLink", "type": "link", "index": true, "target": "Ticket#"}]},
 {"object": "Step#", "group": true, "typeTag": "Kind", "fields": [{"name": "Kind", "readOnly": true}, {"name": "Subject"},
   {"name": "State", "default": "Open"}, {"name": "ParentLink", "type": "link", "index": "sparse", "targets": ["*"]}]},
 {"object": "Step#Do", "tag": "Do", "fields": []},
 {"object": "Step#Check", "tag": "Check", "fields": []},
 {"object": "Item#", "group": true, "typeTag": "Kind", "fields": [{"name": "Kind", "readOnly": true}, {"name": "Name", "required": true}],
  "relationships": [
   {"name": "ItemAssociatesTicket", "target": "Ticket#", "inverse": "TicketAssociatesItem"},
   {"name": "ItemAssociatesOpenTicket", "target": "Ticket#", "inverse": "TicketAssociatesItem", "where": {"Status": ["Open"]}},
   {"name": "ItemSitsTicket", "target": "Ticket#", "inverse": "TicketAssocDesk", "one": true},
   {"name": "ItemNeedsItem", "target": "Item#"},
   {"name": "ItemServesItem", "target": "Item#", "inverse": "ItemNeedsItem"}]},
 {"object": "Item#Box", "tag": "Box", "fields": []},
 {"object": "Item#Bag", "tag": "Bag", "fields": []}
]}`

// yard is an engine with some records of the office.
type yard struct {
	*testing.T
	e   *Engine
	ctx context.Context
}

func eachYard(t *testing.T, test func(y yard)) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, office))
		test(yard{t, e, AsSystem(t.Context())})
	})
}

func (y yard) made(object string, pairs ...any) Row {
	y.Helper()
	return must(y.T)(y.e.Create(y.ctx, typ(y.T, y.e, object), input(pairs...)))
}

func (y yard) now(row Row) Row {
	y.Helper()
	return must(y.T)(y.e.Get(y.ctx, row.Type, row.RecID))
}

func (y yard) relation(row Row, name string) *Relation {
	y.Helper()
	r, ok := typ(y.T, y.e, row.Type.Object).Relation(name)
	if !ok {
		y.Fatalf("%s has no relationship %s", row.Type.Object, name)
	}
	return r
}

// related are the records at the other end.
func (y yard) related(of Row, name string) []string {
	y.Helper()
	r := y.relation(of, name)
	var args []any
	where := r.Condition(y.now(of), y.e.postgres, func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	})
	ids := []string{}
	if _, err := y.e.List(y.ctx, Query{Type: r.To, Where: where, Args: args, Counts: len(args), Order: "ORDER BY rec_id", Limit: 100}, func(row Row) error {
		ids = append(ids, row.RecID)
		return nil
	}); err != nil {
		y.Fatal(err)
	}
	return ids
}

func (y yard) want(of Row, name string, rows ...Row) {
	y.Helper()
	ids := []string{}
	for _, r := range rows {
		ids = append(ids, r.RecID)
	}
	slices.Sort(ids)
	if diff := cmp.Diff(ids, y.related(of, name)); diff != "" {
		y.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func (y yard) link(of Row, name string, to Row) {
	y.Helper()
	if err := y.e.Link(y.ctx, y.relation(of, name), y.now(of), y.now(to)); err != nil {
		y.Fatal(err)
	}
}

func (y yard) unlink(of Row, name string, to Row) {
	y.Helper()
	if err := y.e.Unlink(y.ctx, y.relation(of, name), y.now(of), y.now(to)); err != nil {
		y.Fatal(err)
	}
}

func (y yard) pairs() int {
	y.Helper()
	return count(y.T, y.e, "SELECT count(*) FROM record_link")
}

func TestARelationshipOverALinkOfTheChild(t *testing.T) {
	eachYard(t, func(y yard) {
		one, two := y.made("Ticket", "Name", "one"), y.made("Ticket", "Name", "two")
		step := y.made("Step#Do", "Subject", "a", "ParentLink", one.RecID, "ParentLink_Category", "Ticket")
		check := y.made("Step#Check", "Subject", "b", "State", "Done")
		y.want(one, "ticketcontainsstep", step)
		y.want(one, "TicketContainsCheck")
		y.link(one, "TicketContainsStep", check)
		y.want(one, "TicketContainsStep", step, check)
		y.want(one, "TicketContainsOpenStep", step)
		y.want(one, "TicketContainsCheck", check)
		if got := y.now(check); got.Text("ParentLink_RecID") != one.RecID || got.Text("ParentLink_Category") != "Ticket" {
			y.Errorf("the child's link is %s of %s", got.Text("ParentLink_RecID"), got.Text("ParentLink_Category"))
		}
		rev := y.now(check).Rev
		y.link(one, "TicketContainsStep", check)
		if got := y.now(check).Rev; got != rev {
			y.Errorf("linking what is linked changed the child")
		}
		y.unlink(two, "TicketContainsStep", step) // not its child
		y.want(one, "TicketContainsStep", step, check)
		y.link(two, "TicketContainsStep", step) // moves
		y.want(one, "TicketContainsStep", check)
		y.unlink(two, "TicketContainsStep", step)
		y.want(two, "TicketContainsStep")
		if got := y.now(step); got.Text("ParentLink") != "" || got.Text("ParentLink_Category") != "" {
			y.Errorf("after unlinking the child names %s of %s", got.Text("ParentLink"), got.Text("ParentLink_Category"))
		}
		made := must(y.T)(y.e.CreateRelated(y.ctx, y.relation(two, "TicketContainsStep"), two, input("Subject", "c", "ParentLink_RecID", one.RecID, "ParentLink_Category", "Ticket")))
		if made.Type.Object != "Step#Do" {
			y.Errorf("what is made through it is of %s", made.Type.Object)
		}
		y.want(two, "TicketContainsStep", made)
		_, err := y.e.CreateRelated(y.ctx, y.relation(two, "TicketContainsOpenStep"), two, input("Subject", "d"))
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "Required field Step.Kind") {
			y.Errorf("a record of a group without its kind: %v", err)
		}
	})
}

func TestARelationshipForOneChildGivesUpTheOneItHad(t *testing.T) {
	eachYard(t, func(y yard) {
		one := y.made("Ticket", "Name", "one")
		r := y.relation(one, "TicketContainsDetail")
		first := must(y.T)(y.e.CreateRelated(y.ctx, r, one, input("Text", "first")))
		y.want(one, "TicketContainsDetail", first)
		second := must(y.T)(y.e.CreateRelated(y.ctx, r, one, input("Text", "second")))
		y.want(one, "TicketContainsDetail", second)
		if y.now(first).Text("ParentLink") != "" {
			y.Error("the first detail still has its parent")
		}
		y.link(one, "TicketContainsDetail", first)
		y.want(one, "TicketContainsDetail", first)
		y.link(one, "TicketContainsDetail", first)
		y.want(one, "TicketContainsDetail", first)
		other := y.made("Ticket", "Name", "other")
		if _, err := y.e.Update(y.ctx, second.Type, second.RecID, input("ParentLink", one.RecID)); err != nil {
			y.Fatal(err)
		}
		y.want(one, "TicketContainsDetail", second) // by the field alone, too
		if _, err := y.e.Update(y.ctx, second.Type, second.RecID, input("ParentLink", other.RecID)); err != nil {
			y.Fatal(err)
		}
		y.want(one, "TicketContainsDetail")
		y.made("Detail", "Text", "plain", "ParentLink", one.RecID)
		y.link(one, "TicketContainsDetail", first)
		err := y.e.DB().Write(y.ctx, nil, func(tx *db.Tx) error {
			_, err := y.e.CreateRelatedTx(tx.Context(), tx, r, one, input("Text", "third"))
			return err
		})
		if got := y.related(one, "TicketContainsDetail"); err != nil || len(got) != 1 || got[0] == first.RecID {
			y.Errorf("inside a transaction: %v %v", got, err)
		}
	})
}

func TestARelationshipOverAFieldOfItsOwn(t *testing.T) {
	eachYard(t, func(y yard) {
		ann, bob := y.made("Person", "Login", "ann"), y.made("Person", "Login", "bob")
		one, two := y.made("Ticket", "Name", "one", "Owner", "ANN"), y.made("Ticket", "Name", "two", "Owner", "nobody known")
		y.want(one, "TicketOwnerPerson", ann)
		y.want(two, "TicketOwnerPerson")
		y.want(ann, "PersonOwnsTicket", one)
		y.link(two, "TicketOwnerPerson", bob)
		y.want(two, "TicketOwnerPerson", bob)
		y.want(bob, "PersonOwnsTicket", two)
		if got := y.now(two).Text("Owner"); got != "bob" {
			y.Errorf("the owner is %q", got)
		}
		y.unlink(two, "TicketOwnerPerson", ann) // not the owner
		y.want(two, "TicketOwnerPerson", bob)
		y.link(ann, "PersonOwnsTicket", two) // from the other side
		y.want(two, "TicketOwnerPerson", ann)
		y.want(ann, "PersonOwnsTicket", one, two)
		y.unlink(ann, "PersonOwnsTicket", one)
		y.want(one, "TicketOwnerPerson")
		y.unlink(two, "TicketOwnerPerson", ann)
		y.want(ann, "PersonOwnsTicket")
		made := must(y.T)(y.e.CreateRelated(y.ctx, y.relation(ann, "PersonOwnsTicket"), ann, input("Name", "three", "Owner", "bob")))
		y.want(ann, "PersonOwnsTicket", made)

		y.link(one, "TicketAssocMaster", two)
		y.want(one, "TicketAssocMaster", two)
		y.want(two, "TicketAssocChild", one)
		master := must(y.T)(y.e.CreateRelated(y.ctx, y.relation(one, "TicketAssocMaster"), one, input("Name", "master")))
		y.want(one, "TicketAssocMaster", master)
		y.want(two, "TicketAssocChild")
		if y.relation(one, "TicketAssocMaster").Many || !y.relation(one, "TicketAssocChild").Many {
			y.Error("a link leads to one record, a child's link back to many")
		}
	})
}

func TestARelationshipWithPairs(t *testing.T) {
	eachYard(t, func(y yard) {
		one, two := y.made("Ticket", "Name", "one"), y.made("Ticket", "Name", "two", "Status", "Shut")
		box, bag := y.made("Item#Box", "Name", "box"), y.made("Item#Bag", "Name", "bag")
		y.link(one, "TicketAssociatesItem", box)
		y.link(one, "TicketAssociatesItem", box)
		y.link(one, "TicketSeesItem", bag) // the same pairs under another name
		y.link(bag, "ItemAssociatesTicket", two)
		if n := y.pairs(); n != 3 {
			y.Errorf("%d pairs, want 3", n)
		}
		y.want(one, "TicketAssociatesItem", box, bag)
		y.want(one, "TicketSeesItem", box, bag)
		y.want(two, "TicketAssociatesItem", bag)
		y.want(bag, "ItemAssociatesTicket", one, two)
		y.want(bag, "ItemAssociatesOpenTicket", one)
		y.want(bag, "ItemNeedsItem")
		y.unlink(bag, "ItemAssociatesTicket", one)
		y.unlink(bag, "ItemAssociatesTicket", one)
		y.want(one, "TicketAssociatesItem", box)

		made := must(y.T)(y.e.CreateRelated(y.ctx, y.relation(two, "TicketAssociatesItem"), two, input("Name", "new")))
		y.want(two, "TicketAssociatesItem", bag, made)
		third := must(y.T)(y.e.CreateRelated(y.ctx, y.relation(box, "ItemAssociatesTicket"), box, input("Name", "three")))
		y.want(box, "ItemAssociatesTicket", one, third)

		y.link(box, "ItemNeedsItem", bag)
		y.want(box, "ItemNeedsItem", bag)
		y.want(bag, "ItemServesItem", box)
		y.want(bag, "ItemNeedsItem")

		y.link(one, "TicketAssocDesk", box)
		y.link(one, "TicketAssocDesk", bag) // one alone
		y.want(one, "TicketAssocDesk", bag)
		y.link(bag, "ItemSitsTicket", two)
		y.want(bag, "ItemSitsTicket", two)
		y.want(one, "TicketAssocDesk")
		y.link(one, "TicketAssocDesk", box)
		y.link(one, "TicketAssocDesk", bag) // one of either side
		y.want(two, "TicketAssocDesk")
		y.link(box, "ItemSitsTicket", one)
		y.want(one, "TicketAssocDesk", box)
		y.want(bag, "ItemSitsTicket")
		y.unlink(box, "ItemSitsTicket", one)

		entries, err := audit.Verify(y.ctx, y.e.DB(), nil)
		if err != nil || !entries.OK() {
			y.Errorf("the audit chain: %+v %v", entries, err)
		}
		if n := count(y.T, y.e, "SELECT count(*) FROM audit WHERE action IN ('ticket.link', 'item__bag.link', 'item__box.link')"); n != 12 {
			y.Errorf("%d links are in the audit trail, want 12", n)
		}
		if n := count(y.T, y.e, "SELECT count(*) FROM audit WHERE action = 'item__bag.unlink'"); n != 2 {
			y.Errorf("%d unlinks are in the audit trail, want 2", n)
		}
	})
}

func TestADeletedRecordHasNoPairs(t *testing.T) {
	eachYard(t, func(y yard) {
		one, two := y.made("Ticket", "Name", "one"), y.made("Ticket", "Name", "two")
		box := y.made("Item#Box", "Name", "box")
		y.link(one, "TicketAssociatesItem", box)
		y.link(two, "TicketAssociatesItem", box)
		if err := y.e.Delete(y.ctx, one.Type, one.RecID); err != nil {
			y.Fatal(err)
		}
		y.want(box, "ItemAssociatesTicket", two)
		if n := y.pairs(); n != 1 {
			y.Errorf("%d pairs, want 1", n)
		}
		r := y.relation(two, "TicketAssociatesItem")
		if err := y.e.Link(y.ctx, r, one, box); !fault.Is(err, fault.NotFound) {
			y.Errorf("linking a record that is gone: %v", err)
		}
		if _, err := y.e.CreateRelated(y.ctx, r, one, input("Name", "new")); !fault.Is(err, fault.NotFound) {
			y.Errorf("making a record for one that is gone: %v", err)
		}
		if n := count(y.T, y.e, "SELECT count(*) FROM rec_item"); n != 1 {
			y.Errorf("%d items, want 1: what was made for a record that is gone is gone too", n)
		}
		if err := y.e.Delete(y.ctx, box.Type, box.RecID); err != nil {
			y.Fatal(err)
		}
		if n := y.pairs(); n != 0 {
			y.Errorf("%d pairs are left", n)
		}
	})
}

func TestLinkingAndDeletingAtOnceLeavesNoPairBehind(t *testing.T) {
	eachYard(t, func(y yard) {
		box := y.made("Item#Box", "Name", "box")
		r := y.relation(y.made("Ticket", "Name", "x"), "TicketAssociatesItem")
		for range 10 {
			ticket := y.made("Ticket", "Name", "one")
			together(
				func() { _ = y.e.Link(y.ctx, r, ticket, box) },
				func() { _ = y.e.Delete(y.ctx, ticket.Type, ticket.RecID) },
				func() { _, _ = y.e.CreateRelated(y.ctx, r, ticket, input("Name", "made")) },
			)
		}
		if n := y.pairs(); n != 0 {
			y.Errorf("%d pairs of deleted records are left", n)
		}
	})
}

// together runs functions at the same time.
func together(all ...func()) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for _, fn := range all {
		wg.Go(func() {
			<-start
			fn()
		})
	}
	close(start)
	wg.Wait()
}

func TestARecordIsNotItsOwnAncestor(t *testing.T) {
	eachYard(t, func(y yard) {
		a, b, c := y.made("Ticket", "Name", "a"), y.made("Ticket", "Name", "b"), y.made("Ticket", "Name", "c")
		y.link(a, "TicketAssocMaster", b)
		y.link(b, "TicketAssocMaster", c)
		for _, of := range []Row{a, c} {
			err := y.e.Link(y.ctx, y.relation(c, "TicketAssocMaster"), y.now(c), y.now(of))
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "of itself or of what it hangs on") {
				y.Errorf("a circle through %s: %v", of.Text("Name"), err)
			}
		}
		if err := y.e.Link(y.ctx, y.relation(a, "TicketAssocChild"), y.now(a), y.now(c)); !fault.Is(err, fault.Invalid) {
			y.Errorf("a circle from the other side: %v", err)
		}
		step := y.made("Step#Do", "Subject", "s", "ParentLink", a.RecID, "ParentLink_Category", "Ticket")
		_, err := y.e.Update(y.ctx, a.Type, a.RecID, input("ParentLink_RecID", step.RecID, "ParentLink_Category", "Step#Do"))
		if !fault.Is(err, fault.Invalid) {
			y.Errorf("a circle over two objects: %v", err)
		}
		y.unlink(b, "TicketAssocMaster", c)
		y.link(c, "TicketAssocMaster", a) // fine now
		y.want(a, "TicketAssocChild", c)
	})
}

// TestTwoChangesDoNotCloseACircleTogether has a hang on b and b on a at the same time.
func TestTwoChangesDoNotCloseACircleTogether(t *testing.T) {
	eachYard(t, func(y yard) {
		for range 10 {
			a, b := y.made("Ticket", "Name", "a"), y.made("Ticket", "Name", "b")
			r := y.relation(a, "TicketAssocMaster")
			var first, second error
			together(
				func() { first = y.e.Link(y.ctx, r, a, b) },
				func() { second = y.e.Link(y.ctx, r, b, a) },
			)
			if (first == nil) == (second == nil) {
				y.Fatalf("of two that close a circle: %v and %v", first, second)
			}
			if err := first; err == nil && !fault.Is(second, fault.Invalid) || err != nil && !fault.Is(err, fault.Invalid) {
				y.Fatalf("refused with %v, %v", first, second)
			}
			if y.now(a).Text("MasterLink") != "" && y.now(b).Text("MasterLink") != "" {
				y.Fatal("the circle is closed")
			}
		}
	})
}

// TestTwoChangesOfOneGroupDoNotCloseACircle is the same inside one transaction of the group writer.
func TestTwoChangesOfOneGroupDoNotCloseACircle(t *testing.T) {
	eachYard(t, func(y yard) {
		a, b := y.made("Ticket", "Name", "a"), y.made("Ticket", "Name", "b")
		s := y.e.current.Load()
		r := y.relation(a, "TicketAssocMaster")
		one, err := y.e.change(y.ctx, y.e.db, s, a.Type, a.RecID, r.naming(a.Type, b))
		if err != nil {
			y.Fatal(err)
		}
		two, err := y.e.change(y.ctx, y.e.db, s, b.Type, b.RecID, r.naming(b.Type, a))
		if err != nil {
			y.Fatal(err)
		}
		err = y.e.DB().Alone(y.ctx, func(tx *db.Tx) error {
			if err := one.check(tx); err != nil {
				return err
			}
			if _, err := one.store(tx); err != nil {
				return err
			}
			return two.check(tx)
		})
		if !fault.Is(err, fault.Invalid) {
			y.Errorf("the second one: %v", err)
		}
	})
}

func TestPairsAreImported(t *testing.T) {
	eachYard(t, func(y yard) {
		ticket := typ(y.T, y.e, "Ticket")
		var pairs [][2]string
		var first Row
		for i := range 250 {
			row := y.made("Ticket", "Name", fmt.Sprint(i))
			if i == 0 {
				first = row
			}
			pairs = append(pairs, [2]string{row.RecID, y.made("Item#Box", "Name", fmt.Sprint(i)).RecID})
		}
		imported := func(relationship string) (n int64, err error) {
			err = y.e.DB().Alone(y.ctx, func(tx *db.Tx) (err error) {
				n, err = y.e.ImportPairs(tx.Context(), tx, ticket, relationship, slices.Values(pairs))
				return err
			})
			return n, err
		}
		if n, err := imported("ticketassociatesitem"); n != 250 || err != nil {
			y.Errorf("%d pairs: %v", n, err)
		}
		if n, err := imported("TicketAssociatesItem"); n != 0 || err != nil {
			y.Errorf("again: %d pairs: %v", n, err)
		}
		if got := y.related(first, "TicketAssociatesItem"); len(got) != 1 || got[0] != pairs[0][1] {
			y.Errorf("the first one's are %v", got)
		}
		more := y.made("Ticket", "Name", "more")
		item := y.made("Item#Box", "Name", "more")
		for name, two := range map[string][][2]string{"a ticket with two": {{more.RecID, item.RecID}, {more.RecID, pairs[0][1]}}, "an item with two": {{more.RecID, item.RecID}, {first.RecID, item.RecID}}} {
			all := pairs
			pairs = two
			if n, err := imported("TicketAssocDesk"); !fault.Is(err, fault.Invalid) {
				y.Errorf("%s: %d pairs are taken: %v", name, n, err)
			}
			pairs = all
		}
		if got := y.related(more, "TicketAssocDesk"); len(got) != 0 {
			y.Errorf("refused pairs stay: %v", got)
		}
		for _, name := range []string{"TicketSeesItem", "TicketContainsStep", "TicketOwnerPerson", "NoSuch"} {
			if _, err := imported(name); err == nil {
				y.Errorf("pairs of %s were taken", name)
			}
		}
		if n := count(y.T, y.e, "SELECT count(*) FROM audit WHERE action = 'ticket.link'"); n != 1 {
			y.Errorf("%d entries in the audit trail, want 1", n)
		}
		result, err := audit.Verify(y.ctx, y.e.DB(), nil)
		if err != nil || !result.OK() {
			y.Errorf("the audit chain: %+v %v", result, err)
		}
	})
}

func TestManyPairsOfOneRecordChange(t *testing.T) {
	eachYard(t, func(y yard) {
		ticket := y.made("Ticket", "Name", "one")
		var items []string
		for i := range 101 {
			items = append(items, y.made("Item#Box", "Name", fmt.Sprint(i)).RecID)
		}
		change := func(relationship string, add, remove []string) error {
			return y.e.DB().Alone(y.ctx, func(tx *db.Tx) error {
				return y.e.ChangePairsTx(y.ctx, tx, y.relation(ticket, relationship), ticket, add, remove)
			})
		}
		said := func(action, text string, want int) {
			y.Helper()
			if n := count(y.T, y.e, "SELECT count(*) FROM audit WHERE action = '"+action+"' AND CAST(payload AS TEXT) LIKE '%"+text+"%'"); n != want {
				y.Errorf("%d entries %s with %s, want %d", n, action, text, want)
			}
		}
		for range 2 { // the second time there is nothing to do
			if err := change("TicketAssociatesItem", items[:2], items[2:3]); err != nil {
				y.Fatal(err)
			}
		}
		said("ticket.link", items[1], 1)
		said("ticket.unlink", "", 0)
		if err := change("TicketAssociatesItem", nil, items[:1]); err != nil {
			y.Fatal(err)
		}
		said("ticket.unlink", items[0], 1)
		if got := y.related(ticket, "TicketSeesItem"); !slices.Equal(got, items[1:2]) {
			y.Errorf("related: %v", got)
		}
		if err := change("TicketSeesItem", items, nil); err == nil { // a hundred are new
			said("ticket.link", items[100], 1)
		} else {
			y.Error(err)
		}
		if err := change("TicketAssociatesItem", nil, items); err != nil {
			y.Fatal(err)
		}
		said("ticket.unlink", "SHA256", 1)
		said("ticket.unlink", items[100], 0)
		for _, name := range []string{"TicketContainsStep", "TicketOwnerPerson", "TicketAssocDesk"} {
			if err := change(name, items[:1], nil); err == nil {
				y.Errorf("pairs of %s were taken", name)
			}
		}
		if err := y.e.DB().Alone(y.ctx, func(tx *db.Tx) error {
			return y.e.ChangePairsTx(context.Background(), tx, y.relation(ticket, "TicketAssociatesItem"), ticket, items, nil)
		}); err == nil {
			y.Error("nobody has changed pairs")
		}
	})
}

func TestAValueWhoseRecordIsGoneMayBeSentInOtherLetters(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, `{"objects": [{"object": "Person#", "fields": [{"name": "Login", "index": "unique"}]},
			{"object": "Ticket#", "fields": [{"name": "Name"}, {"name": "Owner", "type": "picklist", "index": true, "from": {"object": "Person#", "value": "Login"}}]}]}`))
		ctx := AsSystem(t.Context())
		person := must(t)(e.Create(ctx, typ(t, e, "Person"), input("Login", "Ann")))
		ticket := must(t)(e.Create(ctx, typ(t, e, "Ticket"), input("Name", "x", "Owner", "ann")))
		if err := e.Delete(ctx, person.Type, person.RecID); err != nil {
			t.Fatal(err)
		}
		for _, sent := range []string{"Ann", "ANN", "ann"} {
			now, err := e.Update(ctx, ticket.Type, ticket.RecID, input("Name", sent, "Owner", sent))
			if err != nil || now.Text("Owner") != "Ann" || now.Text("Owner_Valid") != person.RecID || now.Text("Name") != sent {
				t.Errorf("%s: %s %v", sent, now.Doc, err)
			}
		}
		if _, err := e.Update(ctx, ticket.Type, ticket.RecID, input("Owner", "ben")); !fault.Is(err, fault.Invalid) {
			t.Errorf("somebody there is not: %v", err)
		}
	})
}

func TestAnExtensionHasTheRelationshipsOfItsBase(t *testing.T) {
	e, _ := open(t, "sqlite:"+t.TempDir()+"/x.db", stock(t, office))
	names := func(of string) map[string]bool {
		out := map[string]bool{}
		for _, r := range typ(t, e, of).Relations() {
			out[r.Name] = true
		}
		return out
	}
	if base, box := names("Item"), names("Item#Box"); len(base) != 5 || !maps.Equal(base, box) {
		t.Errorf("the base has %v, the extension %v", base, box)
	}
}

// TestACreationThatRunsAgainIsStillDoneOnce undoes the transaction of a creation, as a group that fails does, and lets it run again.
func TestACreationThatRunsAgainIsStillDoneOnce(t *testing.T) {
	eachYard(t, func(y yard) {
		ctx := WithOnce(y.ctx, Once{Verb: Creating, Scope: "me", Key: "k", Body: []byte("b")})
		d, err := y.e.creation(ctx, y.e.db, y.e.current.Load(), typ(y.T, y.e, "Ticket"), input("Name", "one"))
		if err != nil {
			y.Fatal(err)
		}
		undone := errors.New("undone")
		if err := y.e.DB().Alone(ctx, func(tx *db.Tx) error {
			if err := d.check(tx); err != nil {
				return err
			}
			if _, err := d.store(tx); err != nil {
				return err
			}
			return undone
		}); !errors.Is(err, undone) {
			y.Fatal(err)
		}
		if err := y.e.DB().Write(ctx, d.check, func(tx *db.Tx) error { _, err := d.store(tx); return err }); err != nil {
			y.Fatal(err)
		}
		again := must(y.T)(y.e.Create(ctx, d.Type, input("Name", "one")))
		if !again.Replayed || again.RecID != d.RecID() {
			y.Errorf("asked for again: %s, replayed %v; want %s", again.RecID, again.Replayed, d.RecID())
		}
	})
}
