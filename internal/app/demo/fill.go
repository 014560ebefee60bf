package demo

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/provost-itsm/provost/internal/platform/blob"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Result says what was stored.
type Result struct {
	Records  map[string]int64 // by object, "Incident"
	Pairs    int64            // of records that relationships join many to many
	Employee string           // RecId of a person scripts may use
	Login    string           // and the person's login
}

// Total is the number of records that were made.
func (r Result) Total() int64 {
	n := int64(0)
	for _, of := range r.Records {
		n += of
	}
	return n
}

// Fill makes the demo's records in a tenant that has the stock records and nothing else, all or nothing. The context
// names who writes. Nothing may have happened in the future: where the clock says an earlier date than the end of the
// story, all of it happens as many weeks sooner as are needed for it to be over now.
func Fill(ctx context.Context, h *tenant.Handle, now time.Time) (Result, error) {
	return fill(ctx, h.Records, h.Blobs, now)
}

func fill(ctx context.Context, e *record.Engine, blobs *blob.Store, now time.Time) (Result, error) {
	c, err := readContent()
	if err != nil {
		return Result{}, fmt.Errorf("read the demo's texts: %w", err)
	}
	if _, err := e.Apply(ctx, record.Catalogue{Lists: c.work.Lists}); err != nil {
		return Result{}, fmt.Errorf("make the demo's lists: %w", err)
	}
	w, err := newWorld(ctx, e, c)
	if err != nil {
		return Result{}, err
	}
	w.sooner = sooner(now.Unix())
	w.make()
	out := Result{Records: map[string]int64{}}
	first := w.people[0]
	out.Employee, out.Login = first.id, first.login
	for _, content := range w.files { // before the records that name them
		if _, err := blobs.Add(content); err != nil {
			return Result{}, err
		}
	}
	err = e.DB().Alone(ctx, func(tx *db.Tx) error {
		for _, b := range w.batches {
			n, err := e.Import(ctx, tx, b.sheet.t, b.all(w.sooner))
			if err != nil {
				return err
			}
			out.Records[b.sheet.t.Object] = n
		}
		for _, p := range w.pairings {
			n, err := e.ImportPairs(ctx, tx, w.sheets[p.object].t, p.relationship, slices.Values(p.pairs))
			if err != nil {
				return err
			}
			out.Pairs += n
		}
		for _, u := range w.updates {
			if _, err := e.UpdateTx(ctx, tx, u.to.s.t, u.to.id(), u.in); err != nil {
				return fmt.Errorf("complete the stock record %s of %s: %w", u.to.id(), u.to.s.t.Object, err)
			}
		}
		return nil
	})
	if err != nil {
		return Result{}, err
	}
	return out, nil
}

// make works everything out, in the order in which one thing needs another.
func (w *world) make() {
	w.makeUnits()
	w.makePlaces()
	w.makeDepartments()
	w.nameTeams()
	w.makePeople()
	w.finishTeams()
	w.finishDepartments()
	w.makeItems()
	w.makeProblems()
	w.makeChanges()
	w.makeIncidents()
	w.makeRequests()
	w.makeTasks()
	w.makeJournals()
	w.makeApprovals()
	w.makeKnowledge()
	w.makeAttachments()
	w.makePairs()
}

// all makes the records one after the other, each as many seconds sooner as the story is.
func (b batch) all(sooner int64) iter.Seq[record.Record] {
	var times []int // positions of fields
	for i := range b.sheet.t.Fields {
		if b.sheet.t.Fields[i].Kind == record.Time && sooner > 0 {
			times = append(times, i)
		}
	}
	return func(yield func(record.Record) bool) {
		for _, plan := range b.records {
			r := plan()
			for _, i := range times {
				if r[i].Set {
					r[i].Num -= sooner
				}
			}
			if !yield(r) {
				return
			}
		}
	}
}
