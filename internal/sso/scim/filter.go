package scim

import (
	"encoding/json"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

const (
	maxOpen  = 5  // parentheses and brackets in one another
	maxTerms = 10 // comparisons in one filter
)

// parseFilter reads a filter of comparisons by eq that are joined by and (RFC 7644 section 3.4.2.2).
func parseFilter(text string) ([]comparison, error) {
	if len(text) > maxPath || !literal.Valid(text) {
		return nil, refuse(CodeInvalidFilter, "The filter is longer than %d bytes or contains characters that no filter has.", maxPath)
	}
	s := &scanner{text: text, code: CodeInvalidFilter}
	all, err := s.comparisons(0)
	if err == nil && len(all) > maxTerms {
		err = refuse(CodeInvalidFilter, "The filter has more than %d comparisons.", maxTerms)
	}
	return all, err
}

// comparisons reads comparisons that are joined by and, up to the byte that ends them and is read, too; 0 is the end of the text.
func (s *scanner) comparisons(end byte) ([]comparison, error) {
	if s.open++; s.open > maxOpen {
		return nil, s.refuse("more than %d parentheses and brackets are open.", maxOpen-1)
	}
	defer func() { s.open-- }()
	var all []comparison
	for {
		more, err := s.factor()
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
		s.space()
		if s.at == len(s.text) && end == 0 {
			return all, nil
		}
		if s.at < len(s.text) && s.text[s.at] == end {
			s.at++
			return all, nil
		}
		from := s.at
		if word := s.name(); !strings.EqualFold(word, "and") {
			s.at = from
			if word != "" {
				return nil, s.refuse("'%.40s' is not supported here; comparisons are joined by and.", word)
			}
			return nil, s.refuse("and or the end is expected.")
		}
	}
}

// factor reads a comparison, or comparisons in parentheses.
func (s *scanner) factor() ([]comparison, error) {
	s.space()
	if strings.HasPrefix(s.rest(), "(") {
		s.at++
		return s.comparisons(')')
	}
	var c comparison
	var err error
	if c.path, err = s.path(); err != nil {
		return nil, err
	}
	s.space()
	from := s.at
	word := s.name()
	if c.path.filter != nil && c.path.sub == "" && !strings.EqualFold(word, "eq") { // emails[type eq "work" and value eq "…"]
		s.at, c.bare = from, true
		return []comparison{c}, nil
	}
	if !strings.EqualFold(word, "eq") {
		s.at = from
		if word != "" {
			return nil, s.refuse("'%.40s' is not supported; comparisons are by eq and joined by and.", word)
		}
		return nil, s.refuse("the operator eq is expected.")
	}
	s.space()
	if c.value, err = s.value(); err != nil {
		return nil, err
	}
	return []comparison{c}, nil
}

// value reads what is compared with, a JSON text, number, true, false or null.
func (s *scanner) value() (any, error) {
	end := s.at
	if strings.HasPrefix(s.rest(), `"`) {
		for end++; end < len(s.text) && s.text[end] != '"'; end++ {
			if s.text[end] == '\\' {
				end++
			}
		}
		end = min(end+1, len(s.text))
	} else {
		for end < len(s.text) && !strings.ContainsRune(" )]", rune(s.text[end])) {
			end++
		}
	}
	token := s.text[s.at:end]
	switch token {
	case "null":
		s.at = end
		return nil, nil //nolint:nilnil // null is a value
	case "true", "false":
		s.at = end
		return token == "true", nil
	}
	var v any
	d := json.NewDecoder(strings.NewReader(token))
	d.UseNumber()
	if err := d.Decode(&v); err != nil || d.InputOffset() != int64(len(token)) {
		return nil, s.refuse("a value is expected, a text in double quotes.")
	}
	switch t := v.(type) {
	case string:
		if !literal.Valid(t) {
			return nil, s.refuse("the text contains the character NUL.")
		}
	case json.Number:
	default:
		return nil, s.refuse("a value is expected, a text in double quotes.")
	}
	s.at = end
	return v, nil
}

// space skips spaces.
func (s *scanner) space() {
	for s.at < len(s.text) && s.text[s.at] == ' ' {
		s.at++
	}
}

// written writes comparisons so that they read as the same.
func written(all []comparison) string {
	parts := make([]string, len(all))
	for i, c := range all {
		parts[i] = c.path.String()
		if !c.bare {
			value, _ := json.Marshal(c.value) //nolint:errchkjson // texts, numbers, truths and nothing
			parts[i] += " eq " + string(value)
		}
	}
	return strings.Join(parts, " and ")
}
