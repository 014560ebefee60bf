package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/record"
)

// item is a configuration item.
type item struct {
	entity
	name, model string
	owner       *person
	place       *place
}

// itemForm is a configuration item before it has its key.
type itemForm struct {
	object, name string
	created      int64
	place        *place
	owner        *person
	fill         func(f *form)
	item         *item
}

// makeItems makes computers and phones of people, servers, network devices, printers, software and further services.
func (w *world) makeItems() {
	r := chance("items")
	var all []*itemForm
	add := func(object, name string, where *place, owner *person, fill func(f *form)) *item {
		i := &item{name: name, owner: owner, place: where}
		at := founded + hour + int64(len(all))
		if owner != nil && owner.hired > founded {
			at = owner.hired - 2*day + int64(len(all)) // it is ready on the first day
		}
		all = append(all, &itemForm{object, name, at, where, owner, fill, i})
		return i
	}
	w.makeServices(add)
	w.makeComputers(r, add)
	w.makeInfrastructure(r, add)
	slices.SortStableFunc(all, func(a, b *itemForm) int { return int(a.created - b.created) })
	key := w.keys("CI")
	for _, x := range all {
		f := w.form(x.object, key(x.created), x.created, automat).texts("Name", x.name)
		if x.place != nil {
			f.texts("Location", x.place.name).link("LocationLink", x.place.entity)
		}
		if x.owner != nil {
			f.link("OwnerLink", x.owner.entity).texts("OrganizationalUnit", x.owner.dep.unit.text("Name"))
		}
		x.fill(f)
		x.item.entity = f.done()
		w.ready(x.item.entity)
		if x.object == "CI#Service" {
			w.directory.add(x.item.entity, "Name")
		}
	}
}

type adding func(object, name string, where *place, owner *person, fill func(f *form)) *item

// services are the owners of stock services, by team; further ones are made.
var serviceTeams = [][2]string{
	{"Service Desk", "Service Desk"}, {"Desktop Service", "Desktop Support"}, {"Application Service", "Application Support"}, {"Network Service", "Network Operations"},
	{"Email Service", "Messaging and Collaboration"}, {"Identity Service", "Identity and Access"}, {"Printing Service", "Print Services"}, {"Telephony Service", "Telephony"},
	{"Security Service", "Security Operations"}, {"File Service", "Storage and Backup"}, {"Backup Service", "Storage and Backup"}, {"Database Service", "Database Administration"},
	{"ERP", "ERP Competence Centre"}, {"Infrastructure Service", "Server Operations"}, {"Mobile Device Service", "Mobile Devices"}, {"HR Service", "HR Service Centre"},
	{"Facilities Service", "Facilities Management"}, {"Patient Record", "Clinical Applications"}, {"Laboratory System", "Clinical Applications"}, {"Image Archive", "Clinical Applications"},
	{"Duty Roster", "Application Support"}, {"Intranet", "Application Support"}, {"Cloud Platform", "Cloud Platform"}, {"Medical Device Network", "Medical Devices"},
	{"Monitoring Service", "Monitoring"}, {"Time Recording", "HR Service Centre"}, {"Research Data Platform", "Cloud Platform"},
}

func (w *world) makeServices(add adding) {
	for _, s := range serviceTeams {
		t := w.teams[s[1]]
		owner := []string{"Owner", t.members[0].login, "OwnerTeam", t.name, "HoursOfOperation", "24x7"}
		if _, ok := w.change("CI#Service", "Name", s[0], owner...); ok {
			continue
		}
		add("CI#Service", s[0], nil, nil, func(f *form) {
			f.texts(owner...).texts("Criticality", "High", "Environment", "Production", "Description", s[0]+", run by "+t.name)
		})
	}
}

// makeComputers gives computers to those who sit at a desk, and phones to some.
func (w *world) makeComputers(r *rand.Rand, add adding) {
	for n, p := range w.people {
		if p.left > 0 && r.IntN(3) > 0 || len(w.computers) == 430 {
			continue
		}
		name := fmt.Sprintf("NW-%s-%05d", map[bool]string{true: "LT", false: "PC"}[n%4 != 0], 10100+n)
		model := pick(r, w.words["models"])
		age := r.Int64N(4 * 365)
		computer := add("CI#Computer", name, p.place, p, func(f *form) {
			bought := max(f.r[record.FieldCreatedDateTime].Num-age*day, founded-4*365*day)
			f.texts("HostName", name, "Model", model, "Manufacturer", maker(model), "SerialNumber", fmt.Sprintf("5CD%07d", 1300000+n*37), "AssetTag", fmt.Sprint("A", 40000+n),
				"AssignedOS", "Windows 11 Enterprise", "OSVersion", []string{"10.0.22631", "10.0.26100", "10.0.22631", "10.0.26100"}[n%4], "IPAddress", fmt.Sprintf("10.%d.%d.%d", 20+n%12, n/200, 10+n%200),
				"MACAddress", fmt.Sprintf("3C:52:82:%02X:%02X:%02X", n%251, n/251, n%17), "LoginName", p.login, "ChassisType", map[bool]string{true: "Laptop", false: "Desktop"}[n%4 != 0],
				"DomainName", directoryDomain, "DNSName", strings.ToLower(name)+"."+directoryDomain,
				"DistinguishedName", distinguished(name, "Workplaces"), "BIOSVersion", fmt.Sprintf("1.%d.%d", 12+n%9, n%4),
				"ProcessorName", []string{"Intel Core i5-1345U", "Intel Core i7-1365U", "AMD Ryzen 7 PRO 7840U"}[n%3], "CostCenter", costCentre(p.dep.text), "Supplier", "Northwind IT Leasing").
				number("MemoryMB", []int64{16384, 16384, 32768}[n%3]).number("DiskGB", []int64{256, 512, 1024}[n%3]).number("ProcessorCount", 1).
				time("PurchaseDate", bought).time("WarrantyExpirationDate", bought+4*365*day).time("LastScanDateTime", end-int64(n%50)*hour).money("PurchasePrice", 900+int64(n%5)*100)
			if p.left > 0 {
				f.texts("Status", "In Stock")
			}
		})
		computer.model = model
		p.computer = computer
		w.computers = append(w.computers, computer)
		if n%10 == 3 && p.left == 0 {
			add("CI#MobileDevice", fmt.Sprintf("NW-MD-%04d", 2000+n), p.place, p, func(f *form) {
				f.texts("Model", []string{"iPhone 15", "iPhone 16e", "Galaxy A55", "Pixel 9a"}[n%4], "SerialNumber", fmt.Sprintf("MD%08d", 70000000+n*91), "PhoneNumber", p.mobile,
					"IMEI", fmt.Sprintf("35%013d", 8000000000000+int64(n)*7919), "Carrier", "Northtel", "AssignedOS", []string{"iOS 18", "iOS 18", "Android 15", "Android 15"}[n%4])
			})
		}
	}
}

// directoryDomain is the domain that computers are members of.
const directoryDomain = "nwh.example"

// distinguished is where a computer stands in the directory.
func distinguished(name, unit string) string {
	return "CN=" + name + ",OU=" + unit + ",DC=nwh,DC=example"
}

func maker(model string) string {
	switch model[0] {
	case 'L':
		return "Dell"
	case 'E':
		return "HP"
	case 'S':
		return "Microsoft"
	}
	return "Lenovo"
}

// makeInfrastructure makes what belongs to nobody in particular.
func (w *world) makeInfrastructure(r *rand.Rand, add adding) {
	roles := [][3]string{{"sql", "Database Administration", "Database server"}, {"app", "Application Support", "Application server"}, {"file", "Storage and Backup", "File server"},
		{"print", "Print Services", "Print server"}, {"web", "Application Support", "Web server"}, {"sap", "ERP Competence Centre", "SAP application server"},
		{"lab", "Clinical Applications", "Laboratory interface"}, {"dc", "Identity and Access", "Directory server"}, {"mon", "Monitoring", "Monitoring server"}, {"bkp", "Storage and Backup", "Backup server"}}
	centre := w.places[2]
	for n := range 75 {
		role := roles[n%len(roles)]
		name := fmt.Sprintf("srv-fra-%s%02d", role[0], 1+n/len(roles))
		w.servers = append(w.servers, add("CI#Computer", name, centre, nil, func(f *form) {
			system := n % 3
			f.texts("HostName", name+".nwh.example", "AssignedOS", []string{"Windows Server 2022", "Debian 12", "Red Hat Enterprise Linux 9"}[system], "ChassisType", "Server",
				"OSVersion", []string{"10.0.20348", "12.11", "9.6"}[system], "DomainName", directoryDomain, "DNSName", name+"."+directoryDomain, "DistinguishedName", distinguished(name, "Servers"),
				"MACAddress", fmt.Sprintf("00:50:56:8A:%02X:%02X", n/len(roles), n), "LoginName", "svc-"+role[0], "ProcessorName", "Intel Xeon Gold 6430",
				"Description", role[2], "IPAddress", fmt.Sprintf("10.10.%d.%d", n%8, 20+n), "OwnerTeam", role[1], "Criticality", []string{"High", "Mission Critical", "Medium"}[n%3],
				"Environment", []string{"Production", "Production", "Test"}[n%3]).flag("IsVirtual", n%5 != 0).number("MemoryMB", 16384<<(n%3)).number("DiskGB", 250<<(n%4)).number("ProcessorCount", int64(2+n%7)).
				time("LastScanDateTime", end-int64(n%20)*hour)
			if n%5 != 0 {
				f.texts("Model", "VMware Virtual Platform", "Manufacturer", "VMware", "SerialNumber", fmt.Sprintf("VMware-42 1a %02x %02x", n, 255-n), "BIOSVersion", "VMW71.00V")
			} else {
				f.texts("Model", "PowerEdge R660", "Manufacturer", "Dell", "SerialNumber", fmt.Sprintf("7FR%04d", 1200+n*41), "BIOSVersion", "2.4.4", "AssetTag", fmt.Sprint("S", 7000+n))
			}
		}))
	}
	for n := range 60 {
		where := w.places[[]int{0, 4, 5, 6, 7, 8, 9, 10}[n%8]]
		kind, model := "ap", "Aruba AP-635"
		if n%3 == 0 {
			kind, model = "sw", "Catalyst 9300-48P"
		}
		name := fmt.Sprintf("%s-%s-%02d", kind, letters(where.city)[:3], 1+n/3)
		device := add("CI#NetworkDevice", name, where, nil, func(f *form) {
			f.texts("Model", model, "HostName", name+".net.nwh.example", "IPAddress", fmt.Sprintf("10.0.%d.%d", n%8, 10+n), "OwnerTeam", "Network Operations",
				"SerialNumber", fmt.Sprintf("FCW%06d", 210000+n*13), "Firmware", "17.9.4", "Criticality", "High").number("PortCount", map[string]int64{"ap": 2, "sw": 48}[kind])
		})
		if kind == "ap" {
			w.devices = append(w.devices, device)
		}
	}
	for n := range 55 {
		where := w.places[[]int{0, 1, 4, 4, 5, 5, 6, 7, 8, 9, 10, 11}[n%12]]
		name := fmt.Sprintf("PRN-%s-%02d", []string{"HAM", "VIE", "NOR", "NOR", "SOU", "SOU", "ZRH", "RTM", "DUB", "LBA", "POZ", "OPO"}[n%12], 1+n/2)
		w.printers = append(w.printers, add("CI#Printer", name, where, nil, func(f *form) {
			f.texts("Model", []string{"LaserJet M507", "WorkForce C579", "bizhub C300i"}[n%3], "QueueName", `\\srv-fra-print01\`+name, "IPAddress", fmt.Sprintf("10.30.%d.%d", n%12, 20+n),
				"SerialNumber", fmt.Sprintf("PHB%06d", 550000+n*29), "OwnerTeam", "Print Services", "BuildingAndFloor", w.words["floor"][n%len(w.words["floor"])]).
				flag("IsColor", n%3 != 0).number("PageCount", 12000+r.Int64N(90000))
		}))
	}
	for n, name := range []string{"Windows 11 Enterprise", "Microsoft 365 Apps", "SAP S/4HANA", "SAP GUI 8.00", "Adobe Acrobat", "Citrix Workspace", "Visio", "Project", "SPSS Statistics", "AutoCAD LT",
		"DICOM viewer", "Endpoint protection", "VPN client", "Backup agent", "SQL Server 2022", "PostgreSQL 16", "Debian 12", "Red Hat Enterprise Linux 9", "Duty roster client", "Laboratory system client",
		"Patient record client", "Speech recognition", "PDF signing tool", "Monitoring agent"} {
		add("CI#Software", name, nil, nil, func(f *form) {
			f.texts("OwnerTeam", "Procurement", "Version", fmt.Sprintf("%d.%d", 1+n%24, n%10)).number("LicenceCount", int64(50+n*37%600)).time("LicenceExpirationDate", end+int64(30+n*29)*day)
		})
	}
}
