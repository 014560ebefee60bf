package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/record"
)

type objectCommands struct {
	Apply  objectApply  `cmd:"" help:"Make or change business objects, lists and records from a file."`
	List   objectList   `cmd:"" help:"List business objects."`
	Delete objectDelete `cmd:"" help:"Remove a custom business object with all its records."`
}

type objectApply struct {
	File       string          `short:"f" required:"" help:"Definition as JSON; - reads standard input." placeholder:"FILE" json:"-"`
	Definition json.RawMessage `kong:"-"`
}

func (o *objectApply) prepare(t terminal) error {
	var (
		b   []byte
		err error
	)
	const most = 16 << 20
	if o.File == "-" {
		b, err = io.ReadAll(io.LimitReader(t.in, most+1))
	} else {
		b, err = os.ReadFile(o.File)
	}
	if err != nil {
		return fmt.Errorf("read the definition: %w", err)
	}
	if len(b) > most {
		return fmt.Errorf("%s is larger than 16 MiB", o.File)
	}
	var syntax *json.SyntaxError
	var any any
	if err := json.Unmarshal(b, &any); errors.As(err, &syntax) {
		return fmt.Errorf("%s is not JSON, line %d: %w", o.File, 1+strings.Count(string(b[:syntax.Offset]), "\n"), err)
	} else if err != nil {
		return fmt.Errorf("%s is not JSON: %w", o.File, err)
	}
	o.Definition = b
	return nil
}

func (o *objectApply) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	catalogue, err := parseCatalogue(o.Definition)
	if err != nil {
		return nil, err
	}
	changed, err := h.Records.Apply(ctx, catalogue)
	if err != nil {
		return nil, err
	}
	if changed == nil {
		changed = []string{}
	}
	return struct {
		Changed []string `json:"changed"`
	}{changed}, nil
}

// parseCatalogue reads lists, objects and records, or one object alone. Unknown names are refused: they are misspelt.
func parseCatalogue(b []byte) (record.Catalogue, error) {
	var (
		c    record.Catalogue
		head struct {
			Object *string `json:"object"`
		}
	)
	into := any(&c)
	if json.Unmarshal(b, &head) == nil && head.Object != nil {
		c.Objects = make([]record.Definition, 1)
		into = &c.Objects[0]
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return c, fault.New(fault.Invalid, "definition_invalid", "The definition cannot be read: %s.", strings.TrimPrefix(err.Error(), "json: "))
	}
	return c, nil
}

type objectList struct{}

type listedObject struct {
	Object string `json:"object"`
	Set    string `json:"set"`
	Label  string `json:"label"`
	Owner  string `json:"owner"`
	Fields int    `json:"fields"`
}

func (*objectList) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	out := []listedObject{}
	for _, t := range h.Records.Types(ctx) {
		out = append(out, listedObject{t.Object, t.Set, t.Definition.Label, t.Owner, len(t.Fields)})
	}
	return struct {
		Objects []listedObject `json:"objects"`
	}{out}, nil
}

type objectDelete struct {
	Object string `arg:"" help:"Technical name, such as ZooAnimal."`
}

func (o *objectDelete) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if _, ok := h.Records.Type(ctx, o.Object); !ok {
		return nil, fault.New(fault.NotFound, "object_unknown", "There is no business object %s; `provost object list` shows what there is.", o.Object)
	}
	if err := h.Records.Remove(ctx, o.Object); err != nil {
		return nil, err
	}
	return struct {
		Deleted string `json:"deleted"`
	}{o.Object}, nil
}
