package e2e_test

import (
	"flag"
	"os"
	"strconv"
	"testing"
)

// TestMain lets at least eight tests run beside each other, however few processors there are: they mostly wait, for disks, clocks
// and processes they have started.
func TestMain(m *testing.M) {
	flag.Parse()
	const parallel, least = "test.parallel", 8
	if n, err := strconv.Atoi(flag.Lookup(parallel).Value.String()); err == nil && n < least {
		if err := flag.Set(parallel, strconv.Itoa(least)); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
