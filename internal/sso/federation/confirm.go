package federation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso"
)

// confirmedOutcome is that of an attempt by which a session was confirmed.
const confirmedOutcome = "confirmed"

// confirm takes an answer to the question whether it is still the same person, after the checks of its protocol. It counts where the subject is the
// one who is signed in, and has proved so just now; nobody is made, linked or changed by it.
func (m *Module) confirm(w http.ResponseWriter, r *http.Request, h *tenant.Handle, one *assertion, a asked, d Detail, proven sso.Proven) error {
	ctx, p := r.Context(), one.provider
	login, err := m.sameAgain(ctx, h, one, a, proven.AuthAt)
	if err != nil {
		why := (*refusal)(nil)
		if err = m.refused(ctx, h, p, d, err); errors.As(err, &why) && sentences[why.Code] != "" {
			return fault.New(fault.Forbidden, why.Code, sentences[why.Code], p.Name)
		}
		return err
	}
	m.strangers.Forget(strangerOf(r, h))
	proven.PersonID, proven.Provider, proven.StepUp = a.Person, p.ID, a.StepUp
	arrival, keep, err := m.arrive(ctx, h, proven, confirmedOutcome, login, d)
	if err == nil {
		err = h.DB.Write(ctx, nil, keep)
	}
	if err != nil {
		return fmt.Errorf("keep a confirmation: %w", err)
	}
	arrival.Send(w)
	return nil
}

// sentences are what people read who could not confirm who they are.
var sentences = map[string]string{
	"step_up_other":  "You have signed in at %s as somebody else than here. Nothing was confirmed.",
	"step_up_stale":  "%s has not asked you to sign in anew. Nothing was confirmed.",
	"step_up_unsaid": "%s does not say when you have signed in there. Nothing was confirmed. Ask an administrator to have it send auth_time.",
}

// sameAgain uses the message up and refuses one that is about another person than the request, or that is no proof of just now. It returns what the
// provider calls the person.
func (m *Module) sameAgain(ctx context.Context, h *tenant.Handle, one *assertion, a asked, at time.Time) (string, error) {
	now := m.clock.Now()
	var over error
	err := h.DB.Write(ctx, nil, func(tx *db.Tx) (err error) {
		over, err = one.use(tx, now)
		return err
	})
	if err := first(over, err); err != nil {
		return "", err
	}
	known, found, err := findIdentity(ctx, h.DB, one.provider.ID, one.kind, one.subject)
	if err != nil {
		return "", fmt.Errorf("look up an identity: %w", err)
	}
	switch {
	case !found || known.person != a.Person:
		return "", refuse("step_up_other", "Somebody else than who is signed in here has signed in there.")
	case at.IsZero():
		return "", refuse("step_up_unsaid", "The answer does not say when the person has signed in (auth_time).")
	case now.Sub(at) >= sso.StepUpLife || at.Sub(now) > one.provider.skew():
		return "", refuse("step_up_stale", "The person has signed in at %s, which is not just now. %s does not heed the request to have people sign in anew.", at.UTC().Format(time.RFC3339), one.provider.Name)
	}
	return known.name, nil
}
