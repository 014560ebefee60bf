package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// Bounds of what the client takes from a server.
const (
	maxHead = 64 << 10
	maxBody = 64 << 20
)

// answerTime is how long a server has for one answer. The deadline is set once in a while: setting it for each request
// would be a tenth of the client's work.
const (
	answerTime = 60 * time.Second
	renewTime  = 10 * time.Second
)

// response is an answer. The body is valid until the next one is read.
type response struct {
	status int
	close  bool // the server ends the connection
	body   []byte
	set    []string // cookies it sets
}

// cookiesOf are the cookies of an answer as a browser sends them back; those that it removes are left out.
func cookiesOf(r response) string {
	var out []string
	for _, c := range r.set {
		pair, attributes, _ := strings.Cut(c, ";")
		if _, value, _ := strings.Cut(pair, "="); value != "" && !strings.Contains(attributes, "Max-Age=0") {
			out = append(out, pair)
		}
	}
	return strings.Join(out, "; ")
}

var (
	errHead  = errors.New("the answer is not HTTP/1.1")
	errLarge = errors.New("the answer is too large")
)

// responseReader reads HTTP/1.1 responses (RFC 9112) off one connection into memory it uses again. It knows what
// servers send to GET and POST: a length, chunks, or a body that ends with the connection.
type responseReader struct {
	source  io.Reader
	buffer  []byte // buffer[start:end] was read and not used
	start   int
	end     int
	unchunk []byte
}

// next reads one response; interim ones (1xx) are passed over. io.EOF means that the connection ended before it began.
func (r *responseReader) next() (response, error) {
	for {
		head, err := r.head()
		if err != nil {
			return response{}, err
		}
		out, length, chunked, err := parseHead(head)
		if err != nil {
			return response{}, err
		}
		switch {
		case out.status < 200:
			continue
		case out.status == 204 || out.status == 304:
			return out, nil
		case chunked:
			out.body, err = r.chunks()
		case length >= 0:
			out.body, err = r.take(length)
		default:
			out.close = true
			out.body, err = r.rest()
		}
		return out, broken(err)
	}
}

// broken turns the end of the connection in the middle of an answer into what it is.
func broken(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// fill reads more behind end. What is unused moves to the front when there is no room.
func (r *responseReader) fill(need int) error {
	if r.start > 0 && (r.start == r.end || r.start+need > len(r.buffer)) {
		r.end = copy(r.buffer, r.buffer[r.start:r.end])
		r.start = 0
	}
	if size := max(need, 16<<10); size > len(r.buffer) || r.end == len(r.buffer) {
		grown := make([]byte, max(size, 2*len(r.buffer)))
		copy(grown, r.buffer[:r.end])
		r.buffer = grown
	}
	for {
		n, err := r.source.Read(r.buffer[r.end:])
		r.end += n
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// head returns the lines up to the empty one, without it.
func (r *responseReader) head() ([]byte, error) {
	seen := 0
	for {
		unused := r.buffer[r.start:r.end]
		if i := bytes.Index(unused[seen:], []byte("\r\n\r\n")); i >= 0 {
			r.start += seen + i + 4
			return unused[:seen+i+2], nil
		}
		if len(unused) > maxHead {
			return nil, errLarge
		}
		seen = max(0, len(unused)-3)
		if err := r.fill(len(unused) + 1); err != nil {
			if len(unused) > 0 {
				err = broken(err)
			}
			return nil, err
		}
	}
}

// take returns the next n bytes.
func (r *responseReader) take(n int) ([]byte, error) {
	if n > maxBody {
		return nil, errLarge
	}
	for r.end-r.start < n {
		if err := r.fill(n); err != nil {
			return nil, err
		}
	}
	out := r.buffer[r.start : r.start+n]
	r.start += n
	return out, nil
}

// rest returns everything up to the end of the connection.
func (r *responseReader) rest() ([]byte, error) {
	for {
		switch err := r.fill(r.end - r.start + 1); {
		case errors.Is(err, io.EOF):
			return r.take(r.end - r.start)
		case err != nil:
			return nil, err
		case r.end-r.start > maxBody:
			return nil, errLarge
		}
	}
}

// line returns the next line without its end. It is valid until more is read.
func (r *responseReader) line() ([]byte, error) {
	for {
		unused := r.buffer[r.start:r.end]
		if i := bytes.Index(unused, []byte("\r\n")); i >= 0 {
			r.start += i + 2
			return unused[:i], nil
		}
		if len(unused) > maxHead {
			return nil, errLarge
		}
		if err := r.fill(len(unused) + 1); err != nil {
			return nil, err
		}
	}
}

// chunks reads a chunked body (RFC 9112 section 7.1) and passes over its trailer.
func (r *responseReader) chunks() ([]byte, error) {
	r.unchunk = r.unchunk[:0]
	for {
		line, err := r.line()
		if err != nil {
			return nil, err
		}
		size, _, _ := bytes.Cut(line, []byte{';'})
		n, err := strconv.ParseUint(string(bytes.TrimRight(size, " \t")), 16, 31)
		if err != nil {
			return nil, fmt.Errorf("size of a chunk: %w", errHead)
		}
		if n == 0 {
			break
		}
		if len(r.unchunk)+int(n) > maxBody {
			return nil, errLarge
		}
		part, err := r.take(int(n) + 2)
		if err != nil {
			return nil, err
		}
		if part[n] != '\r' || part[n+1] != '\n' {
			return nil, fmt.Errorf("end of a chunk: %w", errHead)
		}
		r.unchunk = append(r.unchunk, part[:n]...)
	}
	for {
		line, err := r.line()
		if err != nil {
			return nil, err
		}
		if len(line) == 0 {
			return r.unchunk, nil
		}
	}
}

// parseHead reads a status line and header lines, each ended by CR LF. length is -1 where none is given.
func parseHead(head []byte) (out response, length int, chunked bool, err error) {
	line, rest, _ := bytes.Cut(head, []byte("\r\n"))
	if len(line) < 12 || bytes.ContainsAny(line, "\r\n") || !bytes.HasPrefix(line, []byte("HTTP/1.")) || line[7] < '0' || line[7] > '1' ||
		line[8] != ' ' || len(line) > 12 && line[12] != ' ' {
		return out, 0, false, fmt.Errorf("%w: %.40q", errHead, line)
	}
	for _, c := range line[9:12] {
		if c < '0' || c > '9' {
			return out, 0, false, fmt.Errorf("%w: %.40q", errHead, line)
		}
		out.status = 10*out.status + int(c-'0')
	}
	if out.status < 100 {
		return out, 0, false, fmt.Errorf("%w: status %d", errHead, out.status)
	}
	out.close = line[7] == '0'
	length = -1
	for len(rest) > 0 {
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		name, value, ok := bytes.Cut(line, []byte{':'})
		if !ok || len(name) == 0 || bytes.ContainsAny(name, " \t\r\n") || bytes.ContainsAny(value, "\r\n") {
			return out, 0, false, fmt.Errorf("%w: header %.40q", errHead, line)
		}
		value = bytes.Trim(value, " \t")
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			n, err := strconv.ParseUint(string(value), 10, 31)
			if err != nil || length >= 0 && length != int(n) {
				return out, 0, false, fmt.Errorf("%w: length %.40q", errHead, value)
			}
			length = int(n)
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			if chunked = bytes.EqualFold(value, []byte("chunked")); !chunked {
				return out, 0, false, fmt.Errorf("%w: transfer encoding %.40q", errHead, value)
			}
		case bytes.EqualFold(name, []byte("Set-Cookie")):
			out.set = append(out.set, string(value))
		case bytes.EqualFold(name, []byte("Connection")):
			out.close = bytes.EqualFold(value, []byte("close")) || out.close && !bytes.EqualFold(value, []byte("keep-alive"))
		}
	}
	if chunked && length >= 0 {
		return out, 0, false, fmt.Errorf("%w: a length and chunks", errHead)
	}
	return out, length, chunked, nil
}

// client sends requests, one at a time, over a connection it keeps.
type client struct {
	address string
	conn    net.Conn
	renew   time.Time
	reader  responseReader
}

// do sends a complete request and reads the answer. A failed connection is made anew at the next request.
func (c *client) do(request []byte) (response, error) {
	if c.conn == nil {
		conn, err := (&net.Dialer{Timeout: answerTime}).DialContext(context.Background(), "tcp", c.address)
		if err != nil {
			return response{}, fmt.Errorf("connect: %w", err)
		}
		c.conn = conn
		c.renew = time.Time{}
		c.reader.source, c.reader.start, c.reader.end = conn, 0, 0
	}
	if now := time.Now(); now.After(c.renew) {
		if err := c.conn.SetDeadline(now.Add(answerTime + renewTime)); err != nil {
			return response{}, fmt.Errorf("set the deadline: %w", err)
		}
		c.renew = now.Add(renewTime)
	}
	_, err := c.conn.Write(request)
	if err != nil {
		c.drop()
		return response{}, fmt.Errorf("send: %w", err)
	}
	out, err := c.reader.next()
	if err != nil || out.close {
		c.drop()
	}
	if err != nil {
		return out, fmt.Errorf("receive: %w", err)
	}
	return out, nil
}

func (c *client) drop() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}
