// Package demo makes the data of the demo tenant: the desk of Northwind Health, a hospital group that does not exist, with
// two years of work up to the end of October 2026.
//
// Everything comes from a fixed seed and fixed dates, so that each run gives the same records with the same RecIds; only
// the stock records are those of the tenant. The texts stand in content/*.json. The records are worked out in memory
// first: who is there (people.go), what they use (items.go), what happened (calendar.go, incidents.go and the others).
// Then each becomes a complete record (form.go), and all are stored in one transaction by record.Engine.Import, which
// writes one audit entry for each object type.
package demo
