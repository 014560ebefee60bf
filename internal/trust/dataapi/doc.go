// Package dataapi is the platform data API: devices and people as nested documents, for inventory connectors such as the
// discovery mApp of Cherwell Service Management (spec/trust.md sections 15 and 16).
//
//	GET /api/apigatewaydataservices/v1/devices          the computers of the tenant
//	GET /api/apigatewaydataservices/v1/people           its employees
//	GET /api/apigatewaydataservices/v1/devicesMetadata  what there is of both, as OData CSDL
//
// Devices are the records of CI#Computer and people those of Employee, read through the record engine. One table (field.go)
// says which field of a record stands at which path of the document. A DiscoveryId is the RecId of the record as a GUID: it is
// unique, never changes while the record lives, and a device that is enrolled again updates the record that has its serial
// number. The id that the source of the data has given stands beside it (DeviceId, ExternalSourceId).
//
// Pages are walked by a $scrollID, the sealed position of the last row. Rows come in the order of their RecIds, which never
// change, so who walks meets every row once that is there from beginning to end, whatever is written meanwhile. The last page is
// empty and has no next link.
//
// A token needs the scope data.read and no more. Keys and sessions have no scopes; they need a role that may read all rows of the
// object, and fields that the role hides are not there.
package dataapi
