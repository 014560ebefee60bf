package dataapi

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/role"
)

// some are four computers and a printer, which is no device of this API.
func (f *fixture) some() (ids []string) {
	add := func(pairs ...any) {
		row := f.create(f.one, "CI#Computer", pairs...)
		s := strings.ToLower(row.RecID)
		ids = append(ids, s[:8]+"-"+s[8:12]+"-"+s[12:16]+"-"+s[16:20]+"-"+s[20:])
	}
	add("Name", "LT-001", "HostName", "lt-001", "IPAddress", "10.1.2.3", "MACAddress", "3C:52:82:00:00:01", "AssignedOS", "Windows 11 Enterprise", "OSVersion", "10.0.22631",
		"Model", "Latitude 5450", "Manufacturer", "Dell", "SerialNumber", "5CD1", "ChassisType", "Laptop", "LoginName", "mbauer", "DistinguishedName", "CN=LT-001,DC=nwh,DC=example",
		"MemoryMB", int64(16384), "PurchasePrice", "900.50", "PurchaseDate", "2025-06-01", "LastScanDateTime", "2026-02-28T10:00:00Z")
	add("Name", "LT-002", "HostName", "lt-002", "AssignedOS", "Windows 10 Pro", "MemoryMB", int64(8192), "Model", "O'Neill's \"best\"")
	add("Name", "srv-ÄÖ", "AssignedOS", "Debian 12", "IsVirtual", true, "MemoryMB", int64(32768), "PurchaseDate", "2024-06-01T23:00:00Z")
	add("Name", "100%_a")
	f.create(f.one, "CI#Printer", "Name", "PRN-1")
	f.create(f.two, "CI#Computer", "Name", "of the other tenant")
	return ids
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.tb = t
		ids := f.some()
		if p := f.get("csm", base+"devices"); p.Status != 200 || *p.Count != 4 || len(p.Value) != 4 {
			t.Fatalf("devices: %d %.300s", p.Status, p.body)
		}
		standard := map[string]any{"DisplayName": "LT-001", "DiscoveryId": ids[0], "DeviceName": "LT-001", "Network": map[string]any{"TCPIP": map[string]any{"Address": "10.1.2.3"}},
			"OS": map[string]any{"Name": "Windows 11 Enterprise", "Version": "10.0.22631"}, "System": map[string]any{"Model": "Latitude 5450"}}
		for sel, want := range map[string]map[string]any{
			"":  standard,
			",": standard,
			"DisplayName,OS/Version,System/ChassisType,Network/TCPIP/HostName,Network/TCPIP/BoundAdapter/PhysicalAddress,ActiveDirectory/DistinguishedName,LDAPUser/PrimaryOwner/LDAPName": {
				"DisplayName": "LT-001", "OS": map[string]any{"Version": "10.0.22631"}, "System": map[string]any{"ChassisType": "Laptop"},
				"Network":         map[string]any{"TCPIP": map[string]any{"HostName": "lt-001", "BoundAdapter": map[string]any{"PhysicalAddress": "3C:52:82:00:00:01"}}},
				"ActiveDirectory": map[string]any{"DistinguishedName": "CN=LT-001,DC=nwh,DC=example"}, "LDAPUser": map[string]any{"PrimaryOwner": map[string]any{"LDAPName": "mbauer"}}},
			" os/version , DISPLAYNAME,displayname": {"DisplayName": "LT-001", "OS": map[string]any{"Version": "10.0.22631"}},
			"Network": {"Network": map[string]any{"TCPIP": map[string]any{"HostName": "lt-001", "Address": "10.1.2.3", "DNSName": nil, "DomainName": nil,
				"BoundAdapter": map[string]any{"PhysicalAddress": "3C:52:82:00:00:01"}}}},
			"System/Memory,Purchase/Price,Purchase/Date,System/IsVirtual,Owner/PersonId": {"System": map[string]any{"IsVirtual": false, "Memory": map[string]any{"TotalMB": 16384.0}},
				"Owner": map[string]any{"PersonId": nil}, "Purchase": map[string]any{"Date": "2025-06-01T00:00:00Z", "Price": 900.5}},
			"No/Such,OS/": {},
		} {
			p := f.get("csm", base+"devices"+options("$select", sel, "$filter", "DiscoveryId eq '"+ids[0]+"'"))
			if p.Status != 200 || len(p.Value) != 1 {
				t.Errorf("$select %s: %d %.300s", sel, p.Status, p.body)
			} else if diff := cmp.Diff(want, p.Value[0]); diff != "" {
				t.Errorf("$select %s:\n%s", sel, diff)
			}
		}
		all := f.get("csm", base+"devices"+options("$select", "*", "$top", "1"))
		for _, field := range devices.fields {
			at := any(all.Value[0])
			for name := range strings.SplitSeq(field.path, "/") {
				m, _ := at.(map[string]any)
				at = m[name]
				if _, there := m[name]; !there {
					t.Errorf("$select * lacks %s", field.path)
					break
				}
			}
		}
	})
}

func TestPeople(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.tb = t
		chief := f.create(f.one, "Employee", "LoginID", "chief", "FirstName", "Carla", "LastName", "Chief", "DisplayName", "Carla Chief", "PrimaryEmail", "chief@example.com", "Status", "Active")
		f.create(f.one, "Employee", "LoginID", "mbauer", "FirstName", "Maria", "LastName", "Bauer", "DisplayName", "Maria Bauer", "PrimaryEmail", "mb@example.com", "Phone", "+49 1",
			"Title", "Engineer", "Department", "IT", "EmployeeLocation", "Head Office", "Status", "Active", "ManagerLink", chief.RecID)
		p := f.get("csm", base+"people"+options("$filter", "Manager/PersonId eq "+dashed(chief.RecID), "$select", "DisplayName,Email,Phone,Title,Department,Location/Name,Manager/PersonId,Status,FirstName,LastName"))
		want := []map[string]any{{"DisplayName": "Maria Bauer", "FirstName": "Maria", "LastName": "Bauer", "Email": "mb@example.com", "Phone": "+49 1", "Title": "Engineer",
			"Department": "IT", "Status": "Active", "Location": map[string]any{"Name": "Head Office"}, "Manager": map[string]any{"PersonId": dashed(chief.RecID)}}}
		if diff := cmp.Diff(want, p.Value); diff != "" {
			t.Errorf("%.300s\n%s", p.body, diff)
		}
	})
}

// TestTheProgramsOwnAccountIsNoPerson: what would be listed beside the people of the tenant is neither a row nor counted.
func TestTheProgramsOwnAccountIsNoPerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.tb = t
		names := func(more ...string) string {
			t.Helper()
			var out []string
			p := f.get("csm", base+"people"+options(append(more, "$select", "LoginName", "$top", "1")...))
			first := *p.Count
			for range 5 {
				for _, v := range p.Value {
					out = append(out, v["LoginName"].(string))
				}
				if p.Next == "" {
					break
				}
				p = f.get("csm", f.follow(p.Next))
			}
			if int(first) != len(out) || p.Count == nil || *p.Count != first {
				t.Errorf("%v: counted %d, then %d, listed %d", more, first, *p.Count, len(out))
			}
			return strings.Join(out, " ")
		}
		f.create(f.one, "Employee", "LoginID", "anna", "Status", "Active")
		if got := names(); got != "anna" { // the account came with the tenant
			t.Errorf("all: %s", got)
		}
		f.create(f.one, "Employee", "LoginID", "bert", "Status", "Active")
		f.create(f.one, "Employee", "DisplayName", "No Login", "LastName", "Login", "Status", "Active")
		if got := names("$filter", "Status eq 'Active' and LoginName ne null"); got != "anna bert" {
			t.Errorf("filtered: %s", got)
		}
		if got := names("$filter", "LoginName eq 'internalservices' or LoginName eq 'bert'"); got != "bert" {
			t.Errorf("by its name: %s", got)
		}
		if p := f.get("csm", base+"people"); *p.Count != 3 || len(p.Value) != 3 {
			t.Errorf("%d, %d rows", *p.Count, len(p.Value))
		}
	})
}

func dashed(recID string) string {
	return strings.Trim(string(appendGUID(nil, []byte(`"`+recID+`"`))), `"`)
}

func TestFilters(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.tb = t
		ids := f.some()
		for text, want := range map[string]string{
			"DisplayName eq 'lt-001'":                                      "LT-001",
			"'LT-001' eq DisplayName":                                      "LT-001",
			"displayname EQ 'LT-001'":                                      "LT-001",
			"not (DisplayName eq 'LT-001')":                                "100%_a LT-002 srv-ÄÖ",
			"contains(OS/DisplayName, 'Windows')":                          "LT-001 LT-002",
			"contains(tolower(OS/Name),'WINDOWS') eq true":                 "LT-001 LT-002",
			"contains(OS/Name,'Windows') eq false":                         "100%_a srv-ÄÖ",
			"not contains(OS/Name,'Windows')":                              "100%_a srv-ÄÖ",
			"startswith(DisplayName,'LT-')":                                "LT-001 LT-002",
			"startswith(DisplayName,'SRV-ä')":                              "srv-ÄÖ",
			"endswith(DisplayName,'2')":                                    "LT-002",
			"endswith(DisplayName,'xxxxxxxxxx2')":                          "",
			"contains(DisplayName,'%')":                                    "100%_a",
			"contains(DisplayName,'_')":                                    "100%_a",
			"contains(DisplayName,'')":                                     "100%_a LT-001 LT-002 srv-ÄÖ",
			"contains(OS/Name,'')":                                         "LT-001 LT-002 srv-ÄÖ",
			"System/Model eq 'o''neill''s \"BEST\"'":                       "LT-002",
			"OS/Name eq null":                                              "100%_a",
			"OS/Name eq ''":                                                "100%_a",
			"OS/Name ne null":                                              "LT-001 LT-002 srv-ÄÖ",
			"OS/Name ne 'Debian 12'":                                       "100%_a LT-001 LT-002",
			"not (OS/Name ne 'Debian 12')":                                 "srv-ÄÖ",
			"not not OS/Name eq 'Debian 12'":                               "srv-ÄÖ",
			"System/Memory/TotalMB gt 8192":                                "LT-001 srv-ÄÖ",
			"System/Memory/TotalMB ge 8192.5":                              "LT-001 srv-ÄÖ",
			"System/Memory/TotalMB lt 8192.5":                              "LT-002",
			"System/Memory/TotalMB eq 8192.5":                              "",
			"not (System/Memory/TotalMB le 8192)":                          "100%_a LT-001 srv-ÄÖ",
			"8192 lt System/Memory/TotalMB":                                "LT-001 srv-ÄÖ",
			"Purchase/Price eq 900.5":                                      "LT-001",
			"Purchase/Price gt 900.4 and Purchase/Price lt 900.6":          "LT-001",
			"System/IsVirtual":                                             "srv-ÄÖ",
			"System/IsVirtual eq true":                                     "srv-ÄÖ",
			"not System/IsVirtual":                                         "100%_a LT-001 LT-002",
			"System/IsVirtual ne true":                                     "100%_a LT-001 LT-002",
			"Purchase/Date ge 2025-01-01":                                  "LT-001",
			"Purchase/Date ge 2024-06-02T01:00:00+02:00":                   "LT-001 srv-ÄÖ",
			"Purchase/Date gt 2024-06-02T01:00:00 02:00":                   "LT-001",
			"Purchase/Date gt '2024-06-02'":                                "LT-001",
			"Purchase/Date eq null":                                        "100%_a LT-002",
			"DiscoveryId eq '" + ids[1] + "'":                              "LT-002",
			"DiscoveryId eq " + strings.ToUpper(ids[1]):                    "LT-002",
			"DiscoveryId eq '" + strings.ReplaceAll(ids[1], "-", "") + "'": "LT-002",
			"DiscoveryId eq 'no id'":                                       "",
			"DiscoveryId ne 'no id'":                                       "100%_a LT-001 LT-002 srv-ÄÖ",
			"startswith(DiscoveryId,'" + ids[2] + "')":                     "srv-ÄÖ",
			"(DisplayName eq 'LT-001' or DisplayName eq 'LT-002') and DisplayName ne 'LT-002'": "LT-001",
			"DisplayName eq 'LT-001' or DisplayName eq 'LT-002' and false":                     "LT-001",
			"DisplayName ge 'lt' and DisplayName lt 'm'":                                       "LT-001 LT-002",
			"System/Model eq 'x' or not (System/Model eq 'x')":                                 "100%_a LT-001 LT-002 srv-ÄÖ",
			"Owner/PersonId eq null":                                                           "100%_a LT-001 LT-002 srv-ÄÖ",
			" ":                                                                                "100%_a LT-001 LT-002 srv-ÄÖ",
		} {
			p := f.get("csm", base+"devices"+options("$filter", text, "$select", "DisplayName"))
			if got := namesOf(p); p.Status != 200 || got != want || *p.Count != int64(len(p.Value)) {
				t.Errorf("%s: %d, %q, want %q: %.300s", text, p.Status, got, want, p.body)
			}
		}
		if p := f.get("csm", base+"devices"+options("$filter", "contains(DiscoveryId,'"+ids[2][20:]+"')")); namesOf(p) != "srv-ÄÖ" {
			t.Errorf("a part of a DiscoveryId: %.300s", p.body)
		}
	})
}

func namesOf(p page) string {
	var names []string
	for _, row := range p.Value {
		names = append(names, fmt.Sprint(row["DisplayName"]))
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.tb = t
		f.some()
		bad := map[string]string{}
		for _, text := range []string{"DisplayName eq", "DisplayName", "DisplayName eq 'x", "eq 'x'", "(DisplayName eq 'x'", "DisplayName eq 'x')", "DisplayName is 'x'", "Nothing eq 'x'", "OS eq 'x'",
			"DisplayName eq OS/Name", "'a' eq 'a'", "'a'", "System/IsVirtual gt true", "System/Memory/TotalMB eq 'many'", "System/Memory/TotalMB eq 99999999999999999999", "Purchase/Date gt 'soon'",
			"Purchase/Date gt 2026-02-31", "contains(System/Memory/TotalMB,'1')", "contains('x',DisplayName)", "substringof('x',DisplayName)", "DisplayName gt null", "DisplayName eq 'x' DisplayName", ";", "\x00", "\xff",
			"OS/Name eq datetime'2026-01-01'", "1", "null", "DisplayName eq 1x", strings.Repeat("(", 100) + "true" + strings.Repeat(")", 100), strings.Repeat("not ", 2000) + "true",
			strings.Repeat("DisplayName eq 'x' or ", 200) + "true", "DisplayName eq '" + strings.Repeat("x", 9000) + "'", "tolower(DisplayName eq 'x')", "RecId eq 'x'", "rec_id eq 'x'"} {
			bad[text] = options("$filter", text)
		}
		for _, q := range []string{"?$top=0", "?$top=501", "?$top=-1", "?$top=x", "?$top=", "?$top=1&%24top=2", "?$skip=1", "?$orderby=DisplayName", "?$expand=x", "?$scrollID=x", "?$scrollID=" + strings.Repeat("A", 82),
			"?$filter=%zz", "?$select=%00", "?$select=%ff", "?$select=" + strings.Repeat("a,", 201), "?$select=" + strings.Repeat("a", 9000), "?%24Unknown=1", "?$a%0d%0aX-Evil:1=1"} {
			bad[q] = q
		}
		for what, q := range bad {
			p := f.get("csm", base+"devices"+q)
			if p.Status != 400 || p.Code == "" || p.Detail == "" || p.header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%.100s: %d %.300s", what, p.Status, p.body)
			}
			if strings.ContainsAny(p.Detail, "\r\n\x00") || len(p.Detail) > 400 {
				t.Errorf("%.100s: the message is %q", what, p.Detail)
			}
		}
		if p := f.get("csm", base+"devices"+options("$filter", "OS/Name eq 'x' and DisplayName eq")); !strings.Contains(p.Detail, "character 34") {
			t.Errorf("no position in %q", p.Detail)
		}
		for _, q := range []string{"?$top=500", "?$count=true&$format=json&top=0&unknown=%zz&&=&", "?%24top=1", "?$TOP=1", "?$filter=&$select="} {
			if p := f.get("csm", base+"devices"+q); p.Status != 200 || *p.Count != 4 {
				t.Errorf("%s: %d %.300s", q, p.Status, p.body)
			}
		}
	})
}

func TestUnknownPathsOfSelectAreReported(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.tb = t
		f.some()
		for sel, want := range map[string]string{
			"DisplayName,No/Such":               "No/Such",
			"a, b":                              "a, b",
			"x\r\nSet-Cookie: a=b,é":            "x%0D%0ASet-Cookie%3A%20a%3Db, %C3%A9",
			"DisplayName":                       "",
			"<script>":                          "%3Cscript%3E",
			strings.Repeat("y", 5000):           strings.Repeat("y", 200),
			strings.Repeat("abcdefg-hij,", 200): "",
		} {
			p := f.get("csm", base+"devices"+options("$select", sel))
			got := p.header.Get(unknownSelect)
			if p.Status != 200 || len(got) > 2048 || len(sel) < 2000 && got != want || want == "" && len(sel) > 2000 && !strings.HasSuffix(got, ", ...") {
				t.Errorf("%.60q: %d, header %.300q, want %q", sel, p.Status, got, want)
			}
			if p.header.Get("Set-Cookie") != "" {
				t.Error("a header was smuggled in")
			}
		}
	})
}

func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.tb = t
		f.some()
		for _, c := range []struct {
			caller, path string
			status       int
			challenge    string
		}{
			{"", "devices", 401, `Bearer realm="provost"`},
			{"nobody", "devices", 401, `Bearer realm="provost", error="invalid_token", error_description="The access token does not count"`},
			{"elsewhere", "people", 401, `Bearer realm="provost", error="invalid_token", error_description="The access token does not count"`},
			{"noscope", "devices", 403, `Bearer realm="provost", error="insufficient_scope", scope="data.read"`},
			{"noscope", "devicesMetadata", 403, `Bearer realm="provost", error="insufficient_scope", scope="data.read"`},
			{"csm", "devices", 200, ""}, {"csm", "people", 200, ""}, {"csm", "devicesMetadata", 200, ""},
			{"admin", "devices", 200, ""}, {"analyst", "devices", 200, ""}, {"analyst", "people", 200, ""},
			{"self", "devices", 403, ""}, {"self", "devicesMetadata", 403, ""}, {"self", "people", 200, ""},
		} {
			for _, method := range []string{"GET", "HEAD", "POST", "DELETE", "OPTIONS"} {
				w := f.send(f.one, method, c.caller, base+c.path)
				status := c.status
				if method != "GET" && method != "HEAD" && (status == 200 || c.caller == "self") {
					status = 405
				}
				if w.Code != status || w.Header().Get("WWW-Authenticate") != c.challenge && status != 405 {
					t.Errorf("%s of %q to %s: %d, challenge %q, want %d %q", method, c.caller, c.path, w.Code, w.Header().Get("WWW-Authenticate"), c.status, c.challenge)
				}
				if status == 405 && w.Header().Get("Allow") != "GET, HEAD" {
					t.Errorf("%s: Allow is %q", method, w.Header().Get("Allow"))
				}
				if w.Header().Get("Cache-Control") != "no-store" {
					t.Errorf("%s to %s may be kept", method, c.path)
				}
			}
		}
	})
}

func TestFieldsThatARoleHidesAreNotThere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.tb = t
		f.some()
		err := f.one.DB.Write(f.ctx, nil, func(tx *db.Tx) error {
			return role.Store{Clock: f.clock}.Save(f.ctx, tx, role.Role{Name: "Blind", Rights: map[string]role.Right{"CI": {Read: role.AllRows, Hidden: []string{"SerialNumber", "AssignedOS", "PurchasePrice"}}}})
		})
		if err != nil {
			t.Fatal(err)
		}
		f.one.RolesChanged()
		blind := f.callers["admin"]
		blind.Role = "Blind"
		f.callers["blind"] = blind
		p := f.get("blind", base+"devices"+options("$select", "DisplayName,System/SerialNumber,OS,Purchase/Currency", "$top", "1"))
		if diff := cmp.Diff([]map[string]any{{"DisplayName": "LT-001", "OS": map[string]any{"Version": "10.0.22631", "PatchMethod": nil}}}, p.Value); diff != "" {
			t.Errorf("%.300s\n%s", p.body, diff)
		}
		for _, text := range []string{"System/SerialNumber eq '5CD1'", "contains(OS/DisplayName,'W')", "Purchase/Currency eq 'EUR'"} {
			if p := f.get("blind", base+"devices"+options("$filter", text)); p.Status != 400 || p.Code != "filter_path" {
				t.Errorf("%s: %d %.300s", text, p.Status, p.body)
			}
		}
	})
}

func TestNextLink(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.tb = t
		f.some()
		const filter, sel = "contains(DisplayName, 'LT') or DisplayName eq 'a+b&c'", "DisplayName, OS/Version"
		w := f.send(f.one, http.MethodGet, "csm", base+"devices"+options("$filter", filter, "$select", sel, "$top", "1"), "X-Forwarded-Host", "evil.example", "Host", "evil.example", "X-Forwarded-Port", "1")
		first := f.parse(w.Body.Bytes())
		u, err := url.Parse(first.Next)
		if err != nil {
			t.Fatal(err)
		}
		if u.Scheme+"://"+u.Host != "https://one.example.com:443" || u.Path != base+"devices" || strings.Contains(u.RawQuery, "+") {
			t.Errorf("the link is %s", first.Next)
		}
		q := u.Query()
		if q.Get("$filter") != filter || q.Get("$select") != sel || q.Get("$top") != "1" || q.Get("$scrollID") == "" || len(q) != 4 {
			t.Errorf("the link repeats %v", q)
		}
		if next := f.parse(f.send(f.two, http.MethodGet, "csm", base+"devices").Body.Bytes()).Next; !strings.HasPrefix(next, "https://two.example.com:8443"+base+"devices?$scrollID=") {
			t.Errorf("the link of the other tenant is %s", next)
		}
		second := f.get("csm", f.follow(first.Next))
		third := f.get("csm", f.follow(second.Next))
		if namesOf(first)+" "+namesOf(second) != "LT-001 LT-002" || *second.Count != 2 || len(third.Value) != 0 || third.Next != "" || *third.Count != 2 || string(third.body) != `{"@odata.count":2,"value":[]}` {
			t.Errorf("the walk is %s, %s, %s", first.body, second.body, third.body)
		}
	})
}

// parse reads an answer.
func (f *fixture) parse(body []byte) page {
	f.tb.Helper()
	p, err := parsePage(body)
	if err != nil {
		f.tb.Fatalf("%v in %.300s", err, body)
	}
	return p
}

func TestTheIDsOfRecordsAreThoseOfDocuments(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{`"0198A3F2B4C57D8E9F00112233445566"`: `"0198a3f2-b4c5-7d8e-9f00-112233445566"`, `"x"`: `"x"`, `"a\""`: `"a\""`} {
		if got := string(appendGUID(nil, []byte(raw))); got != want {
			t.Errorf("%s becomes %s", raw, got)
		}
	}
	if _, err := hex.DecodeString(strings.ReplaceAll(dashed("0198A3F2B4C57D8E9F00112233445566"), "-", "")); err != nil {
		t.Error(err)
	}
}
