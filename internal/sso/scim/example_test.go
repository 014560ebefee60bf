package scim_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/sso/scim"
)

// one is a Store of one user.
type one struct{ user scim.User }

func (o *one) Find(_ context.Context, q scim.Query) (scim.Found[scim.User], error) {
	for _, t := range q.Filter {
		if t.Attribute == scim.UserName && !strings.EqualFold(t.Value, o.user.UserName) || t.Attribute == scim.ID && t.Value != o.user.ID {
			return scim.Found[scim.User]{}, nil
		}
	}
	return scim.Found[scim.User]{Total: 1, Resources: []scim.User{o.user}}, nil
}

func (o *one) Create(context.Context, scim.User) (scim.User, error) {
	return scim.User{}, fault.New(fault.Conflict, "name_taken", "There is a user already.")
}

func (o *one) Change(_ context.Context, id string, change func(scim.User) (scim.User, error)) (scim.User, error) {
	if id != o.user.ID {
		return scim.User{}, fault.New(fault.NotFound, "no_such_user", "There is no user '%s'.", id)
	}
	changed, err := change(o.user)
	if err == nil {
		o.user = changed
	}
	return changed, err
}

func (o *one) Delete(context.Context, string) error {
	return fault.New(fault.Forbidden, "last_user", "The last user stays.")
}

func ExampleHandler() {
	store := &one{scim.User{ID: "7", UserName: "ada@example.org", Active: true}}
	mux := http.NewServeMux()
	mux.Handle("/scim/v2/", scim.Handler("/scim/v2", func(_ http.ResponseWriter, r *http.Request) (*scim.Directory, error) {
		if r.Header.Get("Authorization") == "" {
			return nil, fault.New(fault.Unauthenticated, "credential_missing", "Authentication required.")
		}
		return &scim.Directory{Base: "https://desk.example.com/scim/v2", Users: store}, nil
	}))

	r := httptest.NewRequest("PATCH", "/scim/v2/Users/7", strings.NewReader(`{
		"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
		"Operations": [{"op": "Replace", "path": "active", "value": "False"}]}`))
	r.Header.Set("Authorization", "Bearer …")
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	body, _ := io.ReadAll(w.Body)
	fmt.Println(w.Code, store.user.Active)
	fmt.Print(string(body))
	// Output:
	// 200 false
	// {"active":false,"id":"7","meta":{"location":"https://desk.example.com/scim/v2/Users/7","resourceType":"User"},"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@example.org"}
}
