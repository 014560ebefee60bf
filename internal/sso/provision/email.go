package provision

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/sso/scim"
)

// FillsEmail names the token with which a person's e-mail address is kept up to date; "" where none does it: SCIM does not know the person,
// has sent no address, or no token counts any more.
func (m *Module) FillsEmail(ctx context.Context, r db.Reader, person string) (string, error) {
	kept, found, err := findResource(ctx, r, kindUser, person)
	if err != nil || !found || kept.extra == "" {
		return "", err
	}
	var sent scim.User
	if err := json.Unmarshal([]byte(kept.extra), &sent); err != nil {
		return "", fmt.Errorf("read what was sent of a user: %w", err)
	}
	if mail(&sent) == "" {
		return "", nil
	}
	all, err := m.tokens(ctx, r)
	if err != nil {
		return "", err
	}
	var last *Token // to be used
	for i := range all {
		t := &all[i]
		if !t.Expired && (last == nil || t.UsedAt != nil && (last.UsedAt == nil || t.UsedAt.After(*last.UsedAt))) {
			last = t
		}
	}
	if last == nil {
		return "", nil
	}
	return last.Label + " (SCIM)", nil
}
