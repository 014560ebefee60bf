package clients

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"testing"
	"time"
)

// variable returns one variable of the environment; without it the test does not run: it is not for `go test` by hand.
func variable(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Skip(name + " is not set: internal/testkit/e2e of the main module runs this test")
	}
	return value
}

// within returns a context for all a test does.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// opens checks that the token, or a client that sends one by itself, reads incidents and how many there are.
func opens(t *testing.T, client *http.Client, token string) {
	t.Helper()
	request, err := http.NewRequestWithContext(within(t), http.MethodGet, variable(t, "BASE_URL")+"/api/odata/businessobject/incidents?$top=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var page map[string]json.RawMessage
	if answer.StatusCode != http.StatusOK || json.Unmarshal(body, &page) != nil || page["@odata.count"] == nil {
		t.Fatalf("a token does not open the API: %d %s", answer.StatusCode, body)
	}
}

// granted is the scope an answer of the token route names; "" where it names none.
func granted(answered any) string {
	scope, _ := answered.(string)
	return scope
}
