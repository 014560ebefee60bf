package sso

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

func TestStepUp(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		b := f.enter("root")
		refused := func(b *browser) bool {
			t.Helper()
			who := &principal.Principal{Kind: principal.Session, CredentialID: b.me().Session.ID}
			err := f.replicas[1].sso.StepUp(f.ctx, f.one, who)
			if err != nil && fault.Of(err).Code != "step_up_required" {
				t.Fatal(err)
			}
			return err != nil
		}
		if refused(b) || !b.me().Session.StepUp.Valid {
			t.Error("a sign-in is no proof")
		}
		f.clock.Advance(StepUpLife)
		if me := b.me(); !refused(b) || me.Session.StepUp.Valid || len(me.Session.StepUp.Methods) != 1 || me.Session.StepUp.Methods[0] != "password" {
			t.Errorf("an old proof counts: %+v", me.Session)
		}
		b.want(http.StatusForbidden, http.MethodPost, "/api/me/factors/totp", "")
		b.want(http.StatusBadRequest, http.MethodPost, "/api/me/step-up", `{"password":"wrong"}`)
		old, ends := b.sid(), b.me().Session.Ends
		b.want(http.StatusOK, http.MethodPost, "/api/me/step-up", `{"password":"`+password+`"}`)
		if refused(b) || b.sid() == old || !b.me().Session.Ends.Equal(ends) {
			t.Error("after the proof it is refused, or the cookie is the old one, or the session lives longer")
		}
		o := f.browser()
		o.cookies["__Host-sid"] = &http.Cookie{Name: "__Host-sid", Value: old}
		if o.alive() {
			t.Error("the session before the proof lives on")
		}
		if err := f.replicas[0].sso.StepUp(f.ctx, f.one, &principal.Principal{Kind: principal.Key}); err != nil {
			t.Errorf("a key: %v", err)
		}

		// With a second factor, the password alone is none.
		var offer map[string]string
		f.must(json.Unmarshal(b.want(http.StatusOK, http.MethodPost, "/api/me/factors/totp", "").Body.Bytes(), &offer))
		b.want(http.StatusBadRequest, http.MethodPost, "/api/me/factors/totp/confirmation", `{"code":"000000"}`)
		if w := b.want(http.StatusOK, http.MethodPost, "/api/me/factors/totp/confirmation", `{"code":"`+f.code(offer["secret"])+`"}`); strings.Count(w.Body.String(), "-") != 10 {
			t.Errorf("no recovery codes: %s", w.Body)
		}
		b.want(http.StatusBadRequest, http.MethodPost, "/api/me/factors/totp/confirmation", `{"code":"`+f.code(offer["secret"])+`"}`)
		f.clock.Advance(StepUpLife)
		b.want(http.StatusBadRequest, http.MethodPost, "/api/me/step-up", `{"password":"`+password+`"}`)
		b.want(http.StatusBadRequest, http.MethodPost, "/api/me/step-up", `{"password":"wrong","code":"`+f.code(offer["secret"])+`"}`)
		b.want(http.StatusOK, http.MethodPost, "/api/me/step-up", `{"password":"`+password+`","code":"`+f.code(offer["secret"])+`"}`)
		if refused(b) {
			t.Error("refused after a code")
		}
	})
}

func TestOwnFactors(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		b, ann := f.enter("root"), f.enter("ann")
		key := newAuthenticator(t)
		made := key.create(b.options("/api/me/factors/passkeys/options"))
		ann.options("/api/me/factors/passkeys/options")
		ann.want(http.StatusBadRequest, http.MethodPost, "/api/me/factors/passkeys", `{"name":"stolen","credential":`+made+`}`)
		b.want(http.StatusOK, http.MethodPost, "/api/me/factors/passkeys", `{"name":"Laptop","credential":`+made+`}`)
		me := b.me()
		if len(me.Factors.Passkeys) != 1 || me.Factors.Passkeys[0].Name != "Laptop" || me.Factors.Codes != 10 || me.Factors.Required {
			t.Errorf("factors are %+v", me.Factors)
		}
		f.clock.Advance(StepUpLife + time.Second)
		answer := key.get(b.options("/api/me/step-up/options"))
		ann.want(http.StatusBadRequest, http.MethodPost, "/api/me/step-up", `{"credential":`+answer+`}`)
		b.want(http.StatusOK, http.MethodPost, "/api/me/step-up", `{"credential":`+answer+`}`)
		b.want(http.StatusBadRequest, http.MethodPost, "/api/me/step-up", `{"credential":`+answer+`}`)
		b.want(http.StatusOK, http.MethodPost, "/api/me/factors/recovery-codes", "")

		path := "/api/me/factors/passkeys/" + me.Factors.Passkeys[0].ID
		f.policy("admins")
		b.want(http.StatusConflict, http.MethodDelete, path, "") // the last one, and there has to be one
		f.policy("off")
		b.want(http.StatusNotFound, http.MethodDelete, "/api/me/factors/totp", "")
		b.want(http.StatusNoContent, http.MethodDelete, path, "")
		if me := b.me(); len(me.Factors.Passkeys) != 0 || me.Factors.Codes != 0 {
			t.Errorf("factors are %+v", me.Factors)
		}
		b.want(http.StatusConflict, http.MethodPost, "/api/me/factors/recovery-codes", "")
		o := f.browser()
		o.want(http.StatusBadRequest, http.MethodPost, "/login/passkey", fields("credential", key.get(o.options("/login/passkey/options"))))
	})
}
