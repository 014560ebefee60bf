package db

import (
	"strconv"
	"strings"
)

// questionMarks rewrites the placeholders $1, $2, … for SQLite: to plain ? where each occurs exactly once and in
// order, else to ?1, ?2, …. The driver binds plain ? by position; for any named parameter it asks SQLite for the name
// and makes a string of it, for each parameter of each execution. Text in quotes and comments is left alone.
func questionMarks(query string) string {
	if strings.IndexByte(query, '$') < 0 {
		return query
	}
	var plain, numbered strings.Builder
	plain.Grow(len(query))
	numbered.Grow(len(query))
	inOrder, next, copied := true, 1, 0
	for i := 0; i < len(query); {
		if skip := opaque(query[i:]); skip > 0 {
			i += skip
			continue
		}
		if query[i] != '$' {
			if query[i] == '?' { // mixed styles: leave numbering to SQLite
				inOrder = false
			}
			i++
			continue
		}
		end := i + 1
		for end < len(query) && query[end] >= '0' && query[end] <= '9' {
			end++
		}
		n, err := strconv.Atoi(query[i+1 : end])
		if err != nil {
			i = end
			continue
		}
		inOrder = inOrder && n == next
		next++
		plain.WriteString(query[copied:i])
		plain.WriteByte('?')
		numbered.WriteString(query[copied:i])
		numbered.WriteByte('?')
		numbered.WriteString(query[i+1 : end])
		i, copied = end, end
	}
	plain.WriteString(query[copied:])
	numbered.WriteString(query[copied:])
	if inOrder {
		return plain.String()
	}
	return numbered.String()
}

// opaque returns the length of the quoted text or comment that s begins with, or 0.
func opaque(s string) int {
	ends := ""
	switch {
	case s[0] == '\'' || s[0] == '"' || s[0] == '`':
		ends = s[:1] // a doubled quote inside reads as two texts side by side, which comes to the same
	case strings.HasPrefix(s, "--"):
		ends = "\n"
	case strings.HasPrefix(s, "/*"):
		if end := strings.Index(s[2:], "*/"); end >= 0 {
			return end + 4
		}
		return len(s)
	default:
		return 0
	}
	if end := strings.Index(s[1:], ends); end >= 0 {
		return end + 2
	}
	return len(s)
}
