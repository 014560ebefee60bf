package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"golang.org/x/sys/unix"

	"github.com/provost-itsm/provost/internal/sso/federation"
)

func (*idpCreate) print(t terminal, result json.RawMessage) error   { return printProvider(t, result) }
func (*idpShow) print(t terminal, result json.RawMessage) error     { return printProvider(t, result) }
func (*idpUpdate) print(t terminal, result json.RawMessage) error   { return printProvider(t, result) }
func (*idpTrust) print(t terminal, result json.RawMessage) error    { return printProvider(t, result) }
func (*idpDistrust) print(t terminal, result json.RawMessage) error { return printProvider(t, result) }
func (*idpMetadata) print(t terminal, result json.RawMessage) error { return printProvider(t, result) }
func (*idpRefresh) print(t terminal, result json.RawMessage) error  { return printProvider(t, result) }

// print shows a row for each, without what fills a page.
func (*idpList) print(t terminal, result json.RawMessage) error {
	var list struct {
		Providers []federation.Provider `json:"identity_providers"`
	}
	if err := json.Unmarshal(result, &list); err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	if len(list.Providers) == 0 {
		_, err := fmt.Fprintln(t.out, "no identity providers")
		return err
	}
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tID\tKIND\tPRESET\tSTATE\tCERTIFICATE\tLAST ATTEMPT")
	for _, p := range list.Providers {
		last := "-"
		if p.LastAttempt != nil {
			last = p.LastAttempt.Outcome + ", " + minute(p.LastAttempt.At)
		}
		fmt.Fprintln(w, strings.Join([]string{p.Name, p.ID, p.Kind, p.Preset, state(p), lasts(p), last}, "\t"))
	}
	return w.Flush()
}

// print shows a row for each, with as much of its message as fits.
func (*idpAttempts) print(t terminal, result json.RawMessage) error {
	var list struct {
		Attempts []federation.Attempt `json:"attempts"`
	}
	if err := json.Unmarshal(result, &list); err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	if len(list.Attempts) == 0 {
		_, err := fmt.Fprintln(t.out, "no attempts")
		return err
	}
	rows := [][]string{{"WHEN", "OUTCOME", "WHO", "FLOW", "REFERENCE"}}
	messages := []string{"MESSAGE"}
	for _, a := range list.Attempts {
		who := a.Login
		if who == "" {
			who = a.Subject
		}
		rows = append(rows, []string{a.At.UTC().Format("2006-01-02 15:04:05Z"), a.Outcome, dash(visible(who)), dash(a.Flow), dash(a.RequestID)})
		messages = append(messages, visible(a.Message))
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, text := range row {
			widths[i] = max(widths[i], len([]rune(text)))
		}
	}
	for n, row := range rows {
		var line strings.Builder
		for i, text := range row {
			line.WriteString(text + strings.Repeat(" ", widths[i]+2-len([]rune(text))))
		}
		line.WriteString(messages[n])
		fmt.Fprintln(t.out, strings.TrimRight(cut(line.String(), t.width()), " "))
	}
	return nil
}

// visible is a text of somebody else as a line of a terminal may hold it.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, text)
}

// cut is a text of at most so many characters.
func cut(text string, most int) string {
	if all := []rune(text); len(all) > most {
		return string(all[:most-1]) + "…"
	}
	return text
}

// width is how many characters a line has: those of the terminal, else what scripts and pagers are used to.
func (t terminal) width() int {
	const standard, least = 120, 60
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n >= least {
		return n
	}
	if f, ok := t.out.(*os.File); ok {
		if size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ); err == nil && size.Col >= least {
			return int(size.Col)
		}
	}
	return standard
}

func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func minute(at time.Time) string { return at.UTC().Format("2006-01-02 15:04Z") }

func state(p federation.Provider) string {
	if p.Enabled {
		return "enabled"
	}
	return "disabled"
}

// lasts says how long a provider's certificates go on counting: that of the one which ends last.
func lasts(p federation.Provider) string {
	if p.Kind != federation.KindSAML {
		return "-"
	}
	if len(p.Certificates) == 0 {
		return "none"
	}
	last := p.Certificates[0]
	for _, c := range p.Certificates {
		if c.NotAfter.After(last.NotAfter) {
			last = c
		}
	}
	return left(last)
}

func left(c federation.Certificate) string {
	if c.DaysLeft < 0 {
		return "expired"
	}
	return strconv.Itoa(c.DaysLeft) + " days left"
}

// printProvider shows a provider as a block: one line a setting, what is not set left out.
func printProvider(t terminal, result json.RawMessage) error {
	var p federation.Provider
	if err := json.Unmarshal(result, &p); err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "%s\t%s\n", name, value)
		}
	}
	line("name", p.Name)
	line("id", p.ID)
	line("kind", p.Kind+", set up as "+p.Preset)
	line("state", state(p))
	settingLines(p, line)
	if p.LastAttempt != nil {
		line("last attempt", p.LastAttempt.Outcome+", "+minute(p.LastAttempt.At))
	}
	line("created", minute(p.CreatedAt))
	line("changed", minute(p.ChangedAt)+", version "+strconv.FormatInt(p.Version, 10))
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	lists(t.out, p)
	return nil
}

// settingLines are the lines of what administrators decide that is one value.
func settingLines(p federation.Provider, line func(name, value string)) {
	yes := func(is bool) string {
		if is {
			return "yes"
		}
		return "no"
	}
	text := func(value, otherwise string) string {
		if value == "" {
			return otherwise
		}
		return value
	}
	if p.Kind == federation.KindOIDC {
		line("issuer", p.EntityID)
		line("client id", p.ClientID)
		line("client secret", map[bool]string{true: "set", false: "none"}[p.SecretSet])
		line("scopes", text(strings.Join(p.Scopes, " "), "profile email (standard)"))
	} else {
		line("identifier", p.EntityID)
		line("login URL", p.SSOURL)
		line("binding", text(p.Binding, "redirect"))
		line("logout URL", p.SLOURL)
		line("logout answers", p.SLOResponseURL)
		line("logout issuers", strings.Join(p.LogoutIssuers, " "))
		line("metadata URL", p.MetadataURL)
		if p.Metadata.At != nil {
			line("metadata read", minute(*p.Metadata.At))
		}
		line("IdP-initiated", yes(p.IDPInitiated))
		line("sign requests", yes(p.SignRequests))
		line("encrypted only", yes(p.WantEncrypted))
		line("AES-CBC", yes(p.AllowCBC))
	}
	line("logout page", p.LogoutPage)
	line("ask anew", yes(p.ForceAuthn))
	if p.SkewSeconds != 0 {
		line("clock skew", strconv.Itoa(p.SkewSeconds)+" seconds")
	}
	line("named by", text(p.SubjectClaim, "what is usual (standard)"))
	line("create users", yes(p.CreateUsers))
	line("link by e-mail", yes(p.LinkByEmail))
	line("default role", text(p.DefaultRole, "SelfService (standard)"))
	line("default team", p.DefaultTeam)
	line("rules may give", strings.Join(p.Roles, ", "))
	line("may give admin", yes(p.GrantAdmin))
}

// lists are the certificates, the mapping, the rules and what stands against signing in.
func lists(out io.Writer, p federation.Provider) {
	block := func(title string, lines []string) {
		if len(lines) > 0 {
			fmt.Fprintf(out, "\n%s\n  %s\n", title, strings.Join(lines, "\n  "))
		}
	}
	var certificates, mapping, rules []string
	for _, c := range p.Certificates {
		from := ""
		if time.Now().Before(c.NotBefore) {
			from = "from " + c.NotBefore.UTC().Format(time.DateOnly) + " "
		}
		certificates = append(certificates, c.Fingerprint, fmt.Sprintf("  %s, %suntil %s (%s), %s", c.Subject, from, c.NotAfter.UTC().Format(time.DateOnly), left(c), c.Source))
	}
	for _, m := range p.Mapping {
		mapping = append(mapping, m.Field+" = "+m.Claim)
	}
	for _, r := range p.Rules {
		gives := ""
		for _, given := range []struct{ what, value string }{{"role", r.Role}, {"team", r.Team}, {"organisational unit", r.OrgUnit}} {
			if given.value != "" {
				gives += ", " + given.what + " " + given.value
			}
		}
		rules = append(rules, fmt.Sprintf("%s: %s %s %s gives %s", r.ID, r.Claim, strings.ReplaceAll(r.Operator, "_", " "), strings.Join(r.Values, " | "), strings.TrimPrefix(gives, ", ")))
	}
	block("certificates (SHA-256)", certificates)
	block("mapping", mapping)
	block("rules", rules)
	block("problems", p.Problems)
}
