package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/blob"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// The bounds of an upload besides the size of a file, which the tenant sets.
const (
	maxParts      = 100
	maxPartHeader = 16 << 10 // bytes between two parts: boundary and header of the next
	maxPartField  = 64 << 10 // bytes of a part that is no file
	reauthorise   = 5 * time.Second
)

// delivery is what an upload brings: files that are on disk without a name, and what they belong to.
type delivery struct {
	objectID, objectType string
	files                []arrived
}

type arrived struct {
	name    string
	refused string        // why it is not stored; "" where it is to be
	blob    *blob.Pending // nil where it is refused
}

func (d *delivery) drop() {
	for _, f := range d.files {
		if f.blob != nil {
			f.blob.Drop()
		}
	}
}

// bad is a refusal of the whole upload.
func bad(format string, args ...any) error {
	return refusal(http.StatusBadRequest, "ISM_4000", "Invalid Request", fmt.Sprintf(format, args...))
}

// upload stores the files of a multipart form with the record that the form names. The files come first to the store and
// then, once everything has arrived and is allowed, get their names and records: nobody sees half a file, whatever breaks.
func (c *call) upload() error {
	rows, err := c.rows(role.Create)
	if err != nil {
		web.Refused(c.w, c.r)
		return err
	}
	began := time.Now()
	in, err := c.receive()
	defer in.drop()
	if err != nil {
		return err
	}
	if time.Since(began) > reauthorise { // much may have happened since
		if c.principal, err = c.auth.Authenticate(c.r.Context(), c.r, c.tenant); err == nil {
			c.r = c.r.WithContext(principal.With(c.r.Context(), c.principal))
			rows, err = c.rows(role.Create)
		}
		if err != nil {
			return err
		}
	}
	parent, err := c.parent(in, rows)
	if err != nil {
		return err
	}
	results := make([]result, 0, len(in.files))
	for i := range in.files {
		one, err := c.attach(&in.files[i], i, parent, rows)
		if err != nil {
			return err
		}
		results = append(results, one)
	}
	return c.answerUpload(results)
}

// receive reads the whole form. Whatever it returns is to be dropped.
func (c *call) receive() (*delivery, error) {
	in := &delivery{}
	kind, parameters, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || parameters["boundary"] == "" {
		web.Refused(c.w, c.r)
		return in, bad("The body has to be multipart/form-data with a boundary.")
	}
	body, err := web.StreamBody(c.w, c.r, c.tenant.Done())
	if err != nil {
		return in, err
	}
	defer body.Close()
	megabytes, err := strconv.ParseInt(c.engine.Setting(c.r.Context(), "attachments.max_mb"), 10, 64)
	if err != nil {
		return in, fmt.Errorf("read the setting attachments.max_mb: %w", err)
	}
	form := receiver{limit: megabytes << 20, types: c.engine.Setting(c.r.Context(), "attachments.types"), put: c.tenant.Blobs.Put}
	if err := form.read(body, parameters["boundary"], in); err != nil {
		body.Drain()
		return in, err
	}
	return in, nil
}

// receiver reads a form.
type receiver struct {
	limit int64  // bytes of a file
	types string // extensions that may be attached
	put   func(r io.Reader, limit int64) (*blob.Pending, error)
}

func (rc receiver) read(body io.Reader, boundary string, in *delivery) error {
	headers := &bounded{r: body}
	parts := multipart.NewReader(headers, boundary)
	for n := 0; ; n++ {
		headers.left = maxPartHeader
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if n == maxParts {
			return bad("The form has more than %d parts.", maxParts)
		}
		if err != nil {
			return formError(err)
		}
		headers.left = -1
		if err := rc.part(part, in); err != nil {
			return formError(err)
		}
	}
	if len(in.files) == 0 {
		return bad("The form has no file.")
	}
	return nil
}

// storeError is a failure to store what arrived. All others are of what was sent.
type storeError struct{ error }

func (e storeError) Unwrap() error { return e.error }

// formError is what is wrong with a form in the words of this surface.
func formError(err error) error {
	var ours storeError
	var f *fault.Error
	var exact *web.ISM
	switch {
	case errors.As(err, &ours), errors.As(err, &f), errors.As(err, &exact):
		return err
	case errors.Is(err, blob.ErrTooLarge):
		return fault.New(fault.TooLarge, "attachment_too_large", "A file is larger than the server accepts")
	}
	return fault.New(fault.Invalid, "form_invalid", "The multipart form is damaged or incomplete.").WithCause(err)
}

// part reads one part: a file where it has a file name, else a field.
func (rc receiver) part(part *multipart.Part, in *delivery) error {
	_, parameters, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return bad("A part of the form has no valid Content-Disposition.")
	}
	if sent, ok := parameters["filename"]; ok {
		return rc.file(part, sent, in)
	}
	var to *string
	switch strings.ToLower(parameters["name"]) {
	case "objectid", "businessobjectid":
		to = &in.objectID
	case "objecttype", "businessobjecttype":
		to = &in.objectType
	}
	text, err := io.ReadAll(io.LimitReader(part, maxPartField+1))
	if err != nil {
		return err
	}
	if len(text) > maxPartField {
		return bad("A field of the form is longer than %d bytes.", maxPartField)
	}
	value := strings.TrimSpace(string(text))
	if to == nil || value == "" {
		return nil
	}
	if *to != "" && !strings.EqualFold(*to, value) {
		return bad("The form says twice what the files belong to.")
	}
	*to = value
	return nil
}

// file stores a file, or reads over one that is refused.
func (rc receiver) file(part io.Reader, sent string, in *delivery) error {
	one := arrived{name: cleanFileName(sent)}
	switch {
	case one.name == "":
		one.refused = "Upload Failed, Invalid file name."
	case !allowed(one.name, rc.types):
		one.refused = invalidType
	}
	if one.refused != "" {
		n, err := io.Copy(io.Discard, io.LimitReader(part, rc.limit+1))
		if err != nil {
			return err
		}
		if n > rc.limit {
			return blob.ErrTooLarge
		}
		if n == 0 && sent == "" { // a file input of a page in which none was chosen
			return nil
		}
		in.files = append(in.files, one)
		return nil
	}
	var err error
	one.blob, err = rc.put(part, rc.limit)
	switch {
	case err == nil:
	case errors.Is(err, blob.ErrTooLarge), blob.SenderFailed(err):
		return err
	default:
		return storeError{err}
	}
	in.files = append(in.files, one)
	return nil
}

// bounded limits how much is read from a body while left is not negative.
type bounded struct {
	r    io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return b.r.Read(p)
	}
	if b.left == 0 {
		return 0, bad("The header of a part is longer than %d bytes.", maxPartHeader)
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// parent finds the record that the form names. It has to lie within what the caller may attach to.
func (c *call) parent(in *delivery, rows role.Rows) (record.Row, error) {
	ctx := c.r.Context()
	if in.objectID == "" {
		return record.Row{}, bad("ObjectID cannot be blank. Provide a valid ObjectID and try again.")
	}
	if in.objectType == "" {
		return record.Row{}, bad("ObjectType cannot be blank. Provide a valid ObjectType and try again.")
	}
	t, ok := c.objectNamed(strings.ReplaceAll(in.objectType, ".", "#"))
	if !ok || t.Definition.Private {
		return record.Row{}, bad("The business object '%s' does not exist.", clipped(in.objectType))
	}
	unknown := bad("Record '%s' cannot be found in the business object '%s'", clipped(in.objectID), t.Singular)
	key, ok := id.ParseRecID(strings.Trim(in.objectID, "{}"))
	if !ok {
		return record.Row{}, unknown
	}
	row, err := c.engine.Get(ctx, t, key)
	if fault.Is(err, fault.NotFound) {
		return row, unknown
	}
	if err != nil {
		return row, err
	}
	// Who may only attach to what is their own may read more than that: colleagues, articles.
	seen, err := c.within(ctx, t, min(rows, c.roles().Ask(c.principal, role.Read, t.Object)), key)
	if err == nil && !seen {
		err = unknown
	}
	return row, err
}

// within reports whether a record lies within rows of its type.
func (c *call) within(ctx context.Context, t *record.Type, rows role.Rows, recID string) (bool, error) {
	var args odata.Args
	where, err := c.visible(ctx, t, rows, &args)
	if err != nil {
		return false, err
	}
	where = conjunction([]string{"rec_id = " + args.Add(strings.ToLower(recID)), where})
	total, err := c.engine.List(ctx, record.Query{Type: t, Where: where, Args: args.Values, Counts: len(args.Values)}, nil)
	return total > 0, err
}

// taken reports whether a record has an attachment of that name.
func (c *call) taken(parent record.Row, name string) (bool, error) {
	var args odata.Args
	where := c.expr(c.typ, "ParentLink") + " = " + args.Add(literal.Fold(parent.RecID)) + " AND " + c.expr(c.typ, "ATTACHNAME") + " = " + args.Add(literal.Fold(name))
	total, err := c.engine.List(c.r.Context(), record.Query{Type: c.typ, Where: where, Args: args.Values, Counts: len(args.Values)}, nil)
	return total > 0, err
}

// attach gives a file, the nth of the form, its name in the store and then its record.
func (c *call) attach(f *arrived, n int, parent record.Row, rows role.Rows) (result, error) {
	out := result{FileName: f.name, Message: f.refused}
	if f.refused != "" {
		return out, nil
	}
	once, err := c.once(c.guarded(rows), record.Creating, c.typ, fmt.Appendf(nil, "%d\x00%s\x00%s\x00%s", n, parent.RecID, f.name, f.blob.Hash))
	if err != nil {
		return out, err
	}
	once = record.PartOnce(once, n)
	if before, ok, err := c.engine.Replayed(once, c.typ); err != nil || ok {
		out.IsUploaded, out.Message = err == nil, before.RecID
		return out, err
	}
	// Looked at before the file gets a name; of two uploads at once the record engine refuses one.
	if taken, err := c.taken(parent, f.name); err != nil {
		return out, err
	} else if taken {
		if before, ok, err := c.engine.Replayed(once, c.typ); err == nil && ok { // by its own repetition, a moment ago
			out.IsUploaded, out.Message = true, before.RecID
			return out, nil
		}
		out.Message, out.duplicate = duplicateName(f.name), true
		return out, nil
	}
	if err := f.blob.Keep(); err != nil {
		return out, err
	}
	row, err := c.engine.Create(once, c.typ, record.Input{
		{Name: "ATTACHNAME", Value: f.name}, {Name: "AttachmentType", Value: "File"},
		{Name: "ParentLink_RecID", Value: parent.RecID}, {Name: "ParentLink_Category", Value: parent.Type.Object},
		{Name: "ATTACHSIZE", Value: f.blob.Size, Own: true}, {Name: "ContentSHA256", Value: f.blob.Hash.String(), Own: true},
		{Name: "ContentType", Value: contentType(f.name, f.blob.Head), Own: true},
	})
	switch refused := fault.Of(err); {
	case err == nil:
		out.IsUploaded, out.Message = true, row.RecID
	case refused.Code == "record_invalid" && len(refused.Fields) == 1 && refused.Fields[0].Code == record.CodeTaken:
		out.Message, out.duplicate = duplicateName(f.name), true
	case refused.Code == "record_invalid": // by a rule of the tenant's own
		out.Message = "Upload Failed, " + refused.Message
	default:
		return out, err
	}
	return out, nil
}
