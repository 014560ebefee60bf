package audit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

var start = time.Date(2026, 3, 1, 9, 30, 0, 123456000, time.UTC)

// each runs a test on a fresh tenant database of either engine, in the name of an agent.
func each(t *testing.T, fn func(t *testing.T, ctx context.Context, d *db.DB)) {
	t.Helper()
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d, err := db.Open(t.Context(), dsn, db.Options{Timeline: db.TenantTimeline()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
		ctx := principal.With(t.Context(), &principal.Principal{
			Kind: principal.Key, CredentialID: "key-1", PersonID: "0123456789ABCDEF0123456789ABCDEF", Login: "JDoe",
			Role: "Admin", Address: netip.MustParseAddr("203.0.113.7"), RequestID: "req-1",
		})
		fn(t, ctx, d)
	})
}

func write(t *testing.T, ctx context.Context, d *db.DB, entries ...audit.Entry) {
	t.Helper()
	for i, e := range entries {
		err := d.Write(ctx, nil, func(tx *db.Tx) error { return audit.Write(ctx, tx, start.Add(time.Duration(i)*time.Second), e) })
		if err != nil {
			t.Fatal(err)
		}
	}
}

func verify(t *testing.T, ctx context.Context, d *db.DB) audit.Result {
	t.Helper()
	res, err := audit.Verify(ctx, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func incident(n int) audit.Entry {
	return audit.Entry{
		Action: "incident.update", Object: "Incident", Target: fmt.Sprintf("%032X", n), Label: fmt.Sprint(10000 + n),
		Changes: json.RawMessage(fmt.Sprintf(`{"Subject":["old %d","new"],"Status":["Logged","Active"]}`, n)),
		Flags:   []string{"owner_unknown:JDoe"},
	}
}

func TestAnEntryTellsWhoDidWhat(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		write(t, ctx, d, incident(1))
		got, err := audit.List(ctx, d, audit.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		want := []audit.Record{{
			Seq: 1, At: start, ActorKind: principal.Key, Actor: "0123456789ABCDEF0123456789ABCDEF", Login: "JDoe",
			Credential: "key-1", Address: "203.0.113.7", RequestID: "req-1",
			Action: "incident.update", Object: "Incident", Target: "00000000000000000000000000000001", Label: "10001",
			Changes: json.RawMessage(`{"Subject":["old 1","new"],"Status":["Logged","Active"]}`), Flags: []string{"owner_unknown:JDoe"},
		}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestNobodyWritesAnonymously(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		err := d.Write(t.Context(), nil, func(tx *db.Tx) error { return audit.Write(t.Context(), tx, start, incident(1)) })
		if err == nil || !strings.Contains(err.Error(), "no principal") {
			t.Errorf("without a principal: %v", err)
		}
		err = d.Write(ctx, nil, func(tx *db.Tx) error { return audit.Write(ctx, tx, start, audit.Entry{Object: "Incident"}) })
		if err == nil {
			t.Error("an entry without an action is written")
		}
		if res := verify(t, ctx, d); !res.OK() || res.Entries != 0 {
			t.Errorf("%+v", res)
		}
	})
}

func TestTheChainHoldsOverGroupsRefusalsAndConcurrency(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		refused := errors.New("refused")
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 10 {
					err := d.Write(ctx, nil, func(tx *db.Tx) error {
						if i%5 == 4 {
							return refused
						}
						if err := audit.Write(ctx, tx, start, incident(w*100+i)); err != nil {
							return err
						}
						return audit.Write(ctx, tx, start, incident(w*100+i+50))
					})
					if err != nil && !errors.Is(err, refused) {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		var last int64
		res, err := audit.Verify(ctx, d, func(done, total int64) {
			if done < last || done > total {
				t.Errorf("progress goes from %d to %d of %d", last, done, total)
			}
			last = done
		})
		if err != nil || !res.OK() || res.Entries != 128 || last != 128 {
			t.Errorf("%+v, %v, progress %d", res, err, last)
		}
	})
}

func TestARolledBackTransactionLeavesNoGap(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		write(t, ctx, d, incident(1))
		err := d.Alone(ctx, func(tx *db.Tx) error {
			if err := audit.Write(ctx, tx, start, incident(2)); err != nil {
				return err
			}
			return errors.New("changed my mind")
		})
		if err == nil {
			t.Fatal("the transaction was committed")
		}
		write(t, ctx, d, incident(3))
		if res := verify(t, ctx, d); !res.OK() || res.Entries != 2 {
			t.Errorf("%+v", res)
		}
	})
}

func TestVerifyFindsEveryKindOfTampering(t *testing.T) {
	for _, tc := range []struct {
		name       string
		statements []string
		firstBad   int64
	}{
		{"an action edited", []string{`UPDATE audit SET action = 'incident.read' WHERE seq = 3`}, 3},
		{"an actor edited", []string{`UPDATE audit SET actor = 'X' WHERE seq = 3`}, 3},
		{"a kind of actor edited", []string{`UPDATE audit SET actor_kind = 'system' WHERE seq = 3`}, 3},
		{"a login edited", []string{`UPDATE audit SET login = 'Other' WHERE seq = 3`}, 3},
		{"a credential edited", []string{`UPDATE audit SET credential = 'key-2' WHERE seq = 3`}, 3},
		{"an address edited", []string{`UPDATE audit SET address = '' WHERE seq = 3`}, 3},
		{"a request id edited", []string{`UPDATE audit SET request = 'req-2' WHERE seq = 3`}, 3},
		{"an object edited", []string{`UPDATE audit SET object = 'Problem' WHERE seq = 3`}, 3},
		{"a target edited", []string{`UPDATE audit SET target = 'X' WHERE seq = 3`}, 3},
		{"a time edited", []string{`UPDATE audit SET at = at + 1 WHERE seq = 3`}, 3},
		{"text moved from one column to the next", []string{`UPDATE audit SET object = 'IncidentX', target = substr(target, 2) WHERE seq = 3`}, 3},
		{"a payload edited", []string{`UPDATE audit SET payload = '{}' WHERE seq = 3`}, 3},
		{"a payload taken away without its salt", []string{`UPDATE audit SET payload = NULL WHERE seq = 3`}, 3},
		{"a salt edited", []string{`UPDATE audit SET salt = digest WHERE seq = 3`}, 3},
		{"a salt taken away", []string{`UPDATE audit SET salt = NULL WHERE seq = 3`}, 3},
		{"a payload erased without an entry", []string{`UPDATE audit SET payload = NULL, salt = NULL WHERE seq = 3`}, 3},
		{"a digest edited", []string{`UPDATE audit SET digest = hash WHERE seq = 3`}, 3},
		{"a hash edited", []string{`UPDATE audit SET hash = digest WHERE seq = 3`}, 3},
		{"payloads swapped", []string{
			`UPDATE audit SET payload = (SELECT payload FROM audit WHERE seq = 4), salt = (SELECT salt FROM audit WHERE seq = 4) WHERE seq = 3`,
		}, 3},
		{"payloads swapped with their digests", []string{
			`UPDATE audit SET payload = (SELECT payload FROM audit WHERE seq = 4), salt = (SELECT salt FROM audit WHERE seq = 4), digest = (SELECT digest FROM audit WHERE seq = 4) WHERE seq = 3`,
		}, 3},
		{"the first entry deleted", []string{`DELETE FROM audit WHERE seq = 1`}, 1},
		{"an entry deleted", []string{`DELETE FROM audit WHERE seq = 3`}, 3},
		{"an entry deleted and the rest moved up", []string{`DELETE FROM audit WHERE seq = 3`, `UPDATE audit SET seq = seq - 1 WHERE seq = 4`, `UPDATE audit SET seq = seq - 1 WHERE seq = 5`}, 3},
		{"two entries exchanged", []string{`UPDATE audit SET seq = 99 WHERE seq = 3`, `UPDATE audit SET seq = 3 WHERE seq = 4`, `UPDATE audit SET seq = 4 WHERE seq = 99`}, 3},
		{"the last entry deleted", []string{`DELETE FROM audit WHERE seq = 5`}, 5},
		{"the end cut off", []string{`DELETE FROM audit WHERE seq > 2`}, 3},
		{"all deleted", []string{`DELETE FROM audit`}, 1},
		{"the end cut off and the counter set back", []string{`DELETE FROM audit WHERE seq > 2`, `UPDATE cell SET value = 2 WHERE name = 'audit.seq'`}, 2},
		{"the counter set back", []string{`UPDATE cell SET value = 2 WHERE name = 'audit.seq'`}, 3},
		{"the counter set forward", []string{`UPDATE cell SET value = 9 WHERE name = 'audit.seq'`}, 6},
		{"the counter deleted", []string{`DELETE FROM cell WHERE name = 'audit.seq'`}, 1},
		{"the head edited", []string{`UPDATE cell SET value = value + 1 WHERE name = 'audit.head.2'`}, 5},
		{"an entry copied to the end", []string{
			`INSERT INTO audit SELECT 6, at, actor_kind, actor, login, credential, address, request, action, object, target, payload, salt, digest, hash FROM audit WHERE seq = 5`,
		}, 6},
	} {
		t.Run(tc.name, func(t *testing.T) {
			each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
				write(t, ctx, d, incident(1), incident(2), incident(3), incident(4), incident(5))
				if res := verify(t, ctx, d); !res.OK() || res.Entries != 5 {
					t.Fatalf("untouched: %+v", res)
				}
				err := d.Alone(ctx, func(tx *db.Tx) error {
					for _, s := range tc.statements {
						if n, err := tx.Exec(s); err != nil || n == 0 {
							return fmt.Errorf("%s: %d rows, %w", s, n, err)
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				res := verify(t, ctx, d)
				if res.OK() || res.FirstBad != tc.firstBad {
					t.Errorf("%+v, want entry %d found", res, tc.firstBad)
				}
				next := d.Write(ctx, nil, func(tx *db.Tx) error { return audit.Write(ctx, tx, start, incident(6)) })
				if res := verify(t, ctx, d); res.OK() {
					t.Errorf("hidden by the next entry (%v): %+v", next, res)
				}
			})
		})
	}
}

func TestErasingKeepsTheChainProvable(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		write(t, ctx, d, incident(1), incident(2), incident(3))
		erase := func(seq int64) error {
			return d.Alone(ctx, func(tx *db.Tx) error { return audit.Erase(ctx, tx, start, seq) })
		}
		for range 2 { // harmless twice
			if err := erase(2); err != nil {
				t.Fatal(err)
			}
		}
		if err := erase(99); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown entry: %v", err)
		}
		res := verify(t, ctx, d)
		if !res.OK() || res.Entries != 4 || res.Erased != 1 {
			t.Errorf("%+v", res)
		}
		got, err := audit.List(ctx, d, audit.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		if got[0].Action != "audit.erase" || got[0].Target != "2" {
			t.Errorf("erasing is not in the trail: %+v", got[0])
		}
		erased := got[2]
		if !erased.Erased || erased.Label != "" || erased.Changes != nil || erased.Flags != nil || erased.Target != fmt.Sprintf("%032X", 2) {
			t.Errorf("erased entry: %+v", erased)
		}
		write(t, ctx, d, incident(4))
		if res := verify(t, ctx, d); !res.OK() || res.Entries != 5 {
			t.Errorf("%+v", res)
		}
	})
}

func TestList(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		write(t, ctx, d,
			audit.Entry{Action: "incident.create", Object: "Incident", Target: "A"},
			audit.Entry{Action: "incident.update", Object: "Incident", Target: "A"},
			audit.Entry{Action: "incident.delete", Object: "Incident", Target: "B"},
			audit.Entry{Action: "incidentdetail.create", Object: "IncidentDetail", Target: "C"})
		for name, tc := range map[string]struct {
			f    audit.Filter
			want []int64
		}{
			"all, newest first":      {audit.Filter{}, []int64{4, 3, 2, 1}},
			"of one record":          {audit.Filter{Target: "A"}, []int64{2, 1}},
			"of one object":          {audit.Filter{Object: "Incident"}, []int64{3, 2, 1}},
			"of one action":          {audit.Filter{Action: "incident.create"}, []int64{1}},
			"of one family":          {audit.Filter{Action: "incident.*"}, []int64{3, 2, 1}},
			"of one login":           {audit.Filter{Actor: "JDoe"}, []int64{4, 3, 2, 1}},
			"of one person":          {audit.Filter{Actor: "0123456789ABCDEF0123456789ABCDEF", Limit: 1}, []int64{4}},
			"of nobody":              {audit.Filter{Actor: "jdoe"}, nil},
			"from a time":            {audit.Filter{From: start.Add(2 * time.Second)}, []int64{4, 3}},
			"to a time":              {audit.Filter{To: start.Add(2 * time.Second)}, []int64{2, 1}},
			"the next page":          {audit.Filter{BeforeSeq: 3, Limit: 1}, []int64{2}},
			"several limits at once": {audit.Filter{Object: "Incident", Action: "incident.*", From: start.Add(time.Second), BeforeSeq: 3}, []int64{2}},
		} {
			got, err := audit.List(ctx, d, tc.f)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var seqs []int64
			for _, rec := range got {
				seqs = append(seqs, rec.Seq)
			}
			if diff := cmp.Diff(tc.want, seqs); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	})
}

func TestTextsNoDatabaseTakesAreKeptReadable(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		ctx = principal.With(ctx, &principal.Principal{Kind: principal.System, Login: "a\x00b", RequestID: "\xff"})
		write(t, ctx, d, audit.Entry{Action: "x.y", Target: "t\x00\xc3", Label: "l\x00\xff ü 雪", Changes: json.RawMessage("{\"F\":[null,\"\xff\"]}")})
		got, err := audit.List(ctx, d, audit.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		if got[0].Login != "a\uFFFDb" || got[0].Label != "l\x00\uFFFD ü 雪" || string(got[0].Changes) != `{"F":[null,"`+"\uFFFD"+`"]}` {
			t.Errorf("%+v", got[0])
		}
		if res := verify(t, ctx, d); !res.OK() {
			t.Errorf("%+v", res)
		}
	})
}

func TestDiff(t *testing.T) {
	type thing struct {
		Name   string   `json:"name"`
		Roles  []string `json:"roles"`
		Secret string   `json:"secret"`
	}
	for name, tc := range map[string]struct {
		before, after any
		want          string
	}{
		"made":            {nil, thing{"a", nil, "s"}, `{"name":[null,"a"],"roles":[null,null]}`},
		"removed":         {&thing{"a", []string{"x"}, "s"}, nil, `{"name":["a",null],"roles":[["x"],null]}`},
		"one field":       {thing{"a", nil, "s"}, thing{"b", nil, "t"}, `{"name":["a","b"]}`},
		"nothing":         {thing{"a", nil, "s"}, thing{"a", nil, "t"}, ``},
		"a nil pointer":   {(*thing)(nil), map[string]int{"n": 1}, `{"n":[null,1]}`},
		"a field dropped": {map[string]int{"n": 1, "m": 2}, map[string]int{"m": 2}, `{"n":[1,null]}`},
	} {
		got, err := audit.Diff(tc.before, tc.after, "secret")
		if err != nil || string(got) != tc.want {
			t.Errorf("%s: %s, %v, want %s", name, got, err, tc.want)
		}
	}
	if _, err := audit.Diff([]int{1}, nil); err == nil {
		t.Error("a list has no fields and is accepted")
	}
}

func BenchmarkWrite(b *testing.B) {
	d, err := db.Open(b.Context(), "sqlite:"+b.TempDir()+"/a.db", db.Options{Timeline: db.TenantTimeline()})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	ctx := principal.With(b.Context(), &principal.Principal{Kind: principal.System, Login: "bench"})
	e := incident(1)
	b.ReportAllocs()
	err = d.Alone(ctx, func(tx *db.Tx) error {
		for b.Loop() {
			if err := audit.Write(ctx, tx, start, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func TestTheControlDatabaseHasATrailOfItsOwn(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d, err := db.Open(t.Context(), dsn, db.Options{Timeline: db.ControlTimeline()})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		ctx := principal.With(t.Context(), &principal.Principal{Kind: principal.System, Login: "provost"})
		write(t, ctx, d, audit.Entry{Action: "tenant.create", Object: "tenant", Target: "1"}, audit.Entry{Action: "tenant.move", Object: "tenant", Target: "1"})
		if res := verify(t, ctx, d); !res.OK() || res.Entries != 2 {
			t.Errorf("%+v", res)
		}
	})
}

func TestTheTrailIsFollowed(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB) {
		if head, err := audit.Head(ctx, d); err != nil || head != 0 {
			t.Errorf("the head of an empty trail: %d, %v", head, err)
		}
		moved := incident(4)
		moved.Changes = json.RawMessage(`{"OwnerTeam":["Service Desk","Network"]}`)
		write(t, ctx, d, incident(1), audit.Entry{Action: "api_key.create", Object: "api_key", Target: "k"}, incident(3), moved)
		if head, err := audit.Head(ctx, d); err != nil || head != 4 {
			t.Errorf("the head: %d, %v", head, err)
		}
		got, err := audit.Since(ctx, d, 1, 2)
		if err != nil || len(got) != 2 || got[0].Object != "api_key" || got[0].Credential != "key-1" || got[1].Seq != 3 || got[1].Owned {
			t.Errorf("two entries after the first: %+v, %v", got, err)
		}
		if got, err := audit.Since(ctx, d, 3, 10); err != nil || len(got) != 1 || !got[0].Owned {
			t.Errorf("one that changed hands: %+v, %v", got, err)
		}
		objects, err := audit.ObjectsBetween(ctx, d, 1, 3)
		if slices.Sort(objects); err != nil || !slices.Equal(objects, []string{"Incident", "api_key"}) {
			t.Errorf("objects: %v, %v", objects, err)
		}
	})
}
