package record

import (
	"testing"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

const household = `{"objects": [
 {"object": "House#", "fields": [{"name": "Name"}]},
 {"object": "Room#", "status": {"field": "Status", "readOnly": ["Sealed"]}, "fields": [{"name": "Status", "default": "Open"},
   {"name": "House", "type": "link", "targets": ["*"], "owned": true}, {"name": "Door", "type": "link", "target": "Room#"}]},
 {"object": "Room#Bath", "fields": [{"name": "Tub"}]}]}`

func TestWhatIsOwnedGoesWithItsOwner(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		e, _ := open(t, dsn, stock(t, household))
		ctx := AsSystem(t.Context())
		made := func(object string, pairs ...any) Row {
			return must(t)(e.Create(ctx, typ(t, e, object), input(pairs...)))
		}
		house, other := made("House", "Name", "h"), made("House", "Name", "o")
		room := made("Room", "House_RecID", house.RecID, "House_Category", "House")
		bath := made("Room#Bath", "House_RecID", house.RecID, "House_Category", "House", "Tub", "x")
		closet := made("Room", "House_RecID", room.RecID, "House_Category", "Room")
		sealed := made("Room", "House_RecID", house.RecID, "House_Category", "House", "Status", "Sealed")
		beside := made("Room", "House_RecID", other.RecID, "House_Category", "House", "Door_RecID", room.RecID)
		if err := e.Delete(ctx, house.Type, house.RecID); err != nil {
			t.Fatal(err)
		}
		for name, row := range map[string]Row{"a room": room, "a room of an extension": bath, "a room of a room": closet} {
			if _, err := e.Get(ctx, row.Type, row.RecID); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s stays: %v", name, err)
			}
			err := e.db.View(ctx, func(r db.Reader) error {
				entries, err := audit.List(ctx, r, audit.Filter{Target: row.RecID, Limit: 1})
				if err == nil && (len(entries) != 1 || entries[0].Action != row.Type.Singular+".delete" || entries[0].Login == "") {
					t.Errorf("%s: the trail ends with %+v", name, entries)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for name, row := range map[string]Row{"a closed one": sealed, "another's, that only links one": beside, "the other": other} {
			if _, err := e.Get(ctx, row.Type, row.RecID); err != nil {
				t.Errorf("%s is gone: %v", name, err)
			}
		}
		if n, err := e.List(ctx, Query{Type: typ(t, e, "Room")}, nil); err != nil || n != 2 {
			t.Errorf("%d rooms are counted, want 2: %v", n, err)
		}
	})
}
