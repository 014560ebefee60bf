package e2e_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"

	"github.com/provost-itsm/provost/internal/sso/saml/samltest"
)

// attackCases says for each case of the corpus (spec/sso.md section 15) which tests show it against the running program, over HTTP, on both
// engines. The first one, where it is corpusTest, posts what samltest has of the case in all layouts. What all of them look for: the answer
// refuses (4xx), no cookie of a session or of a sign-in on its way is set, nobody and no identity comes to be, and the diagnostics and the sums of
// the audit trail have the reason (corpusTest; (*federated).refusal elsewhere). Which single guard each message of the corpus needs is shown in
// internal/sso/saml (TestEveryGuardIsNeeded and what stands beside it).
var attackCases = map[int]struct {
	name  string
	tests []string
}{
	1:  {"XSW1-2", []string{corpusTest}},
	2:  {"XSW3-4", []string{corpusTest}},
	3:  {"XSW5-6", []string{corpusTest}},
	4:  {"XSW7-8", []string{corpusTest}},
	5:  {"XSW9", []string{corpusTest}},
	6:  {"Same ID twice", []string{corpusTest}},
	7:  {"Comment truncation", []string{corpusTest}},
	8:  {"PI / CDATA differential", []string{corpusTest}},
	9:  {"Broken signatures", []string{corpusTest}},
	10: {"Digest tricks", []string{corpusTest}},
	11: {"Transform abuse", []string{corpusTest}},
	12: {"Algorithms", []string{corpusTest, "TestACertificateThatDoesNotDoIsExplained"}},
	13: {"Key confusion", []string{corpusTest}},
	14: {"IdP record without certificate or entityID", []string{"TestACertificateThatDoesNotDoIsExplained"}}, // such a record cannot be made, so nothing can be posted at one
	15: {"Audience", []string{corpusTest}},
	16: {"Recipient, Destination", []string{corpusTest, "TestATenantIsNoOther"}},
	17: {"InResponseTo", []string{corpusTest, "TestAnAnswerIsForItsRequest", "TestAMessageCountsOnce"}},
	18: {"Time", []string{corpusTest, "TestAWrongClockIsExplained"}},
	19: {"Replay", []string{"TestAMessageCountsOnce", "TestAMessageCountsOnceOnAllReplicas"}},
	20: {"Tenant confusion", []string{corpusTest, "TestATenantIsNoOther"}},
	21: {"Issuer", []string{corpusTest}},
	22: {"XXE / expansion", []string{corpusTest}},
	23: {"Size", []string{corpusTest, "TestLargeFormsAreBounded"}},
	24: {"Round-trip family", []string{corpusTest}},
	25: {"Void canonicalisation", []string{corpusTest}},
	26: {"Signed but wrong kind", []string{corpusTest}},
	27: {"Encrypted", []string{corpusTest, "TestGenuineResponsesSignIn"}},
	28: {"Open redirect", []string{"TestNobodyIsSentElsewhere", "TestOnlyTheProviderEndsSessions"}},
	29: {"Login CSRF", []string{"TestNobodyIsSignedInAsAnother"}},
	30: {"Session fixation", []string{"TestASessionIsNeverGiven"}},
	31: {"Account linking", []string{corpusTest, "TestWhoIsLinked", "TestNobodyIsTakenForSomebodyElse"}},
	32: {"JIT escalation", []string{corpusTest, "TestNobodyGetsMoreByClaims", "TestRulesGiveAndTakeTheirOwn", "TestNobodyIsTakenForSomebodyElse"}},
	33: {"Request flood", []string{"TestAFloodOfRequestsKeepsNobodyOut", "TestStrangersAreBounded"}},
	34: {"Metadata import", []string{"TestMetadataFromElsewhere", "TestACertificateIsReplaced"}},
	35: {"SLO", []string{"TestOnlyTheProviderEndsSessions"}},
	36: {"HTML output", []string{"TestMarkupStaysText"}},
	37: {"HTTP", []string{corpusTest}},
}

const corpusTest = "TestForgedResponsesSignNobodyIn"

// TestEveryAttackCaseIsShown holds the table against the tests and the corpus that there are.
func TestEveryAttackCaseIsShown(t *testing.T) {
	there := map[string]bool{}
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil {
				there[fn.Name.Name] = true
			}
		}
	}
	posted := map[int]int{} // messages
	for _, attack := range samltest.Corpus() {
		posted[attack.Case] += len(attack.Layouts)
	}
	for n := 1; n <= 37; n++ {
		c, known := attackCases[n]
		if !known || c.name == "" || len(c.tests) == 0 {
			t.Errorf("nothing shows case %d", n)
		}
		for _, name := range c.tests {
			if !there[name] {
				t.Errorf("case %d, %s: there is no %s", n, c.name, name)
			}
		}
		if corpus := slices.Contains(c.tests, corpusTest); corpus != (posted[n] > 0) && n != 14 {
			t.Errorf("case %d, %s: the corpus has %d messages of it", n, c.name, posted[n])
		}
	}
	if len(attackCases) != 37 {
		t.Errorf("the table has %d cases", len(attackCases))
	}
}
