package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/blob"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/tenant"
)

// shownBlobs is how many blobs a finding names.
const shownBlobs = 5

// examineBlobs reads every blob that records name and compares it with its hash, and counts those that none names. Nothing is
// swept meanwhile, so that what a snapshot of the records names has to be there.
func (a *App) examineBlobs(ctx context.Context, h *tenant.Handle, e Examination) (Finding, error) {
	letGo, err := h.Blobs.Hold()
	if err != nil {
		return Finding{}, err
	}
	defer letGo()
	var names []blob.Hash
	err = h.DB.View(ctx, func(r db.Reader) (err error) {
		names, err = a.Tenants.Named(ctx, h, r)
		return err
	})
	if err != nil {
		return Finding{}, fmt.Errorf("read which files records name: %w", err)
	}
	progress := func(int64, int64) {}
	if e.Progress != nil {
		progress = e.Progress("attachments of tenant " + h.Name)
	}
	var missing, damaged []string
	var size int64
	for i, name := range names {
		n, err := h.Blobs.Verify(ctx, name)
		switch size += n; {
		case errors.Is(err, blob.ErrMissing):
			missing = append(missing, name.String())
		case errors.Is(err, blob.ErrDamaged):
			damaged = append(damaged, name.String())
		case err != nil:
			return Finding{}, err
		}
		progress(int64(i+1), int64(len(names)))
	}
	unnamed, err := countUnnamed(h.Blobs, names)
	if err != nil {
		return Finding{}, err
	}
	detail := []string{fmt.Sprintf("%d files, %d bytes, each with its hash", len(names)-len(missing)-len(damaged), size)}
	if len(missing) > 0 {
		detail = append(detail, fmt.Sprintf("%d missing: %s", len(missing), some(missing)))
	}
	if len(damaged) > 0 {
		detail = append(detail, fmt.Sprintf("%d damaged: %s", len(damaged), some(damaged)))
	}
	if unnamed > 0 {
		detail = append(detail, fmt.Sprintf("%d without a record, which the next sweeps remove", unnamed))
	}
	return Finding{h.Name, "attachments", len(missing)+len(damaged) == 0, strings.Join(detail, "; ")}, nil
}

// countUnnamed counts the blobs that are not among the names. Both are in order.
func countUnnamed(s *blob.Store, names []blob.Hash) (n int64, err error) {
	for h, err := range s.All() {
		if err != nil {
			return n, err
		}
		for len(names) > 0 && string(names[0][:]) < string(h[:]) {
			names = names[1:]
		}
		if len(names) == 0 || names[0] != h {
			n++
		}
	}
	return n, nil
}

func some(names []string) string {
	if len(names) <= shownBlobs {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:shownBlobs], ", "), len(names)-shownBlobs)
}
