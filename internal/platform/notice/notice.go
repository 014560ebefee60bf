// Package notice says what waits for a person: the form in which the domains tell the web app's bell of it.
package notice

import (
	"context"
	"time"

	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// The kinds of notices. The web app has the words for each.
const (
	Approval     = "approval"      // somebody's vote is waited for
	Assigned     = "assigned"      // a record was given to somebody
	CredentialIs = "credential"    // a secret or key of an app registration ends
	KeyIs        = "api_key"       // a REST API key ends
	SecondFactor = "second_factor" // a second factor is demanded and there is none
	MailMissing  = "mail_missing"  // there is no mail server
	MailFailed   = "mail_failed"   // e-mails were given up

	BreakGlass        = "break_glass"         // a break-glass administrator has signed in
	BreakGlassRefused = "break_glass_refused" // one was kept out because of the address
)

// Notice is one thing that waits.
type Notice struct {
	ID     string     `json:"id"` // the same for the same thing
	Kind   string     `json:"kind"`
	Title  string     `json:"title"`             // name or subject of what it is about
	Detail string     `json:"detail"`            // number, hint or the like
	To     string     `json:"to,omitempty"`      // address in the web app
	At     time.Time  `json:"at"`                // since when there is something to say
	Ends   *time.Time `json:"ends_at,omitempty"` // when it is too late
	Unread bool       `json:"unread"`
}

// Source tells what waits for a principal.
type Source interface {
	Notices(ctx context.Context, h *tenant.Handle, p *principal.Principal) ([]Notice, error)
}
