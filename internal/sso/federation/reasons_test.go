package federation

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/sso/saml"
)

var update = flag.Bool("update", false, "write the page of reasons")

// The page for administrators is made of the lists.
func TestReasonsAreDocumented(t *testing.T) {
	var page strings.Builder
	page.WriteString("# Why a sign-in is refused\n\nThe code stands with a sentence in the last attempts of the identity provider (`provost idp attempts NAME`) and in the audit log. " +
		"The person who wanted to sign in sees none of it.\n\n- [What is wrong with a SAML message](#what-is-wrong-with-a-saml-message)\n" +
		"- [Who it is](#who-it-is): SAML and OpenID Connect\n- [OpenID Connect](#openid-connect)\n")
	table := func(title string, rows []Reason) {
		fmt.Fprintf(&page, "\n## %s\n\n| Code | Meaning |\n|---|---|\n", title)
		for _, r := range rows {
			fmt.Fprintf(&page, "| `%s` | %s |\n", r.Code, r.Message)
		}
	}
	var protocol []Reason
	for _, r := range saml.Reasons() {
		protocol = append(protocol, Reason{string(r.Code), r.Message})
	}
	table("What is wrong with a SAML message", protocol)
	table("Who it is", Reasons())
	table("OpenID Connect", OpenIDReasons())
	path := filepath.Join("..", "..", "..", "docs", "saml-reasons.md")
	if *update {
		if err := os.WriteFile(path, []byte(page.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != page.String() {
		t.Errorf("%s is not what the lists say: go test ./internal/sso/federation -run Documented -update", path)
	}
}

// Every code that stands in the source stands in one of the lists, once, and none stands there in vain.
func TestEveryReasonIsListed(t *testing.T) {
	listed := map[string]bool{} // whether the source has it
	for _, r := range append(Reasons(), OpenIDReasons()...) {
		if _, twice := listed[r.Code]; twice || r.Message == "" {
			t.Errorf("%s is listed twice, or says nothing", r.Code)
		}
		listed[r.Code] = false
	}
	for _, code := range knownErrors {
		listed["provider_"+code] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := func(where, text string) {
		code, err := strconv.Unquote(text)
		if _, ok := listed[code]; err != nil || !ok {
			t.Errorf("%s refuses %s, which reasons_list_test.go does not list", where, text)
		}
		listed[code] = true
	}
	fset := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if called, ok := n.Fun.(*ast.Ident); !ok || called.Name != "refuse" || len(n.Args) == 0 {
					return true
				}
				if text, ok := n.Args[0].(*ast.BasicLit); ok {
					seen(fset.Position(n.Pos()).String(), text.Value)
				} else if code, ok := n.Args[0].(*ast.Ident); !ok || code.Name != "ours" { // providerError, whose codes are known
					t.Errorf("%s: a code that cannot be read from the source", fset.Position(n.Pos()))
				}
			case *ast.AssignStmt:
				if to, ok := n.Lhs[0].(*ast.Ident); !ok || to.Name != "ours" || len(n.Rhs) != 1 {
					return true
				}
				if text, ok := n.Rhs[0].(*ast.BasicLit); ok {
					seen(fset.Position(n.Pos()).String(), text.Value)
				}
			}
			return true
		})
	}
	for code, used := range listed {
		if !used {
			t.Errorf("%s is listed, and nothing refuses it", code)
		}
	}
}
