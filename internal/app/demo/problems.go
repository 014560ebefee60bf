package demo

import (
	"slices"

	"github.com/provost-itsm/provost/internal/platform/record"
)

const problemCount = 60

// problem is a cause behind incidents.
type problem struct {
	id      string
	number  int64
	subject string
	text    *struct {
		Subject, Category, Subcategory, Service, Cause, Workaround, Fix, Action string
	}
	owner                                          *person
	status                                         string
	created, identified, resolved, closed, changed int64
	incidents                                      []*incident
	change                                         *change
}

// makeProblems makes the problems; their records wait for the incidents that belong to them.
func (w *world) makeProblems() {
	r := chance("problems")
	t := w.teams["Problem Management"]
	key := w.keys("Problem")
	for i, at := range recent(r, problemCount, begin+30*day, end-6*hour) {
		at = min(working(r, at), end-hour)
		p := &problem{number: int64(10001 + i), text: &w.work.Problems[(i*7+i/15)%len(w.work.Problems)], created: at, owner: w.member(r, t, at), status: "Logged", changed: at}
		p.subject = p.text.Subject
		if round := i / len(w.work.Problems); round > 0 {
			p.subject += []string{"", " (" + w.places[4].name + ")", " (" + w.places[5].name + ")", " again"}[round%4]
		}
		investigated := working(r, at+day/2+r.Int64N(2*day))
		p.identified = working(r, investigated+3*day+r.Int64N(20*day))
		p.resolved = working(r, p.identified+5*day+r.Int64N(40*day))
		p.closed = p.resolved + 14*day
		switch {
		case p.closed <= end:
			p.status, p.changed = "Closed", p.closed
		case p.resolved <= end:
			p.status, p.changed, p.closed = "Resolved", p.resolved, 0
		case p.identified <= end:
			p.status, p.changed, p.resolved, p.closed = []string{"Identified", "Active", "Waiting for 3rd party", "Waiting for resource"}[i%4], p.identified, 0, 0
		case investigated <= end:
			p.status, p.changed, p.identified, p.resolved, p.closed = "Investigation", investigated, 0, 0, 0
		default:
			p.identified, p.resolved, p.closed = 0, 0, 0
		}
		w.problems = append(w.problems, p)
	}
	slices.SortStableFunc(w.problems, func(a, b *problem) int { return int(a.created - b.created) })
	for i, p := range w.problems {
		p.number, p.id = int64(10001+i), key(p.created)
		w.store("Problem", func() record.Record { return w.problemRecord(p).r })
	}
}

func (w *world) problemRecord(p *problem) entity {
	x := p.text
	f := w.form("Problem", p.id, p.created, p.owner.login).number("ProblemNumber", p.number)
	f.texts("Subject", p.subject, "Description", p.subject+". Several incidents show the same pattern; the workaround has to be applied each time.", "Category", x.Category,
		"Subcategory", x.Subcategory, "Service", x.Service, "Status", p.status, "Impact", "Medium", "Urgency", []string{"Medium", "High", "Low"}[p.number%3],
		"Owner", p.owner.login, "OwnerType", "Employee", "OwnerTeam", "Problem Management", "Environment", "Production", "OrganizationalUnit", "Corporate IT Operations")
	f.time("TargetResolutionTime", p.created+60*day).number("TotalTimeSpent", 60+p.number%7*45)
	if len(p.incidents) > 0 {
		first := p.incidents[0].created
		f.time("FirstIncidentLinkedDateTime", max(first, p.created))
		before := int64(0)
		for _, i := range p.incidents {
			if p.identified == 0 || i.created < p.identified {
				before++
			}
		}
		f.number("KPIBeforeIdentification", before).number("KPIAfterIdentification", int64(len(p.incidents))-before)
	}
	if p.identified > 0 {
		f.texts("RootCause", x.Cause, "Workaround", x.Workaround, "TypeOfProblem", "Known Error").flag("IsWorkAround", true).time("RootCauseDateTimeCreated", p.identified).
			time("KnownErrorDate", p.identified).number("KPITimeUntilRootCause", p.identified-p.created)
	}
	if p.resolved > 0 {
		f.texts("Resolution", x.Fix, "ResolutionAction", x.Action, "ResolvedBy", p.owner.login).time("ResolvedDateTime", p.resolved).
			number("KnownErrorDuration", p.resolved-p.identified).number("ProblemDuration", p.resolved-p.created)
	}
	if p.closed > 0 {
		f.texts("ClosedBy", p.owner.login).time("ClosedDateTime", p.closed).number("ProblemLifetime", p.closed-p.created).flag("IsInFinalState", true)
	}
	if p.change != nil {
		f.link("ChangeLink", w.stub("Change", p.change.id))
	}
	return f.changed(p.changed, p.owner.login).done()
}
