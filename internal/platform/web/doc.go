// Package web is what all HTTP surfaces share: the listener and its TLS rules, who a request comes from, its id, limits
// of size, time and number, headers, the cross-origin check, routes that ignore case, and the ways errors are told.
//
// The order in which app puts the handlers around the surfaces, outermost first: Arrive, Observe, Recover, Guard,
// InFlight, Headers, Fold, then the routes; CrossOrigin around those that take cookies.
package web
