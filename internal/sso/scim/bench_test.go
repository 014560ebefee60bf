package scim

import "testing"

func BenchmarkPatchUser(b *testing.B) {
	body := []byte(ops(`{"op":"Replace","path":"emails[type eq \"work\"].value","value":"x@example.org"}`, `{"op":"Replace","path":"active","value":"False"}`))
	for b.Loop() {
		operations, err := parsePatch(body)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := users.change(ada, operations); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAddToAGroupOfFiveThousand(b *testing.B) {
	g := Group{ID: "g1", DisplayName: "Everybody"}
	for i := range many {
		g.Members = append(g.Members, Member{Value: guid(i)})
	}
	body := []byte(ops(`{"op":"Add","path":"members","value":[{"$ref":null,"value":"new"}]}`))
	for b.Loop() {
		operations, err := parsePatch(body)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := groups.change(g, operations); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadFiveThousandMembers(b *testing.B) {
	body := []byte(ops(`{"op":"Add","path":"members","value":` + memberList(0, many, true) + `}`))
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := parsePatch(body); err != nil {
			b.Fatal(err)
		}
	}
}
