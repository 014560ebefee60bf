package e2e_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// TestTheDataAPIIsWalkedAsADiscoveryConnectorDoes replays the reads of spec/trust.md section 16 over HTTP.
func TestTheDataAPIIsWalkedAsADiscoveryConnectorDoes(t *testing.T) {
	t.Parallel()
	const devices, all = "/api/apigatewaydataservices/v1/devices", 45
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, testkit.Options{DSN: dsn})
		t.Cleanup(func() { erase(t, s) })
		x := client{Server: s, key: s.Key(t, "Admin")}
		for i := range all {
			body := fmt.Sprintf(`{"Name":"pc-%02d","HostName":"pc-%02d","AssignedOS":"Windows 11","OSVersion":"10.0.22631","IPAddress":"10.0.0.%d"}`, i, i, i)
			if a := x.ask(t, http.MethodPost, "/api/odata/businessobject/ci__computers", body); a.Status != http.StatusCreated {
				t.Fatalf("computer: %d %.300s", a.Status, a.Body)
			}
		}
		header := map[string]string{"Authorization": "REST " + x.key, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
		seen := map[any]bool{}
		target, pages := devices+"?%24select=DiscoveryId,DisplayName,OS/Version,Network/TCPIP/HostName", 0
		for ; ; pages++ {
			a, err := s.Request(http.MethodGet, target, header, "")
			if err != nil || a.Status != http.StatusOK || a.JSON()["@odata.count"] != float64(all) || pages > all {
				t.Fatalf("page %d: %v %d %.300s", pages, err, a.Status, a.Body)
			}
			for _, row := range a.Rows() {
				seen[row["DiscoveryId"]] = true
				if os, ok := row["OS"].(map[string]any); !ok || len(os) != 1 || os["Version"] != "10.0.22631" || len(row) != 4 {
					t.Errorf("row %v", row)
				}
			}
			link, _ := a.JSON()["@odata.nextLink"].(string)
			if link == "" {
				if len(a.Rows()) > 0 {
					t.Error("the last page is not empty")
				}
				break
			}
			u, err := url.Parse(link)
			if err != nil || u.Port() != s.Base[strings.LastIndexByte(s.Base, ':')+1:] || strings.Contains(link, "evil") {
				t.Fatalf("%v, the link %s", err, link)
			}
			target = u.Path + "?" + u.RawQuery
		}
		if len(seen) != all || pages != 3 {
			t.Errorf("%d devices in %d pages, want %d", len(seen), pages, all)
		}
		for _, path := range []string{strings.ToUpper(devices) + "?$top=1", "/HEAT" + devices, devices + "/?$filter=contains(OS/DisplayName, 'Windows')", "/api/ApiGatewayDataServices/v1/People"} {
			if a := x.ask(t, http.MethodGet, path, ""); a.Status != http.StatusOK || len(a.Rows()) == 0 {
				t.Errorf("%s: %d %.300s", path, a.Status, a.Body)
			}
		}
		if a := x.ask(t, http.MethodGet, devices+"Metadata", ""); a.Status != http.StatusOK || !bytes.Contains(a.Body, []byte(`Name="DiscoveryId"`)) {
			t.Errorf("metadata: %d %.300s", a.Status, a.Body)
		}
		if a := x.ask(t, http.MethodHead, devices, ""); a.Status != http.StatusOK || len(a.Body) > 0 || a.Header.Get("Content-Length") == "0" {
			t.Errorf("HEAD: %d %v", a.Status, a.Header)
		}
		if a := x.ask(t, http.MethodPost, devices, `{"DisplayName":"x"}`); a.Status != http.StatusMethodNotAllowed || a.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("POST: %d %v", a.Status, a.Header)
		}
	})
}
