package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/provost-itsm/provost/internal/platform/fault"
	"github.com/provost-itsm/provost/internal/platform/mail"
)

type mailCommands struct {
	Set    mailSet    `cmd:"" help:"Name the SMTP server that e-mail goes through."`
	Show   mailShow   `cmd:"" help:"Show the server, without its password."`
	Test   mailTest   `cmd:"" help:"Send a message to an address and say what became of it."`
	Delete mailDelete `cmd:"" help:"Forget the server: no e-mail is sent from then on."`
}

type mailSet struct {
	Host         string  `required:"" help:"Name of the server."`
	Port         int     `help:"Port (default 587; 465 with tls, 25 with none)."`
	Security     string  `default:"starttls" enum:"starttls,tls,none" help:"How the connection is protected: starttls, tls or none."`
	From         string  `required:"" help:"Sender, such as 'Service Desk <desk@example.com>'."`
	User         string  `help:"Name to sign in with."`
	PasswordFile string  `help:"File with the password; - reads standard input. Left out, the one there is stays." placeholder:"FILE" json:"-"`
	Password     *string `kong:"-"`
}

// maxPassword bounds the file of a password, in bytes.
const maxPassword = 4 << 10

func (m *mailSet) prepare(t terminal) error {
	if m.PasswordFile == "" {
		if m.User == "" { // without signing in
			m.Password = new(string)
		}
		return nil
	}
	in := t.in
	if m.PasswordFile != "-" {
		f, err := os.Open(m.PasswordFile)
		if err != nil {
			return fmt.Errorf("read the password: %w", err)
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, maxPassword))
	if err != nil {
		return fmt.Errorf("read the password: %w", err)
	}
	password := strings.TrimRight(string(b), "\r\n")
	m.Password = &password
	return nil
}

func (m *mailSet) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	post := c.Desk.Post(h)
	s := mail.Server{Host: m.Host, Port: m.Port, Security: mail.Security(m.Security), User: m.User, From: m.From}
	if err := post.SetServer(ctx, s, m.Password); err != nil {
		return nil, err
	}
	s.Port = s.PortInUse()
	return s, nil
}

type mailShow struct{}

func (*mailShow) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	s, err := c.Desk.Post(h).Server(ctx)
	if errors.Is(err, mail.ErrNoServer) {
		return nil, noMailServer()
	}
	s.Port = s.PortInUse()
	return s, err
}

func noMailServer() error {
	return fault.New(fault.NotFound, "mail_none", "No mail server is set up; `provost mail set` names one.")
}

type mailTest struct {
	Address string `arg:"" help:"Where to send the message."`
}

func (m *mailTest) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	to, err := mail.Addresses(m.Address)
	if err != nil {
		return nil, err
	}
	err = c.Desk.Post(h).Send(ctx, mail.Message{
		To: to, Subject: "Test message of " + h.Name,
		Text: "This message shows that e-mail of the tenant " + h.Name + " is sent.\n",
	})
	switch {
	case errors.Is(err, mail.ErrNoServer):
		return nil, noMailServer()
	case err != nil:
		return nil, fault.New(fault.Invalid, "mail_failed", "The message was not sent: %.400s", err.Error())
	}
	return struct {
		Sent bool     `json:"sent"`
		To   []string `json:"to"`
	}{true, to}, nil
}

type mailDelete struct{}

func (*mailDelete) run(ctx context.Context, c *call) (any, error) {
	ctx, h, release, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.Desk.Post(h).Remove(ctx); err != nil {
		return nil, err
	}
	return struct {
		Deleted bool `json:"deleted"`
	}{true}, nil
}
