package federation

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
)

// definition is what is kept of a provider as JSON.
type definition struct {
	Preset       string
	Settings     Settings
	Certificates []Certificate
	Metadata     Fetched
}

const providerColumns = `id, kind, definition, sealed, version, created_at, changed_at`

// scanner is one row of an answer.
type scanner interface{ Scan(into ...any) error }

func scanProvider(s scanner) (*Provider, error) {
	var text string
	var created, changed int64
	p := &Provider{}
	if err := s.Scan(&p.ID, &p.Kind, &text, &p.sealed, &p.Version, &created, &changed); err != nil {
		return nil, err
	}
	var d definition
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return nil, fmt.Errorf("read an identity provider: %w", err)
	}
	p.Preset, p.Settings, p.Certificates, p.Metadata = d.Preset, d.Settings, d.Certificates, d.Metadata
	if p.Certificates == nil {
		p.Certificates = []Certificate{}
	}
	p.SecretSet, p.CreatedAt, p.ChangedAt = p.sealed != nil, instant(created), instant(changed)
	return p, nil
}

func instant(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

// listProviders returns all of a tenant, by the time they were made.
func listProviders(ctx context.Context, r db.Reader) ([]*Provider, error) {
	rows, err := r.Query(ctx, `SELECT `+providerColumns+` FROM sso_idp ORDER BY id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []*Provider
	for rows.Next() {
		p, err := scanProvider(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// findProvider returns one by id; nil, which is no error, for none.
func findProvider(ctx context.Context, r db.Reader, id string) (*Provider, error) {
	return oneProvider(r.QueryRow(ctx, `SELECT `+providerColumns+` FROM sso_idp WHERE id = $1`, id))
}

// providerByEntity returns the one with this identifier, byte for byte; nil, which is no error, for none.
func providerByEntity(ctx context.Context, r db.Reader, entityID string) (*Provider, error) {
	if entityID == "" {
		return nil, nil //nolint:nilnil // said above
	}
	return oneProvider(r.QueryRow(ctx, `SELECT `+providerColumns+` FROM sso_idp WHERE entity_id = $1`, entityID))
}

func oneProvider(s scanner) (*Provider, error) {
	p, err := scanProvider(s)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // none is no error
	}
	return p, err
}

// put writes a provider, whose version is the new one.
func (p *Provider) put(tx *db.Tx) error {
	text, err := json.Marshal(definition{p.Preset, p.Settings, p.Certificates, p.Metadata})
	if err != nil {
		return fmt.Errorf("write an identity provider: %w", err)
	}
	enabled := 0
	if p.Enabled {
		enabled = 1
	}
	_, err = tx.Exec(`INSERT INTO sso_idp (id, kind, entity_id, enabled, definition, sealed, version, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET entity_id = excluded.entity_id, enabled = excluded.enabled, definition = excluded.definition, sealed = excluded.sealed,
		version = excluded.version, changed_at = excluded.changed_at`,
		p.ID, p.Kind, p.EntityID, enabled, string(text), p.sealed, p.Version, p.CreatedAt.UnixMicro(), p.ChangedAt.UnixMicro())
	return err
}

func removeProvider(tx *db.Tx, id string) error {
	for _, statement := range []string{
		`DELETE FROM sso_idp WHERE id = $1`, `DELETE FROM sso_identity WHERE idp = $1`, `DELETE FROM sso_request WHERE idp = $1`,
		`DELETE FROM sso_replay WHERE idp = $1`, `DELETE FROM sso_attempt WHERE idp = $1`, `UPDATE sso_domain SET idp = '' WHERE idp = $1`,
	} {
		if _, err := tx.Exec(statement, id); err != nil {
			return err
		}
	}
	return nil
}

// identity is whom a subject is.
type identity struct {
	idp, kind, subject, person, name string
	created, seen                    int64
	fillsEmail                       int64 // 1: the provider said an address at the last sign-in
}

const identityColumns = `idp, kind, subject, person, name, created_at, seen_at, fills_email`

func scanIdentity(s scanner) (i identity, err error) {
	err = s.Scan(&i.idp, &i.kind, &i.subject, &i.person, &i.name, &i.created, &i.seen, &i.fillsEmail)
	return i, err
}

func findIdentity(ctx context.Context, r db.Reader, idp, kind, subject string) (i identity, found bool, err error) {
	i, err = scanIdentity(r.QueryRow(ctx, `SELECT `+identityColumns+` FROM sso_identity WHERE idp = $1 AND kind = $2 AND subject = $3`, idp, kind, subject))
	if errors.Is(err, sql.ErrNoRows) {
		return identity{}, false, nil
	}
	return i, err == nil, err
}

// listIdentities returns those of a provider, or with an empty one those of a person.
func listIdentities(ctx context.Context, r db.Reader, idp, person string) ([]identity, error) {
	where, arg := `idp = $1`, idp
	if idp == "" {
		where, arg = `person = $1`, person
	}
	rows, err := r.Query(ctx, `SELECT `+identityColumns+` FROM sso_identity WHERE `+where+` ORDER BY kind, subject`, arg)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []identity
	for rows.Next() {
		i, err := scanIdentity(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, rows.Err()
}

func putIdentity(tx *db.Tx, i identity) error {
	_, err := tx.Exec(`INSERT INTO sso_identity (`+identityColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (idp, kind, subject) DO UPDATE SET person = excluded.person, name = excluded.name, seen_at = excluded.seen_at, fills_email = excluded.fills_email`,
		i.idp, i.kind, i.subject, i.person, i.name, i.created, i.seen, i.fillsEmail)
	return err
}

// place is a team or an organisational unit that an origin has put somebody into; empty: none.
func place(ctx context.Context, r db.Reader, person, field, origin string) (string, error) {
	var value string
	err := r.QueryRow(ctx, `SELECT value FROM sso_place WHERE person = $1 AND field = $2 AND origin = $3`, person, field, origin).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, err
}

// placedBy reports whether an origin has put somebody into a team or an organisational unit.
func placedBy(ctx context.Context, r db.Reader, person, origin string) (bool, error) {
	var n int64
	err := r.QueryRow(ctx, `SELECT count(*) FROM sso_place WHERE person = $1 AND origin = $2 AND value <> ''`, person, origin).Scan(&n)
	return n > 0, err
}

func putPlace(tx *db.Tx, person, field, value, origin string) error {
	if value == "" {
		_, err := tx.Exec(`DELETE FROM sso_place WHERE person = $1 AND field = $2 AND origin = $3`, person, field, origin)
		return err
	}
	_, err := tx.Exec(`INSERT INTO sso_place (person, field, value, origin) VALUES ($1, $2, $3, $4)
		ON CONFLICT (person, field) DO UPDATE SET value = excluded.value, origin = excluded.origin`, person, field, value, origin)
	return err
}

// putReplay notes a message and reports whether it was new.
func putReplay(tx *db.Tx, idp string, mark []byte, until time.Time) (bool, error) {
	n, err := tx.Exec(`INSERT INTO sso_replay (idp, mark, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, idp, mark, until.UnixMicro())
	return n > 0, err
}
