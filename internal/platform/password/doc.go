// Package password judges what people type: whether something may be a password, whether it is the right one, and how long whoever is
// wrong has to wait; and the secrets of the links by which somebody sets one. Whose passwords they are, and where their hashes are kept,
// is the caller's business: people of a tenant and those who run the server are judged alike.
//
// Sources: NIST SP 800-63B sections 3.1.1.2 and 3.2.2.
package password
