package web

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

const (
	bodyRoom  = 16 << 20 // bytes of large bodies that are in memory at once: what is made of one takes several times as much
	smallBody = 64 << 10 // bytes up to which a body needs no room
	roomTime  = 10 * time.Second
)

// room is what the large bodies of a process share.
type room struct{ free *semaphore.Weighted }

// holding is what one request has taken of it.
type holding struct {
	room *room
	size int64
}

type holdingKey struct{}

// Room lets large bodies, which ReadBody reads for the handlers inside, be in memory a few at a time. The others wait, and after ten seconds
// are asked to come again. What a request has taken is free again when it ends.
func Room(next http.Handler) http.Handler {
	all := &room{semaphore.NewWeighted(bodyRoom)}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := &holding{room: all}
		defer func() { all.free.Release(h.size) }()
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), holdingKey{}, h)))
	})
}

// takeRoom waits until there is room for a body of so many bytes. A request has one body, and one goroutine reads it.
func takeRoom(ctx context.Context, size int64) error {
	h, _ := ctx.Value(holdingKey{}).(*holding)
	if h == nil || size <= h.size || size <= smallBody {
		return nil
	}
	more := min(size, bodyRoom) - h.size
	waiting, cancel := context.WithTimeout(ctx, roomTime)
	defer cancel()
	if err := h.room.free.Acquire(waiting, more); err != nil {
		f := fault.New(fault.Unavailable, "too_many_large_requests", "The server reads too many large requests at the moment. Try again.").WithCause(err)
		f.RetryAfter = time.Second
		return f
	}
	h.size += more
	return nil
}
