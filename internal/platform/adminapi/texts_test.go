package adminapi_test

import (
	"testing"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

func TestCheckTexts(t *testing.T) {
	of := func(s string) *string { return &s }
	err := adminapi.CheckTexts(adminapi.Text{Field: "a", Value: of("plain")}, adminapi.Text{Field: "b"}, adminapi.Text{Field: "c", Value: of("  ")},
		adminapi.Text{Field: "d", Value: of(""), Name: true}, adminapi.Text{Field: "e", Value: of("two\n\tlines"), Lines: true})
	if err != nil {
		t.Errorf("what may be is refused: %v", err)
	}
	err = adminapi.CheckTexts(adminapi.Text{Field: "a", Value: of("plain")}, adminapi.Text{Field: "b", Value: of(" \u00a0"), Name: true},
		adminapi.Text{Field: "c", Value: of("two\nlines")}, adminapi.Text{Field: "d", Value: of("a\u202eb"), Lines: true}, adminapi.Text{Field: "e", Value: of("a\x00"), Lines: true})
	fields := ""
	for _, f := range fault.Of(err).Fields {
		fields += f.Field
	}
	if !fault.Is(err, fault.Invalid) || fields != "bcde" {
		t.Errorf("refused for %q: %v", fields, err)
	}
}
