// Package outbound is how the program asks others over HTTP: webhooks, metadata, anything whose address somebody typed.
//
// Such an address must not make the server a way into its own network. So requests go to public addresses over https only.
// The address is judged when a connection is made, as the one that is dialled: what a name resolves to is judged each
// time, whatever it resolved to before. Redirects are not followed, proxies of the environment not used, answers bounded.
// An operator may allow private networks, to which plain http may go too.
package outbound
