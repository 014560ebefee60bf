// Package cli is the command line: one file per command, the grammar in grammar.go.
//
// An administrative command is a plain structure with its flags as fields and a run method. While a server works on the
// data folder, the structure travels to it as JSON through the Unix socket there and runs inside the server;
// otherwise the program opens the databases itself and runs it here: the same code either way. Results are JSON; without
// --json they are shown as text.
//
// Exit codes: 0 done, 1 failed, 2 wrong usage. Errors are one line on standard error.
package cli
