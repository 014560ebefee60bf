package demo

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/blob"
)

// How many files hang on incidents and on articles.
const (
	incidentFiles = 34
	articleFiles  = 6
)

// file is an attachment before it has its record.
type file struct {
	name, kind, by string
	content        []byte
	at             int64
	parent         entity
	internal       bool // not for the customer
}

// makeAttachments hangs files on the newest incidents and on the first articles: what people send with a report, and what agents
// collect. Their contents are made here, the same every time.
func (w *world) makeAttachments() {
	r := chance("attachments")
	var all []file
	for i := len(w.incidents) - 1; i >= 0 && len(all) < incidentFiles; i -= 1 + r.IntN(40) {
		x := w.incidents[i]
		if x.created+2*minute >= end || x.customer == nil {
			continue
		}
		all = append(all, w.incidentFile(r, x, len(all)))
	}
	for i := 0; i < articleFiles && i < len(w.library); i++ {
		a := w.library[i]
		all = append(all, file{
			name: "Handout " + clipped(a.text("Title"), 60) + ".pdf", kind: "application/pdf", by: a.text("CreatedBy"), parent: a, at: a.created() + hour,
			content: document(a.text("Title"), strings.Split(a.text("Details"), ". ")),
		})
	}
	keys := w.keys("Attachment")
	slices.SortStableFunc(all, func(a, b file) int { return int(a.at - b.at) })
	for _, f := range all {
		w.attach(keys, f)
	}
}

func (e entity) created() int64 { return e.r[e.s.at["CreatedDateTime"]].Num }

// incidentFile is one file of an incident, of one kind after the other.
func (w *world) incidentFile(r *rand.Rand, x *incident, n int) file {
	f := file{by: x.customer.login, at: x.created + minute, parent: w.stub("Incident", x.id)}
	computer := "unknown"
	if x.item != nil {
		computer = x.item.name
	}
	number := text(x.number)
	switch n % 4 {
	case 0, 1:
		f.name, f.kind, f.content = "screenshot-"+number+".png", "image/png", screenshot(r, n)
	case 2:
		f.name, f.kind, f.content = "events-"+computer+"-"+number+".txt", "text/plain; charset=utf-8", events(r, computer, x.subject)
		f.by, f.internal = x.owner.login, true
	default:
		f.name, f.kind, f.content = "ping-"+number+".csv", "text/csv; charset=utf-8", measurements(r, computer)
		f.by = x.owner.login
	}
	if x.owner == nil || f.by == "" {
		f.by = x.customer.login
	}
	return f
}

// attach plans the record of a file and remembers its content.
func (w *world) attach(keys func(int64) string, f file) {
	sum := blob.Hash(sha256.Sum256(f.content))
	w.files = append(w.files, f.content)
	form := w.form("Attachment", keys(f.at), f.at, f.by).link("ParentLink", f.parent)
	form.texts("ATTACHNAME", f.name, "ContentType", f.kind, "FileExtension", strings.TrimPrefix(path.Ext(f.name), "."), "ContentSHA256", sum.String())
	form.number("ATTACHSIZE", int64(len(f.content))).flag("PublishToWeb", !f.internal)
	w.ready(form.done())
}

// events is what an agent copies out of an event log.
func events(r *rand.Rand, computer, subject string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "Event log of %s\nReported: %s\n\n", computer, subject)
	sources := []string{"Service Control Manager", "Disk", "Kernel-Power", "DNS Client", "Group Policy", "Print Spooler", "WLAN AutoConfig"}
	for second := r.IntN(60); second < 1800; second += 20 + r.IntN(150) {
		level := []string{"Information", "Information", "Warning", "Error"}[r.IntN(4)]
		fmt.Fprintf(&b, "+%02d:%02d  %-11s  %-24s  id %d\n", second/60, second%60, level, pick(r, sources), 1000+r.IntN(9000))
	}
	return []byte(b.String())
}

// measurements is a table of answer times.
func measurements(r *rand.Rand, computer string) []byte {
	var b strings.Builder
	b.WriteString("second,from,to,milliseconds,lost\r\n")
	for second := range 60 {
		lost := r.IntN(15) == 0
		took := 3 + r.IntN(40)
		if r.IntN(10) == 0 {
			took += 300 + r.IntN(900)
		}
		if lost {
			fmt.Fprintf(&b, "%d,%s,gateway,,1\r\n", second*5, computer)
		} else {
			fmt.Fprintf(&b, "%d,%s,gateway,%d,0\r\n", second*5, computer, took)
		}
	}
	return []byte(b.String())
}
