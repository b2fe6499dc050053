package perl

import (
	"errors"
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// loadYAML loads a suite in its YAML form. It is the same as a .t file that uses Test::Nginx::Socket::Lua with both of its
// relays, calls what the settings say, and ends in run_tests().
func (h *host) loadYAML(src []byte) error {
	y, err := spec.ParseYAML(h.path, src)
	if err != nil {
		return err
	}
	h.yaml, h.file = y, &spec.File{Path: h.path, Preamble: y.Perl}
	if y.Perl != "" {
		return h.program(y.Perl, y.Line)
	}
	h.base.class = "Test::Nginx::Socket::Lua"
	const use = "use Test::Nginx::Socket::Lua::Stream; use Test::Nginx::Socket::Lua::Dgram; 1;"
	if h.opts.Evaluator == System {
		h.in.DefineSub("ngxtest::yaml", func(*interp.Call) (interp.List, error) {
			if err := h.runYAML(y); err != nil {
				return nil, h.stop(err)
			}
			return nil, nil
		})
		return h.program(use+" ngxtest::call('ngxtest::yaml', undef, []);", 1)
	}
	if err := h.ended(h.in.RunText(h.path, use, 1, "main")); err != nil {
		return err
	}
	return h.runYAML(y)
}

// runYAML does what a program would do behind the modules that it uses.
func (h *host) runYAML(y *spec.YAMLSuite) error {
	h.applySettings(y)
	if err := h.makePlan(h.plan); err != nil {
		return h.run(h.suite(spec.EntrySkipAll, nil))
	}
	if _, err := h.runTests(nil); err != nil {
		return h.ended(err)
	}
	return nil
}

// yamlBlocks makes the blocks of a suite in YAML.
func (h *host) yamlBlocks() error {
	err := spec.ResolvePerl(h.yaml.Blocks, func(code string, line int) ([]spec.Value, error) {
		out, err := h.evaluate("eval_list", h.filterObject("Test::Base::Filter", &block{object: interp.NewHash()}), code)
		if err != nil {
			return nil, h.yamlError(err, line)
		}
		return h.specValues(out), nil
	})
	if err != nil {
		return err
	}
	for i, b := range h.yaml.Blocks {
		object := h.newBlock(b, h.file, i+1)
		for _, s := range b.Sections {
			if s.Final {
				object.set(s.Name, h.perlValues(s.Values)...)
			}
		}
		h.base.blocks = append(h.base.blocks, object)
	}
	return nil
}

// applySettings puts the settings of the file into the variables of Test::Nginx::Util.
func (h *host) applySettings(y *spec.YAMLSuite) {
	s := h.settled()
	y.Apply(&s)
	h.plan = s.Plan
	for name, value := range map[string]string{
		"LogLevel": s.LogLevel, "Timeout": s.Timeout, "MasterProcessEnabled": s.MasterProcess, "ServerAddr": s.ServerAddr,
		"ServerName": s.ServerName, "ServerPort": s.ServerPort, "ServerPortForClient": s.ServerPortForClient,
		"ConfigPreamble": s.ConfigPreamble,
	} {
		h.util(name).Set(value)
	}
	for name, value := range map[string]int{
		"RepeatEach": s.RepeatEach, "Workers": s.Workers, "WorkerConnections": s.WorkerConnections,
	} {
		h.util(name).Set(int64(value))
	}
	for name, value := range map[string]bool{
		"NoShuffle": s.NoShuffle, "NoLongString": s.NoLongString, "CheckAccumErrLog": s.CheckAccumErrorLog,
		"NoRootLocation": s.NoRootLocation, "UseHup": s.UseHup, "NoNginxManager": s.NoNginxManager,
	} {
		h.util(name).Set(truthValue(value))
	}
	if s.NoDiff {
		h.in.Env()["TEST_SHOW_NO_DIFFS"] = "1"
	}
	h.in.ArrayVar("Test::Nginx::Util::EnvToNginx").Assign(texts(s.EnvToNginx))
}

// yamlError places an error of a {perl: ...} value in the file.
func (h *host) yamlError(err error, line int) error {
	var missing *interp.Unsupported
	if errors.As(err, &missing) && strings.HasPrefix(missing.File, "(eval ") {
		missing.File, missing.Line = h.path, line+missing.Line-1
	}
	var stopped *interp.Stopped
	if errors.As(err, &stopped) && strings.HasPrefix(stopped.File, "(eval ") {
		stopped.File, stopped.Line = h.path, line+stopped.Line-1
	}
	return h.ended(err)
}
