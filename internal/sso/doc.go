// Package sso is how people sign in with a browser: the sign-in pages, second factors, and the sessions behind the cookie.
//
// A session is a row; the cookie holds 256 random bits of which only a MAC is stored. Every request looks the session up, with
// the person and the role, so that whoever is deactivated, loses the role or changes the password is out at the next request on
// every replica. Sessions end when they are idle or old; how soon depends on what the role may do. A request with the header
// "X-Provost-Background: 1", and a stream of events, do not count as use. The cookie opens every surface of the tenant, behind the
// cross-origin check of platform/web, so a GET never changes anything.
//
// A sign-in, a role switch, a step-up and a change of the password make a new session in place of the old one: a cookie that
// somebody planted, or saw, before is worth nothing after.
//
// The pages are html/template and work without JavaScript. Whatever is wrong with a name or a password has one answer that
// takes as long.
//
// Sources: spec/sso.md sections 7, 8 and 9.
package sso
