package scim

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFiltersAsAStoreSeesThem is the contract of Filter.
func TestFiltersAsAStoreSeesThem(t *testing.T) {
	for text, want := range map[string]Filter{
		``:                                      nil,
		`userName eq "A"`:                       {{UserName, "", "A"}},
		`  ((userName  eq  "A") )  `:            {{UserName, "", "A"}},
		`externalId eq "x\"y\\z"`:               {{ExternalID, "", `x"y\z`}},
		`active eq "TRUE"`:                      {{Active, "", "true"}},
		`active eq false`:                       {{Active, "", "false"}},
		`emails[type eq "Work"].value eq "a@b"`: {{Emails, "work", "a@b"}},
		`emails[type eq "Work" and value eq "a@b"]`:                                      {{Emails, "work", "a@b"}},
		`emails[value eq "a@b"]`:                                                         {{Emails, "", "a@b"}},
		`emails eq "a@b" and id eq "1"`:                                                  {{Emails, "", "a@b"}, {ID, "", "1"}},
		`emails.VALUE eq "a@b" AND (displayName eq "x" and id eq "1")`:                   {{Emails, "", "a@b"}, {DisplayName, "", "x"}, {ID, "", "1"}},
		`manager eq "1"`:                                                                 {{Manager, "", "1"}},
		enterprise + `:manager.value eq "1"`:                                             {{Manager, "", "1"}},
		enterprise + `:employeeNumber eq "007"`:                                          {{EmployeeNumber, "", "007"}},
		`URN:IETF:params:scim:schemas:core:2.0:user:emails[type eq "home"].value eq "h"`: {{Emails, "home", "h"}},
	} {
		got, none, err := userType.terms(text)
		if diff := cmp.Diff(want, got); err != nil || none || diff != "" {
			t.Errorf("%s: %t, %v\n%s", text, none, err, diff)
		}
	}
	for text, want := range map[string]Filter{
		`displayName eq "x"`:               {{DisplayName, "", "x"}},
		`id eq "1" and members eq "2"`:     {{ID, "", "1"}, {Members, "", "2"}},
		`members[value eq "2"]`:            {{Members, "", "2"}},
		groupURN + `:members.value eq "2"`: {{Members, "", "2"}},
	} {
		got, none, err := groupType.terms(text)
		if diff := cmp.Diff(want, got); err != nil || none || diff != "" {
			t.Errorf("%s: %t, %v\n%s", text, none, err, diff)
		}
	}
}
