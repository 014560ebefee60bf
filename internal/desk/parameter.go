package desk

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/literal"
	"github.com/provost-itsm/provost/internal/platform/record"
)

// parameter is one question of an offering, read.
type parameter struct {
	offering
	name, label, kind string
}

// The display types of parameters, by what becomes of their answers.
var (
	listKinds   = []string{"combo", "list", "dropdown", "picklist"}
	layoutKinds = []string{"category", "label", "image", "rowaligner"} // have no answer
)

func (p *parameter) isList() bool { return slices.Contains(listKinds, p.kind) }

func (p *parameter) isLayout() bool { return slices.Contains(layoutKinds, p.kind) }

// parameters reads the active parameters of an offering in their order.
func parameters(ctx context.Context, e *record.Engine, r db.Reader, offering string) ([]*parameter, error) {
	t, ok := e.Type(ctx, "ServiceReqTemplateParam")
	if !ok {
		return nil, nil
	}
	rows, err := childrenOf(ctx, e, r, t, offering)
	if err != nil {
		return nil, err
	}
	var out []*parameter
	for _, row := range rows {
		o, err := readOffering(row)
		if err != nil {
			return nil, err
		}
		p := &parameter{offering: *o}
		p.name, p.label, p.kind = p.text("Name"), cmp.Or(p.text("DisplayName"), p.text("Name")), literal.Fold(p.text("DisplayType"))
		if p.flag("IsActive") {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b *parameter) int { return cmp.Compare(a.number("SequenceNum"), b.number("SequenceNum")) })
	return out, nil
}

// childrenOf reads the records of a type whose ParentLink names a record, oldest first.
func childrenOf(ctx context.Context, e *record.Engine, r db.Reader, t *record.Type, parent string) ([]record.Row, error) {
	var rows []record.Row
	where := t.Expr(t.Position("ParentLink"), e.DB().Engine() == db.Postgres) + " = $1"
	query := record.Query{Type: t, Where: where, Args: []any{literal.Fold(parent)}, Counts: 1, Order: "ORDER BY rec_id", Limit: maxChildren}
	_, err := e.ListFrom(ctx, r, query, func(row record.Row) error {
		row.Doc = bytes.Clone(row.Doc)
		rows = append(rows, row)
		return nil
	})
	return rows, err
}

// packageData answers the form of an offering.
func (c *call) packageData(subscription string) error {
	o, err := c.subscribed(subscription)
	if err != nil {
		return err
	}
	if _, _, err := c.reading("ServiceReqTemplateParam"); err != nil {
		return err
	}
	params, err := parameters(c.r.Context(), c.engine, c.tenant.DB, o.recID)
	if err != nil {
		return err
	}
	type question struct {
		RecID                 string `json:"RecId"`
		Name                  string
		DisplayName           string
		DisplayType           string
		RequiredExpression    string
		ConfigOptions         string
		ValidationConstraints string
		ValidationListRecID   string `json:"ValidationList_RecID"`
		VisibilityExpression  string
		ReadOnlyExpression    string
		Description           string
		DefaultValue          string
		SequenceNum           int64
		MinLength, MaxLength  *int64
		Pattern               string
		PriceOption           string
	}
	form := struct {
		listedOffering
		Parameters []question `json:"parameters"`
	}{o.listed(), []question{}}
	for _, p := range params {
		form.Parameters = append(form.Parameters, question{
			RecID: p.recID, Name: p.name, DisplayName: p.label, DisplayType: p.text("DisplayType"), RequiredExpression: p.text("RequiredExpression"),
			ConfigOptions: p.text("ConfigOptions"), ValidationConstraints: p.text("ValidationConstraints"), ValidationListRecID: p.text("ValidationList_RecID"),
			VisibilityExpression: p.text("VisibilityExpression"), ReadOnlyExpression: p.text("ReadOnlyExpression"), Description: p.text("Description"),
			DefaultValue: p.text("DefaultValue"), SequenceNum: p.number("SequenceNum"), MinLength: p.length("MinLength"), MaxLength: p.length("MaxLength"),
			Pattern: p.text("Pattern"), PriceOption: string(literal.AppendDecimal(nil, p.number("PriceOption"))),
		})
	}
	return c.sendJSON(form)
}

// length is a bound of a text, nil where there is none.
func (p *parameter) length(field string) *int64 {
	v := p.values[p.row.Type.Position(field)]
	if !v.Set || v.Num < 0 {
		return nil
	}
	return &v.Num
}
