package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/ngxtest/ngxtest/runner/perl"
)

// defaultValgrind is --valgrind without options: Memcheck, so that it finds leaks.
const defaultValgrind = "1"

// Formats of stdout.
var formats = []string{"prove", "tap", "json", "github"}

// runOptions is what the flags of a run say.
type runOptions struct {
	stdout, stderr io.Writer

	// as with prove
	recurse, shuffle, reverse, dry        bool
	ignoreExit                            bool
	verbose, quiet, silent                bool
	failures, comments, directives, timer bool
	parse, merge, noCount                 bool
	color, noColor                        bool
	lib, blib                             bool
	include, ext, state                   []string
	stateFile                             string
	version, manual                       bool

	// of ngxtest
	format      string
	title       string
	failFast    bool
	retries     int
	watch       bool
	lanes       laneOptions
	list        bool
	keep        bool
	seed        int64
	shard       string
	nginx       string
	loadModules []string
	slowdown    float64
	perlLimit   float64
	perl        string

	reports sideReports

	// of memory checks
	valgrind     string
	leaksOnly    bool
	suppressions []string
	strictLeaks  bool
	noBlame      bool
	cold         bool
}

func (o *runOptions) flags(f *pflag.FlagSet) {
	f.SortFlags = false
	f.BoolVarP(&o.recurse, "recurse", "r", false, "descend into directories")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "print each line of TAP")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print the results of files only")
	f.BoolVarP(&o.silent, "QUIET", "Q", false, "print the summary only")
	f.BoolVarP(&o.failures, "failures", "f", false, "print lines of failed tests")
	f.BoolVarP(&o.comments, "comments", "o", false, "print comments")
	f.BoolVar(&o.directives, "directives", false, "print lines of tests with a TODO or SKIP")
	f.BoolVar(&o.timer, "timer", false, "print how long each file took")
	f.BoolVarP(&o.parse, "parse", "p", false, "print all that is wrong with a file's plan and TAP, not the first five")
	f.BoolVar(&o.ignoreExit, "ignore-exit", false, "a file passes when its tests and its plan do, however its program ended")
	f.BoolVarP(&o.merge, "merge", "m", false, "print on stdout what goes to stderr otherwise")
	f.StringArrayVarP(&o.include, "include", "I", nil, "add a `DIR` to @INC, where use and require look (PERL5LIB counts too)")
	f.BoolVarP(&o.lib, "lib", "l", false, "add lib to @INC")
	f.BoolVarP(&o.blib, "blib", "b", false, "add blib/lib and blib/arch to @INC")
	f.BoolVarP(&o.shuffle, "shuffle", "s", false, "run the files in random order")
	f.BoolVar(&o.reverse, "reverse", false, "run the files in reverse order")
	f.StringArrayVar(&o.ext, "ext", nil, "what names of test files in directories end in, a `SUFFIX` (.t, and .yaml and .yml with tests: in them)")
	f.StringArrayVar(&o.state, "state", nil, "choose files by earlier runs and keep the state of this one: a list of `WORDS` from save, last,\nfailed, passed, all, hot, todo, slow, fast, new, old, fresh")
	f.StringVar(&o.stateFile, "statefile", "", "`FILE` where --state keeps it (.ngxtest-state)")
	f.BoolVarP(&o.dry, "dry", "D", false, "print the files that would run")
	f.BoolVarP(&o.color, "color", "c", false, "colours on stderr, terminal or not; stdout has them on a terminal alone, as with prove")
	f.BoolVar(&o.noColor, "nocolor", false, "no colours (NO_COLOR does the same)")
	f.BoolVar(&o.noCount, "nocount", false, "no line of progress on a terminal")
	f.Bool("count", true, "a line of progress on a terminal")
	f.Bool("trap", true, "print the summary on Ctrl-C too: always done")
	f.Bool("norc", false, "do not read ~/.proverc and ./.proverc")
	f.String("rc", "", "read flags from this `FILE` too")

	f.StringVar(&o.format, "format", "prove", "what goes to stdout, a `FORMAT`: prove, tap, json (the events of the run, one a line), or github\n(prove, and annotations)")
	o.reports.flags(f)
	f.StringVarP(&o.title, "test", "t", "", "run the blocks whose title matches this `REGEX`")
	f.BoolVar(&o.failFast, "fail-fast", false, "stop at the first failure")
	f.IntVar(&o.retries, "retries", 0, "run a block that fails again, alone, up to this `NUMBER` of times; one that passes then is called flaky\nand does not fail the run")
	f.BoolVar(&o.watch, "watch", false, watchUsage)
	f.BoolVar(&o.list, "list", false, "print the blocks that would run")
	f.BoolVar(&o.keep, "keep", false, "leave the server root of the last block where it is; files and blocks run one after the other then")
	f.Float64Var(&o.perlLimit, "perl-limit", 1, perlLimitUsage)
	o.lanes.flags(f)
	f.StringVar(&o.shard, "shard", "", shardUsage)
	f.Int64Var(&o.seed, "seed", 0, "shuffle as the run did that named this `NUMBER`")
	f.StringVar(&o.nginx, "nginx", "", "nginx to test, a `PATH` or a name in $PATH (TEST_NGINX_BINARY)")
	f.StringArrayVar(&o.loadModules, "load-module", nil, "module that nginx loads, a `FILE`; may be repeated (TEST_NGINX_LOAD_MODULES)")
	f.Float64Var(&o.slowdown, "slowdown", 0, "stretch every limit that guards against a hang by this `FACTOR` (TEST_NGINX_SLEEP / 0.015)")
	f.StringVar(&o.perl, "perl", "auto", perlUsage)
	f.StringVar(&o.valgrind, "valgrind", "", "run nginx under Valgrind and say which test leaks, with Valgrind's own `OPTIONS` if any:\n--valgrind=--tool=helgrind (TEST_NGINX_USE_VALGRIND does the same; --valgrind=0: do not)")
	f.Lookup("valgrind").NoOptDefVal = defaultValgrind
	f.BoolVar(&o.leaksOnly, "leaks-only", false, "under Valgrind: failed tests are shown and do not fail the run, memory findings do")
	f.StringArrayVar(&o.suppressions, "suppressions", nil, "what Valgrind is not to report, a `FILE`; may be repeated (valgrind.suppress is always read)")
	f.BoolVar(&o.strictLeaks, "strict-leaks", false, "memory that does not grow, or is lost at nginx's exit only, fails the run too")
	f.BoolVar(&o.cold, "cold", false, "under Valgrind: start it anew for each block, rather than fork an nginx that is warm")
	f.BoolVar(&o.noBlame, "no-blame", false, "do not run a block once more to see which lines of Lua called the C function that a finding is in")
	f.BoolVarP(&o.version, "version", "V", false, "print the version")
	f.BoolVarP(&o.manual, "man", "H", false, "print this text")
	proveFlags(f)
	synonyms(f)
}

// synonyms lets some flags be spelt as people do.
func synonyms(f *pflag.FlagSet) {
	f.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		switch name {
		case "colour":
			name = "color"
		case "no-color", "nocolour", "no-colour":
			name = "nocolor"
		case "no-count":
			name = "nocount"
		}
		return pflag.NormalizedName(name)
	})
}

// evaluators are the values of --perl.
var evaluators = []string{string(perl.Auto), string(perl.Builtin), string(perl.System)}

const perlUsage = "who runs the Perl of test files, an `EVALUATOR`: builtin; system, the perl in $PATH; or auto, which is builtin\n" +
	"for the files whose Perl it knows, system for the others"

// Validate names what is wrong with the flags before anything runs.
func (o *runOptions) Validate() error {
	loud := 0
	for _, given := range []bool{o.verbose, o.quiet, o.silent} {
		if given {
			loud++
		}
	}
	switch {
	case loud > 1:
		return fmt.Errorf("only one of -v, -q and -Q can be given")
	case !slices.Contains(formats, o.format):
		return fmt.Errorf("--format=%s: no such format (%s)", o.format, strings.Join(formats, ", "))
	case !slices.Contains(evaluators, o.perl):
		return fmt.Errorf("--perl=%s: no such evaluator (%s)", o.perl, strings.Join(evaluators, ", "))
	case o.slowdown < 0:
		return fmt.Errorf("--slowdown=%g: no such factor (1 or more)", o.slowdown)
	case o.perlLimit < 0:
		return fmt.Errorf("--perl-limit=%g: no such factor (above 0)", o.perlLimit)
	case o.retries < 0:
		return fmt.Errorf("--retries=%d: no such number of tries (0 or more)", o.retries)
	case o.watch && (o.list || o.dry || o.shard != ""):
		return errWatchAlone
	case o.seed < 0:
		return fmt.Errorf("--seed=%d: no such seed (1 or more)", o.seed)
	}
	return nil
}

const perlLimitUsage = "let the Perl of a test file use `FACTOR` times what ends it as an endless loop or a leak: 100 million steps\n(of the system's perl a minute of processor time), 1 GB of memory"
