package desk_test

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/testkit"
)

// subjects is an HTTPS receiver that tells the subjects of the records it hears of.
func subjects(t *testing.T, listener net.Listener) (*httptest.Server, <-chan string) {
	t.Helper()
	heard := make(chan string, 1000)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m struct {
			Data struct{ Record struct{ Subject string } }
		}
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			t.Errorf("the body is no message: %v", err)
		}
		heard <- m.Data.Record.Subject
	}))
	if listener != nil {
		_ = s.Listener.Close()
		s.Listener = listener
	}
	s.StartTLS()
	return s, heard
}

// TestAKilledServerLosesNoDelivery: a change that was answered is told, although the server was killed before it could be and
// nobody asks the tenant for anything afterwards.
func TestAKilledServerLosesNoDelivery(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, dsn string) {
		first, _ := subjects(t, nil)
		address := first.Listener.Addr().String()
		authorities := filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(authorities, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: first.Certificate().Raw}), 0o600); err != nil {
			t.Fatal(err)
		}
		first.Close() // from here on nobody listens
		t.Setenv("SSL_CERT_FILE", authorities)
		s := testkit.Start(t, testkit.Options{DSN: dsn, Args: []string{"--allow-private-outbound", "127.0.0.1/32"}})
		key := "rest_api_key=" + s.Key(t, "Admin")
		made := s.Run(t, "webhook", "create", "hook", "--url", "https://"+address+"/", "--object", "Incident", "--event", "create", "--filter", "Subject ne 'not this, one'")
		if secret, _ := made["secret"].(string); len(secret) != len("whsec_")+44 {
			t.Errorf("the command made %v", made)
		}
		want := map[string]bool{}
		incident := func(subject string) {
			t.Helper()
			if a := s.Ask(t, http.MethodPost, sets+"incidents", key, fmt.Sprintf(`{"Subject":%q}`, subject)); a.Status != http.StatusCreated {
				t.Fatalf("create: %d %s", a.Status, a.Body)
			}
			want[subject] = true
		}
		deadline := time.Now().Add(time.Minute)
		for i := 0; s.Run(t, "webhook", "show", "hook")["paused_until"] == nil; i++ { // it has failed a few times
			if time.Now().After(deadline) {
				t.Fatal("a webhook that fails is not paused")
			}
			incident(fmt.Sprint("tried ", i))
		}
		incident("never tried")
		s.Kill(t)
		listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		receiver, heard := subjects(t, listener)
		defer receiver.Close()
		s.Restart(t)
		s.Run(t, "webhook", "enable", "hook") // so that nobody has to wait for the end of the pause
		limit := time.After(4 * time.Minute)
		for len(want) > 0 {
			select {
			case subject := <-heard:
				delete(want, subject)
			case <-limit:
				t.Fatalf("not told: %v\n%s", want, s.Log())
			}
		}
	})
}

func TestPrivateAddressesAreRefusedUnlessAllowed(t *testing.T) {
	receiver, _ := subjects(t, nil)
	defer receiver.Close()
	s := testkit.Start(t, testkit.Options{})
	for _, address := range []string{receiver.URL, "http://example.com/", "https://169.254.169.254/", "https://localhost/"} {
		if code, _, said := s.Try(t, "webhook", "create", "hook", "--url", address); code != 1 {
			t.Errorf("%s: exit %d, %s", address, code, said)
		}
	}
}
