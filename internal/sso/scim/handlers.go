package scim

import (
	"net/http"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// endpoint is where the resources of one type are served.
type endpoint[R User | Group] struct {
	*resource

	store func(*Directory) Store[R]
	kept  func(R) kept
	of    func(o object, had R) (R, error) // makes one of what a client sent or changed
	fresh R                                // what a new one is where nothing is said
	quiet bool                             // a PATCH answers without a body
}

var users = endpoint[User]{
	resource: userType,
	store:    func(d *Directory) Store[User] { return d.Users },
	kept:     func(u User) kept { return u },
	of:       userOf,
	fresh:    User{Active: true},
}

var groups = endpoint[Group]{
	resource: groupType,
	store:    func(d *Directory) Store[Group] { return d.Groups },
	kept:     func(g Group) kept { return g },
	of:       groupOf,
	quiet:    true, // Entra asks for it: nobody wants thousands of members back
}

// answer writes a resource, with its address where it is new.
func answer[R User | Group](c *call, e endpoint[R], status int, one R, s selection) error {
	k := e.kept(one)
	o, err := e.render(k, c.directory.Base, s)
	if err != nil {
		return err
	}
	id, _, _ := k.meta()
	if status == http.StatusCreated {
		c.w.Header().Set("Location", location(c.directory.Base, e.resource, id))
	}
	write(c.w, status, o)
	return nil
}

func create[R User | Group](e endpoint[R]) func(*call) error {
	return func(c *call) error {
		s, err := c.chosen()
		if err != nil {
			return err
		}
		o, err := e.sent(c)
		if err != nil {
			return err
		}
		one, err := e.of(o, e.fresh)
		if err != nil {
			return err
		}
		kept, err := e.store(c.directory).Create(c.r.Context(), one)
		if err != nil {
			return err
		}
		return answer(c, e, http.StatusCreated, kept, s)
	}
}

// sent reads the body as a resource.
func (e endpoint[R]) sent(c *call) (object, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	return e.parse(body)
}

func get[R User | Group](e endpoint[R]) func(*call) error {
	return func(c *call) error {
		s, err := c.chosen()
		if err != nil {
			return err
		}
		found, err := e.store(c.directory).Find(c.r.Context(), Query{Filter: Filter{{Attribute: ID, Value: c.id}}, Count: 1, WithoutMembers: !s.wants(membersAttribute)})
		if err != nil {
			return err
		}
		if len(found.Resources) == 0 {
			return fault.New(fault.NotFound, "no_such_resource", "There is no %s with the id '%s'.", e.name, c.id)
		}
		return answer(c, e, http.StatusOK, found.Resources[0], s)
	}
}

func replace[R User | Group](e endpoint[R]) func(*call) error {
	return func(c *call) error {
		s, err := c.chosen()
		if err != nil {
			return err
		}
		o, err := e.sent(c)
		if err != nil {
			return err
		}
		kept, err := e.store(c.directory).Change(c.r.Context(), c.id, func(had R) (R, error) { return e.of(o, had) })
		if err != nil {
			return err
		}
		return answer(c, e, http.StatusOK, kept, s)
	}
}

func patch[R User | Group](e endpoint[R]) func(*call) error {
	return func(c *call) error {
		p, err := c.parameters()
		if err != nil {
			return err
		}
		s, err := p.selection()
		if err != nil {
			return err
		}
		body, err := c.body()
		if err != nil {
			return err
		}
		operations, err := parsePatch(body)
		if err != nil {
			return err
		}
		kept, err := e.store(c.directory).Change(c.r.Context(), c.id, func(had R) (R, error) { return e.change(had, operations) })
		if err != nil {
			return err
		}
		if _, asked := p["attributes"]; e.quiet && !asked { // which asks for a body (RFC 7644 section 3.5.2)
			c.done()
			return nil
		}
		return answer(c, e, http.StatusOK, kept, s)
	}
}

// change applies operations to a resource and returns what becomes of it.
func (e endpoint[R]) change(had R, operations []operation) (R, error) {
	var zero R
	o, err := e.kept(had).object()
	if err != nil {
		return zero, err
	}
	if err := e.apply(o, operations); err != nil {
		return zero, err
	}
	return e.of(o, had)
}

func remove[R User | Group](e endpoint[R]) func(*call) error {
	return func(c *call) error {
		if err := e.store(c.directory).Delete(c.r.Context(), c.id); err != nil {
			return err
		}
		c.done()
		return nil
	}
}
