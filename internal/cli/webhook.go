package cli

import (
	"context"
	"time"

	"github.com/provost-itsm/provost/internal/desk/webhook"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

type webhookCommands struct {
	Create     webhookCreate     `cmd:"" help:"Make a webhook; its secret is shown this once."`
	List       webhookList       `cmd:"" help:"List webhooks, without their secrets."`
	Show       webhookShow       `cmd:"" help:"Show one webhook."`
	Enable     webhookEnable     `cmd:"" help:"Switch a webhook on; what waited is sent."`
	Disable    webhookDisable    `cmd:"" help:"Switch a webhook off."`
	Rotate     webhookRotate     `cmd:"" help:"Make a new secret; the old one signs beside it for a while."`
	Test       webhookTest       `cmd:"" help:"Send a ping now and show the answer."`
	Deliveries webhookDeliveries `cmd:"" help:"List what was sent and what waits, newest first."`
	Replay     webhookReplay     `cmd:"" help:"Send kept deliveries again: the dead ones, or those of --since or --id."`
	Delete     webhookDelete     `cmd:"" help:"Remove a webhook and its deliveries."`
}

type webhookCreate struct {
	Name       string   `arg:"" help:"Name of the webhook."`
	URL        string   `required:"" help:"Address to post to, https://…"`
	Object     []string `help:"Objects whose changes it hears of, such as Incident (default: all)." placeholder:"OBJECT"`
	Event      []string `help:"create, update or delete (default: all)." placeholder:"EVENT"`
	Filter     string   `sep:"none" help:"Only records that match, as in $$filter: after the change, before a deletion." placeholder:"FILTER"`
	Field      []string `help:"An update counts only if one of these fields changed (default: any)." placeholder:"FIELD"`
	Role       string   `default:"Admin" help:"Role with whose rights it sees records."`
	OnBehalfOf string   `name:"on-behalf-of" help:"Employee with whose rights it sees records, where the role sees own or team records only." placeholder:"LOGIN"`
	Inactive   bool     `help:"Make it switched off."`
}

type createdWebhook struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	URL    string `json:"url"`
	Secret string `json:"secret"`
}

func (w *webhookCreate) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	made, err := c.Desk.Webhooks.Create(ctx, h, webhook.Spec{Name: w.Name, URL: w.URL, Objects: w.Object, Events: w.Event, Filter: w.Filter, Fields: w.Field,
		Role: w.Role, OnBehalfOf: w.OnBehalfOf, Inactive: w.Inactive})
	if err != nil {
		return nil, err
	}
	return createdWebhook{made.ID, made.Name, made.URL, made.Secret}, nil
}

// shownWebhook calls a person by login, as long as there is one.
func shownWebhook(ctx context.Context, c *call, h *tenant.Handle, w webhook.Webhook) (webhook.Webhook, error) {
	if w.Person == "" {
		return w, nil
	}
	login, err := c.People.Login(ctx, h, w.Person)
	if login != "" {
		w.Person = login
	}
	return w, err
}

type webhookList struct{}

func (*webhookList) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	all, err := c.Desk.Webhooks.List(ctx, h)
	if err != nil {
		return nil, err
	}
	if all == nil {
		all = []webhook.Webhook{}
	}
	for i := range all {
		if all[i], err = shownWebhook(ctx, c, h, all[i]); err != nil {
			return nil, err
		}
	}
	return struct {
		Webhooks []webhook.Webhook `json:"webhooks"`
	}{all}, nil
}

// webhookNamed is a command about one webhook.
type webhookNamed struct {
	Name string `arg:"" help:"Name or id of the webhook."`
}

type webhookState struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	State string `json:"state"`
}

// set runs a change and tells the state it leads to.
func (w webhookNamed) set(ctx context.Context, c *call, state string, change func(context.Context, *tenant.Handle, string) (webhook.Webhook, error)) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	after, err := change(ctx, h, w.Name)
	if err != nil {
		return nil, err
	}
	return webhookState{after.ID, after.Name, state}, nil
}

type webhookEnable struct{ webhookNamed }

func (w *webhookEnable) run(ctx context.Context, c *call) (any, error) {
	return w.set(ctx, c, "enabled", c.Desk.Webhooks.Enable)
}

type webhookDisable struct{ webhookNamed }

func (w *webhookDisable) run(ctx context.Context, c *call) (any, error) {
	return w.set(ctx, c, "disabled", c.Desk.Webhooks.Disable)
}

type webhookDelete struct{ webhookNamed }

func (w *webhookDelete) run(ctx context.Context, c *call) (any, error) {
	return w.set(ctx, c, "deleted", c.Desk.Webhooks.Delete)
}

type webhookShow struct{ webhookNamed }

func (w *webhookShow) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	found, err := c.Desk.Webhooks.Find(ctx, h, w.Name)
	if err != nil {
		return nil, err
	}
	return shownWebhook(ctx, c, h, found)
}

type webhookRotate struct {
	webhookNamed
	Overlap time.Duration `default:"24h" help:"How long the old secret signs beside the new one, at most 168h; 0s: not at all."`
}

func (w *webhookRotate) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	issued, err := c.Desk.Webhooks.Rotate(ctx, h, w.Name, w.Overlap)
	if err != nil {
		return nil, err
	}
	return createdWebhook{issued.ID, issued.Name, issued.URL, issued.Secret}, nil
}

type webhookTest struct{ webhookNamed }

// pinged is how a ping ended; anything but an answer with success is a failure.
type pinged struct {
	ID       string `json:"id"`
	State    string `json:"state"`
	Status   int64  `json:"status"`
	Error    string `json:"error"`
	Response string `json:"response"`
}

func (p pinged) failure() string {
	if p.Error == "" {
		return ""
	}
	return "the ping was not delivered: " + p.Error
}

func (w *webhookTest) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	d, err := c.Desk.Webhooks.Test(ctx, h, w.Name)
	if err != nil {
		return nil, err
	}
	return pinged{d.ID, d.State, d.Status, d.Error, d.Response}, nil
}

type webhookDeliveries struct {
	webhookNamed
	State string `enum:"pending,delivered,dead,withheld," default:"" help:"Only those in this state: pending, delivered, dead, withheld." placeholder:"STATE"`
	Limit int    `default:"100" help:"How many at most, up to 1000."`
}

func (w *webhookDeliveries) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	all, err := c.Desk.Webhooks.Deliveries(ctx, h, w.Name, w.State, w.Limit)
	if err != nil {
		return nil, err
	}
	return struct {
		Deliveries []webhook.Delivery `json:"deliveries"`
	}{all}, nil
}

type webhookReplay struct {
	webhookNamed
	Since string `help:"All made since this time, such as 2026-11-21T08:00:00Z, or in the last 24h." placeholder:"TIME"`
	ID    string `help:"The one of this id." placeholder:"ID"`
}

func (w *webhookReplay) run(ctx context.Context, c *call) (any, error) {
	var since time.Time
	if w.Since != "" {
		if w.ID != "" {
			return nil, fault.New(fault.Invalid, "replay_invalid", "Give --since or --id, not both.")
		}
		if age, err := time.ParseDuration(w.Since); err == nil && age > 0 {
			since = c.Clock.Now().Add(-age)
		} else if since, err = time.Parse(time.RFC3339, w.Since); err != nil {
			return nil, fault.New(fault.Invalid, "since_invalid", "--since wants a time such as 2026-11-21T08:00:00Z, or an age such as 24h, not %q.", w.Since)
		}
	}
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	n, err := c.Desk.Webhooks.Replay(ctx, h, w.Name, w.ID, since)
	if err != nil {
		return nil, err
	}
	return struct {
		Name     string `json:"name"`
		Replayed int64  `json:"replayed"`
	}{w.Name, n}, nil
}
