package provision_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/provost-itsm/provost/internal/sso/provision"
	"github.com/provost-itsm/provost/internal/sso/scim"
)

// TestLookupsUseIndexes reads the plans of SQLite: what identity providers ask for all the time is found without looking at everybody.
func TestLookupsUseIndexes(t *testing.T) {
	f := newFixture(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	for object, table := range map[string]string{"Employee": "rec_employee", "ContactGroup": "rec_contactgroup"} {
		for _, term := range []scim.Term{
			{Attribute: scim.ID, Value: "0198A6A27D3E7A519D570B1D3C5F7A90"}, {Attribute: scim.ExternalID, Value: "x"}, {Attribute: scim.UserName, Value: "x"},
			{Attribute: scim.DisplayName, Value: "x"}, {Attribute: scim.Emails, Value: "x"}, {Attribute: scim.Emails, Type: "work", Value: "x"},
			{Attribute: scim.Manager, Value: "0198A6A27D3E7A519D570B1D3C5F7A90"}, {Attribute: scim.Members, Value: "0198A6A27D3E7A519D570B1D3C5F7A90"},
		} {
			where, args, err := provision.Lookup(f.ctx, f.module, f.one, object, term)
			f.must(err)
			if strings.Contains(where, "1 = 0") {
				continue
			}
			rows, err := f.one.DB.Query(f.ctx, "EXPLAIN QUERY PLAN SELECT rec_id FROM "+table+" WHERE "+where+" ORDER BY rec_id LIMIT 100", args...)
			f.must(err)
			var plan []string
			for rows.Next() {
				var id, parent, unused int64
				var detail string
				f.must(rows.Scan(&id, &parent, &unused, &detail))
				plan = append(plan, detail)
			}
			f.must(rows.Err())
			f.must(rows.Close())
			for _, step := range plan {
				if strings.HasPrefix(step, "SCAN rec_") || strings.HasPrefix(step, "SCAN scim_") {
					t.Errorf("%s by %s %s:\n%s", object, term.Attribute, term.Type, strings.Join(plan, "\n"))
				}
			}
		}
	}
}
