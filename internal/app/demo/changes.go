package demo

import (
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
		c.subject = expand(text.Subject, w.filler(r, w.anybody(r, at), nil))
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

// makeApprovals asks for votes on changes that are not standard.
func (w *world) makeApprovals() {
	r := chance("approvals")
	key, voteKey := w.keys("FRS_Approval"), w.keys("FRS_ApprovalVoteTracking")
	sorted := slices.Clone(w.changes)
	slices.SortStableFunc(sorted, func(a, b *change) int { return int(a.requested - b.requested) })
	for _, c := range sorted {
		if c.requested == 0 || c.text.Type == "Standard" || c.status == "Requested" || c.status == "Canceled" {
			continue
		}
		asked := c.requested + 2*hour
		status, decided := "Pending", int64(0)
		switch {
		case c.approved > 0:
			status, decided = "Approved", c.approved
		case c.status == "Denied":
			status, decided = "Denied", c.moved
		}
		voters := []*person{w.teams["Change Management"].members[0], w.teams[c.text.Team].members[0]}
		if c.text.Type == "Major" || c.text.Type == "Emergency" {
			voters = append(voters, w.departments["Information Technology"].head)
		}
		f := w.form("FRS_Approval", key(asked), asked, automat).link("ParentLink", w.stub("Change", c.id)).time("DueDate", asked+5*day)
		f.texts("Name", "Approval of change", "Subject", c.subject, "Details", c.text.Plan, "Status", status, "ApprovalRule", "All approvers", "Owner", c.owner.login, "OwnerTeam", c.text.Team, "SubmittedBy", c.requester.login)
		f.number("VotesRequired", int64(len(voters))).time("ApprovedDateTime", decided).flag("IsInFinalState", decided > 0)
		votes := map[string]int64{}
		for i, v := range voters {
			own := status
			if status == "Denied" && i > 0 {
				own = "Approved"
			}
			if status == "Pending" && i > 0 && r.IntN(2) == 0 {
				own = "Approved"
			}
			votes[own]++
			at := asked + int64(i)
			vote := w.form("FRS_ApprovalVoteTracking", voteKey(at), at, automat).texts("Owner", v.login, "Status", own, "PrimaryParentObject", "Change", "PrimaryParentID", c.id,
				"PrimaryParentNumber", text(c.number), "PrimaryParentSubject", c.subject).time("DueDate", asked+5*day)
			if own != "Pending" {
				when := decided - int64(len(voters)-1-i)*10*minute
				if decided == 0 {
					when = min(asked+hour+r.Int64N(6*hour), end)
				}
				when = max(when, at)
				vote.texts("VotedBy", v.login).time("VotedDateTime", when).changed(when, v.login)
			}
			vote.link("ParentLink", f.entity)
			w.ready(vote.done())
		}
		f.number("VoteCount", votes["Approved"]+votes["Denied"]).number("ApproveCount", votes["Approved"]).number("DenyCount", votes["Denied"])
		if decided > 0 {
			f.changed(decided, automat)
		}
		w.ready(f.done())
	}
}
