package scim

import (
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

const maxPath = 2000 // bytes of a path or a filter

// path is how an attribute is named (RFC 7644 sections 3.4.2.2 and 3.5.2), before anybody looks whether there is such a one:
// [urn:]name[[filter]][.sub].
type path struct {
	urn    string       // one of ours; "": none
	name   string       // "" with a urn: all of an extension
	filter []comparison // nil: none was given
	sub    string

	foreign bool // urn is of somebody else's extension, with the attribute that is meant
}

// comparison is a path that equals a value.
type comparison struct {
	path  path
	value any  // string, bool, json.Number or nil
	bare  bool // there is no value: the path ends in a filter, which is all that is asked
}

// scanner reads paths and filters.
type scanner struct {
	text     string
	at       int
	code     string // of refusals
	open     int    // brackets and parentheses that are open
	brackets int    // brackets that are open
}

func (s *scanner) rest() string { return s.text[s.at:] }

// refuse complains about what stands here.
func (s *scanner) refuse(format string, args ...any) error {
	what := "path"
	if s.code == CodeInvalidFilter {
		what = "filter"
	}
	return refuse(s.code, "The "+what+" cannot be read at character "+strconv.Itoa(s.at+1)+": "+format, args...)
}

// parsePath reads the path of an operation.
func parsePath(text string) (path, error) {
	s := &scanner{text: text, code: CodeInvalidPath}
	if len(text) > maxPath || !literal.Valid(text) {
		return path{}, refuse(CodeInvalidPath, "The path is longer than %d bytes or contains characters that no path has.", maxPath)
	}
	p, err := s.path()
	if err == nil && s.at < len(text) {
		err = s.refuse("'%.40s' follows the path.", s.rest())
	}
	return p, err
}

// path reads a path.
func (s *scanner) path() (path, error) {
	var p path
	more, err := s.schema(&p)
	if err != nil || !more {
		return p, err
	}
	if !p.foreign {
		if p.name = s.name(); p.name == "" {
			return p, s.refuse("the name of an attribute is expected.")
		}
	}
	if strings.HasPrefix(s.rest(), "[") {
		if s.brackets > 0 {
			return p, s.refuse("a filter stands inside a filter.")
		}
		s.at++
		if p.filter, err = s.selection(); err != nil {
			return p, err
		}
	}
	if strings.HasPrefix(s.rest(), ".") {
		s.at++
		if p.sub = s.name(); p.sub == "" {
			return p, s.refuse("the name of a sub-attribute is expected.")
		}
	}
	return p, nil
}

// selection reads the filter in brackets, the first of which was read.
func (s *scanner) selection() ([]comparison, error) {
	code := s.code
	s.code = CodeInvalidFilter
	s.brackets++
	defer func() {
		s.brackets--
		s.code = code
	}()
	return s.comparisons(']')
}

// schema reads the name of a schema and the colon after it, or the dot that Entra once wrote; more says that an attribute follows.
func (s *scanner) schema(p *path) (more bool, err error) {
	for _, urn := range []string{userURN, groupURN, enterpriseURN} {
		rest := s.rest()
		if len(rest) < len(urn) || !equalNames(rest[:len(urn)], urn) || len(rest) > len(urn) && isNameByte(rest[len(urn)]) {
			continue
		}
		p.urn = urn
		s.at += len(urn)
		if rest = s.rest(); rest != "" && (rest[0] == ':' || rest[0] == '.') {
			s.at++
			return true, nil
		}
		return false, nil
	}
	if urn := foreignURN(s.rest()); urn != "" && s.code == CodeInvalidPath && s.brackets == 0 {
		p.urn, p.foreign = urn, true
		s.at += len(urn)
		return true, nil
	}
	if rest := s.rest(); len(rest) > 4 && equalNames(rest[:4], "urn:") {
		return false, s.refuse("'%.100s' is of a schema that is not known here.", rest)
	}
	return true, nil
}

// name reads the name of an attribute.
func (s *scanner) name() string {
	from := s.at
	for s.at < len(s.text) && (isNameStart(s.text[s.at]) || s.at > from && isNameByte(s.text[s.at])) {
		s.at++
	}
	return s.text[from:s.at]
}

func isNameStart(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '$' }

func isNameByte(c byte) bool {
	return isNameStart(c) || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// String writes a path that reads as the same.
func (p path) String() string {
	b := p.urn
	if p.urn != "" && p.name != "" {
		b += ":"
	}
	b += p.name
	if p.filter != nil {
		b += "[" + written(p.filter) + "]"
	}
	if p.sub != "" {
		b += "." + p.sub
	}
	return b
}
