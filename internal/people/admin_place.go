package people

import (
	"context"
	"fmt"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// adminPlaces adds what people belong to besides teams and groups: names to choose from.
func (m *Module) adminPlaces(api *adminapi.API) {
	api.Group("Organisation", "Departments, locations and organisational units, to choose from. They are records of the OData API.",
		adminapi.Op("GET /departments", "list-departments", "List and search departments", places("Department"), adminapi.Describe("In order of creation.")),
		adminapi.Op("GET /locations", "list-locations", "List and search locations", places("Location"), adminapi.Describe("In order of creation.")),
		adminapi.Op("GET /org-units", "list-org-units", "List and search organisational units", places("OrganizationalUnit"),
			adminapi.Describe("In order of creation.")),
	)
}

// Place is a department, a location or an organisational unit.
type Place struct {
	ID   string `json:"id" doc:"RecId" example:"0198A6A27D3E7A519D570B1D3C5F7A90"`
	Name string `json:"name" example:"Headquarters"`
}

type placesQuery struct {
	adminapi.Paging
	Search string `query:"search" maxLength:"200" doc:"Words of the name" example:"head"`
}

// places lists the records of an object by their names.
func places(object string) func(ctx context.Context, in *placesQuery) (*adminapi.Page[Place], error) {
	return func(ctx context.Context, in *placesQuery) (*adminapi.Page[Place], error) {
		h := tenant.From(ctx)
		t, ok := h.Records.Type(ctx, object)
		if !ok {
			return nil, fmt.Errorf("the tenant has no object %s", object)
		}
		return list(ctx, newListing(h, t), in.Paging, in.Search, func(row record.Row) Place {
			return Place{ID: row.RecID, Name: row.Text("Name")}
		})
	}
}
