package tenant_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

func TestHandles(t *testing.T) {
	opened := 0
	var mu sync.Mutex
	s := start(t, sqlite(t), t.TempDir(), func(o *tenant.Options) {
		o.MaxOpen, o.Idle, o.Refresh = 2, time.Hour, 10*time.Millisecond
		o.Opened = func(context.Context, *tenant.Handle) error { mu.Lock(); opened++; mu.Unlock(); return nil }
	})
	var ids []string
	for _, name := range []string{"a", "b", "c", "d"} {
		ids = append(ids, s.create(t, tenant.New{Name: name, Hosts: []string{name + ".test"}}).ID)
	}
	opened = 0

	t.Run("many callers share one opening", func(t *testing.T) {
		var wg sync.WaitGroup
		handles := make(chan *tenant.Handle, 32)
		for range 32 {
			wg.Go(func() {
				h, release, err := s.Acquire(t.Context(), ids[0])
				if err != nil {
					t.Error(err)
					return
				}
				handles <- h
				release()
				release() // harmless twice
			})
		}
		wg.Wait()
		close(handles)
		first := <-handles
		for h := range handles {
			if h != first {
				t.Error("two handles of one tenant")
			}
		}
		if opened != 1 {
			t.Errorf("opened %d times, want once", opened)
		}
	})
	t.Run("one that is held is never closed", func(t *testing.T) {
		held, release, err := s.Acquire(t.Context(), ids[0])
		if err != nil {
			t.Fatal(err)
		}
		defer release()
		for _, id := range ids[1:] {
			s.memo(t, id, "x")
		}
		if err := held.DB.Ping(t.Context()); err != nil {
			t.Errorf("closed while held: %v", err)
		}
		until(t, "no more than the wanted number is open", func() bool { return s.OpenHandles() <= 2 })
	})
	t.Run("module state lives as long as the handle and is closed with it", func(t *testing.T) {
		h, release, err := s.Acquire(t.Context(), ids[0])
		if err != nil {
			t.Fatal(err)
		}
		type key struct{}
		c := h.Value(key{}, func() any { return &closer{done: make(chan struct{})} }).(*closer)
		if h.Value(key{}, func() any { t.Error("made twice"); return nil }) != any(c) {
			t.Error("another value")
		}
		release()
		if err := s.Delete(acting(t), ids[0]); err != nil {
			t.Fatal(err)
		}
		select {
		case <-c.done:
		default:
			t.Error("not closed")
		}
	})
	t.Run("deleting waits for those who hold it and tells them", func(t *testing.T) {
		h, release, err := s.Acquire(t.Context(), ids[1])
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- s.Delete(acting(t), ids[1]) }()
		<-h.Done()
		select {
		case err := <-done:
			t.Fatalf("deleted while held: %v", err)
		default:
		}
		if err := h.DB.Ping(t.Context()); err != nil {
			t.Errorf("closed while held: %v", err)
		}
		release()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Run("an unknown tenant is not found", func(t *testing.T) {
		if _, _, err := s.Acquire(t.Context(), "nobody"); !fault.Is(err, fault.NotFound) {
			t.Errorf("%v", err)
		}
	})
	t.Run("nobody gets in after closing", func(t *testing.T) {
		if err := s.Registry.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Acquire(t.Context(), ids[2]); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%v, want unavailable", err)
		}
	})
}

type closer struct{ done chan struct{} }

func (c *closer) Close() error { close(c.done); return nil }

func TestIdleHandlesClose(t *testing.T) {
	s := start(t, sqlite(t), t.TempDir(), func(o *tenant.Options) { o.Idle, o.Refresh = time.Millisecond, time.Millisecond })
	a := s.create(t, tenant.New{Name: "a", Hosts: []string{"a.test"}})
	s.memo(t, a.ID, "x")
	until(t, "the idle handle is closed", func() bool { return s.OpenHandles() == 0 })
	if diff := cmp.Diff([]string{"x"}, s.memos(t, a.ID)); diff != "" {
		t.Error(diff)
	}
}
