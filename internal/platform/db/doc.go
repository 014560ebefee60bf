// Package db opens a tenant's or the control database, SQLite or PostgreSQL, and is the only importer of drivers.
//
// Reading: a DB answers single statements in auto-commit; View gives one consistent read transaction. Writing: Write
// joins the group writer, where concurrent callers share a transaction and its one durable commit; each first checks
// (reads, refuses, writes nothing) and then applies (writes that cannot fail for the caller's fault). A refused caller
// leaves the group untouched. When the engine itself fails, the group is undone and each of its members runs alone, so
// that one's bad luck is nobody else's. Write returns nil only once the commit is durable.
//
// All SQL is one text for both engines, with placeholders $1, $2, …. What differs between the engines lives here:
// sqlite*.go and postgres*.go adapt the two drivers, everything else does not know which one it talks to.
//
// On SQLite the write-ahead log is copied into the file beside the writer (checkpoint.go). On PostgreSQL the statements
// of a group travel in pieces while its next members are checked, and its commit takes the beginning of the next group
// along (postgres_stream.go), so that the server seldom waits for the writer.
//
// On PostgreSQL several replicas write one database: every group begins by locking one row (the cell "group.lock"), so
// the writers of a tenant are serial across replicas and READ COMMITTED is enough. No session state is left behind in
// a connection, so a transaction pooler may stand between (with default_query_exec_mode=exec in the DSN).
//
// Dump and Load carry a whole database from either engine to either engine as one stream of JSON lines.
package db
