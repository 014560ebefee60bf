package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

func TestKindsHaveTheirStatus(t *testing.T) {
	for kind, want := range map[fault.Kind]int{
		fault.Internal: 500, fault.Invalid: 400, fault.Unauthenticated: 401, fault.Forbidden: 403, fault.NotFound: 404, fault.MethodNotAllowed: 405,
		fault.Conflict: 409, fault.PreconditionFailed: 412, fault.TooLarge: 413, fault.RateLimited: 429, fault.Unavailable: 503,
	} {
		if got := kind.Status(); got != want {
			t.Errorf("kind %d is %d, want %d", kind, got, want)
		}
	}
}

func TestARefusalKeepsItsCauseToItself(t *testing.T) {
	cause := errors.New("the disk is full")
	refusal := fault.New(fault.Invalid, "bad", "no %s", "way").WithCause(cause).WithField("Subject", "is %d too long", 3)
	wrapped := fmt.Errorf("create: %w", refusal)
	if got := fault.Of(wrapped); got.Message != "no way" || got.Code != "bad" || strings.Contains(got.Message, "disk") {
		t.Errorf("the refusal shows %+v", got)
	}
	if !errors.Is(wrapped, cause) || !fault.Is(wrapped, fault.Invalid) || fault.Is(wrapped, fault.Internal) {
		t.Error("cause or kind are lost on the way")
	}
	if got := refusal.Fields; len(got) != 1 || got[0].Message != "is 3 too long" {
		t.Errorf("fields: %+v", got)
	}
	if plain := fault.Of(cause); plain.Kind != fault.Internal || strings.Contains(plain.Message, "disk") {
		t.Errorf("an unknown error shows %+v", plain)
	}
	if fault.Of(nil) != nil {
		t.Error("no error is a refusal")
	}
}

func TestCopiesDoNotChangeTheOriginal(t *testing.T) {
	original := fault.New(fault.NotFound, "none", "nothing here")
	_ = original.WithField("a", "b").WithCause(errors.New("x"))
	if len(original.Fields) != 0 || original.Cause != nil {
		t.Errorf("the original changed: %+v", original)
	}
}
