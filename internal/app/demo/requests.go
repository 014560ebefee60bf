package demo

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
)

const requestCount = 300

// offering is what people can order, with the parameters it asks for.
type offering struct {
	entity
	text      *offeringText
	params    []entity
	approvers []*person // nobody: the manager
}

// asked are the addresses of those who approve.
func (o *offering) asked() string {
	var all []string
	for _, p := range o.approvers {
		all = append(all, p.email)
	}
	return strings.Join(all, "; ")
}

// voters are the people who are asked about an order; nobody where it needs no approval or there is nobody to ask.
func (x *request) voters() []*person {
	if !x.offering.text.Approval {
		return nil
	}
	var out []*person
	for _, p := range x.offering.approvers {
		if p != x.customer {
			out = append(out, p)
		}
	}
	if len(out) == 0 && x.customer.manager != nil {
		out = append(out, x.customer.manager)
	}
	return out
}

// request is an order.
type request struct {
	id                                   string
	number                               int64
	offering                             *offering
	customer, owner                      *person
	created, approved, fulfilled, closed int64
	status                               string
	changed                              int64
}

func text(n int64) string { return strconv.FormatInt(n, 10) }

// makeOfferings makes the catalogue.
func (w *world) makeOfferings() []*offering {
	key, paramKey := w.keys("ServiceReqTemplate"), w.keys("ServiceReqTemplateParam")
	subscriptions := w.keys("subscriptions")
	var out []*offering
	for i := range w.work.Offerings {
		x := &w.work.Offerings[i]
		o := &offering{text: x}
		for _, name := range x.Approvers {
			o.approvers = append(o.approvers, w.team(name).members[0])
		}
		at := founded + day + int64(i)*minute
		f := w.form("ServiceReqTemplate", key(at), at, automat).texts("Name", x.Name, "Description", x.Description, "Status", "Published (Automatic)", "SubscriptionId", subscriptions(at),
			"Service", x.Service, "Category", x.Category, "DeliveryTime", fmt.Sprintf("%d working days", x.Days), "OwnerTeam", x.Team, "Urgency", "Medium")
		amount, _ := literal.Decimal(x.Price) // it is a constant of this package
		f.money("Price", amount/10_000).number("SortOrder", int64(i+1)).flag("ApprovalRequired", x.Approval).time("PublishedDateTime", at+hour).changed(at+hour, automat)
		f.flag("AllowOnBehalfOf", !x.Own).texts("Locations", x.Locations, "Roles", x.Roles, "DefaultApprover", o.asked(), "FulfillmentPlan", x.plan())
		if x.Any {
			f.texts("ApprovalRule", "Any")
		}
		o.entity = f.done()
		w.ready(o.entity)
		for n, p := range x.Params {
			at := at + int64(n+1)
			f := w.form("ServiceReqTemplateParam", paramKey(at), at, automat).link("ParentLink", o.entity).texts("Name", p.Name, "DisplayName", p.Label, "DisplayType", p.Type)
			f.number("SequenceNum", int64(n+1)).texts("RequiredExpression", map[bool]string{true: "$(true)", false: "$(false)"}[p.Required])
			p.describe(f)
			o.params = append(o.params, f.done())
			w.ready(o.params[n])
		}
		out = append(out, o)
	}
	return out
}

// plan is how an offering's requests are fulfilled, as the field FulfillmentPlan has it.
func (x *offeringText) plan() string {
	if x.Plan != nil {
		return string(x.Plan)
	}
	if len(x.Tasks) == 0 {
		return ""
	}
	return written(map[string]any{"sequence": x.Sequence, "steps": x.Tasks})
}

// describe fills in what else a parameter says.
func (p *paramText) describe(f *form) {
	switch {
	case p.Object != "":
		options := fmt.Sprintf(`{"configData":{"validationListAdditionalConfig":[{"boName":%q}]}}`, p.Object)
		f.texts("ValidationList", p.Object, "ValidationListField", p.Field, "ConfigOptions", options)
	case p.List != "":
		f.texts("ValidationList", p.List)
	}
	if p.RequiredIf != "" {
		f.texts("RequiredExpression", p.RequiredIf)
	}
	f.texts("VisibilityExpression", p.ShownIf, "DefaultValue", p.Default, "Pattern", p.Pattern, "Description", p.Hint)
	if len(p.Within) > 0 {
		var all []map[string]string
		for _, field := range slices.Sorted(maps.Keys(p.Within)) {
			all = append(all, map[string]string{"ConstraintFieldName": field, "FormFieldName": p.Within[field]})
		}
		f.texts("ValidationConstraints", written(all))
	}
	if p.Min > 0 {
		f.number("MinLength", p.Min)
	}
	if p.Max > 0 {
		f.number("MaxLength", p.Max)
	}
	if amount, err := literal.Decimal(p.Price); err == nil && p.Price != "" {
		f.money("PriceOption", amount/10_000)
	}
}

// written is a value as JSON.
func written(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("demo: " + err.Error()) // the content is a part of the program
	}
	return string(b)
}

// makeRequests makes orders from the catalogue, with their answers.
func (w *world) makeRequests() {
	offerings := w.makeOfferings()
	r := chance("requests")
	key, answerKey := w.keys("ServiceReq"), w.keys("ServiceReqParam")
	for i, at := range recent(r, requestCount, begin, end) {
		o := offerings[weighted(r, len(offerings), func(i int) int { return offerings[i].text.Weight })]
		x := &request{id: key(at), number: int64(10001 + i), offering: o, customer: w.anybody(r, at), created: at, status: "Submitted", changed: at}
		w.handle(r, x)
		w.requests = append(w.requests, x)
		w.store("ServiceReq", func() record.Record { return w.requestRecord(x).r })
		fill := w.filler(r, x.customer, nil)
		for n, p := range o.text.Params {
			if slices.Contains([]string{"category", "label", "image", "rowaligner"}, p.Type) {
				continue // has no answer
			}
			value := w.answer(r, p, x, fill)
			f := w.form("ServiceReqParam", answerKey(at), at, x.customer.login).link("ParentLink", w.stub("ServiceReq", x.id)).link("SvcReqTmplParamLink", o.params[n])
			f.texts("ParameterName", p.Name, "ParameterDisplayName", p.Label, "DisplayType", p.Type, "ParameterValue", value).number("SequenceNum", int64(n+1))
			if e, ok := w.directory[[3]string{objectOf(p.Object), p.Field, literal.Fold(value)}]; ok {
				f.texts("ParameterValueRecId", e.id())
			}
			w.ready(f.done())
		}
	}
}

func objectOf(object string) string {
	if len(object) > 0 && object[len(object)-1] == '#' {
		return object[:len(object)-1]
	}
	return object
}

func (w *world) answer(r *rand.Rand, p paramText, x *request, fill func(string) string) string {
	switch {
	case p.Object == "Department#":
		return x.customer.dep.name
	case p.Object == "Location#":
		return x.customer.place.name
	case p.List == "Urgency":
		return pick(r, []string{"Low", "Medium", "High"})
	case p.Type == "date" || p.Type == "datetime":
		at := x.created + 7*day + r.Int64N(21*day)
		return literal.FormatTime(at - at%day)
	case len(p.Answers) == 0:
		return ""
	}
	a := pick(r, p.Answers)
	switch a {
	case "@person":
		return pick(r, w.people).display
	case "@software", "@share", "@room", "@computer":
		return fill(a[1:])
	}
	return a
}

// handle works out what has become of an order.
func (w *world) handle(r *rand.Rand, x *request) {
	o := x.offering.text
	x.owner = w.member(r, w.teams[o.Team], x.created)
	picked := working(r, x.created+hour+r.Int64N(8*hour))
	approved := picked
	if o.Approval {
		approved = working(r, x.created+3*hour+r.Int64N(3*day))
	}
	fulfilled := working(r, approved+int64(o.Days)*day/2+r.Int64N(int64(o.Days)*day))
	closed := fulfilled + 5*day - fulfilled%day + 3*hour
	step := func(status string, at int64) bool {
		if at > end {
			return false
		}
		x.status, x.changed = status, at
		return true
	}
	fate := r.IntN(24)
	switch {
	case fate == 0 && step("Canceled", picked):
		x.closed = picked
	case fate == 1 && o.Approval && step("Approval Rejected", approved):
	case o.Approval && step("Approved", approved), !o.Approval && step("Active", picked):
		x.approved = approved
		if step("Fulfilled", fulfilled) {
			x.fulfilled = fulfilled
			if step("Closed", closed) {
				x.closed = closed
			}
		} else if fate < 12 {
			x.status = []string{"Active", "In Procurement", "Waiting for customer", "Waiting for 3rd party"}[fate%4]
		}
	}
}

func (w *world) requestRecord(x *request) entity {
	o := x.offering
	f := w.form("ServiceReq", x.id, x.created, x.customer.login).number("ServiceReqNumber", x.number).link("SvcReqTmplLink", o.entity).link("ProfileLink", x.customer.entity)
	f.texts("Subject", o.text.Name+" for "+x.customer.display, "Symptom", o.text.Description, "Status", x.status, "Category", o.text.Category, "Subcategory", o.text.Subcategory,
		"Urgency", "Medium", "Source", []string{"Self Service", "Self Service", "Self Service", "Phone"}[x.number%4], "OwnerTeam", o.text.Team, "HoursOfOperation", "Business Hours")
	f.link("OrgUnitLink", x.customer.dep.unit).time("SubmittedDateTime", x.created).time("TargetDateTime", x.created+int64(o.text.Days+2)*day)
	f.money("Price", o.r[o.s.at["Price"]].Num/10_000).flag("TemplateCancelable", true)
	open := x.closed == 0 && x.fulfilled == 0
	f.flag("Cancelable", open).flag("IsEditable", open)
	if voters := x.voters(); len(voters) > 0 {
		f.texts("DefaultApprover", voters[0].email)
		switch {
		case x.approved > 0:
			f.texts("ApprovalStatus", "Approved")
		case x.status == "Approval Rejected":
			f.texts("ApprovalStatus", "Denied")
		case x.status == "Canceled":
			f.texts("ApprovalStatus", "Cancelled")
		default:
			f.texts("ApprovalStatus", "Pending")
		}
	}
	by := x.customer.login
	if x.status != "Submitted" {
		by = x.owner.login
		f.texts("Owner", by, "OwnerType", "Employee")
	}
	if x.status != "Submitted" && (x.approved > 0 || !o.text.Approval) {
		f.time("FulfillmentStartedDateTime", max(x.approved, x.created))
	}
	if x.fulfilled > 0 {
		f.texts("ResolvedBy", by, "Resolution", "Delivered as ordered.").time("ResolvedDateTime", x.fulfilled)
	}
	if x.closed > 0 {
		if x.status == "Canceled" {
			by = x.customer.login
			f.texts("CancelReason", "Not needed any more.")
		} else {
			by = automat
		}
		f.texts("ClosedBy", by).time("ClosedDateTime", x.closed).flag("IsInFinalState", true)
	}
	return f.changed(x.changed, by).done()
}

// tasks are the steps of an order that somebody works on.
func (x *request) tasks() []string {
	if x.status == "Submitted" || x.status == "Canceled" || x.status == "Approval Rejected" {
		return nil
	}
	return slices.Clone(x.offering.text.Tasks)
}
