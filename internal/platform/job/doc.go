// Package job does work later: a table of the tenant's own, filled in the transaction that causes the work, and
// runners on any number of replicas that claim what is due.
//
// A claim is a lease: it ends by itself when its runner dies, and another takes over. Each claim raises the job's
// fencing number. A runner that lost its lease without noticing cannot finish the job any more, and a handler that
// calls Guard in its own transactions cannot write either. So a job runs at least once, and handlers are
// written to be harmless twice.
package job
