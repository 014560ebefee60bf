// Package app is the assembled program: it opens what a process needs in order, builds the domains and hands each what it
// needs of the others, serves, and closes everything in the opposite order. It is the one package that knows all others.
//
// Open → keys file, data folder lock, control database, tenant registry, domains (modules.go).
// Listen → the address is taken, base URLs can be made.
// Serve → requests are answered until the context ends; then listeners close first, requests end, jobs end.
// Close → domains, tenants, control database, lock.
package app
