package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

// IsUnavailable reports whether err means that the database could not be reached, or not now: trying later may help,
// and it says nothing about the statement. A cancelled context is not that.
func IsUnavailable(err error) bool {
	return err != nil && (fault.Is(err, fault.Unavailable) || lost(err))
}

// lost recognises the errors of drivers and of the network behind IsUnavailable.
func lost(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return unavailableState(pg.Code)
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == sqlite3.SQLITE_BUSY
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}

// unavailableState tells the SQLSTATEs (PostgreSQL, appendix A) that speak of the server rather than the statement.
func unavailableState(code string) bool {
	return strings.HasPrefix(code, "08") || // connection exception
		strings.HasPrefix(code, "57P") || // shutdown, crash, starting up
		code == "53300" || // too many connections
		code == "25006" // read-only transaction: a standby after a failover
}

// again recognises the errors after which the same transaction may well succeed.
func again(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == sqlite3.SQLITE_BUSY
	}
	return false
}

// outside turns a driver's error into what callers see: a refusal of Kind Unavailable when the database is away.
func outside(err error) error {
	if err == nil || errors.Is(err, io.EOF) || !lost(err) || fault.Is(err, fault.Unavailable) {
		return err
	}
	f := fault.New(fault.Unavailable, "database_unavailable", "The database cannot be reached at the moment.").WithCause(err)
	f.RetryAfter = time.Second
	return f
}
