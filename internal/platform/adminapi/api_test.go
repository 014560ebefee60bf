package adminapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
)

// The operations of the tests stand among those on all tenants, which need no tenant's database.

type printer struct {
	Name  string   `json:"name" minLength:"1" maxLength:"5" example:"lobby"`
	Pages int      `json:"pages,omitempty" minimum:"0"`
	Trays []string `json:"trays,omitempty"`

	Paper map[string]paper `json:"paper,omitempty"`
	Spare []paper          `json:"spare,omitempty"`
}

type paper struct {
	Size string `json:"size,omitempty"`
}

type newPrinter struct{ Body printer }

type byName struct {
	Name string `path:"name"`
}

func frame(t *testing.T) *adminapi.API {
	t.Helper()
	api := adminapi.New(adminapi.Options{System: func(_ context.Context, r *http.Request) (*principal.Principal, error) {
		if r.Header.Get("Authorization") == "" {
			return nil, fault.New(fault.Unauthenticated, "credential_missing", "Authentication required.")
		}
		return &principal.Principal{Login: "tester"}, nil
	}})
	api.Group("Printers", "Printers.",
		adminapi.Op("GET /tenants/printers", "list-printers", "List printers", func(_ context.Context, in *struct{ adminapi.Paging }) (*adminapi.Page[printer], error) {
			all := []printer{{Name: "a"}, {Name: "b"}, {Name: "c"}}
			return adminapi.PageOf(in.Paging, all, func(p printer) string { return p.Name })
		}),
		adminapi.Op("POST /tenants/printers", "create-printer", "Create a printer", func(ctx context.Context, in *newPrinter) (*printer, error) {
			if principal.From(ctx).Login != "tester" {
				t.Error("the operation does not know who acts")
			}
			adminapi.Location(ctx, "/tenants/printers/"+in.Body.Name)
			return &in.Body, nil
		}, adminapi.Status(http.StatusCreated)),
		adminapi.Op("GET /tenants/printers/{name}", "get-printer", "Get a printer", func(ctx context.Context, in *byName) (*printer, error) {
			if in.Name == "broken" {
				return nil, context.DeadlineExceeded
			}
			adminapi.ETag(ctx, `"7"`)
			return nil, fault.New(fault.NotFound, "printer_unknown", "There is no printer %s.", in.Name)
		}),
		adminapi.Op("DELETE /tenants/printers/{name}", "delete-printer", "Delete a printer", func(_ context.Context, _ *byName) (*adminapi.None, error) {
			return &adminapi.None{}, nil
		}),
	)
	return api
}

func ask(api http.Handler, method, path, contentType, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, adminapi.Base+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer x")
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	return w
}

func TestRequestsAreAnsweredAsTheTypesSay(t *testing.T) {
	const here, jsonType = "/tenants/printers", "application/json"
	big := `{"name":"` + strings.Repeat("x", adminapi.MaxBody) + `"}`
	for name, c := range map[string]struct {
		method, path, contentType, body string
		status                          int
		has                             string
	}{
		"a list is a page":                             {"GET", here + "?limit=2", "", "", 200, `{"items":[{"name":"a"},{"name":"b"}],"next":"WyJiIl0"}`},
		"the cursor leads on":                          {"GET", here + "?cursor=WyJiIl0", "", "", 200, `{"items":[{"name":"c"}]}`},
		"HEAD is GET":                                  {"HEAD", here, "", "", 200, ""},
		"a cursor of nobody is refused":                {"GET", here + "?cursor=zz", "", "", 400, `"code":"cursor_invalid"`},
		"a page has a limit":                           {"GET", here + "?limit=201", "", "", 400, `"field":"limit"`},
		"the limit is a number":                        {"GET", here + "?limit=many", "", "", 400, `"field":"limit"`},
		"a parameter nobody knows is refused by name":  {"GET", here + "?serach=x", "", "", 400, `"field":"serach"`},
		"what is created is answered":                  {"POST", here, jsonType, `{"name":"lobby"}`, 201, `{"name":"lobby"}`},
		"JSON may say its charset":                     {"POST", here, "application/json; charset=utf-8", `{"name":"lobby"}`, 201, ""},
		"a body without a type is JSON":                {"POST", here, "", `{"name":"lobby"}`, 201, ""},
		"a form is no JSON":                            {"POST", here, "application/x-www-form-urlencoded", `{"name":"lobby"}`, 400, `"code":"content_type"`},
		"a field nobody knows is refused by name":      {"POST", here, jsonType, `{"name":"lobby","colour":"x"}`, 400, `"field":"colour"`},
		"a field that is required is missed":           {"POST", here, jsonType, `{}`, 400, `name`},
		"a text that is too long is refused":           {"POST", here, jsonType, `{"name":"foyer of the house"}`, 400, `"field":"name"`},
		"a wrong type is refused":                      {"POST", here, jsonType, `{"name":"lobby","pages":"1"}`, 400, `"field":"pages"`},
		"null is as good as absent":                    {"POST", here, jsonType, `{"name":"lobby","trays":null}`, 201, `{"name":"lobby"}`},
		"an item has its place in the list":            {"POST", here, jsonType, `{"name":"lobby","trays":["a",7]}`, 400, `"field":"trays[1]"`},
		"a body is needed":                             {"POST", here, jsonType, ``, 400, `"code":"request_invalid"`},
		"a body has to be JSON":                        {"POST", here, jsonType, `{"name":`, 400, `"field":"body"`},
		"nothing follows the JSON":                     {"POST", here, jsonType, `{"name":"lobby"} {}`, 400, `"field":"body"`},
		"a field is not given twice":                   {"POST", here, jsonType, `{"name":"lobby","name":"attic"}`, 400, `"field":"name","message":"given more than once"`},
		"nor in another spelling":                      {"POST", here, jsonType, `{"name":"lobby","n\u0061me":"attic"}`, 400, `"field":"name"`},
		"nor inside of a list":                         {"POST", here, jsonType, `{"name":"lobby","spare":[{"size":"A4"},{"size":"A4","size":"A3"}]}`, 400, `"field":"spare[1].size"`},
		"a name in another case is not the field":      {"POST", here, jsonType, `{"Name":"lobby"}`, 400, `"field":"Name","message":"unexpected property; its name is written name"`},
		"beside the field neither":                     {"POST", here, jsonType, `{"name":"lobby","NAME":"attic"}`, 400, `"field":"NAME"`},
		"in a map neither":                             {"POST", here, jsonType, `{"name":"lobby","paper":{"Upper":{"Size":"A4"}}}`, 400, `"field":"paper.Upper.Size"`},
		"in a list neither":                            {"POST", here, jsonType, `{"name":"lobby","spare":[{"SIZE":"A4"}]}`, 400, `"field":"spare[0].SIZE"`},
		"names of a map are in whatever case":          {"POST", here, jsonType, `{"name":"lobby","paper":{"Name":{"size":"A4"},"name":{}}}`, 201, `"Name":{"size":"A4"}`},
		"a parameter is not given twice":               {"GET", here + "?limit=2&limit=2", "", "", 400, `"field":"limit","message":"given more than once"`},
		"a parameter has no zero byte":                 {"GET", here + "?cursor=a%00b", "", "", 400, `"field":"cursor","message":"expected text without control characters"`},
		"a parameter has no line end":                  {"GET", here + "?cursor=a%0Ab", "", "", 400, `"field":"cursor"`},
		"a parameter is UTF-8":                         {"GET", here + "?cursor=%ff", "", "", 400, `"field":"cursor"`},
		"a query string is encoded":                    {"GET", here + "?cursor=%zz", "", "", 400, `"code":"request_invalid"`},
		"values do not come back in errors":            {"POST", here, jsonType, `{"name":"lobby","secret":"hunter2"}`, 400, `"field":"secret"`},
		"a body has a limit":                           {"POST", here, jsonType, big, 413, `"code":"body_too_large"`},
		"a fault is a problem":                         {"GET", here + "/attic", "", "", 404, `"detail":"There is no printer attic.","code":"printer_unknown"`},
		"an error of ours is not told":                 {"GET", here + "/broken", "", "", 500, `"detail":"The server could not complete the request.","code":"internal"`},
		"nothing to say is 204":                        {"DELETE", here + "/attic", "", "", 204, ""},
		"another method is 405":                        {"PUT", here, jsonType, `{}`, 405, `"code":"method"`},
		"what is not there is 404":                     {"GET", "/tenants/scanners", "", "", 404, `"code":"route_unknown"`},
		"a path that is not clean is 404":              {"GET", "/tenants//printers", "", "", 404, `"code":"route_unknown"`},
		"a slash at the end is another path":           {"GET", here + "/", "", "", 404, `"code":"route_unknown"`},
		"whoever wants HTML gets JSON":                 {"GET", here, "text/html", "", 200, `{"items":`},
		"a parameter is not a text of the body":        {"POST", here + "?name=x", jsonType, `{"name":"lobby"}`, 400, `"field":"name"`},
		"a value of JSON that is no object is refused": {"POST", here, jsonType, `[1]`, 400, `"errors":[`},
	} {
		t.Run(name, func(t *testing.T) {
			w := ask(frame(t), c.method, c.path, c.contentType, c.body)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.has) || strings.Contains(w.Body.String(), "hunter2") {
				t.Errorf("%s %s: %d %.300s, want %d with %s", c.method, c.path, w.Code, w.Body, c.status, c.has)
			}
			kind := w.Header().Get("Content-Type")
			switch {
			case w.Code >= 400 && kind != "application/problem+json", w.Code < 300 && w.Code != 204 && kind != "application/json":
				t.Errorf("Content-Type %q", kind)
			case w.Header().Get("Cache-Control") != "no-store":
				t.Errorf("Cache-Control %q", w.Header().Get("Cache-Control"))
			case w.Code == 405 && w.Header().Get("Allow") != "GET, HEAD, POST":
				t.Errorf("Allow %q", w.Header().Get("Allow"))
			case w.Code == 201 && w.Header().Get("Location") != adminapi.Base+here+"/lobby":
				t.Errorf("Location %q", w.Header().Get("Location"))
			case w.Code == 404 && w.Header().Get("ETag") != "":
				t.Error("an error has an entity tag")
			}
		})
	}
}

// A default stands in for what was not sent, and for nothing else.
func TestADefaultReplacesNothingThatWasSent(t *testing.T) {
	type copies struct {
		Body struct {
			Copies int    `json:"copies,omitempty" default:"2"`
			Paper  string `json:"paper,omitempty" default:"A4"`
			Colour struct {
				Ink string `json:"ink,omitempty" default:"black"`
			} `json:"colour" required:"false"`
		}
	}
	api := adminapi.New(adminapi.Options{System: func(context.Context, *http.Request) (*principal.Principal, error) {
		return &principal.Principal{}, nil
	}})
	api.Group("Copies", "Copies.", adminapi.Op("POST /tenants/copies", "copy", "Copy", func(_ context.Context, in *copies) (*string, error) {
		out := fmt.Sprint(in.Body.Copies, " ", in.Body.Paper, " ", in.Body.Colour.Ink)
		return &out, nil
	}))
	for body, want := range map[string]string{
		`{}`:                                  "2 A4 black",
		`{"copies":0}`:                        "0 A4 black",
		`{"copies":0,"paper":"","colour":{}}`: "0  black",
		`{"colour":{"ink":"red"}}`:            "2 A4 red",
	} {
		if w := ask(api, "POST", "/tenants/copies", "", body); w.Code != 200 || strings.TrimSpace(w.Body.String()) != `"`+want+`"` {
			t.Errorf("%s: %d %s, want %s", body, w.Code, w.Body, want)
		}
	}
}

func TestNobodyGetsPastTheDoor(t *testing.T) {
	for _, path := range []string{"/tenants/printers", "/tenants/nothing", "/tenants"} {
		w := httptest.NewRecorder()
		frame(t).ServeHTTP(w, httptest.NewRequest(http.MethodGet, adminapi.Base+path, nil))
		if w.Code != 401 || w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

func TestTheDocumentAndThePageAreComplete(t *testing.T) {
	api := frame(t)
	w := httptest.NewRecorder()
	api.ServeHTTP(w, httptest.NewRequest(http.MethodGet, adminapi.Base+"/openapi.json", nil))
	var doc map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil || doc["openapi"] != "3.1.0" || strings.Contains(w.Body.String(), "ErrorModel") {
		t.Errorf("%v %.300s", err, w.Body)
	}
	page := httptest.NewRecorder()
	api.Docs(page, httptest.NewRequest(http.MethodGet, "/docs", nil))
	for _, want := range []string{"<h3 id=\"create-printer-title\">Create a printer</h3>", "/api/admin/v1/tenants/printers/{name}", `href="#schema-Printer"`} {
		if !bytes.Contains(page.Body.Bytes(), []byte(want)) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, never := range []string{"<script>", "onclick=", "http-equiv", "//cdn", "style="} {
		if bytes.Contains(page.Body.Bytes(), []byte(never)) {
			t.Errorf("the page has %s", never)
		}
	}
}

func TestATypeThatWouldNotGetItsParametersStopsTheProgram(t *testing.T) {
	type hidden struct {
		Name string `path:"name"`
	}
	for what, add := range map[string]func() adminapi.Route{
		"a parameter without a field": func() adminapi.Route {
			return adminapi.Op("GET /things/{name}", "a", "A", func(context.Context, *struct{}) (*adminapi.None, error) { return &adminapi.None{}, nil })
		},
		"an embedded type that is not exported": func() adminapi.Route {
			return adminapi.Op("GET /things/{name}", "b", "B", func(context.Context, *struct{ hidden }) (*adminapi.None, error) { return &adminapi.None{}, nil })
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: the program starts", what)
				}
			}()
			adminapi.New(adminapi.Options{}).Group("Things", "Things.", add())
		}()
	}
}
