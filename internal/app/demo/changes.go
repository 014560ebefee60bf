package demo

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/provost-itsm/provost/internal/platform/record"
)

const changeCount = 150

// change is a planned change and what has become of it.
type change struct {
	id                                                               string
	number                                                           int64
	text                                                             *changeText
	subject, status, code                                            string
	requester, owner                                                 *person
	created, requested, approved, start, finish, done, closed, moved int64
	tasks, tasksDone, items                                          int64
	problem                                                          *problem
}

// makeChanges makes the changes, and lets some of them solve problems.
func (w *world) makeChanges() {
	r := chance("changes")
	for _, at := range recent(r, changeCount, begin, end-hour) {
		at = min(working(r, at), end-hour)
		text := &w.work.Changes[weighted(r, len(w.work.Changes), func(i int) int { return w.work.Changes[i].Weight })]
		t := w.teams[text.Team]
		c := &change{text: text, created: at, owner: w.member(r, t, at), requester: w.member(r, t, at)}
		c.subject = record.Expand(text.Subject, w.filler(r, w.anybody(r, at), nil))
		w.planChange(r, c)
		w.changes = append(w.changes, c)
	}
	slices.SortStableFunc(w.changes, func(a, b *change) int { return int(a.created - b.created) })
	key := w.keys("Change")
	for i, c := range w.changes {
		c.id, c.number = key(c.created), int64(10001+i)
		w.store("Change", func() record.Record { return w.changeRecord(c).r })
	}
	for _, p := range w.problems {
		if p.text.Action != "Request for Change" || p.identified == 0 {
			continue
		}
		for _, c := range w.changes {
			if c.problem == nil && c.created > p.identified && c.text.Category == p.text.Category && (p.resolved == 0 || c.created < p.resolved) {
				p.change, c.problem = c, p
				break
			}
		}
	}
}

// planChange works out the way of a change through its states.
func (w *world) planChange(r *rand.Rand, c *change) {
	c.status, c.moved = "Logged", c.created
	c.requested = working(r, c.created+2*hour+r.Int64N(day))
	c.approved = working(r, c.requested+day+r.Int64N(4*day))
	if c.text.Type == "Standard" || c.text.Type == "Emergency" {
		c.approved = working(r, c.requested+hour+r.Int64N(5*hour))
	}
	c.start = c.approved + 4*day + r.Int64N(10*day)
	c.start += 20*hour - c.start%day // in the evening
	c.finish = c.start + hour + r.Int64N(4*hour)
	c.done, c.closed = c.finish-r.Int64N(hour), working(r, c.finish+day)
	reach := func(status string, at int64) bool {
		if at > end {
			return false
		}
		c.status, c.moved = status, at
		return true
	}
	fate := r.IntN(30)
	switch {
	case !reach("Requested", c.requested):
		c.requested, c.approved = 0, 0
	case fate == 0 && reach("Canceled", c.requested+hour):
		c.approved, c.closed = 0, c.requested+hour
	case !reach("Pending Approval", c.requested+2*hour), c.approved > end:
		c.approved = 0
	case fate == 1:
		reach("Denied", c.approved)
		c.closed, c.approved = c.approved, 0
	default:
		reach("Scheduled", c.approved)
		if reach("Implemented", c.done) && reach("Closed", c.closed) {
			c.code = []string{"Successful", "Successful", "Successful", "Successful", "Successful with Issues", "Backed Out"}[r.IntN(6)]
		}
	}
	if c.status != "Closed" && c.status != "Canceled" && c.status != "Denied" {
		c.closed = 0
	}
	if c.status != "Closed" && c.status != "Implemented" {
		c.done = 0
	}
}

var changeImpact = map[string][2]string{"Standard": {"Low", "Low"}, "Minor": {"Low", "Medium"}, "Significant": {"Medium", "Medium"}, "Major": {"High", "Medium"}, "Emergency": {"High", "High"}}

func (w *world) changeRecord(c *change) entity {
	x, manager := c.text, w.teams["Change Management"].members[0].login
	f := w.form("Change", c.id, c.created, c.requester.login).number("ChangeNumber", c.number).link("RequestorLink", c.requester.entity)
	f.texts("Subject", c.subject, "Description", c.subject+". "+x.Plan, "Category", x.Category, "Subcategory", x.Subcategory, "Service", x.Service, "Status", c.status,
		"TypeOfChange", x.Type, "Impact", changeImpact[x.Type][0], "Urgency", changeImpact[x.Type][1], "Risk", changeImpact[x.Type][0], "Owner", c.owner.login, "OwnerType", "Employee",
		"OwnerTeam", x.Team, "Reason", x.Reason, "Justification", x.Reason, "ImplementationPlan", x.Plan, "BackoutPlan", x.Backout, "OrganizationalUnit", "Corporate IT Operations")
	f.flag("Emergency", x.Type == "Emergency").flag("IsStandardChange", x.Type == "Standard").flag("BackoutPlanAttached", true).flag("ChangesTested", c.approved > 0).
		flag("IsCABRequired", x.Type == "Major" || x.Type == "Significant").number("NoOfTasks", c.tasks).number("NoOfTasksCompleted", c.tasksDone).number("NoOfCILinked", c.items)
	f.time("RequestedDate", c.requested).time("ScheduledStartDate", c.start).time("ScheduledEndDate", c.finish).money("EstimatedCost", 200+c.number%9*150)
	if c.approved > 0 {
		f.texts("CMApprovedBy", manager, "ApprovalStatus", "Approved").time("CMApprovedDateTime", c.approved).time("ApprovedDateTime", c.approved)
	}
	by := c.owner.login
	if c.done > 0 {
		f.texts("CompletedBy", by).time("CompletedDateTime", c.done).time("ActualStartDate", c.start).time("ActualEndDate", c.done).number("TotalTimeSpent", (c.done-c.start)/minute)
	}
	if c.closed > 0 {
		by = manager
		f.texts("ClosedBy", by, "ClosedCode", c.code, "FinalState", "True").time("ClosedDateTime", c.closed).flag("IsInFinalState", true)
	}
	if c.problem != nil {
		f.link("ParentLink", w.stub("Problem", c.problem.id))
	}
	return f.changed(c.moved, by).done()
}

// makeApprovals asks for votes on changes that are not standard and on requests whose offerings need an approval.
func (w *world) makeApprovals() {
	r := chance("approvals")
	key, voteKey := w.keys("FRS_Approval"), w.keys("FRS_ApprovalVoteTracking")
	var all []*approval
	for _, c := range w.changes {
		if c.requested > 0 && c.text.Type != "Standard" && c.status != "Requested" && c.status != "Canceled" {
			all = append(all, w.approvalOfChange(c))
		}
	}
	for _, x := range w.requests {
		if len(x.voters()) > 0 && x.status != "Canceled" {
			all = append(all, w.approvalOfRequest(x))
		}
	}
	slices.SortStableFunc(all, func(a, b *approval) int { return cmp.Compare(a.asked, b.asked) })
	for _, a := range all {
		w.vote(r, a, key, voteKey)
	}
}

// approval is a question about a record, and what has become of it.
type approval struct {
	parent                                 entity
	object, number, name, subject, details string
	rule, owner, team, by, status          string
	voters                                 []*person
	needed                                 int
	asked, due, decided                    int64
}

func (w *world) approvalOfChange(c *change) *approval {
	a := &approval{parent: w.stub("Change", c.id), object: "Change", number: text(c.number), name: "Approval of change", subject: c.subject, details: c.text.Plan,
		rule: "All approvers", owner: c.owner.login, team: c.text.Team, by: c.requester.login, status: "Pending", asked: c.requested + 2*hour, due: c.requested + 2*hour + 5*day}
	switch {
	case c.approved > 0:
		a.status, a.decided = "Approved", c.approved
	case c.status == "Denied":
		a.status, a.decided = "Denied", c.moved
	}
	a.voters = []*person{w.teams["Change Management"].members[0], w.teams[c.text.Team].members[0]}
	if c.text.Type == "Major" || c.text.Type == "Emergency" {
		a.voters = append(a.voters, w.departments["Information Technology"].head)
	}
	a.needed = len(a.voters)
	return a
}

func (w *world) approvalOfRequest(x *request) *approval {
	o, voters := x.offering.text, x.voters()
	a := &approval{parent: w.stub("ServiceReq", x.id), object: "ServiceReq", number: text(x.number), name: "Approval of service request " + text(x.number), subject: o.Name + " for " + x.customer.display,
		details: o.Description, rule: "All", owner: voters[0].login, team: o.Team, by: x.customer.login, status: "Pending", voters: voters, needed: len(voters), asked: x.created + minute}
	if o.Any {
		a.rule, a.needed = "Any", 1
	}
	switch {
	case x.approved > 0:
		a.status, a.decided = "Approved", x.approved
	case x.status == "Approval Rejected":
		a.status, a.decided = "Denied", x.changed
	}
	return a
}

// vote makes the approval with its votes.
func (w *world) vote(r *rand.Rand, a *approval, key, voteKey func(int64) string) {
	f := w.form("FRS_Approval", key(a.asked), a.asked, automat).link("ParentLink", a.parent).time("DueDate", a.due)
	f.texts("Name", a.name, "Subject", a.subject, "Details", a.details, "Status", a.status, "ApprovalRule", a.rule, "Owner", a.owner, "OwnerTeam", a.team, "SubmittedBy", a.by)
	f.number("VotesRequired", int64(a.needed)).time("ApprovedDateTime", a.decided).flag("IsInFinalState", a.decided > 0)
	votes := map[string]int64{}
	for i, v := range a.voters {
		own := a.status
		switch {
		case a.rule == "Any" && i > 0 && a.status == "Approved":
			own = "Cancelled"
		case a.status == "Denied" && a.rule != "Any" && i > 0:
			own = "Approved"
		case a.status == "Pending" && i > 0 && a.rule != "Any" && r.IntN(2) == 0:
			own = "Approved"
		}
		votes[own]++
		at := a.asked + int64(i)
		vote := w.form("FRS_ApprovalVoteTracking", voteKey(at), at, automat).texts("Owner", v.login, "Status", own, "PrimaryParentObject", a.object, "PrimaryParentID", a.parent.id(),
			"PrimaryParentNumber", a.number, "PrimaryParentSubject", a.subject).time("DueDate", a.due)
		if own != "Pending" {
			when := a.decided - int64(len(a.voters)-1-i)*10*minute
			if a.decided == 0 {
				when = min(a.asked+hour+r.Int64N(6*hour), end)
			}
			when = max(when, at)
			vote.changed(when, v.login)
			if own != "Cancelled" {
				vote.texts("VotedBy", v.login).time("VotedDateTime", when)
			}
		}
		vote.link("ParentLink", f.entity)
		w.ready(vote.done())
	}
	f.number("VoteCount", votes["Approved"]+votes["Denied"]).number("ApproveCount", votes["Approved"]).number("DenyCount", votes["Denied"])
	if a.decided > 0 {
		f.changed(a.decided, automat)
	}
	w.ready(f.done())
}
