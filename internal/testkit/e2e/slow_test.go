package e2e_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// The server's own limits, documented in package web, and how much later this machine may notice.
const (
	headerLimit = 10 * time.Second
	bodyLimit   = time.Minute
	slack       = 15 * time.Second
)

// TestSlowClientsAreCutOff holds hundreds of connections on which requests never end, while others are served.
func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	x := newTarget(t, "")
	half := request(http.MethodPost, incidents, x.key, `{"Subject":"hostile","Symptom":"`+strings.Repeat("x", 1000)+`"}`)
	var all sync.WaitGroup
	open := func(n int, text string, check func(c net.Conn, began time.Time)) {
		for range n {
			c := dial(t, x.Server)
			began := time.Now()
			if _, err := io.WriteString(c, text); err != nil {
				t.Fatal(err)
			}
			if err := c.SetReadDeadline(began.Add(bodyLimit + slack)); err != nil {
				t.Fatal(err)
			}
			all.Go(func() { check(c, began) })
		}
	}
	ends := func(c net.Conn, began time.Time) {
		_, err := io.Copy(io.Discard, c)
		var late net.Error
		if errors.As(err, &late) && late.Timeout() || time.Since(began) > headerLimit+slack {
			t.Errorf("half a header is waited for %s: %v", time.Since(began), err)
		}
	}
	open(100, half[:strings.Index(half, "\r\n\r\n")], ends)
	open(100, "", ends)
	open(100, half[:len(half)-500], func(c net.Conn, began time.Time) {
		a, err := answer(c, http.MethodPost)
		if err == nil {
			err = refusedProperly("half a body", a, http.StatusBadRequest, http.StatusRequestTimeout)
		}
		if took := time.Since(began); err != nil || took < bodyLimit/2 {
			t.Errorf("half a body, after %s: %v", took, err)
		}
	})
	trickle(t, x, &all)
	for range 50 { // others are served meanwhile
		x.unchanged(t, "what has not arrived yet")
	}
	all.Wait()
	x.unchanged(t, "what never arrived")
	if peak := peakMemory(t, x.PID()); peak > maxMemory {
		t.Errorf("the program had %d MiB resident, more than %d", peak, maxMemory)
	}
}

// trickle sends a header a byte at a time: each byte is in time, the whole is not.
func trickle(t *testing.T, x *target, all *sync.WaitGroup) {
	t.Helper()
	for range 20 {
		c := dial(t, x.Server)
		began := time.Now()
		closed := make(chan struct{})
		all.Go(func() {
			defer close(closed)
			_, _ = bufio.NewReader(c).WriteTo(io.Discard)
		})
		all.Go(func() {
			tick := time.NewTicker(100 * time.Millisecond)
			defer tick.Stop()
			for range (headerLimit + slack) / (100 * time.Millisecond) {
				_, _ = c.Write([]byte("G"))
				select {
				case <-closed:
					return
				case <-tick.C:
				}
			}
			t.Errorf("a header that trickles in is waited for %s", time.Since(began))
			_ = c.Close()
		})
	}
}
