package desk_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/provost-itsm/provost/internal/testkit"
)

// grove has a relationship of every kind, each of them from both sides.
const grove = `{"objects":[
 {"object":"Hub#","title":"Name","fields":[{"name":"Name","required":true,"index":"unique"},{"name":"State","index":true},{"name":"MasterLink","type":"link","target":"Hub#","index":"sparse"}],
  "relationships":[
   {"name":"HubContainsLeaf","target":"Leaf#","child":"ParentLink","create":"Leaf#Oak"},
   {"name":"HubContainsOpenLeaf","target":"Leaf#","child":"ParentLink","where":{"State":["Open"]},"create":"Leaf#Elm"},
   {"name":"HubContainsElm","target":"Leaf#Elm","child":"ParentLink"},
   {"name":"HubContainsSeal","target":"Seal#","child":"HubLink","one":true},
   {"name":"HubKeepsLeaf","target":"Leaf#","child":"Keeper","create":"Leaf#Oak"},
   {"name":"HubKeepsSeal","target":"Seal#","child":"Keeper","one":true},
   {"name":"HubAssocMaster","target":"Hub#","link":"MasterLink"},
   {"name":"HubAssocChild","target":"Hub#","child":"MasterLink"},
   {"name":"HubAssociatesHub","target":"Hub#"},
   {"name":"HubAssociatedByHub","target":"Hub#","inverse":"HubAssociatesHub"},
   {"name":"HubAssociatesLeaf","target":"Leaf#","create":"Leaf#Oak"},
   {"name":"HubSeesOpenLeaf","target":"Leaf#","pairs":"HubAssociatesLeaf","where":{"State":["open"]},"create":"Leaf#Oak"},
   {"name":"HubHasLamp","target":"Leaf#","one":true,"create":"Leaf#Elm"}]},
 {"object":"Leaf#","group":true,"typeTag":"Kind","title":"Name","fields":[{"name":"Kind","readOnly":true},{"name":"Name","required":true,"index":"unique"},{"name":"State","default":"Open"},
   {"name":"ParentLink","type":"link","targets":["*"],"index":"sparse"},{"name":"Keeper","type":"picklist","index":true,"from":{"object":"Hub#","value":"Name"}}],
  "relationships":[
   {"name":"LeafAssocHub","target":"Hub#","link":"ParentLink"},
   {"name":"LeafAssocKeeper","target":"Hub#","link":"Keeper"},
   {"name":"LeafAssociatesHub","target":"Hub#","inverse":"HubAssociatesLeaf"},
   {"name":"LeafIsLampOf","target":"Hub#","inverse":"HubHasLamp","one":true}]},
 {"object":"Leaf#Oak","tag":"Oak","fields":[]},{"object":"Leaf#Elm","tag":"Elm","fields":[]},
 {"object":"Seal#","title":"Name","fields":[{"name":"Name","required":true,"index":"unique"},{"name":"State"},{"name":"HubLink","type":"link","target":"Hub#","index":true},
   {"name":"Keeper","type":"picklist","index":true,"from":{"object":"Hub#","value":"Name"}}],
  "relationships":[{"name":"SealAssocHub","target":"Hub#","link":"HubLink"},{"name":"SealAssocKeeper","target":"Hub#","link":"Keeper"}]}]}`

// way is a relationship of the grove as the model knows it: by a field of either end, or by pairs.
type way struct {
	from, name, to string
	child, link    string // the field behind it
	pairs          string
	back           bool // pairs from their other side
	open           bool // shows open records only
	makes          string
}

// ways are in the order of the definition. to is "elms" for an extension of leafs.
var ways = []way{
	{from: "hubs", name: "HubContainsLeaf", to: "leafs", child: "ParentLink", makes: "oak"},
	{from: "hubs", name: "HubContainsOpenLeaf", to: "leafs", child: "ParentLink", open: true, makes: "elm"},
	{from: "hubs", name: "HubContainsElm", to: "elms", child: "ParentLink", makes: "elm"},
	{from: "hubs", name: "HubContainsSeal", to: "seals", child: "HubLink"},
	{from: "hubs", name: "HubKeepsLeaf", to: "leafs", child: "Keeper", makes: "oak"},
	{from: "hubs", name: "HubKeepsSeal", to: "seals", child: "Keeper"},
	{from: "hubs", name: "HubAssocMaster", to: "hubs", link: "MasterLink"},
	{from: "hubs", name: "HubAssocChild", to: "hubs", child: "MasterLink"},
	{from: "hubs", name: "HubAssociatesHub", to: "hubs", pairs: "hub"},
	{from: "hubs", name: "HubAssociatedByHub", to: "hubs", pairs: "hub", back: true},
	{from: "hubs", name: "HubAssociatesLeaf", to: "leafs", pairs: "leaf", makes: "oak"},
	{from: "hubs", name: "HubSeesOpenLeaf", to: "leafs", pairs: "leaf", open: true, makes: "oak"},
	{from: "hubs", name: "HubHasLamp", to: "leafs", pairs: "lamp", makes: "elm"},
	{from: "leafs", name: "LeafAssocHub", to: "hubs", link: "ParentLink"},
	{from: "leafs", name: "LeafAssocKeeper", to: "hubs", link: "Keeper"},
	{from: "leafs", name: "LeafAssociatesHub", to: "hubs", pairs: "leaf", back: true},
	{from: "leafs", name: "LeafIsLampOf", to: "hubs", pairs: "lamp", back: true},
	{from: "seals", name: "SealAssocHub", to: "hubs", link: "HubLink"},
	{from: "seals", name: "SealAssocKeeper", to: "hubs", link: "Keeper"},
}

// sole are the fields and pairs that lead to one record at most from the other side, too.
func sole(set, joint string) bool {
	return set == "seals" && (joint == "HubLink" || joint == "Keeper") || joint == "lamp"
}

// thing is a record of the model.
type thing struct {
	set, name, kind string
	open, gone      bool
	fields          map[string]string // field → RecId
}

// model is what has been answered with success.
type model struct {
	things map[string]*thing
	order  []string // RecIds as they were made
	pairs  map[string]map[[2]string]bool
}

// in reports whether a record is there and at that end of a way.
func (m *model) in(id, set string) bool {
	x := m.things[id]
	return x != nil && !x.gone && (x.set == set || set == "elms" && x.kind == "elm")
}

func (m *model) set(id, field, to string) {
	x := m.things[id]
	if to != "" && sole(x.set, field) {
		for _, other := range m.things {
			if other != x && other.set == x.set && other.fields[field] == to {
				delete(other.fields, field)
			}
		}
	}
	if delete(x.fields, field); to != "" {
		x.fields[field] = to
	}
}

func (m *model) pair(w way, from, to string) {
	p := [2]string{from, to}
	if w.back {
		p = [2]string{to, from}
	}
	if sole("", w.pairs) {
		maps.DeleteFunc(m.pairs[w.pairs], func(k [2]string, _ bool) bool { return k[0] == p[0] || k[1] == p[1] })
	}
	m.pairs[w.pairs][p] = true
}

// circle reports whether a hub would hang on itself.
func (m *model) circle(id, master string) bool {
	for n := 0; master != "" && n < 100; n++ {
		if master == id {
			return true
		}
		x := m.things[master]
		if x == nil || x.gone {
			return false
		}
		master = x.fields["MasterLink"]
	}
	return false
}

// link does to the model what $Ref does, and reports whether that is to be refused.
func (m *model) link(w way, from, to string) (refused bool) {
	child, parent, field := to, from, w.child
	if w.link != "" {
		child, parent, field = from, to, w.link
	}
	switch {
	case w.pairs != "":
		m.pair(w, from, to)
	case field == "MasterLink" && m.things[child].fields[field] != parent && m.circle(child, parent):
		return true
	default:
		m.set(child, field, parent)
	}
	return false
}

func (m *model) unlink(w way, from, to string) {
	switch {
	case w.pairs != "" && w.back:
		delete(m.pairs[w.pairs], [2]string{to, from})
	case w.pairs != "":
		delete(m.pairs[w.pairs], [2]string{from, to})
	case w.child != "" && m.things[to].fields[w.child] == from:
		delete(m.things[to].fields, w.child)
	case w.link != "" && m.things[from].fields[w.link] == to:
		delete(m.things[from].fields, w.link)
	}
}

// remove takes a record away with its pairs. What names it stays as it is and leads nowhere.
func (m *model) remove(id string) {
	m.things[id].gone = true
	for _, pairs := range m.pairs {
		maps.DeleteFunc(pairs, func(k [2]string, _ bool) bool { return k[0] == id || k[1] == id })
	}
}

// related are the records at the other end.
func (m *model) related(w way, from string) []string {
	ids := []string{}
	for id, x := range m.things {
		joined := false
		switch {
		case !m.in(id, w.to) || w.open && !x.open:
		case w.child != "":
			joined = x.fields[w.child] == from
		case w.link != "":
			joined = m.things[from].fields[w.link] == id
		case w.back:
			joined = m.pairs[w.pairs][[2]string{id, from}]
		default:
			joined = m.pairs[w.pairs][[2]string{from, id}]
		}
		if joined {
			ids = append(ids, id)
		}
	}
	return ids
}

// gardener plays one run: what it does to the server it does to the model.
type gardener struct {
	*rapid.T
	*model
	t    *testing.T
	s    *testkit.Server
	auth string
	word string // in the names of this run
}

func (g *gardener) ask(status int, method, path, body string) testkit.Answer {
	a := g.s.Ask(g.t, method, sets+path, g.auth, body)
	if a.Status != status {
		g.Fatalf("%s %s %s: %d %.400s, want %d", method, path, body, a.Status, a.Body, status)
	}
	return a
}

func setOf(x *thing) string {
	if x.kind != "" {
		return "leaf__" + x.kind + "s"
	}
	return x.set
}

// made notes a record that was made.
func (g *gardener) made(a testkit.Answer, x *thing) string {
	id, _ := a.JSON()["RecId"].(string)
	g.things[id], g.order = x, append(g.order, id)
	return id
}

func (g *gardener) fresh(set, kind string) *thing {
	return &thing{set: set, kind: kind, name: fmt.Sprintf("%s%d", g.word, len(g.order)), open: set == "leafs", fields: map[string]string{}}
}

func (g *gardener) plant(set, kind string) {
	x := g.fresh(set, kind)
	g.made(g.ask(201, "POST", setOf(x), `{"Name":"`+x.name+`"}`), x)
}

// of draws a record of a set; ok is false where there is none. Now and then it is one that is gone.
func (g *gardener) of(set, what string) (string, bool) {
	ids := slices.DeleteFunc(slices.Clone(g.order), func(id string) bool {
		x := g.things[id]
		return x.set != set && (set != "elms" || x.kind != "elm")
	})
	if len(ids) == 0 {
		return "", false
	}
	return rapid.SampledFrom(ids).Draw(g.T, what), true
}

func (g *gardener) step() {
	w := rapid.SampledFrom(ways).Draw(g.T, "way")
	from, ok := g.of(w.from, "from")
	if !ok {
		return
	}
	path := setOf(g.things[from]) + "('" + from + "')"
	if rapid.Bool().Draw(g.T, "through the base") {
		path = g.things[from].set + "('" + strings.ToLower(from) + "')"
	}
	there := g.in(from, w.from)
	switch what := rapid.IntRange(0, 13).Draw(g.T, "step"); {
	case what < 6: // link, unlink
		to, ok := g.of(w.to, "to")
		if !ok {
			return
		}
		method, status := "PATCH", 200
		if what >= 4 {
			method = "DELETE"
		}
		switch {
		case !there || !g.in(to, w.to):
			status = 400
		case method == "DELETE":
			g.unlink(w, from, to)
		case g.link(w, from, to):
			status = 400
		}
		g.ask(status, method, path+"/"+w.name+"('"+to+"')/$Ref", rapid.SampledFrom([]string{"", "{}"}).Draw(g.T, "body"))
	case what < 9: // create through
		x := g.fresh(map[string]string{"elms": "leafs"}[w.to], w.makes)
		if x.set == "" {
			x.set, x.open = w.to, w.to == "leafs"
		}
		status := 201
		if !there {
			status = 400
		}
		a := g.ask(status, "POST", path+"/"+w.name, `{"Name":"`+x.name+`"}`)
		if there {
			x.open = x.set == "leafs"
			g.link(w, from, g.made(a, x))
		}
	case what < 12: // write the field
		g.write(w, from, path, there)
	case !there:
		g.ask(400, "DELETE", path, "")
	default:
		g.remove(from)
		g.ask(204, "DELETE", path, "")
	}
}

// write changes the state of a record, or the field behind one of its ways.
func (g *gardener) write(w way, from, path string, there bool) {
	status := 200
	if w.link == "" {
		open := rapid.Bool().Draw(g.T, "open")
		if there {
			g.things[from].open = open
		} else {
			status = 400
		}
		g.ask(status, "PATCH", path, `{"State":"`+map[bool]string{true: "OPEN", false: "Shut"}[open]+`"}`)
		return
	}
	to, value := "", ""
	if rapid.IntRange(0, 3).Draw(g.T, "clear") > 0 {
		if to, _ = g.of(w.to, "to"); to != "" {
			value = to
		}
	}
	known := to == "" || g.in(to, w.to)
	if w.link == "Keeper" && to != "" {
		if value = g.things[to].name; known { // in any case; what has gone can only be put back as it was read
			value = strings.ToUpper(value)
		}
	}
	body := map[string]any{w.link: value}
	if w.link != "Keeper" && value != "" && rapid.Bool().Draw(g.T, "as a triple") {
		body = map[string]any{w.link + "_RecID": value, w.link + "_Category": "Hub"}
	}
	switch was := ""; {
	case !there:
		status = 400
	default:
		was = g.things[from].fields[w.link]
		switch {
		case to != "" && to == was: // put back as it is, even where it has gone
		case !known, w.link == "MasterLink" && g.circle(from, to):
			status = 400
		default:
			g.set(from, w.link, to)
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		g.Fatal(err)
	}
	g.ask(status, "PUT", path, string(text))
}

// compare asks for all that is related, from both sides, and for parts of it.
func (g *gardener) compare() {
	for _, from := range g.order {
		x := g.things[from]
		for _, w := range ways {
			if w.from != x.set {
				continue
			}
			path := setOf(x) + "('" + from + "')/" + w.name
			if x.gone {
				g.ask(400, "GET", path, "")
				break
			}
			want := g.related(w, from)
			slices.Sort(want)
			slices.Reverse(want) // newest first
			g.same(path, want, len(want))
			if len(want) == 0 {
				continue
			}
			name := g.things[want[0]].name
			g.same(path+"?$select=RecId&$filter="+url.QueryEscape("Name eq '"+name+"'"), want[:1], 1)
			g.same(path+"?$filter="+url.QueryEscape("not (Name eq '"+strings.ToUpper(name)+"')"), want[1:], len(want)-1)
			g.same(path+"?$top=1&$skip=1", want[min(1, len(want)):min(2, len(want))], len(want))
			slices.SortFunc(want, func(a, b string) int { return cmp.Compare(g.things[a].name, g.things[b].name) })
			g.same(path+"?$orderby=Name&$select=Name,RecId&$search="+g.word, want, len(want))
		}
	}
}

func (g *gardener) same(path string, want []string, count int) {
	a := g.ask(200, "GET", path, "")
	got := []string{}
	for _, row := range a.Rows() {
		id, _ := row["RecId"].(string)
		got = append(got, id)
	}
	if d := diff.Diff(append([]string{}, want...), got); d != "" || a.JSON()["@odata.count"] != float64(count) {
		g.Fatalf("%s: count %v, want %d (-want +got)\n%s", path, a.JSON()["@odata.count"], count, d)
	}
}

// TestLinkAndUnlinkCommuteWithReload makes, ends and reads relationships of every kind, at random and with restarts in
// between: both sides show what a simple model says.
func TestLinkAndUnlinkCommuteWithReload(t *testing.T) {
	const enough, restarts = 10 * time.Second, 3
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		auth := "rest_api_key=" + s.Key(t, "Admin")
		file := filepath.Join(t.TempDir(), "grove.json")
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(grove, `"title":"Name","fields":[`, `"title":"Name","fields":[{"name":"Words","search":true,"template":"{Name}"},`)), 0o600); err != nil {
			t.Fatal(err)
		}
		s.Run(t, "object", "apply", "-f", file)
		runs, began, restarted := 0, time.Now(), 0
		rapid.Check(t, func(r *rapid.T) {
			if time.Since(began) > enough && !t.Failed() {
				return
			}
			g := &gardener{T: r, t: t, s: s, auth: auth, word: fmt.Sprintf("r%dq", runs),
				model: &model{things: map[string]*thing{}, pairs: map[string]map[[2]string]bool{"hub": {}, "leaf": {}, "lamp": {}}}}
			for _, set := range []string{"hubs", "leafs", "hubs", "leafs", "hubs", "seals", "seals"} {
				kind := ""
				if set == "leafs" {
					kind = []string{"oak", "elm"}[len(g.order)%2]
				}
				g.plant(set, kind)
			}
			runs++
			for round := range 2 {
				for range rapid.IntRange(4, 14).Draw(r, "steps") {
					g.step()
				}
				if round == 0 && restarted < restarts && time.Since(began) > time.Duration(restarted)*enough/restarts {
					restarted++
					s.Stop(t)
					s.Restart(t)
				}
				g.compare()
			}
		})
		t.Logf("%d runs, %d restarts", runs, restarted)
		s.Run(t, "doctor", "--audit")
	})
}
