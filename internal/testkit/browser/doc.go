// Package browser runs the specs of e2e/specs in Chromium, by Playwright, against the demo: all of them on SQLite, the main ones
// on PostgreSQL. Some start servers of their own. Pictures are kept where PROVOST_PICTURES names a folder.
package browser
