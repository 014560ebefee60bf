package password

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/literal"
)

// What a password may be: length counts, composition does not (NIST SP 800-63B section 3.1.1.2).
const (
	Shortest = 12 // characters
	Longest  = 256
)

// normalise brings a password into the form that is hashed, so that it is the same whatever keyboard composed it.
func normalise(password string) string { return norm.NFC.String(password) }

// Check refuses (fault.Invalid) what cannot be the password of the account with this login.
func Check(password, login string) error {
	password = normalise(password)
	f := fault.New(fault.Invalid, "password_invalid", "The password cannot be used.")
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl):
		return f.WithField("password", "A password cannot have control characters.")
	case n < Shortest:
		return f.WithField("password", "A password has at least %d characters.", Shortest)
	case n > Longest:
		return f.WithField("password", "A password has at most %d characters.", Longest)
	}
	if len(login) >= 3 && strings.Contains(literal.Fold(password), literal.Fold(login)) {
		return f.WithField("password", "A password cannot contain the login.")
	}
	return nil
}
