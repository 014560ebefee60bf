package record

import "testing"

func TestNamesInPathsAreIdentifiers(t *testing.T) {
	for name, want := range map[string]string{
		"My Active": "My_Active", "Close_Incident": "Close_Incident", "2nd-hand.v 2": "_2nd_hand_v_2", "Überfällig": "Überfällig", "٣ days": "_٣_days", "m² left": "m__left", "": "",
	} {
		if got := PathName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
		if again := PathName(want); again != want {
			t.Errorf("%q becomes %q when it is sent", want, again)
		}
	}
}
