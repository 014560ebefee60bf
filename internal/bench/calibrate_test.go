package bench

import (
	"io"
	"strings"
	"testing"
)

func TestHelloAnswersUntilItsInputEnds(t *testing.T) {
	in, stop := io.Pipe()
	out, print := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- ServeHello(in, print) }()
	address := make([]byte, 64)
	n, err := out.Read(address)
	if err != nil {
		t.Fatal(err)
	}
	c := client{address: strings.TrimSpace(string(address[:n]))}
	defer c.drop()
	if got, err := c.do([]byte("GET / HTTP/1.1\r\nHost: h\r\n\r\n")); err != nil || string(got.body) != helloText {
		t.Errorf("%q %v", got.body, err)
	}
	stop.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
