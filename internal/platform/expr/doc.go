// Package expr is the grammar of $filter: it makes a tree of the text, which the surfaces bind to what they hold and write as SQL.
// It is pure.
package expr
