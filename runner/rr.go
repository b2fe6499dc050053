package runner

import (
	"errors"

	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// record has rr record nginx where the environment asks for that. rr says on standard error where the recording is.
func (r *blockRun) record(c *nginx.Command) error {
	if !r.Settings.UseRr {
		return nil
	}
	program, err := rrProgram(r.env)
	if err != nil {
		return err
	}
	if c.Under != nil || len(c.Wrap) > 0 || c.Fork != nil {
		return errNotBeside
	}
	r.warn(r.name)
	c.Under = func(nginx []string) []string { return append([]string{program, "record"}, nginx...) }
	return nil
}

var errNotBeside = errors.New("TEST_NGINX_USE_RR goes together neither with Valgrind nor with TEST_NGINX_USE_STAP (unset one of them)")

// rrProgram is the rr of this machine.
func rrProgram(env spec.Env) (string, error) {
	if path, ok := nginx.LookPath("rr", env["PATH"]); ok {
		return path, nil
	}
	return "", errors.New("TEST_NGINX_USE_RR is set, but rr is not in PATH (install it, or unset the variable)")
}

// checkTools returns what the environment asks to run nginx under and that cannot be done. Modes that exclude a tool are told by
// the files themselves.
func (s Setup) checkTools() (problems []error) {
	on := func(name string) bool { return spec.Text(s.Env[name]).True() }
	rr, stap := on("TEST_NGINX_USE_RR"), on("TEST_NGINX_USE_STAP") && s.Valgrind == "" && !underLoad(s.Env) && !on("TEST_NGINX_USE_HUP")
	if rr {
		if _, err := rrProgram(s.Env); err != nil {
			problems = append(problems, err)
		}
	}
	if stap {
		if _, err := stapProgram(s.Env); err != nil {
			problems = append(problems, err)
		}
	}
	if rr && (s.Valgrind != "" || stap) {
		problems = append(problems, errNotBeside)
	}
	return problems
}
