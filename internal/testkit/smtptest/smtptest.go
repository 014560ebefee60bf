// Package smtptest is an SMTP server for tests (RFC 5321, 3207, 4954). It keeps what it receives, and refuses what a server would.
package smtptest

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Message is one received e-mail.
type Message struct {
	From string
	To   []string
	Data string // with its header, lines end in \n
	User string // who signed in
	TLS  bool
}

// Server is a running server.
type Server struct {
	Host string
	Port int
	Got  chan Message // takes 100 before the server waits

	user, password string
	tls            *tls.Config
	listener       net.Listener
	done           sync.WaitGroup
}

// Start starts a server that ends with the test. user "": nobody signs in. secure: STARTTLS is offered, with the certificate that
// Trust recognises, and asked for before anything is sent.
func Start(tb testing.TB, user, password string, secure bool) *Server {
	tb.Helper()
	l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s := &Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Got: make(chan Message, 100), user: user, password: password, listener: l}
	if secure {
		with := httptest.NewTLSServer(nil)
		s.tls = with.TLS.Clone()
		s.tls.NextProtos = nil
		with.Close()
	}
	s.done.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.done.Go(func() {
				defer conn.Close()
				s.talk(&session{Server: s, conn: conn, r: bufio.NewReader(conn)})
			})
		}
	})
	tb.Cleanup(func() {
		l.Close()
		s.done.Wait()
	})
	return s
}

// Trust is a client's configuration that recognises every server of this package.
func Trust(tb testing.TB) *tls.Config {
	tb.Helper()
	with := httptest.NewTLSServer(nil)
	defer with.Close()
	pool := x509.NewCertPool()
	pool.AddCert(with.Certificate())
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
}

// session is one connection.
type session struct {
	*Server
	conn   net.Conn
	r      *bufio.Reader
	secure bool
	msg    Message
}

func (s *session) say(lines ...string) bool {
	_, err := s.conn.Write([]byte(strings.Join(lines, "\r\n") + "\r\n"))
	return err == nil
}

func (s *session) line() (string, bool) {
	text, err := s.r.ReadString('\n')
	return strings.TrimRight(text, "\r\n"), err == nil
}

func (s *Server) talk(c *session) {
	c.say("220 smtptest ready")
	for {
		text, ok := c.line()
		if !ok {
			return
		}
		verb, rest, _ := strings.Cut(text, " ")
		if !c.answer(strings.ToUpper(verb), rest) {
			return
		}
	}
}

func (s *session) answer(verb, rest string) bool {
	switch verb {
	case "EHLO", "HELO":
		offers := []string{"250-smtptest", "250-8BITMIME"}
		if s.tls != nil && !s.secure {
			offers = append(offers, "250-STARTTLS")
		}
		if s.user != "" {
			offers = append(offers, "250-AUTH PLAIN")
		}
		return s.say(append(offers, "250 SMTPUTF8")...)
	case "STARTTLS":
		if !s.say("220 go ahead") {
			return false
		}
		secure := tls.Server(s.conn, s.tls)
		if secure.HandshakeContext(context.Background()) != nil {
			return false
		}
		s.conn, s.r, s.secure = secure, bufio.NewReader(secure), true
		return true
	case "AUTH":
		kind, initial, _ := strings.Cut(rest, " ")
		plain, err := base64.StdEncoding.DecodeString(initial)
		if kind != "PLAIN" || err != nil || string(plain) != "\x00"+s.user+"\x00"+s.password {
			return s.say("535 5.7.8 not you")
		}
		s.msg.User = s.user
		return s.say("235 2.7.0 welcome")
	case "MAIL":
		switch {
		case s.tls != nil && !s.secure:
			return s.say("530 5.7.0 STARTTLS first")
		case s.user != "" && s.msg.User == "":
			return s.say("530 5.7.0 sign in first")
		}
		s.msg = Message{From: address(rest), User: s.msg.User, TLS: s.secure}
		return s.say("250 2.1.0 ok")
	case "RCPT":
		switch to := address(rest); {
		case strings.HasPrefix(to, "unknown@"):
			return s.say("550 5.1.1 nobody of that name")
		case strings.HasPrefix(to, "busy@"):
			return s.say("451 4.3.0 try later")
		default:
			s.msg.To = append(s.msg.To, to)
			return s.say("250 2.1.5 ok")
		}
	case "DATA":
		if len(s.msg.To) == 0 {
			return s.say("503 5.5.1 nobody to send to")
		}
		return s.data()
	case "RSET":
		s.msg = Message{User: s.msg.User}
		return s.say("250 ok")
	case "NOOP":
		return s.say("250 ok")
	case "QUIT":
		s.say("221 bye")
		return false
	}
	return s.say("500 5.5.2 what?")
}

func (s *session) data() bool {
	if !s.say("354 go on") {
		return false
	}
	var b strings.Builder
	for {
		text, ok := s.line()
		if !ok {
			return false
		}
		if text == "." {
			break
		}
		b.WriteString(strings.TrimPrefix(text, ".") + "\n")
	}
	s.msg.Data = b.String()
	s.Got <- s.msg
	return s.say("250 2.0.0 taken")
}

// address reads "FROM:<a@b> SIZE=1".
func address(s string) string {
	_, s, _ = strings.Cut(s, "<")
	s, _, _ = strings.Cut(s, ">")
	return s
}
