package demo

import (
	"math/rand/v2"
	"slices"
)

// pairing is the pairs of a relationship that keeps its own.
type pairing struct {
	object, relationship string
	pairs                [][2]string
}

// makePairs connects incidents, changes and problems with what they are about.
func (w *world) makePairs() {
	r := chance("pairs")
	w.pairings = []pairing{
		{"Incident", "IncidentAssociatesCI", w.itemsOfIncidents(r)},
		{"Incident", "IncidentAssociatesChange", w.incidentsOfChanges(r)},
		{"Change", "ChangeAssociatesCI", w.itemsOfChanges(r)},
		{"Problem", "ProblemAssociatesCI", w.itemsOfProblems(r)},
		{"CI", "CIDependsOnCI", w.dependencies()},
	}
}

// itemsOfIncidents names the item of incidents that come from monitoring or are open, and of some others.
func (w *world) itemsOfIncidents(r *rand.Rand) (pairs [][2]string) {
	for _, x := range w.incidents {
		open := x.resolved == 0 && x.closed == 0
		if x.item != nil && (open || r.IntN(map[bool]int{true: 3, false: 16}[x.story.Auto]) == 0) {
			pairs = append(pairs, [2]string{x.id, x.item.id()})
		}
	}
	return pairs
}

// incidentsOfChanges connects a change with incidents of its kind: those it answers, and those that came right after it.
func (w *world) incidentsOfChanges(r *rand.Rand) (pairs [][2]string) {
	for _, c := range w.changes {
		var near []*incident
		for _, x := range w.incidents {
			if x.story.Category == c.text.Category && (x.created < c.created && x.created > c.created-20*day || c.done > 0 && x.created > c.done && x.created < c.done+2*day) {
				near = append(near, x)
			}
		}
		for range min(len(near), r.IntN(4)) {
			i := r.IntN(len(near))
			pairs = append(pairs, [2]string{near[i].id, c.id})
			near = slices.Delete(near, i, i+1)
		}
	}
	return pairs
}

// itemsOfChanges names the servers or network devices that a change is for.
func (w *world) itemsOfChanges(r *rand.Rand) (pairs [][2]string) {
	for _, c := range w.changes {
		for _, i := range w.some(r, c.text.Category, 1+r.IntN(3)) {
			pairs = append(pairs, [2]string{c.id, i.id()})
			c.items++
		}
	}
	return pairs
}

// itemsOfProblems names where a problem shows.
func (w *world) itemsOfProblems(r *rand.Rand) (pairs [][2]string) {
	for _, p := range w.problems {
		for _, i := range w.some(r, p.text.Category, 1+r.IntN(2)) {
			pairs = append(pairs, [2]string{p.id, i.id()})
		}
	}
	return pairs
}

// some draws different items that a category is about.
func (w *world) some(r *rand.Rand, category string, n int) (out []*item) {
	from := w.servers
	if category == "Network" || category == "Connectivity" {
		from = w.devices
	}
	for _, i := range r.Perm(len(from))[:n] {
		out = append(out, from[i])
	}
	return out
}

// dependencies have the servers of each row rest on its database server, and these on the directory.
func (w *world) dependencies() (pairs [][2]string) {
	const row, directory = 10, 7 // roles that follow one another in makeInfrastructure
	for n, s := range w.servers {
		if on := n - n%row; n%row != 0 {
			pairs = append(pairs, [2]string{s.id(), w.servers[on].id()})
		} else {
			pairs = append(pairs, [2]string{s.id(), w.servers[directory].id()})
		}
	}
	return pairs
}
