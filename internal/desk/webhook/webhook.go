package webhook

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
)

const (
	maxWebhooks = 50  // of a tenant: each is asked at every write
	maxName     = 100 // characters
	maxListed   = 100 // objects or fields
	maxFilter   = 4096

	// MaxOverlap is how long an old secret may sign beside the new one.
	MaxOverlap = 7 * 24 * time.Hour
)

// verbs are the events of a webhook and what they are called in the type of a message.
var verbs = map[record.Verb]string{record.Creating: "created", record.Updating: "updated", record.Deleting: "deleted"}

// Webhook is an address that hears of changes.
type Webhook struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	URL      string    `json:"url"`
	Objects  []string  `json:"objects"` // empty: all
	Events   []string  `json:"events"`  // create, update, delete
	Filter   string    `json:"filter"`  // of the record after the change, before a deletion; empty: all
	Fields   []string  `json:"fields"`  // an update counts only if one of them changed; empty: any
	Role     string    `json:"role"`
	Person   string    `json:"on_behalf_of"` // RecId of the employee; empty: nobody
	Active   bool      `json:"active"`
	Reason   string    `json:"reason"` // why it is off, or what is wrong with it
	Since    string    `json:"failing_since,omitempty"`
	Pause    string    `json:"paused_until,omitempty"`
	OldUntil string    `json:"old_secret_until,omitempty"`
	Creator  string    `json:"created_by"`
	Created  time.Time `json:"created_at"`

	tenant                         string
	stated                         bool // switched on, in whatever tenant
	failures                       int64
	failingSince, pausedUntil, old int64
	secret, oldSecret              []byte // sealed
}

// Spec says what webhook to make.
type Spec struct {
	Name       string
	URL        string
	Objects    []string // empty: all
	Events     []string // empty: all
	Filter     string   // as of $filter; needs Objects
	Fields     []string // needs Objects
	Role       string   // empty: Admin
	OnBehalfOf string   // LoginID or RecId of an employee who holds the role; empty: nobody
	Inactive   bool     // make it switched off
}

// Issued is a new webhook, or one with a new secret, which is shown this once.
type Issued struct {
	Webhook
	Secret string `json:"secret"`
}

func invalid() *fault.Error {
	return fault.New(fault.Invalid, "webhook_invalid", "The webhook cannot be stored.")
}

// checkForm complains about what can be judged without the tenant.
func (s *Spec) checkForm() *fault.Error {
	f := invalid()
	s.Name = strings.TrimSpace(s.Name)
	if n := utf8.RuneCountInString(s.Name); n == 0 || n > maxName || !utf8.ValidString(s.Name) || strings.ContainsFunc(s.Name, unicode.IsControl) {
		f = f.WithField("name", "A name has 1 to %d characters and no control characters.", maxName)
	}
	if len(s.Events) == 0 {
		s.Events = []string{string(record.Creating), string(record.Updating), string(record.Deleting)}
	}
	seen := map[string]bool{}
	var events []string
	for _, e := range s.Events {
		e = strings.ToLower(e)
		if _, ok := verbs[record.Verb(e)]; !ok {
			f = f.WithField("event", "%q is not one of create, update, delete.", e)
		}
		if !seen[e] {
			events = append(events, e)
		}
		seen[e] = true
	}
	slices.Sort(events)
	s.Events = events
	if len(s.Objects) > maxListed || len(s.Fields) > maxListed || len(s.Filter) > maxFilter {
		f = f.WithField("object", "There may be %d objects and %d fields at most, and %d bytes of filter.", maxListed, maxListed, maxFilter)
	}
	if len(s.Objects) == 0 && (s.Filter != "" || len(s.Fields) > 0) {
		f = f.WithField("object", "A filter and a list of fields need the objects they are about.")
	}
	return f
}

// wants reports whether an event of a type of records is one the webhook is for, before any record is looked at.
func (w *Webhook) wants(t *record.Type, v record.Verb) bool {
	if !slices.Contains(w.Events, string(v)) || t.Definition.Private {
		return false
	}
	return len(w.Objects) == 0 || slices.Contains(w.Objects, t.Object) || slices.Contains(w.Objects, t.Root().Object)
}

// place is an address without what may be secret in it, for the audit trail and the log.
func place(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	if i := strings.IndexAny(rest, "/?"); i >= 0 && rest[i:] != "/" {
		rest = rest[:i] + "/…"
	}
	return scheme + "://" + rest
}

// noted is a webhook as the audit trail shows it: without its secrets, and without the path, which often is one.
type noted struct {
	Name, URL, Filter, Role, Person, Reason string
	Objects, Events, Fields                 []string
	Active                                  bool
	OldSecretUntil                          string
}

func (w *Webhook) noted() noted {
	return noted{w.Name, place(w.URL), w.Filter, w.Role, w.Person, w.Reason, w.Objects, w.Events, w.Fields, w.stated, w.OldUntil}
}

func shownTime(micro int64) string {
	if micro == 0 {
		return ""
	}
	return time.UnixMicro(micro).UTC().Format(time.RFC3339)
}
