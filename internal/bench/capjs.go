package bench

// capService is the adapter of a service made with the SAP Cloud Application Programming Model. The user starts it with the
// definition in docs/benchmarks.md: OData V4 at /odata/v4/bench, entity BenchIncidents, keys made by the server. The unique
// number comes from the client. token is the whole value of the Authorization header; empty: none is sent.
func capService(token string) adapter {
	const path = "/odata/v4/bench/BenchIncidents"
	header := ""
	if token != "" {
		header = "Authorization: " + token + "\r\n"
	}
	return adapter{dialect: &dialect{
		name: "cap", set: path, header: header, created: 201, numbered: true,
		key: "ID", rows: "value", total: "@odata.count", count: "?$count=true&$top=1&$select=ID",
		entity: func(key string) string { return path + "(" + key + ")" },
		list: func(filter [3]string, c combination) string {
			return "?$count=true&$top=100&$orderby=createdAt%20desc&$filter=" + odataFilter(filter, c)
		},
	}}
}
