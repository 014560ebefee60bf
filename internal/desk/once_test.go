package desk_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/provost-itsm/provost/internal/testkit"
)

// TestWhatIsAskedForTwiceHappensOnce sends orders, quick actions and uploads again under their Idempotency-Key.
func TestWhatIsAskedForTwiceHappensOnce(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		c := openCounter(t, dsn)
		c.offer("laptop", map[string]any{"AllowAttachments": true}, map[string]any{"Name": "why"})
		ask := func(who, key, path, contentType, body string) testkit.Answer {
			t.Helper()
			a, err := c.Request("POST", path, map[string]string{"Authorization": "rest_api_key=" + c.keys[who], "Idempotency-Key": key, "Content-Type": contentType}, body)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		upload := func(key, content string) testkit.Answer {
			return ask("ann", key, attachment, "multipart/form-data; boundary="+boundary, form(part{"ObjectID", "", c.people["ann"]}, part{"ObjectType", "", "employee#"}, part{"file", "a.txt", content}, part{"file", "b.txt", content}))
		}
		files := entries(upload("files", "content"))
		if again := entries(upload("files", "content")); len(files) != 2 || !files[0].IsUploaded || fmt.Sprint(again) != fmt.Sprint(files) {
			t.Errorf("uploaded again: %v, at first %v", again, files)
		}
		if a := upload("files", "another"); a.Status != 409 {
			t.Errorf("other files under the key: %d %s", a.Status, a.Body)
		}
		if a := upload("more", "content"); a.Status != 300 {
			t.Errorf("the same names under another key: %d %s", a.Status, a.Body)
		}

		order := func(who, key, why string) (o taken, a testkit.Answer) {
			t.Helper()
			body, err := json.Marshal(map[string]any{"subscriptionId": c.subs["laptop"], "strUserId": c.people[who], "parameters": map[string]any{"par-" + c.params["laptop/why"]: why}, "attachmentsToUpload": []string{files[0].Message}})
			if err != nil {
				t.Fatal(err)
			}
			a = ask(who, key, rest+"ServiceRequest/new", "application/json", string(body))
			if err := json.Unmarshal(a.Body, &o); err != nil {
				t.Fatalf("%v: %s", err, a.Body)
			}
			return o, a
		}
		first, _ := order("ann", "order", "old one broken")
		c.accepted(first)
		again, a := order("ann", "order", "old one broken")
		if fmt.Sprint(again) != fmt.Sprint(first) || a.Header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("ordered again: %s, at first %v", a.Body, first)
		}
		if other, _ := order("ann", "order", "another reason"); other.IsSuccess || !strings.Contains(other.ErrorText, "used for another request") {
			t.Errorf("another order under the key: %v", other)
		}
		if n := len(c.rows("servicereqs")); n != 1 {
			t.Errorf("%d requests", n)
		}

		incident := c.must("POST", "incidents", map[string]any{"Subject": "i", "Status": "Active", "Category": "Hardware", "Owner": "agent", "OwnerTeam": "IT Support"}, 201)["RecId"].(string)
		path := sets + "incidents('" + incident + "')/Close_Incident"
		var wg sync.WaitGroup
		revs := make([]string, 8)
		for i := range revs {
			wg.Go(func() {
				a := ask("admin", "close", path, "application/json", `{"PromptParams":[{"FieldName":"CauseCode","Value":"Other"},{"FieldName":"Resolution","Value":"x"}]}`)
				if a.Status != 200 {
					t.Errorf("%d %s", a.Status, a.Body)
				}
				revs[i] = a.Header.Get("ETag") + a.Header.Get("Idempotent-Replayed")
			})
		}
		wg.Wait()
		fresh := 0
		for _, rev := range revs {
			if rev == `"2"` {
				fresh++
			} else if rev != `"2"true` {
				t.Errorf("an answer has %s", rev)
			}
		}
		if fresh != 1 {
			t.Errorf("the action ran %d times", fresh)
		}
		if a := ask("admin", "close", path, "application/json", `{"PromptParams":[]}`); a.Status != 409 {
			t.Errorf("another body: %d %s", a.Status, a.Body)
		}
	})
}
