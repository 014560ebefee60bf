package desk

import (
	"context"
	"strings"

	"github.com/provost-itsm/provost/internal/desk/odata"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
)

// identities are the fields by which clients mean one record when they search for it, and take the only hit or fail: "jdoe" is to
// find jdoe although there is jdoe2, and an offering is found by its name although another's begins so.
var identities = map[string][]string{
	"Employee#":                      {"LoginID", "NetworkUserName"},
	"ExternalContact#":               {"LoginID", "NetworkUserName"},
	"Frs_CompositeContract_Contact#": {"LoginID", "NetworkUserName"},
	"ServiceReqTemplate#":            {"Name"},
}

// meant makes a search more exact whose whole text is the identity of a record that the caller sees. Of people it then finds
// those who have its words whole, for a login may be another's first name; of anything else, the record alone, by the condition returned; nil
// means that there is none.
func (c *call) meant(ctx context.Context, t *record.Type, text string, search *record.Search, rows role.Rows) (alone *odata.Predicate, err error) {
	value := "'" + strings.ReplaceAll(strings.TrimSpace(text), "'", "''") + "'"
	resolve := c.resolve(t)
	var each []string
	for _, name := range identities[t.ID()] {
		if _, ok := resolve(name); ok {
			each = append(each, name+" eq "+value)
		}
	}
	if len(each) == 0 {
		return alone, nil
	}
	f, err := odata.ParseFilter(strings.Join(each, " or "))
	if err != nil {
		return alone, nil //nolint:nilerr // a text that no filter can hold is no identity
	}
	predicate, err := f.Bind(resolve)
	if err != nil {
		return nil, err
	}
	var args odata.Args
	where := predicate.SQL(dialects[c.tenant.DB.Engine()], &args)
	visible, err := c.visible(ctx, t, rows, &args)
	if err != nil {
		return nil, err
	}
	where = conjunction([]string{where, visible})
	found, err := c.engine.List(ctx, record.Query{Type: t, Where: where, Args: args.Values, Counts: len(args.Values)}, nil)
	if err != nil || found == 0 {
		return nil, err
	}
	if t.Has("LoginID") {
		*search = search.Whole()
	} else {
		alone = predicate
	}
	return alone, nil
}
