package secret

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// What a password hash costs: OWASP's minimum for argon2id, 19 MiB, two passes, one lane.
const (
	argonMemory = 19 * 1024 // KiB
	argonPasses = 2
	argonLanes  = 1
	saltLength  = 16
	hashLength  = 32
)

// What is accepted from a stored hash, so that a damaged row cannot ask for all of the machine.
const (
	maxArgonMemory = 256 * 1024 // KiB
	maxArgonPasses = 16
	maxArgonLanes  = 8
	maxPassword    = 1024 // bytes
)

// ErrHash means that a stored password hash cannot be read.
var ErrHash = errors.New("the stored password hash is not an argon2id hash this program knows")

// PasswordLimits bound the work on passwords. Zero values mean the defaults.
type PasswordLimits struct {
	Concurrent int           // hashes at once; default 2
	Queue      int           // callers that may wait; default 64
	Wait       time.Duration // how long one waits; default 5 s
}

// Passwords hashes and checks human passwords with argon2id, a few at a time: a hash takes a fifth of a second and
// 19 MiB, so an unbounded number of sign-ins would take the machine down.
type Passwords struct {
	slots  chan struct{}
	places chan struct{} // callers inside, at work or waiting
	wait   time.Duration
	derive func(password, salt []byte, c cost) []byte
}

type cost struct {
	memory uint32 // KiB
	passes uint32
	lanes  uint8
	length uint32 // bytes of the hash
}

var standard = cost{argonMemory, argonPasses, argonLanes, hashLength}

// NewPasswords returns a bounded hasher. A process has one.
func NewPasswords(l PasswordLimits) *Passwords {
	if l.Concurrent <= 0 {
		l.Concurrent = 2
	}
	if l.Queue <= 0 {
		l.Queue = 64
	}
	if l.Wait <= 0 {
		l.Wait = 5 * time.Second
	}
	return &Passwords{
		slots:  make(chan struct{}, l.Concurrent),
		places: make(chan struct{}, l.Concurrent+l.Queue),
		wait:   l.Wait,
		derive: func(password, salt []byte, c cost) []byte {
			return argon2.IDKey(password, salt, c.passes, c.memory, c.lanes, c.length)
		},
	}
}

// Hash returns the PHC string of a password, with a fresh salt: "$argon2id$v=19$m=19456,t=2,p=1$salt$hash". It
// fails with fault.Unavailable when too many wait already or the wait takes too long.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	if len(password) > maxPassword {
		return "", fault.New(fault.Invalid, "password_too_long", "A password has at most %d bytes.", maxPassword)
	}
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // never fails: it ends the program instead
	sum, err := p.run(ctx, password, salt, standard)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum)), nil
}

// Verify reports whether the password is the one hashed, comparing in constant time. It fails with fault.Unavailable
// like Hash, and with ErrHash where the hash cannot be read.
func (p *Passwords) Verify(ctx context.Context, hash, password string) (bool, error) {
	c, salt, want, err := parseHash(hash)
	if err != nil {
		return false, fmt.Errorf("verify password: %w", err)
	}
	if len(password) > maxPassword {
		return false, p.VerifyNone(ctx, "")
	}
	got, err := p.run(ctx, password, salt, c)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// VerifyNone does the work of Verify for somebody who does not exist, so that the time taken tells nobody whether
// an account is there.
func (p *Passwords) VerifyNone(ctx context.Context, password string) error {
	if len(password) > maxPassword {
		password = ""
	}
	var salt [saltLength]byte
	_, err := p.run(ctx, password, salt[:], standard)
	return err
}

// NeedsRehash reports whether a hash was made with other costs than those in use: hash the password again after
// it was verified.
func NeedsRehash(hash string) bool {
	c, salt, _, err := parseHash(hash)
	return err != nil || c != standard || len(salt) != saltLength
}

// run derives within the bounds.
func (p *Passwords) run(ctx context.Context, password string, salt []byte, c cost) ([]byte, error) {
	select {
	case p.places <- struct{}{}:
		defer func() { <-p.places }()
	default:
		return nil, p.busy()
	}
	timer := time.NewTimer(p.wait)
	defer timer.Stop()
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-timer.C:
		return nil, p.busy()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a password check: %w", ctx.Err())
	}
	return p.derive([]byte(password), salt, c), nil
}

func (p *Passwords) busy() error {
	f := fault.New(fault.Unavailable, "sign_in_busy", "Too many sign-ins at once. Try again in a few seconds.")
	f.RetryAfter = p.wait
	return f
}

// parseHash reads a PHC string of argon2id, version 19.
func parseHash(s string) (c cost, salt, sum []byte, err error) {
	part := strings.Split(s, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" || part[2] != "v="+strconv.Itoa(argon2.Version) {
		return c, nil, nil, ErrHash
	}
	setting := strings.Split(part[3], ",")
	if len(setting) != 3 {
		return c, nil, nil, ErrHash
	}
	memory, ok1 := number(setting[0], "m=", maxArgonMemory)
	passes, ok2 := number(setting[1], "t=", maxArgonPasses)
	lanes, ok3 := number(setting[2], "p=", maxArgonLanes)
	if !ok1 || !ok2 || !ok3 {
		return c, nil, nil, ErrHash
	}
	salt, err1 := base64.RawStdEncoding.Strict().DecodeString(part[4])
	sum, err2 := base64.RawStdEncoding.Strict().DecodeString(part[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(salt) > 64 || len(sum) < 16 || len(sum) > 64 {
		return c, nil, nil, ErrHash
	}
	return cost{memory, passes, uint8(lanes), uint32(len(sum))}, salt, sum, nil
}

func number(s, name string, most uint32) (uint32, bool) {
	digits, ok := strings.CutPrefix(s, name)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	return uint32(n), err == nil && n >= 1 && uint32(n) <= most
}
