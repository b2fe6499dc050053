package interp

import (
	"fmt"
	"strings"
)

func init() {
	coreModules["Carp"] = func(in *Interp) {
		in.exporting("Carp", []string{"confess", "croak", "carp"}, []string{"cluck", "verbose", "longmess", "shortmess"})
		in.ArrayVar("Carp::CARP_NOT")
		in.ScalarVar("Carp::Verbose")
		in.ScalarVar("Carp::CarpLevel")
		in.DefineSub("Carp::croak", func(c *Call) (List, error) {
			if len(c.Args) == 1 && IsRef(c.Arg(0)) {
				return nil, &Die{Value: c.Arg(0)}
			}
			return nil, &Die{Value: concat(joinValues("", c.Args), in.shortMessage())}
		})
		in.DefineSub("Carp::confess", func(c *Call) (List, error) {
			return nil, &Die{Value: concat(joinValues("", c.Args), in.longMessage())}
		})
		in.DefineSub("Carp::carp", func(c *Call) (List, error) {
			in.Warn(concat(joinValues("", c.Args), in.shortMessage()))
			return NewList(one), nil
		})
		in.DefineSub("Carp::cluck", func(c *Call) (List, error) {
			in.Warn(concat(joinValues("", c.Args), in.longMessage()))
			return NewList(one), nil
		})
		in.DefineSub("Carp::longmess", func(c *Call) (List, error) {
			return NewList(concat(joinValues("", c.Args), in.longMessage())), nil
		})
		in.DefineSub("Carp::shortmess", func(c *Call) (List, error) {
			return NewList(concat(joinValues("", c.Args), in.shortMessage())), nil
		})
	}
}

// shortMessage is the place that croak blames: the first caller outside of the package it was called in and of those
// that trust it. Where there is none, the whole way is shown.
func (in *Interp) shortMessage() string {
	top := len(in.calls) - 1 // the frame of croak itself
	if top < 0 {
		return in.where()
	}
	pkg := in.calls[top].from.pkg
	for i := top - 1; i >= 0; i-- {
		from := in.calls[i].from
		if in.calls[i].code == nil && in.calls[i].eval == "block" {
			continue
		}
		if from.pkg != pkg && !in.trusts(pkg, from.pkg) {
			return placeText(from.file, from.line)
		}
	}
	return in.longMessage()
}

// trusts reports whether one of two packages inherits from the other.
func (in *Interp) trusts(a, b string) bool {
	p, q := in.packages[a], in.packages[b]
	return p != nil && p.isa(b) || q != nil && q.isa(a)
}

// longMessage is the place where confess was called, and the calls that led there.
func (in *Interp) longMessage() string {
	top := len(in.calls) - 1
	if top < 0 {
		return in.where()
	}
	var b strings.Builder
	from := in.calls[top].from
	b.WriteString(placeText(from.file, from.line))
	for i := top - 1; i >= 0; i-- {
		f := in.calls[i]
		what := "eval {...}"
		switch {
		case f.code != nil:
			what = f.code.Name() + "(" + carpArgs(f.args) + ")"
		case f.eval == "string":
			what = "eval '" + f.text + "'"
		case f.eval == "require":
			what = "require " + f.text
		}
		fmt.Fprintf(&b, "\t%s called at %s line %d\n", what, f.from.file, f.from.line)
	}
	return b.String()
}

// carpArgs shows the arguments of a call: numbers plain, strings quoted, eight at most.
func carpArgs(args *Array) string {
	var out []string
	for i, v := range args.Values() {
		if i == 8 {
			out = append(out, "...")
			break
		}
		switch {
		case v == nil:
			out = append(out, "undef")
		case IsRef(v):
			out = append(out, refText(v))
		case looksLikeNumber(v):
			out = append(out, Str(v))
		default:
			s := widenSafely(v)
			s = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "@", `\@`).Replace(s)
			out = append(out, `"`+s+`"`)
		}
	}
	return strings.Join(out, ", ")
}
