package perl

import (
	"regexp"
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
)

// importBase is the import method of Test::Base and of all classes made from it: what Spiffy's and Test::Base's own do
// together. -Base makes the caller such a class.
func (h *host) importBase(c *interp.Call) (interp.List, error) {
	if h.fatal != nil {
		return nil, h.stop(h.fatal)
	}
	class, caller := c.Str(0), c.Package
	isBase, rewrite := false, false
	var rest []interp.Value
	for i := 1; i < len(c.Args); i++ {
		switch arg := c.Str(i); {
		case strings.EqualFold(arg, "-base"):
			isBase = true
			rewrite = rewrite || arg == "-Base"
		case arg == "-package":
			i++
			caller = c.Str(i)
		default:
			rest = append(rest, c.Arg(i))
		}
	}
	if h.base.class == "" {
		if h.base.class = class; isBase {
			h.base.class = caller
		}
	}
	if !isBase && len(rest) > 0 {
		if err := h.planFrom(rest, c); err != nil {
			return nil, err
		}
	}
	h.in.UseStrict()
	if isBase {
		h.in.ArrayVar(caller + "::ISA").Push(class)
	}
	if rewrite {
		h.in.SourceFilter(spiffyText)
	}
	return nil, h.exportAll(class, caller, isBase)
}

// exportAll gives package `into` what class and all the classes below it export, as far as it has no such sub yet.
func (h *host) exportAll(class, into string, isBase bool) error {
	for _, from := range h.allBases(class, nil) {
		names := h.in.ArrayVar(from + "::EXPORT").Values()
		if isBase && from == "Spiffy" {
			names = append(names, texts([]string{"field", "const", "stub", "super"})...)
		}
		for _, v := range names {
			name := strings.TrimPrefix(interp.Str(v), "&")
			if !strings.ContainsAny(name[:min(1, len(name))], "$@%") {
				if h.in.Sub(into+"::"+name) != nil || h.in.Sub(from+"::"+name) == nil {
					continue
				}
			}
			if err := h.in.Import(from, into, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// allBases is a class and all those it is made from, depth first.
func (h *host) allBases(class string, seen []string) []string {
	for _, s := range seen {
		if s == class {
			return seen
		}
	}
	seen = append(seen, class)
	for _, parent := range h.in.ArrayVar(class + "::ISA").Values() {
		seen = h.allBases(interp.Str(parent), seen)
	}
	return seen
}

var (
	subLine   = regexp.MustCompile(`(?m)^(sub\s+\w+\s+\{)(.*\n)`)
	protoLine = regexp.MustCompile(`(?m)^(sub\s+\w+)\s*\(\s*\)(\s+\{.*\n)`)
)

// spiffyText is what -Base does to the text of a module: a sub that begins in the first column has its object in $self,
// unless an empty prototype says that it is none.
func spiffyText(src string) string {
	src = subLine.ReplaceAllString(src, "${1}my $$self = shift;${2}")
	return protoLine.ReplaceAllString(src, "${1}${2}")
}
