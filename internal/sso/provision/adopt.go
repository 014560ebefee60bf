package provision

import (
	"context"
	"database/sql"
	"fmt"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/sso"
	"github.com/provost-itsm/provost/internal/sso/scim"
)

// adoptable finds whom a new user is already: somebody with the same object id at an identity provider, or with the same login who signs in
// with identity providers alone. How is "" for nobody; who has the login and is not to be adopted stands in the way.
func (s *users) adoptable(ctx context.Context, tx *db.Tx, t *record.Type, u scim.User) (row record.Row, how string, err error) {
	if person, err := s.withObjectID(ctx, tx, u.ExternalID); err != nil {
		return row, "", err
	} else if person != "" {
		row, err := s.h.Records.GetFrom(ctx, tx, t, person)
		if err == nil {
			return row, "object_id", s.mayTouch(ctx, tx, row)
		}
		if !fault.Is(err, fault.NotFound) {
			return row, "", err
		}
	}
	row, found, err := s.h.Records.FindOne(ctx, tx, t, "LoginID", u.UserName)
	if err != nil || !found {
		return row, "", err
	}
	switch _, provisioned, err := findResource(ctx, tx, kindUser, row.RecID); {
	case err != nil:
		return row, "", err
	case provisioned:
		return row, "", taken("The userName '%s' is taken by another User, %s.", literal.Shown(u.UserName), row.RecID)
	case row.Bool("IsInternalAuth") || !row.Bool("IsExternalAuth"):
		return row, "", taken("The userName '%s' is that of a person who is managed here. To hand them over, let them sign in with an identity provider alone.", literal.Shown(u.UserName))
	}
	switch gone, found, err := findResource(ctx, tx, kindGone, row.RecID); {
	case err != nil:
		return row, "", err
	case found && u.ExternalID != "" && gone.external != u.ExternalID && factsOf(row).active(): // somebody has brought them back by hand
		return row, "", taken("The userName '%s' is that of a person with another externalId, who was removed and is active again.", literal.Shown(u.UserName))
	case found && u.ExternalID != "" && gone.external != u.ExternalID:
		return record.Row{}, "", s.release(ctx, tx, row) // a login that is used again is somebody new
	}
	if elsewhere, err := s.signsInElsewhere(ctx, tx, row.RecID); err != nil || elsewhere {
		if err == nil {
			err = taken("The userName '%s' is that of a person who signs in with another identity provider than provisioned people do.", literal.Shown(u.UserName))
		}
		return row, "", err
	}
	ids, err := s.objectIDs(ctx, tx, row.RecID)
	if err != nil {
		return row, "", err
	}
	if len(ids) > 0 { // and this one is not among them
		return row, "", taken("The userName '%s' is that of a person with another object id.", literal.Shown(u.UserName))
	}
	if admin, err := s.administers(ctx, tx, row.RecID); err != nil || admin {
		if err == nil {
			err = taken("The userName '%s' is that of a person who administers; they are not taken over by name.", literal.Shown(u.UserName))
		}
		return row, "", err
	}
	return row, "login", s.mayTouch(ctx, tx, row)
}

// signsInElsewhere reports whether an identity provider knows a person that is not the one of provisioned people: it could say of anybody that they
// are called so.
func (s *users) signsInElsewhere(ctx context.Context, r db.Reader, person string) (bool, error) {
	provider, err := sso.ProvisioningProvider(ctx, r, s.h)
	if err != nil {
		return false, err
	}
	var n int64
	err = r.QueryRow(ctx, `SELECT count(*) FROM sso_identity WHERE person = $1 AND idp <> $2`, person, provider).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look up the identities of a person: %w", err)
	}
	return n > 0, nil
}

// release frees the login of somebody who is removed.
func (s *users) release(ctx context.Context, tx *db.Tx, row record.Row) error {
	login := removedLogin(row.RecID)
	_, err := s.h.Records.UpdateTx(ctx, tx, row.Type, row.RecID, record.Input{{Name: "LoginID", Value: login}, {Name: "NetworkUserName", Value: login}})
	if err == nil {
		_, err = s.h.Records.GetFrom(ctx, tx, row.Type, row.RecID) // which sends what is queued: who takes the login next finds it free
	}
	return err
}

// withObjectID is the one person whom the identity provider of provisioned people knows by an object id and who is not provisioned yet; "" for
// none.
func (s *users) withObjectID(ctx context.Context, r db.Reader, objectID string) (string, error) {
	if objectID == "" {
		return "", nil
	}
	provider, err := sso.ProvisioningProvider(ctx, r, s.h)
	if err != nil || provider == "" {
		return "", err
	}
	end := "/" + objectID // by OpenID Connect it stands behind the id of the directory
	rows, err := r.Query(ctx, `SELECT DISTINCT person FROM sso_identity WHERE idp = $4 AND kind IN ('objectidentifier', 'oid')
		AND (subject = $1 OR kind = 'oid' AND substr(subject, length(subject) - $2) = $3)
		AND NOT EXISTS (SELECT 1 FROM scim_resource WHERE record = person AND kind = 'user') ORDER BY person LIMIT 2`, objectID, utf8.RuneCountInString(objectID), end, provider)
	if err != nil {
		return "", fmt.Errorf("look up an object id: %w", err)
	}
	people, err := texts(rows)
	if err != nil || len(people) != 1 {
		return "", err
	}
	return people[0], nil
}

// objectIDs are those by which identity providers know a person.
func (s *users) objectIDs(ctx context.Context, r db.Reader, person string) ([]string, error) {
	rows, err := r.Query(ctx, `SELECT subject FROM sso_identity WHERE kind IN ('objectidentifier', 'oid') AND person = $1`, person)
	if err != nil {
		return nil, fmt.Errorf("look up the identities of a person: %w", err)
	}
	return texts(rows)
}

// texts reads rows of one text.
func texts(rows *sql.Rows) ([]string, error) {
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// adopt provisions somebody who is there already.
func (s *users) adopt(ctx context.Context, tx *db.Tx, row record.Row, u scim.User, how string) (out scim.User, err error) {
	now := s.m.clock.Now()
	kept := resource{record: row.RecID, kind: kindUser, created: now.UnixMicro(), changed: now.UnixMicro()}
	had, err := userOf(row.Type, row.RecID, factsOf(row), kept)
	if err != nil {
		return out, err
	}
	fill(&u, &had)
	entry := audit.Entry{Action: "scim_user.adopt", Object: "Employee", Target: row.RecID, Label: row.Text("LoginID"), Flags: []string{"how:" + how}}
	if err := audit.Write(ctx, tx, now, entry); err != nil {
		return out, err
	}
	if !row.Bool("IsExternalAuth") {
		if row, err = s.h.Records.UpdateTx(ctx, tx, row.Type, row.RecID, record.Input{{Name: "IsExternalAuth", Value: true}}); err != nil {
			return out, err
		}
	}
	had.ExternalID = "" // which is nobody's change
	had.Enterprise.Manager = scim.Ref{}
	return s.update(ctx, tx, row, kept, had, u)
}

// fill lets a user keep what the person has and nobody has sent.
func fill(u, had *scim.User) {
	for i := range fields {
		if f := &fields[i]; f.at(u) == "" && !f.derived {
			f.put(u, f.at(had))
		}
	}
}
