package desk

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// tag is the entity tag of a record (RFC 9110 section 8.8.3): its revision.
func tag(row record.Row) string { return `"` + strconv.FormatInt(row.Rev, 10) + `"` }

// tags reads a list of entity tags. any: it is "*". Tags that are none of ours match nothing.
func tags(header []string) (revs []int64, any bool) {
	for _, line := range header {
		for one := range strings.SplitSeq(line, ",") {
			one = strings.TrimSpace(one)
			if one == "*" {
				return nil, true
			}
			one = strings.TrimPrefix(one, "W/")
			if n, err := strconv.ParseInt(strings.Trim(one, `"`), 10, 64); err == nil {
				revs = append(revs, n)
			}
		}
	}
	return revs, false
}

// onlyAsSeen returns a context in which a record is changed only as the request's If-Match says it was seen; without that
// header, or with "*", as it is.
func (c *call) onlyAsSeen(ctx context.Context, row record.Row) context.Context {
	header := c.r.Header.Values("If-Match")
	revs, all := tags(header)
	if len(header) == 0 || all {
		return ctx
	}
	return record.WithRevisions(ctx, row.RecID, revs)
}

// absent refuses a change of a record that the request's If-None-Match names, or with "*" of any that there is (RFC 9110
// section 13.1.2).
func (c *call) absent(row record.Row) error {
	revs, all := tags(c.r.Header.Values("If-None-Match"))
	if all || slices.Contains(revs, row.Rev) {
		return fault.New(fault.PreconditionFailed, "record_there", "The record is there, as If-None-Match says it is not to be")
	}
	return nil
}

// unmodified answers 304 where the request's If-None-Match names the record as it is.
func (c *call) unmodified(row record.Row) bool {
	header := c.r.Header.Values("If-None-Match")
	if len(header) == 0 {
		return false
	}
	revs, all := tags(header)
	same := all
	for _, rev := range revs {
		same = same || rev == row.Rev
	}
	if same {
		c.w.Header().Set("ETag", tag(row))
		c.w.WriteHeader(http.StatusNotModified)
	}
	return same
}

// maxOnceKey bounds an Idempotency-Key, in bytes.
const maxOnceKey = 255

// once returns a context in which a record is made, or changed, once for the request's Idempotency-Key
// (draft-ietf-httpapi-idempotency-key-header). What makes two requests the same is who sends them, where to, and the body.
func (c *call) once(ctx context.Context, verb record.Verb, t *record.Type, body []byte) (context.Context, error) {
	header := c.r.Header.Values("Idempotency-Key")
	if len(header) == 0 {
		return ctx, nil
	}
	key := header[0]
	if len(header) > 1 || key == "" || len(key) > maxOnceKey || strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' }) {
		return ctx, fault.New(fault.Invalid, "key_invalid", "An Idempotency-Key is one text of 1 to %d printable ASCII characters", maxOnceKey)
	}
	who := c.principal.PersonID
	if who == "" {
		who = c.principal.CredentialID
	}
	path := strings.ToLower(c.path.Set + "\x00" + c.path.Key)
	for _, s := range c.path.Rest { // the relationship
		path += "\x00" + strings.ToLower(s.Name)
	}
	return record.WithOnce(ctx, record.Once{Scope: who + "/" + t.Object, Key: key, Verb: verb, Body: append([]byte(path+"\x00"), body...)}), nil
}
