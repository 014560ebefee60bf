package apidoc

import "maps"

// writer puts the part of the document together that is made of sets.
type writer struct {
	paths, schemas object
	known          map[string]bool // types with a schema in the document
	named          map[string]bool // ids of operations
}

// id is the name of an operation, which no other has.
func (w *writer) id(name string) string {
	for w.named[name] {
		name += "_"
	}
	w.named[name] = true
	return name
}

func ref(kind, name string) object { return object{"$ref": "#/components/" + kind + "/" + name} }

func parameters(names ...string) []object {
	out := make([]object, len(names))
	for i, n := range names {
		out[i] = ref("parameters", n)
	}
	return out
}

var (
	reading = []string{"filter", "search", "orderby", "select", "top", "skip", "skiptoken"}
	inside  = []string{"filter", "orderby", "select", "top", "skip"}
)

// record is the schema of a type, or of any record where the document does not describe it.
func (w *writer) record(singular string) object {
	if !w.known[singular] {
		return ref("schemas", "Record")
	}
	return ref("schemas", singular)
}

func content(schema object) object { return object{"application/json": object{"schema": schema}} }

func body(schema object, required bool) object {
	return object{"required": required, "content": content(schema)}
}

// answers are the responses of an operation: one that is good and every refusal.
func answers(status, description string, schema object) object {
	good := object{"description": description}
	if schema != nil {
		good["content"] = content(schema)
	}
	return object{status: good, "401": ref("responses", "Unauthenticated"), "default": ref("responses", "Refused")}
}

func list(record object) object {
	return object{"allOf": []object{ref("schemas", "List"), {"properties": object{"value": object{"type": "array", "items": record}}}}}
}

// set writes the paths of a set.
func (w *writer) set(s *Set) {
	tag, one, record := []string{s.Name}, s.name(), w.record(s.Singular)
	operation := func(id, summary string, more object) object {
		o := object{"operationId": w.id(id), "summary": summary, "tags": tag}
		maps.Copy(o, more)
		return o
	}
	all, single := object{}, object{}
	if s.Read {
		all["get"] = operation("list_"+s.Name, "List "+s.heading(), object{"parameters": parameters(reading...), "responses": answers("200", "A page of the records", list(record))})
		single["get"] = operation("get_"+s.Name, "Read one: "+one, object{"parameters": parameters("select"), "responses": answers("200", "The record", record)})
		w.paths["/api/odata/"+s.Name+"/$metadata"] = object{"get": operation("metadata_"+s.Name, "Metadata of "+s.heading()+" as CSDL 4 XML", object{
			"responses": object{"200": object{"description": "The document", "content": object{"application/xml": object{}}}, "401": ref("responses", "Unauthenticated"), "default": ref("responses", "Refused")}})}
	}
	if s.Create {
		all["post"] = operation("create_"+s.Name, "Create: "+one, object{"requestBody": body(ref("schemas", s.Singular+".create"), true), "responses": answers("201", "The new record", record)})
	}
	if s.Update {
		for _, method := range []string{"put", "patch"} {
			single[method] = operation(method+"_"+s.Name, "Update: "+one, object{"requestBody": body(record, true), "responses": answers("200", "The record as it is now", record),
				"description": "Only the fields that are sent change; null clears one. PUT and PATCH are the same."})
		}
	}
	if s.Delete {
		single["delete"] = operation("delete_"+s.Name, "Delete: "+one, object{"responses": answers("204", "It is gone", nil)})
	}
	if len(all) > 0 {
		w.paths[s.Path()] = all
	}
	if len(single) > 0 {
		single["parameters"] = parameters("key")
		w.paths[s.Path()+"('{key}')"] = single
	}
	for _, r := range s.Relations {
		w.relation(s, r, operation)
	}
	if s.Read {
		for _, q := range s.Searches {
			w.paths[s.Path()+"/"+q.Path] = object{"get": operation("search_"+s.Name+"_"+q.Path, "Saved search: "+q.Name, object{
				"parameters": append(parameters(inside...), object{"name": "ActionId", "in": "query", "schema": object{"type": "string", "format": "uuid", "default": q.ID}}),
				"responses":  answers("200", "A page of the records", list(record))})}
		}
	}
	for _, a := range s.Actions {
		w.paths[s.Path()+"('{key}')/"+a.Path] = object{"parameters": parameters("key"), "post": operation("action_"+s.Name+"_"+a.Path, "Quick action: "+a.Name, object{
			"description": a.asks(), "requestBody": body(ref("schemas", "QuickAction"), false), "responses": answers("200", "The record as it is now", record)})}
	}
}

func (a Action) asks() string {
	text := "ActionId " + a.ID + "."
	for _, p := range a.Prompts {
		text += " Asks for " + p.Field
		if p.Required {
			text += ", which is required"
		}
		text += "."
	}
	return text
}

func (w *writer) relation(s *Set, r Relation, operation func(id, summary string, more object) object) {
	id, to := s.Name+"_"+r.Name, w.record(r.Target)
	path := s.Path() + "('{key}')/" + r.Name
	item := object{"parameters": parameters("key")}
	if s.Read {
		item["get"] = operation("related_"+id, "Records related by "+r.Name, object{"parameters": parameters(inside...), "responses": answers("200", "A page of the records", list(to))})
	}
	if r.Creates && s.Update {
		made := r.Creating
		if made == "" {
			made = r.Target
		}
		item["post"] = operation("create_"+id, "Create through "+r.Name, object{"requestBody": body(w.record(made), true), "responses": answers("201", "The new record, related to this one", w.record(made))})
	}
	if len(item) > 1 {
		w.paths[path] = item
	}
	if s.Update {
		w.paths[path+"('{other}')/$Ref"] = object{"parameters": parameters("key", "other"),
			"patch":  operation("link_"+id, "Link by "+r.Name, object{"requestBody": body(object{"type": "object"}, false), "responses": answers("200", "Linked", ref("schemas", "Status"))}),
			"delete": operation("unlink_"+id, "Unlink from "+r.Name, object{"responses": answers("200", "No longer linked", ref("schemas", "Status"))})}
	}
}
