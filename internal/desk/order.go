package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/web"
)

const maxUploads = 100 // attachments of one order

// orderBody is the body of POST /api/rest/ServiceRequest/new. Clients leave out what they do not need.
type orderBody struct {
	raw                                    []byte
	subscription, user, location, formName string
	parameters                             []byte
	data                                   record.Input
	uploads                                []string
	deletes                                bool
	delayed, draft                         bool
	offset                                 time.Duration // from local time to UTC
}

// placed is an order that was taken.
type placed struct {
	RecID      string            `json:"strRequestRecId"`
	Number     string            `json:"strRequestNum"`
	Name       string            `json:"strName"`
	Parameters map[string]string `json:"parameterTemplateParameterIds"` // RecId of the offering's parameter → of the request's
}

// orderReply is the answer to an order, 200 whether it was taken or not.
type orderReply struct {
	IsSuccess       bool
	ErrorText       string
	Message         string // the same, for the client that shows this
	ServiceRequests []placed
}

// order takes an order. Whoever has a credential for it is answered 200.
func (c *call) order() error {
	if err := c.scope(role.Create); err != nil {
		return err
	}
	done, err := c.place()
	if err != nil {
		text := c.orderError(err)
		return c.sendJSON(orderReply{ErrorText: text, Message: text, ServiceRequests: []placed{}})
	}
	return c.sendJSON(orderReply{IsSuccess: true, ServiceRequests: []placed{*done}})
}

// orderError puts a refusal into one text. What is our own fault is logged and said without details.
func (c *call) orderError(err error) string {
	var exact *web.ISM
	if errors.As(err, &exact) {
		return strings.Join(exact.Message, " ")
	}
	f := fault.Of(err)
	switch f.Kind {
	case fault.Internal:
		reference := web.RequestID(c.r.Context())
		c.log.ErrorContext(c.r.Context(), "an order could not be taken", "error", err, "reference", reference)
		return "The server could not complete the request. Reference " + reference
	case fault.Unavailable:
		c.log.WarnContext(c.r.Context(), "an order could not be taken", "error", err)
	}
	return f.Message
}

// readOrder reads the body. What is of the wrong type is refused, what is missing is not.
func (c *call) readOrder() (*orderBody, error) {
	body, err := web.ReadBody(c.w, c.r, maxBody)
	if err != nil {
		return nil, err
	}
	o := &orderBody{raw: body}
	err = record.ScanObject(body, func(name string, kind record.JSONKind, raw []byte) error {
		wrong := refused("'%s' is of the wrong type.", shortened(name))
		if kind == record.JSONNull {
			return nil
		}
		text := func(to *string) error {
			if kind != record.JSONString {
				return wrong
			}
			s, err := record.Unquote(raw)
			*to = strings.TrimSpace(s)
			return err
		}
		flag := func(to *bool) (err error) {
			switch kind {
			case record.JSONBool:
				*to = raw[0] == 't'
				return nil
			case record.JSONString:
				var s string
				if json.Unmarshal(raw, &s) == nil {
					if *to, err = literal.Bool(s); err == nil || strings.TrimSpace(s) == "" {
						return nil
					}
				}
			}
			return wrong
		}
		switch literal.Fold(name) {
		case "subscriptionid":
			return text(&o.subscription)
		case "struserid":
			return text(&o.user)
		case "strcustomerlocation":
			return text(&o.location)
		case "formname":
			return text(&o.formName)
		case "delayedfulfill":
			return flag(&o.delayed)
		case "savereqstate":
			return flag(&o.draft)
		case "parameters":
			if kind != record.JSONNested || raw[0] != '{' {
				return wrong
			}
			o.parameters = raw
		case "servicereqdata":
			if kind != record.JSONNested || raw[0] != '{' {
				return wrong
			}
			o.data, err = record.ParseInput(raw)
			return err
		case "attachmentstoupload":
			if kind != record.JSONNested || json.Unmarshal(raw, &o.uploads) != nil {
				return wrong
			}
		case "attachmentstodelete":
			var all []json.RawMessage
			if kind != record.JSONNested || json.Unmarshal(raw, &all) != nil {
				return wrong
			}
			o.deletes = len(all) > 0
		case "localoffset":
			minutes, ok := readOffset(kind, raw)
			if !ok {
				return refused("localOffset is not a number of minutes between -840 and 840.")
			}
			o.offset = minutes
		}
		return nil
	})
	if err != nil && fault.Of(err).Kind == fault.Internal {
		err = errOrderBody
	}
	return o, err
}

// readOffset reads localOffset: the minutes to add to local time to make it UTC, which is the offset from UTC negated;
// -120 for UTC+2.
func readOffset(kind record.JSONKind, raw []byte) (time.Duration, bool) {
	text := string(raw)
	if kind == record.JSONString && json.Unmarshal(raw, &text) != nil || kind != record.JSONString && kind != record.JSONNumber {
		return 0, false
	}
	if text = strings.TrimSpace(text); text == "" {
		return 0, true
	}
	minutes, err := strconv.ParseFloat(text, 64)
	const most = 14 * 60
	if err != nil || math.IsNaN(minutes) || math.Abs(minutes) > most {
		return 0, false
	}
	return time.Duration(minutes) * time.Minute, true
}

// member is a text of serviceReqData, "" where it is not there.
func (o *orderBody) member(names ...string) string {
	for _, name := range names {
		for _, f := range o.data {
			if s, ok := f.Value.(string); ok && strings.EqualFold(f.Name, name) && strings.TrimSpace(s) != "" {
				return strings.TrimSpace(s)
			}
		}
	}
	return ""
}

// decided are fields that an order does not say itself, folded: the offering and the rules do.
var decided = []string{"status", "svcreqtmpllink", "svcreqtmpllink_recid", "svcreqtmpllink_category", "profilelink", "profilelink_recid", "profilelink_category",
	"price", "price_currency", "formvalues", "isdraft", "inshoppingcart", "approvalstatus", "defaultapprover", "fulfillmentstarteddatetime", "templatename"}

// place checks an order and stores it whole: the request, its answers, its attachments, and what its offering begins.
func (c *call) place() (*placed, error) {
	ctx := c.r.Context()
	t, ok := c.engine.Type(ctx, "ServiceReq")
	if !ok {
		return nil, errNothingHere
	}
	rows := c.roles().Ask(c.principal, role.Create, t.Object)
	if rows == role.NoRows {
		return nil, errRight(c.principal.Role, role.Create, t)
	}
	body, err := c.readOrder()
	if err != nil {
		return nil, err
	}
	ctx, err = c.once(ctx, record.Creating, t, append([]byte("order\x00"), body.raw...))
	if err != nil {
		return nil, err
	}
	if before, ok, err := c.engine.Replayed(ctx, t); err != nil || ok { // before all else: its attachments belong to it by now
		return c.placedBefore(before, err)
	}
	done, err := c.takeOrder(ctx, t, rows, body)
	if err != nil { // because it was placed a moment ago, perhaps
		if before, ok, again := c.engine.Replayed(ctx, t); again == nil && ok {
			return c.placedBefore(before, nil)
		}
	}
	return done, err
}

// takeOrder places an order that was not placed before.
func (c *call) takeOrder(ctx context.Context, t *record.Type, rows role.Rows, body *orderBody) (*placed, error) {
	if body.subscription == "" {
		return nil, refused("subscriptionId is required.")
	}
	o, err := c.subscribed(body.subscription)
	if err != nil {
		return nil, err
	}
	who, err := c.orderer(body)
	if err != nil {
		return nil, err
	}
	if reason := o.refuses(c.roles(), who); reason != "" {
		return nil, refused("The offering '%s' %s.", o.text("Name"), reason)
	}
	params, err := parameters(ctx, c.engine, c.tenant.DB, o.recID)
	if err != nil {
		return nil, err
	}
	sent, err := readAnswers(body.parameters)
	if err != nil {
		return nil, err
	}
	held := body.draft || body.delayed
	f, err := c.fillIn(ctx, o, params, sent, body.offset, body.draft)
	if err != nil {
		return nil, err
	}
	uploads, err := c.uploads(o, body)
	if err != nil {
		return nil, err
	}
	in := record.Input{
		{Name: "SvcReqTmplLink_RecID", Value: o.recID}, {Name: "SvcReqTmplLink_Category", Value: "ServiceReqTemplate"},
		{Name: "ProfileLink_RecID", Value: who.row.RecID}, {Name: "ProfileLink_Category", Value: who.row.Type.Object},
		{Name: "Status", Value: map[bool]string{false: "Submitted", true: "Draft"}[held]},
	}
	if body.location != "" {
		in = append(in, record.InputField{Name: "CustomerLocation", Value: body.location})
	}
	for _, field := range body.data {
		name := literal.Fold(field.Name)
		if !slices.Contains(decided, name) && (name != "customerlocation" || body.location == "") {
			in = append(in, field)
		}
	}
	done := &placed{Name: o.text("Name")}
	guard := c.guard(rows)
	row, err := c.engine.Create(record.WithGuard(ctx, func(ctx context.Context, r db.Reader, d *record.Draft) error {
		if guard != nil {
			if err := guard(ctx, r, d); err != nil {
				return err
			}
		}
		c.complete(d, o, f, body)
		d.Then(func(ctx context.Context, tx *db.Tx) error {
			done.Parameters = make(map[string]string, len(f.ordered))
			if err := storeAnswers(record.WithoutGuard(ctx), tx, d, f, done.Parameters); err != nil {
				return err
			}
			return c.adopt(record.WithoutGuard(ctx), tx, d, uploads)
		})
		return nil
	}), t, in)
	if err != nil || row.Replayed {
		return c.placedBefore(row, err)
	}
	done.RecID, done.Number = row.RecID, row.Text("ServiceReqNumber")
	return done, nil
}

// placedBefore is the answer to an order that was taken before under its Idempotency-Key.
func (c *call) placedBefore(row record.Row, err error) (*placed, error) {
	if err != nil {
		return nil, err
	}
	done := &placed{RecID: row.RecID, Number: row.Text("ServiceReqNumber"), Name: row.Text("TemplateName"), Parameters: map[string]string{}}
	t, ok := c.engine.Type(c.r.Context(), "ServiceReqParam")
	if !ok {
		return done, nil
	}
	var args odata.Args
	where := c.expr(t, "ParentLink") + " = " + args.Add(literal.Fold(row.RecID))
	_, err = c.engine.List(c.r.Context(), record.Query{Type: t, Where: where, Args: args.Values, Counts: len(args.Values), Order: "ORDER BY id", Limit: 1000}, func(one record.Row) error {
		done.Parameters[one.Text("SvcReqTmplParamLink")] = one.RecID
		return nil
	})
	c.w.Header().Set("Idempotent-Replayed", "true")
	return done, err
}

// orderer is the person the request is for: the one of serviceReqData, else the user, else who asks. All who are named
// have to be people the caller may order for.
func (c *call) orderer(body *orderBody) (*customer, error) {
	profile := body.member("ProfileLink_RecID", "ProfileLink")
	key := cmp.Or(profile, body.user, c.principal.PersonID)
	if key == "" {
		return nil, refused("strUserId is required.")
	}
	who, err := c.customer(key, body.location)
	if err == nil && body.user != "" && profile != "" && !strings.EqualFold(body.user, profile) {
		_, err = c.customer(body.user, "")
	}
	if fault.Is(err, fault.NotFound) {
		return nil, refused("The person '%s' cannot be found.", shortened(key))
	}
	return who, err
}

// complete sets what the answers decide of a request.
func (c *call) complete(d *record.Draft, o *offering, f *form, body *orderBody) {
	price := o.number("Price")
	for _, a := range f.ordered {
		price += a.price
	}
	d.SetNumber("Price", price)
	d.SetText("Price_Currency", cmp.Or(o.text("Price_Currency"), "USD"))
	d.SetBool("InShoppingCart", body.delayed && !body.draft)
	// What is held back is looked at again when it is submitted: see draftComplete.
	values, err := json.Marshal(map[string]any{"formName": body.formName, "subscriptionId": o.subscription(), "strCustomerLocation": body.location, "localOffset": int(body.offset / time.Minute)})
	if err == nil {
		d.SetText("FormValues", string(values))
	}
	for _, note := range f.notes {
		d.Flag(note)
	}
}

// storeAnswers makes a record of each answer; a parameter without one has a record too, so that it can be filled in later.
func storeAnswers(ctx context.Context, tx *db.Tx, d *record.Draft, f *form, ids map[string]string) error {
	e := d.Engine()
	t, ok := e.Type(ctx, "ServiceReqParam")
	if !ok {
		return nil
	}
	for _, a := range f.ordered {
		p := a.parameter
		row, err := e.CreateTx(ctx, tx, t, record.Input{
			{Name: "ParentLink_RecID", Value: d.RecID()}, {Name: "ParentLink_Category", Value: "ServiceReq"},
			{Name: "SvcReqTmplParamLink_RecID", Value: p.recID}, {Name: "SvcReqTmplParamLink_Category", Value: "ServiceReqTemplateParam"},
			{Name: "ParameterName", Value: p.name}, {Name: "ParameterDisplayName", Value: p.label}, {Name: "DisplayType", Value: p.text("DisplayType")},
			{Name: "ParameterValue", Value: a.value}, {Name: "ParameterValueRecId", Value: a.recID}, {Name: "SequenceNum", Value: p.number("SequenceNum")},
			{Name: "ParameterPrice", Value: string(literal.AppendDecimal(nil, a.price))},
		})
		if err != nil {
			return err
		}
		ids[p.recID] = row.RecID
	}
	return nil
}

// uploads are the attachments that the order takes along: each there, seen by the caller, and free.
func (c *call) uploads(o *offering, body *orderBody) ([]string, error) {
	if body.deletes {
		return nil, refused("attachmentsToDelete: a new request has no attachments to delete.")
	}
	if len(body.uploads) == 0 {
		return nil, nil
	}
	if !o.flag("AllowAttachments") {
		return nil, refused("The offering '%s' takes no attachments.", o.text("Name"))
	}
	if len(body.uploads) > maxUploads {
		return nil, refused("An order takes at most %d attachments.", maxUploads)
	}
	var out []string
	for _, key := range body.uploads {
		row, err := c.readable("Attachment", strings.TrimSpace(key))
		if fault.Is(err, fault.NotFound) || err == nil && !c.free(row) {
			return nil, refused("The attachment '%s' cannot be found.", shortened(key))
		}
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, row.RecID) {
			out = append(out, row.RecID)
		}
	}
	return out, nil
}

// free reports whether an attachment can go to a request: it belongs to nothing yet, or the caller made it.
func (c *call) free(row record.Row) bool {
	return row.Text("ParentLink") == "" || strings.EqualFold(row.Text("CreatedBy"), c.principal.Login)
}

// adopt gives the request its attachments, which are looked at again: somebody else may have taken one.
func (c *call) adopt(ctx context.Context, tx *db.Tx, d *record.Draft, uploads []string) error {
	e := d.Engine()
	t, ok := e.Type(ctx, "Attachment")
	if !ok {
		return nil
	}
	for _, recID := range uploads {
		row, err := e.GetFrom(ctx, tx, t, recID)
		if fault.Is(err, fault.NotFound) || err == nil && !c.free(row) {
			return refused("The attachment '%s' cannot be found.", recID)
		}
		if err != nil {
			return err
		}
		if _, err := e.UpdateTx(ctx, tx, t, recID, record.Input{{Name: "ParentLink_RecID", Value: d.RecID()}, {Name: "ParentLink_Category", Value: "ServiceReq"}}); err != nil {
			return err
		}
	}
	return nil
}
