package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

type objectCommands struct {
	Apply  objectApply  `cmd:"" help:"Make or change business objects, lists and records from a file."`
	Show   objectShow   `cmd:"" help:"Print the definition of a business object, as apply takes it."`
	List   objectList   `cmd:"" help:"List business objects."`
	Delete objectDelete `cmd:"" help:"Remove a custom business object with all its records."`
}

type objectApply struct {
	File       string          `short:"f" required:"" help:"Definition as JSON; - reads standard input." placeholder:"FILE" json:"-"`
	Definition json.RawMessage `kong:"-"`
}

func (o *objectApply) prepare(t terminal) error {
	b, name, err := t.file(o.File)
	if err != nil {
		return err
	}
	if _, err := parseCatalogue(b); err != nil {
		return fault.New(fault.Invalid, "definition_invalid", "%s: %s", name, fault.Of(err).Message)
	}
	o.Definition = b
	return nil
}

// file reads a definition from a file, or standard input for "-". name is what messages call it.
func (t terminal) file(path string) (b []byte, name string, err error) {
	const most = 16 << 20
	name = path
	if path == "-" {
		name = "standard input"
		b, err = io.ReadAll(io.LimitReader(t.in, most+1))
	} else {
		b, err = os.ReadFile(path)
	}
	if err != nil {
		if at := (*fs.PathError)(nil); errors.As(err, &at) {
			err = at.Err // the name stands before it
		}
		return nil, name, fmt.Errorf("%s cannot be read: %w", name, err)
	}
	if len(b) > most {
		return nil, name, fmt.Errorf("%s is larger than 16 MiB", path)
	}
	return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), name, nil
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

// print writes a line for each change.
func (*objectApply) print(t terminal, result json.RawMessage) error { return t.changes(result) }

func (t terminal) changes(result json.RawMessage) error {
	var r struct {
		Changed []string `json:"changed"`
	}
	if err := json.Unmarshal(result, &r); err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	if len(r.Changed) == 0 {
		r.Changed = []string{"nothing to change"}
	}
	_, err := fmt.Fprintln(t.out, strings.Join(r.Changed, "\n"))
	return err
}

type objectShow struct {
	Object string `arg:"" help:"Technical name, such as Incident."`
}

func (o *objectShow) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	d, ok := h.Records.Definition(ctx, o.Object)
	if !ok {
		return nil, unknownObject(o.Object)
	}
	return d, nil
}

// print writes the definition as a file for apply.
func (*objectShow) print(t terminal, result json.RawMessage) error { return t.definition(result) }

func (t terminal) definition(result json.RawMessage) error {
	var b bytes.Buffer
	if err := json.Indent(&b, result, "", "  "); err != nil {
		return fmt.Errorf("print the definition: %w", err)
	}
	_, err := fmt.Fprintln(t.out, b.String())
	return err
}

func unknownObject(name string) error {
	return fault.New(fault.NotFound, "object_unknown", "There is no business object %s; `provost object list` shows what there is.", name)
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
	t, ok := h.Records.Type(ctx, o.Object)
	if !ok {
		return nil, unknownObject(o.Object)
	}
	if err := h.Records.Remove(ctx, o.Object); err != nil {
		return nil, err
	}
	return struct {
		Deleted string `json:"deleted"`
	}{t.Object}, nil
}
