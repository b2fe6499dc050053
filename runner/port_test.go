package runner

import (
	"net"
	"os"
	"testing"
)

// holdPort listens on a port, and returns how the run should name who does.
func holdPort(t *testing.T, port string) (who string, stop func()) {
	t.Helper()
	l, err := net.Listen("tcp", "0.0.0.0:"+port)
	if err != nil {
		t.Fatal(err)
	}
	return "0.0.0.0:" + port + ": " + os.Args[0], func() { l.Close() }
}
