package cli

import (
	"context"
	"slices"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/trust"
)

type settings struct {
	Get  settingGet  `cmd:"" help:"Show a setting."`
	Set  settingSet  `cmd:"" help:"Change a setting."`
	List settingList `cmd:"" help:"Show all settings."`
}

type settingGet struct {
	Name string `arg:"" help:"Name of the setting."`
}

type setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func (s *settingGet) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	value, ok := h.Records.Settings(ctx)[s.Name]
	if !ok {
		return nil, fault.New(fault.NotFound, "setting_unknown", "There is no setting %s; `provost setting list` shows what there is.", s.Name)
	}
	return setting{s.Name, value}, nil
}

type settingSet struct {
	Name  string `arg:"" help:"Name of the setting."`
	Value string `arg:"" help:"Its new value."`
}

func (s *settingSet) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := trust.CheckSetting(s.Name, s.Value); err != nil {
		return nil, err
	}
	if err := h.Records.SetSetting(ctx, s.Name, s.Value); err != nil {
		return nil, err
	}
	return setting{s.Name, s.Value}, nil
}

type settingList struct{}

func (*settingList) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	out := []setting{}
	for name, value := range h.Records.Settings(ctx) {
		out = append(out, setting{name, value})
	}
	slices.SortFunc(out, func(a, b setting) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return struct {
		Settings []setting `json:"settings"`
	}{out}, nil
}
