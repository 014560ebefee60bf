package demo

import (
	"embed"
	"encoding/json"
	"fmt"

	"github.com/provost-itsm/provost/internal/platform/record"
)

//go:embed content/*.json
var files embed.FS

// content is what people wrote for the demo.
type content struct {
	stories  []story
	org      organisation
	words    words
	work     work
	articles []article
}

// story is a kind of incident, with texts to choose from. Names in braces are filled in.
type story struct {
	Category, Subcategory, Service, Team, Cause, Impact, Urgency, Kind string
	Weight                                                             int
	Quick                                                              bool // solved by the first line while the caller waits
	Auto                                                               bool // comes from monitoring
	Notes                                                              []string
	Cases                                                              []struct{ Subject, Details, Resolution string }
}

type organisation struct {
	First, Last []string
	Locations   []struct {
		Name, Street, City, Zip, Country, Region, Zone, Phone, Description string
		Share                                                              int
	}
	Units       []struct{ Name, Type, Code, Parent string }
	Departments []struct{ Name, Code, Unit, Head string }
	Teams       []teamText
}

type teamText struct {
	Name, Department, Description string
	Size                          int
	Titles, Places                []string
	Elsewhere                     map[string]string // titles of people who belong to another department
	Support                       bool
}

// words are texts to choose from, by the name in braces that they stand for.
type words map[string][]string

type work struct {
	Lists     []record.List
	Offerings []offeringText
	Problems  []struct{ Subject, Category, Subcategory, Service, Cause, Workaround, Fix, Action string }
	Changes   []changeText
	TaskWords []string
}

type offeringText struct {
	Name, Description, Service, Category, Subcategory, Team, Price string
	Days, Weight                                                   int
	Approval                                                       bool
	Any                                                            bool            // one of several approvers is enough
	Approvers                                                      []string        // teams whose first member is asked in place of the manager
	Sequence                                                       bool            // the tasks come one after the other
	Plan                                                           json.RawMessage // the FulfillmentPlan where it is more than the tasks
	Locations, Roles                                               string
	Own                                                            bool // cannot be ordered for others
	Params                                                         []paramText
	Tasks                                                          []string
}

type paramText struct {
	Name, Label, Type, List, Object, Field string
	Required                               bool
	RequiredIf, ShownIf                    string            // expressions
	Within                                 map[string]string // field of the list's records → parameter that it has to fit
	Default, Pattern, Hint                 string
	Min, Max                               int64
	Price                                  string
	Answers                                []string
}

type changeText struct {
	Subject, Category, Subcategory, Service, Team, Type, Plan, Backout, Reason string
	Weight                                                                     int
}

type article struct {
	Type, Title, Category, Subcategory, Service, Keywords, Details, Cause, Error, Question, Text string
}

func readContent() (*content, error) {
	c := &content{}
	for name, to := range map[string]any{"stories": &c.stories, "people": &c.org, "words": &c.words, "work": &c.work, "knowledge": &c.articles} {
		b, err := files.ReadFile("content/" + name + ".json")
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(b, to); err != nil {
			return nil, fmt.Errorf("read %s.json: %w", name, err)
		}
	}
	return c, nil
}
