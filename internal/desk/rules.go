package desk

import (
	"context"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// Rules are those of the desk's objects that definitions do not express.
type Rules struct{}

// Owners says for which objects the record engine asks the desk.
func Owners() map[string]record.Owner {
	return map[string]record.Owner{
		"Incident": Rules{}, "ServiceReq": Rules{}, "Change": Rules{}, "Problem": Rules{},
		roleObject:       rule(validateRoleRecord),
		attachmentObject: rule(attachmentNames),
		"Task":           rule(taskMoves), "FRS_Approval": rule(approvalMoves), "FRS_ApprovalVoteTracking": rule(voteMoves),
		"ServiceReqTemplate": rule(templateOffering), "ServiceReqTemplateParam": rule(templateParameter),
	}
}

// rule is a function as record.Owner.
type rule func(ctx context.Context, r db.Reader, d *record.Draft) error

// Validate calls the function.
func (f rule) Validate(ctx context.Context, r db.Reader, d *record.Draft) error { return f(ctx, r, d) }

// attachmentNames looks at an attachment that is made or changed.
func attachmentNames(ctx context.Context, _ db.Reader, d *record.Draft) error {
	if d.Verb != record.Deleting {
		validateAttachment(ctx, d)
	}
	return nil
}

// Validate applies them.
func (Rules) Validate(ctx context.Context, r db.Reader, d *record.Draft) error {
	object := d.Type.Root().Object
	if object == "ServiceReq" {
		if err := requestMoves(ctx, r, d); err != nil {
			return err
		}
	}
	if d.Verb == record.Deleting {
		return nil
	}
	if object == "Incident" {
		priorityOfUrgency(d)
	}
	previousState(d)
	newNotes(d)
	return nil
}

// priorityOfUrgency gives a new incident its priority where impact and urgency do not say it together: what the caller
// sent counts only when both are absent.
func priorityOfUrgency(d *record.Draft) {
	impact, urgency := d.Text("Impact"), d.Text("Urgency")
	if d.Verb != record.Creating || impact != "" && urgency != "" || d.Sent("Priority") && impact == "" && urgency == "" {
		return
	}
	priority := "3"
	if strings.EqualFold(urgency, "Low") {
		priority = "5"
	}
	d.SetText("Priority", priority)
}

// previousState remembers the status a record leaves.
func previousState(d *record.Draft) {
	if d.Verb == record.Updating && d.Type.Has("PreviousState") && d.Changed("Status") {
		d.SetText("PreviousState", d.Was("Status"))
	}
}

// newNotes turns the write-only field NewNotes into a note of the record.
func newNotes(d *record.Draft) {
	if !d.Type.Has("NewNotes") {
		return
	}
	text := d.Text("NewNotes")
	if text == "" {
		return
	}
	recID, object := d.RecID(), d.Type.Object
	d.Then(func(ctx context.Context, tx *db.Tx) error {
		e := d.Engine()
		note, ok := e.Type(ctx, "Journal#Notes")
		if !ok {
			return nil
		}
		subject := text
		if first, _, cut := strings.Cut(text, "\n"); cut {
			subject = first
		}
		if r := []rune(subject); len(r) > 100 {
			subject = string(r[:100])
		}
		_, err := e.CreateTx(record.WithoutGuard(ctx), tx, note, record.Input{
			{Name: "Subject", Value: subject}, {Name: "NotesBody", Value: text},
			{Name: "ParentLink_RecID", Value: recID}, {Name: "ParentLink_Category", Value: object},
		})
		return err
	})
}

// subjectOfTemplate names a request after its template where it has no subject.
func subjectOfTemplate(d *record.Draft) {
	if d.Text("Subject") == "" && d.Text("TemplateName") != "" {
		d.SetText("Subject", d.Text("TemplateName"))
	}
}
