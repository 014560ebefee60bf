package web

import (
	"io"
	"net/http"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// The least that a body has to move, either way, once its first minute is over.
const (
	pauseTime = time.Minute // without anything moving
	leastRate = 16 << 10    // bytes a second, on average
	paceEvery = time.Second // how often deadlines are moved on
)

// pace moves the deadlines of a connection on while bytes move on it.
type pace struct {
	control *http.ResponseController
	reads   bool // the body of a request; otherwise that of an answer, under which net/http itself reads
	began   time.Time
	last    time.Time
	moved   int64
}

func newPace(w http.ResponseWriter, reads bool) *pace {
	p := &pace{control: http.NewResponseController(w), reads: reads, began: time.Now()}
	p.move(0)
	return p
}

// move notes bytes that have moved. The next ones have to come within a minute, and all of them at leastRate.
func (p *pace) move(n int) {
	p.moved += int64(n)
	now := time.Now()
	if now.Sub(p.last) < paceEvery {
		return
	}
	p.last = now
	until := now.Add(pauseTime)
	if slowest := p.began.Add(pauseTime + time.Duration(p.moved/leastRate)*time.Second); slowest.Before(until) {
		until = slowest
	}
	if p.reads {
		_ = p.control.SetReadDeadline(until) // a connection without deadlines, as in tests, goes on without
		until = until.Add(pauseTime)
	}
	_ = p.control.SetWriteDeadline(until)
}

// Body is the body of a request, to be read as it comes.
type Body struct {
	w    http.ResponseWriter
	r    *http.Request
	pace *pace
	stop chan struct{}
}

// StreamBody returns the body of a request that may be larger than memory and take longer than ReadBody allows: it may not pause
// for a minute and, after one, has to come at 16 KiB a second. done, which may be nil, ends it when it is closed. A body that
// breaks off, comes too slowly or is compressed is fault.Invalid. Close it before answering.
func StreamBody(w http.ResponseWriter, r *http.Request, done <-chan struct{}) (*Body, error) {
	if err := uncompressed(w, r); err != nil {
		return nil, err
	}
	b := &Body{w, r, newPace(w, true), make(chan struct{})}
	go func() {
		select {
		case <-done:
			_ = b.pace.control.SetReadDeadline(time.Now())
		case <-b.stop:
		}
	}()
	return b, nil
}

// Read reads on.
func (b *Body) Read(p []byte) (int, error) {
	n, err := b.r.Body.Read(p)
	b.pace.move(n)
	if err != nil && err != io.EOF { //nolint:errorlint // an end that is wrapped is none
		err = broken(err)
	}
	return n, err
}

// Drain reads what the client still sends of a body that is refused, up to 8 MiB, so that it gets to read the answer instead of
// a broken connection. A client that waits to be asked for its body is not asked.
func (b *Body) Drain() { Refused(b.w, b.r) }

// Refused is Drain for a body that nobody has begun to read.
func Refused(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Expect") != "" || r.Body == nil {
		w.Header().Set("Connection", "close")
		return
	}
	drain(w, r)
}

// Close ends reading. The answer then has its usual time.
func (b *Body) Close() {
	close(b.stop)
	_ = b.pace.control.SetReadDeadline(time.Time{})
	_ = b.pace.control.SetWriteDeadline(time.Now().Add(writeTime))
}

// Paced returns a writer for an answer that may take longer than others: who takes it too slowly is cut off, by the measure of
// StreamBody. done, which may be nil, ends it when it is closed.
func Paced(w http.ResponseWriter, done <-chan struct{}) http.ResponseWriter {
	return &paced{w, newPace(w, false), done}
}

type paced struct {
	http.ResponseWriter
	pace *pace
	done <-chan struct{}
}

// Unwrap gives http.ResponseController the rest.
func (p *paced) Unwrap() http.ResponseWriter { return p.ResponseWriter }

func (p *paced) Write(b []byte) (int, error) {
	select {
	case <-p.done:
		return 0, fault.New(fault.Unavailable, "stopping", "The tenant is being closed.")
	default:
	}
	n, err := p.ResponseWriter.Write(b)
	p.pace.move(n)
	return n, err
}
