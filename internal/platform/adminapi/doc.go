// Package adminapi is the frame of the administration API: /api/admin/v1, JSON, described by an OpenAPI 3.1 document
// (spec.openapis.org/oas/v3.1.1) that is made of the same Go types as the answers. A domain adds its operations in its admin.go,
// which reads as a table:
//
//	func (m *Module) Admin(api *adminapi.API) {
//		api.Group("Printers", "Printers of the tenant.",
//			adminapi.Op("GET /printers", "list-printers", "List printers", m.adminList),
//			adminapi.Op("POST /printers", "create-printer", "Create a printer", m.adminCreate, adminapi.Status(http.StatusCreated)),
//			adminapi.Op("GET /printers/{id}", "get-printer", "Get a printer", m.adminGet),
//			adminapi.Op("DELETE /printers/{id}", "delete-printer", "Delete a printer", m.adminDelete),
//		)
//	}
//
//	type printersQuery struct {
//		adminapi.Paging
//		Search string `query:"search" maxLength:"200" doc:"Words of the name" example:"copy room"`
//	}
//
//	func (m *Module) adminList(ctx context.Context, in *printersQuery) (*adminapi.Page[Printer], error) {
//		h := tenant.From(ctx)
//		…
//	}
//
// What a handler gets is checked already: the caller is an administrator of tenant.From(ctx) and is principal.From(ctx); the body
// is JSON of at most 1 MiB that fits the type's schema; fields and query parameters that the type does not have are refused by
// name. Rules that a schema cannot say stay with the domain, which refuses with a fault. Every error, whoever finds it, becomes
// the problem+json of web.Problem. None as the answer's type means 204 without a body.
//
// With the option StepUp an operation asks people who use a browser to prove who they are, where they have not within the last
// minutes; keys and tokens pass.
//
// Input types have fields tagged path, query or header, and a field Body; the tags of github.com/danielgtaylor/huma/v2 say more
// (doc, example, minLength, maximum, enum, …). An optional field of a body is a pointer, or has omitempty. Embedded types are exported. The names of answer
// and body types are the names of schemas, one for all domains: two types of one name stop the program at its start.
package adminapi
