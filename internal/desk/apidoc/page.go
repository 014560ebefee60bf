package apidoc

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"
)

//go:embed page
var files embed.FS

// Style is the style sheet of the pages, which they look for at /api/odata/docs/page.css.
var Style = func() []byte {
	b, err := files.ReadFile("page/page.css")
	if err != nil {
		panic("apidoc: " + err.Error()) // embedded: cannot happen
	}
	return b
}()

var pages = template.Must(template.New("").Funcs(template.FuncMap{"join": strings.Join}).ParseFS(files, "page/*.html"))

// view is what a page shows.
type view struct {
	*API
	Title string
	Root  string // path in front of "/api/…" in links: "" or "/HEAT"
	Set   *Set
	Tags  []tag
	Body  string // JSON with which a record of the set can be made
	Error string
}

// tag is a group of services.
type tag struct {
	Name, Description string
	Services          []service
}

type service struct{ Method, Path, Summary string }

// Heading is what people call the records of the set.
func (s *Set) Heading() string { return s.heading() }

// One is what people call one of them.
func (s *Set) One() string { return s.name() }

// Rights says what the caller may do with the records: "read, create and update them".
func (s *Set) Rights() string {
	var all []string
	for _, r := range []struct {
		word string
		may  bool
	}{{"read", s.Read}, {"create", s.Create}, {"update", s.Update}, {"delete", s.Delete}} {
		if r.may {
			all = append(all, r.word)
		}
	}
	switch n := len(all); n {
	case 0:
		return "do nothing with them"
	case 1:
		return all[0] + " them"
	default:
		return strings.Join(all[:n-1], ", ") + " and " + all[n-1] + " them"
	}
}

// First is an example of a record's key.
func (s *Set) First() string { return exampleID }

// Index is the page that lists the sets. root stands in front of the paths in links: "" or "/HEAT".
func (a *API) Index(root string) ([]byte, error) {
	return a.page("index.html", view{Title: "Sets", Root: root})
}

// Docs is the page that describes the API, or one set of it.
func (a *API) Docs(root string, set *Set) ([]byte, error) {
	v := view{Title: "The API", Root: root, Set: set}
	if set == nil {
		var err error
		if v.Tags, err = tags(); err != nil {
			return nil, err
		}
		return a.page("docs.html", v)
	}
	v.Title = set.heading()
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // it is shown, and the template escapes
	if err := encoder.Encode(set.sample()); err != nil {
		return nil, fmt.Errorf("write an example: %w", err)
	}
	v.Body = strings.ReplaceAll(strings.TrimSpace(b.String()), "'", `'\''`)
	return a.page("set.html", v)
}

// Refused is the page in place of one that cannot be shown.
func (a *API) Refused(root, title, message string) ([]byte, error) {
	return a.page("refused.html", view{Title: title, Root: root, Error: message})
}

func (a *API) page(name string, v view) ([]byte, error) {
	v.API = a
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, v); err != nil {
		return nil, fmt.Errorf("make the page %s: %w", name, err)
	}
	return b.Bytes(), nil
}

// tags lists the services in their groups.
func tags() ([]tag, error) {
	fixed, err := readServices()
	if err != nil {
		return nil, err
	}
	all := make([]tag, len(fixed.Tags))
	for i, t := range fixed.Tags {
		all[i].Name, _ = t["name"].(string)
		all[i].Description, _ = t["description"].(string)
		for path, item := range fixed.Paths {
			for method, operation := range item {
				o, ok := operation.(object)
				if of, _ := o["tags"].([]any); !ok || len(of) == 0 || of[0] != all[i].Name {
					continue
				}
				summary, _ := o["summary"].(string)
				all[i].Services = append(all[i].Services, service{strings.ToUpper(method), path, summary})
			}
		}
		slices.SortFunc(all[i].Services, func(a, b service) int {
			return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
		})
	}
	return all, nil
}
