package demo

import (
	"fmt"
	"strings"
)

// place is a location.
type place struct {
	entity
	name, zone, phone, region, city, zip, country, street string
	share                                                 int
}

// department is a department with its head.
type department struct {
	id, name, code string
	unit           entity
	text           int // index into the content
	head           *person
}

// team is a team with its members, its lead first.
type team struct {
	entity
	name    string
	text    teamText
	stock   bool
	members []*person
}

// The day the data was brought into the desk.
var founded = begin - 31*day

const automat = "InternalServices"

func slug(name string) string {
	return strings.Trim(strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			return c
		case c == ' ':
			return '-'
		}
		return -1
	}, strings.ToLower(plain(name))), "-")
}

// makeUnits makes the tree of organisational units, parents first.
func (w *world) makeUnits() {
	key := w.keys("OrganizationalUnit")
	names := map[string]string{}
	for i, u := range w.org.Units {
		full := u.Name
		parent := ""
		if p, ok := w.units[u.Parent]; ok {
			full, parent = names[u.Parent]+" / "+u.Name, p.id()
		}
		names[u.Name] = full
		if e, ok := w.change("OrganizationalUnit", "Name", u.Name, "Code", u.Code, "FullyQualifiedName", full, "ParentLink_RecID", parent); ok {
			w.units[u.Name] = e
			continue
		}
		at := founded + int64(i)
		f := w.form("OrganizationalUnit", key(at), at, automat).texts("Name", u.Name, "OrgUnitType", u.Type, "Code", u.Code, "FullyQualifiedName", full)
		if parent != "" {
			f.link("ParentLink", w.units[u.Parent])
		}
		w.units[u.Name] = f.done()
		w.directory.add(w.units[u.Name], "Name")
		w.ready(w.units[u.Name])
	}
}

// makePlaces makes the locations.
func (w *world) makePlaces() {
	key := w.keys("Location")
	for i, l := range w.org.Locations {
		fields := []string{"Address1", l.Street, "City", l.City, "Zip", l.Zip, "Country", l.Country, "Region", l.Region,
			"TimeZone", l.Zone, "Phone", l.Phone, "Description", l.Description}
		e, ok := w.change("Location", "Name", l.Name, fields...)
		if !ok {
			at := founded + int64(i)
			e = w.form("Location", key(at), at, automat).texts("Name", l.Name).texts(fields...).done()
			w.directory.add(e, "Name")
			w.ready(e)
		}
		w.places = append(w.places, &place{e, l.Name, l.Zone, l.Phone, l.Region, l.City, l.Zip, l.Country, l.Street, l.Share})
	}
}

// makeDepartments makes the departments without their records: those name the heads.
func (w *world) makeDepartments() {
	key := w.keys("Department")
	for i, d := range w.org.Departments {
		dep := &department{name: d.Name, code: d.Code, unit: w.units[d.Unit], text: i}
		if was, ok := w.directory[[3]string{"Department", "Name", strings.ToLower(d.Name)}]; ok {
			dep.id = was.id()
		} else {
			dep.id = key(founded + int64(i))
		}
		w.departments[d.Name] = dep
	}
}

// finishDepartments makes the records of departments.
func (w *world) finishDepartments() {
	for i, text := range w.org.Departments {
		d := w.departments[text.Name]
		fields := []string{"DepartmentCode", d.code, "CostCenter", costCentre(i), "Description", "Headed by " + d.head.display}
		if _, ok := w.change("Department", "Name", d.name, append(fields, "OrgUnitLink_RecID", d.unit.id(), "ManagerLink_RecID", d.head.id)...); ok {
			continue
		}
		f := w.form("Department", d.id, founded+int64(i), automat).texts("Name", d.name).texts(fields...)
		w.ready(f.link("OrgUnitLink", d.unit).link("ManagerLink", d.head.entity).done())
	}
}

func costCentre(department int) string {
	return string([]byte{'4' + byte(department/9), '1' + byte(department%9), '0', '0'})
}

// nameTeams makes the teams known by name; their records name the leads and come later.
func (w *world) nameTeams() {
	key := w.keys("StandardUserTeam")
	for i, text := range w.org.Teams {
		t := &team{name: text.Name, text: text}
		w.teams[text.Name] = t
		var ok bool
		if t.entity, ok = w.directory[[3]string{"StandardUserTeam", "Team", strings.ToLower(t.name)}]; ok {
			t.stock = true
			continue
		}
		at := founded + int64(i)
		t.entity = w.form("StandardUserTeam", key(at), at, automat).texts("Team", t.name, "Description", text.Description).done()
		w.directory.add(t.entity, "Team")
	}
}

// finishTeams makes the records of teams, whose leads are known.
func (w *world) finishTeams() {
	for i, text := range w.org.Teams {
		t := w.teams[text.Name]
		unit := w.departments[text.Department].unit
		fields := []string{"TeamEmail", slug(t.name) + "@" + domain, "TeamManager", t.members[0].login, "Phone", fmt.Sprintf("%s 99%02d", w.places[0].phone, i)}
		if t.stock {
			t.entity, _ = w.change("StandardUserTeam", "Team", t.name, append(fields, "OrgUnitLink_RecID", unit.id())...)
			continue
		}
		f := &form{t.entity, w.directory, make([]bool, len(t.r))}
		t.entity = f.texts(fields...).link("OrgUnitLink", unit).done()
		w.directory.add(t.entity, "Team")
		w.ready(t.entity)
	}
}
