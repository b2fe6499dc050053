package perl

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// runTests is run_tests().
func (h *host) runTests(*interp.Call) (interp.List, error) {
	h.ran = true
	h.defineVersions()
	env := h.in.Env()
	if _, ok := env["TEST_NGINX_SERVER_PORT"]; !ok {
		env["TEST_NGINX_SERVER_PORT"] = str(h.util("ServerPort").Get())
	}
	blocks, err := h.readBlocks()
	if err != nil {
		return nil, err
	}
	for _, b := range blocks {
		if err := h.filter(b); err != nil {
			return nil, err
		}
	}
	if len(blocks) == 0 && h.tests == 0 {
		return nil, h.stop(h.noBlocks())
	}
	if err := h.run(h.suite(spec.EntryRunTests, blocks)); err != nil {
		return nil, h.stop(err)
	}
	return nil, nil
}

// noBlocks says why there is nothing to run.
func (h *host) noBlocks() error {
	if h.file.DataLine == 0 && h.base.source == nil {
		return fmt.Errorf("%s: no test blocks, for there is no __DATA__ line (add one, and blocks below it: === TEST 1: ...)", h.path)
	}
	return fmt.Errorf("%s:%d: no test blocks below this line (add some: === TEST 1: ...)", h.path, h.file.DataLine)
}

// suite is what the runner gets.
func (h *host) suite(entry string, blocks []*block) *spec.Suite {
	s := &spec.Suite{
		File: h.path, Entry: entry, Settings: h.settled(), Env: h.in.Env(),
		Delims: h.base.delims, Perl: h.file.Preamble, Modules: h.loaded(),
		ResponseBodyChecks:  h.handlers("Test::Nginx::Socket::ResponseBodyChecks"),
		CleanupHandlers:     h.handlers("Test::Nginx::Util::CleanupHandlers"),
		TestCleanupHandlers: h.handlers("Test::Nginx::Util::TestCleanupHandlers"),
		Eval:                h.evalInUtil,
		Preprocess:          h.preprocess,
		Repeatable:          !h.in.Acted(),
	}
	for _, b := range blocks {
		s.Blocks = append(s.Blocks, b.spec)
	}
	if code, ok := h.util("FilterHttpConfig").Get().(*interp.Code); ok {
		s.HTTPConfigFilter = h.specFunc(code)
	}
	return s
}

// loaded are the files behind %INC, without the modules that are built in.
func (h *host) loaded() []string {
	var files []string
	inc := h.in.HashVar("main::INC")
	for _, key := range inc.Keys() {
		if path := str(inc.Get(key)); path != "" && !strings.HasPrefix(path, "(built in)/") {
			files = append(files, path)
		}
	}
	slices.Sort(files)
	return files
}

func (h *host) handlers(array string) []spec.Func {
	var out []spec.Func
	for _, v := range h.in.ArrayVar(array).Values() {
		if code, ok := v.(*interp.Code); ok {
			out = append(out, h.specFunc(code))
		}
	}
	return out
}

// settled reads the settings from the variables of Test::Nginx::Util, which a file may set directly.
func (h *host) settled() spec.Settings {
	text := func(name string) string { return str(h.util(name).Get()) }
	number := func(name string) int { return int(interp.Int(h.util(name).Get())) }
	on := func(name string) bool { return interp.Truth(h.util(name).Get()) }
	s := spec.Settings{
		Plan: h.plan, RepeatEach: number("RepeatEach"), NoShuffle: on("NoShuffle"), NoLongString: on("NoLongString"),
		NoDiff: truth(h.in.Env()["TEST_SHOW_NO_DIFFS"]), Workers: number("Workers"),
		WorkerConnections: number("WorkerConnections"), LogLevel: text("LogLevel"), Timeout: text("Timeout"),
		MasterProcess: text("MasterProcessEnabled"), CheckAccumErrorLog: on("CheckAccumErrLog"),
		NoRootLocation: on("NoRootLocation"), UseHup: on("UseHup"),
		UseStap: on("UseStap"), StapOut: text("StapOutFile"), UseRr: on("UseRr"), NoNginxManager: on("NoNginxManager"),
		ServerAddr: text("ServerAddr"), ServerName: text("ServerName"), ServerPort: text("ServerPort"),
		ServerPortForClient: text("ServerPortForClient"), ConfigPreamble: text("ConfigPreamble"),
		LWP: h.lwp, CheckLeak: on("CheckLeak"), BenchmarkWarmup: text("BenchmarkWarmup"),
	}
	if on("Benchmark") {
		s.Benchmark = text("Benchmark")
	}
	_, ofEnv := h.util("NoShuffle").Get().(string) // as the variable's value is; what Perl code sets is a number
	s.Ordered = s.NoShuffle && !ofEnv
	for _, v := range h.in.ArrayVar("Test::Nginx::Util::EnvToNginx").Values() {
		s.EnvToNginx = append(s.EnvToNginx, str(v))
	}
	return s
}

// preprocess runs the block preprocessors on a block, the last registered first. For Perl the block's name then begins
// with the file's.
func (h *host) preprocess(s *spec.Block) error {
	b := h.objectOf[s]
	if b == nil {
		return fmt.Errorf("%s:%d: a block that is not of this file", h.path, s.Line)
	}
	for _, v := range h.in.ArrayVar("Test::Nginx::Util::BlockPreprocessors").Values() {
		code, ok := v.(*interp.Code)
		if !ok {
			return fmt.Errorf("%s:%d: a block preprocessor that is no sub (call add_block_preprocessor with one)", h.path, s.Line)
		}
		if _, err := h.in.CallSub(code, interp.Void, b.object); err != nil {
			return h.handlerError(s, err)
		}
	}
	h.sync(b)
	b.set("name", h.path+" "+s.Name)
	return nil
}

// handlerError is an error of code that the suite has registered.
func (h *host) handlerError(s *spec.Block, err error) error {
	if h.fatal != nil {
		return h.fatal
	}
	var die *interp.Die
	if errors.As(err, &die) && !place.MatchString(strings.SplitN(die.Error(), "\n", 2)[0]) {
		return fmt.Errorf("%s:%d: %s", h.path, s.Line, strings.ReplaceAll(die.Error(), "\n", "; "))
	}
	return h.oneLine(err)
}

// evalInUtil evaluates Perl text for a block in package Test::Nginx::Util.
func (h *host) evalInUtil(s *spec.Block, code string) (spec.Value, error) {
	var object, name interp.Value
	if b := h.objectOf[s]; b != nil {
		object, name = b.object, b.first("name")
	}
	out, err := h.evaluate("eval_util", object, name, code)
	if err != nil {
		return spec.Value{}, err
	}
	if len(out) > 1 && interp.Truth(out[1]) {
		return spec.Value{}, errors.New(strings.TrimSuffix(str(out[1]), "\n"))
	}
	if len(out) == 0 {
		return spec.Value{}, nil
	}
	return h.specValue(out[0]), nil
}
