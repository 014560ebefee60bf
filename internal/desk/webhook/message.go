package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
)

// kindPing is the type of the message that tests a webhook.
const kindPing = "webhook.ping"

// message is the body of a delivery: Standard Webhooks, "Payload structure".
type message struct {
	Type      string `json:"type"`
	Timestamp string `json:"timestamp"` // of the change
	Data      any    `json:"data"`
}

// change is the data of a message about a record.
type change struct {
	Object  string          `json:"object"`
	RecID   string          `json:"recId"`
	Number  json.RawMessage `json:"number,omitempty"`
	Rev     int64           `json:"rev"`
	Changes json.RawMessage `json:"changes"` // {"Field":[before,after],…}
	Record  json.RawMessage `json:"record"`  // as it is after the change, or was before its removal
}

// compose makes the body of a delivery for somebody, with what they may see now. Not allowed: they may not see the record any more.
func (o *outbox) compose(ctx context.Context, d *delivery, w *Webhook, book *role.Book, who *principal.Principal) (body []byte, allowed bool, err error) {
	at := time.UnixMicro(d.created).UTC().Format("2006-01-02T15:04:05.000000Z")
	if d.kind == kindPing {
		body, err = encode(message{d.kind, at, map[string]string{"webhook": w.Name}})
		return body, true, err
	}
	t, ok := o.h.Records.Type(ctx, d.object)
	if !ok || int64(book.Ask(who, role.Read, d.object)) < d.extent {
		return nil, false, nil
	}
	hidden := o.m.sight.Hidden(o.h, who, t)
	gone := map[string]bool{}
	for i := range t.Fields {
		if marked(hidden, i) {
			gone[t.Fields[i].Name] = true
		}
	}
	c := change{Object: d.object, RecID: d.recID, Rev: d.rev}
	if c.Changes, err = cut(json.RawMessage(d.changes), gone); err != nil {
		return nil, false, fmt.Errorf("read the changes of a delivery: %w", err)
	}
	if c.Record, err = cut(json.RawMessage(d.record), gone); err != nil {
		return nil, false, fmt.Errorf("read the record of a delivery: %w", err)
	}
	if n := t.NumberField(); n >= 0 && !gone[t.Fields[n].Name] {
		var record map[string]json.RawMessage
		if err := json.Unmarshal(c.Record, &record); err != nil {
			return nil, false, fmt.Errorf("read the record of a delivery: %w", err)
		}
		c.Number = record[t.Fields[n].Name]
	}
	body, err = encode(message{d.kind, at, c})
	return body, true, err
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode a message: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// member is a member of a JSON object, in the order written.
type member struct {
	name  string
	value json.RawMessage
}

func membersOf(object []byte) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	var out []member
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: fmt.Sprint(name)}
		if err := d.Decode(&m.value); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}
