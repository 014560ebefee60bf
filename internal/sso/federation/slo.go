package federation

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso"
	"github.com/provost-itsm/provost/internal/sso/saml"
)

// singleLogout takes the logout messages of a provider: its requests end sessions and are answered, its answers only decide the page.
func (m *Module) singleLogout(w http.ResponseWriter, r *http.Request, h *tenant.Handle) error {
	ctx := r.Context()
	message, err := saml.ParseLogout(r.URL.RawQuery)
	if err != nil {
		return m.refused(ctx, h, nil, Detail{Flow: "idp"}, err)
	}
	p, err := m.loggingOut(r, h, message.Issuer)
	if err != nil {
		return m.refused(ctx, h, nil, Detail{Flow: "idp"}, err)
	}
	sp, err := m.ours(ctx, h, strings.ToUpper(r.PathValue("idp"))) // the address at hand is the destination
	if err != nil {
		return err
	}
	said, err := message.Accept(p.protocol(), sp, m.clock.Now())
	if err != nil {
		return m.refused(ctx, h, p, Detail{Flow: "idp"}, err)
	}
	fresh := true
	if said.Signed { // what is not signed anybody can send again under another ID; it does no more than this browser could by itself
		err = h.DB.Write(ctx, nil, func(tx *db.Tx) (err error) {
			fresh, err = putReplay(tx, p.ID, said.ReplayKey[:], said.KeepUntil)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("note a logout: %w", err)
	}
	if !fresh {
		return m.refused(ctx, h, p, Detail{Flow: "idp"}, errReplayed)
	}
	if said.Answer {
		return m.loggedOut(w, p)
	}
	if err := m.endAsked(w, r, h, p, said); err != nil {
		return err
	}
	if p.SLOURL == "" && p.SLOResponseURL == "" {
		return m.loggedOut(w, p)
	}
	answer, err := saml.NewLogoutResponse(p.protocol(), sp, said.ID, message.RelayState, true, m.clock.Now())
	if err != nil {
		return complaint("slo_url", err)
	}
	w.Header().Set("Location", answer.URL)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// loggingOut finds the provider of a logout message: the path's, or the one with that issuer, which may be one that counts for logout alone.
func (m *Module) loggingOut(r *http.Request, h *tenant.Handle, issuer string) (*Provider, error) {
	ctx := r.Context()
	var p *Provider
	var err error
	if id := r.PathValue("idp"); id != "" {
		p, err = findProvider(ctx, h.DB, strings.ToUpper(id))
	} else if p, err = providerByEntity(ctx, h.DB, issuer); err == nil && p == nil {
		var all []*Provider
		all, err = listProviders(ctx, h.DB)
		for _, one := range all {
			if slices.Contains(one.logoutIssuers(), issuer) {
				p = one
			}
		}
	}
	if err == nil && (p == nil || p.Kind != KindSAML || !p.Enabled) {
		err = refuse("issuer_unknown", "No identity provider of this address has the identifier %s.", printable(issuer))
	}
	return p, err
}

// endAsked ends what a request names. One that is not signed ends the session of this very browser alone, and only if it is that of the
// subject it names.
func (m *Module) endAsked(w http.ResponseWriter, r *http.Request, h *tenant.Handle, p *Provider, said *saml.Logout) error {
	ctx := asProvider(r.Context(), h, p, addressOf(r.Context()))
	if !said.Signed {
		own, ok, err := m.signIn.Vouched(r.Context(), r, h)
		if err != nil || !ok || own.Provider != p.ID || own.NameID != said.NameID.Value {
			return err
		}
		return m.signIn.EndPresented(r.Context(), w, r, h)
	}
	if said.NameID.Value == "" {
		return fault.New(fault.Invalid, "logout_subject", "The request names nobody.")
	}
	indexes := said.SessionIndexes
	if len(indexes) == 0 {
		indexes = []string{""}
	}
	for _, index := range indexes {
		if _, err := m.signIn.EndVouched(ctx, h, p.ID, said.NameID.Value, index); err != nil {
			return err
		}
	}
	return nil
}

func (m *Module) loggedOut(w http.ResponseWriter, p *Provider) error {
	to := p.LogoutPage
	if to == "" {
		to = "/login?signed_out=1" // or it would lead straight back to the provider
	}
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// LogoutAddress is where a browser goes on with signing out after its session here has ended; "" where the provider has no such address.
func (m *Module) LogoutAddress(r *http.Request, h *tenant.Handle, ended sso.Proven) (string, error) {
	p, err := findProvider(r.Context(), h.DB, ended.Provider)
	if err != nil || p == nil || !p.Enabled {
		return "", err
	}
	if p.Kind == KindOIDC {
		return m.endSession(r.Context(), h, p)
	}
	if p.SLOURL == "" {
		return p.LogoutPage, nil
	}
	sp, err := m.ours(r.Context(), h, p.ID)
	if err != nil {
		return "", err
	}
	request, err := saml.NewLogoutRequest(p.protocol(), sp, saml.LogoutSession{NameID: saml.NameID{Value: ended.NameID, Format: ended.NameFormat}, SessionIndex: ended.Index}, "", m.clock.Now())
	if err != nil {
		return "", complaint("slo_url", err)
	}
	return request.URL, nil
}
