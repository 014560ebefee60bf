package odata

import "strconv"

// Kind says what the values of a field are and how they are stored.
type Kind uint8

// The kinds. Text is stored folded (literal.Fold) and compared by bytes; all others are 64-bit integers.
const (
	Text    Kind = iota + 1 // folded UTF-8; the empty text is null
	Number                  // an integer as it is
	Decimal                 // times literal.DecimalScale: 0.4000 is 4000
	Bool                    // 0 or 1
	Time                    // Unix seconds, UTC
)

// String names the kind as a message does.
func (k Kind) String() string {
	switch k {
	case Text:
		return "text"
	case Number:
		return "a whole number"
	case Decimal:
		return "a decimal number"
	case Bool:
		return "true or false"
	case Time:
		return "a date and time"
	default:
		return "unknown"
	}
}

// Column is what a field name stands for. SQL is an expression for the engine at hand, such as c_subject, collated
// bytewise on PostgreSQL; it is written into the statement as it is and never comes from a client.
type Column struct {
	Name    string // canonical field name
	Kind    Kind
	SQL     string
	NotNull bool // neither null nor the empty text
}

// Resolve finds a column by the name a client wrote. Case and aliases are the resolver's business.
type Resolve func(name string) (Column, bool)

// Dialect is the engine that SQL text is written for.
type Dialect uint8

// The engines.
const (
	SQLite   Dialect = iota + 1 // 3.39 or later, for IS DISTINCT FROM
	Postgres                    // 14 or later
)

// Args gathers the arguments of a statement: string for Text, int64 for everything else.
type Args struct{ Values []any }

// Add appends v and returns its placeholder, $1 for the first.
func (a *Args) Add(v any) string {
	a.Values = append(a.Values, v)
	return "$" + strconv.Itoa(len(a.Values))
}
