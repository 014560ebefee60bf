package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/blob"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
)

// attachmentPath is where attachments are, with the id as the parameter ID or behind a slash.
const attachmentPath = "/api/rest/attachment"

// attachmentObject is the object whose records are attachments.
const attachmentObject = "Attachment"

// The refusals of the attachment service (the vendor's "Upload Attachments" and "Get Attachments" pages).
var (
	errBlankAttachment = refusal(http.StatusBadRequest, "ISM_4000", "Invalid Request", "RecID cannot be blank. Provide a valid RecID and try again.")
	errAttachmentPath  = refusal(http.StatusBadRequest, "ISM_4004", "Not Found", "Requested resource not found")
	errRange           = refusal(http.StatusRequestedRangeNotSatisfiable, "ISM_4016", "Range Not Satisfiable", "The file does not have the bytes that were asked for")
)

func errNoAttachment(id string) error {
	return refusal(http.StatusBadRequest, "ISM_4000", "Invalid Request", fmt.Sprintf("Attachment for the object \"%s\" not found. Provide a valid RecID and try again.", clipped(id)))
}

// clipped bounds a text of the caller's that a refusal repeats.
func clipped(s string) string {
	const most = 100
	if r := []rune(strings.ToValidUTF8(s, "?")); len(r) > most {
		return string(r[:most]) + "…"
	}
	return strings.ToValidUTF8(s, "?")
}

// attachment serves the attachment service.
func (m *Module) attachment(w http.ResponseWriter, r *http.Request) {
	c, err := m.begin(w, r)
	if err == nil {
		err = c.dispatchAttachment()
	}
	if err != nil {
		if c != nil {
			err = c.inWords(err)
		}
		web.WriteISM(w, r, err)
	}
}

func (c *call) dispatchAttachment() error {
	t, ok := c.engine.Type(c.r.Context(), attachmentObject)
	if !ok {
		return errNothingHere
	}
	c.typ = t
	rest, below := strings.CutPrefix(strings.TrimPrefix(c.r.URL.EscapedPath(), attachmentPath), "/")
	key, err := attachmentKey(c.r.URL.Query(), rest)
	if err != nil {
		return err
	}
	c.path = odata.Path{Key: key, HasKey: true}
	switch c.r.Method {
	case http.MethodPost:
		if below && rest != "" {
			return errAttachmentPath
		}
		return c.upload()
	case http.MethodGet, http.MethodHead:
		return c.download()
	case http.MethodDelete:
		return c.removeAttachment()
	}
	c.w.Header().Set("Allow", "DELETE, GET, HEAD, POST")
	return errMethod
}

// attachmentKey is the id of an attachment: from the path, else from the parameter ID, whatever its case.
func attachmentKey(query url.Values, rest string) (string, error) {
	if rest != "" {
		id, err := url.PathUnescape(rest)
		if err != nil || strings.Contains(rest, "/") {
			return "", errAttachmentPath
		}
		return strings.TrimSpace(id), nil
	}
	for name, values := range query {
		if strings.EqualFold(name, "id") && len(values) > 0 {
			return strings.TrimSpace(values[0]), nil
		}
	}
	return "", nil
}

// theAttachment is the record of the path, if the caller may access it so; fault.NotFound where there is none.
func (c *call) theAttachment(access role.Access) (record.Row, error) {
	rows, err := c.rows(access)
	if err != nil {
		return record.Row{}, err
	}
	if c.path.Key == "" {
		return record.Row{}, errBlankAttachment
	}
	return c.find(c.r.Context(), c.typ, c.path.Key, rows)
}

func (c *call) download() error {
	row, err := c.theAttachment(role.Read)
	if fault.Is(err, fault.NotFound) {
		return errNoAttachment(c.path.Key)
	}
	if err != nil {
		return err
	}
	hash, ok := blob.ParseHash(row.Text("ContentSHA256"))
	if !ok { // an address, without a file
		return errNoAttachment(c.path.Key)
	}
	f, err := c.tenant.Blobs.Open(hash)
	if err != nil {
		return fmt.Errorf("attachment %s, blob %s: %w", row.RecID, hash, err)
	}
	defer f.Close()
	kind := row.Text("ContentType")
	if kind == "" {
		kind = unknownContent
	}
	h := c.w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", disposition(row.Text("ATTACHNAME")))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-cache") // may be kept, but whoever has it asks each time
	h.Set("ETag", `"`+hash.String()+`"`)
	w := &rangeWriter{ResponseWriter: web.Paced(c.w, c.tenant.Done())}
	http.ServeContent(w, c.r, "", time.Time{}, f)
	switch {
	case f.Damaged():
		c.log.ErrorContext(c.r.Context(), "the content of an attachment is damaged and was not given out whole", "attachment", row.RecID, "blob", hash.String())
		panic(http.ErrAbortHandler) // the client sees that the end is missing
	case w.unsatisfiable:
		h.Del("Content-Disposition")
		return errRange
	}
	return nil
}

// rangeWriter keeps the text that package http has for a range outside of the file back, for one in the words of this surface.
type rangeWriter struct {
	http.ResponseWriter
	unsatisfiable bool
}

// Unwrap gives http.ResponseController the rest.
func (w *rangeWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *rangeWriter) WriteHeader(status int) {
	if w.unsatisfiable = status == http.StatusRequestedRangeNotSatisfiable; !w.unsatisfiable {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *rangeWriter) Write(b []byte) (int, error) {
	if w.unsatisfiable {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// removeAttachment answers 204 also where there is nothing to remove, as the original does.
func (c *call) removeAttachment() error {
	row, err := c.theAttachment(role.Delete)
	if err == nil {
		err = c.engine.Delete(c.r.Context(), c.typ, row.RecID)
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// NamedBlobs returns the hashes, from one to another and in order, of the blobs that records of a tenant name.
func NamedBlobs(ctx context.Context, e *record.Engine, r db.Reader, from, to blob.Hash) ([]blob.Hash, error) {
	t, ok := e.Type(ctx, attachmentObject)
	if !ok {
		return nil, nil
	}
	column := t.Expr(t.Position("ContentSHA256"), e.DB().Engine() == db.Postgres)
	rows, err := r.Query(ctx, "SELECT DISTINCT "+column+" AS hash FROM "+t.Table()+" WHERE "+column+" >= $1 AND "+column+" <= $2 ORDER BY hash", from.String(), to.String())
	if err != nil {
		return nil, fmt.Errorf("read the hashes of attachments: %w", err)
	}
	defer rows.Close()
	var out []blob.Hash
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("read the hashes of attachments: %w", err)
		}
		if h, ok := blob.ParseHash(text); ok {
			out = append(out, h)
		}
	}
	return out, rows.Err()
}

// SweepAttachments removes the contents of attachments that have been deleted, and what uploads that were cut short left.
func (m *Module) SweepAttachments(ctx context.Context, h *tenant.Handle, now time.Time) error {
	swept, err := h.Blobs.Sweep(ctx, now, func(ctx context.Context, from, to blob.Hash) (names []blob.Hash, err error) {
		err = h.DB.View(ctx, func(r db.Reader) error {
			names, err = NamedBlobs(ctx, h.Records, r, from, to)
			return err
		})
		return names, err
	})
	if err != nil {
		return fmt.Errorf("sweep attachments: %w", err)
	}
	if swept.Blobs+swept.Temporary > 0 {
		m.log.InfoContext(ctx, "attachments swept", "blobs", swept.Blobs, "bytes", swept.Bytes, "temporary", swept.Temporary)
	}
	return nil
}

// validateAttachment holds what the name of an attachment has to be, whoever writes it. The type of the content stays what it
// was found to be.
func validateAttachment(ctx context.Context, d *record.Draft) {
	const name = "ATTACHNAME"
	if d.Verb == record.Creating && d.Text("ContentSHA256") == "" && strings.TrimSpace(d.Text("URL")) == "" {
		d.Refuse(name, "An attachment is made with its file: upload it as multipart/form-data with POST /api/rest/Attachment. A record without a file needs an address in the field 'URL'.")
		return
	}
	if !d.Changed(name) && !d.Changed("ParentLink") {
		return
	}
	if d.Changed(name) {
		clean := cleanFileName(d.Text(name))
		if clean == "" {
			d.Refuse(name, "The value of the field '%s' is not the name of a file", name)
			return
		}
		if d.Text("ContentSHA256") != "" && !allowed(clean, d.Engine().Setting(ctx, "attachments.types")) {
			d.Refuse(name, "%s", invalidType)
			return
		}
		d.SetText(name, clean)
		end := extension(clean)
		if len(end) > 50 {
			end = ""
		}
		d.SetText("FileExtension", end)
	}
	d.OnlyOne("ParentLink", name)
}

// result is what the answer to an upload says of one file.
type result struct {
	FileName   string `json:"FileName,omitempty"`
	IsUploaded bool   `json:"IsUploaded"`
	Message    string `json:"Message"` // RecId of the attachment, or why there is none

	duplicate bool
}

// The messages of files that are refused.
const invalidType = "Upload Failed, Invalid attachment type."

func duplicateName(name string) string {
	return "Upload Failed, A file with the name '" + name + "' is already attached to this object. Please change the name."
}

// answerUpload writes the results in the order of the parts: 200 where all files are stored, else 300, with the bare array or,
// where a name was taken, with a status object that has the messages; its member files is the array.
func (c *call) answerUpload(results []result) error {
	status, taken := http.StatusOK, false
	messages := make([]string, len(results))
	for i, r := range results {
		messages[i] = r.Message
		taken = taken || r.duplicate
		if !r.IsUploaded {
			status = http.StatusMultipleChoices
		}
	}
	if len(results) == 1 && !results[0].IsUploaded { // exactly as the original answers
		results[0].FileName = ""
	}
	var body any = results
	if taken {
		body = struct {
			Code        string   `json:"code"`
			Description string   `json:"description"`
			Message     []string `json:"message"`
			Help        string   `json:"help"`
			Files       []result `json:"files"`
		}{"ISM_3000", "Validation Error", messages, "", results}
	}
	b, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("answer an upload: %w", err)
	}
	c.send(status, b)
	return nil
}
