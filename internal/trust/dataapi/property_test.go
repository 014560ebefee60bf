package dataapi

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// condition is a filter as text and as what it means for a document.
type condition struct {
	text  string
	holds func(doc map[string]any) bool
}

// valueAt is what stands at a path of a document; nil for null.
func valueAt(doc map[string]any, path string) any {
	var at any = doc
	for name := range strings.SplitSeq(path, "/") {
		m, _ := at.(map[string]any)
		at = m[name]
	}
	return at
}

// draw makes a condition at random.
func draw(r *rand.Rand, depth int) condition {
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	if depth > 0 {
		a, b := draw(r, depth-1), draw(r, depth-1)
		switch r.IntN(5) {
		case 0:
			return condition{"(" + a.text + ") and (" + b.text + ")", func(d map[string]any) bool { return a.holds(d) && b.holds(d) }}
		case 1:
			return condition{"(" + a.text + " or " + b.text + ")", func(d map[string]any) bool { return a.holds(d) || b.holds(d) }}
		case 2:
			return condition{"not (" + a.text + ")", func(d map[string]any) bool { return !a.holds(d) }}
		case 3:
			return condition{"(" + a.text + ") eq false", func(d map[string]any) bool { return !a.holds(d) }}
		}
	}
	op := pick("eq", "ne", "gt", "ge", "lt", "le")
	ordered := func(c int, there bool) bool {
		return there && map[string]bool{"eq": c == 0, "ne": c != 0, "gt": c > 0, "ge": c >= 0, "lt": c < 0, "le": c <= 0}[op] || !there && op == "ne"
	}
	switch r.IntN(4) {
	case 0:
		path, n := "System/Memory/TotalMB", r.IntN(5)
		return condition{fmt.Sprint(path, " ", op, " ", n), func(d map[string]any) bool {
			v, there := valueAt(d, path).(float64)
			return ordered(int(v)-n, there)
		}}
	case 1:
		path, text := pick("OS/Name", "System/Model", "DisplayName"), pick("A", "b", "aB", "ba", "o'", "É")
		return condition{path + " " + op + " '" + strings.ReplaceAll(text, "'", "''") + "'", func(d map[string]any) bool {
			v, there := valueAt(d, path).(string)
			return ordered(strings.Compare(strings.ToLower(v), strings.ToLower(text)), there)
		}}
	case 2:
		path, text, function := pick("OS/Name", "System/Model", "DisplayName"), pick("A", "b", "o'", "é", "%", ""), pick("contains", "startswith", "endswith")
		return condition{function + "(" + path + ",'" + strings.ReplaceAll(text, "'", "''") + "')", func(d map[string]any) bool {
			v, there := valueAt(d, path).(string)
			v, text := strings.ToLower(v), strings.ToLower(text)
			return there && map[string]bool{"contains": strings.Contains(v, text), "startswith": strings.HasPrefix(v, text), "endswith": strings.HasSuffix(v, text)}[function]
		}}
	default:
		path, is := pick("OS/Name", "System/Model", "System/Memory/TotalMB"), pick("eq", "ne")
		return condition{path + " " + is + " null", func(d map[string]any) bool { return (valueAt(d, path) == nil) == (is == "eq") }}
	}
}

// TestAFilterPicksWhatItSays compares what the engines pick with what the filter means for the documents themselves.
func TestAFilterPicksWhatItSays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.tb = t
		r := rand.New(rand.NewPCG(1, 2))
		words := []string{"", "a", "AB", "ba", "O'x", "É", "xé", "100%", "b"}
		for i := range 30 {
			pairs := []any{"Name", fmt.Sprint(words[1+i%8], i%4), "AssignedOS", words[i%9], "Model", words[i*5%9]}
			if i%3 > 0 {
				pairs = append(pairs, "MemoryMB", int64(i%5))
			}
			f.create(f.one, "CI#Computer", pairs...)
		}
		all := f.get("csm", base+"devices"+options("$top", "500", "$select", "*")).Value
		for range 150 {
			c := draw(r, r.IntN(5))
			var want []any
			for _, doc := range all {
				if c.holds(doc) {
					want = append(want, doc["DiscoveryId"])
				}
			}
			p := f.get("csm", base+"devices"+options("$top", "500", "$select", "DiscoveryId", "$filter", c.text))
			var got []any
			for _, doc := range p.Value {
				got = append(got, doc["DiscoveryId"])
			}
			if p.Status != 200 || fmt.Sprint(got) != fmt.Sprint(want) || *p.Count != int64(len(want)) {
				t.Fatalf("%s: %d, %v, want %v", c.text, p.Status, got, want)
			}
		}
	})
}
