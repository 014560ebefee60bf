package sso

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// noLinks says where a new password is had on the platform's host, which has no mail server.
const noLinks = "Links are not sent from here. Ask another system administrator for one, or run provost system-admin setup-link on the server."

// showReset asks for whom a link to set a password is wanted.
func (m *Module) showReset(w http.ResponseWriter, r *http.Request, h *realm) error {
	if !h.mail {
		return m.render(w, r, http.StatusOK, "reset.html", pageData{Notice: noLinks})
	}
	return m.render(w, r, http.StatusOK, "reset.html", pageData{})
}

// reset has a link sent, if there is somebody to send it to. Its answer, and the time it takes, are the same for everybody: who it is
// for is looked up by the job that sends it.
func (m *Module) reset(w http.ResponseWriter, r *http.Request, h *realm) error {
	values, err := form(w, r)
	if err != nil {
		return err
	}
	if !h.mail {
		return m.render(w, r, http.StatusOK, "reset.html", pageData{Notice: noLinks})
	}
	if err := m.paces.resets.Take(resetsOf(r, h)); err != nil {
		return m.complain(w, r, "reset.html", pageData{}, err)
	}
	login := strings.TrimSpace(values.Get("username"))
	const done = "If there is an account of that name with an e-mail address, a link is on its way to it. It works once, for 24 hours."
	if login == "" || len(login) > 255 || !utf8.ValidString(login) || !literal.Valid(login) {
		return m.render(w, r, http.StatusOK, "reset.html", pageData{Notice: done})
	}
	if m.paces.mailboxes.Take(h.ID+"/"+literal.Fold(login)) == nil { // nobody's mailbox is filled from many addresses
		if err := m.queueLink(r.Context(), tenant.From(r.Context()), link{Login: login}, nil); err != nil {
			return err
		}
	}
	return m.render(w, r, http.StatusOK, "reset.html", pageData{Notice: done})
}
