package role_test

import (
	"slices"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// What an origin gives, it takes back; what two give, stays until both are done; what somebody gives by hand is theirs.
func TestOriginsTakeBackTheirOwn(t *testing.T) {
	const analyst = "ServiceDeskAnalyst"
	each(t, func(h house) {
		grant := func(origin string) func(*db.Tx) error {
			return func(tx *db.Tx) error { return h.store.GrantFrom(h.ctx, tx, person, analyst, origin, false) }
		}
		revoke := func(origin string) func(*db.Tx) error {
			return func(tx *db.Tx) error { return h.store.RevokeFrom(h.ctx, tx, person, analyst, origin) }
		}
		byHand := func(tx *db.Tx) error { return h.store.Grant(h.ctx, tx, person, analyst, false) }
		for _, step := range []struct {
			what    string
			do      func(*db.Tx) error
			holds   bool
			origins []string
		}{
			{"an origin that gave nothing takes nothing", revoke("idp:a"), false, nil},
			{"one origin gives", grant("idp:a"), true, []string{"idp:a"}},
			{"it gives again", grant("idp:a"), true, []string{"idp:a"}},
			{"another gives, too", grant("scim:g"), true, []string{"idp:a", "scim:g"}},
			{"the first takes back", revoke("idp:a"), true, []string{"scim:g"}},
			{"the other takes back", revoke("scim:g"), false, nil},
			{"one gives", grant("idp:a"), true, []string{"idp:a"}},
			{"somebody gives by hand", byHand, true, nil},
			{"the origin takes back, in vain", revoke("idp:a"), true, nil},
			{"it gives, and it stays by hand", grant("idp:a"), true, nil},
			{"somebody takes by hand", func(tx *db.Tx) error { return h.store.Revoke(h.ctx, tx, person, analyst) }, false, nil},
		} {
			h.must(step.do)
			held, _, err := h.store.Held(h.ctx, h.db, person)
			if err != nil {
				t.Fatal(err)
			}
			origins, err := h.store.Origins(h.ctx, h.db, person)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(held, analyst) != step.holds || !slices.Equal(origins[analyst], step.origins) {
				t.Errorf("%s: %v of %v", step.what, held, origins)
			}
		}
	})
}
