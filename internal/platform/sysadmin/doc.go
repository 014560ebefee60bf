// Package sysadmin keeps the people who run the server: system administrators. They see all tenants from outside and none from inside,
// live in the control database, and sign in on the platform's host, which belongs to no tenant. What is done to them, and by them, stands
// in the audit trail of the control database.
//
// How they prove who they are is not decided here: passwords are judged by platform/password, second factors and sessions by the domain
// sso, as those of everybody else are.
package sysadmin
