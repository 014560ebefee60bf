package trust

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
)

// revisionCell counts the changes of registrations, their credentials, signing keys, issuers and of revoked tokens.
const revisionCell = "trust.revision"

// revise begins a change that every replica has to learn of, and returns the revision its rows carry.
func revise(tx *db.Tx) int64 { return tx.AddCell(revisionCell, 1) }

func revision(ctx context.Context, r db.Reader) (n int64, err error) {
	err = r.QueryRow(ctx, `SELECT value FROM cell WHERE name = $1`, revisionCell).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

const registrationColumns = `r.id, r.client_id, r.type, r.name, r.description, r.owner, r.contact, r.environment, r.enabled, r.scopes, r.cidrs, r.role,
	r.person, r.token_seconds, r.token_alg, r.plain_token, r.endpoint_audience, r.jwks_uri, r.api_key, r.epoch, r.created_by, r.created_at, r.deleted_at, u.last_at`

// registrationRow is a registration, which may have been deleted.
type registrationRow struct {
	Registration
	deleted bool
}

func scanRegistration(s scanner) (r registrationRow, err error) {
	var scopes, cidrs string
	var enabled, plain, endpoint, created int64
	var deleted, last sql.NullInt64
	if err := s.Scan(&r.ID, &r.ClientID, &r.Type, &r.Name, &r.Description, &r.Owner, &r.Contact, &r.Environment, &enabled, &scopes, &cidrs, &r.Role,
		&r.Person, &r.TokenSeconds, &r.TokenAlg, &plain, &endpoint, &r.JWKSURI, &r.APIKey, &r.epoch, &r.CreatedBy, &created, &deleted, &last); err != nil {
		return r, err
	}
	r.Enabled, r.PlainToken, r.EndpointAudience, r.deleted = enabled != 0, plain != 0, endpoint != 0, deleted.Valid
	r.Created, r.Credentials, r.LastAuthenticated = instant(created), []Credential{}, optional(last)
	return r, errors.Join(json.Unmarshal([]byte(scopes), &r.Scopes), json.Unmarshal([]byte(cidrs), &r.CIDRs))
}

// changedRegistrations returns the registrations, deleted ones too, that changed after a revision, with all credentials.
func changedRegistrations(ctx context.Context, r db.Reader, after int64) ([]registrationRow, error) {
	return registrationsWhere(ctx, r, `r.revision > $1`, after)
}

// registrationByID returns one that was not deleted.
func registrationByID(ctx context.Context, r db.Reader, id string) (Registration, error) {
	rows, err := registrationsWhere(ctx, r, `r.deleted_at IS NULL AND (r.id = $1 OR r.client_id = $1)`, id)
	if err == nil && len(rows) == 0 {
		err = fault.New(fault.NotFound, "registration_unknown", "There is no such app registration.")
	}
	if err != nil {
		return Registration{}, err
	}
	return rows[0].Registration, nil
}

func registrationsWhere(ctx context.Context, r db.Reader, where string, args ...any) ([]registrationRow, error) {
	all, err := list(ctx, r, scanRegistration, `SELECT `+registrationColumns+` FROM trust_registration r
		LEFT JOIN trust_credential_use u ON u.id = r.id WHERE `+where+` ORDER BY r.id DESC`, args...)
	if err != nil || len(all) == 0 {
		return all, err
	}
	at := make(map[string]int, len(all))
	for i := range all {
		at[all[i].ID] = i
	}
	_, err = list(ctx, r, func(s scanner) (struct{}, error) {
		whose, c, err := scanCredential(s)
		if i, ok := at[whose]; err == nil && ok {
			of := &all[i]
			of.Credentials = append(of.Credentials, c)
			if c.LastUsed != nil && (of.LastAuthenticated == nil || of.LastAuthenticated.Before(*c.LastUsed)) {
				of.LastAuthenticated = c.LastUsed
			}
		}
		return struct{}{}, err
	}, `SELECT `+credentialColumns+` FROM trust_credential c JOIN trust_registration r ON r.id = c.registration
		LEFT JOIN trust_credential_use u ON u.id = c.id WHERE `+where+` ORDER BY c.id`, args...)
	return all, err
}

const credentialColumns = `c.registration, c.id, c.kind, c.label, c.hint, c.pepper, c.mac, c.jwk, c.not_before, c.expires_at, c.created_by, c.created_at,
	c.revoked_at, c.revoked_by, c.revoked_why, u.last_at, u.last_address, u.uses`

func scanCredential(s scanner) (registration string, c Credential, err error) {
	var jwk string
	var notBefore, created int64
	var expires, revoked, last, uses sql.NullInt64
	var address sql.NullString
	err = s.Scan(&registration, &c.ID, &c.Kind, &c.Label, &c.Hint, &c.pepper, &c.mac, &jwk, &notBefore, &expires, &c.CreatedBy, &created,
		&revoked, &c.RevokedBy, &c.RevokedWhy, &last, &address, &uses)
	if err != nil {
		return "", c, err
	}
	if jwk != "" {
		c.JWK = json.RawMessage(jwk)
	}
	c.NotBefore, c.Created, c.Expires, c.Revoked, c.LastUsed = instant(notBefore), instant(created), optional(expires), optional(revoked), optional(last)
	c.LastAddress, c.Uses = address.String, uses.Int64
	return registration, c, nil
}

// saveRegistration stores all of a registration but its credentials, as new or over what is there.
func saveRegistration(tx *db.Tx, r Registration) error {
	_, err := tx.Exec(`INSERT INTO trust_registration (id, client_id, revision, type, name, description, owner, contact, environment, enabled, scopes, cidrs,
		role, person, token_seconds, token_alg, plain_token, endpoint_audience, jwks_uri, api_key, epoch, created_by, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
		ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, name = excluded.name, description = excluded.description, owner = excluded.owner,
		contact = excluded.contact, environment = excluded.environment, enabled = excluded.enabled, scopes = excluded.scopes, cidrs = excluded.cidrs,
		role = excluded.role, person = excluded.person, token_seconds = excluded.token_seconds, token_alg = excluded.token_alg,
		plain_token = excluded.plain_token, endpoint_audience = excluded.endpoint_audience, jwks_uri = excluded.jwks_uri, api_key = excluded.api_key,
		epoch = excluded.epoch`,
		r.ID, r.ClientID, revise(tx), r.Type, r.Name, r.Description, r.Owner, r.Contact, r.Environment, flag(r.Enabled), texts(r.Scopes), texts(r.CIDRs),
		r.Role, r.Person, r.TokenSeconds, r.TokenAlg, flag(r.PlainToken), flag(r.EndpointAudience), r.JWKSURI, r.APIKey, r.epoch, r.CreatedBy,
		r.Created.UnixMicro())
	if err != nil {
		return fmt.Errorf("store registration: %w", err)
	}
	return nil
}

// saveCredential stores a credential, as new or over what may change of it, and with it a revision of its registration.
func saveCredential(tx *db.Tx, registration string, c Credential) error {
	var mac any
	if c.mac != nil && c.Revoked == nil {
		mac = c.mac
	}
	_, err := tx.Exec(`INSERT INTO trust_credential (id, registration, kind, label, hint, pepper, mac, jwk, not_before, expires_at, created_by, created_at,
		revoked_at, revoked_by, revoked_why, noticed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0)
		ON CONFLICT (id) DO UPDATE SET label = excluded.label, mac = excluded.mac, not_before = excluded.not_before, expires_at = excluded.expires_at,
		revoked_at = excluded.revoked_at, revoked_by = excluded.revoked_by, revoked_why = excluded.revoked_why,
		noticed = CASE WHEN excluded.expires_at = trust_credential.expires_at THEN trust_credential.noticed ELSE 0 END`,
		c.ID, registration, c.Kind, c.Label, c.Hint, c.pepper, mac, string(c.JWK), c.NotBefore.UnixMicro(), micros(c.Expires), c.CreatedBy,
		c.Created.UnixMicro(), micros(c.Revoked), c.RevokedBy, c.RevokedWhy)
	if err == nil {
		_, err = tx.Exec(`UPDATE trust_registration SET revision = $1 WHERE id = $2`, revise(tx), registration)
	}
	if err != nil {
		return fmt.Errorf("store credential: %w", err)
	}
	return nil
}

// dropRegistration leaves of a registration what other replicas need to learn that it is gone.
func dropRegistration(tx *db.Tx, id string, now int64) error {
	for _, query := range []string{
		`DELETE FROM trust_address WHERE credential IN (SELECT id FROM trust_credential WHERE registration = $1)`,
		`DELETE FROM trust_credential_use WHERE id IN (SELECT id FROM trust_credential WHERE registration = $1)`,
		`DELETE FROM trust_credential WHERE registration = $1`,
		`DELETE FROM trust_credential_use WHERE id = $1`,
		`DELETE FROM trust_address WHERE credential = $1`,
	} {
		if _, err := tx.Exec(query, id); err != nil {
			return fmt.Errorf("delete registration: %w", err)
		}
	}
	if _, err := tx.Exec(`UPDATE trust_registration SET deleted_at = $1, revision = $2 WHERE id = $3`, now, revise(tx), id); err != nil {
		return fmt.Errorf("delete registration: %w", err)
	}
	return nil
}
