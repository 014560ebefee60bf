// Package record is the record engine: object types as data, records as documents.
//
// A Definition (definition.go) says what an administrator wrote; compile (type.go) turns it into a Type with flat
// Fields: a pick list unfolds into its value and its _Valid twin, a link into three fields, money into three.
// A record is kept as one JSON document in canonical form, every field present in the order of the type, beside
// columns that hold what people filter and sort by, folded as package literal says (store.go). The document of the
// same schema version is handed out as it is; an older one is completed on reading (document.go).
//
// A write is drafted outside the group writer (draft.go, rules.go, reference.go): values are read, pick lists and
// links resolved, rules applied and the owner of the object asked. Inside the group only what can have changed
// meanwhile is checked again (write.go), then the row, its full text and its audit entry are written together
// (store.go). Many records of an import take a shorter way (bulk.go).
package record
