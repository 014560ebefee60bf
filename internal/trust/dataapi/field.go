package dataapi

import (
	"strings"

	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/trust/dataapi/filter"
)

// field is one value of a document. The kind is that of the record's field; a GUID is shown of a RecId or a link.
type field struct {
	path string // "OS/Version"
	kind filter.Kind
	of   string // the field of the record
}

// set is one collection of the API.
type set struct {
	name     string // last segment of its path
	object   string // whose records the rows are
	typeName string // in the metadata
	key      string // path of the id
	builtIn  string // the field whose value tells the program's own account, which is left out; empty: there is none
	fields   []field
	standard []string // paths of the answer to a request without $select
	folded   []string // the fields' paths, to be compared
	usual    []bool   // the fields of standard
	paths    map[string]int
	tree     *branch
}

// devices are the computers. Names and nesting are those that clients of the original select (spec/trust.md section 15.2).
var devices = newSet(set{
	name: "devices", object: "CI#Computer", typeName: "device", key: "DiscoveryId",
	standard: []string{"DisplayName", "DiscoveryId", "DeviceName", "Network/TCPIP/Address", "OS/Name", "OS/Version", "System/Model"},
	fields: []field{
		{"DiscoveryId", filter.GUID, "RecId"},
		{"DisplayName", filter.Text, "Name"},
		{"DeviceName", filter.Text, "Name"},
		{"DeviceId", filter.Text, "DeviceId"},
		{"ExternalSourceId", filter.Text, "ExternalReference"},
		{"Type", filter.Text, "CIType"},
		{"Category", filter.Text, "Category"},
		{"Description", filter.Text, "Description"},
		{"Status", filter.Text, "Status"},
		{"Criticality", filter.Text, "Criticality"},
		{"Environment", filter.Text, "Environment"},
		{"LastScanDateTime", filter.Time, "LastScanDateTime"},
		{"CreatedDateTime", filter.Time, "CreatedDateTime"},
		{"LastModDateTime", filter.Time, "LastModDateTime"},
		{"Network/TCPIP/HostName", filter.Text, "HostName"},
		{"Network/TCPIP/Address", filter.Text, "IPAddress"},
		{"Network/TCPIP/DNSName", filter.Text, "DNSName"},
		{"Network/TCPIP/DomainName", filter.Text, "DomainName"},
		{"Network/TCPIP/BoundAdapter/PhysicalAddress", filter.Text, "MACAddress"},
		{"OS/Name", filter.Text, "AssignedOS"},
		{"OS/DisplayName", filter.Text, "AssignedOS"},
		{"OS/Version", filter.Text, "OSVersion"},
		{"OS/PatchMethod", filter.Text, "OSSWPatchMgtMethod"},
		{"System/Model", filter.Text, "Model"},
		{"System/Manufacturer", filter.Text, "Manufacturer"},
		{"System/SerialNumber", filter.Text, "SerialNumber"},
		{"System/AssetTag", filter.Text, "AssetTag"},
		{"System/ChassisType", filter.Text, "ChassisType"},
		{"System/IsVirtual", filter.Bool, "IsVirtual"},
		{"System/BIOS/Version", filter.Text, "BIOSVersion"},
		{"System/Processor/Name", filter.Text, "ProcessorName"},
		{"System/Processor/Count", filter.Number, "ProcessorCount"},
		{"System/Memory/TotalMB", filter.Number, "MemoryMB"},
		{"System/Disk/TotalGB", filter.Number, "DiskGB"},
		{"ActiveDirectory/DistinguishedName", filter.Text, "DistinguishedName"},
		{"LDAPUser/PrimaryOwner/LDAPName", filter.Text, "LoginName"},
		{"Owner/PersonId", filter.GUID, "OwnerLink"},
		{"Owner/LoginName", filter.Text, "Owner"},
		{"Owner/Email", filter.Text, "OwnerEmail"},
		{"Owner/Team", filter.Text, "OwnerTeam"},
		{"Location/Name", filter.Text, "Location"},
		{"Location/BuildingAndFloor", filter.Text, "BuildingAndFloor"},
		{"Location/OrganizationalUnit", filter.Text, "OrganizationalUnit"},
		{"Purchase/Date", filter.Time, "PurchaseDate"},
		{"Purchase/Price", filter.Decimal, "PurchasePrice"},
		{"Purchase/Currency", filter.Text, "PurchasePrice_Currency"},
		{"Purchase/Supplier", filter.Text, "Supplier"},
		{"Purchase/OrderNumber", filter.Text, "PurchaseOrderNumber"},
		{"Purchase/CostCenter", filter.Text, "CostCenter"},
		{"Purchase/WarrantyExpirationDate", filter.Time, "WarrantyExpirationDate"},
	},
})

// persons are the employees.
var persons = newSet(set{
	name: "people", object: "Employee", typeName: "person", key: "PersonId", builtIn: "LoginID",
	standard: []string{"PersonId", "DisplayName", "FirstName", "LastName", "Email", "Phone", "Title", "Department", "Location/Name", "Status"},
	fields: []field{
		{"PersonId", filter.GUID, "RecId"},
		{"DisplayName", filter.Text, "DisplayName"},
		{"FirstName", filter.Text, "FirstName"},
		{"MiddleName", filter.Text, "MiddleName"},
		{"LastName", filter.Text, "LastName"},
		{"LoginName", filter.Text, "LoginID"},
		{"Email", filter.Text, "PrimaryEmail"},
		{"SecondaryEmail", filter.Text, "SecondaryEmail"},
		{"Phone", filter.Text, "Phone"},
		{"MobilePhone", filter.Text, "MobilePhone"},
		{"Title", filter.Text, "Title"},
		{"EmployeeNumber", filter.Text, "EmployeeNumber"},
		{"Department", filter.Text, "Department"},
		{"DepartmentCode", filter.Text, "DepartmentCode"},
		{"CostCenter", filter.Text, "CostCenter"},
		{"OrganizationalUnit", filter.Text, "OrgUnit"},
		{"Team", filter.Text, "Team"},
		{"Status", filter.Text, "Status"},
		{"IsDisabled", filter.Bool, "Disabled"},
		{"IsManager", filter.Bool, "IsManager"},
		{"IsVIP", filter.Bool, "IsVIP"},
		{"Language", filter.Text, "Language"},
		{"TimeZone", filter.Text, "TimeZone"},
		{"HireDate", filter.Time, "HireDate"},
		{"TerminationDate", filter.Time, "TerminationDate"},
		{"ExternalSourceId", filter.Text, "ExternalReference"},
		{"CreatedDateTime", filter.Time, "CreatedDateTime"},
		{"LastModDateTime", filter.Time, "LastModDateTime"},
		{"LDAPUser/LDAPName", filter.Text, "NetworkUserName"},
		{"LDAPUser/IsEnabled", filter.Bool, "IsLDAPUserAccountEnabled"},
		{"Manager/PersonId", filter.GUID, "ManagerLink"},
		{"Manager/Email", filter.Text, "ManagerEmail"},
		{"Location/Name", filter.Text, "EmployeeLocation"},
		{"Location/Street", filter.Text, "Address1"},
		{"Location/City", filter.Text, "City"},
		{"Location/State", filter.Text, "State"},
		{"Location/Zip", filter.Text, "Zip"},
		{"Location/Country", filter.Text, "Country"},
	},
})

// branch is an inner node of a document's tree, or a leaf.
type branch struct {
	name string
	key  []byte // `"name":`
	leaf int    // index of the field; -1 for an inner node
	kids []*branch
}

func newSet(s set) *set {
	s.paths, s.tree = make(map[string]int, len(s.fields)), &branch{leaf: -1}
	for i, f := range s.fields {
		own := literal.Fold(f.path)
		s.folded = append(s.folded, own)
		s.paths[own] = i
		s.tree.plant(strings.Split(f.path, "/"), i)
	}
	s.usual = make([]bool, len(s.fields))
	for _, path := range s.standard {
		s.under(path, s.usual)
	}
	return &s
}

// plant adds the leaf i below a path. Paths that begin alike follow one another in the table, so that the last kid is theirs.
func (b *branch) plant(path []string, i int) {
	if n := len(b.kids); n == 0 || b.kids[n-1].name != path[0] || len(path) == 1 {
		b.kids = append(b.kids, &branch{name: path[0], key: []byte(`"` + path[0] + `":`), leaf: -1})
	}
	kid := b.kids[len(b.kids)-1]
	if len(path) == 1 {
		kid.leaf = i
		return
	}
	kid.plant(path[1:], i)
}

// under marks what a path of $select chooses, a field or all of a subtree, and reports whether there is any such.
func (s *set) under(path string, chosen []bool) (known bool) {
	path = literal.Fold(path)
	below := path + "/"
	for i, own := range s.folded {
		if own == path || strings.HasPrefix(own, below) {
			chosen[i], known = true, true
		}
	}
	return known
}

// kinds are how the record engine stores what the API shows.
var kinds = map[filter.Kind]record.Kind{filter.Text: record.Text, filter.GUID: record.Text, filter.Number: record.Number,
	filter.Decimal: record.Decimal, filter.Bool: record.Bool, filter.Time: record.Time}

// positions finds the fields of a set in a type: by index into the set, the position in the type, or -1 for a field that the
// tenant's definition does not have as it is meant here. Such a value is null.
func (s *set) positions(t *record.Type) []int {
	out := make([]int, len(s.fields))
	for i, f := range s.fields {
		out[i] = -1
		if at, _, ok := t.Lookup(f.of); ok && t.Fields[at].Kind == kinds[f.kind] {
			out[i] = at
		}
	}
	return out
}
