package demo

import (
	"bytes"
	"image/png"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/blob"
	"github.com/provost-itsm/provost/internal/platform/record"
)

func TestEveryAttachmentHasTheContentItsRecordSays(t *testing.T) {
	ctx, e := open(t, sqliteDSN(t))
	blobs := store(t)
	if _, err := fill(ctx, e, blobs, today); err != nil {
		t.Fatal(err)
	}
	parents, names := map[string]int{}, map[string]bool{}
	q := record.Query{Type: object(t, ctx, e, "Attachment"), Order: "ORDER BY rec_id", Limit: 100}
	_, err := e.List(ctx, q, func(row record.Row) error {
		h, ok := blob.ParseHash(row.Text("ContentSHA256"))
		if !ok {
			t.Fatalf("%s names no blob", row.Doc)
		}
		f, err := blobs.Open(h)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		content, err := io.ReadAll(f)
		if err != nil || strconv.Itoa(len(content)) != row.Text("ATTACHSIZE") {
			t.Errorf("%s: %d bytes, %v", row.Doc, len(content), err)
		}
		if kind, sniffed := row.Text("ContentType"), http.DetectContentType(content); sniffed != kind && !strings.HasPrefix(kind, "text/") {
			t.Errorf("%s is %s", row.Doc, sniffed)
		}
		if strings.HasSuffix(row.Text("ATTACHNAME"), ".png") {
			if _, err := png.Decode(bytes.NewReader(content)); err != nil {
				t.Errorf("%s: %v", row.Text("ATTACHNAME"), err)
			}
		}
		parents[row.Text("ParentLink_Category")]++
		if key := row.Text("ParentLink") + row.Text("ATTACHNAME"); names[key] {
			t.Errorf("%s is there twice", key)
		} else {
			names[key] = true
		}
		return nil
	})
	if err != nil || len(names) != incidentFiles+articleFiles || parents["Incident"] != incidentFiles {
		t.Errorf("%d attachments of %v: %v", len(names), parents, err)
	}
}
