package record

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// definitionError is the refusal of definitions with all that is wrong with them.
type definitionError struct {
	refusal  *fault.Error
	problems []string
}

// Error and Unwrap make it the refusal.
func (r *definitionError) Error() string { return r.refusal.Error() }
func (r *definitionError) Unwrap() error { return r.refusal }

// refuseDefinition refuses definitions for problems, each of which begins with the name of its object.
func refuseDefinition(message string, problems ...string) error {
	return &definitionError{fault.New(fault.Invalid, "definition_invalid", "%s", message), problems}
}

// located adds to a refusal of a catalogue where in it each problem is.
func located(c Catalogue, err error) error {
	var refused *definitionError
	if !errors.As(err, &refused) {
		return err
	}
	f := refused.refusal
	for _, p := range refused.problems {
		f = f.WithField(locate(c, p), "%s", p)
	}
	return f
}

// locate finds the place of a problem, as a JSON pointer; "" is the whole. Problems are sentences for people that begin with the object
// and name what they are about, so that is where the place is read from.
func locate(c Catalogue, problem string) string {
	for i, l := range c.Lists {
		if strings.HasPrefix(problem, "list "+l.Name+":") {
			return "/lists/" + strconv.Itoa(i)
		}
	}
	at, rest := -1, ""
	for i := range c.Objects {
		name := objectName(c.Objects[i].Object)
		if after, ok := cutName(problem, name); ok && (at < 0 || len(name) > len(objectName(c.Objects[at].Object))) {
			at, rest = i, after
		}
	}
	if at < 0 {
		return ""
	}
	return "/objects/" + strconv.Itoa(at) + place(&c.Objects[at], rest)
}

// cutName cuts an object's name, with or without its # and quotes, off a problem.
func cutName(problem, name string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(strings.TrimPrefix(problem, `"`), name)
	if !ok || name == "" {
		return "", false
	}
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "#"), `"`)
	return rest, rest == "" || strings.ContainsAny(rest[:1], ".: ")
}

var (
	wordPattern   = regexp.MustCompile(`[A-Za-z][A-Za-z0-9_]*`)
	aliasPattern  = regexp.MustCompile(`the alias "([^"]+)"|"([^"]+)" is not a name for an alias`)
	statusPattern = regexp.MustCompile(`status\.(required|stamp|flow|readOnly)`)
)

// place finds what a problem is about inside of a definition.
func place(d *Definition, rest string) string {
	if after, ok := strings.CutPrefix(rest, "."); ok {
		name := wordPattern.FindString(after)
		for i := range d.Fields {
			if strings.EqualFold(d.Fields[i].Name, name) {
				return "/fields/" + strconv.Itoa(i) + aspect(after[len(name):])
			}
		}
		if i := longest(len(d.Relationships), func(i int) string { return d.Relationships[i].Name }, name); i >= 0 {
			return "/relationships/" + strconv.Itoa(i)
		}
	}
	if m := aliasPattern.FindStringSubmatch(rest); m != nil {
		return "/aliases/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(m[1]+m[2])
	}
	if m := statusPattern.FindStringSubmatch(rest); m != nil {
		return "/status/" + m[1]
	}
	for _, several := range []struct {
		word, key string
		n         int
		name      func(i int) string
	}{
		{"quick action", "actions", len(d.Actions), func(i int) string { return d.Actions[i].Name }},
		{"saved search", "searches", len(d.Searches), func(i int) string { return d.Searches[i].Name }},
		{"relationship", "relationships", len(d.Relationships), func(i int) string { return d.Relationships[i].Name }},
		{"field", "fields", len(d.Fields), func(i int) string { return d.Fields[i].Name }},
		{"", "fields", len(d.Fields), func(i int) string { return d.Fields[i].Name }},
	} {
		if !strings.Contains(rest, several.word) {
			continue
		}
		if part := ruleOf(rest); part != "" && several.key == "fields" {
			return part
		}
		if i := longest(several.n, several.name, rest); i >= 0 {
			if several.key == "fields" && strings.Contains(rest, " cannot ") {
				return "/fields/" + strconv.Itoa(i) + aspect(rest)
			}
			return "/" + several.key + "/" + strconv.Itoa(i)
		}
	}
	return ruleOf(rest)
}

// ruleOf is the rule of a definition that a problem speaks of, "" where it speaks of none.
func ruleOf(rest string) string {
	for _, of := range [][2]string{
		{"number.start", "/number/start"}, {"number field", "/number/field"}, {": number names", "/number/field"}, {"typeTag", "/typeTag"}, {": title names", "/title"},
		{"status field", "/status/field"}, {": status names", "/status/field"}, {"priority", "/priority"}, {"index", "/indexes"},
		{"fields after unfolding", "/fields"}, {"no fields", "/fields"}, {"relationships, at most", "/relationships"}, {"the view", "/view"},
	} {
		if of[1] != "" && strings.Contains(rest, of[0]) {
			return of[1]
		}
	}
	return ""
}

// aspect is the key of a field that a problem speaks of.
func aspect(rest string) string {
	for _, of := range [][2]string{
		{"the default", "/default"}, {"template", "/template"}, {"mirror", "/mirror"}, {"the type ", "/type"}, {": max is", "/max"}, {"the max of", "/max"}, {"indexed text", "/max"},
		{"target", "/target"}, {"the list", "/list"},
	} {
		if strings.Contains(rest, of[0]) {
			return of[1]
		}
	}
	return ""
}

// longest finds the entry with the longest name that a text has in it as a word, -1 where there is none.
func longest(n int, name func(int) string, text string) int {
	at := -1
	for i := range n {
		one := name(i)
		if one != "" && (at < 0 || len(one) > len(name(at))) && holdsWord(text, one) {
			at = i
		}
	}
	return at
}

func holdsWord(text, word string) bool {
	if strings.Contains(text, strconv.Quote(word)) {
		return true
	}
	for rest := text; ; {
		before, after, found := strings.Cut(rest, word)
		if !found {
			return false
		}
		if !wordPattern.MatchString(last(before)) && !wordPattern.MatchString(first(after)) {
			return true
		}
		rest = after
	}
}

func first(s string) string { return s[:min(1, len(s))] }
func last(s string) string  { return s[max(0, len(s)-1):] }
