// Package secret makes, recognises and guards secrets.
//
// Machine secrets (keys, client secrets, session keys) are random values with a checksum (format.go). They are
// stored as HMAC-SHA-256 under a pepper of the keys file, which is fast to check and useless to whoever has only
// the database (keys.go). What must be read back, such as a signing key, is sealed with AES-256-GCM under a key of
// the same file (seal.go). Human passwords go through argon2id, at most two at a time (password.go).
package secret
