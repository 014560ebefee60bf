package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// person is an employee.
type person struct {
	entity
	id, login, first, middle, last, display, email, phone, mobile, title string
	dep                                                                  *department
	place                                                                *place
	team                                                                 *team
	manager                                                              *person
	vip, leads                                                           bool
	status                                                               string
	hired, left, created                                                 int64
	computer                                                             *item
}

// there reports whether the person works at a moment.
func (p *person) there(at int64) bool {
	return p.hired <= at && (p.left == 0 || p.left > at) && (p.status != "On Leave" || at < end-40*day)
}

func unixTime(t int64) time.Time { return time.Unix(t, 0).UTC() }

// plain writes a name with the letters of ASCII, as logins and addresses do.
func plain(s string) string {
	s = strings.NewReplacer("ß", "ss", "ø", "o", "ł", "l", "ı", "i", "æ", "ae", "ä", "ae", "ö", "oe", "ü", "ue", "Ö", "Oe", "Ü", "Ue").Replace(s)
	return strings.Map(func(c rune) rune {
		if c > unicode.MaxASCII {
			return -1
		}
		return c
	}, norm.NFD.String(s))
}

// letters keeps letters only, in lower case.
func letters(s string) string {
	return strings.Map(func(c rune) rune {
		if c < 'a' || c > 'z' {
			return -1
		}
		return c
	}, strings.ToLower(plain(s)))
}

// hiring gives people names, logins and addresses nobody else has.
type hiring struct {
	w     *world
	r     *rand.Rand
	taken map[string]bool
}

func (h *hiring) free(name string) string {
	for n, try := 2, name; ; n++ {
		if !h.taken[try] {
			h.taken[try] = true
			return try
		}
		local, host, mail := strings.Cut(name, "@")
		if try = fmt.Sprint(local, n); mail {
			try += "@" + host
		}
	}
}

// hire makes one person; names are drawn where none are given.
func (h *hiring) hire(first, last, title string, dep *department, t *team, where *place) *person {
	r, w := h.r, h.w
	p := &person{first: first, last: last, title: title, dep: dep, team: t, place: where, status: "Active"}
	for p.first == "" || h.taken[p.first+" "+p.last] {
		p.first, p.last = pick(r, w.org.First), pick(r, w.org.Last)
	}
	h.taken[p.first+" "+p.last] = true
	p.display = p.first + " " + p.last
	if first == "" && r.IntN(5) == 0 {
		p.middle = pick(r, w.org.First)
		p.display = p.first + " " + string([]rune(p.middle)[:1]) + ". " + p.last
	}
	p.login = letters(p.first)[:1] + letters(p.last)
	p.login = h.free(p.login[:min(len(p.login), 14)])
	p.email = h.free(letters(p.first) + "." + letters(p.last) + "@" + domain)
	p.phone = fmt.Sprintf("%s %04d", where.phone, 1000+len(w.people))
	if r.IntN(5) < 2 {
		p.mobile = fmt.Sprintf("+49 170 555%04d", 1000+len(w.people))
	}
	p.hired = founded - 20*day - r.Int64N(15*365*day)
	p.hired -= p.hired % day
	if t != nil {
		t.members = append(t.members, p)
	}
	w.people = append(w.people, p)
	return p
}

// makePeople makes everybody: the management, a lead for each team, and their people.
func (w *world) makePeople() {
	r := chance("people")
	h := &hiring{w, r, map[string]bool{}}
	somewhere := func(t teamText) *place {
		return w.places[weighted(r, len(w.places), func(i int) int {
			if len(t.Places) > 0 && !slices.Contains(t.Places, w.places[i].name) {
				return 0
			}
			return w.places[i].share
		})]
	}
	headquarters := w.places[0]
	finance := w.departments["Finance"]
	known := h.hire("Martina", "Bauer", "Senior Accountant", finance, nil, headquarters) // whom scripts know
	chief := h.hire("", "", "Chief Executive Officer", w.departments["Operations"], nil, headquarters)
	chief.vip, chief.leads = true, true
	for _, text := range w.org.Departments {
		d := w.departments[text.Name]
		d.head = h.hire("", "", text.Head, d, nil, headquarters)
		d.head.manager, d.head.vip, d.head.leads = chief, true, true
	}
	for _, text := range w.org.Teams {
		d, t := w.departments[text.Department], w.teams[text.Name]
		lead := h.hire("", "", "Team Lead "+text.Name, d, t, somewhere(text))
		lead.manager, lead.leads = d.head, true
		if text.Name == "Finance Systems" {
			known.manager, known.team, t.members = lead, t, append(t.members, known)
		}
		for len(t.members) < text.Size {
			title, dep := pick(r, text.Titles), d
			if other := text.Elsewhere[title]; other != "" {
				dep = w.departments[other]
			}
			p := h.hire("", "", title, dep, t, somewhere(text))
			p.manager, p.vip = lead, r.IntN(60) == 0
		}
	}
	h.fates(known)
	w.recordPeople()
}

// fates lets some of the people join late, leave or be away.
func (h *hiring) fates(known *person) {
	everybody := h.w.people
	for i, at := range h.r.Perm(len(everybody)) {
		p := everybody[at]
		if p.leads || p == known {
			continue
		}
		switch {
		case i < 26:
			p.status, p.left = "Terminated", begin+60*day+h.r.Int64N(end-begin-70*day)
			p.left -= p.left % day
		case i < 40:
			p.status = "On Leave"
		case i < 52:
			p.status, p.hired = "New", end-end%day-h.r.Int64N(20)*day
		case i < 130:
			p.hired = begin - begin%day + h.r.Int64N((end-begin)/day-30)*day
		}
	}
}

// recordPeople makes the records, in the order in which they were entered.
func (w *world) recordPeople() {
	for i, p := range w.people {
		p.created = founded + 10*minute + int64(i)
		if p.hired > founded {
			p.created = p.hired - 5*day + 9*hour + int64(i)
		}
		if p.created < founded {
			p.created = founded + 10*minute + int64(i)
		}
	}
	slices.SortStableFunc(w.people, func(a, b *person) int { return int(a.created - b.created) })
	key := w.keys("Employee")
	for _, p := range w.people {
		p.id = key(p.created)
	}
	done := map[*person]bool{}
	var record func(p *person, number int)
	record = func(p *person, number int) {
		if done[p] {
			return
		}
		done[p] = true
		if p.manager != nil {
			record(p.manager, slices.Index(w.people, p.manager)) // its address is copied
		}
		p.entity = w.employee(p, number)
		w.directory.add(p.entity, "LoginID", "PrimaryEmail")
	}
	for i, p := range w.people {
		record(p, i)
	}
	for _, p := range w.people {
		w.ready(p.entity)
	}
}

func (w *world) employee(p *person, number int) entity {
	language := map[string]string{"Germany": "de", "Austria": "de", "Switzerland": "de", "Netherlands": "nl", "Poland": "pl", "Portugal": "pt"}[p.place.country]
	if language == "" {
		language = "en"
	}
	f := w.form("Employee", p.id, p.created, automat)
	f.texts("LoginID", p.login, "NetworkUserName", p.login, "FirstName", p.first, "MiddleName", p.middle, "LastName", p.last, "DisplayName", p.display,
		"PrimaryEmail", p.email, "Phone", p.phone, "MobilePhone", p.mobile, "Title", p.title, "Department", p.dep.name, "DepartmentCode", p.dep.code,
		"CostCenter", costCentre(p.dep.text), "Address1", p.place.street, "EmployeeLocation", p.place.name, "City", p.place.city, "Zip", p.place.zip, "Country", p.place.country,
		"Language", language, "TimeZone", p.place.zone, "Status", p.status, "EmployeeNumber", fmt.Sprint(20001+number))
	f.link("OrgUnitLink", p.dep.unit).link("LocationLink", p.place.entity).time("HireDate", p.hired)
	f.flag("IsVIP", p.vip).flag("IsManager", p.leads).flag("IsLDAPUserAccountEnabled", p.left == 0).flag("Disabled", p.left > 0)
	if p.team != nil {
		f.texts("Team", p.team.name)
	}
	if p.manager != nil {
		f.link("ManagerLink", p.manager.entity)
	}
	if p.left > 0 {
		f.time("TerminationDate", p.left).changed(p.left+17*hour, automat)
	}
	return f.done()
}

// member draws somebody of a team who is there at a moment.
func (w *world) member(r *rand.Rand, t *team, at int64) *person {
	for range 20 {
		if p := pick(r, t.members); p.there(at) {
			return p
		}
	}
	return t.members[0]
}

// anybody draws somebody who is there.
func (w *world) anybody(r *rand.Rand, at int64) *person {
	for {
		if p := pick(r, w.people); p.there(at) {
			return p
		}
	}
}
