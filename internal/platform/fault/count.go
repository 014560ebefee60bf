package fault

import "strconv"

// Count is a number with its noun as messages say it: Count(1, "person", "people") is "1 person".
func Count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(n, 10) + " " + many
}
