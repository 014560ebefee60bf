package federation

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/platform/web"
	"github.com/provost-itsm/provost/internal/sso"
	"github.com/provost-itsm/provost/internal/sso/saml"
)

const maxPost = 512 << 10 // bytes of a form

// startSAML sends the browser to a SAML provider.
func (m *Module) startSAML(w http.ResponseWriter, r *http.Request, h *tenant.Handle, p *Provider, a asked, hint string) error {
	sp, err := m.ours(r.Context(), h, "")
	if err != nil {
		return err
	}
	request, err := saml.NewAuthnRequest(p.protocol(), sp, saml.AuthnOptions{ForceAuthn: p.ForceAuthn || a.StepUp != "", LoginHint: hint}, m.clock.Now())
	if err != nil {
		return complaint("sso_url", err)
	}
	if err := m.ask(r.Context(), w, h, p, request.ID, a); err != nil {
		return err
	}
	if request.URL != "" {
		w.Header().Set("Location", request.URL)
		w.WriteHeader(http.StatusSeeOther)
		return nil
	}
	return sendForm(w, request)
}

// postForm is a page whose form carries a request to a provider that takes nothing else. It is sent by the button: there is no script.
var postForm = template.Must(template.New("post").Parse(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Go on to sign in</title>` +
	`<link rel="stylesheet" href="/login/page.css"></head><body><main><h1>Go on to sign in</h1><form method="post" action="{{.Action}}">` +
	`{{range .Fields}}<input type="hidden" name="{{index . 0}}" value="{{index . 1}}">{{end}}<button type="submit" autofocus>Go on</button></form></main></body></html>`))

func sendForm(w http.ResponseWriter, request *saml.AuthnRequest) error {
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action "+origin(request.Action)+"; base-uri 'none'; frame-ancestors 'none'")
	if err := postForm.Execute(w, request); err != nil {
		return fmt.Errorf("write a form: %w", err)
	}
	return nil
}

// origin is scheme and host of an address that was checked before it was kept.
func origin(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

// sharedACS takes responses of all providers of a tenant.
func (m *Module) sharedACS(w http.ResponseWriter, r *http.Request, h *tenant.Handle) error {
	return m.consumeResponse(w, r, h, nil)
}

// ownACS takes those of one.
func (m *Module) ownACS(w http.ResponseWriter, r *http.Request, h *tenant.Handle) error {
	p, err := findProvider(r.Context(), h.DB, strings.ToUpper(r.PathValue("idp")))
	if err == nil && p == nil {
		err = fault.New(fault.NotFound, "identity_provider_unknown", "There is no such way to sign in.")
	}
	if err != nil {
		return err
	}
	return m.consumeResponse(w, r, h, p)
}

// consumeResponse takes a response: who sent it, whether it counts, whose it is.
func (m *Module) consumeResponse(w http.ResponseWriter, r *http.Request, h *tenant.Handle, only *Provider) error {
	ctx := r.Context()
	if err := m.strangers.Take(strangerOf(r, h)); err != nil {
		return err // before anything is read
	}
	var d Detail
	response, p, err := m.receive(w, r, h, only, &d)
	if err != nil {
		return m.refused(ctx, h, p, d, err)
	}
	a, pending, err := m.open(w, r, h, p, response.InResponseTo)
	if err != nil {
		return err
	}
	if !p.Enabled && !a.Test {
		return m.deny(w, r, h, p, a, d, refuse("provider_disabled", "%s is not enabled.", p.Name))
	}
	requestID := ""
	if pending {
		requestID = response.InResponseTo
	}
	said, err := m.judge(ctx, h, p, response, requestID)
	if err != nil {
		return m.deny(w, r, h, p, a, d, err)
	}
	one := subjectOf(p, said)
	one.carried = a.carriedUntil()
	return m.conclude(w, r, h, one, a, d, sso.Proven{Method: KindSAML, NameID: said.NameID.Value, NameFormat: said.NameID.Format, Index: said.SessionIndex,
		AuthAt: said.AuthnInstant, Ends: said.SessionEnd, Unasked: !pending})
}

// conclude lets in whom a provider vouches for, after the checks of its protocol: it settles who that is, keeps the attempt, and hands the
// sign-in on. A test ends at the page of the provider's record.
func (m *Module) conclude(w http.ResponseWriter, r *http.Request, h *tenant.Handle, one *assertion, a asked, d Detail, proven sso.Proven) error {
	ctx, p := r.Context(), one.provider
	d.Proven, d.Subject, d.Claims = true, one.subject, told(one.claims, a.Test)
	if one.subject == "" {
		return m.deny(w, r, h, p, a, d, refuse("no_identity", "The provider says nothing for %s.", p.SubjectClaim))
	}
	if a.StepUp != "" {
		return m.confirm(w, r, h, one, a, d, proven)
	}
	if a.Test {
		out, err := m.try(ctx, h, one)
		if err != nil {
			return m.deny(w, r, h, p, a, d, err)
		}
		d.tell(out)
		m.note(ctx, h, p.ID, testedOutcome, out.Login, d)
		showTest(w, p)
		return nil
	}
	proven.Provider, proven.To = p.ID, a.To
	var arrival *sso.Arrival
	err := m.admit(ctx, h, one, func(out admitted) (keep func(*db.Tx) error, err error) {
		d.tell(out)
		proven.PersonID = out.Person
		arrival, keep, err = m.arrive(ctx, h, proven, signedInOutcome, out.Login, d)
		return keep, err
	})
	if err != nil {
		return m.deny(w, r, h, p, a, d, err)
	}
	m.strangers.Forget(strangerOf(r, h))
	arrival.Send(w)
	return nil
}

// arrive prepares to hand a sign-in on, and to keep the attempt with it.
func (m *Module) arrive(ctx context.Context, h *tenant.Handle, proven sso.Proven, outcome, login string, d Detail) (*sso.Arrival, func(*db.Tx) error, error) {
	attempt, err := m.noted(ctx, proven.Provider, outcome, login, d)
	if err != nil {
		return nil, nil, err
	}
	arrival, err := m.signIn.Arrive(h, proven)
	if err != nil {
		return nil, nil, err
	}
	return arrival, func(tx *db.Tx) error {
		if err := attempt(tx); err != nil {
			return err
		}
		return arrival.Keep(tx)
	}, nil
}

// strangerOf is as what refused responses are counted: those of a network at a tenant.
func strangerOf(r *http.Request, h *tenant.Handle) string {
	return h.ID + "/" + web.Network(web.ClientAddress(r.Context())).String()
}

// deny refuses a sign-in. Who tests a provider is shown there why.
func (m *Module) deny(w http.ResponseWriter, r *http.Request, h *tenant.Handle, p *Provider, a asked, d Detail, err error) error {
	err = m.refused(r.Context(), h, p, d, err)
	if why := (*refusal)(nil); a.Test && errors.As(err, &why) {
		showTest(w, p)
		return nil
	}
	return err
}

// showTest sends who tested a provider to its page, where the attempt is shown.
func showTest(w http.ResponseWriter, p *Provider) {
	w.Header().Set("Location", "/admin/single-sign-on/"+p.ID+"?tested=1")
	w.WriteHeader(http.StatusSeeOther)
}

// receive reads the form and finds out whose response it claims to be.
func (m *Module) receive(w http.ResponseWriter, r *http.Request, h *tenant.Handle, only *Provider, d *Detail) (*saml.Response, *Provider, error) {
	var body []byte
	if r.Header.Get("Content-Encoding") == "" { // else it is not even read
		var err error
		if body, err = web.ReadBody(w, r, maxPost); fault.Is(err, fault.TooLarge) {
			body = make([]byte, maxPost+1) // as long as it has to be for the gate to refuse it
		} else if err != nil {
			return nil, only, err
		}
	}
	post, err := saml.DecodeForm(saml.Form{Method: r.Method, ContentType: r.Header.Get("Content-Type"), ContentEncoding: r.Header.Get("Content-Encoding"),
		RawQuery: r.URL.RawQuery, Body: body})
	if err != nil {
		return nil, only, err
	}
	response, err := saml.ParseResponse(post.Document)
	if refusal := (*saml.Error)(nil); errors.As(err, &refusal) && only == nil && refusal.Issuer != "" {
		// Nothing is believed: its administrators are told, for whom a wrong algorithm or a failure that it reports would be lost otherwise.
		p, unknown := providerByEntity(r.Context(), h.DB, refusal.Issuer)
		if unknown != nil {
			return nil, nil, fmt.Errorf("look up an identity provider: %w", unknown)
		}
		return nil, p, err
	}
	if err != nil {
		return nil, only, err
	}
	d.Flow = "idp"
	if response.InResponseTo != "" {
		d.Flow = "sp"
	}
	p, err := m.knownByEntity(r.Context(), h, response.Issuer)
	if err != nil {
		return nil, only, fmt.Errorf("look up an identity provider: %w", err)
	}
	if p == nil || p.Kind != KindSAML || only != nil && p.ID != only.ID {
		return nil, only, refuse("issuer_unknown", "No identity provider of this address has the identifier %s.", printable(response.Issuer))
	}
	return response, p, nil
}

// judge holds a response against what is known of its provider. No more than a few are checked at once: signatures cost.
func (m *Module) judge(ctx context.Context, h *tenant.Handle, p *Provider, response *saml.Response, pending string) (*saml.SignIn, error) {
	select {
	case m.verify <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-m.verify }()
	sp := addresses(h, p.ID)
	if response.Encrypted {
		var err error
		if sp, err = m.ours(ctx, h, p.ID); err != nil {
			return nil, err
		}
	}
	return response.Accept(p.protocol(), sp, pending, m.clock.Now())
}

// subjectOf names the subject of an assertion for good: by the claim that the provider's record names, by Microsoft's object id, or by
// the NameID with its format.
func subjectOf(p *Provider, said *saml.SignIn) *assertion {
	a := &assertion{provider: p, nameKind: said.NameID.Format, name: said.NameID.Value, claims: claims{}, request: said.RequestID, mark: said.ReplayKey[:], until: said.KeepUntil}
	if a.nameKind == "" {
		a.nameKind = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
	}
	for _, attribute := range said.Attributes {
		a.claims[attribute.Name] = attribute.Values
	}
	switch objectID := a.claims.first(claimObjectID); {
	case p.SubjectClaim != "":
		a.kind, a.subject = p.SubjectClaim, a.claims.first(p.SubjectClaim)
		if p.SubjectClaim == "NameID" {
			a.kind, a.subject = a.nameKind, a.name
		}
	case objectID != "" && sso.MicrosoftIssuer(p.EntityID): // anybody else may say what they like there
		a.kind, a.subject = objectIdentifier, objectID
		if directory := a.claims.first(claimDirectory); directory != "" && strings.Contains(p.EntityID, "/") && !strings.Contains(p.EntityID, directory) {
			a.subject = directory + "/" + objectID // of a guest's home directory
		}
	default:
		a.kind, a.subject = a.nameKind, a.name
	}
	return a
}

// printable is a provider's text as a sentence may hold it.
func printable(s string) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '?'
		}
		return c
	}, s)
	return s[:min(len(s), 200)]
}

// skewed says how far the clocks of a provider and this server may be apart, for administrators; "" where that is not it. A message that
// lay about for hours looks the same as one of a clock that is hours slow, so neither is claimed.
func skewed(issued, now time.Time) string {
	if issued.IsZero() {
		return ""
	}
	apart := now.Sub(issued).Round(time.Minute)
	if apart.Abs() < 5*time.Minute {
		return ""
	}
	from, to := issued.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339)
	if apart < 0 {
		return fmt.Sprintf("The provider's clock is %s ahead of this server's: it says %s, this server's %s.", spoken(-apart), from, to)
	}
	return fmt.Sprintf("It was made at %s by the provider's clock, and it is %s by this server's: if it was sent just now, the provider's clock is %s behind.", from, to, spoken(apart))
}

// spoken is a time of whole minutes in words.
func spoken(d time.Duration) string {
	days, hours, minutes := int(d/(24*time.Hour)), int(d/time.Hour)%24, int(d/time.Minute)%60
	switch {
	case days > 0:
		return fmt.Sprintf("%d d %d h", days, hours)
	case hours > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	}
	return fmt.Sprintf("%d min", minutes)
}
