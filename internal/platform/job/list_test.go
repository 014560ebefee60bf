package job

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

func TestJobsAreListedHastenedAndDropped(t *testing.T) {
	each(t, func(y yard) {
		r := y.runner(Options{MaxAttempts: 1})
		r.Register("mail", func(context.Context, json.RawMessage) error { return errors.New("no mail server") })
		y.enqueue(Job{Kind: "mail", ID: "m1"})
		y.run(r, 1) // given up
		y.clock.Advance(time.Second)
		y.enqueue(Job{Kind: "mail", ID: "m2", Due: y.clock.Now().Add(time.Hour)})
		y.enqueue(Job{Kind: "other", ID: "o1", Due: y.clock.Now().Add(time.Hour)})
		list, err := List(y.Context(), y.db, 10, "mail", "letter")
		if err != nil || len(list) != 2 || list[0].ID != "m2" || list[0].Due.IsZero() || list[1].Error != "no mail server" || !list[1].Due.IsZero() {
			y.Errorf("%+v, %v", list, err)
		}
		if waiting, lost, err := Count(y.Context(), y.db, "mail"); err != nil || waiting != 1 || lost != 1 {
			y.Errorf("%d wait, %d were given up, %v", waiting, lost, err)
		}
		write := func(what func(tx *db.Tx) error) error { return y.db.Write(y.Context(), nil, what) }
		for name, err := range map[string]error{
			"hastening one of another kind": write(func(tx *db.Tx) error { return Hasten(tx, y.clock.Now(), "o1", "mail") }),
			"dropping one of another kind":  write(func(tx *db.Tx) error { return Drop(tx, "o1", "mail") }),
			"dropping none":                 write(func(tx *db.Tx) error { return Drop(tx, "m3", "mail") }),
		} {
			if !fault.Is(err, fault.NotFound) {
				y.Errorf("%s: %v", name, err)
			}
		}
		if err := write(func(tx *db.Tx) error { return Hasten(tx, y.clock.Now(), "m2", "mail") }); err != nil {
			y.Error(err)
		}
		if err := write(func(tx *db.Tx) error { return Drop(tx, "m1", "mail") }); err != nil {
			y.Error(err)
		}
		y.run(r, 1)
		if y.count() != 2 {
			y.Errorf("%d jobs left", y.count())
		}
	})
}
