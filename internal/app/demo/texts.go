package demo

import (
	"fmt"
	"math/rand/v2"

	"github.com/provost-itsm/provost/internal/platform/literal"
)

func (s *story) serviceKey() string { return literal.Fold(s.Service) }

// filler returns what stands for names in braces in the texts of one piece of work. A name stands for the same thing
// each time.
func (w *world) filler(r *rand.Rand, who *person, about *item) func(string) string {
	known := map[string]string{}
	return func(name string) string {
		v, ok := known[name]
		if !ok {
			v = w.word(r, name, who, about)
			known[name] = v
		}
		return v
	}
}

func (w *world) word(r *rand.Rand, name string, who *person, about *item) string {
	switch name {
	case "printer":
		p := pick(r, w.printers)
		for range 12 {
			if p.place == who.place {
				break
			}
			p = pick(r, w.printers)
		}
		return p.name
	case "server":
		if about != nil && about.owner == nil {
			return about.name
		}
		return pick(r, w.servers).name
	case "ap":
		return pick(r, w.devices).name
	case "computer":
		if who.computer != nil {
			return who.computer.name
		}
		return pick(r, w.computers).name
	case "model":
		if who.computer != nil {
			return who.computer.model
		}
		return pick(r, w.words["models"])
	case "site":
		if who.place.name == "Remote" || who.place.name == "Data Centre" {
			return w.places[4].name
		}
		return who.place.name
	case "room":
		return fmt.Sprintf("%d%02d", 1+r.IntN(5), 1+r.IntN(40))
	case "hour":
		return fmt.Sprintf("%02d:%02d", 8+r.IntN(9), 5*r.IntN(12))
	case "n":
		return fmt.Sprint(2 + r.IntN(90))
	case "full":
		return fmt.Sprint(90 + r.IntN(10))
	case "invoice":
		return fmt.Sprint(4900100000 + r.IntN(800000))
	case "colleague":
		return pick(r, w.people).display
	case "department":
		return who.dep.name
	case "manager":
		if who.manager != nil {
			return who.manager.display
		}
		return who.display
	case "first":
		return who.first
	case "phone":
		return who.phone
	case "login":
		return who.login
	}
	if list := w.words[name]; len(list) > 0 {
		return pick(r, list)
	}
	return name
}
