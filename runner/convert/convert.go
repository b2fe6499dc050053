// Package convert writes a .t file as a YAML suite and a YAML suite as a .t file. Both say the same: what comes out is evaluated and
// held against what went in, and a difference is an error.
package convert

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// Result is a converted file.
type Result struct {
	Text  []byte
	Notes []string // what stayed Perl text, one line each: "file:line: ..."
}

// IsYAML reports whether a file of that name is a suite in its YAML form.
func IsYAML(path string) bool {
	ext := filepath.Ext(path)
	return ext == ".yaml" || ext == ".yml"
}

// File converts the file at path, whose text is src, into the other form. The options are those of an evaluation of it. An error says
// what cannot be said in the other form, and where.
func File(ctx context.Context, path string, src []byte, o perl.Options) (Result, error) {
	c := &converter{ctx: ctx, path: path, src: src, options: o}
	before, err := c.evaluate(path, src)
	if err != nil {
		return Result{}, err
	}
	if IsYAML(path) {
		return c.yaml(src, before)
	}
	return c.perl(src, before)
}

type converter struct {
	ctx     context.Context
	path    string
	src     []byte
	options perl.Options
	notes   []string
}

func (c *converter) note(line int, format string, args ...any) {
	c.notes = append(c.notes, fmt.Sprintf("%s:%d: %s", c.path, line, fmt.Sprintf(format, args...)))
}

// evaluated is what the runner would see of a file.
type evaluated struct {
	shown  map[string]any
	blocks map[int]*spec.Block // by line
	suite  *spec.Suite
}

func (c *converter) evaluate(path string, src []byte) (evaluated, error) {
	e := evaluated{blocks: map[int]*spec.Block{}}
	o := c.options
	o.Source = src
	o.Sink = perl.Sink{}
	err := perl.Load(c.ctx, path, o, func(s *spec.Suite) error {
		e.suite = s
		for _, b := range s.Blocks {
			e.blocks[b.Line] = b
		}
		var text bytes.Buffer
		if err := perl.WriteShow(&text, s); err != nil {
			return err
		}
		return json.Unmarshal(text.Bytes(), &e.shown)
	})
	switch {
	case err != nil:
		return e, err
	case e.suite == nil:
		return e, fmt.Errorf("%s: the file ends before its blocks are read (only a file that can be run is converted)", path)
	}
	return e, nil
}

// same returns an error that names the first difference of two evaluations. What two evaluations of the same file differ in, before
// and again, does not count: a port that is drawn, a time.
func same(before, again, after evaluated) error {
	differ := func(was, other, is any) bool { return text(was) != text(is) && text(was) == text(other) }
	settings := fields(after.shown["settings"])
	for name, v := range fields(before.shown["settings"]) {
		if differ(v, fields(again.shown["settings"])[name], settings[name]) {
			return fmt.Errorf("the setting %s would be %s instead of %s", name, text(settings[name]), text(v))
		}
	}
	was, other, is := list(before.shown["blocks"]), list(again.shown["blocks"]), list(after.shown["blocks"])
	if len(was) != len(is) || len(was) != len(other) {
		return fmt.Errorf("there would be %d blocks instead of %d", len(is), len(was))
	}
	for i := range was {
		a, o, b := fields(was[i]), fields(other[i]), fields(is[i])
		if differ(a["name"], o["name"], b["name"]) {
			return fmt.Errorf("block %d would be called %s instead of %s", i+1, text(b["name"]), text(a["name"]))
		}
		values, others := fields(a["values"]), fields(b["values"])
		for name, v := range values {
			if differ(v, fields(o["values"])[name], others[name]) {
				return fmt.Errorf("block %s: section %s would be %s instead of %s", text(a["name"]), name, text(others[name]), text(v))
			}
		}
		if len(values) != len(others) {
			return fmt.Errorf("block %s would have other sections", text(a["name"]))
		}
	}
	return nil
}

func fields(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// checked evaluates what came out under the name that it would have, and returns it when it says the same.
func (c *converter) checked(path string, out []byte, before evaluated) (Result, error) {
	after, err := c.evaluate(path, out)
	if err == nil {
		var again evaluated
		if again, err = c.evaluate(c.path, c.src); err == nil {
			err = same(before, again, after)
		}
	}
	if err != nil {
		return Result{}, fmt.Errorf("%s: cannot be converted without a change: %w", c.path, err)
	}
	return Result{Text: out, Notes: c.notes}, nil
}

// Target is the name of the converted file: that of the file with the other extension.
func Target(path string) string {
	base := strings.TrimSuffix(path, filepath.Ext(path))
	if IsYAML(path) {
		return base + ".t"
	}
	return base + ".yaml"
}
