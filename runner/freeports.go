package runner

import (
	"github.com/ngxtest/ngxtest/runner/nginx"
)

// freePorts returns the first of four ports in a row that nobody uses: that of the server, and those of the servers of stream
// and dgram suites, which follow it. They are below those that the kernel gives to clients.
func freePorts() (int, error) {
	const clients, row = 32768, 4
	return nginx.FreePort("127.0.0.1", func(port int) bool {
		if port+row >= clients {
			return true
		}
		for i := 1; i < row; i++ {
			if !nginx.Free("127.0.0.1", port+i) {
				return true
			}
		}
		return false
	})
}
