package app

import (
	"context"
	"slices"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/adminapi"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/sso"
	"github.com/provost-itsm/provost/internal/trust"
)

// adminSettings adds the operations on the settings of the tenant.
func (a *App) adminSettings(api *adminapi.API) {
	const proof = "Settings with protected true take a fresh proof of who asks (403 step_up_required)."
	api.Group("Settings", "What the tenant has chosen. A setting that nobody changed has its default.",
		adminapi.Op("GET /settings", "list-settings", "List all settings", a.listSettings, adminapi.Describe("In order of their names, on one page.")),
		adminapi.Op("PATCH /settings", "update-settings", "Change several settings, all or none", a.updateSettings, adminapi.Describe(proof)),
		adminapi.Op("GET /settings/{name}", "get-setting", "Get a setting", a.getSetting),
		adminapi.Op("PATCH /settings/{name}", "update-setting", "Change a setting", a.updateSetting, adminapi.Describe(proof)),
	)
}

// Setting is a setting as the API shows it.
type Setting struct {
	Name        string   `json:"name" example:"odata.transitions"`
	Value       string   `json:"value" doc:"In force; numbers too are texts" example:"free"`
	Default     string   `json:"default" doc:"In force where nobody changed it" example:"free"`
	Description string   `json:"description" doc:"What it does, for people"`
	Group       string   `json:"group" doc:"The name before its first dot" example:"odata"`
	Kind        string   `json:"kind" enum:"choice,number,text"`
	Choices     []string `json:"choices,omitempty" doc:"Of a choice: the values there are" example:"free"`
	Min         *int     `json:"min,omitempty" doc:"Of a number: the smallest"`
	Max         *int     `json:"max,omitempty" doc:"Of a number: the largest"`
	MaxLength   int      `json:"max_length,omitempty" doc:"Of a text: how many bytes it may have"`
	Pattern     string   `json:"pattern,omitempty" doc:"Of a text: the regular expression that it fits"`
	Protected   bool     `json:"protected" doc:"To change it takes a fresh proof of who asks"`
}

func shownSetting(i record.SettingInfo) Setting {
	out := Setting{Name: i.Name, Value: i.Value, Default: i.Default, Description: i.Description, Group: i.Group, Kind: i.Kind, Choices: i.Choices,
		Pattern: i.Pattern, Protected: protected(i.Name)}
	switch i.Kind {
	case "number":
		out.Min, out.Max = &i.Min, &i.Max
	case "text":
		out.MaxLength = i.Max
	}
	return out
}

// protected reports whether a setting decides who gets in and for how long.
func protected(name string) bool {
	for _, group := range []string{"sign_in.", "session.", "trust.", "provisioning."} {
		if strings.HasPrefix(name, group) {
			return true
		}
	}
	return false
}

func (a *App) listSettings(ctx context.Context, _ *struct{}) (*adminapi.Page[Setting], error) {
	out := &adminapi.Page[Setting]{Items: []Setting{}}
	for _, i := range tenant.From(ctx).Records.DescribedSettings(ctx) {
		out.Items = append(out.Items, shownSetting(i))
	}
	return out, nil
}

// SettingPath names a setting.
type SettingPath struct {
	Name string `path:"name" maxLength:"100" doc:"Name of the setting" example:"odata.transitions"`
}

func (a *App) getSetting(ctx context.Context, in *SettingPath) (*Setting, error) {
	all := tenant.From(ctx).Records.DescribedSettings(ctx)
	at := slices.IndexFunc(all, func(i record.SettingInfo) bool { return i.Name == in.Name })
	if at < 0 {
		return nil, fault.New(fault.NotFound, "setting_unknown", "There is no setting %q.", in.Name)
	}
	out := shownSetting(all[at])
	return &out, nil
}

func (a *App) updateSetting(ctx context.Context, in *struct {
	SettingPath
	Body struct {
		Value string `json:"value" maxLength:"2000" doc:"Numbers too are texts" example:"enforce"`
	}
}) (*Setting, error) {
	if _, err := a.getSetting(ctx, &in.SettingPath); err != nil {
		return nil, err
	}
	if err := a.setSettings(ctx, map[string]string{in.Name: in.Body.Value}); err != nil {
		f := *fault.Of(err)
		f.Fields = slices.Clone(f.Fields)
		for i := range f.Fields {
			f.Fields[i].Field = "value"
		}
		return nil, &f
	}
	return a.getSetting(ctx, &in.SettingPath)
}

func (a *App) updateSettings(ctx context.Context, in *struct {
	Body struct {
		Values map[string]string `json:"values" doc:"By the names of settings; those that are not named stay"`
	}
}) (*adminapi.Page[Setting], error) {
	if err := a.setSettings(ctx, in.Body.Values); err != nil {
		return nil, err
	}
	return a.listSettings(ctx, nil)
}

// setSettings changes settings that their owners take, after whoever asks has proved who they are where one of them is protected.
func (a *App) setSettings(ctx context.Context, values map[string]string) error {
	h, proof := tenant.From(ctx), false
	for name, value := range values {
		if err := trust.CheckSetting(name, value); err != nil {
			return fault.Of(err).WithField(name, "%s", fault.Of(err).Message)
		}
		proof = proof || protected(name)
	}
	if _, ways := values[sso.SettingProvisioning]; ways { // whose word counts of provisioned people
		if err := adminapi.Sensitive(ctx); err != nil {
			return err
		}
	}
	if proof {
		if err := a.SSO.StepUp(ctx, h, principal.From(ctx)); err != nil {
			return err
		}
	}
	return h.Records.SetSettings(ctx, values)
}
