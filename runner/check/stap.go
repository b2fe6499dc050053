package check

import (
	"cmp"
	"context"
	"io"
	"time"

	"github.com/ngxtest/ngxtest/runner/spec"
)

// Stap is what has become of the block's SystemTap script.
type Stap struct {
	Off    string        // why its tests are a skip; "": that it was not asked for
	Output io.Reader     // what it prints, each byte once; nil where it does not run
	Wait   time.Duration // how long Test::Nginx waits before it reads, twice where nothing is there
}

// stap makes the tests of stap_out, stap_out_like and stap_out_unlike; one skip where no script runs.
func (s *session) stap(ctx context.Context, j *judge) error {
	if s.Spec.Section("stap") == nil {
		return nil
	}
	reason := ""
	if j.dry != "" {
		reason = "the lack of directive " + j.dry
	}
	if s.Stap.Output == nil {
		reason = cmp.Or(reason, s.Stap.Off, "env TEST_NGINX_USE_STAP is not set")
	}
	if reason != "" {
		j.skip("stap", j.Name+" - stap_out - tests skipped due to "+reason)
		return nil
	}
	var out []byte
	for i := 0; i < 2 && len(out) == 0; i++ {
		// Nothing tells that a probe has printed all: it does so when the kernel has passed on its buffers.
		if err := s.pause(ctx, s.Stap.Wait); err != nil {
			return err
		}
		text, err := io.ReadAll(s.Stap.Output)
		if err != nil {
			return s.errorf("output of the SystemTap script: %w", err)
		}
		out = append(out, text...)
	}
	j.stapOut(string(out))
	return nil
}

func (j *judge) stapOut(out string) {
	if want := j.Spec.Value("stap_out"); want.Defined() {
		j.is("stap_out", spec.Text(out), want, j.Name+" - stap output expected")
	}
	if out == "0" {
		out = "" // as Perl has it
	}
	if p := j.Spec.Value("stap_out_like"); p.Defined() {
		j.like("stap_out_like", "like", out, p, "sm", j.Name+" - stap output should match the pattern")
	}
	if p := j.Spec.Value("stap_out_unlike"); p.Defined() {
		j.like("stap_out_unlike", "unlike", out, p, "sm", j.Name+" - stap output should not match the pattern")
	}
}
