// Package filter reads the $filter of the platform data API and says what it means as SQL text with arguments for SQLite
// or PostgreSQL: eq, ne, gt, ge, lt, le, contains, startswith, endswith, and, or, not, brackets and slash paths
// (spec/trust.md section 15.2), in the grammar of OData 4.01 part 2 section 5.1.1.
//
// Texts are compared without regard to case, as everywhere in the program: what is stored is folded, and so is what is
// asked for. Nothing is neither true nor false: a comparison with a value that is not there is false, and not makes it true.
//
// The package is pure: it holds no connection and serves nothing. What it refuses is a *fault.Error whose message is safe
// to show and names the character where the filter goes wrong.
package filter
