// Package csdltest reads metadata documents strictly, for tests. It follows the rules of OData CSDL XML 4.01 (and of 4.0
// where they differ) for the part of the language that entity types, operations, sets and annotations are written in, and
// shares nothing with the package that writes them: what it does not know, it refuses.
package csdltest
