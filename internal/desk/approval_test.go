package desk_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/testkit"
)

// tasks are the tasks of a request by subject: status and team.
func (c *counter) tasks(request string) map[string]string {
	c.t.Helper()
	out := map[string]string{}
	for _, row := range c.rows("tasks?$filter=ParentLink_RecID eq '" + request + "'") {
		out[row["Subject"].(string)] = fmt.Sprint(row["Status"], "/", row["OwnerTeam"])
	}
	return out
}

func (c *counter) finish(who, request, subject, status string) map[string]any {
	c.t.Helper()
	task := c.one("tasks?$filter=ParentLink_RecID eq '" + request + "' and Subject eq '" + subject + "'")
	return c.want(c.as(who, "PATCH", sets+"tasks('"+task["RecId"].(string)+"')", map[string]any{"Status": status}), 200)
}

// votes are the votes on a request by approver: RecId.
func (c *counter) votes(request string) map[string]string {
	c.t.Helper()
	out := map[string]string{}
	for _, row := range c.rows("frs_approvalvotetrackings?$filter=PrimaryParentID eq '" + request + "' and Status ne 'Cancelled'") {
		out[row["Owner"].(string)] = row["RecId"].(string)
	}
	return out
}

func (c *counter) vote(who, request, whose, vote string, status int, says ...string) map[string]any {
	c.t.Helper()
	return c.want(c.as(who, "PATCH", sets+"frs_approvalvotetrackings('"+c.votes(request)[whose]+"')", map[string]any{"Status": vote}), status, says...)
}

// state is what a request and its approvals are: "Status/ApprovalStatus" and the approvals' statuses with their counts.
func (c *counter) state(request string) string {
	c.t.Helper()
	r := c.request(request)
	out := fmt.Sprint(r["Status"], "/", r["ApprovalStatus"])
	for _, a := range c.rows("frs_approvals?$filter=ParentLink_RecID eq '" + request + "'&$orderby=CreatedDateTime asc,RecId asc") {
		out += fmt.Sprintf(" %s %v:%v", a["Status"], a["ApproveCount"], a["DenyCount"])
	}
	return out
}

func (c *counter) is(request, want string) {
	c.t.Helper()
	if got := c.state(request); got != want {
		c.t.Errorf("the request is %s, want %s", got, want)
	}
}

func TestTheManagerDecides(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		c := openCounter(t, dsn)
		c.offer("laptop", map[string]any{"ApprovalRequired": true, "FulfillmentPlan": `{"sequence":true,"steps":["Order it",{"subject":"Install it","team":"Desktop","type":"Task#ComputerProvisioning"},"Hand it over"]}`})
		id := c.accepted(c.order("ann", "laptop", nil, nil))["RecId"].(string)
		c.is(id, "Submitted/Pending Pending 0:0")
		r := c.request(id)
		vote := c.one("frs_approvalvotetrackings?$filter=PrimaryParentID eq '" + id + "'")
		for field, want := range map[string]any{"Owner": "max", "Status": "Pending", "ApproverEmail": "max@corp.example", "PrimaryParentObject": "ServiceReq", "PrimaryParentNumber": fmt.Sprintf("%.0f", r["ServiceReqNumber"]), "PrimaryParentSubject": "laptop please", "CreatedBy": "InternalServices"} {
			if vote[field] != want {
				t.Errorf("the vote's %s = %v, want %v", field, vote[field], want)
			}
		}
		if len(c.tasks(id)) != 0 || r["DefaultApprover"] != "max@corp.example" {
			t.Errorf("before the vote: %v %v", c.tasks(id), r["DefaultApprover"])
		}
		// Who may vote, and what else they may not.
		path := sets + "frs_approvalvotetrackings('" + vote["RecId"].(string) + "')"
		for _, who := range []string{"ann", "ben"} {
			if rows := c.as(who, "GET", sets+"frs_approvalvotetrackings", nil).Rows(); len(rows) != 0 {
				t.Errorf("%s sees votes: %v", who, rows)
			}
			c.want(c.as(who, "PATCH", path, map[string]any{"Status": "Approved"}), 400, "cannot be found")
		}
		if rows := c.as("max", "GET", sets+"frs_approvalvotetrackings", nil).Rows(); len(rows) != 1 {
			t.Errorf("max sees %v", rows)
		}
		if rows := c.as("ann", "GET", sets+"frs_approvals", nil).Rows(); len(rows) != 1 {
			t.Errorf("ann sees the approval of her request: %v", rows)
		}
		own := sets + "servicereqs('" + id + "')"
		for _, x := range []map[string]any{{"Status": "Approved"}, {"Status": "Fulfilled"}, {"Status": "Closed"}, {"ApprovalStatus": "Approved"}, {"Owner": "ann"}, {"Price": "5"}, {"Cancelable": true, "TemplateCancelable": false},
			{"ProfileLink_RecID": c.people["ben"]}, {"SvcReqTmplLink": nil}, {"DefaultApprover": "ann@corp.example"}, {"FulfillmentStartedDateTime": "2020-01-01"}} {
			c.want(c.as("ann", "PATCH", own, x), 400, "ISM_4000")
		}
		c.want(c.as("ann", "PATCH", sets+"frs_approvals('"+c.one("frs_approvals?$filter=ParentLink_RecID eq '" + id + "'")["RecId"].(string)+"')", map[string]any{"Status": "Approved"}), 400, "rights")
		for _, x := range []map[string]any{{"Owner": "ann"}, {"ParentLink_RecID": id}, {"PrimaryParentID": "x"}, {"Status": "Approved", "Owner": "ben"}} {
			c.want(c.as("max", "PATCH", path, x), 400)
		}
		c.is(id, "Submitted/Pending Pending 0:0")
		// The vote.
		voted := c.want(c.as("max", "PATCH", path, map[string]any{"Status": "approved", "VotedBy": "somebody", "Comments": "fine"}), 200)
		if voted["VotedBy"] != "max" || voted["VotedDateTime"] == nil || voted["Comments"] != "fine" {
			t.Errorf("the vote: %v", voted)
		}
		c.is(id, "Approved/Approved Approved 1:0")
		if diff := cmp.Diff(map[string]string{"Order it": "Logged/Service Desk", "Install it": "Waiting/Desktop", "Hand it over": "Waiting/Service Desk"}, c.tasks(id)); diff != "" {
			t.Error(diff)
		}
		c.want(c.as("max", "PATCH", path, map[string]any{"Status": "Denied"}), 400, "The approval is decided: it is Approved")
		c.want(c.as("admin", "PATCH", sets+"frs_approvals('"+c.one("frs_approvals?$filter=ParentLink_RecID eq '" + id + "'")["RecId"].(string)+"')", map[string]any{"Status": "Pending"}), 400, "decided")
		// The work.
		c.finish("agent", id, "Order it", "Accepted")
		c.is(id, "Active/Approved Approved 1:0")
		if got := c.tasks(id)["Install it"]; got != "Waiting/Desktop" {
			t.Errorf("accepted releases: %s", got)
		}
		c.finish("agent", id, "Order it", "Completed")
		if diff := cmp.Diff(map[string]string{"Order it": "Completed/Service Desk", "Install it": "Logged/Desktop", "Hand it over": "Waiting/Service Desk"}, c.tasks(id)); diff != "" {
			t.Error(diff)
		}
		c.finish("agent", id, "Install it", "Completed")
		c.finish("agent", id, "Hand it over", "Completed")
		if r := c.request(id); r["Status"] != "Fulfilled" || r["ResolvedBy"] != "agent" || r["Cancelable"] != false {
			t.Errorf("when all is done: %v %v %v", r["Status"], r["ResolvedBy"], r["Cancelable"])
		}
		// Nothing happens twice.
		c.finish("agent", id, "Order it", "Accepted")
		c.must("PATCH", "servicereqs('"+id+"')", map[string]any{"Status": "Approved"}, 200)
		if n := len(c.tasks(id)); n != 3 {
			t.Errorf("%d tasks", n)
		}
		if code, out, _ := c.Try(t, "doctor", "--audit"); code != 0 {
			t.Errorf("the audit trail: %s", out)
		}
	})
}

func TestApprovalsOfSeveralAndOfNobody(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		c := openCounter(t, dsn)
		two := "max@corp.example; boss"
		c.offer("all", map[string]any{"ApprovalRequired": true, "DefaultApprover": two})
		c.offer("any", map[string]any{"ApprovalRequired": true, "DefaultApprover": two, "ApprovalRule": "Any", "FulfillmentPlan": `["x"]`})
		c.offer("two of three", map[string]any{"ApprovalRequired": true, "DefaultApprover": two + "\nben", "VotesRequired": 2})
		c.offer("herself", map[string]any{"ApprovalRequired": true, "DefaultApprover": "ann"})
		order := func(name string) string {
			t.Helper()
			return c.accepted(c.order("ann", name, nil, nil))["RecId"].(string)
		}
		id := order("all")
		c.vote("max", id, "max", "Approved", 200)
		c.is(id, "Submitted/Pending Pending 1:0")
		c.vote("max", id, "max", "Denied", 200) // until it is decided
		c.is(id, "Approval Rejected/Denied Denied 0:1")
		if _, open := c.votes(id)["boss"]; open {
			t.Error("a vote that nobody needs stays open")
		}
		id = order("all")
		c.vote("max", id, "max", "Approved", 200)
		c.vote("agent", id, "boss", "Approved", 200) // agents may write votes
		c.is(id, "Approved/Approved Approved 2:0")
		id = order("all")
		c.vote("max", id, "max", "Abstained", 200)
		c.vote("boss", id, "boss", "Approved", 200)
		c.is(id, "Approved/Approved Approved 1:0")
		id = order("any")
		c.vote("max", id, "max", "Denied", 200)
		c.is(id, "Submitted/Pending Pending 0:1")
		c.vote("boss", id, "boss", "Approved", 200)
		c.is(id, "Approved/Approved Approved 1:1")
		if len(c.tasks(id)) != 1 {
			t.Errorf("tasks: %v", c.tasks(id))
		}
		id = order("two of three")
		c.vote("ben", id, "ben", "Denied", 200)
		c.vote("max", id, "max", "Approved", 200)
		c.is(id, "Submitted/Pending Pending 1:1")
		c.vote("boss", id, "boss", "Approved", 200)
		c.is(id, "Approved/Approved Approved 2:1")
		id = order("herself")
		if votes := c.votes(id); len(votes) != 1 || votes["max"] == "" {
			t.Errorf("ann's own request is decided by %v, want max", votes)
		}
		// Nobody: a task for the owner team, until somebody decides the approval.
		id = c.accepted(c.order("lone", "herself", nil, map[string]any{"strUserId": c.people["lone"]}))["RecId"].(string)
		if len(c.votes(id)) != 1 {
			t.Errorf("lone is decided by ann, whom the offering names: %v", c.votes(id))
		}
		c.must("PATCH", "servicereqtemplates('"+c.offers["herself"]+"')", map[string]any{"DefaultApprover": "nobody@corp.example"}, 200)
		id = c.accepted(c.order("lone", "herself", nil, map[string]any{"strUserId": c.people["lone"]}))["RecId"].(string)
		c.is(id, "Submitted/Pending Pending 0:0")
		if diff := cmp.Diff(map[string]string{"Find an approver: herself please": "Logged/Service Desk"}, c.tasks(id)); diff != "" || len(c.votes(id)) != 0 {
			t.Errorf("%v %s", c.votes(id), diff)
		}
		c.finish("agent", id, "Find an approver: herself please", "Accepted")
		c.is(id, "Submitted/Pending Pending 0:0")
		c.must("PATCH", "frs_approvals('"+c.one("frs_approvals?$filter=ParentLink_RecID eq '" + id + "'")["RecId"].(string)+"')", map[string]any{"Status": "Approved"}, 200)
		c.is(id, "Approved/Approved Approved 0:0")
		if got := c.tasks(id)["Find an approver: herself please"]; got != "Cancelled/Service Desk" {
			t.Errorf("the search is %s", got)
		}
		// Approved by hand.
		id = order("any")
		c.must("PATCH", "servicereqs('"+id+"')", map[string]any{"Status": "Approved"}, 200)
		c.is(id, "Approved/Approved Cancelled 0:0")
		if len(c.tasks(id)) != 1 || len(c.votes(id)) != 0 {
			t.Errorf("by hand: %v %v", c.tasks(id), c.votes(id))
		}
		// Rejected, and submitted again.
		id = order("any")
		c.must("PATCH", "servicereqs('"+id+"')", map[string]any{"Status": "Approval Rejected"}, 200)
		c.is(id, "Approval Rejected/Denied Cancelled 0:0")
		c.must("PATCH", "servicereqs('"+id+"')", map[string]any{"Status": "Submitted"}, 200)
		c.is(id, "Submitted/Pending Cancelled 0:0 Pending 0:0")
	})
}

func TestCancellingEndsWhatIsOpen(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		c := openCounter(t, dsn)
		c.offer("asked", map[string]any{"ApprovalRequired": true})
		c.offer("plan", map[string]any{"FulfillmentPlan": `[{"name":"a","subject":"A"},{"name":"b","subject":"B"},{"name":"c","subject":"C","after":["a","b"]}]`})
		c.offer("fixed", map[string]any{"TemplateCancelable": false})
		order := func(name string) string {
			t.Helper()
			return c.accepted(c.order("ann", name, nil, nil))["RecId"].(string)
		}
		id := order("asked")
		c.want(c.as("ann", "PATCH", sets+"servicereqs('"+id+"')", map[string]any{"Status": "Cancelled"}), 200)
		c.is(id, "Canceled/Cancelled Cancelled 0:0")
		if rows := c.rows("frs_approvalvotetrackings?$filter=PrimaryParentID eq '" + id + "'"); len(rows) != 1 || rows[0]["Status"] != "Cancelled" {
			t.Errorf("votes %v", rows)
		}
		c.want(c.as("max", "PATCH", sets+"frs_approvalvotetrackings('"+c.one("frs_approvalvotetrackings?$filter=PrimaryParentID eq '" + id + "'")["RecId"].(string)+"')", map[string]any{"Status": "Approved"}), 400, "The approval is decided: it is Cancelled")
		id = order("plan")
		if diff := cmp.Diff(map[string]string{"A": "Logged/Service Desk", "B": "Logged/Service Desk", "C": "Waiting/Service Desk"}, c.tasks(id)); diff != "" {
			t.Error(diff)
		}
		c.is(id, "Submitted/<nil>")
		c.finish("agent", id, "A", "Completed")
		c.is(id, "Active/<nil>")
		if c.tasks(id)["C"] != "Waiting/Service Desk" {
			t.Error("C does not wait for B")
		}
		c.finish("agent", id, "B", "Cancelled") // is not needed any more
		if c.tasks(id)["C"] != "Logged/Service Desk" {
			t.Error("C waits for what is cancelled")
		}
		c.must("PATCH", "servicereqs('"+id+"')", map[string]any{"Status": "Canceled"}, 200)
		if diff := cmp.Diff(map[string]string{"A": "Completed/Service Desk", "B": "Cancelled/Service Desk", "C": "Cancelled/Service Desk"}, c.tasks(id)); diff != "" {
			t.Error(diff)
		}
		c.is(id, "Canceled/<nil>")
		id = order("fixed")
		c.want(c.as("ann", "PATCH", sets+"servicereqs('"+id+"')", map[string]any{"Status": "Canceled"}), 400, "rights")
		// A task that goes may be the last one.
		id = order("plan")
		for _, subject := range []string{"A", "B"} {
			c.finish("agent", id, subject, "Completed")
		}
		task := c.one("tasks?$filter=ParentLink_RecID eq '" + id + "' and Subject eq 'C'")["RecId"].(string)
		c.must("DELETE", "tasks('"+task+"')", nil, 204)
		c.is(id, "Fulfilled/<nil>")
		// Nobody works on what is gone.
		id = order("plan")
		c.must("DELETE", "servicereqs('"+id+"')", nil, 204)
		if diff := cmp.Diff(map[string]string{"A": "Cancelled/Service Desk", "B": "Cancelled/Service Desk", "C": "Cancelled/Service Desk"}, c.tasks(id)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestPlainRecordsBeginTheSame plays Rapid7's way to order: a record without the form.
func TestPlainRecordsBeginTheSame(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		c := openCounter(t, dsn)
		c.offer("asked", map[string]any{"ApprovalRequired": true, "Urgency": "Low", "Price": "9"}, map[string]any{"Name": "need", "RequiredExpression": "true"})
		c.offer("plan", map[string]any{"FulfillmentPlan": `["x"]`})
		c.offer("design", map[string]any{"Status": "Design"})
		c.offer("berlin", map[string]any{"Locations": "Berlin"})
		rapid7 := func(who, offering, status string, more ...any) testkit.Answer {
			t.Helper()
			return c.as(who, "POST", sets+"servicereqs", with(map[string]any{"SvcReqTmplLink": c.offers[offering], "ProfileLink": c.people["ann"], "Symptom": "please", "Status": status}, more...))
		}
		r := c.want(rapid7("admin", "asked", "Submitted", "Urgency", "High"), 201)
		id := r["RecId"].(string)
		c.is(id, "Submitted/Pending Pending 0:0")
		if r["Urgency"] != "High" || r["Price"] != "9.0000" || r["Subject"] != "asked" || r["TemplateName"] != "asked" || r["ApprovalStatus"] != "Pending" {
			t.Errorf("%v", r)
		}
		c.vote("max", id, "max", "Approved", 200)
		c.is(id, "Approved/Approved Approved 1:0")
		for status, tasks := range map[string]int{"Submitted": 1, "Active": 1, "Approved": 1, "Waiting for Customer": 1, "In Procurement": 1, "Draft": 0, "Canceled": 0, "Closed": 0, "Fulfilled": 0} {
			r := c.want(rapid7("admin", "plan", status), 201)
			if n := len(c.tasks(r["RecId"].(string))); n != tasks {
				t.Errorf("%s: %d tasks, want %d", status, n, tasks)
			}
		}
		c.want(c.as("admin", "POST", sets+"servicereqs", map[string]any{"ProfileLink": c.people["ann"], "Symptom": "no offering", "Status": "Submitted"}), 201)
		// Customers get no further this way than with the form.
		c.want(rapid7("ann", "plan", "Submitted"), 201)
		c.want(rapid7("ann", "plan", "Approved"), 400, "rights")
		c.want(rapid7("ann", "plan", "Submitted", "ProfileLink", c.people["ben"]), 400, "rights to request services for other people")
		c.want(rapid7("ann", "plan", "Submitted", "ProfileLink", nil), 400, "ProfileLink")
		c.want(rapid7("ann", "plan", "Submitted", "DefaultApprover", "ann"), 400, "rights")
		c.want(rapid7("ann", "design", "Submitted"), 400, "cannot be found in the business object 'servicereqtemplate'")
		c.want(rapid7("ben", "berlin", "Submitted", "ProfileLink", c.people["ben"]), 400, "cannot be found")
		c.want(rapid7("ann", "berlin", "Submitted"), 201)
		// Answers stay as they were submitted.
		c.want(c.as("ann", "POST", sets+"servicereqparams", map[string]any{"ParentLink_RecID": c.want(rapid7("ann", "plan", "Submitted"), 201)["RecId"], "ParameterName": "need", "ParameterValue": "more"}), 400, "is submitted")
		// With the flow enforced every step is one that the flow knows.
		c.Run(t, "setting", "set", "odata.transitions", "enforce")
		id = c.want(rapid7("admin", "plan", "Submitted"), 201)["RecId"].(string)
		c.finish("agent", id, "x", "Accepted")
		c.finish("agent", id, "x", "Completed")
		c.is(id, "Fulfilled/<nil>")
		id = c.want(rapid7("admin", "asked", "Submitted"), 201)["RecId"].(string)
		c.must("PATCH", "servicereqs('"+id+"')", map[string]any{"Status": "Active"}, 200)
		c.must("PATCH", "servicereqs('"+id+"')", map[string]any{"Status": "Waiting for customer"}, 200)
		c.vote("max", id, "max", "Approved", 200)
		c.is(id, "Waiting for customer/Approved Approved 1:0")
		if c.request(id)["FulfillmentStartedDateTime"] == nil {
			t.Error("approved while waiting: nothing began")
		}
	})
}

// TestVotesAndTasksAtOnceMeetInTheGroup has many people write the last vote or the last task at the same time.
func TestVotesAndTasksAtOnceMeetInTheGroup(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		c := openCounter(t, dsn)
		c.offer("all", map[string]any{"ApprovalRequired": true, "DefaultApprover": "max;boss;ben;agent", "FulfillmentPlan": `["1","2","3","4","5"]`})
		var requests []string
		for range 8 {
			requests = append(requests, c.accepted(c.order("ann", "all", nil, nil))["RecId"].(string))
		}
		at := func(paths []string, status string) {
			t.Helper()
			var wg sync.WaitGroup
			for _, path := range paths {
				wg.Go(func() {
					if a := c.as("admin", "PATCH", path, map[string]any{"Status": status}); a.Status != 200 {
						t.Errorf("%s: %d %s", path, a.Status, a.Body)
					}
				})
			}
			wg.Wait()
		}
		var votes, tasks []string
		for _, id := range requests {
			for _, vote := range c.votes(id) {
				votes = append(votes, sets+"frs_approvalvotetrackings('"+vote+"')")
			}
		}
		at(votes, "Approved")
		for _, id := range requests {
			c.is(id, "Approved/Approved Approved 4:0")
			if n := len(c.tasks(id)); n != 5 {
				t.Errorf("%d tasks", n)
			}
			for _, row := range c.rows("tasks?$filter=ParentLink_RecID eq '" + id + "'") {
				tasks = append(tasks, sets+"tasks('"+row["RecId"].(string)+"')")
			}
		}
		at(tasks, "Completed")
		for _, id := range requests {
			c.is(id, "Fulfilled/Approved Approved 4:0")
		}
		if code, out, _ := c.Try(t, "doctor"); code != 0 || strings.Contains(out, "undone") {
			t.Errorf("doctor: %s", out)
		}
	})
}
