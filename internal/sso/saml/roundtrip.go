package saml

import (
	"encoding/xml"
	"unicode/utf8"

	validator "github.com/mattermost/xml-roundtrip-validator"
)

// roundTrips refuses a token that encoding/xml writes in a way that it reads differently, as validator.CheckToken does, which makes an
// encoder and a decoder for each token. Most tokens are of a kind of which that cannot be so, and are passed without:
//
//   - Text, as long as there is any: the encoder escapes "<", ">", "&", quotes, tabs and carriage returns, and replaces what is no
//     character of XML, of which there is none; the decoder undoes the escapes and changes nothing but bare carriage returns.
//   - Tags whose names are of ASCII and whose attributes have no prefix. The encoder writes the local name, which the decoder reads as one
//     name without a prefix; the prefix as a first attribute xmlns, which the validator takes for the prefix again; and the attributes in
//     their order, the values escaped like text.
//
// All others, first of all attributes with a prefix, for which the encoder invents prefixes, are for the validator itself. The validator
// reads the document with a lenient decoder where scan has a strict one: the two differ only in that the strict one gives up where the
// lenient one goes on. FuzzRoundTrip compares both.
func roundTrips(token xml.Token) error {
	plain := false
	switch token := token.(type) {
	case xml.CharData:
		plain = len(token) > 0 && characters(token)
	case xml.StartElement:
		plain = asciiName(token.Name)
		for _, a := range token.Attr {
			plain = plain && a.Name.Space == "" && asciiName(a.Name) && characters(a.Value)
		}
	case xml.EndElement:
		plain = asciiName(token.Name)
	}
	if plain {
		return nil
	}
	return validator.CheckToken(token)
}

// asciiName tells whether a name consists of NCNames without letters beyond ASCII, of which encoding/xml and isNCName know different ones.
func asciiName(name xml.Name) bool {
	ascii := func(s string) bool {
		for i := range len(s) {
			if s[i] >= utf8.RuneSelf {
				return false
			}
		}
		return isNCName(s)
	}
	return ascii(name.Local) && (name.Space == "" || ascii(name.Space))
}

// characters tells whether a text is UTF-8 and every character is one of XML 1.0 (section 2.2).
func characters[T ~string | ~[]byte](text T) bool {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
				return false
			}
			i++
			continue
		}
		r, width := utf8.DecodeRuneInString(string(text[i:min(i+utf8.UTFMax, len(text))]))
		if r == utf8.RuneError && width == 1 || r == 0xfffe || r == 0xffff { // surrogates are no UTF-8
			return false
		}
		i += width
	}
	return true
}
