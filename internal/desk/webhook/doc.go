// Package webhook tells addresses outside of changes of records, in the form of the Standard Webhooks specification
// (https://www.standardwebhooks.com, version 1.0.0).
//
// A change and its deliveries are one transaction (outbox.go): what commits is told, what is undone is not. A job sends
// what is due (sender.go), at least once, in the order of commits for each record, and again after a failure for about three
// days. Two replicas keep apart by leases on the deliveries. What was sent is kept for a week and can be sent again.
//
// A webhook sees with the eyes of a role, and of a person where it has one: rows are judged in the transaction of the
// change, because a removed record cannot be judged later, and both rows and fields again when it is sent.
//
// A tenant without webhooks pays one look at a cell a write.
package webhook
