package scim

import (
	"cmp"
	"net/http"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

var (
	allTypes   = []*resource{userType, groupType}
	allSchemas = []*schema{userSchema, enterpriseSchema, groupSchema}
)

// discovery refuses what discovery does not offer (RFC 7644 section 4): a filter.
func (c *call) discovery() error {
	if c.r.URL.Query().Has("filter") {
		return fault.New(fault.Forbidden, "no_filter", "What this service offers cannot be filtered.")
	}
	return nil
}

// listing answers with all there is; discovery has no pages.
func (c *call) listing(all []object) error {
	if err := c.discovery(); err != nil {
		return err
	}
	write(c.w, http.StatusOK, page{Schemas: []string{listURN}, Total: len(all), Start: 1, Count: len(all), Resources: all})
	return nil
}

// config tells what of the protocol is there (RFC 7643 section 5).
func (c *call) config() error {
	if err := c.discovery(); err != nil {
		return err
	}
	no, yes := object{"supported": false}, object{"supported": true}
	write(c.w, http.StatusOK, object{
		"schemas":        []string{configURN},
		"patch":          yes,
		"bulk":           object{"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
		"filter":         object{"supported": true, "maxResults": maxCount},
		"changePassword": no,
		"sort":           no,
		"etag":           no,
		"authenticationSchemes": []object{{
			"type": "oauthbearertoken", "name": "Provisioning token", "primary": true, "specUri": "https://www.rfc-editor.org/info/rfc6750",
			"description": "A long-lived bearer token, which an administrator of this service makes.",
		}},
		"meta": object{"resourceType": "ServiceProviderConfig", "location": c.directory.Base + "/ServiceProviderConfig"},
	})
	return nil
}

func (c *call) resourceTypes() error {
	all := make([]object, len(allTypes))
	for i, t := range allTypes {
		all[i] = t.describe(c.directory.Base)
	}
	return c.listing(all)
}

func (c *call) resourceType() error {
	for _, t := range allTypes {
		if equalNames(t.name, c.id) {
			write(c.w, http.StatusOK, t.describe(c.directory.Base))
			return nil
		}
	}
	return fault.New(fault.NotFound, "no_such_resource_type", "There is no resource type '%s'; there are User and Group.", c.id)
}

// describe tells what is known of a type of resource (RFC 7643 section 6).
func (t *resource) describe(base string) object {
	o := object{
		"schemas": []string{typeURN}, "id": t.name, "name": t.name, "endpoint": "/" + t.plural, "description": t.about, "schema": t.core.urn,
		"meta": object{"resourceType": "ResourceType", "location": base + "/ResourceTypes/" + t.name},
	}
	if t.extension != nil {
		o["schemaExtensions"] = []object{{"schema": t.extension.urn, "required": false}}
	}
	return o
}

func (c *call) schemas() error {
	all := make([]object, len(allSchemas))
	for i, s := range allSchemas {
		all[i] = s.describe(c.directory.Base)
	}
	return c.listing(all)
}

func (c *call) schema() error {
	for _, s := range allSchemas {
		if equalNames(s.urn, c.id) {
			write(c.w, http.StatusOK, s.describe(c.directory.Base))
			return nil
		}
	}
	return fault.New(fault.NotFound, "no_such_schema", "There is no schema '%s'.", c.id)
}

// describe writes a schema (RFC 7643 section 7).
func (s *schema) describe(base string) object {
	return object{
		"schemas": []string{schemaURN}, "id": s.urn, "name": s.name, "description": s.about, "attributes": describe(s.attributes),
		"meta": object{"resourceType": "Schema", "location": base + "/Schemas/" + s.urn},
	}
}

func describe(attributes []*attribute) []object {
	all := make([]object, len(attributes))
	for i, a := range attributes {
		o := object{
			"name": a.name, "type": a.kind, "multiValued": a.many, "description": a.about, "required": a.required,
			"mutability": cmp.Or(a.mutable, readWrite), "returned": "default",
		}
		if a.always {
			o["returned"] = "always"
		}
		if a.kind == text || a.kind == reference {
			o["caseExact"] = a.exact
		}
		if a.kind != complexly {
			o["uniqueness"] = cmp.Or(a.unique, "none")
		} else {
			o["subAttributes"] = describe(a.subs)
		}
		if a.values != nil {
			o["canonicalValues"] = a.values
		}
		if a.refers != nil {
			o["referenceTypes"] = a.refers
		}
		all[i] = o
	}
	return all
}
