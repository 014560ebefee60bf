package odata

import (
	"strings"
	"testing"
)

func BenchmarkFilter(b *testing.B) {
	for name, text := range map[string]string{
		"one key":         "RecId eq '0123456789ABCDEF0123456789ABCDEF'",
		"a usual poll":    "CreatedDateTime gt 2026-01-01T00:00:00.000Z and Status ne 'Closed' and contains(tolower(Subject),'printer')",
		"256 comparisons": strings.TrimSuffix(strings.Repeat("Subject eq 'a' and not (Owner eq 'b') or ", 128), " or "),
		"32 KiB of words": "Subject eq '" + strings.Repeat("É ", 10_000) + "'",
		"refused early":   strings.Repeat("(", 32<<10),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f, err := ParseFilter(text)
				if err != nil {
					continue
				}
				p, err := f.Bind(anyField)
				if err == nil {
					p.SQL(Postgres, &Args{})
				}
			}
		})
	}
}
