package app_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/provost-itsm/provost"

// domains are the packages between app and platform.
var domains = []string{"people", "trust", "sso", "desk", "alerts", "access", "devices"}

// pure packages know neither a database nor an HTTP server, and whatever they import neither.
var pure = []string{"internal/sso/saml", "internal/desk/odata", "internal/desk/csdl", "internal/desk/apidoc", "internal/alerts/intake", "internal/trust/dataapi/filter", "internal/platform/expr", "internal/platform/fault", "internal/platform/clock", "internal/platform/id"}

// drivers are modules that platform/db alone imports.
var drivers = []string{"modernc.org/sqlite", "github.com/jackc/pgx", "github.com/pressly/goose"}

// pkg is what go list tells of a package.
type pkg struct {
	ImportPath, Name, Doc, Dir         string
	Imports, TestImports, XTestImports []string
	Deps                               []string
	GoFiles                            []string
	Module                             *struct{ Path string }
}

// name is the path below the module: "internal/desk".
func (p pkg) name() string { return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/") }

var root = sync.OnceValues(func() (string, error) { return filepath.Abs(filepath.Join("..", "..")) })

// list returns the packages of the module.
var list = sync.OnceValues(func() ([]pkg, error) {
	dir, err := root()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Name,Doc,Dir,Imports,TestImports,XTestImports,Deps,GoFiles,Module", "./...")
	cmd.Dir = dir
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		return nil, errors.Join(err, errors.New(complaints.String()))
	}
	var all []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		if p.Module != nil && p.Module.Path == module {
			all = append(all, p)
		}
	}
})

func packages(t *testing.T) []pkg {
	t.Helper()
	all, err := list()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 5 {
		t.Fatalf("go list found %d packages: the rules would hold of nothing", len(all))
	}
	return all
}

// floor says how high in the house a package stands: whoever imports stands higher than what is imported.
func floor(name string) int {
	switch first, rest, _ := strings.Cut(name, "/"); {
	case first == "cmd":
		return 5
	case first != "internal":
		return 0 // embedded files
	default:
		second, _, _ := strings.Cut(rest, "/")
		switch {
		case second == "cli":
			return 4
		case second == "app", second == "bench": // the workloads of provost bench, which know the program from outside
			return 3
		case second == "platform":
			return 1
		case slices.Contains(domains, second):
			return 2
		case second == "testkit":
			return 6
		}
	}
	return -1
}

// domain returns the domain a package belongs to, or "".
func domain(name string) string {
	parts := strings.Split(name, "/")
	if len(parts) > 1 && parts[0] == "internal" && slices.Contains(domains, parts[1]) {
		return parts[1]
	}
	return ""
}

func TestEveryPackageHasItsPlace(t *testing.T) {
	for _, p := range packages(t) {
		if floor(p.name()) < 0 {
			t.Errorf("%s belongs to no part of the house: see DESIGN, The house", p.name())
		}
	}
}

func TestImportsPointDownwards(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			below, ours := strings.CutPrefix(imported, module+"/")
			if !ours {
				continue
			}
			from, to := floor(p.name()), floor(below)
			same := from == to && top(p.name()) == top(below)
			if to > from || to == from && !same {
				t.Errorf("%s imports %s, which stands above or beside it", p.name(), below)
			}
		}
	}
}

// top is the part of the house: "internal/platform", "internal/desk", "cmd".
func top(name string) string {
	parts := strings.Split(name, "/")
	return strings.Join(parts[:min(2, len(parts))], "/")
}

func TestDomainsDoNotImportEachOther(t *testing.T) {
	for _, p := range packages(t) {
		own := domain(p.name())
		if own == "" {
			continue
		}
		for _, dep := range p.Deps { // through whatever lies between
			if other := domain(strings.TrimPrefix(dep, module+"/")); other != "" && other != own {
				t.Errorf("%s depends on %s: declare an interface at its own side and have app pass it in", p.name(), strings.TrimPrefix(dep, module+"/"))
			}
		}
	}
}

func TestPurePackagesKnowNeitherDatabaseNorServer(t *testing.T) {
	for _, p := range packages(t) {
		if !slices.ContainsFunc(pure, func(name string) bool { return p.name() == name || strings.HasPrefix(p.name(), name+"/") }) {
			continue
		}
		for _, dep := range p.Deps {
			if dep == "database/sql" || dep == "net/http" || dep == module+"/internal/platform/db" {
				t.Errorf("%s depends on %s", p.name(), dep)
			}
		}
	}
}

func TestDriversAreImportedByPlatformDBAlone(t *testing.T) {
	for _, p := range packages(t) {
		if p.name() == "internal/platform/db" {
			continue
		}
		for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if slices.ContainsFunc(drivers, func(d string) bool { return imported == d || strings.HasPrefix(imported, d+"/") }) {
				t.Errorf("%s imports %s", p.name(), imported)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for _, p := range packages(t) {
		if len(p.GoFiles) > 0 && strings.TrimSpace(p.Doc) == "" {
			t.Errorf("%s has no package comment", p.name())
		}
	}
}

func TestNoPackageIsCalledAfterNothing(t *testing.T) {
	vague := []string{"util", "utils", "common", "helper", "helpers", "manager", "managers", "service", "services", "misc"}
	for _, p := range packages(t) {
		if slices.Contains(vague, p.Name) || slices.Contains(vague, path.Base(p.ImportPath)) {
			t.Errorf("%s: the name says nothing", p.name())
		}
	}
}

// sources calls fn with every file that is, or is about to be, in the repository, by its path below the root.
func sources(t *testing.T, fn func(name string, text []byte)) {
	t.Helper()
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	names, err := tracked(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 10 {
		t.Fatalf("%d files: the rules would hold of nothing", len(names))
	}
	for _, name := range names {
		info, err := os.Lstat(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			continue // just removed, or a link
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		fn(filepath.ToSlash(name), text)
	}
}

// tracked asks git, and without git (a released archive) takes all there is but what is built or fetched.
func tracked(dir string) ([]string, error) {
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = dir
	if out, err := cmd.Output(); err == nil && len(out) > 0 {
		return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"), nil
	}
	var names []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", "node_modules", "dist", "bin"}, d.Name()):
			return filepath.SkipDir
		case d.IsDir():
			return nil
		}
		rel, err := filepath.Rel(dir, name)
		names = append(names, rel)
		return err
	})
	return names, err
}

var generated = regexp.MustCompile(`(?m)^(//|/\*) ?Code generated .* DO NOT EDIT`)

func TestNoFileIsTooLongToRead(t *testing.T) {
	const most = 1000
	sources(t, func(name string, text []byte) {
		switch path.Ext(name) {
		case ".go", ".ts", ".tsx", ".sql", ".css":
		default:
			return
		}
		if lines := bytes.Count(text, []byte("\n")); lines > most && !generated.Match(text) && !strings.Contains(name, ".gen.") {
			t.Errorf("%s has %d lines, more than %d", name, lines, most)
		}
	})
}

func TestNoTestSleeps(t *testing.T) {
	sources(t, func(name string, text []byte) {
		if !strings.HasSuffix(name, "_test.go") {
			return
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Sleep" {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" {
					t.Errorf("%s sleeps: wait for what should happen, set the clock, or use testing/synctest", files.Position(n.Pos()))
				}
			}
			return true
		})
	})
}

// machinePath is written apart so that this file is not a finding.
var machinePath = regexp.MustCompile(`(?:^|[^A-Za-z0-9_.-])/(?:` + `root/|` + `tmp/bash|` + `work/)`)

func TestNoSourceNamesThePathsOfAMachine(t *testing.T) {
	for text, want := range map[string]bool{`dir := "/` + `work/x"`: true, "/" + "root/.cache": true, "https://example.com/" + "work/": false, "a/" + "root/": false} {
		if machinePath.MatchString(text) != want {
			t.Errorf("the pattern takes %q for %v", text, !want)
		}
	}
	sources(t, func(name string, text []byte) {
		if bytes.IndexByte(text, 0) >= 0 { // not text
			return
		}
		for i, line := range bytes.Split(text, []byte("\n")) {
			if found := machinePath.Find(line); found != nil {
				t.Errorf("%s:%d names a path of somebody's machine: %s", name, i+1, found)
			}
		}
	})
}
