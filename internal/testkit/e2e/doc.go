// Package e2e holds tests of the whole program from outside, and nothing else: `provost serve` in a process of its own,
// spoken to over HTTP and the command line, on both engines.
//
//	torture   64 writers, the program or PostgreSQL killed at a random moment, nothing acknowledged lost
//	tenants   tenants on one server, on every mixture of engines, do not reach each other; export and import
//	routes    no route answers without a credential that counts at its tenant
//	backup    a backup taken under load, restored elsewhere
//	oauth     OAuth clients as they are published get tokens and use them; a foreign issuer's tokens count while its keys change
//	hostile   bad input over raw connections: refused in the surface's words, nothing changed, memory bounded
//
// PROVOST_TORTURE_ROUNDS says how often to kill (2 by default, 5 where CI is set, 50 by `make torture`);
// PROVOST_TORTURE_SEED repeats the choices of a run, which prints its seed.
package e2e
