package issuer

import (
	"net/url"
	"strings"
)

// Where the public cloud of Entra ID issues tokens of version 2 and 1.
const (
	publicAuthority = "https://login.microsoftonline.com"
	publicSTS       = "https://sts.windows.net/"
	chinaSTS        = "https://sts.chinacloudapi.cn/"
)

// entraHosts are the hosts of Entra ID whose issuers have rules of their own.
var entraHosts = map[string]bool{
	"login.microsoftonline.com": true, "login.microsoftonline.us": true, "login.partner.microsoftonline.cn": true, "login.windows.net": true,
	"login.microsoft.com": true, "sts.windows.net": true, "sts.chinacloudapi.cn": true,
}

// shared are the names that stand for the directories of many customers.
var shared = map[string]bool{"common": true, "organizations": true} //nolint:misspell // as Entra spells it

// directory is an issuer of Entra ID: a directory at an authority, or many of them.
type directory struct {
	authority string // "https://login.microsoftonline.com"
	name      string // GUID in lower case, or one of shared
}

// template stands in metadata for the directory of a token where many share it.
const template = "{tenantid}"

// readDirectory reads how people and documents write an issuer of Entra ID: the GUID of a directory, the issuer of a token of
// either version, or the address of an authority.
func readDirectory(text string) (directory, bool) {
	text = strings.TrimSpace(text)
	if guid, ok := readGUID(text); ok {
		return directory{publicAuthority, guid}, true
	}
	u, err := url.Parse(text)
	if err != nil || !strings.EqualFold(u.Scheme, "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return directory{}, false
	}
	d := directory{authority: "https://" + strings.ToLower(u.Host)}
	switch d.authority + "/" {
	case publicSTS:
		d.authority = publicAuthority
	case chinaSTS:
		d.authority = "https://login.partner.microsoftonline.cn"
	}
	path := strings.Trim(u.Path, "/")
	path = strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(path, "/v2.0"), "/"))
	guid, ok := readGUID(path)
	if d.name = guid; !ok {
		d.name, ok = path, shared[path]
	}
	return d, ok
}

func (d directory) many() bool { return shared[d.name] }

// address is how the directory stands in the database: the issuer of its tokens of version 2.
func (d directory) address() string { return d.issuer(version2, d.name) }

// issuer is the claim iss of a token (spec/trust.md 13.1). Those of version 1 end in a slash.
func (d directory) issuer(version, tid string) string {
	if version == version2 {
		return d.authority + "/" + tid + "/v2.0"
	}
	if d.authority == "https://login.partner.microsoftonline.cn" {
		return chinaSTS + tid + "/"
	}
	return publicSTS + tid + "/"
}

// origin is where the keys of a version are found. The document of version 1 names an issuer on another host than its own.
func (d directory) origin(version string) Origin {
	named := d.name
	if d.many() {
		named = template
	}
	o := Origin{Discovery: d.authority + "/" + d.name + wellKnown, Issuer: d.issuer(version, named)}
	if version == version2 {
		o.Discovery = d.authority + "/" + d.name + "/v2.0" + wellKnown
	}
	return o
}

// readGUID reads a GUID in its dashed form, in any case, and returns it in lower case.
func readGUID(s string) (string, bool) {
	if len(s) != 36 {
		return "", false
	}
	for i := range len(s) {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return "", false
			}
		default:
			if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
				return "", false
			}
		}
	}
	return strings.ToLower(s), true
}
