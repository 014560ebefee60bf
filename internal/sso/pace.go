package sso

import (
	"net/http"
	"time"

	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/pace"
	"github.com/provost-itsm/provost/internal/platform/web"
)

const (
	freeCodes   = 5               // wrong codes of a person before there is a wait
	firstWait   = 2 * time.Second // which then doubles
	longestWait = time.Minute     // so that whoever has a password guesses 1,440 codes a day at the most
)

// paces keep apart what strangers may fill and what people are protected by.
type paces struct {
	codes     *pace.Limiter[string] // wrong codes of a second factor, by tenant and person: counted only after the password was right
	resets    *pace.Limiter[string] // requests for a reset, by tenant and address
	mailboxes *pace.Limiter[string] // letters of resets, by tenant and login
}

func newPaces(c clock.Clock) paces {
	of := func(code, message string) *pace.Limiter[string] {
		return pace.New[string](c, pace.Limits{Free: freeCodes, First: firstWait, Longest: longestWait, Forget: 24 * time.Hour,
			Refusal: fault.New(fault.RateLimited, code, "%s", message)})
	}
	return paces{
		codes:     of("factor_limited", "Too many wrong codes. Wait a moment before you try again."),
		resets:    of("reset_limited", "Too many requests. Wait a moment before you try again."),
		mailboxes: of("reset_limited", "Too many requests. Wait a moment before you try again."),
	}
}

// resetsOf is as what requests for a reset are counted: those of a host.
func resetsOf(r *http.Request, h *realm) string {
	return h.ID + "/" + web.Network(web.ClientAddress(r.Context())).String()
}
