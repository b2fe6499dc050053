package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ngxtest/ngxtest/runner"
	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/warm"
	"github.com/ngxtest/ngxtest/valgrind"
)

func newDoctor(stdout io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Say what ngxtest found on this machine, and what is missing",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conf, err := readConfig()
			if err != nil {
				return err
			}
			return diagnose(cmd.Context(), stdout, (&runOptions{}).setup(conf))
		},
	}
}

// diagnose prints a line for each thing that a run may use. Without nginx it ends in exit status 1: the rest a run
// can do without.
func diagnose(ctx context.Context, stdout io.Writer, setup runner.Setup) error {
	line := func(name, format string, args ...any) {
		fmt.Fprintf(stdout, "%-11s %s\n", name, fmt.Sprintf(format, args...))
	}
	line("ngxtest", "%s", version())
	if setup.Nginx != "" {
		setup.Env["TEST_NGINX_BINARY"] = setup.Nginx
	}
	build, missing := runner.FindNginx(ctx, setup.Env)
	if missing != nil {
		line("nginx", "no: %v", missing)
		line("", "to get it: apt-get install nginx")
	} else {
		line("nginx", "%s (%s)", build.Path, build.Name())
		line("modules", "%s", modules(build))
	}
	switch tool, err := valgrind.Find(ctx, ""); {
	case errors.Is(err, valgrind.ErrMissing):
		line("valgrind", "no (only --valgrind needs it); to get it: apt-get install valgrind")
	case err != nil:
		line("valgrind", "no: %v", err)
	case tool.Vgdb == "":
		line("valgrind", "%s (%s), but no vgdb: leaks can be told at nginx's exit only, and not to whom they belong", tool.Path, tool.Version)
		line("", "to get it: apt-get install --reinstall valgrind")
	default:
		line("valgrind", "%s (%s), with vgdb", tool.Path, tool.Version)
		if _, err := warm.Compiler(); err != nil {
			line("", "%v; without one each block takes some seconds more under Valgrind", err)
		}
	}
	if said, err := exec.CommandContext(ctx, "perl", "-e", "printf '%vd', $^V").Output(); err == nil {
		line("perl", "%s (used for files whose Perl ngxtest cannot evaluate itself, and with --perl=system)", said)
	} else {
		line("perl", "no (needed only for files whose Perl ngxtest cannot evaluate itself); to get it: apt-get install perl-base")
	}
	isolation := runner.FindIsolation()
	switch {
	case isolation.Way == runner.IsolateNetns && isolation.Why == nil:
		line("lanes", "netns: each in a network, and with a server root and processes, of its own (%s)", isolation.Lanes)
	case isolation.Way == runner.IsolateNetns:
		line("lanes", "netns: each in a network and with a server root of its own (%s), but: %v", isolation.Lanes, isolation.Why)
	default:
		line("lanes", "ports: files that name no port run side by side, each with other ports; the others run one at a time")
		line("", "better would be netns, but: %v", isolation.Why)
	}
	if isolation.Advice != "" {
		line("", "%s", isolation.Advice)
	}
	if missing != nil {
		return exitStatus(1)
	}
	return nil
}

// modules names the dynamic modules that are loaded without being asked for, and those of others that are built in.
func modules(build nginx.Build) string {
	var names []string
	for _, path := range nginx.DefaultModules(build) {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "ngx_"), ".so")
		names = append(names, strings.TrimSuffix(name, "_module"))
	}
	built := strings.Join(build.BuiltIn(), " ")
	switch {
	case len(names) > 0 && built != "":
		return strings.Join(names, " ") + "; built in: " + built
	case len(names) > 0:
		return strings.Join(names, " ")
	case built != "":
		return "built in: " + built + " (--load-module adds one)"
	case build.OpenResty:
		return "only nginx's own (--load-module adds one)"
	}
	return "only nginx's own (--load-module adds one; to get some for Debian's nginx: apt-get install libnginx-mod-http-echo)"
}
