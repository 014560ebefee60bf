// Package csdl writes the metadata document of one object type: OData CSDL XML 4.0 (OASIS "OData Common Schema Definition
// Language (CSDL) XML Representation Version 4.01", which reads 4.0 documents too), spelled as the clients of the original
// need it. Several of them read the document by regular expressions, so this is fixed:
//
//   - `<EntityType Name="incident">` has no other attribute: no type has a BaseType, each lists all of its fields;
//   - a property begins with Name and Type, and Nullable is only there when it is false;
//   - only the root type has NavigationProperty elements;
//   - saved searches are `<Function Name="My_Active">` and quick actions `<Action Name="Close_Incident">`, and the first
//     `String="…" />` inside each is its id;
//   - an empty element ends in ` />`.
//
// What readers of CSDL need beyond that stands where those clients do not look: the labels and what is computed in
// Annotations behind everything else, the sets in one EntityContainer. The package is pure: a Document in, bytes out, the
// same bytes for the same Document.
package csdl
