// Package apidoc describes the API of a tenant: as an OpenAPI 3.1 document (spec.openapis.org/oas/v3.1.1) and as pages for
// people, both made of the tenant's own objects and of what the caller may do with them. The services that are the same in
// every tenant stand in services.json.
//
// The package is pure: an API in, bytes out, the same bytes for the same API. The pages are complete without scripts and
// ask nothing of other hosts.
package apidoc
