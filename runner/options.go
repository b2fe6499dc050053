package runner

import (
	"maps"
	"os"
	"strings"

	"github.com/hashicorp/go-multierror"

	"github.com/ngxtest/ngxtest/runner/perl"
	"github.com/ngxtest/ngxtest/runner/report"
)

// Options say what to run, and how.
type Options struct {
	Version string   // ngxtest's, for the run-start event
	Files   []string // test files, in order, as they are to be named
	Shuffle bool     // shuffle the files; blocks shuffle unless their file or TEST_NGINX_NO_SHUFFLE says no
	Seed    int64    // of every shuffle; 0: a fresh one, which run-start tells

	// Isolate says where the files run: "" or IsolateNone in this process, one after the other; IsolateAuto in lanes, as
	// many as the machine bears or Jobs says, where it allows that.
	Isolate  string
	Jobs     int                // most lanes at a time; 0: found out
	HostLane []string           // patterns of files that run on the host's network, one at a time
	Times    map[string]float64 // by file: how many seconds it took before, as far as that is known

	// Shard is the part of Files that runs; the zero Shard is all of them. ShardFiles says which these are.
	Shard report.Shard

	Select Selection

	Retries  int  // how often a block that fails runs again, alone; what it does last counts
	FailFast bool // end the run behind the first block that has a failure
	// LeaksOnly lets memory findings alone decide: failed assertions are told and do not fail the run. A file or a block
	// that could not be run to its end does: its memory was not checked.
	LeaksOnly bool
	// IgnoreExit lets a file pass whose tests and plan are as they should be, however its program ended.
	IgnoreExit bool
	List       bool // tell which blocks would run, as block-start events; start nothing

	Setup Setup
}

// Selection narrows a run to some blocks. A file of which only a part runs is not held to its plan.
type Selection struct {
	Title string           `json:"title,omitempty"` // regular expression (Go's syntax) that a block's title has to match
	Lines map[string][]int `json:"lines,omitempty"` // by file: the blocks that these lines belong to
}

// Setup is what a worker needs to know beside its jobs.
type Setup struct {
	Env         map[string]string `json:"env"`                    // instead of the process's environment
	Nginx       string            `json:"nginx,omitempty"`        // executable, over TEST_NGINX_BINARY
	LoadModules []string          `json:"load_modules,omitempty"` // over TEST_NGINX_LOAD_MODULES
	IncludeDirs []string          `json:"include_dirs,omitempty"` // -I
	Perl        perl.Evaluator    `json:"perl,omitempty"`         // who runs the Perl of test files; "": perl.Auto
	Slowdown    float64           `json:"slowdown,omitempty"`     // stretches every limit that guards against a hang; below 1: 1
	PerlLimit   float64           `json:"perl_limit,omitempty"`   // times what the Perl of a file may use; 0: 1
	Services    []Service         `json:"services,omitempty"`     // what each lane starts for the files that need it
	Keep        bool              `json:"keep,omitempty"`         // leave the server root of the last block where it is

	// Valgrind runs nginx under Valgrind. "" is off unless TEST_NGINX_USE_VALGRIND says otherwise, "0" is off whatever
	// that says; digits stand for Memcheck with the options that find leaks; anything else is Valgrind's options.
	Valgrind     string   `json:"valgrind,omitempty"`
	Suppressions []string `json:"suppressions,omitempty"` // suppression files beside valgrind.suppress in the working directory
	StrictLeaks  bool     `json:"strict_leaks,omitempty"` // records that do not grow, and those of the exit alone, fail the run too
	Cold         bool     `json:"cold,omitempty"`         // start Valgrind anew for each block, instead of forking one that is warm
	NoBlame      bool     `json:"no_blame,omitempty"`     // do not run a block once more to see which lines of Lua are to blame for a finding
}

// Environ returns the process's environment as a map, for Setup.Env.
func Environ() map[string]string {
	env := map[string]string{}
	for _, kv := range os.Environ() {
		if k, v, ok := strings.Cut(kv, "="); ok {
			env[k] = v
		}
	}
	return env
}

func (s Setup) withDefaults() Setup {
	if s.Env == nil {
		s.Env = Environ()
	} else {
		s.Env = maps.Clone(s.Env)
	}
	if s.Nginx != "" {
		s.Env["TEST_NGINX_BINARY"] = s.Nginx
	}
	if s.LoadModules != nil {
		s.Env["TEST_NGINX_LOAD_MODULES"] = strings.Join(s.LoadModules, " ")
	}
	s.Slowdown = max(s.Slowdown, 1)
	asked := s.askedValgrind()
	s.Valgrind = s.valgrind()
	if asked != "" {
		s.Env[useValgrind] = asked // test files ask for it
	} else {
		delete(s.Env, useValgrind)
	}
	return s
}

// Check returns what the setup asks for that cannot be done, all of it, one line each.
func (s Setup) Check() error {
	s = s.withDefaults()
	var problems *multierror.Error
	if s.Valgrind != "" {
		problems = multierror.Append(problems, s.checkValgrind())
	}
	for _, err := range checkLoad(s.Env) {
		problems = multierror.Append(problems, err)
	}
	for _, err := range s.checkTools() {
		problems = multierror.Append(problems, err)
	}
	if problems != nil {
		problems.ErrorFormat = func(errs []error) string {
			lines := make([]string, len(errs))
			for i, err := range errs {
				lines[i] = err.Error()
			}
			return strings.Join(lines, "\n")
		}
	}
	return problems.ErrorOrNil()
}
