package issuer

import (
	"context"
	"fmt"
	"time"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// The claims a link may be by.
const (
	BySubject  = "sub" // in Entra another one for each application that is asked
	ByObjectID = "oid" // Entra: of the user or the service principal in its directory
)

// Link says which person a subject of an issuer is. Whoever brings a token of that subject acts as that person.
type Link struct {
	ID        string    `json:"id"`
	Issuer    string    `json:"issuer"` // name
	Claim     string    `json:"claim"`  // BySubject or ByObjectID
	Subject   string    `json:"subject"`
	Directory string    `json:"directory"` // GUID, where the issuer has several
	Person    string    `json:"person"`    // RecId of the employee
	Creator   string    `json:"created_by"`
	Created   time.Time `json:"created_at"`

	IssuerID string `json:"-"`
}

// LinkSpec says what link to make.
type LinkSpec struct {
	Claim     string
	Subject   string
	Directory string // has to be given where the issuer has several
	Person    string // LoginID or RecId
}

// check completes a link, or says field by field what is wrong with it.
func (l *Link) check(i *Issuer) *fault.Error {
	f := fault.New(fault.Invalid, "link_invalid", "The link cannot be made.")
	switch {
	case l.Claim == BySubject:
		if !plain(l.Subject) {
			f = f.WithField("subject", "A sub has 1 to %d characters and no spaces.", maxText)
		}
	case l.Claim == ByObjectID && i.Kind == Entra:
		guid, ok := readGUID(l.Subject)
		if l.Subject = guid; !ok {
			f = f.WithField("subject", "An oid is a GUID.")
		}
	default:
		f = f.WithField("claim", "Links are by sub, those of Entra by sub or oid.")
	}
	switch guid, ok := readGUID(l.Directory); {
	case i.manyDirectories():
		if l.Directory = guid; !ok {
			f = f.WithField("directory", "The issuer %s has several directories: say whose subject it is, by its GUID.", i.Name)
		}
	case l.Directory != "":
		f = f.WithField("directory", "The issuer %s has one directory only.", i.Name)
	}
	return f
}

// LinkPerson makes a link to an employee. What is wrong is fault.Invalid; a subject that is linked already is fault.Conflict.
func (p *Plane) LinkPerson(ctx context.Context, issuer string, s LinkSpec) (Link, error) {
	l := Link{ID: id.RecID(), Claim: s.Claim, Subject: s.Subject, Directory: s.Directory, Creator: actor(ctx), Created: p.clock.Now()}
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		i, err := named(ctx, tx, issuer)
		if err != nil {
			return err
		}
		l.IssuerID, l.Issuer, l.Subject, l.Directory = i.ID, i.Name, s.Subject, s.Directory
		f := l.check(&i)
		if l.Person, err = p.person(ctx, tx, s.Person); err != nil {
			return err
		}
		if l.Person == "" {
			f = f.WithField("person", "There is no employee %q.", s.Person)
		}
		if len(f.Fields) > 0 {
			return f
		}
		there, err := linkExists(ctx, tx, &l)
		if err == nil && there {
			err = fault.New(fault.Conflict, "link_exists", "This %s of %s is linked already; unlink it first.", l.Claim, i.Name)
		}
		return err
	}, func(tx *db.Tx) error {
		if err := insertLink(tx, &l); err != nil {
			return err
		}
		tx.AddCell(cellRevision, 1)
		return p.audit(ctx, tx, objectLink, "create", l.ID, l.Issuer, nil, l)
	})
	if err != nil {
		return Link{}, fmt.Errorf("link a person: %w", err)
	}
	p.changed()
	return l, nil
}

// UnlinkPerson removes a link, by its id.
func (p *Plane) UnlinkPerson(ctx context.Context, linkID string) (Link, error) {
	var l Link
	err := p.db.Write(ctx, func(tx *db.Tx) (err error) {
		l, err = linkByID(ctx, tx, linkID)
		return err
	}, func(tx *db.Tx) error {
		if err := deleteLink(tx, l.ID); err != nil {
			return err
		}
		tx.AddCell(cellRevision, 1)
		return p.audit(ctx, tx, objectLink, "delete", l.ID, l.Issuer, l, nil)
	})
	if err != nil {
		return Link{}, fmt.Errorf("unlink a person: %w", err)
	}
	p.changed()
	return l, nil
}

// Links lists the links of an issuer, by name or id, or of all where it is empty; 10,000 at most.
func (p *Plane) Links(ctx context.Context, issuer string) ([]Link, error) {
	if issuer == "" {
		return listLinks(ctx, p.db, "")
	}
	i, err := p.Issuer(ctx, issuer)
	if err != nil {
		return nil, err
	}
	return listLinks(ctx, p.db, i.ID)
}

// linked finds the person whom a token speaks for. It asks the database, so that a link that is gone ends at once.
func (p *Plane) linked(ctx context.Context, issuerID, directory, sub, oid string) (person, link, reason string, err error) {
	found, err := matches(ctx, p.db, issuerID, directory, sub, oid)
	if err != nil {
		return "", "", "", fmt.Errorf("look up links: %w", err)
	}
	for _, m := range found {
		if person != "" && person != m.person {
			return "", "", reasonLinksDiffer, nil
		}
		person, link = m.person, m.id
	}
	return person, link, "", nil
}

func sameName(a, b string) bool { return literal.Fold(a) == literal.Fold(b) }
