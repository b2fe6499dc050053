package runner

import (
	"context"
	"testing"
)

func TestWhoAsksForValgrind(t *testing.T) {
	tests := map[string]struct{ flag, env, want string }{
		"nobody":                      {"", "", ""},
		"the environment":             {"", "1", "1"},
		"the environment, no":         {"", "0", ""},
		"the environment, options":    {"", " --tool=helgrind ", "--tool=helgrind"},
		"a flag":                      {"1", "", "1"},
		"a flag over the environment": {"--tool=drd", "1", "--tool=drd"},
		"a flag that says no":         {"0", "1", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := Setup{Valgrind: test.flag, Env: map[string]string{useValgrind: test.env}}
			if got := s.UnderValgrind(); got != (test.want != "") {
				t.Errorf("under Valgrind: %v", got)
			}
			once := s.withDefaults()
			for _, s := range []Setup{once, once.withDefaults()} {
				if s.Valgrind != test.want || s.Env[useValgrind] != test.want {
					t.Errorf("got %q, and test files get %q; want %q", s.Valgrind, s.Env[useValgrind], test.want)
				}
			}
		})
	}
}

// A tool that reports no errors must not end in "Memory findings: none".
func TestValgrindThatChecksMemory(t *testing.T) {
	for options, checks := range map[string]bool{"1": true, "--tool=helgrind": true, "--tool=none": false, "0": false} {
		s := Setup{Valgrind: options, Env: map[string]string{}}
		if got := s.valgrindVersion(context.Background()); (got != "") != checks {
			t.Errorf("%s: version %q", options, got)
		}
		if err := s.Check(); err != nil {
			t.Errorf("%s: %v", options, err)
		}
	}
}
