package record

import (
	"context"
	"fmt"
	"sync"
	"testing"
)

// TestIntegrityHoldsWhileTheFullTextIsMerged writes, changes and searches at once, so that the full text index is merged under its
// readers, and wants the check to find nothing.
func TestIntegrityHoldsWhileTheFullTextIsMerged(t *testing.T) {
	e, _ := open(t, "sqlite:"+t.TempDir()+"/x.db", stock(t, shop))
	ctx := AsSystem(context.Background())
	order := typ(t, e, "Order")
	s, err := ParseSearch("word")
	if err != nil {
		t.Fatal(err)
	}
	for round := range 4 {
		var wg sync.WaitGroup
		for w := range 16 {
			wg.Go(func() {
				for k := range 25 {
					row, err := e.Create(ctx, order, input("Subject", fmt.Sprint("word", round, " number", w, k)))
					if err == nil {
						_, err = e.Update(ctx, order, row.RecID, input("Subject", fmt.Sprint("words changed ", w, k)))
					}
					if err == nil {
						_, err = e.List(ctx, searched(e, order, s, "ORDER BY rec_id", 1), func(Row) error { return nil })
					}
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		if said, err := e.db.Integrity(ctx); err != nil || said != "ok" {
			t.Fatalf("round %d: %s %v", round, said, err)
		}
	}
}
