package odata_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/desk/odata/odatatest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Every case of testdata/*.txtar is four files: NAME/filter as a client sends it, NAME/tree as it reads canonically,
// NAME/sqlite and NAME/postgres as SQL followed by one line per argument.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := parseArchive(string(text))
			got := archive{comment: want.comment}
			for _, f := range want.files {
				if name, ok := strings.CutSuffix(f.name, "/filter"); ok {
					got.files = append(got.files, f)
					got.files = append(got.files, render(t, name, strings.TrimSuffix(f.data, "\n"))...)
				}
			}
			if *update {
				if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(text), got.String()); diff != "" {
				t.Errorf("(-file +now)\n%s", diff)
			}
		})
	}
}

func render(t *testing.T, name, text string) []archiveFile {
	t.Helper()
	f, err := odata.ParseFilter(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	files := []archiveFile{{name + "/tree", f.String() + "\n"}}
	for _, d := range []odata.Dialect{odata.SQLite, odata.Postgres} {
		p, err := f.Bind(odatatest.Resolve(columnsOf(d)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var args odata.Args
		lines := []string{p.SQL(d, &args)}
		for i, v := range args.Values {
			lines = append(lines, fmt.Sprintf("$%d %#v", i+1, v))
		}
		engine := []string{odata.SQLite: "sqlite", odata.Postgres: "postgres"}[d]
		files = append(files, archiveFile{name + "/" + engine, strings.Join(lines, "\n") + "\n"})
	}
	return files
}
