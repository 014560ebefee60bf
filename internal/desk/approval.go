package desk

import (
	"context"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// maxApprovers bounds who is asked about one request.
const maxApprovers = 50

// approver is somebody who is asked.
type approver struct {
	recID, login string
	name         string // by which the field DefaultApprover finds them
}

// approversOf finds who decides about a request: those whom the offering names, else the manager of the person. Nobody is asked
// about their own request. None is an answer: then the owner team has to find somebody.
func approversOf(ctx context.Context, r db.Reader, d *record.Draft, o *offering) ([]approver, error) {
	e := d.Engine()
	employees, ok := e.Type(ctx, "Employee")
	if !ok {
		return nil, nil
	}
	customer := d.Text("ProfileLink")
	var all []approver
	add := func(row record.Row) {
		a := approver{recID: row.RecID, login: row.Text("LoginID"), name: row.Text("PrimaryEmail")}
		if a.name == "" {
			a.name = a.login
		}
		known := strings.EqualFold(a.recID, customer)
		for _, other := range all {
			known = known || other.recID == a.recID
		}
		if a.login != "" && !known && !is(row.Text("Status"), "Terminated") && !row.Bool("Disabled") && len(all) < maxApprovers {
			all = append(all, a)
		}
	}
	find := func(name string, fields ...string) error {
		for _, field := range fields {
			row, found, err := e.FindOne(ctx, r, employees, field, name)
			if err != nil {
				return err
			}
			if found {
				add(row)
				return nil
			}
		}
		return nil
	}
	for name := range strings.FieldsFuncSeq(o.text("DefaultApprover"), func(r rune) bool { return r == ';' || r == ',' || r == '\n' }) {
		if name = strings.TrimSpace(name); name != "" {
			if err := find(name, "PrimaryEmail", "LoginID", "DisplayName", "NetworkUserName"); err != nil {
				return nil, err
			}
		}
	}
	if len(all) > 0 || customer == "" {
		return all, nil
	}
	person, err := e.GetFrom(ctx, r, employees, customer)
	if fault.Is(err, fault.NotFound) {
		return nil, nil // somebody from outside, who has no manager here
	}
	if err != nil {
		return nil, err
	}
	if manager := person.Text("ManagerLink"); manager != "" {
		row, err := e.GetFrom(ctx, r, employees, manager)
		if err == nil {
			add(row)
		} else if !fault.Is(err, fault.NotFound) {
			return nil, err
		}
	}
	if email := person.Text("ManagerEmail"); len(all) == 0 && email != "" {
		if err := find(email, "PrimaryEmail"); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// askApproval makes the approval of a request, with a vote for each approver. Without approvers the owner team gets the task
// to find one.
func askApproval(ctx context.Context, tx *db.Tx, d *record.Draft, o *offering, approvers []approver) error {
	e := d.Engine()
	approvals, ok := e.Type(ctx, "FRS_Approval")
	votes, both := e.Type(ctx, "FRS_ApprovalVoteTracking")
	if !ok || !both {
		return nil
	}
	number := strconv.FormatInt(d.Number("ServiceReqNumber"), 10)
	rule, needed := "All", int64(len(approvers))
	if is(o.text("ApprovalRule"), "Any") {
		rule, needed = "Any", 1
	}
	if n := o.number("VotesRequired"); n > 0 {
		needed = min(n, max(int64(len(approvers)), 1))
		rule = strconv.FormatInt(needed, 10) + " votes"
	}
	in := record.Input{
		{Name: "Name", Value: "Approval of service request " + number}, {Name: "Subject", Value: d.Text("Subject")}, {Name: "Details", Value: cut(d.Text("Symptom"), 20000)},
		{Name: "ParentLink_RecID", Value: d.RecID()}, {Name: "ParentLink_Category", Value: "ServiceReq"}, {Name: "ApprovalRule", Value: rule},
		{Name: "VotesRequired", Value: max(needed, 1)}, {Name: "OwnerTeam", Value: o.text("OwnerTeam")}, {Name: "SubmittedBy", Value: d.Actor.Login}, {Name: "CreatedBy", Value: byProgram},
	}
	if len(approvers) > 0 {
		in = append(in, record.InputField{Name: "Owner", Value: approvers[0].login})
	}
	approval, err := e.CreateTx(ctx, tx, approvals, in)
	if err != nil {
		return err
	}
	for _, a := range approvers {
		_, err := e.CreateTx(ctx, tx, votes, record.Input{
			{Name: "Owner", Value: a.login}, {Name: "ParentLink_RecID", Value: approval.RecID}, {Name: "ParentLink_Category", Value: "FRS_Approval"},
			{Name: "PrimaryParentObject", Value: "ServiceReq"}, {Name: "PrimaryParentID", Value: d.RecID()}, {Name: "PrimaryParentNumber", Value: number},
			{Name: "PrimaryParentSubject", Value: d.Text("Subject")}, {Name: "CreatedBy", Value: byProgram},
		})
		if err != nil {
			return err
		}
	}
	task, ok := e.Type(ctx, "Task#Assignment")
	if len(approvers) > 0 || !ok {
		return nil
	}
	_, err = e.CreateTx(ctx, tx, task, record.Input{
		{Name: "Subject", Value: cut("Find an approver: "+d.Text("Subject"), 500)}, {Name: "OwnerTeam", Value: o.text("OwnerTeam")}, {Name: "CreatedBy", Value: byProgram},
		{Name: "Details", Value: "The offering needs an approval, and neither an approver nor a manager of the person was found. Approve or deny the approval of this request."},
		{Name: "ParentLink_RecID", Value: d.RecID()}, {Name: "ParentLink_Category", Value: "ServiceReq"}, {Name: "PlanStep", Value: approvalStep},
	})
	return err
}

// approvalStep marks the task to find an approver, which is over when the approval is.
const approvalStep = "approval"

func cut(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n])
	}
	return text
}

// voteMoves are the rules of votes: who votes is who writes, a vote counts while its approval is open, and each one is
// counted with the others in the same transaction.
func voteMoves(ctx context.Context, r db.Reader, d *record.Draft) error {
	approval := d.Text("ParentLink")
	if d.Verb == record.Updating {
		if d.Changed("ParentLink") && d.Was("ParentLink") != "" {
			d.Refuse("ParentLink_RecID", "A vote stays with its approval")
			return nil
		}
		if !d.Changed("Status") && !d.Changed("ParentLink") {
			return nil
		}
	}
	if d.Verb != record.Deleting && d.Changed("Status") {
		if is(d.Text("Status"), "Approved", "Denied", "Abstained") { // whatever was sent
			d.SetText("VotedBy", d.Actor.Login)
			d.SetNumber("VotedDateTime", d.Now.Unix())
		}
		e := d.Engine()
		if t, ok := e.Type(ctx, "FRS_Approval"); ok && approval != "" && !is(d.Text("Status"), "Cancelled") {
			row, err := e.GetFrom(ctx, r, t, approval)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
			if err == nil && !is(row.Text("Status"), "Pending") && (d.Verb == record.Updating || !is(d.Text("Status"), "Pending")) {
				d.Refuse("Status", "The approval is decided: it is %s", row.Text("Status"))
				return nil
			}
		}
	}
	if approval != "" {
		d.Then(func(ctx context.Context, tx *db.Tx) error {
			return count(record.WithoutGuard(ctx), tx, d.Engine(), approval)
		})
	}
	return nil
}

// count adds up the votes of an approval and decides it when they are enough, or can never be.
func count(ctx context.Context, tx *db.Tx, e *record.Engine, recID string) error {
	approvals, ok := e.Type(ctx, "FRS_Approval")
	votes, both := e.Type(ctx, "FRS_ApprovalVoteTracking")
	if !ok || !both {
		return nil
	}
	approval, err := e.GetFrom(ctx, tx, approvals, recID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	rows, err := childrenOf(ctx, e, tx, votes, recID)
	if err != nil {
		return err
	}
	var yes, no, open int64
	for _, row := range rows {
		switch status := row.Text("Status"); {
		case is(status, "Approved"):
			yes++
		case is(status, "Denied"):
			no++
		case is(status, "Pending"):
			open++
		}
	}
	in := record.Input{{Name: "ApproveCount", Value: yes}, {Name: "DenyCount", Value: no}, {Name: "VoteCount", Value: yes + no}}
	if is(approval.Text("Status"), "Pending") {
		needed, _ := literal.Integer(approval.Text("VotesRequired"))
		if status := decide(approval.Text("ApprovalRule"), needed, yes, no, open); status != "" {
			in = append(in, record.InputField{Name: "Status", Value: status})
		}
	}
	_, err = e.UpdateTx(ctx, tx, approval.Type, recID, in)
	return err
}

// decide says what votes come to: Approved, Denied or "" while they do not decide. Who abstains or was called off is as
// if they had not been asked; where nobody is left, people decide the approval itself.
func decide(rule string, needed, yes, no, open int64) string {
	rule = literal.Fold(strings.TrimSpace(rule))
	asked := yes + no + open
	switch {
	case strings.HasPrefix(rule, "all"):
		needed = asked
	case strings.HasPrefix(rule, "any"):
		needed = 1
	}
	needed = max(min(needed, asked), 1)
	switch {
	case asked == 0:
		return ""
	case yes >= needed:
		return "Approved"
	case yes+open < needed:
		return "Denied"
	}
	return ""
}

// approvalMoves are the rules of approvals: a decision stays, ends what was still asked and moves the request.
func approvalMoves(_ context.Context, _ db.Reader, d *record.Draft) error {
	if d.Verb == record.Deleting || !d.Changed("Status") {
		return nil
	}
	pending := is(d.Text("Status"), "Pending", "")
	d.SetBool("IsInFinalState", !pending)
	if d.Verb == record.Creating && pending {
		return nil
	}
	if d.Verb == record.Updating && !is(d.Was("Status"), "Pending", "") {
		d.Refuse("Status", "The approval is decided: it is %s", d.Was("Status"))
		return nil
	}
	recID, status, request := d.RecID(), d.Text("Status"), ""
	if is(d.Text("ParentLink_Category"), "ServiceReq") {
		request = d.Text("ParentLink")
	}
	d.Then(func(ctx context.Context, tx *db.Tx) error {
		ctx = record.WithoutGuard(ctx)
		if err := closeVotes(ctx, tx, d.Engine(), recID); err != nil || request == "" {
			return err
		}
		return moveDecided(ctx, tx, d.Engine(), request, status)
	})
	return nil
}

// closeVotes calls off the votes that nobody needs any more.
func closeVotes(ctx context.Context, tx *db.Tx, e *record.Engine, approval string) error {
	t, ok := e.Type(ctx, "FRS_ApprovalVoteTracking")
	if !ok {
		return nil
	}
	rows, err := childrenOf(ctx, e, tx, t, approval)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if is(row.Text("Status"), "Pending") {
			if _, err := e.UpdateTx(ctx, tx, row.Type, row.RecID, record.Input{{Name: "Status", Value: "Cancelled"}}); err != nil {
				return err
			}
		}
	}
	return nil
}

// moveDecided moves a request after one of its approvals was decided. One that denies is enough; to go on, all have to approve.
func moveDecided(ctx context.Context, tx *db.Tx, e *record.Engine, recID, status string) error {
	requests, ok := e.Type(ctx, "ServiceReq")
	approvals, both := e.Type(ctx, "FRS_Approval")
	if !ok || !both || !is(status, "Approved", "Denied", "Expired") {
		return nil
	}
	request, err := e.GetFrom(ctx, tx, requests, recID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil || is(request.Text("Status"), ended...) {
		return err
	}
	if is(status, "Approved") {
		rows, err := childrenOf(ctx, e, tx, approvals, recID)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if is(row.Text("Status"), "Pending") {
				return nil
			}
		}
	}
	if err := endSearch(ctx, tx, e, recID); err != nil {
		return err
	}
	in := record.Input{{Name: "ApprovalStatus", Value: status}}
	if next := map[string]string{"Approved": "Approved", "Denied": "Approval Rejected"}[status]; next != "" && mayMove(ctx, e, requests, request.Text("Status"), next) {
		in = append(in, record.InputField{Name: "Status", Value: next})
	}
	_, err = e.UpdateTx(ctx, tx, requests, recID, in)
	return err
}

// endSearch ends the task to find an approver.
func endSearch(ctx context.Context, tx *db.Tx, e *record.Engine, request string) error {
	t, ok := e.Type(ctx, "Task")
	if !ok {
		return nil
	}
	rows, err := childrenOf(ctx, e, tx, t, request)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Text("PlanStep") == approvalStep && is(row.Text("Status"), "Logged", "Accepted", "Waiting") {
			if _, err := e.UpdateTx(ctx, tx, row.Type, row.RecID, record.Input{{Name: "Status", Value: "Cancelled"}}); err != nil {
				return err
			}
		}
	}
	return nil
}

// mayMove reports whether a status may follow another where the tenant enforces the flow.
func mayMove(ctx context.Context, e *record.Engine, t *record.Type, from, to string) bool {
	rule := t.Definition.Status
	if rule == nil || len(rule.Flow) == 0 || e.Setting(ctx, "odata.transitions") != "enforce" {
		return true
	}
	for was, next := range rule.Flow {
		if strings.EqualFold(was, from) {
			return is(to, next...)
		}
	}
	return false
}
