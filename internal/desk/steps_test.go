package desk

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/google/go-cmp/cmp"
)

func TestPlansAreRead(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []planStep
	}{
		{"none", "  ", nil},
		{"texts are subjects", `["Order","Deliver"]`, []planStep{{Name: "1", Subject: "Order"}, {Name: "2", Subject: "Deliver"}}},
		{"in sequence", `{"sequence":true,"steps":["Order",{"subject":"Deliver","team":"Field"}]}`, []planStep{{Name: "1", Subject: "Order"}, {Name: "2", Subject: "Deliver", Team: "Field", After: oneOrAll{"1"}}}},
		{"after others, in any order", `[{"name":"c","subject":"C","after":["a","B"]},{"name":"b","subject":"B","after":"a"},{"name":"a","subject":"A","effort":30}]`,
			[]planStep{{Name: "a", Subject: "A", Effort: 30}, {Name: "b", Subject: "B", After: oneOrAll{"a"}}, {Name: "c", Subject: "C", After: oneOrAll{"a", "b"}}}},
		{"a type", `[{"subject":"Install","type":"Task#SoftwareInstallation"}]`, []planStep{{Name: "1", Subject: "Install", Type: "Task#SoftwareInstallation"}}},
	} {
		got, err := parsePlan(c.text)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", c.name, err, diff)
		}
	}
}

func TestPlansThatCannotBeFollowedAreRefused(t *testing.T) {
	for text, says := range map[string]string{
		`{`: "not JSON", `"x"`: "not JSON", `[1]`: "not JSON", `[{"subject":"x","colour":"red"}]`: "not JSON", `{"steps":[],"more":1}`: "not JSON", `[] []`: "after the plan",
		`[""]`: "needs a subject", `[{}]`: "needs a subject", `[{"name":"a","subject":"x"},{"name":"A","subject":"y"}]`: "twice", `[{"name":"a;b","subject":"x"}]`: "semicolon",
		`[{"subject":"x","after":"nobody"}]`: "there is not", `[{"name":"a","subject":"x","after":"a"}]`: "circle",
		`[{"name":"a","subject":"x","after":"b"},{"name":"b","subject":"y","after":"a"}]`: "circle",
		`["` + strings.Repeat("x", 501) + `"]`:                                            "needs a subject",
		`[` + strings.Repeat(`"x",`, 100) + `"x"]`:                                        "more than 100",
		`["a\u0000"]`: "not valid",
	} {
		if _, err := parsePlan(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.60s: %v, want %s", text, err, says)
		}
	}
}

func FuzzPlan(f *testing.F) {
	for _, seed := range []string{`["a"]`, `{"sequence":true,"steps":["a","b"]}`, `[{"name":"a","subject":"x","after":["b"]},{"name":"b","subject":"y"}]`, `[{"after":1}]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		steps, err := parsePlan(text)
		if err != nil {
			return
		}
		before := map[string]bool{}
		for _, s := range steps {
			for _, a := range s.After {
				if !before[a] {
					t.Fatalf("%q: %s stands before %s", text, s.Name, a)
				}
			}
			if s.Subject == "" || before[s.Name] {
				t.Fatalf("%q: the step %q is bad", text, s.Name)
			}
			before[s.Name] = true
		}
	})
}

func TestVotesDecide(t *testing.T) {
	for _, c := range []struct {
		rule                  string
		needed, yes, no, open int64
		want                  string
	}{
		{"All", 2, 1, 0, 1, ""}, {"All", 2, 2, 0, 0, "Approved"}, {"All", 2, 1, 1, 0, "Denied"}, {"All approvers", 3, 0, 1, 2, "Denied"},
		{"Any", 1, 1, 0, 2, "Approved"}, {"Any", 1, 0, 2, 1, ""}, {"Any approver", 1, 0, 3, 0, "Denied"},
		{"2 votes", 2, 1, 1, 1, ""}, {"2 votes", 2, 2, 1, 0, "Approved"}, {"2 votes", 2, 1, 2, 0, "Denied"}, {"", 0, 1, 0, 1, "Approved"},
		{"All", 1, 0, 0, 0, ""}, {"3 votes", 3, 1, 0, 0, "Approved"}, // the others abstained
	} {
		if got := decide(c.rule, c.needed, c.yes, c.no, c.open); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// While votes are open, a vote more never takes a decision back; when none is open and somebody voted, there is one.
func TestVotesDecideOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := rapid.SampledFrom([]string{"All", "Any", "votes", ""}).Draw(t, "rule")
		n := rapid.Int64Range(1, 6).Draw(t, "approvers")
		needed := rapid.Int64Range(0, 7).Draw(t, "needed")
		var yes, no int64
		decided := ""
		for open := n - 1; open >= 0; open-- {
			if rapid.Bool().Draw(t, "approves") {
				yes++
			} else {
				no++
			}
			now := decide(rule, needed, yes, no, open)
			if decided != "" && now != decided {
				t.Fatalf("%s became %q with %d:%d", decided, now, yes, no)
			}
			decided = now
		}
		if decided == "" {
			t.Fatalf("%d:%d of %d decide nothing", yes, no, needed)
		}
	})
}
