// Package audit keeps the trail of who did what: one row for each write, sign-in, credential or permission change,
// written in the transaction of what it tells of, so that there is never one without the other.
//
// The trail is a chain. Each row holds a salted digest of its payload (what changed, in which words) and a hash over
// the previous row's hash, its own facts and that digest. Rows cannot be changed, removed, moved or swapped without
// Verify noticing, and because the head of the chain also stands in the cells audit.seq and audit.head.N, cutting
// off the end is noticed too. A payload can be erased where the law demands it: the digest stays and the chain holds,
// and because erasing is itself an entry, a payload that is simply gone is a finding.
//
// Somebody who may write to the database and computes all hashes and cells anew can still forge the whole trail:
// compare Result.Head with one kept elsewhere. A counter that was set back makes the next write fail, because its
// number is taken.
package audit
