// Package desk is the service desk: the ITSM business objects, their rules, and the OData and REST surface on which
// clients of Ivanti Neurons for ITSM work unchanged (docs of that surface: the vendor's "REST API" pages).
//
// The objects are data (stock/*.json); the record engine keeps them and applies what their definitions say. This
// package adds the few rules that a definition cannot express (rules.go), says which rows a principal sees
// (visibility.go), and speaks the wire: http.go has the route table, collection.go and entity.go the operations,
// refusal.go the words of every refusal. Reading $filter, $orderby and paths is package odata, which is pure.
// What administrators say of the objects themselves, over the administration API: admin_object.go and admin_part.go change definitions,
// admin_list.go pick lists, admin_preview.go shows what would change; admin_definition.go has their form.
//
// The service catalogue: offering.go (what somebody can order), parameter.go and validation.go (its form and lists),
// order.go and answer.go (taking an order), expression.go ($(…) of a parameter), and the rules by which a request goes
// on: fulfilment.go (tasks, in the steps of steps.go), approval.go (votes), ownership.go (what its customer may not do).
package desk
