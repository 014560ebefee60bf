package app

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// adminAudit adds the operations on the audit trail.
func (a *App) adminAudit(api *adminapi.API) {
	api.Group("Audit", "The audit trail of the tenant: append-only, chained by hashes, written with what it tells of.",
		adminapi.Op("GET /audit", "list-audit-entries", "Search the audit trail", a.listAudit,
			adminapi.Describe("The newest entries come first. All conditions have to hold.")),
		adminapi.Op("GET /audit/{seq}", "get-audit-entry", "Get an entry, with values before and after", a.getAudit),
		adminapi.Op("GET /audit/verification", "verify-audit-trail", "Check the chain of hashes from its first entry", a.verifyAudit,
			adminapi.Describe("Reads the whole trail: some seconds for a million entries.")),
	)
}

// AuditEntry is an entry as the API shows it.
type AuditEntry struct {
	Seq        int64            `json:"seq" doc:"Number of the entry: 1, 2, 3 … without gaps" example:"4711"`
	At         time.Time        `json:"at" doc:"When, in UTC"`
	ActorKind  string           `json:"actor_kind" doc:"Kind of the credential" example:"session"`
	Actor      string           `json:"actor,omitempty" doc:"RecId of the person acted for"`
	Login      string           `json:"login,omitempty" doc:"Login of that person then, or what acted by itself" example:"amiller"`
	Credential string           `json:"credential,omitempty" doc:"Id of the credential, never its secret"`
	Address    string           `json:"address,omitempty" doc:"Where the request came from" example:"192.0.2.17"`
	RequestID  string           `json:"request_id,omitempty" doc:"Names the request in the server's log"`
	Action     string           `json:"action" doc:"What was done" example:"incident.update"`
	Object     string           `json:"object,omitempty" doc:"Type of what was touched" example:"Incident"`
	Target     string           `json:"target,omitempty" doc:"RecId or id of what was touched"`
	Label      string           `json:"label,omitempty" doc:"Its number or name" example:"10042"`
	Changes    map[string][]any `json:"changes,omitempty" doc:"By field: its value before and after"`
	Flags      []string         `json:"flags,omitempty" doc:"What deserves a look"`
	Erased     bool             `json:"erased,omitempty" doc:"Label, changes and flags were erased by law"`
}

func auditEntry(r audit.Record) (AuditEntry, error) {
	e := AuditEntry{Seq: r.Seq, At: r.At, ActorKind: string(r.ActorKind), Actor: r.Actor, Login: r.Login, Credential: r.Credential, Address: r.Address,
		RequestID: r.RequestID, Action: r.Action, Object: r.Object, Target: r.Target, Label: r.Label, Flags: r.Flags, Erased: r.Erased}
	if len(r.Changes) > 0 {
		if err := json.Unmarshal(r.Changes, &e.Changes); err != nil {
			return e, err
		}
	}
	return e, nil
}

type auditQuery struct {
	adminapi.Paging
	Actor      string    `query:"actor" maxLength:"255" doc:"RecId or login of who did it" example:"amiller"`
	Credential string    `query:"credential" maxLength:"255" doc:"Id of the credential it was done with: all that a key did"`
	Action     string    `query:"action" maxLength:"200" doc:"What was done; key.* stands for all of an object" example:"employee.*"`
	Object     string    `query:"object" maxLength:"200" doc:"Type of what was touched" example:"Employee"`
	Target     string    `query:"target" maxLength:"255" doc:"RecId or id of what was touched"`
	From       time.Time `query:"from" doc:"Entries of then or later" example:"2026-01-01T00:00:00Z"`
	To         time.Time `query:"to" doc:"Entries before then" example:"2026-02-01T00:00:00Z"`
	Text       string    `query:"text" maxLength:"200" doc:"What the label, the changes or the flags contain, in any case" example:"vpn"`
}

func (a *App) listAudit(ctx context.Context, in *auditQuery) (*adminapi.Page[AuditEntry], error) {
	position, err := in.Position(1)
	if err != nil {
		return nil, err
	}
	f := audit.Filter{Object: in.Object, Target: in.Target, Actor: in.Actor, Credential: in.Credential, Action: in.Action, From: in.From, To: in.To, Text: in.Text, Limit: in.Limit + 1}
	if position != nil {
		if f.BeforeSeq, err = strconv.ParseInt(position[0], 10, 64); err != nil || f.BeforeSeq < 1 {
			return nil, adminapi.BadCursor()
		}
	}
	found, err := audit.List(ctx, tenant.From(ctx).DB, f)
	if err != nil {
		return nil, err
	}
	out := &adminapi.Page[AuditEntry]{Items: []AuditEntry{}}
	if len(found) > in.Limit {
		found = found[:in.Limit]
		out.Next = adminapi.Position(strconv.FormatInt(found[in.Limit-1].Seq, 10))
	}
	for _, r := range found {
		e, err := auditEntry(r)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, e)
	}
	return out, nil
}

func (a *App) getAudit(ctx context.Context, in *struct {
	Seq int64 `path:"seq" minimum:"1" doc:"Number of the entry" example:"4711"`
}) (*AuditEntry, error) {
	found, err := audit.List(ctx, tenant.From(ctx).DB, audit.Filter{BeforeSeq: in.Seq + 1, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || found[0].Seq != in.Seq {
		return nil, fault.New(fault.NotFound, "audit_unknown", "There is no entry %d.", in.Seq)
	}
	e, err := auditEntry(found[0])
	return &e, err
}

// AuditVerification is what checking the trail has found.
type AuditVerification struct {
	OK       bool   `json:"ok" doc:"The whole chain is in order"`
	Entries  int64  `json:"entries" doc:"Entries found in order" example:"48211"`
	Erased   int64  `json:"erased" doc:"How many of these were erased by law"`
	FirstBad int64  `json:"first_bad,omitempty" doc:"Number of the first entry that is not in order"`
	Problem  string `json:"problem,omitempty" doc:"What is wrong with it"`
	Head     string `json:"head" doc:"Hash of the last entry in order, 64 hex digits: compare it with one kept elsewhere"`
}

func (a *App) verifyAudit(ctx context.Context, _ *struct{}) (*AuditVerification, error) {
	r, err := audit.Verify(ctx, tenant.From(ctx).DB, nil)
	if err != nil {
		return nil, err
	}
	return &AuditVerification{r.OK(), r.Entries, r.Erased, r.FirstBad, r.Problem, r.Head}, nil
}
