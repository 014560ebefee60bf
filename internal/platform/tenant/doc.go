// Package tenant knows the tenants of a server. A tenant is one customer organisation and one database: the control
// database holds, for each, its id, name, host names, status and where its database is (sealed).
//
// The Registry answers from memory and follows the control database by a version cell, read every second, so requests
// keep working while the control database is away. Handles to tenants' databases are opened when a request first asks
// for them, by one opener however many ask, and closed again when nobody has used them for a while; never while a
// request holds one.
//
// A tenant's database lies beside the control database (a file DATA/tenants/GUID.db, or a PostgreSQL database
// provost_GUID on the same server), or wherever the DSN given at its creation says.
//
// What is done to tenants is written to the audit chain of the control database; what is done inside one, to its own.
package tenant
