package mail

import (
	"context"
	"crypto/tls"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strings"
	"time"

	smtp "github.com/wneessen/go-mail"

	"github.com/provost-itsm/provost/internal/platform/audit"
	"github.com/provost-itsm/provost/internal/platform/clock"
	"github.com/provost-itsm/provost/internal/platform/db"
	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/outbound"
	"github.com/provost-itsm/provost/internal/platform/secret"
)

// Security says how the connection to the server is protected.
type Security string

// The kinds of protection. With None no password is sent to another machine.
const (
	StartTLS Security = "starttls" // RFC 3207, required
	TLS      Security = "tls"      // from the first byte, RFC 8314
	None     Security = "none"
)

// Server is where e-mail is handed over, and in whose name.
type Server struct {
	Host     string   `json:"host"`
	Port     int      `json:"port"` // 0: 587 for StartTLS, 465 for TLS, 25 for None
	Security Security `json:"security"`
	User     string   `json:"user,omitempty"` // "": without signing in
	From     string   `json:"from"`           // sender, RFC 5322 section 3.4: "Service Desk <desk@example.com>"
	// Confined: named by an administrator of the tenant and not by whoever runs the server, so it is reached like everything that
	// tenants name: at public addresses and in the private networks that are allowed.
	Confined bool `json:"confined,omitempty"`
}

// PortInUse is the port that is spoken to: the one given, or that of the security.
func (s Server) PortInUse() int {
	switch {
	case s.Port != 0:
		return s.Port
	case s.Security == TLS:
		return 465
	case s.Security == None:
		return 25
	}
	return 587
}

// check says what is wrong with the server as described; password tells whether there is one.
func (s Server) check(password bool) error {
	f := fault.New(fault.Invalid, "mail_invalid", "The mail server cannot be stored.")
	if s.Host == "" || len(s.Host) > 253 || strings.ContainsAny(s.Host, " /@\t\r\n") || strings.Contains(s.Host, ":") && net.ParseIP(s.Host) == nil {
		f = f.WithField("host", "A host name or address is needed, the port apart from it.")
	}
	if s.Port < 0 || s.Port > 65535 {
		f = f.WithField("port", "A port lies between 1 and 65535.")
	}
	if s.Security != StartTLS && s.Security != TLS && s.Security != None {
		f = f.WithField("security", "Security is starttls, tls or none.")
	}
	if _, err := netmail.ParseAddress(s.From); err != nil {
		f = f.WithField("from", "The sender is an address such as 'Service Desk <desk@example.com>'.")
	}
	if (s.User != "") != password {
		f = f.WithField("user", "User and password belong together.")
	}
	if s.Security == None && password && !loopback(s.Host) {
		f = f.WithField("security", "A password is not sent over an open connection: use starttls or tls.")
	}
	if f.Fields != nil {
		return f
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Message is one e-mail, as plain text.
type Message struct {
	ID      string   // of the Message-ID, without brackets; "": made by the library
	To      []string // addresses, with or without names
	Cc      []string
	Bcc     []string
	Subject string
	Text    string
}

// ErrNoServer means that the tenant has no mail server.
var ErrNoServer = errors.New("no mail server is set up")

// Post is the e-mail of one tenant.
type Post struct {
	DB    *db.DB
	Keys  *secret.Keys
	Clock clock.Clock
	Trust *tls.Config // how servers are recognised; nil: by the system's authorities

	Outbound *outbound.Client // reaches confined servers; nil: public addresses alone
}

// associated says where the sealed password belongs.
var associated = []byte("mail_server/password/1")

// Server returns the server in use, without its password; ErrNoServer where there is none.
func (p Post) Server(ctx context.Context) (Server, error) {
	s, _, err := p.read(ctx)
	return s, err
}

func (p Post) read(ctx context.Context) (Server, []byte, error) {
	var s Server
	var text string
	var sealed []byte
	err := p.DB.QueryRow(ctx, "SELECT server, password FROM mail_server WHERE id = 1").Scan(&text, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return s, nil, ErrNoServer
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &s)
	}
	if err != nil {
		return s, nil, fmt.Errorf("read the mail server: %w", err)
	}
	return s, sealed, nil
}

// HasPassword reports whether there is a password.
func (p Post) HasPassword(ctx context.Context) (bool, error) {
	_, sealed, err := p.read(ctx)
	if errors.Is(err, ErrNoServer) {
		err = nil
	}
	return sealed != nil, err
}

// SetServer stores the server to use from now on. password: nil keeps the one there is.
func (p Post) SetServer(ctx context.Context, s Server, password *string) error {
	was, sealed, err := p.read(ctx)
	if err != nil && !errors.Is(err, ErrNoServer) {
		return err
	}
	if password != nil {
		sealed = nil
		if *password != "" {
			sealed = p.Keys.Seal([]byte(*password), associated)
		}
	}
	if err := s.check(sealed != nil); err != nil {
		return err
	}
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("store the mail server: %w", err)
	}
	changes, err := json.Marshal(map[string][2]any{"server": {was, s}, "password": {nil, password != nil}})
	if err != nil {
		return fmt.Errorf("store the mail server: %w", err)
	}
	return p.DB.Write(ctx, nil, func(tx *db.Tx) error {
		if _, err := tx.Exec(`INSERT INTO mail_server (id, server, password) VALUES (1, $1, $2)
			ON CONFLICT (id) DO UPDATE SET server = excluded.server, password = excluded.password`, string(text), sealed); err != nil {
			return fmt.Errorf("store the mail server: %w", err)
		}
		return audit.Write(ctx, tx, p.Clock.Now(), audit.Entry{Action: "mail_server.update", Object: "MailServer", Target: "1", Label: s.Host, Changes: changes})
	})
}

// Remove forgets the server. It is no error when there is none.
func (p Post) Remove(ctx context.Context) error {
	return p.DB.Write(ctx, nil, func(tx *db.Tx) error {
		n, err := tx.Exec("DELETE FROM mail_server WHERE id = 1")
		if err != nil || n == 0 {
			return err
		}
		return audit.Write(ctx, tx, p.Clock.Now(), audit.Entry{Action: "mail_server.delete", Object: "MailServer", Target: "1"})
	})
}

const sendTime = 30 * time.Second // for one message, the connection included

// Send hands one message over. A refusal for good (a recipient that cannot be, 5xx of RFC 5321 section 4.2.1) is
// fault.Invalid; anything else may be tried again.
func (p Post) Send(ctx context.Context, m Message) error {
	s, sealed, err := p.read(ctx)
	if err != nil {
		return err
	}
	options := []smtp.Option{smtp.WithPort(s.PortInUse()), smtp.WithTimeout(sendTime), smtp.WithoutNoop()}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if p.Trust != nil {
		config = p.Trust.Clone()
	}
	config.ServerName = s.Host
	options = append(options, smtp.WithTLSConfig(config))
	switch s.Security {
	case TLS:
		options = append(options, smtp.WithSSL())
	case None:
		options = append(options, smtp.WithTLSPolicy(smtp.NoTLS))
	default:
		options = append(options, smtp.WithTLSPolicy(smtp.TLSMandatory))
	}
	if s.User != "" {
		password, err := p.Keys.Open(sealed, associated)
		if err != nil {
			return fmt.Errorf("read the password of the mail server: %w", err)
		}
		kind := smtp.SMTPAuthAutoDiscover
		if s.Security == None {
			kind = smtp.SMTPAuthPlainNoEnc
		}
		options = append(options, smtp.WithSMTPAuth(kind), smtp.WithUsername(s.User), smtp.WithPassword(string(password)))
	}
	if s.Confined {
		options = append(options, smtp.WithDialContextFunc(p.confined(s, config)))
	}
	client, err := smtp.NewClient(s.Host, options...)
	if err != nil {
		return fmt.Errorf("prepare the mail server: %w", err)
	}
	msg, err := p.compose(s, m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		var refused *smtp.SendError
		if errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500 {
			return fault.New(fault.Invalid, "mail_refused", "The mail server refuses the message: %.300s", refused.Error())
		}
		var lookup *net.DNSError
		if errors.As(err, &lookup) { // without the address of whoever was asked
			return fmt.Errorf("send an e-mail: the name %s cannot be looked up: %s", s.Host, lookup.Err)
		}
		return fmt.Errorf("send an e-mail: %w", err)
	}
	return nil
}

// confined connects to a server that a tenant named.
func (p Post) confined(s Server, config *tls.Config) smtp.DialContextFunc {
	out := p.Outbound
	if out == nil {
		out = outbound.New(outbound.Options{})
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := out.Dial(ctx, network, address)
		if err != nil || s.Security != TLS {
			return conn, err
		}
		secured := tls.Client(conn, config)
		if err := secured.HandshakeContext(ctx); err != nil {
			_ = conn.Close()
			return nil, err
		}
		return secured, nil
	}
}

func (p Post) compose(s Server, m Message) (*smtp.Msg, error) {
	msg := smtp.NewMsg()
	if err := msg.From(s.From); err != nil {
		return nil, fmt.Errorf("prepare an e-mail: %w", err)
	}
	for _, to := range []struct {
		addresses []string
		add       func(...string) error
	}{{m.To, msg.To}, {m.Cc, msg.Cc}, {m.Bcc, msg.Bcc}} {
		if len(to.addresses) == 0 {
			continue
		}
		if err := to.add(to.addresses...); err != nil {
			return nil, fault.New(fault.Invalid, "mail_refused", "An address is none: %.300s", err.Error())
		}
	}
	msg.Subject(strings.Join(strings.Fields(m.Subject), " "))
	msg.SetDateWithValue(p.Clock.Now())
	if m.ID != "" {
		msg.SetMessageIDWithValue(m.ID)
	} else {
		msg.SetMessageID()
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no answers by machines
	msg.SetBodyString(smtp.TypeTextPlain, m.Text)
	return msg, nil
}

// Addresses splits a list of addresses as people write it: separated by commas or semicolons, with or without names. It
// drops doubles.
func Addresses(list string) ([]string, error) {
	var out []string
	seen := map[string]bool{}
	for part := range strings.SplitSeq(strings.ReplaceAll(list, ";", ","), ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		a, err := netmail.ParseAddress(part)
		if err != nil {
			return nil, fault.New(fault.Invalid, "mail_refused", "'%.100s' is no e-mail address", part)
		}
		if key := strings.ToLower(a.Address); !seen[key] {
			seen[key] = true
			out = append(out, a.String())
		}
	}
	return out, nil
}
