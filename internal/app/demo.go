package app

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/provost-itsm/provost/internal/app/demo"
	"github.com/provost-itsm/provost/internal/people"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/principal"
	"github.com/provost-itsm/provost/internal/platform/record"
	"github.com/provost-itsm/provost/internal/platform/role"
	"github.com/provost-itsm/provost/internal/platform/secret"
	"github.com/provost-itsm/provost/internal/platform/sysadmin"
	"github.com/provost-itsm/provost/internal/platform/tenant"
	"github.com/provost-itsm/provost/internal/trust"
)

// Credentials are what the demo prints and writes for scripts. Names are only ever added.
type Credentials struct {
	BaseURL    string       `json:"base_url"`
	TenantID   string       `json:"tenant_id"`
	TenantHost string       `json:"tenant_host"`
	Admin      DemoLogin    `json:"admin"`
	Agent      DemoLogin    `json:"agent"`
	APIKey     string       `json:"api_key"`
	Employee   DemoEmployee `json:"employee"`

	AppRegistration DemoRegistration `json:"app_registration"` // a Custom App
	CSMRegistration DemoRegistration `json:"csm_registration"` // of Cherwell Service Management

	SystemAdmin DemoLogin `json:"system_admin"` // at the platform's host
	PlatformURL string    `json:"platform_url"`
}

// DemoRegistration is what a program of the demo gets tokens with.
type DemoRegistration struct {
	AuthURL      string `json:"auth_url"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
}

// DemoLogin is a person of the demo who can sign in.
type DemoLogin struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

// DemoEmployee is a person of the demo on whose behalf scripts open incidents.
type DemoEmployee struct {
	RecID string `json:"rec_id"`
	Login string `json:"login"`
}

// demoName is the name of the demo tenant.
const demoName = tenant.DemoName

// demoKey is the description of the demo's API key.
const demoKey = "Demo"

// demoSeed is the random value all secrets of a demo come from, so that they are the same after a restart.
type demoSeed struct {
	Seed string `json:"seed"` // 32 bytes, hex
}

// secretFor derives the secret for a use: 32 upper-case hex digits.
func (s demoSeed) secretFor(use string) string {
	m := hmac.New(sha256.New, []byte(s.Seed))
	m.Write([]byte(use))
	return strings.ToUpper(hex.EncodeToString(m.Sum(nil)[:16]))
}

// password derives a password that people can type.
func (s demoSeed) password(login string) string {
	x := strings.ToLower(s.secretFor("password:" + login))
	return x[:4] + "-" + x[4:8] + "-" + x[8:12] + "-" + x[12:16]
}

// readDemoSeed reads the seed of the folder, or makes one.
func readDemoSeed(data string) (demoSeed, error) {
	path := filepath.Join(data, "demo-secrets.json")
	var s demoSeed
	b, err := os.ReadFile(path)
	if err == nil {
		if err := json.Unmarshal(b, &s); err != nil || len(s.Seed) != 64 {
			return s, fmt.Errorf("%s is damaged; remove it and start again: %w", path, err)
		}
		return s, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return s, fmt.Errorf("read the demo's secrets: %w", err)
	}
	var random [32]byte
	rand.Read(random[:])
	s.Seed = hex.EncodeToString(random[:])
	return s, WritePrivate(path, s)
}

// WritePrivate writes v as JSON to a file only its owner can read; whoever looks sees the whole of it or nothing.
func WritePrivate(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.Write(append(b, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// EnsureDemo makes the demo tenant where it is missing and returns how to use it. A demo whose making was cut short is made anew.
func (a *App) EnsureDemo(ctx context.Context) (*Credentials, error) {
	seed, err := readDemoSeed(a.Config.Data)
	if err != nil {
		return nil, err
	}
	info, err := a.demoTenant(ctx)
	if err != nil {
		return nil, err
	}
	h, release, err := a.Tenants.Acquire(ctx, info.ID)
	if err != nil {
		return nil, err
	}
	defer release()
	ctx = record.AsSystem(tenant.With(ctx, h))
	if err := a.demoPeople(ctx, h, seed); err != nil {
		return nil, err
	}
	c := &Credentials{
		BaseURL: info.BaseURL, TenantID: info.ID, TenantHost: info.Hosts[0], APIKey: seed.secretFor("api_key"),
		Admin: DemoLogin{"admin", seed.password("admin")}, Agent: DemoLogin{"agent", seed.password("agent")},
	}
	if err := a.demoRegistrations(ctx, h, seed, c); err != nil {
		return nil, err
	}
	if err := a.demoSystemAdmin(ctx, seed, c); err != nil {
		return nil, err
	}
	c.Employee, err = a.demoEmployee(ctx, h)
	debug.FreeOSMemory() // making the data and hashing passwords take much more than serving
	return c, err
}

// Settings of the control database by which a demo that is complete, and has the secrets of this folder, is known.
const (
	demoFilledSetting   = "demo.filled"   // id of the tenant
	demoEmployeeSetting = "demo.employee" // RecId of the person for scripts
	demoSeedSetting     = "demo.seed"     // SHA-256 of tenant id and seed, hex
	demoTrustSetting    = "demo.trust"    // likewise, once the app registrations are there
	demoSystemSetting   = "demo.system"   // likewise of the seed alone, once the system administrator is there
)

// demoTenant returns the demo tenant with its data.
func (a *App) demoTenant(ctx context.Context) (tenant.Info, error) {
	filled, err := a.controlSetting(ctx, demoFilledSetting)
	if err != nil {
		return tenant.Info{}, err
	}
	for _, t := range a.Tenants.List() {
		switch {
		case t.Demo && (t.ID == filled || t.Name != demoName):
			return t, nil
		case t.Demo:
			if err := a.Tenants.Delete(record.AsSystem(ctx), t.ID); err != nil {
				return tenant.Info{}, fmt.Errorf("remove a demo that was cut short: %w", err)
			}
		}
	}
	info, made, err := a.EnsureTenant(ctx, demoName, true)
	if err != nil {
		return tenant.Info{}, err
	}
	if !made {
		return tenant.Info{}, errors.New("the data holds tenants, but no demo tenant; give another folder as --data DIR")
	}
	h, release, err := a.Tenants.Acquire(ctx, info.ID)
	if err != nil {
		return tenant.Info{}, err
	}
	defer release()
	filling, err := demo.Fill(record.AsSystem(tenant.With(ctx, h)), h, a.Clock.Now())
	if err != nil {
		return tenant.Info{}, fmt.Errorf("fill the demo tenant: %w", err)
	}
	if err := a.setControl(ctx, demoEmployeeSetting, filling.Employee); err != nil {
		return tenant.Info{}, err
	}
	return info, a.setControl(ctx, demoFilledSetting, info.ID)
}

// demoPeople makes sure that those who sign in and the API key are there and have the secrets of the seed.
func (a *App) demoPeople(ctx context.Context, h *tenant.Handle, seed demoSeed) error {
	mark := seed.mark(h)
	done, err := a.controlSetting(ctx, demoSeedSetting)
	if err != nil || done == mark {
		return err
	}
	for _, n := range []people.NewPerson{
		{Login: "admin", Role: role.Admin, FirstName: "Alex", LastName: "Admin", Email: "admin@demo.example"},
		{Login: "agent", Role: "ServiceDeskAnalyst", FirstName: "Andrea", LastName: "Agent", Email: "agent@demo.example"},
	} {
		if err := a.demoLogin(ctx, h, n, seed.password(n.Login)); err != nil {
			return fmt.Errorf("make the demo's %s: %w", n.Login, err)
		}
	}
	_, err = a.Trust.CreateKey(ctx, h, trust.KeySpec{Description: demoKey, Role: role.InternalServices, Secret: seed.secretFor("api_key")})
	if err != nil && !fault.Is(err, fault.Conflict) { // a conflict: it is there
		return fmt.Errorf("make the demo's API key: %w", err)
	}
	return a.setControl(ctx, demoSeedSetting, mark)
}

// mark tells a tenant with the secrets of this seed from others.
func (s demoSeed) mark(h *tenant.Handle) string {
	sum := sha256.Sum256([]byte(h.ID + s.Seed))
	return hex.EncodeToString(sum[:])
}

// demoRegistrations makes sure that the app registrations are there, once, and says how to use them.
func (a *App) demoRegistrations(ctx context.Context, h *tenant.Handle, seed demoSeed, c *Credentials) error {
	done, err := a.controlSetting(ctx, demoTrustSetting)
	if err != nil {
		return err
	}
	for into, spec := range map[*DemoRegistration]trust.RegistrationSpec{
		&c.AppRegistration: {Type: "custom", Name: "Demo app", Description: "For trying the APIs out",
			Scopes: []string{principal.DataRead, principal.ODataRead, principal.ODataWrite, principal.TokenIntrospect}},
		&c.CSMRegistration: {Type: "csm", Description: "Neurons for Discovery in a demo of Cherwell"},
	} {
		kind, _ := trust.RegistrationTypeNamed(spec.Type)
		spec.ClientID = "AppReg_" + kind.Word + "_" + secret.DeriveAlnum([]byte(seed.Seed), "client_id:"+h.ID+":"+spec.Type, 22)
		spec.Secret = secret.Derive(secret.KindClient, []byte(seed.Seed), "client_secret:"+h.ID+":"+spec.Type)
		spec.NeverExpires = true
		*into = DemoRegistration{AuthURL: a.Trust.AuthURL(h), ClientID: spec.ClientID, ClientSecret: spec.Secret}
		if done == seed.mark(h) {
			continue
		}
		if _, err := a.Trust.CreateRegistration(ctx, h, spec); err != nil && !fault.Is(err, fault.Conflict) { // a conflict: it is there
			return fmt.Errorf("make the demo's app registration %s: %w", spec.Type, err)
		}
	}
	if done == seed.mark(h) {
		return nil
	}
	return a.setControl(ctx, demoTrustSetting, seed.mark(h))
}

// DemoPlatformHost is the platform's host of a demo that is not given another: a name that browsers take for this machine.
const DemoPlatformHost = "platform.localhost"

// demoSystemAdmin makes sure that a system administrator is there who has the password of the seed.
func (a *App) demoSystemAdmin(ctx context.Context, seed demoSeed, c *Credentials) error {
	const login = "operator"
	c.PlatformURL, c.SystemAdmin = a.platformAddress(), DemoLogin{login, seed.password("system:" + login)}
	sum := sha256.Sum256([]byte("system:" + seed.Seed))
	mark := hex.EncodeToString(sum[:])
	done, err := a.controlSetting(ctx, demoSystemSetting)
	if err != nil {
		return err
	}
	admin, found, err := a.Admins.ByLogin(ctx, login)
	if err != nil || found && done == mark {
		return err
	}
	if !found {
		if admin, _, err = a.Admins.Create(ctx, sysadmin.NewAdmin{Login: login, Name: "Olivia Operator", Email: "operator@demo.example"}); err != nil {
			return fmt.Errorf("make the demo's system administrator: %w", err)
		}
	}
	if err := a.Admins.SetPassword(ctx, admin.ID, c.SystemAdmin.Password); err != nil {
		return fmt.Errorf("make the demo's system administrator: %w", err)
	}
	return a.setControl(ctx, demoSystemSetting, mark)
}

// demoLogin makes sure that a person is there and has the password.
func (a *App) demoLogin(ctx context.Context, h *tenant.Handle, n people.NewPerson, password string) error {
	t, _ := h.Records.Type(ctx, "Employee")
	row, found, err := h.Records.FindOne(ctx, h.DB, t, "LoginID", n.Login)
	if err != nil {
		return err
	}
	id := row.RecID
	if !found {
		created, err := a.People.CreatePerson(ctx, h, n)
		if err != nil {
			return err
		}
		id = created.RecID
	}
	grant := func(tx *db.Tx) error { return role.Store{Clock: a.Clock}.Grant(ctx, tx, id, n.Role, true) } // harmless twice
	if err := h.DB.Write(ctx, nil, grant); err != nil {
		return err
	}
	return a.People.SetPassword(ctx, h, id, password)
}

// demoEmployee returns the person the demo was filled with for scripts.
func (a *App) demoEmployee(ctx context.Context, h *tenant.Handle) (DemoEmployee, error) {
	id, err := a.controlSetting(ctx, demoEmployeeSetting)
	if err != nil {
		return DemoEmployee{}, err
	}
	t, ok := h.Records.Type(ctx, "Employee")
	if !ok {
		return DemoEmployee{}, errors.New("the demo tenant has no people")
	}
	row, err := h.Records.Get(ctx, t, id)
	if err != nil {
		return DemoEmployee{}, fmt.Errorf("find the demo's employee: %w", err)
	}
	return DemoEmployee{row.RecID, row.Text("NetworkUserName")}, nil
}
