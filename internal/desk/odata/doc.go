// Package odata reads what a client writes in an OData request (path, query options, $filter, $orderby) and says what
// it means: as SQL text with arguments for SQLite or PostgreSQL, and as a predicate over one record. Both engines and
// the predicate give the same rows in the same order.
//
// The package is pure: it holds no connection and serves nothing. What it refuses is a *fault.Error whose message is
// safe to show.
//
// What the storage must keep for the SQL to be right: text is folded with [Fold] and compared by bytes; an empty text
// is stored as NULL; every other value is a 64-bit integer as [Kind] says; a column declared NotNull is never null and
// never the empty text.
package odata
