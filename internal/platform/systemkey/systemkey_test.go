package systemkey_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/systemkey"
	"github.com/provost-itsm/provost/internal/testkit/pgtest"
)

func TestASystemKeyCountsFromItsCreationToItsEnd(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, dsn string) {
		ctx := principal.With(t.Context(), &principal.Principal{Kind: principal.System, Login: "cli:root"})
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		control, err := db.Open(ctx, dsn, db.Options{Timeline: db.ControlTimeline()})
		must(err)
		t.Cleanup(func() { _ = control.Close() })
		keys, err := secret.Open(filepath.Join(t.TempDir(), "keys.json"), true)
		must(err)
		now := clock.NewManual(time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC))
		s := systemkey.Store{Control: control, Keys: keys, Clock: now}
		counts := func(value string, want bool) systemkey.Key {
			t.Helper()
			k, ok, err := s.Verify(ctx, value)
			must(err)
			if ok != want {
				t.Errorf("the key counts: %v, want %v", ok, want)
			}
			return k
		}

		made, value, err := s.Create(ctx, " operations ", time.Hour)
		must(err)
		_, other, err := s.Create(ctx, "", 0)
		must(err)
		if made.Description != "operations" || made.CreatedBy != "cli:root" || made.Expires == nil || value == other || !strings.HasPrefix(value, "pvs_k_") {
			t.Errorf("%+v", made)
		}
		if k := counts(value, true); k.ID != made.ID {
			t.Errorf("%+v, want %s", k, made.ID)
		}
		for _, junk := range []string{"", "pvs_k_", value[:len(value)-1], value + "x", secret.New(secret.KindKey), secret.New(secret.KindSession), strings.ToUpper(value)} {
			counts(junk, false)
		}
		all, err := s.List(ctx)
		must(err)
		if len(all) != 2 || all[0].LastUsed == nil || all[1].LastUsed != nil || all[1].Expires != nil {
			t.Errorf("%+v", all)
		}
		now.Advance(time.Hour)
		counts(value, false)
		counts(other, true)
		must(s.Delete(ctx, all[1].ID))
		counts(other, false)
		if err := s.Delete(ctx, all[1].ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("deleting it again: %v", err)
		}
		for name, try := range map[string]func() error{
			"a description on two lines": func() error { _, _, err := s.Create(ctx, "a\nb", 0); return err },
			"one that is too long":       func() error { _, _, err := s.Create(ctx, strings.Repeat("ä", 201), 0); return err },
			"an end before its creation": func() error { _, _, err := s.Create(ctx, "", -1); return err },
		} {
			if err := try(); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		entries, err := audit.List(ctx, control, audit.Filter{Object: "system_key"})
		must(err)
		if len(entries) != 3 || entries[0].Action != "system_key.delete" || entries[2].Label != "operations" || entries[2].Login != "cli:root" {
			t.Errorf("the audit trail: %+v", entries)
		}
		for _, e := range entries {
			if strings.Contains(string(e.Changes), value) || strings.Contains(string(e.Changes), other) {
				t.Errorf("a secret in the audit trail: %s", e.Changes)
			}
		}
	})
}
