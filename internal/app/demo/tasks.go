package demo

import (
	"math/rand/v2"
	"slices"

	"github.com/provost-itsm/provost/internal/platform/record"
)

const taskCount = 800

// task is a step of some other work.
type task struct {
	object, subject, details, status string
	parent                           entity
	owner                            *person
	team                             *team
	created, accepted, done, due     int64
	number                           int64
	item                             *item
}

// makeTasks gives requests, changes and incidents their tasks.
func (w *world) makeTasks() {
	r := chance("tasks")
	var all []*task
	for _, x := range w.requests {
		for _, step := range x.tasks() {
			t := w.team(x.offering.text.Team)
			k := &task{object: "Task#Assignment", subject: step, details: x.offering.text.Name + " for " + x.customer.display, parent: w.stub("ServiceReq", x.id), team: t,
				created: max(x.approved, x.created) + minute, item: x.customer.computer}
			switch step {
			case "Check the licence and install":
				k.object = "Task#SoftwareInstallation"
			case "Install and enrol the laptop", "Prepare computer and phone":
				k.object = "Task#ComputerProvisioning"
			}
			w.finishTask(r, k, x.fulfilled)
			all = append(all, k)
		}
	}
	for _, c := range w.changes {
		if c.approved == 0 {
			continue
		}
		fill := w.filler(r, c.owner, nil)
		for _, n := range r.Perm(len(w.work.TaskWords))[:2] {
			k := &task{object: "Task#Assignment", subject: record.Expand(w.work.TaskWords[n], fill), details: c.subject, parent: w.stub("Change", c.id), team: w.team(c.text.Team), created: c.approved + hour}
			if n := k.subject; n == "Order the spare part" || n == "Talk to the supplier about a lasting fix" {
				k.object = "Task#WorkOrder"
			}
			w.finishTask(r, k, c.done)
			c.tasks++
			if k.done > 0 {
				c.tasksDone++
			}
			all = append(all, k)
		}
	}
	for len(all) < taskCount {
		x := w.incidents[r.IntN(len(w.incidents))]
		if x.responded == 0 || x.firstCall || x.status == "Cancelled" {
			continue
		}
		k := &task{object: "Task#Assignment", subject: "Look into it: " + x.subject, details: x.symptom, parent: w.stub("Incident", x.id), team: x.team, created: x.responded + minute, item: x.item}
		if r.IntN(6) == 0 {
			k.object, k.subject = "Task#WorkOrder", "Supplier: "+x.subject
		}
		w.finishTask(r, k, x.resolved)
		all = append(all, k)
	}
	slices.SortStableFunc(all, func(a, b *task) int { return int(a.created - b.created) })
	key := w.keys("Task")
	for i, k := range all {
		k.number = int64(10001 + i)
		w.ready(w.taskRecord(k, key(k.created)))
	}
}

func (w *world) team(name string) *team { return w.teams[name] }

// finishTask works out the state of a task whose parent was finished at a moment; 0: it is not.
func (w *world) finishTask(r *rand.Rand, k *task, finished int64) {
	k.created = min(k.created, end)
	k.owner, k.due, k.status = w.member(r, k.team, k.created), k.created+3*day, "Logged"
	accepted := k.created + 20*minute + r.Int64N(4*hour)
	switch {
	case finished > 0:
		k.done = max(finished-r.Int64N(2*hour), k.created+minute)
		k.accepted, k.status = min(accepted, k.done), "Completed"
	case accepted < end:
		k.accepted, k.status = accepted, []string{"Accepted", "Accepted", "Waiting"}[r.IntN(3)]
	}
}

func (w *world) taskRecord(k *task, recID string) entity {
	f := w.form(k.object, recID, k.created, automat).number("AssignmentID", k.number).link("ParentLink", k.parent).time("PlannedStartDate", k.created).time("PlannedEndDate", k.due)
	f.texts("Subject", clipped(k.subject, 400), "Details", k.details, "Status", k.status, "OwnerTeam", k.team.name, "Owner", k.owner.login, "OwnerType", "Employee")
	if k.item != nil {
		f.link("CILink", k.item.entity).texts("Location", k.item.place.name)
	}
	if k.accepted > 0 {
		f.texts("AcceptedBy", k.owner.login).time("AcceptedDateTime", k.accepted).time("ActualStartDate", k.accepted).changed(k.accepted, k.owner.login)
	}
	if k.status == "Waiting" {
		f.texts("WaitingReason", "Waits for an answer of the supplier.")
	}
	if k.done > 0 {
		f.texts("CompletedBy", k.owner.login, "ResolutionNotes", "Done.").time("CompletedDateTime", k.done).time("ActualEndDate", k.done).number("PercentComplete", 100).
			number("ActualEffort", min((k.done-k.accepted)/minute, 240)).flag("IsInFinalState", true).changed(k.done, k.owner.login)
	}
	switch k.object {
	case "Task#WorkOrder":
		f.texts("Vendor", []string{"Northwind IT Leasing", "Hansa Druck", "Northtel", "MedTec Service"}[k.number%4], "VendorReference", "WO-"+text(70000+k.number))
	case "Task#ComputerProvisioning", "Task#SoftwareInstallation":
		if k.item != nil {
			f.texts("ComputerName", k.item.name)
		}
	}
	return f.done()
}

func clipped(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
