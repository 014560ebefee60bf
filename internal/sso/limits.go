package sso

import (
	"context"
	"strconv"
	"time"

	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// Class is what sort of user a role makes of somebody: sessions live by it.
type Class string

// The classes (spec/sso.md 7.2).
const (
	Administrator Class = "admin"
	Agent         Class = "agent"
	SelfService   Class = "self_service"
)

// classOf says which class a role of a tenant belongs to: one that administers; one that reads no more than the person's own incidents; all others.
func classOf(h *tenant.Handle, name string) Class {
	book, who := h.Roles(), &principal.Principal{Kind: principal.Session, Role: name}
	switch {
	case book.Admin(who):
		return Administrator
	case name == role.SelfService || book.Ask(who, role.Read, "Incident") == role.OwnRows:
		return SelfService
	}
	return Agent
}

// limits are how long a session lives.
type limits struct {
	idle, absolute time.Duration
}

// standardLimits count where a setting is no number.
var standardLimits = map[Class]limits{
	Administrator: {30 * time.Minute, 8 * time.Hour},
	Agent:         {30 * time.Minute, 12 * time.Hour},
	SelfService:   {8 * time.Hour, 12 * time.Hour},
}

// limitsOf reads the settings session.CLASS_idle_minutes and session.CLASS_max_hours.
func limitsOf(ctx context.Context, h *realm, c Class) limits {
	out := standardLimits[c]
	if n, err := strconv.Atoi(h.setting(ctx, "session."+string(c)+"_idle_minutes")); err == nil && n > 0 {
		out.idle = time.Duration(n) * time.Minute
	}
	if n, err := strconv.Atoi(h.setting(ctx, "session."+string(c)+"_max_hours")); err == nil && n > 0 {
		out.absolute = time.Duration(n) * time.Hour
	}
	return out
}
