package desk

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// Paths of the service catalogue (spec/itsm-odata.md section 14.2).
const (
	templates       = "/api/rest/Template/"
	serviceRequests = "/api/rest/ServiceRequest/"
)

const (
	maxOfferings = 1000
	maxChildren  = 1000 // parameters of an offering, tasks and answers of a request, votes of an approval
)

// serveTemplates answers below /api/rest/Template/.
func (m *Module) serveTemplates(w http.ResponseWriter, r *http.Request) {
	m.answerRest(w, r, templates, (*call).templates)
}

// serveServiceRequests answers below /api/rest/ServiceRequest/.
func (m *Module) serveServiceRequests(w http.ResponseWriter, r *http.Request) {
	m.answerRest(w, r, serviceRequests, (*call).serviceRequests)
}

// answerRest authenticates and hands on what follows the beginning of the path, unescaped and cut at its slashes.
func (m *Module) answerRest(w http.ResponseWriter, r *http.Request, beginning string, answer func(*call, []string) error) {
	c, err := m.begin(w, r)
	if err != nil {
		web.WriteISM(w, r, err)
		return
	}
	var segments []string
	for part := range strings.SplitSeq(strings.TrimPrefix(c.r.URL.EscapedPath(), beginning), "/") {
		text, err := url.PathUnescape(part)
		if err != nil || !literal.Valid(text) {
			web.WriteISM(w, c.r, errNothingHere)
			return
		}
		segments = append(segments, strings.TrimSpace(text))
	}
	if len(segments) > 1 && segments[len(segments)-1] == "" {
		segments = segments[:len(segments)-1] // a slash at the end
	}
	if err := answer(c, segments); err != nil {
		web.WriteISM(w, c.r, c.inWords(err))
	}
}

// only refuses other methods than the given ones.
func (c *call) only(methods ...string) error {
	if slices.Contains(methods, c.r.Method) || c.r.Method == http.MethodHead && slices.Contains(methods, http.MethodGet) {
		return nil
	}
	c.w.Header().Set("Allow", strings.Join(methods, ", "))
	return errMethod
}

func (c *call) templates(segments []string) error {
	if len(segments) != 2 || !strings.EqualFold(segments[1], "_All_") {
		return errNothingHere
	}
	if err := c.only(http.MethodGet); err != nil {
		return err
	}
	return c.offerings(segments[0])
}

func (c *call) serviceRequests(segments []string) error {
	switch {
	case len(segments) == 1 && strings.EqualFold(segments[0], "new"):
		if err := c.only(http.MethodPost); err != nil {
			return err
		}
		return c.order()
	case len(segments) == 2 && strings.EqualFold(segments[1], "ValidationList"):
		if err := c.only(http.MethodGet, http.MethodPost); err != nil {
			return err
		}
		return c.validationList(segments[0])
	case (len(segments) == 2 || len(segments) == 3) && strings.EqualFold(segments[0], "PackageData"):
		if err := c.only(http.MethodGet); err != nil {
			return err
		}
		return c.packageData(segments[1])
	}
	return errNothingHere
}

// reading asks for the right to read an object and returns its type with the rows the caller may read.
func (c *call) reading(object string) (*record.Type, role.Rows, error) {
	t, ok := c.engine.Type(c.r.Context(), object)
	if !ok {
		return nil, role.NoRows, errNothingHere
	}
	c.typ = t
	rows, err := c.rows(role.Read)
	return t, rows, err
}

// readable reads one record within the rows that the caller may read.
func (c *call) readable(object, key string) (record.Row, error) {
	t, rows, err := c.reading(object)
	if err != nil {
		return record.Row{}, err
	}
	recID, ok := id.ParseRecID(key)
	if !ok {
		return record.Row{}, record.UnknownRecord(t, key)
	}
	ctx := c.r.Context()
	row, err := c.engine.Get(ctx, t, recID)
	if err == nil && rows != role.AllRows {
		var seen bool
		if seen, err = c.sees(ctx, t, recID); err == nil && !seen {
			err = record.UnknownRecord(t, key)
		}
	}
	return row, err
}

// customer is the person for whom somebody orders.
type customer struct {
	row      record.Row
	location string   // where it is to be delivered
	roles    []string // that the person holds
	self     bool     // who asks is this person
}

// customer finds a person. Who creates requests for themselves only asks for nobody else.
func (c *call) customer(key, location string) (*customer, error) {
	ctx := c.r.Context()
	row, err := c.readable("Employee", key)
	if fault.Is(err, fault.NotFound) {
		if row, err = c.readable("ExternalContact", key); err != nil {
			c.typ, _ = c.engine.Type(ctx, "Employee")
			return nil, record.UnknownRecord(c.typ, key)
		}
	}
	if err != nil {
		return nil, err
	}
	who := &customer{row: row, location: location, self: row.RecID == c.principal.PersonID}
	if requests, ok := c.engine.Type(ctx, "ServiceReq"); ok && !who.self && c.roles().Ask(c.principal, role.Create, requests.Object) != role.AllRows {
		return nil, refusal(http.StatusBadRequest, "ISM_4000", payload, fmt.Sprintf("Role %s does not have rights to request services for other people.", c.principal.Role))
	}
	if who.location == "" && row.Type.Has("EmployeeLocation") {
		who.location = row.Text("EmployeeLocation")
	}
	held, _, err := role.Store{}.Held(ctx, c.tenant.DB, row.RecID)
	if err != nil {
		return nil, err
	}
	who.roles = append([]string{role.SelfService}, held...) // everybody has the first
	if who.self {
		who.roles = append(who.roles, c.principal.Role)
	}
	return who, nil
}

// offering is a template of requests, read.
type offering struct {
	recID  string
	row    record.Row
	values record.Record
}

func readOffering(row record.Row) (*offering, error) {
	row.Doc = bytes.Clone(row.Doc)
	values, err := row.Record()
	return &offering{recID: row.RecID, row: row, values: values}, err
}

func (o *offering) text(field string) string { return o.values[o.row.Type.Position(field)].Text }

func (o *offering) flag(field string) bool { return o.values[o.row.Type.Position(field)].Num != 0 }

func (o *offering) number(field string) int64 { return o.values[o.row.Type.Position(field)].Num }

// place is where the offering stands among others; one that does not say stands behind those that do.
func (o *offering) place() int64 {
	if v := o.values[o.row.Type.Position("SortOrder")]; v.Set {
		return v.Num
	}
	return math.MaxInt64
}

// subscription is the id to order with.
func (o *offering) subscription() string { return cmp.Or(o.text("SubscriptionId"), o.recID) }

// published are the statuses in which an offering can be ordered, folded.
var published = []string{"published", "published (automatic)"}

func (o *offering) published() bool {
	return slices.Contains(published, literal.Fold(o.text("Status")))
}

// refuses says why a person cannot have the offering, "" where they can.
func (o *offering) refuses(book *role.Book, who *customer) string {
	if o.flag("AllowOnBehalfOf") || who.self {
		if places := o.text("Locations"); places != "" && !slices.Contains(entries(places), literal.Fold(who.location)) {
			return "is not offered at the location '" + who.location + "'"
		}
		for _, name := range entries(o.text("Roles")) {
			if canonical, ok := book.Canonical(name); ok && book.Effective(who.roles, canonical) {
				return ""
			}
		}
		if o.text("Roles") != "" {
			return "is not offered to the roles of this person"
		}
		return ""
	}
	return "cannot be requested for other people"
}

// entries cuts a list in a text, folded: one entry a line or between semicolons; where there are commas, what lies
// between them counts as well as the whole.
func entries(text string) []string {
	var out []string
	for entry := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '\n' || r == '\r' }) {
		if entry = literal.Fold(strings.TrimSpace(entry)); entry == "" {
			continue
		}
		out = append(out, entry)
		if strings.Contains(entry, ",") {
			for part := range strings.SplitSeq(entry, ",") {
				out = append(out, strings.TrimSpace(part))
			}
		}
	}
	return out
}

// listedOffering is an offering as GET Template/…/_All_ answers it. Clients use the subscription, the RecId, the
// name, the description and the options; prefixes are the original's: str for texts, b for flags, n for numbers.
type listedOffering struct {
	SubscriptionID string `json:"strSubscriptionId"`
	RecID          string `json:"strRecId"`
	Name           string `json:"strName"`
	Description    string `json:"strDescription"`
	ConfigOptions  string `json:"strConfigOptions"`
	Category       string `json:"strCategory"`
	Service        string `json:"strService"`
	Status         string `json:"strStatus"`
	Icon           string `json:"strIcon"`
	DeliveryTime   string `json:"strDeliveryTime"`
	Price          string `json:"strPrice"`
	Currency       string `json:"strCurrency"`
	OwnerTeam      string `json:"strOwnerTeam"`
	Urgency        string `json:"strUrgency"`
	Locations      string `json:"strLocations"`
	Version        int64  `json:"nVersion"`
	SortOrder      int64  `json:"nSortOrder"`
	Published      string `json:"strPublishedDateTime"`
	Approval       bool   `json:"bApprovalRequired"`
	Cancelable     bool   `json:"bCancelable"`
	Editable       bool   `json:"bEditable"`
	OnBehalfOf     bool   `json:"bAllowOnBehalfOf"`
	Attachments    bool   `json:"bAllowAttachments"`
}

func (o *offering) listed() listedOffering {
	return listedOffering{
		SubscriptionID: o.subscription(), RecID: o.recID, Name: o.text("Name"), Description: o.text("Description"), ConfigOptions: o.text("ConfigOptions"),
		Category: o.text("Category"), Service: o.text("Service"), Status: o.text("Status"), Icon: o.text("Icon"), DeliveryTime: o.text("DeliveryTime"),
		Price: string(literal.AppendDecimal(nil, o.number("Price"))), Currency: o.text("Price_Currency"), OwnerTeam: o.text("OwnerTeam"), Urgency: o.text("Urgency"),
		Locations: o.text("Locations"), Version: o.number("VersionNumber"), SortOrder: o.number("SortOrder"), Published: o.row.Text("PublishedDateTime"),
		Approval: o.flag("ApprovalRequired"), Cancelable: o.flag("TemplateCancelable"), Editable: o.flag("IsTemplateEditable"),
		OnBehalfOf: o.flag("AllowOnBehalfOf"), Attachments: o.flag("AllowAttachments"),
	}
}

// offerings answers what a person can order: a bare array. key is the person's RecId, with "|" and a location after it
// where it is not the person's own.
func (c *call) offerings(key string) error {
	ctx := c.r.Context()
	key, location, _ := strings.Cut(key, "|")
	who, err := c.customer(strings.TrimSpace(key), strings.TrimSpace(location))
	if err != nil {
		return err
	}
	t, rows, err := c.reading("ServiceReqTemplate")
	if err != nil {
		return err
	}
	var args odata.Args
	status := c.expr(t, "Status")
	conditions := []string{status + " = " + args.Add(published[0]) + " OR " + status + " = " + args.Add(published[1])}
	visible, err := c.visible(ctx, t, rows, &args)
	if err != nil {
		return err
	}
	var all []*offering
	query := record.Query{Type: t, Where: conjunction(append(conditions, visible)), Args: args.Values, Counts: len(args.Values), Order: "ORDER BY rec_id", Limit: maxOfferings}
	_, err = c.engine.List(ctx, query, func(row record.Row) error {
		o, err := readOffering(row)
		if err == nil && o.refuses(c.roles(), who) == "" {
			all = append(all, o)
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b *offering) int {
		return cmp.Or(cmp.Compare(a.place(), b.place()), strings.Compare(literal.Fold(a.text("Name")), literal.Fold(b.text("Name"))))
	})
	out := make([]listedOffering, len(all))
	for i, o := range all {
		out[i] = o.listed()
	}
	return c.sendJSON(out)
}

func (c *call) sendJSON(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.send(http.StatusOK, b)
	return nil
}

// subscribed finds the published offering behind a subscription.
func (c *call) subscribed(subscription string) (*offering, error) {
	ctx := c.r.Context()
	t, rows, err := c.reading("ServiceReqTemplate")
	if err != nil {
		return nil, err
	}
	unknown := fault.New(fault.Invalid, "subscription_unknown", "The subscription '%s' cannot be found.", shortened(subscription))
	written := []string{subscription}
	recID, isID := id.ParseRecID(subscription)
	if isID {
		written = append(written, recID, id.Dashed(recID))
	}
	var row record.Row
	found := false
	for _, text := range written {
		if row, found, err = c.engine.FindOne(ctx, nil, t, "SubscriptionId", text); err != nil || found {
			break
		}
	}
	if err == nil && !found && isID {
		if row, err = c.engine.Get(ctx, t, recID); fault.Is(err, fault.NotFound) {
			return nil, unknown
		}
		found = err == nil && row.Text("SubscriptionId") == "" // whose id is its own
	}
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, unknown
	}
	o, err := readOffering(row)
	if err != nil {
		return nil, err
	}
	if rows != role.AllRows {
		seen, err := c.sees(ctx, t, row.RecID)
		if err != nil || !seen {
			return nil, cmp.Or[error](err, unknown)
		}
	}
	if !o.published() {
		return nil, unknown
	}
	return o, nil
}

// shortened bounds what a caller sent where it is repeated.
func shortened(text string) string {
	if r := []rune(text); len(r) > 100 {
		return string(r[:100]) + "…"
	}
	return text
}
