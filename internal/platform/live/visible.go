package live

import (
	"context"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
)

// quietFor is how long somebody who sees only some rows of an object is not told of it again without an id.
const quietFor = 10 * time.Second

// visible cuts events down to what the stream's principal may know. What is not to be told yet is held.
func (s *stream) visible(ctx context.Context, all []Event) (told []Event, err error) {
	book, who, now := s.c.h.Roles(), s.who, time.Now()
	admin := book.Admin(who) && who.Require(principal.AdminRead) == nil
	reads := who.Require(principal.ODataRead) == nil
	asked := map[*record.Type][]string{}
	kept := all[:0:0]
	for _, e := range all {
		if admin || e.Object == Me {
			kept = append(kept, e)
			continue
		}
		if e.Object == notifications {
			if e.ID == who.PersonID {
				kept = append(kept, Event{Object: e.Object, seq: e.seq})
			}
			continue
		}
		t, there := s.c.h.Records.Type(ctx, e.Object)
		if !there || !reads {
			continue
		}
		rows := book.Ask(who, role.Read, e.Object)
		switch {
		case rows == role.NoRows:
			continue
		case e.ID == "" || strings.HasSuffix(e.Action, ".delete"):
			e.ID, e.Action = "", ""
			if rows != role.AllRows && s.hold(e, now) {
				continue
			}
		default:
			asked[t] = append(asked[t], e.ID)
		}
		kept = append(kept, e)
	}
	seen := map[string]bool{}
	for t, ids := range asked {
		of, err := s.c.hub.sight.Seen(ctx, s.c.h, who, t, ids)
		if err != nil {
			return nil, err
		}
		for id := range of {
			seen[t.Object+"#"+id] = true
		}
	}
	if len(asked) == 0 {
		return kept, nil
	}
	for _, e := range kept {
		t, there := s.c.h.Records.Type(ctx, e.Object)
		if e.ID == "" || admin || !there || seen[t.Object+"#"+e.ID] {
			told = append(told, e)
			continue
		}
		if !e.owned {
			continue // nothing to them
		}
		e.ID, e.Action = "", "" // it may have been theirs until now
		if !s.hold(e, now) {
			told = append(told, e)
		}
	}
	return told, nil
}

// notifications is the object of what waits for a person; its id is theirs.
const notifications = "notifications"
