package sso

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
)

// maxPasskeys is how many a person may have.
const maxPasskeys = 20

// passkeyUser is a person as the WebAuthn library knows users. The handle is the RecId's 16 bytes.
type passkeyUser struct {
	person
	credentials []webauthn.Credential
}

func (u passkeyUser) WebAuthnID() []byte                         { b, _ := hex.DecodeString(u.ID); return b }
func (u passkeyUser) WebAuthnName() string                       { return u.Login }
func (u passkeyUser) WebAuthnDisplayName() string                { return u.Name }
func (u passkeyUser) WebAuthnCredentials() []webauthn.Credential { return u.credentials }

// relyingParty is the tenant as authenticators know it: by the host name of its base URL.
func relyingParty(h *realm) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(h.BaseURL)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("passkeys: the tenant's address %q is none", h.BaseURL)
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: h.Name, RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired,
			RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired},
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys: %w", err)
	}
	return w, nil
}

// Passkey is one as lists show it.
type Passkey struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Created time.Time  `json:"created_at"`
	Used    *time.Time `json:"used_at"` // null: never
}

// passkeysOf reads a person's passkeys.
func passkeysOf(ctx context.Context, r db.Reader, person string) (list []Passkey, credentials []webauthn.Credential, err error) {
	rows, err := r.Query(ctx, `SELECT id, name, record, created_at, COALESCE(used_at, 0) FROM sso_passkey WHERE person = $1 ORDER BY id`, person)
	if err != nil {
		return nil, nil, fmt.Errorf("read passkeys: %w", err)
	}
	defer rows.Close()
	list = []Passkey{}
	for rows.Next() {
		var p Passkey
		var c webauthn.Credential
		var text string
		var created, used int64
		if err := rows.Scan(&p.ID, &p.Name, &text, &created, &used); err != nil {
			return nil, nil, fmt.Errorf("read passkeys: %w", err)
		}
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			return nil, nil, fmt.Errorf("read passkeys: %w", err)
		}
		if p.Created = instant(created); used != 0 {
			at := instant(used)
			p.Used = &at
		}
		list, credentials = append(list, p), append(credentials, c)
	}
	return list, credentials, rows.Err()
}

// askPasskey poses a challenge to be answered with a passkey of whoever answers, or of one person, and returns what the browser
// needs for it.
func (m *Module) askPasskey(ctx context.Context, h *realm, kind, person, session string) (*protocol.CredentialAssertion, error) {
	rp, err := relyingParty(h)
	if err != nil {
		return nil, err
	}
	options, about, err := rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	return options, m.pose(ctx, h, kind, about.Challenge, person, session, about)
}

// askNewPasskey poses a challenge to make a passkey.
func (m *Module) askNewPasskey(ctx context.Context, h *realm, who person, session string) (*protocol.CredentialCreation, error) {
	if !who.Local {
		return nil, errOutside
	}
	rp, err := relyingParty(h)
	if err != nil {
		return nil, err
	}
	_, credentials, err := passkeysOf(ctx, h.DB, who.ID)
	if err != nil {
		return nil, err
	}
	if len(credentials) >= maxPasskeys {
		return nil, fault.New(fault.Conflict, "passkeys_many", "You have %d passkeys; remove one first.", maxPasskeys)
	}
	options, about, err := rp.BeginRegistration(passkeyUser{who, credentials}, webauthn.WithExclusions(webauthn.Credentials(credentials).CredentialDescriptors()))
	if err != nil {
		return nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	return options, m.pose(ctx, h, passkeyAdding, about.Challenge, who.ID, session, about)
}

// errOutside refuses a way to sign in here, or a factor for that, to people whom an identity provider alone signs in: whoever is locked out
// there has to be locked out here.
var errOutside = fault.New(fault.Forbidden, "local_sign_in_off", "You sign in with your identity provider, which also asks for your second factor. Nothing of that kind is kept here.")

var errPasskey = fault.New(fault.Invalid, "passkey_refused", "The passkey does not count here.")

// provePasskey checks an authenticator's answer and says whose it is.
func (m *Module) provePasskey(ctx context.Context, h *realm, kind string, answer []byte, s *steps) (person, challenge, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return person{}, challenge{}, errPasskey.WithCause(err)
	}
	c, about, err := m.answered(ctx, h, kind, parsed.Response.CollectedClientData.Challenge)
	if err != nil {
		return person{}, challenge{}, err
	}
	rp, err := relyingParty(h)
	if err != nil {
		return person{}, challenge{}, err
	}
	var trouble error // of ours, not the caller's
	user, credential, err := rp.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		if len(handle) != 16 {
			return nil, errors.New("a handle of another product")
		}
		var who person
		if who, trouble = h.person(ctx, id.Upper(handle)); trouble != nil || !who.Active {
			return nil, errors.New("nobody who may sign in")
		}
		var credentials []webauthn.Credential
		if _, credentials, trouble = passkeysOf(ctx, h.DB, who.ID); trouble != nil {
			return nil, trouble
		}
		return passkeyUser{who, credentials}, nil
	}, about, parsed)
	if trouble != nil {
		return person{}, challenge{}, trouble
	}
	if err != nil {
		return person{}, challenge{}, errPasskey.WithCause(err)
	}
	who := user.(passkeyUser).person
	if c.person != "" && c.person != who.ID {
		return person{}, challenge{}, errPasskey
	}
	if credential.Authenticator.CloneWarning { // its counter went back: there is a copy
		return person{}, challenge{}, errPasskey.WithCause(errors.New("the counter of the passkey went back"))
	}
	record, err := json.Marshal(credential)
	if err != nil {
		return person{}, challenge{}, fmt.Errorf("keep a passkey: %w", err)
	}
	s.use(ctx, c)
	s.add(nil, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE sso_passkey SET record = $1, used_at = $2 WHERE credential = $3 AND person = $4`, string(record), m.clock.Now().UnixMicro(),
			base64.RawURLEncoding.EncodeToString(credential.ID), who.ID)
		return err
	})
	return who, c, nil
}

// answered finds the challenge that an authenticator signed.
func (m *Module) answered(ctx context.Context, h *realm, kind, value string) (challenge, webauthn.SessionData, error) {
	var about webauthn.SessionData
	c, found, err := m.posed(ctx, h, kind, value)
	if err == nil && !found {
		err = errChallenge
	}
	if err == nil {
		err = c.read(&about)
	}
	return c, about, err
}

// addPasskey checks what an authenticator made, for the person and session it was asked for.
func (m *Module) addPasskey(ctx context.Context, h *realm, who person, session, name string, answer []byte, s *steps) error {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return errPasskey.WithCause(err)
	}
	c, about, err := m.answered(ctx, h, passkeyAdding, parsed.Response.CollectedClientData.Challenge)
	if err != nil {
		return err
	}
	if c.person != who.ID || c.session != session {
		return errPasskey
	}
	rp, err := relyingParty(h)
	if err != nil {
		return err
	}
	credential, err := rp.CreateCredential(passkeyUser{person: who}, about, parsed)
	if err != nil {
		return errPasskey.WithCause(err)
	}
	record, err := json.Marshal(credential)
	if err != nil {
		return fmt.Errorf("keep a passkey: %w", err)
	}
	if name = printable(name, 100); name == "" {
		name = "Passkey"
	}
	now := m.clock.Now()
	recID := id.RecID()
	key := base64.RawURLEncoding.EncodeToString(credential.ID)
	s.use(ctx, c)
	s.add(func(tx *db.Tx) error {
		var there int64
		err := tx.QueryRow(ctx, `SELECT count(*) FROM sso_passkey WHERE credential = $1`, key).Scan(&there)
		if err == nil && there > 0 {
			err = fault.New(fault.Conflict, "passkey_known", "This passkey is registered already.")
		}
		return err
	}, func(tx *db.Tx) error {
		if _, err := tx.Exec(`INSERT INTO sso_passkey (id, person, name, credential, record, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			recID, who.ID, name, key, string(record), now.UnixMicro()); err != nil {
			return err
		}
		return audit.Write(tx.Context(), tx, now, audit.Entry{Action: "factor.add", Object: h.object, Target: who.ID, Label: who.Login, Flags: []string{"passkey", "name:" + name}})
	})
	return nil
}
