package runner

import (
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/ngxtest/ngxtest/runner/wire"
)

// printCurl says on stderr how curl would send the block's first request, where the block wants to know.
func (r *blockRun) printCurl(requests []wire.Request) error {
	if !r.block.Has("curl") || len(requests) == 0 {
		return nil
	}
	text := func(section, otherwise string) string {
		if v := r.block.Value(section); v.True() {
			return strings.TrimSpace(v.String())
		}
		return otherwise
	}
	c := wire.Curl{
		Protocol: text("curl_protocol", "http"), Options: text("curl_options", ""), Timeout: text("timeout", r.Settings.Timeout),
		Address:  net.JoinHostPort(text("server_addr_for_client", r.Settings.ServerAddr), r.Settings.ServerPortForClient),
		Version:  r.http.Version,
		BodyFile: r.root.HTMLDir() + "/curl.data.bin",
	}
	args, body, err := c.Command(requests[0].Bytes())
	if err == nil && body != "" {
		err = os.WriteFile(c.BodyFile, []byte(body), 0o666)
	}
	if err != nil {
		return fmt.Errorf("curl: %w", err)
	}
	r.warn("# " + wire.Shell(args))
	return nil
}
