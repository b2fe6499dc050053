package nginx

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// FreePort returns a random port from 1988 on (Test::Nginx leaves the three above its default to stream servers) for
// which taken is false and that nothing uses at the address, for TCP or UDP.
func FreePort(address string, taken func(port int) bool) (int, error) {
	const first, last, tries = 1988, 65534, 1000
	for range tries {
		port := first + rand.IntN(last-first+1)
		if taken != nil && taken(port) {
			continue
		}
		if Free(address, port) {
			return port, nil
		}
	}
	return 0, fmt.Errorf("cannot find an available listening port number after %d attempts", tries)
}

// Free reports whether nothing uses a port at the address, for TCP or UDP.
func Free(address string, port int) bool {
	at := net.JoinHostPort(address, strconv.Itoa(port))
	tcp, err := net.Listen("tcp", at)
	if err != nil {
		return false
	}
	defer tcp.Close()
	udp, err := net.ListenPacket("udp", at)
	if err != nil {
		return false
	}
	return udp.Close() == nil
}
