package db

import (
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
)

// Engine names the kind of database behind a DSN.
type Engine string

// The two engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// EngineOf tells which engine a DSN names. A DSN is "postgres://…", "postgresql://…", "sqlite:PATH" or a bare path.
func EngineOf(dsn string) Engine {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return Postgres
	}
	return SQLite
}

// path returns the file a SQLite DSN names.
func path(dsn string) string { return strings.TrimPrefix(dsn, "sqlite:") }

// namePattern is what a database may be called. It needs no quoting in SQL, in a URL or as a file name.
var namePattern = regexp.MustCompile(`^[a-z0-9_]{1,63}$`)

func checkName(name string) error {
	if !namePattern.MatchString(name) {
		return fmt.Errorf("database name %q: want 1 to 63 of a-z, 0-9 and _", name)
	}
	return nil
}

// Beside returns the DSN of the database called name on the same PostgreSQL server, with the same user and
// parameters, or of the file NAME.db in the same folder. It does not create it. The name is one of 1 to 63 of a-z,
// 0-9 and _.
func Beside(dsn, name string) (string, error) {
	if err := checkName(name); err != nil {
		return "", err
	}
	if EngineOf(dsn) == SQLite {
		return "sqlite:" + filepath.Join(filepath.Dir(path(dsn)), name+".db"), nil
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return "", fmt.Errorf("database DSN: %w", parseReason(err))
	}
	u.Path, u.RawPath = "/"+name, ""
	q := u.Query()
	if q.Has("dbname") || q.Has("database") { // either would win over the path
		q.Del("dbname")
		q.Del("database")
		u.RawQuery = q.Encode()
	}
	return u.String(), nil
}

// Redact returns the DSN without its password, for logs.
func Redact(dsn string) string {
	if EngineOf(dsn) == SQLite {
		return dsn
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return "postgres://(unreadable)"
	}
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), "xxxxx")
	}
	q := u.Query()
	secret := false
	for _, key := range []string{"password", "sslpassword"} {
		if q.Has(key) {
			q.Set(key, "xxxxx")
			secret = true
		}
	}
	if secret {
		u.RawQuery = q.Encode()
	}
	return u.String()
}

// parseReason strips the DSN, which may hold a password, from a URL error.
func parseReason(err error) error {
	if e, ok := err.(*url.Error); ok { //nolint:errorlint // url.Parse returns it unwrapped
		return e.Err
	}
	return err
}
