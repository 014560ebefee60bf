package scim

import (
	"encoding/json"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// FuzzParseFilter: what is read is written so that it reads as the same, and becomes terms or a refusal that says something.
func FuzzParseFilter(f *testing.F) {
	for _, seed := range []string{
		`userName eq "a"`, `emails[type eq "work"].value eq "a@example.org"`, `emails[type eq "work" and value eq "x"]`, `(id eq "1") and members eq "2"`,
		enterprise + `:manager.value eq "x"`, userURN + `:emails[primary eq true].value eq null`, `a eq 5e3 and b eq "\u00e9\""`, `a[b eq "]"].c eq "("`, `a eq "b" or c eq "d"`, `((((a eq 1))))`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		one, err := parseFilter(text)
		if err != nil {
			says(t, err, CodeInvalidFilter)
			return
		}
		again, err := parseFilter(written(one))
		if err != nil && len(written(one)) <= maxPath {
			t.Fatalf("%q is written as %q: %v", text, written(one), err)
		}
		if err == nil && written(again) != written(one) {
			t.Errorf("%q is written as %q and then %q", text, written(one), written(again))
		}
		for _, of := range []*resource{userType, groupType} {
			terms, _, err := of.terms(text)
			if err != nil {
				says(t, err, CodeInvalidFilter)
			}
			for _, term := range terms {
				if term.Attribute == "" || term.Type != "" && term.Attribute != Emails {
					t.Errorf("%q: %+v", text, term)
				}
			}
		}
	})
}

// FuzzParsePath: as for filters.
func FuzzParsePath(f *testing.F) {
	for _, seed := range []string{
		"userName", "name.givenName", `emails[type eq "work"].value`, `members[value eq "x"]`, enterprise, enterprise + ":manager.$ref", userURN + ":title",
		"urn:a:b", `a[b eq "c" and d eq true].e`, `a[(b eq "c")]`, "$ref", "a-b_c9", `addresses[type eq "\"]"].formatted`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		one, err := parsePath(text)
		if err != nil {
			says(t, err, CodeInvalidPath, CodeInvalidFilter)
			return
		}
		again, err := parsePath(one.String())
		if err != nil && len(one.String()) <= maxPath {
			t.Fatalf("%q is written as %q: %v", text, one, err)
		}
		if err == nil && again.String() != one.String() {
			t.Errorf("%q is written as %q and then %q", text, one, again)
		}
		for _, of := range []*resource{userType, groupType} {
			if to, err := of.resolve(one, CodeInvalidPath); err != nil {
				says(t, err, CodeInvalidPath, CodeInvalidFilter)
			} else if to.name() == "" {
				t.Errorf("%q leads to nothing", text)
			}
		}
	})
}

// ada and team are what is changed.
var (
	ada = User{
		ID: "u1", ExternalID: "x", UserName: "ada", Name: Name{GivenName: "Ada"}, DisplayName: "Ada", Active: true,
		Emails:       []Entry{{Value: "w", Type: "work", Primary: true}, {Value: "o"}},
		PhoneNumbers: []Entry{{Value: "1", Type: "mobile", Display: "one"}},
		Addresses:    []Address{{Country: "AT", Type: "work"}},
		Enterprise:   EnterpriseUser{Department: "IT", Manager: Ref{Value: "m"}},
		Created:      noon, LastModified: noon,
	}
	team = Group{ID: "g1", DisplayName: "Team", Members: []Member{{Value: "u1"}, {Value: "u2"}}, Created: noon, LastModified: noon}
)

// FuzzPatch: whatever is sent, nothing panics; what is refused has changed nothing; what becomes of a resource is answered as JSON
// that reads as the same resource.
func FuzzPatch(f *testing.F) {
	for _, seed := range []string{
		ops(`{"op":"Replace","path":"active","value":"False"}`),
		ops(`{"op":"replace","value":{"name.givenName":"x","` + enterprise + `:department":"y","emails[type eq \"work\"].value":"z"}}`),
		ops(`{"op":"Add","path":"emails[type eq \"home\"].value","value":"h"}`, `{"op":"Add","path":"phoneNumbers","value":[{"value":"1"},{"type":"fax","value":"1","primary":"True"}]}`),
		ops(`{"op":"Remove","path":"emails[value eq \"w\"]"}`, `{"op":"remove","path":"addresses"}`, `{"op":"remove","path":"manager[value eq \"m\"]"}`),
		ops(`{"op":"Add","path":"manager","value":[{"$ref":null,"value":"u5"}]}`, `{"op":"replace","path":"`+enterprise+`","value":{"costCenter":null,"manager":""}}`),
		ops(`{"op":"Replace","path":"emails[type eq \"work\"].type","value":"home"}`, `{"op":"Replace","path":"emails.value","value":null}`),
		ops(`{"op":"Add","path":"members","value":[{"value":"u1"},{"value":"u9"}]}`, `{"op":"remove","path":"members[value eq \"u1\"]"}`),
		ops(`{"op":"Remove","path":"members","value":[{"value":"u1"}]}`, `{"op":"replace","value":{"members":[],"displayName":"x"}}`),
		ops(`{"op":"Add","path":"emails","value":[{"value":"5"},{"value":"5"}]}`, `{"op":"Add","path":"addresses[primary eq true].country","value":"\u00e9\u2028<"}`),
		`{"Operations":[{"op":"add","value":{"userName":"\ud800"}}]}`, `[]`, `{`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		operations, err := parsePatch(body)
		if err != nil {
			says(t, err)
			return
		}
		try(t, users, ada, operations)
		try(t, groups, team, operations)
	})
}

// failer is a testing.T or a rapid.T.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Fatal(args ...any)
}

// try applies operations to a resource.
func try[R User | Group](t failer, e endpoint[R], had R, operations []operation) {
	t.Helper()
	before, _ := json.Marshal(had)
	now, err := e.change(had, operations)
	if after, _ := json.Marshal(had); string(before) != string(after) {
		t.Fatalf("%s became %s", before, after)
	}
	if err != nil {
		says(t, err)
		return
	}
	if again, err := e.change(had, operations); err != nil || !cmp.Equal(now, again) {
		t.Fatalf("applied again, it is another: %v\n%s", err, cmp.Diff(now, again))
	}
	reads(t, e, now)
}

// reads wants the answer about a resource to read as the same.
func reads[R User | Group](t failer, e endpoint[R], now R) {
	t.Helper()
	o, err := e.render(e.kept(now), "https://desk.example.com/scim/v2", selection{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	if hasNull(o) {
		t.Errorf("a null is answered: %s", text)
	}
	parsed, err := e.parse(text)
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	again, err := e.of(parsed, now)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(now, again); diff != "" {
		t.Errorf("%s reads as another (-was +is):\n%s", text, diff)
	}
}

// hasNull reports whether there is no value where one should be.
func hasNull(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case object:
		for _, e := range v {
			if hasNull(e) {
				return true
			}
		}
	case []object:
		return v == nil || slices.ContainsFunc(v, func(e object) bool { return hasNull(e) })
	}
	return false
}

// FuzzResource: whatever is sent as a new resource is refused, or answered as JSON that reads as the same.
func FuzzResource(f *testing.F) {
	for _, seed := range []string{newUser, newGroup, mira, `{"userName":"a","emails":[{"value":"1"},{"type":"x","value":"1"}],"name.givenName":"b","manager":"c"}`, `{"displayName":"x","members":["a",{"value":"b"}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		tryNew(t, users, body)
		tryNew(t, groups, body)
	})
}

func tryNew[R User | Group](t *testing.T, e endpoint[R], body []byte) {
	t.Helper()
	o, err := e.parse(body)
	if err != nil {
		says(t, err)
		return
	}
	one, err := e.of(o, e.fresh)
	if err != nil {
		t.Fatal(err)
	}
	reads(t, e, one)
}

// says wants an error to be a refusal with words for the client, with one of these codes where there are any.
func says(t failer, err error, codes ...string) {
	t.Helper()
	f := fault.Of(err)
	known := len(codes) == 0
	for _, c := range codes {
		known = known || c == f.Code
	}
	if f.Kind != fault.Invalid || scimTypes[f.Code] == "" || !known || len(f.Message) < 10 || !utf8.ValidString(f.Message) {
		t.Errorf("refused with %q: %q", f.Code, f.Message)
	}
}
