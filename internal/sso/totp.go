package sso

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"database/sql"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"image/png"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/id"
)

const (
	totpDigits = 6
	totpPeriod = 30 // seconds
	totpSecret = 20 // bytes (RFC 4226 section 4, R6)
	qrSize     = 240
)

// newTOTPSecret makes a secret in base32, as authenticator apps take it.
func newTOTPSecret() string {
	b := make([]byte, totpSecret)
	_, _ = rand.Read(b) // never fails
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}

// matchTOTP returns the time step a code belongs to, one step early and late included (RFC 6238 section 5.2); 0 for none later
// than last.
func matchTOTP(plain, code string, now time.Time, last int64) int64 {
	at := now.Unix() / totpPeriod
	found := int64(0)
	for _, step := range []int64{at - 1, at, at + 1} {
		want, err := hotp.GenerateCodeCustom(plain, uint64(max(step, 0)), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && step > last && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found = step
		}
	}
	return found
}

// picture is a secret as people move it into an app: an otpauth address, and a QR code of it as a data URL of a PNG.
func picture(h *realm, who person, plain string) (address, image string, err error) {
	host := h.BaseURL
	if u, err := url.Parse(h.BaseURL); err == nil && u.Host != "" {
		host = u.Host
	}
	address = "otpauth://totp/" + url.PathEscape(host+":"+who.Login) + "?" + strings.ReplaceAll(url.Values{"secret": {plain}, "issuer": {host}}.Encode(), "+", "%20")
	key, err := otp.NewKeyFromURL(address)
	if err != nil {
		return "", "", fmt.Errorf("draw a QR code: %w", err)
	}
	drawn, err := key.Image(qrSize, qrSize)
	if err != nil {
		return "", "", fmt.Errorf("draw a QR code: %w", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, drawn); err != nil {
		return "", "", fmt.Errorf("draw a QR code: %w", err)
	}
	return address, "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

func totpBound(person string) []byte { return []byte("sso_totp/" + person) }

// proveTOTP checks a code of the person's app. That its step was not used before is checked again when it is believed.
func (m *Module) proveTOTP(ctx context.Context, h *realm, person, code string, s *steps) (bool, error) {
	var sealed []byte
	var last int64
	err := h.DB.QueryRow(ctx, `SELECT sealed, step FROM sso_totp WHERE person = $1`, person).Scan(&sealed, &last)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	var plain []byte
	if err == nil {
		plain, err = h.Keys.Open(sealed, totpBound(person))
	}
	if err != nil {
		return false, fmt.Errorf("check a code: %w", err)
	}
	now := m.clock.Now()
	step := matchTOTP(string(plain), code, now, last)
	if step == 0 {
		return false, nil
	}
	s.add(func(tx *db.Tx) error {
		var fresh int64
		err := tx.QueryRow(ctx, `SELECT count(*) FROM sso_totp WHERE person = $1 AND step < $2`, person, step).Scan(&fresh)
		if err == nil && fresh == 0 {
			err = errCode
		}
		return err
	}, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE sso_totp SET step = $1, used_at = $2 WHERE person = $3`, step, now.UnixMicro(), person)
		return err
	})
	return true, nil
}

// addTOTP keeps a secret that the person's app has shown to know, in place of an earlier one.
func (m *Module) addTOTP(h *realm, who person, plain string, step int64, s *steps) {
	now := m.clock.Now()
	sealed := h.Keys.Seal([]byte(plain), totpBound(who.ID))
	s.add(nil, func(tx *db.Tx) error {
		if _, err := tx.Exec(`INSERT INTO sso_totp (person, sealed, step, created_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (person) DO UPDATE SET sealed = excluded.sealed, step = excluded.step, created_at = excluded.created_at, used_at = NULL`,
			who.ID, sealed, step, now.UnixMicro()); err != nil {
			return err
		}
		return audit.Write(tx.Context(), tx, now, audit.Entry{Action: "factor.add", Object: h.object, Target: who.ID, Label: who.Login, Flags: []string{"totp"}})
	})
}

const (
	recoveryCodes  = 10
	recoveryLength = 10                                 // characters: 50 bits
	recoverySet    = "abcdefghjkmnpqrstuvwxyz234567890" // none that look alike
)

// newRecovery makes ten recovery codes in place of earlier ones. They are shown to the person once.
func (m *Module) newRecovery(h *realm, who person, s *steps) []string {
	now := m.clock.Now()
	shown := make([]string, recoveryCodes)
	type row struct {
		id     string
		pepper int64
		mac    []byte
	}
	rows := make([]row, recoveryCodes)
	for i := range shown {
		b := make([]byte, recoveryLength)
		_, _ = rand.Read(b)
		for j := range b {
			b[j] = recoverySet[b[j]%byte(len(recoverySet))]
		}
		code := string(b)
		shown[i] = code[:5] + "-" + code[5:]
		pepper, mac := h.Keys.MAC("recovery:" + who.ID + ":" + code)
		rows[i] = row{id.RecID(), pepper, mac}
	}
	s.add(nil, func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM sso_recovery WHERE person = $1`, who.ID); err != nil {
			return err
		}
		for _, r := range rows {
			if _, err := tx.Exec(`INSERT INTO sso_recovery (id, person, pepper, mac, created_at) VALUES ($1, $2, $3, $4, $5)`,
				r.id, who.ID, r.pepper, r.mac, now.UnixMicro()); err != nil {
				return err
			}
		}
		return audit.Write(tx.Context(), tx, now, audit.Entry{Action: "factor.add", Object: h.object, Target: who.ID, Label: who.Login, Flags: []string{"recovery codes"}})
	})
	return shown
}

// proveRecovery checks a recovery code, which is used up when it is believed.
func (m *Module) proveRecovery(ctx context.Context, h *realm, who person, code string, s *steps) (bool, error) {
	if len(code) != recoveryLength {
		return false, nil
	}
	for _, version := range h.Keys.Versions() {
		var found string
		err := h.DB.QueryRow(ctx, `SELECT id FROM sso_recovery WHERE person = $1 AND pepper = $2 AND mac = $3 AND used_at IS NULL`, who.ID, version,
			h.Keys.MACWith(version, "recovery:"+who.ID+":"+code)).Scan(&found)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return false, fmt.Errorf("check a recovery code: %w", err)
		}
		s.add(func(tx *db.Tx) error {
			var open int64
			err := tx.QueryRow(ctx, `SELECT count(*) FROM sso_recovery WHERE id = $1 AND used_at IS NULL`, found).Scan(&open)
			if err == nil && open == 0 {
				err = errCode
			}
			return err
		}, func(tx *db.Tx) error {
			now := m.clock.Now()
			if _, err := tx.Exec(`UPDATE sso_recovery SET used_at = $1 WHERE id = $2`, now.UnixMicro(), found); err != nil {
				return err
			}
			return audit.Write(tx.Context(), tx, now, audit.Entry{Action: "recovery_code.use", Object: h.object, Target: who.ID, Label: who.Login})
		})
		return true, nil
	}
	return false, nil
}
