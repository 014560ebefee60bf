package web

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/provost-itsm/provost/internal/platform/fault"
)

const (
	bodyTime  = time.Minute // to send a body in
	drainSize = 8 << 20     // bytes beyond the limit that are read and dropped
	firstRead = 64 << 10    // bytes set aside for a body that does not say how long it is
)

// ReadBody reads the whole body of at most limit bytes within a minute. A longer one is fault.TooLarge: up to 8 MiB of
// what is left are read and dropped, so that the client, still sending, gets to read the answer instead of a broken
// connection. A body that breaks off, or is compressed, is fault.Invalid. A UTF-8 byte order mark at its beginning,
// which some tools write, is not part of it.
func ReadBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	if err := uncompressed(w, r); err != nil {
		return nil, err
	}
	if r.ContentLength > limit && r.Header.Get("Expect") != "" {
		return nil, tooLarge(limit) // nothing was sent yet, and now nothing will be
	}
	deadline := http.NewResponseController(w)
	if deadline.SetReadDeadline(time.Now().Add(bodyTime)) == nil {
		defer func() { _ = deadline.SetReadDeadline(time.Time{}) }()
	}
	if r.ContentLength > limit {
		drain(w, r)
		return nil, tooLarge(limit)
	}
	size := r.ContentLength
	if size < 0 {
		size = min(limit, firstRead)
	}
	if err := takeRoom(r.Context(), size); err != nil {
		drain(w, r)
		return nil, err
	}
	body := make([]byte, 0, size+1)
	for {
		if len(body) == cap(body) { // it did not say how long it is
			if err := takeRoom(r.Context(), limit); err != nil { // all at once: whoever held a part and waited for more would keep others waiting
				drain(w, r)
				return nil, err
			}
			body = append(body, 0)[:len(body)]
		}
		n, err := r.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if int64(len(body)) > limit {
			drain(w, r)
			return nil, tooLarge(limit)
		}
		if err == io.EOF {
			return bytes.TrimPrefix(body, byteOrderMark), nil
		}
		if err != nil {
			return nil, broken(err)
		}
	}
}

// byteOrderMark is U+FEFF in UTF-8.
var byteOrderMark = []byte("\xef\xbb\xbf")

// uncompressed refuses a body that is not sent as it is (RFC 9110 section 8.4).
func uncompressed(w http.ResponseWriter, r *http.Request) error {
	for _, value := range r.Header["Content-Encoding"] {
		for coding := range strings.SplitSeq(value, ",") {
			if coding = strings.TrimSpace(coding); coding != "" && !strings.EqualFold(coding, "identity") {
				drain(w, r)
				return fault.New(fault.Invalid, "body_encoded", "The body is compressed with '%.40s'; send it as it is.", coding)
			}
		}
	}
	return nil
}

// drain reads what a client still sends; whoever sends more than that is cut off.
func drain(w http.ResponseWriter, r *http.Request) {
	if n, err := io.CopyN(io.Discard, r.Body, drainSize); n == drainSize || !errors.Is(err, io.EOF) {
		w.Header().Set("Connection", "close")
	}
}

func tooLarge(limit int64) error {
	return fault.New(fault.TooLarge, "body_too_large", "The request body is larger than %d bytes.", limit)
}

func broken(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fault.New(fault.Invalid, "body_too_slow", "The request body did not arrive within %s.", bodyTime).WithCause(err)
	}
	return fault.New(fault.Invalid, "body_incomplete", "The request body is incomplete.").WithCause(err)
}
