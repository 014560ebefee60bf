// Package odatatest makes random filters and random records for property tests of the OData language: of the SQL on
// each engine, and of the whole way over HTTP. Values and literals come from one small stock, so that comparisons hit.
package odatatest
