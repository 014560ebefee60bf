package scim

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestTheServiceTellsWhatItDoes(t *testing.T) {
	s := start(t)
	s.want("GET /ServiceProviderConfig", "", 200, `{
		"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
		"patch": {"supported": true}, "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
		"filter": {"supported": true, "maxResults": 200}, "changePassword": {"supported": false}, "sort": {"supported": false}, "etag": {"supported": false},
		"authenticationSchemes": [{"type": "oauthbearertoken", "name": "Provisioning token", "primary": true, "specUri": "https://www.rfc-editor.org/info/rfc6750",
			"description": "A long-lived bearer token, which an administrator of this service makes."}],
		"meta": {"resourceType": "ServiceProviderConfig", "location": "https://desk.example.com/scim/v2/ServiceProviderConfig"}}`)
	const user = `{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": "User", "name": "User", "endpoint": "/Users", "description": "A person who can sign in.",
		"schema": "urn:ietf:params:scim:schemas:core:2.0:User",
		"schemaExtensions": [{"schema": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "required": false}],
		"meta": {"resourceType": "ResourceType", "location": "https://desk.example.com/scim/v2/ResourceTypes/User"}}`
	const group = `{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": "Group", "name": "Group", "endpoint": "/Groups", "description": "A group of people.",
		"schema": "urn:ietf:params:scim:schemas:core:2.0:Group",
		"meta": {"resourceType": "ResourceType", "location": "https://desk.example.com/scim/v2/ResourceTypes/Group"}}`
	s.want("GET /ResourceTypes/User", "", 200, user)
	s.want("GET /ResourceTypes/Group", "", 200, group)
	s.want("GET /ResourceTypes", "", 200, strings.NewReplacer(`"totalResults": 1`, `"totalResults": 2`, `"itemsPerPage": 1`, `"itemsPerPage": 2`).Replace(oneOf(user+","+group)))
	for _, r := range []string{"/ServiceProviderConfig", "/ResourceTypes", "/Schemas"} {
		s.refused("GET "+r+`?filter=id eq "x"`, "", 403, "")
	}
}

// defined is an attribute as GET /Schemas describes it.
type defined struct {
	Name, Type, Description, Mutability, Returned string
	Uniqueness                                    *string
	MultiValued, Required, CaseExact              *bool
	CanonicalValues, ReferenceTypes               []string
	SubAttributes                                 []defined
}

type definedSchema struct {
	Schemas               []string
	ID, Name, Description string
	Attributes            []defined
	Meta                  struct{ ResourceType, Location string }
}

func TestTheSchemasAreWellFormed(t *testing.T) {
	s := start(t)
	var list struct {
		Schemas                  []string
		TotalResults, StartIndex int
		Resources                []definedSchema
	}
	if err := json.Unmarshal([]byte(s.want("GET /Schemas", "", 200, "…").text), &list); err != nil {
		t.Fatal(err)
	}
	if list.TotalResults != 3 || len(list.Resources) != 3 || list.StartIndex != 1 || list.Schemas[0] != listURN {
		t.Fatalf("%+v", list)
	}
	for _, one := range list.Resources {
		var alone definedSchema
		if err := json.Unmarshal([]byte(s.want("GET /Schemas/"+one.ID, "", 200, "…").text), &alone); err != nil {
			t.Fatal(err)
		}
		same(t, one.ID, one, alone)
		if one.Meta.Location != "https://desk.example.com/scim/v2/Schemas/"+one.ID || one.Meta.ResourceType != "Schema" || one.Name == "" || one.Description == "" || one.Schemas[0] != schemaURN {
			t.Errorf("%+v", one)
		}
		wellFormed(t, one.ID, one.Attributes)
	}
}

func wellFormed(t *testing.T, of string, all []defined) {
	t.Helper()
	for _, a := range all {
		name := of + ":" + a.Name
		complexly := a.Type == "complex"
		switch {
		case !slices.Contains([]string{"string", "boolean", "reference", "complex"}, a.Type),
			!slices.Contains([]string{"readWrite", "readOnly", "immutable"}, a.Mutability),
			!slices.Contains([]string{"default", "always"}, a.Returned),
			a.Description == "", a.MultiValued == nil, a.Required == nil,
			complexly == (a.SubAttributes == nil), complexly == (a.Uniqueness != nil),
			(a.Type == "reference") == (a.ReferenceTypes == nil),
			(a.Type == "string" || a.Type == "reference") != (a.CaseExact != nil):
			t.Errorf("%s: %+v", name, a)
		}
		wellFormed(t, name, a.SubAttributes)
	}
}

// TestTheSchemasAreTrue: every attribute that is described can be set by PATCH and is answered, and there are no others.
func TestTheSchemasAreTrue(t *testing.T) {
	for _, sc := range []*schema{userSchema, enterpriseSchema} {
		for _, a := range sc.attributes {
			if a.readOnly() {
				continue
			}
			path := sc.urn + ":" + a.name
			u := patched(t, `{"op":"replace","path":"`+path+`","value":`+sample(a)+`}`)
			o, err := u.object()
			if err != nil {
				t.Fatal(err)
			}
			if sc == enterpriseSchema {
				o = o[sc.urn].(object)
			}
			text, _ := json.Marshal(o[a.name])
			if !strings.Contains(string(text), "sample") && string(text) != "true" {
				t.Errorf("%s is %s", path, text)
			}
			if !a.required && a.kind != boolean {
				u = patched(t, `{"op":"add","path":"`+path+`","value":`+sample(a)+`}`, `{"op":"remove","path":"`+path+`"}`)
				if text, _ := json.Marshal(u); strings.Contains(string(text), "sample") {
					t.Errorf("%s is not taken away: %s", path, text)
				}
			}
			for _, sub := range a.subs {
				if !sub.readOnly() && !strings.Contains(string(text), `"`+sub.name+`":`) {
					t.Errorf("%s.%s is lost: %s", path, sub.name, text)
				}
			}
		}
	}
	fields := 0
	for _, kind := range []reflect.Type{reflect.TypeFor[User](), reflect.TypeFor[EnterpriseUser]()} {
		for field := range kind.Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name == "-" || name == enterpriseURN {
				continue
			}
			if a, _ := userType.attribute(name); a == nil {
				t.Errorf("%s of %s is in no schema", name, kind)
			}
			fields++
		}
	}
	if want := len(userSchema.attributes) + len(enterpriseSchema.attributes); fields != want {
		t.Errorf("%d fields, %d attributes", fields, want)
	}
}

// sample is a value of an attribute.
func sample(a *attribute) string {
	switch {
	case a.kind == boolean:
		return "true"
	case a.kind != complexly:
		return `"sample"`
	}
	parts := make([]string, 0, len(a.subs))
	for _, sub := range a.subs {
		parts = append(parts, `"`+sub.name+`":`+sample(sub))
	}
	one := "{" + strings.Join(parts, ",") + "}"
	if a.many {
		return "[" + one + "]"
	}
	return one
}
