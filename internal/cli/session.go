package cli

import (
	"context"
	"errors"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/sso"
)

type sessionCommands struct {
	List sessionList `cmd:"" help:"List browser sessions that have not ended."`
	End  sessionEnd  `cmd:"" help:"End a browser session, or all of a person."`
}

type sessionList struct {
	Login string `help:"Only those of the person with this login." placeholder:"LOGIN"`
}

func (s *sessionList) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	person := ""
	if s.Login != "" {
		if person, err = c.SSO.PersonNamed(ctx, h, s.Login); err != nil {
			return nil, err
		}
	}
	list, err := c.SSO.Sessions(ctx, h, person)
	if err != nil {
		return nil, err
	}
	return struct {
		Sessions []sso.BrowserSession `json:"sessions"`
	}{list}, nil
}

type sessionEnd struct {
	ID    string `arg:"" optional:"" help:"Id of the session."`
	Login string `help:"End all sessions of the person with this login." placeholder:"LOGIN"`
}

func (s *sessionEnd) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	type ended struct {
		Ended int64 `json:"ended"`
	}
	switch {
	case (s.ID == "") == (s.Login == ""):
		return nil, fault.New(fault.Invalid, "session_unnamed", "Name either a session or a person: `provost session end ID`, `provost session end --login LOGIN`.")
	case s.ID != "":
		err := c.SSO.EndSession(ctx, h, s.ID)
		if fault.Is(err, fault.NotFound) {
			return nil, errors.New("there is no such session; `provost session list` shows those there are")
		}
		return ended{1}, err
	}
	person, err := c.SSO.PersonNamed(ctx, h, s.Login)
	if err != nil {
		return nil, err
	}
	n, err := c.SSO.EndSessionsOf(ctx, h, person)
	return ended{n}, err
}
