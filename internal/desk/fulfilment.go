package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// What becomes of a service request. All of it are rules of the records, so that it is the same whoever writes them:
//
//	submitted ─► needs approval? ─yes─► approval and votes (approval.go) ─► Approved ─┐
//	                    │                         └────────────────────────► Approval Rejected
//	                    └─no────────────────────────────────────────────────────────┴─► tasks of the plan ─► Fulfilled
//
// Each step is written in the transaction of the write that caused it (Draft.Then) and looks at what is stored then,
// so that two votes or two tasks of one group of writes do not pass each other by. A step follows only from a status
// that changes, and no status changes back by itself: that ends it.

// byProgram is who makes the tasks and approvals of a request: not its customer, whose own they would be.
const byProgram = "InternalServices"

// is reports whether a text is one of some statuses.
func is(status string, statuses ...string) bool {
	return slices.ContainsFunc(statuses, func(s string) bool { return strings.EqualFold(s, status) })
}

// The statuses of a request from which nothing follows any more.
var ended = []string{"Draft", "Approval Rejected", "Fulfilled", "Closed", "Canceled"}

// requestMoves are the rules of service requests.
func requestMoves(ctx context.Context, r db.Reader, d *record.Draft) error {
	recID := d.RecID()
	if d.Verb == record.Deleting {
		d.Then(func(ctx context.Context, tx *db.Tx) error {
			return callOff(record.WithoutGuard(ctx), tx, d.Engine(), recID, true)
		})
		return nil
	}
	subjectOfTemplate(d)
	was, now := d.Was("Status"), d.Text("Status")
	moved := d.Changed("Status") && !strings.EqualFold(was, now)
	approved := d.Changed("ApprovalStatus") && is(d.Text("ApprovalStatus"), "Approved")
	if !moved && !approved {
		return nil
	}
	o, err := templateOf(ctx, r, d)
	if err != nil {
		return err
	}
	if d.Verb == record.Creating && o != nil {
		takeFromTemplate(d, o)
	}
	if o != nil && moved && !is(now, ended...) && !d.Sent("Cancelable") {
		d.SetBool("Cancelable", d.Bool("TemplateCancelable") && !d.Bool("ForceNotCancelable"))
	}
	begins := moved && (d.Verb == record.Creating && !is(now, ended...) && !is(now, "Approved") || is(was, "Draft", "Approval Rejected") && is(now, "Submitted", "Active"))
	switch {
	case begins && is(was, "Draft"):
		d.SetBool("InShoppingCart", false)
		if err := draftComplete(ctx, r, d); err != nil {
			return err
		}
		return begin(ctx, r, d, o)
	case begins:
		return begin(ctx, r, d, o)
	case is(now, ended...) && !moved:
	case approved, is(now, "Approved"):
		settle(d, "Approved", false)
		fulfil(d, o)
	case is(now, "Approval Rejected"):
		settle(d, "Denied", true)
	case is(now, "Canceled"):
		settle(d, "Cancelled", true)
	case is(now, "Fulfilled", "Closed"):
		settle(d, "Cancelled", false)
	}
	return nil
}

// settle ends what is open of a request that somebody decided: its approvals, and with tasks these too.
func settle(d *record.Draft, status string, tasks bool) {
	pending := is(d.Text("ApprovalStatus"), "Pending")
	if pending {
		d.SetText("ApprovalStatus", status)
	}
	if recID := d.RecID(); d.Verb == record.Updating && (pending || tasks || is(d.Was("ApprovalStatus"), "Pending")) {
		d.Then(func(ctx context.Context, tx *db.Tx) error {
			return callOff(record.WithoutGuard(ctx), tx, d.Engine(), recID, tasks)
		})
	}
}

// templateOf reads the offering of a request; nil where it has none.
func templateOf(ctx context.Context, r db.Reader, d *record.Draft) (*offering, error) {
	recID := d.Text("SvcReqTmplLink")
	t, ok := d.Engine().Type(ctx, "ServiceReqTemplate")
	if recID == "" || !ok {
		return nil, nil //nolint:nilnil // said above
	}
	row, err := d.Engine().GetFrom(ctx, r, t, recID)
	if fault.Is(err, fault.NotFound) {
		return nil, nil //nolint:nilnil // refused as an unknown link, or gone since
	}
	if err != nil {
		return nil, err
	}
	return readOffering(row)
}

// takeFromTemplate fills in what an offering says of its requests and the caller did not.
func takeFromTemplate(d *record.Draft, o *offering) {
	for _, field := range []string{"OwnerTeam", "Urgency"} {
		if v := o.text(field); v != "" && !d.Sent(field) {
			d.SetText(field, v)
		}
	}
	for _, field := range []string{"TemplateCancelable", "IsTemplateEditable"} {
		if !d.Sent(field) {
			d.SetBool(field, o.flag(field))
		}
	}
	if !d.Sent("Price") {
		d.SetNumber("Price", o.number("Price"))
		d.SetText("Price_Currency", cmp.Or(o.text("Price_Currency"), "USD"))
	}
}

// draftComplete complains of the required parameters that a draft of the order form still lacks when it is submitted.
func draftComplete(ctx context.Context, r db.Reader, d *record.Draft) error {
	e := d.Engine()
	t, ok := e.Type(ctx, "ServiceReqParam")
	if !ok || d.Was("FormValues") == "" || d.Text("SvcReqTmplLink") == "" {
		return nil
	}
	params, err := parameters(ctx, e, r, d.Text("SvcReqTmplLink"))
	if err != nil {
		return err
	}
	rows, err := childrenOf(ctx, e, r, t, d.RecID())
	if err != nil {
		return err
	}
	f := &form{}
	for _, p := range params {
		if p.isLayout() {
			continue
		}
		a := &answer{parameter: p}
		for _, row := range rows {
			if row.Text("SvcReqTmplParamLink") == p.recID {
				a.value, a.recID = row.Text("ParameterValue"), row.Text("ParameterValueRecId")
			}
		}
		f.ordered = append(f.ordered, a)
	}
	for _, a := range f.ordered {
		if a.value == "" && f.required(a) {
			d.Refuse("Status", "The parameter '%s' is required.", a.parameter.label)
		}
	}
	for _, note := range f.notes {
		d.Flag(note)
	}
	return nil
}

// begin starts what an offering asks for: its approval, else its tasks.
func begin(ctx context.Context, r db.Reader, d *record.Draft, o *offering) error {
	if o == nil || d.Number("FulfillmentStartedDateTime") != 0 {
		return nil
	}
	if !o.flag("ApprovalRequired") {
		fulfil(d, o)
		return nil
	}
	approvers, err := approversOf(ctx, r, d, o)
	if err != nil {
		return err
	}
	d.SetText("ApprovalStatus", "Pending")
	if len(approvers) == 0 {
		d.Flag("no approver found: the request goes to the owner team")
	} else if !d.Sent("DefaultApprover") {
		d.SetText("DefaultApprover", approvers[0].name)
	}
	d.Then(func(ctx context.Context, tx *db.Tx) error {
		return askApproval(record.WithoutGuard(ctx), tx, d, o, approvers)
	})
	return nil
}

// fulfil starts the plan of an offering, once.
func fulfil(d *record.Draft, o *offering) {
	if o == nil || d.Number("FulfillmentStartedDateTime") != 0 {
		return
	}
	steps, err := parsePlan(o.text("FulfillmentPlan"))
	if err != nil {
		d.Flag("the FulfillmentPlan cannot be read: " + err.Error())
		steps = []planStep{{Name: "1", Subject: "Fulfil: " + o.text("Name")}}
	}
	d.SetNumber("FulfillmentStartedDateTime", d.Now.Unix())
	if len(steps) > 0 {
		d.Then(func(ctx context.Context, tx *db.Tx) error {
			return makeTasks(record.WithoutGuard(ctx), tx, d, o, steps)
		})
	}
}

// makeTasks makes a task of each step. One that comes after others waits for them.
func makeTasks(ctx context.Context, tx *db.Tx, d *record.Draft, o *offering, steps []planStep) error {
	e := d.Engine()
	made := map[string]string{} // step → RecId of its task
	for i, s := range steps {
		t, ok := e.Type(ctx, s.object())
		if !ok {
			return fmt.Errorf("make a task: there is no object %s", s.object())
		}
		in := record.Input{
			{Name: "Subject", Value: s.Subject}, {Name: "Details", Value: cmp.Or(s.Details, d.Text("Subject"))},
			{Name: "OwnerTeam", Value: cmp.Or(s.Team, o.text("OwnerTeam"))}, {Name: "SortOrder", Value: int64(i + 1)}, {Name: "PlanStep", Value: s.Name},
			{Name: "ParentLink_RecID", Value: d.RecID()}, {Name: "ParentLink_Category", Value: "ServiceReq"}, {Name: "CreatedBy", Value: byProgram},
		}
		if s.Effort > 0 {
			in = append(in, record.InputField{Name: "PlannedEffort", Value: s.Effort})
		}
		if len(s.After) > 0 {
			in = append(in, record.InputField{Name: "Status", Value: "Waiting"}, record.InputField{Name: "PlanAfter", Value: strings.Join(s.After, "; ")},
				record.InputField{Name: "WaitingReason", Value: "Waits for: " + strings.Join(s.After, "; ")}, record.InputField{Name: "PredecessorLink_RecID", Value: made[literal.Fold(s.After[0])]})
		}
		row, err := e.CreateTx(ctx, tx, t, in)
		if err != nil {
			return err
		}
		made[literal.Fold(s.Name)] = row.RecID
	}
	return nil
}

// taskMoves are the rules of tasks: one of a request that moves on may move others and the request.
func taskMoves(_ context.Context, _ db.Reader, d *record.Draft) error {
	if d.Verb == record.Creating || !is(d.Text("ParentLink_Category"), "ServiceReq") {
		return nil
	}
	if d.Verb == record.Deleting || d.Changed("Status") && is(d.Text("Status"), "Accepted", "Completed", "Cancelled") {
		request := d.Text("ParentLink")
		d.Then(func(ctx context.Context, tx *db.Tx) error {
			return progress(record.WithoutGuard(ctx), tx, d.Engine(), request)
		})
	}
	return nil
}

// progress releases the tasks whose turn has come and moves the request: to Active when work has begun, to Fulfilled
// when all of it is done.
func progress(ctx context.Context, tx *db.Tx, e *record.Engine, recID string) error {
	requests, ok := e.Type(ctx, "ServiceReq")
	tasks, both := e.Type(ctx, "Task")
	if !ok || !both {
		return nil
	}
	request, err := e.GetFrom(ctx, tx, requests, recID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil || is(request.Text("Status"), ended...) || request.Text("FulfillmentStartedDateTime") == "" {
		return err
	}
	rows, err := childrenOf(ctx, e, tx, tasks, recID)
	if err != nil {
		return err
	}
	open, completed, begun := 0, 0, false
	over := map[string]bool{}
	for _, row := range rows {
		switch status := row.Text("Status"); {
		case is(status, "Completed"):
			completed, begun, over[literal.Fold(row.Text("PlanStep"))] = completed+1, true, true
		case is(status, "Cancelled"): // is not needed any more
			over[literal.Fold(row.Text("PlanStep"))] = true
		default:
			open++
			begun = begun || is(status, "Accepted")
		}
	}
	for _, row := range rows {
		if after := entries(row.Text("PlanAfter")); len(after) > 0 && is(row.Text("Status"), "Waiting") &&
			!slices.ContainsFunc(after, func(step string) bool { return !over[step] }) {
			in := record.Input{{Name: "Status", Value: "Logged"}, {Name: "PlanAfter"}, {Name: "WaitingReason"}}
			if _, err := e.UpdateTx(ctx, tx, row.Type, row.RecID, in); err != nil {
				return err
			}
		}
	}
	switch {
	case open == 0 && completed > 0:
		return moveRequest(ctx, tx, e, request, "Active", "Fulfilled")
	case begun:
		return moveRequest(ctx, tx, e, request, "Active")
	}
	return nil
}

// moveRequest takes a request through statuses. Active is for one that nobody worked on before. A rule of the tenant may hold the
// request back, a field that has to be filled in first: then people move it.
func moveRequest(ctx context.Context, tx *db.Tx, e *record.Engine, request record.Row, statuses ...string) error {
	for _, status := range statuses {
		if status == "Active" && !is(request.Text("Status"), "Submitted", "Approved") {
			continue
		}
		_, err := e.UpdateTx(ctx, tx, request.Type, request.RecID, record.Input{{Name: "Status", Value: status}})
		if fault.Is(err, fault.Invalid) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// callOff cancels the approvals of a request that wait for votes, and with tasks also what nobody has to do any more.
func callOff(ctx context.Context, tx *db.Tx, e *record.Engine, recID string, tasks bool) error {
	cancel := func(object string, open ...string) error {
		t, ok := e.Type(ctx, object)
		if !ok {
			return nil
		}
		rows, err := childrenOf(ctx, e, tx, t, recID)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if !is(row.Text("Status"), open...) {
				continue
			}
			if _, err := e.UpdateTx(ctx, tx, row.Type, row.RecID, record.Input{{Name: "Status", Value: "Cancelled"}}); err != nil {
				return err
			}
		}
		return nil
	}
	if err := cancel("FRS_Approval", "Pending"); err != nil || !tasks {
		return err
	}
	return cancel("Task", "Logged", "Accepted", "Waiting", "Rejected")
}

// templateOffering are the rules of offerings: one that is published has a subscription of its own, and a plan that can
// be read.
func templateOffering(ctx context.Context, _ db.Reader, d *record.Draft) error {
	if d.Verb == record.Deleting {
		return nil
	}
	if d.Text("SubscriptionId") == "" && is(d.Text("Status"), published...) {
		d.SetText("SubscriptionId", id.RecID())
	}
	if text := d.Text("SubscriptionId"); text != "" && d.Changed("SubscriptionId") {
		d.OnlyOne("SubscriptionId")
	}
	notNegative(d, "Price", "VotesRequired")
	if text := d.Text("ConfigOptions"); d.Changed("ConfigOptions") && text != "" && !json.Valid([]byte(text)) {
		d.Refuse("ConfigOptions", "The value of the field 'ConfigOptions' is not valid: it is not JSON")
	}
	if !d.Changed("FulfillmentPlan") {
		return nil
	}
	steps, err := parsePlan(d.Text("FulfillmentPlan"))
	if err != nil {
		d.Refuse("FulfillmentPlan", "The value of the field 'FulfillmentPlan' is not valid: %s", err.Error())
	}
	for _, s := range steps {
		if t, ok := d.Engine().Type(ctx, s.object()); !ok || t.Root().Object != "Task" || t.Definition.Group {
			d.Refuse("FulfillmentPlan", "The value of the field 'FulfillmentPlan' is not valid: %s is not a kind of task", shortened(s.object()))
		}
	}
	return nil
}
