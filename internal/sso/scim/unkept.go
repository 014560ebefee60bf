package scim

import (
	"slices"
	"strings"
)

// unkept are attributes of RFC 7643 that are not kept here, in small letters. Clients send them as their mapping says, with every
// update of somebody, so a PATCH that names one passes it over, as a POST does. What no schema knows is most likely misspelt.
var unkept = map[*resource][]string{
	userType: {"password", "ims", "photos", "entitlements", "roles", "x509certificates", "groups"},
}

// passesOver reports whether a path leads to what is well-formed and not kept: to an attribute of the core schema, or to the
// extension of somebody else.
func (t *resource) passesOver(p path) bool {
	if p.foreign {
		return true
	}
	if p.urn != "" && p.urn != t.core.urn {
		return false
	}
	return slices.Contains(unkept[t], strings.ToLower(p.name))
}

// coreURN is how the names of the RFC's own schemas begin: one that is not known is misspelt, and no extension.
const coreURN = "urn:ietf:params:scim:schemas:core:"

// foreignURN reads the name of an extension of somebody else, with or without an attribute after it, at the beginning of a text: up
// to a bracket, a space or the end. It is empty where there is none, or something like one of ours.
func foreignURN(text string) string {
	end := 0
	for end < len(text) && isURNByte(text[end]) {
		end++
	}
	urn := text[:end]
	for _, ours := range []string{coreURN, enterpriseURN} {
		if len(urn) >= len(ours) && equalNames(urn[:len(ours)], ours) {
			return ""
		}
	}
	parts := strings.Split(urn, ":")
	if len(parts) < 3 || !equalNames(parts[0], "urn") || strings.HasSuffix(urn, ".") || slices.Contains(parts, "") {
		return ""
	}
	return urn
}

func isURNByte(c byte) bool {
	return isNameByte(c) || c == ':' || c == '.' || c == '+' || c == '%' || c == '~'
}
