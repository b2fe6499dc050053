package interp

import (
	"slices"
	"strings"
)

// What a program in the system's perl needs of this package: its native subs, called from over there.

// CallFrom calls a sub as from that place: what caller says and where its errors are.
func (in *Interp) CallFrom(file string, line int, pkg string, code *Code, want Want, args List) (List, error) {
	saved := in.cop
	in.cop = &cop{file: file, line: line, pkg: pkg}
	defer func() { in.cop = saved }()
	return in.CallAliased(code, want, args)
}

// UncompiledRegexp is a pattern that only another perl runs: it need not be one that this package can do.
func UncompiledRegexp(source, flags string) *Regexp {
	return &Regexp{pattern: &pattern{source: source, flags: canonicalFlags(flags)}}
}

// HasModule reports whether a module needs no file.
func (in *Interp) HasModule(name string) bool { return in.modules[name] != nil }

// Packages lists the packages of that name and below it that have a sub or a parent class, sorted.
func (in *Interp) Packages(name string) []string {
	var names []string
	for pkg := range in.packages {
		if (pkg == name || strings.HasPrefix(pkg, name+"::")) &&
			(len(in.Subs(pkg)) > 0 || in.ArrayVar(pkg+"::ISA").Len() > 0) {
			names = append(names, pkg)
		}
	}
	slices.Sort(names)
	return names
}

// Subs are the subs of a package by the name that they have in it, native ones and those that are imported from others.
func (in *Interp) Subs(pkg string) map[string]*Code {
	subs := map[string]*Code{}
	if p := in.packages[pkg]; p != nil {
		for name, g := range p.syms {
			if g.c != nil && g.c.native != nil {
				subs[name] = g.c
			}
		}
	}
	return subs
}
