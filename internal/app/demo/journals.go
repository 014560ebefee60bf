package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/provost-itsm/provost/internal/platform/record"
)

// entry is a note or an e-mail in a journal.
type entry struct {
	at                  int64
	by, subject, body   string
	category            string // of a note; "" for e-mail
	public, incoming    bool
	from, to            string
	parent              entity
	minutes, numberedAs int64
}

// makeJournals writes what was noted and written while incidents were worked on.
func (w *world) makeJournals() {
	r := chance("journals")
	var all []*entry
	for _, x := range w.incidents {
		all = append(all, w.conversation(r, x)...)
	}
	for _, p := range w.problems {
		for n := range 2 {
			at := p.created + int64(n+1)*2*day
			if at < end && (p.closed == 0 || at < p.closed) {
				all = append(all, &entry{at: at, by: p.owner.login, subject: "Analysis", body: pick(r, []string{"Compared the log files of the linked incidents: the same pattern before each.", "Case opened with the vendor.", "Reproduced in the test environment."}),
					category: "Memo", parent: w.stub("Problem", p.id), minutes: 30})
			}
		}
	}
	for _, c := range w.changes {
		if c.approved > 0 {
			all = append(all, &entry{at: c.approved, by: w.teams["Change Management"].members[0].login, subject: "Approved", body: "Window and back-out plan checked, users are informed by the calendar.", category: "Status Update", parent: w.stub("Change", c.id)})
		}
		if c.done > 0 {
			all = append(all, &entry{at: c.done, by: c.owner.login, subject: "Carried out", body: "Work done as planned, checks are good.", category: "Memo", parent: w.stub("Change", c.id), minutes: 60})
		}
	}
	slices.SortStableFunc(all, func(a, b *entry) int { return int(a.at - b.at) })
	key := w.keys("Journal")
	for i, e := range all {
		recID := key(e.at)
		e.numberedAs = int64(i + 1)
		object := "Journal#Notes"
		if e.category == "" {
			object = "Journal#Email"
		}
		w.store(object, func() record.Record { return w.entryRecord(e, object, recID).r })
	}
}

// conversation is the journal of an incident: how it was worked on, between its moments.
func (w *world) conversation(r *rand.Rand, x *incident) []*entry {
	parent := w.stub("Incident", x.id)
	var out []*entry
	until := min(x.changed, end)
	if x.resolved > 0 {
		until = x.resolved
	}
	fill := func(name string) string {
		if name == "team" {
			return x.team.name
		}
		return x.fill(name)
	}
	subject := "Incident " + text(x.number) + ": " + x.subject
	mail := func(at int64, incoming bool, body string) {
		e := &entry{at: at, by: automat, subject: subject, body: record.Expand(body, fill), incoming: incoming, public: true, from: "servicedesk@" + domain, to: x.customer.email, parent: parent}
		if incoming {
			e.subject, e.from, e.to = "RE: "+subject, e.to, e.from
		}
		out = append(out, e)
	}
	note := func(at int64, category, title, body string) {
		out = append(out, &entry{at: at, by: x.owner.login, subject: title, body: record.Expand(body, fill), category: category, public: category == "Resolution Communication", parent: parent, minutes: 5 + r.Int64N(20)})
	}
	if x.source == "Email" {
		mail(x.created, true, x.symptom)
		out[0].subject = x.subject
	}
	if x.responded == 0 || until <= x.responded || x.master != nil && r.IntN(3) > 0 {
		return out
	}
	between := func(part float64) int64 { return x.responded + int64(float64(until-x.responded)*part) }
	if !x.firstCall {
		switch n := r.IntN(20); {
		case n < 9:
			note(between(0.05+0.2*r.Float64()), "Memo", "Looked into it", pick(r, w.words["firstLine"]))
		case n < 12 && !x.story.Auto:
			mail(between(0.1), false, pick(r, w.words["mailOut"]))
			if r.IntN(3) > 0 {
				mail(between(0.3), true, pick(r, w.words["mailIn"]))
			}
		case n == 12 && !x.story.Auto:
			note(between(0.2), "Called Customer", "Called "+x.customer.first, "Talked about the next step, agreed on {hour}.")
		}
		if len(x.story.Notes) > 0 && r.IntN(9) < 5 {
			note(between(0.4+0.4*r.Float64()), "Memo", "Progress", pick(r, x.story.Notes))
		}
	}
	if x.status == "Waiting for Customer" {
		mail(x.changed, false, w.words["mailOut"][1])
	}
	if x.resolved > 0 && r.IntN(7) < 3 {
		note(x.resolved, "Resolution Communication", "Solved", x.resolution)
		if r.IntN(8) == 0 && x.resolved+3*hour < end && (x.closed == 0 || x.closed > x.resolved+3*hour) {
			mail(x.resolved+hour+r.Int64N(2*hour), true, w.words["mailIn"][len(w.words["mailIn"])-1])
		}
	}
	return out
}

func (w *world) entryRecord(e *entry, object, recID string) entity {
	f := w.form(object, recID, e.at, e.by).link("ParentLink", e.parent).texts("Subject", clipped(e.subject, 400), "NotesBody", e.body).flag("PublishToWeb", e.public)
	if object == "Journal#Notes" {
		f.texts("Category", e.category, "Source", "Other")
		if e.minutes > 0 {
			f.number("TimeSpent", e.minutes)
		}
		return f.done()
	}
	message := func(n int64) string { return fmt.Sprintf("<%d.%d@%s>", n, e.at, domain) }
	f.texts("Category", "E-mailed Customer", "Source", "E-mail", "FromAddress", e.from, "ToAddress", e.to, "MessageId", message(e.numberedAs)).flag("IsIncoming", e.incoming)
	if e.incoming {
		f.texts("Category", "Customer Feedback").time("SentDateTime", e.at-minute).time("ReceivedDateTime", e.at)
	} else {
		f.texts("DeliveryStatus", "Delivered").time("SentDateTime", e.at)
	}
	return f.done()
}
