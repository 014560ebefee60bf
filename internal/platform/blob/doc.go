// Package blob keeps the contents of files beside the databases: immutable, each stored once under its SHA-256, in a folder
// of its tenant. What a file is called, what it belongs to and who may see it is said by records; this package knows bytes.
//
//	ROOT/<tenant id>/ab/abcdef…   a blob, 64 hex digits
//	ROOT/<tenant id>/tmp/…        what is still arriving
//	ROOT/<tenant id>/hold, lock   lock files (flock), which also work between servers that share the folder
//
// Writing. Put streams into a temporary file of the same file system and syncs it; Keep gives it its name by a rename and
// syncs the folder. A record that names the blob is written after that, so there is never a record without its blob, and a
// crash leaves at most a file that nobody names. Keep renames over a blob that is there already: the content is the same, and
// the file is young again.
//
// Sweeping. Sweep removes blobs that no record names and that were not kept anew for an hour, and temporary files that nobody
// is writing any more. The hour is the time between Keep and the commit of the record. Whoever copies all blobs holds the
// store (Hold): nothing is swept meanwhile.
//
// Reading. A File read from its beginning to its end is compared with its hash, and its last bytes are only given out when it
// agrees; ranges are not. `provost doctor` reads all of them.
//
// No path is ever made of anything but a Hash and a tenant's id, both checked.
package blob
