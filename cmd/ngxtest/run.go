package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/go-multierror"
	"github.com/spf13/pflag"

	"github.com/ngxtest/ngxtest/runner"
	"github.com/ngxtest/ngxtest/runner/perl"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/valgrind"
)

// run does what the flags ask for with the paths of the command line.
func (o *runOptions) run(flags *pflag.FlagSet, args []string) error {
	if err := o.lanes.validate(flags); err != nil {
		return err
	}
	if err := o.Validate(); err != nil {
		return err
	}
	if _, err := regexp.Compile(o.title); err != nil {
		return fmt.Errorf("-t %s: no regular expression: %w", o.title, err)
	}
	conf, err := readConfig()
	if err != nil {
		return err
	}
	warnOfPerlOnly(flags, o.stderr)
	if flags.Changed("valgrind") && o.valgrind == "" {
		o.valgrind = defaultValgrind // --valgrind=$OPTIONS, and there are none
	}
	options := runner.Options{
		Version: version(), Shuffle: o.shuffle, Seed: o.seed, FailFast: o.failFast, Retries: o.retries, LeaksOnly: o.leaksOnly, IgnoreExit: o.ignoreExit, List: o.list,
		Isolate: o.lanes.isolate, Jobs: o.lanes.jobs, HostLane: append(conf.HostLane, o.lanes.onHost...),
		Select: runner.Selection{Title: o.title, Lines: map[string][]int{}},
		Setup:  o.setup(conf),
	}
	if options.Setup.Services, err = o.lanes.services(conf, options.Setup.Env); err != nil {
		return err
	}
	if err := o.lanes.possible(len(options.Setup.Services) > 0, o.keep); err != nil {
		return err
	}
	var suppressions valgrind.Suppressions
	if options.Setup.UnderValgrind() {
		if suppressions, err = readSuppressions(o.suppressions); err != nil {
			return err
		}
		warnOfCatchAll(suppressions, o.stderr)
	}
	if err := options.Setup.Check(); err != nil {
		return err
	}
	if o.leaksOnly && !options.Setup.UnderValgrind() {
		return fmt.Errorf("--leaks-only: nothing looks for leaks, so nothing could fail (add --valgrind)")
	}
	if len(o.ext) == 0 {
		o.ext = conf.Ext
	}
	state, save, unread, err := o.files(args, &options)
	if err != nil {
		return err
	}
	if err := o.part(args, &options); err != nil {
		return err
	}
	if o.dry {
		for _, file := range runner.ShardFiles(options.Shard, options.Files, options.Times) {
			fmt.Fprintln(o.stdout, file)
		}
		return unread
	}
	o.reports.or(sideReports{JUnit: options.Setup.Env[bazelReport]})
	o.reports.or(conf.Reports)
	ctx, cancel, stop := interruptible()
	defer stop()
	j := job{options: options, suppressions: suppressions, unread: unread}
	if save {
		j.state = state
	}
	if o.watch {
		return o.keepRunning(ctx, cancel, args, j)
	}
	return o.once(ctx, cancel, j)
}

// job is one run.
type job struct {
	options      runner.Options
	suppressions valgrind.Suppressions
	state        *runner.State // to be saved; nil: not
	unread       error         // what paths that cannot be read end in
}

// once does one run. cancel ends it in order.
func (o *runOptions) once(ctx context.Context, cancel func(), j job) error {
	stdout := &output{w: o.stdout, cancel: cancel}
	o.stdout, o.stderr = stdout, &output{w: o.stderr, cancel: cancel}
	if o.list {
		return o.printList(ctx, j.options, j.unread)
	}
	reports, err := o.reports.open(o.stdout)
	if err != nil {
		return err
	}
	if o.reports.toStdout() {
		o.stdout = o.stderr
	}
	listeners := append(o.listeners(), reports.listeners...)
	if j.state != nil {
		listeners = append(listeners, j.state)
	}
	summary := runner.Run(ctx, j.options, listeners...)
	err = reports.close()
	if j.state != nil {
		err = multierror.Append(err, j.state.Save()).ErrorOrNil()
	}
	if err != nil {
		return err
	}
	if o.verbose {
		tellUnused(j.suppressions, summary.Suppressed, o.stderr)
	}
	status := summary.ExitStatus()
	if err := stdout.failure("standard output"); err != nil {
		return err
	}
	switch {
	case o.format == "tap" && summary.Files > 0 && summary.Verdict() == report.NoTests && j.unread == nil && !summary.Interrupted:
		return nil // all skipped: prove --exec would take any other status for a failure
	case j.unread != nil && status != exitInterrupted:
		return j.unread
	case status != 0:
		return exitStatus(status)
	}
	return nil
}

// printList prints the blocks that would run.
func (o *runOptions) printList(ctx context.Context, options runner.Options, unread error) error {
	list := report.NewList(o.stdout, o.stderr)
	summary := runner.Run(ctx, options, list)
	switch {
	case summary.Interrupted:
		return exitStatus(exitInterrupted)
	case unread == nil && list.Incomplete:
		return exitStatus(1)
	}
	return unread
}

// files works out which files run, and which lines of them. Paths that cannot be read do not stop the others; what
// they end in is in unread.
func (o *runOptions) files(args []string, options *runner.Options) (state *runner.State, save bool, unread, err error) {
	var chosen []string
	choosing := false // a word of --state has chosen, be it nothing
	state, err = runner.LoadState(cmp.Or(o.stateFile, runner.StateFile))
	switch {
	case err == nil:
		options.Times = state.Times()
	case len(o.state) > 0 || o.shard != runner.NoShards:
		return nil, false, nil, err
	}
	if len(o.state) > 0 {
		words := strings.Split(strings.Join(o.state, ","), ",")
		if chosen, save, err = state.Choose(words); err != nil {
			return nil, false, nil, err
		}
		choosing = slices.ContainsFunc(words, func(word string) bool { return word != "save" })
	}
	paths := chosen
	for _, arg := range args {
		path, line := runner.SplitLine(arg)
		if line > 0 {
			options.Select.Lines[path] = append(options.Select.Lines[path], line)
		}
		paths = append(paths, path)
	}
	if len(paths) == 0 && !choosing {
		paths = []string{"t"}
	}
	options.Files, unread = runner.Discover(paths, o.recurse, o.ext)
	if unread != nil {
		complain(o.stderr, unread)
		unread = exitStatus(exitUsage)
	}
	switch {
	case len(options.Files) > 0 || unread != nil:
	case len(paths) == 0:
		fmt.Fprintf(o.stderr, "ngxtest: no file fits --state=%s\n", strings.Join(o.state, ","))
	default:
		fmt.Fprintf(o.stderr, "ngxtest: no test files in %s (-r looks in subdirectories, --ext at other names)\n", strings.Join(paths, " "))
	}
	if o.reverse {
		slices.Reverse(options.Files)
	}
	return state, save, unread, nil
}

// setup layers flags over the environment, and that over the file.
func (o *runOptions) setup(conf config) runner.Setup {
	env := runner.Environ()
	s := runner.Setup{Env: env, Nginx: o.nginx, LoadModules: o.loadModules, Slowdown: o.slowdown, Keep: o.keep, PerlLimit: o.perlLimit,
		Perl: perl.Evaluator(o.perl), Valgrind: o.valgrind, Suppressions: o.suppressions, StrictLeaks: o.strictLeaks, NoBlame: o.noBlame,
		Cold: o.cold}
	if s.Nginx == "" && env["TEST_NGINX_BINARY"] == "" {
		s.Nginx = conf.Nginx
	}
	if _, set := env["TEST_NGINX_LOAD_MODULES"]; len(s.LoadModules) == 0 && !set {
		s.LoadModules = conf.LoadModules
	}
	if s.Slowdown == 0 && env["TEST_NGINX_SLEEP"] == "" {
		s.Slowdown = conf.Slowdown
	}
	if o.lib {
		s.IncludeDirs = append(s.IncludeDirs, "lib")
	}
	if o.blib {
		s.IncludeDirs = append(s.IncludeDirs, "blib/lib", "blib/arch")
	}
	s.IncludeDirs = append(s.IncludeDirs, o.include...)
	for dir := range strings.SplitSeq(env["PERL5LIB"], ":") {
		if dir != "" {
			s.IncludeDirs = append(s.IncludeDirs, dir)
		}
	}
	s.IncludeDirs = append(s.IncludeDirs, conf.Include...)
	return s
}

// listeners returns who writes to stdout and stderr.
func (o *runOptions) listeners() []report.Listener {
	switch {
	case o.format == "tap":
		return []report.Listener{report.NewTAP(o.stdout, o.stderr)}
	case o.format == "json":
		return []report.Listener{report.NewJSON(o.stdout)}
	}
	all := []report.Listener{report.NewConsole(o.stdout, o.stderr, o.console())}
	if o.format == "github" {
		all = append([]report.Listener{report.NewGitHub(o.stdout)}, all...)
	}
	return all
}

// console is how the output for people looks.
func (o *runOptions) console() report.ConsoleOptions {
	width, isTerminal := terminal(o.stdout)
	_, errorsTerminal := terminal(o.stderr)
	plain := o.noColor || os.Getenv("NO_COLOR") != "" && !o.color
	return report.ConsoleOptions{
		Verbose: o.verbose, Quiet: o.quiet, Silent: o.silent,
		Failures: o.failures, Comments: o.comments, Directives: o.directives, Timer: o.timer,
		NoCount: o.noCount, AllErrors: o.parse, Merge: o.merge,
		Terminal: isTerminal, Width: width,
		Color:       !plain && isTerminal, // as with prove: scripts look for its words
		ColorErrors: !plain && (o.color || errorsTerminal),
	}
}
