package app

import (
	"context"
	"errors"
	"strconv"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/job"
	"github.com/provost-itsm/provost/internal/platform/mail"
	"github.com/provost-itsm/provost/internal/platform/notice"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// mailNotices tell administrators that e-mails cannot be sent.
type mailNotices struct{ clock clock.Clock }

// mailJobs are the kinds of jobs that send e-mails.
var mailJobs = map[string]bool{"trust.mail": true, "sso.link": true, "desk.mail": true, "sso.alert": true}

// Notices implements notice.Source.
func (m mailNotices) Notices(ctx context.Context, h *tenant.Handle, who *principal.Principal) ([]notice.Notice, error) {
	if !h.Roles().Admin(who) {
		return nil, nil
	}
	s, err := mail.Post{DB: h.DB, Keys: h.Keys, Clock: m.clock}.Server(ctx)
	if errors.Is(err, mail.ErrNoServer) {
		if h.Demo {
			return nil, nil
		}
		return []notice.Notice{{ID: notice.MailMissing, Kind: notice.MailMissing, At: h.Created}}, nil
	}
	if err != nil {
		return nil, err
	}
	failed, err := job.ListFailed(ctx, h.DB, 200)
	if err != nil {
		return nil, err
	}
	out, n := notice.Notice{ID: notice.MailFailed, Kind: notice.MailFailed, Title: s.Host}, 0
	for _, f := range failed {
		if !mailJobs[f.Kind] {
			continue
		}
		n++
		if f.Created.After(out.At) {
			out.At = f.Created
		}
	}
	if n == 0 {
		return nil, nil
	}
	out.Detail = strconv.Itoa(n)
	return []notice.Notice{out}, nil
}
