package issuer

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// cellRevision counts the changes of credentials and issuers in the tenant.
const cellRevision = "trust.revision"

func revision(ctx context.Context, r db.Reader) (int64, error) {
	var n int64
	err := r.QueryRow(ctx, `SELECT value FROM cell WHERE name = $1`, cellRevision).Scan(&n)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read the revision of issuers: %w", err)
	}
	return n, nil
}

const issuerColumns = `id, name, kind, issuer, directories, audiences, clients, jwks_uri, enabled, created_by, created_at`

func scanIssuer(scan func(...any) error) (i Issuer, err error) {
	var directories, audiences, clients string
	var enabled, created int64
	if err = scan(&i.ID, &i.Name, &i.Kind, &i.Issuer, &directories, &audiences, &clients, &i.KeysURI, &enabled, &i.Creator, &created); err != nil {
		return i, err
	}
	i.Enabled, i.Created = enabled == 1, time.UnixMicro(created).UTC()
	return i, errors.Join(json.Unmarshal([]byte(directories), &i.Directories), json.Unmarshal([]byte(audiences), &i.Audiences),
		json.Unmarshal([]byte(clients), &i.Clients))
}

func listIssuers(ctx context.Context, r db.Reader) ([]Issuer, error) {
	rows, err := r.Query(ctx, `SELECT `+issuerColumns+` FROM trust_issuer ORDER BY name_folded`)
	if err != nil {
		return nil, fmt.Errorf("list issuers: %w", err)
	}
	defer rows.Close()
	out := []Issuer{}
	for rows.Next() {
		i, err := scanIssuer(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("list issuers: %w", err)
		}
		out = append(out, i)
	}
	return out, rows.Err()
}

// named finds an issuer by name, in any case, or by id.
func named(ctx context.Context, r db.Reader, name string) (Issuer, error) {
	i, err := scanIssuer(r.QueryRow(ctx, `SELECT `+issuerColumns+` FROM trust_issuer WHERE name_folded = $1 OR id = $2
		ORDER BY CASE WHEN id = $2 THEN 0 ELSE 1 END`, literal.Fold(name), strings.ToUpper(name)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return i, fault.New(fault.NotFound, "issuer_unknown", "There is no issuer %s; `provost issuer list` shows what there is.", name)
	}
	if err != nil {
		return i, fmt.Errorf("find issuer: %w", err)
	}
	return i, nil
}

func insertIssuer(tx *db.Tx, i *Issuer) error {
	_, err := tx.Exec(`INSERT INTO trust_issuer (`+issuerColumns+`, name_folded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		i.ID, i.Name, i.Kind, i.Issuer, texts(i.Directories), texts(i.Audiences), texts(i.Clients), i.KeysURI, flag(i.Enabled), i.Creator,
		i.Created.UnixMicro(), literal.Fold(i.Name))
	return err
}

func updateIssuer(tx *db.Tx, i *Issuer) error {
	_, err := tx.Exec(`UPDATE trust_issuer SET name = $1, name_folded = $2, directories = $3, audiences = $4, clients = $5, jwks_uri = $6, enabled = $7
		WHERE id = $8`, i.Name, literal.Fold(i.Name), texts(i.Directories), texts(i.Audiences), texts(i.Clients), i.KeysURI, flag(i.Enabled), i.ID)
	return err
}

// deleteIssuer removes an issuer and tells how many links went with it.
func deleteIssuer(tx *db.Tx, id string) (links int64, err error) {
	if links, err = tx.Exec(`DELETE FROM trust_identity WHERE issuer = $1`, id); err != nil {
		return 0, err
	}
	_, err = tx.Exec(`DELETE FROM trust_issuer WHERE id = $1`, id)
	return links, err
}

const linkColumns = `l.id, l.issuer, i.name, l.directory, l.claim, l.subject, l.person, l.created_by, l.created_at
	FROM trust_identity l JOIN trust_issuer i ON i.id = l.issuer`

func scanLink(scan func(...any) error) (l Link, err error) {
	var created int64
	err = scan(&l.ID, &l.IssuerID, &l.Issuer, &l.Directory, &l.Claim, &l.Subject, &l.Person, &l.Creator, &created)
	l.Created = time.UnixMicro(created).UTC()
	return l, err
}

// listLinks returns the links of an issuer, or of all where its id is "".
func listLinks(ctx context.Context, r db.Reader, issuerID string) ([]Link, error) {
	rows, err := r.Query(ctx, `SELECT `+linkColumns+` WHERE l.issuer = $1 OR $1 = '' ORDER BY l.id LIMIT 10000`, issuerID)
	if err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}
	defer rows.Close()
	out := []Link{}
	for rows.Next() {
		l, err := scanLink(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("list links: %w", err)
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

func linkByID(ctx context.Context, r db.Reader, id string) (Link, error) {
	l, err := scanLink(r.QueryRow(ctx, `SELECT `+linkColumns+` WHERE l.id = $1`, strings.ToUpper(id)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return l, fault.New(fault.NotFound, "link_unknown", "There is no link %s; `provost issuer show` lists those of an issuer.", id)
	}
	return l, err
}

func linkExists(ctx context.Context, r db.Reader, l *Link) (bool, error) {
	var one int64
	err := r.QueryRow(ctx, `SELECT 1 FROM trust_identity WHERE issuer = $1 AND directory = $2 AND claim = $3 AND subject = $4`,
		l.IssuerID, l.Directory, l.Claim, l.Subject).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func insertLink(tx *db.Tx, l *Link) error {
	_, err := tx.Exec(`INSERT INTO trust_identity (id, issuer, directory, claim, subject, person, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		l.ID, l.IssuerID, l.Directory, l.Claim, l.Subject, l.Person, l.Creator, l.Created.UnixMicro())
	return err
}

func deleteLink(tx *db.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM trust_identity WHERE id = $1`, id)
	return err
}

// match is a link of a token.
type match struct{ id, person string }

// matches returns the links of a subject and of an object id.
func matches(ctx context.Context, r db.Reader, issuerID, directory, sub, oid string) ([]match, error) {
	rows, err := r.Query(ctx, `SELECT id, person FROM trust_identity WHERE issuer = $1 AND directory = $2
		AND (claim = 'sub' AND subject = $3 OR claim = 'oid' AND subject = $4) ORDER BY claim`, issuerID, directory, sub, oid)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []match
	for rows.Next() {
		var m match
		if err := rows.Scan(&m.id, &m.person); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// texts writes a list as a JSON array.
func texts(list []string) string {
	if list == nil {
		list = []string{}
	}
	b, err := json.Marshal(list)
	if err != nil {
		panic("issuer: texts do not encode: " + err.Error())
	}
	return string(b)
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
