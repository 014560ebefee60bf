package samltest

import (
	_ "embed" // for the expected reasons
	"slices"
	"strings"
	"sync"

	"github.com/beevik/etree"

	"github.com/provost-itsm/provost/internal/sso/saml"
)

// Attack is one message that must never sign anybody in.
type Attack struct {
	Case    int      // the row of the specification's corpus
	Name    string   // says how it is made
	Layouts []Layout // those it can be made for
	// Record says what is special about the provider's record; nil: nothing.
	Record func(*saml.IdentityProvider)

	form func(Target, Layout) saml.Form
}

// Form makes the message.
func (a Attack) Form(t Target, l Layout) saml.Form { return a.form(t, l) }

// Key names the attack in one layout.
func (a Attack) Key(l Layout) string { return a.Name + ", " + string(l) }

//go:embed reasons.txt
var reasonsFile string

var expected = sync.OnceValue(func() map[string]saml.Code {
	m := map[string]saml.Code{}
	for line := range strings.Lines(reasonsFile) {
		if code, key, found := strings.Cut(strings.TrimSpace(line), "  "); found {
			m[strings.TrimSpace(key)] = saml.Code(code)
		}
	}
	return m
})

// Want is the reason for which the attack is refused.
func (a Attack) Want(l Layout) saml.Code { return expected()[a.Key(l)] }

// Corpus returns the attacks.
func Corpus() []Attack {
	return slices.Concat(wrapping(), content(), signatures(), keys(), policies(), documents(), encrypted(), forms())
}

// signed is an attack made by a recipe.
func signed(number int, name string, r recipe) Attack {
	return Attack{Case: number, Name: name, Layouts: Layouts, form: func(t Target, l Layout) saml.Form { return Post(t.genuine(r, l), "") }}
}

// message is an attack in which the provider signs something else.
func message(number int, name string, edit func(*Message)) Attack {
	return signed(number, name, recipe{message: edit})
}

// before is an attack in which the provider signs an edited text.
func before(number int, name, old, replacement string) Attack {
	return signed(number, name, recipe{before: replace(old, replacement)})
}

// after is an attack that edits what is signed.
func after(number int, name, old, replacement string) Attack {
	return signed(number, name, recipe{after: replace(old, replacement)})
}

// replace edits the first place, which has to be there.
func replace(old, replacement string) func(string) string {
	return func(text string) string {
		if !strings.Contains(text, old) {
			panic("samltest: nothing to replace: " + old)
		}
		return strings.Replace(text, old, replacement, 1)
	}
}

// tree is an attack that rearranges the signed tree.
func tree(number int, name string, edit func(root *etree.Element)) Attack {
	return signed(number, name, recipe{after: func(text string) string {
		root := parse(text)
		edit(root)
		return asText(root)
	}})
}

// Victim is whom the forged assertions name.
const Victim = "admin@victim.example"

// forge copies an assertion, gives it another ID, and has it name the victim.
func forge(assertion *etree.Element) *etree.Element {
	forged := assertion.Copy()
	forged.CreateAttr("ID", "_forged")
	rename(forged)
	return forged
}

func rename(el *etree.Element) {
	if el.Tag == "NameID" {
		el.SetText(Victim)
	}
	for _, c := range el.ChildElements() {
		rename(c)
	}
}

// signatureIn returns the signature that is a direct child, or nil.
func signatureIn(el *etree.Element) *etree.Element {
	for _, c := range el.ChildElements() {
		if c.Tag == "Signature" {
			return c
		}
	}
	return nil
}

func unsign(el *etree.Element) *etree.Element {
	if s := signatureIn(el); s != nil {
		el.RemoveChild(s)
	}
	return el
}

// nearest returns the assertion's signature, or else the response's.
func nearest(root *etree.Element) *etree.Element {
	if s := signatureIn(assertionIn(root)); s != nil {
		return s
	}
	return signatureIn(root)
}
