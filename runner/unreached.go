package runner

import (
	"cmp"
	"fmt"
	"net"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// What nginx, its resolver and Lua's sockets log of a connection that could not be had.
var (
	noConnection = lazyregexp.New(`\b(?:connect|recv|send)\(\)(?: to (\S+))? failed \((?:111: Connection refused|101: Network is unreachable|113: No route to host)\)`)
	whereTo      = lazyregexp.New(`\b(?:upstream: "(?:\w+://)?([^/"]+)|resolver: ([^,\s]+))`)
	// The debug log has the address that other lines lack.
	goesTo = lazyregexp.New(`\[debug\] \S+ (?:\*\d+ )?connect to ([^,\s]+), fd:`)
)

// unreached advises on a failed block in a lane that has a network of its own, if a connection to somebody who does not listen there
// was refused: the server that is meant may be one of the host. What the file names is looked for before the run, so this is about
// an address that is put together while it runs, or about a server that was not there yet. "": there is nothing to say.
func (r *blockRun) unreached(log []string) string {
	if !r.apart {
		return ""
	}
	last := ""
	for _, line := range log {
		if strings.Contains(line, " connect to ") {
			if m := goesTo.FindStringSubmatch(line); m != nil {
				last = m[1]
			}
			continue
		}
		if !strings.Contains(line, "() ") {
			continue
		}
		m := noConnection.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		address := m[1]
		if at := whereTo.FindStringSubmatch(line); at != nil {
			address = cmp.Or(address, at[1], at[2])
		}
		address = cmp.Or(address, last)
		if strings.HasPrefix(address, "unix:") {
			continue
		}
		return fmt.Sprintf("nobody listens on %s in this file's own network; if a server of this machine is meant, run the file on "+
			"the host's network: --host-lane %s%s", cmp.Or(address, "the port that refused the connection"), r.job.File, ownService(address))
	}
	return ""
}

// ownService is what else can be done about a server that each lane may have for itself.
func ownService(address string) string {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return ""
	}
	for name, k := range known {
		if port == fmt.Sprint(k.port) {
			return fmt.Sprintf("; or have each lane start its own: --service %s", name)
		}
	}
	return fmt.Sprintf("; or have each lane start its own: --service '%s:COMMAND'", port)
}
