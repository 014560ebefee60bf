package issuer

import (
	"context"
	"fmt"
)

// The results of a step.
const (
	Passed  = "passed"
	Failed  = "failed"
	Skipped = "skipped"
)

// Step is one of the ten steps as they went for a token.
type Step struct {
	Number int    `json:"step"`
	Name   string `json:"name"`
	Result string `json:"result"` // Passed, Failed or Skipped
	Detail string `json:"detail"`
}

// Inspect takes a token through all ten steps and tells how each went, for an administrator. Nothing is stored. The details name what the
// token claims even where its signature is wrong.
func (p *Plane) Inspect(ctx context.Context, raw string) ([]Step, error) {
	s, err := p.current(ctx)
	if err != nil {
		return nil, fmt.Errorf("inspect a token: %w", err)
	}
	e := examine(raw, s.sources, p.clock.Now())
	e.people, e.own = p.linked, p.itself
	out := make([]Step, 0, len(steps))
	over := false
	for i, st := range steps {
		step := Step{Number: i + 1, Name: st.name, Result: Skipped}
		if !over {
			o, err := st.run(e, ctx)
			if err != nil {
				return nil, fmt.Errorf("inspect a token: %w", err)
			}
			step.Result, step.Detail = Passed, o.detail
			if o.reason != "" {
				step.Result, over = Failed, st.fatal && e.source == nil || e.gate != ""
			} else if st.name == stepRights && e.got.PersonID == "" {
				step.Result, step.Detail = Failed, "It acts for nobody: `provost issuer link` says for whom. "+step.Detail
			}
		}
		out = append(out, step)
	}
	return out, nil
}
