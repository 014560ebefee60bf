package csdl

import (
	"io"
	"strconv"
	"unicode/utf8"
)

// flushAt is how many bytes are gathered before they are written.
const flushAt = 16 << 10

// printer writes XML. The first error stays.
type printer struct {
	out     io.Writer
	b       []byte
	written int64
	err     error
}

func (p *printer) flush() {
	if p.err == nil && len(p.b) > 0 {
		var n int
		n, p.err = p.out.Write(p.b)
		p.written += int64(n)
	}
	p.b = p.b[:0]
}

// text writes markup of ours as it is.
func (p *printer) text(s string) { p.b = append(p.b, s...) }

func (p *printer) number(n int) { p.b = strconv.AppendInt(p.b, int64(n), 10) }

func (p *printer) open(element string) *printer {
	if len(p.b) >= flushAt {
		p.flush()
	}
	p.b = append(append(p.b, '<'), element...)
	return p
}

func (p *printer) attribute(name, value string) *printer {
	p.b = append(append(append(p.b, ' '), name...), '=', '"')
	p.b = AppendEscaped(p.b, value)
	p.b = append(p.b, '"')
	return p
}

func (p *printer) begin() { p.text(">\n") }

func (p *printer) empty() { p.text(" />\n") }

// AppendEscaped appends a text as the value of an attribute in double quotes (XML 1.0 sections 2.2, 2.3 and 3.3.3). It
// comes back from an XML reader as it was; only what XML cannot hold, control characters and broken UTF-8, becomes U+FFFD.
func AppendEscaped(b []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		with := ""
		switch {
		case r == '&':
			with = "&amp;"
		case r == '<':
			with = "&lt;"
		case r == '>':
			with = "&gt;"
		case r == '"':
			with = "&quot;"
		case r == '\t':
			with = "&#9;"
		case r == '\n':
			with = "&#10;"
		case r == '\r':
			with = "&#13;"
		case r < ' ' || r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError && size == 1:
			with = "\uFFFD"
		}
		if with != "" {
			b = append(append(b, s[start:i]...), with...)
			start = i + size
		}
		i += size
	}
	return append(b, s[start:]...)
}
