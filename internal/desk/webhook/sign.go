package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// secretPrefix begins a secret as it is shown: Standard Webhooks, "Signature scheme".
const secretPrefix = "whsec_"

// newSecret makes 256 random bits and the form they are shown in.
func newSecret() (key []byte, shown string) {
	key = make([]byte, 32)
	_, _ = rand.Read(key) // never fails: it ends the program instead
	return key, secretPrefix + base64.StdEncoding.EncodeToString(key)
}

// signature is the value of the header webhook-signature: "v1," and the HMAC-SHA-256 of id, time of the attempt (Unix
// seconds) and body, joined by dots; one for each key, the newest first.
func signature(id string, at int64, body []byte, keys ...[]byte) string {
	all := make([]string, len(keys))
	for i, key := range keys {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(id + "." + strconv.FormatInt(at, 10) + "."))
		h.Write(body)
		all[i] = "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
	}
	return strings.Join(all, " ")
}

// associated binds a sealed secret to its row.
func associated(webhookID string) []byte { return []byte("webhook.secret:" + webhookID) }

// keys opens the secrets that sign now.
func (o *outbox) keys(w *Webhook, now int64) ([][]byte, error) {
	key, err := o.h.Keys.Open(w.secret, associated(w.ID))
	if err != nil {
		return nil, fmt.Errorf("open the secret of the webhook: %w", err)
	}
	keys := [][]byte{key}
	if w.old > now && len(w.oldSecret) > 0 {
		if key, err = o.h.Keys.Open(w.oldSecret, associated(w.ID)); err != nil {
			return nil, fmt.Errorf("open the old secret of the webhook: %w", err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}
