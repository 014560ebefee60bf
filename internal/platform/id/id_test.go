package id_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/id"
)

func TestRecIDsIncreaseStrictly(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	m := id.NewMaker(bytes.NewReader(bytes.Repeat([]byte{0xff}, 1<<16))) // the greatest random bits: the counter overflows at once
	last := ""
	for i := range 2000 {
		if i == 1000 {
			at = at.Add(-time.Hour) // a clock that is set back
		}
		got := m.RecID(at)
		if got <= last {
			t.Fatalf("number %d: %s does not follow %s", i, got, last)
		}
		if len(got) != 32 || got[12] != '7' || !strings.Contains("89AB", got[16:17]) || strings.ToUpper(got) != got {
			t.Fatalf("%s is no UUID version 7 in upper-case hex", got)
		}
		last = got
	}
	if first := id.NewMaker(nil).RecID(at.Add(2 * time.Hour)); first <= last {
		t.Errorf("%s of a later time does not follow %s", first, last)
	}
}

func TestRecIDsOfManyWritersDiffer(t *testing.T) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	seen := map[string]bool{}
	for range 8 {
		wg.Go(func() {
			for range 500 {
				r := id.RecID()
				mu.Lock()
				seen[r] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(seen) != 4000 {
		t.Errorf("%d distinct RecIds of 4000", len(seen))
	}
}

func TestParseRecID(t *testing.T) {
	const canonical = "0123456789ABCDEF0123456789ABCDEF"
	for in, want := range map[string]string{
		canonical: canonical, strings.ToLower(canonical): canonical, "01234567-89ab-cdef-0123-456789ABCDEF": canonical,
		"": "", "0123": "", canonical + "0": "", "0123456789ABCDEG0123456789ABCDEF": "", "01234567-89ab-cdef-0123_456789ABCDEF": "", "' OR 1=1": "",
	} {
		got, ok := id.ParseRecID(in)
		if got != want || ok != (want != "") {
			t.Errorf("%q reads as %q, %v; want %q", in, got, ok, want)
		}
	}
	if got := id.Dashed(canonical); got != "01234567-89ab-cdef-0123-456789abcdef" {
		t.Errorf("dashed: %s", got)
	}
	if got, ok := id.ParseRecID(id.GUID()); !ok || len(got) != 32 {
		t.Errorf("a GUID does not read back: %s", got)
	}
}
