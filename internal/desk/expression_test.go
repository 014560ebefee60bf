package desk

import (
	"errors"
	"strings"
	"testing"
)

// replies are answers by name.
func replies(m map[string]string) answerOf {
	return func(name string) (string, bool) {
		for k, v := range m {
			if strings.EqualFold(k, name) {
				return v, true
			}
		}
		return "", false
	}
}

var someReplies = replies(map[string]string{"Kind": "Laptop", "Bag": "true", "Remote": "false", "Empty": "", "Cost Centre": "4100", "Note": "it's"})

func TestExpressionsMeanWhatTheySay(t *testing.T) {
	for text, want := range map[string]bool{
		"true": true, "$(true)": true, "$(True)": true, " $( true ) ": true, "false": false, "$(false)": false,
		"$(Kind == 'Laptop')": true, "$(kind == 'LAPTOP')": true, `$(Kind == "Laptop")`: true, "$(Kind=='Phone')": false, "$(Kind != 'Phone')": true,
		"$('Laptop' == Kind)": true, "$(Kind == Bag)": false, "$(Bag)": true, "$(Remote)": false, "$(!Remote)": true, "$(!(Bag))": false, "$(!!Bag)": true,
		"$(Bag == true)": true, "$(Bag != false && Kind == 'Laptop')": true, "$(Remote || Bag)": true, "$(Remote && Bag || Bag)": true,
		"$(Bag || Remote && Remote)": true, "$((Bag || Remote) && Remote)": false, "$(Empty == '')": true, "$(Empty != '')": false, "$(Empty)": false,
		"$([Cost Centre] == 4100)": true, "$([Cost Centre] == '4100')": true, "$(Note == 'it''s')": true, `$(Note == "it's")`: true,
		"Kind == 'Laptop'": true, "$(1 == 1)": true, "$('a' == 'b')": false, "$((((Bag))))": true,
	} {
		if got, err := evaluate(text, false, someReplies); err != nil || got != want {
			t.Errorf("%s: %v %v, want %v", text, got, err, want)
		}
	}
}

func TestABlankExpressionIsWhatItsFieldMeans(t *testing.T) {
	for _, blank := range []bool{true, false} {
		if got, err := evaluate("  ", blank, someReplies); got != blank || err != nil {
			t.Errorf("%v %v", got, err)
		}
	}
}

func TestExpressionsThatCannotBeUnderstoodSayNo(t *testing.T) {
	for _, text := range []string{
		"$(", "$()", "$(true", "true)", "$(Kind ==)", "$(== 'x')", "$(Kind == 'x)", "$(Kind = 'Laptop')", "$(Kind === 'x')", "$(Kind < 5)", "$(a b)", "$(Kind; drop)",
		"$(func(x))", "$(Kind == 'a' 'b')", "$(&& Bag)", "$(Bag &&)", "$(Bag & Remote)", "$([Kind)", "$([])", "$(!)", "$(Nobody)", "$(Nobody == 'x' || true)", "$(true || Nobody)",
		"$(false && Nobody)", strings.Repeat("(", 60) + "true" + strings.Repeat(")", 60), strings.Repeat("!", 60) + "true", strings.Repeat("x", 3000), "{{Kind}}", "$(Kind) x",
	} {
		if got, err := evaluate(text, true, someReplies); err == nil || got {
			t.Errorf("%.80s: %v, want an error", text, got)
		}
	}
	if _, err := evaluate("$(Nobody)", false, someReplies); !errors.Is(err, errExpressionName) {
		t.Errorf("an unknown name: %v", err)
	}
}

func FuzzExpression(f *testing.F) {
	for _, seed := range []string{"$(true)", "$(Kind == 'Laptop' && !(Bag != true))", "$([Cost Centre] == 4100 || Empty)", "((((", "'", "$(a==b==c)", "!!!!x", "\x00", "é == 'É'"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		x, err := parseExpression(text)
		if err != nil {
			return
		}
		first, errFirst := x(someReplies)
		again, errAgain := x(someReplies)
		if first != again || (errFirst == nil) != (errAgain == nil) {
			t.Errorf("%q is %q %v and then %q %v", text, first, errFirst, again, errAgain)
		}
		// Not not is the same truth, whatever stands inside.
		if strings.HasPrefix(strings.TrimSpace(text), "$(") || len(text) > maxExpression-10 {
			return
		}
		twice, err := parseExpression("!(!(" + text + "))")
		if err != nil {
			return // too deep
		}
		if value, err := twice(someReplies); (err == nil) != (errFirst == nil) || err == nil && truth(value) != truth(first) {
			t.Errorf("!(!(%s)) is %q %v, without %q %v", text, value, err, first, errFirst)
		}
	})
}
