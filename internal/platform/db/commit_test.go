package db_test

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

func TestSomebodyIsToldOfEachCommit(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		d, err := db.Open(t.Context(), dsn, db.Options{Timeline: db.TenantTimeline()})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		var heard atomic.Int64
		d.OnCommit(func() { heard.Add(1) })
		write := func(err error) {
			_ = d.Write(t.Context(), nil, func(tx *db.Tx) error { tx.AddCell("test", 1); return err })
		}
		write(nil)
		if heard.Load() != 1 {
			t.Errorf("one commit was heard %d times", heard.Load())
		}
		write(errors.New("refused"))
		if heard.Load() != 1 {
			t.Error("what was undone was heard")
		}
		d.OnCommit(nil)
		write(nil)
		if heard.Load() != 1 {
			t.Error("who does not want to hear any more was told")
		}
	})
}
