package runner

import (
	"net"
	"testing"
)

// The kernel is asked in two ways; a connection is in neither answer.
func TestListening(t *testing.T) {
	open := map[string]int{}
	for name, addr := range map[string]string{"tcp4": "127.0.0.1:0", "tcp6": "[::1]:0"} {
		l, err := net.Listen(name, addr)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		open[name] = l.Addr().(*net.TCPAddr).Port
	}
	for name, addr := range map[string]string{"udp4": "127.0.0.1:0", "udp6": "[::1]:0"} {
		l, err := net.ListenPacket(name, addr)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		open[name] = l.LocalAddr().(*net.UDPAddr).Port
	}
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client, err := net.Dial("tcp", server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()

	all, tcp := map[int]bool{}, map[int]bool{}
	listening(all)
	if err := listeningTCP(tcp); err != nil {
		t.Fatal(err)
	}
	for name, port := range open {
		if !all[port] || tcp[port] != (name[:3] == "tcp") {
			t.Errorf("%s: port %d of %v, by TCP %v", name, port, all, tcp)
		}
	}
	if port := client.LocalAddr().(*net.TCPAddr).Port; tcp[port] {
		t.Errorf("port %d, of a connection, is among those that somebody listens on", port)
	}
}
