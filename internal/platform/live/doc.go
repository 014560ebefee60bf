// Package live tells open pages what changes: a stream of server-sent events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html) of which object, and which of its records, was written. Never
// what was written: whoever is told asks again, with the rights they have.
//
// There is nothing to keep in step with: the audit trail is the one log of every write, written in its transaction and numbered
// without gaps, so following it misses nothing, whichever replica wrote. A tenant's trail is looked at by one tail a process, once a
// second while somebody follows and at once after a commit of this process. It costs a write nothing. The number of an entry is the id
// of an event, so a stream that broke off goes on at any replica with Last-Event-ID.
//
// Administrators are told of everything. Others are told of records of business objects that their role reads: with the id where they
// see the record now, and of the object alone where that cannot be told, as when it was deleted or has just changed hands. Whoever sees
// only some rows is told so of an object at most once in ten seconds, so that others' work does not have their pages ask all the time.
//
// What ends a credential stands in the trail too. An entry about an account, a role, a setting or a credential has the streams it may
// concern authenticate again, once a second for five seconds, because what is asked remembers for a moment; every stream does so each
// ten seconds besides, for what ends by itself.
//
// A client that takes nothing is cut off; one that is slow finds what happened meanwhile merged, by record and then by object, so that
// what waits for it stays small. No stream gets more than ten events a second.
package live
