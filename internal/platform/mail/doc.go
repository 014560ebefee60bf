// Package mail sends a tenant's e-mail through the SMTP server its administrator names. The password is sealed in the
// tenant's database under the keys file.
package mail
