package record

import "context"

type erasingKey struct{}

// Erasing returns a context for writing that takes away what nobody is to know any more: the audit trail then says which fields have changed
// and what they are now, and not what they were.
func Erasing(ctx context.Context) context.Context { return context.WithValue(ctx, erasingKey{}, true) }

func erasing(ctx context.Context) bool {
	on, _ := ctx.Value(erasingKey{}).(bool)
	return on
}
