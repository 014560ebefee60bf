package issuer

import (
	"strings"
	"testing"
)

func TestReadDirectory(t *testing.T) {
	const public, china = publicAuthority, "https://login.partner.microsoftonline.cn"
	for text, want := range map[string]directory{
		home: {public, home}, strings.ToUpper(home): {public, home}, " " + home + " ": {public, home},
		"https://login.microsoftonline.com/" + home + "/v2.0":              {public, home},
		"https://LOGIN.microsoftonline.com/" + strings.ToUpper(home) + "/": {public, home},
		"https://sts.windows.net/" + home + "/":                            {public, home},
		"https://sts.chinacloudapi.cn/" + home + "/":                       {china, home},
		"https://login.microsoftonline.us/" + home:                         {"https://login.microsoftonline.us", home},
		"https://login.microsoftonline.com/common/v2.0":                    {public, "common"},
		"https://login.microsoftonline.com/Organizations":                  {public, "organizations"}, //nolint:misspell // as Entra spells it
		"https://login.microsoftonline.com/consumers/v2.0":                 {},
		"https://login.microsoftonline.com/" + home + "/x":                 {},
		"https://login.microsoftonline.com/" + home + "/v2.0?x=y":          {},
		"https://login.microsoftonline.com/":                               {},
		"http://login.microsoftonline.com/" + home:                         {},
		"https://u:p@login.microsoftonline.com/" + home:                    {},
		"contoso.com": {}, "": {}, strings.ReplaceAll(home, "-", ""): {}, "{" + home + "}": {}, strings.Replace(home, "a", "g", 1): {},
	} {
		got, ok := readDirectory(text)
		if ok != (want != directory{}) || ok && got != want {
			t.Errorf("%q is read as %+v, %v; want %+v", text, got, ok, want)
		}
	}
	for of, want := range map[string][2]string{
		home: {"https://sts.windows.net/" + home + "/", public + "/" + home + "/v2.0"},
		"https://login.microsoftonline.us/" + home: {"https://sts.windows.net/" + home + "/", "https://login.microsoftonline.us/" + home + "/v2.0"},
		china + "/" + home:                         {"https://sts.chinacloudapi.cn/" + home + "/", china + "/" + home + "/v2.0"},
	} {
		d, _ := readDirectory(of)
		if got := [2]string{d.issuer(version1, d.name), d.issuer(version2, d.name)}; got != want {
			t.Errorf("%s issues as %v, want %v", of, got, want)
		}
	}
}
