// Package people is the one record of a person, and what belongs to it: teams, organisational units, departments and
// locations, local passwords, and the links with which somebody sets the first one.
//
// People are records of the objects Employee and ExternalContact. Whoever writes them (OData, provisioning, the
// command line), the rules of this package are applied by the record engine: see Owners. A person who is deactivated or removed loses
// all sessions in the same transaction.
//
// A password is an argon2id hash. A setup link works once, for a day; only a MAC of its secret is stored, and the
// secret travels in the link's fragment, which browsers do not send, so that it is in no log. The page that takes it
// works without JavaScript: then the secret is pasted.
package people
