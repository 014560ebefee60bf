package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/provost-itsm/provost/internal/platform/record"
)

const (
	incidentCount = 5000
	majors        = 16 // outages that many people report
)

// incident is one incident and its history.
type incident struct {
	id                                                   string
	number                                               int64
	story                                                *story
	customer, alternate, owner, agent                    *person // agent: who wrote it down; nil: the program
	team                                                 *team
	created, responded, resolved, closed, changed, spent int64
	status, previous, source, impact, urgency            string
	subject, symptom, resolution, cause, closedBy        string
	firstCall                                            bool
	kind                                                 int // which case of the story
	master                                               *incident
	children                                             int
	problem                                              *problem
	item                                                 *item
	fill                                                 func(string) string // what stands for a name in braces
}

// makeIncidents makes the incidents in the order in which they came in.
func (w *world) makeIncidents() {
	r := chance("incidents")
	var all []*incident
	for _, at := range arrivals(r, majors, begin+20*day, end-3*day) {
		outage := w.outage(r, working(r, at))
		all = append(all, outage...)
	}
	total := func(i int) int { return w.stories[i].Weight }
	for _, at := range arrivals(r, incidentCount-len(all), begin, end) {
		all = append(all, w.report(r, &w.stories[weighted(r, len(w.stories), total)], at))
	}
	slices.SortStableFunc(all, func(a, b *incident) int { return int(a.created - b.created) })
	key := w.keys("Incident")
	for i, x := range all {
		x.id, x.number = key(x.created), int64(10001+i)
	}
	w.incidents = all
	for _, x := range all {
		w.assignProblem(r, x)
		w.store("Incident", func() record.Record { return w.incidentRecord(x).r })
	}
}

// outage is an incident that many report within two hours.
func (w *world) outage(r *rand.Rand, at int64) []*incident {
	var s *story
	for s == nil || s.Subcategory != "Remote Site" && s.Subcategory != "Customer Relations" && s.Subcategory != "Wireless Network" {
		s = &w.stories[r.IntN(len(w.stories))]
	}
	master := w.report(r, s, at)
	master.impact, master.urgency = "High", "High"
	out := []*incident{master}
	for range 8 + r.IntN(16) {
		child := w.report(r, s, at+r.Int64N(2*hour))
		child.master, child.impact, child.urgency = master, "Medium", "High"
		out = append(out, child)
	}
	w.progress(r, master)
	for _, child := range out[1:] {
		master.children++
		w.progress(r, child)
		if master.resolved > 0 { // all are solved together
			child.owner, child.team, child.cause, child.resolution = master.owner, master.team, master.cause, master.resolution
			child.status, child.resolved, child.closed, child.closedBy = master.status, max(master.resolved, child.created+10*minute), master.closed, master.closedBy
			child.responded = min(child.responded, child.resolved)
			if child.responded == 0 {
				child.responded = child.created + 5*minute
			}
			child.changed = max(child.resolved, child.closed)
		}
	}
	return out
}

// report is an incident as it comes in, and what becomes of it.
func (w *world) report(r *rand.Rand, s *story, at int64) *incident {
	x := &incident{story: s, created: at, impact: s.Impact, urgency: s.Urgency, cause: s.Cause}
	switch {
	case s.Auto:
		x.customer, x.source = w.member(r, w.teams["Monitoring"], at), pick(r, []string{"AutoTicket", "AutoTicket", "Network Monitor"})
		x.item = pick(r, w.servers)
	default:
		x.customer = w.anybody(r, at)
		x.source = []string{"Phone", "Self Service", "Email", "Chat", "Walk-In", "Voice Mail"}[weighted(r, 6, func(i int) int { return []int{42, 27, 21, 5, 3, 2}[i] })]
		x.item = x.customer.computer
	}
	if x.source == "Phone" || x.source == "Chat" || x.source == "Walk-In" || x.source == "Voice Mail" {
		x.agent = w.member(r, w.teams[pick(r, []string{"Service Desk", "Service Desk", "IT Support"})], at)
	}
	if !s.Auto && r.IntN(12) == 0 {
		x.alternate = w.anybody(r, at)
	}
	if n := r.IntN(10); n == 0 {
		x.urgency = "High"
	} else if n == 1 {
		x.urgency = "Low"
	}
	if x.customer.vip && !s.Auto {
		x.urgency = "High"
	}
	if r.IntN(25) == 0 {
		x.impact = pick(r, []string{"Medium", "High"})
	}
	x.fill = w.filler(r, x.customer, x.item)
	x.kind = r.IntN(len(s.Cases))
	x.subject, x.symptom = record.Expand(s.Cases[x.kind].Subject, x.fill), record.Expand(s.Cases[x.kind].Details, x.fill)
	w.progress(r, x)
	return x
}

var ranks = map[string]int{"High": 0, "Medium": 1, "Low": 2}

func (x *incident) priority() int { return 1 + ranks[x.impact] + ranks[x.urgency] }

// progress works out what has become of an incident at the end of the story.
func (w *world) progress(r *rand.Rand, x *incident) {
	s := x.story
	x.status, x.previous, x.resolved, x.closed, x.closedBy, x.responded = "Logged", "", 0, 0, "", 0
	p := x.priority()
	x.firstCall = s.Quick && r.IntN(4) > 0 || x.agent != nil && p >= 3 && r.IntN(7) == 0
	var respond, solve int64
	if x.firstCall {
		respond, solve = minute, 4*minute+r.Int64N(30*minute)
		x.team = w.teams["Service Desk"]
		if x.agent != nil && x.agent.team != nil {
			x.team = x.agent.team
		}
	} else {
		respond = int64(float64([]int64{10, 20, 90, 300, 480}[p-1]*minute) * (0.3 + 1.2*r.Float64()))
		solve = int64(float64([]int64{3, 8, 28, 58, 100}[p-1]*hour) * math.Exp(0.8*r.NormFloat64()))
		if r.IntN(16) == 0 {
			solve *= 12 // waits for a part or a supplier
		}
		if age := end - x.created; age < 2*day && r.IntN(5) < 2 {
			respond += age // nobody has had time for it yet
		} else if age < 25*day && r.IntN(3) == 0 {
			solve += age // still being worked on
		}
		x.team = w.teams[s.Team]
		if x.team.name == "Field Services North" && x.customer.place.region == "South" {
			x.team = w.teams["Field Services South"]
		}
	}
	responded := x.created + respond
	if p > 2 && !x.firstCall {
		responded = working(r, responded)
	}
	resolved := responded + solve
	if p > 1 && !x.firstCall {
		resolved = working(r, resolved)
	}
	closed := resolved + 8*day - resolved%day + 3*hour // closed by night when nobody objects
	confirmed := r.IntN(3) == 0
	if confirmed {
		closed = working(r, resolved+hour+r.Int64N(3*day))
	}
	x.owner, x.changed = w.member(r, x.team, responded), x.created
	if x.firstCall && x.agent != nil {
		x.owner = x.agent
	}
	if responded <= end {
		x.responded, x.status, x.changed = responded, "Active", responded
	}
	x.spent = 5 + r.Int64N(20)
	switch {
	case resolved <= end && !x.firstCall && r.IntN(45) == 0:
		x.status, x.closed, x.closedBy, x.changed = "Cancelled", resolved, x.owner.login, resolved
	case resolved <= end:
		x.status, x.resolved, x.changed = "Resolved", resolved, resolved
		x.resolution = record.Expand(s.Cases[x.kind].Resolution, x.fill)
		x.spent = min(5+solve/minute/4+r.Int64N(15), 480)
		if r.IntN(5) == 0 {
			x.cause = "Other"
		}
		if closed <= end {
			x.status, x.closed, x.closedBy, x.changed = "Closed", closed, automat, closed
			if confirmed {
				x.closedBy = x.owner.login
			}
		}
	case x.responded > 0 && r.IntN(5) < 2 && end-x.responded > 2*hour:
		x.previous = "Active"
		x.status = pick(r, []string{"Waiting for Customer", "Waiting for Customer", "Waiting for 3rd Party", "Waiting for Resolution"})
		x.changed = min(working(r, x.responded+r.Int64N((end-x.responded)/2+1)), end)
	}
}

// assignProblem connects an incident with a problem whose cause it has.
func (w *world) assignProblem(r *rand.Rand, x *incident) {
	for _, p := range w.problems {
		until := p.resolved
		if until == 0 {
			until = end
		}
		if p.text.Subcategory == x.story.Subcategory && x.created > p.created-25*day && x.created < until && r.IntN(3) == 0 {
			x.problem = p
			p.incidents = append(p.incidents, x)
			return
		}
	}
}

var progressBar = map[string]string{"Logged": "1", "Active": "2", "Resolved": "4", "Closed": "5", "Cancelled": "5"}

func (w *world) incidentRecord(x *incident) entity {
	by, byType := automat, "Integration"
	switch {
	case x.agent != nil:
		by, byType = x.agent.login, "Web Client"
	case x.source == "Self Service":
		by, byType = x.customer.login, "Self Service"
	case x.source == "Email":
		byType = "Email Listener"
	}
	f := w.form("Incident", x.id, x.created, by).number("IncidentNumber", x.number)
	f.texts("Subject", x.subject, "Symptom", x.symptom, "Status", x.status, "PreviousState", x.previous, "Category", x.story.Category, "Subcategory", x.story.Subcategory,
		"Service", x.story.Service, "Source", x.source, "Urgency", x.urgency, "Impact", x.impact, "TypeOfIncident", x.story.Kind, "CreatedByType", byType,
		"HoursOfOperation", "Business Hours", "OwningOrgUnitId", "Corporate IT Operations")
	f.link("ProfileLink", x.customer.entity).link("OrgUnitLink", x.customer.dep.unit)
	f.flag("IsNotification", true)
	if x.alternate != nil {
		f.link("AlternateContactLink", x.alternate.entity).flag("IsReportedByAlternateContact", x.agent != nil)
	}
	if e, ok := w.directory[[3]string{"CI#Service", "Name", x.story.serviceKey()}]; ok {
		f.link("ServiceLink", e)
	}
	f.link("LocationLink", x.customer.place.entity)
	w.incidentWork(f, x)
	bar := progressBar[x.status]
	if bar == "" {
		bar = "3"
	}
	f.texts("ProgressBarPosition", bar).money("Cost", 0)
	last := automat
	switch {
	case x.closed > 0:
		last = x.closedBy
	case x.responded > 0:
		last = x.owner.login
	case x.agent != nil || x.source == "Self Service":
		last = by
	}
	return f.changed(x.changed, last).done()
}

// incidentWork fills in who worked on it and how it ended.
func (w *world) incidentWork(f *form, x *incident) {
	if x.status == "Logged" {
		f.texts("OwnerTeam", "Service Desk")
	} else {
		f.texts("Owner", x.owner.login, "OwnerType", "Employee", "OwnerTeam", x.team.name)
		if x.owner.team != nil && x.owner.team != x.team {
			f.texts("OwnerTeam", x.owner.team.name)
		}
	}
	if x.responded > 0 {
		f.texts("RespondedBy", x.owner.login).time("RespondedDateTime", x.responded).number("TotalTimeSpent", x.spent)
	}
	if x.resolved > 0 {
		f.texts("ResolvedBy", x.owner.login, "Resolution", x.resolution, "CauseCode", x.cause, "ActualService", x.story.Service, "ActualCategory", x.story.Category).
			time("ResolvedDateTime", x.resolved).flag("FirstCallResolution", x.firstCall).flag("SendSurveyNotification", x.number%4 == 0)
	}
	if x.closed > 0 {
		f.texts("ClosedBy", x.closedBy).time("ClosedDateTime", x.closed).number("ClosedDuration", (x.closed-x.created)/minute)
	}
	if x.children > 0 {
		f.flag("IsMasterIncident", true)
	}
	if m := x.master; m != nil {
		f.link("MasterIncidentLink", w.stub("Incident", m.id))
		if x.resolved > 0 {
			f.flag("IsResolvedByMaster", true).texts("ResolvedByIncidentNumber", fmt.Sprint(m.number))
		}
	}
	if x.problem != nil {
		f.link("ProblemLink", w.stub("Problem", x.problem.id))
	}
	if x.item != nil {
		f.texts("EventCIRecId", x.item.id())
	}
	if x.story.Auto {
		f.texts("ExternalReference", fmt.Sprintf("centreon:%s:%d", x.item.name, x.created))
	}
}

// stub is a record of which only the key is known.
func (w *world) stub(object, recID string) entity {
	return entity{w.sheets[object], record.Record{record.TextValue(recID)}}
}
