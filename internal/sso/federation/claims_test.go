package federation

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClaimsAreReadAsTheyStand(t *testing.T) {
	for text, want := range map[string]claims{
		`{"a":"x","b":["y","z"],"c":1e3,"d":true,"e":null,"f":{"g":"h"},"i":[],"j":["k",["l"],{"m":1},2]}`: {
			"a": {"x"}, "b": {"y", "z"}, "c": {"1e3"}, "d": {"true"}, "e": {}, "f": {}, "i": {}, "j": {"k", "2"}},
		`{"n":12345678901234567890}`: {"n": {"12345678901234567890"}},
		`{}`:                         {},
		`[]`:                         nil,
		`null`:                       nil,
		`{"a":1} {}`:                 nil,
		`{"a":`:                      nil,
	} {
		got, err := claimsOf([]byte(text))
		if diff := cmp.Diff(want, got); diff != "" || (err != nil) != (want == nil) {
			t.Errorf("%s: %v %s", text, err, diff)
		}
	}
}

func FuzzClaims(f *testing.F) {
	for _, text := range []string{`{"a":"x","b":["y"],"c":1e400,"d":{"e":[1]}}`, `{"_claim_names":{"groups":"src1"}}`, `[[[[`, `{"auth_time":-1e308}`, "{\"\xff\":1}"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		said, err := claimsOf(text)
		if err != nil && said != nil {
			t.Error("claims beside an error")
		}
		for name, values := range said {
			if values == nil || len(values) > maxValues {
				t.Errorf("%q has %d values", name, len(values))
			}
		}
		if at := seconds(said.first("auth_time")); !at.IsZero() && at.Unix() < 1 {
			t.Errorf("an instant of %s", at)
		}
		provesEmail(said, "email")
	})
}

// A field that can come from several claims comes from the first that is sent, and so does what is said of the address in it.
func TestTheFirstClaimThatIsSentFillsAField(t *testing.T) {
	p := &Provider{Settings: Settings{Mapping: []Mapping{{"PrimaryEmail", "email"}, {"Title", "title"}, {"PrimaryEmail", "upn"}}}}
	if diff := cmp.Diff([]Mapping{{"PrimaryEmail", "email"}, {"Title", "title"}}, p.filled()); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		said    claims
		address string // the claim that it comes from
		value   string
		lacks   bool
	}{
		{claims{"email": {"a"}, "upn": {"b"}, "title": {"x"}}, "email", "a", false},
		{claims{"email": {" "}, "upn": {"b"}, "title": {"x"}}, "upn", "b", false},
		{claims{"upn": {"b"}, "title": {}}, "upn", "b", false},
		{claims{"upn": {"b"}}, "upn", "b", true},
		{claims{"title": {"x"}}, "email", "", true},
	} {
		a := &assertion{provider: p, claims: c.said}
		if got := (&deed{a: a}).mapped("PrimaryEmail"); a.emailClaim() != c.address || got != c.value || p.lacks(c.said) != c.lacks {
			t.Errorf("%v: %s %q %v", c.said, a.emailClaim(), got, p.lacks(c.said))
		}
	}
}
