package desk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

// Bounds of a FulfillmentPlan.
const (
	maxSteps       = 100
	maxStepName    = 100
	maxStepSubject = 500
)

// planStep is a task that fulfilling a request takes.
type planStep struct {
	Name    string   `json:"name"` // by which others come after it; its position where it has none
	Subject string   `json:"subject"`
	Details string   `json:"details"`
	Team    string   `json:"team"`   // the offering's owner team where it has none
	Type    string   `json:"type"`   // object of the task; Task#Assignment where it has none
	Effort  int64    `json:"effort"` // planned, minutes
	After   oneOrAll `json:"after"`  // steps that have to be over before this one
}

func (s planStep) object() string {
	if s.Type == "" {
		return "Task#Assignment"
	}
	return s.Type
}

// UnmarshalJSON reads a step; a plain text is its subject.
func (s *planStep) UnmarshalJSON(b []byte) error {
	*s = planStep{}
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &s.Subject)
	}
	type plain planStep
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode((*plain)(s))
}

// oneOrAll is a text or an array of texts.
type oneOrAll []string

// UnmarshalJSON reads either.
func (o *oneOrAll) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		*o = make([]string, 1)
		return json.Unmarshal(b, &(*o)[0])
	}
	return json.Unmarshal(b, (*[]string)(o))
}

// parsePlan reads the FulfillmentPlan of an offering: an array of steps, or an object with the array as "steps" and
// with "sequence": true where each step comes after the one before it. Steps come out in an order in which each stands
// behind those that it comes after. The error is a sentence for an administrator.
func parsePlan(text string) ([]planStep, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	var plan struct {
		Sequence bool       `json:"sequence"`
		Steps    []planStep `json:"steps"`
	}
	to := any(&plan)
	if text[0] == '[' {
		to = &plan.Steps
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return nil, errors.New("it is not JSON of the form of a plan")
	}
	if d.More() {
		return nil, errors.New("there is something after the plan")
	}
	steps := plan.Steps
	if len(steps) > maxSteps {
		return nil, fmt.Errorf("it has more than %d steps", maxSteps)
	}
	at := map[string]int{}
	for i := range steps {
		s := &steps[i]
		if s.Subject = strings.TrimSpace(s.Subject); s.Subject == "" || utf8.RuneCountInString(s.Subject) > maxStepSubject {
			return nil, fmt.Errorf("the step %d needs a subject of at most %d characters", i+1, maxStepSubject)
		}
		if s.Name = strings.TrimSpace(s.Name); s.Name == "" {
			s.Name = strconv.Itoa(i + 1)
		}
		if _, twice := at[literal.Fold(s.Name)]; twice || utf8.RuneCountInString(s.Name) > maxStepName || strings.ContainsAny(s.Name, ";,\r\n") {
			return nil, fmt.Errorf("the name of the step %d is there twice, longer than %d characters or holds a comma or semicolon", i+1, maxStepName)
		}
		if !literal.Valid(s.Name + s.Subject + s.Details + s.Team + s.Type + strings.Join(s.After, "")) {
			return nil, fmt.Errorf("the step %d holds a text that is not valid", i+1)
		}
		at[literal.Fold(s.Name)] = i
		if plan.Sequence && i > 0 && len(s.After) == 0 {
			s.After = oneOrAll{steps[i-1].Name}
		}
	}
	return inOrder(steps, at)
}

// inOrder puts each step behind those that it comes after, and otherwise keeps them as they are.
func inOrder(steps []planStep, at map[string]int) ([]planStep, error) {
	for i := range steps {
		var after oneOrAll
		for _, name := range steps[i].After {
			k, ok := at[literal.Fold(strings.TrimSpace(name))]
			if !ok {
				return nil, fmt.Errorf("the step %d comes after a step that there is not", i+1)
			}
			if !slices.Contains(after, steps[k].Name) {
				after = append(after, steps[k].Name)
			}
		}
		steps[i].After = after
	}
	out := make([]planStep, 0, len(steps))
	done := map[string]bool{}
	for len(out) < len(steps) {
		before := len(out)
		for _, s := range steps {
			if !done[s.Name] && !slices.ContainsFunc(s.After, func(name string) bool { return !done[name] }) {
				out, done[s.Name] = append(out, s), true
			}
		}
		if len(out) == before {
			return nil, errors.New("its steps wait for each other in a circle")
		}
	}
	return out, nil
}
