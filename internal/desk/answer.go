package desk

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/id"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// separator stands between several values of one answer, and between their identifiers.
const separator = "~^"

// maxValues bounds the values of one answer.
const maxValues = 200

// answer is what somebody says to a parameter.
type answer struct {
	parameter *parameter
	value     string
	recID     string // identifiers of the list's values
	price     int64  // what it adds, times 10,000
	sent      bool
}

// form is the answers of one order, by their parameters' RecIds, with what has to be noted beside them.
type form struct {
	answers map[string]*answer
	ordered []*answer
	notes   []string
}

// sentAnswer is an answer as it was sent.
type sentAnswer struct {
	value, recID       string
	hasValue, hasRecID bool
}

// readAnswers reads the member parameters of an order: {"par-{RecId}": value, "par-{RecId}-recId": identifier}. Values
// are texts; numbers and booleans are read as the texts they are written with.
func readAnswers(raw []byte) (map[string]sentAnswer, error) {
	out := map[string]sentAnswer{}
	if len(raw) == 0 {
		return out, nil
	}
	err := record.ScanObject(raw, func(name string, kind record.JSONKind, value []byte) error {
		key, ofIdentifier, ok := parameterKey(name)
		if !ok {
			return refused("'%s' is not a parameter: parameters are named par-{RecId}.", shortened(name))
		}
		text := string(value)
		switch kind {
		case record.JSONNull:
			return nil
		case record.JSONString:
			var err error
			if text, err = record.Unquote(value); err != nil {
				return errOrderBody
			}
		case record.JSONNested:
			return refused("The parameter '%s' must be a text.", shortened(name))
		}
		a := out[key]
		if ofIdentifier && a.hasRecID || !ofIdentifier && a.hasValue {
			return refused("The parameter '%s' is sent twice.", shortened(name))
		}
		if ofIdentifier {
			a.recID, a.hasRecID = strings.TrimSpace(text), true
		} else {
			a.value, a.hasValue = text, true
		}
		out[key] = a
		return nil
	})
	if err != nil && fault.Of(err).Kind == fault.Internal {
		err = errOrderBody
	}
	return out, err
}

// parameterKey reads "par-{RecId}" and "par-{RecId}-recId".
func parameterKey(name string) (recID string, ofIdentifier, ok bool) {
	const prefix, suffix = "par-", "-recid"
	folded := strings.ToLower(strings.TrimSpace(name))
	rest, ok := strings.CutPrefix(folded, prefix)
	if !ok {
		return "", false, false
	}
	rest, ofIdentifier = strings.CutSuffix(rest, suffix)
	recID, ok = id.ParseRecID(rest)
	return recID, ofIdentifier, ok
}

// refused is an answer that cannot be taken, in words for whoever orders.
func refused(format string, args ...any) error {
	return fault.New(fault.Invalid, "order_refused", format, args...)
}

// fillIn checks the answers to the parameters of an offering. A draft may be incomplete. offset is what has to be added
// to a local time to make it UTC.
func (c *call) fillIn(ctx context.Context, o *offering, params []*parameter, sent map[string]sentAnswer, offset time.Duration, draft bool) (*form, error) {
	f := &form{answers: map[string]*answer{}}
	known := make(map[string]bool, len(params))
	for _, p := range params {
		known[p.recID] = true
		if p.isLayout() {
			continue
		}
		a := &answer{parameter: p}
		s := sent[p.recID]
		a.value, a.recID, a.sent = s.value, s.recID, s.hasValue || s.recID != ""
		if strings.TrimSpace(a.value) == "" && a.recID == "" {
			a.value = ""
		}
		f.answers[p.recID] = a
		f.ordered = append(f.ordered, a)
	}
	for _, key := range sortedKeys(sent) {
		if !known[key] {
			return nil, refused("The parameter 'par-%s' is not part of the offering '%s'.", key, o.text("Name"))
		}
	}
	for _, a := range f.ordered {
		if err := c.presume(ctx, a); err != nil {
			return nil, err
		}
	}
	if !draft {
		for _, a := range f.ordered {
			if a.value == "" && a.recID == "" && f.required(a) {
				return nil, refused("The parameter '%s' is required.", a.parameter.label)
			}
		}
	}
	for _, a := range f.ordered {
		if err := c.check(ctx, f, a, offset); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// presume takes a parameter's default where nothing was sent for it, and holds a read-only one to it.
func (c *call) presume(ctx context.Context, a *answer) error {
	p := a.parameter
	preset := p.text("DefaultValue")
	if a.sent || preset == "" {
		return nil
	}
	a.value = preset
	if o, ok := p.options(ctx, c.engine); ok {
		recID, found, err := c.optionByValue(ctx, o, preset)
		if err != nil {
			return err
		}
		if !found { // a default that is not in its list is none
			a.value = ""
		}
		a.recID = recID
	}
	return nil
}

// value is the answer to a parameter by its name or its label.
func (f *form) value(name string) (string, bool) {
	folded := literal.Fold(name)
	for _, a := range f.ordered {
		if literal.Fold(a.parameter.name) == folded {
			return a.value, true
		}
	}
	for _, a := range f.ordered {
		if literal.Fold(a.parameter.label) == folded {
			return a.value, true
		}
	}
	return "", false
}

// says evaluates an expression of a parameter; one that cannot be understood says no, and that is noted.
func (f *form) says(p *parameter, field string, blank, otherwise bool) bool {
	yes, err := evaluate(p.text(field), blank, f.value)
	if err != nil {
		note := field + " of the parameter " + p.name + " cannot be understood: " + shortened(p.text(field))
		if !slices.Contains(f.notes, note) {
			f.notes = append(f.notes, note)
		}
		return otherwise
	}
	return yes
}

// required reports whether a parameter needs an answer: what is not shown needs none.
func (f *form) required(a *answer) bool {
	return f.says(a.parameter, "RequiredExpression", false, false) && f.says(a.parameter, "VisibilityExpression", true, true)
}

// check brings an answer into the form in which it is stored, or refuses it.
func (c *call) check(ctx context.Context, f *form, a *answer, offset time.Duration) error {
	p := a.parameter
	if a.value == "" && a.recID == "" {
		return nil
	}
	if preset := p.text("DefaultValue"); preset != "" && a.sent && f.says(p, "ReadOnlyExpression", false, false) && literal.Fold(a.value) != literal.Fold(preset) {
		return refused("The parameter '%s' is read-only.", p.label)
	}
	if o, ok := p.options(ctx, c.engine); ok {
		return c.choose(ctx, f, a, o)
	}
	switch p.kind {
	case "checkbox":
		switch strings.ToLower(strings.TrimSpace(a.value)) {
		case "true":
			a.value, a.price = "true", p.number("PriceOption")
		case "false":
			a.value = "false"
		default:
			return refused("The parameter '%s' must be true or false.", p.label)
		}
	case "date", "datetime", "time":
		value, ok := moment(p.kind, a.value, offset)
		if !ok {
			return refused("The parameter '%s' is not a valid %s: '%s'.", p.label, map[string]string{"date": "date", "datetime": "date and time", "time": "time"}[p.kind], shortened(a.value))
		}
		if a.value = value; value == "" && f.required(a) {
			return refused("The parameter '%s' is required.", p.label)
		}
	default:
		return checkText(a)
	}
	return nil
}

// moment reads a date, a time or both. What says its zone by Z is kept as it was written; what says another is brought
// to UTC; what says none is local, and offset makes it UTC. A date has no zone: the day that was written stays. "" and
// true is a date that is not set.
func moment(kind, text string, offset time.Duration) (string, bool) {
	text = strings.TrimSpace(text)
	if kind == "time" && !literal.StartsWithDate(text) {
		for _, layout := range []string{"15:04", "15:04:05"} {
			if _, err := time.Parse(layout, text); err == nil {
				return text, true
			}
		}
		return "", false
	}
	unix, null, err := literal.Time(text)
	if err != nil {
		return "", false
	}
	if null {
		return "", true
	}
	zulu := strings.HasSuffix(text, "Z") || strings.HasSuffix(text, "z")
	switch {
	case kind == "date" && !zulu:
		if text = text[:len(time.DateOnly)]; text == "0001-01-01" {
			return "", true
		}
		return text + "T00:00:00Z", true
	case zulu:
		return text, true
	case !hasZone(text):
		unix += int64(offset / time.Second)
	}
	if unix <= literal.MinTime || unix > literal.MaxTime {
		return "", unix == literal.MinTime
	}
	return literal.FormatTime(unix), true
}

// hasZone reports whether a valid date and time says its offset.
func hasZone(text string) bool {
	clock := text[len(time.DateOnly):]
	return len(clock) > 1 && strings.ContainsAny(clock[1:], "+- ")
}

var emailForm = regexp.MustCompile(`^[^@\s,;<>]+@[^@\s,;<>]+$`)

var phoneForm = regexp.MustCompile(`^\+?[0-9 ()/.\-]*[0-9][0-9 ()/.\-]*(([xX]|ext\.?) ?[0-9]+)?$`)

// checkText checks the answer to a kind of text.
func checkText(a *answer) error {
	p := a.parameter
	trimmed := strings.TrimSpace(a.value)
	switch p.kind {
	case "number":
		if !literal.IsNumber(trimmed) {
			return refused("The parameter '%s' must be a number.", p.label)
		}
		a.value = trimmed
	case "email":
		if !emailForm.MatchString(trimmed) {
			return refused("The parameter '%s' must be an e-mail address.", p.label)
		}
		a.value = trimmed
	case "phone":
		if !phoneForm.MatchString(trimmed) {
			return refused("The parameter '%s' must be a phone number.", p.label)
		}
		a.value = trimmed
	case "url":
		u, err := url.Parse(trimmed)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return refused("The parameter '%s' must be a web address.", p.label)
		}
		a.value = trimmed
	}
	n := int64(utf8.RuneCountInString(a.value))
	if least := p.length("MinLength"); least != nil && n < *least {
		return refused("The parameter '%s' must have at least %d characters.", p.label, *least)
	}
	if most := p.length("MaxLength"); most != nil && *most > 0 && n > *most {
		return refused("The parameter '%s' must have at most %d characters.", p.label, *most)
	}
	if pattern := p.text("Pattern"); pattern != "" {
		if re, err := compilePattern(pattern); err == nil && !re.MatchString(a.value) {
			return refused("The parameter '%s' does not have the form that is asked for.", p.label)
		}
	}
	return nil
}

// compilePattern reads the pattern of a parameter, which the whole answer has to match. Matching takes linear time.
func compilePattern(text string) (*regexp.Regexp, error) { return regexp.Compile(`^(?:` + text + `)$`) }

// choose checks values of a list: each with its identifier, both of the same row, and within what the answers to
// other parameters leave.
func (c *call) choose(ctx context.Context, f *form, a *answer, o options) error {
	label := a.parameter.label
	if a.recID == "" {
		return refused("'%s' validation list's value was submitted without it's identifier.", label)
	}
	ids, values := strings.Split(a.recID, separator), strings.Split(a.value, separator)
	if a.value == "" {
		values = make([]string, len(ids))
	}
	if len(ids) != len(values) || len(ids) > maxValues {
		return refused("'%s' validation list's values and identifiers differ in number.", label)
	}
	for i := range ids {
		recID, ok := id.ParseRecID(strings.TrimSpace(ids[i]))
		if !ok {
			return refused("'%s' validation list's identifier '%s' is not valid.", label, shortened(ids[i]))
		}
		value, row, ok, err := c.option(ctx, o, recID)
		if err != nil {
			return err
		}
		if !ok {
			return refused("'%s' validation list has no value with the identifier '%s'.", label, recID)
		}
		if values[i] != "" && literal.Fold(strings.TrimSpace(values[i])) != literal.Fold(strings.TrimSpace(value)) {
			return refused("'%s' validation list's value '%s' does not belong to its identifier.", label, shortened(values[i]))
		}
		if row != nil && !f.within(a.parameter, *row) {
			return refused("'%s' validation list's value '%s' does not fit the other parameters.", label, shortened(value))
		}
		ids[i], values[i] = recID, value
	}
	a.recID, a.value = strings.Join(ids, separator), strings.Join(values, separator)
	return nil
}

// within reports whether a record of a list fits the answers that the list depends on.
func (f *form) within(p *parameter, row record.Row) bool {
	constraints, err := p.constraints()
	if err != nil {
		f.notes = append(f.notes, "ValidationConstraints of the parameter "+p.name+" cannot be read")
		return true
	}
	for _, x := range constraints {
		i, _, ok := row.Type.Lookup(x.ConstraintFieldName)
		if !ok {
			continue
		}
		var other *answer
		for _, a := range f.ordered {
			if strings.EqualFold(a.parameter.name, x.FormFieldName) || strings.EqualFold(a.parameter.recID, x.FormFieldName) {
				other = a
			}
		}
		if other == nil || other.value == "" {
			continue
		}
		have := []string{literal.Fold(row.Text(row.Type.Fields[i].Name))}
		if twin := row.Type.Twin(i); twin >= 0 {
			have = append(have, literal.Fold(row.Text(row.Type.Fields[twin].Name)))
		}
		fits := func(text string) bool { return text != "" && slices.Contains(have, literal.Fold(text)) }
		if !slices.ContainsFunc(strings.Split(other.value, separator), fits) && !slices.ContainsFunc(strings.Split(other.recID, separator), fits) {
			return false
		}
	}
	return true
}
